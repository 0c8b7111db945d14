/** A path in, the report on that file out, or why it could not be read; what a worker thread and the command both run. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import {
  type AuditOptions,
  type AuditReport,
  audit,
  type PolicyFile,
  policyFrom,
} from "../audit/index.ts";
import { failureText } from "./failure.ts";

/** What became of a file. */
export type JobResult =
  | { readonly path: string; readonly report: AuditReport }
  | { readonly path: string; readonly failure: string };

/** Bytes of a file that are read: what a typed array can hold beside everything else. */
const LARGEST_FILE = 4 * 2 ** 30;
const READ_SIZE = 2 ** 30;

/** What to audit: a path, and its bytes where they were read already. */
export interface Job {
  readonly path: string;
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
}

/** What the command audits by: plain data, which a worker thread can be given. */
export interface JobOptions {
  readonly events: boolean;
  readonly allow: readonly string[];
  readonly policy?: PolicyFile | undefined;
}

/** The options of each audit, the policy made once. */
export function auditOptions({ events, allow, policy }: JobOptions): AuditOptions {
  if (policy === undefined && allow.length === 0) return { events };
  const construct = [...(policy?.construct ?? []), ...allow];
  return { events, policy: policyFrom({ ...policy, construct }) };
}

/** Audits a file. */
export function auditFile({ path, bytes }: Job, options: AuditOptions): JobResult {
  try {
    const beside = {
      wal: readBeside(`${path}-wal`),
      journal: readBeside(`${path}-journal`),
      directory: path.endsWith(".dat") ? readBeside(path.replace(/dat$/, "dir")) : undefined,
    };
    return { path, report: audit(bytes ?? readWhole(path), { ...options, ...beside }) };
  } catch (error) {
    return { path, failure: failureText(error) };
  }
}

const readBeside = (path: string): Uint8Array | undefined =>
  existsSync(path) ? readWhole(path) : undefined;

/** All of what is piped in. */
export async function readPiped(
  stdin: AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.length;
    if (size > LARGEST_FILE) throw new Error(`it has more than ${LARGEST_FILE} bytes`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function readWhole(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > LARGEST_FILE) throw new Error(`it has ${size} bytes, more than ${LARGEST_FILE}`);
    let bytes = new Uint8Array(size);
    let at = 0;
    for (;;) {
      // A file of /proc says 0, one that grows says less than there is.
      if (at === bytes.length) {
        const more = new Uint8Array(1);
        if (readSync(descriptor, more, 0, 1, at) === 0) return bytes;
        const larger = new Uint8Array(Math.max(65_536, bytes.length * 2));
        larger.set(bytes);
        bytes = larger;
      }
      const count = readSync(descriptor, bytes, at, Math.min(READ_SIZE, bytes.length - at), at);
      if (count === 0) return bytes.subarray(0, at);
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

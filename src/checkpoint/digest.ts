/** Bytes in, their SHA-256 in hexadecimal out, by Node's crypto or in TypeScript. */
import { Sha256 } from "../codecs/index.ts";

/** A digest in the making. */
export interface Digest {
  update(chunk: Uint8Array): void;
  hex(): string;
}

/** Gives digests; asynchronous only the first time. */
export async function digests(): Promise<() => Digest> {
  // The annotation: the file that stands for #files elsewhere has none.
  const { startSha256 }: { startSha256: unknown } = await import("#files");
  const start = isStart(startSha256) ? startSha256 : () => new Sha256();
  return () => {
    const run = start();
    return { update: (chunk) => run.update(chunk), hex: () => toHex(run.digest()) };
  };
}

/** The 64 digits in a checksum's file, alone or before a name as `sha256sum` writes them; `undefined` where it has none. */
export function checksumIn(text: string): string | undefined {
  const digits = /^\uFEFF?\s*([0-9a-fA-F]{64})(?=\s|$)/.exec(text)?.[1];
  return digits?.toLowerCase();
}

interface Run {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

function isStart(start: unknown): start is () => Run {
  return typeof start === "function";
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

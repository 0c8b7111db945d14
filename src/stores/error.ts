/** What a store or the file system raised in, one of a few kinds out. */
import { PickleError } from "../core/errors/index.ts";

/** What went wrong; a stable kebab word for programs. */
export type StoreCode =
  /** The engine failed while reading. */
  | "read-failed"
  /** The engine failed while writing. */
  | "write-failed"
  /** Others changed the key each time before this update was done. */
  | "conflict"
  /** The engine has no way to compare and set, so updates by several processes would be lost. */
  | "not-atomic"
  /** The key is no Unicode text. */
  | "bad-key"
  /** What stands under the key is no bytes. */
  | "bad-value"
  /** The shelf was closed. */
  | "closed";

/** A store could not do what was asked. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  /** The kind of failure. */
  readonly code: StoreCode;
  /** The key, where the failure is that of one. */
  readonly key: string | undefined;

  constructor(code: StoreCode, message: string, key?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.key = key;
  }
}

/** Kinds of failure of whatever keeps the bytes, a folder or a store. */
export type StorageFault = "disk-full" | "read-only" | "read-failed" | "write-failed" | "no-files";

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const FORBIDDEN = new Set(["EROFS", "EACCES", "EPERM"]);

/** Which it is, or `undefined` where the failure is no storage's. */
export function storageFault(error: unknown): StorageFault | undefined {
  if (error instanceof StoreError) {
    return error.code === "read-failed" || error.code === "bad-value"
      ? "read-failed"
      : "write-failed";
  }
  if (!(error instanceof PickleError)) return undefined;
  const { code, cause } = error;
  if (code === "no-files" || code === "read-failed") return code;
  if (code !== "write-failed") return undefined;
  const system: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof system !== "string") return "write-failed";
  return FULL.has(system) ? "disk-full" : FORBIDDEN.has(system) ? "read-only" : "write-failed";
}

/** Why a result could not be kept, or an argument makes no key. */
import { PickleError } from "../core/errors/index.ts";
import { storageFault } from "../stores/index.ts";

/** What went wrong; a stable kebab word for programs. */
export type CacheCode =
  /** An argument has no content that a key could be made of. */
  | "bad-argument"
  /** The file of a result is damaged, or is none; it is computed anew. */
  | "damaged"
  /** The result alone is larger than `maxBytes`. */
  | "too-large"
  /** The disk, or the quota of it, is full. */
  | "disk-full"
  /** Nobody, or not this user, may write there. */
  | "read-only"
  /** Something else went wrong while reading. */
  | "read-failed"
  /** Something else went wrong while writing. */
  | "write-failed"
  /** This runtime has no files. */
  | "no-files";

/** The cache could not do its part. Only `bad-argument` and `no-files` reach the caller of a memoized function. */
export class CacheError extends Error {
  override readonly name: string = "CacheError";
  /** The kind of failure. */
  readonly code: CacheCode;

  constructor(code: CacheCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the file system raised, as the room's own error; anything else as it is. */
export function storageError(error: unknown): unknown {
  const code = storageFault(error);
  if (code === undefined || !(error instanceof PickleError)) return error;
  return new CacheError(code, error.message, { cause: error.cause ?? error });
}

/** Why a database was refused or could not be changed, with what to do about it. */
import { PickleError } from "../core/errors/index.ts";

/** What went wrong; a stable kebab word for programs. */
export type DbmCode =
  /** There is no database of that name. */
  | "not-found"
  /** The file is no database that is known here. */
  | "unknown-format"
  /** The file contradicts its own format, or is cut short. */
  | "damaged"
  /** The format can be read here, and not written. */
  | "not-writable"
  /** It was opened for reading, or the file system lets nobody write. */
  | "read-only"
  /** Another process holds the database for too long. */
  | "locked"
  /** The disk, or the quota of it, is full. */
  | "disk-full"
  /** Changes stand in a file beside the database that is not read here. */
  | "pending-changes"
  /** This runtime has no SQLite, and none was handed in. */
  | "no-sqlite"
  /** This runtime has no files. */
  | "no-files"
  /** Something else went wrong while reading. */
  | "read-failed"
  /** Something else went wrong while writing. */
  | "write-failed"
  /** The database was closed. */
  | "closed";

/** A database was refused, or could not be changed. */
export class DbmError extends Error {
  override readonly name: string = "DbmError";
  /** The kind of failure. */
  readonly code: DbmCode;
  /** The byte of the file where it does not hold, where that is known. */
  readonly offset: number | undefined;

  constructor(code: DbmCode, message: string, offset?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.offset = offset;
  }
}

/** The refusal of a file that contradicts its format. */
export function damaged(what: string, offset: number): DbmError {
  return new DbmError("damaged", `the database is damaged at byte ${offset}: ${what}`, offset);
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const FORBIDDEN = new Set(["EROFS", "EACCES", "EPERM"]);

/** What the file system raised, as the room's own error; anything else as it is. */
export function systemError(error: unknown): unknown {
  if (!(error instanceof PickleError)) return error;
  const { code, message, cause } = error;
  if (code === "read-failed" || code === "no-files")
    return new DbmError(code, message, undefined, { cause });
  if (code !== "write-failed") return error;
  const system: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof system === "string" && FULL.has(system)) {
    const advice = "; free some space: what was written before is as it was";
    return new DbmError("disk-full", message + advice, undefined, { cause });
  }
  if (typeof system === "string" && FORBIDDEN.has(system)) {
    const advice = '; let this process write there, or open with flag: "r"';
    return new DbmError("read-only", message + advice, undefined, { cause });
  }
  return new DbmError("write-failed", message, undefined, { cause });
}

/** Runs an action over files. */
export function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw systemError(error);
  }
}

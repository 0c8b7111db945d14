/** Why a checkpoint was refused or could not be kept, with what to do about it. */
import { PickleError } from "../core/errors/index.ts";
import { storageFault } from "../stores/index.ts";

/** What went wrong; a stable kebab word for programs. */
export type CheckpointCode =
  /** The name could lead out of the folder, or is none that every file system takes. */
  | "bad-name"
  /** There is no checkpoint of that name. */
  | "not-found"
  /** There is a pickle, but no checksum beside it. */
  | "no-checksum"
  /** What should be the checksum is none. */
  | "bad-checksum"
  /** The bytes are not those that the checksum was made of: damaged, cut short, or half replaced. */
  | "checksum-mismatch"
  /** The pickle is no dict with a state in it. */
  | "not-a-checkpoint"
  /** The file changes while it is read. */
  | "changing"
  /** There are checkpoints, but none is intact. */
  | "none-intact"
  /** Another process holds the checkpoint for too long. */
  | "locked"
  /** The disk, or the quota of it, is full. */
  | "disk-full"
  /** Nobody, or not this user, may write there. */
  | "read-only"
  /** Something else went wrong while reading. */
  | "read-failed"
  /** Something else went wrong while writing. */
  | "write-failed"
  /** This runtime has no files, and no store was passed. */
  | "no-files";

/** A checkpoint was refused, or could not be kept. */
export class CheckpointError extends Error {
  override readonly name: string = "CheckpointError";
  /** The kind of failure. */
  readonly code: CheckpointCode;
  /** The checkpoint's name, where the failure is that of one. */
  readonly checkpoint: string | undefined;

  constructor(code: CheckpointCode, message: string, checkpoint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.checkpoint = checkpoint;
  }
}

const ADVICE = {
  "disk-full":
    "free some space, or keep fewer checkpoints with keepLast(n); what was saved before is as it was",
  "read-only": "let this process write there, or pass another folder",
  "read-failed": "",
  "write-failed": "what was saved before is as it was",
  "no-files": "pass a store instead of a path",
} as const;

/** What the file system or a store raised, as the room's own error; anything else as it is. */
export function storageError(error: unknown, name?: string): unknown {
  if (error instanceof CheckpointError) return error;
  const code = storageFault(error);
  if (code === undefined) return error;
  const message = error instanceof Error ? error.message : String(error);
  const advice = ADVICE[code];
  return new CheckpointError(code, advice === "" ? message : `${message}; ${advice}`, name, {
    cause: error instanceof PickleError ? (error.cause ?? error) : error,
  });
}

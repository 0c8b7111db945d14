/** Why a shelf was refused or could not be changed. */
import { type DbmCode, DbmError } from "../dbm/index.ts";

/** What went wrong: what may go wrong with the database beneath, and with a key. */
export type ShelveCode =
  | DbmCode
  /** The key is no Unicode text, or cannot be written in the shelf's encoding of keys. */
  | "bad-key";

/** A shelf was refused, or could not be changed. */
export class ShelveError extends Error {
  override readonly name: string = "ShelveError";
  /** The kind of failure. */
  readonly code: ShelveCode;
  /** The key, where the failure is that of one. */
  readonly key: string | undefined;

  constructor(code: ShelveCode, message: string, key?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.key = key;
  }
}

/** Runs an action over the database; what it refuses becomes the shelf's own error. */
export function guarded<T>(action: () => T, key?: string): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof DbmError)) throw error;
    throw new ShelveError(error.code, error.message, key, { cause: error });
  }
}

/** Why signed bytes were refused. Nothing of them has been read as a pickle by then. */

/** What went wrong; a stable kebab word for programs. */
export type SignatureCode =
  /** The signature belongs to other bytes, or was made with another key. */
  | "mismatch"
  /** The signature has not the 32 bytes of HMAC-SHA256. */
  | "bad-length"
  /** The bytes name a key that is not in the ring. */
  | "unknown-key"
  /** The bytes do not begin as sealed ones do. */
  | "not-sealed";

/** Signed bytes were refused, or could not be judged. */
export class SignatureError extends Error {
  override readonly name: string = "SignatureError";
  /** The kind of failure. */
  readonly code: SignatureCode;

  constructor(code: SignatureCode, message: string) {
    super(message);
    this.code = code;
  }
}

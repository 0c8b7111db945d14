/** Every refusal of this room: a closed set of codes, in the words of CPython 3.13's `binascii.Error`. */

/** What went wrong. */
export type BinasciiErrorCode =
  /** a text with other characters than ASCII's */
  | "not-ascii"
  /** a character outside the alphabet */
  | "invalid-character"
  /** a number of characters that no bytes have */
  | "bad-length"
  /** padding that is missing, or of a length that cannot be */
  | "incorrect-padding"
  /** with `validate`: padding at the start, too much of it, data inside it, data after it */
  | "leading-padding"
  | "excess-padding"
  | "discontinuous-padding"
  | "excess-data"
  /** five characters of base85 that stand for more than 32 bits */
  | "overflow"
  /** Ascii85's `z` or `y` inside a group */
  | "inside-group"
  /** Adobe's Ascii85 without its `~>` */
  | "no-terminator"
  /** a URL that is no data URL */
  | "bad-data-url"
  /** more than a string or an array of this runtime can hold */
  | "too-large"
  | "read-failed"
  | "write-failed"
  | "no-files";

/** What Python raises as `binascii.Error`, and the `ValueError` of Ascii85 and base85 too. */
export class BinasciiError extends Error {
  override readonly name: string = "BinasciiError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: BinasciiErrorCode;
  /** Index of the character or byte of the input where it was noticed; its length where something is missing. */
  readonly offset: number | undefined;

  constructor(code: BinasciiErrorCode, message: string, offset?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.offset = offset;
  }
}

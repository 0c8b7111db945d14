/** Every refusal of this room: a closed set of codes, in the words of CPython 3.13's `struct.error`. */

/** What went wrong. */
export type StructErrorCode =
  /** the format: a character that is none, a count without one, NUL, what is not ASCII */
  | "bad-format"
  /** a size beyond 2^53 - 1, or beyond what this runtime can hold */
  | "too-large"
  /** more or fewer values than the format has */
  | "wrong-count"
  /** a value of the wrong kind for its format character */
  | "not-an-integer"
  | "not-a-float"
  | "not-a-complex"
  | "not-bytes"
  /** a number that does not fit */
  | "out-of-range"
  /** bytes of another length than the format's */
  | "wrong-size"
  /** an offset outside the buffer, or too near its end */
  | "bad-offset"
  /** a format of length 0 where records are counted */
  | "zero-size"
  /** a file that ends inside a record */
  | "truncated"
  /** a source that can only be read in order */
  | "not-seekable"
  | "read-failed"
  | "no-files";

/** Where it went wrong, as far as there is a where. */
export interface StructErrorPlace {
  /** Index of the value among those to be packed. */
  readonly index?: number;
  /** Byte offset in the buffer or file. */
  readonly offset?: number;
  /** Index of the character in the format. */
  readonly position?: number;
}

/** What Python raises as `struct.error`, and its `OverflowError` and `UnicodeEncodeError` too. */
export class StructError extends Error {
  override readonly name: string = "StructError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: StructErrorCode;
  /** Index of the value that cannot be packed. */
  readonly index: number | undefined;
  /** Byte offset in the buffer or file that was read or written. */
  readonly offset: number | undefined;
  /** Index of the character of the format that is wrong. */
  readonly position: number | undefined;

  constructor(
    code: StructErrorCode,
    message: string,
    { index, offset, position, ...options }: StructErrorPlace & ErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.index = index;
    this.offset = offset;
    this.position = position;
  }
}

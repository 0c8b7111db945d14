/** What `pickletools` refuses in, one error class out. Source: the exceptions of CPython 3.13 Lib/pickletools.py. */

/** What went wrong. */
export type PickletoolsCode =
  /** The bytes end before STOP, or within an argument. */
  | "truncated"
  | "invalid-opcode"
  /** A negative count of bytes, or one beyond `sys.maxsize`. */
  | "bad-length"
  | "bad-integer"
  | "bad-float"
  /** No quotes, or an escape that is none. */
  | "bad-string"
  /** Bytes that are not the text they should be. */
  | "bad-encoding"
  | "no-mark"
  | "stack-underflow"
  | "stack-not-empty"
  | "memo-redefined"
  | "memo-missing"
  | "memo-target"
  | "unsupported-protocol"
  /** More text than a string can hold. */
  | "too-long";

/** Classes of the exceptions that Python raises for the same input. */
export type PythonException = "ValueError" | "UnicodeDecodeError" | "IndexError" | "TypeError";

/** A pickle that `pickletools` refuses; the message is, character for character, that of Python's exception. */
export class PickletoolsError extends Error {
  override readonly name: string = "PickletoolsError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: PickletoolsCode;
  /** Byte offset from the start of the input of the opcode that was refused. */
  readonly offset: number;
  /** The class of the exception that Python raises. */
  readonly exception: PythonException;
  /** What `dis` had printed until then, as far as it was gathered; empty for the other functions. */
  printed = "";

  constructor(
    code: PickletoolsCode,
    message: string,
    offset: number,
    exception: PythonException = "ValueError",
  ) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.exception = exception;
  }
}

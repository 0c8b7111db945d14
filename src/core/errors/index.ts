/** Every error that leaves the pickle machine: a closed set of codes, each with the place where it happened. */

/** What went wrong while reading. `docs/security.md` lists each with the input that raises it. */
export type UnpicklingCode =
  | "truncated"
  | "invalid-opcode"
  | "unsupported-protocol"
  | "stack-underflow"
  | "no-mark"
  | "odd-items"
  | "memo-missing"
  | "memo-index"
  | "bad-length"
  | "bad-integer"
  | "bad-float"
  | "bad-string"
  | "bad-utf8"
  | "bad-encoding"
  | "bad-name"
  | "bad-callable"
  | "bad-arguments"
  | "bad-target"
  | "bad-value"
  | "unhashable"
  | "dict-key"
  | "unknown-extension"
  | "no-persistent-load"
  | "no-buffers"
  | "hook-failed"
  | "construct-failed"
  | "bad-array"
  | "no-companion"
  | "schema-mismatch"
  | "forbidden-global"
  | "limit-exceeded";

/** What went wrong while writing. */
export type PicklingCode =
  | "unsupported-value"
  | "unsupported-protocol"
  | "unsupported-reduction"
  | "not-encodable"
  | "no-buffer-protocol"
  | "bad-persistent-id"
  | "changed-while-dumping"
  | "hook-failed"
  | "too-large"
  | "write-failed";

/** What went wrong around the bytes: sources and files. */
export type SourceCode = "read-failed" | "no-files" | "write-failed";

/** Any code that a {@link PickleError} can carry. */
export type PickleErrorCode = UnpicklingCode | PicklingCode | SourceCode;

/** The base of every error of pickling and unpickling. */
export class PickleError extends Error {
  override readonly name: string = "PickleError";
  /** The kind of failure, a stable kebab word for programs. */
  declare readonly code: PickleErrorCode;

  constructor(code: PickleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A value could not be written. */
export class PicklingError extends PickleError {
  override readonly name: string = "PicklingError";
  /** Where the value stands, from the root `$`: `$.users[3].callback`. */
  declare readonly path: string;

  constructor(code: PicklingCode, message: string, path: string, options?: ErrorOptions) {
    super(code, `${message} at ${path}`, options);
    this.path = path;
  }
}

/** The bytes could not be read. */
export class UnpicklingError extends PickleError {
  override readonly name: string = "UnpicklingError";
  /** Byte offset from the start of the input of the opcode that failed. */
  declare readonly offset: number;
  /** Its opcode byte, or `undefined` where the input ended before one. */
  declare readonly opcode: number | undefined;

  constructor(
    code: UnpicklingCode,
    message: string,
    offset: number,
    opcode?: number | undefined,
    options?: ErrorOptions,
  ) {
    const shown = opcode === undefined ? "" : ` (opcode 0x${opcode.toString(16).padStart(2, "0")})`;
    super(code, `${message} at byte ${offset}${shown}`, options);
    this.offset = offset;
    this.opcode = opcode;
  }
}

/** A global that the caller's rules do not allow. */
export class ForbiddenGlobalError extends UnpicklingError {
  override readonly name: string = "ForbiddenGlobalError";
  /** Python module of the refused global. */
  declare readonly module: string;
  /** Qualified name inside that module. */
  declare readonly global: string;

  constructor(module: string, global: string, offset: number, opcode?: number) {
    super("forbidden-global", `global '${module}.${global}' is not allowed`, offset, opcode);
    this.module = module;
    this.global = global;
  }
}

/** A named limit of {@link Limits} was passed. */
export class LimitError extends UnpicklingError {
  override readonly name: string = "LimitError";
  /** Name of the limit. */
  declare readonly limit: string;
  /** The value in force. */
  declare readonly allowed: number;
  /** What the input asked for. */
  declare readonly actual: number;

  constructor(limit: string, allowed: number, actual: number, offset: number, opcode?: number) {
    super(
      "limit-exceeded",
      `${limit} is limited to ${allowed}, the input asks for ${actual}`,
      offset,
      opcode,
    );
    this.limit = limit;
    this.allowed = allowed;
    this.actual = actual;
  }
}

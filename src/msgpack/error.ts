/** Every error of this room: one class, a closed set of codes, and the place in the bytes or in the value. */

/** What went wrong while reading; the name in brackets is what msgpack-python raises. */
export type UnpackCode =
  /** The input ends inside an object (`ValueError: Unpack failed: incomplete input`). */
  | "truncated"
  /** Bytes follow the object (`ExtraData`). */
  | "extra-data"
  /** The byte 0xc1 (`FormatError`). */
  | "invalid-format"
  /** More than 1024 arrays and maps inside one another (`StackError`). */
  | "too-deep"
  /** An Unpacker has no whole object yet (`OutOfData`). */
  | "out-of-data"
  /** More waits to be unpacked than `maxBufferSize` (`BufferFull`). */
  | "buffer-full"
  /** A length is more than its `max…Len` (`ValueError`). */
  | "limit-exceeded"
  /** A map key is neither str nor bytes (`ValueError`), or two keys fall together in a plain object. */
  | "map-key"
  /** A map key that Python cannot hash (`TypeError`). */
  | "unhashable"
  /** A str is not UTF-8 (`UnicodeDecodeError`). */
  | "bad-utf8"
  /** A timestamp of another length than 4, 8 or 12, or of a billion nanoseconds (`ValueError`). */
  | "bad-timestamp"
  /** A negative extension code, and no `extHook` (`ValueError`). */
  | "bad-ext"
  /** A timestamp that is no datetime (`OverflowError`). */
  | "date-range"
  /** `readArrayHeader` or `readMapHeader` on something else (`ValueError`). */
  | "unexpected-type"
  /** Another way of reading while an object is half read, or a call from inside a hook (`ValueError`). */
  | "in-progress"
  /** A hook threw; its error is the `cause`. */
  | "hook-failed";

/** What went wrong while writing. */
export type PackCode =
  /** Nothing that msgpack has a form for (`TypeError`). */
  | "unsupported-value"
  /** An int beyond 64 bits (`OverflowError`). */
  | "integer-range"
  /** A float beyond single precision, with `useSingleFloat` (`OverflowError`). */
  | "float-range"
  /** A str with lone surrogates (`UnicodeEncodeError`). */
  | "not-encodable"
  /** A date without a time zone, with `datetime` (`ValueError`). */
  | "naive-datetime"
  /** More than 1024 containers inside one another, or one that holds itself (`ValueError`). */
  | "too-deep"
  /** More than 2**32 - 1 items or bytes (`ValueError`). */
  | "too-large"
  /** A Packer was called from inside its own `default`. */
  | "in-progress"
  /** `default` threw; its error is the `cause`. */
  | "hook-failed";

/** Any code that a {@link MsgpackError} can carry. */
export type MsgpackCode = UnpackCode | PackCode;

interface Place {
  readonly offset?: number | undefined;
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/** A value could not be packed, or bytes could not be unpacked. */
export class MsgpackError extends Error {
  override readonly name: string = "MsgpackError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: MsgpackCode;
  /** While reading: byte offset, from the start of the input, of the object that could not be read. */
  readonly offset: number | undefined;
  /** While writing: where the value stands, from the root `$`: `$.users[3].callback`. */
  readonly path: string | undefined;

  constructor(code: MsgpackCode, message: string, { offset, path, cause }: Place = {}) {
    const place =
      offset !== undefined ? ` at byte ${offset}` : path !== undefined ? ` at ${path}` : "";
    super(message + place, cause === undefined ? undefined : { cause });
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}

/** Bytes follow the object; both are kept, as msgpack-python's `ExtraData` keeps them. */
export class ExtraDataError extends MsgpackError {
  override readonly name: string = "ExtraDataError";
  /** The object that was read. */
  readonly unpacked: unknown;
  /** The bytes behind it. */
  readonly extra: Uint8Array;

  constructor(unpacked: unknown, extra: Uint8Array, offset: number) {
    super("extra-data", `${extra.length} bytes follow the object`, { offset });
    this.unpacked = unpacked;
    this.extra = extra;
  }
}

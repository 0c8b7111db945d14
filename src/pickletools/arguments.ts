/**
 * The reader behind an opcode's byte in, the opcode's argument out, decoded as Python's `pickletools` decodes it.
 * Source: CPython 3.13 Lib/pickletools.py, the functions read_*; the messages are theirs.
 */
import { decodeLatin1, decodeLong, smallest } from "../core/bytes/index.ts";
import { ARGUMENTS, type Argument, type Opcode } from "../core/opcodes/index.ts";
import {
  ByteArray,
  formatFloat,
  reprByteArray,
  reprBytes,
  reprCodePoints,
  reprString,
} from "../core/values/index.ts";
import { PickletoolsError } from "./error.ts";
import { pythonFloat, pythonInt, reprInt } from "./numbers.ts";
import {
  pythonCodePoints,
  pythonEscapedAscii,
  pythonRawUnicodeEscape,
  pythonUtf8,
  type Refusal,
} from "./python-text.ts";
import type { Reader } from "./reader.ts";

/**
 * An opcode's argument: an int as a number while it is a safe integer and else a bigint, a float as a number, bytes as a
 * `Uint8Array`, a bytearray as a `ByteArray`; `null` where the opcode has none.
 */
export type OpcodeArgument = null | boolean | number | bigint | string | Uint8Array | ByteArray;

/** The name of a kind of argument. */
export type ArgumentName = Opcode["argument"];

/** An argument and, for text, the bytes that it was decoded from. */
export interface DecodedArgument {
  readonly value: OpcodeArgument;
  readonly raw: Uint8Array | undefined;
}

const NONE: DecodedArgument = { value: null, raw: undefined };

/**
 * Reads the argument of the opcode at `offset`.
 *
 * @throws PickletoolsError with the message of Python's exception
 */
export function readArgument(kind: ArgumentName, reader: Reader, offset: number): DecodedArgument {
  const shape: Argument = ARGUMENTS[kind];
  switch (shape.kind) {
    case "none":
      return NONE;
    case "fixed":
      return { value: fixed(kind, shape.bytes, reader, offset), raw: undefined };
    case "lines":
      return fromLine(kind, reader, offset);
    case "counted":
      return counted(kind, shape, reader, offset);
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function fixed(kind: string, size: number, reader: Reader, offset: number): number | bigint {
  const bytes = reader.read(size);
  if (bytes.length < size) throw notEnough(kind, offset);
  const view = viewOf(bytes);
  if (kind === "float8") return view.getFloat64(0, false);
  if (size === 1) return bytes[0] as number;
  if (size === 2) return view.getUint16(0, true);
  if (size === 4) return kind === "int4" ? view.getInt32(0, true) : view.getUint32(0, true);
  return smallest(view.getBigUint64(0, true));
}

const notEnough = (kind: string, offset: number): PickletoolsError =>
  new PickletoolsError("truncated", `not enough data in stream to read ${kind}`, offset);

// The count's own kind: what read_long4 and the others call first.
const COUNT_NAMES: Readonly<Record<number, string>> = { 1: "uint1", 4: "uint4", 8: "uint8" };

function counted(
  kind: ArgumentName,
  shape: Extract<Argument, { kind: "counted" }>,
  reader: Reader,
  offset: number,
): DecodedArgument {
  const name = shape.signed ? "int4" : (COUNT_NAMES[shape.width] as string);
  const count = fixed(name, shape.width, reader, offset);
  if (count < 0) {
    throw new PickletoolsError("bad-length", `${kind} byte count < 0: ${count}`, offset);
  }
  if (count > 0x7fff_ffff_ffff_ffffn) {
    throw new PickletoolsError("bad-length", `${kind} byte count > sys.maxsize: ${count}`, offset);
  }
  const raw = reader.read(Number(count));
  if (raw.length !== Number(count)) {
    if (kind === "long1" || kind === "long4") throw notEnough(kind, offset);
    const article = `a ${kind}`;
    throw new PickletoolsError(
      "truncated",
      `expected ${count} bytes in ${article}, but only ${raw.length} remain`,
      offset,
    );
  }
  switch (kind) {
    case "long1":
    case "long4":
      return { value: decodeLong(raw, viewOf(raw), 0, raw.length), raw: undefined };
    case "string1":
    case "string4":
      return { value: decodeLatin1(raw), raw: undefined };
    case "bytearray8":
      return { value: new ByteArray(raw), raw: undefined };
    case "bytes1":
    case "bytes4":
    case "bytes8":
      return { value: reader.kept(raw), raw: undefined };
    default:
      return { value: textOf(pythonUtf8(raw), offset), raw };
  }
}

function textOf(text: string | Refusal, offset: number): string {
  if (typeof text === "string") return text;
  throw text.unicode
    ? new PickletoolsError("bad-encoding", text.message, offset, "UnicodeDecodeError")
    : new PickletoolsError("bad-string", text.message, offset);
}

function fromLine(kind: ArgumentName, reader: Reader, offset: number): DecodedArgument {
  switch (kind) {
    case "decimalnl_short": {
      const line = lineOf("stringnl", reader, offset);
      const [first, second] = line;
      // How protocols 0 and 1 write False and True.
      if (line.length === 2 && first === 0x30 && (second === 0x30 || second === 0x31)) {
        return { value: second === 0x31, raw: undefined };
      }
      return { value: numberOf("bad-integer", pythonInt(line), offset), raw: undefined };
    }
    case "decimalnl_long": {
      const line = lineOf("stringnl", reader, offset);
      const digits = line[line.length - 1] === 0x4c ? line.subarray(0, -1) : line;
      return { value: numberOf("bad-integer", pythonInt(digits), offset), raw: undefined };
    }
    case "floatnl": {
      const line = lineOf("stringnl", reader, offset);
      return { value: numberOf("bad-float", pythonFloat(line), offset), raw: undefined };
    }
    case "unicodestringnl": {
      const raw = lineOf("unicodestringnl", reader, offset);
      return { value: textOf(pythonRawUnicodeEscape(raw), offset), raw };
    }
    case "stringnl": {
      const quoted = lineOf("stringnl", reader, offset);
      return {
        value: textOf(pythonEscapedAscii(unquoted(quoted, offset)), offset),
        raw: undefined,
      };
    }
    case "stringnl_noescape":
      return { value: plainLine(reader, offset), raw: undefined };
    default: {
      const first = plainLine(reader, offset);
      return { value: `${first} ${plainLine(reader, offset)}`, raw: undefined };
    }
  }
}

const plainLine = (reader: Reader, offset: number): string =>
  textOf(pythonEscapedAscii(lineOf("stringnl", reader, offset)), offset);

function numberOf(
  code: "bad-integer" | "bad-float",
  value: number | bigint | { readonly message: string },
  offset: number,
): number | bigint {
  if (typeof value !== "object") return value;
  throw new PickletoolsError(code, value.message, offset);
}

function lineOf(kind: string, reader: Reader, offset: number): Uint8Array {
  const line = reader.line();
  if (line[line.length - 1] === 0x0a) return line.subarray(0, -1);
  const message = `no newline found when trying to read ${kind}`;
  throw new PickletoolsError("truncated", message, offset);
}

function unquoted(data: Uint8Array, offset: number): Uint8Array {
  const [quote] = data;
  if (quote !== 0x22 && quote !== 0x27) {
    throw new PickletoolsError("bad-string", `no string quotes around ${reprBytes(data)}`, offset);
  }
  if (data[data.length - 1] !== quote) {
    const mark = reprBytes(Uint8Array.of(quote));
    throw new PickletoolsError(
      "bad-string",
      // The spelling is CPython's.
      `strinq quote ${mark} not found at both ends of ${reprBytes(data)}`,
      offset,
    );
  }
  return data.subarray(1, -1);
}

const isFloat = (kind: ArgumentName): boolean => kind === "floatnl" || kind === "float8";
const HIGH_THEN_LOW = /[\ud800-\udbff][\udc00-\udfff]/;

/**
 * Python's `repr` of an argument.
 *
 * @throws PickletoolsError `bad-integer` for an int of more than 4300 digits, as Python; `too-long`
 */
export function reprArgument(
  kind: ArgumentName,
  { value, raw }: DecodedArgument,
  offset: number,
): string {
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "number":
    case "bigint": {
      if (isFloat(kind)) return formatFloat(Number(value));
      const text = reprInt(value);
      if (typeof text === "string") return text;
      throw new PickletoolsError("bad-integer", text.message, offset);
    }
    case "string": {
      checkSize(value.length, offset);
      if (raw === undefined || !HIGH_THEN_LOW.test(value)) return reprString(value);
      const codec = kind === "unicodestringnl" ? "raw" : "utf-8";
      return reprCodePoints(
        pythonCodePoints(raw, codec),
        value.includes("'") && !value.includes('"'),
      );
    }
    default: {
      if (value === null) return "None";
      checkSize(value.length, offset);
      return value instanceof ByteArray ? reprByteArray(value) : reprBytes(value);
    }
  }
}

/** V8's longest string has 2^29 - 24 characters; other engines allow more. */
export const MOST_CHARACTERS: number = 2 ** 29 - 4096;

// An escape is at most four characters for each byte, ten for a character of two units.
function checkSize(length: number, offset: number): void {
  if (length * 6 > MOST_CHARACTERS) {
    throw new PickletoolsError("too-long", "an argument's text is too long for a string", offset);
  }
}

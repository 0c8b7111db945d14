/**
 * The header of a `.npy` file in, dtype, shape and order out, and back.
 * Source: NumPy 2.5 `numpy/lib/_format_impl.py`; NEP 1.
 */
import { decodeLatin1, encodeLatin1 } from "../core/bytes/index.ts";
import { type DType, type DTypeLike, dtype as dtypeOf } from "./dtype.ts";
import { sizeOf } from "./layout.ts";
import type { NdArray } from "./ndarray.ts";
import { NpyError } from "./npy-error.ts";
import { type Literal, LiteralError, parseLiteral, reprString } from "./npy-literal.ts";

/** `\x93NUMPY`, and two bytes of version. */
export const MAGIC_SIZE = 8;
/** Bytes in which the magic and the length of the longest kind of header stand. */
export const PREAMBLE_SIZE = 12;
// _MAX_HEADER_SIZE: a longer one makes Python's parser slow, or crash.
const MAX_HEADER_SIZE = 10_000;
const ALIGNMENT = 64;
// GROWTH_AXIS_MAX_DIGITS: room in which the first length can grow to 2^64.
const GROWTH_DIGITS = 21;

/** What a header says. */
export interface NpyHeader {
  readonly version: readonly [major: number, minor: number];
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** Where the elements begin. */
  readonly dataOffset: number;
}

/** How headers are read. */
export interface NpyHeaderOptions {
  /** Most characters of a header. Default 10,000, NumPy's own. */
  readonly maxHeaderSize?: number | undefined;
}

/** Whether the file that begins so is a `.npy` file. */
export function isNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Where the header's text begins and how long it is, by the first {@link PREAMBLE_SIZE} bytes.
 *
 * @throws NpyError `not-npy`, `unsupported-version`, `truncated`, `header-too-long`
 */
export function readPreamble(
  bytes: Uint8Array,
  { maxHeaderSize = MAX_HEADER_SIZE }: NpyHeaderOptions,
): { readonly textOffset: number; readonly textLength: number } {
  for (let at = 0; at < MAGIC.length; at++) {
    if (at >= bytes.length)
      throw new NpyError("truncated", "a .npy file ends in its first bytes", at);
    if (bytes[at] !== MAGIC[at])
      throw new NpyError("not-npy", "it does not begin as a .npy file", at);
  }
  const major = bytes[6];
  const wide = major === 2 || major === 3;
  if (major === undefined || bytes[7] === undefined) {
    throw new NpyError("truncated", "a .npy file ends in its first bytes", bytes.length);
  }
  if ((!wide && major !== 1) || bytes[7] !== 0) {
    throw new NpyError("unsupported-version", `version ${major}.${bytes[7]} of the .npy format`, 6);
  }
  const textOffset = wide ? 12 : 10;
  if (bytes.length < textOffset) {
    throw new NpyError("truncated", "a .npy file ends in its first bytes", bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const textLength = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (textLength > maxHeaderSize) {
    const message = `a header of ${textLength} bytes, where maxHeaderSize allows ${maxHeaderSize}`;
    throw new NpyError("header-too-long", message, MAGIC_SIZE);
  }
  return { textOffset, textLength };
}

/**
 * The header at the beginning of `bytes`.
 *
 * @throws NpyError
 */
export function readHeader(bytes: Uint8Array, options: NpyHeaderOptions): NpyHeader {
  const { textOffset, textLength } = readPreamble(bytes, options);
  const end = textOffset + textLength;
  if (bytes.length < end) {
    throw new NpyError("truncated", "a .npy file ends in its header", bytes.length);
  }
  const version = [bytes[6] as number, bytes[7] as number] as const;
  const text = decodeText(bytes.subarray(textOffset, end), version[0], textOffset);
  const fields = parseFields(text, textOffset);
  const shape = shapeOf(fields.get("shape"), textOffset);
  const isFortran = fields.get("fortran_order");
  if (typeof isFortran !== "boolean") {
    throw new NpyError("bad-header", "fortran_order is neither True nor False", textOffset);
  }
  const dtype = dtypeFrom(fields.get("descr"), textOffset);
  checkSize(shape, dtype, textOffset);
  return { version, dtype, shape, order: isFortran ? "F" : "C", dataOffset: end };
}

function decodeText(bytes: Uint8Array, major: number, offset: number): string {
  if (major < 3) return decodeLatin1(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new NpyError("bad-header", "a header that is not UTF-8", offset, { cause });
  }
}

const KEYS = ["descr", "fortran_order", "shape"];

function parseFields(text: string, offset: number): Map<string, Literal> {
  let value: Literal;
  try {
    value = parseLiteral(text);
  } catch (cause) {
    if (!(cause instanceof LiteralError)) throw cause;
    throw new NpyError("bad-header", `a header with ${cause.message}`, offset + cause.at, {
      cause,
    });
  }
  if (
    !(value instanceof Map) ||
    value.size !== KEYS.length ||
    !KEYS.every((key) => value.has(key))
  ) {
    throw new NpyError("bad-header", `a header without exactly ${KEYS.join(", ")}`, offset);
  }
  return value;
}

function shapeOf(value: Literal | undefined, offset: number): number[] {
  if (!Array.isArray(value)) throw new NpyError("bad-shape", "a shape that is no tuple", offset);
  return value.map((length) => {
    if (typeof length === "number" && Number.isSafeInteger(length) && length >= 0) return length;
    throw new NpyError("bad-shape", `a shape with ${describe(length)} in it`, offset);
  });
}

// As many elements and bytes as can be counted, also where the dtype repeats another and adds its own axes.
function checkSize(shape: readonly number[], dtype: DType, offset: number): void {
  let cause: unknown;
  try {
    sizeOf([...shape, ...(dtype.subarray?.shape ?? [])]);
    if (Number.isSafeInteger(sizeOf(shape) * Math.max(1, dtype.itemsize))) return;
  } catch (error) {
    cause = error;
  }
  throw new NpyError("bad-shape", `a shape of (${shape.join(", ")})`, offset, { cause });
}

function describe(value: Literal): string {
  return typeof value === "number" ? String(value) : `a ${value === null ? "None" : typeof value}`;
}

function dtypeFrom(descr: Literal | undefined, offset: number): DType {
  try {
    // Whatever it is: dtype() refuses with a TypeError what says none.
    return dtypeOf(descr as DTypeLike);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new NpyError("bad-dtype", `a descr that is no dtype: ${cause.message}`, offset, {
      cause,
    });
  }
}

/** The header that NumPy writes for an array. @throws TypeError where no descr can say the dtype */
export function writeHeader(array: NdArray): Uint8Array {
  const { dtype, shape } = array;
  const isFortran = array.order === "F";
  // StringDType has no descr: its elements are pickled, and the header says that they are objects.
  const descr = dtype.kind === "T" ? "|O" : dtype.descr;
  const order = isFortran ? "True" : "False";
  let text = `{'descr': ${reprDescr(descr)}, 'fortran_order': ${order}, 'shape': ${reprTuple(shape)}, }`;
  const growing = isFortran ? shape.at(-1) : shape[0];
  if (growing !== undefined)
    text += " ".repeat(Math.max(0, GROWTH_DIGITS - String(growing).length));
  // What latin-1 cannot say needs version 3, what 65535 bytes cannot hold version 2.
  const latin1 = encodeLatin1(text);
  const isLatin1 = latin1 !== undefined;
  const encoded = latin1 ?? new TextEncoder().encode(text);
  const narrow = padded(encoded.length, MAGIC_SIZE + 2);
  const isWide = !isLatin1 || narrow > 0xffff;
  const textOffset = isWide ? 12 : 10;
  const textLength = isWide ? padded(encoded.length, textOffset) : narrow;
  const bytes = new Uint8Array(textOffset + textLength).fill(0x20);
  bytes.set(MAGIC);
  bytes.set([isLatin1 ? (isWide ? 2 : 1) : 3, 0], MAGIC.length);
  const view = new DataView(bytes.buffer);
  if (isWide) view.setUint32(MAGIC_SIZE, textLength, true);
  else view.setUint16(MAGIC_SIZE, textLength, true);
  bytes.set(encoded, textOffset);
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

// At least the line's end, and then up to a multiple of 64 from the file's beginning; never nothing.
function padded(length: number, before: number): number {
  return length + 1 + ALIGNMENT - ((before + length + 1) % ALIGNMENT);
}

function reprDescr(descr: DType["descr"]): string {
  if (typeof descr === "string") return reprString(descr);
  const fields = descr.map(([name, type, shape]) => {
    const label =
      typeof name === "string" ? reprString(name) : `(${name.map(reprString).join(", ")})`;
    return `(${label}, ${reprDescr(type)}${shape === undefined ? "" : `, ${reprTuple(shape)}`})`;
  });
  return `[${fields.join(", ")}]`;
}

function reprTuple(items: readonly number[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

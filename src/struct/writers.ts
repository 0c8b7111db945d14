/** One value in, its bytes out: a function for each kind, size and byte order. Source: CPython 3.13 Modules/_struct.c. */
import { ByteArray, Complex, Float } from "../core/values/index.ts";
import { StructError } from "./error.ts";
import { halfBits } from "./half.ts";
import type { Run } from "./layout.ts";
import { isTrue } from "./truth.ts";

/** Writes one value at byte `at`; `view` and `bytes` are the same memory. `index` is the value's, for the error. */
export type Writer = (
  view: DataView,
  at: number,
  value: unknown,
  bytes: Uint8Array,
  index: number,
) => void;

/** The writer of a run's values. */
export function writerOf(run: Run, littleEndian: boolean, native: boolean): Writer {
  switch (run.kind) {
    case "signed":
    case "unsigned":
    case "pointer":
      return run.size === 8 ? longWriter(run, littleEndian) : integerWriter(run, littleEndian);
    case "float":
      return floatWriter(run.size, littleEndian, native);
    case "complex":
      // CPython 3.14 packs a little-endian F by its native code, whatever the format says.
      return complexWriter(run.size, littleEndian, native || littleEndian);
    case "bool":
      return (view, at, value) => view.setUint8(at, isTrue(value) ? 1 : 0);
    case "char":
      return writeChar;
    case "pascal":
      return pascalWriter(run.size);
    default:
      return bytesWriter(run.size);
  }
}

// --- integers

function integerWriter({ code, size, kind }: Run, littleEndian: boolean): Writer {
  const signed = kind === "signed";
  const most = 2 ** (size * 8 - (signed ? 1 : 0)) - 1;
  const least = signed ? -most - 1 : 0;
  const slow = (value: unknown, index: number): number => {
    const integer = integerOf(value, index);
    if (integer >= least && integer <= most) return Number(integer);
    throw outOfRange(code, least, most, index);
  };
  // A conversion that changes nothing is both checks in one: an integer, and in range.
  switch (code) {
    case "b":
      return (view, at, value, _bytes, index) =>
        view.setInt8(
          at,
          typeof value === "number" && (value << 24) >> 24 === value ? value : slow(value, index),
        );
    case "B":
      return (view, at, value, _bytes, index) =>
        view.setUint8(
          at,
          typeof value === "number" && (value & 0xff) === value ? value : slow(value, index),
        );
    case "h":
      return (view, at, value, _bytes, index) =>
        view.setInt16(
          at,
          typeof value === "number" && (value << 16) >> 16 === value ? value : slow(value, index),
          littleEndian,
        );
    case "H":
      return (view, at, value, _bytes, index) =>
        view.setUint16(
          at,
          typeof value === "number" && (value & 0xffff) === value ? value : slow(value, index),
          littleEndian,
        );
    default:
      return signed
        ? (view, at, value, _bytes, index) =>
            view.setInt32(
              at,
              typeof value === "number" && (value | 0) === value ? value : slow(value, index),
              littleEndian,
            )
        : (view, at, value, _bytes, index) =>
            view.setUint32(
              at,
              typeof value === "number" && value >>> 0 === value ? value : slow(value, index),
              littleEndian,
            );
  }
}

function longWriter({ code, kind }: Run, littleEndian: boolean): Writer {
  const most = kind === "signed" ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  // A pointer may be negative, as in C.
  const least = kind === "unsigned" ? 0n : -(2n ** 63n);
  const [highAt, lowAt] = littleEndian ? [4, 0] : [0, 4];
  return (view, at, value, _bytes, index) => {
    const integer =
      typeof value === "number" && Number.isSafeInteger(value) ? value : integerOf(value, index);
    if (typeof integer === "bigint") {
      if (integer < least || integer > most) throw outOfRange(code, least, most, index);
      view.setBigInt64(at, integer, littleEndian);
    } else {
      if (integer < 0 && kind === "unsigned") throw outOfRange(code, least, most, index);
      view.setInt32(at + highAt, Math.floor(integer / 0x1_0000_0000), littleEndian);
      view.setUint32(at + lowAt, integer, littleEndian);
    }
  };
}

// An integral number beyond the safe ones is a float by the rules of values; it stands for many integers at once.
function integerOf(value: unknown, index: number): number | bigint {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return value as number | bigint;
  if (typeof value === "boolean") return value ? 1 : 0;
  const hint = Number.isInteger(value)
    ? `: ${String(value)} is beyond the safe integers, pass a bigint`
    : "";
  throw new StructError("not-an-integer", `required argument is not an integer${hint}`, { index });
}

function outOfRange(
  code: string,
  least: number | bigint,
  most: number | bigint,
  index: number,
): StructError {
  const message =
    code === "P"
      ? "int too large to convert"
      : `'${code}' format requires ${least} <= number <= ${most}`;
  return new StructError("out-of-range", message, { index });
}

// --- floats

function floatWriter(size: number, littleEndian: boolean, native: boolean): Writer {
  switch (size) {
    case 2:
      return (view, at, value, _bytes, index) => {
        const number = typeof value === "number" ? value : floatOf(value, index);
        const bits =
          number === number ? halfBits(number) : Number(nanBits(value) >> 63n) * 0x8000 + 0x7e00;
        if (bits < 0) throw tooLarge("e", value, index);
        view.setUint16(at, bits, littleEndian);
      };
    case 4:
      return (view, at, value, _bytes, index) => {
        const number = typeof value === "number" ? value : floatOf(value, index);
        writeSingle(view, at, number, littleEndian, native, value, index);
      };
    default:
      return (view, at, value, _bytes, index) => {
        const number = typeof value === "number" ? value : floatOf(value, index);
        if (number === number) view.setFloat64(at, number, littleEndian);
        else view.setBigUint64(at, nanBits(value), littleEndian);
      };
  }
}

function complexWriter(size: number, littleEndian: boolean, native: boolean): Writer {
  return (view, at, value, _bytes, index) => {
    const [real, imag] =
      value instanceof Complex ? [value.real, value.imag] : [complexPart(value, index), 0];
    if (size === 8) {
      writeSingle(view, at, real, littleEndian, native, value, index);
      writeSingle(view, at + 4, imag, littleEndian, native, value, index);
    } else {
      view.setFloat64(at, real === real ? real : Number.NaN, littleEndian);
      view.setFloat64(at + 8, imag, littleEndian);
    }
  };
}

// Only the sizes `<`, `>`, `=` and `!` refuse what rounds to infinity; a native float is C's own conversion.
function writeSingle(
  view: DataView,
  at: number,
  number: number,
  littleEndian: boolean,
  native: boolean,
  value: unknown,
  index: number,
): void {
  if (number !== number) {
    // Sign and the highest bits of the payload, and quiet, as a processor converts it.
    const bits = nanBits(value);
    const single = ((bits >> 32n) & 0x8000_0000n) | 0x7fc0_0000n | ((bits >> 29n) & 0x3f_ffffn);
    view.setUint32(at, Number(single), littleEndian);
    return;
  }
  const single = Math.fround(number);
  if (
    !native &&
    single !== number &&
    (single === Number.POSITIVE_INFINITY || single === Number.NEGATIVE_INFINITY)
  )
    throw tooLarge("f", value, index);
  view.setFloat32(at, single, littleEndian);
}

function floatOf(value: unknown, index: number): number {
  const number = asFloat(value);
  if (number === undefined) {
    throw new StructError("not-a-float", "required argument is not a float", { index });
  }
  return number;
}

function complexPart(value: unknown, index: number): number {
  const number = asFloat(value);
  if (number === undefined) {
    throw new StructError("not-a-complex", "required argument is not a complex", { index });
  }
  return number;
}

// Undefined too for an int beyond every float, for which Python has no other words.
function asFloat(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value instanceof Float) return value.value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "bigint") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

// Which NaN V8 would write is chance; Python's own is 7ff8000000000000, and a Float may carry another.
function nanBits(value: unknown): bigint {
  return (value instanceof Float ? value.bits : undefined) ?? 0x7ff8_0000_0000_0000n;
}

function tooLarge(code: string, value: unknown, index: number): StructError {
  const isInteger = Number.isSafeInteger(value) || typeof value === "bigint";
  const message = isInteger
    ? "int too large to convert"
    : `float too large to pack with ${code} format`;
  return new StructError("out-of-range", message, { index });
}

// --- bytes

// bytes alone: Python refuses a bytearray here, and takes one for `s` and `p`.
function writeChar(
  _view: DataView,
  at: number,
  value: unknown,
  bytes: Uint8Array,
  index: number,
): void {
  if (!(value instanceof Uint8Array) || value.length !== 1 || value instanceof ByteArray) {
    throw new StructError("not-bytes", "char format requires a bytes object of length 1", {
      index,
    });
  }
  bytes[at] = value[0] as number;
}

function bytesWriter(size: number): Writer {
  return (_view, at, value, bytes, index) => {
    const data = bytesOf("s", value, index);
    write(bytes, at, data, Math.min(data.length, size), at + size);
  };
}

function pascalWriter(size: number): Writer {
  return (_view, at, value, bytes, index) => {
    const data = bytesOf("p", value, index);
    if (size === 0) return;
    const count = Math.min(data.length, size - 1);
    bytes[at] = Math.min(count, 255);
    write(bytes, at + 1, data, count, at + size);
  };
}

function bytesOf(code: string, value: unknown, index: number): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StructError("not-bytes", `argument for '${code}' must be a bytes object`, { index });
}

// `count` bytes of data, then NULs up to `end`.
function write(bytes: Uint8Array, at: number, data: Uint8Array, count: number, end: number): void {
  if (count > 32) bytes.set(count === data.length ? data : data.subarray(0, count), at);
  else for (let index = 0; index < count; index++) bytes[at + index] = data[index] as number;
  if (at + count < end) bytes.fill(0, at + count, end);
}

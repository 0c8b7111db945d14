/**
 * One element of a dtype in memory in, its JavaScript value out, and back.
 *
 * `b ↔ boolean`; `i u ↔ number`, beyond 2^53 bigint; `f2 f4 f8 ↔ number`; `c8 c16 ↔ Complex`; `U ↔ string`;
 * `S V ↔ Uint8Array`; `M m ↔ Datetime64, Timedelta64`; records ↔ plain objects; long doubles → their bytes.
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/arraytypes.c.src` getitem and setitem of each type.
 */

import { Complex, Float } from "../core/values/index.ts";
import { Datetime64, NAT, Timedelta64 } from "./datetime64.ts";
import type { DType } from "./dtype.ts";
import { decodeFloat16, encodeFloat16 } from "./float16.ts";
import type { Memory } from "./memory.ts";
import type { TimeStep } from "./typestr.ts";

/** Reads the element at a byte offset. */
export type Reader = (memory: Memory, at: number) => unknown;
/** Writes the element at a byte offset; throws TypeError or RangeError for what it cannot hold. */
export type Writer = (memory: Memory, at: number, value: unknown) => void;

/** Makes the array that a sub-array element is: set by the module of arrays, which knows more than this one. */
export type MakeView = (
  memory: Memory,
  dtype: DType,
  shape: readonly number[],
  at: number,
) => unknown;

const readers = new WeakMap<DType, Reader>();
let lastDtype: DType | undefined;
let lastReader: Reader | undefined;

/** What reads elements of a dtype; one for each dtype object. */
export function readerOf(dtype: DType, view: MakeView): Reader {
  if (dtype === lastDtype && lastReader !== undefined) return lastReader;
  let reader = readers.get(dtype);
  if (reader === undefined) {
    reader = makeReader(dtype, view);
    readers.set(dtype, reader);
  }
  lastDtype = dtype;
  lastReader = reader;
  return reader;
}

function makeReader(dtype: DType, view: MakeView): Reader {
  const { kind, itemsize, fields, subarray } = dtype;
  const little = dtype.byteorder !== ">";
  if (dtype.hasObject) return ({ items }, at) => recordOf(dtype, items?.[itemAt(dtype, at)]);
  if (subarray !== null) return (memory, at) => view(memory, subarray.dtype, subarray.shape, at);
  if (fields !== null) {
    const parts = Array.from(fields, ([name, field]): [string, number, Reader] => [
      name,
      field.offset,
      readerOf(field.dtype, view),
    ]);
    return (memory, at) => {
      const record: Record<string, unknown> = {};
      for (const [name, offset, read] of parts) setOwn(record, name, read(memory, at + offset));
      return record;
    };
  }
  switch (kind + itemsize) {
    case "b1":
      return ({ bytes }, at) => bytes[at] !== 0;
    case "i1":
      return (memory, at) => memory.view.getInt8(at);
    case "u1":
      return ({ bytes }, at) => bytes[at];
    case "i2":
      return (memory, at) => memory.view.getInt16(at, little);
    case "u2":
      return (memory, at) => memory.view.getUint16(at, little);
    case "i4":
      return (memory, at) => memory.view.getInt32(at, little);
    case "u4":
      return (memory, at) => memory.view.getUint32(at, little);
    case "i8":
      return (memory, at) => readInt64(memory.view, at, little);
    case "u8":
      return (memory, at) => readUint64(memory.view, at, little);
    case "f2":
      return (memory, at) => decodeFloat16(memory.view.getUint16(at, little));
    case "f4":
      return (memory, at) => memory.view.getFloat32(at, little);
    case "f8":
      return (memory, at) => memory.view.getFloat64(at, little);
    case "c8":
      return ({ view: data }, at) =>
        new Complex(data.getFloat32(at, little), data.getFloat32(at + 4, little));
    case "c16":
      return ({ view: data }, at) =>
        new Complex(data.getFloat64(at, little), data.getFloat64(at + 8, little));
    case "M8":
      return (memory, at) =>
        new Datetime64(memory.view.getBigInt64(at, little), dtype.time as TimeStep);
    case "m8":
      return (memory, at) =>
        new Timedelta64(memory.view.getBigInt64(at, little), dtype.time as TimeStep);
  }
  if (kind === "U") return (memory, at) => decodeUcs4(memory.view, at, itemsize, little);
  // NULs at the end of S are padding; V and long doubles are kept whole.
  if (kind === "S")
    return ({ bytes }, at) => {
      let end = at + itemsize;
      while (end > at && bytes[end - 1] === 0) end--;
      return copyOf(bytes, at, end);
    };
  return ({ bytes }, at) => copyOf(bytes, at, at + itemsize);
}

/**
 * Which item of a list of objects the element at a byte offset is. Records that hold no object but in a sub-array without
 * elements take no bytes: all of them are the first.
 */
export function itemAt({ itemsize }: DType, at: number): number {
  return itemsize === 0 ? 0 : at / itemsize;
}

// Plain bytes, also where the memory is a bytearray's or a Buffer's.
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
}

// Records that hold objects are tuples in memory, as they are in a pickle.
function recordOf(dtype: DType, item: unknown): unknown {
  const { fields } = dtype;
  if (fields === null || !Array.isArray(item)) return item;
  const record: Record<string, unknown> = {};
  let place = 0;
  for (const [name, field] of fields) setOwn(record, name, recordOf(field.dtype, item[place++]));
  return record;
}

/** A number while it is a safe integer, else a bigint. */
export function readInt64(view: DataView, at: number, little: boolean): number | bigint {
  const high = view.getInt32(little ? at + 4 : at, little);
  const low = view.getUint32(little ? at : at + 4, little);
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : view.getBigInt64(at, little);
}

function readUint64(view: DataView, at: number, little: boolean): number | bigint {
  const high = view.getUint32(little ? at + 4 : at, little);
  const low = view.getUint32(little ? at : at + 4, little);
  return high < 2 ** 21 ? high * 2 ** 32 + low : view.getBigUint64(at, little);
}

/** UCS-4 text without the NULs at its end; what is no character becomes U+FFFD. */
export function decodeUcs4(view: DataView, at: number, size: number, little: boolean): string {
  let end = at + size;
  while (end > at && view.getUint32(end - 4, little) === 0) end -= 4;
  let text = "";
  let units: number[] = [];
  for (let place = at; place < end; place += 4) {
    const code = view.getUint32(place, little);
    units.push(code > 0x10ffff ? 0xfffd : code);
    // Arguments of one call are bounded by the stack.
    if (units.length === 1024) {
      text += String.fromCodePoint(...units);
      units = [];
    }
  }
  return text + String.fromCodePoint(...units);
}

/** Sets an own property whatever its name: `__proto__` must not reach the prototype (prototype pollution). */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else target[key] = value;
}

// --- values in

/** What writes elements of a dtype. */
export function writerOf(dtype: DType): Writer {
  const { kind, itemsize, fields, subarray } = dtype;
  const little = dtype.byteorder !== ">";
  if (dtype.hasObject)
    return ({ items }, at, value) => {
      if (items !== null) items[itemAt(dtype, at)] = value;
    };
  if (fields !== null) {
    const parts = Array.from(fields, ([name, field]): [string, number, Writer] => [
      name,
      field.offset,
      writerOf(field.dtype),
    ]);
    return (memory, at, value) => writeRecord(parts, memory, at, value);
  }
  if (subarray !== null) {
    const write = writerOf(subarray.dtype);
    const step = subarray.dtype.itemsize;
    const count = step === 0 ? 0 : itemsize / step;
    return (memory, at, value) => {
      const values = Array.from(flattened(value));
      if (values.length !== count)
        throw new TypeError(`a sub-array of ${count} elements is needed, not ${values.length}`);
      for (const [index, one] of values.entries()) write(memory, at + index * step, one);
    };
  }
  switch (kind + itemsize) {
    case "b1":
      return ({ bytes }, at, value) => {
        bytes[at] = truth(value) ? 1 : 0;
      };
    case "f2":
      return ({ view }, at, value) => view.setUint16(at, encodeFloat16(real(value)), little);
    case "f4":
      return ({ view }, at, value) => view.setFloat32(at, real(value), little);
    case "f8":
      return ({ view }, at, value) => view.setFloat64(at, real(value), little);
    case "c8":
      return ({ view }, at, value) => {
        const [re, im] = complex(value);
        view.setFloat32(at, re, little);
        view.setFloat32(at + 4, im, little);
      };
    case "c16":
      return ({ view }, at, value) => {
        const [re, im] = complex(value);
        view.setFloat64(at, re, little);
        view.setFloat64(at + 8, im, little);
      };
    case "M8":
    case "m8":
      return ({ view }, at, value) => view.setBigInt64(at, ticks(value, dtype), little);
  }
  if (kind === "i" || kind === "u") return integerWriter(dtype, little);
  if (kind === "U") return textWriter(itemsize, little);
  return ({ bytes }, at, value) => {
    const given = typeof value === "string" && kind === "S" ? ascii(value) : value;
    if (!(given instanceof Uint8Array)) throw new TypeError(`${dtype} takes bytes`);
    if (given.length > itemsize || (kind !== "S" && given.length !== itemsize))
      throw new RangeError(`${given.length} bytes do not fit into ${dtype}`);
    bytes.fill(0, at, at + itemsize);
    bytes.set(given, at);
  };
}

function writeRecord(
  parts: readonly [string, number, Writer][],
  memory: Memory,
  at: number,
  value: unknown,
): void {
  if (typeof value !== "object" || value === null)
    throw new TypeError("a record must be an object or a list of its fields");
  const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  if (list !== undefined && list.length !== parts.length)
    throw new TypeError(`a record has ${parts.length} fields, not ${list.length}`);
  for (const [index, [name, offset, write]] of parts.entries()) {
    if (list === undefined && !Object.hasOwn(value, name))
      throw new TypeError(`a record lacks the field ${JSON.stringify(name)}`);
    const part = list === undefined ? (value as Record<string, unknown>)[name] : list[index];
    write(memory, at + offset, part);
  }
}

function integerWriter(dtype: DType, little: boolean): Writer {
  const { kind, itemsize } = dtype;
  const bits = BigInt(itemsize * 8);
  const least = kind === "u" ? 0n : -(1n << (bits - 1n));
  const most = kind === "u" ? (1n << bits) - 1n : (1n << (bits - 1n)) - 1n;
  return ({ view }, at, value) => {
    const whole = integer(value);
    if (whole < least || whole > most)
      throw new RangeError(`${whole} is out of bounds for ${dtype}`);
    const number = Number(whole);
    switch (itemsize) {
      case 1:
        view.setUint8(at, number & 0xff);
        break;
      case 2:
        view.setUint16(at, number & 0xffff, little);
        break;
      case 4:
        view.setUint32(at, number >>> 0, little);
        break;
      default:
        view.setBigUint64(at, BigInt.asUintN(64, BigInt(whole)), little);
    }
  };
}

function textWriter(itemsize: number, little: boolean): Writer {
  return ({ view, bytes }, at, value) => {
    const points = Array.from(String(value), (character) => character.codePointAt(0) as number);
    if (points.length * 4 > itemsize)
      throw new RangeError(`${points.length} characters do not fit into ${itemsize / 4}`);
    bytes.fill(0, at, at + itemsize);
    for (const [index, point] of points.entries()) view.setUint32(at + index * 4, point, little);
  };
}

function truth(value: unknown): boolean {
  const plain = value instanceof Float ? value.value : value;
  if (["boolean", "number", "bigint"].includes(typeof plain))
    return Boolean(plain) || plain !== plain;
  throw new TypeError(`${String(value)} is no boolean`);
}

function real(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Float) return value.value;
  throw new TypeError(`${String(value)} is no number`);
}

function complex(value: unknown): [real: number, imag: number] {
  return value instanceof Complex ? [value.real, value.imag] : [real(value), 0];
}

// As NumPy does: a fraction is cut off, NaN and infinities have no integer.
function integer(value: unknown): number | bigint {
  if (typeof value === "bigint") return value;
  const number = real(value);
  if (!Number.isFinite(number)) throw new RangeError(`${number} is no integer`);
  return Number.isSafeInteger(number) ? number : BigInt(Math.trunc(number));
}

function ticks(value: unknown, dtype: DType): bigint {
  if (value === null) return NAT;
  if (value instanceof Datetime64 || value instanceof Timedelta64) {
    if (value.isNaT) return NAT;
    const { unit, step } = dtype.time as TimeStep;
    if (value.unit === unit && value.step === step) return value.value;
    throw new TypeError(`${value} is in another unit than ${dtype}`);
  }
  const whole = integer(value);
  return BigInt.asIntN(64, BigInt(whole));
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) throw new RangeError("bytes take ASCII text only");
    bytes[index] = code;
  }
  return bytes;
}

/** The leaves of nested lists, iterables of an array included; strings and bytes are leaves. */
export function* flattened(value: unknown): Generator<unknown, void, undefined> {
  if (Array.isArray(value)) for (const item of value) yield* flattened(item);
  else if (isArrayLike(value)) yield* value.values();
  else yield value;
}

function isArrayLike(value: unknown): value is { values(): Iterable<unknown> } {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Uint8Array) &&
    (ArrayBuffer.isView(value) || "dtype" in value) &&
    "values" in value
  );
}

/**
 * `array.array ↔` JavaScript's typed arrays, and `PyArray` for what no typed array says.
 *
 * `b h H i I q Q f d ↔ Int8Array … Float64Array`; `l L → BigInt64Array, BigUint64Array`, `B → Uint8Array` (a lossless
 * load gives a `PyArray` for these three, since BigInt64Array is `q` and Uint8Array bytes on the way out);
 * `u w ↔ PyArray` over text; `B ← Uint8ClampedArray`. `c` of Python 2 stays an `Instance`.
 *
 * Source: CPython 3.13 Modules/arraymodule.c array___reduce_ex___impl: from protocol 3 on
 * `_array_reconstructor(array, typecode, machine format, bytes)`, below it `array(typecode, [items])`.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Float, Global, type Inspect, inspectSymbol, nest } from "../core/values/index.ts";
import { integer, safeInteger } from "./arguments.ts";
import { decodeUtf, encodeUtf32 } from "./array-text.ts";
import {
  FEW,
  type ItemKind,
  KINDS,
  kindOf,
  NATURAL_CODES,
  type TypedArray,
  UTF32_FORMAT,
} from "./typecodes.ts";

const ARRAY = new Global("array", "array", { spelled: true });
const RECONSTRUCTOR = new Global("array", "_array_reconstructor", { spelled: true });

/** A Python `array.array` whose type code a typed array alone would not keep. */
export class PyArray {
  /** Python's type code, such as `"l"`. */
  readonly typecode: string;
  /** The items; text for `u` and `w`. */
  readonly data: TypedArray | string;

  constructor(typecode: string, data: TypedArray | string) {
    const isText = typecode === "u" || typecode === "w";
    const holds =
      typeof data === "string"
        ? isText
        : (KINDS[typecode] ?? []).some(({ Items }) => data instanceof Items);
    if (!holds) throw new TypeError(`an array of typecode '${typecode}' does not hold this data`);
    this.typecode = typecode;
    this.data = data;
  }

  /** The text, or the items as a list. */
  toJSON(): unknown {
    return typeof this.data === "string" ? this.data : Array.from(this.data as Iterable<unknown>);
  }

  [inspectSymbol](_depth: number, options: unknown, inspect: Inspect): string {
    return `array('${this.typecode}', ${inspect(this.data, nest(options))})`;
  }
}

/** `array`: `array.array ↔` typed arrays and `PyArray`. */
export const arrayTypes: readonly PickleType[] = [
  {
    globals: [RECONSTRUCTOR],
    call: (args, { lossless }) => {
      const [Class, typecode, formatCode, bytes] = args;
      const format = safeInteger(formatCode);
      if (args.length !== 4 || !(Class instanceof Global) || Class.path !== ARRAY.path)
        return undefined;
      if (typeof typecode !== "string" || format === undefined) return undefined;
      if (!(bytes instanceof Uint8Array)) return undefined;
      if (typecode === "u" || typecode === "w") {
        const text = decodeUtf(bytes, format);
        return text === undefined ? undefined : new PyArray(typecode, text);
      }
      const found = kindOf(typecode, format);
      const data = found && fromBytes(found.kind, bytes, found.bigEndian);
      return data && held(typecode, data, lossless);
    },
  },
  {
    globals: [ARRAY],
    prototypes: [PyArray.prototype, ...NATURAL_CODES.keys()],
    call: (args, { lossless }) => {
      const [typecode, items] = args;
      if (args.length !== 2 || typeof typecode !== "string" || !Array.isArray(items))
        return undefined;
      if (typecode === "u" || typecode === "w") return textArray(typecode, items as unknown[]);
      const [kind] = Object.hasOwn(KINDS, typecode) ? (KINDS[typecode] ?? []) : [];
      const data = kind && fromItems(kind, items as unknown[]);
      return data && held(typecode, data, lossless);
    },
    reduce: (value, { protocol }) => {
      const [typecode, data] =
        value instanceof PyArray
          ? [value.typecode, value.data]
          : [
              NATURAL_CODES.get(Object.getPrototypeOf(value) as object) as string,
              value as TypedArray,
            ];
      if (protocol < 3) return { callable: ARRAY, args: [typecode, listOf(data)] };
      const [format, bytes] =
        typeof data === "string" ? [UTF32_FORMAT, encodeUtf32(data)] : toBytes(typecode, data);
      return { callable: RECONSTRUCTOR, args: [ARRAY, typecode, format, bytes], areBytesOwn: true };
    },
  },
];

// What dumps would write with another type code, or as bytes, keeps its own in a lossless load.
function held(typecode: string, data: TypedArray, lossless: boolean): TypedArray | PyArray {
  const natural = NATURAL_CODES.get(Object.getPrototypeOf(data) as object);
  return lossless && natural !== typecode ? new PyArray(typecode, data) : data;
}

const NATIVE_BIG_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

// Below this a copy costs nothing; above it the memory is not taken twice.
const LARGE = 64 * 1024;

// Memory that an array has already.
const taken = new WeakSet<ArrayBufferLike>();

// Copied, for the typed array needs its own alignment and the pickle's bytes may be changed by their owner. Large bytes that
// have their memory to themselves become the array's: no pickler writes the bytes of an array.array a second time.
function fromBytes(kind: ItemKind, bytes: Uint8Array, bigEndian: boolean): TypedArray | undefined {
  const size = kind.Items.BYTES_PER_ELEMENT;
  if (bytes.length % size !== 0) return undefined;
  // So that V8 keeps the items in the object itself, which it does while nobody asks for their buffer: 0.5 of the time.
  if (bytes.length <= FEW.length) {
    FEW.set(bytes);
    if (bigEndian !== NATIVE_BIG_ENDIAN) reverseItems(FEW, size);
    return kind.few.slice(0, bytes.length / size);
  }
  const { buffer } = bytes;
  const isOwn =
    bytes.length >= LARGE &&
    buffer.byteLength === bytes.length &&
    buffer instanceof ArrayBuffer &&
    !taken.has(buffer);
  if (isOwn) taken.add(buffer);
  const copy = isOwn ? new Uint8Array(buffer) : new Uint8Array(bytes);
  if (bigEndian !== NATIVE_BIG_ENDIAN) reverseItems(copy, size);
  return new kind.Items(copy.buffer);
}

function toBytes(typecode: string, data: TypedArray): [format: number, bytes: Uint8Array] {
  const kinds = KINDS[typecode] ?? [];
  const size = data.BYTES_PER_ELEMENT;
  const kind = kinds.find(({ Items }) => Items.BYTES_PER_ELEMENT === size);
  // A view: the emitter hands large bytes on as they are, so a state of gigabytes is not there twice.
  const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = NATIVE_BIG_ENDIAN ? view.slice() : view;
  if (NATIVE_BIG_ENDIAN) reverseItems(bytes, size);
  return [(kind as ItemKind).format, bytes];
}

function reverseItems(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function fromItems({ Items }: ItemKind, items: readonly unknown[]): TypedArray | undefined {
  const data = new Items(new ArrayBuffer(items.length * Items.BYTES_PER_ELEMENT));
  const isReal = data instanceof Float32Array || data instanceof Float64Array;
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (isReal) {
      const real = item instanceof Float ? item.value : item;
      if (typeof real !== "number") return undefined;
      data[index] = real;
    } else if (isBig) {
      const whole = integer(item);
      if (whole === undefined) return undefined;
      data[index] = BigInt(whole);
      if (data[index] !== BigInt(whole)) return undefined;
    } else {
      const whole = safeInteger(item);
      if (whole === undefined) return undefined;
      data[index] = whole;
      if (data[index] !== whole) return undefined;
    }
  }
  return data;
}

function listOf(data: TypedArray | string): unknown[] {
  // By code point, as Python's characters are.
  if (typeof data === "string") return [...data];
  const items: unknown[] = Array.from(data as Iterable<unknown>);
  const isReal = data instanceof Float32Array || data instanceof Float64Array;
  return isReal ? items.map((item) => new Float(item as number)) : items;
}

function textArray(typecode: string, items: readonly unknown[]): PyArray | undefined {
  for (const item of items) {
    if (typeof item !== "string" || item.length === 0) return undefined;
    if (String.fromCodePoint(item.codePointAt(0) as number) !== item) return undefined;
  }
  return new PyArray(typecode, items.join(""));
}

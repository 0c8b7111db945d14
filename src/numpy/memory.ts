/** The bytes, or the objects, that an array and its views share. */

import type { DType } from "./dtype.ts";
import { Float16 } from "./float16.ts";

/** What the elements of a number array are held in. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A typed array's class. */
export interface TypedArrayClass {
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Memory of an array and of all views of it. Bytes that came out of the middle of a pickle stand wherever they stand;
 * the first time that somebody wants a typed array over them they move, once and for all views, to where one can be.
 */
export class Memory {
  bytes: Uint8Array;
  /** The elements themselves where the dtype has objects; there are no bytes then. */
  readonly items: unknown[] | null;
  readonly writeable: boolean;
  /** Grows with each change through an array, so that copies know when they are old. */
  version = 0;
  #view: DataView | null = null;

  constructor(bytes: Uint8Array, items: unknown[] | null, writeable: boolean) {
    this.bytes = bytes;
    this.items = items;
    this.writeable = writeable;
  }

  get view(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view;
  }

  /** `length` elements of a class from `offset`, or `undefined` where even moved bytes would not be aligned. */
  typed(Items: TypedArrayClass, offset: number, length: number): TypedArray | undefined {
    const size = Items.BYTES_PER_ELEMENT;
    if ((this.bytes.byteOffset + offset) % size !== 0) {
      if (offset % size !== 0) return undefined;
      // A copy of its own buffer, at its start.
      this.bytes = new Uint8Array(
        this.bytes.buffer,
        this.bytes.byteOffset,
        this.bytes.length,
      ).slice();
      this.#view = null;
    }
    return new Items(this.bytes.buffer, this.bytes.byteOffset + offset, length);
  }
}

/** Whether a value is an `NdArray`, for modules that its own module needs. */
export function hasMemory(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "memory" in value &&
    value.memory instanceof Memory
  );
}

/** The typed array for elements of a dtype, and how many of its places one element takes; bytes where there is none. */
export function itemsOf({ kind, itemsize }: DType): [Items: TypedArrayClass, perElement: number] {
  switch (kind + itemsize) {
    case "i1":
      return [Int8Array, 1];
    case "b1":
    case "u1":
      return [Uint8Array, 1];
    case "i2":
      return [Int16Array, 1];
    case "u2":
      return [Uint16Array, 1];
    case "i4":
      return [Int32Array, 1];
    case "u4":
      return [Uint32Array, 1];
    case "i8":
    case "M8":
    case "m8":
      return [BigInt64Array, 1];
    case "u8":
      return [BigUint64Array, 1];
    case "f2":
      return [Float16 ?? Uint16Array, 1];
    case "f4":
      return [Float32Array, 1];
    case "f8":
      return [Float64Array, 1];
    case "c8":
      return [Float32Array, 2];
    case "c16":
      return [Float64Array, 2];
    default:
      return [Uint8Array, itemsize];
  }
}

/** Bytes of the unit that byte order turns: half a complex number, a character of `U`; 1 where there is none. */
export function swapUnit({ kind, itemsize }: DType): number {
  if (kind === "c") return itemsize / 2;
  if (kind === "U") return 4;
  return "iufMm".includes(kind) ? itemsize : 1;
}

/** Turns every `unit` bytes round, in place. */
export function swapBytes(bytes: Uint8Array, unit: number): void {
  if (unit === 2 || unit === 4 || unit === 8) {
    for (let at = 0; at + unit <= bytes.length; at += unit) {
      for (let low = at, high = at + unit - 1; low < high; low++, high--) {
        const byte = bytes[low] as number;
        bytes[low] = bytes[high] as number;
        bytes[high] = byte;
      }
    }
  } else if (unit > 1) {
    for (let at = 0; at + unit <= bytes.length; at += unit) bytes.subarray(at, at + unit).reverse();
  }
}

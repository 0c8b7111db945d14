/** Half floats, 16 bits to a double and back. Source: IEEE 754-2019 binary16; NumPy 2.5 `npymath/halffloat.cpp`. */

import type { TypedArray } from "./memory.ts";

interface Float16ArrayConstructor {
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** The runtime's `Float16Array` (Node 24 and later, browsers of 2025), or `undefined`. */
export const Float16: Float16ArrayConstructor | undefined = (
  globalThis as unknown as { Float16Array?: Float16ArrayConstructor }
).Float16Array;

/** The value of 16 bits; every half float is a double exactly. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // Subnormals count in 2^-24.
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half float's bits, ties to even. */
export function encodeFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  // Halfway between the largest half, 65504, and the next that there would be.
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  // log2 may round up to the next power just below it.
  const power = 2 ** exponent > magnitude ? exponent - 1 : exponent;
  // A fraction that rounds up to 1024 carries into the exponent, which is what the sum does.
  return sign | (((power + 15) << 10) + roundHalfToEven((magnitude / 2 ** power - 1) * 1024));
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

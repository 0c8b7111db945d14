/** Single values out of bytes: lengths, copies, floats that keep what a number would lose. */
import { Float } from "../core/values/index.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** By type byte from 0xc0 on: bytes of its number or length. */
export const WIDTHS: Uint8Array = new Uint8Array(256);
for (const type of [0xc4, 0xc7, 0xcc, 0xd0, 0xd9]) WIDTHS[type] = 1;
for (const type of [0xc5, 0xc8, 0xcd, 0xd1, 0xda, 0xdc, 0xde]) WIDTHS[type] = 2;
for (const type of [0xc6, 0xc9, 0xca, 0xce, 0xd2, 0xdb, 0xdd, 0xdf]) WIDTHS[type] = 4;
for (const type of [0xcb, 0xcf, 0xd3]) WIDTHS[type] = 8;

/** Whether `bytes` are UTF-8 without surrogates. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

// A loop beats slice() up to here (Node 26, bench/msgpack.ts).
const LONGEST_COPY_LOOP = 20;

/** A copy of a part, in memory of its own. */
export function copyOf(bytes: Uint8Array, start: number, stop: number): Uint8Array {
  if (stop - start > LONGEST_COPY_LOOP) return bytes.slice(start, stop);
  const copy = new Uint8Array(stop - start);
  for (let at = start; at < stop; at++) copy[at - start] = bytes[at] as number;
  return copy;
}

/** The big-endian number of four bytes. */
export function uint32(bytes: Uint8Array, pos: number): number {
  return (
    (((bytes[pos] as number) << 24) |
      ((bytes[pos + 1] as number) << 16) |
      ((bytes[pos + 2] as number) << 8) |
      (bytes[pos + 3] as number)) >>>
    0
  );
}

/** A float of eight bytes, in a box where a number would lose its type or payload. */
export function boxDouble(view: DataView, pos: number): Float | number {
  const value = view.getFloat64(pos);
  if (!Number.isNaN(value)) return Number.isInteger(value) ? new Float(value) : value;
  return boxNaN(view.getBigUint64(pos));
}

/** A float of four bytes, likewise. A NaN is widened as the processor does it: sign and payload stay, and it is quiet. */
export function boxSingle(view: DataView, pos: number): Float | number {
  const value = view.getFloat32(pos);
  if (!Number.isNaN(value)) return Number.isInteger(value) ? new Float(value) : value;
  const bits = view.getUint32(pos);
  const sign = BigInt(bits >>> 31) << 63n;
  return boxNaN(sign | (0x7ffn << 52n) | (BigInt((bits & 0x7f_ffff) | 0x40_0000) << 29n));
}

function boxNaN(bits: bigint): Float | number {
  return bits === 0x7ff8000000000000n ? Number.NaN : new Float(Number.NaN, bits);
}

/**
 * A number in, its opcode and argument out, at a place of a buffer that has room for {@link LONGEST_NUMBER} bytes; each
 * function returns where it ends.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_long, save_float, memo_get.
 */

/** Opcode and argument of a safe integer or a float. */
export const LONGEST_NUMBER = 9;

/** An int of 32 bits, from protocol 1 on. */
export function putInt32(view: DataView, start: number, value: number): number {
  if (value >= 0 && value < 0x100) {
    view.setUint8(start, 0x4b); // BININT1
    view.setUint8(start + 1, value);
    return start + 2;
  }
  if (value >= 0 && value < 0x10000) {
    view.setUint8(start, 0x4d); // BININT2
    view.setUint16(start + 1, value, true);
    return start + 3;
  }
  view.setUint8(start, 0x4a); // BININT
  view.setInt32(start + 1, value, true);
  return start + 5;
}

/** A float, from protocol 1 on. */
export function putFloat(view: DataView, start: number, value: number): number {
  view.setUint8(start, 0x47); // BINFLOAT
  // NaN itself is written by its name: V8 keeps the bits of one only by chance.
  view.setFloat64(start + 1, value === value ? value : Number.NaN, false);
  return start + LONGEST_NUMBER;
}

/** A reference to the memo, from protocol 1 on. */
export function putGet(view: DataView, start: number, index: number): number {
  if (index < 256) {
    view.setUint8(start, 0x68); // BINGET
    view.setUint8(start + 1, index);
    return start + 2;
  }
  view.setUint8(start, 0x6a); // LONG_BINGET
  view.setUint32(start + 1, index, true);
  return start + 5;
}

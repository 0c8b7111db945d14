/** The eight bytes of a float in, a number or its box out: what a lossless load keeps apart from an int. */

import { Float } from "../values/index.ts";

/** Whether a float comes back the same as a JavaScript number: no integral one, no NaN, of which there are many. */
export function isPlainFloat(value: number): boolean {
  return !Number.isInteger(value) && !Number.isNaN(value);
}

/** A float that is not plain, in its box; Python's own NaN is a number. */
export function boxFloat(view: DataView, pos: number): Float | number {
  const value = view.getFloat64(pos, false);
  if (!Number.isNaN(value)) return new Float(value);
  const bits = view.getBigUint64(pos, false);
  return bits === 0x7ff8000000000000n ? value : new Float(value, bits);
}

/** Elements in any byte order in, this machine's out, as `joblib.load` turns arrays round. */

import type { DType } from "../numpy/index.ts";

/** A number within an element: where it begins, and how many bytes turn round together. */
interface Turn {
  readonly offset: number;
  readonly width: number;
}

/**
 * Whether joblib would turn such an array round: a dtype of the other order, or records all of whose fields are.
 * Source: joblib 1.6 numpy_pickle_utils.py `_is_numpy_array_byte_order_mismatch`.
 */
export function isForeign({ byteorder, isNative, fields }: DType): boolean {
  if (!isNative) return true;
  if (byteorder !== "|" || fields === null || fields.size === 0) return false;
  for (const { dtype } of fields.values()) if (dtype.isNative) return false;
  return true;
}

/** Turns the elements of a {@link isForeign} dtype round, in place; answers with the dtype that they then have. */
export function turnedRound(bytes: Uint8Array, dtype: DType): DType {
  const turns: Turn[] = [];
  collect(dtype, 0, turns);
  for (let element = 0; element + dtype.itemsize <= bytes.length; element += dtype.itemsize) {
    for (const { offset, width } of turns) {
      let low = element + offset;
      for (let high = low + width - 1; low < high; low++, high--) {
        const byte = bytes[low] as number;
        bytes[low] = bytes[high] as number;
        bytes[high] = byte;
      }
    }
  }
  return dtype.newByteOrder("=");
}

// Nesting and the number of fields are bounded by DType itself.
function collect(dtype: DType, offset: number, turns: Turn[]): void {
  const { kind, itemsize, fields, subarray } = dtype;
  if (subarray !== null) {
    const { dtype: base } = subarray;
    for (let at = 0; base.itemsize > 0 && at < itemsize; at += base.itemsize)
      collect(base, offset + at, turns);
  } else if (fields !== null) {
    for (const field of fields.values()) collect(field.dtype, offset + field.offset, turns);
  } else if (!dtype.isNative || dtype.byteorder !== "|") {
    if (dtype.isNative) return;
    const width = kind === "c" ? itemsize / 2 : kind === "U" ? 4 : itemsize;
    for (let at = 0; at < itemsize; at += width) turns.push({ offset: offset + at, width });
  }
}

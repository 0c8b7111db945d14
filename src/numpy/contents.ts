/** What an array is made of in, whether it fits together out. */

import type { DType } from "./dtype.ts";
import { type Order, sizeOf } from "./layout.ts";
import type { TypedArray } from "./memory.ts";

/** What `data` is: a typed array for numbers, a list of values for objects and `StringDType`. */
export type ArrayData = TypedArray | unknown[];

/** The subclasses of `ndarray` that NumPy itself has and that differ in nothing but name. */
export type Subclass = "matrix" | "recarray" | "chararray" | "memmap";

/** How an array lies in given memory. */
export interface ArrayOptions {
  /** Order of the elements where they are one segment. Default `"C"`. */
  readonly order?: Order | undefined;
  /** Whether the array may be changed; Python sees the same. Default `true`. */
  readonly writeable?: boolean | undefined;
  /** The subclass of `ndarray` that Python sees. */
  readonly subclass?: Subclass | null | undefined;
}

/** @throws TypeError where the bytes are not as many as shape and dtype need */
export function checkBytes(bytes: Uint8Array, dtype: DType, shape: readonly number[]): void {
  const needed = sizeOf(shape) * dtype.itemsize;
  if (bytes.length !== needed)
    throw new TypeError(
      `shape (${shape.join(", ")}) of ${dtype} needs ${needed} bytes, there are ${bytes.length}`,
    );
}

/** @throws TypeError where the items are not as many as the shape says */
export function checkItems(items: readonly unknown[], shape: readonly number[]): void {
  const needed = sizeOf(shape);
  if (items.length !== needed)
    throw new TypeError(
      `shape (${shape.join(", ")}) needs ${needed} items, there are ${items.length}`,
    );
}

/** The order asked for. @throws TypeError where it is neither */
export function orderOf({ order = "C" }: ArrayOptions): Order {
  if (order !== "C" && order !== "F") throw new TypeError('order must be "C" or "F"');
  return order;
}

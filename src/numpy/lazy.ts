/**
 * An array that stays where it is, on a disk or behind a Blob or a server, and reads what is asked of it.
 *
 * What `numpy.memmap` is to Python, without the mapping: each read fetches byte ranges. Ranges that lie close together
 * are fetched as one, because a request costs more than the bytes between.
 */

import type { RandomAccess } from "../core/bytes/index.ts";
import { inspectSymbol } from "../core/values/index.ts";
import { type DType, type DTypeLike, dtype as dtypeOf } from "./dtype.ts";
import {
  contiguousStrides,
  type Index,
  indexed,
  type Layout,
  type Order,
  sizeOf,
} from "./layout.ts";
import { NdArray } from "./ndarray.ts";

/** Where the elements of a {@link LazyArray} lie. */
export interface LazyLayout {
  readonly dtype: DTypeLike;
  readonly shape: readonly number[];
  /** Order of the elements. Default `"C"`. */
  readonly order?: Order | undefined;
  /** Offset in the source of the first element, bytes. Default 0. */
  readonly byteOffset?: number | undefined;
}

// Bytes between two ranges that are fetched along rather than asked for apart.
const LARGEST_GAP = 64 * 1024;
// Bytes, and ranges, of one fetch.
const LARGEST_FETCH = 8 * 1024 * 1024;
const MOST_RANGES = 256 * 1024;
// Up to this many bytes a loop is faster than a view and a call.
const SHORT_RANGE = 32;

/**
 * An n-dimensional array whose elements are read when asked for; only those bytes are fetched.
 *
 * @example
 * ```ts
 * import { LazyArray } from "brine/numpy";
 * const file = new Blob([Float64Array.of(0, 1, 2, 3, 4, 5)]);
 * const source = {
 *   size: file.size,
 *   read: async (start: number, target: Uint8Array) =>
 *     target.set(new Uint8Array(await file.slice(start, start + target.length).arrayBuffer())),
 * };
 * const array = new LazyArray(source, { dtype: "float64", shape: [3, 2] });
 * (await array.slice([1, 3])).toArray(); //=> [ [ 2, 3 ], [ 4, 5 ] ]
 * ```
 */
export class LazyArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Which index varies fastest in the source. */
  readonly order: Order;
  /** Offset in the source of the first element, bytes. */
  readonly byteOffset: number;
  readonly #source: RandomAccess;

  /**
   * @throws TypeError where the elements are objects, the shape is none, or it does not fit into the source
   */
  constructor(source: RandomAccess, { dtype, shape, order = "C", byteOffset = 0 }: LazyLayout) {
    this.dtype = dtypeOf(dtype);
    if (this.dtype.hasObject) throw new TypeError(`elements of ${this.dtype} are not bytes`);
    if (order !== "C" && order !== "F") throw new TypeError('order must be "C" or "F"');
    const bytes = sizeOf(shape) * this.dtype.itemsize;
    if (!Number.isSafeInteger(byteOffset) || byteOffset < 0)
      throw new TypeError("byteOffset must be a count of bytes");
    if (byteOffset + bytes > source.size)
      throw new TypeError(
        `shape (${shape.join(", ")}) of ${this.dtype} needs ${bytes} bytes from ${byteOffset} on, ` +
          `the source has ${source.size}`,
      );
    this.shape = [...shape];
    this.order = order;
    this.byteOffset = byteOffset;
    this.#source = source;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.dtype.itemsize;
  }

  /**
   * A part of the array, indexed as {@link NdArray.slice} does it: `await array.slice(0)` is the first row,
   * `await array.slice(null, [0, 3])` the first three columns.
   *
   * @throws RangeError where an index lies outside its axis, TypeError where it is of another kind
   * @throws PickleError `read-failed` where the source does not give the bytes
   */
  async slice(...indexes: readonly Index[]): Promise<NdArray> {
    const { dtype, shape, order } = this;
    const strides = contiguousStrides(shape, dtype.itemsize, order);
    const part = indexed({ shape, strides, offset: this.byteOffset }, indexes);
    const size = sizeOf(part.shape);
    if (size === 0 || dtype.itemsize === 0)
      return NdArray.fromBytes(new Uint8Array(size * dtype.itemsize), dtype, part.shape, { order });
    // Forwards through the source: axes that run backwards are turned, then the longest steps come first.
    const forwards = turned(part);
    const axes = Array.from(forwards.shape.keys()).sort(
      (a, b) => (forwards.strides[b] as number) - (forwards.strides[a] as number),
    );
    const walk: Layout = {
      shape: axes.map((axis) => forwards.shape[axis] as number),
      strides: axes.map((axis) => forwards.strides[axis] as number),
      offset: forwards.offset,
    };
    const bytes = await fetched(this.#source, walk, dtype.itemsize);
    const array = NdArray.fromBytes(bytes, dtype, walk.shape);
    const back = axes.map((_, axis) => axes.indexOf(axis));
    const inOrder = back.every((from, axis) => from === axis) ? array : array.transpose(...back);
    const reversed = part.strides.map(
      (stride, axis) => stride < 0 && (part.shape[axis] as number) > 1,
    );
    return reversed.includes(true)
      ? inOrder.slice(...reversed.map((is): Index => (is ? [null, null, -1] : null)))
      : inOrder;
  }

  /**
   * One element; an index for each axis, negative ones from its end.
   *
   * @throws RangeError where an index lies outside its axis or there are not as many as axes
   * @throws PickleError `read-failed`
   */
  async at(...indexes: readonly number[]): Promise<unknown> {
    if (indexes.length !== this.ndim)
      throw new RangeError(`${indexes.length} indexes for an array of ${this.ndim} axes`);
    return (await this.slice(...indexes)).at();
  }

  /**
   * The whole array.
   *
   * @throws PickleError `read-failed`
   */
  load(): Promise<NdArray> {
    return this.slice();
  }

  /** Lets go of the source; the other arrays of its file, which share it, cannot be read any more either. */
  async close(): Promise<void> {
    await this.#source.close?.();
  }

  toString(): string {
    return `LazyArray(shape=(${this.shape.join(", ")}${this.ndim === 1 ? "," : ""}), dtype=${this.dtype})`;
  }

  [inspectSymbol](): string {
    return this.toString();
  }
}

// The same elements with every axis forwards.
function turned({ shape, strides, offset }: Layout): Layout {
  let start = offset;
  const forwards = strides.map((stride, axis) => {
    if (stride < 0) start += stride * ((shape[axis] as number) - 1);
    return Math.abs(stride);
  });
  return { shape, strides: forwards, offset: start };
}

// The elements one after another; strides fall, so that their offsets rise.
async function fetched(source: RandomAccess, walk: Layout, itemsize: number): Promise<Uint8Array> {
  // Inner axes that are one segment become one range.
  let run = itemsize;
  let axes = walk.shape.length;
  for (; axes > 0; axes--) {
    const length = walk.shape[axes - 1] as number;
    if (length !== 1 && walk.strides[axes - 1] !== run) break;
    run *= length;
  }
  const outer: Layout = {
    shape: walk.shape.slice(0, axes),
    strides: walk.strides.slice(0, axes),
    offset: walk.offset,
  };
  if (run >= LARGEST_FETCH) return fetchedRuns(source, outer, run);
  const target = new Uint8Array(sizeOf(outer.shape) * run);
  let filled = 0;
  let starts: number[] = [];
  const flush = async (): Promise<void> => {
    const first = starts[0] as number;
    const bytes = new Uint8Array((starts.at(-1) as number) + run - first);
    await source.read(first, bytes);
    for (const start of starts) {
      const from = start - first;
      if (run > SHORT_RANGE) target.set(bytes.subarray(from, from + run), filled);
      else for (let at = 0; at < run; at++) target[filled + at] = bytes[from + at] as number;
      filled += run;
    }
    starts = [];
  };
  for (const start of offsets(outer)) {
    const last = starts.at(-1);
    const isFull =
      last !== undefined &&
      (start - (last + run) > LARGEST_GAP ||
        start + run - (starts[0] as number) > LARGEST_FETCH ||
        starts.length === MOST_RANGES);
    if (isFull) await flush();
    starts.push(start);
  }
  await flush();
  return target;
}

// Ranges that are more than one fetch each.
async function fetchedRuns(source: RandomAccess, outer: Layout, run: number): Promise<Uint8Array> {
  const target = new Uint8Array(sizeOf(outer.shape) * run);
  let filled = 0;
  for (const start of offsets(outer)) {
    for (let at = 0; at < run; at += LARGEST_FETCH) {
      const part = target.subarray(filled, filled + Math.min(LARGEST_FETCH, run - at));
      await source.read(start + at, part);
      filled += part.length;
    }
  }
  return target;
}

function* offsets({ shape, strides, offset }: Layout): Generator<number, void, undefined> {
  const counts = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (;;) {
    yield at;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      at += strides[axis] as number;
      if (++(counts[axis] as number) < (shape[axis] as number)) break;
      at -= (strides[axis] as number) * (shape[axis] as number);
      counts[axis] = 0;
    }
    if (axis < 0) return;
  }
}

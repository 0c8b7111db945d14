/**
 * Shapes, strides and indexes in, the place of elements in memory out; no element is read here.
 *
 * Strides and offsets are in bytes, as NumPy's are. Source: NumPy 2.5 `numpy/_core/src/multiarray/mapping.c`,
 * `flagsobject.c`; CPython 3.13 Objects/sliceobject.c PySlice_AdjustIndices.
 */

import { Ellipsis, Slice } from "../core/values/index.ts";

/** Which index varies fastest in memory: the last (`"C"`) or the first (`"F"`). */
export type Order = "C" | "F";

/** Where the elements of an array are. */
export interface Layout {
  readonly shape: readonly number[];
  /** Bytes from one element to the next along each axis; negative where an axis runs backwards. */
  readonly strides: readonly number[];
  /** Bytes from the start of the memory to element (0, 0, …). */
  readonly offset: number;
}

/**
 * What one axis is asked for: an index (negative from the end; the axis goes away), `[start, stop, step]` with Python's
 * meaning and `null` for what is left out, a `Slice`, or `null` for all of it. `Ellipsis` stands for all axes between.
 */
export type Index =
  | number
  | null
  | readonly [start: number | null, stop?: number | null, step?: number | null]
  | Slice
  | typeof Ellipsis;

/** NumPy 2's NPY_MAXDIMS. */
export const MOST_AXES = 64;

/**
 * Number of elements of a shape.
 *
 * @throws TypeError where it is no shape: too many axes, a negative or fractional length, more elements than can be
 * counted
 */
export function sizeOf(shape: readonly number[]): number {
  if (shape.length > MOST_AXES) throw new TypeError(`a shape has more than ${MOST_AXES} axes`);
  let size = 1;
  let isEmpty = false;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis] as number;
    if (!Number.isSafeInteger(length) || length < 0)
      throw new TypeError(`the shape (${shape.join(", ")}) has an impossible dimension`);
    if (length === 0) isEmpty = true;
    else size *= length;
  }
  if (!Number.isSafeInteger(size))
    throw new TypeError(`the shape (${shape.join(", ")}) has too many elements`);
  return isEmpty ? 0 : size;
}

/** The strides of one segment of memory in an order. */
export function contiguousStrides(
  shape: readonly number[],
  itemsize: number,
  order: Order,
): number[] {
  const strides = new Array<number>(shape.length);
  let step = itemsize;
  if (order === "C") {
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= Math.max(shape[axis] as number, 1);
    }
  } else {
    for (let axis = 0; axis < shape.length; axis++) {
      strides[axis] = step;
      step *= Math.max(shape[axis] as number, 1);
    }
  }
  return strides;
}

/** Whether the elements are one segment in that order. Axes of length 1 may have any stride; no elements are always. */
export function isContiguous({ shape, strides }: Layout, itemsize: number, order: Order): boolean {
  if (shape.includes(0)) return true;
  let step = itemsize;
  const last = shape.length - 1;
  for (let index = 0; index <= last; index++) {
    const axis = order === "C" ? last - index : index;
    const length = shape[axis] as number;
    if (length === 1) continue;
    if (strides[axis] !== step) return false;
    step *= length;
  }
  return true;
}

/**
 * The part of an array that indexes ask for, one for each axis from the first; axes without one are kept whole.
 *
 * @throws RangeError where an index lies outside its axis, or there are more indexes than axes
 * @throws TypeError where an index is of another kind
 */
export function indexed(layout: Layout, keys: readonly Index[]): Layout {
  const shape: number[] = [];
  const strides: number[] = [];
  let { offset } = layout;
  const axes = layout.shape.length;
  const whole = keys.filter((key) => key === Ellipsis).length;
  if (whole > 1) throw new RangeError("an index can have a single ellipsis");
  if (keys.length - whole > axes)
    throw new RangeError(`${keys.length - whole} indexes for an array of ${axes} axes`);
  let axis = 0;
  const keep = (): void => {
    shape.push(layout.shape[axis] as number);
    strides.push(layout.strides[axis] as number);
    axis++;
  };
  for (const key of keys) {
    if (key === Ellipsis) {
      for (let count = axes - (keys.length - 1); count > 0; count--) keep();
    } else if (key === null || key === undefined) {
      keep();
    } else {
      const length = layout.shape[axis] as number;
      const stride = layout.strides[axis] as number;
      if (typeof key === "number") {
        offset += checkedIndex(key, length, axis) * stride;
      } else {
        const [start, count, step] = resolvedRange(key as Exclude<Index, number | null>, length);
        if (count > 0) offset += start * stride;
        shape.push(count);
        strides.push(stride * step);
      }
      axis++;
    }
  }
  while (axis < axes) keep();
  return { shape, strides, offset };
}

/** An index of an axis, counted from its start. @throws RangeError where it lies outside */
export function checkedIndex(index: number, length: number, axis: number): number {
  const place = index < 0 ? index + length : index;
  if (!Number.isInteger(index))
    throw new TypeError(`an index must be an integer, [start, stop, step] or null, not ${index}`);
  if (place < 0 || place >= length)
    throw new RangeError(`index ${index} is out of bounds for axis ${axis} with size ${length}`);
  return place;
}

// Python's slice over an axis: first index, how many, and step.
function resolvedRange(
  key: Exclude<Index, number | null>,
  length: number,
): [start: number, count: number, step: number] {
  const [from, to, by] = key instanceof Slice ? [key.start, key.stop, key.step] : partsOf(key);
  const step = bound(by) ?? 1;
  if (step === 0) throw new RangeError("the step of a slice cannot be zero");
  const least = step < 0 ? -1 : 0;
  const most = step < 0 ? length - 1 : length;
  const clip = (given: number | null, fallback: number): number => {
    if (given === null) return fallback;
    const place = given < 0 ? given + length : given;
    return Math.min(Math.max(place, least), most);
  };
  const start = clip(bound(from), step < 0 ? most : least);
  const stop = clip(bound(to), step < 0 ? least : most);
  return [start, Math.max(0, Math.ceil((stop - start) / step)), step];
}

function partsOf(key: unknown): readonly unknown[] {
  if (Array.isArray(key) && key.length <= 3) return key;
  throw new TypeError("an index must be an integer, [start, stop, step] or null");
}

function bound(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number))
    throw new TypeError("the bounds of a slice must be integers or null");
  return number;
}

/** Calls back with the offset of every element, the last index fastest. */
export function eachOffset({ shape, strides, offset }: Layout, visit: (at: number) => void): void {
  const axes = shape.length;
  if (axes === 0) {
    visit(offset);
    return;
  }
  if (shape.includes(0)) return;
  const counts = new Array<number>(axes).fill(0);
  const inner = shape[axes - 1] as number;
  const innerStride = strides[axes - 1] as number;
  let base = offset;
  for (;;) {
    for (let index = 0, at = base; index < inner; index++, at += innerStride) visit(at);
    let axis = axes - 2;
    for (; axis >= 0; axis--) {
      base += strides[axis] as number;
      if (++(counts[axis] as number) < (shape[axis] as number)) break;
      base -= (strides[axis] as number) * (shape[axis] as number);
      counts[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** The same elements, the axes in the other order. */
export function reversed({ shape, strides, offset }: Layout): Layout {
  return { shape: [...shape].reverse(), strides: [...strides].reverse(), offset };
}

// Lists that may be made of elements that have no bytes behind them.
const MOST_EMPTY_LISTS = 1 << 22;

/**
 * Refuses to make nested lists of a shape that its bytes do not stand for: where elements have none, or there are no
 * elements, a shape costs nothing to claim.
 *
 * @throws RangeError
 */
export function checkLists(shape: readonly number[], byteCount: number): void {
  let lists = 1;
  let total = 0;
  for (const length of shape) {
    lists *= length;
    total += lists;
  }
  if (total > MOST_EMPTY_LISTS && total > 64 * Math.max(byteCount, 1))
    throw new RangeError(`${total} lists for an array of ${byteCount} bytes`);
}

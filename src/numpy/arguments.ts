/** Arguments and states as hostile pickles may hold them in, checked values out; `undefined` where one does not fit. */

import { asBytes, decodeLatin1 } from "../core/bytes/index.ts";
import { isPlainObject, PickleBuffer, PyDict } from "../core/values/index.ts";

/** A Python int within the safe range, whichever of JavaScript's two types holds it. */
export function integerOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "bigint") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A str, or the bytes that a str of Python 2 became. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? decodeLatin1(value) : undefined;
}

// The shape that came last: arrays of one pickle mostly have one shape, and share it.
let lastShape: readonly number[] = Object.freeze([]);

/** A tuple of lengths, as an array that nobody changes. @throws TypeError where it holds something else */
export function shapeOf(value: unknown): readonly number[] {
  if (!Array.isArray(value)) {
    const length = integerOf(value);
    if (length !== undefined) return [length];
    throw new TypeError("a shape must be a tuple of integers");
  }
  const axes = value.length;
  if (axes === lastShape.length) {
    let axis = 0;
    while (axis < axes && value[axis] === lastShape[axis]) axis++;
    if (axis === axes) return lastShape;
  }
  const shape: number[] = [];
  for (let axis = 0; axis < axes; axis++) {
    const length = integerOf(value[axis]);
    if (length === undefined) throw new TypeError("a shape must be a tuple of integers");
    shape.push(length);
  }
  lastShape = Object.freeze(shape);
  return shape;
}

/** The bytes behind whatever Python would call a buffer. */
export function bufferOf(value: unknown): Uint8Array | undefined {
  return value instanceof PickleBuffer ? value.data : asBytes(value);
}

/** Entries of a dict in either of its forms, by name; names of Python 2 may be bytes. */
export function entriesOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof PyDict) {
    const entries = new Map<unknown, unknown>();
    for (const [key, item] of value) entries.set(textOf(key) ?? key, item);
    return entries;
  }
  return isPlainObject(value) ? new Map(Object.entries(value)) : undefined;
}

/** Python's lists and small tuples: how one begins, and what is a list. */

import { Tuple } from "../values/index.ts";

/**
 * An empty list with room for four items.
 *
 * V8 gives `[]` 17 places at its first push, and `new Array()` four at once, which is enough for most lists: 150,000 small
 * containers take half the memory and 0.7 of the time (Node 26, `npm run bench -- --only nested`).
 */
export function shortList(): unknown[] {
  // biome-ignore lint/style/useArrayLiterals: a literal has no room
  return new Array();
}

/**
 * The tuple of `count` values from `from` on.
 *
 * A function of its own, which V8 compiles by itself: in the loop of the machine each tuple would be made by V8's slow way for
 * as long as that is compiled.
 */
export function tupleOf(values: readonly unknown[], from: number, count: number): Tuple {
  // V8 takes a large size for that of a sparse array.
  const tuple = new Tuple(count < 0x10000 ? count : 0);
  for (let index = 0; index < count; index++) tuple[index] = values[from + index];
  return tuple;
}

/** Whether a value is an exact list. */
export function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof Tuple) && value.constructor === Array;
}

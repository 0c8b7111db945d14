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

// Tuples of a size are made by functions of their own, which V8 compiles by themselves: in the loop of the machine each
// would be made by V8's slow way for as long as that is compiled, 300,000 in 52 ms in the place of 41 (Node 26,
// `bench/main.ts --only tuples --clock cpu`).

/** A tuple of one. */
export function tuple1(first: unknown): Tuple {
  const tuple = new Tuple(1);
  tuple[0] = first;
  return tuple;
}

/** A tuple of two. */
export function tuple2(first: unknown, second: unknown): Tuple {
  const tuple = new Tuple(2);
  tuple[0] = first;
  tuple[1] = second;
  return tuple;
}

/** A tuple of three. */
export function tuple3(first: unknown, second: unknown, third: unknown): Tuple {
  const tuple = new Tuple(3);
  tuple[0] = first;
  tuple[1] = second;
  tuple[2] = third;
  return tuple;
}

/** Whether a value is an exact list. */
export function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof Tuple) && value.constructor === Array;
}

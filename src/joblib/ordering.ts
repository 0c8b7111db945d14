/** Python's `<` over values of one kind: numbers, strings by code point, bytes, and tuples and lists of these. */

import { Float, Tuple } from "../core/values/index.ts";

/**
 * Negative where `a < b`, positive where `b < a`, 0 where neither.
 *
 * @throws TypeError where Python could not order them either, or a NaN makes any order an accident
 */
export function comparedAsPython(a: unknown, b: unknown): number {
  const [x, y] = [plain(a), plain(b)];
  if (isNumber(x) && isNumber(y)) {
    if (Number.isNaN(x) || Number.isNaN(y)) throw new TypeError("among which is a NaN");
    return x < y ? -1 : y < x ? 1 : 0;
  }
  if (typeof x === "string" && typeof y === "string") return comparedText(x, y);
  if (x instanceof Uint8Array && y instanceof Uint8Array) return comparedBytes(x, y);
  if (x instanceof Tuple && y instanceof Tuple) return comparedTuples(x, y);
  throw new TypeError("which are not of one kind that Python can sort");
}

function plain(value: unknown): unknown {
  if (typeof value === "boolean") return Number(value);
  return value instanceof Float ? value.value : value;
}

// JavaScript compares bigints and numbers exactly, as Python does ints and floats.
function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

// By code point: JavaScript's own order is by UTF-16 unit, in which U+FFFF comes behind U+10000.
function comparedText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const from = at > 0 && isHigh(a.charCodeAt(at - 1)) && (isLow(x) || isLow(y)) ? at - 1 : at;
    return (a.codePointAt(from) as number) - (b.codePointAt(from) as number);
  }
  return a.length - b.length;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

function comparedBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const order = (a[at] as number) - (b[at] as number);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function comparedTuples(a: Tuple, b: Tuple): number {
  // Nested ones level by level, so that depth costs no call stack.
  const pairs: [unknown, unknown][] = [[a, b]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [x, y] = pair;
    if (!(x instanceof Tuple && y instanceof Tuple)) {
      if (x === y) continue;
      const order = comparedAsPython(x, y);
      if (order !== 0) return order;
      continue;
    }
    if (x.length !== y.length) pairs.push([x.length, y.length]);
    for (let index = Math.min(x.length, y.length) - 1; index >= 0; index--)
      pairs.push([x[index], y[index]]);
  }
  return 0;
}

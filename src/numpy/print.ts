/** Arrays and their elements in, the text that NumPy prints and what JSON can hold out. */

import { decodeLatin1 } from "../core/bytes/index.ts";
import { Complex, formatFloat } from "../core/values/index.ts";
import { reprText, tupleText } from "./dtype-text.ts";
import type { NdArray } from "./ndarray.ts";

/** What NumPy's `repr` prints of an array; beyond 1000 elements three at each end of each axis. */
export function arrayText(array: NdArray): string {
  const name = array.subclass ?? "array";
  if (array.size === 0) return `${name}([], shape=${tupleText(array.shape)}, dtype=${array.dtype})`;
  const isLong = array.size > 1000;
  const text = (axis: number, part: unknown): string => {
    const items = (part as NdArray).ndim === 1 ? [...(part as NdArray)] : rows(part as NdArray);
    const cut = isLong && items.length > 6;
    const shown = cut ? [...items.slice(0, 3), ...items.slice(-3)] : items;
    const texts = shown.map((item) =>
      axis + 1 === array.ndim ? valueText(item) : text(axis + 1, item),
    );
    if (cut) texts.splice(3, 0, "...");
    return `[${texts.join(", ")}]`;
  };
  const body = array.ndim === 0 ? valueText(array.at()) : text(0, array);
  return `${name}(${body}, dtype=${array.dtype})`;
}

function rows(array: NdArray): unknown[] {
  return Array.from({ length: array.shape[0] ?? 0 }, (_, index) => array.slice(index));
}

function valueText(value: unknown): string {
  if (typeof value === "string") return reprText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? String(value) : formatFloat(value);
  return String(value);
}

/** Nested lists as JSON can hold them. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return decodeLatin1(value);
  if (value instanceof Complex) return value.toJSON();
  return Array.isArray(value) ? value.map(jsonOf) : value;
}

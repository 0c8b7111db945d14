/** Any value in, what Python's `bool()` says of its counterpart out. */
import { Complex, Float } from "../core/values/index.ts";

/** Whether Python finds the value true: numbers other than 0 (NaN is true), and what is not empty. */
export function isTrue(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return value !== 0;
    case "bigint":
      return value !== 0n;
    case "string":
      return value !== "";
    case "undefined":
      return false;
    case "object":
      return value !== null && isTrueObject(value);
    default:
      return true;
  }
}

function isTrueObject(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (ArrayBuffer.isView(value)) return value.byteLength > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Complex) return value.real !== 0 || value.imag !== 0;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object is a dict.
  if (prototype === Object.prototype || prototype === null) return Object.keys(value).length > 0;
  return true;
}

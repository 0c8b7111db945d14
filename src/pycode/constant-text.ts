/** A constant of a code object in, its repr out: what a compiler may put there, and Python's marks for what it may not. */

import {
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Instance,
  reprBytes,
  reprString,
  Tuple,
} from "../core/values/index.ts";
import { type Budget, exceeded, MAX_LEVELS } from "./budget.ts";
import { PyCode } from "./code.ts";
import { textOfInt } from "./repr-number.ts";

/** `repr(constant)`; of a code object without its address. */
export function constantText(value: unknown, budget: Budget, level = 0): string {
  budget.step();
  if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
  switch (typeof value) {
    case "string":
      return reprString(value);
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return textOfInt(value, budget);
    case "number":
      return Number.isInteger(value) ? String(value) : new Float(value).toString();
  }
  if (value === null) return "None";
  if (value instanceof Uint8Array) return reprBytes(value);
  const items = (parts: Iterable<unknown>): string =>
    Array.from(parts, (item) => constantText(item, budget, level + 1)).join(", ");
  if (value instanceof Tuple) return `(${items(value)}${value.length === 1 ? "," : ""})`;
  if (value instanceof FrozenSet)
    return value.size === 0 ? "frozenset()" : `frozenset({${items(value)}})`;
  if (value instanceof Complex) return complexText(value);
  if (value === Ellipsis || value instanceof Float) return value.toString();
  if (value instanceof PyCode && value.fields !== undefined) {
    const { name, filename, firstlineno } = value.fields;
    return `<code object ${name}, file "${filename}", line ${firstlineno}>`;
  }
  if (
    value instanceof Instance &&
    value.className.endsWith("._eval_repr") &&
    typeof value.args[0] === "string"
  ) {
    return value.args[0];
  }
  return String(value);
}

// Python leaves a real part of +0 out.
function complexText(value: Complex): string {
  if (!Object.is(value.real, 0)) return value.toString();
  return value.toString().replace(/^\(0\+?(.*)\)$/, "$1");
}

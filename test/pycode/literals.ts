/** The repr of a tuple of arguments in, as generate.py wrote it; values out. */
import { Float } from "../../src/core/values/index.ts";

/** Numbers, strings without escapes, and lists of those. */
export function parseArguments(repr: string): unknown[] {
  const json = repr
    .replace(/^\(/, "[")
    .replace(/,?\)$/, "]")
    .replaceAll("'", '"')
    .replace(/(\d+\.\d+)/g, '{"float":$1}');
  return (JSON.parse(json) as unknown[]).map(revive);
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value === "object" && value !== null) {
    return new Float((value as { float: number }).float);
  }
  return value;
}

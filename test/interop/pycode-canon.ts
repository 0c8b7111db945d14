/** A value of a lossless load in, the words of `canon` in pycode_peer.py out: equal words for equal values of equal types. */
import { Ellipsis, Float, FrozenSet, Range, Slice, Tuple } from "../../src/core/values/index.ts";

/** The words for a value. */
export function canon(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return Number.isInteger(value) ? `i${value}` : floatWord(value);
    case "bigint":
      return `i${value}`;
    case "string":
      return `s${textWord(value)}`;
  }
  if (value === null) return "None";
  if (value === Ellipsis) return "Ellipsis";
  if (value instanceof Float) return floatWord(value.value);
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString("hex")}`;
  if (value instanceof Tuple) return `tuple[${Array.from(value, canon).join(",")}]`;
  if (Array.isArray(value)) return `list[${value.map(canon).join(",")}]`;
  if (value instanceof Set) {
    const words = Array.from(value, canon).sort(byCodePoints);
    return `${value instanceof FrozenSet ? "frozenset" : "set"}[${words.join(",")}]`;
  }
  if (value instanceof Map) {
    return `dict[${Array.from(value, ([key, item]) => `${canon(key)}:${canon(item)}`).join(",")}]`;
  }
  if (value instanceof Range) return `range[${value.start},${value.stop},${value.step}]`;
  if (value instanceof Slice)
    return `slice[${[value.start, value.stop, value.step].map(canon).join(",")}]`;
  throw new TypeError(`no value to compare: ${String(value)}`);
}

function floatWord(value: number): string {
  if (Number.isNaN(value)) return "fnan";
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return `f${bytes.toString("hex")}`;
}

// As json.dumps writes it: ASCII, in UTF-16 units.
function textWord(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x00-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// The words are ASCII.
function byCodePoints(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which of JavaScript's own classes travel with their contents: writing and reading agree by these lists. */

const set = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** Views of an ArrayBuffer; `Buffer` is Node's. */
export const VIEWS: ReadonlySet<string> = set(
  "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array " +
    "Float64Array BigInt64Array BigUint64Array DataView Buffer",
);

/** Errors; their message, stack and cause travel as properties. */
export const ERRORS: ReadonlySet<string> = set(
  "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError",
);

/** A built-in class whose subclasses' instances travel with what they contain. */
export type Base = "Array" | "Map" | "Set" | "Error" | "Date" | "Object";

/** Those classes; Object is last, since all others inherit from it. */
export const BASES: readonly (readonly [Base, new (...args: never[]) => object])[] = [
  ["Array", Array],
  ["Map", Map],
  ["Set", Set],
  ["Error", Error],
  ["Date", Date],
  ["Object", Object],
];

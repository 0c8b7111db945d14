/** Values in, the TypeScript expressions that make them out, and the same with one thing wrong. */
import fc from "fast-check";
import { FrozenSet, PyDict, PySet, Tuple } from "../../src/pickle/index.ts";

/** What the expressions call: a tuple, a map and the thing that is of no type found. */
export const PRELUDE = `import type { Tuple as PyTuple } from "brine";
declare function tuple<T extends unknown[]>(...items: T): T & PyTuple<T[number]>;
declare function map<K, V>(keys: K[], values: V[]): Map<K, V>;
declare const wrong: unique symbol;
`;

/** The expression of a value; the leaf of that number becomes `wrong`. */
export function literalOf(value: unknown, wrongLeaf = -1): string {
  let leaves = 0;
  const write = (part: unknown): string => {
    if (part instanceof Tuple) return `tuple(${Array.from(part, write).join(", ")})`;
    if (Array.isArray(part)) return `[${part.map(write).join(", ")}]`;
    if (part instanceof Map) {
      const keys = [...part.keys()].map(write);
      return `map([${keys.join(", ")}], [${[...part.values()].map(write).join(", ")}])`;
    }
    if (part instanceof Set) return `new Set([${[...part].map(write).join(", ")}])`;
    if (typeof part === "object" && part !== null && !(part instanceof Uint8Array)) {
      const entries = Object.entries(part).map(([key, item]) => {
        const name = key === "__proto__" ? `["__proto__"]` : text(key);
        return `${name}: ${write(item)}`;
      });
      return `{ ${entries.join(", ")} }`;
    }
    return leaves++ === wrongLeaf ? "wrong" : atom(part);
  };
  return write(value);
}

function atom(value: unknown): string {
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join(", ")})`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "Number.NaN";
  return text(value);
}

// A literal stays on one line, which is where a mistake in it is expected.
function text(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (end) =>
    end === "\u2028" ? "\\u2028" : "\\u2029",
  );
}

/** How many leaves {@link literalOf} counts. */
export function leavesOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + leavesOf(item), 0);
  if (value instanceof Map) return leavesOf([...value.keys(), ...value.values()]);
  if (value instanceof Set) return leavesOf([...value]);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 1;
  return leavesOf(Object.values(value));
}

const plain = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }),
  fc.string(),
  fc.uint8Array({ maxLength: 3 }).map((bytes) => Uint8Array.from(bytes)),
);
/** Keys that programs write, and those that would break a careless printer. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "*/", "/**", "`", "$`{x}", "\\", "//"),
  fc.constantFrom("\u2028", "\x1b[2J", "\u202e", "a\nb", '"', "'", "]: never", "}", "\0", "é", "𝒳"),
  fc.constantFrom("readonly x", "x?", "[x: string]", "get x()", "new ()", "@ts-ignore", "0", "1e3"),
  fc.string({ unit: "binary" }),
  fc.string(),
);
// Names that every object inherits have a test of their own: where TypeScript infers the type of a list of literals
// first, it takes `{}` for something that has them.
const key = fc
  .oneof(fc.constantFrom("id", "name", "x", "y", "tags", "home"), hostile)
  .filter((name) => name === "__proto__" || !(name in {}));
const hashable = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.bigInt({ min: 2n ** 60n }));

/** Values as `loads` gives them: rows of dicts with and without each key, tuples, dicts of other keys, sets. */
export const anything: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plain,
    fc.array(tie("value"), { maxLength: 4 }),
    tie("dict"),
    fc.array(tie("dict"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => Tuple.from(items)),
    fc
      .array(fc.tuple(hashable, tie("value")), { minLength: 1, maxLength: 4 })
      .map((pairs) => new PyDict([[0, null], ...pairs] as [unknown, unknown][])),
    fc.array(hashable, { maxLength: 4 }).map((items) => new PySet(items)),
    fc.array(hashable, { maxLength: 4 }).map((items) => new FrozenSet(items)),
  ),
  // fromEntries defines own properties, "__proto__" among them.
  dict: fc
    .array(fc.tuple(key, tie("value")), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries as [string, unknown][])),
})).value;

/** Tuples as keys: a PyDict and a PySet must find exactly what Python finds equal, by whichever way they look. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Canonicalizer } from "../src/core/values/index.ts";
import {
  Complex,
  dumps,
  Float,
  FrozenSet,
  loads,
  PyDict,
  PySet,
  Tuple,
} from "../src/pickle/index.ts";
import { exponent } from "./growth.ts";

const atom: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  0,
  -0,
  1,
  true,
  false,
  1n,
  new Float(1),
  new Complex(1, 0),
  new Complex(1, 1),
  1.5,
  -1,
  2 ** 31,
  2 ** 53,
  2n ** 53n,
  2n ** 64n,
  2 ** 64,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  null,
  "",
  "1",
  "a",
  "n1",
  "\ud800",
  Uint8Array.of(97),
  new FrozenSet([1]),
);

const tuple: fc.Arbitrary<Tuple> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(atom, { maxLength: 3 }).map((items) => Tuple.from(items) as Tuple),
  },
  {
    weight: 1,
    arbitrary: fc.array(atom, { maxLength: 2 }).map((items) => Tuple.of(Tuple.from(items))),
  },
);

const change = fc.record({ verb: fc.constantFrom("set", "set", "delete", "get"), key: tuple });

describe("tuples as keys", () => {
  test("are one key exactly where their canonical forms are one", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const canonicalizer = new Canonicalizer();
        const model = new Map<unknown, [key: Tuple, value: number]>();
        const dict = new PyDict<unknown, number>();
        const set = new PySet<unknown>();
        for (const [value, { verb, key }] of changes.entries()) {
          const canonical = canonicalizer.canonical(key);
          const known = model.get(canonical);
          if (verb === "set") {
            model.set(canonical, [known?.[0] ?? key, value]);
            dict.set(key, value);
            set.add(key);
          } else if (verb === "delete") {
            expect(dict.delete(key)).toBe(known !== undefined);
            expect(set.delete(key)).toBe(known !== undefined);
            model.delete(canonical);
          } else {
            expect(dict.get(key)).toBe(known?.[1]);
            expect(set.has(key)).toBe(known !== undefined);
          }
        }
        const kept = [...model.values()];
        expect([...dict.keys()].every((key, at) => key === kept[at]?.[0])).toBe(true);
        expect([...dict.values()]).toEqual(kept.map(([, value]) => value));
        expect([...set]).toHaveLength(kept.length);
      }),
      { numRuns: 3000 },
    );
  });

  test("are found however many were chosen to have one hash", () => {
    // Long strings are hashed by a part of their letters only.
    const keys = Array.from({ length: 3000 }, (_, number) =>
      Tuple.of(1, `${"x".repeat(40)}${String(number).padStart(20, "0").split("").join("xxx")}`),
    );
    const dict = new PyDict<unknown, number>();
    for (const [number, key] of keys.entries()) dict.set(key, number);
    expect(dict.size).toBe(keys.length);
    for (const [number, key] of keys.entries()) expect(dict.get(Tuple.from(key))).toBe(number);
    expect(dict.delete(Tuple.from(keys[7] as Tuple))).toBe(true);
    expect(dict.has(keys[7])).toBe(false);
    expect(dict.get(keys[8])).toBe(8);
  });

  test("take time in proportion to their number, chosen to collide or not", () => {
    const loading = (count: number) => {
      const parts: number[] = [0x80, 4, 0x7d, 0x28];
      for (let number = 0; number < count; number++) {
        const text = `${"x".repeat(40)}${String(number).padStart(20, "0").split("").join("xxx")}`;
        parts.push(0x8c, text.length, ...new TextEncoder().encode(text), 0x85, 0x4b, 1);
      }
      parts.push(0x75, 0x2e);
      const bytes = Uint8Array.from(parts);
      return () => void loads(bytes);
    };
    expect(exponent(loading, 4000)).toBeLessThan(1.7);
  });
});

describe("two NaNs, which are two objects to Python", () => {
  // {nan, nan}, frozenset({nan, nan}), {nan: 1, nan: 2}, {(nan, 1): 1, (nan, 1): 2}, {(nan, 1), (nan, 1)}
  const nan = "G\x7f\xf8\0\0\0\0\0\0";
  const pair = `${nan}K\x01\x86`;
  const written = (body: string): Uint8Array =>
    Uint8Array.from(`\x80${body.startsWith("c") ? "\x02" : "\x04"}${body}.`, (letter) =>
      letter.charCodeAt(0),
    );
  test.each([
    ["a set", `\x8f(${nan}${nan}\x90`],
    ["a set, member by member", `\x8f(${nan}\x90(${nan}\x90`],
    ["a frozenset", `(${nan}${nan}\x91`],
    ["a dict", `}(${nan}K\x01${nan}K\x02u`],
    ["a dict of tuples", `}(${pair}K\x01${pair}K\x02u`],
    ["a set of tuples", `\x8f(${pair}${pair}\x90`],
    ["a frozenset of tuples", `(${pair}${pair}\x91`],
    ["a set at protocol 2", `c__builtin__\nset\n](${nan}${nan}e\x85R`],
    ["a frozenset at protocol 2", `c__builtin__\nfrozenset\n](${pair}${pair}e\x85R`],
  ])("stay two in %s", (_, body) => {
    for (const lossless of [false, true]) {
      const read = loads<{ size: number }>(written(body), { lossless });
      expect(read.size).toBe(2);
      expect(loads<{ size: number }>(dumps(read), { lossless }).size).toBe(2);
    }
  });
});

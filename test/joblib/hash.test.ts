/** Hashes that joblib.hash gave in Python: those of `hashes.json`, which make_hashes.py writes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PicklingError } from "../../src/core/errors/index.ts";
import { Float, FrozenSet, PyDict, Tuple } from "../../src/core/values/index.ts";
import { Md5, Sha1 } from "../../src/joblib/digest.ts";
import { hash } from "../../src/joblib/index.ts";
import { comparedAsPython } from "../../src/joblib/ordering.ts";
import { NdArray, ndarray, numpyTypes } from "../../src/numpy/index.ts";
import { loads } from "../../src/pickle/index.ts";

interface Known {
  readonly hashes: readonly {
    readonly code: string;
    readonly pickle: string;
    readonly md5: string;
    readonly sha1: string;
  }[];
}
const known = JSON.parse(readFileSync(join(import.meta.dirname, "hashes.json"), "utf8")) as Known;

describe("hash", () => {
  it.each(known.hashes.map((each) => [each.code, each] as const))("%s", (_, each) => {
    const bytes = Uint8Array.from(Buffer.from(each.pickle, "base64"));
    const value = loads(bytes, { lossless: true, types: numpyTypes });
    expect(hash(value)).toBe(each.md5);
    expect(hash(value, { hashName: "sha1" })).toBe(each.sha1);
  });

  it("takes JavaScript's own values for Python's", () => {
    const found = (code: string): string =>
      known.hashes.find((each) => each.code === code)?.md5 ?? `${code} is not there`;
    expect(hash(1)).toBe(found("1"));
    expect(hash(1.5)).toBe(found("1.5"));
    expect(hash(2n ** 70n)).toBe(found("2**70"));
    expect(hash(null)).toBe(found("None"));
    expect(hash("é")).toBe(found("'\\xe9'"));
    expect(hash({ b: 1, a: 2 })).toBe(found("{'b': 1, 'a': 2}"));
    expect(
      hash(
        new Map([
          ["b", 1],
          ["a", 2],
        ]),
      ),
    ).toBe(found("{'b': 1, 'a': 2}"));
    expect(hash(new Set([3, 1, 2]))).toBe(found("{1, 2, 3}"));
    expect(hash(ndarray([0, 1, 2], { dtype: "int32" }))).toBe(found("np.arange(3, dtype='<i4')"));
  });

  it("does not depend on the order of a dict or a set, and depends on sharing", () => {
    expect(hash({ a: 1, b: { d: 1, c: 2 } })).toBe(hash({ b: { c: 2, d: 1 }, a: 1 }));
    expect(hash(new Set(["x", "y"]))).toBe(hash(new Set(["y", "x"])));
    const list = [1];
    expect(hash([list, list])).not.toBe(hash([[1], [1]]));
    expect(hash(["a", "a"])).toBe(hash(["a", ["a"].join("")]));
  });

  it("costs no call stack", () => {
    let deep: unknown[] = [];
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(hash(deep)).toMatch(/^[0-9a-f]{32}$/);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(hash(cycle)).toBe(known.hashes.find((each) => each.code === "cycle")?.md5);
  });

  const refused: [name: string, value: unknown, path: string][] = [
    [
      "keys that Python cannot sort",
      {
        a: new PyDict<unknown, unknown>([
          [1, 1],
          ["x", 2],
        ]),
      },
      "$.a",
    ],
    [
      "a NaN among the keys",
      new Map([
        [Number.NaN, 1],
        [1, 2],
      ]),
      "$",
    ],
    ["None among the members of a set", [new Set([null, 1])], "$[0]"],
    ["a frozenset of several members", new FrozenSet([1, 2]), "$"],
    ["an array of objects", [NdArray.fromItems([1], "O", [1])], "$[0]"],
    ["an array without elements", [ndarray([])], "$[0]"],
    ["times", [ndarray([1n], { dtype: "M8[s]" })], "$[0]"],
    ["undefined", [undefined], "$[0]"],
    ["a function", { f: () => 1 }, "$.f"],
    ["a Date", new Date(), "$"],
    ["an instance", new (class Box {})(), "$"],
    ["a typed array, which is an array.array", new Float64Array(1), "$"],
  ];
  it.each(refused)("refuses %s", (_, value, path) => {
    try {
      hash(value);
    } catch (error) {
      if (!(error instanceof PicklingError)) throw error;
      expect([error.code, error.path]).toEqual(["unsupported-value", path]);
      return;
    }
    throw new Error("it has a hash");
  });

  it("names a hash that it does not know", () => {
    expect(() => hash(1, { hashName: "sha256" as "md5" })).toThrow(TypeError);
  });
});

describe("digests", () => {
  it.each([
    ["md5", Md5],
    ["sha1", Sha1],
  ] as const)("%s is Node's, however the bytes come", (name, Digest) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
        const own = new Digest();
        for (const part of parts) own.update(part);
        expect(own.hex()).toBe(createHash(name).update(Buffer.concat(parts)).digest("hex"));
      }),
    );
  });
});

describe("the order of keys", () => {
  it("is by code point", () => {
    const texts = ["\uffff", "\u{10000}", "a", "", "\ud800", "ab", "\u{1f600}"];
    const byPoint = (a: string, b: string): number => {
      const [x, y] = [a, b].map((text) =>
        Array.from(text, (each) => each.codePointAt(0) as number),
      );
      for (let at = 0; at < Math.min(x?.length ?? 0, y?.length ?? 0); at++)
        if (x?.[at] !== y?.[at]) return (x?.[at] as number) - (y?.[at] as number);
      return (x?.length ?? 0) - (y?.length ?? 0);
    };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...texts)),
        fc.array(fc.constantFrom(...texts)),
        (left, right) => {
          const [a, b] = [left.join(""), right.join("")];
          expect(Math.sign(comparedAsPython(a, b))).toBe(Math.sign(byPoint(a, b)));
        },
      ),
    );
  });

  it("is exact between numbers of every kind, and goes into tuples", () => {
    expect(comparedAsPython(2 ** 53, 2n ** 53n + 1n)).toBeLessThan(0);
    expect(comparedAsPython(true, new Float(0.5))).toBeGreaterThan(0);
    expect(comparedAsPython(Tuple.of(1, "b"), Tuple.of(1, "a"))).toBeGreaterThan(0);
    expect(comparedAsPython(Tuple.of(1), Tuple.of(1, 0))).toBeLessThan(0);
    expect(comparedAsPython(Tuple.of(null, 1), Tuple.of(null, 2))).toBeLessThan(0);
    expect(() => comparedAsPython(Tuple.of(1), Tuple.of("a"))).toThrow(TypeError);
    expect(() => comparedAsPython(1, "a")).toThrow(TypeError);
    expect(() => comparedAsPython([1], [2])).toThrow(TypeError);
  });
});

/** Number keys, which are entered many at a time: the same dict comes of it as of one entry after another. */
import { describe, expect, test } from "vitest";
import { audit } from "../src/audit/index.ts";
import { classType, dumps, Float, loads, PyDict, PySet, Tuple } from "../src/pickle/index.ts";
import { dis, optimize } from "../src/pickletools/index.ts";
import { exponent } from "./growth.ts";

const { NaN: nan } = Number;

// MARK key value … SETITEMS on an EMPTY_DICT; every key and value is written by `dumps` and stripped of PROTO, FRAME and STOP.
function dictOf(...items: unknown[]): Uint8Array {
  const parts = items.map((item) => dumps(item, 2).subarray(2, -1));
  return Buffer.concat([Buffer.from([0x80, 2, 0x7d, 0x28]), ...parts, Buffer.from([0x75, 0x2e])]);
}

function oneByOne(items: readonly unknown[]): [unknown, unknown][] {
  const dict = new PyDict();
  for (let at = 0; at < items.length; at += 2) dict.set(items[at], items[at + 1]);
  return [...dict];
}

describe.each([false, true])("lossless: %s", (lossless) => {
  test.each([
    ["numbers", [1, "a", 2, "b", -3, "c", 2 ** 40, "d"]],
    ["one number twice", [1, "a", 2, "b", 1, "c"]],
    ["a bool after its number", [1, "a", true, "b", 0, "c", false, "d"]],
    ["a number after its bool", [true, "a", 1, "b"]],
    ["a number after a tuple", [1, "a", Tuple.of(1, 2), "b", 1, "c", 3, "d"]],
    ["a number after its bigint's like", [2n ** 70n, "a", 5, "b", 2n ** 70n, "c"]],
    ["strings between", [1, "a", "1", "b", 1, "c"]],
    ["None between", [1, "a", null, "b", 1, "c"]],
    ["minus nought", [0, "a", 1, "b", 0, "c"]],
  ])("%s", (_, items) => {
    expect([...(loads(dictOf(...items), { lossless }) as PyDict)]).toEqual(oneByOne(items));
  });

  test("a float is the key of its integer", () => {
    const dict = loads(dictOf(2, "a", new Float(2), "b", 0.5, "c"), { lossless }) as PyDict;
    expect([...dict]).toEqual([
      [2, "b"],
      [0.5, "c"],
    ]);
  });

  test("two NaNs are two keys", () => {
    const dict = loads(dictOf(1, "a", nan, "b", 2, "c", nan, "d"), { lossless }) as PyDict;
    expect(dict.size).toBe(4);
    expect([...dict.values()]).toEqual(["a", "b", "c", "d"]);
  });

  test("a class of the caller's sets its own way", () => {
    const seen: unknown[] = [];
    class Watched extends PyDict {
      override set(key: unknown, value: unknown): this {
        seen.push(key);
        return super.set(key, value);
      }
    }
    const types = [classType("room.Watched", Watched)];
    const data = dumps(
      new Watched([
        [1, "a"],
        [2, "b"],
        [3, "c"],
      ]),
      5,
      { types },
    );
    seen.length = 0;
    const back = loads(data, { types, lossless }) as Watched;
    expect(back).toBeInstanceOf(Watched);
    expect(seen).toEqual([1, 2, 3]);
  });
});

test.each([
  ["a float, then its integer", [2 ** 60, 2n ** 60n]],
  ["an integer, then its float", [2n ** 60n, 2 ** 60]],
  ["a float twice", [1e300, 1e300]],
])("of 2^53 and more, %s is one key, the first", (_, keys) => {
  const dict = new PyDict<unknown, unknown>(keys.map((key, value) => [key, value]));
  expect([...dict]).toEqual([[keys[0], 1]]);
  expect([...new PySet(keys)]).toEqual([keys[0]]);
  for (const key of keys)
    expect([dict.get(key), dict.delete(key), dict.set(keys[0], 1).size]).toEqual([1, true, 1]);
});

// V8's hashes of numbers, backwards: the ints of 32 bits, and the doubles, that it puts into one place of its tables.
const inverse = (factor: bigint, bits: number): bigint => {
  let found = 1n;
  for (let known = 1; known < bits; known *= 2)
    found = BigInt.asUintN(bits, found * (2n - factor * found));
  return found;
};
const unshifted = (hash: bigint, shift: bigint, bits: bigint): bigint => {
  let value = hash;
  for (let done = shift; done < bits; done += shift) value = hash ^ (value >> shift);
  return value;
};
const backwards = (bits: number, steps: readonly ["times" | "xor", bigint][]) => (hash: bigint) => {
  let value = hash;
  for (const [verb, by] of steps) {
    if (verb === "xor") value = unshifted(value, by, BigInt(bits));
    else value = BigInt.asUintN(bits, value * inverse(by, bits));
  }
  return BigInt.asUintN(
    bits,
    (value + 1n) * inverse(bits === 32 ? 2n ** 15n - 1n : 2n ** 18n - 1n, bits),
  );
};
// ComputeUnseededHash and ComputeLongHash of V8's src/utils/utils.h, last step first.
const ofInt = backwards(32, [
  ["xor", 16n],
  ["times", 2057n],
  ["xor", 4n],
  ["times", 5n],
  ["xor", 12n],
]);
const ofLong = backwards(64, [
  ["xor", 22n],
  ["times", 65n],
  ["xor", 11n],
  ["times", 21n],
  ["xor", 31n],
]);

const COUNT = 32_000;
const ints = Array.from({ length: COUNT }, (_, index) =>
  Number(BigInt.asIntN(32, ofInt(BigInt(index) << 16n))),
);
const words = new BigUint64Array(1);
const [double] = [new Float64Array(words.buffer)];
const floats = Array.from({ length: COUNT * 2 }, (_, index) => {
  words[0] = ofLong(BigInt(index + 1) << 30n);
  return double[0] as number;
})
  .filter((float) => !Number.isNaN(float))
  .slice(0, COUNT);

describe.each([
  ["ints", ints],
  ["floats", floats],
])("%s chosen to collide", (_, chosen) => {
  test.each<[string, (keys: readonly number[]) => Iterable<unknown>]>([
    ["a dict", (keys) => new Map(keys.map((key) => [key, key]))],
    ["a set", (keys) => new Set(keys)],
  ])("%s takes time in proportion to their number", (_kind, make) => {
    const loading = (count: number) => {
      const data = dumps(make(chosen.slice(0, count)));
      return () => void loads(data);
    };
    expect(exponent(loading, COUNT / 8)).toBeLessThan(1.7);
  });

  test("are the keys of a dict and the members of a set like others", () => {
    const keys = chosen.slice(0, 4000);
    const dict = new PyDict<unknown, unknown>(keys.map((key, index) => [key, index]));
    const set = new PySet(keys);
    const model = new Map<unknown, unknown>(keys.map((key, index) => [key, index]));
    for (const [index, key] of keys.entries()) {
      if (index % 3 > 0) continue;
      expect([dict.delete(key), set.delete(key)]).toEqual([true, true]);
      model.delete(key);
      if (index % 2 > 0) continue;
      dict.set(key, -1);
      set.add(key);
      model.set(key, -1);
    }
    dict.set(keys[1], "again");
    model.set(keys[1], "again");
    expect([...dict]).toEqual([...model]);
    expect([...dict.keys()]).toEqual([...model.keys()]);
    expect([...set]).toEqual([...model.keys()]);
    for (const key of keys) {
      expect([dict.get(key), dict.has(key), set.has(key)]).toEqual([
        model.get(key),
        model.has(key),
        model.has(key),
      ]);
    }
    for (const lossless of [false, true]) {
      const back = loads<PyDict>(dumps(dict), { lossless });
      expect(Buffer.compare(dumps(back), dumps(dict))).toBe(0);
    }
  });
});

test.each<[string, (data: Uint8Array) => unknown]>([
  ["loads", loads],
  ["dis", (data) => dis(data)],
  ["optimize", optimize],
  ["audit", (data) => audit(data)],
])("%s: indexes of a memo chosen to collide take time in proportion to their number", (_, read) => {
  const indexes = ints.filter((index) => index > COUNT);
  const loading = (count: number) => {
    const data = Buffer.alloc(7 * count + 2);
    for (const [at, index] of indexes.slice(0, count).entries()) {
      data.write("Nr", 7 * at);
      data.writeUInt32LE(index, 7 * at + 2);
      data.write("0", 7 * at + 6);
    }
    data.write("N.", 7 * count);
    return () => void read(data);
  };
  expect(exponent(loading, Math.floor(indexes.length / 8))).toBeLessThan(1.7);
});

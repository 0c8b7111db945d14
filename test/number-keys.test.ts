/** Number keys, which are entered many at a time: the same dict comes of it as of one entry after another. */
import { describe, expect, test } from "vitest";
import { classType, dumps, Float, loads, PyDict, Tuple } from "../src/pickle/index.ts";

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

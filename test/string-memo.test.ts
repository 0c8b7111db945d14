/** The emitter's memo of strings knows them by value, whichever way they came in; a Map is the oracle. */
import { describe, expect, test } from "vitest";
import { hashOf, StringMemo } from "../src/core/emitter/string-memo.ts";
import { dumps, loads } from "../src/pickle/index.ts";

const HASHES: readonly [name: string, hash: (text: string) => number][] = [
  ["their own hashes", hashOf],
  ["hashes chosen to collide", () => 12345],
];

describe.each(HASHES)("strings with %s", (_, hash) => {
  test.each([0, 1, 8, 9, 500, 20_000])("are found, %i of them added unseen", (count) => {
    const memo = new StringMemo();
    const oracle = new Map<string, number>();
    for (let index = 0; index < count; index++) {
      memo.add(`added ${index}`, hash(`added ${index}`), index);
      oracle.set(`added ${index}`, index);
    }
    expect(memo.isEmpty).toBe(count === 0);
    for (let step = 0; step < 3000; step++) {
      const text = step % 3 === 0 ? `added ${step * 7}` : `looked for ${step >> 1}`;
      expect(memo.find(text, hash(text))).toBe(oracle.get(text) ?? -1);
      if (oracle.has(text)) continue;
      memo.enter(text, count + step);
      oracle.set(text, count + step);
      if (step % 100 !== 0) continue;
      memo.add(`late ${step}`, hash(`late ${step}`), step);
      oracle.set(`late ${step}`, step);
    }
    for (const [text, index] of oracle) expect(memo.find(text, hash(text))).toBe(index);
    memo.clear();
    expect(memo.isEmpty).toBe(true);
    for (const text of oracle.keys()) expect(memo.find(text, hash(text))).toBe(-1);
    expect(memo.find("a", hash("a"))).toBe(-1);
    memo.enter("a", 7);
    expect([memo.find("a", hash("a")), memo.find("added 0", hash("added 0"))]).toEqual([7, -1]);
  });
});

function table(length: number, value: (key: string, index: number) => unknown): object {
  const keys = Array.from({ length }, (_, index) => `key ${index}`);
  return Object.fromEntries(keys.map((key, index) => [key, value(key, index)]));
}

// Asked for persistent ids, the walk goes the long way and looks for each key.
function dumpsSlowly(value: unknown, protocol: number): Uint8Array {
  return dumps(value, protocol, { persistentId: () => undefined });
}

describe.each([1, 2, 3, 4, 5])("the keys of the first dict, protocol %i", (protocol) => {
  const length = protocol === 4 ? 5000 : 200;
  test.each<[name: string, value: () => unknown]>([
    ["numbers behind them", () => table(length, (_, index) => index / 4)],
    ["themselves behind them", () => table(length, (key) => key)],
    ["later keys behind them", () => table(length, (_, index) => `key ${(index * 7) % length}`)],
    ["dicts of the same keys behind them", () => table(length, () => table(5, (key) => key))],
    ["the same keys in the next dict", () => [table(length, () => 1), table(length, () => -0)]],
    [
      "other numbers in the next",
      () => [table(5, () => 1), table(9, (_, index) => 2 ** (index * 9))],
    ],
    ["strings after it", () => [table(length, () => 1), "key 3", "key", `key ${length - 1}`]],
    ["a long key among them", () => ({ a: 1, ["b".repeat(100)]: 2, c: "a", d: "b".repeat(100) })],
  ])("with %s", (_, make) => {
    const data = dumps(make(), protocol);
    expect(Buffer.from(data).equals(dumpsSlowly(make(), protocol))).toBe(true);
    expect(loads(data)).toEqual(make());
  });
});

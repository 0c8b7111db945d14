/** Dumps hand one buffer on to the next; nothing of one shows in another. */
import { expect, test } from "vitest";
import { dumps, loads, Pickler } from "../src/pickle/index.ts";

const VALUES: readonly unknown[] = [
  null,
  "text",
  ["a list", 1, 2.5],
  { key: "x".repeat(3000) },
  Array.from({ length: 30_000 }, (_, index) => index * 1000),
  new Uint8Array(100_000).fill(7),
];

test("what was returned stays as it was", () => {
  const all = VALUES.map((value) => dumps(value));
  const copies = all.map((bytes) => bytes.slice());
  for (const value of VALUES.toReversed()) dumps(value);
  expect(all).toEqual(copies);
  expect(all.map((bytes) => loads(bytes))).toEqual(VALUES);
  for (const bytes of all) expect(bytes.buffer.byteLength).toBe(bytes.length);
});

test("a dump within a dump has a buffer of its own", () => {
  class Other {
    readonly value: unknown;
    constructor(value: unknown) {
      this.value = value;
    }
  }
  const inner: Uint8Array[] = [];
  const outer = dumps(
    VALUES.map((value) => ["before", new Other(value), "behind"]),
    {
      default: (value) => {
        inner.push(dumps((value as Other).value), dumps(["again"]));
        return null;
      },
    },
  );
  expect(loads(outer)).toEqual(VALUES.map(() => ["before", null, "behind"]));
  expect(inner.map((bytes) => loads(bytes))).toEqual(VALUES.flatMap((value) => [value, ["again"]]));
});

test("one that failed leaves nothing behind", () => {
  for (const value of VALUES) {
    expect(() => dumps([value, Symbol("none")])).toThrow("no counterpart");
    expect(loads(dumps(value))).toEqual(value);
  }
});

test("a Pickler keeps its own between its dumps", () => {
  const pickler = new Pickler();
  const first = pickler.dump(["one"]);
  const between = dumps(["between", "two"]);
  const second = pickler.dump(["two"]);
  expect([first, between, second].map((bytes) => loads(bytes))).toEqual([
    ["one"],
    ["between", "two"],
    ["two"],
  ]);
});

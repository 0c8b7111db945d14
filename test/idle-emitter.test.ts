/** One dump leaves its emitter to the next; nothing of one shows in another. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { dumps, Global, Instance, loads, Pickler, Tuple } from "../src/pickle/index.ts";

// Found many times.
const NAMED = ["named"];

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

test("large and small ones take turns, at every protocol", () => {
  const rows = Array.from({ length: 5000 }, (_, index) => ({
    name: `row ${index}`,
    tags: [index],
  }));
  const values = [
    rows,
    rows.slice(0, 3),
    ["row 1", rows[1]],
    rows.slice(0, 100),
    { name: "row 2" },
  ];
  for (const protocol of [0, 1, 2, 3, 4, 5, -1]) {
    for (const value of [...values, ...values]) {
      // An option, which asks for an emitter of its own.
      const alone = dumps(value, protocol, { undefined: "null" });
      expect(Buffer.compare(dumps(value, protocol), alone)).toBe(0);
    }
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

test("nothing of a value stays", async () => {
  const makers: readonly (() => object)[] = [
    () => ({ list: [1, [2]] }),
    () => Array.from({ length: 2000 }, (_, index) => [{ index }, [index], new Set([index])]),
    () => [new Instance("new", Global.parse("staff.Employee"), Tuple.of(1)), [1]],
    () => new Uint8Array(100_000),
    () => ({ list: Array.from({ length: 200 }, () => NAMED) }),
  ];
  const kept = makers.map((make) => {
    const value = make();
    dumps(value);
    return new WeakRef(value);
  });
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // A WeakRef holds what it refers to for as long as the job lasts that made it.
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(kept.map((reference) => reference.deref())).toEqual(makers.map(() => undefined));
});

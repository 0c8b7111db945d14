/** The emitter's memo of objects knows lists by identity, however alike they are; a Map is the oracle. */
import { describe, expect, test } from "vitest";
import { ObjectMemo } from "../src/core/emitter/object-memo.ts";
import { dumps, Global, Instance, loads, Pickler, Tuple, Unpickler } from "../src/pickle/index.ts";

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

type Maker = (random: (below: number) => number) => unknown[];

const MAKERS: readonly [name: string, make: Maker][] = [
  ["numbers", (random) => [random(1e6), random(10), random(3)]],
  ["few different numbers", (random) => [random(3)]],
  ["one number", () => [0]],
  ["floats, NaN and -0", (random) => [[0.5, Number.NaN, -0, 1e300, -0.25][random(5)], random(50)]],
  ["strings", (random) => [`text ${random(1e5)}`, "same"]],
  ["nothing in them", () => []],
  ["no number and no string", () => [null, true, [], {}]],
  ["lists in lists", (random) => [[random(1000)], [[random(5)]]]],
  ["tuples", (random) => Tuple.of(random(1e5), "x", random(2))],
];

describe.each(MAKERS)("lists of %s", (_, make) => {
  test.each([1, 2, 3])("are told apart, seed %i", (seed) => {
    const random = randomOf(seed);
    const memo = new ObjectMemo();
    const oracle = new Map<unknown, number>();
    const known: unknown[] = [];
    for (let step = 0; step < 6000; step++) {
      const object =
        random(3) === 0 && known.length > 0 ? known[random(known.length)] : make(random);
      expect(memo.find(object)).toBe(oracle.get(object) ?? -1);
      if (oracle.has(object)) continue;
      // Other objects may come between the search and the entry, as a tuple's items do.
      if (random(4) === 0) {
        const item = make(random);
        expect(memo.find(item)).toBe(-1);
        memo.enter(item, step + 100_000);
        oracle.set(item, step + 100_000);
        known.push(item);
      }
      memo.enter(object, step);
      oracle.set(object, step);
      known.push(object);
      if (step === 5000 && seed === 3) memo.settle();
      if (seed === 2 && [5, 40, 3000].includes(step)) {
        memo.clear();
        oracle.clear();
      }
    }
    for (const [object, index] of oracle) expect(memo.find(object)).toBe(index);
  });

  test("come back shared as they were", () => {
    const random = randomOf(7);
    const pool = Array.from({ length: 300 }, () => make(random));
    const value = Array.from({ length: 3000 }, () => pool[random(300)]);
    const back = loads(dumps(value)) as unknown[];
    const first = new Map<unknown, number>();
    const firstBack = new Map<unknown, number>();
    for (const [index, item] of value.entries()) if (!first.has(item)) first.set(item, index);
    for (const [index, item] of back.entries())
      if (!firstBack.has(item)) firstBack.set(item, index);
    // An empty tuple is one object in Python; no maker makes one.
    expect(back.map((item) => firstBack.get(item))).toEqual(value.map((item) => first.get(item)));
  });
});

test("a hook may change a list that was written before", () => {
  const list = [1, 2, 3];
  class Other {}
  const bytes = dumps([list, new Other(), list], {
    default: () => {
      list[0] = 100;
      list.push(4);
      return null;
    },
  });
  const [one, , other] = loads(bytes) as unknown[][];
  expect(one).toEqual([1, 2, 3]);
  expect(other).toBe(one);
});

test("a list that is changed between two dumps of one Pickler is the same object", () => {
  const chunks: Uint8Array[] = [];
  const pickler = new Pickler({ write: (chunk) => chunks.push(chunk.slice()) });
  const list = [1, 2, 3];
  pickler.dump(list);
  list[0] = 100;
  pickler.dump([list]);
  const unpickler = new Unpickler(Uint8Array.from(Buffer.concat(chunks)));
  const one = unpickler.load();
  expect(unpickler.load()).toEqual([[1, 2, 3]]);
  expect(one).toEqual([1, 2, 3]);
});

describe("a getter that changes a list that was written before", () => {
  function changing(): { list: unknown[]; odd: { list: unknown[] } } {
    const list: unknown[] = [1, 2, 3];
    const odd = {
      get list() {
        list[0] = (list[0] as number) + 1;
        return list;
      },
    };
    return { list, odd };
  }

  test("finds it again among a few objects", () => {
    const { list, odd } = changing();
    const [before, after] = loads(dumps([list, odd])) as [number[], { list: number[] }];
    expect(before).toEqual([1, 2, 3]);
    expect(after.list).toBe(before);
  });

  test("has it written again among many, and it ends", () => {
    const { list, odd } = changing();
    const many = Array.from({ length: 20 }, (_, index) => [index]);
    const [before, after] = (loads(dumps([many, list, odd])) as unknown[]).slice(1);
    expect([before, (after as { list: unknown[] }).list]).toEqual([
      [1, 2, 3],
      [2, 2, 3],
    ]);
    // The object with the getter is written once, so that a circle through it ends.
    list.push(odd, list);
    expect(dumps([many, list]).length).toBeLessThan(300);
  });
});

describe("instances of classes that nobody registered", () => {
  function instance(number: number): Instance {
    return new Instance("new", Global.parse("staff.Employee"), Tuple.of(number));
  }

  // [a, b, a, c] as places of the first of each.
  function shape(bytes: Uint8Array): number[] {
    const items = loads(bytes) as unknown[];
    return items.map((item) => items.indexOf(item));
  }

  test("are one object each, in every dump anew", () => {
    const [a, b, c] = [instance(1), instance(1), instance(2)];
    expect(shape(dumps([a, b, a, c, b]))).toEqual([0, 1, 0, 3, 1]);
    expect(shape(dumps([c, a, c, a, b]))).toEqual([0, 1, 0, 1, 4]);
    expect(shape(dumps([b, b]))).toEqual([0, 0]);
  });

  test("are one object each in a dump and in one that a hook begins within it", () => {
    const [a, b, c] = [instance(1), instance(2), instance(3)];
    class Other {}
    let inner: number[] = [];
    const outer = dumps([a, b, new Other(), b, a, c], {
      default: () => {
        inner = shape(dumps([c, b, a, b, c]));
        return null;
      },
    });
    expect(inner).toEqual([0, 1, 2, 1, 0]);
    expect(shape(outer)).toEqual([0, 1, 2, 1, 0, 5]);
  });

  test("are one object each after a hook has failed in the dump before", () => {
    const [a, b] = [instance(1), instance(2)];
    class Other {}
    const failing = { default: () => dumps([b, a, Symbol("none")]) };
    expect(() => dumps([a, new Other()], failing)).toThrow("no counterpart");
    expect(shape(dumps([b, a, b]))).toEqual([0, 1, 0]);
  });

  test("stay in the memo of a Pickler while others dump them", () => {
    const [a, b] = [instance(1), instance(2)];
    const pickler = new Pickler();
    const first = pickler.dump([b, a]);
    dumps([a, b, a]);
    const second = pickler.dump([a, b, a]);
    expect(shape(dumps([a, b, b]))).toEqual([0, 1, 1]);
    const unpickler = new Unpickler(Uint8Array.from([...first, ...second]));
    const one = unpickler.load() as unknown[];
    expect((unpickler.load() as unknown[]).map((item) => one.indexOf(item))).toEqual([1, 0, 1]);
  });
});

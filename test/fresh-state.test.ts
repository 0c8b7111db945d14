/** The state that brine makes of an instance is written without a look-up; the long way, which looks, is the oracle. */
import { describe, expect, test } from "vitest";
import { classType, dumps, loads, type PickleType } from "../src/pickle/index.ts";

class Plain {
  [field: string]: unknown;
}
class Listed extends Array<unknown> {
  [field: string]: unknown;
}
class Mapped extends Map<unknown, unknown> {
  extra: unknown = null;
}
class Gathered extends Set<unknown> {
  extra: unknown = null;
}
class Shared {
  state: object = {};
}

const common = { count: 1 };
const types: readonly PickleType[] = [
  classType("room.Plain", Plain),
  classType("room.Listed", Listed),
  classType("room.Mapped", Mapped),
  classType("room.Gathered", Gathered),
  classType("room.Shared", Shared, {
    getState: () => common,
    setState: (object, state) => {
      object.state = state as object;
    },
  }),
];

function plain(fields: Record<string, unknown>): Plain {
  return Object.assign(new Plain(), fields);
}

function circle(): Plain {
  const one = plain({ name: "one" });
  one["self"] = one;
  one["list"] = [one, plain({ back: one, deep: { one } })];
  return one;
}

function wide(): Plain {
  const fields = Array.from({ length: 2500 }, (_, index) => [
    `field ${index}`,
    index % 3 ? index : [index],
  ]);
  return plain(Object.fromEntries(fields));
}

function listed(): Listed {
  const list = new Listed();
  list.push(1, plain({ list }));
  list["name"] = [list];
  return list;
}

function mapped(): Mapped {
  const map = new Mapped([[1, plain({ a: 1 })]]);
  map.extra = [map, "a"];
  return map;
}

function gathered(): Gathered {
  const set = new Gathered(["a", 2]);
  set.extra = [set, "a"];
  return set;
}

const VALUES: readonly [name: string, make: () => unknown][] = [
  ["fields", () => [plain({ a: 1, b: "a" }), plain({ a: 2, b: "a" })]],
  ["no fields", () => [plain({}), plain({})]],
  ["one field, a list", () => plain({ list: [[1, 2], [false]] })],
  ["a circle", circle],
  ["many fields", wide],
  ["a list with fields", listed],
  ["a dict with fields", mapped],
  ["a set with fields", gathered],
];

describe.each([0, 1, 2, 3, 4, 5])("instances at protocol %i", (protocol) => {
  test.each(VALUES)("with %s", (_, make) => {
    const value = [make(), { a: make() }, "a"];
    const data = dumps(value, protocol, { types });
    const oracle = dumps(value, protocol, { types, persistentId: () => undefined });
    expect(Buffer.from(data).equals(oracle)).toBe(true);
    expect(loads(data, { types })).toEqual(value);
  });

  test("a state of the caller's own stays shared", () => {
    const [one, two] = loads(dumps([new Shared(), new Shared()], protocol, { types }), {
      types,
    }) as [Shared, Shared];
    expect(one.state).toEqual(common);
    expect(two.state).toBe(one.state);
  });
});

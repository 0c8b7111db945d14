/** What a pickle gives to instances becomes their own properties, and reaches no setter or method of their class. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { classType, dumps, loads } from "../src/pickle/index.ts";

class Written {
  [field: string]: unknown;
}
const written = [classType("room.Guarded", Written)];

// Instances one after another, as Python would write them: of any attributes.
function pickled(...states: readonly Record<string, unknown>[]): Uint8Array {
  return dumps(
    states.map((state) => {
      const object = new Written();
      for (const [name, value] of Object.entries(state))
        Object.defineProperty(object, name, { value, enumerable: true });
      return object;
    }),
    4,
    { types: written },
  );
}

function guarded() {
  const calls: unknown[] = [];
  class Guarded {
    set loud(value: unknown) {
      calls.push(value);
    }
    method(): string {
      return "the class's own";
    }
  }
  return { calls, Guarded, types: [classType("room.Guarded", Guarded)] };
}

const names = ["loud", "method", "constructor", "toString", "__proto__"];

describe("the attributes of instances", () => {
  test.each(names)("%s first, last and between ordinary ones", (name) => {
    const { calls, Guarded, types } = guarded();
    const states = [
      { [name]: 1, a: 2 },
      { a: 1, b: 2 },
      { a: 3, b: 4 },
      { a: 5, [name]: 6 },
      { a: 7, b: 8 },
      { [name]: 9, b: 10 },
      { [name]: 11 },
      {},
      { b: 12, a: 13 },
    ];
    const made = loads<object[]>(pickled(...states), { types });
    expect(made.map((one) => Object.entries(one))).toEqual(
      states.map((one) => Object.entries(one)),
    );
    for (const one of made) expect(Object.getPrototypeOf(one)).toBe(Guarded.prototype);
    expect(calls).toEqual([]);
  });

  test("a setter that the class got between two loads", () => {
    const { calls, Guarded, types } = guarded();
    const data = pickled({ a: 1, b: 2 }, { a: 3, b: 4 });
    const before = loads<object[]>(data, { types });
    Object.defineProperty(Guarded.prototype, "b", { set: (value) => calls.push(value) });
    const after = loads<object[]>(data, { types });
    expect(after.map((one) => Object.entries(one))).toEqual(
      before.map((one) => Object.entries(one)),
    );
    expect(calls).toEqual([]);
  });
  test("what a type has learnt of a load keeps none of its values", async () => {
    const { types } = guarded();
    const data = pickled({ a: [1] }, { a: [2] });
    const list = (): WeakRef<object> => {
      const [first] = loads<{ a: object }[]>(data, { types });
      return new WeakRef((first as { a: object }).a);
    };
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const kept = list();
    // A WeakRef holds what it refers to for as long as the job lasts that made it.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    expect(kept.deref()).toBeUndefined();
  });
});

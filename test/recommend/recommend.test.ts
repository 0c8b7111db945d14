/** recommend: what it finds in values, and what it says for which needs. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import {
  Complex,
  classType,
  Decimal,
  dumps,
  type Fact,
  Float,
  type Format,
  functionType,
  Global,
  Instance,
  loads,
  type Needs,
  ndarray,
  PickleBuffer,
  PyDict,
  Range,
  recommend,
  Slice,
  Tuple,
} from "../../src/index.ts";
import { packb, Timestamp, unpackb } from "../../src/msgpack/index.ts";

class Cat {
  name = "Tom";
}
const cycle: unknown[] = [];
cycle.push(cycle);
const shared = [1];
const deep = (): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < 1100; level++) value = [value];
  return value;
};

const withUndefined = (field: "kwargs" | "late" | "added", value: unknown): Instance =>
  Object.assign(new Instance("call", new Global("m", "C"), []), { [field]: value });

describe("without needs", () => {
  const cases: [name: string, value: unknown, format: Format | undefined][] = [
    ["plain data", { name: "Ann", age: 30, scores: [1, 2.5], ok: true, none: null }, "json"],
    ["a number", 1, "json"],
    ["bytes", { photo: new Uint8Array(4) }, "msgpack"],
    ["keys that are numbers", new Map([[1, "one"]]), "msgpack"],
    ["64-bit ints", [2n ** 60n], "msgpack"],
    ["a date", [new Date(0)], "msgpack"],
    ["an integral float", [new Float(1)], "msgpack"],
    ["NaN", [Number.NaN], "msgpack"],
    ["-0", [-0], "msgpack"],
    ["a small bigint", [1n], "msgpack"],
    [
      "many plain records",
      Array.from({ length: 4000 }, (_, id) => ({ id, name: `n${id}` })),
      "msgpack",
    ],
    [
      "many long texts",
      Array.from({ length: 20_000 }, (_, id) => `this is line ${id} of a text`),
      "json",
    ],
    ["a tuple", { home: Tuple.of(1, 2) }, "pickle"],
    ["a set", new Set([1]), "pickle"],
    ["a cycle", cycle, "pickle"],
    ["a shared reference", [shared, shared], "pickle"],
    ["depth", deep(), "pickle"],
    ["a big int", 2n ** 70n, "pickle"],
    ["a date with a zone", Temporal.ZonedDateTime.from("2024-01-01T00:00[Europe/Paris]"), "pickle"],
    ["a Decimal", new Decimal("1.5"), "pickle"],
    ["a complex", new Complex(1, 2), "pickle"],
    ["a Python instance", new Instance("call", new Global("m", "C"), []), "pickle"],
    ["a small array", ndarray([1, 2, 3]), "pickle"],
    ["a large array", { weights: ndarray(new Float64Array(200_000)) }, "joblib"],
    ["a large typed array", new Float32Array(300_000), "joblib"],
    ["a function", { f: () => 1 }, "dill"],
    ["a Map, whatever its keys", new Map([["a", 1]]), "msgpack"],
    ["a dict with text as keys", new PyDict([["a", 1]]), "json"],
    ["a key of more than 64 bits", new Map([[2n ** 70n, 1]]), "pickle"],
    ["a key with a lone surrogate", { "\ud800": 1 }, "pickle"],
    ["a key with a lone surrogate, of a Map", new Map([["\ud800", 1]]), "pickle"],
    ["an undefined key", new Map([[undefined, 1]]), undefined],
    ["keys that Python cannot hash", new Map([[[1], 1]]), undefined],
    ["members that Python cannot hash", new Set([{}]), undefined],
    [
      "keys that are one in Python",
      new Map<unknown, unknown>([
        [1, "a"],
        [true, "b"],
      ]),
      undefined,
    ],
    ["members that are one in Python", new Set([1, true]), undefined],
    ["an invalid date", new Date(Number.NaN), undefined],
    ["a date that Python has not", new Date(8.64e15), "msgpack"],
    ["such a date in a tuple", Tuple.of(new Date(8.64e15)), undefined],
    ["nanoseconds", Temporal.Instant.from("2024-01-01T00:00:00.000000001Z"), "msgpack"],
    [
      "such nanoseconds in a tuple",
      Tuple.of(Temporal.PlainTime.from("00:00:00.000000001")),
      undefined,
    ],
    ["a DataView", new DataView(new ArrayBuffer(2)), undefined],
    ["a subclass of Map that nobody registered", new (class extends Map {})(), undefined],
    ["a subclass of Set that nobody registered", new (class extends Set {})(), undefined],
    ["a buffer", new PickleBuffer(Uint8Array.of(1)), "pickle"],
    ["undefined in a slice", new Slice(undefined, null, null), undefined],
    [
      "undefined in keyword arguments",
      withUndefined("kwargs", new PyDict([["a", undefined]])),
      undefined,
    ],
    [
      "undefined in a late change",
      withUndefined("late", [{ kind: "append", items: [undefined] }]),
      undefined,
    ],
    ["undefined that was added", withUndefined("added", [undefined]), undefined],
    ["undefined", { a: undefined }, undefined],
    ["a class that nobody registered", [new Cat()], undefined],
  ];
  it.each(cases)("%s", (_name, value, format) => {
    const answer = recommend(value);
    expect(answer.format).toBe(format);
    expect(answer.reasons.length).toBeGreaterThan(0);
    if (format !== undefined) expect(answer.obstacles[format]).toEqual([]);
  });

  it("knows registered classes and functions", () => {
    function double(): void {}
    const types = [classType("pets.Cat", Cat), functionType("m.double", double)];
    expect(recommend([new Cat(), double], {}, { types }).format).toBe("pickle");
    expect(recommend([new Cat()], {}, { types }).obstacles.json).toMatchObject([
      { cause: "registered", path: "$[0]" },
    ]);
  });
});

describe("with needs", () => {
  const plain = { a: 1 };
  const cases: [name: string, value: unknown, needs: Needs, format: Format | undefined][] = [
    ["people read it", Array.from({ length: 20_000 }, () => 1), { humanReadable: true }, "json"],
    ["people read bytes", new Uint8Array(1), { humanReadable: true }, undefined],
    ["other languages", { raw: new Uint8Array(1) }, { otherLanguages: true }, "msgpack"],
    ["other languages, a set", new Set(), { otherLanguages: true }, undefined],
    ["a stranger's", plain, { untrusted: true }, "json"],
    ["a stranger's set", new Set(), { untrusted: true }, undefined],
    ["arrays", plain, { arrays: true }, "joblib"],
    ["a stranger's arrays", plain, { arrays: true, untrusted: true }, undefined],
    ["functions", plain, { functions: true }, "dill"],
    ["a stranger's functions", plain, { functions: true, untrusted: true }, undefined],
  ];
  it.each(cases)("%s", (_name, value, needs, format) => {
    expect(recommend(value, needs).format).toBe(format);
  });
});

it("says what, why and where", () => {
  const facts: [value: unknown, fact: Fact, path: string][] = [
    [{ a: [{ b: Tuple.of() }] }, "tuple", "$.a[0].b"],
    [new Map([["x y", new Set()]]), "set", '$["x y"]'],
    [[new PyDict<unknown, unknown>([[Tuple.of(1), 1]])], "composite-key", "$[0]"],
    [{ list: shared, again: [shared] }, "shared", "$.again[0]"],
    [{ me: cycle }, "cycle", "$.me[0]"],
    [[["\ud800"]], "surrogate", "$[0][0]"],
    [[new Range(0, 1)], "python-object", "$[0]"],
    [{ at: new Timestamp(1) }, "extension", "$.at"],
  ];
  for (const [value, cause, path] of facts) {
    expect(recommend(value).obstacles.json).toContainEqual(
      expect.objectContaining({ cause, path }),
    );
  }
  const { reasons, advice } = recommend({ seen: new Set([1]) });
  expect(reasons).toEqual([
    "it keeps all of this value: every type, shared reference and cycle",
    "not json: it has no form for a set ($.seen)",
    "not msgpack: it has no form for a set ($.seen)",
  ]);
  expect(advice.join()).toContain("sign it");
  expect(recommend(new Map([[1, 1]])).advice.join()).toContain("strictMapKey");
  expect(recommend([new Date(0)]).advice.join()).toContain("datetime");
  expect(recommend(new Set(), { untrusted: true }).advice.join()).toContain("brine itself reads");
});

it("never says JSON or msgpack of a value that does not come back", () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, Number.NaN, undefined, -0),
      fc.integer(),
      fc.double(),
      fc.bigInt(),
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 3 }),
      fc.date().map((date) => new Date(date)),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => Tuple.from(items)),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
      fc
        .array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 })
        .map((pairs) => new Map(pairs)),
    ),
  })).value;
  fc.assert(
    fc.property(value, (made) => {
      const { format } = recommend(made);
      if (format === "msgpack") {
        const options = { lossless: false, strictMapKey: false } as const;
        const packed = packb(made, { datetime: true });
        expect(packb(unpackb(packed, options))).toEqual(packed);
      } else if (format === "json") {
        const text = JSON.stringify(made);
        expect(packb(JSON.parse(text))).toEqual(packb(made));
      } else if (format === "pickle") {
        expect(partCount(loads(dumps(made)))).toBe(partCount(made));
      }
    }),
    { numRuns: 500 },
  );
});

it("takes no stack for depth", () => {
  let value: unknown = 1;
  for (let level = 0; level < 300_000; level++) value = [value];
  expect(recommend(value).format).toBe("pickle");
});

// Items, entries and members in all: a Python dict or set may be another object than what it was written from.
function partCount(value: unknown): number {
  if (value instanceof Map)
    return [...value].flat().reduce((sum: number, part) => sum + partCount(part), value.size);
  if (value instanceof Set || Array.isArray(value)) {
    return [...value].reduce((sum: number, part) => sum + partCount(part), 1 + [...value].length);
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 0;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return 0;
  const parts = Object.values(value);
  return parts.reduce((sum: number, part) => sum + partCount(part), parts.length);
}

/** Tagged JSON read back: every value of a lossless load, sharing and cycles; and every refusal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonError, taggedJson, untagged } from "../../src/json/index.ts";
import {
  ByteArray,
  Complex,
  dumps,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Instance,
  loads,
  NotImplemented,
  PersistentId,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../../src/pickle/index.ts";

const text = (value: unknown): string => [...taggedJson(value)].join("");
const read = (json: string): unknown => {
  const [value, ...more] = untagged(json);
  expect(more).toEqual([]);
  return value;
};

const shared = [1];
const cycle: unknown[] = [];
cycle.push(new PyDict([["again", cycle]]));
const object = new Instance("new", new Global("staff", "Person.Inner"), [1]);
object.state = new PyDict<unknown, unknown>([["self", object]]);
object.items = [object, 2];
object.entries = [["k", 1]];
object.late = [
  { kind: "append", items: [1] },
  { kind: "set", entries: [[1, 2]] },
  { kind: "state", state: null },
  { kind: "call", callable: new Global("m", "f"), args: Tuple.of(1) },
];

const VALUES: [name: string, value: unknown][] = [
  ["None, bool, str", [null, true, false, 'é\ud800"\\\n', ""]],
  ["ints", [0, -1, 2 ** 53 - 1, 2n ** 53n, -(2n ** 200n), 1n << 20_000n]],
  [
    "floats",
    [
      1.5,
      new Float(1),
      new Float(-0),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      new Float(1e300),
      5e-324,
    ],
  ],
  ["complex", new Complex(1.5, -0)],
  ["tuples and lists", [Tuple.of(), Tuple.of(1, Tuple.of("a")), [[]]]],
  ["sets", [new PySet([1, Tuple.of(2)]), new FrozenSet([1, "a"])]],
  [
    "bytes",
    [
      Uint8Array.of(0, 255, 7),
      ByteArray.from([1, 2]),
      new Uint8Array(0),
      new Uint8Array(50_000).fill(7),
    ],
  ],
  [
    "range, slice, constants",
    [
      new Range(0, 10, 2),
      new Range(0, 2n ** 70n),
      new Slice(null, 5, null),
      Ellipsis,
      NotImplemented,
    ],
  ],
  [
    "dicts",
    [
      new PyDict([
        ["a", 1],
        ["__proto__", 2],
      ]),
      new PyDict([
        ["7", 1],
        ["a", 2],
      ]),
      new PyDict<unknown, unknown>([
        [1, 2],
        [Tuple.of(1), 3],
      ]),
      new PyDict([["$tuple", 1]]),
      new PyDict(),
    ],
  ],
  ["classes and functions", [new Global("os", "system"), new Global("a.b", "C.d")]],
  ["a persistent id", new PersistentId(Tuple.of("x", 1))],
  ["shared references", [shared, shared, new PyDict([["a", shared]])]],
  ["a cycle", cycle],
  ["an instance with every change", object],
  [
    "a call of what getattr fetches",
    new Instance(
      "call",
      new Instance("call", new Global("builtins", "getattr"), [new Global("m", "C"), "f"]),
      [],
    ),
  ],
];

describe("untagged", () => {
  it.each(VALUES)("reads %s back", (_name, value) => {
    const json = text(value);
    const back = read(json);
    expect(text(back)).toBe(json);
    // The same object graph for Python, which toEqual could not tell.
    expect(dumps(back).join()).toBe(dumps(value).join());
  });

  it("keeps a class with a later change", () => {
    const cls = new Global("m", "C");
    cls.state = new PyDict([["x", 1]]);
    expect(text(read(text(cls)))).toBe(text(cls));
  });

  it.each([
    ["is its own state", "cm\nK\n2b."],
    ["is among its own items", "cm\nK\n2a."],
    ["is in a list that is its state, twice", "cm\nK\np0\n(lp1\ng0\nag0\nab."],
  ])("ends, and reads back, where a class %s", (_how, pickle) => {
    // Eight bytes that had tagged JSON of any length.
    const value = loads(new TextEncoder().encode(pickle), { lossless: true });
    const pieces: string[] = [];
    for (const piece of taggedJson(value)) {
      pieces.push(piece);
      if (pieces.length > 100) break;
    }
    expect(pieces.length).toBeLessThan(100);
    const back = read(pieces.join(""));
    expect(text(back)).toBe(pieces.join(""));
    expect(dumps(back).join()).toBe(dumps(value).join());
  });

  it("reads a module's name back that has a colon in it", () => {
    const odd = new Global("a:b", "C:d");
    expect(text(odd)).toBe('{"$global":["a:b","C:d"]}');
    const back = read(text([odd, new Global("m", "C:d")])) as Global[];
    expect(back.map(({ module, name }) => [module, name])).toEqual([
      ["a:b", "C:d"],
      ["m", "C:d"],
    ]);
  });

  it("reads plain JSON as Python's json does, one document after another", () => {
    const values = [
      ...untagged(
        ' {"a": [1, 2.0, 1e2, -0, -0.5, 12345678901234567890, NaN, "\\u00e9"], "b": {}}\n[]\n"x" ',
      ),
    ];
    expect(values).toStrictEqual([
      new PyDict<unknown, unknown>([
        ["a", [1, new Float(2), new Float(100), 0, -0.5, 12345678901234567890n, Number.NaN, "é"]],
        ["b", new PyDict()],
      ]),
      [],
      "x",
    ]);
    expect([...untagged(" \n")]).toEqual([]);
    expect(read('{"a": 1, "a": 2}')).toStrictEqual(new PyDict([["a", 2]]));
  });

  it("is the way back of tagged JSON for every load", () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.integer(),
        fc.double(),
        fc.bigInt(),
        fc.string({ unit: "binary" }),
        fc.uint8Array(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.array(tie("value"), { maxLength: 4 }).map((items) => Tuple.from(items)),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (made) => {
        const once = loads(dumps(made), { lossless: true });
        expect(dumps(read(text(once))).join()).toBe(dumps(once).join());
      }),
    );
  });

  it("takes no stack for depth", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(text(read(deep))).toBe(deep);
    expect(() => read(`${'{"$tuple":['.repeat(100_000)}`)).toThrow(JsonError);
    const escapes = `"${"\\u0061".repeat(1_000_000)}"`;
    expect((read(escapes) as string).length).toBe(1_000_000);
  });

  const bad: [json: string, code: string, path: string][] = [
    ["[1, 2", "bad-json", "line 1, column 6"],
    ["[1,\n 2}", "bad-json", "line 2, column 3"],
    ["{a: 1}", "bad-json", "line 1, column 2"],
    ['{"a" 1}', "bad-json", "line 1, column 6"],
    ['"a\n"', "bad-json", "line 1, column 1"],
    ['"\\x"', "bad-json", "line 1, column 1"],
    ['"a', "bad-json", "line 1, column 1"],
    ["nul", "bad-json", "line 1, column 1"],
    ["-", "bad-json", "line 1, column 1"],
    [`[${"1".repeat(5000)}]`, "bad-json", "line 1, column 5002"],
    ['[{"$nope": 1}]', "bad-tag", "$[0]"],
    ['{"$tuple": 1}', "bad-tag", "$"],
    ['{"$bytes": "a"}', "bad-tag", "$"],
    ['{"$bytes": 1}', "bad-tag", "$"],
    ['{"$int": "x"}', "bad-tag", "$"],
    ['{"$int": "1", "b": 2}', "bad-tag", "$"],
    ['{"$tuple": [1], "b": 2}', "bad-tag", "$"],
    ['{"$tuple": [1], "$tuple": [2]}', "bad-tag", "$"],
    ['{"$dict": [], "b": 2}', "bad-tag", "$"],
    ['[{"$id": 1, "$value": [], "b": 2}]', "bad-tag", "$[0]"],
    ['{"$global": ["a"]}', "bad-tag", "$"],
    ['{"$global": ["a", 1]}', "bad-tag", "$"],
    ['{"$float": "x"}', "bad-tag", "$"],
    ['{"$complex": ["1.0"]}', "bad-tag", "$"],
    ['{"$constant": "None"}', "bad-tag", "$"],
    ['{"$dict": [[1]]}', "bad-tag", "$"],
    ['{"$dict": [[[], 1]]}', "bad-tag", "$"],
    ['{"$set": [[]]}', "bad-tag", "$"],
    ['{"$frozenset": [{"a": 1}]}', "bad-tag", "$"],
    ['{"$range": [1, 2]}', "bad-tag", "$"],
    ['{"$range": [1, 2, "x"]}', "bad-tag", "$"],
    ['{"$ref": 1}', "bad-tag", "$"],
    ['{"$id": 1, "$value": {"$frozenset": [{"$ref": 1}]}}', "bad-tag", "$[0]"],
    ['{"$id": 1}', "bad-tag", "$"],
    ['{"$id": "x", "$value": 1}', "bad-tag", "$"],
    ['{"$global": "os"}', "bad-tag", "$"],
    ['{"$global": "os:x", "$nope": 1}', "bad-tag", "$"],
    ['{"$form": "make", "$class": 1, "$args": []}', "bad-tag", "$"],
    ['{"$form": "new", "$args": []}', "bad-tag", "$"],
    ['{"$form": "new", "$class": 1, "$args": 1}', "bad-tag", "$"],
    ['{"$form": "new", "$class": 1, "$args": [], "$items": 1}', "bad-tag", "$"],
    ['{"$form": "new", "$class": 1, "$args": [], "$entries": [1]}', "bad-tag", "$"],
    ['{"$form": "new", "$class": 1, "$args": [], "$late": [{"kind": "x"}]}', "bad-tag", "$"],
  ];
  it.each(bad)("refuses %s", (json, code, path) => {
    let error: unknown;
    try {
      read(json);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(JsonError);
    expect([(error as JsonError).code, (error as JsonError).path]).toEqual([code, path]);
  });

  it("raises a JsonError or nothing for any text", () => {
    const words = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"$id"',
      '"$value"',
      '"$ref"',
      '"$tuple"',
      '"$dict"',
      '"$form"',
      '"new"',
      '"$class"',
      '"$args"',
      '"$state"',
      '"$global"',
      '"a:b"',
      "1",
      '"x"',
      "null",
      '{"$ref":1}',
      '{"$id":1,"$value":',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (parts) => {
        try {
          for (const value of untagged(parts.join(""))) text(value);
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

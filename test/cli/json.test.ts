/** Plain and tagged JSON: valid for any value, plain like JSON's own where JSON can, tagged without loss. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonError, PlainJson, taggedJson } from "../../src/json/index.ts";
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

function plain(value: unknown): string {
  return [...new PlainJson().write(value)].join("");
}

function tagged(value: unknown): string {
  return [...taggedJson(value)].join("");
}

/** Reads tagged JSON as the notes on it say, with nothing but what they say. */
function untagged(json: unknown, ids = new Map<number, unknown>(), id?: number): unknown {
  const known = <Value>(value: Value): Value => {
    if (id !== undefined) ids.set(id, value);
    return value;
  };
  const inner = (part: unknown): unknown => untagged(part, ids);
  if (Array.isArray(json)) {
    const list = known([] as unknown[]);
    for (const item of json) list.push(inner(item));
    return list;
  }
  if (json === null || typeof json !== "object") return json;
  const [[key = "", content] = []] = Object.entries(json);
  const items = (): unknown[] => (content as unknown[]).map(inner);
  switch (key) {
    case "$id":
      return untagged((json as { $value: unknown }).$value, ids, content as number);
    case "$ref":
      return ids.get(content as number);
    case "$int":
      return BigInt(content as string);
    case "$float": {
      const text = content as string;
      const named: Record<string, number> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
      const value = named[text] ?? Number(text);
      return Number.isInteger(value) && !Object.is(value, -0) ? new Float(value) : value;
    }
    case "$tuple": {
      const tuple = known(new Tuple());
      for (const item of content as unknown[]) tuple.push(inner(item));
      return tuple;
    }
    case "$set":
      return known(new PySet(items()));
    case "$frozenset":
      return known(new FrozenSet(items()));
    case "$bytes":
      return known(Uint8Array.from(Buffer.from(content as string, "base64")));
    case "$bytearray":
      return known(ByteArray.from(Buffer.from(content as string, "base64")));
    default: {
      const dict = known(new PyDict());
      const entries = key === "$dict" ? (content as [unknown, unknown][]) : Object.entries(json);
      for (const [name, value] of entries) dict.set(inner(name), inner(value));
      return dict;
    }
  }
}

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.bigInt(),
  fc.double(),
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
  fc.constantFrom("$id", "$dict", "7", "__proto__"),
);
const hashable = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }).map((items) => Tuple.from(items)),
);
/** Python's builtins in each other, only hashable ones as keys and members. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(tie("value"), { maxLength: 5 }).map((items) => Tuple.from(items)),
    fc.array(fc.tuple(hashable, tie("value")), { maxLength: 5 }).map((pairs) => new PyDict(pairs)),
    fc.array(hashable, { maxLength: 5 }).map((items) => new PySet(items)),
    fc.array(hashable, { maxLength: 5 }).map((items) => new FrozenSet(items)),
  ),
})).value;

describe("tagged JSON", () => {
  it("read back gives a value that pickles to the same bytes", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const bytes = dumps(value);
        const loaded = loads(bytes, { lossless: true });
        expect(dumps(untagged(JSON.parse(tagged(loaded))))).toEqual(dumps(loaded));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps shared references and cycles", () => {
    const shared = [1];
    const value: unknown[] = [shared, shared, new Uint8Array([1])];
    value.push(value, value[2]);
    const text = tagged(value);
    expect(JSON.parse(text)).toEqual({
      $id: 1,
      $value: [
        { $id: 2, $value: [1] },
        { $ref: 2 },
        { $id: 3, $value: { $bytes: "AQ==" } },
        { $ref: 1 },
        { $ref: 3 },
      ],
    });
    expect(dumps(untagged(JSON.parse(text)))).toEqual(dumps(value));
  });

  const rows: [value: unknown, text: string][] = [
    [-0, '{"$float":"-0.0"}'],
    [0.1, "0.1"],
    [1e-7, "1e-7"],
    [new Float(1e300), '{"$float":"1e+300"}'],
    [2 ** 53, '{"$float":"9007199254740992.0"}'],
    [2n ** 53n, '{"$int":"9007199254740992"}'],
    [-(1n << 20000n), `{"$int":"-0x1${"0".repeat(5000)}"}`],
    [new Complex(1, -0), '{"$complex":["1.0","-0.0"]}'],
    [new Range(0, 10n ** 20n, 2), '{"$range":[0,{"$int":"100000000000000000000"},2]}'],
    [new Slice(null, 5), '{"$slice":[null,5,null]}'],
    [Ellipsis, '{"$constant":"Ellipsis"}'],
    [NotImplemented, '{"$constant":"NotImplemented"}'],
    [new Tuple(), '{"$tuple":[]}'],
    [new Uint8Array(30_000), `{"$bytes":"${"A".repeat(40_000)}"}`],
    [new PersistentId(["x"]), '{"$persistent":["x"]}'],
    [new PyDict([["1", 2]]), '{"$dict":[["1",2]]}'],
    [new PyDict([["$id", 2]]), '{"$dict":[["$id",2]]}'],
    [JSON.parse('{"__proto__": 1}'), '{"__proto__":1}'],
    ["\ud800", '"\\ud800"'],
  ];
  it.each(rows)("%o", (value, text) => {
    expect(tagged(value)).toBe(text);
    JSON.parse(text);
  });

  it("instances with everything that can be in one", () => {
    const instance = new Instance("new", new Global("m", "A.B"), [1], new PyDict([["k", 2]]));
    instance.items = [3];
    instance.entries = [[4, 5]];
    instance.added = [6];
    instance.state = Tuple.of(null, new PyDict([["s", 7]]));
    instance.stateSetter = new Global("m", "set");
    instance.late = [{ kind: "append", items: [8] }];
    expect(JSON.parse(tagged(instance))).toEqual({
      $form: "new",
      $class: { $global: "m:A.B" },
      $args: [1],
      $kwargs: { k: 2 },
      $items: [3],
      $entries: [[4, 5]],
      $added: [6],
      $state: { $tuple: [null, { s: 7 }] },
      $setter: { $global: "m:set" },
      $late: [{ kind: "append", items: [8] }],
    });
  });

  it("refuses what no lossless load gives", () => {
    expect(() => tagged(new Date(0))).toThrow(JsonError);
    expect(() => tagged([undefined])).toThrow(JsonError);
  });
});

describe("plain JSON", () => {
  it("reads back as the value for what JSON can say", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const loaded = loads(dumps(value), { lossless: true });
        // JSON.stringify would write -0 as 0.
        expect(JSON.parse(plain(loaded))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("is valid for any value", () => {
    fc.assert(
      fc.property(anything, (value) => {
        JSON.parse(plain(loads(dumps(value), { lossless: true })));
      }),
      { numRuns: 1000 },
    );
  });

  it("writes numbers as Python's json does", () => {
    const numbers = [new Float(1), new Float(1e16), 1e-7, -0, 10n ** 30n];
    expect(plain(numbers)).toBe("[1.0,1e+16,1e-07,-0.0,1000000000000000000000000000000]");
    expect(JSON.parse(plain(numbers))).toEqual([1, 1e16, 1e-7, -0, 1e30]);
  });

  it("says where a cycle closes and what would grow, and counts what it converted", () => {
    const list: unknown[] = [];
    list.push({ "a b": new PyDict([["x", list]]) });
    let raised: unknown;
    try {
      plain(list);
    } catch (error) {
      raised = error;
    }
    expect(raised).toMatchObject({ code: "cycle", path: '$[0]["a b"].x' });
    const writer = new PlainJson({ values: 3 });
    // Many values without sharing are no growth.
    expect([...writer.write([1, 2, 3, 4, 5])].join("")).toBe("[1,2,3,4,5]");
    const leaf = [1, 2, 3, 4];
    expect(() => [...writer.write(Array.from({ length: 20 }, () => leaf))]).toThrow(
      expect.objectContaining({ code: "too-large", path: "$" }) as Error,
    );
    [...writer.write([new Set([1]), new Set([2])])].join("");
    expect([...writer.converted]).toEqual([["set to list", 2]]);
  });

  it("finds a cycle through a key", () => {
    const held = new Instance("new", new Global("m", "C"), []);
    const dict = new PyDict<unknown, unknown>([[held, 1]]);
    held.state = new PyDict([["owner", dict]]);
    expect(() => plain(dict)).toThrow(JsonError);
  });
});

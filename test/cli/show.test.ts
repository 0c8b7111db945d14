/** The printing engine: what each kind of value looks like, and what holds for all of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ByteArray,
  Complex,
  Counter,
  Decimal,
  Deque,
  dumps,
  Ellipsis,
  Float,
  Fraction,
  FrozenSet,
  Global,
  Instance,
  loads,
  OrderedDict,
  Path,
  PersistentId,
  PyDict,
  PyException,
  PySet,
  Range,
  Slice,
  stdlibTypes,
  Tuple,
  UUID,
} from "../../src/index.ts";
import { PlainJson } from "../../src/json/index.ts";
import { isoText, type ShowOptions, showJson, showLines, walk } from "../../src/show/index.ts";

function lines(value: unknown, options: ShowOptions = {}): string[] {
  return [...showLines(value, { types: stdlibTypes, ...options })];
}

function instance(path: string, state?: unknown, ...args: unknown[]): Instance {
  const made = new Instance(args.length > 0 ? "call" : "new", Global.parse(path), args);
  made.state = state;
  return made;
}

describe("one line each", () => {
  const rows: [value: unknown, line: string][] = [
    [null, "None"],
    [true, "True"],
    [5, "5"],
    [-0, "-0.0"],
    [1.5, "1.5"],
    [new Float(3), "3.0"],
    [1e300, "1e+300"],
    [Number.NaN, "nan"],
    [10n ** 59n, `1${"0".repeat(59)}`],
    [10n ** 60n, "100000000000000000000000…00000000 (61 digits)"],
    [-(1n << 20000n), `-0x1${"0".repeat(20)}… (about 20,004 bits)`],
    [new Complex(1, -2), "(1-2j)"],
    ["it's", `"it's"`],
    [`both ' and "`, `'both \\' and "'`],
    ["tab\tnul\0\u200b", "'tab\\tnul\\x00\\u200b'"],
    ["\ud800", "'\\ud800'"],
    ["😀", "'😀'"],
    [new Uint8Array([0, 65, 39, 255]), "b'\\x00A\\'\\xff'"],
    [ByteArray.from([1]), "bytearray(b'\\x01')"],
    [new Range(0, 3), "range(0, 3)"],
    [new Slice(1, null), "slice(1, None, None)"],
    [Ellipsis, "Ellipsis"],
    [[], "[]"],
    [new Tuple(), "()"],
    [Tuple.of(1), "(1,)"],
    [[1, [2, "x"]], "[1, [2, 'x']]"],
    [new PySet(), "set empty"],
    [{}, "dict empty"],
    [[new PySet(), new FrozenSet([1])], "[set(), frozenset({1})]"],
    [[new PyDict([[new FrozenSet([1]), 1]])], "[{frozenset({1}): 1}]"],
    [[new PyDict([[new FrozenSet(), 1]])], "[{frozenset(): 1}]"],
    [new Global("os", "path.join"), "reference os.path.join"],
    [new PersistentId("key"), "persistent id"],
    [instance("decimal.X", undefined, "1.5", 2), "decimal.X('1.5', 2)"],
    [instance("m.f", undefined), "m.f"],
    [new Decimal("1.50"), "decimal.Decimal 1.50"],
    [new Fraction(1n, 3n), "fractions.Fraction 1/3"],
    [new Path(["/a", "b"], "PurePosixPath"), "pathlib.PurePosixPath /a/b"],
    [new Path(["C:\\a"], "PureWindowsPath"), "pathlib.PureWindowsPath C:\\a"],
    [new Float64Array([1, 2.5]), "array.array of 2: 1.0, 2.5"],
    [new PyException("ValueError", ["bad"]), "builtins.ValueError 'bad'"],
    [new Deque([1, 2]), "collections.deque of 2 ints: 1, 2"],
  ];
  it.each(rows)("%o", (value, line) => {
    expect(lines(value)[0]).toBe(line);
  });
});

describe("trees", () => {
  it("entries and attributes by name, items one below the other", () => {
    const ann = instance(
      "staff.Employee",
      new PyDict<unknown, unknown>([
        ["name", "Ann"],
        ["pay", 5.5],
      ]),
    );
    const value = new PyDict<unknown, unknown>([
      ["who", ann],
      [Tuple.of(1, "k"), "a tuple as key"],
      [7, new OrderedDict([["a", [1, 2]]])],
      ["count", new Counter([["x", 2]])],
    ]);
    expect(lines(value)).toEqual([
      "dict of 4",
      "  'who': staff.Employee",
      "    name: 'Ann'",
      "    pay: 5.5",
      "  (1, 'k'): 'a tuple as key'",
      "  7: collections.OrderedDict of 1",
      "    'a': [1, 2]",
      "  'count': collections.Counter of 1",
      "    'x': 2",
    ]);
  });

  it("everything that an unknown instance can hold", () => {
    const value = new Instance("new", new Global("m", "C"), [[1, 2, 3]], new PyDict([["k", 1]]));
    value.items = ["item"];
    value.entries = [["key", "value"]];
    value.added = ["member"];
    value.state = Tuple.of(new PyDict([["a", 1]]), new PyDict([["slot", 2]]));
    value.stateSetter = new Global("m", "set");
    value.late = [{ kind: "append", items: ["late"] }];
    expect(lines(value)).toEqual([
      "m.C",
      "  argument: [1, 2, 3]",
      "  keyword arguments: {'k': 1}",
      "  'item'",
      "  'member'",
      "  'key': 'value'",
      "  state setter: reference m.set",
      "  a: 1",
      "  slot: 2",
      "  later append: ['late']",
    ]);
    const odd = instance("m.C", ["not", "a", "dict"]);
    expect(lines(odd)).toEqual(["m.C", "  state: ['not', 'a', 'dict']"]);
  });

  it("lists in words: kinds, ranges, the keys of records", () => {
    const first = (value: unknown): string | undefined => lines(value, { inline: false })[0];
    expect(first([1, 2])).toBe("list of 2 ints");
    expect(first(Array.from({ length: 12 }, (_, index) => index))).toBe("list of 12 ints, 0 to 11");
    expect(first([1, "a", "b"])).toBe("list of 3: 2 strings, 1 int");
    expect(first([1, "a", null, 2.5])).toBe("list of 4");
    expect(first(Array.from({ length: 1500 }, () => ({ id: 1, name: "x" })))).toBe(
      "list of 1,500 dicts with 'id', 'name'",
    );
    expect(first([{ a: 1 }, { b: 1 }])).toBe("list of 2 dicts");
    expect(first([instance("m.A"), instance("m.A")])).toBe("list of 2 m.A");
  });

  it("what is met again is a reference, also where it stood below the depth before", () => {
    const shared = { k: [1] };
    expect(lines([shared, shared])).toEqual([
      "list of 2 dicts with 'k'",
      "  #1 dict of 1",
      "    'k': [1]",
      "  <ref #1> dict",
    ]);
    const deep = [[[shared]], shared];
    expect(lines(deep, { depth: 1 })).toEqual(["list of 2", "  list of 1 list …", "  {'k': [1]}"]);
    const self = new PyDict<unknown, unknown>();
    self.set("me", self);
    expect(lines(self)).toEqual(["#1 dict of 1", "  'me': <ref #1> dict"]);
  });

  it("what claims to be an array and is none, as what it is", () => {
    const liar = instance("numpy.core.multiarray._reconstruct", Tuple.of(1, 2, 3, 4, 5), "x");
    expect(lines(liar)[0]).toBe("numpy.core.multiarray._reconstruct('x')");
    const odd = instance("numpy.dtype", undefined, "U99999999999", 1);
    expect(lines(odd)).toHaveLength(1);
  });

  it("dates and times on one line, also where there is no Temporal", () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
    const timezone = (days: number, seconds: number): Instance =>
      instance(
        "datetime.timezone",
        undefined,
        instance("datetime.timedelta", undefined, days, seconds, 0),
      );
    const stamp = bytes("\x07\xe8\x02\x1d\x0c\x1e\x00\x00\x00\x00");
    const rows: [Instance, string][] = [
      [instance("datetime.date", undefined, stamp.slice(0, 4)), "datetime.date 2024-02-29"],
      [
        instance("datetime.time", undefined, bytes("\x8c\x1e\x05\x0f\x42\x3f")),
        "datetime.time 12:30:05.999999",
      ],
      [instance("datetime.datetime", undefined, stamp), "datetime.datetime 2024-02-29 12:30:00"],
      [
        instance("datetime.datetime", undefined, stamp, timezone(-1, 66600)),
        "datetime.datetime 2024-02-29 12:30:00-05:30",
      ],
      [
        instance(
          "datetime.datetime",
          undefined,
          stamp,
          instance("pytz._p", undefined, "Europe/Rome"),
        ),
        "datetime.datetime 2024-02-29 12:30:00 Europe/Rome",
      ],
      [timezone(0, 3600), "datetime.timezone UTC+01:00"],
      [instance("datetime.date", undefined, bytes("abc")), "datetime.date(b'abc')"],
    ];
    for (const [made, line] of rows) expect(lines(made)).toEqual([line]);
  });

  it("dates and times as ISO 8601 in JSON, with the zones that Temporal has none for", () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
    const make = (name: string, ...args: unknown[]): Instance => instance(name, undefined, ...args);
    const delta = (...args: number[]): Instance => make("datetime.timedelta", ...args);
    const zone = (seconds: number, ...name: string[]): Instance =>
      make(
        "datetime.timezone",
        delta(Math.floor(seconds / 86400), (seconds + 86400) % 86400, 0),
        ...name,
      );
    const stamp = bytes("\x07\xe8\x02\x1d\x0c\x1e\x00\x00\x00\x00");
    const at = (...zones: unknown[]): Instance => make("datetime.datetime", stamp, ...zones);
    const rows: [Instance, string][] = [
      [at(), "2024-02-29T12:30:00"],
      [at(zone(0)), "2024-02-29T12:30:00+00:00[UTC]"],
      [at(zone(-19800)), "2024-02-29T12:30:00-05:30[-05:30]"],
      [at(zone(19800, "IST")), "2024-02-29T12:30:00+05:30"],
      [at(zone(3661, "odd")), "2024-02-29T12:30:00+01:01:01"],
      [at(make("pytz._p", "Europe/Rome")), "2024-02-29T12:30:00[Europe/Rome]"],
      [make("datetime.date", stamp.slice(0, 4)), "2024-02-29"],
      [make("datetime.time", bytes("\x8c\x1e\x05\x0f\x42\x3f")), "12:30:05.999999"],
      [delta(3, 5, 0), "P3DT5S"],
      [delta(-1, 3, 0), "-PT23H59M57S"],
      [delta(0, 3600, 50), "PT1H0.00005S"],
      [delta(0, 0, 0), "PT0S"],
      [zone(3600), "UTC+01:00"],
      [zone(3600, "CET"), "CET"],
    ];
    for (const [made, text] of rows) {
      const json = [...new PlainJson({ textOf: isoText }).write([made])].join("");
      expect(JSON.parse(json)).toEqual([text]);
    }
    expect(isoText(at(make("own.Zone", 1)))).toBeUndefined();
    expect(isoText(make("datetime.date", bytes("abc")))).toBeUndefined();
    const types = stdlibTypes;
    if ("Temporal" in globalThis) {
      const [named] = loads<[Instance]>(dumps([at(zone(19800, "IST"))]), { types, lossless: true });
      expect(isoText(named)).toBe("2024-02-29T12:30:00+05:30");
    }
  });

  it("limits: depth, items, width", () => {
    const value = { list: [[1], [2], [3], [4], [[5]]], text: "y".repeat(300) };
    expect(lines(value, { items: 2, depth: 1, width: 40, inline: false })).toEqual([
      "dict of 2",
      "  'list': list of 5 lists …",
      expect.stringMatching(/^ {2}'text': 'y{20,30}…/),
    ]);
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, index]));
    expect(lines(wide)).toHaveLength(12);
    expect(lines(wide, { items: 59 })).toHaveLength(61);
  });
});

const value = fc.letrec((tie) => {
  const text = fc.string({ unit: "binary" });
  const scalar = fc.oneof(
    fc.constantFrom(null, true, Ellipsis),
    fc.integer(),
    fc.bigInt(),
    fc.double(),
    text,
    fc.uint8Array(),
  );
  const parts = fc.array(tie("value"), { maxLength: 12 });
  return {
    value: fc.oneof(
      { depthSize: "small" },
      scalar,
      parts,
      parts.map((items) => Tuple.from(items)),
      fc.dictionary(text, tie("value")),
      fc.array(fc.tuple(scalar, tie("value"))).map((pairs) => new PyDict(pairs)),
      fc.array(scalar).map((items) => new PySet(items)),
      fc.tuple(text, text, parts, tie("value")).map(([module, name, args, state]) => {
        const made = new Instance("call", new Global(module, name), args);
        made.state = state;
        return made;
      }),
    ),
  };
}).value;

const limits = fc.record({
  depth: fc.integer({ min: 0, max: 8 }),
  items: fc.integer({ min: 0, max: 12 }),
  width: fc.integer({ min: 20, max: 120 }),
  inline: fc.boolean(),
});

describe("of any value", () => {
  it("lines are single, printable and no longer than asked for", () => {
    fc.assert(
      fc.property(value, limits, (any, options) => {
        for (const line of lines(any, options)) {
          expect(line.length).toBeLessThanOrEqual(options.width);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("the JSON is valid and has the same tree", () => {
    fc.assert(
      fc.property(value, limits, (any, options) => {
        const parsed: unknown = JSON.parse([...showJson(any, options)].join(""));
        const count = (node: { parts?: never[] }): number =>
          1 + (node.parts ?? []).reduce((sum: number, part) => sum + count(part), 0);
        const steps = [...walk(any, { ...options, inline: false })];
        expect(count(parsed as { parts?: never[] })).toBe(steps.length);
      }),
      { numRuns: 300 },
    );
  });

  it("each object is opened once, and references lead to a number that stands above", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }), (links) => {
        // Six lists that hold each other as chance will have it.
        const nodes: unknown[][] = Array.from({ length: 6 }, () => []);
        for (const [index, target] of links.entries()) nodes[index % 6]?.push(nodes[target]);
        const numbers = new Set<number>();
        let opened = 0;
        for (const step of walk(nodes[0], { depth: 100, items: 100 })) {
          if (step.kind === "ref") expect(numbers.has(step.id)).toBe(true);
          if (step.kind === "value") opened++;
          if (step.kind === "value" && step.id !== undefined) numbers.add(step.id);
        }
        expect(opened).toBeLessThanOrEqual(links.length + 1);
      }),
    );
  });
});

it("time and output follow the number of objects, not of paths", () => {
  const measure = (levels: number): number => {
    let tower: unknown = ["leaf"];
    for (let level = 0; level < levels; level++) tower = [tower, tower];
    return [...walk(tower, { depth: Infinity, items: Infinity })].length;
  };
  // Two more steps a level: the list and a reference to it.
  expect(measure(2000) - measure(1000)).toBe(2000);
});

it("dates go by their Python names where the runtime has Temporal", () => {
  const pickle =
    "\x80\x04\x8c\x08datetime\x94\x8c\x04date\x94\x93\x94C\x04\x07\xe8\x02\x1d\x94\x85\x94R\x94.";
  const date = loads(Uint8Array.from(Buffer.from(pickle, "latin1")), { lossless: true });
  expect(lines(date)).toEqual(["datetime.date 2024-02-29"]);
});

it("a UUID and a pickled error read well", () => {
  const id = new UUID("12345678-1234-5678-1234-567812345678");
  expect(lines(id)).toEqual(["uuid.UUID 12345678-1234-5678-1234-567812345678"]);
  const error = loads(dumps(new RangeError("too big")));
  expect(lines(error)).toEqual(["builtins.ValueError 'too big'"]);
});

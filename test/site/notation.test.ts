/** The notation of the playground: what each text stands for, where a wrong one is refused, and that it gives back what was written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NotationError, parseNotation } from "../../site/notation/parse.ts";
import {
  ByteArray,
  dumps,
  Float,
  FrozenSet,
  Global,
  Instance,
  PyDict,
  PySet,
  Tuple,
} from "../../src/index.ts";

const pickle = (value: unknown): string => Buffer.from(dumps(value, 4)).toString("latin1");

function instance(path: string, form: "call" | "new", args: unknown[], state?: unknown): Instance {
  const made = new Instance(form, Global.parse(path), Tuple.from(args));
  made.state = state;
  return made;
}

describe("a text stands for", () => {
  const cases: [text: string, value: unknown][] = [
    ["null", null],
    ["None", null],
    ["true", true],
    ["False", false],
    ["0", 0],
    ["-0", 0],
    ["1_000", 1000],
    ["- 12", -12],
    ["+12", 12],
    ["0xff", 255],
    ["0b1_01", 5],
    ["0o17", 15],
    ["2n", 2],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993n", -9007199254740993n],
    ["1.0", new Float(1)],
    ["-0.0", new Float(-0)],
    ["1.", new Float(1)],
    [".5", 0.5],
    ["1e3", new Float(1000)],
    ["1.5e-3", 0.0015],
    ["1e999", new Float(Number.POSITIVE_INFINITY)],
    ["NaN", Number.NaN],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["inf", Number.POSITIVE_INFINITY],
    ['"text"', "text"],
    ["'it'", "it"],
    ['"\\n\\t\\x41\\u00e9\\U0001F600\\u{1F600}\\\\\\"\\/"', '\n\tAé😀😀\\"/'],
    ['"\\ud800"', "\ud800"],
    ['b"a\\x00\\xff\\n"', Uint8Array.of(97, 0, 255, 10)],
    ["B''", new Uint8Array()],
    ["[]", []],
    ["[1, [2], ]", [1, [2]]],
    ["()", new Tuple()],
    ["(1)", 1],
    ["(1,)", Tuple.of(1)],
    ["(1, 2)", Tuple.of(1, 2)],
    ["{}", new PyDict()],
    ['{a: 1, "b": 2, null: 3, true: 4}', { a: 1, b: 2, null: 3, true: 4 }],
    ["{__proto__: 1}", new PyDict([["__proto__", 1]])],
    [
      "{None: 1, True: 2}",
      new PyDict<unknown, unknown>([
        [null, 1],
        [true, 2],
      ]),
    ],
    [
      "{1: 'a', (1, 2): 'b'}",
      new PyDict<unknown, unknown>([
        [1, "a"],
        [Tuple.of(1, 2), "b"],
      ]),
    ],
    ["{1, 2,}", new PySet([1, 2])],
    ["{None}", new PySet([null])],
    ["set()", new PySet()],
    ["new Set([1])", new PySet([1])],
    ["frozenset({1})", new FrozenSet([1])],
    ["new Map([[1, 2]])", new PyDict([[1, 2]])],
    ['bytearray(b"x")', new ByteArray([120])],
    ['Date("2024-02-29T12:00Z")', new Date("2024-02-29T12:00Z")],
    ["staff.Employee", new Global("staff", "Employee")],
    ["a.b.c", new Global("a.b", "c")],
    ['os.system("ls")', instance("os.system", "call", ["ls"])],
    ["staff.E {a: 1}", instance("staff.E", "new", [], new PyDict([["a", 1]]))],
    ["staff.E(2) {a: 1}", instance("staff.E", "call", [2], new PyDict([["a", 1]]))],
    ["// one\n# two\n/* three\n*/ 1 // four", 1],
    ["\ufeff 1\u00a0", 1],
  ];
  it.each(cases)("%s", (text, value) => {
    expect(pickle(parseNotation(text))).toBe(pickle(value));
  });

  it("what is named and met again is one object", () => {
    const [one, two] = parseNotation("[&a [1], *a]") as [unknown, unknown];
    expect(one).toBe(two);
    const list = parseNotation("&a [*a]") as unknown[];
    expect(list[0]).toBe(list);
    const dict = parseNotation("&d {self: *d}") as PyDict;
    expect(dict.get("self")).toBe(dict);
    const made = parseNotation("&i staff.E {me: *i}") as Instance;
    expect(made.get("me")).toBe(made);
    const tuple = parseNotation("&t (1, [*t])") as [number, unknown[]];
    expect(tuple[1][0]).toBe(tuple);
    // The names of one value do not leak into the next.
    expect(() => parseNotation("*a")).toThrow(NotationError);
  });
});

describe("a text is refused", () => {
  const cases: [text: string, line: number, column: number][] = [
    ["", 1, 1],
    ["  // nothing", 1, 13],
    ["[1", 1, 3],
    ["[1 2]", 1, 4],
    ["[1,\n 2,\n", 3, 1],
    ["[,]", 1, 2],
    ["1 2", 1, 3],
    ["1.2.3", 1, 4],
    ["12abc", 1, 3],
    ["01", 1, 1],
    ["1__0", 1, 1],
    ["1.5n", 1, 1],
    ["-x", 1, 2],
    ["'a", 1, 1],
    ["'a\n'", 1, 1],
    ["'\\q'", 1, 2],
    ["'\\x4'", 1, 2],
    ["'\\u{110000}'", 1, 2],
    ["b'é'", 1, 3],
    ["{a 1}", 1, 2],
    ["{1: 2, 3}", 1, 9],
    ["{[1]: 2}", 1, 2],
    ["{1, [2]}", 1, 5],
    ["{(1, [2]): 3}", 1, 2],
    ["&s {*s}", 1, 5],
    ["&t (1, *t)", 1, 8],
    ["&t ((*t,),)", 1, 6],
    ["&t ({*t: 1},)", 1, 6],
    ["&a 1 &a 2", 1, 6],
    ["[&a 1, &a 2]", 1, 9],
    ["*nobody", 1, 1],
    ["&x staff.E(*x)", 1, 12],
    ["undefined", 1, 1],
    ["foo(1)", 1, 1],
    ["x => 1", 1, 1],
    ["new Foo()", 1, 1],
    ["a.", 1, 3],
    ["Date('nonsense')", 1, 1],
    ["Map([1])", 1, 1],
    ["Set(1)", 1, 1],
    ["/* no end", 1, 1],
    ["staff.E {1}", 1, 9],
    ["[".repeat(401), 1, 401],
  ];
  it.each(cases)("%s", (text, line, column) => {
    const refuse = (): unknown => parseNotation(text);
    expect(refuse).toThrow(NotationError);
    try {
      refuse();
    } catch (error) {
      const { line: foundLine, column: foundColumn } = error as NotationError;
      expect([foundLine, foundColumn]).toEqual([line, column]);
    }
  });

  it("nothing else is ever thrown", () => {
    const signs = fc.constantFrom(
      ..."[](){},:;.&*-+'\"\\#/ \n0123456789nexb_abct".split(""),
      ...["None", "true", "Map(", "b'", "&a ", "*a", "staff.E", "\\x", "//", "/*", "\u202e", "😀"],
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 40 }), (parts) => {
        try {
          dumps(parseNotation(parts.join("")));
        } catch (error) {
          // A value may still be one that no pickle can hold; what the parser refuses has its own class.
          if (!(error instanceof NotationError)) expect(error).toHaveProperty("code");
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("long texts take no longer than they are", () => {
    const begin = performance.now();
    for (const text of [
      "[".repeat(1e6),
      "1".repeat(1e6),
      `"${"\\n".repeat(5e5)}`,
      "/*".repeat(5e5),
      "1_".repeat(5e5),
    ]) {
      expect(() => parseNotation(text)).toThrow(NotationError);
    }
    expect((parseNotation(`[${"1,".repeat(3e5)}]`) as unknown[]).length).toBe(3e5);
    // Tenths of a second here; a quadratic step would take minutes.
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});

describe("what a value is written as", () => {
  // A writer of the notation that has nothing to do with the parser.
  const written = (value: unknown): string => {
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "false";
    if (value instanceof Float) return Object.is(value.value, -0) ? "-0.0" : value.value.toFixed(1);
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    if (typeof value === "string") {
      const units = value.split("").map((unit) => unit.charCodeAt(0));
      const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`);
      return `"${hex.join("")}"`;
    }
    if (value instanceof Uint8Array) {
      return `b'${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}'`;
    }
    if (value instanceof Tuple) return `(${value.map((part) => `${written(part)},`).join("")})`;
    if (Array.isArray(value)) return `[${value.map(written).join(" ,\n")}]`;
    if (value instanceof Map) {
      return `{${[...value].map(([key, part]) => `${written(key)}: ${written(part)}`).join(",")}}`;
    }
    if (value instanceof Set) {
      return value.size === 0 ? "set()" : `{${[...value].map(written).join(",")}}`;
    }
    throw new TypeError("nothing that is tested here");
  };

  it("is read as that value", () => {
    const atom = fc.oneof(
      fc.constantFrom(null, true, false),
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
      fc.integer({ min: -1000, max: 1000 }).map((whole) => new Float(whole)),
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 5 }),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.array(tie("value"), { maxLength: 4 }).map((parts) => Tuple.from(parts)),
        fc
          .array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 })
          .map((all) => new PyDict(all)),
        fc
          .array(fc.oneof(fc.integer(), fc.string()), { maxLength: 4 })
          .map((all) => new PySet(all)),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(pickle(parseNotation(written(one)))).toBe(pickle(one));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Types inferred from values: their text, what bounds them, and that nothing in a value gets out of its place. */
import fc from "fast-check";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";
import {
  Counter,
  Decimal,
  Deque,
  Float,
  FrozenSet,
  Global,
  Instance,
  OrderedDict,
  PyDict,
  PySet,
  SimpleNamespace,
  Tuple,
} from "../../src/index.ts";
import { dtype, NdArray, ndarray } from "../../src/numpy/index.ts";
import { isTypeName, Typing } from "../../src/typing/index.ts";
import { exponent } from "../growth.ts";
import { hostile } from "./literals.ts";

function typed(values: unknown[], title = "users"): string {
  const typing = new Typing(title);
  for (const value of values) typing.add(value);
  return typing.text({ name: "Root", about: [] });
}

/** The declarations alone. */
function types(...values: unknown[]): string {
  return typed(values)
    .replace(/^\/\*\*[\s\S]*?\*\/\n/, "")
    .replace(/^import .*\n/gm, "")
    .trim();
}

/** An instance of a class that nobody knows, as a pickle makes it. */
function instance(
  path: string,
  attributes: Record<string, unknown>,
  args: unknown[] = [],
): Instance {
  const made = new Instance("new", Global.parse(path), args);
  made.state = attributes;
  return made;
}

describe("lists and dicts", () => {
  it("merge rows to one interface with optional fields and unions", () => {
    const rows = [
      { id: 1, name: "Ann", home: { city: "Ede" }, tags: [] },
      { id: 2n ** 64n, name: null, tags: ["x"] },
      { id: 3, name: "Bo", tags: [1] },
    ];
    expect(types(rows)).toBe(`export type Root = User[];

export interface User {
  id: number | bigint;
  name: string | null;
  home?: Home;
  tags: (string | number)[];
}

export interface Home {
  city: string;
}`);
  });

  it("say nothing of what is empty", () => {
    expect(types([])).toBe("export type Root = unknown[];");
    expect(types({})).toBe("export type Root = Record<string, unknown>;");
    expect(types(new PySet())).toBe("export type Root = Set<unknown>;");
    expect(types({ a: {} }, { a: { b: 1 } })).toContain("b?: number;");
  });

  it("join all objects of a file", () => {
    expect(types(1, "a", null)).toBe("export type Root = string | number | null;");
  });

  it("make one interface of equal dicts, and call it after what their keys have in common", () => {
    const address = { street: "s", number: 1 };
    expect(
      types({ billing_address: { ...address }, "shipping-address": { number: 2, street: "" } }),
    ).toBe(`export interface Root {
  billing_address: Address;
  "shipping-address": Address;
}

export interface Address {
  street: string;
  number: number;
}`);
  });

  it("are recursive where a dict has the keys of one around it", () => {
    const leaf = { value: 1, left: null, right: null };
    const tree = { value: 3, left: { value: 2, left: leaf, right: null }, right: { ...leaf } };
    expect(types(tree)).toBe(`export interface Root {
  value: number;
  left: Root | null;
  right: Root | null;
}`);
  });

  it("are recursive where they hold themselves, directly or not", () => {
    const list: unknown[] = [];
    list.push(list);
    expect(types(list)).toBe("export type Root = Root[];");
    const map = new PyDict<unknown, unknown>();
    map.set(1, [map]);
    expect(types(map)).toBe("export type Root = Map<number, Root[]>;");
    const parent: Record<string, unknown> = { name: "p" };
    parent["children"] = [
      { parent, age: 1 },
      { parent, age: 2 },
    ];
    expect(types([parent])).toBe(`export type Root = User[];

export interface User {
  name: string;
  children: Child[];
}

export interface Child {
  parent: User;
  age: number;
}`);
  });

  it("are one type where one object stands at two places", () => {
    const shared = { list: [{ a: 1 }] };
    const text = types({ one: shared, two: [shared, { list: [{ a: "x" }] }] });
    expect(text).toContain("one: One;");
    expect(text).toContain("two: One[];");
    expect(text).toContain("a: string | number;");
  });
});

describe("a dict is a Record", () => {
  const numbered = (count: number, value: (n: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, value(n)]));

  it("of more than 200 keys, whatever its values", () => {
    expect(types(numbered(201, (n) => (n % 2 ? n : `${n}`)))).toBe(
      "export type Root = Record<string, string | number>;",
    );
    expect(types(numbered(200, (n) => (n % 2 ? n : `${n}`)))).toContain("  key199: number;");
    // Two dicts of 150 keys each, none in common.
    const many = Array.from({ length: 300 }, (_, n) => ({ [`k${n}`]: n }));
    expect(types(many)).toBe("export type Root = Record<string, number>[];");
  });

  it("of more than 20 keys, where all values are of one type", () => {
    expect(types(numbered(21, (n) => n))).toBe("export type Root = Record<string, number>;");
    expect(types(numbered(20, (n) => n))).toContain("  key19: number;");
    expect(types(numbered(21, (n) => (n === 7 ? null : 2n ** BigInt(60 + n))))).toBe(
      "export type Root = Record<string, bigint | null>;",
    );
    expect(types(numbered(21, (n) => (n ? n : "")))).toContain("  key20: number;");
  });

  it("of dicts with half of their keys in common", () => {
    const alike = types(numbered(21, (n) => ({ a: n, ...(n % 2 === 0 && { b: "x" }) })));
    expect(alike).toBe(`export type Root = Record<string, User>;

export interface User {
  a: number;
  b?: string;
}`);
    expect(types(numbered(21, (n) => ({ [`a${n}`]: n })))).toContain("  key20: Key20;");
  });

  it("but not as the row of a wide table", () => {
    expect(types([numbered(21, (n) => n), numbered(21, (n) => n)])).toContain("  key20: number;");
  });

  it("with keys that all begin with a digit, or that no field can be called by", () => {
    const days = { "2024-01-01": { high: 1 }, "2024-01-02": { high: 2 } };
    expect(types(days)).toContain("export type Root = Record<string, User>;");
    expect(types({ "1": 1, "2": "a" })).toContain('  "2": string;');
    expect(types({ ["x".repeat(201)]: 1, y: "" })).toBe(
      "export type Root = Record<string, string | number>;",
    );
    expect(types({ "\ud800": 1 })).toBe("export type Root = Record<string, number>;");
  });
});

describe("Python's types", () => {
  it("have the names that brine has for them", () => {
    const value = {
      tuple: Tuple.of(1, "a"),
      tuples: [Tuple.of(1), Tuple.of(1, 2)],
      rows: [Tuple.of(1, "a"), Tuple.of(2, null)],
      nothing: Tuple.of(),
      map: new PyDict<unknown, unknown>([[Tuple.of(1, 2), "a"]]),
      ordered: new OrderedDict([["a", 1]]),
      counter: Counter.count(["a"]),
      deque: new Deque([1]),
      set: new PySet([1, "a"]),
      frozen: new FrozenSet([1n]),
      bytes: Uint8Array.of(1),
      price: new Decimal("1"),
      boxed: new Float(1),
      date: new Date(0),
    };
    expect(types(value)).toBe(`export interface Root {
  tuple: [number, string];
  tuples: Tuple<number>[];
  rows: [number, string | null][];
  nothing: [];
  map: Map<[number, number], string>;
  ordered: OrderedDict<string, number>;
  counter: Counter<string>;
  deque: Deque<number>;
  set: Set<string | number>;
  frozen: ReadonlySet<bigint>;
  bytes: Uint8Array;
  price: Decimal;
  boxed: Float;
  date: Date;
}`);
    expect(typed([value])).toContain(
      'import type { Counter, Decimal, Deque, Float, OrderedDict, Tuple } from "brine";\n',
    );
  });

  it("tell the elements of arrays", () => {
    const arrays = [ndarray([1.5]), ndarray([1], { dtype: "int64" }), ndarray(["a"])];
    expect(types(arrays)).toBe(
      "export type Root = (NdArray<Float64Array> | NdArray<BigInt64Array> | NdArray)[];",
    );
    expect(arrays[0]).toBeInstanceOf(NdArray);
    expect(types(dtype("int8"))).toBe("export type Root = DType;");
  });

  it("are an interface for each class, with attributes and arguments", () => {
    const ann = instance("staff.Employee", { name: "Ann", boss: null });
    const bo = instance("staff.Employee", { name: "Bo", boss: ann, since: 2020 });
    const point = instance("geometry.Point", {}, [1, 2.5]);
    const other = instance("other.Employee", { id: 1 });
    expect(types([bo, point, other])).toBe(`export type Root = (Employee | Point | Employee2)[];

/** An instance of staff.Employee. */
export interface Employee extends Instance {
  readonly attributes: {
    name: string;
    boss: Employee | null;
    since?: number;
  };
}

/** An instance of geometry.Point. */
export interface Point extends Instance {
  readonly args: readonly [number, number];
}

/** An instance of other.Employee. */
export interface Employee2 extends Instance {
  readonly attributes: {
    id: number;
  };
}`);
  });

  it("keep what was put into an instance", () => {
    const list = instance("m.MyList", {});
    list.items = [1, "a"];
    const dict = instance("m.MyDict", {});
    dict.entries = [["a", 1]];
    const odd = new Instance("call", Global.parse("m.Odd"), []);
    odd.state = Tuple.of(1, 2);
    const text = types([list, dict, odd]);
    expect(text).toContain("  items: (string | number)[];");
    expect(text).toContain("  entries: [string, number][];");
    expect(text).toContain("  state: [number, number];");
  });

  it("have arguments of any number where they were made in several ways", () => {
    const of = (...args: unknown[]): Instance => instance("m.C", {}, args);
    expect(types([of(1), of("a", 2)])).toContain("  readonly args: readonly (string | number)[];");
    const long = of(...Array.from({ length: 32 }, (_, n) => Tuple.of(n, [n])));
    expect(types(long)).toContain("  readonly args: Readonly<UsersArgsTuple>;");
    const sometimes = new Instance("call", new Instance("call", Global.parse("m.f"), []), []);
    expect(types([sometimes])).not.toContain("args");
  });

  it("give a namespace its attributes", () => {
    expect(
      types(new SimpleNamespace({ a: 1, "b c": "" })),
    ).toBe(`export interface Root extends SimpleNamespace {
  a: number;
  "b c": string;
}`);
  });
});

describe("bounds", () => {
  const cut = (text: string): string => /^ \* unknown stands for (.*)\.$/m.exec(text)?.[1] ?? "";

  it("a million lists in one another", () => {
    let nested: unknown[] = [];
    for (let depth = 0; depth < 1e6; depth++) nested = [nested];
    const text = typed([nested]);
    expect(text).toContain(`export type Root = unknown${"[]".repeat(41)};`);
    expect(cut(text)).toBe("what is more than 40 levels deep");
  });

  it("a linked list of a million dicts, and a cycle as long", () => {
    const first: Record<string, unknown> = { value: 0 };
    let last = first;
    for (let number = 1; number < 1e6; number++) {
      const next = { value: number };
      last["next"] = next;
      last = next;
    }
    const linked = "export interface Root {\n  value: number;\n  next?: Root;\n}";
    last["next"] = null;
    const closed = linked.replace("?: Root", ": Root | null");
    expect(types(first)).toBe(closed);
    last["next"] = first;
    expect(types(first)).toBe(linked.replace("?", ""));
  });

  it("few objects that stand for 2 to the power of 60", () => {
    let dict: unknown = 1;
    let tuple: unknown = new Array(20).fill([1]);
    for (let depth = 0; depth < 60; depth++) {
      dict = { [`a${depth}`]: dict, [`b${depth}`]: dict };
      tuple = Tuple.of(tuple, tuple);
    }
    expect(typed([dict]).length).toBeLessThan(10_000);
    expect(typed([tuple]).length).toBeLessThan(10_000);
  });

  it("a hundred thousand instances that share one large state", () => {
    const state = new PyDict(Array.from({ length: 10_000 }, (_, n) => [`a${n}`, n]));
    const shared = Array.from({ length: 100_000 }, () => {
      const made = instance("m.C", {});
      made.state = state;
      return made;
    });
    expect(types(shared)).toContain("[key: string]: number;");
  });

  it("a union of more than 24 types", () => {
    const many = Array.from({ length: 24 }, (_, n) => instance(`m.C${n}`, {}));
    expect(types(many)).toContain("C23");
    const text = typed([[...many, 1]]);
    expect(text).toContain("export type Root = unknown[];");
    expect(cut(text)).toBe("what is of more than 24 types at one place");
  });

  it("more than 20000 places", () => {
    const wide = (depth: number, name: string): unknown =>
      depth === 0
        ? 1
        : Object.fromEntries(
            Array.from({ length: 30 }, (_, n) => [`${name}${n}`, wide(depth - 1, `${name}${n}_`)]),
          );
    const text = typed([wide(3, "k")]);
    expect(cut(text)).toBe("what comes after 20000 places of different types");
    expect(text.length).toBeLessThan(3e6);
    expect(parseSync("types.ts", text).errors).toEqual([]);
  });

  it("time is linear in rows, in keys, and in what is shared", () => {
    const of = (value: unknown) => () => void typed([value]);
    const rows = (size: number) =>
      of(Array.from({ length: size }, (_, n) => ({ id: n, at: { x: n }, tags: ["a"] })));
    const keys = (size: number) =>
      of(Object.fromEntries(Array.from({ length: size }, (_, n) => [`k${n}`, { a: [n] }])));
    const graph = (size: number) => {
      const nodes = Array.from({ length: size }, (): Record<string, unknown> => ({}));
      for (const [n, node] of nodes.entries())
        for (const edge of ["a", "b"]) node[edge] = nodes[(n * 7 + edge.charCodeAt(0)) % size];
      return of(nodes);
    };
    for (const make of [rows, keys, graph]) expect(exponent(make, 2_000)).toBeLessThan(1.3);
  });
});

describe("nothing in a value gets out of its place", () => {
  it("whatever keys, classes and files are called", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 9 }), ([title = "", ...names]) => {
        const [module = "", name = ""] = names;
        const made = new Instance("new", new Global(module, name), []);
        made.state = new PyDict(names.map((key) => [key, { [key]: [{ [key]: 1 }, {}] }]));
        const typing = new Typing(title);
        typing.add([made, Object.fromEntries(names.map((key) => [key, { [key]: null }]))]);
        const text = typing.text({ name: "Root", about: [title, ...names] });
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\u2028\u2029]/u);
        const { program, errors, comments } = parseSync("types.ts", text);
        expect(errors).toEqual([]);
        const kinds = program.body.map((node) =>
          node.type === "ExportNamedDeclaration" ? node.declaration?.type : node.type,
        );
        const allowed = ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "ImportDeclaration"];
        expect(kinds.filter((kind) => !allowed.includes(kind ?? ""))).toEqual([]);
        // The comment at the top, and one for the class.
        expect(comments.length).toBe(2);
        expect(kinds.at(0)).toBe("ImportDeclaration");
      }),
      { numRuns: 1000 },
    );
  });

  it("and every key is there as it was", () => {
    fc.assert(
      fc.property(hostile, (key) => {
        fc.pre(key.isWellFormed() && key.length <= 200);
        const { program } = parseSync("types.ts", typed([{ [key]: 1, other: "" }]));
        const [declared] = program.body as unknown as {
          declaration: { body: { body: { key: { name?: string; value?: string } }[] } };
        }[];
        const found = declared?.declaration.body.body.map(
          ({ key: { name, value } }) => name ?? value,
        );
        expect(found?.sort()).toEqual([...new Set([key, "other"])].sort());
      }),
      { numRuns: 1000 },
    );
  });

  it("and no interface is called as something else", () => {
    const names = ["Map", "decimal", "Record", "NdArray", "root", "temporal", "float64Array", "1"];
    const dicts = Object.fromEntries(names.map((name, n) => [name, { [`x${n}`]: 1 }]));
    const text = types({ ...dicts, values: [new Decimal("1"), ndarray([1.5])] });
    const declared = [...text.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name);
    expect(declared).toEqual([
      // JavaScript's objects have keys that are indexes first.
      ...["Root", "_1", "Map2", "Decimal2", "Record2", "NdArray2", "Root2", "Temporal2"],
      "Float64Array2",
    ]);
    // What is not there leaves its name to others.
    expect(types([{ a: 1 }, instance("m.Decimal", {})])).toContain("export interface Decimal ");
    for (const name of ["Map", "Tuple", "users", "class", "A-b", "Ä", "", "A".repeat(101)])
      expect(isTypeName(name)).toBe(false);
    expect(isTypeName("Users")).toBe(true);
  });
});

/** What dumps and loads of functions say and refuse: records, keys, modules, hostile bytes. */
import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import * as acorn from "acorn";
import * as eslintScope from "eslint-scope";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ClassRecord,
  closure,
  DillError,
  dumps,
  FunctionRecord,
  loads,
  PyFunction,
  TravelError,
} from "../../src/dill/index.ts";
import {
  Decimal,
  FrozenSet,
  Global,
  Instance,
  loads as loadsPlain,
  PyDict,
  Tuple,
  UnpicklingError,
} from "../../src/index.ts";
import { classType, dumps as dumpsPlain } from "../../src/pickle/index.ts";
import { SignatureError, seal, unseal } from "../../src/signing/index.ts";
import { VECTORS } from "../pycode/vectors.ts";

const makeAdder = (n: number) => (x: number) => x + n;
type Adder = ReturnType<typeof makeAdder>;

function errorOf(act: () => unknown): Error & { code?: string; cause?: { code?: string } } {
  try {
    act();
  } catch (error) {
    return error as ReturnType<typeof errorOf>;
  }
  throw new Error("it did not throw");
}

describe("records", () => {
  it("are what functions are by default", () => {
    const record = loads<FunctionRecord>(dumps(makeAdder(5)));
    expect(record).toBeInstanceOf(FunctionRecord);
    expect(record.source).toBe("(x) => x + n");
    expect([record.functionName, record.kind, record.strict]).toEqual(["", "expression", true]);
    expect({ ...record.captured }).toEqual({ n: 5 });
    expect(loads(dumps(makeAdder(5)), { functions: "inert" })).toBeInstanceOf(FunctionRecord);
    expect(loads(dumps(makeAdder(5)), { allowCode: false })).toBeInstanceOf(FunctionRecord);
    expect(typeof record).toBe("object");
  });

  it("say what they use", () => {
    const record = loads<FunctionRecord>(dumps(() => [Math.max(1), process.pid, undefined]));
    expect(record.globals).toEqual(["Math", "process"]);
  });

  it("of classes say what they extend and captured", () => {
    const unit = "cm";
    class Base {}
    class Box extends Base {
      size() {
        return unit;
      }
    }
    const record = loads<ClassRecord>(dumps(Box));
    expect(record).toBeInstanceOf(ClassRecord);
    expect(record.functionName).toBe("Box");
    expect(record.captured["unit"]).toBe("cm");
    expect(record.captured["Base"]).toBeInstanceOf(ClassRecord);
    const box = loads<Instance>(dumps(new Box()));
    expect(box).toBeInstanceOf(Instance);
    expect(box.args[0]).toBeInstanceOf(ClassRecord);
  });

  it("show what captured variables are shared", () => {
    let count = 3;
    const records = loads<FunctionRecord[]>(dumps([() => ++count, () => count]));
    expect(records.map(({ captured }) => ({ ...captured }))).toEqual([{ count: 3 }, { count: 3 }]);
  });

  it("show themselves in a console, in one line", () => {
    expect(inspect(loads(dumps(makeAdder(5))))).toBe(
      "<javascript function (anonymous): (x) => x + n> { n: 5 }",
    );
    class A {
      long() {
        return (
          "x".repeat(10) +
          "y".repeat(10) +
          "z".repeat(10) +
          "a".repeat(10) +
          "b".repeat(10) +
          "c".repeat(10)
        );
      }
    }
    const shown = inspect(loads(dumps(A)));
    expect(shown).toMatch(/^<javascript class A: class A \{ .*long\(\) \{ return .*…>$/);
  });

  it("go back unchanged, and travel on", () => {
    let count = 0;
    class Base {
      v = 1;
    }
    const value = {
      add: makeAdder(1),
      both: [() => ++count, () => count],
      Base,
      made: new Base(),
      map: new Map([[1, undefined]]),
    };
    const bytes = dumps(value);
    for (const lossless of [false, true]) {
      const again = lossless ? dumpsPlain(loads(bytes, { lossless })) : dumps(loads(bytes));
      const back = loads<typeof value>(again, { allowCode: true });
      expect(back.add(1)).toBe(2);
      expect([back.both[0]?.(), back.both[1]?.()]).toEqual([1, 1]);
      expect(back.made).toBeInstanceOf(back.Base);
      expect(back.map).toEqual(value.map);
    }
    const record = loads(dumps(makeAdder(2)));
    const carried = loads<{ deep: Adder[] }>(dumps({ deep: [record] }), { allowCode: true });
    expect(carried.deep[0]?.(40)).toBe(42);
  });

  it("are read by every other door of brine as inert data", () => {
    const plain = loadsPlain<Instance>(dumps(makeAdder(5)));
    expect(plain).toBeInstanceOf(Instance);
    expect(plain.className).toBe("brine.dill._create_function");
  });
});

describe("restored code", () => {
  it("needs to be asked for by one of two words, which may not contradict each other", () => {
    const bytes = dumps(makeAdder(5));
    expect(loads<Adder>(bytes, { allowCode: true })(10)).toBe(15);
    expect(loads<Adder>(bytes, { functions: "code" })(10)).toBe(15);
    expect(errorOf(() => loads(bytes, { allowCode: true, functions: "inert" }))).toBeInstanceOf(
      TypeError,
    );
    expect(errorOf(() => loads(bytes, { allowCode: "yes" as never }))).toBeInstanceOf(TypeError);
    expect(errorOf(() => loads(bytes, { functions: "all" as never }))).toBeInstanceOf(TypeError);
  });

  it("has a stack that names it", () => {
    const fail = loads<() => void>(
      dumps(function failing() {
        throw new Error("far");
      }),
      { allowCode: true },
    );
    expect(errorOf(fail).stack).toContain("brine-dill/failing");
  });

  it("gets the values of the default mode, whatever the caller asks", () => {
    const box = { n: 1, big: 2n ** 70n };
    const get = loads<() => typeof box>(
      dumps(() => box),
      {
        allowCode: true,
        lossless: true,
        ints: "bigint",
        dicts: "map",
      },
    );
    expect(get()).toEqual(box);
  });

  it("keeps brine's own values", () => {
    const held = {
      decimal: new Decimal("1.50"),
      tuple: Tuple.of(1, new Map([["a", 1]])),
      dict: new PyDict([["a", 1]]),
      set: new FrozenSet([1]),
    };
    const get = loads<() => typeof held>(
      dumps(() => held),
      { allowCode: true },
    );
    const back = get();
    expect(back.decimal).toBeInstanceOf(Decimal);
    expect(back.tuple).toBeInstanceOf(Tuple);
    expect(back.tuple[1]).toEqual(new Map([["a", 1]]));
    expect(back.dict).toBeInstanceOf(PyDict);
    expect(back.set).toBeInstanceOf(FrozenSet);
  });

  it("writes classes that the caller joined to Python by their names", () => {
    class Employee {
      name = "Ann";
    }
    const types = [classType("staff.Employee", Employee)];
    const employee = new Employee();
    const bytes = dumps({ employee, get: () => employee.name }, { types });
    expect(loadsPlain<{ employee: Instance }>(bytes).employee.className).toBe("staff.Employee");
    const back = loads<{ employee: Employee; get: () => string }>(bytes, {
      types,
      allowCode: true,
    });
    expect(back.employee).toBeInstanceOf(Employee);
    back.employee.name = "Bo";
    expect(back.get()).toBe("Bo");
  });

  it("says what is missing", () => {
    const target = globalThis as Record<string, unknown>;
    target["onlyHere"] = 1;
    const bytes = dumps(new Function("return onlyHere"));
    expect(loads<() => number>(bytes, { allowCode: true })()).toBe(1);
    delete target["onlyHere"];
    const error = errorOf(() => loads(bytes, { allowCode: true }));
    expect(error).toBeInstanceOf(UnpicklingError);
    expect([error.code, error.cause?.code]).toEqual(["construct-failed", "missing-global"]);
    expect(error.message).toContain("the code uses onlyHere, which this runtime has not");
  });

  it("asks for modules by name", () => {
    const tools = { double: (x: number) => x * 2, unit: { name: "cm" } };
    const { double, unit } = tools;
    const fn = (x: number) => [double(x), unit.name, tools.unit === unit];
    const bytes = dumps(fn, { modules: { tools } });
    const other = { double: (x: number) => x * 20, unit: { name: "m" } };
    expect(loads<typeof fn>(bytes, { allowCode: true, modules: { tools: other } })(1)).toEqual([
      20,
      "m",
      true,
    ]);
    const missing = errorOf(() => loads(bytes, { allowCode: true }));
    expect(missing.cause?.code).toBe("missing-module");
    const partly = errorOf(() => loads(bytes, { allowCode: true, modules: { tools: { double } } }));
    expect(partly.message).toContain('the module "tools" has no unit');
  });

  it("does not evaluate a part of the bytes that is no function", () => {
    const create = new Global("brine.dill", "_create_function");
    const bad = (source: string, ...args: unknown[]) =>
      errorOf(() =>
        loads(dumpsPlain(new Instance("call", create, [source, ...args])), { allowCode: true }),
      ).cause?.code;
    expect(bad("1 + 1", "expression", "", true, [], [], [])).toBe("bad-code");
    expect(bad("(", "expression", "", true, [], [], [])).toBe("not-compiled");
    expect(bad("() => 1", "other", "", true, [], [], [])).toBe("bad-code");
    expect(bad("() => 1", "expression", "", true, [], ["a; evil()"], [])).toBe("bad-code");
    expect(bad("() => 1", "expression", "", true, [], [1], [])).toBe("bad-code");
    expect(bad("() => 1")).toBe("bad-code");
  });
});

describe("a key", () => {
  const key = "a secret";

  it("seals code, and nothing else is taken where it is asked for", async () => {
    const bytes = dumps(makeAdder(5), { key });
    expect(loads<Adder>(bytes, { allowCode: true, key })(10)).toBe(15);
    const unsigned = errorOf(() => loads(dumps(makeAdder(5)), { allowCode: true, key }));
    expect(unsigned).toBeInstanceOf(SignatureError);
    expect(unsigned.code).toBe("not-sealed");
    expect(errorOf(() => loads(bytes, { allowCode: true, key: "another" })).code).toBe("mismatch");
    const changed = new Uint8Array(bytes);
    changed[changed.length - 2] = (changed.at(-2) ?? 0) ^ 1;
    expect(errorOf(() => loads(changed, { allowCode: true, key })).code).toBe("mismatch");
    expect(errorOf(() => loads(bytes, { allowCode: true }))).toBeInstanceOf(UnpicklingError);
  });

  it("is that of brine/signing", async () => {
    expect(await unseal(dumps({ a: 1 }, { key }), key)).toEqual({ a: 1 });
    expect(loads(await seal({ a: 1 }, key), { key })).toEqual({ a: 1 });
    const ring = { current: "b", keys: { a: "old", b: "new" } };
    expect(loads(dumps(1, { key: { current: "a", keys: { a: "old" } } }), { key: ring })).toBe(1);
    const long = "k".repeat(100);
    expect(await unseal(dumps([1], { key: long }), long)).toEqual([1]);
  });
});

describe("views", () => {
  it("of one buffer may be many", () => {
    const buffer = new ArrayBuffer(1 << 20);
    const views = Array.from({ length: 200_000 }, (_, at) => new Uint8Array(buffer, at + 16, 2));
    views[0]?.set([7, 8]);
    const again = loads<Uint8Array[]>(dumps(views), { allowCode: true });
    expect(again[0]).toEqual(Uint8Array.of(7, 8));
    expect(new Set(again.map((view) => view.buffer)).size).toBe(1);
    expect(again[0]?.buffer.byteLength).toBe(200_001);
    const empty = new Float64Array(0);
    expect(loads(dumps([empty, new ArrayBuffer(0)]), { allowCode: true })).toEqual([
      empty,
      new ArrayBuffer(0),
    ]);
  });
});

describe("closure", () => {
  it("says what was captured, in the place of what is seen", () => {
    const n = 1;
    const fn = closure((x: number) => x + n, { captured: { n: 10 } });
    expect(loads<typeof fn>(dumps(fn), { allowCode: true })(1)).toBe(11);
  });

  it("shares what several functions are given in one object", () => {
    let n = 0;
    const captured = { n: 5 };
    const pair = [
      closure(() => ++n, { captured }),
      closure(() => n, { captured }),
      closure(() => n, { captured: { n: 5 } }),
    ] as const;
    const [add, get, other] = loads<typeof pair>(dumps(pair), { allowCode: true });
    add();
    expect([get(), other()]).toEqual([6, 5]);
  });

  it("refuses what is no function", () => {
    expect(errorOf(() => closure(1 as never, { captured: {} })).message).toContain("fn must be");
    expect(errorOf(() => closure(() => 1, { captured: 1 as never })).message).toContain(
      "captured must be",
    );
  });

  it("works with parsers that are passed in", () => {
    const parsers = { parse: acorn.parse, analyze: eslintScope.analyze } as never;
    expect(loads<Adder>(dumps(makeAdder(5), { parsers }), { allowCode: true })(1)).toBe(6);
  });
});

describe("what cannot travel", () => {
  it("is refused with the path and the reason, and nothing is written", () => {
    const error = errorOf(() =>
      dumps({ users: [{ name: "a" }, { callback: Math.max, wait: Promise.resolve() }] }),
    );
    expect(error).toBeInstanceOf(TravelError);
    const { code, reason, path, message } = error as TravelError;
    expect([code, reason, path]).toEqual(["unsupported-value", "live", "$.users[1].wait"]);
    expect(message).toBe("a Promise belongs to this process at $.users[1].wait");
  });

  it("is refused too where looking at it throws", () => {
    const odd = Object.create({
      get [Symbol.toStringTag](): string {
        throw new RangeError("no tag");
      },
    });
    const error = errorOf(() => dumps([odd])) as TravelError;
    expect([error.reason, error.message]).toEqual([
      "shape",
      "it cannot be looked at: no tag at $[0]",
    ]);
    // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
    class Named {
      static get name(): string {
        throw new RangeError("no name");
      }
    }
    const Again = loads<typeof Named>(dumps(Named), { allowCode: true });
    expect(() => Again.name).toThrow("no name");
  });

  it("is said by hand where Node lets nobody look", () => {
    const script = `
      import { closure, dumps, loads } from ${JSON.stringify(new URL("../../src/dill/index.ts", import.meta.url).href)};
      const n = 5;
      const add = (x) => x + n;
      const reason = (act) => { try { act(); return "none"; } catch (error) { return error.reason; } };
      const said = closure((x) => x + n, { captured: { n } });
      console.log(reason(() => dumps(add)), loads(dumps(said), { allowCode: true })(1), reason(() => dumps(add.bind(null))));
    `;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...[
          "--permission",
          "--allow-fs-read=*",
          "--conditions=brine-source",
          "--input-type=module",
        ],
        ...["--eval", script],
      ],
      { encoding: "utf8" },
    );
    expect(stdout, stderr).toBe("unseen 6 native\n");
  });

  it("has a path of bounded length", () => {
    let value: unknown = Promise.resolve();
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    expect((errorOf(() => dumps(value)) as TravelError).path.length).toBeLessThan(500);
  });
});

describe("Python's side", () => {
  it("opens as records beside JavaScript's", () => {
    const pickles = VECTORS.flatMap(({ values }) => Object.values(values)).flatMap(({ pickles }) =>
      Object.values(pickles),
    );
    const found = pickles.map((pickle) => loads(Buffer.from(pickle, "base64")));
    expect(found.filter((value) => value instanceof PyFunction).length).toBeGreaterThan(10);
  });
});

describe("hostile bytes", () => {
  const call = (name: string, ...args: unknown[]) =>
    new Instance("call", new Global("brine.dill", name), args);

  it("ask for no more work than their size explains", () => {
    const source = "a".repeat(100_000);
    const many = Array.from({ length: 20_000 }, () => call("_create_object", "RegExp", source, ""));
    const error = errorOf(() => loads(dumpsPlain(many)));
    expect([error.code, error.cause?.code]).toEqual(["construct-failed", "too-much"]);
    const items = Array.from({ length: 100_000 }, () => 1);
    const arrays = Array.from({ length: 20_000 }, () => {
      const array = call("_create_object", "Array");
      array.stateSetter = new Global("brine.dill", "_restore");
      array.state = { items };
      return array;
    });
    expect(errorOf(() => loads(dumpsPlain(arrays))).cause?.code).toBe("too-much");
    const bytes = new Uint8Array(1_000_000);
    const buffers = Array.from({ length: 10_000 }, () =>
      call("_create_object", "ArrayBuffer", bytes),
    );
    const back = loads<ArrayBuffer[]>(dumpsPlain(buffers));
    expect(new Set(back).size).toBe(1);
  });

  it("change nothing that they did not make", () => {
    const restore = new Global("brine.dill", "_restore");
    const state = { properties: { plain: { polluted: 1 } } };
    for (const target of [{ a: 1 }, [1], Tuple.of(1), "text", 1, null]) {
      const error = errorOf(() =>
        loads(dumpsPlain(new Instance("call", restore, [target, state]))),
      );
      expect(error.cause).toBeInstanceOf(DillError);
    }
    const builtin = call("_builtin", "Object.prototype");
    const attempt = dumpsPlain(new Instance("call", restore, [builtin, state]));
    expect(loads(attempt)).toBeInstanceOf(Instance);
    expect(errorOf(() => loads(attempt, { allowCode: true })).cause?.code).toBe("bad-code");
    expect("polluted" in {}).toBe(false);
  });

  it("get a getter into nothing", () => {
    const object = call("_create_object", "Object", false);
    object.stateSetter = new Global("brine.dill", "_restore");
    object.state = { properties: { special: { x: [7, makeAdderRecord(), null] } } };
    const value = loads<{ x: unknown }>(dumpsPlain(object));
    expect(Object.getOwnPropertyDescriptor(value, "x")?.get).toBe(undefined);
    expect(value.x).toBeInstanceOf(FunctionRecord);
  });

  it("end in our errors, whatever was damaged", () => {
    class Box {
      v = 1;
    }
    const bytes = dumps([
      makeAdder(5),
      new Box(),
      new Map([[undefined, /a/g]]),
      new Float64Array(3),
      Object.freeze({ d: new Date(0), e: new RangeError("r") }),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const damaged = new Uint8Array(length % 3 === 0 ? bytes.slice(0, length) : bytes);
          for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
          try {
            inspect(loads(damaged));
          } catch (error) {
            expect(error).toBeInstanceOf(UnpicklingError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function makeAdderRecord(): unknown {
  return loads(dumps(makeAdder(1)));
}

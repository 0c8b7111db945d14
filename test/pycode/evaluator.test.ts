/** Python's functions run here, against what Python returned; and what is refused, and how. */
import { describe, expect, it } from "vitest";
import { Float, Tuple } from "../../src/core/values/index.ts";
import { dumps, loads } from "../../src/index.ts";
import {
  callable,
  kwargs,
  type PyFunction,
  PythonError,
  pycodeTypes,
} from "../../src/pycode/index.ts";
import { parseArguments } from "./literals.ts";
import { type Facts, VECTORS, type Vectors } from "./vectors.ts";

const open = (facts: Facts, way: string): PyFunction =>
  loads(Buffer.from(facts.pickles[way] as string, "base64"), {
    types: [pycodeTypes],
  }) as PyFunction;

const of = (name: string, python = "3.13"): PyFunction => {
  const vectors = VECTORS.find((one) => one.python === python) as Vectors;
  return open(vectors.values[name] as Facts, "dill");
};

for (const vectors of VECTORS) {
  describe(`functions of Python ${vectors.python}, dill ${vectors.dill}`, () => {
    for (const [name, facts] of Object.entries(vectors.values)) {
      for (const way of Object.keys(facts.pickles)) {
        if ((facts.calls?.length ?? 0) === 0) continue;
        it(`${name} (${way}) returns what Python returned`, () => {
          for (const [args, wanted] of facts.calls ?? []) {
            // The counter was called once before it was pickled.
            const expected = name === "counter" ? "2" : wanted;
            // Python's own repr of the result is what the code object of `repr` would write: asked of it.
            const f = callable(open(facts, way), { lossless: true });
            let said: string;
            try {
              said = reprOf(f(...parseArguments(args)));
            } catch (error) {
              if (!(error instanceof PythonError)) throw error;
              said = error.message;
            }
            expect(said).toBe(expected);
          }
        });
      }
    }
  });
}

function reprOf(value: unknown): string {
  if (value instanceof Float) return value.toString();
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return /'/.test(value) ? `"${value}"` : `'${value}'`;
  if (value instanceof Tuple)
    return `(${value.map(reprOf).join(", ")}${value.length === 1 ? "," : ""})`;
  if (Array.isArray(value)) return `[${value.map(reprOf).join(", ")}]`;
  return String(value);
}

describe("callable", () => {
  it("gives a function of that name that keeps what calls change", () => {
    const next = callable(of("counter"));
    expect(next.name).toBe("inc");
    expect([next(), next(), next()]).toEqual([2, 3, 4]);
    expect(callable(of("counter"))()).toBe(2);
  });

  it("tells ints from floats on the way in and out", () => {
    const triple = callable(of("triple"));
    expect(triple(7)).toBe(21);
    expect(triple(2n ** 70n)).toBe(3n * 2n ** 70n);
    expect(triple("ab")).toBe("ababab");
    expect(triple(Tuple.of(1))).toEqual(Tuple.of(1, 1, 1));
    const exact = callable(of("triple"), { lossless: true });
    expect(exact(7)).toBe(21);
    expect(exact(new Float(7))).toEqual(new Float(21));
    expect(callable(of("adder_float"), { lossless: true })(10)).toEqual(new Float(15));
    expect(callable(of("adder"))(10)).toBe(15);
  });

  it("takes keyword arguments, and says what is wrong with arguments in Python's words", () => {
    const keywords = callable(of("keywords"));
    expect(keywords(1, kwargs({ d: 4, z: 0 }))).toEqual(
      Tuple.of(1, 2, 3, new Tuple(), 4, "x", ["z"]),
    );
    expect(() => keywords(1)).toThrow(
      "TypeError: keywords() missing 1 required keyword-only argument: 'd'",
    );
    expect(() => keywords(kwargs({ a: 1, d: 2 }))).toThrow(
      "TypeError: keywords() missing 1 required positional argument: 'a'",
    );
    expect(() => callable(of("triple"))(1, 2)).toThrow(
      "TypeError: <lambda>() takes 1 positional argument but 2 were given",
    );
  });

  it("raises Python's exceptions with their names", () => {
    const adder = callable(of("adder"));
    let caught: unknown;
    try {
      adder("x");
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(PythonError);
    expect(caught).toMatchObject({
      code: "python-exception",
      type: "TypeError",
      text: 'can only concatenate str (not "int") to str',
    });
  });

  it("calls functions that the pickle holds, and those that the caller gives", () => {
    const recurse = VECTORS[5]?.values["factorial"] as Facts;
    expect(callable(open(recurse, "dill recurse"))(20)).toBe(2432902008176640000n);
    expect(callable(open(recurse, "cloudpickle"))(5)).toBe(120);
    // dill leaves the globals of __main__ to the Python that loads it.
    const alone = open(recurse, "dill");
    expect(callable(alone)(1)).toBe(1);
    expect(() => callable(alone)(2)).toThrow(
      expect.objectContaining({ code: "unsupported", subject: "global factorial" }),
    );
    expect(callable(alone, { globals: { factorial: alone } })(5)).toBe(120);
  });

  it("copies arguments: a list of the caller's stays as it is", () => {
    const list = [1, 2, 3];
    const result = callable(of("triple"))(list) as unknown[];
    expect(list).toEqual([1, 2, 3]);
    expect(result).toHaveLength(9);
    const nested = { a: [1], __proto__: null };
    expect(callable(of("adder"))).toThrow(PythonError);
    expect(() => callable(of("adder"))(nested)).toThrow(
      /unsupported operand type\(s\) for \+: 'dict' and 'int'/,
    );
  });

  it("keeps one object that is passed twice one", () => {
    const shared = [1];
    const result = callable(of("keywords"))(shared, shared, kwargs({ d: shared })) as unknown[];
    expect(result[0]).not.toBe(shared);
    expect(result[1]).toBe(result[0]);
    expect(result[4]).toBe(result[0]);
  });

  it("refuses values that Python code cannot be run with", () => {
    const triple = callable(of("triple"));
    for (const value of [
      undefined,
      Symbol("x"),
      new Date(0),
      new Map([[[], 1]]),
      "\ud800",
      () => 1,
    ]) {
      expect(() => triple(value)).toThrow();
    }
    expect(() => triple(new Date(0))).toThrow(
      expect.objectContaining({ code: "unsupported-value" }),
    );
    expect(() => triple("\ud800")).toThrow(expect.objectContaining({ code: "unsupported" }));
    expect(() => callable({} as PyFunction)).toThrow(TypeError);
  });

  it("is told, or asks for, the Python that compiled it", () => {
    const adder = of("adder", "3.13");
    expect(() => callable(adder, { python: "3.8" })).toThrow(
      expect.objectContaining({ code: "unknown-version" }),
    );
    expect(callable(of("adder", "3.8"), { python: "3.8" })(1)).toBe(6);
  });

  it("goes back as what it was", () => {
    const adder = of("adder");
    expect(dumps(adder, 4, { types: [pycodeTypes] })).toEqual(
      dumps(of("adder"), 4, { types: [pycodeTypes] }),
    );
  });

  // Of dill 0.4.1: `v.bit_count is None` in Python 3.10 and 3.9, and `s.title()` in 3.9.
  const BIT_COUNT_310 =
    "gASVwgAAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwIAAZRLAUsASwBLAUsCS0NDCnwAagBkAHUAUwCUToWUjAliaXRfY291bnSUhZSMAXaUhZSMBGYucHmUjAFmlEsBQwIKAZQpKXSUUpR9lIwIX19uYW1lX1+UjAhfX21haW5fX5RzaA1OTnSUUpR9lH2UjA9fX2Fubm90YXRpb25zX1+UfZRzhpRiLg==";
  const BIT_COUNT =
    "gASVvQAAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoSwFLAEsASwFLAktDQwp8AGoAZAB1AFMAlE6FlIwJYml0X2NvdW50lIWUjAF2lIWUjARmLnB5lIwBZpRLAUMCAAGUKSl0lFKUfZSMCF9fbmFtZV9flIwIX19tYWluX1+Uc2gMTk50lFKUfZR9lIwPX19hbm5vdGF0aW9uc19flH2Uc4aUYi4=";
  const TITLE =
    "gASVtwAAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoSwFLAEsASwFLAktDQwh8AKAAoQBTAJROhZSMBXRpdGxllIWUjAFzlIWUjARmLnB5lIwBZpRLAUMCAAGUKSl0lFKUfZSMCF9fbmFtZV9flIwIX19tYWluX1+Uc2gMTk50lFKUfZR9lIwPX19hbm5vdGF0aW9uc19flH2Uc4aUYi4=";
  const opened = (pickle: string): PyFunction =>
    loads(Buffer.from(pickle, "base64"), { types: [pycodeTypes] }) as PyFunction;

  it("has the methods of its Python and none of a later one, when they are only asked for too", () => {
    const asks = opened(BIT_COUNT);
    expect(callable(opened(BIT_COUNT_310))(5)).toBe(false);
    for (const [value, type] of [
      [5, "int"],
      [true, "bool"],
    ] as const) {
      expect(() => callable(asks, { python: "3.9" })(value)).toThrow(
        `AttributeError: '${type}' object has no attribute 'bit_count'`,
      );
    }
  });

  it("refuses the title of what has a capital sigma, whose small letter the end of a word decides", () => {
    const title = callable(opened(TITLE), { python: "3.9" });
    expect(title("ab cd")).toBe("Ab Cd");
    expect(title("\u03a3\u03b1")).toBe("\u03a3\u03b1");
    expect(() => title("\u0391\u03a3")).toThrow("str.title");
  });
});

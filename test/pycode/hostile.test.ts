/** Records that no Python wrote, and functions that take too much: our errors, soon, and no others. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Global, Instance, Tuple } from "../../src/core/values/index.ts";
import { dumps, loads } from "../../src/index.ts";
import {
  callable,
  disassemble,
  disassembleText,
  PyCodeError,
  type PyFunction,
  type PythonVersion,
  pycodeTypes,
} from "../../src/pycode/index.ts";
import { opcodesOf } from "../../src/pycode/opcodes.ts";
import { type Facts, VECTORS } from "./vectors.ts";

interface Parts {
  readonly argcount?: number;
  readonly flags?: number;
  readonly consts?: readonly unknown[];
  readonly names?: readonly string[];
  readonly varnames?: readonly string[];
  readonly exceptiontable?: Uint8Array;
  readonly freevars?: readonly string[];
  readonly cells?: unknown;
}

// A function of Python 3.13 as dill would write it, of any bytes.
function made(bytecode: readonly number[], parts: Parts = {}): PyFunction {
  const { varnames = [], names = [], consts = [null], freevars = [] } = parts;
  const none = new Uint8Array(0);
  const code = new Instance(
    "call",
    new Global("dill._dill", "_create_code"),
    Tuple.of(
      none,
      parts.argcount ?? 0,
      0,
      0,
      varnames.length,
      9,
      parts.flags ?? 3,
      Uint8Array.from(bytecode),
      Tuple.from(consts),
      Tuple.from(names),
      Tuple.from(varnames),
      "hostile.py",
      "f",
      "f",
      1,
      none,
      parts.exceptiontable ?? none,
      Tuple.from(freevars),
      new Tuple(),
    ),
  );
  const f = new Instance(
    "call",
    new Global("dill._dill", "_create_function"),
    Tuple.of(code, {}, "f", null, parts.cells ?? null),
  );
  return loads(dumps(f, 4), { types: [pycodeTypes] }) as PyFunction;
}

const python: PythonVersion = "3.13";
const table = opcodesOf(python);
const numbers = new Map(table.rows.flatMap((row) => (row === undefined ? [] : [[row.name, row]])));

// "LOAD_CONST 1" to bytes, with the caches behind it.
function assemble(...lines: string[]): number[] {
  return ["RESUME 0", ...lines].flatMap((line) => {
    const [name = "", arg = "0"] = line.split(" ");
    const row = numbers.get(name);
    if (row === undefined) throw new RangeError(name);
    return [row.number, Number(arg), ...new Array(2 * row.caches).fill(0)];
  });
}

const BINARY = { add: 0, power: 8, multiply: 5, shift: 3 };
const binary = (name: keyof typeof BINARY): string => `BINARY_OP ${BINARY[name]}`;

const run = (bytes: readonly number[], parts: Parts = {}, ...args: unknown[]): unknown =>
  callable(made(bytes, parts), { python, maxSteps: 200_000, maxMemory: 64 * 1024 * 1024 })(...args);

function refusal(act: () => unknown): PyCodeError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PyCodeError);
    return error as PyCodeError;
  }
  throw new Error("nothing was refused");
}

describe("bytecode that contradicts itself", () => {
  const cases: [name: string, bytes: number[], parts?: Parts][] = [
    ["no bytecode", []],
    ["no return", assemble("NOP")],
    ["an empty stack", assemble("POP_TOP")],
    ["an empty stack returned", assemble("RETURN_VALUE")],
    ["a binary operation of one", assemble("LOAD_CONST 0", binary("add"), "RETURN_VALUE")],
    ["a constant that is missing", assemble("LOAD_CONST 9", "RETURN_VALUE")],
    ["a name that is missing", assemble("LOAD_GLOBAL 9", "RETURN_VALUE")],
    ["a local that is missing", assemble("LOAD_FAST 9", "RETURN_VALUE")],
    ["a cell that is missing", assemble("LOAD_DEREF 9", "RETURN_VALUE")],
    ["a jump outside", assemble("JUMP_FORWARD 200", "RETURN_CONST 0")],
    ["a jump before the beginning", assemble("JUMP_BACKWARD 200", "RETURN_CONST 0")],
    ["a jump into a cache", assemble("JUMP_FORWARD 1", binary("add"), "RETURN_CONST 0")],
    ["a NULL returned", assemble("PUSH_NULL", "RETURN_VALUE")],
    [
      "a loop over no iterator",
      assemble("LOAD_CONST 0", "FOR_ITER 0", "END_FOR", "POP_TOP", "RETURN_CONST 0"),
    ],
    ["a function of no code", assemble("LOAD_CONST 0", "MAKE_FUNCTION", "RETURN_VALUE")],
    [
      "more arguments than the stack has",
      assemble("LOAD_CONST 0", "PUSH_NULL", "CALL 200", "RETURN_VALUE"),
    ],
    ["a swap below the stack", assemble("LOAD_CONST 0", "SWAP 9", "RETURN_VALUE")],
    [
      "an append to no list",
      assemble("LOAD_CONST 0", "LOAD_CONST 0", "LIST_APPEND 1", "RETURN_VALUE"),
    ],
    ["no exception handled", assemble("POP_EXCEPT", "RETURN_CONST 0")],
    ["a raise again of nothing", assemble("LOAD_CONST 0", "RERAISE 0")],
    ["a yield in no generator", assemble("LOAD_CONST 0", "YIELD_VALUE 0", "RETURN_VALUE")],
    ["more locals than names", assemble("RETURN_CONST 0"), { argcount: 3 }],
    [
      "an exception table that ends early",
      assemble("RETURN_CONST 0"),
      { exceptiontable: Uint8Array.of(0x80) },
    ],
    [
      "an exception table of other bytes",
      assemble("RETURN_CONST 0"),
      { exceptiontable: Uint8Array.of(0x80, 1, 63, 0) },
    ],
    ["free variables without cells", assemble("RETURN_CONST 0"), { freevars: ["x"] }],
    ["cells that are none", assemble("RETURN_CONST 0"), { freevars: ["x"], cells: Tuple.of(1) }],
  ];
  it.each(cases)("%s", (_name, bytes, parts) => {
    expect(["bad-code", "unknown-version"]).toContain(refusal(() => run(bytes, parts)).code);
  });

  it("an instruction that is not covered is named", () => {
    const error = refusal(() =>
      run(assemble("LOAD_CONST 0", "IMPORT_NAME 0", "RETURN_VALUE"), { names: ["os"] }),
    );
    expect(error).toMatchObject({ code: "unsupported", subject: "IMPORT_NAME" });
  });
});

describe("code that takes too much", () => {
  it("an endless loop", () => {
    const bytes = assemble("NOP", "JUMP_BACKWARD 3");
    expect(refusal(() => run(bytes))).toMatchObject({
      code: "limit-exceeded",
      subject: "maxSteps",
    });
  });

  it("a stack without end", () => {
    const bytes = assemble("PUSH_NULL", "JUMP_BACKWARD 3");
    expect(["bad-code", "limit-exceeded"]).toContain(refusal(() => run(bytes)).code);
  });

  const operations: [name: string, left: unknown, operator: keyof typeof BINARY, right: unknown][] =
    [
      ["'x' * 10**10", "x", "multiply", 10 ** 10],
      ["[0] * 10**9", Tuple.of(0), "multiply", 10 ** 9],
      ["2 ** 10**8", 2, "power", 10 ** 8],
      ["2 ** 10**30", 2, "power", 10n ** 30n],
      ["1 << 10**12", 1, "shift", 10 ** 12],
    ];
  it.each(operations)("%s", (_name, left, operator, right) => {
    const bytes = assemble("LOAD_CONST 0", "LOAD_CONST 1", binary(operator), "RETURN_VALUE");
    expect(refusal(() => run(bytes, { consts: [left, right] })).code).toBe("limit-exceeded");
  });

  it("a number that grows by squaring, and text by doubling", () => {
    for (const [value, operator] of [
      [10, "multiply"],
      ["ab", "add"],
    ] as const) {
      const bytes = assemble("LOAD_CONST 0", "COPY 1", binary(operator), `JUMP_BACKWARD ${5}`);
      expect(refusal(() => run(bytes, { consts: [value] })).code).toBe("limit-exceeded");
    }
  });

  it("recursion, of functions and of containers", () => {
    const vectors = VECTORS[5]?.values["factorial"] as Facts;
    const f = loads(Buffer.from(vectors.pickles["dill recurse"] as string, "base64"), {
      types: [pycodeTypes],
    }) as PyFunction;
    expect(callable(f)(800)).toBeTypeOf("bigint");
    expect(refusal(() => callable(f)(5000)).code).toBe("limit-exceeded");
    let deep: unknown[] = [];
    for (let level = 0; level < 10_000; level++) deep = [deep];
    const g = made(assemble("LOAD_FAST 0", "RETURN_VALUE"), { argcount: 1, varnames: ["x"] });
    expect(refusal(() => callable(g, { python })(deep)).code).toBe("limit-exceeded");
    // x = [x], again and again
    const nest = assemble("LOAD_CONST 0", "BUILD_LIST 1", "JUMP_BACKWARD 3");
    expect(refusal(() => run(nest)).code).toBe("limit-exceeded");
  });

  it("a generator without end", () => {
    const halves = VECTORS[5]?.values["triple"] as Facts;
    const triple = loads(Buffer.from(halves.pickles["dill"] as string, "base64"), {
      types: [pycodeTypes],
    }) as PyFunction;
    expect(refusal(() => callable(triple, { maxSteps: 2 })(1))).toMatchObject({
      subject: "maxSteps",
    });
  });
});

describe("names from a pickle", () => {
  it("reach no property of JavaScript's", () => {
    for (const name of [
      "constructor",
      "__proto__",
      "toString",
      "valueOf",
      "hasOwnProperty",
      "__class__",
      "__globals__",
    ]) {
      for (const value of [1, "x", [1], Tuple.of(1), { a: 1 }, null, new Set([1])]) {
        const bytes = assemble("LOAD_FAST 0", "LOAD_ATTR 0", "RETURN_VALUE");
        const parts = { argcount: 1, varnames: ["x"], names: [name] };
        expect(["unsupported", "python-exception"]).toContain(
          refusal(() => run(bytes, parts, value)).code,
        );
      }
      const global = assemble("LOAD_GLOBAL 0", "RETURN_VALUE");
      expect(["unsupported", "python-exception"]).toContain(
        refusal(() => run(global, { names: [name] })).code,
      );
    }
  });
});

it("any bytes at all end in a result or in one of our errors", () => {
  const unit = fc
    .tuple(fc.constantFrom(...numbers.values()), fc.nat(6))
    .map(([row, arg]) => [
      row.number,
      row.hasArgument ? arg : 0,
      ...new Array(2 * row.caches).fill(0),
    ]);
  const consts = [null, 1, "text", Tuple.of(1, 2), 2.5, 10n ** 20n];
  const parts: Parts = { consts, names: ["len", "append", "x"], varnames: ["a", "b"], argcount: 2 };
  fc.assert(
    fc.property(
      fc.array(unit, { maxLength: 25 }),
      fc.uint8Array({ maxLength: 12 }),
      (units, exceptiontable) => {
        const f = made([...assemble(), ...units.flat(), ...assemble("RETURN_CONST 0").slice(2)], {
          ...parts,
          exceptiontable: exceptiontable.length > 8 ? exceptiontable : new Uint8Array(0),
        });
        for (const act of [
          () => callable(f, { python, maxSteps: 3000 })(7, [1, 2]),
          () => disassemble(f, { python }),
          () => disassembleText(f),
        ]) {
          try {
            act();
          } catch (error) {
            expect(error).toBeInstanceOf(PyCodeError);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

it("any bytes instead of a function's own bytecode, in every Python", () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  for (const { values, python: version } of VECTORS.slice(0, 6)) {
    const facts = values["halves"] as Facts;
    const pickle = Buffer.from(facts.pickles["dill"] as string, "base64");
    fc.assert(
      fc.property(bytes, fc.nat(), (noise, place) => {
        const f = loads(pickle, { types: [pycodeTypes] }) as PyFunction;
        const { bytecode } = f.code;
        bytecode.set(
          noise.slice(0, bytecode.length - (place % bytecode.length)),
          place % bytecode.length,
        );
        try {
          callable(f, { python: version as PythonVersion, maxSteps: 3000 })([1, 2]);
        } catch (error) {
          expect(error).toBeInstanceOf(PyCodeError);
        }
      }),
      { numRuns: 300 },
    );
  }
});

// Of Python 3.13 and dill 0.4.1: a million times over a million characters or bytes `a` (`b` is equal to `a`, `d` is {a: 1}).
const LINEAR: [asked: string, pickle: string][] = [
  [
    "len(a)",
    "gASVdwEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwgCAQoBHAEa/5RLAEsASwBLAksESwNDSJUAUwFTAi0FAABuAFsBAAAAAAAAAABTAjUBAAAAAAAAEwBIDgAAbgFbAwAAAAAAAAAAVQA1AQAAAAAAACAATRAAAAsAIABnAJROjALEgZRKQEIPAIeUjAVyYW5nZZSMA2xlbpSGlIwBYZSMAWmUhpSMBGYucHmUjAFmlGgQSwFDIYAA2AgQkDXRCBiAQdwNEpA1jlyIAdwIC4hBjgbyAwAOGpRDAJQpKXSUUpR9lIwIX19uYW1lX1+UjAhfX21haW5fX5RzaBBOTnSUUpR9lH2UjA9fX2Fubm90YXRpb25zX1+UfZRzhpRiaBUojAVyYW5nZZRoAIwKX2xvYWRfdHlwZZSTlGgJhZRSlIwDbGVulIwIYnVpbHRpbnOUjANsZW6Uk5R1MC4=",
  ],
  [
    "a in d",
    "gASVXQEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwoCAQoBCAEcAQz/lEsASwBLAEsDSwNLA0NClQBTAVMCLQUAAG4AVQBTAzABbgFbAQAAAAAAAAAAUwI1AQAAAAAAABMASAcAAG4CWAE7AAAAIABNCQAACwAgAGcAlChOjAFhlEpAQg8ASwF0lIwFcmFuZ2WUhZRoB4wBZJSMAWmUh5SMBGYucHmUjAFmlGgPSwFDJ4AA2AgLiGWJC4BB2AkKiEGIBoBB3A0SkDWOXIgB2AgJjAbyAwAOGpRDAJQpKXSUUpR9lIwIX19uYW1lX1+UjAhfX21haW5fX5RzaA9OTnSUUpR9lH2UjA9fX2Fubm90YXRpb25zX1+UfZRzhpRiaBSMBXJhbmdllGgAjApfbG9hZF90eXBllJOUaAmFlFKUczAu",
  ],
  [
    "a.startswith(a)",
    "gASVcgEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwgCAQoBHAEm/5RLAEsASwBLAksESwNDVJUAUwFTAi0FAABuAFsBAAAAAAAAAABTAjUBAAAAAAAAEwBIFAAAbgFVAFIDAAAAAAAAAAAAAAAAAAAAAAAAVQA1AQAAAAAAACAATRYAAAsAIABnAJROQwFhlEpAQg8Ah5SMBXJhbmdllIwKc3RhcnRzd2l0aJSGlIwBYZSMAWmUhpSMBGYucHmUjAFmlGgQSwFDJIAA2AgMiHWJDIBB3A0SkDWOXIgB2AgJjwyJDJBRjg/yAwAOGpRDAJQpKXSUUpR9lIwIX19uYW1lX1+UjAhfX21haW5fX5RzaBBOTnSUUpR9lH2UjA9fX2Fubm90YXRpb25zX1+UfZRzhpRiaBWMBXJhbmdllGgAjApfbG9hZF90eXBllJOUaAmFlFKUczAu",
  ],
  [
    "a.removeprefix(b)",
    "gASVmwEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwoCAQoBEAEcASb/lEsASwBLAEsDSwRLA0NklQBTAVMCLQUAAG4AVQBTA1MABABTAS0AAABuAVsBAAAAAAAAAABTAjUBAAAAAAAAEwBIFAAAbgJVAFIDAAAAAAAAAAAAAAAAAAAAAAAAVQE1AQAAAAAAACAATRYAAAsAIABnAJQoTowBYZRKQEIPAEsBdJSMBXJhbmdllIwMcmVtb3ZlcHJlZml4lIaUaAeMAWKUjAFplIeUjARmLnB5lIwBZpRoEEsBQzSAANgIC4hliQuAQdgICYghiCKIBZADiQuAQdwNEpA1jlyIAdgICY8OiQ6QcdYIGfIDAA4alEMAlCkpdJRSlH2UjAhfX25hbWVfX5SMCF9fbWFpbl9flHNoEE5OdJRSlH2UfZSMD19fYW5ub3RhdGlvbnNfX5R9lHOGlGJoFYwFcmFuZ2WUaACMCl9sb2FkX3R5cGWUk5RoCYWUUpRzMC4=",
  ],
  [
    "a.expandtabs()",
    "gASVbAEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwgCAQoBHAEk/5RLAEsASwBLAksDSwNDUpUAUwFTAi0FAABuAFsBAAAAAAAAAABTAjUBAAAAAAAAEwBIEwAAbgFVAFIDAAAAAAAAAAAAAAAAAAAAAAAANQAAAAAAAAAgAE0VAAALACAAZwCUTowBYZRKQEIPAIeUjAVyYW5nZZSMCmV4cGFuZHRhYnOUhpRoB4wBaZSGlIwEZi5weZSMAWaUaA9LAUMigADYCAuIZYkLgEHcDRKQNY5ciAHYCAmPDIkMjg7yAwAOGpRDAJQpKXSUUpR9lIwIX19uYW1lX1+UjAhfX21haW5fX5RzaA9OTnSUUpR9lH2UjA9fX2Fubm90YXRpb25zX1+UfZRzhpRiaBSMBXJhbmdllGgAjApfbG9hZF90eXBllJOUaAmFlFKUczAu",
  ],
];

const INDEXED =
  "gASVsQEAAAAAAACMCmRpbGwuX2RpbGyUjBBfY3JlYXRlX2Z1bmN0aW9ulJOUKGgAjAxfY3JlYXRlX2NvZGWUk5QoQwoCAQQBLgEY/wQClEsBSwBLAEsDSwVLA0NqlQBTAW4BWwEAAAAAAAAAAFsDAAAAAAAAAABVADUBAAAAAAAANQEAAAAAAAATAEgNAABuAlgQVQIFAAAAUwI6SAAALQ0AAG4BTQ8AAAsAIABVAVsDAAAAAAAAAABVADUBAAAAAAAANAIkAJROSwCMAWKUh5SMBXJhbmdllIwDbGVulIaUjAFhlIwBbpSMAWmUh5SMBGYucHmUjAFmlGgRSwFDN4AA2AgJgEHcDRKUM5BxkzaOXYgB2AgJiHGJVJBTiVvRCBiKAfEDAA4b4AsMjGOQIYtmiDnQBBSUQwCUKSl0lFKUfZSMCF9fbmFtZV9flIwIX19tYWluX1+Uc2gRTk50lFKUfZR9lIwPX19hbm5vdGF0aW9uc19flH2Uc4aUYmgWKIwFcmFuZ2WUaACMCl9sb2FkX3R5cGWUk5RoCYWUUpSMA2xlbpSMCGJ1aWx0aW5zlIwDbGVulJOUdTAu";

describe("what takes as long as a text is long", () => {
  const opened = (pickle: string): PyFunction =>
    loads(Buffer.from(pickle, "base64"), { types: [pycodeTypes] }) as PyFunction;

  it.each(LINEAR)("takes steps for it: %s", (_asked, pickle) => {
    const started = performance.now();
    expect(() => callable(opened(pickle), { maxSteps: 200_000 })()).toThrow("maxSteps");
    // A fortieth of the steps of a second. It was from 10 seconds on, on the machine where it was found.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("leaves steps for a walk along a long text", () => {
    const text = "\u0101b".repeat(50_000);
    expect(callable(opened(INDEXED))(text)).toEqual(Tuple.of(50_000, 100_000));
  });
});

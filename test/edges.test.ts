/**
 * The values at which a comparison of the core changes its mind, one on either side, and the guards that hold hostile bytes
 * at them. What is no refusal of our own is CPython 3.13's answer (`_pickle`).
 */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  type ByteSource,
  classType,
  type DumpOptions,
  dumps,
  Ellipsis,
  FrozenSet,
  Global,
  Instance,
  LimitError,
  type LoadOptions,
  loads,
  PickleBuffer,
  PickleError,
  Pickler,
  type PicklingError,
  PyDict,
  PySet,
  Range,
  type Reduction,
  Tuple,
  Unpickler,
  UnpicklingError,
} from "../src/pickle/index.ts";

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function refusal(data: string, options: LoadOptions = {}): unknown[] {
  const error = thrown(() => loads(latin1(data), options));
  if (!(error instanceof UnpicklingError)) throw error;
  return [error.code, error.offset];
}

describe("what stands below a mark", () => {
  test.each([
    ["APPENDS", "e"],
    ["SETITEMS", "u"],
    ["ADDITEMS", "\x90"],
  ])("%s needs it, above the mark before too", (_name, opcode) => {
    for (const items of ["", "K\x01K\x02"]) {
      const at = 1 + items.length;
      expect(refusal(`(${items}${opcode}.`)).toEqual(["stack-underflow", at]);
      expect(refusal(`]((${items}${opcode}.`)).toEqual(["stack-underflow", at + 2]);
    }
    expect(loads(latin1(`N(${opcode}.`))).toBeNull();
  });
});

test.each([
  ["MEMOIZE", "\x94"],
  ["BINPUT", "q\0"],
  ["LONG_BINPUT", "r\0\0\0\0"],
  ["PUT", "p0\n"],
  ["BINPERSID", "Q"],
  ["READONLY_BUFFER", "\x98"],
  ["REDUCE", "R"],
  ["NEWOBJ", "\x81"],
  ["NEWOBJ_EX", "\x92"],
  ["BUILD", "b"],
  ["STACK_GLOBAL", "\x93"],
  ["TUPLE1", "\x85"],
])("%s takes nothing from below a mark", (_name, opcode) => {
  expect(refusal(`${opcode}.`)).toEqual(["stack-underflow", 0]);
  expect(refusal(`N(${opcode}.`)).toEqual(["stack-underflow", 2]);
});

test.each([
  ["APPENDS", "e"],
  ["SETITEMS", "u"],
  ["ADDITEMS", "\x90"],
  ["FROZENSET", "\x91"],
  ["LIST", "l"],
  ["DICT", "d"],
  ["OBJ", "o"],
  ["INST", "im\nC\n"],
])("%s needs a mark", (_name, opcode) => {
  expect(refusal(`N${opcode}.`)).toEqual(["no-mark", 1]);
});

test.each([
  ["TUPLE", "t", Tuple.of(2, 3)],
  ["LIST", "l", [2, 3]],
  ["DICT", "d", new PyDict([[2, 3]])],
  ["FROZENSET", "\x91", new FrozenSet([2, 3])],
  ["OBJ", "o", undefined],
  ["INST", "im\nC\n", undefined],
  ["POP_MARK and a value", "1N", null],
  ["POP of a mark and a value", "000N", null],
])("behind %s the mark before is the last one", (_name, opcode, value) => {
  const items = opcode === "o" ? "cm\nC\nK\x03" : "K\x02K\x03";
  const pair = loads(latin1(`K\x01(${items}${opcode}\x86.`)) as Tuple;
  expect(pair).toHaveLength(2);
  expect(pair[0]).toBe(1);
  if (value === undefined) expect(pair[1]).toBeInstanceOf(Instance);
  else expect(pair[1]).toEqual(value);
  expect(loads(latin1(`K\x01(K\x04(${items}${opcode}t.`))).toEqual(Tuple.of(4, pair[1]));
  const at = 3 + items.length + opcode.length;
  expect(refusal(`N((${items}${opcode}\x86.`)).toEqual(["stack-underflow", at]);
});

test("OBJ needs a class", () => {
  expect(refusal("N(o.")).toEqual(["stack-underflow", 2]);
});

test.each([
  ["DUP", "", "2"],
  ["GET", "p0\n", "g0\n"],
  ["BINGET", "q\0", "h\0"],
  ["LONG_BINGET", "q\0", "j\0\0\0\0"],
])("a dict is one object, whatever it becomes and where %s is", (_name, put, again) => {
  const changed = "(X\x01\0\0\0aNK\x01Nu";
  for (const data of [`}${put}${again}${changed}\x86.`, `}${put}${changed}${again}\x86.`]) {
    const [first, second] = loads(latin1(data)) as Tuple;
    expect(second).toEqual(
      new PyDict<unknown, null>([
        ["a", null],
        [1, null],
      ]),
    );
    expect(second).toBe(first);
  }
});

test.each([
  "h\x02",
  "j\x02\0\0\0",
  "g2\n",
])("%j behind POP fetches the object that its arguments contain", (get) => {
  // B, and C([C([…])]): the outer call is thrown away, and none of B's.
  const data = "cm\nB\n)\x81cm\nC\nq\0]q\x01h\0h\x01\x85Rq\x02a";
  const loaded = loads(latin1(`${data}\x85R0${get}\x86.`), { lossless: true }) as Tuple;
  const [other, object] = loaded as unknown as [Instance, Instance];
  expect(other.late).toBeUndefined();
  expect(other.stateSetter).toBeUndefined();
  expect((object.args[0] as unknown[])[0]).toBe(object);
  // Of another callable it is a call for its effect, wherever the machine looks at its counters.
  for (let opcodes = 1000; opcodes < 1030; opcodes++) {
    const data = `cm\nB\n)\x81${"\x80\x04".repeat(opcodes)}cm\nD\n)R0.`;
    expect((loads(latin1(data), { lossless: true }) as Instance).late).toHaveLength(1);
  }
  const effect = loads(latin1(`cm\nB\n)\x81cm\nD\n)R0cm\nC\n)\x81q\x02\x86.`), { lossless: true });
  expect((effect as unknown as [Instance])[0].late).toHaveLength(1);
});

describe("limits allow what they say, and not one more", () => {
  function limited(data: string, limit: string, needed: number): void {
    expect(() => loads(latin1(data), { limits: { [limit]: needed } })).not.toThrow();
    const error = thrown(() => loads(latin1(data), { limits: { [limit]: needed - 1 } }));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ limit, allowed: needed - 1, actual: needed });
  }

  test("opcodes, looked at every 1024", () => {
    limited(`${"N0".repeat(511)}N.`, "opcodes", 1024);
  });
  test("items of the stack", () => {
    limited(`${"N".repeat(1023)}.`, "stackItems", 1023);
  });
  test("entries of the memo", () => {
    limited(`N${"\x94".repeat(1022)}.`, "memoEntries", 1022);
  });
  test.each<[string, string, number]>([
    ["EMPTY_LIST", "]", 80],
    ["EMPTY_DICT", "}", 64],
    ["EMPTY_DICT of other keys", "}K\x01Ns", 240 + 40],
    ["EMPTY_SET", "\x8f", 240],
    ["EMPTY_TUPLE", ")", 40],
    ["TUPLE1", "N\x85", 40 + 12],
    ["TUPLE3", "NNN\x87", 40 + 3 * 12],
    ["TUPLE", "(NNNNt", 40 + 4 * 12],
    ["APPEND", "]Na", 80 + 12],
    ["APPENDS", "](NNNe", 80 + 3 * 12],
    ["APPENDS of a run", `](${"K\x01".repeat(9)}e${"N0".repeat(5)}`, 80 + 9 * 12],
    ["SETITEM", "}X\x01\0\0\0aNs", 64 + 40],
    ["SETITEMS", "}(X\x01\0\0\0aNX\x01\0\0\0bNu", 64 + 2 * 40],
    ["ADDITEMS", "\x8f(NK\x01\x90", 240 + 2 * 40],
    ["FROZENSET", "(NK\x01\x91", 240 + 2 * 40],
    ["LIST", "(NNl", 80 + 2 * 12],
    ["DICT", "(X\x01\0\0\0aNd", 240 + 40],
    ["REDUCE", "cm\nC\n)R", 40 + 120],
    ["NEWOBJ", "cm\nC\n)\x81", 40 + 120],
    ["NEWOBJ_EX", "cm\nC\n)}\x92", 40 + 64 + 120],
    ["OBJ", "(cm\nC\nNo", 120 + 2 * 12],
    ["INST", "(Nim\nC\n", 120 + 12],
  ])("memory, which %s takes", (_name, data, bytes) => {
    limited(`${data}.`, "memory", bytes);
  });
  test("opcodes of runs count, and a run does not outrun the limits", () => {
    const runs = `]${`(${"K\x01".repeat(8)}e`.repeat(1000)}.`;
    expect(loads(latin1(runs), { limits: { opcodes: 10_002 } })).toHaveLength(8000);
    expect(thrown(() => loads(latin1(runs), { limits: { opcodes: 5000 } }))).toBeInstanceOf(
      LimitError,
    );
    const names = `]${`(${"\x8c\x01a\x94".repeat(8)}e`.repeat(1000)}.`;
    expect(thrown(() => loads(latin1(names), { limits: { opcodes: 12_000 } }))).toBeInstanceOf(
      LimitError,
    );
    for (const item of ["K\x01", "J\0\0\0\0", "G\0\0\0\0\0\0\0\0", "h\0", "j\0\0\0\0"]) {
      const long = latin1(`N\x94](${item.repeat(20_000)}e.`);
      const error = thrown(() => loads(long, { limits: { opcodes: 1024 } }));
      expect((error as LimitError).actual).toBeLessThan(1024 + 1000 + 1024);
    }
  });
  test("bytes of an integer", () => {
    limited("\x8b\x04\0\0\0\x01\x02\x03\x04.", "integerBytes", 4);
  });
  test("digits of an integer", () => {
    limited("I12345678901234567890\n.", "integerDigits", 20);
    limited("L12345678901234567890L\n.", "integerDigits", 20);
  });
});

describe("arguments of no bytes, and numbers that are too large", () => {
  test("BINSTRING, LONG4 and UNICODE may be empty", () => {
    expect(loads(latin1("T\0\0\0\0."))).toBe("");
    expect(loads(latin1("\x8b\0\0\0\0."))).toBe(0);
    expect(loads(latin1("V\n."))).toBe("");
  });
  test("a line of nothing", () => {
    for (const opcode of "ILFgp") expect(refusal(`N${opcode}\n.`)).toEqual(["truncated", 1]);
    for (const data of ["c\nC\n.", "cm\n\n.", "(i\nC\n.", "(im\n\n."])
      expect(refusal(data)[0]).toBe("bad-name");
  });
  test("a memo index is decimal", () => {
    for (const index of ["0x1", "1e0", "1.0", "1_", ""]) {
      const code = index === "" ? "truncated" : "memo-index";
      expect(refusal(`Np${index}\n.`)).toEqual([code, 1]);
      expect(refusal(`N\x94N\x94g${index}\n.`)).toEqual([code, 4]);
    }
    expect(loads(latin1("K\x05p1_0\n0g 10\n."))).toBe(5);
  });
  test("a persistent id of protocol 0 is ASCII", () => {
    const persistentLoad = (id: unknown): unknown => [id];
    expect(loads(latin1("Pa\n."), { persistentLoad })).toEqual(["a"]);
    expect(loads(latin1("P\n."), { persistentLoad })).toEqual([""]);
    expect(refusal("P\xe9\n.", { persistentLoad })).toEqual(["bad-name", 0]);
  });
  test("code 0 is no extension's", () => {
    const extensions = new Map([[0, "room.A"]]);
    for (const data of ["\x82\0.", "\x83\0\0.", "\x84\0\0\0\0."])
      expect(refusal(data, { extensions })).toEqual(["unknown-extension", 0]);
  });
  test("a memo with a gap that is filled counts its entries once", () => {
    expect(loads(latin1("Nq\x010K\x01q\x000K\x02q\x010K\x03\x940h\x02."))).toBe(3);
    expect(loads(latin1("Nq\x010K\x01q\x000K\x02q\x010K\x03\x940h\x01."))).toBe(2);
  });
  test("what stands for a dict stands in the memo, for the next pickle", () => {
    for (const index of ["\0", "\x05"]) {
      // A str key first, so that the dict is begun as an object; then a key that makes it none.
      const changed = `}q${index}(X\x01\0\0\0aNK\x01Nu.h${index}.`;
      // And the other way: begun as no object, which it is then.
      const guessed = `}q${index}(K\x010X\x01\0\0\0aNu.h${index}.`;
      for (const data of [changed, guessed]) {
        const unpickler = new Unpickler(latin1(data));
        const first = unpickler.load();
        expect(first).toEqual(
          data === changed
            ? new PyDict<unknown, null>([
                ["a", null],
                [1, null],
              ])
            : { a: null },
        );
        expect(unpickler.load()).toBe(first);
      }
    }
  });
  test("a memo index that no memo has", () => {
    expect(refusal("Np99999999999999999999\n.")).toEqual(["memo-index", 1]);
    expect(refusal("g99999999999999999999\n.")).toEqual(["memo-missing", 0]);
  });
});

describe("out-of-band buffers", () => {
  test("one for each NEXT_BUFFER", () => {
    expect(loads(latin1("\x97\x97\x86."), { buffers: [5, null] })).toEqual([5, null]);
    expect(refusal("\x97\x97\x86.", { buffers: [5] })).toEqual(["no-buffers", 1]);
  });
  test("READONLY_BUFFER over what is a buffer", () => {
    const floats = Float32Array.of(1, 2);
    expect(loads(latin1("\x97\x98."), { buffers: [floats] })).toBe(floats);
    const buffer = new PickleBuffer(Uint8Array.of(1, 2));
    expect(loads(latin1("\x97\x98."), { buffers: [buffer] })).toEqual(
      new PickleBuffer(buffer.data, true),
    );
    for (const other of [5, null, {}])
      expect(refusal("\x97\x98.", { buffers: [other] })).toEqual(["bad-target", 1]);
  });
  test("a PickleBuffer, and bufferCallback, need protocol 5", () => {
    const buffer = new PickleBuffer(Uint8Array.of(1));
    const bufferCallback = (): boolean => false;
    for (const protocol of [0, 2, 4]) {
      const code = "no-buffer-protocol";
      expect(thrown(() => dumps([buffer], protocol))).toMatchObject({ code, path: "$[0]" });
      expect(thrown(() => dumps(1, protocol, { bufferCallback }))).toMatchObject({ code });
    }
    expect(textOf(dumps(buffer, -1, { bufferCallback }))).toBe("\x80\x05\x97.");
  });
});

describe("SETITEM by index", () => {
  const list = "](K\x01K\x02K\x03e";
  const bytes = "\x96\x03\0\0\0\0\0\0\0abc";
  test.each<[string, string, string | undefined, unknown[] | undefined]>([
    ["K\0", "K\xff", "\xffbc", [255, 2, 3]],
    ["J\xff\xff\xff\xff", "KA", "abA", [1, 2, 65]],
    ["J\xfd\xff\xff\xff", "KA", "Abc", [65, 2, 3]],
    ["J\xfc\xff\xff\xff", "KA", undefined, undefined],
    ["K\x03", "KA", undefined, undefined],
    ["\x88", "\x88", "a\x01c", [1, true, 3]],
    ["K\0", "M\0\x01", undefined, [256, 2, 3]],
    ["K\0", "J\xff\xff\xff\xff", undefined, [-1, 2, 3]],
    ["K\0", "N", undefined, [null, 2, 3]],
    ["N", "K\0", undefined, undefined],
  ])("[%j] = %j", (key, value, bytesThen, listThen) => {
    const refused = (data: string): void => expect(refusal(data)[0]).toBe("bad-target");
    const change = `${key}${value}s.`;
    if (bytesThen === undefined) refused(bytes + change);
    else expect(textOf(loads(latin1(bytes + change)) as Uint8Array)).toBe(bytesThen);
    if (listThen === undefined) refused(list + change);
    else expect(loads(latin1(list + change))).toEqual(listThen);
  });
});

describe("changes of an instance behind its BUILD stay behind it", () => {
  const made = "\x80\x04\x8c\x04room\x94\x8c\x01A\x94\x93\x94)\x81\x94}\x94\x8c\x01x\x94K\x01sb";
  test.each([
    ["items", "K\x05a"],
    ["members", "(K\x05\x90"],
    ["entries", "K\x05K\x06s"],
    ["another state", "K\x05b"],
    ["items, then entries, then members", "K\x05aK\x05K\x06s(K\x07\x90"],
  ])("%s", (_name, change) => {
    const data = latin1(`${made}${change}.`);
    const instance = loads(data, { lossless: true });
    expect((instance as Instance).late).toHaveLength(
      Math.max(1, change.split("K\x05").length - 1 + +change.includes("K\x07")),
    );
    expect(textOf(dumps(instance, 4)).replace(/\x95.{8}/s, "")).toBe(textOf(data));
  });
});

test("dicts as plain objects have the keys of json.dumps only", () => {
  const dicts = "object";
  expect(loads(latin1("}(N\x88\x88NK\x05\x89u."), { dicts })).toEqual({
    null: true,
    true: null,
    5: false,
  });
  for (const key of [")", "C\x01a", "(\x91", "K\x01K\x02\x86"])
    expect(refusal(`}${key}Ns.`, { dicts })[0]).toBe("dict-key");
  expect(refusal("}(K\x05NX\x01\0\0\x005Nu.", { dicts })[0]).toBe("dict-key");
});

describe("findClass", () => {
  const data = latin1("\x80\x03croom\nA\n)\x81.");
  test("what it throws is ours, with the cause", () => {
    const cause = new RangeError("not here");
    const findClass = (): never => {
      throw cause;
    };
    expect(thrown(() => loads(data, { findClass }))).toMatchObject({
      code: "hook-failed",
      offset: 2,
      cause,
    });
    const own = new PickleError("read-failed", "mine");
    const findOwn = (): never => {
      throw own;
    };
    expect(thrown(() => loads(data, { findClass: findOwn }))).toBe(own);
  });
  test("what is no Error is shown", () => {
    const findClass = (): never => {
      throw "a word";
    };
    expect(String(thrown(() => loads(data, { findClass })))).toContain("a word");
  });
  test("another name stands for the class, with what is known of that", () => {
    class B {}
    class A {}
    const types = [classType("hall.B", B), classType("room.A", A)];
    const found = new Global("hall", "B");
    const findClass = (): Global => found;
    expect(loads(data, { findClass })).toMatchObject({ callable: found });
    expect(loads(data, { findClass, types })).toBeInstanceOf(B);
    expect(loads(data, { findClass: () => new Global("hall", "C"), types })).toBeInstanceOf(
      Instance,
    );
  });
  test("undefined is the usual search", () => {
    class A {}
    const findClass = (): undefined => undefined;
    expect(loads(data, { findClass, types: [classType("room.A", A)] })).toBeInstanceOf(A);
    expect(loads(latin1("cbuiltins\nEllipsis\n."), { findClass })).toBe(Ellipsis);
  });
});

test("names of 1000 letters are the longest", () => {
  const data = (length: number): string => `c${"m".repeat(500)}\n${"n".repeat(length - 500)}\n.`;
  expect(loads(latin1(data(1000)))).toBeInstanceOf(Global);
  expect(refusal(data(1001))).toEqual(["bad-name", 0]);
});

describe("codes of extensions", () => {
  test.each([
    [1, "\x82\x01"],
    [255, "\x82\xff"],
    [256, "\x83\x00\x01"],
    [0xabcd, "\x83\xcd\xab"],
    [65535, "\x83\xff\xff"],
    [65536, "\x84\x00\x00\x01\x00"],
    [0x7fffffff, "\x84\xff\xff\xff\x7f"],
  ])("%i", (code, opcodes) => {
    const global = new Global("room", "A");
    for (const entry of [global, "room.A"]) {
      const extensions = new Map([[code, entry]]);
      expect(textOf(dumps(global, 2, { extensions }))).toBe(`\x80\x02${opcodes}.`);
      expect(textOf(dumps(global, 1, { extensions }))).toBe("croom\nA\nq\0.");
      expect(loads(latin1(`${opcodes}.`), { extensions })).toMatchObject({
        module: "room",
        name: "A",
      });
    }
  });
});

describe("a window over the input", () => {
  /** A source of two reads; whatever else is in the window is `stale`. */
  function inTwo(all: Uint8Array, cut: number, stale: number): ByteSource {
    let at = 0;
    return {
      remaining: undefined,
      read(target) {
        const part = all.subarray(at, at < cut ? cut : all.length).subarray(0, target.length);
        target.fill(stale).set(part);
        at += part.length;
        return part.length;
      },
    };
  }
  const ones = "K\x01".repeat(8);

  test.each<[string, string]>([
    ["a list of ints", `](${ones}K\x07e.`],
    ["a list of ints that is not all of the batch", `](${ones}]K\x07e.`],
    ["strings in a list", `](${ones}\x8c\x0aa to the iK\x02\x8c\x0aa to the ie.`],
    ["strings in a list and a memo", `](${ones}\x8c\x0aa to the i\x94K\x02h\x00h\x00e.`],
    ["references in a list", `N\x940](${"h\0j\0\0\0\0".repeat(4)}e.`],
    [
      "long integers in a list",
      `](${"\x8a\x09\x01\x02\x03\x04\x05\x06\x07\x08\x09".repeat(2)}${ones}e.`,
    ],
    ["dicts", "}(\x8c\x01a}\x94K\x01K\x02s\x8c\x01b}(K\x03K\x04\x8c\x01cNuu."],
    ["a call whose result stays", "croom\nA\n)R\x94K\x01a."],
    ["a call whose result goes", "N\x94croom\nA\n)\x81croom\nA\n)R0h\x00\x86."],
    ["dates", "cdatetime\ndate\nC\x04\x07\xe9\x01\x02\x94\x85\x94R\x94."],
    ["lines", "(I12\nL34L\nF1.5\nS'a'\nVb\nl."],
  ])("%s: nothing is read behind its end", (_name, data) => {
    const all = latin1(data);
    const whole = loads(all, { lossless: true });
    for (const stale of [0x94, 0x65, 0x30, 0x28, 0x52, 0x85, 0x4b, 0x0a, 0x2e]) {
      for (let cut = 1; cut < all.length; cut++) {
        const loaded = new Unpickler(inTwo(all, cut, stale), { lossless: true }).load();
        expect(loaded, `${cut}, ${stale}`).toEqual(whole);
      }
    }
  });

  test("an argument that it must grow for", () => {
    const long = "x".repeat(70_000);
    const size = "\x70\x11\x01\0";
    for (const argument of [
      `X${size}${long}`,
      `\x8d${size}\0\0\0\0${long}`,
      `B${size}${long}`,
      `\x96${size}\0\0\0\0${long}`,
      `\x8b${size}${long}`,
      `T${size}${long}`,
      `S'${long}'\n`,
      `\x95\x72\x11\x01\0\0\0\0\0X${size}${long}`,
    ]) {
      const all = latin1(`K\x07${argument}K\x05\x87.`);
      const whole = loads(all);
      for (const cut of [1, 2, 3, 4, 7, 12, 100, 69_000, all.length - 3])
        expect(new Unpickler(inTwo(all, cut, 0x94)).load()).toEqual(whole);
    }
  });

  test("a source's own error passes, any other is ours", () => {
    const own = new PickleError("read-failed", "mine");
    const failing = (error: unknown): ByteSource => ({
      remaining: undefined,
      read: () => {
        throw error;
      },
    });
    expect(thrown(() => new Unpickler(failing(own)).load())).toBe(own);
    expect(thrown(() => new Unpickler(failing("a word")).load())).toMatchObject({
      code: "read-failed",
      message: expect.stringContaining("a word"),
      cause: "a word",
    });
  });
});

describe("runs of a list", () => {
  const padding = "K\x01".repeat(10);
  test("a string that the input cuts", () => {
    expect(refusal(`](${padding}\x8c\x14ten bytes.`)).toEqual(["truncated", 22]);
    expect(refusal(`](${padding}\x8c\x0bthe last oneX`.slice(0, -2))).toEqual(["truncated", 35]);
  });
  test("MEMOIZE in a memo with gaps takes the number of entries", () => {
    const list = loads(latin1(`]r\x07\0\0\0(\x8c\x01a\x94${padding}h\x01e.`)) as unknown[];
    expect(list).toEqual(["a", ...new Array(10).fill(1), "a"]);
  });
});

describe("batches of a thousand", () => {
  // PROTO, FRAME, ints, short strings and what the memo needs, in their order.
  const ARGUMENTS = /^\x80.|\x95.{8}|K.|M.{2}|\x8c.k\d+|\x94|q./gs;
  const opcodesOf = (value: unknown, protocol: number): string =>
    textOf(dumps(value, protocol)).replace(ARGUMENTS, "");
  test.each([
    [0, "].", "}.", "\x8f."],
    [1, "]a.", "}s.", "\x8f(\x90."],
    [2, "](e.", "}(u.", "\x8f(\x90."],
    [999, "](e.", "}(u.", "\x8f(\x90."],
    [1000, "](e.", "}(u(u.", "\x8f(\x90(\x90."],
    [1001, "](e(e.", "}(u(u.", "\x8f(\x90(\x90."],
    [1002, "](e(e.", "}(u(u.", "\x8f(\x90(\x90."],
    [2000, "](e(e.", "}(u(u(u.", "\x8f(\x90(\x90(\x90."],
    [2001, "](e(e(e.", "}(u(u(u.", "\x8f(\x90(\x90(\x90."],
  ])("%i items", (count, list, dict, set) => {
    const numbers = Array.from({ length: count }, (_, index) => index);
    for (const protocol of [1, 4]) {
      expect(opcodesOf(numbers, protocol)).toBe(list);
      expect(opcodesOf(new PyDict(numbers.map((key) => [key, 0])), protocol)).toBe(dict);
    }
    expect(opcodesOf(Object.fromEntries(numbers.map((key) => [`k${key}`, 0])), 4)).toBe(dict);
    expect(opcodesOf(new PySet(numbers), 4)).toBe(set);
    // What has parts is written another way.
    const lists = numbers.map(() => []);
    const withLists = (opcodes: string): string => opcodes.replaceAll("]", "");
    expect(withLists(opcodesOf(lists, 4))).toBe(withLists(list));
    expect(withLists(opcodesOf(new PyDict(numbers.map((key) => [key, []])), 4))).toBe(dict);
  });
});

describe("text at the widths of UTF-8 and of its length", () => {
  test.each(["\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\u{10000}"])("%j", (letter) => {
    for (const count of [1, 64, 65, 85, 127, 128, 254, 255, 256, 300]) {
      for (const text of [letter.repeat(count), `${"x".repeat(count)}${letter}`]) {
        const utf8 = Buffer.from(text);
        const isShort = utf8.length < 256;
        const header = Buffer.alloc(isShort ? 2 : 5, isShort ? 0x8c : 0x58);
        if (isShort) header[1] = utf8.length;
        else header.writeUInt32LE(utf8.length, 1);
        const pickle = Buffer.from(dumps([text], 4));
        expect(pickle.subarray(13, -3)).toEqual(Buffer.concat([header, utf8]));
        const old = Buffer.from(dumps([text], 3));
        expect(old.subarray(6, -4)).toEqual(
          utf8.length < 256
            ? Buffer.concat([Buffer.from([utf8.length, 0, 0, 0]), utf8])
            : Buffer.concat([header.subarray(1), utf8]),
        );
      }
    }
  });
});

test("integers at the widths of LONG1 and LONG4", () => {
  const head = (value: bigint): string => textOf(dumps(value, 2)).slice(2, 5);
  for (const [bytes, opcode] of [
    [254, "\x8a\xfe"],
    [255, "\x8a\xff"],
    [256, "\x8b\x00\x01"],
    [257, "\x8b\x01\x01"],
  ] as const) {
    const most = (1n << BigInt(8 * bytes - 1)) - 1n;
    for (const value of [most, -most - 1n]) {
      expect(head(value).startsWith(opcode)).toBe(true);
      expect(loads(dumps(value, 2))).toBe(value);
    }
  }
});

describe("what protocols cannot write", () => {
  test("names beyond ASCII below protocol 3", () => {
    const global = new Global("zimmer", "St\xfchle");
    for (const protocol of [0, 1, 2])
      expect(thrown(() => dumps(global, protocol))).toMatchObject({ code: "not-encodable" });
    expect(textOf(dumps(global, 3))).toBe("\x80\x03czimmer\nSt\xc3\xbchle\nq\0.");
  });
  test("a newline in a name, in the module or behind it", () => {
    for (const [module, name] of [
      ["a\nb", "c"],
      ["a", "b\nc"],
    ] as const)
      for (const protocol of [0, 3])
        expect(thrown(() => dumps(new Global(module, name), protocol))).toMatchObject({
          code: "not-encodable",
        });
  });
  test("a persistent id at protocol 0 is one line of ASCII", () => {
    const dumped = (id: string): string =>
      textOf(dumps(null, 0, { persistentId: (value) => (value === null ? id : undefined) }));
    expect(dumped("a")).toBe("Pa\n.");
    expect(dumped("")).toBe("P\n.");
    for (const id of ["\xe9", "a\nb"])
      expect(thrown(() => dumped(id))).toMatchObject({ code: "bad-persistent-id" });
  });
  test("protocols that there are not", () => {
    expect(dumps(1, -1)).toEqual(dumps(1, 5));
    expect(thrown(() => dumps(1, 6))).toMatchObject({ code: "unsupported-protocol" });
    expect(thrown(() => dumps(1, 1.5))).toBeInstanceOf(TypeError);
    expect(thrown(() => dumps(1, "2" as unknown as number))).toBeInstanceOf(TypeError);
  });
  test("a callable that is none", () => {
    const reducerOverride = (): Reduction => ({ callable: 5, args: [] });
    expect(thrown(() => dumps([Symbol.iterator], 4, { reducerOverride }))).toMatchObject({
      code: "unsupported-reduction",
      path: "$[0]",
    });
  });
});

test("undefined in an object may be left out, or be None", () => {
  const value = { a: undefined, b: 1, c: undefined };
  const read = (options: DumpOptions): unknown => loads(dumps([value, [undefined]], options));
  expect(read({ undefined: "omit" })).toEqual([{ b: 1 }, [null]]);
  expect(Object.keys((read({ undefined: "omit" }) as [object])[0])).toEqual(["b"]);
  expect(read({ undefined: "null" })).toEqual([{ a: null, b: 1, c: null }, [null]]);
  expect(thrown(() => read({}))).toMatchObject({ code: "unsupported-value", path: "$[0].a" });
});

test("values of another realm are the builtins that they are there", () => {
  const foreign = runInNewContext(
    "[[1, [2]], { a: { b: 3 } }, new Map([[1, 'x']]), new Set([1, 2]), Uint8Array.of(1, 2)]",
  ) as unknown[];
  expect(dumps(foreign, 4)).toEqual(
    dumps(
      [[1, [2]], { a: { b: 3 } }, new Map([[1, "x"]]), new Set([1, 2]), Uint8Array.of(1, 2)],
      4,
    ),
  );
  for (const code of [
    "new Date(0)",
    "new (class Map {})",
    "new (class Set {})",
    "new (class A extends Map {})",
  ])
    expect(thrown(() => dumps(runInNewContext(code)))).toMatchObject({ code: "unsupported-value" });
});

test("the path of an error names keys, members, calls and states", () => {
  const bad = Symbol("bad");
  const instance = new Instance("call", new Global("room", "A"), [bad]);
  const built = new Instance("new", new Global("room", "A"), []);
  built.state = [bad];
  const path = (value: unknown): unknown => (thrown(() => dumps(value)) as PicklingError).path;
  expect(path({ "a b": [bad] })).toBe('$["a b"][0]');
  expect(path({ [`${"k".repeat(40)}`]: bad, [`${"k".repeat(41)}`]: 1 })).toBe(
    `$.${"k".repeat(40)}`,
  );
  expect(path({ [`${"- ".repeat(21)}`]: bad })).toBe(`$["${"- ".repeat(20)}…"]`);
  expect(path(new Map([[null, bad]]))).toBe("$[null]");
  expect(path(new Map([[Tuple.of(1, bad), 1]]))).toBe("$[an instance of Tuple]<key>[1]");
  expect(path(new PySet([1, Tuple.of(bad)]))).toBe(`$${"{1}"}[0]`);
  expect(path(new FrozenSet([Tuple.of(bad)]))).toBe(`$${"{0}"}[0]`);
  expect(path([instance])).toBe("$[0](room.A)[0]");
  expect(path([built])).toBe("$[0].<state>[0]");
});

test("a Pickler forgets its memo when asked", () => {
  const pickler = new Pickler(undefined, 2);
  const list: unknown[] = [];
  expect(textOf(pickler.dump(list))).toBe("\x80\x02]q\0.");
  expect(textOf(pickler.dump(list))).toBe("\x80\x02h\0.");
  pickler.clearMemo();
  expect(textOf(pickler.dump(list))).toBe("\x80\x02]q\0.");
  expect(thrown(() => new Pickler({} as never))).toBeInstanceOf(TypeError);
});

describe("a class that is known", () => {
  class Plain {}
  const types = [classType("room.A", Plain)];
  const made = "\x80\x02croom\nA\n)\x81";
  test("is no container", () => {
    for (const change of ["K\x01a", "K\x01K\x02s", "(K\x01\x90"])
      expect(refusal(`${made}${change}.`, { types })[0]).toBe("construct-failed");
  });
  test("takes no arguments but by its hook", () => {
    expect(refusal("croom\nA\nK\x01\x85\x81.", { types })).toEqual(["construct-failed", 11]);
    expect(refusal("croom\nA\n)}X\x01\0\0\0aNs\x92.", { types })[0]).toBe("construct-failed");
  });
  test("takes a state of attributes, and of slots", () => {
    const state = (data: string): unknown => loads(latin1(`${made}${data}b.`), { types });
    expect({ ...(state("}X\x01\0\0\0aK\x01s") as object) }).toEqual({ a: 1 });
    expect({ ...(state("N}X\x01\0\0\0aK\x01s\x86") as object) }).toEqual({ a: 1 });
    expect(refusal(`${made}}K\x01K\x02sb.`, { types })[0]).toBe("construct-failed");
    expect(refusal(`${made}K\x01b.`, { types })[0]).toBe("construct-failed");
  });
  test("must be one", () => {
    expect(thrown(() => classType("room.A", 5 as never))).toBeInstanceOf(TypeError);
  });
});

describe("what a lossless load keeps of an instance is written as it came", () => {
  const b = "\x8c\x04room\x94\x8c\x01B\x94\x93\x94";
  test.each([
    ["members before a state", `\x80\x04${b})\x81\x94(K\x05K\x06\x90}\x94\x8c\x01a\x94Nsb.`],
    ["items and entries", `\x80\x04${b})\x81\x94(K\x05K\x06e(K\x05K\x06K\x07K\x08u.`],
    [
      "a call for its effect",
      `\x80\x04${b})\x81\x94}\x94b\x8c\x01f\x94\x8c\x01g\x94\x93\x94K\x01\x85\x94R0.`,
    ],
    ["a state setter", `\x80\x04${b})\x81\x94\x8c\x01f\x94\x8c\x01g\x94\x93\x94h\x03K\x01\x86R0.`],
    ["OBJ", "\x80\x02(croom\nB\nq\x00K\x01K\x02oq\x01."],
    ["INST", "(I1\nI2\niroom\nB\np0\n."],
    ["the class of None", "\x80\x04\x8c\x08builtins\x94\x8c\x04type\x94\x93\x94N\x85\x94R\x94."],
  ])("%s", (_name, data) => {
    const protocol = data.startsWith("\x80") ? data.charCodeAt(1) : 0;
    const written = textOf(dumps(loads(latin1(data), { lossless: true }), protocol));
    expect(written.replace(/\x95.{8}/s, "")).toBe(data);
  });
});

test("a line of UNICODE of any length, and a string of Python 2 that must be decoded letter by letter", () => {
  for (const count of [4095, 4096, 4097, 10_000]) {
    expect(loads(latin1(`V${"\\u20ac".repeat(count)}\n.`))).toBe("\u20ac".repeat(count));
    const size = String.fromCharCode((count + 1) & 255, (count + 1) >> 8, 0, 0);
    const data = latin1(`T${size}${"a".repeat(count)}\xff.`);
    for (const [errors, last] of [
      ["ignore", ""],
      ["surrogateescape", "\udcff"],
      ["backslashreplace", "\\xff"],
    ] as const)
      expect(loads(data, { encoding: "utf-8", errors })).toBe("a".repeat(count) + last);
  }
});

describe("ranges", () => {
  test("hold what Python's hold", () => {
    expect([...new Range(0, 5, 2)]).toEqual([0, 2, 4]);
    expect([...new Range(0, 4, 2)]).toEqual([0, 2]);
    expect([...new Range(5, 0, -2)]).toEqual([5, 3, 1]);
    expect([...new Range(4, 0, -2)]).toEqual([4, 2]);
    expect([...new Range(0, 5, -1)]).toEqual([]);
    expect([...new Range(0, 0)]).toEqual([]);
    expect(new Range(0, 5, 0)).toHaveLength(0);
    expect([...new Range(0n, 5n, 2n)]).toEqual([0n, 2n, 4n]);
    expect([...new Range(0, 2n ** 60n, 2n ** 59n)]).toEqual([0n, 2n ** 59n]);
  });
  test("are exact beyond 2^53", () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect([...new Range(most - 1, BigInt(most) + 4n)]).toEqual([
      most - 1,
      most,
      9007199254740992n,
      9007199254740993n,
      9007199254740994n,
    ]);
  });
  test("show their step where it is not 1", () => {
    expect(String(new Range(0, 5))).toBe("range(0, 5)");
    expect(String(new Range(0, 5, 1n))).toBe("range(0, 5)");
    expect(String(new Range(0, 5, -1))).toBe("range(0, 5, -1)");
  });
});

describe("collections by Python's equality", () => {
  test("are emptied, and forget how they found their members", () => {
    const dict = new PyDict<unknown, number>([
      [Tuple.of(1), 1],
      ["a", 2],
    ]);
    const set = new PySet<unknown>([Tuple.of(1), "a"]);
    dict.clear();
    set.clear();
    expect([dict.size, set.size]).toEqual([0, 0]);
    expect([dict.has(Tuple.of(1)), set.has(Tuple.of(1))]).toEqual([false, false]);
    const key = Tuple.of(1);
    dict.set(key, 3);
    set.add(key);
    expect([...dict.keys()][0]).toBe(key);
    expect([...set][0]).toBe(key);
  });
  test("are walked as a Map and a Set are", () => {
    const dict = new PyDict<unknown, number>([[Tuple.of(1), 1]]);
    const set = new PySet<unknown>([Tuple.of(1)]);
    const seen: unknown[] = [];
    dict.forEach((value, key, whole) => void seen.push([value, key, whole === dict]));
    set.forEach((value, key, whole) => void seen.push([value, key, whole === set]));
    const key = Tuple.of(1);
    expect(seen).toEqual([
      [1, key, true],
      [key, key, true],
    ]);
    expect([...set.entries()]).toEqual([[key, key]]);
  });
  test("a frozenset does not change", () => {
    const frozen = new FrozenSet([1]);
    for (const change of [() => frozen.add(2), () => frozen.delete(1), () => frozen.clear()])
      expect(thrown(change)).toBeInstanceOf(TypeError);
    expect([...frozen]).toEqual([1]);
  });
});

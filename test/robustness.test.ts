/**
 * What readers of pickles get silently wrong and what breaks them, each as bytes with the one right answer; and that
 * time and memory stay in proportion to the input for everything that an attacker can grow.
 */
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ByteSource,
  Complex,
  dumps,
  Float,
  Global,
  Instance,
  type LoadOptions,
  loads,
  PickleError,
  PyDict,
  Tuple,
  Unpickler,
  UnpicklingError,
} from "../src/pickle/index.ts";
import { exponent } from "./growth.ts";

const text = new TextEncoder();

/** Bytes of strings (latin1), byte values and byte arrays in a row. */
function bytes(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const all: number[] = [];
  for (const part of parts) {
    if (typeof part === "number") all.push(part);
    else if (typeof part === "string") for (const letter of part) all.push(letter.charCodeAt(0));
    else for (const byte of part) all.push(byte);
  }
  return Uint8Array.from(all);
}

function little(value: number | bigint, width: number): Uint8Array {
  const made = new Uint8Array(width);
  let rest = BigInt(value);
  for (let i = 0; i < width; i++) {
    made[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return made;
}

/** A SHORT_BINUNICODE or BINUNICODE of `value`. */
function str(value: string): Uint8Array {
  const encoded = text.encode(value);
  if (encoded.length < 256) return bytes(0x8c, encoded.length, encoded);
  return bytes("X", little(encoded.length, 4), encoded);
}

/** A LONG1 of `value`. */
function long(value: bigint, width: number): Uint8Array {
  return bytes(0x8a, width, little(BigInt.asUintN(width * 8, value), width));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The error that loading throws, as its class, code and offset. */
function refusal(data: Uint8Array, options: LoadOptions = {}): [code: string, offset: number] {
  try {
    loads(data, options);
  } catch (error) {
    if (error instanceof UnpicklingError) return [error.code, error.offset];
    throw error;
  }
  throw new Error("the input was accepted");
}

const PROTO2 = bytes(0x80, 2);
const PROTO4 = bytes(0x80, 4);

describe("what others get silently wrong", () => {
  test("LONG1 is signed: -2^31-1", () => {
    expect(loads(bytes(PROTO2, long(-(2n ** 31n) - 1n, 5), "."))).toBe(-2147483649);
  });

  test("integers of more than eight bytes, as in every UUID", () => {
    const value = 0x123456789abcdef0fedcba9876543210n;
    expect(loads(bytes(PROTO2, long(value, 17), "."))).toBe(value);
    expect(loads(bytes(PROTO2, long(-value, 17), "."))).toBe(-value);
    expect(loads(bytes(PROTO2, long(2n ** 2000n, 251), "."))).toBe(2n ** 2000n);
  });

  test("every width of LONG1 is exact at its ends", () => {
    for (let width = 1; width <= 40; width++) {
      const top = 2n ** BigInt(width * 8 - 1);
      for (const value of [top - 1n, -top, -1n, 1n]) {
        const loaded = loads<number | bigint>(bytes(PROTO2, long(value, width), "."));
        expect(BigInt(loaded)).toBe(value);
        expect(typeof loaded).toBe(Number.isSafeInteger(Number(value)) ? "number" : "bigint");
      }
    }
  });

  test("LONG1 of no bytes is 0", () => {
    expect(loads(bytes(PROTO2, 0x8a, 0, "."))).toBe(0);
  });

  test("2^31 stays positive, in and out", () => {
    expect(loads(bytes(PROTO2, long(2n ** 31n, 5), "."))).toBe(2147483648);
    expect(loads(dumps(2147483648))).toBe(2147483648);
    expect(dumps(2147483648, 2)).toEqual(bytes(PROTO2, long(2n ** 31n, 5), "."));
  });

  test("infinities and NaN of protocol 0", () => {
    expect(loads(bytes("Finf\n."))).toBe(Number.POSITIVE_INFINITY);
    expect(loads(bytes("F-inf\n."))).toBe(Number.NEGATIVE_INFINITY);
    expect(loads(bytes("Fnan\n."))).toBeNaN();
  });

  test("unicode escapes of protocol 0 are resolved", () => {
    expect(loads(bytes("V\\u20ac\\U0001f600\xe9\\u005cn\n."))).toBe("€😀é\\n");
  });

  test("a byte-order mark belongs to the string", () => {
    expect(loads(bytes(PROTO4, 0x8c, 4, 0xef, 0xbb, 0xbf, "a."))).toBe("\ufeffa");
    expect(loads(dumps("\ufeffa"))).toBe("\ufeffa");
  });

  test("lone surrogates survive, in and out", () => {
    expect(loads(bytes(PROTO4, 0x8c, 3, 0xed, 0xa0, 0x80, "."))).toBe("\ud800");
    expect(loads(dumps("a\udfff\ud800b"))).toBe("a\udfff\ud800b");
    expect(loads(dumps("a\udfff\ud800b", 0))).toBe("a\udfff\ud800b");
  });

  test('1 and "1" are two keys, and integer keys keep their order', () => {
    const data = bytes("}(K\x02", str("b"), "K\x01", str("a"), str("1"), str("c"), "u.");
    const value = loads<PyDict>(data);
    expect(value).toBeInstanceOf(PyDict);
    expect([...value]).toEqual([
      [2, "b"],
      [1, "a"],
      ["1", "c"],
    ]);
  });

  test("1, 1.0 and True are one key, which stays the first one", () => {
    const one = bytes("G", 0x3f, 0xf0, 0, 0, 0, 0, 0, 0);
    const value = loads<PyDict>(
      bytes("}(K\x01", str("int"), one, str("float"), 0x88, str("bool"), "u."),
    );
    expect([...value]).toEqual([[1, "bool"]]);
  });

  test("lists and dicts come in their order", () => {
    expect(loads(bytes("](K\x01K\x02K\x03e."))).toEqual([1, 2, 3]);
    const value = loads<object>(bytes("}(", str("b"), "K\x01", str("a"), "K\x02u."));
    expect(Object.keys(value)).toEqual(["b", "a"]);
  });

  test("arguments that two objects share show in JSON", () => {
    const arg = bytes(str("1.5"), 0x94);
    const call = bytes("cdecimal\nDecimal\n");
    const data = bytes("](", call, arg, 0x85, "R", call, "h\x00", 0x85, "Re.");
    const shown = JSON.stringify(loads(data));
    expect(shown.match(/1\.5/g)).toHaveLength(2);
  });

  test("the bytes after the first pickle are another pickle", () => {
    const data = bytes("K\x01.K\x02.");
    expect(loads(data)).toBe(1);
    expect(loads(data.subarray(3))).toBe(2);
  });
});

describe("what breaks others", () => {
  test("BINSTRING of length -5, BINBYTES of length 2^32-5", () => {
    expect(refusal(bytes("T", little(-5n & 0xffffffffn, 4), "abc."))).toEqual(["bad-length", 0]);
    expect(refusal(bytes(0x80, 3, "B", little(2 ** 32 - 5, 4), "."))).toEqual(["truncated", 2]);
  });

  test.each([
    ["BINBYTES8 2^40", bytes(0x80, 4, 0x8e, little(2n ** 40n, 8), "ab")],
    ["BYTEARRAY8 2^36", bytes(0x80, 5, 0x96, little(2n ** 36n, 8), "ab")],
    ["BINUNICODE8 2^63", bytes(0x80, 4, 0x8d, little(2n ** 63n, 8), "ab")],
    ["BINBYTES8 2^64-1", bytes(0x80, 4, 0x8e, little(2n ** 64n - 1n, 8), "ab")],
    ["BINUNICODE 2^32-1", bytes(0x80, 4, "X", little(2 ** 32 - 1, 4), "ab")],
  ])("a declared length is no reason to reserve memory: %s", (_, data) => {
    const before = process.memoryUsage().arrayBuffers;
    const [code, offset] = refusal(data);
    expect(["truncated", "bad-length"]).toContain(code);
    expect(offset).toBe(2);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test("LONG4 of a negative length", () => {
    expect(refusal(bytes(0x80, 2, 0x8b, little(2 ** 32 - 1, 4), "."))).toEqual(["bad-length", 2]);
  });

  test("LONG4 of a megabyte", () => {
    const digits = new Uint8Array(1 << 20).fill(0x5a);
    const value = loads<bigint>(bytes(PROTO2, 0x8b, little(1 << 20, 4), digits, "."));
    expect(value >> (8n * ((1n << 20n) - 1n))).toBe(0x5an);
    expect(value & 0xffn).toBe(0x5an);
    const again = dumps(value, 2);
    expect(again.length).toBe(2 + 5 + (1 << 20) + 1);
  });

  test("a million marks", () => {
    const data = bytes(new Uint8Array(1_000_000).fill(0x28), ".");
    expect(refusal(data)).toEqual(["stack-underflow", 1_000_000]);
    const closed = bytes(
      new Uint8Array(1_000_000).fill(0x28),
      new Uint8Array(1_000_000).fill(0x74),
      ".",
    );
    expect(depthOf(loads(closed))).toBe(1_000_000);
  });

  test("200,000 items in one APPENDS, SETITEMS, TUPLE, ADDITEMS", () => {
    const items = joined(Array.from({ length: 200_000 }, (_, i) => bytes("J", little(i, 4))));
    expect(loads<unknown[]>(bytes("](", items, "e."))).toHaveLength(200_000);
    expect(loads<unknown[]>(bytes("(", items, "t."))).toHaveLength(200_000);
    expect(loads<PyDict>(bytes("}(", items, "u.")).size).toBe(100_000);
    expect(loads<Set<unknown>>(bytes(0x80, 4, 0x8f, "(", items, 0x90, ".")).size).toBe(200_000);
    expect(loads<Set<unknown>>(bytes(0x80, 4, "(", items, 0x91, ".")).size).toBe(200_000);
    const inert = loads<Instance>(bytes("cm\nC\n)\x81(", items, "e."));
    expect(inert.items).toHaveLength(200_000);
  });

  test("__proto__ is an ordinary key of a dict", () => {
    const data = bytes("}(", str("__proto__"), "}(", str("polluted"), "K\x01uu.");
    const value = loads<Record<string, unknown>>(data);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect("polluted" in value).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(loads(dumps(value))).toEqual(value);
    expect(dumps(value, 2)).toEqual(dumps(loads(dumps(value, 2)), 2));
  });

  test.each([
    ["DICT", bytes("(", str("__proto__"), "}", str("a"), "K\x01sd.")],
    ["SETITEM", bytes("}", str("__proto__"), "}", str("a"), "K\x01ss.")],
  ])("__proto__ through %s", (_, data) => {
    for (const dicts of ["auto", "object"] as const) {
      const value = loads<Record<string, unknown>>(data, { dicts });
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.entries(value)).toEqual([["__proto__", { a: 1 }]]);
    }
  });

  test("__proto__ in a BUILD state replaces no prototype", () => {
    const state = bytes("}(", str("__proto__"), "}(", str("isAdmin"), 0x88, "uu");
    for (const make of ["cm\nC\n)\x81", "cm\nC\n)R", "(im\nC\n"]) {
      const value = loads<Instance>(bytes(PROTO2, make, state, "b."));
      expect(Object.getPrototypeOf(value)).toBe(Instance.prototype);
      expect((value as unknown as { isAdmin?: unknown }).isAdmin).toBeUndefined();
      expect(Object.keys(value.attributes)).toEqual(["__proto__"]);
      expect(JSON.parse(JSON.stringify(value))).toHaveProperty(["__proto__"], { isAdmin: true });
    }
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  test("globals whose names mean something to JavaScript stay names", () => {
    for (const [module, name] of [
      ["g__proto__", "x"],
      ["__proto__", "__proto__"],
      ["constructor", "prototype"],
      ["__proto__", "toString"],
      ["", "__proto__"],
    ] as const) {
      const data = bytes(PROTO4, str(module), str(name), 0x93, "}", str("polluted"), "K\x01sb.");
      const value = loads<Global>(data);
      expect(value).toBeInstanceOf(Global);
      expect([value.module, value.name]).toEqual([module, name]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    }
  });

  test("memo keys and attributes named like members of Object", () => {
    const data = bytes(
      "}(",
      str("constructor"),
      "K\x01",
      str("hasOwnProperty"),
      "K\x02",
      str("toString"),
      "K\x03u.",
    );
    const value = loads<Record<string, unknown>>(data);
    expect(Object.entries(value)).toEqual([
      ["constructor", 1],
      ["hasOwnProperty", 2],
      ["toString", 3],
    ]);
    expect(loads(dumps(value))).toEqual(value);
  });

  test("a string cannot inject opcodes into what is written", () => {
    const hostile = [
      "x\ncos\nsystem\n(S'echo'\ntR.",
      "\n.",
      "'\nI1\n.",
      "\\u000a.",
      "a\\",
      "\r\n\0\x1a",
      "\u2028\u2029\x85",
    ];
    for (const value of hostile) {
      for (let protocol = 0; protocol <= 5; protocol++) {
        const written = dumps({ [value]: [value, value] }, protocol);
        expect(loads(written)).toEqual({ [value]: [value, value] });
      }
    }
  });

  test("names cannot inject opcodes into what is written", () => {
    for (let protocol = 0; protocol <= 5; protocol++) {
      const global = new Global("m\ncos", "system\n(S'echo'\ntR.");
      let written: Uint8Array;
      try {
        written = dumps([global], protocol);
      } catch (error) {
        expect(error).toBeInstanceOf(PickleError);
        continue;
      }
      const [value] = loads<[Global]>(written);
      expect([value.module, value.name]).toEqual([global.module, global.name]);
    }
  });

  test("text is never evaluated", () => {
    expect(refusal(bytes("Iprocess.exit(1)\n."))).toEqual(["bad-integer", 0]);
    expect(refusal(bytes("F1+1\n."))).toEqual(["bad-float", 0]);
    expect(refusal(bytes("Sprocess.exit(1)\n."))).toEqual(["bad-string", 0]);
    expect(loads(bytes("S'process.exit(1)'\n."))).toBe("process.exit(1)");
  });

  test("nothing is called", () => {
    const value = loads<Instance>(bytes("cos\nsystem\n(S'exit 1'\ntR."));
    expect(value).toBeInstanceOf(Instance);
    expect(value.callable).toBeInstanceOf(Global);
    expect((value.callable as Global).path).toBe("os.system");
    expect([...value.args]).toEqual(["exit 1"]);
  });
});

describe("the edges of the machine", () => {
  test.each<[string, Uint8Array, string, number]>([
    ["empty input", bytes(), "truncated", 0],
    ["no STOP", bytes("K\x01"), "truncated", 2],
    ["an opcode that is none", bytes("K\x01\xff."), "invalid-opcode", 2],
    ["protocol 6", bytes(0x80, 6, "N."), "unsupported-protocol", 0],
    ["STOP on an empty stack", bytes("."), "stack-underflow", 0],
    ["STOP on a mark", bytes("K\x01(."), "stack-underflow", 3],
    ["POP on an empty stack", bytes("0."), "stack-underflow", 0],
    ["DUP on a mark", bytes("N(2."), "stack-underflow", 2],
    ["POP_MARK without a mark", bytes("N1."), "no-mark", 1],
    ["TUPLE without a mark", bytes("Nt."), "no-mark", 1],
    ["APPENDS without a mark", bytes("]e."), "no-mark", 1],
    ["APPENDS with nothing below the mark", bytes("(K\x01e."), "stack-underflow", 3],
    ["TUPLE2 across a mark", bytes("N(N\x86."), "stack-underflow", 3],
    ["APPEND across a mark", bytes("](Na."), "stack-underflow", 3],
    ["SETITEM across a mark", bytes("}N(Ns."), "stack-underflow", 4],
    ["SETITEMS with an odd number", bytes("}(NNNu."), "odd-items", 5],
    ["DICT with an odd number", bytes("(NNNd."), "odd-items", 4],
    ["APPEND to a tuple", bytes(")Na."), "bad-target", 2],
    ["SETITEM on None", bytes("NNNs."), "bad-target", 3],
    ["ADDITEMS to a list", bytes("](N\x90."), "bad-target", 3],
    ["ADDITEMS to a frozenset", bytes("(\x91(N\x90."), "bad-target", 4],
    ["a list as dict key", bytes("}]Ns."), "unhashable", 3],
    ["a tuple of a list as dict key", bytes("}]\x85Ns."), "unhashable", 4],
    ["a dict in a set", bytes("\x8f(}\x90."), "unhashable", 3],
    ["a dict in a frozenset", bytes("(}\x91."), "unhashable", 2],
    ["REDUCE on a number", bytes("K\x01)R."), "bad-callable", 3],
    ["REDUCE with a list", bytes("cm\nC\n]R."), "bad-arguments", 6],
    ["NEWOBJ with a list", bytes("cm\nC\n]\x81."), "bad-arguments", 6],
    ["NEWOBJ on a str", bytes(str("m.C"), ")\x81."), "bad-callable", 6],
    ["NEWOBJ_EX with None for keywords", bytes("cm\nC\n)N\x92."), "bad-arguments", 7],
    ["STACK_GLOBAL of numbers", bytes("K\x01K\x02\x93."), "bad-name", 4],
    ["GLOBAL with a name that is no UTF-8", bytes("cm\n\xff\n."), "bad-utf8", 0],
    ["GET of nothing", bytes("g0\n."), "memo-missing", 0],
    ["GET -1", bytes("g-1\n."), "memo-missing", 0],
    ["BINGET of nothing", bytes("Nh\x05."), "memo-missing", 1],
    ["LONG_BINGET 2^32-1", bytes("j\xff\xff\xff\xff."), "memo-missing", 0],
    ["PUT -1", bytes("Np-1\n."), "memo-index", 1],
    ["PUT of a word", bytes("Npx\n."), "memo-index", 1],
    ["MEMOIZE on nothing", bytes("\x94."), "stack-underflow", 0],
    ["BINPUT on a mark", bytes("N(q\x00."), "stack-underflow", 2],
    ["a frame longer than the data", bytes(0x80, 4, 0x95, little(99, 8), "N."), "truncated", 2],
    ["a frame of 2^40", bytes(0x80, 4, 0x95, little(2n ** 40n, 8), "N."), "truncated", 2],
    ["a string that is no UTF-8", bytes(0x8c, 2, 0xc0, 0xaf, "."), "bad-utf8", 0],
    ["a string cut inside a letter", bytes(0x8c, 1, 0xc3, "."), "bad-utf8", 0],
    ["STRING without quotes", bytes("Sabc\n."), "bad-string", 0],
    ["STRING with a broken escape", bytes("S'\\x4'\n."), "bad-string", 0],
    ["UNICODE with a broken escape", bytes("V\\u12\n."), "bad-string", 0],
    ["UNICODE beyond Unicode", bytes("V\\U00110000\n."), "bad-string", 0],
    ["INT that is none", bytes("I12x\n."), "bad-integer", 0],
    ["FLOAT with an underscore", bytes("F1_0.5\n."), "bad-float", 0],
    ["FLOAT with a space before it", bytes("F 1.5\n."), "bad-float", 0],
    ["FLOAT that is too large", bytes("F1e999\n."), "bad-float", 0],
    ["an 8-bit string as ASCII", bytes("U\x01\xe9."), "bad-encoding", 0],
    ["EXT1 without a registry", bytes("\x82\x01."), "unknown-extension", 0],
    ["EXT4 of a negative code", bytes("\x84\xff\xff\xff\xff."), "unknown-extension", 0],
    ["PERSID without a hook", bytes("P1\n."), "no-persistent-load", 0],
    ["BINPERSID without a hook", bytes("K\x01Q."), "no-persistent-load", 2],
    ["NEXT_BUFFER without buffers", bytes("\x97."), "no-buffers", 0],
    ["READONLY_BUFFER on a number", bytes("K\x01\x98."), "bad-target", 2],
    ["BUILD on a number", bytes("K\x01}b."), "bad-target", 3],
    ["a line without end", bytes("I12"), "truncated", 0],
  ])("%s", (_, data, code, offset) => {
    expect(refusal(data)).toEqual([code, offset]);
    expect(refusal(data, { lossless: true })).toEqual([code, offset]);
  });

  test.each<[string, Uint8Array, unknown]>([
    ["two objects at STOP: the top one", bytes("K\x01K\x02."), 2],
    ["BINPUT 5, then MEMOIZE takes the number of entries", bytes("K\x07q\x05K\x08\x9400h\x01."), 8],
    ["LONG_BINPUT 2^31-1 in nine bytes", bytes("K\x07r\xff\xff\xff\x7fj\xff\xff\xff\x7f."), 7],
    ["PUT twice: the later one", bytes("K\x01q\x00K\x02q\x000h\x00."), 2],
    ["frame in a frame", bytes(0x80, 4, 0x95, little(11, 8), 0x95, little(2, 8), "N."), null],
    ["an empty frame", bytes(0x80, 4, 0x95, little(0, 8), "N."), null],
    ["a frame that ends early", bytes(0x80, 4, 0x95, little(1, 8), "K\x05."), 5],
    ["APPENDS of nothing to None", bytes("N(e."), null],
    ["SETITEMS of nothing to None", bytes("N(u."), null],
    ["INT 00 and 01 are bool", bytes("(I00\nI01\nt."), Tuple.of(false, true)],
    ["INT +1 is True, as C says", bytes("I+1\n."), true],
    ["INT 001 is 1", bytes("I001\n."), 1],
    ["INT is octal with a leading 0", bytes("I010\n."), 8],
    ["INT is hexadecimal", bytes("I0x10\n."), 16],
    ["LONG is hexadecimal", bytes("L0x10L\n."), 16],
    ["INT ends at a NUL", bytes("I5\0junk\n."), 5],
    ["LONG without L", bytes("L-12\n."), -12],
    ["protocol 5 opcodes without PROTO", bytes(0x96, little(2, 8), "ab."), bytes("ab")],
    ["PROTO in the middle", bytes("K\x01\x80\x020N."), null],
  ])("%s", (_, data, value) => {
    const loaded = loads(data);
    if (value instanceof Uint8Array) expect([...(loaded as Uint8Array)]).toEqual([...value]);
    else expect(loaded).toEqual(value);
  });

  test("text integers are bounded as CPython's are", () => {
    expect(loads(bytes(`L${"7".repeat(4300)}L\n.`))).toBe(BigInt("7".repeat(4300)));
    for (const [opcode, end] of ["I", "LL"].map((word) => [word[0], word[1] ?? ""])) {
      const [code, offset] = refusal(bytes(`${opcode}${"7".repeat(4301)}${end}\n.`));
      expect(["limit-exceeded", "bad-integer"]).toContain(code);
      expect(offset).toBe(0);
    }
  });

  test("the same reader still works after an error", () => {
    expect(refusal(bytes("}]Ns."))).toEqual(["unhashable", 3]);
    expect(loads(bytes("K\x01."))).toBe(1);
  });
});

describe("cycles, sharing and depth", () => {
  const MILLION = 1_000_000;

  test("a million nested lists load, dump and print", () => {
    const data = bytes(
      new Uint8Array(MILLION).fill(0x5d),
      new Uint8Array(MILLION - 1).fill(0x61),
      ".",
    );
    const value = loads(data);
    expect(depthOf(value)).toBe(MILLION);
    const written = dumps(value);
    expect(depthOf(loads(written))).toBe(MILLION);
    expect(inspect(value)).toContain("[Array]");
  });

  test("a million nested tuples load and dump", () => {
    const data = bytes(")", new Uint8Array(MILLION - 1).fill(0x85), ".");
    const value = loads(data);
    expect(depthOf(value)).toBe(MILLION);
    expect(depthOf(loads(dumps(value, 2)))).toBe(MILLION);
    expect(inspect(value).length).toBeLessThan(1000);
  });

  test("50,000 nested dicts and instances load, dump and print", () => {
    const depth = 50_000;
    const dicts = bytes(
      joined(Array.from({ length: depth }, () => bytes("}K\x01"))),
      "N",
      "s".repeat(depth),
      ".",
    );
    expect(loads(dumps(loads(dicts)))).toBeInstanceOf(PyDict);
    expect(inspect(loads(dicts)).length).toBeLessThan(1000);
    const objects = bytes(
      joined(Array.from({ length: depth }, () => bytes("cm\nC\n)\x81"))),
      "N",
      "b".repeat(depth),
      ".",
    );
    expect(loads(dumps(loads(objects, { lossless: true })))).toBeInstanceOf(Instance);
    expect(inspect(loads(objects)).length).toBeLessThan(2000);
  });

  test("a list that contains itself, through every container", () => {
    const list = loads<unknown[]>(bytes("]\x94h\x00a."));
    expect(list[0]).toBe(list);
    const dict = loads<Record<string, unknown>>(bytes("}\x94", str("me"), "h\x00s."));
    expect(dict["me"]).toBe(dict);
    // the first key that is no str comes in a later batch, when the dict already refers to itself
    const late = loads<PyDict>(bytes("}\x94(", str("me"), "h\x00u(K\x01h\x00u."));
    expect(late).toBeInstanceOf(PyDict);
    expect(late.get("me")).toBe(late);
    expect(late.get(1)).toBe(late);
    const knot = loads<Tuple>(bytes("]\x94h\x00\x85\x94a0h\x01."));
    expect((knot[0] as unknown[])[0]).toBe(knot);
    for (const value of [list, dict, late, knot]) {
      const again = loads(dumps(value));
      expect(dumps(again)).toEqual(dumps(value));
    }
  });

  test("shared lists 9^12 times over stay shared", () => {
    const level = bytes("(", "2".repeat(0), "l");
    let data = bytes("]");
    for (let i = 0; i < 12; i++)
      data = bytes(data, "q", i, "0(", `h${String.fromCharCode(i)}`.repeat(9), "l");
    const value = loads(bytes(data, "."));
    expect(level.length).toBe(2);
    expect(dumps(value).length).toBeLessThan(600);
    expect(inspect(value).length).toBeLessThan(100_000);
  });

  test("a tuple that would be 2^60 long is a dict key in no time", () => {
    const dag = bytes(")", "2\x86".repeat(60));
    const value = loads<PyDict>(bytes("}", dag, "K\x01s."));
    expect([...value.values()]).toEqual([1]);
    expect(value.get([...value.keys()][0])).toBe(1);
    // two such tuples, built apart, are one key
    const twice = loads<PyDict>(bytes("}", dag, "K\x01s", dag, "K\x02s."));
    expect([...twice.values()]).toEqual([2]);
    expect(loads<PyDict>(dumps(twice)).size).toBe(1);
  });

  test("a million opcodes that only push and pop", () => {
    expect(loads(bytes("N", "20".repeat(MILLION / 2), "."))).toBeNull();
  });

  test("the default limits refuse what no heap could hold", () => {
    const dicts = bytes("(", "}".repeat(1000), "l.");
    expect(refusal(dicts, { limits: { memory: 10_000 } })[0]).toBe("limit-exceeded");
    expect(refusal(bytes("N", "20".repeat(5000), "."), { limits: { opcodes: 1000 } })[0]).toBe(
      "limit-exceeded",
    );
  });
});

describe("Python's equality", () => {
  test("int keys equal mod 2^64 are different keys", () => {
    const keys = Array.from({ length: 50 }, (_, i) => 7n + (BigInt(i) << 64n));
    const value = loads<PyDict>(
      bytes("}(", joined(keys.map((key) => bytes(long(key, 10), "N"))), "u."),
    );
    expect(value.size).toBe(50);
    for (const key of keys) expect(value.has(key)).toBe(true);
    expect([...value.keys()].map((key) => BigInt(key as bigint))).toEqual(keys);
    expect(loads<PyDict>(dumps(value)).size).toBe(50);
  });

  test("2^53 and 2^53 + 1 as int and float", () => {
    const float = bytes("G", 0x43, 0x40, 0, 0, 0, 0, 0, 0);
    const value = loads<PyDict>(
      bytes(
        "}(",
        long(2n ** 53n, 8),
        str("int"),
        long(2n ** 53n + 1n, 8),
        str("next"),
        float,
        str("float"),
        "u.",
      ),
    );
    expect([...value.values()]).toEqual(["float", "next"]);
  });

  test("tuples and bytes are keys by value, NaN is no equal of NaN", () => {
    const key = bytes("(K\x01", str("a"), "C\x01zt");
    expect(loads<PyDict>(bytes("}(", key, "K\x01", key, "K\x02u.")).size).toBe(1);
    const nan = bytes("G", 0x7f, 0xf8, 0, 0, 0, 0, 0, 0);
    expect(loads<PyDict>(bytes("}(", nan, "K\x01", nan, "K\x02u.")).size).toBe(2);
  });

  test("a complex number without imaginary part is its real part", () => {
    const call = bytes("c__builtin__\ncomplex\n(F1\nF0\ntR");
    const value = loads<PyDict>(bytes("}(", call, "K\x01K\x01K\x02u."));
    expect([...value.keys()]).toEqual([new Complex(1, 0)]);
    expect([...value.values()]).toEqual([2]);
  });
});

// --- properties

const SAMPLES: readonly Uint8Array[] = [
  dumps(
    [1, -1, 2 ** 40, 2n ** 100n, 1.5, "text", "é€😀", null, true, new Uint8Array([1, 2, 255])],
    0,
  ),
  dumps(
    [1, -1, 2 ** 40, 2n ** 100n, 1.5, "text", "é€😀", null, true, new Uint8Array([1, 2, 255])],
    2,
  ),
  dumps(
    { list: [[1], { a: Tuple.of(1, 2, 3, 4) }], set: new Set([1, "two"]), map: new Map([[1, 2]]) },
    4,
  ),
  dumps(
    { list: [[1], { a: Tuple.of(1, 2, 3, 4) }], set: new Set([1, "two"]), map: new Map([[1, 2]]) },
    5,
  ),
  dumps([new Float(1), new Complex(1, 2), Tuple.of(), "x".repeat(300)], 5),
  bytes(
    "(lp0\nI1\naS'py2'\np1\nacdecimal\nDecimal\n(S'1.5'\ntRp2\na(im\nOld\n(dp3\nS'a'\nI1\nsba.",
  ),
  bytes(
    PROTO4,
    0x95,
    little(25, 8),
    str("m"),
    0x94,
    str("C"),
    0x94,
    0x93,
    ")",
    0x81,
    "}",
    str("a"),
    "K\x01sb",
    str("zz"),
    "0.",
  ),
];

/** Loads in both modes; whatever is thrown must be ours, with a place inside the input. */
function onlyOurErrors(data: Uint8Array): void {
  for (const lossless of [false, true]) {
    try {
      const value = loads(data, { lossless });
      inspect(value);
    } catch (error) {
      if (!(error instanceof UnpicklingError)) throw error;
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(data.length);
    }
  }
}

describe("properties", () => {
  test("a pickle cut at any byte is refused as cut", () => {
    for (const sample of SAMPLES) {
      for (let length = 0; length < sample.length; length++) {
        const [code, offset] = refusal(sample.subarray(0, length));
        expect(code).toBe("truncated");
        expect(offset).toBeLessThanOrEqual(length);
      }
      expect(() => loads(sample)).not.toThrow();
    }
  });

  test("arbitrary bytes raise our errors only", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), onlyOurErrors), { numRuns: 3000 });
  });

  test("damaged pickles raise our errors only", () => {
    const damage = fc.record({
      sample: fc.nat(SAMPLES.length - 1),
      edits: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(damage, ({ sample, edits }) => {
        const data = (SAMPLES[sample] as Uint8Array).slice();
        for (const [place, byte] of edits) data[place % data.length] = byte;
        onlyOurErrors(data);
      }),
      { numRuns: 3000 },
    );
  });

  test("opcodes in any order raise our errors only", () => {
    const opcodes = text.encode("().012BCFGIJKLMNPQRSTUVX]abcdeghijlopqrstu}");
    const modern = Uint8Array.from({ length: 25 }, (_, i) => 0x80 + i);
    const opcode = fc.constantFrom(...opcodes, ...modern, 0, 1, 2, 10, 48);
    fc.assert(
      fc.property(fc.array(opcode, { maxLength: 40 }), (codes) =>
        onlyOurErrors(Uint8Array.from(codes)),
      ),
      { numRuns: 3000 },
    );
  });

  test("what is loaded losslessly is written and loaded again", () => {
    const damage = fc.record({
      sample: fc.nat(SAMPLES.length - 1),
      place: fc.nat(400),
      byte: fc.nat(255),
    });
    fc.assert(
      fc.property(damage, ({ sample, place, byte }) => {
        const data = (SAMPLES[sample] as Uint8Array).slice();
        data[place % data.length] = byte;
        let value: unknown;
        try {
          value = loads(data, { lossless: true });
        } catch {
          return;
        }
        const written = dumps(value);
        expect(dumps(loads(written, { lossless: true }))).toEqual(written);
      }),
      { numRuns: 3000 },
    );
  });
});

// --- time against size

const BIG = 2n ** 64n;

/** What an attacker can grow: size in, pickle out. */
const GROWING: readonly [name: string, smallest: number, make: (size: number) => Uint8Array][] = [
  [
    "bytes of LONG4",
    1 << 17,
    (n) => bytes(PROTO2, 0x8b, little(n, 4), new Uint8Array(n).fill(0x5a), "."),
  ],
  [
    "many LONG1 of 255 bytes",
    2000,
    (n) => bytes("(", repeated(bytes(0x8a, 255, "z".repeat(255)), n), "l."),
  ],
  ["nested lists", 10_000, (n) => bytes("]".repeat(n), "a".repeat(n - 1), ".")],
  ["nested tuples", 20_000, (n) => bytes(")", repeated(bytes(0x85), n), ".")],
  ["marks", 30_000, (n) => bytes("(".repeat(n), "t".repeat(n), ".")],
  [
    "int keys equal mod 2^64",
    4000,
    (n) =>
      bytes(
        "}(",
        joined(Array.from({ length: n }, (_, i) => bytes(long(7n + BigInt(i) * BIG, 10), "N"))),
        "u.",
      ),
  ],
  [
    "int keys k(2^61-1)",
    4000,
    (n) =>
      bytes(
        "}(",
        joined(
          Array.from({ length: n }, (_, i) => bytes(long(BigInt(i) * (2n ** 61n - 1n), 10), "N")),
        ),
        "u.",
      ),
  ],
  [
    "set members equal mod 2^64",
    4000,
    (n) =>
      bytes(
        0x8f,
        "(",
        joined(Array.from({ length: n }, (_, i) => long(7n + BigInt(i) * BIG, 10))),
        0x90,
        ".",
      ),
  ],
  ["memo fan-out", 100_000, (n) => bytes("(]q\x00", repeated(bytes("h\x00"), n), "l.")],
  [
    "small frames",
    20_000,
    (n) => bytes(PROTO4, repeated(bytes(0x95, little(2, 8), "N0"), n), "N."),
  ],
  ["a deep tuple as key", 5000, (n) => bytes("})", repeated(bytes(0x85), n), "Ns.")],
  [
    "many deep tuples as keys",
    150,
    (n) => bytes("}(", repeated(bytes(")", repeated(bytes(0x85), 60), "N"), n), "u."),
  ],
  [
    "the tuples of one chain as keys",
    3000,
    (n) => bytes("}(", ")q\x00N", repeated(bytes("h\x00", 0x85, "q\x00N"), n), "u."),
  ],
  [
    // From about 100,000 entries on V8's Map outgrows the processor's caches, and each costs up to four times as much.
    "sparse memo entries",
    10_000,
    (n) =>
      bytes(
        "N",
        joined(Array.from({ length: n }, (_, i) => bytes("r", little((i * 7919) % 2 ** 31, 4)))),
        ".",
      ),
  ],
  [
    "globals by name",
    10_000,
    (n) => bytes("(", joined(Array.from({ length: n }, (_, i) => bytes(`cm${i}\nC\n`))), "l."),
  ],
  [
    "state after state on one object",
    10_000,
    (n) => bytes("cm\nC\n)\x81", repeated(bytes("}b"), n), "."),
  ],
  [
    "items one by one on one object",
    20_000,
    (n) => bytes("cm\nC\n)\x81", repeated(bytes("Na"), n), "."),
  ],
  [
    "dicts that change their kind",
    10_000,
    (n) => bytes("(", repeated(bytes("}2\x94", str("a"), "NsNNs0"), n), "l."),
  ],
  ["one text line", 200_000, (n) => bytes("V", "a".repeat(n), "\n.")],
  ["lines of text", 20_000, (n) => bytes("(", repeated(bytes("Vab\\u0041\n"), n), "l.")],
  ["a text integer that is refused", 200_000, (n) => bytes("I", "7".repeat(n), "\n.")],
  ["an octal text integer", 100_000, (n) => bytes("L0o", "7".repeat(n), "L\n.")],
  [
    "a float of many digits",
    200_000,
    (n) => bytes("F", "7".repeat(300), ".", "7".repeat(n), "\n."),
  ],
  ["an 8-bit string", 200_000, (n) => bytes("T", little(n, 4), "a".repeat(n), ".")],
  [
    "short strings",
    30_000,
    (n) => bytes("(", joined(Array.from({ length: n }, (_, i) => str(`key ${i}`))), "l."),
  ],
  [
    "short strings that are no ASCII",
    30_000,
    (n) => bytes("(", joined(Array.from({ length: n }, (_, i) => str(`é${i}`))), "l."),
  ],
];

function repeated(part: Uint8Array, times: number): Uint8Array {
  const whole = new Uint8Array(part.length * times);
  for (let i = 0; i < times; i++) whole.set(part, i * part.length);
  return whole;
}

function accept(data: Uint8Array): unknown {
  try {
    return loads(data, { lossless: true });
  } catch (error) {
    if (!(error instanceof UnpicklingError)) throw error;
    return undefined;
  }
}

describe("time against size", () => {
  test("the fit tells linear from quadratic", () => {
    const busy = (steps: number) => () => {
      let sum = 0;
      for (let i = 0; i < steps; i++) sum = (sum + Math.imul(i, sum | 1)) | 0;
      expect(Number.isInteger(sum)).toBe(true);
    };
    expect(exponent((n) => busy(n * 300), 3000)).toBeLessThan(1.5);
    expect(exponent((n) => busy(n * n), 1000)).toBeGreaterThan(1.6);
  });

  test.each(GROWING)("loading: %s", (_, smallest, make) => {
    expect(
      exponent((size) => {
        const data = make(size);
        return () => void accept(data);
      }, smallest),
    ).toBeLessThan(1.5);
  });

  const dripping: readonly [string, number, (size: number) => Uint8Array][] = [
    ["one text line", 4000, (n) => bytes("V", "a".repeat(n), "\n.")],
    ["one long string", 4000, (n) => bytes("X", little(n, 4), "a".repeat(n), ".")],
    ["many small integers", 4000, (n) => bytes("(", "K\x01".repeat(n), "l.")],
    ["many text lines", 1000, (n) => bytes("(", "I12345\n".repeat(n), "l.")],
  ];
  test.each(dripping)("a source that drips: %s", (_, smallest, make) => {
    expect(
      exponent((size) => {
        const data = make(size);
        return () => void new Unpickler(drip(data, 3)).load();
      }, smallest),
    ).toBeLessThan(1.5);
  });

  test.each(GROWING)("writing and printing: %s", (_, smallest, make) => {
    expect(
      exponent((size) => {
        const value = accept(make(size));
        return () => {
          if (value === undefined) return;
          dumps(value);
          // BigInt.toString is quadratic in V8: what prints a large integer is the console, not brine
          if (typeof value !== "bigint") inspect(value);
        };
      }, smallest),
    ).toBeLessThan(1.5);
  });
});

/** A source that gives `step` bytes at a time. */
function drip(data: Uint8Array, step: number): ByteSource {
  let at = 0;
  return {
    remaining: undefined,
    read(target) {
      const part = data.subarray(at, at + Math.min(step, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** How deep lists or tuples of one item are nested. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (let at = value; Array.isArray(at); at = at[0]) depth++;
  return depth;
}

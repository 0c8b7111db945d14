/** Every refusal, as (code, offset) or (code, path); hooks and options; what hostile bytes may not do. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import {
  ExtraDataError,
  ExtType,
  Float,
  MsgpackError,
  Packer,
  type PackOptions,
  PyDict,
  packb,
  Timestamp,
  Tuple,
  Unpacker,
  type UnpackOptions,
  unpackb,
} from "../../src/msgpack/index.ts";
import { Global, Instance } from "../../src/pickle/index.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

function refusal(act: () => unknown): MsgpackError {
  try {
    act();
  } catch (error) {
    if (error instanceof MsgpackError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("unpackb refuses", () => {
  const cases: [
    name: string,
    hex: string,
    code: string,
    offset: number,
    options?: UnpackOptions,
  ][] = [
    ["nothing", "", "truncated", 0],
    ["half an array", "9201", "truncated", 2],
    ["half a str", "a26c", "truncated", 0],
    ["half a length", "da01", "truncated", 0],
    ["half a number", "cf000000", "truncated", 0],
    ["half a bin", "c40261", "truncated", 0],
    ["half an extension", "d405", "truncated", 0],
    ["a map without its value", "81a161", "truncated", 3],
    ["more than one object", "0102", "extra-data", 1],
    ["0xc1", "91c1", "invalid-format", 1],
    ["0xc1 as a key", "8163c1c1", "map-key", 1],
    ["more items than bytes", "dd00000100", "limit-exceeded", 0],
    ["more entries than half the bytes", "82a16101", "truncated", 4],
    ["a map longer than the input", "8f", "limit-exceeded", 0],
    ["a str past maxStrLen", "91a3616263", "limit-exceeded", 1, { maxStrLen: 2 }],
    ["a str 32 past maxStrLen", "91dbffffffff", "limit-exceeded", 1, { maxStrLen: 2 }],
    ["a bin past maxBinLen", "c403616263", "limit-exceeded", 0, { maxBinLen: 2 }],
    ["an array past maxArrayLen", "920101", "limit-exceeded", 0, { maxArrayLen: 1 }],
    ["a map past maxMapLen", "81a16101", "limit-exceeded", 0, { maxMapLen: 0 }],
    ["an extension past maxExtLen", "d40501", "limit-exceeded", 0, { maxExtLen: 0 }],
    ["a key that is an int", "810102", "map-key", 1],
    ["a key that is nil", "81c002", "map-key", 1],
    ["an Array as key", "819002", "unhashable", 1, { strictMapKey: false }],
    ["a map as key", "818002", "unhashable", 1, { strictMapKey: false }],
    [
      "a tuple of a map as key",
      "81920180a161",
      "unhashable",
      3,
      { strictMapKey: false, useList: false },
    ],
    [
      "an extension as a plain object's key",
      "81d4050102",
      "map-key",
      1,
      { strictMapKey: false, dicts: "object" },
    ],
    ["two keys as one", "8201a16101a162", "map-key", 4, { strictMapKey: false, dicts: "object" }],
    ["bytes that are no UTF-8", "91a1ff", "bad-utf8", 1],
    ["a surrogate", "a3eda080", "bad-utf8", 0],
    ["two surrogates that pair up", "a6eda0bdedb880", "bad-utf8", 0],
    ["two surrogates among good strings", "93a2c3a9a6eda0bdedb880a2c3a9", "bad-utf8", 4],
    ["a long str that is no UTF-8", `da0400${"61".repeat(1023)}ff`, "bad-utf8", 0],
    ["bytes that surrogatepass refuses", "a1ff", "bad-utf8", 0, { unicodeErrors: "surrogatepass" }],
    ["a reserved extension", "d4fe01", "bad-ext", 0],
    ["a timestamp of one byte", "d4ff01", "bad-timestamp", 0],
    ["a billion nanoseconds", "d7ffee6b280000000000", "bad-timestamp", 0],
    [
      "a billion nanoseconds as an int",
      "d7ffee6b280000000000",
      "bad-timestamp",
      0,
      { timestamp: 2 },
    ],
    [
      "a timestamp before year 1",
      "c70cff00000000fffffff1886e08ff",
      "date-range",
      0,
      { timestamp: 3, temporal: Temporal },
    ],
    [
      "a timestamp after year 9999",
      "c70cff000000000000003afff44180",
      "date-range",
      0,
      { timestamp: 3, temporal: Temporal },
    ],
  ];
  it.each(cases)("%s", (_name, text, code, offset, options) => {
    const error = refusal(() => unpackb(hex(text), options));
    expect([error.code, error.offset]).toEqual([code, offset]);
    expect(error.message).toContain(`at byte ${offset}`);
    // After an error the function works as before.
    expect(unpackb(Uint8Array.of(0x91, 7))).toEqual([7]);
  });

  it("arrays inside one another beyond 1024", () => {
    const arrays = (depth: number, last: number): Uint8Array =>
      Uint8Array.from([...new Array<number>(depth).fill(0x91), last]);
    expect(refusal(() => unpackb(arrays(1024, 0x90)))).toMatchObject({
      code: "too-deep",
      offset: 1024,
    });
    expect(refusal(() => unpackb(arrays(1024, 0x80)))).toMatchObject({
      code: "too-deep",
      offset: 1024,
    });
    expect(Array.isArray(unpackb(arrays(1024, 0)))).toBe(true);
    expect(Array.isArray(unpackb(arrays(1023, 0x90)))).toBe(true);
  });

  it("keeps what it read and what follows it", () => {
    const error = refusal(() => unpackb(hex("91a16102c1")));
    expect(error).toBeInstanceOf(ExtraDataError);
    expect(error).toMatchObject({ unpacked: ["a"], extra: Uint8Array.of(2, 0xc1) });
  });

  it.each([
    ["objectHook", "81a16101"],
    ["objectPairsHook", "81a16101"],
    ["listHook", "9101"],
    ["extHook", "d40501"],
  ] as const)("what %s throws, with its cause", (name, text) => {
    const cause = new RangeError("no");
    const fail = (): never => {
      throw cause;
    };
    const error = refusal(() => unpackb(hex(`91${text}`), { [name]: fail }));
    expect(error).toMatchObject({ code: "hook-failed", cause });
  });

  it("options of the wrong type by a TypeError that names them", () => {
    for (const [options, name] of [
      [{ objectHook: 1 }, "objectHook"],
      [{ extHook: "x" }, "extHook"],
      [{ timestamp: 4 }, "timestamp"],
      [{ unicodeErrors: "nope" }, "unicodeErrors"],
      [{ maxStrLen: 1.5 }, "maxStrLen"],
      [{ dicts: "list" }, "dicts"],
      [{ ints: "number" }, "ints"],
      [{ objectHook: () => 1, objectPairsHook: () => 1 }, "exclude"],
      [3, "options"],
    ] as const) {
      expect(() => unpackb(Uint8Array.of(1), options as UnpackOptions)).toThrow(TypeError);
      expect(() => unpackb(Uint8Array.of(1), options as UnpackOptions)).toThrow(name);
    }
    expect(() => unpackb("a" as unknown as Uint8Array)).toThrow(
      new TypeError("data must be bytes"),
    );
    const { Temporal: own } = globalThis as { Temporal?: unknown };
    const read = (): unknown => unpackb(Uint8Array.of(1), { timestamp: 3 });
    if (own === undefined) expect(read).toThrow("temporal must be given");
    else expect(read()).toBe(1);
  });

  it("every cut of a message, at a place inside it", () => {
    const whole = packb([
      { a: [1, -2, 300, 2.5, "é😀", null, true] },
      new Uint8Array(40),
      new ExtType(3, Uint8Array.of(1, 2)),
      2n ** 63n,
      new Timestamp(1, 2),
      "x".repeat(300),
      new Map([["k", 1]]),
    ]);
    for (let end = 0; end < whole.length; end++) {
      const error = refusal(() => unpackb(whole.subarray(0, end)));
      expect(["truncated", "limit-exceeded"]).toContain(error.code);
      expect(error.offset).toBeLessThanOrEqual(end);
    }
  });
});

describe("packb refuses", () => {
  class Cat {}
  const cycle: unknown[] = [];
  cycle.push({ again: cycle });
  const cases: [name: string, value: unknown, code: string, path: string, options?: PackOptions][] =
    [
      ["undefined", { a: [1, undefined] }, "unsupported-value", "$.a[1]"],
      ["a hole", Object.assign([1], { 2: 3 }), "unsupported-value", "$[1]"],
      ["a function", { users: [{ greet() {} }] }, "unsupported-value", "$.users[0].greet"],
      ["a symbol", { "a b": Symbol("x") }, "unsupported-value", '$["a b"]'],
      ["a Set", [new Set()], "unsupported-value", "$[0]"],
      ["an instance", new Map([["k", new Cat()]]), "unsupported-value", "$.k"],
      [
        "an instance as key",
        new Map([[new Cat(), 1]]),
        "unsupported-value",
        "$[an instance of Cat]<key>",
      ],
      ["a Python class", [new Global("os", "system")], "unsupported-value", "$[0]"],
      [
        "a Python instance",
        [new Instance("call", new Global("m", "C"), [])],
        "unsupported-value",
        "$[0]",
      ],
      ["numbers of a typed array", Float64Array.of(1), "unsupported-value", "$"],
      ["a Date", new Date(0), "unsupported-value", "$"],
      ["an invalid Date", new Date(Number.NaN), "unsupported-value", "$", { datetime: true }],
      [
        "a date without a zone",
        Temporal.PlainDateTime.from("2024-01-01T00:00"),
        "naive-datetime",
        "$",
        { datetime: true },
      ],
      ["2**64", [2n ** 64n], "integer-range", "$[0]"],
      ["-2**63-1", [-(2n ** 63n) - 1n], "integer-range", "$[0]"],
      ["seconds beyond 64 bits", [new Timestamp(2n ** 63n)], "integer-range", "$[0]"],
      ["a lone surrogate", ["a\ud800"], "not-encodable", "$[0]"],
      ["a lone surrogate in a key", { "a\ud800": 1 }, "not-encodable", '$["a\\ud800"]'],
      [
        "a surrogate that is no escape",
        "\ud800",
        "not-encodable",
        "$",
        { unicodeErrors: "surrogateescape" },
      ],
      ["a float beyond single precision", [1e300], "float-range", "$[0]", { useSingleFloat: true }],
      [
        "a Tuple with strictTypes",
        [Tuple.of(1)],
        "unsupported-value",
        "$[0]",
        { strictTypes: true },
      ],
      [
        "what default leaves as it is",
        [new Set()],
        "unsupported-value",
        "$[0]",
        { default: (value) => value },
      ],
    ];
  it.each(cases)("%s", (_name, value, code, path, options) => {
    const error = refusal(() => packb(value, options));
    expect([error.code, error.path]).toEqual([code, path]);
    expect(error.offset).toBe(undefined);
    expect(packb([7])).toEqual(Uint8Array.of(0x91, 7));
  });

  it("containers inside one another beyond 1024, and one that holds itself", () => {
    const nested = (depth: number, value: unknown): unknown => {
      for (let level = 0; level < depth; level++) value = [value];
      return value;
    };
    expect(packb(nested(1024, 0))).toHaveLength(1025);
    expect(packb(nested(1024, []))).toHaveLength(1025);
    expect(refusal(() => packb(nested(1025, 0)))).toMatchObject({ code: "too-deep" });
    expect(refusal(() => packb(nested(1025, [])))).toMatchObject({ code: "too-deep" });
    const error = refusal(() => packb(cycle));
    expect(error.code).toBe("too-deep");
    expect(error.message).toContain("holds itself at $[0].again[0].again");
    expect(error.path?.length).toBeLessThan(300);
  });

  it("what default throws, with its cause", () => {
    const cause = new RangeError("no");
    const options = {
      default: () => {
        throw cause;
      },
    };
    expect(refusal(() => packb([new Set()], options))).toMatchObject({
      code: "hook-failed",
      cause,
      path: "$[0]",
    });
  });

  it("options of the wrong type by a TypeError that names them", () => {
    expect(() => packb(1, { default: 1 } as unknown as PackOptions)).toThrow(
      "default must be a function",
    );
    expect(() => packb(1, { unicodeErrors: "x" } as unknown as PackOptions)).toThrow(
      "unicodeErrors",
    );
    expect(() => packb(1, 3 as unknown as PackOptions)).toThrow(TypeError);
    expect(() => new ExtType(1, "a" as unknown as Uint8Array)).toThrow(TypeError);
    expect(refusal(() => new ExtType(128, new Uint8Array()))).toMatchObject({ code: "bad-ext" });
    expect(refusal(() => new Timestamp(1, 1e9))).toMatchObject({ code: "bad-timestamp" });
    expect(() => new Timestamp(1.5)).toThrow("seconds must be a whole number");
  });
});

describe("options", () => {
  it("ints, dicts, lossless", () => {
    const bytes = packb([1, -1, 200, 70000, 2n ** 63n, 2.5, new Float(2), { a: 1 }]);
    expect(unpackb(bytes)).toEqual([1, -1, 200, 70000, 2n ** 63n, 2.5, 2, { a: 1 }]);
    expect(unpackb(bytes, { ints: "bigint" })).toEqual([
      1n,
      -1n,
      200n,
      70000n,
      2n ** 63n,
      2.5,
      2,
      { a: 1n },
    ]);
    expect(unpackb(bytes, { lossless: true })).toStrictEqual([
      1,
      -1,
      200,
      70000,
      2n ** 63n,
      2.5,
      new Float(2),
      new PyDict([["a", 1]]),
    ]);
    expect(unpackb(bytes, { dicts: "map" })).toStrictEqual([
      1,
      -1,
      200,
      70000,
      2n ** 63n,
      2.5,
      2,
      new PyDict([["a", 1]]),
    ]);
    expect(unpackb(hex("82010203a162"), { strictMapKey: false, dicts: "object" })).toEqual({
      1: 2,
      3: "b",
    });
    expect(packb(unpackb(hex("ca3f800000"), { lossless: true }))).toEqual(
      hex("cb3ff0000000000000"),
    );
  });

  it("maps: a plain object while every key is a str, in the order of Python", () => {
    expect(unpackb(hex("82a16101a16102"))).toEqual({ a: 2 });
    const mixed = unpackb(hex("83a2313001a13202c4016203")) as PyDict;
    expect(mixed).toBeInstanceOf(PyDict);
    expect([...mixed.keys()]).toEqual(["10", "2", Uint8Array.of(0x62)]);
    expect(unpackb(hex("82a2313001a13202"))).toEqual({ 2: 2, 10: 1 });
    expect([...(unpackb(hex("82a2313001a13202"), { lossless: true }) as PyDict).keys()]).toEqual([
      "10",
      "2",
    ]);
    const one = unpackb(hex("8301a161cb3ff0000000000000a162c3a163"), {
      strictMapKey: false,
    }) as PyDict;
    expect([...one]).toEqual([[1, "c"]]);
    const nans = unpackb(hex("82cb7ff800000000000001cb7ff800000000000002"), {
      strictMapKey: false,
    }) as PyDict;
    expect(nans.size).toBe(2);
    const tuples = unpackb(hex("8192010203"), { strictMapKey: false, useList: false }) as PyDict;
    expect(tuples.get(Tuple.of(1, 2))).toBe(3);
    const stamps = unpackb(hex("82d6ff0000000101d4050102"), { strictMapKey: false }) as PyDict;
    expect(stamps.get(new Timestamp(1))).toBe(1);
    expect(stamps.get(new ExtType(5, Uint8Array.of(1)))).toBe(2);
  });

  it("raw, useList, timestamp", () => {
    expect(unpackb(hex("92a161c40162"), { raw: true })).toEqual([
      Uint8Array.of(0x61),
      Uint8Array.of(0x62),
    ]);
    expect((unpackb(hex("81a16101"), { raw: true }) as PyDict).get(Uint8Array.of(0x61))).toBe(1);
    expect(unpackb(hex("929001"), { useList: false })).toStrictEqual(Tuple.of(Tuple.of(), 1));
    const stamp = hex("d7ff77359400000000050".slice(0, 20));
    expect(unpackb(stamp)).toStrictEqual(new Timestamp(5, 500_000_000));
    expect(unpackb(stamp, { timestamp: 1 })).toBe(5.5);
    expect(unpackb(stamp, { timestamp: 2 })).toBe(5_500_000_000);
    expect(unpackb(stamp, { timestamp: 2, ints: "bigint" })).toBe(5_500_000_000n);
    expect(unpackb(hex("d6ff00000005"), { timestamp: 1, lossless: true })).toStrictEqual(
      new Float(5),
    );
    const date = unpackb(hex("d7ff0000000400000005"), { timestamp: 3, temporal: Temporal });
    expect(String(date)).toBe("1970-01-01T00:00:05.000000001+00:00[UTC]");
    expect(packb(date, { datetime: true })).toEqual(hex("d7ff0000000400000005"));
  });

  it("hooks", () => {
    expect(unpackb(hex("9181a16101"), { objectHook: (map) => ["map", map] })).toEqual([
      ["map", { a: 1 }],
    ]);
    expect(unpackb(hex("82a16101a16102"), { objectPairsHook: (pairs) => pairs })).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
    expect(
      unpackb(hex("8190a161"), { strictMapKey: false, objectPairsHook: (pairs) => pairs.length }),
    ).toBe(1);
    expect(unpackb(hex("929001"), { listHook: (list) => list.length })).toBe(2);
    expect(unpackb(hex("d4fe07"), { extHook: (code, data) => [code, ...data] })).toEqual([-2, 7]);
    expect(unpackb(hex("80"), { objectHook: () => undefined })).toBe(undefined);
    expect(unpackb(packb([1]), { listHook: () => unpackb(packb([2])) })).toEqual([2]);
  });

  it("packs Map and Tuple subclasses, and leaves them with strictTypes", () => {
    class Ordered extends PyDict {}
    const value = [new Ordered([["a", 1]]), Tuple.of(1)];
    expect(packb(value)).toEqual(hex("9281a161019101"));
    const kinds: string[] = [];
    packb(value, { strictTypes: true, default: (part) => kinds.push(part!.constructor.name) });
    expect(kinds).toEqual(["Ordered", "Tuple"]);
    expect(packb(Object.assign(Object.create(null), { a: 1 }))).toEqual(hex("81a16101"));
  });
});

describe("Packer", () => {
  it("packs one after another, or gathers", () => {
    const packer = new Packer();
    expect(packer.pack([1])).toEqual(hex("9101"));
    expect(packer.packArrayHeader(70000)).toEqual(hex("dd00011170"));
    expect(packer.packMapHeader(16)).toEqual(hex("de0010"));
    expect(
      packer.packMapPairs([
        [1, 2],
        [1, 3],
      ]),
    ).toEqual(hex("8201020103"));
    expect(packer.packExtType(-1, hex("00000001"))).toEqual(hex("d6ff00000001"));
    expect(packer.bytes()).toHaveLength(0);
    const gathering = new Packer({ autoreset: false });
    expect(gathering.pack(1)).toBe(undefined);
    gathering.pack("a");
    expect(gathering.bytes()).toEqual(hex("01a161"));
    expect(gathering.getbuffer()).toEqual(hex("01a161"));
    gathering.reset();
    expect(gathering.bytes()).toHaveLength(0);
  });

  it("is empty after a refusal, and works again", () => {
    const packer = new Packer({ autoreset: false });
    packer.pack(1);
    expect(refusal(() => packer.pack([new Set()]))).toMatchObject({
      code: "unsupported-value",
      path: "$[0]",
    });
    expect(packer.bytes()).toHaveLength(0);
    packer.pack([2]);
    expect(packer.bytes()).toEqual(hex("9102"));
  });

  it("refuses impossible counts and codes, and calls from its own default", () => {
    const packer = new Packer();
    expect(refusal(() => packer.packArrayHeader(2 ** 32))).toMatchObject({ code: "too-large" });
    expect(refusal(() => packer.packMapHeader(2 ** 32))).toMatchObject({ code: "too-large" });
    expect(() => packer.packArrayHeader(-1)).toThrow(TypeError);
    expect(refusal(() => packer.packExtType(-129, hex("")))).toMatchObject({
      code: "integer-range",
    });
    const inner: Packer = new Packer({ default: () => inner.pack(1) });
    expect(refusal(() => inner.pack(new Set()))).toMatchObject({
      code: "hook-failed",
      cause: expect.objectContaining({ code: "in-progress" }) as unknown,
    });
  });
});

describe("hostile bytes", () => {
  it("raise a MsgpackError or nothing", () => {
    const options = fc.record(
      {
        lossless: fc.boolean(),
        raw: fc.boolean(),
        useList: fc.boolean(),
        strictMapKey: fc.boolean(),
        timestamp: fc.constantFrom(0, 1, 2, 3),
        temporal: fc.constant(Temporal),
        dicts: fc.constantFrom("auto", "map", "object"),
        ints: fc.constantFrom("auto", "bigint"),
        unicodeErrors: fc.constantFrom(
          "strict",
          "replace",
          "ignore",
          "backslashreplace",
          "surrogateescape",
          "surrogatepass",
        ),
      },
      { requiredKeys: ["temporal"] },
    );
    // Types and lengths that belong together come more often than by chance.
    const token = fc.constantFrom(
      "80",
      "81",
      "82",
      "90",
      "91",
      "93",
      "a1",
      "a2",
      "c0",
      "c1",
      "c402",
      "c701ff",
      "c70cff",
      "ca",
      "cb",
      "cf",
      "d3",
      "d4ff",
      "d6ff",
      "d7ff",
      "d905",
      "dc0002",
      "dd00000003",
      "de0001",
      "df00000001",
      "ffff",
      "6161",
      "80ff",
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(token, { maxLength: 24 }).map((tokens) => hex(tokens.join(""))),
    );
    fc.assert(
      fc.property(bytes, options, (data, given) => {
        const read = given as UnpackOptions;
        try {
          const value = unpackb(data, read);
          // What was read without hooks can be written again, but for what UTF-8 has not.
          if (read.unicodeErrors === undefined || read.unicodeErrors === "strict")
            packb(value, { datetime: true });
        } catch (error) {
          if (!(error instanceof MsgpackError)) throw error;
        }
        const unpacker = new Unpacker(read);
        unpacker.feed(data);
        try {
          for (const _ of unpacker);
        } catch (error) {
          if (!(error instanceof MsgpackError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("reach no prototype", () => {
    const value = unpackb(hex("81a95f5f70726f746f5f5f81a17801")) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { x?: unknown }).x).toBe(undefined);
    expect(packb(value)).toEqual(hex("81a95f5f70726f746f5f5f81a17801"));
    const digits = unpackb(hex("82a13101a95f5f70726f746f5f5f81a17801")) as object;
    expect(Object.getPrototypeOf(digits)).toBe(Object.prototype);
  });

  it("get no memory for what they only claim", () => {
    // Each header claims as many items as the message has bytes, one inside the other.
    const size = 2_000_000;
    const message = new Uint8Array(size);
    for (let at = 0; at < 5 * 1000; at += 5) message.set([0xdd, 0, 0x1e, 0x84, 0x80 - 1], at);
    const unpacker = new Unpacker();
    unpacker.feed(message.subarray(0, 5000));
    const before = process.memoryUsage().heapTotal;
    expect(refusal(() => unpacker.unpack())).toMatchObject({ code: "out-of-data" });
    expect(refusal(() => unpackb(message))).toMatchObject({ code: "truncated" });
    // 1000 arrays of two million places would be 16 GB.
    expect(process.memoryUsage().heapTotal - before).toBeLessThan(300e6);
  });

  it("share no memory with the values", () => {
    const data = Buffer.from("93c40161c40262639101", "hex");
    const value = unpackb(data) as [Uint8Array, Uint8Array];
    data.fill(0);
    expect(value[0]).toEqual(Uint8Array.of(0x61));
    expect(value[0].constructor).toBe(Uint8Array);
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set([0xc4, 1, 7]);
    expect(unpackb(shared)).toEqual(Uint8Array.of(7));
  });
});

describe("Timestamp", () => {
  it("converts as Python's does", () => {
    expect(Timestamp.fromUnix(-1.25)).toStrictEqual(new Timestamp(-2, 750_000_000));
    expect(new Timestamp(-2, 750_000_000).toUnix()).toBe(-1.25);
    expect(Timestamp.fromUnixNano(-1n)).toStrictEqual(new Timestamp(-1, 999_999_999));
    expect(new Timestamp(-1, 999_999_999).toUnixNano()).toBe(-1n);
    expect(Timestamp.fromDatetime(new Date(-1))).toStrictEqual(new Timestamp(-1, 999_000_000));
    expect(
      Timestamp.fromDatetime(Temporal.Instant.from("1970-01-01T00:00:01.000000007Z")),
    ).toStrictEqual(new Timestamp(1, 7));
    expect(new Timestamp(2n).seconds).toBe(2);
    for (const [seconds, nanoseconds] of [
      [0, 0],
      [0, 1],
      [2 ** 34 - 1, 5],
      [2 ** 34, 5],
      [-1, 0],
    ] as const) {
      const stamp = new Timestamp(seconds, nanoseconds);
      expect(Timestamp.fromBytes(stamp.toBytes())).toStrictEqual(stamp);
    }
  });
});

/** What msgpack-python packs and unpacks, value for value (vectors.json, made by generate.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type DecodeErrors,
  ExtType,
  Float,
  MsgpackError,
  type PackOptions,
  packb,
  Timestamp,
  unpackb,
} from "../../src/msgpack/index.ts";
import { ByteArray, PyDict, Tuple } from "../../src/pickle/index.ts";

type Packed = string | { length: number; head: string; tail: string };
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors.json"), "utf8")) as {
  values: Record<string, Packed>;
  options: Record<string, Packed>;
  handlers: Record<string, unknown>;
};

const text = (length: number, character = "a"): string => character.repeat(length);
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0x61);
const ext = (length: number): ExtType => new ExtType(5, new Uint8Array(length).fill(0x78));

function nested(depth: number, value: unknown): unknown {
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const INTS = [
  0n,
  1n,
  127n,
  128n,
  255n,
  256n,
  65535n,
  65536n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  -1n,
  -32n,
  -33n,
  -128n,
  -129n,
  -32768n,
  -32769n,
  -(2n ** 31n),
  -(2n ** 31n) - 1n,
  -(2n ** 53n) + 1n,
  -(2n ** 53n),
  -(2n ** 63n),
];
const small = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

// As a lossless load has them.
const VALUES: Record<string, unknown> = {
  None: null,
  True: true,
  False: false,
  ...Object.fromEntries(INTS.map((value) => [`int ${value}`, small(value)])),
  "float 0.0": new Float(0),
  "float -0.0": new Float(-0),
  "float 1.0": new Float(1),
  "float 1.5": 1.5,
  "float 1e300": new Float(1e300),
  "float 5e-324": 5e-324,
  "float inf": Number.POSITIVE_INFINITY,
  "float -inf": Number.NEGATIVE_INFINITY,
  "float nan": Number.NaN,
  "float nan payload": new Float(Number.NaN, 0xfff8000000000123n),
  "str empty": "",
  "str 31": text(31),
  "str 32": text(32),
  "str 255": text(255),
  "str 256": text(256),
  "str 65535": text(65535),
  "str 65536": text(65536),
  "str two": text(16, "é"),
  "str three": text(90, "日"),
  "str four": text(8, "😀"),
  "str bom": "\ufeffa",
  "str nul": "a\0b",
  "bytes empty": bytes(0),
  "bytes 1": Uint8Array.of(255),
  "bytes 255": bytes(255),
  "bytes 256": bytes(256),
  "bytes 65536": bytes(65536),
  "list empty": [],
  list: [1, "a", null],
  "list 15": new Array(15).fill(0),
  "list 16": new Array(16).fill(0),
  "list 65536": new Array(65536).fill(0),
  "dict empty": new PyDict(),
  dict: new PyDict<unknown, unknown>([
    ["a", 1],
    ["b", [true]],
  ]),
  "dict 16": new PyDict(Array.from({ length: 16 }, (_, index) => [`k${index}`, index])),
  "dict 65536": new PyDict(
    Array.from({ length: 65536 }, (_, index) => [String(index).padStart(5, "0"), 0]),
  ),
  "dict order": new PyDict([
    ["b", 1],
    ["10", 2],
    ["2", 3],
  ]),
  "dict proto": new PyDict<unknown, unknown>([
    ["__proto__", new PyDict([["x", 1]])],
    ["constructor", 2],
  ]),
  "dict keys": new PyDict<unknown, unknown>([
    [1, "int"],
    [2.5, "float"],
    [null, "none"],
    [Uint8Array.of(0x62), "bytes"],
    ["s", "str"],
    [2n ** 64n - 1n, "big"],
  ]),
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 65536].map((n) => [`ext ${n}`, ext(n)]),
  ),
  "ext 127": new ExtType(127, bytes(1)),
  "timestamp 32": new Timestamp(2 ** 32 - 1),
  "timestamp 64": new Timestamp(2 ** 34 - 1, 999_999_999),
  "timestamp 64 ns": new Timestamp(0, 1),
  "timestamp 96": new Timestamp(2 ** 34, 1),
  "timestamp -1": new Timestamp(-1, 999_999_999),
  "timestamp max": new Timestamp(2n ** 63n - 1n),
  "timestamp min": new Timestamp(-(2n ** 63n)),
  "nested 1024": nested(1024, 0),
};

// Values that come back as another type.
const OUTWARD: Record<string, unknown> = {
  bytearray: ByteArray.from([0x61, 0x62]),
  memoryview: Uint8Array.of(0x61, 0x62).buffer,
  tuple: Tuple.of(1, Tuple.of(2)),
};

const OPTIONS: Record<string, [unknown, PackOptions]> = {
  "raw bytes 40": [bytes(40), { useBinType: false }],
  "raw str 40": [text(40), { useBinType: false }],
  "raw bytes 70000": [bytes(70000), { useBinType: false }],
  "single 1.5": [1.5, { useSingleFloat: true }],
  "single 0.1": [0.1, { useSingleFloat: true }],
  "single nan": [Number.NaN, { useSingleFloat: true }],
  "single inf": [Number.POSITIVE_INFINITY, { useSingleFloat: true }],
  "single int": [1, { useSingleFloat: true }],
  "single nan payload": [new Float(Number.NaN, 0xfff8000020000000n), { useSingleFloat: true }],
  ...Object.fromEntries(
    (
      [
        "ignore",
        "replace",
        "backslashreplace",
        "xmlcharrefreplace",
        "namereplace",
        "surrogatepass",
      ] as const
    ).map((unicodeErrors) => [
      `surrogates ${unicodeErrors}`,
      ["a\udc80\ud800b\udcffé", { unicodeErrors }],
    ]),
  ),
  "surrogates surrogateescape": ["a\udc80b\udcffé", { unicodeErrors: "surrogateescape" }],
  datetime: [new Date("2024-02-29T12:30:15.123Z"), { datetime: true }],
  "datetime early": [new Date("0001-01-01T00:00:00Z"), { datetime: true }],
  default: [
    [new Set([1]), 2n ** 64n, { a: new Set([2]) }],
    { default: (value) => (value instanceof Set ? [...value] : String(value)) },
  ],
};

function same(packed: Uint8Array, expected: Packed | undefined): void {
  const hex = Buffer.from(packed).toString("hex");
  if (typeof expected === "string") expect(hex).toBe(expected);
  else
    expect({ length: packed.length, head: hex.slice(0, 32), tail: hex.slice(-32) }).toEqual(
      expected,
    );
}

describe("packb", () => {
  it("is tested on every value of generate.py", () => {
    expect(Object.keys({ ...VALUES, ...OUTWARD }).sort()).toEqual(
      Object.keys(vectors.values).sort(),
    );
    expect(Object.keys(OPTIONS).sort()).toEqual(Object.keys(vectors.options).sort());
  });

  it.each(Object.entries({ ...VALUES, ...OUTWARD }))("packs %s as Python does", (name, value) => {
    same(packb(value), vectors.values[name]);
  });

  it.each(Object.entries(OPTIONS))("packs %s as Python does", (name, [value, options]) => {
    same(packb(value, options), vectors.options[name]);
  });

  it("packs default mode's values the same", () => {
    for (const [name, value] of [
      ["int 0", 0],
      ["int 0", 0n],
      ["float -0.0", -0],
      ["float 1e300", 1e300],
      ["dict", { a: 1, b: [true] }],
      [
        "dict",
        new Map<string, unknown>([
          ["a", 1],
          ["b", [true]],
        ]),
      ],
      ["int 9007199254740991", 2n ** 53n - 1n],
      ["memoryview", new DataView(Uint8Array.of(0x61, 0x62).buffer)],
    ] as const) {
      same(packb(value), vectors.values[name]);
    }
    expect(packb(2 ** 53)[0]).toBe(0xcb);
  });
});

describe("unpackb", () => {
  it.each(Object.entries(VALUES))("reads %s losslessly", (name, value) => {
    const packed = packb(value);
    same(packed, vectors.values[name]);
    const back = unpackb(packed, { lossless: true, strictMapKey: false });
    expect(back).toStrictEqual(value);
    expect(Object.is(back, -0)).toBe(Object.is(value, -0));
    same(packb(back), vectors.values[name]);
  });

  it.each(Object.entries(vectors.handlers))("decodes %s as Python does", (name, expected) => {
    const [, sample = "", handler] = name.split(" ");
    const data = { A: "a3e28241", B: "a2ffc3", C: "a3f09f98", D: "a3eda080" }[sample] ?? "";
    const read = (): unknown =>
      unpackb(Buffer.from(data, "hex"), { unicodeErrors: handler as DecodeErrors });
    if (typeof expected === "string") expect(read()).toBe(expected);
    else {
      expect(expected).toEqual({ error: "UnicodeDecodeError" });
      expect(read).toThrow(MsgpackError);
    }
  });
});

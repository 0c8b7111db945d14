/** `.npy` files: what NumPy saved is read, byte for byte what it saves is written, and what is damaged is refused. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  decodeNpy,
  encodeNpy,
  LazyArray,
  load,
  NdArray,
  NpyError,
  ndarray,
  save,
} from "../../../src/numpy/index.ts";
import { UnpicklingError } from "../../../src/pickle/index.ts";
import { decimalTypes } from "../../../src/stdlib/index.ts";

interface Document {
  arrays: {
    name: string;
    npy: string;
    dtype: string;
    shape: number[];
    fortran: boolean;
    values: unknown;
  }[];
  old: Record<string, string>;
}
const document = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "npy.json"), "utf8"),
) as Document;
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const vectors = document.arrays.map((one) => ({ ...one, bytes: bytesOf(one.npy) }));
const vector = (name: string): Uint8Array =>
  (vectors.find((one) => one.name === name) as (typeof vectors)[0]).bytes;

const folder = mkdtempSync(join(tmpdir(), "brine-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(call: () => unknown): NpyError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    // An object array's pickle has errors of its own.
    if (error instanceof NpyError || error instanceof UnpicklingError) return error as NpyError;
    throw error;
  }
}

/** A `.npy` file with this header, as version 1 unless said. */
function file(text: string, data: number[] = [], version = [1, 0]): Uint8Array {
  const length = version[0] === 1 ? Buffer.alloc(2) : Buffer.alloc(4);
  length.writeUIntLE(text.length, 0, length.length);
  const head = Buffer.from([0x93, ...Buffer.from("NUMPY"), ...version]);
  return new Uint8Array(
    Buffer.concat([head, length, Buffer.from(text, "latin1"), Buffer.from(data)]),
  );
}

describe("what NumPy saved", () => {
  it.each(vectors)("$name is read", ({ bytes, shape, fortran, values, name }) => {
    const array = decodeNpy(bytes);
    expect(array.shape).toEqual(shape);
    expect(array.order).toBe(fortran ? "F" : "C");
    if (values === null) return;
    const found = array.toJSON();
    expect(name.startsWith("<u8") ? JSON.parse(JSON.stringify(found)) : found).toEqual(values);
  });

  it.each(vectors)("$name is written, byte for byte", ({ bytes }) => {
    const array = decodeNpy(bytes);
    const written = encodeNpy(array, { numpy: 2 });
    expect(Buffer.from(written).toString("latin1")).toBe(Buffer.from(bytes).toString("latin1"));
  });

  it("is a view of the bytes, in their byte order", () => {
    const bytes = vector(">i4");
    const array = decodeNpy(bytes);
    expect(array.bytes.buffer).toBe(bytes.buffer);
    expect(array.dtype.str).toBe(">i4");
    expect(array.at(1, 2)).toBe(5);
  });

  it("keeps fields, padding, titles and offsets", () => {
    const aligned = decodeNpy(vector("aligned")).dtype;
    expect([...(aligned.fields ?? [])].map(([name, { offset }]) => [name, offset])).toEqual([
      ["a", 0],
      ["b", 8],
      ["c", 16],
    ]);
    expect(aligned.itemsize).toBe(24);
    expect(decodeNpy(vector("titles")).dtype.fields?.get("n")?.title).toBe("Title");
    expect(decodeNpy(vector("offsets")).dtype.itemsize).toBe(24);
    expect(decodeNpy(vector("quoted names")).dtype.names).toEqual([
      "it's",
      'a"b',
      "c'\"d\\",
      "n\n\x01\u200b",
    ]);
    expect(decodeNpy(vector("UTF-8 name")).dtype.names).toEqual(["中"]);
    expect(decodeNpy(vector("struct")).at(1)).toMatchObject({ x: 3, y: 4.5 });
  });

  it.each(Object.entries(document.old))("an older header: %s", (_name, text) => {
    expect(decodeNpy(bytesOf(text)).toArray()).toEqual([0, 1, 2]);
  });

  it("keeps to the first array where others follow", () => {
    const two = new Uint8Array(Buffer.concat([vector("0-d"), vector("empty")]));
    expect(decodeNpy(two).at()).toBe(1.5);
  });
});

describe("object arrays", () => {
  it("may be refused, as NumPy does by default", () => {
    const error = refusal(() => decodeNpy(vector("object"), { allowPickle: false }));
    expect([error?.code, error?.offset]).toEqual(["objects", 128]);
  });

  it("hold instances of unknown classes, and of types that are given", async () => {
    const array = NdArray.fromItems([1, "a"], "O", [2]);
    expect(decodeNpy(encodeNpy(array)).toItems()).toEqual([1, "a"]);
    const { Decimal } = await import("../../../src/stdlib/index.ts");
    const types = [decimalTypes];
    const decimals = encodeNpy(NdArray.fromItems([new Decimal("1.5")], "O", [1]), { types });
    expect(String(decodeNpy(decimals, { types }).at(0))).toBe("1.5");
    expect(decodeNpy(decimals).at(0)).not.toBeInstanceOf(Decimal);
  });

  it("refuses a pickle of something else, or of another shape", () => {
    const header = "{'descr': '|O', 'fortran_order': False, 'shape': (4,), }";
    const other = refusal(() => decodeNpy(file(header, [0x80, 4, 0x4e, 0x2e])));
    expect([other?.code, other?.offset]).toEqual(["bad-dtype", 10 + header.length]);
    const object = vector("object");
    const text = Buffer.from(object).toString("latin1").replace("(4,)", "(5,)");
    const error = refusal(() => decodeNpy(new Uint8Array(Buffer.from(text, "latin1"))));
    expect([error?.code, error?.offset]).toEqual(["bad-shape", 128]);
  });
});

describe("refusals", () => {
  const good = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
  const with_ = (from: string, to: string): Uint8Array =>
    file(good.replace(from, to), [1, 0, 0, 0, 2, 0, 0, 0]);
  const cases: [what: string, bytes: Uint8Array, code: string, offset: number][] = [
    ["other bytes", Uint8Array.of(0x80, 4, 0x4e, 0x2e), "not-npy", 0],
    ["version 4", file(good, [], [4, 0]), "unsupported-version", 6],
    ["version 1.1", file(good, [], [1, 1]), "unsupported-version", 6],
    ["fewer elements than the shape has", with_("(2,)", "(3,)"), "truncated", 10 + good.length + 8],
    ["a huge shape", with_("(2,)", "(9007199254740991, 9)"), "bad-shape", 10],
    ["a shape beyond 2^53", with_("(2,)", "(99999999999999999999,)"), "bad-shape", 10],
    ["65 axes", with_("(2,)", `(${"1,".repeat(65)})`), "bad-shape", 10],
    [
      "65 axes with the dtype's own",
      file(good.replace("<i4", "(1,1)i1").replace("(2,)", `(${"1,".repeat(63)})`), [1]),
      "bad-shape",
      10,
    ],
    ["no elements in overlong axes", with_("(2,)", "(9007199254740991, 9, 0)"), "bad-shape", 10],
    ["a negative length", with_("(2,)", "(-2,)"), "bad-shape", 10],
    ["a length that is no number", with_("(2,)", "('2',)"), "bad-shape", 10],
    ["a shape that is no tuple", with_("(2,)", "2"), "bad-shape", 10],
    ["a dtype from nowhere", with_("<i4", "<q7"), "bad-dtype", 10],
    ["a dtype that is none", with_("'<i4'", "None"), "bad-dtype", 10],
    ["a dtype of fields that are none", with_("'<i4'", "[('a',), 3]"), "bad-dtype", 10],
    ["two fields of a name", with_("'<i4'", "[('a', '<i2'), ('a', '<i2')]"), "bad-dtype", 10],
    ["an order that is no bool", with_("False", "0"), "bad-header", 10],
    ["a key that is missing", with_("'shape'", "'form'"), "bad-header", 10],
    ["a key too many", with_("'descr'", "'x': 1, 'descr'"), "bad-header", 10],
    ["a key twice", with_("'descr'", "'shape': (2,), 'descr'"), "bad-header", 73],
    ["a call", with_("'<i4'", "__import__('os')"), "bad-header", 20],
    ["an expression", with_("(2,)", "(1+1,)"), "bad-header", 61],
    ["a quote missing", with_("'<i4'", "'<i4"), "bad-header", 27],
    ["an escape that is none", with_("<i4", "\\q"), "bad-header", 22],
    ["something behind the dict", with_("), }", "), } 1"), "bad-header", 68],
    ["a header that is not UTF-8", file(good.replace("<i4", "\xff"), [], [3, 0]), "bad-header", 12],
    ["a mark of byte order", file(`\xef\xbb\xbf${good}`, [], [3, 0]), "bad-header", 12],
    ["a header over the limit", file(good + " ".repeat(9944)), "header-too-long", 8],
    ["no end of brackets", file("[".repeat(5000)), "bad-header", 111],
  ];
  it.each(cases)("%s", (_what, bytes, code, offset) => {
    const error = refusal(() => decodeNpy(bytes));
    expect([error?.code, error?.offset]).toEqual([code, offset]);
  });

  it("reads a header as long as the limit, and a longer one where told to", () => {
    const exact = file(good + " ".repeat(10_000 - good.length), [1, 0, 0, 0, 2, 0, 0, 0]);
    expect(decodeNpy(exact).toArray()).toEqual([1, 2]);
    const longer = file(good + " ".repeat(20_000), [1, 0, 0, 0, 2, 0, 0, 0]);
    expect(decodeNpy(longer, { maxHeaderSize: 30_000 }).toArray()).toEqual([1, 2]);
  });

  it("refuses more bytes than allowed", () => {
    const error = refusal(() => decodeNpy(vector("<f8"), { maxBytes: 47 }));
    expect([error?.code, error?.offset]).toEqual(["limit-exceeded", 0]);
    expect(decodeNpy(vector("<f8"), { maxBytes: 48 }).size).toBe(6);
  });

  it.each(vectors)("$name, cut anywhere", ({ name, bytes, shape }) => {
    const hasObjects = name === "object" || name === "StringDType";
    for (let cut = 0; cut < bytes.length; cut++) {
      const error = refusal(() => decodeNpy(bytes.slice(0, cut)));
      const start = bytes.indexOf(0x0a) + 1;
      if (hasObjects && cut >= start) {
        expect(error).toBeInstanceOf(UnpicklingError);
        expect(error?.code).toBe("truncated");
      } else if (cut >= start && shape.includes(0)) {
        expect(error).toBeUndefined();
      } else {
        expect([error?.code, error?.offset]).toEqual(["truncated", cut]);
      }
    }
  });

  it("raises its own errors for whatever stands in a header", () => {
    const pieces = [
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "'",
      '"',
      ",",
      ":",
      " ",
      "descr",
      "shape",
      "1",
      "-",
      "L",
      "\\",
      "x41",
      "True",
      "<i4",
      "u'",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 }))),
        (parts) => {
          refusal(() => decodeNpy(file(parts.join("").replace(/[^\0-\xff]/gu, "?"))));
        },
      ),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...vectors), fc.nat(), fc.nat(255), ({ bytes }, at, byte) => {
        const changed = bytes.slice();
        changed[at % bytes.length] = byte;
        refusal(() => decodeNpy(changed));
      }),
      { numRuns: 3000 },
    );
  });

  it("is a TypeError for an argument of the wrong type", async () => {
    expect(() => decodeNpy("x" as never)).toThrow(new TypeError("data must be bytes"));
    expect(() => encodeNpy([1] as never)).toThrow(/^array must be an NdArray/);
    await expect(load(vector("0-d"), { mmapMode: "w" as never })).rejects.toThrow(
      /^mmapMode must be/,
    );
    await expect(load(3 as never)).rejects.toThrow(TypeError);
  });
});

describe("files", () => {
  const path = join(folder, "a.npy");
  const array = ndarray(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { dtype: "int32" },
  );

  it("are saved and loaded by path, whole or by slices", async () => {
    await save(path, array);
    expect(new Uint8Array(readFileSync(path))).toEqual(encodeNpy(array));
    const loaded = (await load(path)) as NdArray;
    expect(loaded.toArray()).toEqual(array.toArray());
    const lazy = await load(path, { mmapMode: "r" });
    expect(lazy).toBeInstanceOf(LazyArray);
    expect((await lazy.slice(1)).toArray()).toEqual([4, 5, 6]);
    expect(await lazy.at(-1, -1)).toBe(6);
    await lazy.close();
    await expect(lazy.slice(0)).rejects.toMatchObject({ code: "read-failed" });
  });

  it("are loaded from bytes, a Blob, a handle, a stream and a Response alike", async () => {
    const bytes = encodeNpy(array);
    writeFileSync(path, bytes);
    const handle = await open(path);
    try {
      const sources = [
        bytes,
        new Blob([bytes.slice()]),
        handle,
        new Response(bytes.slice()),
        [bytes.subarray(0, 9), bytes.subarray(9)],
      ];
      for (const source of sources) {
        expect(((await load(source)) as NdArray).toArray()).toEqual(array.toArray());
      }
      const lazy = await load(new Blob([bytes.slice()]), { mmapMode: "r" });
      expect((await lazy.slice(null, [0, null, 2])).toArray()).toEqual([
        [1, 3],
        [4, 6],
      ]);
    } finally {
      await handle.close();
    }
  });

  it("keep their old contents where the new ones cannot be written", async () => {
    writeFileSync(path, "old");
    const bad = NdArray.fromItems([() => 1], "O", [1]);
    await expect(save(path, bad)).rejects.toMatchObject({ code: "unsupported-value" });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a.npy"]);
  });

  it("are refused by code", async () => {
    await expect(load(join(folder, "none.npy"))).rejects.toMatchObject({ code: "read-failed" });
    await expect(load(folder)).rejects.toMatchObject({ code: "read-failed" });
    await expect(load(new Uint8Array(0))).rejects.toMatchObject({ code: "truncated", offset: 0 });
    await expect(load(Uint8Array.of(0x80, 4, 0x4e, 0x2e, 0, 0))).rejects.toMatchObject({
      code: "not-npy",
      offset: 0,
    });
    await expect(load(vector("object"), { mmapMode: "r" })).rejects.toMatchObject({
      code: "objects",
      offset: 128,
    });
    const cut = vector("<f8").slice(0, 170);
    await expect(load(cut, { mmapMode: "r" })).rejects.toMatchObject({
      code: "truncated",
      offset: 170,
    });
    await expect(load(cut)).rejects.toMatchObject({ code: "truncated", offset: 170 });
  });

  it("allocate nothing because a header says so", async () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (400000000, 1000), }";
    await expect(load(new Blob([file(header).slice()]))).rejects.toMatchObject({
      code: "truncated",
    });
    await expect(load(new Blob([file(header).slice()]), { mmapMode: "r" })).rejects.toMatchObject({
      code: "truncated",
    });
  });
});

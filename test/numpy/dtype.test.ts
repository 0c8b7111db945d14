/** Whatever says a dtype in, what NumPy says of it out: names, type strings, fields, and what says none. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DTypeLike, dtype } from "../../src/numpy/index.ts";

describe("dtype", () => {
  // NumPy 2.5: str(dtype), dtype.str, itemsize, alignment
  const scalars: [DTypeLike, string, string, number, number][] = [
    ["?", "bool", "|b1", 1, 1],
    ["int8", "int8", "|i1", 1, 1],
    ["uint16", "uint16", "<u2", 2, 2],
    [">i4", ">i4", ">i4", 4, 4],
    ["=i8", "int64", "<i8", 8, 8],
    ["l", "int64", "<i8", 8, 8],
    ["half", "float16", "<f2", 2, 2],
    ["float", "float64", "<f8", 8, 8],
    ["g", "float128", "<f16", 16, 16],
    ["c8", "complex64", "<c8", 8, 4],
    ["complex", "complex128", "<c16", 16, 8],
    ["S5", "|S5", "|S5", 5, 1],
    ["a5", "|S5", "|S5", 5, 1],
    ["U3", "<U3", "<U3", 12, 4],
    [">U3", ">U3", ">U3", 12, 4],
    ["V7", "|V7", "|V7", 7, 1],
    ["O", "object", "|O", 8, 8],
    ["M8[ns]", "datetime64[ns]", "<M8[ns]", 8, 8],
    ["datetime64[25us]", "datetime64[25us]", "<M8[25us]", 8, 8],
    ["m8", "timedelta64", "<m8", 8, 8],
    ["m8[D/4]", "timedelta64[6h]", "<m8[6h]", 8, 8],
    ["T", "StringDType()", "|T16", 16, 8],
  ];
  it.each(scalars)("%s", (spec, text, str, itemsize, alignment) => {
    const found = dtype(spec);
    expect([String(found), found.str, found.itemsize, found.alignment]).toEqual([
      text,
      str,
      itemsize,
      alignment,
    ]);
    expect(found.equals(str === "|T16" ? "T" : str)).toBe(true);
  });

  it("makes structs of lists, dicts and commas", () => {
    const list = dtype([
      ["x", "<f8"],
      [["title", "n"], "<i2", [2, 3]],
    ]);
    expect(String(list)).toBe("[('x', '<f8'), (('title', 'n'), '<i2', (2, 3))]");
    expect(list.itemsize).toBe(20);
    expect(list.fields?.get("n")).toMatchObject({ offset: 8, title: "title" });
    expect(dtype("f8,(2,)i2").names).toEqual(["f0", "f1"]);
    const aligned = dtype({ names: ["a", "b"], formats: ["u1", "f8"], aligned: true });
    expect([aligned.itemsize, aligned.alignment, aligned.fields?.get("b")?.offset]).toEqual([
      16, 8, 8,
    ]);
    expect(String(aligned)).toBe(
      "{'names': ['a', 'b'], 'formats': ['u1', '<f8'], 'offsets': [0, 8], 'itemsize': 16, 'aligned': True}",
    );
  });

  it("has a descr that says it again", () => {
    const padded = dtype({
      names: ["a", "b"],
      formats: ["u1", "f8"],
      offsets: [3, 8],
      itemsize: 20,
    });
    expect(padded.descr).toEqual([
      ["", "|V3"],
      ["a", "|u1"],
      ["", "|V4"],
      ["b", "<f8"],
      ["", "|V4"],
    ]);
    expect(dtype(padded.descr).equals(padded)).toBe(true);
    const overlapping = dtype({ names: ["a", "b"], formats: ["i4", "i2"], offsets: [0, 2] });
    expect(() => overlapping.descr).toThrow(TypeError);
  });

  it("turns byte orders, in fields too", () => {
    expect(dtype("<f4").newByteOrder().str).toBe(">f4");
    expect(dtype("u1").newByteOrder(">").str).toBe("|u1");
    const struct = dtype([["a", "<i4"]]).newByteOrder(">");
    expect(struct.fields?.get("a")?.dtype.str).toBe(">i4");
  });

  it("tells dtypes apart", () => {
    expect(dtype("i4").equals(">i4")).toBe(false);
    expect(dtype("M8[s]").equals("M8[ms]")).toBe(false);
    expect(dtype([["a", "i4"]]).equals([["b", "i4"]])).toBe(false);
    expect(dtype([["a", "i4"]]).equals([["a", "i4"]])).toBe(true);
  });

  const wrong: unknown[] = [
    "f3",
    "i16",
    "float33",
    "M8[parsec]",
    "M8[0s]",
    "S99999999999",
    "",
    "<",
    "(2,-1)i4",
    [
      ["a", "i4"],
      ["a", "i4"],
    ],
    [["a"]],
    [[1, "i4"]],
    { names: ["a"], formats: [] },
    { names: ["a"], formats: ["i4"], itemsize: 2 },
    { names: ["a"], formats: ["i4"], offsets: [-1] },
    7,
    null,
  ];
  it.each(wrong)("refuses %j", (spec) => {
    expect(() => dtype(spec as DTypeLike)).toThrow(TypeError);
  });

  it("reads every type string that it writes, and throws TypeError for any other text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[<>|=]?[a-zA-Z]\d{0,4}$/)), (text) => {
        let found: ReturnType<typeof dtype>;
        try {
          found = dtype(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        if (found.fields === null && found.subarray === null && found.kind !== "T")
          expect(dtype(found.str).equals(found)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

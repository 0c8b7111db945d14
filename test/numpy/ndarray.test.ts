/** Arrays over given memory: elements, views, copies, conversions, each against lists that are sliced the slow way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Complex, Ellipsis, Float, Slice, Tuple } from "../../src/index.ts";
import {
  Datetime64,
  dtype,
  type Index,
  indexed,
  MaskedArray,
  NdArray,
  ndarray,
  Timedelta64,
} from "../../src/numpy/index.ts";

const grid = (): NdArray =>
  ndarray(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    { dtype: "int32" },
  );

describe("ndarray()", () => {
  it("takes what NumPy would take for such values", () => {
    const kinds: [unknown, string][] = [
      [[true, false], "bool"],
      [[1, true], "int64"],
      [[1, 2.5], "float64"],
      [[new Float(1)], "float64"],
      [[1, new Complex(0, 1)], "complex128"],
      [[2n ** 63n], "uint64"],
      [[2n ** 64n], "object"],
      [["a", "bcd"], "<U3"],
      [[Uint8Array.of(1, 2)], "|S2"],
      [[], "float64"],
      [[null, 1], "object"],
      [[new Datetime64(1, "ms")], "datetime64[ms]"],
      [[new Timedelta64(1, { unit: "us", step: 25 })], "timedelta64[25us]"],
      [new Float32Array(2), "float32"],
      [new BigInt64Array(2), "int64"],
    ];
    for (const [values, name] of kinds) expect(String(ndarray(values).dtype)).toBe(name);
  });

  it("does not copy a typed array", () => {
    const data = new Float64Array([1, 2, 3, 4]);
    const array = ndarray(data, { shape: [2, 2] });
    expect(array.data).not.toBe(data);
    array.set(9, 1, 1);
    expect(data[3]).toBe(9);
    expect(array.flags).toEqual({ cContiguous: true, fContiguous: false, writeable: true });
  });

  it("keeps to shape and order", () => {
    const array = ndarray([1, 2, 3, 4, 5, 6], { shape: [2, 3], order: "F", dtype: "u1" });
    expect(array.toArray()).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    expect(array.order).toBe("F");
    expect(array.strides).toEqual([1, 2]);
    expect(array.data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(ndarray(7).shape).toEqual([]);
  });

  it("makes records of objects and of lists", () => {
    const spec = dtype([
      ["a", "i4"],
      ["b", "U2"],
    ]);
    const array = ndarray([{ a: 1, b: "x" }, [2, "yz"]], { dtype: spec });
    expect(array.toArray()).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: "yz" },
    ]);
    expect(array.field("b").toArray()).toEqual(["x", "yz"]);
  });

  const wrong: [unknown, object, typeof Error][] = [
    [[[1], [1, 2]], {}, TypeError],
    [[[1], 2], {}, TypeError],
    [[256], { dtype: "u1" }, RangeError],
    [[-1], { dtype: "u8" }, RangeError],
    [[Number.NaN], { dtype: "i4" }, RangeError],
    [["a"], { dtype: "f8" }, TypeError],
    [["abc"], { dtype: "U2" }, RangeError],
    [["é"], { dtype: "S2" }, RangeError],
    [[{ a: 1 }], { dtype: [["b", "i4"]] }, TypeError],
    [[new Datetime64(1, "s")], { dtype: "M8[ms]" }, TypeError],
    [[1, 2, 3], { shape: [2, 2] }, RangeError],
    [new Float32Array(3), { shape: [2] }, TypeError],
    [[1], { order: "K" }, TypeError],
  ];
  it.each(wrong)("refuses %j with %j", (values, options, Kind) => {
    expect(() => ndarray(values, options)).toThrow(Kind);
  });
});

describe("an array", () => {
  it("reads and writes elements", () => {
    const array = grid();
    expect([array.at(0, 0), array.at(-1, -1)]).toEqual([1, 6]);
    array.set(2 ** 31 - 1, 0, 1);
    expect(array.data).toEqual(Int32Array.of(1, 2 ** 31 - 1, 3, 4, 5, 6));
    expect(() => array.at(2, 0)).toThrow(RangeError);
    expect(() => array.at(0)).toThrow(RangeError);
    expect(() => array.at(0.5, 0)).toThrow(TypeError);
    expect(() => array.set("x", 0, 0)).toThrow(TypeError);
    const fixed = NdArray.fromBytes(Uint8Array.of(1), "u1", [1], { writeable: false });
    expect(() => fixed.set(2, 0)).toThrow(TypeError);
  });

  it("reads integers of 64 bits as numbers where they are safe", () => {
    const array = ndarray([2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n)]);
    expect(array.toArray()).toEqual([2 ** 53 - 1, 2n ** 53n, -(2n ** 63n)]);
    expect(array.data).toEqual(BigInt64Array.of(2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n)));
  });

  it("shares memory with its views, and what is written to one is in all", () => {
    const array = grid();
    const row = array.slice(1);
    const column = array.slice(null, 2);
    const turned = array.T;
    row.set(60, 2);
    expect([array.at(1, 2), column.at(1), turned.at(2, 1)]).toEqual([60, 60, 60]);
    (array.data as Int32Array)[5] = 7;
    expect(column.data).toEqual(Int32Array.of(3, 7));
    column.set(8, 1);
    expect(column.data).toEqual(Int32Array.of(3, 8));
  });

  it("moves misaligned bytes once, for every view", () => {
    const bytes = new Uint8Array(33);
    new DataView(bytes.buffer).setFloat64(9, 2.5, true);
    const array = NdArray.fromBytes(bytes.subarray(1), "f8", [4]);
    const tail = array.slice([1]);
    const { data } = array as NdArray<Float64Array>;
    expect(data[1]).toBe(2.5);
    data[3] = 4;
    expect(tail.toArray()).toEqual([2.5, 0, 4]);
    tail.set(1, 1);
    expect(data[2]).toBe(1);
  });

  it("has views where there are no elements", () => {
    const none = ndarray(new Float64Array(0)).reshape([3, 0]);
    expect([none.slice(2).data.length, none.slice(2).bytes.length]).toEqual([0, 0]);
    expect(none.T.slice([null, null], 2).toTypedArray().length).toBe(0);
    const records = NdArray.fromBytes(new Uint8Array(0), "u1,f8", [0]);
    expect(records.field("f1").data).toEqual(new Float64Array(0));
  });

  it("gives a copy where elements are scattered or of another byte order", () => {
    const big = NdArray.fromBytes(Uint8Array.of(0, 1, 0, 2), ">u2", [2]);
    expect(big.data).toEqual(Uint16Array.of(1, 2));
    expect(big.bytes).toEqual(Uint8Array.of(0, 1, 0, 2));
    expect(big.data).toBe(big.data);
    big.set(3, 0);
    expect(big.data).toEqual(Uint16Array.of(3, 2));
  });

  it("reshapes, ravels, transposes", () => {
    const array = ndarray(Array.from({ length: 24 }, (_, index) => index)).reshape([2, -1, 4]);
    expect(array.shape).toEqual([2, 3, 4]);
    expect(array.transpose(1, 0, 2).at(2, 1, 3)).toBe(array.at(1, 2, 3));
    expect(array.T.ravel().at(1)).toBe(12);
    expect(array.reshape([4, 6], "F").at(1, 0)).toBe(12);
    expect(() => array.reshape([5, 5])).toThrow(RangeError);
    expect(() => array.transpose(0, 0, 1)).toThrow(RangeError);
  });

  it("takes rows and columns", () => {
    expect(grid().take([1, 0, 1]).toArray()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(grid().take([2, -3], 1).toArray()).toEqual([
      [3, 1],
      [6, 4],
    ]);
    expect(() => grid().take([2])).toThrow(RangeError);
  });

  it("iterates along its first axis", () => {
    expect([...ndarray([1, 2])]).toEqual([1, 2]);
    expect(Array.from(grid(), (row) => (row as NdArray).toArray())).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(() => [...ndarray(1)]).toThrow(TypeError);
  });

  it("converts", () => {
    expect(grid().astype("float32").data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(grid().T.toTypedArray()).toEqual(Int32Array.of(1, 4, 2, 5, 3, 6));
    expect(JSON.stringify(ndarray([2n ** 60n, 1]))).toBe('["1152921504606846976",1]');
    expect(JSON.stringify(ndarray([new Datetime64(0, "D")]))).toBe('["1970-01-01"]');
    expect(() => ndarray([1.5]).astype("U")).toThrow(RangeError);
  });

  it("does not make lists that no bytes stand for", () => {
    const none = NdArray.fromBytes(new Uint8Array(0), "f8", [2 ** 40, 0]);
    expect(() => none.toArray()).toThrow(RangeError);
    expect(String(none)).toBe("array([], shape=(1099511627776, 0), dtype=float64)");
    const blank = NdArray.fromBytes(new Uint8Array(0), "V0", [2 ** 40]);
    expect(() => blank.toArray()).toThrow(RangeError);
    expect(String(blank)).toContain("shape=(1099511627776,)");
  });

  it("keeps fields named as JavaScript's own away from prototypes", () => {
    const array = ndarray([[1, 2]], {
      dtype: [
        ["__proto__", "u1"],
        ["constructor", "u1"],
      ],
    });
    const record = array.at(0) as Record<string, unknown>;
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(Object.entries(record)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });

  it("masks", () => {
    const masked = new MaskedArray(
      grid(),
      ndarray([
        [true, false, false],
        [false, false, true],
      ]),
    );
    expect(masked.toArray()).toEqual([
      [null, 2, 3],
      [4, 5, null],
    ]);
    expect([...masked.slice(0).values()]).toEqual([null, 2, 3]);
    expect(() => new MaskedArray(grid(), ndarray([true]))).toThrow(TypeError);
  });
});

describe("the text of records", () => {
  it("with objects beside numbers, times and nothing", () => {
    const records = NdArray.fromItems(
      [Tuple.of(null, 1.5, [1]), Tuple.of("soon", new Float(2), "a")],
      [
        ["t", "M8[D]"],
        ["f", "f8"],
        ["o", "O"],
      ],
      [2],
    );
    const text = "array([('NaT', 1.5, list([1])), ('soon', 2. , 'a')],\n      dtype=";
    expect(String(records).slice(0, text.length)).toBe(text);
  });

  it("of which parts are masked, in sub-arrays too", () => {
    const masks = { a: true, b: [false, true], c: [{ x: false, y: true }] };
    const data = ndarray([{ a: 1, b: [new Complex(0, 1), 2], c: [{ x: 1, y: 2 }] }], {
      dtype: [
        ["a", "i4"],
        ["b", "c16", 2],
        [
          "c",
          [
            ["x", "f8"],
            ["y", "M8[D]"],
          ],
          1,
        ],
      ],
    });
    const mask = ndarray([masks], {
      dtype: [
        ["a", "?"],
        ["b", "?", 2],
        [
          "c",
          [
            ["x", "?"],
            ["y", "?"],
          ],
          1,
        ],
      ],
    });
    expect(String(new MaskedArray(data, mask))).toContain("data=[(--, [0.+1.j, --], [(1., --)])]");
  });

  it("and of void, as NumPy spells bytes", () => {
    const bytes = NdArray.fromBytes(Uint8Array.of(0xab, 1), "V2", [1]);
    expect(String(bytes)).toBe("array([b'\\xAB\\x01'], dtype='|V2')");
  });
});

describe("slices", () => {
  const bound = fc.option(fc.integer({ min: -9, max: 9 }), { nil: null });
  const range = fc
    .tuple(bound, bound, fc.option(fc.constantFrom(-3, -2, -1, 1, 2, 3), { nil: null }))
    .map(([start, stop, step]): Index => [start, stop, step]);
  const key = fc.oneof(range, fc.constant(null), fc.integer({ min: -2, max: 1 }));

  // Python's slice.indices and a comprehension.
  function sliced(list: readonly unknown[], key: Index): unknown {
    if (key === null) return list;
    if (typeof key === "number") return list.at(key);
    const [start, stop, step] = key as readonly [number | null, number | null, number | null];
    const by = step ?? 1;
    const length = list.length;
    const clamp = (value: number, low: number, high: number): number =>
      Math.min(Math.max(value < 0 ? value + length : value, low), high);
    const from =
      start === null
        ? by < 0
          ? length - 1
          : 0
        : clamp(start, by < 0 ? -1 : 0, by < 0 ? length - 1 : length);
    const to =
      stop === null
        ? by < 0
          ? -1
          : length
        : clamp(stop, by < 0 ? -1 : 0, by < 0 ? length - 1 : length);
    const found: unknown[] = [];
    for (let index = from; by < 0 ? index > to : index < to; index += by) found.push(list[index]);
    return found;
  }

  function expected(list: unknown, keys: readonly Index[]): unknown {
    const [first, ...rest] = keys;
    if (first === undefined) return list;
    const part = sliced(list as readonly unknown[], first);
    return typeof first === "number"
      ? expected(part, rest)
      : (part as readonly unknown[]).map((item) => expected(item, rest));
  }

  it("are those of Python's lists, on any axis, of any view", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3 }), fc.boolean(), (keys, isTurned) => {
        const base = ndarray(
          Int16Array.from({ length: 24 }, (_, index) => index),
          { shape: [2, 3, 4] },
        );
        const array = isTurned ? base.transpose(2, 0, 1).slice([null, null, -1]) : base;
        const part = array.slice(...keys);
        expect(part.toArray()).toEqual(expected(array.toArray(), keys));
        expect(part.copy().toArray()).toEqual(part.toArray());
        expect(Array.from(part.values())).toEqual(Array.from(part.toTypedArray() as Int16Array));
      }),
      { numRuns: 1000 },
    );
  });

  it("take Slice and Ellipsis", () => {
    const array = grid();
    expect(array.slice(Ellipsis, 0).toArray()).toEqual([1, 4]);
    expect(array.slice(new Slice(1, null), Ellipsis).toArray()).toEqual([[4, 5, 6]]);
    const layout = { shape: [4], strides: [8], offset: 16 };
    expect(indexed(layout, [[3, null, -1]])).toEqual({ shape: [4], strides: [-8], offset: 40 });
  });

  const wrong: [Index[], typeof Error][] = [
    [[2], RangeError],
    [[0, 0, 0], RangeError],
    [[Ellipsis, Ellipsis], RangeError],
    [[[0, 1, 0]], RangeError],
    [["x" as unknown as Index], TypeError],
    [[[0.5, 1]], TypeError],
    [[0.5], TypeError],
  ];
  it.each(wrong)("refuse %j", (keys, Kind) => {
    expect(() => grid().slice(...keys)).toThrow(Kind);
  });
});

describe("times", () => {
  // numpy.datetime_as_string of NumPy 2.5
  const moments: [bigint, Datetime64["unit"], string][] = [
    [0n, "Y", "1970"],
    [-1n, "M", "1969-12"],
    [2855n, "W", "2024-09-19"],
    [-719529n, "D", "-0001-12-31"],
    [19782n, "D", "2024-02-29"],
    [-1n, "h", "1969-12-31T23"],
    [61n, "m", "1970-01-01T01:01"],
    [1700000000n, "s", "2023-11-14T22:13:20"],
    [-1n, "ms", "1969-12-31T23:59:59.999"],
    [1n, "us", "1970-01-01T00:00:00.000001"],
    [-1n, "as", "1969-12-31T23:59:59.999999999999999999"],
    [-(2n ** 63n), "ns", "NaT"],
    [2n ** 63n - 1n, "s", "292277026596-12-04T15:30:07"],
  ];
  it.each(moments)("%s %s is %s", (count, unit, text) => {
    expect(new Datetime64(count, unit).toString()).toBe(text);
  });

  it("become dates and nanoseconds", () => {
    expect(new Datetime64(19782n, "D").toDate().toISOString()).toBe("2024-02-29T00:00:00.000Z");
    expect(new Datetime64(54n, "Y").toDate().getUTCFullYear()).toBe(2024);
    expect(new Datetime64(-1n, "ps").epochNanoseconds).toBe(-1n);
    expect(new Datetime64(-(2n ** 63n), "s").toDate().getTime()).toBeNaN();
    expect(new Timedelta64(3n, "h").nanoseconds).toBe(10_800_000_000_000n);
    expect(new Timedelta64(3n, "M").nanoseconds).toBeNull();
    expect(String(new Timedelta64(3n, { unit: "us", step: 25 }))).toBe("75 microseconds");
  });
});

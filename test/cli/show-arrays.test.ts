/** What arrays, frames and estimators look like: values, spread, tables, parameters; and that nothing costs more. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  DataFrame,
  dtype,
  dumps,
  Float,
  Global,
  Instance,
  loads,
  NdArray,
  ndarray,
  numpyTypes,
  pandasTypes,
  sklearnTypes,
  stdlibTypes,
  Timestamp,
} from "../../src/index.ts";
import { type ShowOptions, showJson, showLines } from "../../src/show/index.ts";

const types = [...stdlibTypes, ...numpyTypes, ...pandasTypes, ...sklearnTypes];

function lines(value: unknown, options: ShowOptions = {}): string[] {
  return [...showLines(value, { types, ...options })];
}

const DATA = join(import.meta.dirname, "..", "..", "examples", "data");

describe("arrays", () => {
  const rows: [what: string, value: NdArray, lines: string[]][] = [
    [
      "few",
      ndarray([
        [1, 2.5],
        [3, 4],
      ]),
      ["numpy.ndarray float64 (2, 2): 1.0, 2.5, 3.0, 4.0"],
    ],
    ["none", ndarray([], { dtype: "f4" }), ["numpy.ndarray float32 (0,)"]],
    ["no axes", ndarray(7, { dtype: "i1" }), ["numpy.ndarray int8 (): 7"]],
    [
      "many",
      ndarray(Float64Array.from({ length: 100 }, (_, index) => index / 4)),
      [
        "numpy.ndarray float64 (100,): 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, …",
        "  min 0, max 24.75, mean 12.375  █▇▇▇▇█▇▇▇▇█▇▇▇▇█",
      ],
    ],
    [
      "some that are no numbers",
      ndarray(
        Float64Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0 ? Number.NaN : 1.23456789,
        ),
      ),
      [
        "numpy.ndarray float64 (40,): nan, 1.2345679, nan, 1.2345679, nan, 1.2345679, nan, 1.2345679, …",
        "  min 1.23457, max 1.23457, mean 1.23457, 20 missing",
      ],
    ],
    [
      "truths",
      ndarray(Array.from({ length: 30 }, (_, index) => index < 20)),
      [
        "numpy.ndarray bool (30,): True, True, True, True, True, True, True, True, True, True, True, …",
        "  20 True, 10 False",
      ],
    ],
    [
      "infinities",
      ndarray(
        Float64Array.from(
          { length: 20 },
          (_, index) => (index % 2 ? 1 : -1) * Number.POSITIVE_INFINITY,
        ),
      ),
      [
        "numpy.ndarray float64 (20,): -inf, inf, -inf, inf, -inf, inf, -inf, inf, -inf, inf, -inf, inf, …",
        "  min -inf, max inf, mean nan",
      ],
    ],
    [
      "moments",
      NdArray.fromBytes(new Uint8Array(new BigInt64Array(40).fill(5n).buffer), "<M8[D]", [40]),
      [
        "numpy.ndarray datetime64[D] (40,): 1970-01-06, 1970-01-06, 1970-01-06, 1970-01-06, 1970-01-06, …",
        "  min 1970-01-06, max 1970-01-06",
      ],
    ],
    ["texts", ndarray(["ab", "it's"]), [`numpy.ndarray str4 (2,): 'ab', "it's"`]],
    [
      "the other byte order",
      ndarray([1, 2], { dtype: ">i2" }),
      ["numpy.ndarray int16 big-endian (2,): 1, 2"],
    ],
    [
      "records",
      ndarray([[1, "x"]], {
        dtype: [
          ["a", "f4"],
          ["b", "U3"],
        ],
        shape: [1],
      }),
      ["numpy.ndarray records of 'a', 'b' (1,): (1, 'x')"],
    ],
  ];
  it.each(rows)("%s", (_what, value, expected) => {
    expect(lines(value)).toEqual(expected);
  });

  it("objects one below the other, and again only as a reference", () => {
    const inner = ndarray([1, 2]);
    const array = NdArray.fromItems([inner, { k: inner }], "O", [2]);
    expect(lines(array)).toEqual([
      "numpy.ndarray object (2,)",
      "  #1 numpy.ndarray int64 (2,): 1, 2",
      "  dict of 1",
      "    'k': <ref #1> numpy.ndarray",
    ]);
  });

  it("a million elements are looked at, and it says so", () => {
    const array = ndarray(new Float32Array(2_500_000).fill(2));
    expect(lines(array)[1]).toBe("  min 2, max 2, mean 2  (833,334 of 2,500,000 values looked at)");
  });

  it("in JSON, with the spread as numbers", () => {
    const array = ndarray(Float64Array.from({ length: 32 }, (_, index) => index));
    const shown = JSON.parse([...showJson(array, { types })].join("")) as Record<string, unknown>;
    expect(shown).toMatchObject({
      type: "numpy.ndarray",
      dtype: "float64",
      shape: [32],
      min: 0,
      max: 31,
      mean: 15.5,
    });
    expect(shown["histogram"]).toEqual(new Array(16).fill(2));
  });
});

describe("frames", () => {
  const plants = loads<DataFrame>(readFileSync(join(DATA, "plants.pkl")), { lossless: true });

  it("as a table with dtypes", () => {
    expect(lines(plants)).toEqual([
      "pandas.DataFrame 3 rows, 4 columns",
      "     name   height  count  seen",
      "     str   float64  int64  datetime64[us]",
      "  0  oak      12.5      3  2024-02-29 00:00:00",
      "  1  fir     30.25      1  2024-05-01 00:00:00",
      "  2  ash         7     12  -",
    ]);
  });

  it("as many columns as fit, and rows as asked for", () => {
    expect(lines(plants, { width: 40, items: 2 })).toEqual([
      "pandas.DataFrame 3 rows, 4 columns",
      "     name   height  count",
      "     str   float64  int64",
      "  …",
      "  2  ash         7     12",
      "  … 1 more column: seen",
    ]);
  });

  it("what is no frame says why, and stands on one line", () => {
    const broken = new DataFrame("new", new Global("pandas.core.frame", "DataFrame"), []);
    broken.state = new Map([["_mgr", 5]]);
    expect(lines(broken)).toEqual([
      "pandas.core.frame.DataFrame cannot be read: the data of a pandas object is kept in a way not known",
    ]);
  });

  it("scalars in a line", () => {
    const stamps = [Timestamp.of(0n, "s"), null];
    expect(lines({ at: stamps })).toEqual(["dict of 1", "  'at': [1970-01-01 00:00:00, None]"]);
    expect(lines(stamps[0])).toEqual(["pandas.Timestamp 1970-01-01 00:00:00"]);
  });

  it("nothing that draws on a terminal", () => {
    const text = lines(loads(dumps(plants), { lossless: true })).join("");
    expect(text).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });
});

describe("estimators", () => {
  it("parameters in lines, what is no short value below, private parts last", () => {
    const model = new Instance("new", new Global("sklearn.linear_model", "Ridge"), []);
    model.state = new Map<string, unknown>([
      ["alpha", new Float(1)],
      ["copy_X", true],
      ["weights", ndarray([1, 2, 3])],
      ["coef_", ndarray([0.5])],
      ["_private", 5],
      ["_sklearn_version", "1.9.1"],
    ]);
    const value = loads(dumps(model), { lossless: true });
    expect(lines(value)).toEqual([
      "sklearn.linear_model.Ridge scikit-learn 1.9.1",
      "  alpha=1.0, copy_X=True",
      "  weights: numpy.ndarray int64 (3,): 1, 2, 3",
      "  coef_: numpy.ndarray float64 (1,): 0.5",
      "  _private: 5",
    ]);
    const shown = JSON.parse([...showJson(value, { types })].join("")) as Record<string, unknown>;
    expect(shown).toMatchObject({ version: "1.9.1", params: { alpha: "1.0", copy_X: "True" } });
  });

  it("a dtype by its name", () => {
    expect(lines(dtype([["a", "<f4"]]))).toEqual(["numpy.dtype [('a', '<f4')]"]);
  });
});

/** pandas' objects from committed pickles: what they hold, that they go back, and what is left of them when damaged. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Column,
  DataFrame,
  dumps,
  ExtensionArray,
  Global,
  Index,
  Instance,
  Interval,
  loads,
  ndarray,
  PandasError,
  Period,
  PickleError,
  PyDict,
  Series,
  Slice,
  Timedelta,
  Timestamp,
  Tuple,
} from "../../src/index.ts";
import { leadsBack } from "../leads-back.ts";
import { answer, now } from "./answers.ts";

interface Vector {
  readonly pandas: string;
  readonly sample: string;
  readonly protocol: number;
  readonly pickle: string;
  readonly said: unknown;
}

const VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "vectors.json"), "utf8"),
) as Vector[];
const named = VECTORS.map((vector): [string, Vector, Uint8Array] => [
  `${vector.sample} of pandas ${vector.pandas}`,
  vector,
  Uint8Array.from(Buffer.from(vector.pickle, "base64")),
]);

describe("what pandas wrote", () => {
  it.each(named)("%s holds what pandas says", (_name, { said, protocol }, bytes) => {
    for (const lossless of [false, true]) {
      const value = loads(bytes, { lossless });
      expect(now(answer(value))).toEqual(now(said));
    }
    // A frame is an instance like any other to those who write it.
    const kept = loads(bytes, { lossless: true });
    expect(dumps(kept, protocol)).toEqual(
      dumps(loads(bytes, { lossless: true, types: PLAIN }), protocol),
    );
  });
});

// A later type for the same package: objects of pandas stay bare instances.
const PLAIN = [{ globals: [], package: { name: "pandas", typeOf: () => undefined } }];

const newest = named.filter(([, { pandas }]) => pandas.startsWith("3.1"));
const frame = (): DataFrame => loads<DataFrame>(newest[0]?.[2] as Uint8Array);

describe("a DataFrame", () => {
  it("gives columns as typed arrays where they are numbers", () => {
    const mixed = frame();
    expect(mixed.shape).toEqual([4, 17]);
    expect(mixed.column("i").values).toEqual(BigInt64Array.of(1n, -2n, 3n, 2n ** 60n + 1n));
    expect(mixed.column("i8").values).toEqual(Int8Array.of(0, 1, 2, 3));
    expect(mixed.column("f").values).toEqual(
      Float64Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY, -0),
    );
    expect(mixed.column("b").values).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(mixed.column("n").mask).toEqual(Uint8Array.of(0, 1, 0, 0));
    expect(mixed.column("c").codes).toEqual(Int8Array.of(0, 1, 0, -1));
    expect(mixed.column("c").categories?.toArray()).toEqual(["u", "v"]);
    expect([mixed.column("t").unit, mixed.column("z").timeZone]).toEqual(["us", "Europe/Berlin"]);
    expect(mixed.column("s").values).toEqual(["x", "é", null, "long ".repeat(20)]);
  });

  it("gives rows one after another, with labels where asked for", () => {
    const mixed = frame();
    const [row] = [...mixed.toRows({ start: 1, stop: 2, index: true })];
    expect(row).toMatchObject({ index: 1, i: -2, s: "é", b: false, c: "v", n: null });
    expect([...mixed.toRows()]).toHaveLength(4);
    expect([...mixed.toRows({ start: 4 })]).toEqual([]);
  });

  it("refuses columns that are not there", () => {
    for (const ask of [() => frame().column("none"), () => frame().columnAt(17)]) {
      expect(ask).toThrow(expect.objectContaining({ name: "PandasError", code: "no-column" }));
    }
  });

  it("becomes an Arrow table", async () => {
    const mixed = frame();
    const columns = mixed.columns.filter((name) => name !== "o" && name !== "cx");
    await expect(mixed.toArrow()).rejects.toMatchObject({ code: "unknown-layout" });
    await expect(mixed.toArrow({ columns: ["?"] })).rejects.toMatchObject({ code: "no-column" });
    const table = await mixed.toArrow({ columns, arrow: await import("apache-arrow") });
    expect(table.numRows).toBe(4);
    expect(table.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
      "i Int64",
      "f Float64",
      "s Utf8",
      "b Bool",
      "t Timestamp<MICROSECOND>",
      "c Dictionary<Int32, Utf8>",
      "d Duration<MICROSECOND>",
      "z Timestamp<MICROSECOND, Europe/Berlin>",
      "i8 Int8",
      "u8 Uint64",
      "f4 Float32",
      "f2 Float16",
      "p Utf8",
      "n Int64",
      "v Utf8",
    ]);
    expect([...(table.getChild("c") ?? [])]).toEqual(["u", "v", "u", null]);
    expect([...(table.getChild("n") ?? [])]).toEqual([1n, null, 3n, 4n]);
    expect([...(table.getChild("p") ?? [])]).toEqual(["2020-01", "2020-02", null, "2020-03"]);
  });

  it("never lets a column reach the prototype of a row", () => {
    const made = frameOf(["__proto__", "constructor"], [1, 2]);
    const [row] = [...made.toRows()];
    expect(Object.keys(row as object)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});

describe("scalars", () => {
  it("say what pandas says, and go back", () => {
    const cases: [Instance, string, string][] = [
      [
        Timestamp.of(1_577_880_000_123_456_789n, "ns"),
        "2020-01-01 12:00:00.123456789",
        "2020-01-01T12:00:00.123456789",
      ],
      [Timestamp.of(-1n, "ms"), "1969-12-31 23:59:59.999000", "1969-12-31T23:59:59.999000"],
      [Timedelta.of(-1800n, "s"), "-1 days +23:30:00", "P-1DT23H30M0S"],
      [
        Timedelta.of(93_600_000_000_001n, "ns"),
        "1 days 02:00:00.000000001",
        "P1DT2H0M0.000000001S",
      ],
      [Period.of(602n, "M"), "2020-03", "2020-03"],
      [Period.of(-212n, "W-SUN"), "1965-11-29/1965-12-05", "1965-11-29/1965-12-05"],
      [Interval.of(0, 1.5, "left"), "[0, 1.5)", "[0, 1.5)"],
    ];
    for (const [value, text, json] of cases) {
      expect([String(value), value.toJSON()]).toEqual([text, json]);
      const back = loads<Instance>(dumps(value));
      expect([back.constructor, String(back)]).toEqual([value.constructor, text]);
    }
  });

  it("that hold nonsense say their class", () => {
    const long = new Timedelta("call", new Global("pandas", "Timedelta"), [1n << 4_000_000n]);
    expect(String(long)).toBe("<pandas.Timedelta instance>");
    expect(String(Interval.of(0, 1n << 4_000_000n, "right"))).toMatch(
      /^\(0, 0x1000000000000000000000…\]$/,
    );
    const stamp = new Timestamp("call", new Global("pandas", "Timestamp"), ["x"]);
    expect(String(stamp)).toBe("<pandas.Timestamp instance>");
    expect(() => stamp.value).toThrow(PandasError);
  });
});

// A frame as pandas 3 pickles it, of one block of ints: a column for each value.
function frameOf(columns: unknown[], values: number[], change: Partial<Parts> = {}): DataFrame {
  const parts: Parts = {
    values: ndarray(values.map((value) => [value])),
    places: new Slice(0, values.length, 1),
    labels: index("Index", { data: ndarray(columns, { dtype: "O" }), name: null }),
    rows: index("RangeIndex", { name: null, start: 0, stop: 1, step: 1 }),
    ...change,
  };
  const block = call("pandas._libs.internals", "_unpickle_block", parts.values, parts.places, 2);
  const manager = call("pandas.core.internals.managers", "BlockManager", Tuple.of(block), [
    parts.labels,
    parts.rows,
  ]);
  const made = new DataFrame("new", new Global("pandas", "DataFrame"), new Tuple());
  made.state = new PyDict([["_mgr", manager]]);
  return made;
}

interface Parts {
  readonly values: unknown;
  readonly places: unknown;
  readonly labels: unknown;
  readonly rows: unknown;
}

function call(module: string, name: string, ...args: unknown[]): Instance {
  return new Instance("call", new Global(module, name), args);
}

function index(name: string, parts: Record<string, unknown>): Index {
  const maker = new Global("pandas.core.indexes.base", "_new_Index");
  return new Index("call", maker, [new Global("pandas", name), parts]);
}

function array(name: string, state: Record<string, unknown>): ExtensionArray {
  const made = new ExtensionArray("new", new Global("pandas.arrays", name), []);
  made.state = state;
  return made;
}

describe("parts that contradict each other", () => {
  const huge = { name: null, start: 0, stop: 2 ** 50, step: 1 };
  const cases: [what: string, ask: () => unknown, code: string][] = [
    [
      "rows",
      () => frameOf(["a"], [1], { rows: index("RangeIndex", huge) }).column("a"),
      "bad-layout",
    ],
    [
      "columns",
      () => frameOf(["a"], [1], { labels: index("RangeIndex", huge) }).shape,
      "bad-layout",
    ],
    ["places", () => frameOf(["a"], [1], { places: new Slice(0, 2, 1) }).shape, "bad-layout"],
    ["places outside", () => frameOf(["a"], [1], { places: ndarray([5]) }).shape, "bad-layout"],
    [
      "places twice",
      () => frameOf(["a", "b"], [1, 2], { places: ndarray([0, 0]) }).shape,
      "bad-layout",
    ],
    [
      "a step of nothing",
      () => frameOf(["a"], [1], { places: new Slice(0, 1, 0) }).shape,
      "bad-layout",
    ],
    ["no array", () => frameOf(["a"], [1], { values: 5 }).shape, "bad-layout"],
    ["no index", () => frameOf(["a"], [1], { rows: 5 }).shape, "unknown-layout"],
    [
      "another's array",
      () => frameOf(["a"], [1], { values: call("my", "Array") }).column("a"),
      "unknown-layout",
    ],
    [
      "no manager",
      () => Object.assign(frameOf(["a"], [1]), { state: null }).shape,
      "unknown-layout",
    ],
    ["a range written out", () => index("RangeIndex", huge).values.toArray(), "too-large"],
    ["a range as a typed array", () => index("RangeIndex", huge).values.values, "too-large"],
    [
      "a range of no step",
      () => index("RangeIndex", { start: 0, stop: 1, step: 0 }).length,
      "bad-layout",
    ],
    [
      "a mask",
      () => array("IntegerArray", { _data: ndarray([1, 2]), _mask: ndarray([true]) }).values,
      "bad-layout",
    ],
    [
      "codes beyond the categories",
      () => {
        const categories = index("Index", { data: ndarray(["a"], { dtype: "O" }), name: null });
        const dtype = call("pandas", "CategoricalDtype");
        dtype.state = { categories, ordered: false };
        return array("Categorical", { _dtype: dtype, _codes: ndarray([1], { dtype: "i1" }) }).at(0);
      },
      "bad-layout",
    ],
    [
      "categories within themselves",
      () => {
        const dtype = call("pandas", "CategoricalDtype");
        const codes = ndarray([0], { dtype: "i1" });
        const categorical = array("Categorical", { _dtype: dtype, _codes: codes });
        dtype.state = {
          categories: index("CategoricalIndex", { data: categorical }),
          ordered: false,
        };
        return categorical.values;
      },
      "bad-layout",
    ],
    [
      "a sparse array of few values that stand for many",
      () => {
        const places = call(
          "pandas._libs.sparse",
          "IntIndex",
          2 ** 40,
          ndarray([3], { dtype: "i4" }),
        );
        const dtype = call("pandas", "SparseDtype");
        dtype.state = { _fill_value: 0 };
        const sparse = array("SparseArray", {
          _sparse_index: places,
          _sparse_values: ndarray([7]),
          _dtype: dtype,
        });
        expect([sparse.length, sparse.at(3), sparse.at(4)]).toEqual([2 ** 40, 7, 0]);
        return sparse.values.toArray();
      },
      "too-large",
    ],
    [
      "text outside its bytes",
      () => {
        const offsets = new Uint8Array(BigInt64Array.of(0n, 9n).buffer);
        const type = call("pyarrow.lib", "type_for_alias", "large_string");
        const parts = Tuple.of(type, 1, 0, 0, [null, offsets, new Uint8Array(2)], [], null);
        const value = call("pyarrow.lib", "_restore_array", parts);
        return array("ArrowStringArray", { _pa_array: value, _dtype: null }).at(0);
      },
      "bad-layout",
    ],
    [
      "places of a sparse array that are no array",
      () => {
        const places = call("pandas._libs.sparse", "IntIndex", 5, call("numpy", "x"));
        return array("SparseArray", { _sparse_index: places, _sparse_values: ndarray([7]) }).length;
      },
      "bad-layout",
    ],
    [
      "chunks of chunks",
      () => {
        let value = call("pyarrow.lib", "chunked_array", []);
        for (let depth = 0; depth < 20_000; depth++)
          value = call("pyarrow.lib", "chunked_array", [value]);
        return array("ArrowExtensionArray", { _pa_array: value, _dtype: null }).length;
      },
      "unknown-layout",
    ],
    [
      "ends of intervals that are a range",
      () => {
        const ends = index("RangeIndex", huge);
        return index("IntervalIndex", { left: ends, right: ends, closed: "left" }).values;
      },
      "too-large",
    ],
    [
      "more values than Arrow's buffer holds",
      () => {
        const type = call("pyarrow.lib", "type_for_alias", "int64");
        const parts = Tuple.of(type, 2 ** 40, 0, 0, [null, new Uint8Array(8)], [], null);
        const value = call("pyarrow.lib", "_restore_array", parts);
        return array("ArrowExtensionArray", { _pa_array: value, _dtype: null }).length;
      },
      "bad-layout",
    ],
  ];
  it.each(cases)("%s", (_what, ask, code) => {
    expect(ask).toThrow(expect.objectContaining({ name: "PandasError", code }));
  });
});

// Everything that a view can be asked; only our errors may come of it.
function lookAt(value: unknown): void {
  try {
    answer(value);
    if (!leadsBack(value))
      JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? 0 : part));
    if (value instanceof DataFrame) for (const _ of value.toRows({ stop: 3, index: true }));
    if (value instanceof Series || value instanceof Index)
      expect(value.values).toBeInstanceOf(Column);
  } catch (error) {
    if (!(error instanceof PandasError)) throw error;
  }
}

describe("damaged pickles", () => {
  it.each(newest)("%s cut at every byte", (_name, _vector, bytes) => {
    for (let end = 0; end < bytes.length; end++) {
      expect(() => loads(bytes.subarray(0, end))).toThrow(PickleError);
    }
  });

  it.each(named)("%s with a byte changed", (_name, _vector, bytes) => {
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      byte: fc.nat(255),
      lossless: fc.boolean(),
    });
    fc.assert(
      fc.property(change, ({ at, byte, lossless }) => {
        const damaged = bytes.slice();
        damaged[at] = byte;
        let value: unknown;
        try {
          value = loads(damaged, { lossless });
        } catch (error) {
          if (error instanceof PickleError) return;
          throw error;
        }
        lookAt(value);
      }),
      { numRuns: 150 },
    );
  });
});

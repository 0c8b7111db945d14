/** The workloads' names in, what they hold and how brine reads them out; reference.py makes the values. */
import { dumps as dumpsAll, loads as loadsAll } from "../src/index.ts";
import { type NdArray, numpyTypesOf } from "../src/numpy/index.ts";
import { classType, dumps, type LoadOptions, loads, type PickleType } from "../src/pickle/index.ts";

/** One row of the table. */
export interface Workload {
  readonly name: string;
  /** Function of reference.py that makes the values. */
  readonly maker: string;
  readonly holds: string;
  /** Whether it is of the second table, of the standard library's types. */
  readonly isLibrary?: true;
  /** What the reference needs beside CPython. */
  readonly library?: "numpy";
  readonly loads: (data: Uint8Array, options?: LoadOptions) => unknown;
  readonly dumps: (value: unknown) => Uint8Array;
}

/** What `staff.Employee` instances become where the class is registered. */
class Employee {
  name = "";
  age = 0;
  salary = 0;
  tags: string[] = [];
}

const employees: readonly PickleType[] = [classType("staff.Employee", Employee)];

function bare(
  name: string,
  holds: string,
  maker: string = name,
  types?: readonly PickleType[],
): Workload {
  return {
    name,
    maker,
    holds,
    loads: (data, options) => loads(data, { ...options, types }),
    dumps: (value) => dumps(value, 5, types ? { types } : {}),
  };
}

// What `brine` makes of NumPy's arrays; written as NumPy 2 writes them, which is what the reference does.
function arrays(
  name: string,
  holds: string,
  protocol: number,
  maker: string = name,
  use?: (value: unknown) => void,
): Workload {
  return {
    name,
    maker,
    holds,
    library: "numpy",
    loads: (data, options) => {
      const value = loadsAll(data, options);
      use?.(value);
      return value;
    },
    dumps: (value) => dumpsAll(value, protocol, { types: numpy2 }),
  };
}

// What `brine` makes of the standard library's types; reference_library.py makes them.
function library(names: string): readonly Workload[] {
  return names.split(" ").map((name) => ({
    name,
    maker: name,
    holds: "50k",
    isLibrary: true,
    loads: (data, options) => loadsAll(data, options),
    dumps: (value) => dumpsAll(value, 5),
  }));
}

const numpy2 = [numpyTypesOf({ numpy: 2 })];

/** Every workload, in the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  bare("ints", "1M ints below 2^20"),
  bare("floats", "1M floats"),
  bare("records", "200k dicts of five fields"),
  bare("strings", "500k ASCII strings of 3-40"),
  bare("unicode", "300k non-ASCII strings"),
  bare("tuples", "300k (int, str, float)"),
  bare("intkeys", "a dict of 500k int keys"),
  bare("tuplekeys", "a dict of 100k (int, str) keys"),
  bare("sets", "50k sets of ten ints"),
  bare("instances", "150k instances, class registered", "instances", employees),
  bare("inert", "150k instances, class unknown", "instances"),
  {
    name: "datetimes",
    maker: "datetimes",
    holds: "100k datetimes to Temporal",
    loads: (data, options) => loadsAll(data, options),
    dumps: (value) => dumpsAll(value, 5),
  },
  bare("shared", "1M references to 1000 lists"),
  bare("bigints", "290k ints of 40-100 bits, 10k of 500"),
  bare("negatives", "500k negative ints of 7-40 bits"),
  bare("nested", "150k small nested containers"),
  bare("widedict", "a dict of 200k str keys"),
  bare("dicts200", "2000 dicts of 200 keys"),
  bare("blobs", "50k bytes of 1 KiB"),
  bare("bigblobs", "6 bytes of 16 MiB"),
  arrays("arrays", "10k arrays of 10 float64", 5),
  arrays("arrays4", "the same at protocol 4", 4),
  arrays("bigarray", "200 MB of float64", 5),
  arrays("bigused", "the same, its typed array asked for", 5, "bigarray", (value) => {
    if ((value as NdArray<Float64Array>).data.length !== 25_000_000) throw new Error("no array");
  }),
  ...library("decimals fractions complexes ranges uuids dates times timedeltas utc zoned deques"),
  ...library("ordereddicts defaultdicts counters namedtuples enums dataclasses paths frozensets"),
  ...library("exceptions arrays_d addresses shortbytes bytearrays python2"),
];

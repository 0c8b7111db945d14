/** The vectors that `make_vectors.py` wrote, and the values that stand in them. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LazyArray, NdArray } from "../../src/numpy/index.ts";

/** One call of `joblib.dump`. */
export interface Case {
  /** `"1.6.0 gzip"`. */
  readonly name: string;
  readonly joblib: string;
  readonly python: string;
  /** What was dumped: everything, or two small things. */
  readonly value: "sample" | "without objects" | "small";
  readonly bytes: Uint8Array;
  readonly companions: ReadonlyMap<string, Uint8Array>;
}

interface Stored {
  readonly made_by: { readonly joblib: string; readonly python: string };
  readonly cases: Readonly<
    Record<
      string,
      { readonly bytes: string; readonly companions: Readonly<Record<string, string>> }
    >
  >;
}

function decoded(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

const VALUES: Readonly<Record<string, Case["value"]>> = {
  plain: "sample",
  compressed: "sample",
  "z-files": "without objects",
};

/** Every one of them. */
export const CASES: readonly Case[] = globSync("vectors/*.json", { cwd: import.meta.dirname })
  .sort()
  .flatMap((file) => {
    const stored = JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as Stored;
    const { joblib, python } = stored.made_by;
    return Object.entries(stored.cases).map(([name, { bytes, companions }]): Case => {
      return {
        name: `${joblib} ${name}`,
        joblib,
        python,
        value: VALUES[name] ?? "small",
        bytes: decoded(bytes),
        companions: new Map(Object.entries(companions).map(([key, text]) => [key, decoded(text)])),
      };
    });
  });

/** The case of that name. */
export function caseOf(name: string): Case {
  const found = CASES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no vector is called ${name}`);
  return found;
}

/** What an array is in an expectation. */
export interface Shown {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: unknown;
}

/** A value with its arrays shown, and lazy ones read. */
export async function shown(value: unknown): Promise<unknown> {
  const array = value instanceof LazyArray ? await value.load() : value;
  if (array instanceof NdArray) {
    const descr = array.dtype.descr;
    const dtype = typeof descr === "string" ? descr : JSON.stringify(descr);
    return { dtype, shape: [...array.shape], values: array.toArray() };
  }
  if (Array.isArray(value)) return Promise.all(value.map(shown));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await shown(item)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const ARRAY = {
  dtype: "<f8",
  shape: [2, 3],
  values: [
    [0, 1, 2],
    [3, 4, 5],
  ],
};

/** What `sample()` of make_vectors.py is, arrays turned round as `joblib.load` does it, or as they were written. */
export function expected(value: Case["value"], native = true): unknown {
  if (value === "small")
    return { a: { dtype: "<f4", shape: [4], values: [0, 1, 2, 3] }, b: "text" };
  return {
    array: ARRAY,
    fortran: { ...ARRAY, dtype: "<i2" },
    big: { dtype: native ? "<i4" : ">i4", shape: [3], values: [0, 1, 2] },
    text: "é",
    ...(value === "sample" && {
      objects: { dtype: "|O", shape: [3], values: [1, "x", null] },
    }),
    record: {
      dtype: '[["n","<i4"],["x","<f8"]]',
      shape: [1],
      values: [{ n: 1, x: 2.5 }],
    },
    zero: { dtype: "<i8", shape: [], values: 7 },
    empty: { dtype: "<f4", shape: [0, 2], values: [] },
    matrix: { dtype: "<i8", shape: [1, 2], values: [[1, 2]] },
    twice: [ARRAY, ARRAY],
    view: { dtype: "|u1", shape: [4], values: [0, 2, 4, 6] },
  };
}

/** Objects of pandas in, what brine says of them out, in the words in which pandas_samples.py lets pandas say it. */
import {
  type Column,
  Complex,
  DataFrame,
  ExtensionArray,
  Index,
  Interval,
  isMissing,
  Period,
  Series,
  Timedelta,
  Timestamp,
} from "../../src/index.ts";

type Cell = null | boolean | number | string | Cell[];

interface Values {
  readonly dtype: string;
  readonly values: Cell[];
}

function cell(value: unknown, isFloat: boolean): Cell {
  if (isMissing(value)) return null;
  switch (typeof value) {
    case "boolean":
      return value;
    case "bigint":
      return `int ${value}`;
    case "string":
      return `text ${value}`;
    case "number":
      if (Number.isNaN(value)) return isFloat ? "NaN" : null;
      if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
      return value;
  }
  if (value instanceof Uint8Array) return `bytes ${value.join(" ")}`;
  if (value instanceof Complex) return ["complex", cell(value.real, true), cell(value.imag, true)];
  if (value instanceof Timestamp)
    return `time ${value.epochNanoseconds} ${value.timeZone ?? ""} ${value}`;
  if (value instanceof Timedelta) return `length ${value.nanoseconds} ${value}`;
  if (value instanceof Period) return `period ${value.ordinal} ${value}`;
  if (value instanceof Interval)
    return ["interval", cell(value.left, false), cell(value.right, false), value.closed];
  if (Array.isArray(value) && Object.getPrototypeOf(value) !== Array.prototype)
    return Array.from(value, (part) => cell(part, false));
  return "object";
}

function valuesOf(column: Column): Values {
  const isFloat = /^(>?f|float|complex|Sparse\[float)/.test(column.dtype);
  return { dtype: column.dtype, values: column.toArray().map((value) => cell(value, isFloat)) };
}

/** Everything that a pandas object holds. */
export function answer(value: unknown): unknown {
  if (value instanceof DataFrame) {
    const [, count] = value.shape;
    return {
      kind: "frame",
      shape: value.shape,
      columns: value.columns.map((label) => cell(label, false)),
      index: valuesOf(value.index.values),
      names: value.index.names.map((name) => cell(name, false)),
      data: Array.from({ length: count }, (_, at) => valuesOf(value.columnAt(at))),
    };
  }
  if (value instanceof Series) {
    const index = valuesOf(value.index.values);
    return { kind: "series", name: cell(value.name, false), index, data: valuesOf(value.values) };
  }
  if (value instanceof Index) {
    const names = value.names.map((name) => cell(name, false));
    return { kind: "index", type: value.type, names, data: valuesOf(value.values) };
  }
  if (value instanceof ExtensionArray)
    return { kind: "array", type: value.type, data: valuesOf(value.values) };
  return { kind: "scalar", data: cell(value, false) };
}

// What pandas of that version says otherwise than the newest, which brine follows.
function asNow(dtype: string): string {
  return (
    dtype
      .replace(/^period\[(\d*)A-/, "period[$1Y-")
      .replace(/^period\[(\d*)(?:H|T|S|L|U|N)\]$/, (text) =>
        text.replace(/[HTSLUN]/, (letter) => PERIODS[letter] as string),
      )
      // Which ends belong to it stands in every value, in the dtype's text since pandas 1.3 only.
      .replace(/^interval\[(.*), \w+\]$/, "interval[$1]")
  );
}
const PERIODS: Record<string, string> = { H: "h", T: "min", S: "s", L: "ms", U: "us", N: "ns" };

/** What pandas of any version said, as the newest would say it. */
export function now(said: unknown): unknown {
  if (Array.isArray(said)) return said.map(now);
  if (typeof said !== "object" || said === null) return said;
  return Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      key,
      key === "dtype" ? asNow(String(value)) : now(value),
    ]),
  );
}

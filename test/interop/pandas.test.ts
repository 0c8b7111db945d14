/**
 * pandas as it is, of every environment: what each pickle is read as equals what pandas says, and goes back unchanged.
 * The samples and pandas' answers are made by pandas_samples.py.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Column,
  Complex,
  DataFrame,
  dumps,
  ExtensionArray,
  Index,
  Instance,
  Interval,
  isMissing,
  loads,
  Period,
  Series,
  Timedelta,
  Timestamp,
} from "../../src/index.ts";
import { type Environment, environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

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

function answer(value: unknown): unknown {
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

function now(said: unknown): unknown {
  if (Array.isArray(said)) return said.map(now);
  if (typeof said !== "object" || said === null) return said;
  return Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      key,
      key === "dtype" ? asNow(String(value)) : now(value),
    ]),
  );
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function written(environment: Environment): Promise<[string, Record<string, unknown>]> {
  const folder = mkdtempSync(join(tmpdir(), "brine-pandas-"));
  folders.push(folder);
  const said = await runPython(environment, "pandas_samples.py", ["write", folder]);
  return [folder, said as Record<string, unknown>];
}

for (const environment of environments(["pandas"])) {
  const { name, libraries, version } = environment;
  describe(`pandas ${libraries["pandas"]} (.venv-${name})`, () => {
    it("is read as it reads itself, and goes back unchanged", async () => {
      const [folder, said] = await written(environment);
      const files = readdirSync(folder).filter((file) => file.endsWith(".pkl"));
      expect(files.length).toBeGreaterThan(150);
      // The pickles of Python 2 hold raw bytes in str, as numpy's documentation has it.
      const encoding = version === "2.7" ? "latin1" : "ASCII";
      const differing: Record<string, unknown> = {};
      for (const file of files) {
        const [sample = "", protocol] = file.split(".");
        const bytes = readFileSync(join(folder, file));
        for (const lossless of [false, true]) {
          const value = loads(bytes, { lossless, encoding });
          expect(value).toBeInstanceOf(Instance);
          const [seen, wanted] = [now(answer(value)), now(said[`${sample}.${protocol}`])];
          if (!isDeepStrictEqual(seen, wanted)) differing[`${file} ${lossless}`] = [seen, wanted];
        }
        // A str of Python 2 is text to those who read it; it goes back as what it was only where it stayed bytes.
        const kept = loads(bytes, {
          lossless: true,
          encoding: version === "2.7" ? "bytes" : encoding,
        });
        const back = dumps(kept, Number(protocol));
        writeFileSync(join(folder, `${sample}.${protocol}.back.pkl`), back);
      }
      expect(differing).toEqual({});
      const judged = await runPython(environment, "pandas_samples.py", ["check", folder]);
      expect(judged).toEqual({ checked: files.length, failures: {} });
    });
  });
}

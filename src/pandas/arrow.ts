/** Columns in, an Apache Arrow table out, through the package `apache-arrow`. Source: Arrow's columnar format 1.5. */

import type { TypedArray } from "../numpy/index.ts";
import { NAT } from "./arrays.ts";
import type { Column } from "./column.ts";
import { PandasError } from "./error.ts";

/** The module `apache-arrow`, version 14 or later. */
export interface ArrowLike {
  readonly Table: unknown;
  readonly makeData: unknown;
  readonly vectorFromArray: unknown;
}

/** What is said of an Arrow table without the package's own declarations; it is a `Table` of `apache-arrow`. */
export interface ArrowTable extends Iterable<unknown> {
  readonly numRows: number;
  readonly numCols: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: object }[] };
  getChild(name: string): (Iterable<unknown> & { get(index: number): unknown }) | null;
  get(index: number): unknown;
  toArray(): readonly unknown[];
}

type Arrow = typeof import("apache-arrow");

/** An Arrow table of these columns. @throws PandasError `missing-package`, `unknown-layout`, `bad-layout`, `too-large` */
export async function arrowTable(
  fields: readonly (readonly [name: string, column: Column])[],
  given: ArrowLike | undefined,
): Promise<ArrowTable> {
  // Whatever has these members is the module; its own types would need the package to be there.
  const arrow = (given as Arrow | undefined) ?? (await loadArrow());
  const columns = fields.map(([name, column]) => [name, vector(arrow, name, column)] as const);
  // fromEntries defines own properties, also one called __proto__.
  return new arrow.Table(Object.fromEntries(columns)) as unknown as ArrowTable;
}

async function loadArrow(): Promise<Arrow> {
  try {
    return await import("apache-arrow");
  } catch (cause) {
    throw new PandasError(
      "missing-package",
      "toArrow needs the package apache-arrow: npm install apache-arrow",
      { cause },
    );
  }
}

type ArrowVector = import("apache-arrow").Vector;

function vector(arrow: Arrow, name: string, column: Column): ArrowVector {
  column.checkSize();
  switch (column.kind) {
    case "number":
      return numbers(arrow, column);
    case "timestamp":
    case "timedelta":
      return times(arrow, column);
    case "category":
      return categories(arrow, name, column);
    default:
      return listed(arrow, name, column);
  }
}

function numbers(arrow: Arrow, column: Column) {
  const data = column.values;
  // Long doubles and joined pieces come as lists.
  if (Array.isArray(data)) return arrow.vectorFromArray(data.map(floatOf), new arrow.Float64());
  const { mask } = column;
  const bitmap = mask && bitmapOf(column.length, (index) => mask[index] === 0);
  const [type, own] = numberType(arrow, column.dtype, data as TypedArray);
  return made(arrow, { type, length: column.length, data: own, ...bitmap });
}

function floatOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function numberType(arrow: Arrow, dtype: string, data: TypedArray) {
  if (/float16/i.test(dtype)) {
    // Arrow's half floats are kept in 16-bit integers.
    const halves = new Uint16Array(data.buffer, data.byteOffset, data.length);
    return [new arrow.Float16(), halves] as const;
  }
  if (data instanceof Float64Array) return [new arrow.Float64(), data] as const;
  if (data instanceof Float32Array) return [new arrow.Float32(), data] as const;
  if (data instanceof BigInt64Array) return [new arrow.Int64(), data] as const;
  if (data instanceof BigUint64Array) return [new arrow.Uint64(), data] as const;
  if (data instanceof Int32Array) return [new arrow.Int32(), data] as const;
  if (data instanceof Uint32Array) return [new arrow.Uint32(), data] as const;
  if (data instanceof Int16Array) return [new arrow.Int16(), data] as const;
  if (data instanceof Uint16Array) return [new arrow.Uint16(), data] as const;
  if (data instanceof Int8Array) return [new arrow.Int8(), data] as const;
  return [new arrow.Uint8(), data] as const;
}

// The units of Arrow's Schema.fbs TimeUnit.
const UNITS = { s: 0, ms: 1, us: 2, ns: 3 } as const;

function times(arrow: Arrow, column: Column) {
  const { length, unit, kind, timeZone, mask } = column;
  const data = column.values;
  if (!(data instanceof BigInt64Array) || unit === undefined)
    return arrow.vectorFromArray(textsOf(column), new arrow.Utf8());
  const bitmap = bitmapOf(length, (index) => data[index] !== NAT && mask?.[index] !== 1);
  const type =
    kind === "timedelta"
      ? new arrow.Duration(UNITS[unit])
      : new arrow.Timestamp(UNITS[unit], timeZone ?? null);
  return made(arrow, { type, length, data, ...bitmap });
}

function categories(arrow: Arrow, name: string, column: Column): ArrowVector {
  const { codes, length, categories: of } = column;
  if (codes === undefined || of === undefined) return listed(arrow, name, column);
  const dictionary = vector(arrow, name, of);
  const places = Int32Array.from({ length }, (_, index) => Math.max(0, Number(codes[index])));
  // Reading a value checks its code.
  const bitmap = bitmapOf(length, (index) => column.at(index) !== null || codes[index] !== -1);
  const type = new arrow.Dictionary(dictionary.type, new arrow.Int32());
  return made(arrow, { type, length, data: places, dictionary, ...bitmap });
}

// Texts, truths, and lists of objects that are all of one kind.
function listed(arrow: Arrow, name: string, column: Column) {
  const values = column.toArray();
  const kinds = new Set<string>();
  for (const value of values) if (value !== null) kinds.add(typeof value);
  const [kind = "string"] = kinds;
  if (kinds.size > 1 || !["string", "boolean", "number", "bigint", "object"].includes(kind))
    throw noType(name, column);
  if (kind === "boolean") return arrow.vectorFromArray(values, new arrow.Bool());
  if (kind === "number" || kind === "bigint")
    return arrow.vectorFromArray(values.map(floatOf), new arrow.Float64());
  if (kind === "object" && column.kind !== "period" && column.kind !== "interval")
    throw noType(name, column);
  return arrow.vectorFromArray(textsOf(column), new arrow.Utf8());
}

function noType(name: string, column: Column): PandasError {
  return new PandasError(
    "unknown-layout",
    `column ${JSON.stringify(name)} (${column.dtype}) holds objects that Arrow has no type for`,
  );
}

function textsOf(column: Column): (string | null)[] {
  return column.toArray().map((value) => (value === null ? null : String(value)));
}

// Arrow's bitmap has a 1 for each value that is there.
function bitmapOf(
  length: number,
  isThere: (index: number) => boolean,
): { nullBitmap: Uint8Array; nullCount: number } | undefined {
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  for (let index = 0; index < length; index++) {
    if (isThere(index))
      nullBitmap[index >> 3] = (nullBitmap[index >> 3] as number) | (1 << (index & 7));
    else nullCount++;
  }
  return nullCount === 0 ? undefined : { nullBitmap, nullCount };
}

// makeData's declarations want each type with its own data; which belongs to which is decided above.
function made(arrow: Arrow, parts: { readonly type: object } & Record<string, unknown>) {
  return new arrow.Vector([arrow.makeData(parts as unknown as Parameters<Arrow["makeData"]>[0])]);
}

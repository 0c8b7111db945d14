/** NumPy's arrays and pandas' masks, times and texts over them in, columns out: all that has no part of its own kind. */

import { encodeLatin1 } from "../core/bytes/index.ts";
import { Instance, Tuple } from "../core/values/index.ts";
import { Datetime64, DType, NdArray, Timedelta64, type TypedArray } from "../numpy/index.ts";
import { Column, type ColumnKind } from "./column.ts";
import { badLayout, PandasError } from "./error.ts";
import { isMissing, type PandasUnit, Period, Timedelta, Timestamp } from "./scalars.ts";
import { integerOf, plainScalar } from "./state.ts";

/** NumPy's and pandas' NaT: the least 64-bit integer. */
export const NAT: bigint = -(2n ** 63n);

const KINDS: Readonly<Record<string, ColumnKind>> = {
  b: "boolean",
  i: "number",
  u: "number",
  f: "number",
  c: "complex",
  U: "string",
  T: "string",
};

/** An array of one axis: the array itself, or row `row` of a block of several columns. @throws PandasError `bad-layout` */
export function flatArray(given: unknown, row: number): NdArray {
  const value = given instanceof NdArray ? given : ownArray(given);
  if (value.ndim === 1 && row === 0) return value;
  if (value.ndim !== 2 || row >= (value.shape[0] as number))
    throw badLayout(`an array of shape (${value.shape.join(", ")}) does not hold column ${row}`);
  return value.slice(row);
}

// pandas before 1.0 had a subclass of ndarray of its own, whose state is an ndarray's: (version, shape, dtype, F, bytes).
function ownArray(value: unknown): NdArray {
  const state = value instanceof Instance ? value.state : undefined;
  const [, shape, dtype, isFortran, raw] = state instanceof Tuple ? state : [];
  // A str of Python 2 is text where the load decodes such.
  const bytes = typeof raw === "string" ? encodeLatin1(raw) : raw;
  const lengths = Array.isArray(shape) ? shape.map(integerOf) : undefined;
  if (!(dtype instanceof DType) || !lengths || !(bytes instanceof Uint8Array))
    throw badLayout("what should be an array is none");
  const order = isFortran === true ? "F" : "C";
  try {
    return NdArray.fromBytes(bytes, dtype, lengths as number[], { order });
  } catch (cause) {
    throw new PandasError("bad-layout", "an array has not the shape that it says", { cause });
  }
}

/** The typed array over an array's elements, made when it is first asked for. */
export function dataOf(array: NdArray): () => TypedArray {
  let data: TypedArray | undefined;
  return () => {
    if (data === undefined) {
      const found = array.data;
      if (Array.isArray(found)) throw badLayout(`an array of ${array.dtype} holds no numbers`);
      data = found;
    }
    return data;
  };
}

/** What reads elements of a number array. */
export function numberReader(array: NdArray): (index: number) => unknown {
  const { kind, itemsize } = array.dtype;
  // Half floats have no typed array everywhere; long doubles have none anywhere.
  if (kind === "f" && itemsize !== 4 && itemsize !== 8) return (index) => array.at(index);
  const data = dataOf(array);
  if (kind === "b") return (index) => data()[index] !== 0;
  return (index) => plainInteger(data()[index] as number | bigint);
}

function plainInteger(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A column over an array of one axis as NumPy has it. */
export function arrayColumn(array: NdArray): Column {
  const { dtype } = array;
  const { length } = { length: array.shape[0] as number };
  if (dtype.kind === "M" || dtype.kind === "m") {
    const unit = pandasUnit(dtype);
    if (unit !== undefined) return timeColumn(array, unit, null, undefined);
    const get = (index: number): unknown => plainTime(array.at(index));
    const kind = dtype.kind === "M" ? "timestamp" : "timedelta";
    return new Column({ dtype: dtypeText(dtype), kind, length, get });
  }
  const kind = KINDS[dtype.kind] ?? "object";
  if (kind !== "number" && kind !== "boolean") {
    const get = (index: number): unknown => cellOf(array.at(index));
    return new Column({ dtype: dtypeText(dtype), kind, length, get });
  }
  const get = numberReader(array);
  const data = dtype.itemsize > 8 ? undefined : dataOf(array);
  return new Column({ dtype: dtypeText(dtype), kind, length, get, data });
}

/** A dtype as pandas prints it: the name, or for the other byte order the type string. */
export function dtypeText(dtype: DType): string {
  return dtype.isNative ? dtype.name : dtype.str;
}

/** What an object array holds in one place: `null` where pandas sees nothing there. */
export function cellOf(value: unknown): unknown {
  return isMissing(value) ? null : plainScalar(value);
}

function plainTime(value: unknown): unknown {
  return (value instanceof Datetime64 || value instanceof Timedelta64) && value.isNaT
    ? null
    : value;
}

/** The unit of a time array, where pandas counts in it. */
export function pandasUnit({ time }: DType): PandasUnit | undefined {
  const unit = time?.step === 1 ? time.unit : undefined;
  return unit === "s" || unit === "ms" || unit === "us" || unit === "ns" ? unit : undefined;
}

/** A column of moments or lengths; `zone` is the tzinfo of each, `zoneName` how pandas prints it. */
export function timeColumn(
  array: NdArray,
  unit: PandasUnit,
  zone: unknown,
  zoneName: string | undefined,
): Column {
  const length = array.shape[0] as number;
  const data = dataOf(array);
  const { kind } = array.dtype;
  return new Column({
    dtype: zoneName === undefined ? dtypeText(array.dtype) : `datetime64[${unit}, ${zoneName}]`,
    kind: kind === "m" ? "timedelta" : "timestamp",
    length,
    unit,
    timeZone: zoneName,
    data,
    get: (index) => {
      const value = BigInt(data()[index] as bigint);
      if (value === NAT) return null;
      return kind === "m" ? Timedelta.of(value, unit) : Timestamp.of(value, unit, zone);
    },
  });
}

/** A column of periods over their ordinals. */
export function periodColumn(array: NdArray, frequency: string): Column {
  if (array.dtype.kind !== "i" || array.itemsize !== 8)
    throw badLayout("the ordinals of periods are no 64-bit integers");
  const data = dataOf(array);
  return new Column({
    dtype: `period[${frequency}]`,
    kind: "period",
    length: array.shape[0] as number,
    get: (index) => {
      const ordinal = BigInt(data()[index] as bigint);
      return ordinal === NAT ? null : Period.of(ordinal, frequency);
    },
  });
}

/** A column of numbers or booleans with a mask beside them: pandas' Int64, Float32, boolean. */
export function maskedColumn(values: NdArray, mask: NdArray): Column {
  const { kind, itemsize } = values.dtype;
  const length = values.shape[0] as number;
  if (!"biuf".includes(kind)) throw badLayout(`a mask lies over values of ${values.dtype}`);
  if (mask.dtype.kind !== "b" || mask.shape[0] !== length)
    throw badLayout(`a mask of ${mask.shape[0]} lies over ${length} values`);
  const isAbsent = dataOf(mask)();
  const names: Readonly<Record<string, string>> = { i: "Int", u: "UInt", f: "Float" };
  const read = numberReader(values);
  return new Column({
    dtype: kind === "b" ? "boolean" : `${names[kind]}${itemsize * 8}`,
    kind: kind === "b" ? "boolean" : "number",
    length,
    mask: new Uint8Array(isAbsent.buffer, isAbsent.byteOffset, isAbsent.byteLength),
    data: dataOf(values),
    get: (index) => (isAbsent[index] === 0 ? read(index) : null),
  });
}

/** A column of texts in an object array, where NaN, too, is a missing one. */
export function textColumn(array: NdArray, dtype: string): Column {
  return new Column({
    dtype,
    kind: "string",
    length: array.shape[0] as number,
    get: (index) => {
      const value = cellOf(array.at(index));
      return typeof value === "number" && Number.isNaN(value) ? null : value;
    },
  });
}

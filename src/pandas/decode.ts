/**
 * Whatever pandas keeps values in in, a column out: arrays, extension arrays, the data of every kind of Index.
 *
 * Source: pandas 3.1, 2.2, 1.5, 1.1 and 0.24: `core/arrays/*.py`, `_libs/arrays.pyx`, `core/indexes/*.py` `__reduce__`.
 */

import { Instance, Tuple } from "../core/values/index.ts";
import { NdArray, type TypedArray } from "../numpy/index.ts";
import {
  arrayColumn,
  dataOf,
  flatArray,
  maskedColumn,
  numberReader,
  pandasUnit,
  periodColumn,
  textColumn,
  timeColumn,
} from "./arrays.ts";
import { Column, type ColumnKind, checkWrittenOut } from "./column.ts";
import { badLayout, PandasError } from "./error.ts";
import { frequencyOf } from "./frequency.ts";
import { pyarrowColumn } from "./pyarrow.ts";
import { Interval } from "./scalars.ts";
import {
  argumentsOf,
  attribute,
  backing,
  classOf,
  entry,
  integerOf,
  listOf,
  plainScalar,
  stateOf,
} from "./state.ts";
import { zoneOf } from "./zones.ts";

// Categories hold an index, and that may be of categories again: pandas nests it once.
const MOST_LEVELS = 16;

/**
 * The column of an array, an extension array or an Index; of a block of several columns the one in row `row`.
 *
 * @throws PandasError `unknown-layout`, `bad-layout`
 */
export function columnOf(value: unknown, row = 0, level = 0): Column {
  if (value instanceof NdArray) return arrayColumn(flatArray(value, row));
  const name = classOf(value);
  if (!(value instanceof Instance) || name === undefined) throw unknown(value);
  if (level > MOST_LEVELS) throw badLayout("categories and indexes are nested without end");
  if (name.endsWith("Index")) return indexColumn(value, name, level + 1);
  switch (name) {
    case "IntegerArray":
    case "FloatingArray":
    case "BooleanArray":
      return maskedColumn(
        flatArray(attribute(value, "_data"), row),
        flatArray(attribute(value, "_mask"), row),
      );
    case "Categorical":
      return categoricalColumn(value, row, level);
    case "DatetimeArray":
    case "TimedeltaArray": {
      const { data, dtype } = backing(value);
      return zonedColumn(flatArray(data, row), zoneValue(dtype));
    }
    case "PeriodArray": {
      const { data, dtype } = backing(value);
      return periodColumn(flatArray(data, row), periodFrequency(dtype));
    }
    case "StringArray":
    case "StringArrayNumpySemantics": {
      const { data, dtype } = backing(value);
      return textColumn(flatArray(data, row), textDtype(dtype));
    }
    case "NumpyExtensionArray":
    case "PandasArray":
      return arrayColumn(flatArray(backing(value).data, row));
    case "ArrowStringArray":
    case "ArrowStringArrayNumpySemantics":
      return pyarrowColumn(arrowData(value), textDtype(attribute(value, "_dtype")));
    case "ArrowExtensionArray":
      return pyarrowColumn(arrowData(value), undefined);
    case "IntervalArray":
      return intervalColumn(
        columnOf(attribute(value, "_left"), 0, level + 1),
        columnOf(attribute(value, "_right"), 0, level + 1),
        attribute(value, "_closed") ?? intervalClosed(attribute(value, "_dtype")),
      );
    case "SparseArray":
      return sparseColumn(value);
    default:
      throw unknown(value);
  }
}

function unknown(value: unknown): PandasError {
  const what = value instanceof Instance ? value.className : "a value that is no array";
  return new PandasError("unknown-layout", `${what} is not an array that is known here`);
}

function arrowData(value: Instance): unknown {
  return attribute(value, "_pa_array") ?? attribute(value, "_data");
}

// pandas 3 calls its own text "str" where a missing one is NaN, and "string" where it is NA; before, all were "string".
function textDtype(dtype: unknown): string {
  if (!(dtype instanceof Instance)) return "string";
  const [storage, missing] = argumentsOf(dtype);
  const missingIsNaN = Number.isNaN(plainScalar(missing ?? attribute(dtype, "na_value") ?? null));
  return missingIsNaN || storage === "pyarrow_numpy" || storage === "python_numpy"
    ? "str"
    : "string";
}

// --- times

// The tzinfo of a DatetimeTZDtype; null for a dtype without zone.
function zoneValue(dtype: unknown): unknown {
  if (!(dtype instanceof Instance) || classOf(dtype) !== "DatetimeTZDtype") return null;
  const state = stateOf(dtype);
  return entry(state, "tz") ?? argumentsOf(dtype)[1] ?? null;
}

function zonedColumn(array: NdArray, zone: unknown): Column {
  const unit = pandasUnit(array.dtype);
  if (zone === null) return arrayColumn(array);
  if (unit === undefined || array.dtype.kind !== "M")
    throw badLayout(`moments of a zone are kept as ${array.dtype}`);
  return timeColumn(array, unit, zone, zoneOf(zone)?.name ?? "?");
}

// PeriodDtype("period[M]"), PeriodDtype(<MonthEnd>), or with the offset in its state.
function periodFrequency(dtype: unknown): string {
  const given =
    dtype instanceof Instance ? (argumentsOf(dtype)[0] ?? attribute(dtype, "freq")) : undefined;
  const text = typeof given === "string" ? given.replace(/^period\[(.*)\]$/, "$1") : given;
  const frequency = frequencyOf(text);
  if (frequency === undefined)
    throw new PandasError("unknown-layout", "periods have a frequency that is not known here");
  return frequency;
}

// --- categories

function categoricalColumn(value: Instance, row: number, level: number): Column {
  const { dtype, data } = backing(value);
  const old = attribute(value, "_categories");
  const holder = dtype instanceof Instance ? dtype : undefined;
  const categories = holder ? attribute(holder, "categories") : old;
  const isOrdered = (holder ? attribute(holder, "ordered") : attribute(value, "_ordered")) === true;
  return coded(columnOf(categories, 0, level + 1), flatArray(data, row), isOrdered);
}

function coded(categories: Column, codes: NdArray, isOrdered: boolean): Column {
  const read = codeReader(codes, categories.length);
  return new Column({
    dtype: "category",
    kind: "category",
    length: codes.shape[0] as number,
    categories,
    codes: dataOf(codes),
    isOrdered,
    get: (index) => {
      const code = read(index);
      return code < 0 ? null : categories.at(code);
    },
  });
}

// Places in a list of `count`; -1 for nothing.
function codeReader(codes: NdArray, count: number): (index: number) => number {
  if (codes.ndim !== 1 || codes.dtype.kind !== "i")
    throw badLayout(`the codes of categories are ${codes.dtype}`);
  const read = numberReader(codes);
  return (index) => {
    const code = Number(read(index));
    if (code < -1 || code >= count)
      throw badLayout(`code ${code} is not the place of one of ${count} categories`);
    return code;
  };
}

// --- intervals and sparse arrays

function intervalClosed(dtype: unknown): unknown {
  if (!(dtype instanceof Instance)) return undefined;
  const [subtype, closed] = argumentsOf(dtype);
  const inText = typeof subtype === "string" ? /, (\w+)\]$/.exec(subtype)?.[1] : undefined;
  return entry(stateOf(dtype), "closed") ?? closed ?? inText;
}

function intervalColumn(left: Column, right: Column, closed: unknown): Column {
  const side = typeof closed === "string" ? closed : "right";
  if (left.length !== right.length)
    throw badLayout(`intervals have ${left.length} left and ${right.length} right ends`);
  // Ends that are a range would be few bytes for very many values.
  left.checkSize();
  right.checkSize();
  return new Column({
    dtype: `interval[${left.dtype}, ${side}]`,
    kind: "interval",
    length: left.length,
    get: (index) => {
      const [from, to] = [left.at(index), right.at(index)];
      const isMissing = from === null || Number.isNaN(from);
      return isMissing ? null : Interval.of(from, to, side);
    },
  });
}

function sparseColumn(value: Instance): Column {
  const values = flatArray(attribute(value, "_sparse_values"), 0);
  const dtype = attribute(value, "_dtype");
  const fill = plainScalar(dtype instanceof Instance ? attribute(dtype, "_fill_value") : undefined);
  const place = attribute(value, "_sparse_index");
  if (!(place instanceof Instance)) throw badLayout("a sparse array has no index");
  const length = integerOf(place.args[0]);
  const stored = values.shape[0] as number;
  if (length === undefined || length < stored)
    throw badLayout(`${stored} values of a sparse array do not fit into its length`);
  const find =
    classOf(place) === "BlockIndex" ? blockFinder(place, stored) : placeFinder(place, stored);
  const inner = arrayColumn(values);
  const shown =
    typeof fill === "boolean" ? (fill ? "True" : "False") : String(fill).replace("NaN", "nan");
  const get = (index: number): unknown => {
    const at = find(index);
    return at < 0 ? (fill ?? null) : inner.at(at);
  };
  const dense = (): TypedArray => {
    checkWrittenOut(stored, length);
    const data = dataOf(values)();
    // The same class of numbers, as many as the whole.
    const all = new (data.constructor as new (length: number) => TypedArray)(length);
    for (let index = 0; index < length; index++) {
      const at = find(index);
      const number = at < 0 ? fill : data[at];
      all[index] = (typeof all[0] === "bigint" ? BigInt(Number(number)) : Number(number)) as never;
    }
    return all;
  };
  const data = inner.kind === "number" && typeof fill === "number" ? dense : undefined;
  return new Column({
    dtype: `Sparse[${inner.dtype}, ${shown}]`,
    kind: inner.kind as ColumnKind,
    length,
    stored,
    get,
    data,
  });
}

// IntIndex(length, places): the place of each stored value, in order.
function placeFinder(place: Instance, stored: number): (index: number) => number {
  const array = flatArray(place.args[1], 0);
  const places = numberReader(array);
  if (array.shape[0] !== stored) throw badLayout("a sparse array has not as many places as values");
  return (index) => {
    let [low, high] = [0, stored - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = Number(places(middle));
      if (found === index) return middle;
      if (found < index) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
}

// BlockIndex(length, starts, lengths): runs of stored values.
function blockFinder(place: Instance, stored: number): (index: number) => number {
  const [starts, lengths] = [flatArray(place.args[1], 0), flatArray(place.args[2], 0)];
  const [start, size] = [numberReader(starts), numberReader(lengths)];
  const before: number[] = [];
  let total = 0;
  if (starts.shape[0] !== lengths.shape[0])
    throw badLayout("a sparse array has runs without a length");
  for (let run = 0; run < (starts.shape[0] as number); run++) {
    before.push(total);
    total += Number(size(run));
    if (!(Number(size(run)) >= 0)) throw badLayout("a run of a sparse array has a negative length");
  }
  if (total !== stored)
    throw badLayout(`the runs of a sparse array hold ${total} values, not ${stored}`);
  return (index) => {
    let [low, high] = [0, before.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const from = Number(start(middle));
      if (index < from) high = middle - 1;
      else if (index >= from + Number(size(middle))) low = middle + 1;
      else return (before[middle] as number) + index - from;
    }
    return -1;
  };
}

// --- indexes

/** The arguments of an Index: `_new_Index(cls, dict)`. */
export function indexParts(index: Instance): unknown {
  return index.args[1];
}

function indexColumn(index: Instance, name: string, level: number): Column {
  const parts = indexParts(index);
  const data = entry(parts, "data");
  switch (name) {
    case "RangeIndex":
      return rangeColumn(...rangeOf(parts));
    case "MultiIndex":
      return tupleColumn(parts, level);
    case "IntervalIndex":
      if (data !== undefined) return columnOf(data, 0, level);
      return intervalColumn(
        columnOf(entry(parts, "left"), 0, level),
        columnOf(entry(parts, "right"), 0, level),
        entry(parts, "closed"),
      );
    case "DatetimeIndex": {
      const zone = entry(parts, "tz") ?? null;
      return data instanceof NdArray
        ? zonedColumn(flatArray(data, 0), zone)
        : columnOf(data, 0, level);
    }
    case "PeriodIndex":
      if (!(data instanceof NdArray)) return columnOf(data, 0, level);
      return periodColumn(flatArray(data, 0), frequencyOf(entry(parts, "freq")) ?? "?");
    default:
      return columnOf(data, 0, level);
  }
}

/** Start, stop and step of a RangeIndex. @throws PandasError `bad-layout` */
export function rangeOf(parts: unknown): [start: number, stop: number, step: number] {
  const [start, stop, step] = ["start", "stop", "step"].map((key) => integerOf(entry(parts, key)));
  if (start === undefined || stop === undefined || step === undefined || step === 0)
    throw badLayout("a RangeIndex has no start, stop or step");
  return [start, stop, step];
}

function rangeColumn(start: number, stop: number, step: number): Column {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  return new Column({
    dtype: "int64",
    kind: "number",
    length,
    stored: 0,
    get: (index) => start + index * step,
    data: () => {
      checkWrittenOut(0, length);
      return BigInt64Array.from({ length }, (_, index) => BigInt(start + index * step));
    },
  });
}

/** The levels of a MultiIndex, and for each the places of its values. @throws PandasError `bad-layout` */
export function levelsOf(parts: unknown, level = 0): { levels: Column[]; codes: NdArray[] } {
  const levels = listOf(entry(parts, "levels"));
  // "labels" before pandas 0.24.
  const codes = listOf(entry(parts, "codes") ?? entry(parts, "labels"));
  if (levels === undefined || codes === undefined || levels.length !== codes.length)
    throw badLayout("a MultiIndex has not as many codes as levels");
  return {
    levels: levels.map((part) => columnOf(part, 0, level + 1)),
    codes: codes.map((part) => flatArray(part, 0)),
  };
}

function tupleColumn(parts: unknown, level: number): Column {
  const { levels, codes } = levelsOf(parts, level);
  const length = (codes[0]?.shape[0] as number | undefined) ?? 0;
  if (codes.some(({ shape }) => shape[0] !== length))
    throw badLayout("the levels of a MultiIndex are not of one length");
  const readers = codes.map((array, at) => codeReader(array, (levels[at] as Column).length));
  return new Column({
    dtype: "object",
    kind: "object",
    length,
    get: (index) =>
      Tuple.from(readers, (read, at) => {
        const code = read(index);
        return code < 0 ? null : (levels[at] as Column).at(code);
      }),
  });
}

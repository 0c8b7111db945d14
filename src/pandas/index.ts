/** pandas' frames, series, indexes and scalars as they stand in pickles: inert, readable, and written back unchanged. */

import type { InertClass, PickleType } from "../core/registry/index.ts";
import { Global } from "../core/values/index.ts";
import { DataFrame } from "./frame.ts";
import { ExtensionArray, Index } from "./indexes.ts";
import { Interval, NotATime, Period, Timedelta, Timestamp } from "./scalars.ts";
import { Series } from "./series.ts";

export type { ArrowLike, ArrowTable } from "./arrow.ts";
export { Column, type ColumnKind } from "./column.ts";
export { type PandasCode, PandasError } from "./error.ts";
export { type ArrowOptions, DataFrame, isCount, labelText, type RowOptions } from "./frame.ts";
export { ExtensionArray, Index } from "./indexes.ts";
export { Interval, isMissing, type PandasUnit, Period, Timedelta, Timestamp } from "./scalars.ts";
export { Series } from "./series.ts";
export { cellText, type TableOptions, tableLines } from "./table.ts";

// What the classes and functions of any version are called within the package.
const CLASSES: Readonly<Record<string, InertClass>> = {
  DataFrame,
  Series,
  Timestamp,
  _unpickle_timestamp: Timestamp,
  Timedelta,
  _timedelta_unpickle: Timedelta,
  Period,
  Interval,
  _nat_unpickle: NotATime,
  __nat_unpickle: NotATime,
};

const MAKES_INDEX = /^_new_\w*Index$/;
// Arrays are called by their class, or by the function that Cython makes for it.
const MAKES_ARRAY =
  /^([A-Z]\w*Array\w*|Categorical|__pyx_unpickle_(NDArrayBacked|IntervalMixin|PeriodMixin))$/;

/** The types of pandas 0.24 to 3; `brine` knows them all. */
export const pandasTypes: readonly PickleType[] = [
  {
    globals: [],
    package: {
      name: "pandas",
      typeOf: (module, name) => {
        const inert = inertOf(name);
        return inert === undefined ? undefined : { globals: [new Global(module, name)], inert };
      },
    },
  },
];

function inertOf(name: string): InertClass | undefined {
  if (MAKES_INDEX.test(name)) return Index;
  if (MAKES_ARRAY.test(name)) return ExtensionArray;
  return Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}

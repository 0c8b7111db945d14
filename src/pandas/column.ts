/** One column's values, whatever pandas keeps them in: read one by one, or as a typed array where they are numbers. */

import { type Inspect, inspectSymbol, nest } from "../core/values/index.ts";
import type { TypedArray } from "../numpy/index.ts";
import { PandasError } from "./error.ts";
import type { PandasUnit } from "./scalars.ts";

/**
 * What the values are: `number` (ints, floats), `boolean`, `complex`, `string`, `timestamp`, `timedelta`, `category`,
 * `period`, `interval`, and `object` for anything.
 */
export type ColumnKind =
  | "number"
  | "boolean"
  | "complex"
  | "string"
  | "timestamp"
  | "timedelta"
  | "category"
  | "period"
  | "interval"
  | "object";

/** Where a column gets its values from. */
export interface ColumnSource {
  readonly dtype: string;
  readonly kind: ColumnKind;
  readonly length: number;
  /** The value at an index within the length; `null` where there is none. */
  get(index: number): unknown;
  /** All of them as a typed array, where they are numbers, truths or counts of time. */
  readonly data?: (() => TypedArray) | undefined;
  /** Where a value is missing beside `data`: 1 for each such place. */
  readonly mask?: Uint8Array | undefined;
  readonly unit?: PandasUnit | undefined;
  readonly timeZone?: string | undefined;
  readonly categories?: Column | undefined;
  readonly codes?: (() => TypedArray) | undefined;
  readonly isOrdered?: boolean | undefined;
  /** Values that are there in fact, where few stand for many: a range, a sparse array. */
  readonly stored?: number | undefined;
}

/** Values that few bytes may be written out to. */
const MOST_WRITTEN_OUT = 10_000_000;

/** Refuses to write out more values than a person or a program would want of them. @throws PandasError `too-large` */
export function checkWrittenOut(stored: number, length: number): void {
  if (length > MOST_WRITTEN_OUT && length > stored) {
    throw new PandasError(
      "too-large",
      `${stored} stored values stand for ${length}; at most ${MOST_WRITTEN_OUT} are written out`,
    );
  }
}

/** Values that `console.log` shows. */
const MOST_SHOWN = 10;

/**
 * A column of a DataFrame, the values of a Series or of an Index.
 *
 * Values read one by one are numbers (int64 beyond 2^53 bigint), booleans, strings, {@link Timestamp}s and so on;
 * `null` is a missing one, but that a NaN of a float column stays NaN.
 *
 * @example
 * ```ts
 * import { DataFrame, load } from "brine";
 * const frame = (await load("plants.pkl")) as DataFrame;
 * frame.column("height").values; //=> Float64Array [12.5, 30.25, 7]
 * [...frame.column("name")]; //=> ["oak", "fir", "ash"]
 * ```
 */
export class Column implements Iterable<unknown> {
  readonly #source: ColumnSource;

  /** Made by the objects that have columns. */
  constructor(source: ColumnSource) {
    this.#source = source;
  }

  /** The dtype as pandas prints it: `"float64"`, `"Int64"`, `"category"`, `"datetime64[ns, UTC]"`. */
  get dtype(): string {
    return this.#source.dtype;
  }

  /** What the values are. */
  get kind(): ColumnKind {
    return this.#source.kind;
  }

  /** Number of values. */
  get length(): number {
    return this.#source.length;
  }

  /** What timestamps and timedeltas are counted in. */
  get unit(): PandasUnit | undefined {
    return this.#source.unit;
  }

  /** The zone of timestamps that have one. */
  get timeZone(): string | undefined {
    return this.#source.timeZone;
  }

  /** The categories, where the column is of such. */
  get categories(): Column | undefined {
    return this.#source.categories;
  }

  /** The place among the categories of each value, -1 for a missing one. @throws PandasError `bad-layout` */
  get codes(): TypedArray | undefined {
    return this.#source.codes?.();
  }

  /** Whether the categories have an order. */
  get isOrdered(): boolean {
    return this.#source.isOrdered ?? false;
  }

  /** Beside {@link Column.values}: 1 at each place whose value is missing; `undefined` where pandas keeps no mask. */
  get mask(): Uint8Array | undefined {
    return this.#source.mask;
  }

  /**
   * All values: a typed array for numbers, booleans (0 and 1) and times (counts of the unit, NaT the least int64), over
   * the pickle's own memory where pandas kept them in one piece; else a list. What is missing according to the mask
   * holds anything.
   *
   * @throws PandasError `bad-layout`, `too-large`
   */
  get values(): TypedArray | readonly unknown[] {
    return this.#source.data?.() ?? this.toArray();
  }

  /** The value at an index, counted from the end if negative; `undefined` outside. @throws PandasError `bad-layout` */
  at(index: number): unknown {
    const place = index < 0 ? index + this.length : index;
    return Number.isInteger(place) && place >= 0 && place < this.length
      ? this.#source.get(place)
      : undefined;
  }

  *[Symbol.iterator](): Generator<unknown, void, undefined> {
    const { length } = this;
    for (let index = 0; index < length; index++) yield this.#source.get(index);
  }

  /** The values one by one in a list. @throws PandasError `bad-layout`, `too-large` */
  toArray(): unknown[] {
    this.checkSize();
    const list: unknown[] = [];
    for (let index = 0; index < this.length; index++) list.push(this.#source.get(index));
    return list;
  }

  /** Refuses what a few bytes claim to be very many values of. @throws PandasError `too-large` */
  checkSize(): void {
    const { stored, length } = this.#source;
    if (stored !== undefined) checkWrittenOut(stored, length);
  }

  /** The values, each as JSON has it. */
  toJSON(): unknown {
    return this.toArray();
  }

  [inspectSymbol](_depth: number, options: unknown, inspect: Inspect): string {
    const shown: string[] = [];
    for (let index = 0; index < Math.min(this.length, MOST_SHOWN); index++)
      shown.push(inspect(this.at(index), nest(options)));
    if (this.length > MOST_SHOWN) shown.push(`… ${this.length - MOST_SHOWN} more`);
    return `Column(${this.dtype}) [ ${shown.join(", ")} ]`;
  }
}

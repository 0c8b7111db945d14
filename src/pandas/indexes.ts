/** An extension array or an Index of pandas as a pickle has it, its values out. */

import { type Inspect, Instance, inspectSymbol, nest } from "../core/values/index.ts";
import type { Column } from "./column.ts";
import { columnOf, indexParts, levelsOf, rangeOf } from "./decode.ts";
import { orInert } from "./error.ts";
import { classOf, entry, listOf } from "./state.ts";

/**
 * An array of pandas' own: `Categorical`, `IntegerArray`, `StringArray`, `DatetimeArray`, `SparseArray` and the others.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged.
 */
export class ExtensionArray extends Instance implements Iterable<unknown> {
  #values: Column | undefined;

  /** The class in Python: `"Categorical"`. */
  get type(): string {
    return classOf(this) ?? "ExtensionArray";
  }

  /** The values as a column. @throws PandasError `unknown-layout`, `bad-layout` */
  get values(): Column {
    this.#values ??= columnOf(this);
    return this.#values;
  }

  /** Number of values. @throws PandasError `unknown-layout`, `bad-layout` */
  get length(): number {
    return this.values.length;
  }

  /** The dtype as pandas prints it. @throws PandasError `unknown-layout`, `bad-layout` */
  get dtype(): string {
    return this.values.dtype;
  }

  /** The value at an index, counted from the end if negative; `undefined` outside. @throws PandasError */
  at(index: number): unknown {
    return this.values.at(index);
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.values[Symbol.iterator]();
  }

  /** The values in a list; as an Instance where it cannot be read. */
  override toJSON(): unknown {
    return orInert(
      () => this.values.toJSON(),
      () => super.toJSON(),
    );
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    try {
      return `${this.type}${inspect(this.values, nest(options)).replace(/^Column/, "")}`;
    } catch {
      return super[inspectSymbol](depth, options, inspect);
    }
  }
}

/**
 * The labels of rows or columns: `RangeIndex`, `Index`, `MultiIndex`, `DatetimeIndex`, `TimedeltaIndex`, `PeriodIndex`,
 * `IntervalIndex`, `CategoricalIndex`, and the numeric ones of pandas before 2.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged. Labels of a MultiIndex are Tuples.
 */
export class Index extends ExtensionArray {
  /** Its name, `null` for none; of a MultiIndex `null`, see {@link Index.names}. */
  get name(): unknown {
    return entry(indexParts(this), "name") ?? null;
  }

  /** The names of its levels: one, or as many as a MultiIndex has. */
  get names(): readonly unknown[] {
    return listOf(entry(indexParts(this), "names")) ?? [this.name];
  }

  /** Start, stop and step, where the labels are such a range. @throws PandasError `bad-layout` */
  get range(): { start: number; stop: number; step: number } | undefined {
    if (this.type !== "RangeIndex") return undefined;
    const [start, stop, step] = rangeOf(indexParts(this));
    return { start, stop, step };
  }

  /** What each level of a MultiIndex can say; `undefined` for other indexes. @throws PandasError */
  get levels(): readonly Column[] | undefined {
    return this.type === "MultiIndex" ? levelsOf(indexParts(this)).levels : undefined;
  }

  /** The labels in a list; of a RangeIndex its bounds; as an Instance where it cannot be read. */
  override toJSON(): unknown {
    return orInert(
      () => this.range ?? super.toJSON(),
      () => super.toJSON(),
    );
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    try {
      const { type, name, range } = this;
      const named = name === null ? "" : `, name: ${inspect(name, nest(options))}`;
      if (range) return `${type}(${range.start}, ${range.stop}, ${range.step}${named})`;
      return super[inspectSymbol](depth, options, inspect) + named;
    } catch {
      return super[inspectSymbol](depth, options, inspect);
    }
  }
}

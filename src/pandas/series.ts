/** A pandas Series as a pickle has it, its labels and values out. */

import { type Inspect, Instance, inspectSymbol } from "../core/values/index.ts";
import type { Column } from "./column.ts";
import { columnOf } from "./decode.ts";
import { badLayout, orInert, PandasError } from "./error.ts";
import { Index } from "./indexes.ts";
import { managerOf } from "./manager.ts";
import { attribute } from "./state.ts";
import { tableText } from "./table.ts";

/**
 * A `pandas.Series`: a column with labels and a name.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged; what it holds is read from there.
 */
export class Series extends Instance implements Iterable<unknown> {
  #view: { state: unknown; index: Index; values: Column } | undefined;

  #parts(): { index: Index; values: Column } {
    const { state } = this;
    if (this.#view !== undefined && this.#view.state === state) return this.#view;
    const { axes, blocks } = managerOf(attribute(this, "_mgr") ?? attribute(this, "_data"));
    const [index] = axes;
    const [block] = blocks;
    if (!(index instanceof Index) || block === undefined || blocks.length !== 1)
      throw new PandasError("unknown-layout", "a Series is kept in a way that is not known");
    const values = columnOf(block.values);
    if (values.length !== index.length)
      throw badLayout(`a Series has ${index.length} labels and ${values.length} values`);
    this.#view = { state, index, values };
    return this.#view;
  }

  /** Its name, `null` for none. */
  get name(): unknown {
    return attribute(this, "_name") ?? attribute(this, "name") ?? null;
  }

  /** The labels. @throws PandasError `unknown-layout`, `bad-layout` */
  get index(): Index {
    return this.#parts().index;
  }

  /** The values. @throws PandasError `unknown-layout`, `bad-layout` */
  get values(): Column {
    return this.#parts().values;
  }

  /** The dtype as pandas prints it. @throws PandasError `unknown-layout`, `bad-layout` */
  get dtype(): string {
    return this.values.dtype;
  }

  /** Number of values. @throws PandasError `unknown-layout`, `bad-layout` */
  get length(): number {
    return this.values.length;
  }

  /** The value at a place, counted from the end if negative; `undefined` outside. @throws PandasError */
  at(index: number): unknown {
    return this.values.at(index);
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.values[Symbol.iterator]();
  }

  /** Labels and values in pairs. @throws PandasError */
  *pairs(): Generator<readonly [label: unknown, value: unknown], void, undefined> {
    const { index, values } = this;
    for (let row = 0; row < values.length; row++) yield [index.at(row), values.at(row)];
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
      const { name, index, values } = this;
      const label = name === null ? "" : String(name);
      const table = tableText(index, [label], [values], values.length);
      return `Series (${values.length}) ${values.dtype}\n${table}`;
    } catch {
      return super[inspectSymbol](depth, options, inspect);
    }
  }
}

/** A pandas DataFrame as a pickle has it: columns as typed arrays, rows on demand, or an Arrow table out. */

import { type Inspect, Instance, inspectSymbol, Tuple } from "../core/values/index.ts";
import { type ArrowLike, type ArrowTable, arrowTable } from "./arrow.ts";
import type { Column } from "./column.ts";
import { orInert, PandasError } from "./error.ts";
import { Index } from "./indexes.ts";
import { columnsOf, managerOf } from "./manager.ts";
import { attribute } from "./state.ts";
import { integerText, tableText } from "./table.ts";

interface View {
  readonly state: unknown;
  readonly index: Index;
  readonly labels: Index;
  readonly column: (at: number) => Column;
}

/** How rows are made. */
export interface RowOptions {
  /** The first row, default 0. */
  readonly start?: number | undefined;
  /** The row to stop before, default the end. */
  readonly stop?: number | undefined;
  /** Whether each row begins with its label, under the index's name or `"index"`. Default `false`. */
  readonly index?: boolean | undefined;
}

/** What of a frame becomes an Arrow table, and how. */
export interface ArrowOptions {
  /** The labels of the columns; all where left out. */
  readonly columns?: readonly unknown[] | undefined;
  /** The module `apache-arrow`, for those who have it already. */
  readonly arrow?: ArrowLike | undefined;
}

/**
 * A `pandas.DataFrame`.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged; what it holds is read from there,
 * a column when it is asked for.
 *
 * @example
 * ```ts
 * import { DataFrame, load } from "brine";
 * const frame = (await load("plants.pkl")) as DataFrame;
 * frame.shape; //=> [3, 4]
 * frame.columns; //=> ["name", "height", "count", "seen"]
 * frame.column("height").values; //=> Float64Array [12.5, 30.25, 7]
 * [...frame.toRows({ stop: 1 })].map(({ name, count }) => [name, count]); //=> [["oak", 3]]
 * ```
 */
export class DataFrame extends Instance {
  #view: View | undefined;

  #parts(): View {
    const { state } = this;
    if (this.#view !== undefined && this.#view.state === state) return this.#view;
    const manager = managerOf(attribute(this, "_mgr") ?? attribute(this, "_data"));
    const [labels, index] = manager.axes;
    if (!(labels instanceof Index) || !(index instanceof Index))
      throw new PandasError("unknown-layout", "a DataFrame has axes that are no Index");
    const column = columnsOf(manager, labels.length, index.length);
    this.#view = { state, index, labels, column };
    return this.#view;
  }

  /** Number of rows and of columns. @throws PandasError `unknown-layout`, `bad-layout` */
  get shape(): readonly [rows: number, columns: number] {
    const { index, labels } = this.#parts();
    return [index.length, labels.length];
  }

  /** The labels of the columns: Tuples where they have several levels. @throws PandasError */
  get columns(): readonly unknown[] {
    return this.#parts().labels.values.toArray();
  }

  /** The labels of the columns as an Index. @throws PandasError */
  get columnIndex(): Index {
    return this.#parts().labels;
  }

  /** The labels of the rows. @throws PandasError `unknown-layout`, `bad-layout` */
  get index(): Index {
    return this.#parts().index;
  }

  /** The dtypes of the columns, in order, as pandas prints them. @throws PandasError */
  get dtypes(): readonly string[] {
    return this.columns.map((_, at) => this.columnAt(at).dtype);
  }

  /** The first column of a label; a label of several levels is a list of its parts. @throws PandasError `no-column` */
  column(label: unknown): Column {
    const { labels, column } = this.#parts();
    for (let at = 0; at < labels.length; at++) {
      if (isSameLabel(labels.at(at), label)) return column(at);
    }
    throw new PandasError("no-column", `the frame has no column ${labelText(label)}`);
  }

  /** The column at a place, counted from the end if negative. @throws PandasError `no-column` */
  columnAt(index: number): Column {
    const { labels, column } = this.#parts();
    const place = index < 0 ? index + labels.length : index;
    if (!Number.isInteger(place) || place < 0 || place >= labels.length)
      throw new PandasError(
        "no-column",
        `the frame has ${labels.length} columns, none at ${index}`,
      );
    return column(place);
  }

  /**
   * The names of the fields of {@link DataFrame.toRows}: the labels as text, `(a, 1)` for one of several levels; of
   * columns that would have one name the second is `name.1`, as pandas reads such a CSV file.
   *
   * @throws PandasError
   */
  get fieldNames(): readonly string[] {
    const taken = new Map<string, number>();
    return this.columns.map((label) => {
      const base = labelText(label);
      let name = base;
      for (let number = taken.get(base) ?? 0; taken.has(name); ) {
        number++;
        name = `${base}.${number}`;
        taken.set(base, number);
      }
      taken.set(name, taken.get(name) ?? 0);
      return name;
    });
  }

  /**
   * The rows, one after another, as objects of the column's values.
   *
   * @throws PandasError `bad-layout`, `no-column`
   */
  *toRows({
    start = 0,
    stop,
    index: labelled = false,
  }: RowOptions = {}): Generator<Record<string, unknown>, void, undefined> {
    const { index } = this.#parts();
    const names = this.fieldNames;
    const fields = names.map((name, at): Field => {
      const column = this.columnAt(at);
      return [name, (row) => column.at(row)];
    });
    const hasColumns = fields.length > 0;
    if (labelled) fields.unshift(...labelFields(index, names));
    const end = Math.min(stop ?? index.length, index.length);
    // A frame without columns has rows in name only.
    for (let row = Math.max(0, start); row < end && hasColumns; row++) {
      const record: Record<string, unknown> = {};
      for (const [name, read] of fields) setOwn(record, name, read(row));
      yield record;
    }
  }

  /**
   * The frame, or the columns named, as an Apache Arrow table; the row labels are left out.
   *
   * The package `apache-arrow` is loaded when this is first called, or given: `toArrow({ arrow })`.
   *
   * @throws PandasError `missing-package`, `no-column`, `unknown-layout` for objects that Arrow has no type for,
   * `bad-layout`, `too-large`
   */
  async toArrow({ columns, arrow }: ArrowOptions = {}): Promise<ArrowTable> {
    const fields = this.fieldNames.map((name, at): [string, Column] => [name, this.columnAt(at)]);
    const chosen = columns?.map((label): [string, Column] => [
      labelText(label),
      this.column(label),
    ]);
    return arrowTable(chosen ?? fields, arrow);
  }

  /** The rows in a list, with their labels where those are no count from 0; as an Instance where it cannot be read. */
  override toJSON(): unknown {
    return orInert(
      () => {
        const { index } = this.#parts();
        for (const at of this.columns.keys()) this.columnAt(at).checkSize();
        return [...this.toRows({ index: !isCount(index) })];
      },
      () => super.toJSON(),
    );
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    try {
      const [rows, count] = this.shape;
      const shown = this.columns.slice(0, 20);
      const columns = shown.map((_, at) => this.columnAt(at));
      const table = tableText(this.index, shown.map(labelText), columns, rows);
      return `DataFrame (${rows} × ${count})\n${table}`;
    } catch {
      return super[inspectSymbol](depth, options, inspect);
    }
  }
}

/** Whether labels say no more than the number of the row. */
export function isCount(index: Index): boolean {
  const { range, name } = index;
  return range !== undefined && range.start === 0 && range.step === 1 && name === null;
}

/** A label as text. */
export function labelText(label: unknown): string {
  if (Array.isArray(label)) return `(${label.map(partText).join(", ")})`;
  return partText(label);
}

// Labels are scalars or tuples of them; whatever else a file says is not walked.
function partText(label: unknown): string {
  if (Array.isArray(label)) return "…";
  if (typeof label === "bigint") return integerText(label);
  return typeof label === "object" && label !== null && !("toString" in label)
    ? "?"
    : String(label);
}

type Field = [name: string, read: (row: number) => unknown];

// As reset_index names them: the index's name or "index", of several levels each its own or "level_0".
function labelFields(index: Index, taken: readonly string[]): Field[] {
  const { names, values } = index;
  const isMulti = index.levels !== undefined;
  return names.map((name, level): Field => {
    let field = name === null ? (isMulti ? `level_${level}` : "index") : labelText(name);
    while (taken.includes(field)) field += ".index";
    return [field, isMulti ? (row) => (values.at(row) as Tuple)[level] : (row) => values.at(row)];
  });
}

function isSameLabel(own: unknown, given: unknown): boolean {
  if (own instanceof Tuple && Array.isArray(given)) {
    return own.length === given.length && own.every((part, at) => isSameLabel(part, given[at]));
  }
  if (own === given || (own == null && given == null)) return true;
  if (typeof own === "bigint" || typeof given === "bigint") return String(own) === String(given);
  return (
    typeof own === "object" &&
    typeof given === "object" &&
    own !== null &&
    given !== null &&
    !Array.isArray(own) &&
    !Array.isArray(given) &&
    String(own) === String(given)
  );
}

// Prototype pollution: a column may be called __proto__.
function setOwn(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(record, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else record[name] = value;
}

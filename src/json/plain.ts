/** A losslessly loaded value in, the JSON that a reader would expect out, with a list of what JSON could not keep. */
import {
  Float,
  formatFloat,
  Global,
  Inert,
  Instance,
  isPlainObject,
  PersistentId,
  PyDict,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { NdArray, NumpyScalar } from "../numpy/index.ts";
import { DataFrame, ExtensionArray, isCount, PandasError, Series } from "../pandas/index.ts";
import { JsonError } from "./error.ts";
import {
  base64,
  type Expansion,
  integerText,
  type Level,
  list,
  pairs,
  record,
  Slot,
  written,
} from "./writer.ts";

/** Options of {@link PlainJson}. */
export interface PlainJsonOptions {
  /**
   * Values that shared references may be written out to, where that is more than four times the values there are;
   * default ten million. Thirty lists that hold each other twice stand for a billion values.
   */
  readonly values?: number | undefined;
  /** Text for a value that says it better than its attributes do, where there is one. */
  readonly textOf?: ((value: object) => string | undefined) | undefined;
}

/** Writes plain JSON and counts what it had to convert. */
export class PlainJson {
  readonly #most: number;
  readonly #textOf: (value: object) => string | undefined;
  readonly #converted = new Map<string, number>();

  constructor({ values = 10_000_000, textOf = () => undefined }: PlainJsonOptions = {}) {
    this.#most = values;
    this.#textOf = textOf;
  }

  /** What was converted so far and how often: "bytes to base64" → 3. */
  get converted(): ReadonlyMap<string, number> {
    return this.#converted;
  }

  /**
   * The JSON of `value`, in pieces. Whether there is one is found out before the first piece.
   *
   * @throws JsonError `cycle`, `too-large`
   */
  write(value: unknown): Generator<string, void, undefined> {
    measure(value, this.#most);
    return written(value, (part) => this.#expand(part));
  }

  #note(what: string): void {
    this.#converted.set(what, (this.#converted.get(what) ?? 0) + 1);
  }

  #expand(value: unknown): Expansion {
    switch (typeof value) {
      case "boolean":
        return String(value);
      case "string":
        return JSON.stringify(value);
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0)
          ? String(value)
          : this.#float(value);
      case "bigint": {
        const { text, decimal } = integerText(value);
        if (decimal) return text;
        this.#note("integer of more than 4300 digits to hex text");
        return `"${text}"`;
      }
      case "object":
        return value === null ? "null" : this.#object(value);
      default:
        this.#note(`${typeof value} to null`);
        return "null";
    }
  }

  #float(value: number): string {
    if (Number.isFinite(value)) return formatFloat(value);
    this.#note("NaN or infinity to null");
    return "null";
  }

  #object(value: object): Expansion {
    if (Array.isArray(value)) return list("[", value, "]");
    if (value instanceof Map) return this.#dict(value as Map<unknown, unknown>);
    if (isPlainObject(value)) return record("{", Object.entries(value), "}");
    if (value instanceof Float) return this.#float(value.value);
    if (value instanceof Uint8Array) {
      this.#note("bytes to base64");
      return base64('"', value, '"');
    }
    if (value instanceof Set) {
      this.#note("set to list");
      return list("[", value, "]");
    }
    if (isNumbers(value)) {
      this.#note("array of numbers to list");
      return list("[", value, "]");
    }
    const table = tabled(value);
    if (table !== undefined) {
      this.#note(table.note);
      return Array.isArray(table.shown) ? list("[", table.shown, "]") : this.#expand(table.shown);
    }
    const text = value instanceof Instance ? this.#textOf(value) : undefined;
    if (text !== undefined) {
      this.#note("date, time or zone to text");
      return JSON.stringify(text);
    }
    if (value instanceof Instance && !textual(value)) {
      this.#note("instance to its attributes");
      if (value.late !== undefined) this.#note("later change of an instance left out");
    } else if (value instanceof Global) this.#note("class or function to its name");
    else if (value instanceof PersistentId) this.#note("persistent id to an object");
    else
      this.#note(
        `${value.constructor?.name ?? "object"} to ${textual(value) ? "text" : "an object"}`,
      );
    const shown = shownAs(value);
    if (Array.isArray(shown)) return list("[", shown, "]");
    return typeof shown === "object" && shown !== null
      ? record("{", Object.entries(shown), "}")
      : this.#expand(shown);
  }

  // As Python's json writes keys, unless two become one: then, and for any other key, a list of pairs.
  #dict(entries: ReadonlyMap<unknown, unknown>): Expansion {
    const named = new Map<string, unknown>();
    let converted = false;
    for (const [key, value] of entries) {
      const name = keyName(key);
      if (name === undefined || named.has(name)) {
        this.#note("dict to a list of pairs");
        return pairs("[", entries, "]");
      }
      converted ||= typeof key !== "string";
      named.set(name, value);
    }
    if (converted) this.#note("dict's keys to text");
    return record("{", named, "}");
  }
}

function keyName(key: unknown): string | undefined {
  switch (typeof key) {
    case "string":
      return key;
    case "boolean":
      return String(key);
    case "bigint":
      return integerText(key).text;
    case "number":
      return Number.isSafeInteger(key) && !Object.is(key, -0) ? String(key) : formatFloat(key);
    case "object":
      if (key === null) return "null";
      return key instanceof Float ? formatFloat(key.value) : undefined;
    default:
      return undefined;
  }
}

// What stands for an object that JSON has no form for: what its own toJSON says, or its fields.
function shownAs(value: object): unknown {
  if (value instanceof Slice) return { start: value.start, stop: value.stop, step: value.step };
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON() as unknown;
  if (value instanceof Error) return { ...value, message: value.message };
  return { ...value };
}

interface Table {
  readonly note: string;
  readonly shown: unknown;
}

const tables = new WeakMap<object, Table | null>();

// What arrays and frames are to a reader of JSON: lists and rows; made once, for they are asked for again.
function tabled(value: object): Table | undefined {
  let table = tables.get(value);
  if (table === undefined) {
    table = asTable(value) ?? null;
    tables.set(value, table);
  }
  return table ?? undefined;
}

function asTable(value: object): Table | undefined {
  if (value instanceof NumpyScalar)
    return { note: "numpy scalar to its value", shown: value.value };
  if (value instanceof NdArray) return { note: "array to nested lists", shown: value.toJSON() };
  try {
    // Asked for its shape, what cannot be read says so.
    if (value instanceof DataFrame && value.shape.length === 2)
      return { note: "DataFrame to rows", shown: value.toJSON() };
    if (value instanceof Series) return seriesTable(value);
    if (value instanceof ExtensionArray && value.length >= 0)
      return { note: `${value.type} to a list`, shown: value.toJSON() };
  } catch (error) {
    // What holds no data that pandas would have written is an instance like any other.
    if (!(error instanceof PandasError)) throw error;
  }
  return undefined;
}

// Values by their labels, as long as no two are the same.
function seriesTable(series: Series): Table {
  if (isCount(series.index)) return { note: "Series to a list", shown: series.toJSON() };
  series.values.checkSize();
  const pairs = [...series.pairs()];
  const byLabel = new PyDict<unknown, unknown>(pairs);
  return byLabel.size === pairs.length
    ? { note: "Series to values by label", shown: byLabel }
    : { note: "Series to a list of pairs", shown: pairs };
}

// A typed array that is no bytes: what array.array loads as.
function isNumbers(value: object): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function textual(value: object): boolean {
  const shown = shownAs(value);
  return typeof shown !== "object" || shown === null;
}

const MANY_TIMES = 4;

/**
 * Counts the values that plain JSON would write, each object once: a cycle is found, and so is a growth without bound,
 * before anything is written.
 */
function measure(root: unknown, most: number): void {
  // Total of each object that is done; -1 while it is open.
  const totals = new Map<object, number>();
  const stack: Level[] = [];
  let distinct = 0;
  let slot: Slot | undefined = new Slot(root, "");
  for (;;) {
    if (slot !== undefined) {
      const { value, label } = slot;
      const top = stack[stack.length - 1];
      distinct++;
      const known = typeof value === "object" && value !== null ? totals.get(value) : 1;
      if (known === -1)
        throw new JsonError(
          "cycle",
          "plain JSON cannot refer back to a value that holds it",
          pathOf(stack, label),
        );
      if (known !== undefined) {
        if (top !== undefined) top.total += known;
      } else {
        const pieces = childrenOf(value as object);
        if (pieces === undefined) totals.set(value as object, 1);
        else totals.set(value as object, -1);
        if (pieces !== undefined) stack.push({ value, label, pieces, total: 1 });
        else if (top !== undefined) top.total += 1;
      }
    }
    const top = stack[stack.length - 1];
    if (top === undefined) return;
    const step = top.pieces.next();
    if (step.done !== true) {
      slot = step.value as Slot;
      continue;
    }
    slot = undefined;
    stack.pop();
    totals.set(top.value as object, top.total);
    const parent = stack[stack.length - 1];
    if (parent !== undefined) parent.total += top.total;
    if (top.total > most && top.total > MANY_TIMES * distinct) {
      const path = pathOf(stack, top.label);
      throw new JsonError(
        "too-large",
        `shared references would be written out to ${top.total} values (limit ${most})`,
        path,
      );
    }
  }
}

function childrenOf(value: object): Iterator<Slot> | undefined {
  if (value instanceof Float || ArrayBuffer.isView(value)) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : new Items(value);
  if (value instanceof Set) return new Items([...value]);
  if (value instanceof Map) return entrySlots(value as Map<unknown, unknown>);
  const table = tabled(value);
  if (table !== undefined && Array.isArray(table.shown)) return new Items(table.shown);
  const shown = isPlainObject(value) ? value : table ? table.shown : shownAs(value);
  return typeof shown === "object" && shown !== null
    ? entrySlots(Object.entries(shown))
    : undefined;
}

class Items implements Iterator<Slot> {
  readonly #items: readonly unknown[];
  #next = 0;

  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  next(): IteratorResult<Slot> {
    const index = this.#next++;
    if (index >= this.#items.length) return { done: true, value: undefined };
    return { done: false, value: new Slot(this.#items[index], index) };
  }
}

function* entrySlots(entries: Iterable<readonly [unknown, unknown]>): Generator<Slot> {
  for (const [key, value] of entries) {
    if (key instanceof Tuple || key instanceof Inert) yield new Slot(key, "key");
    yield new Slot(value, typeof key === "string" ? key : (keyName(key) ?? "…"));
  }
}

const LONGEST_PATH = 12;

function pathOf(stack: readonly Level[], last: string | number): string {
  const labels = [...stack.slice(1).map(({ label }) => label), last];
  const shown =
    labels.length > LONGEST_PATH ? [...labels.slice(0, 4), "…", ...labels.slice(-4)] : labels;
  return shown.reduce<string>((path, label) => {
    if (typeof label === "number") return `${path}[${label}]`;
    if (label === "") return path;
    return /^[\p{L}_$…][\p{L}\p{N}_$]*$/u.test(label)
      ? `${path}.${label}`
      : `${path}[${JSON.stringify(label)}]`;
  }, "$");
}

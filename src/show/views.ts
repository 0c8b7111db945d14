/**
 * What has a look of its own in, that look out: arrays, frames, series and indexes, and estimators, whose parameters
 * stand on the line and below it.
 */
import type { Instance } from "../core/values/index.ts";
import { DType, MaskedArray, NdArray } from "../numpy/index.ts";
import {
  DataFrame,
  ExtensionArray,
  Index,
  labelText,
  PandasError,
  Series,
  tableLines,
} from "../pandas/index.ts";
import { cutTo, grouped, printable } from "../printable/index.ts";
import { Estimator, SparseError, SparseMatrix } from "../sklearn/index.ts";
import { arrayHead, arrayPreview, type Spread, shapeText, spreadOf, spreadText } from "./arrays.ts";
import { codeView } from "./functions.ts";
import type { Namer } from "./kinds.ts";

/** How a value looks. */
export interface View {
  readonly type: string;
  readonly text: string;
  /** Lines that stand below it. */
  readonly lines?: readonly string[];
  /** What the lines say, for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** What a view may take. */
export interface Room {
  /** Characters in its line. */
  readonly width: number;
  /** Rows of a table. */
  readonly rows: number;
}

/** Whether a value is shown as a whole, so that nothing in it is walked. */
export function isWhole(value: unknown): boolean {
  if (value instanceof NdArray) return !value.dtype.hasObject;
  return (
    value instanceof DType ||
    value instanceof DataFrame ||
    value instanceof Series ||
    value instanceof ExtensionArray ||
    value instanceof SparseMatrix ||
    value instanceof MaskedArray
  );
}

/** The look of a value that has one. */
export function viewOf(value: object, namer: Namer, room: Room): View | undefined {
  if (value instanceof NdArray) return arrayView(value, room);
  if (value instanceof MaskedArray) return maskedView(value, room);
  if (value instanceof DType) return { type: "numpy.dtype", text: printable(String(value)) };
  if (value instanceof Estimator) return estimatorView(value, namer, room);
  const code = codeView(value, room);
  if (code !== undefined) return code;
  try {
    if (value instanceof DataFrame) return frameView(value, room);
    if (value instanceof Series) return seriesView(value, room);
    if (value instanceof ExtensionArray) return indexView(value, room);
    if (value instanceof SparseMatrix) return sparseView(value, room);
  } catch (error) {
    // Data that no version of the library would have written.
    if (!(error instanceof PandasError || error instanceof SparseError)) throw error;
    return {
      type: printable((value as Instance).className),
      text: `cannot be read: ${printable(error.message)}`,
    };
  }
  return undefined;
}

function arrayView(array: NdArray, { width }: Room): View {
  const type = `numpy.${array.subclass ?? "ndarray"}`;
  const head = arrayHead(array);
  if (array.dtype.hasObject) return { type, text: head, facts: { shape: [...array.shape] } };
  const { text, whole } = arrayPreview(array, width - type.length - head.length - 4);
  const spread = spreadOf(array);
  return {
    type,
    text: text === "" ? head : `${head}: ${text}`,
    // Who sees all the values needs no summary of them.
    lines: whole || spread === undefined ? [] : [spreadText(spread, array.size)],
    facts: { dtype: String(array.dtype), shape: [...array.shape], ...facts(spread) },
  };
}

function facts(spread: Spread | undefined): Record<string, unknown> {
  return { ...spread };
}

function maskedView(array: MaskedArray, { width }: Room): View {
  const type = "numpy.ma.MaskedArray";
  const head = arrayHead(array);
  const { text } = arrayPreview(array, width - type.length - head.length - 4);
  return { type, text: `${head}: ${text}`, facts: { shape: [...array.shape] } };
}

function frameView(frame: DataFrame, { width, rows }: Room): View {
  const [count, columns] = frame.shape;
  const shown = frame.columns.slice(0, MOST_COLUMNS);
  const table = tableLines(
    frame.index,
    shown.map(labelText),
    shown.map((_, at) => frame.columnAt(at)),
    count,
    { rows, width: width - 4, columns: MOST_COLUMNS },
  );
  const hidden = columns - shown.length;
  return {
    type: "pandas.DataFrame",
    text: `${plural(count, "row")}, ${plural(columns, "column")}`,
    lines: hidden > 0 ? [...table, `… ${hidden} columns are not looked at`] : table,
    facts: {
      shape: [count, columns],
      columns: shown.map((label, at) => ({
        name: labelText(label),
        dtype: frame.columnAt(at).dtype,
      })),
      table,
    },
  };
}

const MOST_COLUMNS = 60;

function plural(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

function seriesView(series: Series, { width, rows }: Room): View {
  const { name, values } = series;
  const label = name === null ? "" : labelText(name);
  const table = tableLines(series.index, [label], [values], values.length, {
    rows,
    width: width - 4,
  });
  const named = name === null ? "" : `, ${cutTo(printable(label), 40)}`;
  const text = `${values.dtype}, ${plural(values.length, "value")}${named}`;
  return { type: "pandas.Series", text, lines: table, facts: { dtype: values.dtype, table } };
}

function indexView(index: ExtensionArray, { width }: Room): View {
  const type = `pandas.${index.type}`;
  const { length, dtype } = index;
  const range = index instanceof Index ? index.range : undefined;
  const head = printable(`${dtype} ${shapeText([length])}`);
  if (range !== undefined)
    return {
      type,
      text: `${range.start} to ${range.stop}${range.step === 1 ? "" : ` by ${range.step}`}`,
    };
  const texts: string[] = [];
  let rest = width - type.length - head.length - 4;
  for (const value of index) {
    const text = value === null ? "-" : printable(labelText(value));
    rest -= text.length + 2;
    if (rest < 0 && texts.length > 0) {
      texts.push("…");
      break;
    }
    texts.push(cutTo(text, 40));
  }
  return { type, text: texts.length === 0 ? head : `${head}: ${texts.join(", ")}` };
}

function sparseView(matrix: SparseMatrix, { width }: Room): View {
  const { format, shape, data } = matrix;
  const type = `scipy.sparse.${format}`;
  const head = `${arrayHead({ dtype: data.dtype, shape })}, ${grouped(data.size)} stored`;
  const { text, whole } = arrayPreview(data, width - type.length - head.length - 4);
  const spread = data.dtype.hasObject ? undefined : spreadOf(data);
  return {
    type,
    text: text === "" ? head : `${head}: ${text}`,
    lines: whole || spread === undefined ? [] : [spreadText(spread, data.size)],
    facts: { shape: [...shape], stored: data.size, ...facts(spread) },
  };
}

// --- estimators

// The parameters on lines of their own, as Python writes calls; what is no short value is a part below.
function estimatorView(estimator: Estimator, namer: Namer, { width }: Room): View {
  const { version } = estimator;
  const lines: string[] = [];
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  let line = "";
  for (const [name, value] of Object.entries(estimator.params)) {
    const atom = namer.atom(value, 40);
    if (atom === undefined) continue;
    params[printable(name)] = atom;
    const text = `${printable(name)}=${atom}`;
    if (line !== "" && line.length + text.length + 2 > width - 4) {
      lines.push(`${line},`);
      line = text;
    } else line = line === "" ? text : `${line}, ${text}`;
  }
  if (line !== "") lines.push(line);
  return {
    type: printable(estimator.className),
    text: version === undefined ? "" : `scikit-learn ${printable(version)}`,
    lines,
    facts: { ...(version !== undefined && { version }), params },
  };
}

/** What of an estimator stands below its parameters: nested ones, what was fitted, and what it keeps for itself. */
export function* estimatorParts(
  estimator: Estimator,
  namer: Namer,
): Generator<[name: string, value: unknown]> {
  const all = Object.entries(estimator.attributes);
  for (const [name, value] of all) {
    if (name === "_sklearn_version") continue;
    const isParameter = !name.startsWith("_") && !name.endsWith("_");
    if (!isParameter || namer.atom(value, 40) === undefined) yield [name, value];
  }
}

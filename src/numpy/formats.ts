/**
 * The elements that are going to be printed in, what prints each of them out: all are as wide as the widest.
 *
 * Source: NumPy 2.5 `numpy/_core/arrayprint.py`, the formatter of each kind, with NumPy's default print options.
 */

import { Complex, Float, formatFloat, Global, Inert, Tuple } from "../core/values/index.ts";
import { Datetime64, Timedelta64 } from "./datetime64.ts";
import { positional, scientific } from "./digits.ts";
import type { DType } from "./dtype.ts";
import { reprText } from "./dtype-text.ts";
import { hasMemory } from "./memory.ts";
import type { NdArray } from "./ndarray.ts";

/** Prints one element. */
export type Format = (value: unknown) => string;

// numpy.get_printoptions()["precision"]
const PRECISION = 8;

/** What prints elements of a dtype, given those that will be; `ndim` of the array. */
export function formatOf(dtype: DType, values: readonly unknown[], ndim: number): Format {
  const { kind, itemsize, fields, subarray } = dtype;
  if (subarray !== null) return subarrayFormat(subarray.dtype, values);
  if (fields !== null) return recordFormat(dtype, values);
  // Records that hold objects hold whatever the pickle gave for their numbers, too.
  if (!values.every((value) => isElement(dtype, value))) return pythonText;
  switch (kind) {
    case "b":
      return (value) => (value === true ? (ndim > 0 ? " True" : "True") : "False");
    case "i":
    case "u":
      return integerFormat(values);
    case "f":
      return itemsize <= 8 ? floatFormat(values as number[], itemsize, false) : hexText;
    case "c":
      return itemsize <= 16 ? complexFormat(values as Complex[], itemsize / 2) : hexText;
    case "M":
    case "m":
      return timeFormat(values as (Datetime64 | Timedelta64)[]);
    case "V":
      return hexText;
    default:
      return (value) =>
        Array.isArray(value) && !(value instanceof Tuple) && kind === "O"
          ? `list(${pythonText(value)})`
          : pythonText(value);
  }
}

// Whether a value is what an array's own memory gives for an element of a number's or a time's dtype.
function isElement({ kind, itemsize }: DType, value: unknown): boolean {
  switch (kind) {
    case "f":
      return itemsize > 8 || typeof value === "number";
    case "c":
      return itemsize > 16 || value instanceof Complex;
    case "M":
      return value instanceof Datetime64;
    case "m":
      return value instanceof Timedelta64;
    default:
      return true;
  }
}

function integerFormat(values: readonly unknown[]): Format {
  const width = values.reduce<number>((most, value) => Math.max(most, String(value).length), 0);
  return (value) => String(value).padStart(width);
}

/** NumPy's FloatingFormat: positional, or scientific where the values lie far apart. */
function floatFormat(values: readonly number[], itemsize: number, showsPlus: boolean): Format {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((size) => size !== 0);
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const size of sizes) {
    most = Math.max(most, size);
    least = Math.min(least, size);
  }
  // 10**finfo.precision: 3 digits of half, 6 of single precision, but no more than 8.
  const cutoff = itemsize === 2 ? 1e3 : itemsize === 4 ? 1e6 : 1e8;
  // The quotient is of that precision too.
  const ratio = itemsize === 4 ? Math.fround(most / least) : most / least;
  const isScientific = sizes.length > 0 && (most >= cutoff || least < 0.0001 || ratio > 1000);
  const plus = (text: string): string => (showsPlus && !text.startsWith("-") ? `+${text}` : text);
  let before = 0;
  let behind = 0;
  let exponentWidth = 0;
  for (const value of finite) {
    if (isScientific) {
      const { mantissa, exponent } = scientific(value, itemsize, PRECISION);
      const point = mantissa.indexOf(".");
      before = Math.max(before, plus(mantissa).indexOf("."));
      behind = Math.max(behind, mantissa.length - point - 1);
      exponentWidth = Math.max(exponentWidth, exponent.length - 1);
    } else {
      const text = plus(positional(value, itemsize, PRECISION));
      before = Math.max(before, text.indexOf("."));
      behind = Math.max(behind, text.length - text.indexOf(".") - 1);
    }
  }
  const digits = behind;
  if (isScientific) behind += exponentWidth + 2;
  if (finite.length < values.length) {
    const hasSign = showsPlus || values.includes(Number.NEGATIVE_INFINITY);
    before = Math.max(before, 3 - behind - 1, 3 + (hasSign ? 1 : 0) - behind - 1);
  }
  return (given) => {
    const value = given as number;
    if (!Number.isFinite(value)) {
      const text = Number.isNaN(value) ? plus("nan") : plus(value < 0 ? "-inf" : "inf");
      return text.padStart(before + behind + 1);
    }
    if (!isScientific) {
      const text = plus(positional(value, itemsize, PRECISION));
      const padded = text.padEnd(text.indexOf(".") + 1 + behind);
      return padded.padStart(before + 1 + behind);
    }
    const { mantissa, exponent } = scientific(value, itemsize, digits);
    const whole = plus(mantissa);
    const padded = whole.padEnd(whole.indexOf(".") + 1 + digits, "0");
    const power = `${exponent[0]}${exponent.slice(1).padStart(exponentWidth, "0")}`;
    return `${padded}e${power}`.padStart(before + 1 + behind);
  };
}

function complexFormat(values: readonly Complex[], itemsize: number): Format {
  const real = floatFormat(
    values.map((value) => value.real),
    itemsize,
    false,
  );
  const imag = floatFormat(
    values.map((value) => value.imag),
    itemsize,
    true,
  );
  return (given) => {
    const value = given as Complex;
    const text = imag(value.imag);
    const end = text.trimEnd().length;
    return `${real(value.real)}${text.slice(0, end)}j${text.slice(end)}`;
  };
}

function timeFormat(values: readonly (Datetime64 | Timedelta64)[]): Format {
  const text = (value: Datetime64 | Timedelta64): string =>
    value.isNaT
      ? "'NaT'"
      : value instanceof Datetime64
        ? `'${value.toString()}'`
        : String(value.value);
  const width = values.reduce((most, value) => Math.max(most, text(value).length), 0);
  return (value) => text(value as Datetime64 | Timedelta64).padStart(width);
}

function recordFormat({ fields, hasObject }: DType, values: readonly unknown[]): Format {
  const formats = Array.from(fields ?? [], ([name, { dtype }]): [string, Format] => {
    // Among objects None is an object, or no time; where nothing else can be null, it is masked.
    const nothing = hasObject ? (dtype.time === null ? undefined : "'NaT'") : "--";
    const isNothing = (value: unknown): boolean => value === null && nothing !== undefined;
    const column = values.map((value) => partOf(value, name));
    const format = formatOf(
      dtype,
      column.filter((value) => !isNothing(value)),
      1,
    );
    return [name, (value) => (isNothing(value) ? (nothing as string) : format(value))];
  });
  return (value) => {
    const texts = formats.map(([name, format]) => format(partOf(value, name)));
    return texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(", ")})`;
  };
}

// A field of a record; undefined of what is none.
function partOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  const part = (value as Record<string, unknown>)[name];
  return part instanceof Float ? part.value : part;
}

function subarrayFormat(base: DType, values: readonly unknown[]): Format {
  const all = values.flatMap((value) => (isArrayLike(value) ? [...value.values()] : [value]));
  const format = formatOf(
    base,
    all.filter((value) => value !== null),
    1,
  );
  const text = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map(text).join(", ")}]`;
    return part === null && !base.hasObject ? "--" : format(part);
  };
  return (value) => text(isArrayLike(value) ? value.toArray() : value);
}

function hexText(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  return `b'${Array.from(value, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")}'`;
}

// How deep and how far values inside object arrays are written out; they may contain themselves.
const DEEPEST = 2;
const MOST_ITEMS = 10;

/** A value as Python's `repr` would show it, cut where it is deep or long. */
export function pythonText(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return reprText(value);
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? String(value)
        : formatFloat(value);
    case "object":
      return value === null ? "None" : objectText(value, depth);
    default:
      return String(value);
  }
}

function objectText(value: object, depth: number): string {
  if (value instanceof Float) return formatFloat(value.value);
  if (value instanceof Uint8Array) return reprBytes(value);
  if (value instanceof Global || value instanceof Inert) return String(value);
  if (isNdArray(value) && (depth > 0 || nested > 0)) return `array(…, dtype=${value.dtype})`;
  if (Array.isArray(value)) {
    const isTuple = value instanceof Tuple;
    if (depth >= DEEPEST) return isTuple ? "(…)" : "[…]";
    const texts = value.slice(0, MOST_ITEMS).map((item) => pythonText(item, depth + 1));
    if (value.length > MOST_ITEMS) texts.push("…");
    const body = texts.join(", ");
    return isTuple ? (value.length === 1 ? `(${body},)` : `(${body})`) : `[${body}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map || prototype === Object.prototype || prototype === null) {
    if (depth >= DEEPEST) return "{…}";
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    const texts = entries
      .slice(0, MOST_ITEMS)
      .map(([key, item]) => `${pythonText(key, depth + 1)}: ${pythonText(item, depth + 1)}`);
    return `{${texts.join(", ")}${entries.length > MOST_ITEMS ? ", …" : ""}}`;
  }
  if (value instanceof Set) return `{${value.size === 0 ? "" : "…"}}`;
  return typeof value.toString === "function" ? nestedText(value) : "<object>";
}

// Texts of objects within objects that are being printed, and how many of them there were in all: a value may contain
// itself, or one large array a thousand times.
let nested = 0;
let printed = 0;
const MOST_NESTED = 2;
const MOST_PRINTED = 100;

function nestedText(value: object): string {
  if (nested === 0) printed = 0;
  if (nested >= MOST_NESTED || printed++ >= MOST_PRINTED) return "…";
  nested++;
  try {
    return String(value);
  } finally {
    nested--;
  }
}

/** Bytes as Python's `repr` writes them. */
export function reprBytes(bytes: Uint8Array): string {
  let out = "";
  const hasQuote = bytes.includes(0x27) && !bytes.includes(0x22);
  const quote = hasQuote ? '"' : "'";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote || character === "\\") out += `\\${character}`;
    else if (character === "\n") out += "\\n";
    else if (character === "\r") out += "\\r";
    else if (character === "\t") out += "\\t";
    else if (byte >= 0x20 && byte < 0x7f) out += character;
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `b${quote}${out}${quote}`;
}

/** One scalar as NumPy's `str` shows it. */
export function scalarText(value: unknown, dtype: DType): string {
  if (dtype.fields !== null) return formatOf(dtype, [value], 0)(value);
  if (typeof value === "number" && dtype.kind === "f") {
    const sizes = Math.abs(value);
    if (!Number.isFinite(value)) return formatFloat(value);
    if (sizes !== 0 && (sizes >= 1e16 || sizes < 1e-4)) {
      const { mantissa, exponent } = scientific(value, dtype.itemsize, 17);
      return `${mantissa.replace(/\.$/, "")}e${exponent}`;
    }
    const text = positional(value, dtype.itemsize, 40);
    return text.endsWith(".") ? `${text}0` : text;
  }
  if (value instanceof Uint8Array && dtype.kind !== "S") return hexText(value);
  if (value instanceof Complex) return value.toString();
  return pythonText(value);
}

function isNdArray(value: unknown): value is NdArray {
  return hasMemory(value);
}

// A masked array is one whose data and mask are arrays.
function isArrayLike(value: unknown): value is NdArray {
  if (isNdArray(value)) return true;
  if (typeof value !== "object" || value === null || !("mask" in value)) return false;
  return "data" in value && isNdArray(value.data) && "toArray" in value;
}

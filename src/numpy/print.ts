/**
 * Arrays in, the text that NumPy's `repr` prints and what JSON can hold out.
 *
 * Source: NumPy 2.5 `numpy/_core/arrayprint.py` _array2string, _formatArray, _array_repr_implementation with the default
 * options: 75 columns, beyond 1000 elements three at each end of an axis.
 */

import { decodeLatin1 } from "../core/bytes/index.ts";
import type { DType } from "./dtype.ts";
import { tupleText } from "./dtype-text.ts";
import { setOwn } from "./elements.ts";
import { type Format, formatOf } from "./formats.ts";
import type { NdArray } from "./ndarray.ts";

const LINE_WIDTH = 75;
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;

// Where every axis is short, NumPy prints all of the array however large it is.
const MOST_PRINTED = 20_000;

/** What NumPy's `repr` prints of an array. */
export function arrayText(array: NdArray): string {
  const { dtype, shape, size, subclass } = array;
  const name = subclass === "recarray" ? "rec.array" : (subclass ?? "array");
  const prefix = `${name}(`;
  const body = bodyText(array, prefix.length, 1);
  const extras: string[] = [];
  if ((size === 0 && !(shape.length === 1 && shape[0] === 0)) || size > THRESHOLD)
    extras.push(`shape=${tupleText(shape)}`);
  // A recarray's elements are records anyway.
  const shown = shortName(dtype).replace(
    subclass === "recarray" ? /^\(numpy\.record, (.*)\)$/s : /^$/,
    "$1",
  );
  if (!isImplied(dtype) || size === 0) extras.push(`dtype=${shown}`);
  if (extras.length === 0) return `${prefix}${body})`;
  const head = `${prefix}${body},`;
  const tail = `${extras.join(", ")})`;
  const lastLine = head.length - (head.lastIndexOf("\n") + 1);
  const isLong = lastLine + tail.length + 1 > LINE_WIDTH || subclass === "recarray";
  return `${head}${isLong ? `\n${" ".repeat(prefix.length)}` : " "}${tail}`;
}

/**
 * The brackets and elements of an array that begin behind `indent` characters; `suffix` are to follow on the last line.
 * `format` prints an element, where it is not for the dtype to say.
 */
export function bodyText(array: NdArray, indent: number, suffix: number, format?: Format): string {
  if (array.size === 0) return "[]";
  const isCut = array.size > THRESHOLD;
  const places = array.shape.map((length) => shownPlaces(length, isCut));
  const count = places.reduce((product, { length }) => product * length, 1);
  if (count > MOST_PRINTED) return "...";
  const shown = isCut ? corners(array, places) : [...array.values()];
  const print = format ?? formatOf(array.dtype, shown, array.ndim);
  const lines = new Lines(array, places, shown.map(print), isCut);
  return lines.text(0, " ".repeat(indent + 1), LINE_WIDTH - suffix);
}

// The indexes of an axis that are printed.
function shownPlaces(length: number, isCut: boolean): readonly number[] {
  if (!isCut || length <= 2 * EDGE_ITEMS) return Array.from({ length }, (_, index) => index);
  return [0, 1, 2, length - 3, length - 2, length - 1];
}

function corners(array: NdArray, places: readonly (readonly number[])[]): unknown[] {
  const found: unknown[] = [];
  const visit = (indexes: readonly number[]): void => {
    const axis = places[indexes.length];
    if (axis === undefined) found.push(array.at(...indexes));
    else for (const index of axis) visit([...indexes, index]);
  };
  visit([]);
  return found;
}

/** The words of the elements, broken into lines and put in brackets. */
class Lines {
  readonly #array: NdArray;
  readonly #places: readonly (readonly number[])[];
  readonly #words: readonly string[];
  readonly #isCut: boolean;
  #next = 0;

  constructor(
    array: NdArray,
    places: readonly (readonly number[])[],
    words: readonly string[],
    isCut: boolean,
  ) {
    this.#array = array;
    this.#places = places;
    this.#words = words;
    this.#isCut = isCut;
  }

  text(axis: number, indent: string, width: number): string {
    const rest = this.#array.ndim - axis;
    if (rest === 0) return this.#words[this.#next++] as string;
    const length = this.#array.shape[axis] as number;
    const isCut = this.#isCut && length > 2 * EDGE_ITEMS;
    const count = (this.#places[axis] as readonly number[]).length;
    const body = rest === 1 ? this.#row(count, isCut, indent, width) : "";
    if (rest === 1) return `[${body.slice(indent.length)}]`;
    const separator = `,${"\n".repeat(rest - 1)}`;
    const parts: string[] = [];
    for (let index = 0; index < count; index++) {
      if (isCut && index === EDGE_ITEMS) parts.push(`${indent}...`);
      parts.push(`${indent}${this.text(axis + 1, `${indent} `, width - 1)}`);
    }
    return `[${parts.join(separator).slice(indent.length)}]`;
  }

  // One row, wrapped where the next word with the comma or bracket behind it would not fit.
  #row(count: number, isCut: boolean, indent: string, width: number): string {
    const most = width - 1;
    let done = "";
    let line = indent;
    const add = (word: string): void => {
      // A word of several lines, as of an array within an array, is set under its own beginning.
      const [first = "", ...more] = word.split("\n");
      const longest = more.reduce((length, part) => Math.max(length, part.length), first.length);
      if (line.length + longest > most && line.length > indent.length) {
        done += `${line.trimEnd()}\n`;
        line = indent;
      }
      const inner = " ".repeat(line.length);
      line += first;
      for (const part of more) {
        done += `${line.trimEnd()}\n`;
        line = inner + part;
      }
      if (more.length > 0) line += " ".repeat(longest - (more.at(-1) as string).length);
    };
    for (let index = 0; index < count; index++) {
      if (index > 0) line += ", ";
      if (isCut && index === EDGE_ITEMS) {
        add("...");
        line += ", ";
      }
      add(this.#words[this.#next++] as string);
    }
    return done + line;
  }
}

/** Whether NumPy leaves the dtype out, since such values have it by themselves. */
export function isImplied({ kind, itemsize, isNative, fields }: DType): boolean {
  if (fields !== null || !isNative) return false;
  return ["b1", "i8", "f8", "c16"].includes(kind + itemsize);
}

/** The dtype as NumPy's `repr` of an array names it. */
export function shortName(dtype: DType): string {
  if (dtype.fields !== null || dtype.kind === "T") return String(dtype);
  if ("SUV".includes(dtype.kind) || !dtype.isNative) return `'${dtype}'`;
  return /^[a-z][a-z0-9]*$/.test(dtype.name) ? dtype.name : `'${dtype.name}'`;
}

/** Nested lists and records of elements that are no objects, as JSON can hold them. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return decodeLatin1(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const record: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) setOwn(record, name, jsonOf(part));
  return record;
}

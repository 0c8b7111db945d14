/** Columns in, the first rows of them as lines of a table out. */

import { Tuple } from "../core/values/index.ts";
import type { Column } from "./column.ts";
import type { Index } from "./indexes.ts";

/** How much of a table is shown. */
export interface TableOptions {
  /** Rows at most; default 10, the last one of them the table's last row where some are left out. */
  readonly rows?: number | undefined;
  /** Columns at most, default 20. */
  readonly columns?: number | undefined;
  /** Characters in a line, default 100: columns that do not fit are left out. */
  readonly width?: number | undefined;
}

const LONGEST_CELL = 32;

/** A table as one text. */
export function tableText(
  index: Index,
  labels: readonly string[],
  columns: readonly Column[],
  rows: number,
  options?: TableOptions,
): string {
  return tableLines(index, labels, columns, rows, options).join("\n");
}

/** The lines of a table: labels, dtypes, rows, and what was left out. */
export function tableLines(
  index: Index,
  labels: readonly string[],
  columns: readonly Column[],
  rows: number,
  { rows: most = 10, columns: mostColumns = 20, width = 100 }: TableOptions = {},
): string[] {
  const places = rows <= most ? range(0, rows) : [...range(0, Math.max(0, most - 2)), rows - 1];
  const gap = rows > places.length ? Math.max(0, most - 2) : -1;
  const cells: string[][] = [["", "", ...places.map((row) => cellText(index.at(row)))]];
  const right = [false];
  let room = width - widthOf(cells[0] as string[]);
  for (const [at, column] of columns.slice(0, mostColumns).entries()) {
    const own = [
      shorten(labels[at] ?? ""),
      column.dtype,
      ...places.map((row) => cellText(column.at(row))),
    ];
    room -= widthOf(own) + 2;
    if (room < 0 && at > 0) break;
    cells.push(own);
    right.push(column.kind === "number" || column.kind === "complex");
  }
  const lines: string[] = [];
  for (let line = 0; line < places.length + 2; line++) {
    if (gap >= 0 && line === gap + 2) lines.push("…");
    const parts = cells.map((own, at) => {
      const text = own[line] as string;
      return right[at] ? text.padStart(widthOf(own)) : text.padEnd(widthOf(own));
    });
    lines.push(parts.join("  ").trimEnd());
  }
  const hidden = columns.length - (cells.length - 1);
  if (hidden > 0) {
    const names = labels.slice(-hidden).slice(0, mostColumns).map(shorten).join(", ");
    const line = `… ${hidden} more column${hidden === 1 ? "" : "s"}: ${names}`;
    lines.push(line.length > width ? `${line.slice(0, width - 1)}…` : line);
  }
  return lines;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}

function widthOf(cells: readonly string[]): number {
  return cells.reduce((most, text) => Math.max(most, text.length), 0);
}

/** A cell as a person reads it: numbers of at most six digits behind the point, long texts cut. */
export function cellText(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? String(value) : numberText(value);
    case "string":
      return shorten(value);
    case "object":
      return value === null ? "-" : objectText(value);
    case "bigint":
      return integerText(value);
    default:
      return String(value);
  }
}

/** An integer of any size; past 60 hex digits only their beginning, for decimal digits cost their square. */
export function integerText(value: bigint): string {
  const hex = value.toString(16);
  return hex.length <= 60 ? String(value) : `${hex.replace(/^-?/, "$&0x").slice(0, 24)}…`;
}

function numberText(value: number): string {
  const short = Number(value.toPrecision(7));
  return Number.isNaN(value) ? "NaN" : String(short);
}

function objectText(value: object): string {
  if (value instanceof Tuple) {
    const shown = value.slice(0, 6).map((part) => (Array.isArray(part) ? "…" : cellText(part)));
    return shorten(`(${shown.join(", ")}${value.length > 6 ? ", …" : ""})`);
  }
  if (Array.isArray(value)) return `[… ${value.length}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || value instanceof Map) return "{…}";
  if (ArrayBuffer.isView(value)) return `[… ${value.byteLength} bytes]`;
  const write: unknown = value.toString;
  if (typeof write !== "function" || write === Object.prototype.toString) return "…";
  try {
    return shorten(String(write.call(value)));
  } catch {
    return "…";
  }
}

// Controls and what turns the direction of writing would draw on the screen of who looks.
function shorten(text: string): string {
  const line = text.slice(0, LONGEST_CELL + 1).replace(/[\p{C}\u2028\u2029]/gu, "·");
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL - 1)}…` : line;
}

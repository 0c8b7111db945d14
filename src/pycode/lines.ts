/**
 * Line tables and exception tables in, what each instruction belongs to out.
 *
 * Source: CPython `Objects/lnotab_notes.txt` (3.9, 3.10), `Objects/locations.md` and `Objects/exception_handling_notes.txt`
 * (3.11 on), `Lib/dis.py` findlinestarts.
 */

import type { CodeFields } from "./code.ts";
import { badCode } from "./error.ts";
import type { PythonVersion } from "./version-names.ts";

/** Where in the source code an instruction comes from; lines from 1, columns in UTF-8 bytes from 0. */
export interface Position {
  readonly line: number | undefined;
  readonly endLine: number | undefined;
  readonly column: number | undefined;
  readonly endColumn: number | undefined;
}

/** A run of bytecode that belongs to one position: from `start` to before `end`, in bytes. */
export interface Span extends Position {
  readonly start: number;
  readonly end: number;
}

/** The bytecode in runs of one position each, in order and without gaps. */
export function spansOf(fields: CodeFields, version: PythonVersion): readonly Span[] {
  if (version === "3.8" || version === "3.9") return lnotabSpans(fields);
  return version === "3.10" ? linetableSpans(fields) : locationSpans(fields);
}

function lineSpan(start: number, end: number, line: number | undefined): Span {
  return { start, end, line, endLine: undefined, column: undefined, endColumn: undefined };
}

// Pairs: bytes of code, signed lines; a line begins where the pairs before it end.
function lnotabSpans({ linetable, bytecode, firstlineno }: CodeFields): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  let at = 0;
  let line = firstlineno;
  for (let index = 0; index + 1 < linetable.length; index += 2) {
    const bytes = linetable[index] as number;
    const lines = signed(linetable[index + 1] as number);
    if (bytes > 0) {
      at += bytes;
      if (at >= bytecode.length) break;
      if (at > start) {
        // Several pairs may move the line before the next instruction: only the last counts.
        const last = spans[spans.length - 1];
        if (last !== undefined && last.line === line)
          spans[spans.length - 1] = lineSpan(last.start, at, line);
        else spans.push(lineSpan(start, at, line));
        start = at;
      }
    }
    line += lines;
  }
  const last = spans[spans.length - 1];
  if (last !== undefined && last.line === line)
    spans[spans.length - 1] = lineSpan(last.start, bytecode.length, line);
  else spans.push(lineSpan(start, bytecode.length, line));
  return spans;
}

// Pairs: bytes of code, signed lines from the pair before; -128 is no line.
function linetableSpans({ linetable, firstlineno }: CodeFields): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  let line = firstlineno;
  for (let index = 0; index + 1 < linetable.length; index += 2) {
    const end = start + (linetable[index] as number);
    const lines = signed(linetable[index + 1] as number);
    if (lines !== -128) line += lines;
    if (end > start) spans.push(lineSpan(start, end, lines === -128 ? undefined : line));
    start = end;
  }
  return spans;
}

function signed(byte: number): number {
  return byte < 128 ? byte : byte - 256;
}

class Numbers {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    if (this.isDone) throw badCode("a table of the code ends within an entry");
    return this.#bytes[this.at++] as number;
  }

  // Six bits a byte, the lowest first.
  varint(): number {
    let byte = this.byte();
    let value = byte & 63;
    for (let shift = 6; byte & 64; shift += 6) {
      if (shift > 42) throw badCode("a number in a table of the code is too long");
      byte = this.byte();
      value += (byte & 63) * 2 ** shift;
    }
    return value;
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
  }

  // Six bits a byte, the highest first: exception tables.
  bigEndian(): number {
    let byte = this.byte();
    let value = byte & 63;
    for (let count = 0; byte & 64; count++) {
      if (count > 7) throw badCode("a number in a table of the code is too long");
      byte = this.byte();
      value = value * 64 + (byte & 63);
    }
    return value;
  }
}

function locationSpans({ linetable, firstlineno }: CodeFields): readonly Span[] {
  const spans: Span[] = [];
  const numbers = new Numbers(linetable);
  let start = 0;
  let line = firstlineno;
  while (!numbers.isDone) {
    const first = numbers.byte();
    if (first < 128) throw badCode("an entry of the location table does not begin as one");
    const end = start + ((first & 7) + 1) * 2;
    const code = (first >> 3) & 15;
    let endLine: number | undefined;
    let column: number | undefined;
    let endColumn: number | undefined;
    if (code === 14) {
      line += numbers.signedVarint();
      endLine = line + numbers.varint();
      const from = numbers.varint();
      const to = numbers.varint();
      column = from === 0 ? undefined : from - 1;
      endColumn = to === 0 ? undefined : to - 1;
    } else if (code === 13) {
      line += numbers.signedVarint();
      endLine = line;
    } else if (code >= 10 && code <= 12) {
      line += code - 10;
      endLine = line;
      column = numbers.byte();
      endColumn = numbers.byte();
    } else if (code < 10) {
      const second = numbers.byte();
      endLine = line;
      column = (code << 3) | (second >> 4);
      endColumn = column + (second & 15);
    }
    const own = code === 15 ? undefined : line;
    spans.push({ start, end, line: own, endLine, column, endColumn });
    start = end;
  }
  return spans;
}

/** An entry of an exception table: what happens to an exception between `start` and before `end`, in bytes. */
export interface Handler {
  readonly start: number;
  readonly end: number;
  readonly target: number;
  /** How much of the stack stays. */
  readonly depth: number;
  /** Whether the offset of the instruction that raised is pushed too. */
  readonly lasti: boolean;
}

/** The entries of an exception table (3.11 and later). */
export function handlersOf(exceptiontable: Uint8Array): readonly Handler[] {
  const handlers: Handler[] = [];
  const numbers = new Numbers(exceptiontable);
  while (!numbers.isDone) {
    const start = numbers.bigEndian() * 2;
    const end = start + numbers.bigEndian() * 2;
    const target = numbers.bigEndian() * 2;
    const mark = numbers.bigEndian();
    handlers.push({ start, end, target, depth: Math.floor(mark / 2), lasti: mark % 2 === 1 });
  }
  return handlers;
}

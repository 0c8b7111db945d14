/** A place in bytes that moves forward; what C's unpickler refuses to read is a {@link Break}. Source: CPython Modules/_pickle.c. */
import { parseInteger } from "../core/bytes/index.ts";

/** Why a stream cannot be read any further, or would be refused by Python at this place. */
export class Break {
  readonly code: BreakCode;
  readonly message: string;
  constructor(code: BreakCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** What is wrong with a stream. */
export type BreakCode =
  | "truncated"
  | "invalid-opcode"
  | "unsupported-protocol"
  | "bad-length"
  | "bad-number"
  | "bad-string"
  | "bad-name"
  | "bad-value"
  | "stack-underflow"
  | "no-mark"
  | "odd-items"
  | "memo-missing"
  | "memo-index";

/** Reads what stands behind opcodes. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.end = end;
  }

  /** Passes `count` bytes and returns where they begin. */
  take(count: number): number {
    const start = this.at;
    if (count > this.end - start) {
      throw new Break("truncated", `${count} bytes are announced, ${this.end - start} are there`);
    }
    this.at = start + count;
    return start;
  }

  byte(): number {
    return this.bytes[this.take(1)] as number;
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** A length of eight bytes; exact, or beyond any input. */
  uint64(): number {
    const start = this.take(8);
    return this.view.getUint32(start, true) + this.view.getUint32(start + 4, true) * 2 ** 32;
  }

  /** A length of four bytes that may not be negative. */
  count32(): number {
    const count = this.int32();
    if (count < 0) throw new Break("bad-length", `a length is ${count}`);
    return count;
  }

  /** The next line without its newline. */
  line(): Uint8Array {
    const line = this.bytes.subarray(this.at, this.#newline());
    this.at += line.length + 1;
    return line;
  }

  #newline(): number {
    const { bytes, at, end } = this;
    // Most lines are short, and a call of indexOf costs more than they do.
    for (let near = at; near < end && near < at + 32; near++) if (bytes[near] === 0x0a) return near;
    // Never beyond the end: whoever reads a thousand short parts would search all of the rest each time.
    const newline = bytes.subarray(at, end).indexOf(0x0a);
    if (newline < 0) throw new Break("truncated", "a line has no end");
    return at + newline;
  }

  /** The index in decimal that GET and PUT have in a line. */
  memoIndex(): number {
    let index = 0;
    let at = this.at;
    for (; at < this.end && at - this.at < 9; at++) {
      const digit = (this.bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      index = index * 10 + digit;
    }
    if (at === this.at || at >= this.end || this.bytes[at] !== 0x0a)
      return memoIndexOf(this.line());
    this.at = at + 1;
    return index;
  }
}

const latin1 = (line: Uint8Array): string => {
  let text = "";
  for (const byte of line) text += String.fromCharCode(byte);
  return text;
};

// C's conversions stop at a NUL.
const untilNul = (text: string): string => text.split("\0", 1)[0] as string;

// No integer that Python accepts has more digits, but for underscores and the L.
const LONGEST_NUMBER = 9000;

/** INT's value as C's strtol with base 0 reads it, or as Python's int where that fails. */
export function intOf(line: Uint8Array): number | bigint | boolean {
  const text = untilNul(numberText(line));
  if (line.length === 2 && /^[0+-][01]$/.test(text) && text !== "-1") return text[1] === "1";
  if (text === "" && line.length > 0) return 0;
  const octal = /^[ \t\v\f\r]*([+-]?)0([0-7]+)$/.exec(text);
  return integer(octal === null ? text : `${octal[1]}0o${octal[2]}`);
}

/** LONG's value. */
export function longOf(line: Uint8Array): number | bigint {
  const text = untilNul(numberText(line));
  return integer(text.endsWith("L") ? text.slice(0, -1) : text);
}

function numberText(line: Uint8Array): string {
  if (line.length > LONGEST_NUMBER) throw new Break("bad-number", "a number is too long");
  return latin1(line);
}

function integer(text: string): number | bigint {
  const value = parseInteger(text, 4300);
  if (value === undefined || value === "too-long") {
    throw new Break("bad-number", "the text of an int is none");
  }
  return value;
}

/** FLOAT's value. */
export function floatOf(line: Uint8Array): number {
  const text = untilNul(numberText(line));
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text);
  if (special !== null) {
    const magnitude = special[2] === undefined ? Number.POSITIVE_INFINITY : Number.NaN;
    return special[1] === "-" ? -magnitude : magnitude;
  }
  const value = Number(text);
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    throw new Break("bad-number", "the text of a float is none");
  }
  return value;
}

// As Python's int reads it.
function memoIndexOf(line: Uint8Array): number {
  const text = untilNul(numberText(line));
  if (!/^[ \t\v\f\r]*[+-]?\d+(?:_\d+)*[ \t\v\f\r]*$/.test(text)) {
    throw new Break("memo-index", "a memo index is no number");
  }
  return Number(text.replaceAll("_", ""));
}

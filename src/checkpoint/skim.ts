/**
 * A pickle of a dict in, where each of its values stands out: nothing is built, and long bytes and strings are passed over
 * without being read.
 *
 * A stack of extents runs beside the opcodes as the machine's stack of values would. Source: the tables of opcodes and of
 * their effects.
 */
import { ARGUMENTS, type Argument, EFFECTS, type Effect, OPCODES } from "../core/opcodes/index.ts";
import { PySet } from "../core/values/index.ts";

/** Bytes that can be read anywhere, at once. */
export interface Readable {
  readonly size: number;
  /** Fills `target` from byte `start`; returns how many bytes there were. */
  read(start: number, target: Uint8Array): number;
}

/** Bytes `[start, end)` of the pickle. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** What is known of the pickle. */
export interface Layout {
  /** The values by their keys' extents, in order. */
  readonly entries: readonly (readonly [key: Extent, value: Extent])[];
  /** What PROTO says; 0 where there is none. */
  readonly protocol: number;
  /** Whether the search ended before the value of the last key. */
  readonly endedEarly: boolean;
  /** Where what stands in the memo was written; `undefined` where it was changed at another place later. */
  memo(index: number): Extent | undefined;
  /** How many entries the memo had before byte `offset`. */
  memoSizeAt(offset: number): number;
}

/** What follows an opcode and what it does to the stack. */
export interface OpcodeShape {
  readonly argument: Argument;
  /** Entries taken from the top; -1 for all above the topmost mark, and the mark. */
  readonly takes: number;
  /** Whether the entry below those is what it changes, and stays. */
  readonly changes: boolean;
  readonly gives: number;
}

// What changes an object that stays where it is on the stack.
const CHANGES = new Set(["APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD"]);

/** The shapes by opcode byte. */
export const SHAPES: readonly (OpcodeShape | undefined)[] = (() => {
  const shapes: (OpcodeShape | undefined)[] = new Array(256).fill(undefined);
  for (const [row, { name, code, argument }] of OPCODES.entries()) {
    // Both tables have a row for each opcode.
    const { before, after } = EFFECTS[row] as Effect;
    const changes = CHANGES.has(name);
    const takes = before.includes("mark") ? -1 : before.length - Number(changes);
    const gives = after.length - Number(changes);
    shapes[code] = { argument: ARGUMENTS[argument], takes, changes, gives };
  }
  return shapes;
})();

export const MARK = 0x28;
export const STOP = 0x2e;
export const PROTO = 0x80;
export const FRAME = 0x95;
export const MEMOIZE = 0x94;
const EMPTY_DICT = 0x7d;
const DICT = 0x64;
const SETITEM = 0x73;
const SETITEMS = 0x75;
// DUP copies the top; GET, BINGET, LONG_BINGET; PUT, BINPUT, LONG_BINPUT. p and g have their index as a line of text.
const DUP = 0x32;
const GETS = new Set([0x67, 0x68, 0x6a]);
const PUTS = new Set([0x70, 0x71, 0x72]);
// UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8, and what Python 2 writes.
const TEXTS = new Set([0x56, 0x58, 0x8c, 0x8d, 0x53, 0x54, 0x55]);
const LONGEST_KEY = 64;
// What a file may cost: a stack entry takes some 30 bytes here and one in the file, a memo entry 24 and one.
const MOST_VALUES = 10_000_000;
// A checkpoint has five.
const MOST_ENTRIES = 100;

/**
 * Finds the values of a pickled dict. The search ends early where all of `first` stand before the key `last`.
 *
 * @returns `"no-dict"` where the bytes are no whole pickle of a small dict, `"too-large"` where more than `most` values
 * stand on the stack or in the memo
 */
export function skim(
  file: Readable,
  first: readonly string[],
  last: string,
  most: number = MOST_VALUES,
): Layout | "no-dict" | "too-large" {
  return new Skim(file, first, last, most).run();
}

class Skim {
  readonly #window: Window;
  readonly #first: readonly string[];
  readonly #last: string;
  readonly #most: number;
  // The stack. A mark is an entry too; #memos has the memo's index of an entry, -1 for none, -2 - index for one that was
  // fetched from there.
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #memos: number[] = [];
  readonly #texts: boolean[] = [];
  readonly #marks: number[] = [];
  readonly #memoStarts: number[] = [];
  readonly #memoEnds: number[] = [];
  readonly #memoPuts: number[] = [];
  readonly #changed = new PySet<number>();
  #memoSize = 0;
  #protocol = 0;
  readonly #entries: [Extent, Extent][] = [];

  constructor(file: Readable, first: readonly string[], last: string, most: number) {
    this.#window = new Window(file);
    this.#most = most;
    this.#first = first;
    this.#last = last;
  }

  run(): Layout | "no-dict" | "too-large" {
    const window = this.#window;
    for (let pos = 0; ; ) {
      const code = window.byte(pos);
      const shape = code < 0 ? undefined : SHAPES[code];
      if (shape === undefined) return "no-dict";
      const end = window.behind(pos + 1, shape.argument);
      if (end < 0) return "no-dict";
      if (code === STOP) return this.#starts.length === 1 ? this.#layout(false) : "no-dict";
      if (!this.#step(code, shape, pos, end)) return "no-dict";
      if (TEXTS.has(code) && this.#isComplete()) return this.#layout(true);
      const values = Math.max(this.#starts.length, this.#memoStarts.length);
      if (values > this.#most) return "too-large";
      pos = end;
    }
  }

  #step(code: number, shape: OpcodeShape, pos: number, end: number): boolean {
    const starts = this.#starts;
    if (code === PROTO) this.#protocol = this.#window.byte(pos + 1);
    if (code === PROTO || code === FRAME) return true;
    if (code === MARK) {
      this.#marks.push(starts.length);
      this.#push(pos, end, -1);
      return true;
    }
    if (code === MEMOIZE || PUTS.has(code)) return this.#put(code, pos, end);
    if (GETS.has(code)) {
      this.#push(pos, end, -2 - this.#window.index(code, pos));
      return true;
    }
    if (code === DUP) {
      const top = starts.length - 1;
      if (top < 0) return false;
      this.#push(starts[top] as number, this.#ends[top] as number, this.#memos[top] as number);
      return true;
    }
    let from = starts.length - shape.takes;
    if (shape.takes < 0) {
      const mark = this.#marks.pop();
      if (mark === undefined) return false;
      from = mark;
    } else if (from < (this.#marks.at(-1) ?? -1) + 1) {
      // POP may take a mark (C: Unpickler pop_mark); nothing else may reach below it.
      if (code !== 0x30 || from !== this.#marks.at(-1)) return false;
      this.#marks.pop();
    }
    if (from < 0) return false;
    if (shape.changes) return this.#change(code, from, end, shape.takes < 0);
    const start = from < starts.length ? (starts[from] as number) : pos;
    this.#drop(from);
    for (let count = 0; count < shape.gives; count++) this.#push(start, end, -1);
    if (shape.gives > 0) this.#texts[starts.length - 1] = TEXTS.has(code);
    // The checkpoint itself, which everything else is put into.
    return from > 0 || shape.gives === 0 || code === EMPTY_DICT || code === DICT;
  }

  #change(code: number, from: number, end: number, hasMark: boolean): boolean {
    const target = from - 1;
    if (target < 0) return false;
    if (target === 0) {
      if (code !== SETITEM && code !== SETITEMS) return false;
      const first = from + Number(hasMark);
      const count = this.#starts.length - first;
      if (count % 2 !== 0 || this.#entries.length + count / 2 > MOST_ENTRIES) return false;
      for (let at = first; at < this.#starts.length; at += 2) {
        this.#entries.push([this.#extent(at), this.#extent(at + 1)]);
      }
    }
    this.#drop(from);
    this.#ends[target] = end;
    const memo = this.#memos[target] as number;
    if (memo >= 0) this.#memoEnds[memo] = end;
    else if (memo < -1) this.#changed.add(-2 - memo);
    return true;
  }

  #put(code: number, pos: number, end: number): boolean {
    const top = this.#starts.length - 1;
    if (top < 0) return false;
    const index = code === MEMOIZE ? this.#memoSize : this.#window.index(code, pos);
    // Whoever skips indices asks for memory that no opcode has paid for.
    if (!(index >= 0 && index <= this.#memoSize + 1_000)) return false;
    while (this.#memoStarts.length <= index) {
      this.#memoStarts.push(-1);
      this.#memoEnds.push(-1);
      this.#memoPuts.push(pos);
    }
    this.#memoSize++;
    this.#memoStarts[index] = this.#starts[top] as number;
    this.#memoEnds[index] = end;
    this.#ends[top] = end;
    this.#memos[top] = index;
    return true;
  }

  #push(start: number, end: number, memo: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#memos.push(memo);
    this.#texts.push(false);
  }

  #drop(length: number): void {
    this.#starts.length = length;
    this.#ends.length = length;
    this.#memos.length = length;
    this.#texts.length = length;
  }

  #extent(at: number): Extent {
    return { start: this.#starts[at] as number, end: this.#ends[at] as number };
  }

  // dict MARK key value … key value last: the value before the last key is a text, so that the key cannot be one that is
  // still to be put into it.
  #isComplete(): boolean {
    const count = this.#first.length;
    const length = 2 + 2 * count + 1;
    if (this.#starts.length !== length || this.#marks.length !== 1) return false;
    if (this.#marks[0] !== 1 || this.#texts[length - 2] !== true) return false;
    if (this.#window.text(this.#extent(length - 1)) !== this.#last) return false;
    const keys = new Set<string | undefined>();
    for (let at = 2; at < length - 1; at += 2) keys.add(this.#window.text(this.#extent(at)));
    if (!this.#first.every((key) => keys.has(key))) return false;
    for (let at = 2; at < length - 1; at += 2) {
      this.#entries.push([this.#extent(at), this.#extent(at + 1)]);
    }
    return true;
  }

  #layout(endedEarly: boolean): Layout {
    const [starts, ends, puts] = [this.#memoStarts, this.#memoEnds, this.#memoPuts];
    return {
      entries: this.#entries,
      protocol: this.#protocol,
      endedEarly,
      memo: (index) => {
        const start = starts[index];
        if (start === undefined || start < 0 || this.#changed.has(index)) return undefined;
        return { start, end: ends[index] as number };
      },
      memoSizeAt: (offset) => {
        let [low, high] = [0, puts.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((puts[middle] as number) < offset) low = middle + 1;
          else high = middle;
        }
        return low;
      },
    };
  }
}

const WINDOW = 64 * 1024;

/** A part of the file that moves along with the reading. */
class Window {
  readonly #file: Readable;
  readonly #buffer = new Uint8Array(WINDOW);
  #base = 0;
  #length = 0;

  constructor(file: Readable) {
    this.#file = file;
  }

  byte(pos: number): number {
    if (pos >= this.#base && pos < this.#base + this.#length) {
      return this.#buffer[pos - this.#base] as number;
    }
    if (pos >= this.#file.size) return -1;
    this.#base = pos;
    this.#length = this.#file.read(pos, this.#buffer);
    return this.#length > 0 ? (this.#buffer[0] as number) : -1;
  }

  /** Offset behind an argument that begins at `pos`, or -1 where the file ends before. */
  behind(pos: number, argument: Argument): number {
    let end = pos;
    if (argument.kind === "fixed") end += argument.bytes;
    else if (argument.kind === "lines") {
      for (let lines = argument.lines; lines > 0; end++) {
        const byte = this.byte(end);
        if (byte < 0) return -1;
        if (byte === 0x0a) lines--;
      }
    } else if (argument.kind === "counted") {
      let count = 0;
      for (let at = argument.width - 1; at >= 0; at--) {
        const byte = this.byte(pos + at);
        if (byte < 0) return -1;
        count = count * 256 + byte;
      }
      end += argument.width + count;
    }
    return end <= this.#file.size ? end : -1;
  }

  /** The index in the argument of a GET or PUT at `pos`. */
  index(code: number, pos: number): number {
    if (code === 0x68 || code === 0x71) return this.byte(pos + 1);
    let index = 0;
    if (code === 0x6a || code === 0x72) {
      for (let at = 4; at > 0; at--) index = index * 256 + this.byte(pos + at);
      return index;
    }
    for (let at = pos + 1; at < pos + 20; at++) {
      const digit = this.byte(at) - 0x30;
      if (digit < 0 || digit > 9) break;
      index = index * 10 + digit;
    }
    return index;
  }

  /** The ASCII text of a short BINUNICODE or SHORT_BINUNICODE, the ways in which keys are written from protocol 1 on. */
  text({ start, end }: Extent): string | undefined {
    const code = this.byte(start);
    const [from, size] =
      code === 0x8c
        ? [start + 2, this.byte(start + 1)]
        : code === 0x58
          ? [start + 5, this.byte(start + 1)]
          : [0, LONGEST_KEY];
    if (size >= LONGEST_KEY || from + size > end) return undefined;
    let text = "";
    for (let at = from; at < from + size; at++) text += String.fromCharCode(this.byte(at));
    return text;
  }
}

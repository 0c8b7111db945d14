/**
 * Short UTF-8 strings out of a window of bytes, faster than by a decoder call for each.
 *
 * A region of the input is decoded once and the strings are slices of it. For ASCII the region is every byte masked to
 * seven bits. For the rest it is strings that follow one another, with blanks in the place of what stands between them; one
 * that stands alone takes a decoder call (Node 26, `bench/strings.ts`).
 *
 * A slice of 13 characters or more keeps its region alive, so regions are small, and all of them together are never
 * larger than a small multiple of the input.
 */

import { decodeUtf8, isAscii, strictUtf8 } from "../bytes/index.ts";
import { FIXED_ARGUMENT } from "./arguments.ts";

const MAX_REGION = 16 * 1024;
const MIN_REGION = 512;

// Above this a decoder call of its own costs little for each byte, and the slice would be most of a region anyway.
const LONGEST_SLICE = 1024;

// One set for all readers: decoding is synchronous and never nests.
const scratch = new Uint8Array(MAX_REGION);
const words = new Uint32Array(scratch.buffer);

/** How strings follow one another in a format. */
export interface StringFormat {
  start: number;
  stop: number;
  /** Sets `start` and `stop` to the string that will be read next from `at` on, where it ends up to `most`; else false. */
  find(bytes: Uint8Array, at: number, most: number): boolean;
}

// More strings of two bytes and a header of one do not fit into a region; fewer than a few are not worth one.
const MOST_STRINGS = Math.ceil(MAX_REGION / 3) + 1;
const FEW_STRINGS = 3;
// Made for the first run.
let table: Int32Array | undefined;
const NO_PLACES = new Int32Array(0);

/** Decodes strings of one window of bytes; {@link StringReader.reset} starts another window. */
export class StringReader {
  readonly #format: StringFormat;
  readonly #narrow = new Region();
  #run: Run | null = null;

  /** @param format without it that of pickles */
  constructor(format: StringFormat = new PickleStrings()) {
    this.#format = format;
  }

  /** Forgets the regions: the bytes at these places have changed. */
  reset(): void {
    this.#narrow.reset();
    this.#run?.reset();
  }

  /** The string of `bytes[start..stop)`, or undefined where it is no UTF-8 with surrogates. */
  read(bytes: Uint8Array, start: number, stop: number, end: number): string | undefined {
    if (stop - start > LONGEST_SLICE) return decodeUtf8(bytes, start, stop);
    if (!isAscii(bytes, start, stop)) return this.#wide(bytes, start, stop, end);
    const region = this.#narrow;
    if (start < region.start || stop > region.end) decodeNarrow(region, bytes, start, stop, end);
    region.used += stop - start;
    return region.text.substring(start - region.start, stop - region.start);
  }

  #wide(bytes: Uint8Array, start: number, stop: number, end: number): string | undefined {
    this.#run ??= new Run(this.#format);
    const run = this.#run;
    const next = run.take(start, stop);
    if (next !== undefined) return next;
    return run.begin(bytes, start, stop, end)
      ? run.take(start, stop)
      : decodeUtf8(bytes, start, stop);
  }
}

class Region {
  text = "";
  start = 0;
  end = 0;
  size = MIN_REGION;
  // Bytes that strings used: a region that serves few strings makes the next one smaller.
  used = 0;

  reset(): void {
    this.text = "";
    this.start = 0;
    this.end = 0;
  }

  /** Places the region at `start`; returns its length in bytes, at least up to `stop` and at most up to `end`. */
  move(start: number, stop: number, end: number): number {
    const span = this.end - this.start;
    if (this.used * 4 >= span) this.size = Math.min(this.size * 2, MAX_REGION);
    else this.size = Math.max(this.size >> 1, MIN_REGION);
    const length = Math.min(Math.max(this.size, stop - start), end - start);
    this.start = start;
    this.end = start + length;
    this.used = 0;
    return length;
  }
}

function decodeNarrow(
  region: Region,
  bytes: Uint8Array,
  start: number,
  stop: number,
  end: number,
): void {
  const length = region.move(start, stop, end);
  scratch.set(bytes.subarray(start, start + length));
  for (let index = (length + 3) >> 2; index-- > 0; )
    words[index] = (words[index] as number) & 0x7f7f7f7f;
  region.text = strictUtf8.decode(scratch.subarray(0, length));
}

/** The strings beyond ASCII of a stretch of bytes: decoded together, with blanks in the place of what stands in between. */
class Run {
  readonly #format: StringFormat;
  #text = "";
  // Of each string in turn, where it begins and ends in the bytes and in the text.
  #places = NO_PLACES;
  #next = 0;
  // Up to where strings were seen that cannot be decoded together.
  #refused = 0;

  constructor(format: StringFormat) {
    this.#format = format;
  }

  reset(): void {
    this.#places = NO_PLACES;
    this.#refused = 0;
  }

  /** The string of those bytes, or undefined where it is not the next one of the run. */
  take(start: number, stop: number): string | undefined {
    const found = this.#places;
    let next = this.#next;
    while (next < found.length && (found[next] as number) < start) next += 4;
    if (next >= found.length || found[next] !== start || found[next + 1] !== stop) return undefined;
    this.#next = next + 4;
    return this.#text.substring(found[next + 2] as number, found[next + 3] as number);
  }

  /** Begins a run with the string of `bytes[start..stop)`; false where it is not worth it, or one of them is no UTF-8. */
  begin(bytes: Uint8Array, start: number, stop: number, end: number): boolean {
    if (start < this.#refused) return false;
    const format = this.#format;
    table ??= new Int32Array(4 * MOST_STRINGS);
    const places = table;
    const most = Math.min(end, start + MAX_REGION);
    let count = 0;
    let unit = 0;
    let done = start;
    format.start = start;
    format.stop = stop;
    do {
      const from = format.start;
      const to = format.stop;
      unit += from - done;
      for (; done < from; done++) scratch[done - start] = 0x20;
      const first = unit;
      for (; done < to; done++) {
        const byte = bytes[done] as number;
        scratch[done - start] = byte;
        if ((byte & 0xc0) !== 0x80) unit += byte < 0xf0 ? 1 : 2;
      }
      // What is ASCII would take two bytes for each character here.
      if (unit - first < to - from) {
        places[4 * count] = from;
        places[4 * count + 1] = to;
        places[4 * count + 2] = first;
        places[4 * count + 3] = unit;
        count++;
      }
    } while (format.find(bytes, done, most));
    this.#places = NO_PLACES;
    if (count < FEW_STRINGS) return false;
    try {
      this.#text = strictUtf8.decode(scratch.subarray(0, done - start));
    } catch {
      this.#refused = done;
      return false;
    }
    this.#next = 0;
    this.#places = places.slice(0, 4 * count);
    return true;
  }
}

class PickleStrings implements StringFormat {
  start = 0;
  stop = 0;

  find(bytes: Uint8Array, from: number, most: number): boolean {
    let at = from;
    while (at + LONGEST_OPCODE <= most) {
      const op = bytes[at] as number;
      const size = SIZES[op] as number;
      if (size > 0) {
        at += size;
        continue;
      }
      if (op === 0x8c) {
        // SHORT_BINUNICODE
        this.start = at + 2;
        this.stop = this.start + (bytes[at + 1] as number);
      } else if (op === 0x58 && bytes[at + 3] === 0 && bytes[at + 4] === 0) {
        // BINUNICODE
        this.start = at + 5;
        this.stop = this.start + (bytes[at + 1] as number) + (bytes[at + 2] as number) * 256;
      } else break;
      return this.stop <= most;
    }
    return false;
  }
}

// Of opcodes that stand between strings, with their arguments; 0 for all others. MARK, tuples, lists, dicts, None, the
// booleans, MEMOIZE, NEWOBJ; BININT1, BININT2, BININT, BINFLOAT, BINGET, BINPUT and their long forms, FRAME.
const LONGEST_OPCODE = 9;
const SIZES = new Uint8Array(256);
for (const opcode of "()N]aestu}\x81\x85\x86\x87\x88\x89\x94KMJGhjqr\x95") {
  const op = opcode.charCodeAt(0);
  SIZES[op] = 1 + (FIXED_ARGUMENT[op] as number);
}

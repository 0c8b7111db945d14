/**
 * The text of a `.dir` file in, where each value of the `.dat` file stands out, and back.
 * Source: CPython 3.13 Lib/dbm/dumb.py _update, _commit, _addkey; Python 2.7 Lib/dumbdbm.py.
 */
import { decodeLatin1, decodeStringEscape, encodeLatin1 } from "../core/bytes/index.ts";
import { damaged } from "./error.ts";

/** Where a value stands in the `.dat` file. */
export interface Place {
  readonly at: number;
  readonly size: number;
}

/** Values begin at multiples of this. */
export const DUMB_BLOCK = 512;

const LINE = /^(['"])((?:[^\\]|\\.)*)\1, \((\d+), (\d+)\)$/s;

/**
 * Places by key, each key as the characters of its bytes. Later lines win. A last line that has no end was being written
 * when its program died, and counts as not written.
 */
export function dumbPlaces(directory: Uint8Array): Map<string, Place> {
  const places = new Map<string, Place>();
  let start = 0;
  while (start < directory.length) {
    const newline = directory.indexOf(0x0a, start);
    if (newline < 0) break;
    const line = decodeLatin1(directory, start, newline).trimEnd();
    if (line !== "") {
      const match = LINE.exec(line);
      const key = match?.[2] === undefined ? undefined : keyOf(match[2]);
      if (match === null || key === undefined) throw damaged("a line is no key and place", start);
      const [at, size] = [Number(match[3]), Number(match[4])];
      if (!Number.isSafeInteger(at + size)) throw damaged("a place beyond every file", start);
      // Deleted and set again: a new place in the order, as in Python's dict.
      places.set(key, { at, size });
    }
    start = newline + 1;
  }
  return places;
}

function keyOf(literal: string): string | undefined {
  const bytes = encodeLatin1(literal);
  const key = bytes && decodeStringEscape(bytes);
  return key && decodeLatin1(key);
}

/** One line of the `.dir` file. */
export function dumbLine(key: string, { at, size }: Place): Uint8Array {
  return encodeLatin1(`${literalOf(key)}, (${at}, ${size})\n`) as Uint8Array;
}

// repr of a str of characters below 256.
function literalOf(key: string): string {
  const quote = key.includes("'") && !key.includes('"') ? '"' : "'";
  let text = "";
  for (let index = 0; index < key.length; index++) {
    const character = key[index] as string;
    const code = key.charCodeAt(index);
    const named = NAMED[character];
    if (named !== undefined) text += named;
    else if (character === quote) text += `\\${character}`;
    else if (code < 0x20 || (code >= 0x7f && code <= 0xa0) || code === 0xad)
      text += `\\x${code.toString(16).padStart(2, "0")}`;
    else text += character;
  }
  return quote + text + quote;
}

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Keys and values of the two files together. */
export function* dumbEntries(
  directory: Uint8Array,
  data: Uint8Array,
): Generator<[Uint8Array, Uint8Array]> {
  let left = data.length;
  for (const [key, place] of dumbPlaces(directory)) {
    left -= place.size;
    // Values stand beside each other: lines that all lead to the same bytes would make much of little.
    if (left < 0) throw damaged("the lines of the .dir file claim more than the .dat file has", 0);
    yield [encodeLatin1(key) as Uint8Array, dumbValue(data, place)];
  }
}

/** The value at a place. @throws DbmError damaged */
export function dumbValue(data: Uint8Array, { at, size }: Place): Uint8Array {
  // Nothing is written of an empty value at the end: its place may be one behind what the file has.
  if (size > 0 && at + size > data.length)
    throw damaged(`${size} bytes at ${at} of the .dat file are beyond its end`, at);
  return new Uint8Array(data.subarray(at, at + size));
}

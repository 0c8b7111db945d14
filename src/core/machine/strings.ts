/**
 * Short UTF-8 strings out of a window of bytes, several times faster than a decoder call for each.
 *
 * A region of the input is decoded once, every byte masked to ASCII, and ASCII strings are slices of it: 500,000
 * strings of 3 to 40 characters take 22 ms, one `TextDecoder` call each 116 ms (Node 26, `bench/strings.ts`). A slice of
 * 13 characters or more keeps its region alive, so regions are small, and all of them together are never larger than
 * the input.
 */

import { decodeUtf8 } from "../bytes/index.ts";

const MAX_REGION = 16 * 1024;
const MIN_REGION = 512;

// Above this a decoder call of its own costs little for each byte, and the slice would be most of a region anyway.
const LONGEST_SLICE = 1024;

const ascii = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// One for all readers: decoding is synchronous and never nests.
const scratch = new Uint8Array(MAX_REGION);
const words = new Uint32Array(scratch.buffer);

/** Decodes strings of one window of bytes; {@link StringReader.reset} starts another window. */
export class StringReader {
  #region = "";
  #start = 0;
  #end = 0;
  #size = MIN_REGION;
  // Bytes of the current region that strings used: a region that serves few strings makes the next one smaller.
  #used = 0;

  /** Forgets the region: the bytes at these places have changed. */
  reset(): void {
    this.#region = "";
    this.#start = 0;
    this.#end = 0;
  }

  /** The string of `bytes[start..stop)`, or undefined where it is no UTF-8 with surrogates. */
  read(bytes: Uint8Array, start: number, stop: number, end: number): string | undefined {
    let high = 0;
    for (let at = start; at < stop; at++) high |= bytes[at] as number;
    if (high >= 0x80 || stop - start > LONGEST_SLICE) return decodeUtf8(bytes, start, stop);
    if (start < this.#start || stop > this.#end) this.#decode(bytes, start, stop, end);
    this.#used += stop - start;
    return this.#region.substring(start - this.#start, stop - this.#start);
  }

  #decode(bytes: Uint8Array, start: number, stop: number, end: number): void {
    const span = this.#end - this.#start;
    if (this.#used * 4 >= span) this.#size = Math.min(this.#size * 2, MAX_REGION);
    else this.#size = Math.max(this.#size >> 1, MIN_REGION);
    const length = Math.min(Math.max(this.#size, stop - start), end - start);
    scratch.set(bytes.subarray(start, start + length));
    for (let index = (length + 3) >> 2; index-- > 0; ) words[index] = (words[index] as number) & 0x7f7f7f7f;
    this.#region = ascii.decode(scratch.subarray(0, length));
    this.#start = start;
    this.#end = start + length;
    this.#used = 0;
  }
}

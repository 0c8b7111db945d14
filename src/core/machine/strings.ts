/**
 * Short UTF-8 strings out of a window of bytes, faster than by a decoder call for each.
 *
 * A region of the input is decoded once and the strings are slices of it. For ASCII the region is every byte masked to
 * seven bits: 500,000 strings of 3 to 40 characters take 59 ms, one `TextDecoder` call each 99 ms. For the rest it is
 * UTF-16 with a place for each byte: whatever stands between two strings is no UTF-8 and decodes to something, but a
 * string begins with a byte that begins a character, so that the decoder is in step again (Node 26, `bench/strings.ts`).
 *
 * A slice of 13 characters or more keeps its region alive, so regions are small, and all of them together are never
 * larger than a small multiple of the input.
 */

import { decodeUtf8 } from "../bytes/index.ts";

const MAX_REGION = 16 * 1024;
const MIN_REGION = 512;

// Above this a decoder call of its own costs little for each byte, and the slice would be most of a region anyway.
const LONGEST_SLICE = 1024;

const ascii = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });

// One set for all readers: decoding is synchronous and never nests.
const scratch = new Uint8Array(MAX_REGION);
const words = new Uint32Array(scratch.buffer);
const units = new Uint16Array(MAX_REGION);
const unitBytes = new Uint8Array(units.buffer);

// places[i] says where the character that begins at byte i stands in the region, INSIDE for a byte within one; faults[i]
// how many bytes before i belong to no character.
const INSIDE = 0xffff;

/** Decodes strings of one window of bytes; {@link StringReader.reset} starts another window. */
export class StringReader {
  readonly #narrow = new Region();
  #wide: WideRegion | null = null;

  /** Forgets the regions: the bytes at these places have changed. */
  reset(): void {
    this.#narrow.reset();
    this.#wide?.reset();
  }

  /** The string of `bytes[start..stop)`, or undefined where it is no UTF-8 with surrogates. */
  read(bytes: Uint8Array, start: number, stop: number, end: number): string | undefined {
    let high = 0;
    for (let at = start; at < stop; at++) high |= bytes[at] as number;
    if (stop - start > LONGEST_SLICE) return decodeUtf8(bytes, start, stop);
    if (high >= 0x80) {
      this.#wide ??= new WideRegion();
      return this.#wide.read(bytes, start, stop, end);
    }
    const region = this.#narrow;
    if (start < region.start || stop > region.end) decodeNarrow(region, bytes, start, stop, end);
    region.used += stop - start;
    return region.text.substring(start - region.start, stop - region.start);
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
  region.text = ascii.decode(scratch.subarray(0, length));
}

class WideRegion extends Region {
  readonly #places = new Uint16Array(MAX_REGION + 1);
  readonly #faults = new Uint16Array(MAX_REGION + 1);

  read(bytes: Uint8Array, start: number, stop: number, end: number): string | undefined {
    if (start < this.start || stop > this.end) this.#decode(bytes, start, stop, end);
    const from = start - this.start;
    const to = stop - this.start;
    this.used += to - from;
    const place = this.#places[from] as number;
    const until = this.#places[to] as number;
    // Lone surrogates, bytes that are no UTF-8, and a last character that would end beyond the string.
    if (place === INSIDE || until === INSIDE || this.#faults[from] !== this.#faults[to]) {
      return decodeUtf8(bytes, start, stop);
    }
    return this.text.substring(place, until);
  }

  #decode(bytes: Uint8Array, start: number, stop: number, end: number): void {
    const length = this.move(start, stop, end);
    const places = this.#places;
    const faults = this.#faults;
    const last = start + length;
    let unit = 0;
    let fault = 0;
    let at = start;
    while (at < last) {
      const index = at - start;
      const lead = bytes[at] as number;
      places[index] = unit;
      faults[index] = fault;
      if (lead < 0x80) {
        units[unit++] = lead;
        at += 1;
        continue;
      }
      // Beyond the end there is undefined, which no test for a continuation byte lets pass.
      const second = at + 1 < last ? (bytes[at + 1] as number) ^ 0x80 : 0xff;
      if (lead >= 0xc2 && lead < 0xe0 && second < 0x40) {
        units[unit++] = ((lead & 0x1f) << 6) | second;
        places[index + 1] = INSIDE;
        at += 2;
        continue;
      }
      const third = at + 2 < last ? (bytes[at + 2] as number) ^ 0x80 : 0xff;
      if (lead >= 0xe0 && lead < 0xf0 && second < 0x40 && third < 0x40) {
        const code = ((lead & 0x0f) << 12) | (second << 6) | third;
        if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) {
          units[unit++] = code;
          places[index + 1] = INSIDE;
          places[index + 2] = INSIDE;
          at += 3;
          continue;
        }
      }
      const fourth = at + 3 < last ? (bytes[at + 3] as number) ^ 0x80 : 0xff;
      if (lead >= 0xf0 && lead < 0xf5 && second < 0x40 && third < 0x40 && fourth < 0x40) {
        const code = ((lead & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
        if (code >= 0x10000 && code <= 0x10ffff) {
          units[unit++] = 0xd800 + ((code - 0x10000) >> 10);
          units[unit++] = 0xdc00 + (code & 0x3ff);
          places[index + 1] = INSIDE;
          places[index + 2] = INSIDE;
          places[index + 3] = INSIDE;
          at += 4;
          continue;
        }
      }
      units[unit++] = 0xfffd;
      fault++;
      at += 1;
    }
    places[length] = unit;
    faults[length] = fault;
    this.text = utf16.decode(unitBytes.subarray(0, unit * 2));
  }
}

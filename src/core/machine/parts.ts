/**
 * Bytes of the input in, the bytes of an array out: the input itself where they are many, places in a shared buffer where
 * they are few.
 *
 * 10,000 arrays of 80 bytes load in 0.6 of the time that a buffer for each takes (Node 26, `bench/main.ts --only arrays`).
 */

import type { Lender } from "../registry/index.ts";
import { ByteArray } from "../values/index.ts";

// Bytes from which the input is used where it is: below, a copy costs less than the input kept alive.
const BORROWED_FROM = 0x10000;
// Bytes up to which they share a buffer. Buffers double, so that they are never more than three times what is in them.
const SHARED_UP_TO = 0x400;
const SMALLEST_BUFFER = 0x200;
const LARGEST_BUFFER = 0x10000;

/** Hands out the bytes of one load's arrays. */
export class Parts implements Lender {
  #buffer = new Uint8Array(0);
  #used = 0;

  /** `count` bytes from `start`, as bytes or as a bytearray; places are multiples of eight, for any typed array. */
  take(
    bytes: Uint8Array,
    start: number,
    count: number,
    isWhole: boolean,
    isByteArray: boolean,
  ): Uint8Array {
    const Bytes = isByteArray ? ByteArray : Uint8Array;
    if (count >= BORROWED_FROM && isWhole)
      return new Bytes(bytes.buffer, bytes.byteOffset + start, count);
    if (count > SHARED_UP_TO) {
      const own = bytes.slice(start, start + count);
      return isByteArray ? new ByteArray(own.buffer as ArrayBuffer) : own;
    }
    let at = this.#used;
    if (at + count > this.#buffer.length) {
      const double = Math.min(this.#buffer.length * 2, LARGEST_BUFFER);
      this.#buffer = new Uint8Array(Math.max(double, SMALLEST_BUFFER, count));
      at = 0;
    }
    const buffer = this.#buffer;
    for (let index = 0; index < count; index++) buffer[at + index] = bytes[start + index] as number;
    this.#used = (at + count + 7) & ~7;
    return new Bytes(buffer.buffer, at, count);
  }
}

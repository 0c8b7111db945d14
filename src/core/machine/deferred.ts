/**
 * Bytes that most loads never fetch in, and they and the tuple around them out where one does: what the memo of a load
 * holds of objects that are made of a few bytes each.
 */

import type { Deferral, DeferringMemo } from "../registry/index.ts";
import { Tuple } from "../values/index.ts";
import { DEFERRED } from "./memo.ts";

const NONE = new Uint8Array(0);

/** The deferred bytes of one load. */
export class DeferredBytes implements Deferral {
  // Where they are, each behind its length: in the input, or in copies one behind another.
  #bytes: Uint8Array = NONE;
  #end = 0;
  // In pairs the memo index of each and its start.
  readonly #places: number[] = [];

  keep({ dense, copies }: DeferringMemo, bytes: Uint8Array, start: number): void {
    if (!copies) this.#bytes = bytes;
    this.#places.push(dense.length, copies ? this.#copy(bytes, start) : start);
    dense.push(DEFERRED, DEFERRED);
  }

  make({ dense }: DeferringMemo, index: number): void {
    const places = this.#places;
    let low = 0;
    for (let high = places.length >> 1; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((places[2 * middle] as number) <= index) low = middle;
      else high = middle;
    }
    const start = places[2 * low + 1] as number;
    const bytes = this.#bytes.slice(start, start + (this.#bytes[start - 1] as number));
    const made = [bytes, Tuple.of(bytes)];
    const first = places[2 * low] as number;
    for (const offset of [0, 1]) {
      if (dense[first + offset] === DEFERRED) dense[first + offset] = made[offset];
    }
  }

  // Where the copy starts, behind its length.
  #copy(bytes: Uint8Array, start: number): number {
    const size = 1 + (bytes[start - 1] as number);
    const from = this.#end;
    let copies = this.#bytes;
    if (from + size > copies.length) {
      copies = new Uint8Array(2 * copies.length + 0x200);
      copies.set(this.#bytes);
      this.#bytes = copies;
    }
    for (let at = 0; at < size; at++) copies[from + at] = bytes[start - 1 + at] as number;
    this.#end = from + size;
    return from + 1;
  }
}

// One that stays, as in machine.ts: without it each load after a full collection takes 1.1 times as long.
const keeper: DeferredBytes[] = [];

/** What a type says that has `unpack`. */
export function defersBytes(): Deferral {
  if (keeper.length === 0) keeper.push(new DeferredBytes());
  return new DeferredBytes();
}

/**
 * Bytes that most loads never fetch in, and they and the tuple around them out where one does: what the memo of a load
 * holds of objects that are made of a few bytes each.
 */

import type { Deferral } from "../registry/index.ts";
import { Tuple } from "../values/index.ts";
import { DEFERRED } from "./memo.ts";

/** The deferred bytes of one load. */
export class DeferredBytes implements Deferral {
  // One behind another, and in pairs the memo index of each and its start.
  #kept = new Uint8Array(0x200);
  #end = 0;
  readonly #places: number[] = [];

  keep(memo: unknown[], bytes: Uint8Array, start: number, count: number): void {
    const from = this.#end;
    let kept = this.#kept;
    if (from + count > kept.length) {
      kept = new Uint8Array(2 * kept.length + 0x200);
      kept.set(this.#kept);
      this.#kept = kept;
    }
    for (let at = 0; at < count; at++) kept[from + at] = bytes[start + at] as number;
    this.#end = from + count;
    this.#places.push(memo.length, from);
    memo.push(DEFERRED, DEFERRED);
  }

  make(memo: unknown[], index: number): void {
    const places = this.#places;
    let low = 0;
    for (let high = places.length >> 1; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((places[2 * middle] as number) <= index) low = middle;
      else high = middle;
    }
    const end = places[2 * low + 3] ?? this.#end;
    const bytes = this.#kept.slice(places[2 * low + 1], end);
    const made = [bytes, Tuple.of(bytes)];
    const first = places[2 * low] as number;
    for (const offset of [0, 1]) {
      if (memo[first + offset] === DEFERRED) memo[first + offset] = made[offset];
    }
  }
}

// One that stays, as in machine.ts: without it each load after a full collection takes 1.1 times as long.
const keeper: DeferredBytes[] = [];

/** What a type says that has `unpack`. */
export function defersBytes(): Deferral {
  if (keeper.length === 0) keeper.push(new DeferredBytes());
  return new DeferredBytes();
}

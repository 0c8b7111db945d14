/**
 * `collections.deque ↔ Deque`: an Array with Python's `maxlen`.
 *
 * Source: CPython 3.13 Modules/_collectionsmodule.c deque_reduce: `deque()` or `deque((), maxlen)` and the items;
 * Python 2.7 wrote `deque([…])` and `deque([…], maxlen)`. Every Python reads the newer form.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, Tuple } from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";

/** Python's `deque`. Where it has a `maxlen`, adding at one end drops from the other. */
export class Deque<T = unknown> extends Array<T> {
  /** Most items that it keeps; `null` for any number. */
  get maxlen(): number | null {
    return this.#maxlen;
  }

  readonly #maxlen: number | null;

  constructor(items: Iterable<T> = [], maxlen: number | null = null) {
    super();
    this.#maxlen = maxlen;
    // map, filter and their like call the constructor with a length.
    if (typeof items === "number") return;
    for (const item of items) super.push(item);
    trimLeft(this);
  }

  /** Adds at the right end. */
  override push(...items: T[]): number {
    for (const item of items) super.push(item);
    trimLeft(this);
    return this.length;
  }

  /** Adds at the left end. */
  override unshift(...items: T[]): number {
    super.unshift(...items);
    if (this.maxlen !== null && this.length > this.maxlen) this.length = this.maxlen;
    return this.length;
  }
}

const DEQUE = new Global("collections", "deque", { spelled: true });

/** `collections`: `deque ↔ Deque`. */
export const dequeTypes: readonly PickleType[] = [
  {
    globals: [DEQUE],
    prototypes: [Deque.prototype],
    call: (args) => {
      if (args.length > 2) return undefined;
      const [items = new Tuple(), limit = null] = args;
      if (!Array.isArray(items)) return undefined;
      const maxlen = limit === null ? null : safeInteger(limit);
      if (maxlen === undefined || (maxlen !== null && maxlen < 0)) return undefined;
      const deque = new Deque<unknown>([], maxlen);
      extend(deque, items as unknown[]);
      return deque;
    },
    append: (object, items) => extend(object as Deque, items),
    reduce: (value) => {
      const deque = value as Deque;
      const args = deque.maxlen === null ? [] : [new Tuple(), deque.maxlen];
      return { callable: DEQUE, args, items: deque };
    },
  },
];

// Items that dropped others moved, for each deque of a load.
const moved = new WeakMap<Deque, number>();
const MOST_MOVED = 10_000_000;

// One move for all items. A pickler writes no more of them than there is room for; a pickle that appends to a full deque one
// by one is quadratic.
function extend(deque: Deque, items: readonly unknown[]): void {
  for (const item of items) Array.prototype.push.call(deque, item);
  if (deque.maxlen === null || deque.length <= deque.maxlen) return;
  const moves = (moved.get(deque) ?? 0) + deque.maxlen;
  if (moves > MOST_MOVED) throw new RangeError("too many items are appended to a full deque");
  moved.set(deque, moves);
  trimLeft(deque);
}

function trimLeft(deque: Deque): void {
  const surplus = deque.maxlen === null ? 0 : deque.length - deque.maxlen;
  if (surplus > 0) deque.copyWithin(0, surplus).length -= surplus;
}

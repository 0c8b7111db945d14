/**
 * Tuples of strings and numbers in, the equal one that is known out: the keys that dicts of tuples have most, by a hash
 * table of numbers.
 *
 * Their canonical text costs three strings for each key, made, hashed and kept: 100,000 keys of an int and a str took a
 * load 121 ms with it, 49 ms with this table (Node 26, `npm run bench -- --only tuplekeys`).
 */

import { mixed } from "./crowds.ts";
import { atom, isExact } from "./keys.ts";
import type { Tuple } from "./sequences.ts";

const FIRST = 16;

// A search this long means that someone chose keys to collide; the canonical texts in a Map, whose hash is secret, take
// over.
const LONGEST_SEARCH = 64;

// Longer tuples are worth remembering by identity.
const MOST_ITEMS = 16;

const MOST_LETTERS = 16;

const seed = (Math.random() * 2 ** 31) | 0;
const real = new Float64Array(1);
const halves = new Int32Array(real.buffer);

/** Tuples by value. `enter` must follow the `find` that answered null, with nothing between. */
export class TupleTable {
  /** Whether a search was too long: then nothing that `find` answers counts any more. */
  isCrowded = false;
  // 1 + the number of a tuple; it stays where the tuple was taken out.
  #slots = new Int32Array(FIRST);
  #tuples: (Tuple | undefined)[] = [];
  #hashes: number[] = [];
  #slot = 0;
  #hash = 0;

  /** The equal one that was entered; null where none was; undefined where `tuple` is none for this table. */
  find(tuple: Tuple): Tuple | null | undefined {
    const hash = hashOf(tuple);
    if (hash === undefined) return undefined;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      const number = slots[slot] as number;
      this.#slot = slot;
      if (number === 0) {
        this.#hash = hash;
        return null;
      }
      const known = this.#tuples[number - 1];
      if (known !== undefined && this.#hashes[number - 1] === hash && areEqual(known, tuple))
        return known;
      slot = (slot + 1) & mask;
    }
    this.isCrowded = true;
    return undefined;
  }

  enter(tuple: Tuple): void {
    const count = this.#tuples.push(tuple);
    this.#hashes.push(this.#hash);
    this.#slots[this.#slot] = count;
    if (count * 2 > this.#slots.length) this.#grow();
  }

  /** Takes out the tuple that `find` has just found. */
  remove(): void {
    this.#tuples[(this.#slots[this.#slot] as number) - 1] = undefined;
  }

  /** All of them. */
  *[Symbol.iterator](): Generator<Tuple> {
    for (const tuple of this.#tuples) if (tuple !== undefined) yield tuple;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#tuples.length; number++) {
      if (this.#tuples[number] === undefined) continue;
      let slot = (this.#hashes[number] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

// The number that Python compares with an item (`True`, `1.0`), where there is one.
function plain(item: unknown): unknown {
  return item instanceof Uint8Array ? item : atom(item);
}

function areEqual(one: Tuple, other: Tuple): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) {
    if (one[index] !== other[index] && plain(one[index]) !== plain(other[index])) return false;
  }
  return true;
}

// Undefined for a tuple of anything but strings and what is equal to a number that stands for itself (keys.ts).
function hashOf(tuple: Tuple): number | undefined {
  const { length } = tuple;
  if (length > MOST_ITEMS) return undefined;
  let hash = seed ^ length;
  for (let index = 0; index < length; index++) {
    let item = tuple[index];
    if (typeof item === "string") {
      hash = Math.imul(hash ^ item.length, 0x01000193);
      const step = item.length <= MOST_LETTERS ? 1 : item.length / MOST_LETTERS;
      for (let at = 0; at < item.length; at += step)
        hash = Math.imul(hash ^ item.charCodeAt(at | 0), 0x01000193);
    } else {
      item = plain(item);
      if (typeof item !== "number" || item !== item || !isExact(item)) return undefined;
      if ((item | 0) === item) hash ^= item;
      else {
        real[0] = item;
        hash = mixed(hash ^ (halves[0] as number)) ^ (halves[1] as number);
      }
    }
    hash = mixed(hash);
  }
  return hash;
}

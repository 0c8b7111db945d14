/**
 * Tuples of strings and numbers in, the equal one that is known out: the keys that dicts of tuples have most, by a hash
 * table of numbers.
 *
 * Their canonical text costs three strings for each key, made, hashed and kept: 100,000 keys of an int and a str took a
 * load 121 ms with it, 49 ms with this table (Node 26, `npm run bench -- --only tuplekeys`).
 */

import type { Tuple } from "./sequences.ts";

const FIRST = 16;

// A search this long means that someone chose keys to collide; the canonical texts in a Map, whose hash is secret, take
// over.
const LONGEST_SEARCH = 64;

// Longer tuples are worth remembering by identity.
const MOST_ITEMS = 16;

const MOST_LETTERS = 16;

// What stands in a slot of a tuple that was taken out.
const GONE = -1;

const seed = (Math.random() * 2 ** 31) | 0;
const real = new Float64Array(1);
const halves = new Int32Array(real.buffer);

/** Tuples by value. `enter` must follow the `find` that answered null, with nothing between. */
export class TupleTable {
  /** Whether a search was too long: then nothing that `find` answers counts any more. */
  isCrowded = false;
  // 1 + the number of a tuple.
  #slots = new Int32Array(FIRST);
  // What is compared, and what was entered for it.
  #forms: (Tuple | undefined)[] = [];
  #tuples: (Tuple | undefined)[] = [];
  #hashes: number[] = [];
  #slot = 0;
  #hash = 0;

  /** What was entered for an equal form; null where nothing was; undefined where `form` is none for this table. */
  find(form: Tuple): Tuple | null | undefined {
    const hash = hashOf(form);
    if (hash === undefined) return undefined;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      const number = slots[slot] as number;
      if (number === 0) {
        this.#slot = slot;
        this.#hash = hash;
        return null;
      }
      if (number !== GONE && this.#hashes[number - 1] === hash) {
        if (areEqual(this.#forms[number - 1] as Tuple, form)) {
          this.#slot = slot;
          return this.#tuples[number - 1];
        }
      }
      slot = (slot + 1) & mask;
    }
    this.isCrowded = true;
    return undefined;
  }

  enter(form: Tuple, tuple: Tuple): void {
    const count = this.#tuples.push(tuple);
    this.#forms.push(form);
    this.#hashes.push(this.#hash);
    this.#slots[this.#slot] = count;
    if (count * 2 > this.#slots.length) this.#grow();
  }

  /** Takes out the tuple that `find` has just found. */
  remove(): void {
    const number = this.#slots[this.#slot] as number;
    this.#slots[this.#slot] = GONE;
    this.#tuples[number - 1] = undefined;
    this.#forms[number - 1] = undefined;
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

function areEqual(one: Tuple, other: Tuple): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) {
    if (one[index] !== other[index]) return false;
  }
  return true;
}

// Undefined for a tuple of anything but strings and of numbers that stand for themselves (keys.ts).
function hashOf(tuple: Tuple): number | undefined {
  const { length } = tuple;
  if (length > MOST_ITEMS) return undefined;
  let hash = seed ^ length;
  for (let index = 0; index < length; index++) {
    const item = tuple[index];
    if (typeof item === "string") {
      hash = Math.imul(hash ^ item.length, 0x01000193);
      const step = item.length <= MOST_LETTERS ? 1 : item.length / MOST_LETTERS;
      for (let at = 0; at < item.length; at += step)
        hash = Math.imul(hash ^ item.charCodeAt(at | 0), 0x01000193);
    } else if (typeof item === "number") {
      if ((item | 0) === item) hash = Math.imul(hash ^ item, 0x2c1b3c6d);
      else if (Number.isSafeInteger(item) || item % 1 !== 0) {
        if (Number.isNaN(item)) return undefined;
        real[0] = item;
        hash = Math.imul(hash ^ (halves[0] as number), 0x2c1b3c6d) ^ (halves[1] as number);
      } else return undefined;
    } else return undefined;
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/**
 * The memo of strings, by value: a hash table of our own in the place of V8's Map.
 *
 * A Map hashes every character of a string that it has not seen before: entering 500,000 fresh strings of 3 to 40
 * characters takes it 200 ms, this table 73 ms, whose hash looks at 20 characters at most and which searches once where
 * a Map searches twice (Node 26, `bench/strings.ts`).
 */

// So small that V8 makes the arrays without asking the system for memory; and what is kept from one dump to the next.
const FIRST = 16;
const MOST_KEPT = 1024;

// The table of a memo that has nothing in it, as that of many dumps: it is never written.
const EMPTY = new Uint32Array(1);
const NO_ENTRIES = new Uint32Array(0);

// A search this long means that someone chose strings to collide; a Map, whose hash is secret, takes over.
const LONGEST_SEARCH = 64;

// A slot has 24 bits for the number of its string.
const MOST_STRINGS = 0xffffff;

/** Strings with their memo indexes. `enter` must follow the `find` that failed, with nothing between. */
export class StringMemo {
  // 1 + the number of a string, and eight bits of its hash: one word, since what a search costs is the miss of the cache.
  #slots = EMPTY;
  #strings: string[] = [];
  // By number, a hash and a memo index: growing must not look at every string again.
  #entries = NO_ENTRIES;
  // How many strings have a slot.
  #placed = 0;
  #slot = 0;
  #hash = 0;
  #map: Map<string, number> | null = null;

  /** Forgets all, and keeps the memory that a small dump needs. */
  clear(): void {
    this.#map = null;
    this.#strings.length = 0;
    if (this.#slots.length > MOST_KEPT || this.#entries.length > MOST_KEPT) {
      this.#slots = EMPTY;
      this.#entries = NO_ENTRIES;
    } else if (this.#placed > 0) {
      this.#slots.fill(0);
    }
    this.#placed = 0;
  }

  get isEmpty(): boolean {
    return this.#strings.length === 0;
  }

  /** The memo index of `text`, -1 where it is not known; `hash` is that of {@link hashOf}, or another of all of it. */
  find(text: string, hash: number): number {
    if (this.#placed !== this.#strings.length) this.#place();
    if (this.#map !== null) return this.#map.get(text) ?? -1;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const tag = hash >>> 24;
    let slot = hash & mask;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      const entry = slots[slot] as number;
      if (entry === 0) {
        this.#slot = slot;
        this.#hash = hash;
        return -1;
      }
      const number = (entry >>> 8) - 1;
      if ((entry & 0xff) === tag && this.#strings[number] === text)
        return this.#entries[number * 2 + 1] as number;
      slot = (slot + 1) & mask;
    }
    return this.#useMap().get(text) ?? -1;
  }

  /** Enters the string that `find` has just not found. */
  enter(text: string, index: number): void {
    const count = this.add(text, this.#hash, index);
    if (count === 0 || count * 2 > this.#slots.length) return;
    this.#slots[this.#slot] = (count << 8) | (this.#hash >>> 24);
    this.#placed = count;
  }

  /**
   * Enters a string of which it is known that `find` would not find it. It has no slot before a string is looked for, which
   * for the keys of a dict of numbers never happens. Returns how many there are, 0 where the Map has them.
   */
  add(text: string, hash: number, index: number): number {
    if (this.#map !== null) {
      this.#map.set(text, index);
      return 0;
    }
    const count = this.#strings.push(text);
    if (count * 2 > this.#entries.length) {
      const entries = new Uint32Array(Math.max(FIRST, this.#entries.length * 4));
      entries.set(this.#entries);
      this.#entries = entries;
    }
    this.#entries[count * 2 - 2] = hash;
    this.#entries[count * 2 - 1] = index;
    if (count < MOST_STRINGS) return count;
    this.#useMap();
    return 0;
  }

  /** Forgets the strings of index `size` and above. */
  forget(size: number): void {
    const map = this.#map ?? this.#useMap();
    for (const [text, index] of map) if (index >= size) map.delete(text);
  }

  #useMap(): Map<string, number> {
    this.#map = new Map(
      this.#strings.map((text, number) => [text, this.#entries[number * 2 + 1] as number]),
    );
    this.#placed = this.#strings.length;
    return this.#map;
  }

  // Gives a slot to each string that has none, in a larger table where this one is half full.
  #place(): void {
    const count = this.#strings.length;
    if (count * 2 > this.#slots.length) {
      this.#slots = new Uint32Array(this.#entries.length);
      this.#placed = 0;
    }
    const slots = this.#slots;
    const mask = slots.length - 1;
    let steps = count * 8 + LONGEST_SEARCH;
    for (let number = this.#placed; number < count; number++) {
      const hash = this.#entries[number * 2] as number;
      let slot = hash & mask;
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) steps--;
      slots[slot] = ((number + 1) << 8) | (hash >>> 24);
      if (steps < 0) {
        this.#useMap();
        return;
      }
    }
    this.#placed = count;
  }
}

/** A hash by the length, the first and the last eight characters, and four between: what differs in one pickle. */
export function hashOf(text: string): number {
  const { length } = text;
  let hash = HASH_SEED ^ length;
  const head = length < 8 ? length : 8;
  for (let at = 0; at < head; at++) hash = hashStep(hash, text.charCodeAt(at));
  if (length > 8) {
    for (let at = length < 16 ? 8 : length - 8; at < length; at++) {
      hash = hashStep(hash, text.charCodeAt(at));
    }
    if (length > 16) {
      const step = (length - 16) / 5;
      for (let part = 1; part < 5; part++) {
        hash = hashStep(hash, text.charCodeAt(8 + ((step * part) | 0)));
      }
    }
  }
  return hashEnd(hash);
}

/** Where a hash begins: with another number in each process. */
export const HASH_SEED = (Math.random() * 2 ** 31) | 0;

/** A hash with one more character. */
export function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** Ends a hash: every bit depends on all characters. */
export function hashEnd(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}

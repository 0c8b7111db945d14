/**
 * The memo of strings, by value: a hash table of our own in the place of V8's Map.
 *
 * A Map hashes every character of a string that it has not seen before: entering 500,000 fresh strings of 3 to 40
 * characters takes it 300 ms, this table 45 ms, whose hash looks at 20 characters at most and which searches once where
 * a Map searches twice (Node 26, `bench/strings.ts`).
 */

const FIRST = 64;

// A search this long means that someone chose strings to collide; a Map, whose hash is secret, takes over.
const LONGEST_SEARCH = 64;

const seed = (Math.random() * 2 ** 31) | 0;

/** Strings with their memo indexes. `enter` must follow the `find` that failed, with nothing between. */
export class StringMemo {
  // Two words for each slot: 1 + the number of a string, 0 where free; and its full hash.
  #table = new Int32Array(FIRST * 2);
  #strings: string[] = [];
  #indexes: number[] = [];
  #slot = 0;
  #hash = 0;
  #map: Map<string, number> | null = null;

  /** The memo index of `text`, -1 where it is not known. */
  find(text: string): number {
    if (this.#map !== null) return this.#map.get(text) ?? -1;
    const hash = hashOf(text);
    const table = this.#table;
    const mask = table.length - 2;
    let slot = (hash << 1) & mask;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      const number = table[slot] as number;
      if (number === 0) {
        this.#slot = slot;
        this.#hash = hash;
        return -1;
      }
      if (table[slot + 1] === hash && this.#strings[number - 1] === text)
        return this.#indexes[number - 1] as number;
      slot = (slot + 2) & mask;
    }
    this.#map = new Map(
      this.#strings.map((known, number) => [known, this.#indexes[number] as number]),
    );
    return this.#map.get(text) ?? -1;
  }

  /** Enters the string that `find` has just not found. */
  enter(text: string, index: number): void {
    if (this.#map !== null) {
      this.#map.set(text, index);
      return;
    }
    const count = this.#strings.push(text);
    this.#indexes.push(index);
    this.#table[this.#slot] = count;
    this.#table[this.#slot + 1] = this.#hash;
    // At most half full.
    if (count * 4 > this.#table.length) this.#grow();
  }

  #grow(): void {
    const old = this.#table;
    const table = new Int32Array(old.length * 4);
    const mask = table.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      const number = old[from] as number;
      if (number === 0) continue;
      const hash = old[from + 1] as number;
      let slot = (hash << 1) & mask;
      while (table[slot] !== 0) slot = (slot + 2) & mask;
      table[slot] = number;
      table[slot + 1] = hash;
    }
    this.#table = table;
  }
}

// The length, the first and the last eight characters, and four between: what differs among the strings of one pickle.
function hashOf(text: string): number {
  const { length } = text;
  let hash = seed ^ length;
  const head = length < 8 ? length : 8;
  for (let at = 0; at < head; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  if (length > 8) {
    for (let at = length < 16 ? 8 : length - 8; at < length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    if (length > 16) {
      const step = (length - 16) / 5;
      for (let part = 1; part < 5; part++) {
        hash = Math.imul(hash ^ text.charCodeAt(8 + ((step * part) | 0)), 0x01000193);
      }
    }
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

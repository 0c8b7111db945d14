/** Numbers as keys that somebody chose so that V8's Map and Set put them all into one place. */

/** A Map or a Set. */
export interface Keys {
  readonly size: number;
}

// Fewer cannot take long, however they were chosen.
const FEW = 512;

// So few numbers are below this many times the count of the keys that no place can have many of them.
const SPREAD = 16;

// By chance no place has so many.
const MOST = 64;

// How many keys are in each place.
const tables = new WeakMap<Keys, Uint8ClampedArray>();

/** What ints of 32 bits must be below, by their amount, so that no place has many of them; never less than 8192. */
export function denseBelow(keys: Keys): number {
  return Math.max(keys.size, FEW) * SPREAD;
}

/**
 * Whether `keys` must not store one more number as it is; to be asked before each is entered. V8 hashes numbers without a
 * secret, so that numbers that were chosen to collide take a Map the square of their count (test/number-keys.test.ts).
 *
 * Ints of 32 bits are counted by V8's own hash of them (`ComputeUnseededHash` in its `src/utils/utils.h`). The hash of others
 * is longer than their use as keys is worth: beyond {@link FEW} keys none is stored.
 */
export function isCrowded(keys: Keys, key: number): boolean {
  const { size } = keys;
  if (size < FEW) return false;
  if ((key | 0) !== key) return true;
  if ((key ^ (key >> 31)) < denseBelow(keys)) return false;
  let table = tables.get(keys);
  if (!table || table.length < size) {
    // Forgets what is in the places: each gets at most MOST for every time that the keys grow fourfold.
    table = new Uint8ClampedArray(1 << (34 - Math.clz32(size)));
    tables.set(keys, table);
  }
  const place = mixed(key) & (table.length - 1);
  table[place] = (table[place] as number) + 1;
  return (table[place] as number) > MOST;
}

/** V8's hash of an int of 32 bits, before it cuts it to 30: every bit of it depends on every bit of the int. */
export function mixed(int: number): number {
  let hash = ~int + (int << 15);
  hash ^= hash >>> 12;
  hash += hash << 2;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return hash ^ (hash >>> 16);
}

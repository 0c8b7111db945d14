/** Python's dict, set and frozenset: Map and Set that know Python's key equality and keep insertion order. */

import { denseBelow, isCrowded, type Keys } from "./crowds.ts";
import { Canonicalizer, type CanonicalKey, isSelfKey } from "./keys.ts";
import { Tuple } from "./sequences.ts";
import { braced, type Inspect, inspectSymbol, nest, shownParts } from "./symbols.ts";
import { TupleTable } from "./tuple-table.ts";

// V8 hashes a bigint by its lowest 64 bits alone, and a number without a secret, so keys that someone chose would make a
// Map quadratic: such keys are stored in a box of their own and unboxed by the iterators (test/robustness.test.ts,
// test/number-keys.test.ts).
class BoxedKey {
  declare readonly key: bigint | number;

  constructor(key: bigint | number) {
    this.key = key;
  }
}

function unbox<K>(stored: K): K {
  return stored instanceof BoxedKey ? (stored.key as K) : stored;
}

/**
 * The keys that a plain Map would compare differently from Python (`true`, `1n`, tuples, bytes, …), by canonical form.
 *
 * Strings, identity-compared objects and nearly all numbers are stored as they are and never come here; a collection has no
 * index until the first other key arrives.
 */
class KeyIndex {
  readonly #canonicalizer: Canonicalizer;
  readonly #stored = new Map<CanonicalKey, unknown>();
  // Null once it was crowded: then all tuples are in #stored.
  #tuples: TupleTable | null | undefined;
  // Of the tuple that was searched last: undefined where its place is in #tuples.
  #canonical: CanonicalKey;

  /** Whether any key is stored in a box, so that iteration has to unbox. */
  boxed = false;

  constructor(canonicalizer: Canonicalizer) {
    this.#canonicalizer = canonicalizer;
  }

  canonical(key: unknown): CanonicalKey {
    return this.#canonicalizer.canonical(key);
  }

  get(canonical: CanonicalKey): unknown {
    return this.#stored.get(spelled(canonical));
  }

  /** Enters a key of `keys` that is not there yet; returns what the collection is to store. */
  enter(keys: Keys, key: unknown, canonical: CanonicalKey): unknown {
    if (isPlain(keys, key)) return key;
    let stored = key;
    if (typeof key === "bigint" || typeof key === "number") {
      stored = new BoxedKey(key);
      this.boxed = true;
    }
    this.#stored.set(spelled(canonical), stored);
    return stored;
  }

  /** The tuple that is stored and equal, or undefined; then {@link KeyIndex.enterTuple} may follow. */
  tuple(key: Tuple): unknown {
    if (this.#tuples !== null) {
      const tuples = (this.#tuples ??= new TupleTable());
      const found = tuples.find(key);
      if (tuples.isCrowded) {
        for (const tuple of tuples) this.#stored.set(this.canonical(tuple), tuple);
        this.#tuples = null;
      } else if (found !== undefined) {
        this.#canonical = undefined;
        return found ?? undefined;
      }
    }
    this.#canonical = this.canonical(key);
    return this.#stored.get(this.#canonical);
  }

  enterTuple(key: Tuple): unknown {
    if (this.#canonical === undefined) this.#tuples?.enter(key);
    else this.#stored.set(this.#canonical, key);
    return key;
  }

  forget(stored: unknown): void {
    const key = unbox(stored);
    if (key === stored && isSelfKey(key)) return;
    if (!(key instanceof Tuple)) this.#stored.delete(spelled(this.canonical(key)));
    else if (this.tuple(key) === undefined) return;
    else if (this.#canonical === undefined) this.#tuples?.remove();
    else this.#stored.delete(this.#canonical);
  }
}

// Whether `keys` may store a key as it is.
function isPlain(keys: Keys, key: unknown): boolean {
  return isSelfKey(key) && !(typeof key === "number" && isCrowded(keys, key));
}

// A string's hash is secret, a number's is not.
function spelled(canonical: CanonicalKey): CanonicalKey {
  return typeof canonical === "number" ? `${canonical}` : canonical;
}

const { set: setEntry } = Map.prototype;

/**
 * Sets entries of a dict, `items[from..to)` being keys and values in turn, for as long as the keys are numbers and such keys
 * need no look at what is there; returns where the rest stands. They take 0.7 of the time of as many calls of `set`: V8's
 * table is then waited for more than once at a time (Node 26, `bench/main.ts --only intkeys`).
 */
export let setNumbers: (
  dict: PyDict,
  items: readonly unknown[],
  from: number,
  to: number,
) => number;

/**
 * A Python dict: a Map in which `1`, `1.0` and `true` are one key and tuples, bytes and frozensets compare by value.
 *
 * As in Python, assigning to an equal key keeps the first key object.
 */
export class PyDict<K = unknown, V = unknown> extends Map<K, V> {
  #index: KeyIndex | null = null;
  readonly #canonicalizer: Canonicalizer | undefined;

  static {
    setNumbers = (dict, items, from, to) => {
      let at = from;
      // A class of the caller's may set its own way.
      if (dict.#index !== null || dict.set !== PyDict.prototype.set) return at;
      // Asked once: what is asked of the dict within the loop is waited for.
      const dense = denseBelow(dict);
      for (; at < to; at += 2) {
        const key = items[at];
        // Two NaNs are two keys.
        if (typeof key !== "number" || key !== key) break;
        if (((key | 0) !== key || (key ^ (key >> 31)) >= dense) && !isPlain(dict, key)) break;
        setEntry.call(dict, key, items[at + 1]);
      }
      return at;
    };
  }

  /** @param canonicalizer shared by the collections of one load; a dict of its own needs none */
  constructor(entries?: Iterable<readonly [K, V]> | null, canonicalizer?: Canonicalizer) {
    super();
    this.#canonicalizer = canonicalizer;
    if (entries) for (const [key, value] of entries) this.set(key, value);
  }

  override set(key: K, value: V): this {
    return super.set(typeof key === "string" ? key : this.#stored(key, true), value);
  }

  override get(key: K): V | undefined {
    return super.get(typeof key === "string" ? key : this.#stored(key));
  }

  override has(key: K): boolean {
    return super.has(typeof key === "string" ? key : this.#stored(key));
  }

  override delete(key: K): boolean {
    const stored = typeof key === "string" ? key : this.#stored(key);
    this.#index?.forget(stored);
    return super.delete(stored);
  }

  override clear(): void {
    super.clear();
    this.#index = null;
  }

  override keys(): MapIterator<K> {
    return this.#index?.boxed ? (this.#keys() as MapIterator<K>) : super.keys();
  }

  override entries(): MapIterator<[K, V]> {
    return this.#index?.boxed ? (this.#entries() as MapIterator<[K, V]>) : super.entries();
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  override forEach(visit: (value: V, key: K, map: Map<K, V>) => void, self?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(self, value, key, this);
  }

  /** A plain object when every key is a string, else the list of its `[key, value]` pairs. */
  toJSON(): unknown {
    return toJSON(this);
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    return show(this, this.size, depth, options, inspect);
  }

  // The stored key equal to `key`; where there is none `key` itself, or what stands for it from now on.
  #stored(key: K, enters = false): K {
    if (this.#index === null) {
      if (enters ? isPlain(this, key) : isSelfKey(key)) return key;
      this.#index = new KeyIndex(this.#canonicalizer ?? new Canonicalizer());
    }
    const index = this.#index;
    if (key instanceof Tuple)
      return (index.tuple(key) ?? (enters ? index.enterTuple(key) : key)) as K;
    const canonical = index.canonical(key);
    if (typeof canonical === "number" && super.has(canonical as K)) return canonical as K;
    return (index.get(canonical) ?? (enters ? index.enter(this, key, canonical) : key)) as K;
  }

  *#keys(): Generator<K> {
    for (const key of super.keys()) yield unbox(key);
  }

  *#entries(): Generator<[K, V]> {
    for (const [key, value] of super.entries()) yield [unbox(key), value];
  }
}

/** A Python set: a Set with Python's equality. */
export class PySet<T = unknown> extends Set<T> {
  #index: KeyIndex | null = null;
  readonly #canonicalizer: Canonicalizer | undefined;

  /** @param canonicalizer shared by the collections of one load; a set of its own needs none */
  constructor(values?: Iterable<T> | null, canonicalizer?: Canonicalizer) {
    super();
    this.#canonicalizer = canonicalizer;
    if (values) for (const value of values) this.add(value);
  }

  override add(value: T): this {
    return super.add(typeof value === "string" ? value : this.#stored(value, true));
  }

  override has(value: T): boolean {
    return super.has(typeof value === "string" ? value : this.#stored(value));
  }

  override delete(value: T): boolean {
    const stored = typeof value === "string" ? value : this.#stored(value);
    this.#index?.forget(stored);
    return super.delete(stored);
  }

  override clear(): void {
    super.clear();
    this.#index = null;
  }

  override values(): SetIterator<T> {
    return this.#index?.boxed ? (this.#values() as SetIterator<T>) : super.values();
  }

  override keys(): SetIterator<T> {
    return this.values();
  }

  override [Symbol.iterator](): SetIterator<T> {
    return this.values();
  }

  override *entries(): SetIterator<[T, T]> {
    for (const value of this.values()) yield [value, value];
  }

  override forEach(visit: (value: T, same: T, set: Set<T>) => void, self?: unknown): void {
    for (const value of this.values()) visit.call(self, value, value, this);
  }

  /** The members as a list. */
  toJSON(): unknown {
    return [...this];
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    return show(this, this.size, depth, options, inspect);
  }

  // The stored member equal to `value`; where there is none `value` itself, or what stands for it from now on.
  #stored(value: T, enters = false): T {
    if (this.#index === null) {
      if (enters ? isPlain(this, value) : isSelfKey(value)) return value;
      this.#index = new KeyIndex(this.#canonicalizer ?? new Canonicalizer());
    }
    const index = this.#index;
    if (value instanceof Tuple)
      return (index.tuple(value) ?? (enters ? index.enterTuple(value) : value)) as T;
    const canonical = index.canonical(value);
    if (typeof canonical === "number" && super.has(canonical as T)) return canonical as T;
    return (index.get(canonical) ?? (enters ? index.enter(this, value, canonical) : value)) as T;
  }

  *#values(): Generator<T> {
    for (const value of super.values()) yield unbox(value);
  }
}

/** A Python frozenset: complete when made, and refusing every change with a `TypeError`. */
export class FrozenSet<T = unknown> extends PySet<T> {
  constructor(values?: Iterable<T> | null, canonicalizer?: Canonicalizer) {
    super(null, canonicalizer);
    if (values) for (const value of values) super.add(value);
  }

  override add(_value: T): this {
    throw new TypeError("a FrozenSet cannot change");
  }

  override delete(_value: T): boolean {
    throw new TypeError("a FrozenSet cannot change");
  }

  override clear(): void {
    throw new TypeError("a FrozenSet cannot change");
  }
}

function toJSON(dict: Map<unknown, unknown>): unknown {
  const entries = [...dict.entries()];
  if (entries.every(([key]) => typeof key === "string")) return Object.fromEntries(entries);
  return entries;
}

function show(
  collection: Map<unknown, unknown> | Set<unknown>,
  size: number,
  depth: number,
  options: unknown,
  inspect: Inspect,
): string {
  const name = `${collection.constructor.name}(${size})`;
  if (size === 0) return `${name} {}`;
  if (depth < 0) return `[${name}]`;
  const nested = nest(options);
  const parts = shownParts<unknown>(collection, size, (item) => {
    const shown = collection instanceof Map ? (item as [unknown, unknown]) : [item];
    return shown.map((part) => inspect(part, nested)).join(" => ");
  });
  return braced(name, parts);
}

/**
 * Python's dict, set and frozenset for the evaluator: insertion order, and Python's equality of keys.
 *
 * A key becomes a primitive that is equal exactly where Python's `==` says so. NaN and functions, which Python compares by
 * identity, and strings that a set would order by a random hash, are the caller's matter: see `mayOrder`.
 */

import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { typeError } from "./exceptions.ts";
import {
  ExceptionValue,
  ListValue,
  RangeValue,
  SingletonValue,
  SliceValue,
  Thing,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";

/** A canonical form of a key. */
export type Key = string | number | Thing | null;

// Things that Python hashes by identity, as far as they occur.
function isIdentityKey(value: Thing): boolean {
  return (
    value instanceof TypeValue ||
    value instanceof SingletonValue ||
    value instanceof ExceptionValue ||
    /^(function|builtin_function_or_method)$/.test(value.type)
  );
}

/** The canonical form. @throws TypeError of Python for what cannot be hashed */
export function keyOf(value: Value, budget: Budget): Key {
  switch (typeof value) {
    case "string":
      // A new text, whose hash takes a look at each character.
      if (value.length > 64) budget.step(value.length / 64);
      return `s${value}`;
    case "boolean":
      return value ? 1 : 0;
    case "number":
      if (Number.isNaN(value)) throw unsupported("nan as a key");
      if (Number.isInteger(value) && !Number.isSafeInteger(value))
        return `i${BigInt(value).toString(16)}`;
      return value === 0 ? 0 : value;
    case "bigint": {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      // Base 16: the time of others grows faster than the number.
      const digits = value.toString(16);
      budget.step(digits.length / 16);
      return `i${digits}`;
    }
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) {
    budget.step(value.length / 16);
    let text = "b";
    for (const byte of value) text += String.fromCharCode(byte);
    return text;
  }
  if (value instanceof TupleValue) return `t${joined(value.items, budget)}`;
  if (value instanceof SetValue && value.frozen) {
    const keys = [...value.keys()].map((key) => spelled(key, budget));
    budget.step(keys.length * 4);
    return `f${keys.sort().join("")}`;
  }
  if (value instanceof RangeValue || value instanceof SliceValue)
    throw unsupported(`${value.type} as a key`);
  if (isIdentityKey(value)) return value;
  throw typeError(`unhashable type: '${typeName(value)}'`);
}

function joined(items: readonly Value[], budget: Budget): string {
  budget.step(items.length + 1);
  let text = "";
  for (const item of items) text += spelled(keyOf(item, budget), budget);
  budget.take(2 * text.length);
  return text;
}

// With its length in front, so that no two lists of keys spell the same.
function spelled(key: Key, budget: Budget): string {
  if (key instanceof Thing) throw unsupported(`${key.type} within a key`);
  const text = key === null ? "n" : typeof key === "number" ? `d${key}` : key;
  budget.step(text.length / 64);
  return `${text.length}:${text}`;
}

export class DictValue extends Thing {
  readonly type = "dict";
  readonly #entries = new Map<Key, [Value, Value]>();
  /** Grows with each key that comes or goes, so that an iteration notices. */
  changes = 0;

  get size(): number {
    return this.#entries.size;
  }
  get(key: Value, budget: Budget): Value | undefined {
    return this.#entries.get(keyOf(key, budget))?.[1];
  }
  has(key: Value, budget: Budget): boolean {
    return this.#entries.has(keyOf(key, budget));
  }
  set(key: Value, value: Value, budget: Budget): void {
    const canonical = keyOf(key, budget);
    const entry = this.#entries.get(canonical);
    if (entry !== undefined) {
      entry[1] = value;
      return;
    }
    budget.take(96);
    this.changes++;
    this.#entries.set(canonical, [key, value]);
  }
  /** Takes an entry out and gives its value. */
  delete(key: Value, budget: Budget): Value | undefined {
    const canonical = keyOf(key, budget);
    const entry = this.#entries.get(canonical);
    if (entry === undefined) return undefined;
    this.changes++;
    this.#entries.delete(canonical);
    return entry[1];
  }
  clear(): void {
    this.changes++;
    this.#entries.clear();
  }
  entries(): IterableIterator<[Value, Value]> {
    return this.#entries.values();
  }
  last(): [Value, Value] | undefined {
    let found: [Value, Value] | undefined;
    for (const entry of this.#entries.values()) found = entry;
    return found;
  }
}

export class SetValue extends Thing {
  readonly frozen: boolean;
  readonly #members = new Map<Key, Value>();
  changes = 0;

  constructor(frozen: boolean) {
    super();
    this.frozen = frozen;
  }
  get type(): string {
    return this.frozen ? "frozenset" : "set";
  }
  get size(): number {
    return this.#members.size;
  }
  has(value: Value, budget: Budget): boolean {
    return this.#members.has(keyOf(value, budget));
  }
  add(value: Value, budget: Budget): void {
    const key = keyOf(value, budget);
    if (this.#members.has(key)) return;
    budget.take(80);
    this.changes++;
    this.#members.set(key, value);
  }
  delete(value: Value, budget: Budget): boolean {
    const gone = this.#members.delete(keyOf(value, budget));
    if (gone) this.changes++;
    return gone;
  }
  clear(): void {
    this.changes++;
    this.#members.clear();
  }
  keys(): IterableIterator<Key> {
    return this.#members.keys();
  }
  hasKey(key: Key): boolean {
    return this.#members.has(key);
  }
  /** The members in the order of insertion, which is not Python's: for what does not depend on an order. */
  unordered(): IterableIterator<Value> {
    return this.#members.values();
  }
  /** The members where they have but one order. Python's depends on hashes, which are random for str. */
  ordered(): Iterable<Value> {
    if (this.size > 1) throw unsupported("the order of a set");
    return this.#members.values();
  }
}

/** A set of these. */
export function setOf(values: Iterable<Value>, frozen: boolean, budget: Budget): SetValue {
  const set = new SetValue(frozen);
  for (const value of values) set.add(value, budget);
  return set;
}

/** `dict.keys()`, `.values()`, `.items()`. */
export class ViewValue extends Thing {
  readonly kind: "keys" | "values" | "items";
  readonly dict: DictValue;
  constructor(kind: "keys" | "values" | "items", dict: DictValue) {
    super();
    this.kind = kind;
    this.dict = dict;
  }
  get type(): string {
    return `dict_${this.kind}`;
  }
  *items(): Generator<Value> {
    for (const [key, value] of this.dict.entries()) {
      yield this.kind === "keys"
        ? key
        : this.kind === "values"
          ? value
          : new TupleValue([key, value]);
    }
  }
}

/** Whether a value can be changed, so that Python compares its identity and nothing else can have it. */
export function isMutable(value: Value): boolean {
  return (
    value instanceof ListValue ||
    value instanceof DictValue ||
    (value instanceof SetValue && !value.frozen)
  );
}

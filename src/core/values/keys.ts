/**
 * Python's key equality over JavaScript values: each hashable value becomes a primitive that is equal exactly when
 * Python's `==` says so (`1 == 1.0 == True`, tuples, bytes and frozensets by value).
 */

import { decodeLatin1, smallest } from "../bytes/index.ts";
import { Complex, Float } from "./scalars.ts";
import { ByteArray, Tuple } from "./sequences.ts";
import { keySymbol } from "./symbols.ts";

/** A canonical form: strings are tagged by kind, numbers stand for themselves. */
export type CanonicalKey = string | number | object | symbol | undefined | null;

/**
 * Whether a value is its own canonical form, so that a plain Map or Set treats it as Python does.
 *
 * True for strings, null, objects that Python compares by identity, and numbers but for those that are also bigints.
 */
export function isSelfKey(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
    case "bigint":
      return false;
    case "number":
      return isExact(value);
    case "object":
      return (
        value === null ||
        !(
          value instanceof Tuple ||
          value instanceof Uint8Array ||
          value instanceof Float ||
          value instanceof Complex ||
          value instanceof Set ||
          keySymbol in value ||
          isTemporal(value)
        )
      );
    default:
      return true;
  }
}

interface Tables {
  readonly interned: Map<string, number>;
  readonly seen: WeakMap<object, CanonicalKey>;
  readonly identities: WeakMap<object, number>;
}

// Longer keys are worth remembering: one of a million items may be the key of a million dicts.
const SHORT = 16;
const LONG = 64;

/**
 * Turns keys into canonical forms.
 *
 * Tuples and frozensets are interned: equal ones get the same number, each object is walked once. A tuple that holds
 * itself twice, sixty levels deep, therefore costs sixty steps and not 2^60 (CPython itself hangs on that input). One
 * canonicalizer serves all collections of a load, so that a key is walked once however many of them it is in.
 */
export class Canonicalizer {
  // Made when the first key needs them: most loads have none, and each has a canonicalizer.
  #made: Tables | undefined;
  #identityCount = 0;
  #hasLong = false;

  get #tables(): Tables {
    this.#made ??= { interned: new Map(), seen: new WeakMap(), identities: new WeakMap() };
    return this.#made;
  }

  /** The canonical form of a hashable value. Walks with its own stack, so that depth costs no recursion. */
  canonical(value: unknown): CanonicalKey {
    if (value instanceof Tuple && value.length <= SHORT && isFlat(value)) return this.#text(value);
    if (!isComposite(value)) return this.#atom(value);
    const { seen } = this.#tables;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const pending: object[] = [value];
    const open = new Set<object>();
    while (pending.length > 0) {
      const item = pending[pending.length - 1] as Tuple | Set<unknown>;
      if (seen.has(item)) {
        pending.pop();
        continue;
      }
      const depth = pending.length;
      for (const child of item) {
        // A composite that contains itself cannot be hashed by Python either; stop instead of walking for ever.
        if (isComposite(child) && !seen.has(child)) {
          if (open.has(child)) seen.set(child, child);
          else pending.push(child);
        }
      }
      if (pending.length > depth) {
        open.add(item);
        continue;
      }
      pending.pop();
      open.delete(item);
      seen.set(item, this.#intern(item));
    }
    return seen.get(value);
  }

  // What spells itself out is asked once, where that is long; for a load in which nothing was, looking would cost more.
  #atom(value: unknown): CanonicalKey {
    if (
      typeof value !== "object" ||
      value === null ||
      !(value instanceof Uint8Array ? value.length > SHORT : keySymbol in value)
    )
      return atom(value);
    let key = this.#hasLong ? this.#tables.seen.get(value) : undefined;
    if (key === undefined) {
      key = atom(value);
      if (isLong(key)) {
        this.#hasLong = true;
        this.#tables.seen.set(value, key);
      }
    }
    return key;
  }

  // A tuple of atoms stands for itself: an equal one is one of atoms too, so that the two forms cannot meet.
  #intern(item: Tuple | Set<unknown>): CanonicalKey {
    const text = this.#text(item);
    return item instanceof Tuple && isFlat(item) ? text : `${text[0]}${this.#number(text)}`;
  }

  #number(text: string): number {
    const { interned } = this.#tables;
    let number = interned.get(text);
    if (number === undefined) {
      number = interned.size;
      interned.set(text, number);
    }
    return number;
  }

  // Kind and parts; each part is self-delimiting (length, colon, text), so that neighbours cannot run into each other. A
  // long part is a number: a million tuples may have one of a million characters.
  #text(item: Tuple | Set<unknown>): string {
    if (item instanceof Tuple) {
      let text = "t";
      for (let index = 0; index < item.length; index++) text += this.#part(item[index]);
      return text;
    }
    const parts: string[] = [];
    for (const child of item) parts.push(this.#part(child));
    return `s${parts.sort().join("")}`;
  }

  #part(child: unknown): string {
    if (typeof child === "string")
      return isLong(child) ? `"${this.#number(child)}:` : `${child.length + 1}:"${child}`;
    const key = isComposite(child)
      ? (this.#tables.seen.get(child) ?? this.canonical(child))
      : this.#atom(child);
    let text: string;
    if (typeof key === "string") text = key;
    else if (typeof key === "object" && key !== null) {
      let number = this.#tables.identities.get(key);
      if (number === undefined) {
        number = this.#identityCount++;
        this.#tables.identities.set(key, number);
      }
      text = `o${number}`;
    } else text = `n${String(key)}`;
    return isLong(text) ? `~${this.#number(text)}:` : `${text.length}:${text}`;
  }
}

function isLong(key: CanonicalKey): boolean {
  return typeof key === "string" && key.length > LONG;
}

function isComposite(value: unknown): value is Tuple | Set<unknown> {
  return value instanceof Tuple || value instanceof Set;
}

function isFlat(tuple: Tuple): boolean {
  for (let index = 0; index < tuple.length; index++) {
    const item = tuple[index];
    if (typeof item === "object" && isComposite(item)) return false;
  }
  return true;
}

// Every number that Python compares equal gets one form: safe integers the number itself, larger ones their hex digits.
// Hex, because BigInt.toString(16) is linear and V8's Map hashes a bigint by its lowest 64 bits only (40,000 keys
// equal mod 2^64 take 72 s there; test/robustness.test.ts).
export function atom(value: unknown): CanonicalKey {
  switch (typeof value) {
    case "boolean":
      return Number(value);
    case "bigint":
      return integer(value);
    case "number":
      return real(value);
    case "object": {
      if (value === null) return null;
      if (value instanceof Float) return Number.isNaN(value.value) ? value : real(value.value);
      if (value instanceof Complex) {
        return value.imag === 0 ? real(value.real) : `c${value.real},${value.imag}`;
      }
      if (value instanceof Uint8Array)
        return value instanceof ByteArray ? value : `b${decodeLatin1(value)}`;
      return (
        (value as { [keySymbol]?: () => string | number | undefined })[keySymbol]?.() ??
        (isTemporal(value) ? `T${value[Symbol.toStringTag]}${value}` : value)
      );
    }
    default:
      return value as CanonicalKey;
  }
}

function integer(value: bigint): CanonicalKey {
  const least = smallest(value);
  return typeof least === "number" ? least : `i${value.toString(16)}`;
}

function real(value: number): CanonicalKey {
  return isExact(value) ? value + 0 : integer(BigInt(value));
}

/** Whether no bigint that is equal stays a bigint: true for all but integers from 2^53 on. */
export function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || !Number.isInteger(value);
}

function isTemporal(value: object): value is { [Symbol.toStringTag]: string } {
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && tag.startsWith("Temporal.");
}

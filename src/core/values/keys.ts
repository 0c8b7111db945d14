/**
 * Python's key equality over JavaScript values: each hashable value becomes a primitive that is equal exactly when
 * Python's `==` says so (`1 == 1.0 == True`, tuples, bytes and frozensets by value).
 */

import { Complex, Float } from "./scalars.ts";
import { ByteArray, Tuple } from "./sequences.ts";
import { keySymbol } from "./symbols.ts";

/** A canonical form: strings are tagged by kind, numbers stand for themselves. */
export type CanonicalKey = string | number | object | symbol | undefined | null;

/**
 * Whether a value is its own canonical form, so that a plain Map or Set treats it as Python does.
 *
 * True for strings, numbers, null and objects that Python compares by identity.
 */
export function isSelfKey(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
      return true;
    case "boolean":
    case "bigint":
      return false;
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

/**
 * Turns keys into canonical forms.
 *
 * Tuples and frozensets are interned: equal ones get the same number, each object is walked once. A tuple that holds
 * itself twice, sixty levels deep, therefore costs sixty steps and not 2^60 (CPython itself hangs on that input).
 */
export class Canonicalizer {
  readonly #interned = new Map<string, number>();
  readonly #seen = new WeakMap<object, CanonicalKey>();

  /** The canonical form of a hashable value. Walks with its own stack, so that depth costs no recursion. */
  canonical(value: unknown): CanonicalKey {
    if (!isComposite(value)) return atom(value);
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    const pending: object[] = [value];
    while (pending.length > 0) {
      const item = pending[pending.length - 1] as Tuple | Set<unknown>;
      if (this.#seen.has(item)) {
        pending.pop();
        continue;
      }
      const depth = pending.length;
      for (const child of item) {
        // A composite that contains itself cannot be hashed by Python either; stop instead of walking for ever.
        if (isComposite(child) && !this.#seen.has(child)) {
          if (this.#open.has(child)) this.#seen.set(child, child);
          else pending.push(child);
        }
      }
      if (pending.length > depth) {
        this.#open.add(item);
        continue;
      }
      pending.pop();
      this.#open.delete(item);
      this.#seen.set(item, this.#intern(item));
    }
    return this.#seen.get(value);
  }

  readonly #open = new Set<object>();
  readonly #identities = new Map<unknown, number>();

  #intern(item: Tuple | Set<unknown>): CanonicalKey {
    const parts: string[] = [];
    for (const child of item) parts.push(this.#part(child));
    const unordered = item instanceof Set;
    if (unordered) parts.sort();
    const text = (unordered ? "s" : "t") + parts.join("");
    let number = this.#interned.get(text);
    if (number === undefined) {
      number = this.#interned.size;
      this.#interned.set(text, number);
    }
    return `${unordered ? "s" : "t"}${number}`;
  }

  // Self-delimiting, so that neighbours cannot run into each other: length, colon, text.
  #part(child: unknown): string {
    const key = isComposite(child) ? this.#seen.get(child) : atom(child);
    let text: string;
    if (typeof key === "string") text = typeof child === "string" ? `"${key}` : key;
    else if (typeof key === "number") text = `n${key}`;
    else {
      let number = this.#identities.get(key);
      if (number === undefined) {
        number = this.#identities.size;
        this.#identities.set(key, number);
      }
      text = `o${number}`;
    }
    return `${text.length}:${text}`;
  }
}

function isComposite(value: unknown): value is Tuple | Set<unknown> {
  return value instanceof Tuple || value instanceof Set;
}

// Every number that Python compares equal gets one form: safe integers the number itself, larger ones their hex digits.
// Hex, because BigInt.toString(16) is linear and V8's Map hashes a bigint by its lowest 64 bits only (40,000 keys
// equal mod 2^64 take 72 s there; test/robustness.test.ts).
function atom(value: unknown): CanonicalKey {
  switch (typeof value) {
    case "boolean":
      return value ? 1 : 0;
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
        return value instanceof ByteArray ? value : `b${latin1(value)}`;
      const own = (value as { [keySymbol]?: () => string | number | undefined })[keySymbol];
      if (typeof own === "function") return own.call(value) ?? value;
      if (isTemporal(value)) return `T${value[Symbol.toStringTag]}${String(value)}`;
      return value;
    }
    default:
      return value as CanonicalKey;
  }
}

function integer(value: bigint): CanonicalKey {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  return `i${value.toString(16)}`;
}

function real(value: number): CanonicalKey {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value + 0;
  return integer(BigInt(value));
}

function isTemporal(value: object): value is { [Symbol.toStringTag]: string } {
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === "string" && tag.startsWith("Temporal.");
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode.apply(
      null,
      bytes.subarray(start, start + 8192) as unknown as number[],
    );
  }
  return text;
}

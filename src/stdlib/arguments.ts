/** Arguments and states as hostile pickles may hold them in, checked values out; `undefined` wherever one does not fit. */

import { decodeLatin1 } from "../core/bytes/index.ts";
import { PyDict, Tuple } from "../core/values/index.ts";

/** A Python int within the safe range, whichever of JavaScript's two types holds it. */
export function safeInteger(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== "bigint") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A Python int of any size; floats, bools and everything else do not fit. */
export function integer(value: unknown): number | bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** The entries of a Python dict in either of its JavaScript forms. */
export function dictEntries(value: unknown): Iterable<[unknown, unknown]> | undefined {
  if (value instanceof PyDict) return value.entries();
  if (typeof value !== "object" || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}

/**
 * The attributes that a state sets: a dict, or a pair of a dict (or None) and a dict of slots.
 *
 * @throws TypeError when the state is of another kind, as Python's own `BUILD` does
 */
export function attributesOf(state: unknown): PyDict<string, unknown> {
  const attributes = new PyDict<string, unknown>();
  const parts = state instanceof Tuple && state.length === 2 ? state : [state];
  for (const part of parts) {
    if (part === null) continue;
    const entries = dictEntries(part);
    if (entries === undefined) throw new TypeError("the state is no dict of attributes");
    for (const [key, value] of entries) {
      // Names that Python 2 wrote, read with the encoding "bytes".
      const name = key instanceof Uint8Array ? decodeLatin1(key) : key;
      if (typeof name !== "string") throw new TypeError("an attribute's name must be a str");
      attributes.set(name, value);
    }
  }
  return attributes;
}

/** Arguments and states as hostile pickles may hold them in, checked values out; `undefined` wherever one does not fit. */

import { decodeLatin1 } from "../core/bytes/index.ts";
import { boundState, type LoadContext } from "../core/registry/index.ts";
import { isPlainObject, PyDict, Tuple } from "../core/values/index.ts";

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
  return isPlainObject(value) ? Object.entries(value) : undefined;
}

// The names that Python 2 wrote for an object's attributes, as a lossless load with the encoding "bytes" read them.
const bytesNames = new WeakMap<object, Map<string, Uint8Array>>();

/**
 * The attributes that a state sets: a dict, or a pair of a dict (or None) and a dict of slots.
 *
 * @throws TypeError when the state is of another kind, as Python's own `BUILD` does
 */
export function attributesOf(
  state: unknown,
  object: unknown,
  context: LoadContext,
): PyDict<string, unknown> {
  const { lossless } = context;
  const attributes = new PyDict<string, unknown>();
  const parts = state instanceof Tuple && state.length === 2 ? state : [state];
  for (const part of parts) {
    if (part === null) continue;
    const entries = dictEntries(part);
    if (entries === undefined) throw new TypeError("the state is no dict of attributes");
    let count = 0;
    for (const [key, value] of entries) {
      count++;
      const name = key instanceof Uint8Array ? decodeLatin1(key) : key;
      if (typeof name !== "string") throw new TypeError("an attribute's name must be a str");
      if (lossless && key instanceof Uint8Array) namesOf(object as object).set(name, key);
      attributes.set(name, value);
    }
    boundState(part as object, count, context);
  }
  return attributes;
}

function namesOf(object: object): Map<string, Uint8Array> {
  const known = bytesNames.get(object);
  const names = known ?? new Map<string, Uint8Array>();
  if (known === undefined) bytesNames.set(object, names);
  return names;
}

/** The state that sets these attributes of the object; names that came as bytes go back as those bytes. */
export function stateOf(
  object: object,
  attributes: PyDict<string, unknown>,
): PyDict<unknown, unknown> {
  const names = bytesNames.get(object);
  if (names === undefined) return attributes;
  return new PyDict(Array.from(attributes, ([name, value]) => [names.get(name) ?? name, value]));
}

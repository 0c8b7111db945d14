/** The arguments and states of inert objects in, their parts by type out; what has another type is absent. */

import { Global, Instance, isPlainObject, Tuple } from "../core/values/index.ts";

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An int within the safe range; bool counts, as it does in Python. */
export function integerOf(value: unknown): number | undefined {
  if (typeof value === "boolean") return Number(value);
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return isEmptyBytes(value) ? new Uint8Array(0) : undefined;
}

// Below protocol 3 empty bytes are `bytes()`, and dill writes the class as `_load_type('bytes')`.
function isEmptyBytes(value: unknown): boolean {
  if (!(value instanceof Instance) || value.args.length > 0) return false;
  const { callable } = value;
  return (
    callable instanceof Instance &&
    callable.callable instanceof Global &&
    callable.callable.name === "_load_type" &&
    callable.args[0] === "bytes"
  );
}

export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function namesOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((name) => typeof name === "string")
    ? (value as readonly string[])
    : undefined;
}

/** The entries of a dict that have str keys, whichever kind of dict the load made; undefined for what is no dict. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value instanceof Map) {
    const entries: [string, unknown][] = [];
    for (const [key, item] of value) if (typeof key === "string") entries.push([key, item]);
    return entries;
  }
  return isPlainObject(value) ? Object.entries(value) : undefined;
}

/** `(dict, slots)`, a dict alone, or nothing: what BUILD or a state setter gave, as two lists of entries. */
export function stateParts(state: unknown): {
  readonly dict: readonly (readonly [string, unknown])[];
  readonly slots: ReadonlyMap<string, unknown>;
} {
  if (state instanceof Tuple && state.length === 2) {
    return { dict: entriesOf(state[0]) ?? [], slots: new Map(entriesOf(state[1]) ?? []) };
  }
  return { dict: entriesOf(state) ?? [], slots: new Map() };
}

/** A record without a prototype, so that no name leads out of it. */
export function recordOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** Whether Python could hash a value: what may be a dict key or a member of a set. */

import {
  ByteArray,
  Float,
  FrozenSet,
  isPlainObject,
  PySet,
  Slice,
  Tuple,
} from "../values/index.ts";

const known = new WeakSet<object>();

/**
 * False for lists, dicts, sets, bytearrays, and tuples and slices that hold one of them (CPython: "unhashable type").
 *
 * Walks them with its own stack, and each once, so that neither depth nor sharing costs more than its size.
 */
export function isHashable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof Tuple && value.length <= 16 && holdsAtoms(value)) return true;
  if (!hasParts(value)) return isHashableObject(value);
  if (known.has(value)) return true;
  const walked = new Set<Tuple | Slice>([value]);
  for (const whole of walked) {
    // Since CPython 3.12 slices are hashable.
    const parts = whole instanceof Tuple ? whole : [whole.start, whole.stop, whole.step];
    for (const item of parts) {
      if (typeof item !== "object" || item === null) continue;
      if (hasParts(item)) {
        if (!known.has(item)) walked.add(item);
      } else if (!isHashableObject(item)) {
        return false;
      }
    }
  }
  for (const whole of walked) known.add(whole);
  return true;
}

function hasParts(value: object): value is Tuple | Slice {
  return value instanceof Tuple || value instanceof Slice;
}

function holdsAtoms(tuple: Tuple): boolean {
  for (let index = 0; index < tuple.length; index++) {
    const item = tuple[index];
    if (typeof item === "object" && item !== null) return false;
  }
  return true;
}

function isHashableObject(value: object): boolean {
  if (value instanceof FrozenSet) return true;
  return !(
    Array.isArray(value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof ByteArray ||
    isPlainObject(value)
  );
}

/**
 * A key or member as a collection takes it. Two NaNs are two keys to Python, which tells them apart by identity, and every one
 * in a pickle is an object of its own: one that is there already stands in a {@link Float}, also within a tuple.
 */
export function apart(collection: { has(key: unknown): boolean }, key: unknown): unknown {
  if (typeof key === "number") return key !== key && collection.has(key) ? new Float(key) : key;
  if (!(key instanceof Tuple && holdsNaN(key) && collection.has(key))) return key;
  // A copy, as the tuple may be a key elsewhere.
  return key.map((item) => (Number.isNaN(item) ? new Float(Number.NaN) : item));
}

/** Members of a set, apart as {@link apart} tells. */
export function allApart(members: readonly unknown[]): Iterable<unknown> {
  if (!members.some((member) => member !== member || (member instanceof Tuple && holdsNaN(member))))
    return members;
  const set = new PySet();
  for (const member of members) set.add(apart(set, member));
  return set;
}

// Array.prototype.includes takes a twentieth of a load of tuples as keys.
function holdsNaN(tuple: Tuple): boolean {
  for (let index = 0; index < tuple.length; index++) if (Number.isNaN(tuple[index])) return true;
  return false;
}

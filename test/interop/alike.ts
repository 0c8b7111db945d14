/** Two graphs of brine's lossless values in, the first places where they differ out: kinds, values, order, sharing. */
import {
  ByteArray,
  Complex,
  Float,
  FrozenSet,
  Global,
  Instance,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../../src/pickle/index.ts";

/** What a comparison may overlook. */
export interface Leniency {
  /** Python 2 keeps dicts in hash order. */
  readonly unorderedDicts: boolean;
}

const MOST = 5;

/** Places and reasons; none where the graphs are the same. Identity counts for containers and instances. */
export function unlike(first: unknown, second: unknown, { unorderedDicts }: Leniency): string[] {
  const found: string[] = [];
  const forward = new Map<unknown, unknown>();
  const backward = new Map<unknown, unknown>();
  const work: [unknown, unknown, string][] = [[first, second, "$"]];

  const pairs = (left: readonly unknown[], right: readonly unknown[], path: string) => {
    if (left.length !== right.length) {
      found.push(`${path}: ${left.length} and ${right.length} items`);
      return;
    }
    for (const [index, item] of left.entries())
      work.push([item, right[index], `${path}[${index}]`]);
  };
  // members and keys are found in the other collection by Python's equality, then compared as objects
  const byKey = (left: Iterable<unknown>, right: Iterable<unknown>, path: string) => {
    const stored = new PyDict([...right].map((key) => [key, key]));
    for (const key of left) {
      if (stored.has(key)) work.push([key, stored.get(key), `${path}{${String(key)}}`]);
      else found.push(`${path}: no key ${String(key)}`);
    }
  };

  for (let next = work.pop(); next !== undefined && found.length < MOST; next = work.pop()) {
    const [a, b, path] = next;
    if (Object.is(a, -0) && b instanceof Float && Object.is(b.value, -0)) continue;
    if (a === null || typeof a !== "object") {
      if (!Object.is(a, b)) found.push(`${path}: ${String(a)} and ${String(b)}`);
      continue;
    }
    if (b === null || typeof b !== "object" || kindOf(a) !== kindOf(b)) {
      found.push(
        `${path}: ${kindOf(a)} and ${b === null || typeof b !== "object" ? String(b) : kindOf(b)}`,
      );
      continue;
    }
    if (a instanceof Float) {
      if (!Object.is(a.value, (b as Float).value)) found.push(`${path}: ${a} and ${b}`);
      continue;
    }
    if (a instanceof Complex) {
      const { real, imag } = b as Complex;
      if (!Object.is(a.real, real) || !Object.is(a.imag, imag))
        found.push(`${path}: ${a} and ${b}`);
      continue;
    }
    if (a instanceof Global) {
      if (a.path !== (b as Global).path) found.push(`${path}: ${a} and ${b}`);
      continue;
    }
    if (a instanceof Uint8Array) {
      if (Buffer.compare(a, b as Uint8Array) !== 0) found.push(`${path}: bytes ${a} and ${b}`);
      if (!(a instanceof ByteArray)) continue;
    }
    const empty =
      (a instanceof Tuple && a.length === 0) || (a instanceof FrozenSet && a.size === 0);
    if (empty && sizeOf(b) === 0) continue; // one object in Python
    if (forward.has(a) || backward.has(b)) {
      if (forward.get(a) !== b || backward.get(b) !== a) found.push(`${path}: shared differently`);
      continue;
    }
    forward.set(a, b);
    backward.set(b, a);
    if (Array.isArray(a)) {
      pairs(a, b as unknown as unknown[], path);
    } else if (a instanceof PyDict) {
      const other = b as PyDict;
      if (a.size !== other.size) found.push(`${path}: ${a.size} and ${other.size} entries`);
      if (unorderedDicts) {
        byKey(a.keys(), other.keys(), path);
        for (const [key, value] of a) work.push([value, other.get(key), `${path}{${String(key)}}`]);
      } else {
        pairs([...a.keys()], [...other.keys()], `${path}.keys`);
        pairs([...a.values()], [...other.values()], path);
      }
    } else if (a instanceof PySet) {
      if (a.size !== (b as PySet).size)
        found.push(`${path}: ${a.size} and ${(b as PySet).size} members`);
      byKey(a, b as PySet, path);
    } else if (a instanceof Range || a instanceof Slice) {
      const other = b as Slice;
      pairs([a.start, a.stop, a.step], [other.start, other.stop, other.step], path);
    } else if (a instanceof Instance) {
      const other = b as Instance;
      if (a.className !== other.className)
        found.push(`${path}: ${a.className} and ${other.className}`);
      pairs(a.items ?? [], other.items ?? [], `${path}.items`);
      work.push([a.state ?? null, other.state ?? null, `${path}.state`]);
    } else {
      // a class of the standard library: its public fields
      pairs(Object.values(a), Object.values(b), path);
    }
  }
  return found;
}

function kindOf(value: object): string {
  return (Object.getPrototypeOf(value) as { constructor: { name: string } }).constructor.name;
}

function sizeOf(value: object): number {
  return (value as { length?: number }).length ?? (value as { size: number }).size;
}

/**
 * The dicts of Python's `collections`, each a `PyDict` of its own class: `OrderedDict`, `defaultdict`, `Counter`.
 *
 * Source: CPython 3.13 Objects/odictobject.c odict_reduce, Modules/_collectionsmodule.c defdict_reduce,
 * Lib/collections/__init__.py Counter.__reduce__; Python 2.7 wrote `OrderedDict([[key, value], …])`.
 */

import { isHashable } from "../core/machine/index.ts";
import type { PickleType } from "../core/registry/index.ts";
import { Global, Inert, PyDict } from "../core/values/index.ts";
import { attributesOf, dictEntries, stateOf } from "./arguments.ts";

/** Python's `OrderedDict`. */
export class OrderedDict<K = unknown, V = unknown> extends PyDict<K, V> {
  /** What was set on the object itself, beside its entries. */
  attributes: PyDict<string, unknown> | undefined = undefined;
}

/** Python's `defaultdict`. A key that is missing is just missing here: the factory is kept, never called. */
export class DefaultDict<K = unknown, V = unknown> extends PyDict<K, V> {
  /** What Python calls for a missing key, a `Global` such as `builtins.list`; `null` for nothing. */
  readonly defaultFactory: unknown;

  constructor(defaultFactory: unknown = null, entries?: Iterable<readonly [K, V]> | null) {
    super(entries);
    this.defaultFactory = defaultFactory;
  }
}

/** Python's `Counter`: items to their counts. */
export class Counter<T = unknown> extends PyDict<T, unknown> {
  /** Counts the items. */
  static count<T>(items: Iterable<T>): Counter<T> {
    const counter = new Counter<T>();
    for (const item of items) counter.set(item, Number(counter.get(item) ?? 0) + 1);
    return counter;
  }
}

const ORDERED_DICT = new Global("collections", "OrderedDict", { spelled: "name" });
const DEFAULT_DICT = new Global("collections", "defaultdict", { spelled: true });
const COUNTER = new Global("collections", "Counter");

/** `collections`: `OrderedDict ↔ OrderedDict`, `defaultdict ↔ DefaultDict`, `Counter ↔ Counter`. */
export const dictTypes: readonly PickleType[] = [
  {
    globals: [ORDERED_DICT],
    prototypes: [OrderedDict.prototype],
    call: (args) => {
      if (args.length === 0) return new OrderedDict();
      const pairs = args.length === 1 ? pairsOf(args[0]) : undefined;
      return pairs && new OrderedDict(pairs);
    },
    setState: (object, state, context) => {
      (object as OrderedDict).attributes = attributesOf(state, object, context);
    },
    setItem,
    reduce: (value) => {
      const dict = value as OrderedDict;
      const state = dict.attributes && stateOf(dict, dict.attributes);
      return { callable: ORDERED_DICT, entries: dict, state };
    },
  },
  {
    globals: [DEFAULT_DICT],
    prototypes: [DefaultDict.prototype],
    call: (args) => {
      if (args.length === 0) return new DefaultDict();
      const [factory] = args;
      // Python wants a callable; a registered class or function stands for itself.
      const isCallable =
        factory === null || factory instanceof Inert || typeof factory === "function";
      return args.length === 1 && isCallable ? new DefaultDict(factory) : undefined;
    },
    setItem,
    reduce: (value) => {
      const dict = value as DefaultDict;
      const args = dict.defaultFactory === null ? [] : [dict.defaultFactory];
      return { callable: DEFAULT_DICT, args, entries: dict };
    },
  },
  {
    globals: [COUNTER],
    prototypes: [Counter.prototype],
    call: (args) => {
      if (args.length === 0) return new Counter();
      const entries = args.length === 1 ? dictEntries(args[0]) : undefined;
      return entries && new Counter(entries);
    },
    setItem,
    reduce: (value) => ({ callable: COUNTER, args: [new PyDict(value as Counter)] }),
  },
];

function setItem(object: unknown, key: unknown, value: unknown): void {
  (object as PyDict).set(key, value);
}

// [[key, value], …]; a key that Python could not hash makes the call no OrderedDict.
function pairsOf(pairs: unknown): [unknown, unknown][] | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const entries: [unknown, unknown][] = [];
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !isHashable(pair[0])) return undefined;
    entries.push([pair[0], pair[1]]);
  }
  return entries;
}

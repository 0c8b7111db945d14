/**
 * The methods of list, tuple, dict, set and frozenset.
 *
 * Source: CPython `Objects/listobject.c`, `dictobject.c`, `setobject.c`; the library reference, "Sequence Types", "Set
 * Types", "Mapping Types".
 */

import { bind, positional } from "./arguments.ts";
import { isSubset, sameOrEqual } from "./compare.ts";
import { unsupported } from "./error.ts";
import { isRaised, raised, typeError, valueError } from "./exceptions.ts";
import {
  asSize,
  boundOf,
  collect,
  collectUnordered,
  type Host,
  isIterable,
  iteratorOf,
  placeOf,
} from "./iterate.ts";
import {
  DONE,
  intOf,
  isInt,
  ListValue,
  RangeValue,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import { repr } from "./repr.ts";
import { sortValues } from "./sort.ts";
import { DictValue, SetValue, setOf, ViewValue } from "./tables.ts";
import type { Method } from "./text-methods.ts";

function indexIn(type: "list" | "tuple"): Method<ListValue | TupleValue> {
  return (self, args, keywords, host) => {
    positional(`${type}.index`, args, keywords, 1, 3);
    const wanted = args[0] as Value;
    const { length } = self.items;
    const start = args[1] === undefined ? 0 : boundOf(args[1], length);
    const stop = args[2] === undefined ? length : boundOf(args[2], length);
    for (let index = start; index < stop; index++) {
      host.budget.step();
      if (sameOrEqual(self.items[index] as Value, wanted, host.budget)) return BigInt(index);
    }
    throw valueError(
      type === "tuple"
        ? "tuple.index(x): x not in tuple"
        : `${repr(wanted, host.budget)} is not in list`,
    );
  };
}

function countIn(type: "list" | "tuple"): Method<ListValue | TupleValue> {
  return (self, args, keywords, host) => {
    positional(`${type}.count`, args, keywords, 1);
    let count = 0n;
    for (const item of self.items) {
      host.budget.step();
      if (sameOrEqual(item, args[0] as Value, host.budget)) count += 1n;
    }
    return count;
  };
}

/** `items += more`, as `extend`, `+=` and `[*a, *b]` do. */
export function extend(list: ListValue, more: Value, host: Host): void {
  if (more instanceof ListValue || more instanceof TupleValue) {
    const items = collect(more, host.budget);
    for (const item of items) list.items.push(item);
    return;
  }
  // What has been appended stays where the iterator fails, as in CPython.
  const iterator = iteratorOf(more, host.budget);
  for (;;) {
    host.budget.step();
    const item = iterator.next();
    if (item === DONE) return;
    host.budget.take(8);
    list.items.push(item);
  }
}

export const LIST_METHODS: ReadonlyMap<string, Method<ListValue>> = new Map<
  string,
  Method<ListValue>
>([
  [
    "append",
    (self, args, keywords, host) => {
      positional("list.append", args, keywords, 1);
      host.budget.take(16);
      self.items.push(args[0] as Value);
      return null;
    },
  ],
  [
    "extend",
    (self, args, keywords, host) => {
      positional("list.extend", args, keywords, 1);
      extend(self, args[0] as Value, host);
      return null;
    },
  ],
  [
    "insert",
    (self, args, keywords, host) => {
      positional("list.insert", args, keywords, 2);
      const index = asSize(args[0] as Value, host.budget);
      host.budget.take(16);
      host.budget.step(self.items.length / 64);
      self.items.splice(
        index < 0 ? Math.max(0, index + self.items.length) : index,
        0,
        args[1] as Value,
      );
      return null;
    },
  ],
  [
    "pop",
    (self, args, keywords, host) => {
      positional("list.pop", args, keywords, 0, 1);
      const index = args[0] === undefined ? -1 : asSize(args[0], host.budget);
      if (self.items.length === 0) throw raised("IndexError", "pop from empty list");
      const place = placeOf(BigInt(index), self.items.length);
      if (place === undefined) throw raised("IndexError", "pop index out of range");
      host.budget.step((self.items.length - place) / 64);
      return self.items.splice(place, 1)[0] as Value;
    },
  ],
  [
    "remove",
    (self, args, keywords, host) => {
      positional("list.remove", args, keywords, 1);
      for (let index = 0; index < self.items.length; index++) {
        host.budget.step();
        if (sameOrEqual(self.items[index] as Value, args[0] as Value, host.budget)) {
          self.items.splice(index, 1);
          return null;
        }
      }
      throw valueError("list.remove(x): x not in list");
    },
  ],
  [
    "clear",
    (self, args, keywords) => {
      positional("list.clear", args, keywords, 0);
      self.items.length = 0;
      return null;
    },
  ],
  [
    "copy",
    (self, args, keywords, host) => {
      positional("list.copy", args, keywords, 0);
      return new ListValue(collect(self, host.budget));
    },
  ],
  [
    "reverse",
    (self, args, keywords, host) => {
      positional("list.reverse", args, keywords, 0);
      host.budget.step(self.items.length / 16);
      self.items.reverse();
      return null;
    },
  ],
  [
    "sort",
    (self, args, keywords, host) => {
      const [key, reverse] = bind("list.sort", ["*key", "*reverse"], 0, args, keywords);
      const { items } = self;
      // The list is empty while it is sorted, so that a key function that looks finds nothing.
      self.items = [];
      try {
        const sorted = sortValues(items, key, reverse, host);
        if (self.items.length > 0) throw unsupported("a list that changes while it is sorted");
        self.items = sorted;
      } catch (error) {
        self.items = items;
        throw error;
      }
      return null;
    },
  ],
  ["index", indexIn("list")],
  ["count", countIn("list")],
]);

export const TUPLE_METHODS: ReadonlyMap<string, Method<TupleValue>> = new Map<
  string,
  Method<TupleValue>
>([
  ["index", indexIn("tuple")],
  ["count", countIn("tuple")],
]);

/** `dict.update(source)`: a dict, or pairs. */
export function update(dict: DictValue, source: Value, host: Host): void {
  const { budget } = host;
  if (source instanceof DictValue) {
    if (source === dict) return;
    for (const [key, value] of source.entries()) {
      budget.step();
      dict.set(key, value, budget);
    }
    return;
  }
  const iterator = iteratorOf(source, budget);
  for (let index = 0; ; index++) {
    budget.step();
    const item = iterator.next();
    if (item === DONE) return;
    let pair: Value[];
    try {
      pair = collect(item, budget);
    } catch (error) {
      if (!isRaised(error, "TypeError")) throw error;
      throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`);
    }
    if (pair.length !== 2) {
      throw valueError(
        `dictionary update sequence element #${index} has length ${pair.length}; 2 is required`,
      );
    }
    dict.set(pair[0] as Value, pair[1] as Value, budget);
  }
}

/** A dict with the same entries. */
export function copyDict(dict: DictValue, host: Host): DictValue {
  const copy = new DictValue();
  update(copy, dict, host);
  return copy;
}

export const DICT_METHODS: ReadonlyMap<string, Method<DictValue>> = new Map<
  string,
  Method<DictValue>
>([
  [
    "get",
    (self, args, keywords, { budget }) => {
      positional("dict.get", args, keywords, 1, 2);
      const found = self.get(args[0] as Value, budget);
      // A value that is None is one; `??` would not see it.
      return found === undefined ? (args[1] ?? null) : found;
    },
  ],
  [
    "keys",
    (self, args, keywords) => {
      positional("dict.keys", args, keywords, 0);
      return new ViewValue("keys", self);
    },
  ],
  [
    "values",
    (self, args, keywords) => {
      positional("dict.values", args, keywords, 0);
      return new ViewValue("values", self);
    },
  ],
  [
    "items",
    (self, args, keywords) => {
      positional("dict.items", args, keywords, 0);
      return new ViewValue("items", self);
    },
  ],
  [
    "pop",
    (self, args, keywords, { budget }) => {
      positional("dict.pop", args, keywords, 1, 2);
      // What is empty does not ask whether the key can be hashed.
      const value = self.size === 0 ? undefined : self.delete(args[0] as Value, budget);
      const found = value === undefined ? args[1] : value;
      if (found === undefined) throw raised("KeyError", args[0] as Value);
      return found;
    },
  ],
  [
    "popitem",
    (self, args, keywords, { budget }) => {
      positional("dict.popitem", args, keywords, 0);
      budget.step(self.size / 16);
      const last = self.last();
      if (last === undefined) throw raised("KeyError", "popitem(): dictionary is empty");
      self.delete(last[0], budget);
      return new TupleValue([...last]);
    },
  ],
  [
    "setdefault",
    (self, args, keywords, { budget }) => {
      positional("dict.setdefault", args, keywords, 1, 2);
      const key = args[0] as Value;
      const found = self.get(key, budget);
      if (found !== undefined) return found;
      const value = args[1] ?? null;
      self.set(key, value, budget);
      return value;
    },
  ],
  [
    "update",
    (self, args, keywords, host) => {
      if (args.length > 1) throw unsupported("dict.update", "is not covered with these arguments");
      if (args[0] !== undefined) update(self, args[0], host);
      for (const [name, value] of keywords ?? []) self.set(name, value, host.budget);
      return null;
    },
  ],
  [
    "clear",
    (self, args, keywords) => {
      positional("dict.clear", args, keywords, 0);
      self.clear();
      return null;
    },
  ],
  [
    "copy",
    (self, args, keywords, host) => {
      positional("dict.copy", args, keywords, 0);
      return copyDict(self, host);
    },
  ],
]);

/** The result of an operator or a method of two sets; it is a frozenset where the left one is. */
export function combine(
  op: "|" | "&" | "-" | "^",
  left: SetValue,
  right: SetValue,
  host: Host,
  swaps = true,
): SetValue {
  const { budget } = host;
  const result = new SetValue(left.frozen);
  budget.step(left.size + right.size);
  if (op === "&") {
    // Of two equal members, such as 1 and True, the one that is looked for stays: the right one, or the smaller set's.
    const [within, looked] = swaps && right.size > left.size ? [right, left] : [left, right];
    for (const value of looked.unordered())
      if (within.has(value, budget)) result.add(value, budget);
    return result;
  }
  for (const value of left.unordered()) {
    if (op === "|" || !right.has(value, budget)) result.add(value, budget);
  }
  if (op === "|" || op === "^") {
    for (const value of right.unordered()) {
      if (op === "|" || !left.has(value, budget)) result.add(value, budget);
    }
  }
  return result;
}

function asSet(value: Value, host: Host): SetValue {
  return value instanceof SetValue
    ? value
    : setOf(collectUnordered(value, host.budget), false, host.budget);
}

function combined(name: string, op: "|" | "&" | "-" | "^"): Method<SetValue> {
  return (self, args, keywords, host) => {
    positional(`set.${name}`, args, keywords, op === "^" ? 1 : 0, op === "^" ? 1 : 100);
    let result = combine("|", self, new SetValue(true), host);
    for (const other of args) {
      result = combine(op, result, asSet(other, host), host, other instanceof SetValue);
    }
    return result;
  };
}

function changed(name: string, op: "|" | "&" | "-" | "^"): Method<SetValue> {
  return (self, args, keywords, host) => {
    const result = combined(name, op)(self, args, keywords, host) as SetValue;
    replaceMembers(self, result, host);
    return null;
  };
}

/** Makes the members of `set` those of `other`. */
export function replaceMembers(set: SetValue, other: SetValue, host: Host): void {
  set.clear();
  for (const value of other.unordered()) set.add(value, host.budget);
}

function compared(
  name: string,
  test: (self: SetValue, other: SetValue, host: Host) => boolean,
): Method<SetValue> {
  return (self, args, keywords, host) => {
    positional(`set.${name}`, args, keywords, 1);
    return test(self, asSet(args[0] as Value, host), host);
  };
}

const READING: [string, Method<SetValue>][] = [
  ["union", combined("union", "|")],
  ["intersection", combined("intersection", "&")],
  ["difference", combined("difference", "-")],
  ["symmetric_difference", combined("symmetric_difference", "^")],
  ["issubset", compared("issubset", (self, other, { budget }) => isSubset(self, other, budget))],
  [
    "issuperset",
    compared("issuperset", (self, other, { budget }) => isSubset(other, self, budget)),
  ],
  [
    "isdisjoint",
    compared("isdisjoint", (self, other, host) => combine("&", self, other, host).size === 0),
  ],
  [
    "copy",
    (self, args, keywords, host) => {
      positional("set.copy", args, keywords, 0);
      return self.frozen ? self : combine("|", self, new SetValue(true), host);
    },
  ],
];

export const FROZENSET_METHODS: ReadonlyMap<string, Method<SetValue>> = new Map(READING);

export const SET_METHODS: ReadonlyMap<string, Method<SetValue>> = new Map<string, Method<SetValue>>(
  [
    ...READING,
    [
      "add",
      (self, args, keywords, { budget }) => {
        positional("set.add", args, keywords, 1);
        self.add(args[0] as Value, budget);
        return null;
      },
    ],
    [
      "discard",
      (self, args, keywords, { budget }) => {
        positional("set.discard", args, keywords, 1);
        self.delete(setKey(args[0] as Value), budget);
        return null;
      },
    ],
    [
      "remove",
      (self, args, keywords, { budget }) => {
        positional("set.remove", args, keywords, 1);
        if (!self.delete(setKey(args[0] as Value), budget))
          throw raised("KeyError", args[0] as Value);
        return null;
      },
    ],
    [
      "pop",
      (self, args, keywords, { budget }) => {
        positional("set.pop", args, keywords, 0);
        if (self.size === 0) throw raised("KeyError", "pop from an empty set");
        const [only] = self.ordered();
        self.delete(only as Value, budget);
        return only as Value;
      },
    ],
    [
      "clear",
      (self, args, keywords) => {
        positional("set.clear", args, keywords, 0);
        self.clear();
        return null;
      },
    ],
    ["update", changed("update", "|")],
    ["intersection_update", changed("intersection_update", "&")],
    ["difference_update", changed("difference_update", "-")],
    ["symmetric_difference_update", changed("symmetric_difference_update", "^")],
  ],
);

// A set is looked for as if it were frozen.
function setKey(value: Value): Value {
  if (value instanceof SetValue && !value.frozen) throw unsupported("a set looked for in a set");
  return value;
}

/** `item in container`. */
export function contains(container: Value, item: Value, host: Host): boolean {
  const { budget } = host;
  if (typeof container === "string") {
    if (typeof item !== "string") {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    budget.step(container.length / 16);
    return container.includes(item);
  }
  if (container instanceof DictValue) return container.has(item, budget);
  if (container instanceof SetValue) return container.has(setKey(item), budget);
  if (container instanceof ListValue || container instanceof TupleValue) {
    for (const own of container.items) {
      budget.step();
      if (sameOrEqual(own, item, budget)) return true;
    }
    return false;
  }
  if (container instanceof ViewValue) {
    if (container.kind === "keys") return container.dict.has(item, budget);
    if (container.kind === "items") {
      if (!(item instanceof TupleValue) || item.items.length !== 2) return false;
      const [key, value] = item.items as readonly [Value, Value];
      const found = container.dict.get(key, budget);
      return found !== undefined && sameOrEqual(found, value, budget);
    }
    for (const own of container.items()) {
      budget.step();
      if (sameOrEqual(own, item, budget)) return true;
    }
    return false;
  }
  if (container instanceof Uint8Array) throw unsupported("'in' of bytes");
  if (container instanceof RangeValue && isInt(item)) {
    const { start, step, length } = container;
    const distance = intOf(item) - start;
    return distance % step === 0n && distance / step >= 0n && distance / step < length;
  }
  if (!isIterable(container))
    throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  const iterator = iteratorOf(container, budget);
  for (;;) {
    budget.step();
    const own = iterator.next();
    if (own === DONE) return false;
    if (sameOrEqual(own, item, budget)) return true;
  }
}

/**
 * Python's builtin functions and classes, as far as they only compute.
 *
 * Source: CPython `Python/bltinmodule.c`; the library reference, "Built-in Functions".
 */

import { bind, positional } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import {
  checkDistinct,
  divmod,
  extreme,
  makeFloat,
  makeInt,
  pow,
  type Run,
  round,
  sum,
} from "./builtin-numbers.ts";
import { truth } from "./compare.ts";
import { update } from "./container-methods.ts";
import { unsupported } from "./error.ts";
import { EXCEPTIONS, raised, typeError, valueError } from "./exceptions.ts";
import { format } from "./format-method.ts";
import {
  asCount,
  asIndex,
  asShort,
  collect,
  collectUnordered,
  type Host,
  isIterable,
  iteratorOf,
} from "./iterate.ts";
import { MATH } from "./math.ts";
import { bitLength } from "./numbers.ts";
import {
  BuiltinValue,
  DONE,
  ELLIPSIS,
  ExceptionValue,
  IteratorValue,
  intOf,
  isInt,
  type Keywords,
  ListValue,
  ModuleValue,
  NOT_IMPLEMENTED,
  RangeValue,
  SimpleIterator,
  SliceValue,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { asciiText, repr, text } from "./repr.ts";
import { sortValues } from "./sort.ts";
import { DictValue, keyOf, SetValue, setOf, ViewValue } from "./tables.ts";
import { codePoints, pointCount } from "./text.ts";

/** The number of items. */
export function lengthOf(value: Value, budget: Budget): bigint {
  if (typeof value === "string") return BigInt(pointCount(value, budget));
  if (value instanceof Uint8Array) return BigInt(value.length);
  if (value instanceof ListValue || value instanceof TupleValue) return BigInt(value.items.length);
  if (value instanceof DictValue || value instanceof SetValue) return BigInt(value.size);
  if (value instanceof ViewValue) return BigInt(value.dict.size);
  if (value instanceof RangeValue) {
    if (value.length > 2n ** 63n - 1n) throw unsupported("len of a range this long");
    return value.length;
  }
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}

function one(name: string, run: (value: Value, host: Host) => Value): [string, Run] {
  return [
    name,
    (host, args, keywords) => {
      positional(name, args, keywords, 1);
      return run(args[0] as Value, host);
    },
  ];
}

function inBase(name: string, base: number, prefix: string): [string, Run] {
  return one(name, (value, { budget }) => {
    const index = asIndex(value);
    budget.take(bitLength(index) / 2);
    return `${index < 0n ? "-" : ""}${prefix}${(index < 0n ? -index : index).toString(base)}`;
  });
}

function makeRange(_host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  positional("range", args, keywords, 1, 3);
  const [first, second, third] = args.map(asIndex);
  if (third === 0n) throw valueError("range() arg 3 must not be zero");
  if (second === undefined) return new RangeValue(0n, first as bigint, 1n);
  return new RangeValue(first as bigint, second, third ?? 1n);
}

function makeBytes(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  positional("bytes", args, keywords, 0, 1);
  const [value] = args;
  if (value === undefined) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") throw typeError("string argument without an encoding");
  if (isInt(value)) {
    const count = asCount(value);
    if (count < 0) throw valueError("negative count");
    host.budget.take(count);
    return new Uint8Array(count);
  }
  if (!isIterable(value)) {
    throw typeError(`cannot convert '${typeName(value)}' object to bytes`);
  }
  return Uint8Array.from(collect(value, host.budget), (item) => {
    const byte = asIndex(item);
    if (byte < 0n || byte > 255n) throw valueError("bytes must be in range(0, 256)");
    return Number(byte);
  });
}

function makeDict(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  if (args.length > 1) throw unsupported("dict", "is not covered with these arguments");
  const dict = new DictValue();
  if (args[0] !== undefined) update(dict, args[0], host);
  for (const [name, value] of keywords ?? []) dict.set(name, value, host.budget);
  return dict;
}

function makeSet(frozen: boolean): Run {
  return (host, args, keywords) => {
    positional(frozen ? "frozenset" : "set", args, keywords, 0, 1);
    const [value] = args;
    if (value === undefined) return new SetValue(frozen);
    if (frozen && value instanceof SetValue && value.frozen) return value;
    if (value instanceof SetValue) return setOf(value.unordered(), frozen, host.budget);
    const set = new SetValue(frozen);
    const iterator = iteratorOf(value, host.budget);
    for (;;) {
      host.budget.step();
      const item = iterator.next();
      if (item === DONE) return set;
      set.add(item, host.budget);
    }
  };
}

function zip(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  const strict = keywords?.get("strict");
  if (strict !== undefined && strict !== false) throw unsupported("zip with strict");
  if (keywords !== undefined && keywords.size > (strict === undefined ? 0 : 1))
    throw unsupported("zip", "is not covered with these arguments");
  if (strict !== undefined && !host.budget.since("3.10"))
    throw typeError("zip() takes no keyword arguments");
  const iterators = args.map((arg) => iteratorOf(arg, host.budget));
  return new SimpleIterator("zip", () => {
    if (iterators.length === 0) return DONE;
    const items: Value[] = [];
    for (const iterator of iterators) {
      host.budget.step();
      const item = iterator.next();
      if (item === DONE) return DONE;
      items.push(item);
    }
    host.budget.take(16 + 8 * items.length);
    return new TupleValue(items);
  });
}

function reversed(value: Value, host: Host): Value {
  if (value instanceof ListValue) {
    let index = value.items.length - 1;
    return new SimpleIterator("list_reverseiterator", () => {
      if (index < 0 || index >= value.items.length) {
        index = -1;
        return DONE;
      }
      return value.items[index--] as Value;
    });
  }
  if (value instanceof RangeValue) {
    const last = value.start + (value.length - 1n) * value.step;
    return iteratorOf(new RangeValue(last, value.start - value.step, -value.step), host.budget);
  }
  if (value instanceof DictValue) {
    return iteratorOf(new ListValue(collect(value, host.budget).reverse()), host.budget);
  }
  if (value instanceof ViewValue) throw unsupported(`reversed of ${value.type}`);
  const isSequence =
    typeof value === "string" || value instanceof Uint8Array || value instanceof TupleValue;
  if (!isSequence) throw typeError(`'${typeName(value)}' object is not reversible`);
  return iteratorOf(new TupleValue(collect(value, host.budget).reverse()), host.budget);
}

// The classes that an object of each type is an instance of.
const OBJECT = new TypeValue("object", undefined);
const INT = new TypeValue("int", OBJECT);

const CLASSES: ReadonlyMap<string, { readonly cls: TypeValue; readonly make: Run | undefined }> =
  new Map(
    (
      [
        ["object", OBJECT, undefined],
        ["int", INT, makeInt],
        [
          "bool",
          new TypeValue("bool", INT),
          (_host, args, keywords) => {
            positional("bool", args, keywords, 0, 1);
            return args[0] === undefined ? false : truth(args[0]);
          },
        ],
        ["float", undefined, makeFloat],
        [
          "str",
          undefined,
          (host, args, keywords) => {
            const [value, encoding] = bind("str", ["object", "encoding"], 0, args, keywords);
            if (encoding !== undefined || value instanceof Uint8Array)
              throw unsupported("str of bytes");
            return value === undefined ? "" : text(value, host.budget);
          },
        ],
        ["bytes", undefined, makeBytes],
        [
          "list",
          undefined,
          (host, args, keywords) => {
            positional("list", args, keywords, 0, 1);
            return new ListValue(args[0] === undefined ? [] : collect(args[0], host.budget));
          },
        ],
        [
          "tuple",
          undefined,
          (host, args, keywords) => {
            positional("tuple", args, keywords, 0, 1);
            if (args[0] instanceof TupleValue) return args[0];
            return new TupleValue(args[0] === undefined ? [] : collect(args[0], host.budget));
          },
        ],
        ["dict", undefined, makeDict],
        ["set", undefined, makeSet(false)],
        ["frozenset", undefined, makeSet(true)],
        ["range", undefined, makeRange],
        [
          "slice",
          undefined,
          (_host, args, keywords) => {
            positional("slice", args, keywords, 1, 3);
            const [first = null, second, third = null] = args;
            return second === undefined
              ? new SliceValue(null, first, null)
              : new SliceValue(first, second, third);
          },
        ],
        [
          "enumerate",
          undefined,
          (host, args, keywords) => {
            const [iterable, start = 0n] = bind(
              "enumerate",
              ["iterable", "start"],
              1,
              args,
              keywords,
            );
            let index = asIndex(start);
            const iterator = iteratorOf(iterable as Value, host.budget);
            return new SimpleIterator("enumerate", () => {
              const item = iterator.next();
              if (item === DONE) return DONE;
              host.budget.take(32);
              return new TupleValue([index++, item]);
            });
          },
        ],
        ["zip", undefined, zip],
        [
          "map",
          undefined,
          (host, args, keywords) => {
            positional("map", args, keywords, 2, 100);
            const iterators = args.slice(1).map((arg) => iteratorOf(arg, host.budget));
            return new SimpleIterator("map", () => {
              const items: Value[] = [];
              for (const iterator of iterators) {
                const item = iterator.next();
                if (item === DONE) return DONE;
                items.push(item);
              }
              host.budget.step();
              return host.call(args[0] as Value, items);
            });
          },
        ],
        [
          "filter",
          undefined,
          (host, args, keywords) => {
            positional("filter", args, keywords, 2);
            const [test] = args as [Value];
            const iterator = iteratorOf(args[1] as Value, host.budget);
            return new SimpleIterator("filter", () => {
              for (;;) {
                host.budget.step();
                const item = iterator.next();
                if (item === DONE) return DONE;
                if (truth(test === null ? item : host.call(test, [item]))) return item;
              }
            });
          },
        ],
        [
          "reversed",
          undefined,
          (host, args, keywords) => {
            positional("reversed", args, keywords, 1);
            return reversed(args[0] as Value, host);
          },
        ],
        [
          "type",
          undefined,
          (_host, args, keywords) => {
            positional("type", args, keywords, 1);
            return classOf(args[0] as Value);
          },
        ],
      ] as [string, TypeValue | undefined, Run | undefined][]
    ).map(([name, cls, make]) => [name, { cls: cls ?? new TypeValue(name, OBJECT), make }]),
  );

const NONE_TYPE = new TypeValue("NoneType", OBJECT);

function classOf(value: Value): TypeValue {
  if (value === null) return NONE_TYPE;
  if (value instanceof ExceptionValue) return value.cls;
  const known = CLASSES.get(typeName(value));
  if (known === undefined || value instanceof TypeValue)
    throw unsupported(`type of ${typeName(value)}`);
  return known.cls;
}

/** The class with which dill and cloudpickle name one of Python's own. */
export function builtinClass(name: string): Value | undefined {
  return name === "NoneType" ? NONE_TYPE : (CLASSES.get(name)?.cls ?? EXCEPTIONS.get(name));
}

function isInstance(value: Value, cls: Value, host: Host): boolean {
  if (cls instanceof TupleValue) return cls.items.some((own) => isInstance(value, own, host));
  if (!(cls instanceof TypeValue)) {
    throw typeError(
      host.budget.since("3.10")
        ? "isinstance() arg 2 must be a type, a tuple of types, or a union"
        : "isinstance() arg 2 must be a type or tuple of types",
    );
  }
  if (cls === OBJECT) return true;
  if (value instanceof TypeValue) return cls.name === "type";
  if (value instanceof IteratorValue || typeName(value) === "function")
    return cls.name === typeName(value);
  if (value instanceof ExceptionValue) return value.cls.isSubclassOf(cls);
  if (value === null) return cls === NONE_TYPE;
  const own = CLASSES.get(typeName(value));
  return own === undefined ? false : own.cls.isSubclassOf(cls);
}

/** `cls(*args)`. */
export function makeInstance(
  cls: TypeValue,
  host: Host,
  args: readonly Value[],
  keywords: Keywords | undefined,
): Value {
  if (EXCEPTIONS.get(cls.name) === cls) {
    if (keywords !== undefined && keywords.size > 0) throw unsupported(`${cls.name} with keywords`);
    host.budget.take(64 + 8 * args.length);
    return new ExceptionValue(cls, args);
  }
  const make = CLASSES.get(cls.name);
  if (make?.make === undefined || make.cls !== cls) throw unsupported(`${cls.name}()`);
  return make.make(host, args, keywords);
}

// For what does not depend on the order: that of a set is not covered elsewhere.
function inAnyOrder(value: Value, budget: Budget): ReturnType<typeof iteratorOf> {
  return iteratorOf(
    value instanceof SetValue ? new ListValue([...value.unordered()]) : value,
    budget,
  );
}

const FUNCTIONS: readonly [string, Run][] = [
  one("abs", (value) => {
    if (typeof value === "number") return Math.abs(value);
    if (isInt(value)) {
      const own = intOf(value);
      return own < 0n ? -own : own;
    }
    throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
  }),
  one("all", (value, { budget }) => {
    const iterator = inAnyOrder(value, budget);
    for (;;) {
      budget.step();
      const item = iterator.next();
      if (item === DONE) return true;
      if (!truth(item)) return false;
    }
  }),
  one("any", (value, { budget }) => {
    const iterator = inAnyOrder(value, budget);
    for (;;) {
      budget.step();
      const item = iterator.next();
      if (item === DONE) return false;
      if (truth(item)) return true;
    }
  }),
  one("ascii", (value, { budget }) => asciiText(value, budget)),
  inBase("bin", 2, "0b"),
  inBase("oct", 8, "0o"),
  inBase("hex", 16, "0x"),
  one("callable", (value) => /^(function|builtin_function_or_method|type)$/.test(typeName(value))),
  one("chr", (value, { budget }) => {
    // Before 3.13 what a C int does not hold overflows.
    const code = budget.since("3.13") ? asIndex(value) : BigInt(asShort(value, budget));
    if (code < 0n || code >= 0x110000n) throw valueError("chr() arg not in range(0x110000)");
    if (code >= 0xd800n && code < 0xe000n) throw unsupported("a lone surrogate");
    return String.fromCodePoint(Number(code));
  }),
  one("ord", (value, { budget }) => {
    if (typeof value === "string") {
      const points =
        value.length > 2 ? pointCount(value, budget) : codePoints(value, budget).length;
      if (points !== 1)
        throw typeError(`ord() expected a character, but string of length ${points} found`);
      return BigInt(value.codePointAt(0) as number);
    }
    if (value instanceof Uint8Array) throw unsupported("ord of bytes");
    throw typeError(`ord() expected string of length 1, but ${typeName(value)} found`);
  }),
  ["divmod", divmod],
  [
    "format",
    (host, args, keywords) => {
      positional("format", args, keywords, 1, 2);
      const [value, spec = ""] = args as [Value, Value?];
      if (typeof spec !== "string")
        throw typeError(
          `format() argument 2 must be str, not ${spec === null ? "None" : typeName(spec)}`,
        );
      return format(value, spec, host.budget);
    },
  ],
  [
    "isinstance",
    (host, args, keywords) => {
      positional("isinstance", args, keywords, 2);
      return isInstance(args[0] as Value, args[1] as Value, host);
    },
  ],
  [
    "issubclass",
    (_host, args, keywords) => {
      positional("issubclass", args, keywords, 2);
      const [cls, base] = args;
      if (!(cls instanceof TypeValue) || !(base instanceof TypeValue))
        throw unsupported("issubclass", "is not covered with these arguments");
      return cls.isSubclassOf(base) || base === OBJECT;
    },
  ],
  [
    "iter",
    (host, args, keywords) => {
      positional("iter", args, keywords, 1);
      return iteratorOf(args[0] as Value, host.budget);
    },
  ],
  [
    "next",
    (host, args, keywords) => {
      positional("next", args, keywords, 1, 2);
      const [iterator, absent] = args as [Value, Value?];
      if (!(iterator instanceof IteratorValue)) {
        throw typeError(`'${typeName(iterator)}' object is not an iterator`);
      }
      host.budget.step();
      const item = iterator.next();
      if (item !== DONE) return item;
      if (absent === undefined) throw stopOf(iterator);
      return absent;
    },
  ],
  one("len", (value, { budget }) => lengthOf(value, budget)),
  extreme("max"),
  extreme("min"),
  ["pow", pow],
  one("repr", (value, { budget }) => repr(value, budget)),
  ["round", round],
  [
    "sorted",
    (host, args, keywords) => {
      const [iterable, key, reverse] = bind(
        "sorted",
        ["/iterable", "*key", "*reverse"],
        1,
        args,
        keywords,
      );
      const items = sortable(iterable as Value, key, host);
      return new ListValue(sortValues(items, key, reverse, host));
    },
  ],
  ["sum", sum],
  one("hash", (value, { budget }) => {
    keyOf(value, budget);
    throw unsupported("hash");
  }),
];

// A set's items in any order, where no two of them are equal to the sort.
function sortable(iterable: Value, key: Value | undefined, { budget }: Host): Value[] {
  if (iterable instanceof SetValue && iterable.size > 1) checkDistinct(iterable, key);
  return collectUnordered(iterable, budget);
}

// What a generator returned is the exception's value.
function stopOf(iterator: IteratorValue): unknown {
  const returned = "returned" in iterator ? (iterator.returned as Value | undefined) : undefined;
  return returned === undefined || returned === null
    ? raised("StopIteration")
    : raised("StopIteration", returned);
}

/** Python's builtins by name; a name that is missing here is refused. */
export const BUILTINS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...FUNCTIONS.map(([name, run]): [string, Value] => [name, new BuiltinValue<Host>(name, run)]),
  ...[...CLASSES].map(([name, { cls }]): [string, Value] => [name, cls]),
  ...EXCEPTIONS,
  ["NotImplemented", NOT_IMPLEMENTED],
  ["Ellipsis", ELLIPSIS],
]);

/** The modules that code may use. */
export const MODULES: ReadonlyMap<string, ModuleValue> = new Map([
  ["math", new ModuleValue("math", MATH)],
]);

/** An attribute of a value by its name: through maps alone, so that no name reaches a property of JavaScript's. */

import type { Budget } from "./budget.ts";
import {
  DICT_METHODS,
  FROZENSET_METHODS,
  LIST_METHODS,
  SET_METHODS,
  TUPLE_METHODS,
} from "./container-methods.ts";
import { unsupported } from "./error.ts";
import { raised } from "./exceptions.ts";
import type { Host } from "./iterate.ts";
import {
  BuiltinValue,
  ExceptionValue,
  ListValue,
  ModuleValue,
  RangeValue,
  SliceValue,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { BYTES_METHODS, FLOAT_METHODS, INT_METHODS } from "./scalar-methods.ts";
import { DictValue, SetValue } from "./tables.ts";
import { type Method, TEXT_METHODS } from "./text-methods.ts";
import type { PythonVersion } from "./version-names.ts";

function methodsOf(value: Value): ReadonlyMap<string, Method<never>> | undefined {
  switch (typeof value) {
    case "string":
      return TEXT_METHODS;
    case "boolean":
    case "bigint":
      return INT_METHODS;
    case "number":
      return FLOAT_METHODS;
  }
  if (value instanceof Uint8Array) return BYTES_METHODS;
  if (value instanceof ListValue) return LIST_METHODS;
  if (value instanceof TupleValue) return TUPLE_METHODS;
  if (value instanceof DictValue) return DICT_METHODS;
  if (value instanceof SetValue) return value.frozen ? FROZENSET_METHODS : SET_METHODS;
  return undefined;
}

// Methods that Python has from a version on; before, asking for one raises AttributeError.
const NEW_METHODS: ReadonlyMap<string, PythonVersion> = new Map<string, PythonVersion>([
  ["str.removeprefix", "3.9"],
  ["str.removesuffix", "3.9"],
  ["int.bit_count", "3.10"],
  ["bool.bit_count", "3.10"],
  ["int.is_integer", "3.12"],
  ["bool.is_integer", "3.12"],
]);

/**
 * `value.name`. Names that Python's type has and this table lacks are refused, as are all names of other types: whether
 * one is an AttributeError only Python knows, but for names that no builtin type has.
 */
export function attributeOf(value: Value, name: string, budget: Budget): Value {
  const method = methodsOf(value)?.get(name);
  if (method !== undefined) {
    const since = NEW_METHODS.get(`${typeName(value)}.${name}`);
    if (since !== undefined && !budget.since(since)) throw noAttribute(value, name);
    // The method was found in the table of this value's own type.
    const run = method as Method<Value>;
    return new BuiltinValue<Host>(`${typeName(value)}.${name}`, (host, args, keywords) =>
      run(value, args, keywords, host),
    );
  }
  if (value instanceof ModuleValue) {
    const found = value.attributes.get(name);
    if (found !== undefined) return found;
    throw unsupported(`${value.name}.${name}`);
  }
  if (value instanceof RangeValue || value instanceof SliceValue) {
    if (name === "start" || name === "stop" || name === "step") return value[name];
  }
  if (value instanceof ExceptionValue) {
    if (name === "args") return new TupleValue(value.args);
    if (name === "value" && value.cls.name === "StopIteration") return value.args[0] ?? null;
  }
  if (value instanceof TypeValue && (name === "__name__" || name === "__qualname__"))
    return value.name;
  if (typeof value === "bigint" || typeof value === "boolean") {
    if (name === "real" || name === "numerator") return BigInt(value);
    if (name === "imag") return 0n;
    if (name === "denominator") return 1n;
  }
  if (typeof value === "number") {
    if (name === "real") return value;
    if (name === "imag") return 0;
  }
  const others = OTHER_NAMES.get(typeName(value));
  if (others !== undefined && !name.startsWith("__") && !others.has(name))
    throw noAttribute(value, name);
  throw unsupported(`${value instanceof TypeValue ? value.name : typeName(value)}.${name}`);
}

// What Python's own types have, in any Python, and the tables here lack.
const OTHER_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  (
    [
      ["str", "format_map isprintable maketrans translate"],
      ["int", "from_bytes to_bytes"],
      ["bool", "from_bytes to_bytes"],
      ["float", "fromhex hex"],
      ["list", ""],
      ["tuple", ""],
      ["dict", "fromkeys"],
      ["set", ""],
      ["frozenset", ""],
      [
        "bytes",
        "capitalize center count endswith expandtabs find fromhex index isalnum isalpha isascii isdigit islower isspace " +
          "istitle isupper ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust " +
          "rpartition rsplit rstrip split splitlines strip swapcase title translate upper zfill",
      ],
      ["NoneType", ""],
    ] as const
  ).map(([type, names]) => [type, new Set(names.split(" "))]),
);

function noAttribute(value: Value, name: string): unknown {
  return raised("AttributeError", `'${typeName(value)}' object has no attribute '${name}'`);
}

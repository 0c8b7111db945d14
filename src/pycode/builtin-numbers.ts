/** Python's builtin functions of numbers: sum, max, round, divmod, pow, and what makes numbers. */

import { bind, positional } from "./arguments.ts";
import { ordered } from "./compare.ts";
import { roundFloat } from "./digits.ts";
import { unsupported } from "./error.ts";
import { raised, typeError, valueError } from "./exceptions.ts";
import { asCount, asIndex, collectUnordered, type Host, iteratorOf } from "./iterate.ts";
import {
  bitLength,
  floatDivmod,
  floatOf,
  floorDivision,
  modulo,
  powerModulo,
  truncated,
} from "./numbers.ts";
import {
  DONE,
  intOf,
  isInt,
  type Keywords,
  ListValue,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import { binary } from "./operators.ts";
import { parseFloatText, parseIntText } from "./parse-number.ts";
import { DictValue, SetValue } from "./tables.ts";

/** A builtin: the run that it is called in, its arguments. */
export type Run = (host: Host, args: readonly Value[], keywords: Keywords | undefined) => Value;

export function extreme(name: "max" | "min"): [string, Run] {
  return [
    name,
    (host, args, keywords) => {
      const { budget } = host;
      const key = keywords?.get("key");
      const absent = keywords?.get("default");
      for (const own of keywords?.keys() ?? []) {
        if (own !== "key" && own !== "default")
          throw unsupported(name, "is not covered with these arguments");
      }
      if (args.length === 0) throw unsupported(name, "is not covered with these arguments");
      if (args.length > 1 && absent !== undefined) {
        throw typeError(
          `Cannot specify a default for ${name}() with multiple positional arguments`,
        );
      }
      const only = args.length === 1 ? (args[0] as Value) : undefined;
      if (only instanceof SetValue && only.size > 1) checkDistinct(only, key);
      const items = only === undefined ? args : collectUnordered(only, budget);
      let best: { readonly item: Value; readonly key: Value } | undefined;
      for (const item of items) {
        const own = key === undefined || key === null ? item : host.call(key, [item]);
        budget.step();
        if (best === undefined || ordered(name === "max" ? ">" : "<", own, best.key, budget))
          best = { item, key: own };
      }
      if (best !== undefined) return best.item;
      if (absent !== undefined) return absent;
      throw valueError(
        budget.since("3.12")
          ? `${name}() iterable argument is empty`
          : `${name}() arg is an empty sequence`,
      );
    },
  ];
}

// Of a set the first of several extreme items is not known; of numbers and strings none is as good as another.
export function checkDistinct(set: SetValue, key: Value | undefined): void {
  let kind = "";
  for (const item of set.unordered()) {
    const own = isInt(item) || typeof item === "number" ? "number" : typeName(item);
    if (key !== undefined || !/^(number|str|bytes)$/.test(own) || (kind !== "" && kind !== own)) {
      throw unsupported("the order of a set");
    }
    kind = own;
  }
}

export function sum(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  const { budget } = host;
  const [iterable, start = 0n] = bind("sum", ["/iterable", "start"], 1, args, keywords);
  // Floats are summed in the order of a set, ints in any.
  const source = iterable as Value;
  const unordered =
    source instanceof SetValue && [...source.unordered()].every(isInt)
      ? new ListValue([...source.unordered()])
      : source;
  const iterator = iteratorOf(unordered, budget);
  if (typeof start === "string")
    throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  if (start instanceof Uint8Array)
    throw typeError("sum() can't sum bytes [use b''.join(seq) instead]");
  let total: Value = start;
  // Three stages, each of which is left for good: ints that fit C's long; floats, from 3.12 on with what rounding took away
  // (cs_add); and plain `+` for all the rest.
  let stage: "ints" | "floats" | "rest" =
    typeof total === "number" ? "floats" : isLong(total) ? "ints" : "rest";
  let compensation = 0;
  for (;;) {
    budget.step();
    const item = iterator.next();
    if (item === DONE) return stage === "floats" ? settled(total as number, compensation) : total;
    if (stage === "floats" && typeof total === "number") {
      if (typeof item === "number" && budget.since("3.12")) {
        const next: number = total + item;
        compensation +=
          Math.abs(total) >= Math.abs(item) ? total - next + item : item - next + total;
        total = next;
        continue;
      }
      if (typeof item === "number" || (isInt(item) && isLong(intOf(item)))) {
        total += typeof item === "number" ? item : floatOf(item);
        continue;
      }
      total = settled(total, compensation);
      stage = "rest";
    }
    total = binary("+", total, item, host);
    if (stage === "ints" && !(isInt(item) && isLong(intOf(item)) && isLong(total)))
      stage = typeof total === "number" ? "floats" : "rest";
  }
}

function isLong(value: Value): boolean {
  return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
}

function settled(total: number, compensation: number): number {
  return compensation !== 0 && Number.isFinite(compensation) ? total + compensation : total;
}

export function makeInt(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  const [value, base] = bind("int", ["/x", "base"], 0, args, keywords);
  if (value === undefined) {
    if (base !== undefined) throw unsupported("int", "is not covered with these arguments");
    return 0n;
  }
  const radix = base === undefined ? 10 : asCount(base);
  if (radix !== 0 && (radix < 2 || radix > 36))
    throw valueError("int() base must be >= 2 and <= 36, or 0");
  if (typeof value === "string") {
    return parseIntText(value, radix, host.budget);
  }
  if (base !== undefined && !(value instanceof Uint8Array))
    throw typeError("int() can't convert non-string with explicit base");
  if (isInt(value)) return intOf(value);
  if (typeof value === "number") return truncated(value);
  if (value instanceof Uint8Array) throw unsupported("int of bytes");
  const real = host.budget.since("3.10") ? "real number" : "number";
  throw typeError(
    `int() argument must be a string, a bytes-like object or a ${real}, not '${typeName(value)}'`,
  );
}

export function makeFloat(
  host: Host,
  args: readonly Value[],
  keywords: Keywords | undefined,
): Value {
  positional("float", args, keywords, 0, 1);
  const [value] = args;
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  if (isInt(value)) return floatOf(value);
  if (typeof value === "string") return parseFloatText(value, host.budget);
  if (value instanceof Uint8Array) throw unsupported("float of bytes");
  const real = host.budget.since("3.10") ? "real number" : "number";
  throw typeError(`float() argument must be a string or a ${real}, not '${typeName(value)}'`);
}

export function round(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  const [value, digits] = bind("round", ["number", "ndigits"], 1, args, keywords);
  const number = value as Value;
  if (typeof number === "number") {
    if (digits === undefined || digits === null) {
      truncated(number);
      return BigInt(roundHalfEven(number));
    }
    const places = asIndex(digits);
    if (!Number.isFinite(number)) return number;
    const limited = places > 400n ? 400 : places < -400n ? -400 : Number(places);
    const result = roundFloat(number, limited);
    if (!Number.isFinite(result))
      throw raised("OverflowError", "rounded value too large to represent");
    return result;
  }
  if (isInt(number)) {
    const own = intOf(number);
    if (digits === undefined || digits === null) return own;
    const places = asIndex(digits);
    if (places >= 0n) return own;
    if (-places > 4000n) throw unsupported("round to a place this high");
    const unit = 10n ** -places;
    const quotient = floorDivision(own, unit);
    const rest = own - quotient * unit;
    const up = rest * 2n > unit || (rest * 2n === unit && (quotient & 1n) === 1n);
    host.budget.step();
    return (up ? quotient + 1n : quotient) * unit;
  }
  if (
    number === null ||
    typeof number === "string" ||
    number instanceof ListValue ||
    number instanceof TupleValue ||
    number instanceof DictValue
  ) {
    throw typeError(`type ${typeName(number)} doesn't define __round__ method`);
  }
  throw unsupported(`round of ${typeName(number)}`);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

export function divmod(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  positional("divmod", args, keywords, 2);
  const [a, b] = args as [Value, Value];
  const isNumber = (value: Value): value is bigint | boolean | number =>
    isInt(value) || typeof value === "number";
  if (!isNumber(a) || !isNumber(b)) {
    throw typeError(
      `unsupported operand type(s) for divmod(): '${typeName(a)}' and '${typeName(b)}'`,
    );
  }
  if (isInt(a) && isInt(b)) {
    const divisor = intOf(b);
    if (divisor === 0n) throw raised("ZeroDivisionError", "integer division or modulo by zero");
    host.budget.step(bitLength(intOf(a)) / 64);
    return new TupleValue([floorDivision(intOf(a), divisor), modulo(intOf(a), divisor)]);
  }
  const y = isInt(b) ? floatOf(b) : b;
  if (y === 0) throw raised("ZeroDivisionError", "float divmod()");
  return new TupleValue(floatDivmod(isInt(a) ? floatOf(a) : a, y));
}

export function pow(host: Host, args: readonly Value[], keywords: Keywords | undefined): Value {
  const [base, exponent, mod] = bind("pow", ["base", "exp", "mod"], 2, args, keywords);
  if (mod === undefined || mod === null)
    return binary("**", base as Value, exponent as Value, host, "** or pow()");
  if (!isInt(base as Value) || !isInt(exponent as Value) || !isInt(mod)) {
    if ([base, exponent, mod].some((value) => typeof value !== "number" && !isInt(value as Value)))
      throw unsupported("pow of these types");
    throw typeError("pow() 3rd argument not allowed unless all arguments are integers");
  }
  return powerModulo(intOf(base as bigint), intOf(exponent as bigint), intOf(mod), host.budget);
}

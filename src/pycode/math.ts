/** The functions of Python's `math` whose results are exact, and so the same everywhere. */

import { positional } from "./arguments.ts";
import { exceeded, MAX_INT_BITS } from "./budget.ts";
import { unsupported } from "./error.ts";
import { typeError, valueError } from "./exceptions.ts";
import { asIndex, type Host } from "./iterate.ts";
import { bitLength, floatOf, truncated } from "./numbers.ts";
import { BuiltinValue, intOf, isInt, typeName, type Value } from "./objects.ts";

function asFloat(value: Value): number {
  if (typeof value === "number") return value;
  if (isInt(value)) return floatOf(value);
  throw typeError(`must be real number, not ${typeName(value)}`);
}

type Run = (args: readonly Value[], host: Host) => Value;

function define(name: string, least: number, most: number, run: Run): [string, Value] {
  return [
    name,
    new BuiltinValue<Host>(`math.${name}`, (host, args, keywords) => {
      positional(`math.${name}`, args, keywords, least, most);
      return run(args, host);
    }),
  ];
}

function float(name: string, run: (x: number) => Value): [string, Value] {
  return define(name, 1, 1, ([x]) => run(asFloat(x as Value)));
}

function rounding(name: string, run: (x: number) => number): [string, Value] {
  return define(name, 1, 1, ([x]) => {
    if (isInt(x as Value)) return intOf(x as bigint);
    const value = asFloat(x as Value);
    return Number.isFinite(value) ? BigInt(run(value)) : truncated(value);
  });
}

function gcd(a: bigint, b: bigint, host: Host): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) {
    host.budget.step(1 + bitLength(y) / 64);
    [x, y] = [y, x % y];
  }
  return x;
}

/** The integer square root of what is not negative. */
function isqrt(n: bigint, host: Host): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    host.budget.step(1 + (bitLength(n) / 64) ** 2 / 64);
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

function factorial(value: Value, host: Host): bigint {
  if (typeof value === "number") throw unsupported("math.factorial of a float");
  const n = asIndex(value);
  if (n < 0n) throw valueError("factorial() not defined for negative values");
  if (n > 20_000n) throw exceeded("bits of an int", MAX_INT_BITS);
  let product = 1n;
  for (let factor = 2n; factor <= n; factor++) {
    host.budget.step(1 + bitLength(product) / 4096);
    product *= factor;
  }
  return product;
}

/** The attributes of `math`. */
export const MATH: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["pi", Math.PI],
  ["e", Math.E],
  ["tau", 2 * Math.PI],
  ["inf", Number.POSITIVE_INFINITY],
  ["nan", Number.NaN],
  float("sqrt", (x) => {
    if (x < 0) throw valueError("math domain error");
    return Math.sqrt(x);
  }),
  float("fabs", (x) => Math.abs(x)),
  rounding("floor", Math.floor),
  rounding("ceil", Math.ceil),
  rounding("trunc", Math.trunc),
  float("isnan", (x) => Number.isNaN(x)),
  float("isinf", (x) => !Number.isNaN(x) && !Number.isFinite(x)),
  float("isfinite", (x) => Number.isFinite(x)),
  define("copysign", 2, 2, ([x, y]) => {
    const magnitude = Math.abs(asFloat(x as Value));
    const sign = asFloat(y as Value);
    if (Number.isNaN(sign)) throw unsupported("the sign of nan");
    return sign < 0 || Object.is(sign, -0) ? -magnitude : magnitude;
  }),
  define("fmod", 2, 2, ([x, y]) => {
    const a = asFloat(x as Value);
    const b = asFloat(y as Value);
    if (!Number.isFinite(a) || Number.isNaN(b) || b === 0)
      throw unsupported("math.fmod", "is not covered with these arguments");
    return a % b;
  }),
  define("gcd", 2, 2, ([a, b], host) => gcd(asIndex(a as Value), asIndex(b as Value), host)),
  define("isqrt", 1, 1, ([value], host) => {
    const n = asIndex(value as Value);
    if (n < 0n) throw valueError("isqrt() argument must be nonnegative");
    return isqrt(n, host);
  }),
  define("factorial", 1, 1, ([value], host) => factorial(value as Value, host)),
]);

/**
 * `fractions.Fraction ↔ Fraction`: numerator and denominator.
 *
 * Source: CPython 3.13 Lib/fractions.py `__reduce__`: `Fraction(1, 3)`; `Fraction('1/3')` up to Python 3.10. Every
 * Python reads both, so the newer is written.
 */

import type { LoadContext, PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";
import { integer } from "./arguments.ts";
import { greatestCommonDivisor, rationalKey } from "./rationals.ts";

const FRACTION = new Global("fractions", "Fraction");

// Longer ones stay inert: reducing them would cost the square of their length.
const MOST_DIGITS = 2000;
// What reducing may cost in one load, in digits squared: a second or two. What comes then stays inert.
const MOST_STEPS = 1e10;
const steps = new WeakMap<LoadContext, number>();
const TEXT = /^(-?\d{1,2000})(?:\/(\d{1,2000}))?$/;

/** Python's `Fraction`: two integers without a common divisor, the denominator positive. */
export class Fraction {
  readonly numerator: number | bigint;
  readonly denominator: number | bigint;
  // Spelled once: one may be in a million tuples that are keys (test/stdlib/values.test.ts).
  #key: string | number | undefined;

  /** Reduces to lowest terms, as Python does. @throws RangeError when the denominator is zero */
  constructor(numerator: number | bigint, denominator: number | bigint = 1) {
    const divisor = greatestCommonDivisor(BigInt(numerator), BigInt(denominator));
    if (BigInt(denominator) === 0n) throw new RangeError("the denominator of a Fraction is zero");
    const signed = BigInt(denominator) < 0n ? -divisor : divisor;
    this.numerator = signed === 1n ? numerator : narrow(BigInt(numerator) / signed);
    this.denominator = signed === 1n ? denominator : narrow(BigInt(denominator) / signed);
  }

  /** The nearest double, as far as dividing two doubles finds it. */
  toNumber(): number {
    return Number(this.numerator) / Number(this.denominator);
  }

  toString(): string {
    return BigInt(this.denominator) === 1n
      ? String(this.numerator)
      : `${this.numerator}/${this.denominator}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `Fraction(${this.toString()})`;
  }

  [keySymbol](): string | number {
    this.#key ??= spelled(BigInt(this.numerator), BigInt(this.denominator));
    return this.#key;
  }
}

function spelled(numerator: bigint, denominator: bigint): string | number {
  return rationalKey(numerator, denominator) ?? `f${numerator}/${denominator}`;
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function isShort(value: number | bigint): boolean {
  return typeof value === "number" || value.toString(16).length <= MOST_DIGITS;
}

/** `fractions`: `Fraction ↔ Fraction`. */
export const fractionsTypes: readonly PickleType[] = [
  {
    globals: [FRACTION],
    prototypes: [Fraction.prototype],
    call: (args, context) => {
      let numerator = integer(args[0]);
      let denominator = integer(args[1]);
      if (args.length === 1 && typeof args[0] === "string") {
        const [, above, below = "1"] = TEXT.exec(args[0]) ?? [];
        if (above === undefined) return undefined;
        numerator = narrow(BigInt(above));
        denominator = narrow(BigInt(below));
      } else if (args.length !== 2) {
        return undefined;
      }
      if (numerator === undefined || denominator === undefined || denominator <= 0)
        return undefined;
      if (!isShort(numerator) || !isShort(denominator)) return undefined;
      if (typeof numerator === "bigint" || typeof denominator === "bigint") {
        const digits = numerator.toString(16).length + denominator.toString(16).length;
        const spent = (steps.get(context) ?? 0) + digits * digits;
        if (spent > MOST_STEPS) return undefined;
        steps.set(context, spent);
      }
      return new Fraction(numerator, denominator);
    },
    reduce: (value) => {
      const { numerator, denominator } = value as Fraction;
      return { callable: FRACTION, args: [numerator, denominator] };
    },
  },
];

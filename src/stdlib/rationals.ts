/**
 * Exact numbers in, their place in Python's equality out: `Decimal('0.5') == Fraction(1, 2) == 0.5`.
 *
 * Source: CPython 3.13 Lib/numbers.py and "Hashing of numeric types": numbers compare by value across types.
 */

/** More bits than these are never reduced: they stand for themselves and equal no number of another type. */
const MOST_BITS = 8192;

/** Place of `numerator / denominator` (denominator positive); `undefined` where it is too large to be reduced. */
export function rationalKey(numerator: bigint, denominator: bigint): string | number | undefined {
  if (bits(numerator) > MOST_BITS || bits(denominator) > MOST_BITS) return undefined;
  const divisor = greatestCommonDivisor(numerator, denominator);
  return divisor === 0n ? 0 : reducedKey(numerator / divisor, denominator / divisor);
}

function reducedKey(numerator: bigint, denominator: bigint): string | number {
  if (denominator === 1n) {
    const number = Number(numerator);
    return Number.isSafeInteger(number) ? number : `i${numerator.toString(16)}`;
  }
  // A double is an odd number of at most 53 bits over a power of two; all others equal no double.
  if ((denominator & (denominator - 1n)) === 0n && Number.isSafeInteger(Number(numerator))) {
    const number = dyadic(Number(numerator), denominator.toString(2).length - 1);
    if (number !== undefined) return number;
  }
  return `q${numerator.toString(16)}/${denominator.toString(16)}`;
}

// numerator / 2 ** power, where a double holds it. In two steps, for 2 ** 1074 is none; undone to see whether it rounded.
function dyadic(numerator: number, power: number): number | undefined {
  const first = 2 ** Math.min(power, 1000);
  const second = 2 ** (power - Math.min(power, 1000));
  const number = numerator / first / second;
  return number !== 0 && number * second * first === numerator ? number : undefined;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

/** The greatest common divisor of two integers; zero for two zeros. */
export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

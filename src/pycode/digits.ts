/**
 * A double to decimal digits, exactly and rounded half to even, as Python's `%e`, `%f`, `%g`, `round` and format do.
 *
 * Source: CPython `Python/pystrtod.c` PyOS_double_to_string, `Python/dtoa.c` modes 2 and 3.
 */

import { exactly } from "./numbers.ts";

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient & 1n) ? quotient + 1n : quotient;
}

// value * 10**places as a rounded integer; places may be negative.
function scaledBy(value: number, places: number): bigint {
  const [digits, exponent] = exactly(value);
  let numerator = digits;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator *= 10n ** BigInt(-places);
  return roundedQuotient(numerator, denominator);
}

/** `%.{places}f` of a finite magnitude. */
export function fixed(value: number, places: number): string {
  const digits = scaledBy(value, places)
    .toString()
    .padStart(places + 1, "0");
  if (places === 0) return digits;
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** The digits (one before the point, `places` after it) and the decimal exponent of a finite magnitude. */
export function scientific(value: number, places: number): [digits: string, exponent: number] {
  if (value === 0) return ["0".repeat(places + 1), 0];
  let exponent = Math.floor(Math.log10(value));
  // log10 may be one off, and rounding may carry into another digit.
  for (let attempt = 0; attempt < 4; attempt++) {
    const digits = scaledBy(value, places - exponent).toString();
    if (digits.length === places + 1 && (attempt > 0 || isExponent(value, exponent)))
      return [digits, exponent];
    if (digits.length > places + 1) exponent++;
    else exponent--;
  }
  const digits = scaledBy(value, places - exponent).toString();
  return [digits.slice(0, places + 1), exponent];
}

// Whether 10**exponent <= value, exactly; the upper bound shows in the number of digits.
function isExponent(value: number, exponent: number): boolean {
  const [digits, power] = exactly(value);
  const left = power >= 0 ? digits << BigInt(power) : digits;
  const right = power >= 0 ? 1n : 1n << BigInt(-power);
  return exponent >= 0
    ? left >= 10n ** BigInt(exponent) * right
    : left * 10n ** BigInt(-exponent) >= right;
}

/** `e+05`: at least two digits. */
export function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** `round(value, places)` of a finite float. */
export function roundFloat(value: number, places: number): number {
  // Beyond these a double has no digits to round, or none that stay.
  if (value === 0 || places > 323) return value;
  if (places < -308) return value < 0 ? -0 : 0;
  const magnitude = Math.abs(value);
  const digits = scaledBy(magnitude, places);
  const result = Number(`${digits}e${-places}`);
  return value < 0 ? -result : result;
}

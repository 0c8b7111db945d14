/**
 * Arithmetic of int, float and bool, as Python does it.
 *
 * Source: CPython `Objects/longobject.c` (floor division, modulo, pow, shifts, true division), `Objects/floatobject.c`
 * float_divmod, float_floor_div.
 */

import { type Budget, exceeded, MAX_INT_BITS } from "./budget.ts";
import { unsupported } from "./error.ts";
import { raised, valueError } from "./exceptions.ts";
import { intOf, isInt, type Value } from "./objects.ts";

/** Number of bits of a magnitude. */
export function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const number = Number(magnitude);
  if (number <= Number.MAX_SAFE_INTEGER) {
    return number === 0
      ? 0
      : number < 2 ** 31
        ? 32 - Math.clz32(number)
        : Math.floor(Math.log2(number)) + fix(number);
  }
  const hex = magnitude.toString(16);
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex[0] as string, 16)) - 28);
}

// Of a safe integer from 2**31 on: log2 may round up to the next power of two.
function fix(number: number): number {
  return 2 ** Math.floor(Math.log2(number)) > number ? 0 : 1;
}

function isSmall(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** Charges for an operation of two large ints, and refuses results that would be too large. */
function charge(
  left: bigint,
  right: bigint,
  bits: (a: number, b: number) => number,
  budget: Budget,
): void {
  if (isSmall(left) && isSmall(right)) return;
  const a = bitLength(left);
  const b = bitLength(right);
  checkBits(bits(a, b));
  budget.step((((a + 63) / 64) * ((b + 63) / 64)) / 64);
  budget.take((a + b) / 8);
}

function checkBits(bits: number): void {
  if (bits > MAX_INT_BITS) throw exceeded("bits of an int", MAX_INT_BITS);
}

/** An int as a float. @throws OverflowError of Python */
export function floatOf(value: bigint | boolean): number {
  const number = Number(intOf(value));
  if (!Number.isFinite(number)) throw raised("OverflowError", "int too large to convert to float");
  return number;
}

/** An operator of two operands; the words are Python's. */
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "//"
  | "%"
  | "**"
  | "<<"
  | ">>"
  | "&"
  | "|"
  | "^"
  | "@";

/** Two numbers, at least one of which is no bool for `&`, `|` and `^`; undefined where floats have no such operator. */
export function arithmetic(
  op: BinaryOperator,
  left: bigint | boolean | number,
  right: bigint | boolean | number,
  budget: Budget,
): Value | undefined {
  if (typeof left === "boolean" && typeof right === "boolean") {
    if (op === "&") return left && right;
    if (op === "|") return left || right;
    if (op === "^") return left !== right;
  }
  if (isInt(left) && isInt(right)) return intArithmetic(op, intOf(left), intOf(right), budget);
  const a = isInt(left) ? floatOf(left) : left;
  const b = isInt(right) ? floatOf(right) : right;
  return floatArithmetic(op, a, b, budget);
}

function intArithmetic(
  op: BinaryOperator,
  a: bigint,
  b: bigint,
  budget: Budget,
): Value | undefined {
  switch (op) {
    case "+":
      charge(a, b, Math.max, budget);
      return a + b;
    case "-":
      charge(a, b, Math.max, budget);
      return a - b;
    case "*":
      charge(a, b, (x, y) => x + y, budget);
      return a * b;
    case "/":
      return trueDivision(a, b, budget);
    case "//":
      if (b === 0n) throw raised("ZeroDivisionError", FLOOR_BY_ZERO);
      charge(a, b, Math.max, budget);
      return floorDivision(a, b);
    case "%":
      if (b === 0n) {
        throw raised("ZeroDivisionError", budget.since("3.11") ? MODULO_BY_ZERO : FLOOR_BY_ZERO);
      }
      charge(a, b, Math.max, budget);
      return modulo(a, b);
    case "**":
      return power(a, b, budget);
    case "<<":
      if (b < 0n) throw valueError("negative shift count");
      if (a === 0n) return 0n;
      if (b > BigInt(MAX_INT_BITS)) throw exceeded("bits of an int", MAX_INT_BITS);
      checkBits(bitLength(a) + Number(b));
      budget.take(Number(b) / 8);
      return a << b;
    case ">>":
      if (b < 0n) throw valueError("negative shift count");
      if (b > BigInt(MAX_INT_BITS)) return a < 0n ? -1n : 0n;
      charge(a, 1n, Math.max, budget);
      return a >> b;
    case "&":
      charge(a, b, Math.max, budget);
      return a & b;
    case "|":
      charge(a, b, Math.max, budget);
      return a | b;
    case "^":
      charge(a, b, Math.max, budget);
      return a ^ b;
    case "@":
      return undefined;
  }
}

const FLOOR_BY_ZERO = "integer division or modulo by zero";
const MODULO_BY_ZERO = "integer modulo by zero";

export function floorDivision(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b !== a && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

/** The nearest double to a quotient, ties to even. @throws ZeroDivisionError and OverflowError of Python */
export function trueDivision(a: bigint, b: bigint, budget: Budget): number {
  if (b === 0n) throw raised("ZeroDivisionError", "division by zero");
  const x = Number(a);
  const y = Number(b);
  if (Number.isSafeInteger(x) && Number.isSafeInteger(y)) {
    // -0.0 has no int: 0 / -5 is 0.0 in JavaScript's -0 too.
    return a === 0n ? (b < 0n ? -0 : 0) : x / y;
  }
  charge(a, b, Math.max, budget);
  const quotient = quotientToDouble(a < 0n ? -a : a, b < 0n ? -b : b);
  if (!Number.isFinite(quotient)) {
    throw raised("OverflowError", "integer division result too large for a float");
  }
  return a < 0n !== b < 0n ? -quotient : quotient;
}

// Magnitudes: 66 bits of the quotient and whether anything follows round once, as the exact quotient would; where the
// result is subnormal fewer bits count, so that it is rounded by hand.
function quotientToDouble(a: bigint, b: bigint): number {
  if (a === 0n) return 0;
  const shift = bitLength(a) - bitLength(b) - 66;
  const scaled = shift < 0 ? a << BigInt(-shift) : a;
  const divisor = shift > 0 ? b << BigInt(shift) : b;
  let quotient = scaled / divisor;
  if (quotient * divisor !== scaled) quotient |= 1n;
  return scaledToDouble(quotient, shift);
}

/** `digits * 2**exponent` as the nearest double, ties to even; the lowest bit of `digits` may stand for all that follows. */
export function scaledToDouble(digits: bigint, exponent: number): number {
  const bits = bitLength(digits);
  const lowest = Math.max(exponent + bits - 53, -1074);
  const drop = lowest - exponent;
  if (drop <= 0) return Number(digits) * 2 ** exponent;
  const unit = 1n << BigInt(drop);
  let kept = digits >> BigInt(drop);
  const rest = digits & (unit - 1n);
  const half = unit >> 1n;
  if (rest > half || (rest === half && kept & 1n)) kept += 1n;
  // Two factors, since 2**lowest may be subnormal where the product is not.
  return lowest < -1022
    ? Number(kept) * 2 ** -1074 * 2 ** (lowest + 1074)
    : timesPower(Number(kept), lowest);
}

function timesPower(value: number, exponent: number): number {
  return exponent > 1000 ? value * 2 ** 1000 * 2 ** (exponent - 1000) : value * 2 ** exponent;
}

/** `a ** b` of ints; a float where `b` is negative. */
export function power(a: bigint, b: bigint, budget: Budget): bigint | number {
  if (b < 0n) {
    if (a === 0n) throw raised("ZeroDivisionError", ZERO_TO_NEGATIVE);
    return floatPower(floatOf(a), floatOf(b));
  }
  if (a === 0n || a === 1n || a === -1n) {
    return b === 0n ? 1n : a === -1n && (b & 1n) === 0n ? 1n : a;
  }
  const bits = Number(b) * bitLength(a);
  checkBits(bits);
  budget.step(((bits / 64) * (bits / 64)) / 64);
  budget.take(bits / 8);
  return a ** b;
}

export const ZERO_TO_NEGATIVE = "0.0 cannot be raised to a negative power";

/** `pow(a, b, m)`. */
export function powerModulo(a: bigint, b: bigint, m: bigint, budget: Budget): bigint {
  if (m === 0n) throw valueError("pow() 3rd argument cannot be 0");
  if (b < 0n) throw unsupported("pow() with a negative exponent and a modulus");
  let result = 1n;
  let base = modulo(a, m);
  for (let rest = b; rest > 0n; rest >>= 1n) {
    budget.step();
    charge(m, m, Math.max, budget);
    if (rest & 1n) result = modulo(result * base, m);
    base = modulo(base * base, m);
  }
  return modulo(result, m);
}

function floatArithmetic(
  op: BinaryOperator,
  a: number,
  b: number,
  budget: Budget,
): number | undefined {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      if (b === 0) throw raised("ZeroDivisionError", "float division by zero");
      return a / b;
    case "//":
      if (b === 0) {
        const old = "float divmod()";
        throw raised(
          "ZeroDivisionError",
          budget.since("3.9") ? "float floor division by zero" : old,
        );
      }
      return floatDivmod(a, b)[0];
    case "%":
      if (b === 0) {
        const old = "float modulo";
        throw raised("ZeroDivisionError", budget.since("3.13") ? "float modulo by zero" : old);
      }
      return floatDivmod(a, b)[1];
    case "**":
      return floatPower(a, b);
    default:
      return undefined;
  }
}

export function floatDivmod(a: number, b: number): [number, number] {
  let rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && !Number.isNaN(rest)) {
    if (b < 0 !== rest < 0) {
      rest += b;
      quotient -= 1;
    }
  } else if (rest === 0) {
    rest = b < 0 ? -0 : 0;
  }
  let floor: number;
  if (quotient !== 0) {
    floor = Math.floor(quotient);
    if (quotient - floor > 0.5) floor += 1;
  } else {
    const sign = a / b;
    floor = sign < 0 || Object.is(sign, -0) ? -0 : 0;
  }
  return [floor, rest];
}

const LARGEST_EXPONENT = 64;

/**
 * `a ** b` of floats. C libraries round it almost always as the exact power would be, JavaScript does not: so it is
 * computed exactly for small integral exponents, and refused where the exact power is close to half way or for others.
 */
export function floatPower(a: number, b: number): number {
  if (b === 0 || a === 1) return 1;
  if (a === 0 && b < 0) {
    if (b === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    throw raised("ZeroDivisionError", ZERO_TO_NEGATIVE);
  }
  if (b === 1) return a;
  if (!Number.isFinite(a) || Number.isNaN(b) || a === 0) {
    if (Number.isInteger(b)) return a ** b;
    throw unsupported("float power");
  }
  if (!Number.isInteger(b) || Math.abs(b) > LARGEST_EXPONENT) throw unsupported("float power");
  const [digits, exponent] = exactly(Math.abs(a));
  const count = BigInt(Math.abs(b));
  const scaled = digits ** count;
  const power = exponent * Math.abs(b);
  const magnitude = b > 0 ? rounded(scaled, 1n, power) : rounded(1n, scaled, -power);
  if (!Number.isFinite(magnitude)) throw raised("OverflowError", RESULT_TOO_LARGE);
  return a < 0 && Math.abs(b) % 2 === 1 ? -magnitude : magnitude;
}

const RESULT_TOO_LARGE = "(34, 'Numerical result out of range')";

// numerator / denominator * 2**exponent, refused close to half way between two doubles and where it is not normal.
function rounded(numerator: bigint, denominator: bigint, exponent: number): number {
  const extra = 80 - (bitLength(numerator) - bitLength(denominator));
  const scaled = extra > 0 ? numerator << BigInt(extra) : numerator;
  const shift = extra > 0 ? exponent - extra : exponent;
  let quotient = scaled / denominator;
  const isExact = quotient * denominator === scaled;
  if (!isExact) quotient |= 1n;
  const bits = bitLength(quotient);
  const rest = quotient & ((1n << BigInt(bits - 53)) - 1n);
  const half = 1n << BigInt(bits - 54);
  const distance = rest > half ? rest - half : half - rest;
  // Within a sixteenth of the last bit; an exact power that fits is not.
  if (rest !== 0n && distance < half >> 3n) throw unsupported("float power");
  const result = scaledToDouble(quotient, shift);
  if (result < 2 ** -1021) throw unsupported("float power");
  if (result > 2 ** 1023 && Number.isFinite(result)) throw unsupported("float power");
  return result;
}

/** A finite positive double as `digits * 2**exponent`. */
export function exactly(value: number): [digits: bigint, exponent: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return field === 0 ? [fraction, -1074] : [fraction | 0x10000000000000n, field - 1075];
}

/** A finite float's integral part, toward zero. @throws OverflowError and ValueError of Python */
export function truncated(value: number): bigint {
  if (Number.isNaN(value)) throw valueError("cannot convert float NaN to integer");
  if (!Number.isFinite(value)) {
    throw raised("OverflowError", "cannot convert float infinity to integer");
  }
  return BigInt(Math.trunc(value));
}

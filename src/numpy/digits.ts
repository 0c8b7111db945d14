/**
 * Floats in, the fewest decimal digits that tell them from their neighbours out, no more than a precision.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/dragon4.c` in its unique mode; ties beyond the precision go to the even
 * digit there, to the larger one in JavaScript's toFixed.
 */

import { decodeFloat16, encodeFloat16 } from "./float16.ts";

/** Sign, digits and the power of ten of the first digit: `-12.5` is `{ negative, "125", 1 }`. */
export interface Digits {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** The digits of a finite float of 2, 4 or 8 bytes. */
export function shortest(value: number, itemsize: number): Digits {
  const negative = value < 0 || Object.is(value, -0);
  const [mantissa = "0", exponent = "0"] = shortestText(Math.abs(value), itemsize).split("e");
  return { negative, digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function shortestText(magnitude: number, itemsize: number): string {
  if (itemsize === 8) return magnitude.toExponential();
  const round = itemsize === 4 ? Math.fround : (text: number) => decodeFloat16(encodeFloat16(text));
  for (let count = 0; count < 9; count++) {
    const text = magnitude.toExponential(count);
    if (round(Number(text)) === magnitude) return trimmed(text);
  }
  return trimmed(magnitude.toExponential(9));
}

function trimmed(text: string): string {
  return text.replace(/\.?0*e/, "e");
}

/** `"12.5"`, always with a point; at most `most` digits behind it. */
export function positional(value: number, itemsize: number, most: number): string {
  const { negative, digits, exponent } = shortest(value, itemsize);
  const sign = negative ? "-" : "";
  const behind = digits.length - 1 - exponent;
  if (behind > most) return sign + withPoint(roundedFixed(Math.abs(value), most));
  if (behind <= 0) return `${sign}${digits.padEnd(exponent + 1, "0")}.`;
  const padded = exponent < 0 ? `${"0".repeat(-exponent)}${digits}` : digits;
  const whole = padded.length - behind;
  return `${sign}${padded.slice(0, whole)}.${padded.slice(whole)}`;
}

/** Mantissa and exponent of `"1.25e+10"`; the mantissa has a point and at most `most` digits behind it. */
export function scientific(
  value: number,
  itemsize: number,
  most: number,
): { readonly mantissa: string; readonly exponent: string } {
  const { negative, digits, exponent } = shortest(value, itemsize);
  let mantissa = `${digits[0]}.${digits.slice(1)}`;
  let power = exponent;
  if (digits.length - 1 > most) {
    const [rounded = "0", shown = "0"] = roundedExponential(Math.abs(value), most).split("e");
    mantissa = withPoint(rounded);
    power = Number(shown);
  }
  const text = String(Math.abs(power)).padStart(2, "0");
  return {
    mantissa: `${negative ? "-" : ""}${mantissa}`,
    exponent: `${power < 0 ? "-" : "+"}${text}`,
  };
}

function withPoint(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "") : `${text}.`;
}

// More digits than a double that is no tie could hide behind a tie.
const BEYOND = 24;

function roundedFixed(magnitude: number, count: number): string {
  if (count + BEYOND > 100 || magnitude >= 1e21) return magnitude.toFixed(Math.min(count, 100));
  const exact = magnitude.toFixed(count + BEYOND);
  return isEvenTie(exact, BEYOND) ? exact.slice(0, -BEYOND) : magnitude.toFixed(count);
}

function roundedExponential(magnitude: number, count: number): string {
  const [exact = "", power = "0"] = magnitude.toExponential(count + BEYOND).split("e");
  return isEvenTie(exact, BEYOND)
    ? `${exact.slice(0, -BEYOND)}e${power}`
    : magnitude.toExponential(count);
}

// Whether the digits to be cut off are exactly a half, and the one before them is even.
function isEvenTie(exact: string, cut: number): boolean {
  const kept = exact.slice(0, -cut).replace(".", "");
  return /^50*$/.test(exact.slice(-cut)) && Number(kept.at(-1)) % 2 === 0;
}

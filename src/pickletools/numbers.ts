/**
 * Text of numbers in, the number that Python's `int` and `float` read, or their complaint, out; and Python's digits.
 * Source: CPython 3.13 Objects/longobject.c (_PyLong_FromBytes, long_to_decimal_string), Objects/floatobject.c.
 */
import { decodeLatin1, smallest } from "../core/bytes/index.ts";
import { reprBytes } from "../core/values/index.ts";

/** CPython `sys.int_info.default_max_str_digits`: conversion takes quadratic time. */
const MOST_DIGITS = 4300;

const EXCEEDS = `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion`;
const RAISE_IT = "use sys.set_int_max_str_digits() to increase the limit";

const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(\d+(?:_\d+)*)[ \t\n\v\f\r]*$/;

/** `int(bytes)`: the value, or the message of Python's ValueError. */
export function pythonInt(bytes: Uint8Array): number | bigint | { readonly message: string } {
  const text = decodeLatin1(bytes);
  const match = INTEGER.exec(text);
  // C's conversion stops at a NUL, and counts digits before the length is compared.
  const [, sign, digits] = match ?? INTEGER.exec(text.split("\0", 1)[0] as string) ?? [];
  const plain = digits?.replaceAll("_", "") ?? "";
  if (plain.length > MOST_DIGITS) {
    return { message: `${EXCEEDS}: value has ${plain.length} digits; ${RAISE_IT}` };
  }
  if (match === null) {
    // "%.200R" of the first 200 bytes.
    const shown = reprBytes(bytes.subarray(0, 200)).slice(0, 200);
    return { message: `invalid literal for int() with base 10: ${shown}` };
  }
  const value = plain.length <= 15 ? Number(plain) : BigInt(plain);
  // 0 - 0 is 0, where -0 would be a float's.
  if (typeof value === "number") return sign === "-" ? 0 - value : value;
  return smallest(sign === "-" ? -value : value);
}

const FLOAT =
  /^[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?)|(nan)|((?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?))[ \t\n\v\f\r]*$/i;

/** `float(bytes)`: the value, or the message of Python's ValueError. */
export function pythonFloat(bytes: Uint8Array): number | { readonly message: string } {
  const match = FLOAT.exec(decodeLatin1(bytes));
  const [, sign, infinite, notANumber, decimal = ""] = match ?? [];
  const named = infinite !== undefined || notANumber !== undefined;
  if (match === null || (!named && !/^(?:\d|\.\d)/.test(decimal))) {
    return { message: `could not convert string to float: ${reprBytes(bytes)}` };
  }
  const magnitude =
    notANumber !== undefined
      ? Number.NaN
      : infinite !== undefined
        ? Number.POSITIVE_INFINITY
        : Number(decimal.replaceAll("_", ""));
  return sign === "-" ? -magnitude : magnitude;
}

// More bits than any integer of 4300 digits has: 4300 × log2(10) is 14284.3.
const MOST_BITS = 14_285;

/** `repr` of an integer, or the message of Python's ValueError. */
export function reprInt(value: number | bigint): string | { readonly message: string } {
  if (typeof value === "number") return String(value);
  // The length in hex is found in linear time, the decimal digits only of what is short.
  const bits = (value < 0n ? -value : value).toString(16).length * 4;
  const text = bits > MOST_BITS + 4 ? undefined : String(value);
  const count = text === undefined ? Number.POSITIVE_INFINITY : text.replace("-", "").length;
  return text === undefined || count > MOST_DIGITS ? { message: `${EXCEEDS}; ${RAISE_IT}` } : text;
}

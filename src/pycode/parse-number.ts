/** `int(text)` and `float(text)`: CPython `Objects/longobject.c` PyLong_FromString, `Objects/floatobject.c` float_from_string. */

import { reprString } from "../core/values/index.ts";
import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { valueError } from "./exceptions.ts";

const SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
const TRIM = new RegExp(`^${SPACE}|${SPACE}$`, "g");
const MOST_DIGITS = 4300;

function trimmed(text: string, what: string): string {
  const inner = text.replace(TRIM, "");
  // Digits of other scripts count in Python.
  if (/[^\x00-\x7f]/.test(inner)) throw unsupported(`${what} of this text`);
  return inner;
}

/** `int(text, base)`. */
export function parseIntText(text: string, base: number, budget: Budget): bigint {
  budget.step(text.length / 16);
  const refuse = (): unknown => {
    if (text.length > 200) return unsupported("the message about a text this long");
    return valueError(`invalid literal for int() with base ${base}: ${reprString(text)}`);
  };
  const match = /^([+-]?)(0[xX]|0[oO]|0[bB])?(_?[0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(
    trimmed(text, "int"),
  );
  if (match === null) throw refuse();
  const [, sign, given = "", body = ""] = match;
  const prefix = given.toLowerCase();
  const prefixBase = prefix === "0x" ? 16 : prefix === "0o" ? 8 : prefix === "0b" ? 2 : 0;
  let digits = body;
  let radix = base;
  if (prefixBase !== 0 && (base === 0 || base === prefixBase)) {
    radix = prefixBase;
    digits = digits.replace(/^_/, "");
  } else {
    if (digits.startsWith("_") && prefix === "") throw refuse();
    digits = prefix === "" ? digits : given + digits;
    if (base === 0) {
      if (/^0[0-9_]*[1-9]/.test(digits)) throw refuse();
      radix = 10;
    }
  }
  const plain = digits.replaceAll("_", "");
  if (plain.length > MOST_DIGITS) throw unsupported(`int of more than ${MOST_DIGITS} digits`);
  let value = 0n;
  for (const character of plain.toLowerCase()) {
    const code = character.charCodeAt(0);
    const digit = code <= 57 ? code - 48 : code - 87;
    if (digit >= radix) throw refuse();
    value = value * BigInt(radix) + BigInt(digit);
  }
  budget.step((plain.length * plain.length) / 4096);
  return sign === "-" ? -value : value;
}

const FLOAT =
  /^[+-]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** `float(text)`. */
export function parseFloatText(text: string, budget: Budget): number {
  budget.step(text.length / 16);
  const inner = trimmed(text, "float");
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(inner);
  if (word !== null) {
    const magnitude = /nan/i.test(word[2] as string) ? Number.NaN : Number.POSITIVE_INFINITY;
    return word[1] === "-" ? -magnitude : magnitude;
  }
  if (inner === "" && text !== "" && !budget.since("3.10"))
    throw valueError("could not convert string to float: ''");
  if (!FLOAT.test(inner))
    throw valueError(`could not convert string to float: ${reprString(text)}`);
  return Number(inner.replaceAll("_", ""));
}

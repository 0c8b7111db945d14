/**
 * `decimal.Decimal ↔ Decimal`: the exact digits that Python prints.
 *
 * Source: CPython 3.13 Lib/_pydecimal.py `__reduce__`: `Decimal(str(self))`, the same in every version.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";
import { rationalKey } from "./rationals.ts";

const DECIMAL = new Global("decimal", "Decimal", { spelled: true });

// sign, integral digits, fractional digits, exponent | Infinity | NaN with its diagnostic digits
const SYNTAX =
  /^([+-]?)(?:(?=\d|\.\d)(\d*)(?:\.(\d*))?(?:E([+-]?\d{1,18}))?|(Inf(?:inity)?)|(s?NaN)(\d*))$/i;

// Above this the value is compared with other decimals only: 10 ** 999999999 must not be computed.
const MOST_PLACES = 2000;

/** Python's `Decimal`: text with exact digits, a sign and an exponent; `Infinity`, `NaN` and `sNaN` too. */
export class Decimal {
  /** As Python's `str` prints it; trailing zeros count: `1.50` is not `1.5`. */
  readonly text: string;
  // Spelled once: one of a million digits may be in a million tuples that are keys (test/stdlib/values.test.ts).
  #key: string | number | null | undefined = null;

  /** @throws SyntaxError when the text is no decimal number */
  constructor(text: string | number | bigint) {
    const given = typeof text === "number" ? numberText(text) : String(text);
    if (!SYNTAX.test(given)) throw new SyntaxError(`${JSON.stringify(given)} is no decimal number`);
    this.text = given;
  }

  /** The nearest double. */
  toNumber(): number {
    const { kind, sign, digits, exponent } = parse(this.text);
    if (kind === "nan") return Number.NaN;
    if (kind === "infinity") return sign * Number.POSITIVE_INFINITY;
    return sign * Number(`${digits || "0"}e${exponent}`);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  [inspectSymbol](): string {
    return `Decimal(${this.text})`;
  }

  [keySymbol](): string | number | undefined {
    if (this.#key === null) this.#key = this.#spell();
    return this.#key;
  }

  #spell(): string | number | undefined {
    const { kind, sign, digits, exponent } = parse(this.text);
    if (kind === "nan") return undefined;
    if (kind === "infinity") return sign * Number.POSITIVE_INFINITY;
    const significant = digits.replace(/^0+/, "");
    const stripped = stripZeros(significant);
    if (stripped === "") return 0;
    const power = exponent + significant.length - stripped.length;
    const own = `d${sign}${stripped}e${power}`;
    if (Math.abs(power) + stripped.length > MOST_PLACES) return own;
    const mantissa = BigInt(sign) * BigInt(stripped);
    const scale = 10n ** BigInt(Math.abs(power));
    return (power >= 0 ? rationalKey(mantissa * scale, 1n) : rationalKey(mantissa, scale)) ?? own;
  }
}

interface Parsed {
  readonly kind: "finite" | "infinity" | "nan";
  readonly sign: 1 | -1;
  readonly digits: string;
  readonly exponent: number;
}

function parse(text: string): Parsed {
  const [, mark, integral = "", fraction = "", exponent = "0", infinity, nan] =
    SYNTAX.exec(text) ?? [];
  return {
    kind: infinity !== undefined ? "infinity" : nan !== undefined ? "nan" : "finite",
    sign: mark === "-" ? -1 : 1,
    digits: integral + fraction,
    exponent: Number(exponent) - fraction.length,
  };
}

// A regular expression such as /0+$/ would be quadratic in a long run of zeros before another digit.
function stripZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return String(value).replace("e", "E");
}

/** `decimal`: `Decimal ↔ Decimal`. */
export const decimalTypes: readonly PickleType[] = [
  {
    globals: [DECIMAL],
    prototypes: [Decimal.prototype],
    call: (args) => {
      const [text] = args;
      if (args.length !== 1 || typeof text !== "string" || !SYNTAX.test(text)) return undefined;
      return new Decimal(text);
    },
    reduce: (value) => ({ callable: DECIMAL, args: [new String((value as Decimal).text)] }),
  },
];

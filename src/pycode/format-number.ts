/**
 * `format(value, spec)` of int, float and str.
 *
 * Source: CPython `Python/formatter_unicode.c`; "Format Specification Mini-Language" of the library reference.
 */

import { formatFloat } from "../core/values/index.ts";
import type { Budget } from "./budget.ts";
import { exponentText, fixed, scientific } from "./digits.ts";
import { unsupported } from "./error.ts";
import { typeError, valueError } from "./exceptions.ts";
import { floatOf } from "./numbers.ts";
import { intOf, isInt, typeName, type Value } from "./objects.ts";
import { textOfInt } from "./repr-number.ts";
import { codePoints, pointCount } from "./text.ts";

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ]?)(z?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)$/su;
// No result of a format is longer; a width is memory that a few digits ask for.
const WIDEST = 1_000_000;

function parse(text: string, value: Value): Spec {
  const match = SPEC.exec(text);
  if (match === null) throw unsupported("the format spec");
  const [
    ,
    fill,
    align = "",
    sign = "",
    negative,
    alternate,
    zero,
    width,
    grouping = "",
    precision,
  ] = match;
  const type = match[10] ?? "";
  if (negative === "z") throw unsupported("format spec 'z'");
  checkGrouping(grouping, type || (typeof value === "string" ? "s" : "d"));
  if (Number(width) > WIDEST || Number(precision ?? 0) > 10_000)
    throw unsupported("a format this wide");
  const isNumber = typeof value !== "string";
  return {
    fill:
      fill ?? (zero === "0" && align === "" ? "0" : zero === "0" && fill === undefined ? "0" : " "),
    align: align || (zero === "0" && isNumber ? "=" : isNumber ? ">" : "<"),
    sign,
    alternate: alternate === "#",
    zero: zero === "0",
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

// Which types take separators is decided before what the value is.
function checkGrouping(grouping: string, type: string): void {
  if (grouping === "" || /^[defgEG%F]$/.test(type)) return;
  if (grouping === "_" && /^[boxX]$/.test(type)) return;
  throw valueError(`Cannot specify '${grouping}' with '${type}'.`);
}

/** `format(value, spec)`. @throws what Python raises, or a refusal */
export function formatValue(value: Value, text: string, budget: Budget): string {
  if (typeof value === "string") return formatText(value, text, budget);
  if (typeof value === "number") return formatFloatSpec(value, parse(text, value), budget, value);
  if (isInt(value)) return formatInt(value, text, budget);
  throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

function unknownCode(type: string, value: Value): Error {
  throw valueError(`Unknown format code '${type}' for object of type '${typeName(value)}'`);
}

function formatText(value: string, text: string, budget: Budget): string {
  const spec = parse(text, value);
  if (spec.type !== "" && spec.type !== "s") throw unknownCode(spec.type, value);
  if (spec.sign === " ")
    throw budget.since("3.10") ? valueError(SPACE) : unsupported("this format spec of str");
  if (spec.sign !== "") throw valueError("Sign not allowed in string format specifier");
  if (spec.alternate) throw valueError("Alternate form (#) not allowed in string format specifier");
  let { align } = spec;
  if (spec.zero && !/[<>^=]/.test(text.slice(0, 2))) {
    // `format('a', '05')`: = alignment before 3.10, < from then on.
    if (!budget.since("3.10")) throw valueError(EQUALS);
    align = "<";
  }
  if (align === "=") throw valueError(EQUALS);
  const cut =
    spec.precision === undefined
      ? value
      : codePoints(value, budget).slice(0, spec.precision).join("");
  return padded("", cut, spec, align, budget);
}

const SPACE = "Space not allowed in string format specifier";
const EQUALS = "'=' alignment not allowed in string format specifier";

function padded(sign: string, body: string, spec: Spec, align: string, budget: Budget): string {
  const missing = spec.width - pointCount(sign, budget) - pointCount(body, budget);
  if (missing <= 0) return sign + body;
  budget.take(2 * missing);
  const { fill } = spec;
  switch (align) {
    case "<":
      return sign + body + fill.repeat(missing);
    case "^": {
      const left = Math.floor(missing / 2);
      return fill.repeat(left) + sign + body + fill.repeat(missing - left);
    }
    case "=":
      return sign + fill.repeat(missing) + body;
    default:
      return fill.repeat(missing) + sign + body;
  }
}

const BASES: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ""],
  "": [10, ""],
  n: [10, ""],
  b: [2, "0b"],
  o: [8, "0o"],
  x: [16, "0x"],
  X: [16, "0X"],
};

function formatInt(value: bigint | boolean, text: string, budget: Budget): string {
  const spec = parse(text, value);
  const { type } = spec;
  if (/^[eEfFgG%]$/.test(type)) return formatFloatSpec(floatOf(value), spec, budget, value);
  if (type === "c") throw unsupported("format code 'c'");
  const known = BASES[type];
  if (known === undefined) throw unknownCode(type, value);
  if (spec.precision !== undefined) {
    throw valueError("Precision not allowed in integer format specifier");
  }
  // `format(True, '5')` is 1 padded, as Python's int formats it.
  const [base, prefix] = known;
  const own = intOf(value);
  const magnitude = own < 0n ? -own : own;
  const digits = base === 10 ? textOfInt(magnitude, budget) : magnitude.toString(base);
  const shown = type === "X" ? digits.toUpperCase() : digits;
  const sign = signText(own < 0n, spec.sign) + (spec.alternate ? prefix : "");
  return grouped(sign, shown, "", spec, base === 10 ? 3 : spec.grouping === "_" ? 4 : 3, budget);
}

function signText(isNegative: boolean, sign: string): string {
  return isNegative ? "-" : sign === "+" ? "+" : sign === " " ? " " : "";
}

// Digits with separators; with fill '0' and '=' the zeros are grouped as well.
function grouped(
  sign: string,
  digits: string,
  rest: string,
  spec: Spec,
  size: number,
  budget: Budget,
): string {
  const { grouping, fill, align, width } = spec;
  if (grouping === "") return padded(sign, digits + rest, spec, align, budget);
  let all = digits;
  if (fill === "0" && align === "=") {
    const room = width - sign.length - rest.length;
    // The fewest digits that fill it together with their separators; counted, for one more at a time takes a square of it.
    let count = Math.max(digits.length, Math.ceil((room * size) / (size + 1)));
    while (count + Math.floor((count - 1) / size) < room) count++;
    budget.take(4 * count);
    all = digits.padStart(count, "0");
  }
  return padded(sign, separated(all, size, grouping) + rest, spec, align, budget);
}

function separated(digits: string, size: number, separator: string): string {
  const parts: string[] = [];
  for (let end = digits.length % size || size; end - size < digits.length; end += size)
    parts.push(digits.slice(Math.max(0, end - size), end));
  return parts.join(separator);
}

function formatFloatSpec(value: number, spec: Spec, budget: Budget, shown: Value): string {
  const { type } = spec;
  if (!/^[eEfFgG%n]?$/.test(type)) throw unknownCode(type, shown);
  const isNegative = value < 0 || Object.is(value, -0);
  const body = floatBody(Math.abs(value), spec.precision, type, spec.alternate);
  const upper = /[EFG]/.test(type) ? body.toUpperCase() : body;
  const sign = signText(isNegative && !Number.isNaN(value), spec.sign);
  const [, digits = "", rest = ""] = /^(\d*)(.*)$/s.exec(upper) ?? [];
  if (!Number.isFinite(value)) {
    // Zeros are put before inf and nan too.
    return grouped(sign, "", upper, { ...spec, grouping: "" }, 3, budget);
  }
  return grouped(sign, digits, rest, spec, 3, budget);
}

/** A magnitude as `%e`, `%f`, `%g`, `%` or no type writes it. */
export function floatBody(
  value: number,
  precision: number | undefined,
  type: string,
  alternate: boolean,
): string {
  if (Number.isNaN(value)) return type === "%" ? "nan%" : "nan";
  if (!Number.isFinite(value)) return type === "%" ? "inf%" : "inf";
  switch (type) {
    case "e":
    case "E": {
      const [digits, exponent] = scientific(value, precision ?? 6);
      const point = digits.length > 1 || alternate ? "." : "";
      return `${digits[0]}${point}${digits.slice(1)}${exponentText(exponent)}`;
    }
    case "f":
    case "F":
      return fixed(value, precision ?? 6) + (precision === 0 && alternate ? "." : "");
    case "%": {
      const times = value * 100;
      if (!Number.isFinite(times)) return "inf%";
      return `${fixed(times, precision ?? 6)}${precision === 0 && alternate ? "." : ""}%`;
    }
    case "":
      if (precision === undefined) {
        if (alternate) throw unsupported("'#' with float's own format");
        return formatFloat(value);
      }
      return general(value, precision, true, alternate);
    default:
      return general(value, precision ?? 6, false, alternate);
  }
}

// `g`; with `isRepr` the type that keeps one digit behind the point and an exponent one earlier.
function general(value: number, asked: number, isRepr: boolean, alternate: boolean): string {
  if (alternate) throw unsupported("'#' with format 'g'");
  const precision = asked === 0 ? 1 : asked;
  const [digits, exponent] = scientific(value, precision - 1);
  const limit = isRepr ? precision - 1 : precision;
  const isShort = exponent >= -4 && exponent < limit;
  if (!isShort) {
    const kept = digits.replace(/0+$/, "") || "0";
    return `${kept[0]}${kept.length > 1 ? `.${kept.slice(1)}` : ""}${exponentText(exponent)}`;
  }
  let whole: string;
  let fraction: string;
  if (exponent < 0) {
    whole = "0";
    fraction = "0".repeat(-exponent - 1) + digits;
  } else {
    whole = digits.slice(0, exponent + 1);
    fraction = digits.slice(exponent + 1);
  }
  fraction = fraction.replace(/0+$/, "");
  if (fraction === "") return isRepr ? `${whole}.0` : whole;
  return `${whole}.${fraction}`;
}

/** What `%d` and the like make of a value, before width; `raised` for what is no number. */
export function wrongOperand(letter: string, value: Value, wanted: string): never {
  throw typeError(`%${letter} format: ${wanted} is required, not ${typeName(value)}`);
}

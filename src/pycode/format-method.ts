/**
 * `str.format` and `%` of str: a template and its values in, text out.
 *
 * Source: CPython `Objects/stringlib/unicode_format.h`, `Objects/unicodeobject.c` PyUnicode_Format.
 */

import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { raised, typeError, valueError } from "./exceptions.ts";
import { floatBody, formatValue, wrongOperand } from "./format-number.ts";
import { type Host, placeOf } from "./iterate.ts";
import { floatOf, truncated } from "./numbers.ts";
import {
  intOf,
  isInt,
  type Keywords,
  ListValue,
  RangeValue,
  Thing,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import { asciiText, repr, text } from "./repr.ts";
import { textOfInt } from "./repr-number.ts";
import { DictValue } from "./tables.ts";
import { codePoints, pointCount } from "./text.ts";

/** `format(value, spec)` of any value. */
export function format(value: Value, spec: string, budget: Budget): string {
  if (spec === "") return text(value, budget);
  if (value instanceof Thing || value === null || value instanceof Uint8Array) {
    throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
  }
  return formatValue(value, spec, budget);
}

/** A conversion of a replacement field or of an f-string. */
export function convert(value: Value, conversion: string, budget: Budget): Value {
  switch (conversion) {
    case "":
      return value;
    case "s":
      return text(value, budget);
    case "r":
      return repr(value, budget);
    case "a":
      return asciiText(value, budget);
    default:
      throw unsupported("the conversion of a replacement field");
  }
}

class Fields {
  readonly #args: readonly Value[];
  readonly #keywords: Keywords | undefined;
  readonly #budget: Budget;
  #next = 0;
  #mode: "auto" | "manual" | undefined;

  constructor(args: readonly Value[], keywords: Keywords | undefined, budget: Budget) {
    this.#args = args;
    this.#keywords = keywords;
    this.#budget = budget;
  }

  value(name: string): Value {
    const [, first = "", rest = ""] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    let value = this.#first(first);
    for (const [whole, index] of this.#indices(rest)) {
      if (whole.startsWith(".")) throw unsupported("an attribute in a replacement field");
      if (/^\d+$/.test(index)) checkDigits(index);
      value = this.#item(value, index);
    }
    return value;
  }

  *#indices(rest: string): Generator<[string, string]> {
    let left = rest;
    while (left !== "") {
      const match = /^\[([^\]]+)\]|^\.([^.[]+)/.exec(left);
      if (match === null) throw unsupported("this replacement field");
      yield [match[0], match[1] ?? ""];
      left = left.slice(match[0].length);
    }
  }

  #item(value: Value, index: string): Value {
    if (/^\d+$/.test(index) && (value instanceof ListValue || value instanceof TupleValue)) {
      const place = placeOf(BigInt(index), value.items.length);
      if (place === undefined) throw raised("IndexError", `${value.type} index out of range`);
      return value.items[place] as Value;
    }
    if (value instanceof DictValue) {
      const key = /^\d+$/.test(index) ? BigInt(index) : index;
      const item = value.get(key, this.#budget);
      if (item === undefined) throw raised("KeyError", key);
      return item;
    }
    throw unsupported("an index in a replacement field");
  }

  #first(name: string): Value {
    if (name === "" || /^\d+$/.test(name)) {
      const mode = name === "" ? "auto" : "manual";
      if (this.#mode !== undefined && this.#mode !== mode) {
        throw valueError(
          mode === "auto"
            ? "cannot switch from manual field specification to automatic field numbering"
            : "cannot switch from automatic field numbering to manual field specification",
        );
      }
      this.#mode = mode;
      checkDigits(name);
      const index = name === "" ? this.#next++ : Number(name);
      const value = this.#args[index];
      if (value === undefined) {
        throw raised(
          "IndexError",
          `Replacement index ${index} out of range for positional args tuple`,
        );
      }
      return value;
    }
    const value = this.#keywords?.get(name);
    if (value === undefined) throw raised("KeyError", name);
    return value;
  }
}

function checkDigits(digits: string): void {
  if (digits !== "" && BigInt(digits) > 2n ** 63n - 1n)
    throw valueError("Too many decimal digits in format string");
}

/** `template.format(*args, **keywords)`. */
export function formatMethod(
  template: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): string {
  const fields = new Fields(args, keywords, host.budget);
  return filled(template, fields, host.budget, 2);
}

function filled(template: string, fields: Fields, budget: Budget, levels: number): string {
  const out: string[] = [];
  let at = 0;
  while (at < template.length) {
    budget.step();
    const next = template.slice(at).search(/[{}]/);
    if (next < 0) {
      out.push(template.slice(at));
      break;
    }
    out.push(template.slice(at, at + next));
    at += next;
    const brace = template[at] as string;
    if (template[at + 1] === brace && levels === 2) {
      out.push(brace);
      at += 2;
      continue;
    }
    if (brace === "}") throw valueError("Single '}' encountered in format string");
    if (at + 1 >= template.length) throw valueError("Single '{' encountered in format string");
    const end = closing(template, at);
    out.push(field(template.slice(at + 1, end), fields, budget, levels));
    at = end + 1;
  }
  const whole = out.join("");
  budget.take(2 * whole.length);
  return whole;
}

function closing(template: string, open: number): number {
  let depth = 0;
  for (let index = open; index < template.length; index++) {
    if (template[index] === "{") depth++;
    else if (template[index] === "}" && --depth === 0) return index;
  }
  throw valueError("expected '}' before end of string");
}

function field(inner: string, fields: Fields, budget: Budget, levels: number): string {
  if (levels <= 0) throw valueError("Max string recursion exceeded");
  const match = /^((?:\[[^\]]*\]|[^!:[{}])*)(?:!(.))?(?::(.*))?$/s.exec(inner);
  if (match === null) throw unsupported("this replacement field");
  const [, name = "", conversion = "", spec = ""] = match;
  const value = convert(fields.value(name), conversion, budget);
  return format(
    value,
    spec.includes("{") ? filled(spec, fields, budget, levels - 1) : spec,
    budget,
  );
}

const OPTIONS = /([-+ #0]*)(\d+|\*)?(\.(\d+|\*)?)?[hlL]?(.)?/suy;

/** `template % values`. */
export function percent(template: string, values: Value, budget: Budget): string {
  const args = values instanceof TupleValue ? values.items : [values];
  let next = 0;
  let usedNames = false;
  const take = (): Value => {
    const value = args[next++];
    if (value === undefined) throw typeError("not enough arguments for format string");
    return value;
  };
  let out = "";
  let at = 0;
  for (;;) {
    const start = template.indexOf("%", at);
    if (start < 0) break;
    out += template.slice(at, start);
    budget.step(1 + out.length / 64);
    at = start + 1;
    let named: Value | undefined;
    if (template[at] === "(") {
      const end = closingName(template, at, values);
      named = itemOf(values, template.slice(at + 1, end), budget);
      at = end + 1;
      usedNames = true;
    }
    OPTIONS.lastIndex = at;
    // Every part of it may be missing, so that it always matches.
    const [options, flags = "", width, point, precision, letter] = OPTIONS.exec(
      template,
    ) as RegExpExecArray;
    at += options.length;
    if (letter === undefined) throw valueError("incomplete format");
    if (width === "*" || precision === "*") throw unsupported("% with '*'");
    if (letter === "%") {
      if (at !== start + 2) throw unsupported("% with '%' and options");
      out += "%";
      continue;
    }
    if (named === undefined && usedNames) throw unsupported("% with and without names");
    const places = point === undefined ? undefined : Number(precision ?? 0);
    const end = at;
    const index = (): number => pointCount(template.slice(0, end), budget) - 1;
    out += padPercent(
      one(letter, named === undefined ? take() : named, flags, places, budget, index),
      flags,
      Number(width ?? 0),
      letter,
      budget,
    );
  }
  out += template.slice(at);
  if (!usedNames && next < args.length && !(values instanceof DictValue)) {
    // What has items by key may go unused, as a dict may; which types those are is left to Python.
    const mayBeMapping = values instanceof Thing && !(values instanceof TupleValue);
    if (mayBeMapping || values instanceof Uint8Array) throw unsupported("% of an unused value");
    throw typeError("not all arguments converted during string formatting");
  }
  budget.take(2 * out.length);
  return out;
}

// Where the name of `%(name)s` ends, whose own brackets are in pairs.
function closingName(template: string, open: number, values: Value): number {
  const hasItems =
    values instanceof DictValue ||
    values instanceof ListValue ||
    values instanceof RangeValue ||
    values instanceof Uint8Array;
  if (!hasItems) throw typeError("format requires a mapping");
  let depth = 0;
  for (let index = open; index < template.length; index++) {
    if (template[index] === "(") depth++;
    else if (template[index] === ")" && --depth === 0) return index;
  }
  throw valueError("incomplete format key");
}

function itemOf(values: Value, name: string, budget: Budget): Value {
  if (!(values instanceof DictValue)) {
    const type = values instanceof Uint8Array ? "byte" : typeName(values);
    throw typeError(`${type} indices must be integers or slices, not str`);
  }
  const found = values.get(name, budget);
  if (found === undefined) throw raised("KeyError", name);
  return found;
}

interface Converted {
  readonly sign: string;
  readonly body: string;
  readonly isNumber: boolean;
}

function one(
  letter: string,
  value: Value,
  flags: string,
  places: number | undefined,
  budget: Budget,
  index: () => number,
): Converted {
  if ((places ?? 0) > 1000) throw unsupported("% with a precision this large");
  switch (letter) {
    case "s":
    case "r":
    case "a": {
      const whole = convert(value, letter, budget) as string;
      const body =
        places === undefined ? whole : codePoints(whole, budget).slice(0, places).join("");
      return { sign: "", body, isNumber: false };
    }
    case "d":
    case "i":
    case "u":
      return integer(letter, value, flags, places, 10, "", budget);
    case "x":
      return integer(letter, value, flags, places, 16, "0x", budget);
    case "X":
      return integer(letter, value, flags, places, 16, "0X", budget);
    case "o":
      return integer(letter, value, flags, places, 8, "0o", budget);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G": {
      if (typeof value !== "number" && !isInt(value)) {
        throw typeError(`must be real number, not ${typeName(value)}`);
      }
      const number = isInt(value) ? floatOf(value) : value;
      const isNegative = number < 0 || Object.is(number, -0);
      if (flags.includes("#")) throw unsupported("% with '#' and a float");
      const body = floatBody(Math.abs(number), places ?? 6, letter, false);
      const shown = /[EFG]/.test(letter) ? body.toUpperCase() : body;
      return { sign: signOf(isNegative, flags), body: shown, isNumber: true };
    }
    case "c":
      throw unsupported("% with 'c'");
    default: {
      const code = letter.codePointAt(0) as number;
      const hex = code.toString(16);
      const shown = code >= 31 && code <= 126 ? letter : "?";
      throw valueError(`unsupported format character '${shown}' (0x${hex}) at index ${index()}`);
    }
  }
}

function signOf(isNegative: boolean, flags: string): string {
  return isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function integer(
  letter: string,
  value: Value,
  flags: string,
  places: number | undefined,
  base: number,
  prefix: string,
  budget: Budget,
): Converted {
  let number: bigint;
  if (isInt(value)) number = intOf(value);
  else if (typeof value === "number" && base === 10) number = truncated(value);
  else if (base === 10)
    wrongOperand(letter, value, budget.since("3.10") ? "a real number" : "a number");
  else wrongOperand(letter, value, "an integer");
  const magnitude = number < 0n ? -number : number;
  const digits = base === 10 ? textOfInt(magnitude, budget) : magnitude.toString(base);
  const shown = (letter === "X" ? digits.toUpperCase() : digits).padStart(places ?? 0, "0");
  return {
    sign: signOf(number < 0n, flags) + (flags.includes("#") ? prefix : ""),
    body: shown,
    isNumber: true,
  };
}

function padPercent(
  { sign, body, isNumber }: Converted,
  flags: string,
  width: number,
  letter: string,
  budget: Budget,
): string {
  const missing = width - pointCount(sign, budget) - pointCount(body, budget);
  if (missing <= 0) return sign + body;
  if (width > 1_000_000) throw unsupported("a format this wide");
  budget.take(2 * missing);
  if (flags.includes("-")) return sign + body + " ".repeat(missing);
  if (flags.includes("0") && isNumber) {
    if (/inf|nan/i.test(body)) throw unsupported(`% with '0' and '${letter}' of ${body}`);
    return sign + "0".repeat(missing) + body;
  }
  return " ".repeat(missing) + sign + body;
}

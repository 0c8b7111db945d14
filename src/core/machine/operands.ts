/**
 * Opcodes that push one value made of their own argument and are rare in pickles of today: text integers and floats,
 * long integers, and the strings of Python 2.
 *
 * Source: CPython 3.13 Modules/_pickle.c load_int, load_long, load_float, load_string, load_counted_binstring.
 */

import {
  decodeLatin1,
  decodeLong,
  decodeRawUnicodeEscape,
  decodeString,
  decodeStringEscape,
  decodeUtf8,
  hasSurrogate,
  isAscii,
  parseInteger,
} from "../bytes/index.ts";
import type { UnpicklingCode } from "../errors/index.ts";
import { Float } from "../values/index.ts";
import type { Input } from "./input.ts";
import type { Limits } from "./limits.ts";
import type { LoadOptions } from "./options.ts";
import { checkLimit, excess, Refusal, wrapped } from "./refusal.ts";

/** Reads such arguments as one load's options want them. */
export class Operands {
  readonly #input: Input;
  readonly #limits: Limits;
  readonly #options: LoadOptions;
  readonly #floats: { readonly exactFloats: boolean };
  readonly #encoding: string;
  // Whether what is ASCII is read as such; "bytes" and EBCDIC are not.
  readonly #isNearAscii: boolean;

  constructor(
    input: Input,
    limits: Limits,
    options: LoadOptions,
    floats: { readonly exactFloats: boolean },
  ) {
    this.#input = input;
    this.#limits = limits;
    this.#options = options;
    this.#floats = floats;
    this.#encoding = options.encoding ?? "ASCII";
    this.#isNearAscii = /^(ascii|latin-?1|utf-?8)$/i.test(this.#encoding);
  }

  /** The value of the opcode whose argument comes next; refuses an opcode that there is not. */
  read(op: number): unknown {
    const input = this.#input;
    switch (op) {
      case 0x49: // INT
        return this.#int(input.line());
      case 0x4c: // LONG
        return this.#long(input.line());
      case 0x46: // FLOAT
        return this.#float(input.line());
      case 0x8b: {
        // LONG4
        const count = this.#length();
        checkLimit(this.#limits, "integerBytes", count);
        const start = input.take(4, count);
        return this.#integer(decodeLong(input.bytes, input.view, start, count));
      }
      case 0x53: {
        // STRING
        const line = input.line();
        const quote = line[0];
        const last = line.length - 1;
        if (last < 1 || quote !== line[last] || (quote !== 0x27 && quote !== 0x22)) {
          throw new Refusal("bad-string", "the argument must stand in quotes");
        }
        return this.#decode(unescaped(decodeStringEscape(line.subarray(1, last))));
      }
      case 0x55: // SHORT_BINSTRING
      case 0x54: {
        // BINSTRING
        const isShort = op === 0x55;
        const count = isShort ? (input.bytes[input.pos] as number) : this.#length();
        const start = input.take(isShort ? 1 : 4, count);
        const end = start + count;
        return this.#isNearAscii && isAscii(input.bytes, start, end)
          ? input.strings.read(input.bytes, start, end, input.end)
          : this.#decode(input.bytes.subarray(start, end));
      }
      case 0x56: // UNICODE
        return unescaped(decodeRawUnicodeEscape(input.line()));
      default: {
        const shown = op > 0x20 && op < 0x7f ? `'${String.fromCharCode(op)}'` : "this";
        throw new Refusal("invalid-opcode", `${shown} is no opcode`);
      }
    }
  }

  #length(): number {
    const count = this.#input.view.getInt32(this.#input.pos, true);
    if (count < 0) throw new Refusal("bad-length", `the length is ${count}`);
    return count;
  }

  // C reads INT with strtol, base 0, and only then as a Python integer: 0x10, 010 (octal), and a NUL ends the text.
  #int(line: Uint8Array): unknown {
    refuseEmpty(line, "truncated");
    const text = untilNul(line);
    // Nothing before a NUL is the number 0 to strtol, and what begins with a 0 is octal.
    const value = text === "" ? 0 : this.#parsed(text.replace(OCTAL, "$1o$2"));
    // "01" and "00" are True and False (protocols 0 and 1). C asks for two characters and the value; to strtol, white space
    // behind digits is no part of a number.
    return line.length === 2 && (value === 0 || value === 1) && !/\s$/.test(text)
      ? value === 1
      : this.#integer(value);
  }

  #long(line: Uint8Array): unknown {
    refuseEmpty(line, "truncated");
    const digits = line[line.length - 1] === 0x4c ? line.subarray(0, -1) : line;
    return this.#integer(this.#parsed(untilNul(digits)));
  }

  #parsed(text: string): number | bigint {
    const value = parseInteger(text, this.#limits.integerDigits);
    if (value === undefined) throw new Refusal("bad-integer", `${shorten(text)} is no integer`);
    if (value === "too-long")
      throw excess("integerDigits", this.#limits.integerDigits, text.length);
    return value;
  }

  #integer(value: number | bigint): number | bigint {
    return this.#options.ints === "bigint" ? BigInt(value) : value;
  }

  #float(line: Uint8Array): unknown {
    refuseEmpty(line, "truncated");
    const text = untilNul(line);
    const match = FLOAT.exec(text);
    if (match === null) throw new Refusal("bad-float", `${shorten(text)} is no float`);
    const [, sign, nan, infinity] = match;
    const value = nan ? Number.NaN : Number(infinity ? `${sign}Infinity` : text);
    if (!infinity && Math.abs(value) === Number.POSITIVE_INFINITY)
      throw new Refusal("bad-float", `${shorten(text)} is too large for a float`);
    return this.#floats.exactFloats && Number.isInteger(value) ? new Float(value) : value;
  }

  // A string that Python 2 wrote.
  #decode(bytes: Uint8Array): unknown {
    const encoding = this.#encoding;
    const errors = this.#options.errors ?? "strict";
    if (encoding === "bytes") return bytes.slice();
    let text: string | undefined;
    try {
      text = decodeString(bytes, encoding, errors);
    } catch (cause) {
      throw wrapped("bad-encoding", `encoding "${encoding}", errors "${errors}"`, cause);
    }
    if (text === undefined) {
      throw new Refusal(
        "bad-encoding",
        `a Python 2 string is not ${encoding} (encoding: "latin1" or "bytes" reads it)`,
      );
    }
    return text;
  }
}

// Octal digits as strtol reads them, up to what 64 bits hold.
const OCTAL = /^([ \t\v\f\r]*[+-]?0)0*([0-7]{1,21}|(?<=-0+)10{21})$/;

const FLOAT = /^([+-]?)(?:(nan)|(inf(?:inity)?)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)$/i;

/** The memo index that GET and PUT name in decimal. */
export function memoIndex(line: Uint8Array): number {
  const text = untilNul(line);
  refuseEmpty(line, "truncated");
  if (!/^[ \t\v\f\r]*[+-]?[0-9]+(?:_[0-9]+)*[ \t\v\f\r]*$/.test(text)) {
    throw new Refusal("memo-index", `${shorten(text)} is no memo index`);
  }
  return Number(text.replaceAll("_", ""));
}

/** Text that must be ASCII: a persistent id. */
export function asciiText(line: Uint8Array): string {
  if (!isAscii(line, 0, line.length)) throw new Refusal("bad-name", "the argument must be ASCII");
  return decodeLatin1(line);
}

/** A module or class name of INST. */
export function asciiName(line: Uint8Array): string {
  refuseEmpty(line, "bad-name");
  return asciiText(line);
}

/** A module or class name of GLOBAL. */
export function utf8Name(line: Uint8Array): string {
  refuseEmpty(line, "bad-name");
  const text = decodeUtf8(line, 0, line.length);
  if (text === undefined || hasSurrogate(line, 0, line.length))
    throw new Refusal("bad-utf8", "a name is not UTF-8");
  return text;
}

function refuseEmpty(line: Uint8Array, code: UnpicklingCode): void {
  if (line.length === 0) throw new Refusal(code, "the argument is empty");
}

// C reads these arguments as zero-terminated text.
function untilNul(line: Uint8Array): string {
  const nul = line.indexOf(0);
  return decodeLatin1(nul < 0 ? line : line.subarray(0, nul));
}

function unescaped<Text>(text: Text | undefined): Text {
  if (text === undefined) throw new Refusal("bad-string", "an escape is broken");
  return text;
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

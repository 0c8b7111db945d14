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
  parseInteger,
} from "../bytes/index.ts";
import { Float } from "../values/index.ts";
import type { Input } from "./input.ts";
import type { Limits } from "./limits.ts";
import type { LoadOptions } from "./options.ts";
import { Excess, Refusal, wrapped } from "./refusal.ts";

/** Reads such arguments as one load's options want them. */
export class Operands {
  readonly #input: Input;
  readonly #limits: Limits;
  readonly #floats: { readonly exactFloats: boolean };
  readonly #bigints: boolean;
  readonly #encoding: string;
  readonly #errors: string;

  constructor(
    input: Input,
    limits: Limits,
    options: LoadOptions,
    floats: { readonly exactFloats: boolean },
  ) {
    this.#input = input;
    this.#limits = limits;
    this.#floats = floats;
    this.#bigints = options.ints === "bigint";
    this.#encoding = options.encoding ?? "ASCII";
    this.#errors = options.errors ?? "strict";
  }

  /** The value of the opcode whose argument comes next; refuses an opcode that there is not. */
  read(op: number): unknown {
    switch (op) {
      case 0x49: // INT
        return this.#int(this.#input.line());
      case 0x4c: // LONG
        return this.#long(this.#input.line());
      case 0x46: // FLOAT
        return this.#float(this.#input.line());
      case 0x8b: {
        // LONG4
        const count = this.#input.view.getInt32(this.#input.pos, true);
        if (count < 0) throw new Refusal("bad-length", `the integer has ${count} bytes`);
        if (count > this.#limits.integerBytes)
          throw new Excess("integerBytes", this.#limits.integerBytes, count);
        const start = this.#input.take(4, count);
        return this.#integer(decodeLong(this.#input.bytes, this.#input.view, start, count));
      }
      case 0x53: {
        // STRING
        const line = this.#input.line();
        const quote = line[0];
        const last = line.length - 1;
        if (last < 1 || quote !== line[last] || (quote !== 0x27 && quote !== 0x22)) {
          throw new Refusal("bad-string", "a STRING argument must stand in quotes");
        }
        const text = decodeStringEscape(line.subarray(1, last));
        if (text === undefined)
          throw new Refusal("bad-string", "a STRING argument has a broken escape");
        return this.#decode(text);
      }
      case 0x55: {
        // SHORT_BINSTRING
        const count = this.#input.bytes[this.#input.pos] as number;
        const start = this.#input.take(1, count);
        return this.#decode(this.#input.bytes.subarray(start, start + count));
      }
      case 0x54: {
        // BINSTRING
        const count = this.#input.view.getInt32(this.#input.pos, true);
        if (count < 0) throw new Refusal("bad-length", `the string has ${count} bytes`);
        const start = this.#input.take(4, count);
        return this.#decode(this.#input.bytes.subarray(start, start + count));
      }
      case 0x56: {
        // UNICODE
        const text = decodeRawUnicodeEscape(this.#input.line());
        if (text === undefined)
          throw new Refusal("bad-string", "a UNICODE argument has a broken escape");
        return text;
      }
      default: {
        const shown =
          op > 0x20 && op < 0x7f
            ? `'${String.fromCharCode(op)}'`
            : `0x${op.toString(16).padStart(2, "0")}`;
        throw new Refusal("invalid-opcode", `${shown} is no opcode`);
      }
    }
  }

  // C reads INT with strtol, base 0, and only then as a Python integer: 0x10, 010 (octal), and a NUL ends the text.
  #int(line: Uint8Array): unknown {
    if (line.length === 0) throw new Refusal("truncated", "INT has no argument");
    const text = untilNul(line);
    // Nothing before a NUL is the number 0 to strtol.
    if (text === "") return line.length === 2 ? false : this.#integer(0);
    const match = /^[ \t\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
    if (match !== null) {
      const digits = match[2] as string;
      const octal = digits.length > 1 && digits[0] === "0" && /^[0-7]+$/.test(digits);
      if (octal && digits.length > 15 && digits.length <= 21)
        return this.#parsed(`${match[1]}0o${digits.slice(1)}`);
      if (digits.length <= 15) {
        const magnitude = octal ? Number.parseInt(digits, 8) : Number(digits);
        const value = match[1] === "-" ? 0 - magnitude : magnitude;
        // "01" and "00" are True and False (protocols 0 and 1); C asks for two characters and the value.
        if (line.length === 2 && (value === 0 || value === 1)) return value === 1;
        if (Number.isSafeInteger(value)) return this.#integer(value);
      }
    }
    return this.#parsed(text);
  }

  #long(line: Uint8Array): unknown {
    if (line.length === 0) throw new Refusal("truncated", "LONG has no argument");
    const digits = line[line.length - 1] === 0x4c ? line.subarray(0, -1) : line;
    return this.#parsed(untilNul(digits));
  }

  #parsed(text: string): unknown {
    const value = parseInteger(text, this.#limits.integerDigits);
    if (value === undefined) throw new Refusal("bad-integer", `${shorten(text)} is no integer`);
    if (value === "too-long")
      throw new Excess("integerDigits", this.#limits.integerDigits, text.length);
    return this.#integer(value);
  }

  #integer(value: number | bigint): number | bigint {
    return this.#bigints && typeof value === "number" ? BigInt(value) : value;
  }

  #float(line: Uint8Array): unknown {
    if (line.length === 0) throw new Refusal("truncated", "FLOAT has no argument");
    const text = untilNul(line);
    let value: number;
    const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text);
    if (special !== null) {
      const magnitude = special[2] ? Number.NaN : Number.POSITIVE_INFINITY;
      value = special[1] === "-" ? -magnitude : magnitude;
    } else {
      if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) {
        throw new Refusal("bad-float", `${shorten(text)} is no float`);
      }
      value = Number(text);
      if (!Number.isFinite(value))
        throw new Refusal("bad-float", `${shorten(text)} is too large for a float`);
    }
    return this.#floats.exactFloats && Number.isInteger(value) ? new Float(value) : value;
  }

  // A string that Python 2 wrote.
  #decode(bytes: Uint8Array): unknown {
    if (this.#encoding === "bytes") return bytes.slice();
    let text: string | undefined;
    try {
      text = decodeString(bytes, this.#encoding, this.#errors);
    } catch (cause) {
      throw wrapped(
        "bad-encoding",
        `encoding "${this.#encoding}", errors "${this.#errors}"`,
        cause,
      );
    }
    if (text === undefined) {
      throw new Refusal(
        "bad-encoding",
        `a Python 2 string is not ${this.#encoding}; the options encoding: "latin1" or "bytes" read it`,
      );
    }
    return text;
  }
}

/** The memo index that GET and PUT name in decimal. */
export function memoIndex(line: Uint8Array): number {
  const text = untilNul(line);
  if (line.length === 0) throw new Refusal("truncated", "a memo index is missing");
  if (!/^[ \t\v\f\r]*[+-]?[0-9]+(?:_[0-9]+)*[ \t\v\f\r]*$/.test(text)) {
    throw new Refusal("memo-index", `${shorten(text)} is no memo index`);
  }
  return Number(text.replaceAll("_", ""));
}

/** Text that must be ASCII: a persistent id. */
export function asciiText(line: Uint8Array): string {
  for (const byte of line) {
    if (byte >= 0x80) throw new Refusal("bad-name", "the argument must be ASCII");
  }
  return decodeLatin1(line);
}

/** A module or class name of INST. */
export function asciiName(line: Uint8Array): string {
  if (line.length === 0) throw new Refusal("bad-name", "a module or class name is empty");
  return asciiText(line);
}

/** A module or class name of GLOBAL. */
export function utf8Name(line: Uint8Array): string {
  if (line.length === 0) throw new Refusal("bad-name", "a module or class name is empty");
  const text = decodeUtf8(line, 0, line.length);
  if (text === undefined || !text.isWellFormed())
    throw new Refusal("bad-utf8", "a name is not UTF-8");
  return text;
}

// C reads these arguments as zero-terminated text.
function untilNul(line: Uint8Array): string {
  const nul = line.indexOf(0);
  return decodeLatin1(nul < 0 ? line : line.subarray(0, nul));
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

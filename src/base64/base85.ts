/** Bytes to Ascii85, base85 and Z85, and back. Source: CPython 3.13 Lib/base64.py; ZeroMQ RFC 32 for Z85's alphabet. */
import type { BytesLike } from "../core/bytes/index.ts";
import { codesOf, dataOf, type TextLike, textOf, tooLarge } from "./arguments.ts";
import { BinasciiError } from "./error.ts";

/** Options of {@link b85encode}. */
export interface PadOptions {
  /** Fill the data with NULs up to a multiple of four bytes; they come back when it is decoded. */
  readonly pad?: boolean | undefined;
}

/** Options of {@link a85encode}. */
export interface A85EncodeOptions extends PadOptions {
  /** Write `y` for four spaces, as btoa does. */
  readonly foldspaces?: boolean | undefined;
  /** The most characters of a line; 0, the default, for one line. */
  readonly wrapcol?: number | undefined;
  /** Put `<~` before and `~>` after, as Adobe does. */
  readonly adobe?: boolean | undefined;
}

/** Options of {@link a85decode}. */
export interface A85DecodeOptions {
  /** Read `y` as four spaces. */
  readonly foldspaces?: boolean | undefined;
  /** The text ends with `~>`, and may begin with `<~`. */
  readonly adobe?: boolean | undefined;
  /** Characters to skip; white space but the form feed, unless given. */
  readonly ignorechars?: TextLike | undefined;
}

const codesFrom = (letters: string): Uint8Array =>
  Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

function digitsOf(alphabet: Uint8Array): Int8Array {
  const digits = new Int8Array(256).fill(-1);
  for (const [digit, letter] of alphabet.entries()) digits[letter] = digit;
  return digits;
}

const ASCII85 = Uint8Array.from({ length: 85 }, (_, digit) => 33 + digit);
const BASE85 = codesFrom(
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
);
const Z85 = codesFrom(
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
);
const BASE85_DIGITS = digitsOf(BASE85);
const Z85_DIGITS = digitsOf(Z85);

const LETTER_Y = 0x79;
const LETTER_Z = 0x7a;
const FOUR_SPACES = 0x2020_2020;
const WHITE_SPACE = " \t\n\r\v";

/**
 * The base85 of `data`, as git and Mercurial write it: five characters for four bytes.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { b85encode } from "brine/base64";
 * b85encode(new TextEncoder().encode("hello")); //=> "Xk~0{Zv"
 * ```
 */
export function b85encode(data: BytesLike, { pad = false }: PadOptions = {}): string {
  return textOf(encode85(dataOf(data), BASE85, { pad, foldnuls: false, foldspaces: false }));
}

/**
 * The bytes of base85 text, which has no white space.
 *
 * @throws BinasciiError `not-ascii`, `invalid-character`, `overflow`
 * @example
 * ```ts
 * import { b85decode } from "brine/base64";
 * b85decode("VE"); //=> Uint8Array [97]
 * ```
 */
export function b85decode(text: TextLike): Uint8Array<ArrayBuffer> {
  return decode85(codesOf(text), BASE85_DIGITS, "base85");
}

/**
 * The base85 of `data` with ZeroMQ's alphabet; of any length, as Python's.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { z85encode } from "brine/base64";
 * z85encode(Uint8Array.of(134, 79, 210, 111, 181, 89, 247, 91)); //=> "HelloWorld"
 * ```
 */
export function z85encode(data: BytesLike): string {
  return textOf(encode85(dataOf(data), Z85, { pad: false, foldnuls: false, foldspaces: false }));
}

/**
 * The bytes of Z85 text.
 *
 * @throws BinasciiError `not-ascii`, `invalid-character`, `overflow`
 */
export function z85decode(text: TextLike): Uint8Array<ArrayBuffer> {
  return decode85(codesOf(text), Z85_DIGITS, "z85");
}

/**
 * The Ascii85 of `data`: as base85 with another alphabet, and `z` for four NULs.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { a85encode } from "brine/base64";
 * a85encode(new TextEncoder().encode("hello"), { adobe: true }); //=> "<~BOu!rDZ~>"
 * ```
 */
export function a85encode(
  data: BytesLike,
  { foldspaces = false, wrapcol = 0, pad = false, adobe = false }: A85EncodeOptions = {},
): string {
  const text = textOf(encode85(dataOf(data), ASCII85, { pad, foldnuls: true, foldspaces }));
  const framed = adobe ? `<~${text}` : text;
  if (!Number.isInteger(wrapcol)) {
    throw new TypeError(`wrapcol must be an integer, got ${String(wrapcol)}`);
  }
  const end = adobe ? "~>" : "";
  if (wrapcol === 0) return framed + end;
  const width = Math.max(adobe ? 2 : 1, wrapcol);
  const lines: string[] = [];
  for (let at = 0; at < framed.length; at += width) lines.push(framed.slice(at, at + width));
  // Adobe's end is not broken over two lines.
  if (adobe && (lines.at(-1)?.length ?? 0) + 2 > width) lines.push("");
  try {
    return lines.join("\n") + end;
  } catch (cause) {
    throw tooLarge(cause);
  }
}

/**
 * The bytes of Ascii85 text.
 *
 * @throws BinasciiError `not-ascii`, `no-terminator`, `invalid-character`, `inside-group`, `overflow`
 * @example
 * ```ts
 * import { a85decode } from "brine/base64";
 * a85decode("<~BOu!rDZ~>", { adobe: true }); //=> Uint8Array [104, 101, 108, 108, 111]
 * ```
 */
export function a85decode(
  text: TextLike,
  { foldspaces = false, adobe = false, ignorechars = WHITE_SPACE }: A85DecodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const codes = codesOf(text);
  const [start, end] = adobe ? insideFrame(codes) : [0, codes.length];
  const ignored = new Set(codesOf(ignorechars, "ignorechars"));
  // `z` and `y` are four bytes for one character.
  const made = new GrowingBytes(Math.ceil((end - start) / 5) * 4 + 4);
  let word = 0;
  let count = 0;
  for (let at = start; at < end; at++) {
    const code = codes[at] as number;
    if (code >= 33 && code <= 117) {
      word = word * 85 + (code - 33);
      if (++count < 5) continue;
      if (word > 0xffff_ffff) throw new BinasciiError("overflow", "Ascii85 overflow", at - 4);
      made.word(word);
      word = 0;
      count = 0;
    } else if (code === LETTER_Z || (foldspaces && code === LETTER_Y)) {
      if (count > 0) {
        const message = `${String.fromCharCode(code)} inside Ascii85 5-tuple`;
        throw new BinasciiError("inside-group", message, at);
      }
      made.word(code === LETTER_Z ? 0 : FOUR_SPACES);
    } else if (!ignored.has(code)) {
      const message = `Non-Ascii85 digit found: ${String.fromCharCode(code)}`;
      throw new BinasciiError("invalid-character", message, at);
    }
  }
  if (count === 0) return made.taken(0);
  // The last group is filled up with the highest digit, and what that adds is cut off again.
  for (let missing = count; missing < 5; missing++) word = word * 85 + 84;
  if (word > 0xffff_ffff) throw new BinasciiError("overflow", "Ascii85 overflow", end - count);
  made.word(word);
  return made.taken(5 - count);
}

// Python cuts off both marks whether or not they overlap: `<~>` has nothing inside.
function insideFrame(codes: Uint8Array): [start: number, end: number] {
  const { length } = codes;
  if (length < 2 || codes[length - 2] !== 0x7e || codes[length - 1] !== 0x3e) {
    const message = "Ascii85 encoded byte sequences must end with b'~>'";
    throw new BinasciiError("no-terminator", message, length);
  }
  const framed = codes[0] === 0x3c && codes[1] === 0x7e;
  return framed ? [2, Math.max(2, length - 2)] : [0, length - 2];
}

function encode85(
  bytes: Uint8Array,
  alphabet: Uint8Array,
  options: { readonly pad: boolean; readonly foldnuls: boolean; readonly foldspaces: boolean },
): Uint8Array {
  const { pad, foldnuls, foldspaces } = options;
  const { length } = bytes;
  const missing = (4 - (length % 4)) % 4;
  const codes = new Uint8Array(Math.ceil(length / 4) * 5);
  let to = 0;
  for (let at = 0; at < length; at += 4) {
    const [b = 0, c = 0, d = 0] = [bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let word = (bytes[at] as number) * 0x100_0000 + ((b << 16) | (c << 8) | d);
    const whole = at + 4 <= length || pad;
    if (word === 0 && foldnuls && whole) codes[to++] = LETTER_Z;
    else if (word === FOUR_SPACES && foldspaces) codes[to++] = LETTER_Y;
    else {
      for (let place = 4; place >= 0; place--) {
        const rest = Math.floor(word / 85);
        codes[to + place] = alphabet[word - rest * 85] as number;
        word = rest;
      }
      to += whole ? 5 : 5 - missing;
    }
  }
  return codes.subarray(0, to);
}

function decode85(
  codes: Uint8Array,
  digits: Int8Array,
  name: "base85" | "z85",
): Uint8Array<ArrayBuffer> {
  const { length } = codes;
  const missing = (5 - (length % 5)) % 5;
  const made = new GrowingBytes(Math.ceil(length / 5) * 4);
  for (let at = 0; at < length; at += 5) {
    let word = 0;
    for (let place = 0; place < 5; place++) {
      const code = codes[at + place];
      // The last group is filled up with the highest digit.
      const digit = code === undefined ? 84 : (digits[code] as number);
      if (digit < 0) {
        const message = `bad ${name} character at position ${at + place}`;
        throw new BinasciiError("invalid-character", message, at + place);
      }
      word = word * 85 + digit;
    }
    if (word > 0xffff_ffff) {
      const message = `${name} overflow in hunk starting at byte ${at}`;
      throw new BinasciiError("overflow", message, at);
    }
    made.word(word);
  }
  return made.taken(missing);
}

/** Words of four bytes, most significant first, put one after another. */
class GrowingBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #count = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  word(word: number): void {
    if (this.#count + 4 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2 + 4);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const bytes = this.#bytes;
    const at = this.#count;
    bytes[at] = word >>> 24;
    bytes[at + 1] = word >>> 16;
    bytes[at + 2] = word >>> 8;
    bytes[at + 3] = word;
    this.#count = at + 4;
  }

  /** All but the last `excess` bytes. */
  taken(excess: number): Uint8Array<ArrayBuffer> {
    const count = this.#count - excess;
    return count === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, count);
  }
}

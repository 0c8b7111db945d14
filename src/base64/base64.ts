/**
 * Bytes to base64 and back, as lenient and as strict as CPython.
 *
 * Source: CPython 3.13 Lib/base64.py and Modules/binascii.c `a2b_base64`; RFC 4648. The runtime's own `toBase64` and
 * `fromBase64` are used wherever they give the same answer: to encode always, to decode what they accept when strict.
 * What they refuse is read again by the loop here, which knows what Python skips, and what it says of the rest.
 */
import type { BytesLike } from "../core/bytes/index.ts";
import { charactersOf, codesOf, dataOf, type TextLike, textOf, tooLarge } from "./arguments.ts";
import { BinasciiError } from "./error.ts";

/** Options of {@link b64encode}. */
export interface EncodeOptions {
  /** Two characters in place of `+` and `/`. */
  readonly altchars?: TextLike | null | undefined;
}

/** Options of {@link b64decode}. */
export interface DecodeOptions {
  /** Two characters that are read as `+` and `/`; those two themselves stay valid, as in Python. */
  readonly altchars?: TextLike | null | undefined;
  /** Refuse characters outside the alphabet and anything after the padding, which are skipped otherwise. */
  readonly validate?: boolean | undefined;
}

/** What the runtime may offer (ECMAScript 2026): Node 25, and browsers since 2025. */
interface NativeBytes {
  toBase64?(options: { alphabet: "base64" | "base64url"; omitPadding?: boolean }): string;
}
interface NativeConstructor {
  fromBase64?(
    text: string,
    options: { alphabet: "base64" | "base64url"; lastChunkHandling: "strict" },
  ): Uint8Array<ArrayBuffer>;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));

const SKIPPED = -1;
const PAD = 64;

// What each character stands for: six bits, PAD, or SKIPPED.
const DIGITS: Int8Array = new Int8Array(256).fill(SKIPPED);
for (const [digit, letter] of LETTERS.entries()) DIGITS[letter] = digit;
DIGITS[0x3d] = PAD;

// The digits with `-` and `_` for 62 and 63 besides `+` and `/`.
const URLSAFE_DIGITS: Int8Array = DIGITS.slice();
URLSAFE_DIGITS[0x2d] = 62;
URLSAFE_DIGITS[0x5f] = 63;

/**
 * The base64 of `data`, padded, in one line.
 *
 * @param altchars two characters in place of `+` and `/`
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { b64encode } from "brine/base64";
 * b64encode(Uint8Array.of(251, 255, 1)); //=> "+/8B"
 * b64encode(Uint8Array.of(251, 255, 1), "-."); //=> "-.8B"
 * ```
 */
export function b64encode(data: BytesLike, altchars?: TextLike | null | EncodeOptions): string {
  const { altchars: pair = null } = encodeOptions(altchars);
  if (pair === null) return encodeWhole(dataOf(data), "base64");
  const codes = charactersOf(pair, "altchars", 2);
  const [plus, slash] = [
    String.fromCharCode(codes[0] as number),
    String.fromCharCode(codes[1] as number),
  ];
  if (plus === "-" && slash === "_") return encodeWhole(dataOf(data), "base64url");
  const text = encodeWhole(dataOf(data), "base64");
  return text.replace(/[+/]/g, (letter) => (letter === "+" ? plus : slash));
}

/**
 * The bytes of base64 text.
 *
 * As in Python, characters outside the alphabet are skipped and padding ends the data, unless `validate` is given;
 * missing padding is refused either way, and bits left over at the end are not looked at.
 *
 * @throws BinasciiError `not-ascii`, `incorrect-padding`, `bad-length`; with `validate` also `invalid-character`,
 * `leading-padding`, `excess-padding`, `discontinuous-padding`, `excess-data`
 * @example
 * ```ts
 * import { b64decode } from "brine/base64";
 * b64decode("YWJj\n"); //=> Uint8Array [97, 98, 99]
 * b64decode("YWJj\n", { validate: true }); //=> throws BinasciiError: Only base64 data is allowed
 * ```
 */
export function b64decode(
  text: TextLike,
  altchars?: TextLike | null | DecodeOptions,
  options?: DecodeOptions,
): Uint8Array<ArrayBuffer> {
  const { altchars: pair = null, validate = false } = decodeOptions(altchars, options);
  if (pair === null) return decodeWhole(text, DIGITS, validate);
  const codes = charactersOf(codesOf(pair, "altchars"), "altchars", 2);
  return decodeWhole(text, digitsWith(codes), validate);
}

/** As {@link b64encode} with the standard alphabet. */
export function standardB64encode(data: BytesLike): string {
  return encodeWhole(dataOf(data), "base64");
}

/** As {@link b64decode} with the standard alphabet. */
export function standardB64decode(text: TextLike): Uint8Array<ArrayBuffer> {
  return decodeWhole(text, DIGITS, false);
}

/**
 * Base64 with `-` and `_` for `+` and `/`, padded.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { urlsafeB64encode } from "brine/base64";
 * urlsafeB64encode(Uint8Array.of(251, 255)); //=> "-_8="
 * ```
 */
export function urlsafeB64encode(data: BytesLike): string {
  return encodeWhole(dataOf(data), "base64url");
}

/**
 * The bytes of base64 text with either alphabet; as lenient as {@link b64decode}.
 *
 * @throws BinasciiError `not-ascii`, `incorrect-padding`, `bad-length`
 */
export function urlsafeB64decode(text: TextLike): Uint8Array<ArrayBuffer> {
  return decodeWhole(text, URLSAFE_DIGITS, false);
}

// RFC 2045: lines of at most 76 characters, of 57 bytes.
const LINE_BYTES = 57;

/**
 * Base64 in lines of 76 characters, each ended by a newline, as mail has it.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { encodebytes } from "brine/base64";
 * encodebytes(Uint8Array.of(97)); //=> "YQ==\n"
 * ```
 */
export function encodebytes(data: BytesLike): string {
  const bytes = dataOf(data);
  let text = "";
  try {
    for (let at = 0; at < bytes.length; at += LINE_BYTES) {
      text += `${encodeWhole(bytes.subarray(at, at + LINE_BYTES), "base64")}\n`;
    }
  } catch (cause) {
    throw cause instanceof RangeError ? tooLarge(cause) : cause;
  }
  return text;
}

/**
 * The bytes of base64 text, newlines and all else outside the alphabet skipped. Unlike Python's it takes a string too.
 *
 * @throws BinasciiError `not-ascii`, `incorrect-padding`, `bad-length`
 */
export function decodebytes(text: TextLike): Uint8Array<ArrayBuffer> {
  return decodeWhole(text, DIGITS, false);
}

function encodeOptions(altchars: TextLike | null | EncodeOptions | undefined): EncodeOptions {
  return isOptions(altchars) ? altchars : { altchars };
}

function decodeOptions(
  altchars: TextLike | null | DecodeOptions | undefined,
  options: DecodeOptions | undefined,
): DecodeOptions {
  return isOptions(altchars) ? altchars : { ...options, altchars: altchars ?? options?.altchars };
}

function isOptions<Options>(value: TextLike | null | Options | undefined): value is Options {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function digitsWith(altchars: Uint8Array): Int8Array {
  const [plus = 0, slash = 0] = altchars;
  if (plus === 0x2d && slash === 0x5f) return URLSAFE_DIGITS;
  const digits = DIGITS.slice();
  digits[plus] = 62;
  digits[slash] = 63;
  return digits;
}

/** Encodes with the runtime's own encoder where there is one. */
export function encodeWhole(
  bytes: Uint8Array,
  alphabet: "base64" | "base64url",
  omitPadding = false,
): string {
  const native = bytes as NativeBytes;
  try {
    if (native.toBase64 !== undefined) return native.toBase64({ alphabet, omitPadding });
  } catch (cause) {
    throw tooLarge(cause);
  }
  const text = encodeByHand(bytes);
  const padded = alphabet === "base64" ? text : text.replaceAll("+", "-").replaceAll("/", "_");
  return omitPadding ? padded.replace(/=+$/, "") : padded;
}

/** Encodes where the runtime cannot; exported for the test that compares the two. */
export function encodeByHand(bytes: Uint8Array): string {
  const { length } = bytes;
  const codes = new Uint8Array(Math.ceil(length / 3) * 4);
  let to = 0;
  let at = 0;
  for (; at + 2 < length; at += 3) {
    const bits =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    codes[to++] = LETTERS[bits >> 18] as number;
    codes[to++] = LETTERS[(bits >> 12) & 63] as number;
    codes[to++] = LETTERS[(bits >> 6) & 63] as number;
    codes[to++] = LETTERS[bits & 63] as number;
  }
  if (at < length) {
    const two = at + 1 < length;
    const bits = ((bytes[at] as number) << 16) | (two ? (bytes[at + 1] as number) << 8 : 0);
    codes[to++] = LETTERS[bits >> 18] as number;
    codes[to++] = LETTERS[(bits >> 12) & 63] as number;
    codes[to++] = two ? (LETTERS[(bits >> 6) & 63] as number) : 0x3d;
    codes[to] = 0x3d;
  }
  return textOf(codes);
}

const latin1 = new TextDecoder("latin1");

function decodeWhole(
  text: TextLike,
  digits: Int8Array,
  validate: boolean,
): Uint8Array<ArrayBuffer> {
  if (digits === DIGITS || digits === URLSAFE_DIGITS) {
    const decoded = decodeNatively(text, digits === DIGITS ? "base64" : "base64url", validate);
    if (decoded !== undefined) return decoded;
  }
  return decodeByHand(codesOf(text), digits, validate);
}

// Undefined where the runtime refuses, or has no decoder. Strict, it accepts whole quanta, and white space between
// them: bytes that Python decodes alike, and under `validate` only where there was no white space.
function decodeNatively(
  text: TextLike,
  alphabet: "base64" | "base64url",
  validate: boolean,
): Uint8Array<ArrayBuffer> | undefined {
  // Here and not when the module is loaded, so that what is tested is what a runtime without it does.
  const native = Uint8Array as NativeConstructor;
  if (native.fromBase64 === undefined) return undefined;
  // Bytes above 127 become other characters than Python's, all of them outside the alphabet.
  const string = typeof text === "string" ? text : shortText(codesOf(text));
  if (string === undefined) return undefined;
  try {
    const decoded = native.fromBase64(string, { alphabet, lastChunkHandling: "strict" });
    const isWhole = string.length === Math.ceil(decoded.length / 3) * 4;
    return validate && !isWhole ? undefined : decoded;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw tooLarge(error);
  }
}

// No engine's strings end below this.
const SHORT_BYTES = 2 ** 28;

function shortText(codes: Uint8Array): string | undefined {
  return codes.length < SHORT_BYTES ? latin1.decode(codes) : undefined;
}

/** Decodes as CPython's `a2b_base64`, character by character where it must; exported for the test that compares. */
export function decodeByHand(
  codes: Uint8Array,
  digits: Int8Array = DIGITS,
  validate = false,
): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(Math.ceil(codes.length / 4) * 3);
  const decoder = new Decoder(digits, validate);
  const count = decoder.push(codes, made, true);
  decoder.end(codes.length);
  return count === made.length ? made : made.slice(0, count);
}

/** CPython's `a2b_base64` as a machine that can be fed in pieces. */
export class Decoder {
  readonly #digits: Int8Array;
  readonly #validate: boolean;
  /** How many characters of the quantum have come, and the bits of the last that are not out yet. */
  #place = 0;
  #left = 0;
  #byte = 0;
  #pads = 0;
  #padded = false;
  #done = false;
  #dataCount = 0;

  constructor(digits: Int8Array = DIGITS, validate = false) {
    this.#digits = digits;
    this.#validate = validate;
  }

  /**
   * Decodes a piece into `out`, from its start, and returns how many bytes came of it. With `last` nothing comes after
   * this piece, which matters to `validate`. There must be room for three bytes for every four characters begun.
   */
  push(codes: Uint8Array, out: Uint8Array, last: boolean): number {
    const digits = this.#digits;
    const { length } = codes;
    let to = 0;
    let at = 0;
    while (at < length && !this.#done) {
      // Whole quanta of plain data at once: digits above 63 and below 0 show in the bits that no six bits have.
      if (this.#place === 0 && !(this.#validate && this.#padded)) {
        const from = at;
        for (; at + 3 < length; at += 4) {
          const a = digits[codes[at] as number] as number;
          const b = digits[codes[at + 1] as number] as number;
          const c = digits[codes[at + 2] as number] as number;
          const d = digits[codes[at + 3] as number] as number;
          if (((a | b | c | d) & ~63) !== 0) break;
          out[to++] = (a << 2) | (b >> 4);
          out[to++] = (b << 4) | (c >> 2);
          out[to++] = (c << 6) | d;
        }
        this.#dataCount += at - from;
        if (at === length) break;
      }
      const digit = digits[codes[at] as number] as number;
      if (digit === PAD) this.#pad(at, last && at + 1 === length);
      else if (digit === SKIPPED) {
        if (this.#validate) throw refusal("invalid-character", "Only base64 data is allowed", at);
      } else if (this.#take(digit, at)) {
        out[to++] = this.#byte;
      }
      at++;
    }
    return to;
  }

  /** Refuses an end inside a quantum. `offset` is where the end is. */
  end(offset: number): void {
    if (this.#done || this.#place === 0) return;
    if (this.#place === 1) {
      throw refusal(
        "bad-length",
        `Invalid base64-encoded string: number of data characters (${this.#dataCount}) cannot be 1 more than a multiple of 4`,
        offset,
      );
    }
    throw refusal("incorrect-padding", "Incorrect padding", offset);
  }

  /** Begins anew. */
  reset(): void {
    this.#place = 0;
    this.#left = 0;
    this.#pads = 0;
    this.#padded = false;
    this.#done = false;
    this.#dataCount = 0;
  }

  // Whether a byte came of it, in #byte.
  #take(digit: number, at: number): boolean {
    if (this.#validate && this.#padded) {
      throw refusal("discontinuous-padding", "Discontinuous padding not allowed", at);
    }
    this.#pads = 0;
    this.#dataCount++;
    const place = this.#place;
    this.#place = (place + 1) & 3;
    this.#byte = (this.#left << (2 * place)) | (digit >> (6 - 2 * place));
    this.#left = digit & (0x3f >> (2 * place));
    return place > 0;
  }

  #pad(at: number, isLast: boolean): void {
    this.#padded = true;
    if (this.#place === 0 && this.#validate) {
      if (at === 0) throw refusal("leading-padding", "Leading padding not allowed", at);
      throw refusal("excess-padding", "Excess padding not allowed", at);
    }
    if (this.#place >= 2 && this.#place + ++this.#pads >= 4) {
      if (this.#validate && !isLast) {
        throw refusal("excess-data", "Excess data after padding", at + 1);
      }
      this.#done = true;
    }
  }
}

function refusal(
  code:
    | "invalid-character"
    | "bad-length"
    | "incorrect-padding"
    | "leading-padding"
    | "excess-padding"
    | "discontinuous-padding"
    | "excess-data",
  message: string,
  offset: number,
): BinasciiError {
  return new BinasciiError(code, message, offset);
}

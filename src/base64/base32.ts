/** Bytes to base32, base32hex and base16, and back. Source: CPython 3.13 Lib/base64.py; RFC 4648. */
import type { BytesLike } from "../core/bytes/index.ts";
import { charactersOf, codesOf, dataOf, type TextLike, textOf, tooLarge } from "./arguments.ts";
import { BinasciiError } from "./error.ts";

/** Options of {@link b16decode} and {@link b32hexdecode}. */
export interface CaseOptions {
  /** Read lower-case letters as upper-case ones. */
  readonly casefold?: boolean | undefined;
}

/** Options of {@link b32decode}. */
export interface Base32Options extends CaseOptions {
  /** A letter that `1` is read as, `I` or `L`; with it `0` is read as `O`. */
  readonly map01?: TextLike | null | undefined;
}

const codesFrom = (letters: string): Uint8Array =>
  Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

// What each character stands for, -1 for those outside the alphabet.
function digitsOf(alphabet: Uint8Array): Int8Array {
  const digits = new Int8Array(256).fill(-1);
  for (const [digit, letter] of alphabet.entries()) digits[letter] = digit;
  return digits;
}

const BASE32 = codesFrom("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const BASE32_HEX = codesFrom("0123456789ABCDEFGHIJKLMNOPQRSTUV");
const BASE32_DIGITS = digitsOf(BASE32);
const BASE32_HEX_DIGITS = digitsOf(BASE32_HEX);
const BASE16 = codesFrom("0123456789ABCDEF");
const BASE16_DIGITS = digitsOf(BASE16);

const EQUALS = 0x3d;

/**
 * The base32 of `data`, padded.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { b32encode } from "brine/base64";
 * b32encode(new TextEncoder().encode("key")); //=> "NNSXS==="
 * ```
 */
export function b32encode(data: BytesLike): string {
  return encode32(dataOf(data), BASE32);
}

/**
 * The bytes of base32 text.
 *
 * @throws BinasciiError `not-ascii`, `incorrect-padding`, `invalid-character`
 * @example
 * ```ts
 * import { b32decode } from "brine/base64";
 * b32decode("nnsxs===", { casefold: true }); //=> Uint8Array [107, 101, 121]
 * ```
 */
export function b32decode(
  text: TextLike,
  { casefold = false, map01 = null }: Base32Options = {},
): Uint8Array<ArrayBuffer> {
  let codes = codesOf(text);
  refuseOddLength(codes);
  if (map01 !== null) {
    const [one = 0] = charactersOf(codesOf(map01, "map01"), "map01", 1);
    // 0 is read as O, then 1 as the letter: a map01 of "0" stays 0, as in Python's translation.
    codes = codes.map((code) => (code === 0x30 ? 0x4f : code === 0x31 ? one : code));
  }
  return decode32(casefold ? upper(codes) : codes, BASE32_DIGITS);
}

/**
 * The base32 of `data` with the alphabet whose order is that of the bytes.
 *
 * @throws BinasciiError `too-large`
 */
export function b32hexencode(data: BytesLike): string {
  return encode32(dataOf(data), BASE32_HEX);
}

/**
 * The bytes of base32hex text.
 *
 * @throws BinasciiError `not-ascii`, `incorrect-padding`, `invalid-character`
 */
export function b32hexdecode(
  text: TextLike,
  { casefold = false }: CaseOptions = {},
): Uint8Array<ArrayBuffer> {
  const codes = codesOf(text);
  refuseOddLength(codes);
  return decode32(casefold ? upper(codes) : codes, BASE32_HEX_DIGITS);
}

interface NativeHex {
  toHex?(): string;
}
interface NativeHexConstructor {
  fromHex?(text: string): Uint8Array<ArrayBuffer>;
}

/**
 * Two hexadecimal digits for each byte, letters in upper case.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { b16encode } from "brine/base64";
 * b16encode(Uint8Array.of(1, 171)); //=> "01AB"
 * ```
 */
export function b16encode(data: BytesLike): string {
  const bytes = dataOf(data);
  const native = bytes as NativeHex;
  try {
    if (native.toHex !== undefined) return native.toHex().toUpperCase();
  } catch (cause) {
    throw tooLarge(cause);
  }
  return encode16ByHand(bytes);
}

/** Encodes where the runtime cannot; exported for the test that compares the two. */
export function encode16ByHand(bytes: Uint8Array): string {
  const codes = new Uint8Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    codes[2 * at] = BASE16[byte >> 4] as number;
    codes[2 * at + 1] = BASE16[byte & 15] as number;
  }
  return textOf(codes);
}

/**
 * The bytes of hexadecimal text, whose letters must be in upper case unless `casefold` is given.
 *
 * @throws BinasciiError `not-ascii`, `invalid-character`, `bad-length`
 * @example
 * ```ts
 * import { b16decode } from "brine/base64";
 * b16decode("01AB"); //=> Uint8Array [1, 171]
 * b16decode("01ab"); //=> throws BinasciiError: Non-base16 digit found
 * ```
 */
export function b16decode(
  text: TextLike,
  { casefold = false }: CaseOptions = {},
): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as NativeHexConstructor;
  if (
    native.fromHex !== undefined &&
    typeof text === "string" &&
    (casefold || !/[a-f]/.test(text))
  ) {
    try {
      return native.fromHex(text);
    } catch {
      // Read again below, for the place and the words.
    }
  }
  return decode16ByHand(codesOf(text), casefold);
}

/** Decodes where the runtime cannot, or will not; exported for the test that compares the two. */
export function decode16ByHand(text: Uint8Array, casefold: boolean): Uint8Array<ArrayBuffer> {
  const codes = casefold ? upper(text) : text;
  const made = new Uint8Array(codes.length >> 1);
  let last = 0;
  for (let at = 0; at < codes.length; at++) {
    const digit = BASE16_DIGITS[codes[at] as number] as number;
    if (digit < 0) throw new BinasciiError("invalid-character", "Non-base16 digit found", at);
    if ((at & 1) === 1) made[at >> 1] = (last << 4) | digit;
    last = digit;
  }
  if (codes.length % 2 === 1) {
    throw new BinasciiError("bad-length", "Odd-length string", codes.length);
  }
  return made;
}

function upper(codes: Uint8Array): Uint8Array {
  return codes.map((code) => (code >= 0x61 && code <= 0x7a ? code - 0x20 : code));
}

// --- base32

// Padding characters that a last group of 0 to 4 bytes has.
const PADDING: readonly number[] = [0, 6, 4, 3, 1];

function encode32(bytes: Uint8Array, alphabet: Uint8Array): string {
  const { length } = bytes;
  const codes = new Uint8Array(Math.ceil(length / 5) * 8);
  const group = new Uint8Array(5);
  for (let at = 0, to = 0; at < length; at += 5, to += 8) {
    for (let index = 0; index < 5; index++) group[index] = bytes[at + index] ?? 0;
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = group;
    codes[to] = alphabet[a >> 3] as number;
    codes[to + 1] = alphabet[((a << 2) | (b >> 6)) & 31] as number;
    codes[to + 2] = alphabet[(b >> 1) & 31] as number;
    codes[to + 3] = alphabet[((b << 4) | (c >> 4)) & 31] as number;
    codes[to + 4] = alphabet[((c << 1) | (d >> 7)) & 31] as number;
    codes[to + 5] = alphabet[(d >> 2) & 31] as number;
    codes[to + 6] = alphabet[((d << 3) | (e >> 5)) & 31] as number;
    codes[to + 7] = alphabet[e & 31] as number;
  }
  codes.fill(EQUALS, codes.length - (PADDING[length % 5] as number));
  return textOf(codes);
}

function refuseOddLength(codes: Uint8Array): void {
  if (codes.length % 8 !== 0) {
    throw new BinasciiError("incorrect-padding", "Incorrect padding", codes.length);
  }
}

function decode32(codes: Uint8Array, digits: Int8Array): Uint8Array<ArrayBuffer> {
  let end = codes.length;
  while (end > 0 && codes[end - 1] === EQUALS) end--;
  const padding = codes.length - end;
  const made = new Uint8Array(Math.floor((end * 5) / 8));
  let bits = 0;
  let bitCount = 0;
  let to = 0;
  for (let at = 0; at < end; at++) {
    const digit = digits[codes[at] as number] as number;
    if (digit < 0) throw new BinasciiError("invalid-character", "Non-base32 digit found", at);
    bits = ((bits << 5) | digit) & 0xfff;
    bitCount += 5;
    if (bitCount >= 8) {
      bitCount -= 8;
      made[to++] = bits >> bitCount;
    }
  }
  // Python asks for this only after the digits.
  if (!PADDING.includes(padding)) {
    throw new BinasciiError("incorrect-padding", "Incorrect padding", end);
  }
  return made;
}

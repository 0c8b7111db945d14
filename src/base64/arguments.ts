/** What callers pass in, bytes out: data for the encoders, text for the decoders; and codes of characters to text. */
import { asBytes, type BytesLike, decodeLatin1 } from "../core/bytes/index.ts";
import { BinasciiError } from "./error.ts";

/** What decoders take: a string, or the bytes of one. */
export type TextLike = string | BytesLike;

/**
 * The bytes to encode.
 *
 * @throws TypeError for a string: which bytes it stands for only the caller knows
 */
export function dataOf(data: BytesLike): Uint8Array {
  const bytes = asBytes(data);
  if (bytes !== undefined) return bytes;
  const advice = typeof data === "string" ? "; encode it first, with a TextEncoder" : "";
  throw new TypeError(`data must be bytes, got ${kindOf(data)}${advice}`);
}

/**
 * The character codes to decode.
 *
 * @throws BinasciiError `not-ascii` for a string with other characters; bytes may be any
 */
export function codesOf(text: TextLike, parameter = "text"): Uint8Array {
  if (typeof text !== "string") {
    const bytes = asBytes(text);
    if (bytes !== undefined) return bytes;
    throw new TypeError(`${parameter} must be a string or bytes, got ${kindOf(text)}`);
  }
  const codes = new Uint8Array(text.length);
  let all = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    codes[index] = code;
  }
  if (all < 0x80) return codes;
  const offset = text.search(/[^\0-\x7f]/);
  throw new BinasciiError(
    "not-ascii",
    "string argument should contain only ASCII characters",
    offset,
  );
}

/** An option of `length` characters: as a string or as bytes. */
export function charactersOf(text: TextLike, parameter: string, length: number): Uint8Array {
  const codes = typeof text === "string" ? latin1(text) : asBytes(text);
  if (codes?.length !== length) {
    const found = typeof text === "string" ? JSON.stringify(text) : (codes?.length ?? kindOf(text));
    throw new TypeError(
      `${parameter} must be ${length === 1 ? "one character" : `${length} characters`}, got ${found}`,
    );
  }
  return codes;
}

/** Characters below 256 as bytes; empty where there is another, which no option takes. */
function latin1(text: string): Uint8Array {
  const codes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return decodeLatin1(codes) === text ? codes : new Uint8Array(0);
}

const ascii = new TextDecoder();

/**
 * The string of character codes below 128.
 *
 * @throws BinasciiError `too-large` where it is longer than this runtime's strings
 */
export function textOf(codes: Uint8Array): string {
  try {
    return ascii.decode(codes);
  } catch (cause) {
    throw tooLarge(cause);
  }
}

/** An error of the runtime about a length, as ours. */
export function tooLarge(cause: unknown): BinasciiError {
  const message = "the result is longer than this runtime's strings or arrays";
  return new BinasciiError("too-large", message, undefined, { cause });
}

/** What a value is, for messages about arguments. */
export function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

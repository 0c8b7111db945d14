/**
 * The bytes of a text `array.array` in, a string out, and back; lone surrogates survive.
 *
 * Source: CPython 3.13 Modules/arraymodule.c array__array_reconstructor_impl (machine formats 18 to 21).
 */

import { UTF16_FORMAT, UTF32_FORMAT } from "./typecodes.ts";

const CHUNK = 4096;

/** Text in UTF-16 or UTF-32 of either byte order; `undefined` for other formats and for what is no text. */
export function decodeUtf(bytes: Uint8Array, format: number): string | undefined {
  if (format < UTF16_FORMAT || format > UTF32_FORMAT + 1) return undefined;
  const size = format < UTF32_FORMAT ? 2 : 4;
  const littleEndian = format % 2 === 0;
  if (bytes.length % size !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const codes: number[] = [];
    for (let at = start; at < Math.min(bytes.length, start + CHUNK); at += size) {
      const code = size === 2 ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian);
      if (code > 0x10ffff) return undefined;
      codes.push(code);
    }
    text += String.fromCodePoint(...codes);
  }
  return text;
}

/** Text as UTF-32, little-endian. */
export function encodeUtf32(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 4);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const character of text) {
    view.setUint32(at, character.codePointAt(0) as number, true);
    at += 4;
  }
  return bytes.subarray(0, at);
}

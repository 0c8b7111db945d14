/**
 * Bytes to strings and back, as CPython's codecs do it: UTF-8 with lone surrogates, raw-unicode-escape, the 8-bit
 * encodings of Python 2 strings, and the escapes of protocol 0.
 *
 * Functions return `undefined` for bytes that are not valid; the caller knows the offset and raises the error.
 */

/** Throws where the bytes are no UTF-8. */
export const strictUtf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 in which surrogates may stand alone (Python's `surrogatepass`). */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return strictUtf8.decode(bytes.subarray(start, end));
  } catch {
    return decodeSlowly(bytes, start, end, 4, "surrogatepass");
  }
}

/** Whether there is a surrogate in what {@link decodeUtf8} takes; two that pair up are one character once decoded. */
export function hasSurrogate(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at++)
    if (bytes[at] === 0xed && (bytes[at + 1] as number) >= 0xa0) return true;
  return false;
}

// The code point, perhaps a surrogate, whose UTF-8 stands at `at` and ends before `end`; -1 where there is none.
function codePointAt(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return lead;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > end) return -1;
  let code = lead & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) {
    const bits = (bytes[next] as number) ^ 0x80;
    if (bits >= 0x40) return -1;
    code = (code << 6) | bits;
  }
  // No overlong forms (below 0x800 in three bytes, below 0x10000 in four), nothing beyond the last code point.
  return code < 1 << (5 * length - 4) || code > 0x10ffff ? -1 : code;
}

// The slow way, character by character of at most `longest` bytes: for what TextDecoder does not know, and for finding out
// that there is no way.
function decodeSlowly(
  bytes: Uint8Array,
  start: number,
  end: number,
  longest: number,
  errors: string,
): string | undefined {
  const codes: number[] = [];
  let text = "";
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    const code = codePointAt(bytes, at, Math.min(at + longest, end));
    if (code >= 0 && (errors === "surrogatepass" || code >> 11 !== 0x1b)) {
      codes.push(code);
      at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    } else {
      if (errors === "replace") codes.push(0xfffd);
      else if (errors === "surrogateescape") codes.push(0xdc00 + byte);
      else if (errors === "backslashreplace")
        codes.push(...(encodeLatin1(`\\x${byte.toString(16)}`) as Uint8Array));
      else if (errors !== "ignore") return undefined;
      at += 1;
    }
    if (codes.length >= 4096) {
      text += String.fromCodePoint.apply(null, codes);
      codes.length = 0;
    }
  }
  return text + String.fromCodePoint.apply(null, codes);
}

/** Decodes one character for each byte (ISO 8859-1, which is not the Web's "latin1"). */
export function decodeLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = "";
  for (let at = start; at < end; at += 8192) {
    const part = bytes.subarray(at, Math.min(at + 8192, end));
    text += String.fromCharCode.apply(null, part as unknown as number[]);
  }
  return text;
}

/** Whether all bytes are below 128. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let high = 0;
  for (let at = start; at < end; at++) high |= bytes[at] as number;
  return high < 0x80;
}

/** Encodes characters below 256 as one byte each; `undefined` when there is another. */
export function encodeLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  let high = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high |= code;
    bytes[index] = code;
  }
  return high > 0xff ? undefined : bytes;
}

/**
 * Decodes a Python 2 string with the encoding and error handler that the caller named.
 *
 * @throws RangeError when no decoder of that name exists here
 */
export function decodeString(
  bytes: Uint8Array,
  encoding: string,
  errors: string,
): string | undefined {
  const name = encoding.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  // Of Python's names for latin1 and ASCII also those that the Web takes for windows-1252.
  if (/(l|latin)1$|88591?(1987)?$|819|ir100/.test(name)) return decodeLatin1(bytes);
  // Most bytes of a character of utf-8 or ASCII, 0 for any other.
  const width = /^u(tf)?8$/.test(name) ? 4 : /ascii|646|ansix/.test(name) ? 1 : 0;
  const fatal = errors !== "replace";
  if (fatal && width === 0 && errors !== "strict")
    throw new RangeError(`errors "${errors}" needs ASCII or utf-8`);
  // Python and the Web agree on what "replace" replaces in utf-8.
  const label = width > 0 ? "utf-8" : encoding;
  const decoder =
    fatal && width > 0 ? strictUtf8 : new TextDecoder(label, { fatal, ignoreBOM: true });
  try {
    if (width !== 1) return decoder.decode(bytes);
  } catch {
    if (width === 0) return undefined;
  }
  return decodeSlowly(bytes, 0, bytes.length, width, errors);
}

/**
 * Decodes the argument of UNICODE: latin1 in which `\uXXXX` and `\UXXXXXXXX` are escapes.
 *
 * A backslash escapes only when an odd number of them stands in a row (CPython `_PyUnicode_DecodeRawUnicodeEscape`).
 */
export function decodeRawUnicodeEscape(bytes: Uint8Array): string | undefined {
  const text = decodeLatin1(bytes);
  if (!text.includes("\\")) return text;
  const parts: string[] = [];
  let from = 0;
  // Any other character after the backslash, another backslash included, stands for itself.
  for (const { 0: found, index } of text.matchAll(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs)) {
    if (!/^\\u/i.test(found)) continue;
    const code = Number.parseInt(found.slice(2), 16);
    // NaN where the digits are missing.
    if (!(code <= 0x10ffff)) return undefined;
    parts.push(text.slice(from, index), String.fromCodePoint(code));
    from = index + found.length;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

/** Writes the argument of UNICODE as CPython's pickler does: latin1, the rest and five characters escaped. */
export function encodeRawUnicodeEscape(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) as number;
    if (code >= 0x10000) {
      pushAscii(bytes, `\\U${code.toString(16).padStart(8, "0")}`);
      index++;
    } else if (
      code >= 256 ||
      code === 0x5c ||
      code === 0 ||
      code === 0x0a ||
      code === 0x0d ||
      code === 0x1a
    ) {
      pushAscii(bytes, `\\u${code.toString(16).padStart(4, "0")}`);
    } else {
      bytes.push(code);
    }
  }
  return Uint8Array.from(bytes);
}

function pushAscii(bytes: number[], text: string): void {
  for (let index = 0; index < text.length; index++) bytes.push(text.charCodeAt(index));
}

// What follows the backslash of an escape, among the next three characters.
const ESCAPE = /^(?:x[0-9a-fA-F]{2}|[0-7]+|.)/s;

/** Undoes the escapes of a Python 2 string literal (CPython `_PyBytes_DecodeEscape`), without its quotes. */
export function decodeStringEscape(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] as number;
    if (byte !== 0x5c) {
      out[length++] = byte;
      continue;
    }
    if (at === bytes.length) return undefined;
    // Beyond the end they are NUL, which belongs to no escape.
    const next = String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
    );
    const [found] = ESCAPE.exec(next) as unknown as [string];
    if (found === "x") return undefined;
    at += found.length;
    // The control characters from 0x07 on.
    const control = "abtnvfr".indexOf(found);
    if (found[0] === "x") out[length++] = Number.parseInt(found.slice(1), 16);
    else if (/[0-7]/.test(found)) out[length++] = Number.parseInt(found, 8);
    else if (control >= 0) out[length++] = 0x07 + control;
    else if (found !== "\n") {
      // A newline is a continued line; a backslash that escapes nothing stands for itself.
      if (!/[\\'"]/.test(found)) out[length++] = 0x5c;
      out[length++] = found.charCodeAt(0);
    }
  }
  return out.subarray(0, length);
}

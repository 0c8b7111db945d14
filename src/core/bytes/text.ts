/**
 * Bytes to strings and back, as CPython's codecs do it: UTF-8 with lone surrogates, raw-unicode-escape, the 8-bit
 * encodings of Python 2 strings, and the escapes of protocol 0.
 *
 * Functions return `undefined` for bytes that are not valid; the caller knows the offset and raises the error.
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 in which surrogates may stand alone (Python's `surrogatepass`). */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return strictUtf8.decode(bytes.subarray(start, end));
  } catch {
    return decodeSurrogates(bytes, start, end);
  }
}

// The slow way, for strings with lone surrogates and for finding out that there is no way.
function decodeSurrogates(bytes: Uint8Array, start: number, end: number): string | undefined {
  const units: number[] = [];
  let text = "";
  for (let at = start; at < end; ) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || at + length > end) return undefined;
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (let index = 1; index < length; index++) {
      const byte = bytes[at + index] as number;
      if ((byte & 0xc0) !== 0x80) return undefined;
      code = (code << 6) | (byte & 0x3f);
    }
    // Overlong forms and code points that do not exist.
    if ((length === 3 && code < 0x800) || (length === 4 && (code < 0x10000 || code > 0x10ffff)))
      return undefined;
    if (code >= 0x10000) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
    else units.push(code);
    at += length;
    if (units.length >= 4096) {
      text += String.fromCharCode.apply(null, units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode.apply(null, units);
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

/** Python's error handlers for decoding. */
export type DecodeErrors =
  | "strict"
  | "replace"
  | "ignore"
  | "backslashreplace"
  | "surrogateescape"
  | "surrogatepass";

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
  switch (name) {
    case "ascii":
    case "usascii":
    case "646":
      return decodeAscii(bytes, errors);
    case "latin1":
    case "iso88591":
    case "l1":
    case "8859":
    case "cp819":
      return decodeLatin1(bytes);
    case "utf8":
    case "u8":
      return decodeUtf8With(bytes, errors);
  }
  if (errors !== "strict" && errors !== "replace") {
    throw new RangeError(
      `errors "${errors}" is known for ASCII, latin1 and utf-8 only, not for "${encoding}"`,
    );
  }
  const decoder = new TextDecoder(encoding, { fatal: errors === "strict", ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeAscii(bytes: Uint8Array, errors: string): string | undefined {
  let high = 0;
  for (const byte of bytes) high |= byte;
  if (high < 0x80) return decodeLatin1(bytes);
  return decodeHandling(bytes, errors, () => 0);
}

function decodeUtf8With(bytes: Uint8Array, errors: string): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    if (errors === "surrogatepass") return decodeSurrogates(bytes, 0, bytes.length);
    if (errors === "replace") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return decodeHandling(bytes, errors, sequenceLength);
  }
}

// Length of the valid UTF-8 sequence at `at`, 0 where there is none.
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    strictUtf8.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function decodeHandling(
  bytes: Uint8Array,
  errors: string,
  multibyte: (bytes: Uint8Array, at: number) => number,
): string | undefined {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const length = byte < 0x80 ? 1 : multibyte(bytes, at);
    if (length > 0) {
      parts.push(
        length === 1
          ? String.fromCharCode(byte)
          : strictUtf8.decode(bytes.subarray(at, at + length)),
      );
      at += length;
      continue;
    }
    switch (errors) {
      case "replace":
        parts.push("\ufffd");
        break;
      case "ignore":
        break;
      case "backslashreplace":
        parts.push(`\\x${byte.toString(16).padStart(2, "0")}`);
        break;
      case "surrogateescape":
        parts.push(String.fromCharCode(0xdc00 + byte));
        break;
      default:
        return undefined;
    }
    at++;
  }
  return parts.join("");
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
  for (let at = text.indexOf("\\"); at >= 0; ) {
    const kind = text[at + 1];
    if (kind === "u" || kind === "U") {
      const digits = text.slice(at + 2, at + (kind === "u" ? 6 : 10));
      if (digits.length !== (kind === "u" ? 4 : 8) || !/^[0-9a-fA-F]+$/.test(digits))
        return undefined;
      const code = Number.parseInt(digits, 16);
      if (code > 0x10ffff) return undefined;
      parts.push(text.slice(from, at), String.fromCodePoint(code));
      from = at + 2 + digits.length;
      at = text.indexOf("\\", from);
    } else {
      // Any other character after the backslash, another backslash included, stands for itself.
      at = text.indexOf("\\", at + 2);
    }
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

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
  b: 0x08,
  f: 0x0c,
  t: 0x09,
  n: 0x0a,
  r: 0x0d,
  v: 0x0b,
  a: 0x07,
};

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
    if (at >= bytes.length) return undefined;
    const kind = String.fromCharCode(bytes[at++] as number);
    const simple = Object.hasOwn(SIMPLE_ESCAPES, kind) ? SIMPLE_ESCAPES[kind] : undefined;
    if (simple !== undefined) {
      out[length++] = simple;
    } else if (kind === "\n") {
      // a continued line
    } else if (kind >= "0" && kind <= "7") {
      let value = kind.charCodeAt(0) - 0x30;
      for (let digits = 1; digits < 3; digits++) {
        const next = bytes[at];
        if (next === undefined || next < 0x30 || next > 0x37) break;
        value = value * 8 + next - 0x30;
        at++;
      }
      out[length++] = value & 0xff;
    } else if (kind === "x") {
      const digits = decodeLatin1(bytes, at, Math.min(at + 2, bytes.length));
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return undefined;
      out[length++] = Number.parseInt(digits, 16);
      at += 2;
    } else {
      out[length++] = 0x5c;
      out[length++] = kind.charCodeAt(0);
    }
  }
  return out.subarray(0, length);
}

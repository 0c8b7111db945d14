/**
 * Bytes of text arguments in, the text, or what Python's codec says is wrong with them, out.
 * Source: CPython 3.13 Objects/unicodeobject.c (utf-8 with surrogatepass, raw-unicode-escape, ascii), bytesobject.c.
 */
import {
  decodeLatin1,
  decodeRawUnicodeEscape,
  decodeStringEscape,
  decodeUtf8,
} from "../core/bytes/index.ts";

/** Why bytes are no text: the message of Python's exception. */
export interface Refusal {
  readonly message: string;
  readonly unicode: boolean;
}

const refused = (
  codec: string,
  start: number,
  end: number,
  reason: string,
  bytes: Uint8Array,
): Refusal => {
  const where =
    end === start + 1
      ? `byte 0x${(bytes[start] as number).toString(16).padStart(2, "0")} in position ${start}`
      : `bytes in position ${start}-${end - 1}`;
  return { message: `'${codec}' codec can't decode ${where}: ${reason}`, unicode: true };
};

/** UTF-8 in which surrogates may stand alone. */
export function pythonUtf8(bytes: Uint8Array): string | Refusal {
  return decodeUtf8(bytes, 0, bytes.length) ?? utf8Refusal(bytes);
}

function utf8Refusal(bytes: Uint8Array): Refusal {
  let at = 0;
  for (;;) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4)
      return refused("utf-8", at, at + 1, "invalid start byte", bytes);
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    // How many bytes of the sequence are as they should be.
    let good = 1;
    while (good < length && continues(bytes, at, good)) good++;
    if (good === length || isSurrogate(bytes, at)) at += length;
    else if (at + good >= bytes.length) {
      return refused("utf-8", at, bytes.length, "unexpected end of data", bytes);
    } else return refused("utf-8", at, at + good, "invalid continuation byte", bytes);
  }
}

function continues(bytes: Uint8Array, at: number, index: number): boolean {
  const byte = bytes[at + index];
  if (byte === undefined || (byte & 0xc0) !== 0x80) return false;
  if (index > 1) return true;
  // Overlong forms, surrogates and what lies beyond the last code point show in the second byte.
  switch (bytes[at]) {
    case 0xe0:
      return byte >= 0xa0;
    case 0xed:
      return byte < 0xa0;
    case 0xf0:
      return byte >= 0x90;
    case 0xf4:
      return byte < 0x90;
    default:
      return true;
  }
}

function isSurrogate(bytes: Uint8Array, at: number): boolean {
  const [second = 0, third = 0] = bytes.subarray(at + 1, at + 3);
  return bytes[at] === 0xed && (second & 0xe0) === 0xa0 && (third & 0xc0) === 0x80;
}

/** The argument of UNICODE: latin1 with `\uXXXX` and `\UXXXXXXXX`. */
export function pythonRawUnicodeEscape(bytes: Uint8Array): string | Refusal {
  const text = decodeRawUnicodeEscape(bytes);
  if (text !== undefined) return text;
  const latin1 = decodeLatin1(bytes);
  for (let at = latin1.indexOf("\\"); at >= 0; at = latin1.indexOf("\\", at)) {
    const kind = latin1[at + 1];
    if (kind !== "u" && kind !== "U") {
      at += 2;
      continue;
    }
    const wanted = kind === "u" ? 4 : 8;
    const digits = /^[0-9a-fA-F]*/.exec(latin1.slice(at + 2, at + 2 + wanted))?.[0] ?? "";
    const end = at + 2 + digits.length;
    if (digits.length < wanted) {
      const name = kind === "u" ? "\\uXXXX" : "\\UXXXXXXXX";
      return refused("rawunicodeescape", at, end, `truncated ${name} escape`, bytes);
    }
    if (Number.parseInt(digits, 16) > 0x10ffff) {
      return refused("rawunicodeescape", at, end, "\\Uxxxxxxxx out of range", bytes);
    }
    at = end;
  }
  return text ?? "";
}

/** The escapes of a Python 2 literal undone, and ASCII: how names and old strings are read. */
export function pythonEscapedAscii(bytes: Uint8Array): string | Refusal {
  const plain = bytes.includes(0x5c) ? decodeStringEscape(bytes) : bytes;
  if (plain === undefined) return escapeRefusal(bytes);
  const high = plain.findIndex((byte) => byte >= 0x80);
  if (high >= 0) return refused("ascii", high, high + 1, "ordinal not in range(128)", plain);
  return decodeLatin1(plain);
}

function escapeRefusal(bytes: Uint8Array): Refusal {
  const text = decodeLatin1(bytes);
  // An escape takes the backslash and one character; the octal digits and hex digits behind it hold no backslash.
  for (const { 0: found, index } of text.matchAll(/\\(?:x[0-9a-fA-F]{0,2}|[^x]|$)/gs)) {
    if (found === "\\") return { message: "Trailing \\ in string", unicode: false };
    if (found[1] === "x" && found.length < 4) {
      return { message: `invalid \\x escape at position ${index}`, unicode: false };
    }
  }
  return { message: "invalid escape", unicode: false };
}

/** The code points of a text argument as Python holds them: surrogates that stand side by side stay two. */
export function* pythonCodePoints(bytes: Uint8Array, codec: "utf-8" | "raw"): Generator<number> {
  if (codec === "utf-8") yield* utf8CodePoints(bytes);
  else yield* rawCodePoints(decodeLatin1(bytes));
}

function* utf8CodePoints(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (let index = 1; index < length; index++) {
      code = (code << 6) | ((bytes[at + index] as number) & 0x3f);
    }
    yield code;
    at += length;
  }
}

function* rawCodePoints(latin1: string): Generator<number> {
  for (let at = 0; at < latin1.length; ) {
    const kind = latin1[at] === "\\" ? latin1[at + 1] : undefined;
    if (kind === "u" || kind === "U") {
      const end = at + (kind === "u" ? 6 : 10);
      yield Number.parseInt(latin1.slice(at + 2, end), 16);
      at = end;
      continue;
    }
    yield latin1.charCodeAt(at++);
    // What a backslash stands before does not begin an escape, another backslash included.
    if (kind !== undefined) yield latin1.charCodeAt(at++);
  }
}

/** Strings, bytes and integers in, short text out that is safe to print. Source: CPython `repr`. */

/**
 * Whatever came out of a file, fit for a terminal: control characters, invisible ones and those that reverse the
 * writing direction become escapes, so that a file cannot draw on the screen of who looks at it.
 */
export function printable(text: string): string {
  return UNSAFE.test(text) ? text.replaceAll(UNSAFE_ALL, escaped) : text;
}

// Controls, formats (bidi, zero width), surrogates, private and unassigned characters, and line separators.
const UNSAFE = /[\p{C}\u2028\u2029]/u;
const UNSAFE_ALL = /[\p{C}\u2028\u2029]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < 0x100) return NAMED[character] ?? `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/**
 * JSON text, the same to whoever parses it, in which controls and what reverses the writing direction are `\u` escapes:
 * `JSON.stringify` leaves those above U+007E as they are, and a terminal takes U+009B for the beginning of a command.
 */
export function printableJson(json: string): string {
  return UNSAFE_IN_JSON.test(json) ? json.replaceAll(UNSAFE_IN_JSON_ALL, escapedInJson) : json;
}

const UNSAFE_IN_JSON = /[\x7f-\x9f\p{Bidi_Control}]/u;
const UNSAFE_IN_JSON_ALL = /[\x7f-\x9f\p{Bidi_Control}]/gu;

function escapedInJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A str as Python writes it, at most `limit` characters of it and then its length. */
export function reprString(text: string, limit: number): string {
  const shown = text.length > limit ? wholeCharacters(text.slice(0, limit)) : text;
  const quote = shown.includes("'") && !shown.includes('"') ? '"' : "'";
  const body = printable(shown.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`));
  if (shown.length === text.length) return quote + body + quote;
  return `${quote}${body}…${quote} (${grouped(text.length)} characters)`;
}

function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return (last & 0xfc00) === 0xd800 ? text.slice(0, -1) : text;
}

/** Bytes as Python writes them, at most `limit` of them. */
export function reprBytes(bytes: Uint8Array, limit: number): string {
  let text = "";
  for (const byte of bytes.subarray(0, limit)) {
    if (byte === 0x27 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += escaped(String.fromCharCode(byte));
  }
  return `b'${text}${bytes.length > limit ? "…" : ""}'`;
}

// BigInt's toString(10) is quadratic (4 Mbit: 3.2 s on Node 26); CPython refuses more decimal digits than this.
const MOST_DIGITS = 4300;

/** An integer in decimal digits, the middle left out of long ones; beyond 4300 digits in hex. */
export function reprInteger(value: number | bigint): string {
  if (typeof value === "number") return String(value);
  const hex = value.toString(16);
  if (hex.length * 1.2041 > MOST_DIGITS) {
    const bits = (hex.length - (hex.startsWith("-") ? 1 : 0)) * 4;
    return `${hex.replace(/^-?/, "$&0x").slice(0, 24)}… (about ${grouped(bits)} bits)`;
  }
  const digits = String(value);
  if (digits.length <= 60) return digits;
  return `${digits.slice(0, 24)}…${digits.slice(-8)} (${grouped(digits.length)} digits)`;
}

/** A count with a comma at each thousand. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number of bytes in the unit that reads best: "12 bytes", "12.3 kB". */
export function byteSize(count: number): string {
  if (count < 1000) return `${count} byte${count === 1 ? "" : "s"}`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = count / 1000;
  let unit = 0;
  for (; size >= 999.95 && unit < units.length - 1; unit++) size /= 1000;
  return `${size.toFixed(1)} ${units[unit]}`;
}

/** `text`, cut to `width` characters with a mark. */
export function cutTo(text: string, width: number): string {
  return text.length <= width ? text : shortened(text, width - 1);
}

/** The first `count` characters of `text` and a mark. */
export function shortened(text: string, count: number): string {
  return `${wholeCharacters(text.slice(0, Math.max(0, count)))}…`;
}

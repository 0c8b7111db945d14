/**
 * Strings and bytes in, what Python's `repr` prints for them out, whole and character for character.
 * Source: CPython 3.13 Objects/unicodeobject.c unicode_repr, Objects/bytesobject.c PyBytes_Repr.
 */
import { PRINTABLE_EDGES } from "./unprintable.ts";

let edges: Uint32Array | undefined;

// Made when first needed: most strings are ASCII.
function printableEdges(): Uint32Array {
  if (edges === undefined) {
    let at = 0;
    edges = Uint32Array.from(PRINTABLE_EDGES.split(" "), (distance) => {
      at += Number.parseInt(distance, 36);
      return at;
    });
  }
  return edges;
}

/** Whether Python's `str.isprintable` holds for the character of this code point. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  const found = printableEdges();
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code < (found[middle] as number)) high = middle;
    else low = middle + 1;
  }
  // Before the first edge characters are printable, behind it they are not, and so on in turn.
  return low % 2 === 0;
}

function escaped(code: number): string {
  if (code === 0x0a) return "\\n";
  if (code === 0x0d) return "\\r";
  if (code === 0x09) return "\\t";
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

const PLAIN = /^[ !#-&(-[\]-~]*$/;

/** A str as Python's `repr` writes it. */
export function reprString(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  return reprCodePoints(codePoints(text), text.includes("'") && !text.includes('"'));
}

function* codePoints(text: string): Generator<number> {
  for (const character of text) yield character.codePointAt(0) as number;
}

/**
 * The characters of a str as Python's `repr` writes them, given one by one: two surrogates that Python holds apart would
 * be one character in a JavaScript string.
 */
export function reprCodePoints(codes: Iterable<number>, doubleQuotes: boolean): string {
  const quote = doubleQuotes ? '"' : "'";
  const quoteCode = quote.charCodeAt(0);
  const parts: string[] = [quote];
  let run = "";
  for (const code of codes) {
    if (code === quoteCode || code === 0x5c) run += `\\${String.fromCharCode(code)}`;
    else run += isPrintable(code) ? String.fromCodePoint(code) : escaped(code);
    // Strings grow by ropes, which are deep and slow to flatten; pieces of this size are neither.
    if (run.length > 4096) {
      parts.push(run);
      run = "";
    }
  }
  parts.push(run, quote);
  return parts.join("");
}

// For each byte what stands for it between single quotes.
const BYTE_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte === 0x5c || byte === 0x27
    ? `\\${String.fromCharCode(byte)}`
    : byte >= 0x20 && byte < 0x7f
      ? String.fromCharCode(byte)
      : escaped(byte),
);

/** Bytes as Python's `repr` writes them. */
export function reprBytes(bytes: Uint8Array): string {
  return quotedBytes(bytes, false);
}

/** A bytearray as Python's `repr` writes it, which escapes single quotes also between double ones. */
export function reprByteArray(bytes: Uint8Array): string {
  return `bytearray(${quotedBytes(bytes, true)})`;
}

function quotedBytes(bytes: Uint8Array, escapesAlways: boolean): string {
  const double = bytes.includes(0x27) && !bytes.includes(0x22);
  const quote = double ? '"' : "'";
  const bare = double && !escapesAlways;
  const parts: string[] = ["b", quote];
  for (let start = 0; start < bytes.length; start += 4096) {
    let run = "";
    for (const byte of bytes.subarray(start, start + 4096)) {
      run += bare && byte === 0x27 ? "'" : (BYTE_TEXTS[byte] as string);
    }
    parts.push(run);
  }
  parts.push(quote);
  return parts.join("");
}

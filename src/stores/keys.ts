/**
 * Any text as a key in, a key that every driver of unstorage keeps apart out, and back.
 *
 * unstorage takes `/`, `\` and `:` for the same separator, cuts at `?`, keeps names that end in `$` for itself, and some
 * drivers make paths or URLs of keys. Letters, digits, `_`, `-` and single points within stand as they are; every other byte
 * of UTF-8 is `~` and two digits.
 */
import { StoreError } from "./error.ts";

const PLAIN = /[A-Za-z0-9_-]/;
const ENCODED = /^(?:[A-Za-z0-9_.-]|~[0-9A-F]{2})+$/;

/** @throws StoreError `bad-key` when it is no Unicode text */
export function encodedKey(key: string): string {
  const checked = checkedKey(key);
  if (checked === "") return "~";
  let encoded = "";
  for (const [index, character] of [...checked].entries()) {
    const isPoint = character === "." && index > 0 && !encoded.endsWith(".");
    if (PLAIN.test(character) || isPoint) encoded += character;
    else {
      for (const byte of new TextEncoder().encode(character)) {
        encoded += `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      }
    }
  }
  return encoded.endsWith(".") ? `${encoded.slice(0, -1)}~2E` : encoded;
}

/** The key, or `undefined` where others have made it. */
export function decodedKey(encoded: string): string | undefined {
  if (encoded === "~") return "";
  if (!ENCODED.test(encoded)) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < encoded.length; at++) {
    if (encoded[at] === "~") {
      bytes.push(Number.parseInt(encoded.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(encoded.charCodeAt(at));
  }
  const key = utf8Text(Uint8Array.from(bytes));
  // Only what encodedKey makes: each key has one form.
  return key !== undefined && encodedKey(key) === encoded ? key : undefined;
}

/** @throws TypeError when it is no string; StoreError `bad-key` when it has half of a surrogate pair */
export function checkedKey(key: unknown): string {
  if (typeof key !== "string") throw new TypeError(`key must be a string, not ${typeof key}`);
  if (key.isWellFormed()) return key;
  throw new StoreError("bad-key", "a key must be Unicode text, without halves of pairs", key);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text of strict UTF-8, or `undefined`. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

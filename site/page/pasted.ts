/** A text that stands for bytes in, the bytes out. */

/** What was pasted is neither base64 nor hexadecimal; the message says so. */
export class PasteError extends Error {}

const HEX = /^(?:0[xX])?(?:[\da-fA-F]{2})+$/;
const BASE64 = /^[A-Za-z\d+/_-]+={0,2}$/;

/**
 * Base64 (also URL-safe, a data URL, without padding) or hexadecimal digits (also `\x80`, and with blanks, colons or commas between
 * bytes). What could be both is hexadecimal.
 *
 * @throws PasteError
 */
export function bytesOf(text: string): Uint8Array {
  const inner = text
    .trim()
    .replace(/^data:[^,]*,/, "")
    .replace(/^b?(["'])(.*)\1$/s, "$2");
  const digits = inner.replaceAll(/\\x|[\s:,]/g, "");
  if (digits === "") throw new PasteError("There is nothing to open yet.");
  if (HEX.test(digits)) {
    const pairs = digits.replace(/^0[xX]/, "").match(/../g) ?? [];
    return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
  }
  const base64 = inner.replaceAll(/\s/g, "");
  const body = base64.replace(/=+$/, "");
  if (!BASE64.test(base64) || body.length % 4 === 1) {
    throw new PasteError("This is neither base64 nor an even number of hexadecimal digits.");
  }
  const standard = body.replaceAll("-", "+").replaceAll("_", "/");
  const binary = atob(standard + "=".repeat((4 - (standard.length % 4)) % 4));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

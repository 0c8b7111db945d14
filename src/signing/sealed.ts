/**
 * Sealed bytes, taken apart and put together: one line of text, then the pickle.
 *
 *     brine-sealed 1 hmac-sha256 KEY-ID SIGNATURE-IN-HEX \n
 *
 * The signature is that of the pickle alone, so Python makes and checks it with `hmac.new(key, pickle, "sha256")`. The
 * key's id needs no protection: with another id, another key does not fit.
 */
import { SignatureError } from "./error.ts";
import { SIGNATURE_SIZE } from "./hmac.ts";

const MAGIC = "brine-sealed 1 hmac-sha256 ";
const LINE = /^brine-sealed 1 hmac-sha256 ([A-Za-z0-9._-]{1,64}) ([0-9a-f]{64})$/;

/** The line of the longest id, with its end. */
export const LONGEST_LINE: number = MAGIC.length + 64 + 1 + 2 * SIGNATURE_SIZE + 1;

/** What the first line of sealed bytes says. */
export interface Seal {
  readonly id: string;
  readonly signature: Uint8Array;
  /** Offset of the pickle, in bytes. */
  readonly start: number;
}

/** The line that goes before the pickle. */
export function sealLine(id: string, signature: Uint8Array): Uint8Array {
  return new TextEncoder().encode(`${MAGIC}${id} ${toHex(signature)}\n`);
}

/**
 * Reads the first line.
 *
 * @throws SignatureError `not-sealed`
 */
export function sealOf(bytes: Uint8Array): Seal {
  const head = bytes.subarray(0, LONGEST_LINE);
  const end = head.indexOf(10);
  const line = end < 0 ? undefined : LINE.exec(String.fromCharCode(...head.subarray(0, end)));
  if (line === undefined || line === null) {
    throw new SignatureError("not-sealed", "the bytes do not begin as sealed ones do");
  }
  return { id: line[1] as string, signature: fromHex(line[2] as string), start: end + 1 };
}

/** 64 hexadecimal digits to 32 bytes. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

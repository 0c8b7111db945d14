/** What the Web adds to base64: data URLs (RFC 2397), and URL-safe text without padding as tokens have it (RFC 7515). */
import type { BytesLike } from "../core/bytes/index.ts";
import { dataOf, kindOf } from "./arguments.ts";
import { b64decode, encodeWhole, urlsafeB64decode } from "./base64.ts";
import { BinasciiError } from "./error.ts";

/** A data URL, taken apart. */
export interface DataUrl {
  /** Media type with its parameters; `text/plain;charset=US-ASCII` where the URL names none. */
  readonly mediaType: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * A `data:` URL of bytes, in base64.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { toDataUrl } from "brine/base64";
 * toDataUrl(Uint8Array.of(71, 73, 70), "image/gif"); //=> "data:image/gif;base64,R0lG"
 * ```
 */
export function toDataUrl(data: BytesLike, mediaType = "application/octet-stream"): string {
  if (typeof mediaType !== "string") {
    throw new TypeError(`mediaType must be a string, got ${kindOf(mediaType)}`);
  }
  return `data:${mediaType};base64,${encodeWhole(dataOf(data), "base64")}`;
}

/**
 * The bytes and the media type of a `data:` URL, in base64 or percent-encoded, as browsers read it.
 *
 * Base64 must be whole, but white space, percent-encoding and missing padding are let pass, as the Fetch standard says.
 *
 * @throws BinasciiError `bad-data-url`, and as `b64decode` with `validate`
 * @example
 * ```ts
 * import { fromDataUrl } from "brine/base64";
 * fromDataUrl("data:image/gif;base64,R0lG");
 * //=> { mediaType: "image/gif", data: Uint8Array [71, 73, 70] }
 * ```
 */
export function fromDataUrl(url: string): DataUrl {
  if (typeof url !== "string") throw new TypeError(`url must be a string, got ${kindOf(url)}`);
  const comma = url.indexOf(",");
  if (!/^data:/i.test(url) || comma < 0) {
    const message =
      comma < 0 ? "a data URL has a comma before its data" : "a data URL begins with data:";
    throw new BinasciiError("bad-data-url", message, comma < 0 ? url.length : 0);
  }
  const head = url.slice("data:".length, comma).trim();
  const marker = /; *base64$/i.exec(head);
  const named = (marker === null ? head : head.slice(0, marker.index)).trim();
  const mediaType = named.startsWith(";") ? `text/plain${named}` : named;
  const fragment = url.indexOf("#", comma);
  const body = percentDecoded(url.slice(comma + 1, fragment < 0 ? url.length : fragment));
  return {
    mediaType: mediaType === "" ? "text/plain;charset=US-ASCII" : mediaType,
    data: marker === null ? body : forgiving(body),
  };
}

// A % that no two digits follow stands for itself.
function percentDecoded(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const made = new Uint8Array(bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const [code = 0, high = 0, low = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const digits = String.fromCharCode(high, low);
    if (code === 0x25 && /^[0-9a-fA-F]{2}$/.test(digits)) {
      made[to++] = Number.parseInt(digits, 16);
      at += 2;
    } else {
      made[to++] = code;
    }
  }
  return made.slice(0, to);
}

// Infra standard, "forgiving-base64 decode": white space is left out, padding may be missing.
function forgiving(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const codes = bytes.filter(
    (code) => !(code === 0x20 || code === 0x0c || (code >= 0x09 && code <= 0x0d && code !== 0x0b)),
  );
  const missing = (4 - (codes.length % 4)) % 4;
  if (missing === 0 || missing === 3 || codes.at(-1) === 0x3d)
    return b64decode(codes, { validate: true });
  const padded = new Uint8Array(codes.length + missing).fill(0x3d);
  padded.set(codes);
  return b64decode(padded, { validate: true });
}

/**
 * URL-safe base64 without padding, as JSON Web Tokens and PKCE have it.
 *
 * @throws BinasciiError `too-large`
 * @example
 * ```ts
 * import { toUrlText } from "brine/base64";
 * toUrlText(Uint8Array.of(251, 255)); //=> "-_8"
 * ```
 */
export function toUrlText(data: BytesLike): string {
  return encodeWhole(dataOf(data), "base64url", true);
}

/**
 * The bytes of URL-safe base64 without padding. Strict, so that no two texts stand for the same bytes: padding, other
 * characters and bits left over are refused.
 *
 * @throws BinasciiError `invalid-character`, `bad-length`, `incorrect-padding`
 * @example
 * ```ts
 * import { fromUrlText } from "brine/base64";
 * fromUrlText("-_8"); //=> Uint8Array [251, 255]
 * fromUrlText("-_9"); //=> throws BinasciiError: bits are left over after the last byte
 * ```
 */
export function fromUrlText(text: string): Uint8Array<ArrayBuffer> {
  if (typeof text !== "string") throw new TypeError(`text must be a string, got ${kindOf(text)}`);
  const strange = text.search(/[^A-Za-z0-9_-]/);
  if (strange >= 0) {
    throw new BinasciiError("invalid-character", "only URL-safe base64 data is allowed", strange);
  }
  if (text.length % 4 === 1) {
    throw new BinasciiError("bad-length", "no bytes have this number of characters", text.length);
  }
  const data = urlsafeB64decode(text + "=".repeat((4 - (text.length % 4)) % 4));
  const tail = data.length % 3;
  if (tail > 0 && toUrlText(data.subarray(data.length - tail)) !== text.slice(-(tail + 1))) {
    throw new BinasciiError(
      "incorrect-padding",
      "bits are left over after the last byte",
      text.length - 1,
    );
  }
  return data;
}

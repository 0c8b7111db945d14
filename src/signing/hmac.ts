/**
 * Chunks and a key in, HMAC-SHA256 out, and the comparison that takes the same time wherever two signatures differ.
 * Source: RFC 2104 and FIPS 180-4, by `node:crypto` or WebCrypto.
 */

import { Sha256 } from "../codecs/index.ts";
import { Pieces } from "../core/bytes/index.ts";

/** Bytes of an HMAC-SHA256. */
export const SIGNATURE_SIZE = 32;

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/** The signature of the chunks, one after another, under `secret`. */
export async function hmacSha256(
  secret: Uint8Array,
  chunks: readonly Uint8Array[],
): Promise<Uint8Array> {
  // The annotation: the file that stands for #files elsewhere has none.
  const { startHmac }: { startHmac: unknown } = await import("#files");
  if (isStart(startHmac)) {
    const hmac = startHmac(secret);
    for (const chunk of chunks) hmac.update(chunk);
    return hmac.digest();
  }
  const whole = new Pieces();
  for (const chunk of chunks) whole.add(chunk);
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("raw", owned(secret), HMAC, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", key, owned(whole.join())));
}

/** Whether two signatures of SIGNATURE_SIZE bytes are equal; how many bytes agree does not show in the time. */
export function sameSignature(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < SIGNATURE_SIZE; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

interface Hmac {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

function isStart(start: unknown): start is (secret: Uint8Array) => Hmac {
  return typeof start === "function";
}

// WebCrypto takes no views of memory that another thread may change.
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes);
}

/** {@link hmacSha256} at once, in TypeScript: for what may not wait. */
export function hmacSha256Sync(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const key = new Uint8Array(BLOCK);
  key.set(secret.length > BLOCK ? sha256(secret) : secret);
  const inner = sha256(
    key.map((byte) => byte ^ 0x36),
    message,
  );
  return sha256(
    key.map((byte) => byte ^ 0x5c),
    inner,
  );
}

const BLOCK = 64;

function sha256(...chunks: Uint8Array[]): Uint8Array {
  const run = new Sha256();
  for (const chunk of chunks) run.update(chunk);
  return run.digest();
}

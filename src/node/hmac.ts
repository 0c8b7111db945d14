/** Chunks in, their HMAC-SHA256 out, without a second copy of a large message as WebCrypto makes. Source: `node:crypto`. */
import { createHmac } from "node:crypto";

/** A signature in the making. */
export interface Hmac {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** Begins an HMAC-SHA256. */
export function startHmac(secret: Uint8Array): Hmac {
  const hmac = createHmac("sha256", secret);
  return {
    update: (chunk) => void hmac.update(chunk),
    digest: () => new Uint8Array(hmac.digest()),
  };
}

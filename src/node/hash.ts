/** Chunks in, their SHA-256 out. Source: `node:crypto`. */
import { createHash } from "node:crypto";

/** A digest in the making. */
export interface Sha256Run {
  update(chunk: Uint8Array): void;
  /** The 32 bytes; nothing may be added afterwards. */
  digest(): Uint8Array;
}

/** Begins a SHA-256. */
export function startSha256(): Sha256Run {
  const hash = createHash("sha256");
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => new Uint8Array(hash.digest()),
  };
}

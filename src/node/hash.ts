/** Chunks in, their SHA-256 out. Source: `node:crypto`. */
import { createHash } from "node:crypto";
import { LONGEST_CALL } from "./calls.ts";

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
    update: (chunk) => {
      for (let at = 0; at < chunk.length; at += LONGEST_CALL) {
        hash.update(chunk.subarray(at, at + LONGEST_CALL));
      }
    },
    digest: () => new Uint8Array(hash.digest()),
  };
}

/** Node's own class of bytes, which clients of databases ask for. */

/** The class itself. */
export const bufferType: unknown = Buffer;

/** The same memory as a `Buffer`. */
export function toBuffer(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

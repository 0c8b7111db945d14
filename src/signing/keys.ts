/** A caller's key or ring of keys in, key material out, with the ids that sealed bytes name. */

/** A secret: bytes, or text that is used as UTF-8. Best are 32 random bytes. */
export type Key = Uint8Array | string;

/**
 * Several keys, for rotation: `current` signs, every one verifies. An id has 1 to 64 letters, digits, `.`, `_` or `-`
 * and begins with a letter or digit.
 */
export interface KeyRing {
  /** Id of the key that signs. */
  readonly current: string;
  /** The keys by id. */
  readonly keys: Readonly<Record<string, Key>>;
}

/** The id that stands in sealed bytes where the caller has one key and no ids. */
export const NO_ID = "-";

/** Keys by id. */
export type Secrets = ReadonlyMap<string, Uint8Array>;

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** All keys. @throws TypeError that names what is wrong with `key` */
export function secretsOf(key: Key | KeyRing): Secrets {
  const single = typeof key === "string" || key instanceof Uint8Array;
  if (single) return new Map([[NO_ID, bytesOf(key, "key")]]);
  const { keys } = ringOf(key);
  return new Map(
    Object.entries(keys).map(([id, secret]) => [idOf(id), bytesOf(secret, `key.keys["${id}"]`)]),
  );
}

/** The key that signs. @throws TypeError that names what is wrong with `key` */
export function signerOf(key: Key | KeyRing): { readonly id: string; readonly secret: Uint8Array } {
  const secrets = secretsOf(key);
  const id = typeof key === "string" || key instanceof Uint8Array ? NO_ID : key.current;
  // ringOf made sure that it is there.
  return { id, secret: secrets.get(id) as Uint8Array };
}

function ringOf(key: unknown): KeyRing {
  const ring = key as Partial<KeyRing> | null | undefined;
  if (typeof ring?.keys !== "object" || ring.keys === null) {
    throw new TypeError("key must be a Uint8Array, a string or { current, keys }");
  }
  const { current, keys } = ring;
  if (typeof current !== "string" || !Object.hasOwn(keys, current)) {
    throw new TypeError(`key.current names no key of the ring: ${String(current)}`);
  }
  return { current, keys };
}

function idOf(id: string): string {
  if (ID.test(id)) return id;
  throw new TypeError(
    `${JSON.stringify(id)} is no key id: letters, digits, ".", "_" and "-", at most 64`,
  );
}

function bytesOf(key: unknown, parameter: string): Uint8Array {
  // Halves of pairs have no UTF-8: all of them would be one key.
  if (typeof key === "string" && !key.isWellFormed())
    throw new TypeError(`${parameter} must be Unicode text, without halves of pairs`);
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`${parameter} must be a Uint8Array or a string`);
  // An empty environment variable would sign with a key that everybody has.
  if (bytes.length === 0) throw new TypeError(`${parameter} is empty`);
  return bytes;
}

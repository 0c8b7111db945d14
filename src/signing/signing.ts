/**
 * Values in, pickles that carry a signature out, and back: a signature is checked before one byte is read as a pickle.
 * Source: the Python recipe `hmac.new(key, pickle.dumps(value), hashlib.sha256).digest()` with `hmac.compare_digest`.
 */

import { asBytes } from "../core/bytes/index.ts";
import {
  type BytesLike,
  type DumpFileOptions,
  type DumpOptions,
  dumps,
  type LoadFileOptions,
  type LoadOptions,
  loads,
  type OutputOf,
  Pickler,
  type Source,
  type StandardSchema,
  type Target,
} from "../index.ts";
import { applySchemaAsync } from "../schema/index.ts";
import { readWhole, writeChunks } from "../sources/index.ts";
import { SignatureError } from "./error.ts";
import { hmacSha256, hmacSha256Sync, SIGNATURE_SIZE, sameSignature } from "./hmac.ts";
import { type Key, type KeyRing, NO_ID, type Secrets, secretsOf, signerOf } from "./keys.ts";
import { fromHex, sealLine, sealOf } from "./sealed.ts";

/** A pickle and its signature, apart, as the Python recipe keeps them. */
export interface Signed {
  /** The pickle. */
  readonly data: Uint8Array;
  /** HMAC-SHA256 of `data`, 32 bytes. */
  readonly signature: Uint8Array;
}

/** Options of {@link secureLoad}. */
export interface SecureLoadOptions<
  Schema extends StandardSchema | undefined = StandardSchema | undefined,
> extends LoadFileOptions<Schema> {
  /** Most bytes to read before the signature is known to be right: default 4 GiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * The HMAC-SHA256 of `data`, 32 bytes; of a ring the current key signs.
 *
 * @throws TypeError when `data` or `key` is of another type, or a key is empty
 */
export async function sign(data: BytesLike, key: Key | KeyRing): Promise<Uint8Array> {
  return hmacSha256(signerOf(key).secret, [bytesOf(data, "data")]);
}

/**
 * Returns when `signature` (32 bytes, or their 64 hexadecimal digits) is that of `data` under the key, or under any of a
 * ring. How much of a false one is right does not show in the time.
 *
 * @throws SignatureError `mismatch`, `bad-length`
 */
export async function verify(
  data: BytesLike,
  signature: BytesLike | string,
  key: Key | KeyRing,
): Promise<void> {
  const secrets = secretsOf(key);
  const given = signatureOf(signature);
  await check([bytesOf(data, "data")], given, secrets);
}

/**
 * The pickle of `value` and its signature, as the Python recipe `secure_dumps` returns them.
 *
 * @throws PicklingError as `dumps`
 * @example
 * ```ts
 * import { secureDumps, secureLoads } from "brine/signing";
 *
 * const key = "from the environment, or a vault";
 * const { data, signature } = await secureDumps({ user: 7 }, key);
 * await secureLoads(data, signature, key); //=> { user: 7 }
 *
 * data[data.length - 2]! ^= 1;
 * await secureLoads(data, signature, key).catch((error) => error.code); //=> "mismatch"
 * ```
 */
export async function secureDumps(
  value: unknown,
  key: Key | KeyRing,
  options?: DumpOptions,
): Promise<Signed> {
  const data = dumps(value, options);
  return { data, signature: await sign(data, key) };
}

/**
 * Reads `data` if `signature` (32 bytes, or their 64 hexadecimal digits) is its own under the key, or under any of a
 * ring; else not one opcode runs. `data` must not change meanwhile.
 *
 * @throws SignatureError `mismatch`, `bad-length`; then UnpicklingError as `loads`
 */
export function secureLoads<Schema extends StandardSchema>(
  data: BytesLike,
  signature: BytesLike | string,
  key: Key | KeyRing,
  options: LoadOptions<Schema> & { readonly schema: Schema },
): Promise<OutputOf<Schema>>;
export function secureLoads<T = unknown>(
  data: BytesLike,
  signature: BytesLike | string,
  key: Key | KeyRing,
  options?: LoadOptions,
): Promise<T>;
export async function secureLoads(
  data: BytesLike,
  signature: BytesLike | string,
  key: Key | KeyRing,
  options: LoadOptions = {},
): Promise<unknown> {
  const bytes = bytesOf(data, "data");
  await verify(bytes, signature, key);
  return read(bytes, options);
}

/**
 * The pickle of `value` in one piece with its signature and the id of the key: a line of text, then the pickle.
 *
 * @throws PicklingError as `dumps`
 * @example
 * ```ts
 * import { seal, unseal } from "brine/signing";
 *
 * const old = { current: "2025", keys: { 2025: "last year's key" } };
 * const token = await seal({ user: 7 }, old);
 *
 * const now = { current: "2026", keys: { 2026: "this year's key", 2025: "last year's key" } };
 * await unseal(token, now); //=> { user: 7 }
 * ```
 */
export async function seal(
  value: unknown,
  key: Key | KeyRing,
  options?: DumpOptions,
): Promise<Uint8Array> {
  const data = dumps(value, options);
  return joined(await lineFor([data], key), data);
}

/**
 * Reads what {@link seal} made, if its signature is right; else not one opcode runs. Of a ring the key is taken that the
 * bytes name; a single key fits whatever they name. `sealed` must not change meanwhile.
 *
 * @throws SignatureError `not-sealed`, `unknown-key`, `mismatch`; then UnpicklingError as `loads`, its offsets counted
 * from the pickle's start
 */
export function unseal<Schema extends StandardSchema>(
  sealed: BytesLike,
  key: Key | KeyRing,
  options: LoadOptions<Schema> & { readonly schema: Schema },
): Promise<OutputOf<Schema>>;
export function unseal<T = unknown>(
  sealed: BytesLike,
  key: Key | KeyRing,
  options?: LoadOptions,
): Promise<T>;
export async function unseal(
  sealed: BytesLike,
  key: Key | KeyRing,
  options: LoadOptions = {},
): Promise<unknown> {
  const data = await opened(bytesOf(sealed, "sealed"), secretsOf(key));
  return read(data, options);
}

/**
 * Writes `value` sealed to a file or stream; a path keeps its old contents until the new ones are whole.
 *
 * @throws PicklingError as `dump`; PickleError `write-failed`, `no-files`
 */
export async function secureDump(
  value: unknown,
  target: Target,
  key: Key | KeyRing,
  options: DumpFileOptions = {},
): Promise<void> {
  const chunks: Uint8Array[] = [];
  new Pickler({ write: (chunk) => void chunks.push(chunk) }, options).dump(value);
  const line = await lineFor(chunks, key);
  await writeChunks([line, ...chunks], target, options);
}

/**
 * Reads a sealed file or stream, once and to its end, and then the pickle in it if the signature is right; else not one
 * opcode runs. What was checked is what is read, also when the file changes meanwhile.
 *
 * @throws SignatureError `not-sealed`, `unknown-key`, `mismatch`; LimitError `maxBytes`; UnpicklingError, PickleError as `load`
 */
export function secureLoad<Schema extends StandardSchema>(
  source: Source,
  key: Key | KeyRing,
  options: SecureLoadOptions<Schema> & { readonly schema: Schema },
): Promise<OutputOf<Schema>>;
export function secureLoad<T = unknown>(
  source: Source,
  key: Key | KeyRing,
  options?: SecureLoadOptions,
): Promise<T>;
export async function secureLoad(
  source: Source,
  key: Key | KeyRing,
  options: SecureLoadOptions = {},
): Promise<unknown> {
  const { maxBytes = 2 ** 32, signal, ...others } = options;
  const secrets = secretsOf(key);
  const data = await opened(await readWhole(source, { maxBytes, signal }), secrets);
  return read(data, others);
}

async function lineFor(chunks: readonly Uint8Array[], key: Key | KeyRing): Promise<Uint8Array> {
  const { id, secret } = signerOf(key);
  return sealLine(id, await hmacSha256(secret, chunks));
}

// The pickle in sealed bytes, once its signature is found right.
async function opened(sealed: Uint8Array, secrets: Secrets): Promise<Uint8Array> {
  const { id, signature, start } = sealOf(sealed);
  const data = sealed.subarray(start);
  await check([data], signature, fitting(secrets, id));
  return data;
}

/** {@link seal} of bytes that are a pickle already, at once. */
export function sealBytes(data: Uint8Array, key: Key | KeyRing): Uint8Array {
  const { id, secret } = signerOf(key);
  return joined(sealLine(id, hmacSha256Sync(secret, data)), data);
}

function joined(line: Uint8Array, data: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(line.length + data.length);
  sealed.set(line);
  sealed.set(data, line.length);
  return sealed;
}

/**
 * The pickle in sealed bytes, at once, unread.
 *
 * @throws SignatureError `not-sealed`, `unknown-key`, `mismatch`
 */
export function unsealBytes(sealed: Uint8Array, key: Key | KeyRing): Uint8Array {
  const { id, signature, start } = sealOf(sealed);
  const data = sealed.subarray(start);
  for (const secret of fitting(secretsOf(key), id).values()) {
    if (sameSignature(hmacSha256Sync(secret, data), signature)) return data;
  }
  throw mismatch();
}

function fitting(secrets: Secrets, id: string): Secrets {
  const secret = secrets.get(id);
  if (secret !== undefined) return new Map([[id, secret]]);
  if (secrets.has(NO_ID) || id === NO_ID) return secrets;
  throw new SignatureError(
    "unknown-key",
    `the bytes are sealed with key "${id}", which is not in the ring`,
  );
}

async function check(
  chunks: readonly Uint8Array[],
  signature: Uint8Array,
  secrets: Secrets,
): Promise<void> {
  for (const secret of secrets.values()) {
    if (sameSignature(await hmacSha256(secret, chunks), signature)) return;
  }
  throw mismatch();
}

function mismatch(): SignatureError {
  return new SignatureError(
    "mismatch",
    "the signature does not belong to these bytes: they were changed, or signed with another key",
  );
}

async function read(data: Uint8Array, options: LoadOptions): Promise<unknown> {
  const { schema, ...others } = options;
  const value = loads(data, others);
  return schema === undefined ? value : applySchemaAsync(schema, value, 0);
}

function signatureOf(signature: BytesLike | string): Uint8Array {
  const given =
    typeof signature !== "string"
      ? bytesOf(signature, "signature")
      : /^[0-9a-f]*$/i.test(signature) && signature.length % 2 === 0
        ? fromHex(signature)
        : undefined;
  if (given?.length === SIGNATURE_SIZE) return given;
  const found = given === undefined ? "text that is not hexadecimal" : `${given.length} bytes`;
  throw new SignatureError("bad-length", `a signature is ${SIGNATURE_SIZE} bytes, not ${found}`);
}

function bytesOf(data: unknown, parameter: string): Uint8Array {
  const bytes = asBytes(data);
  if (bytes === undefined) {
    throw new TypeError(`${parameter} must be a Uint8Array, an ArrayBuffer or a view of one`);
  }
  return bytes;
}

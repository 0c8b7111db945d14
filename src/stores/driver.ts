/**
 * A driver or storage of `unstorage` as a {@link Store}: S3, Cloudflare KV, MongoDB, Azure, files, memory …
 *
 * Drivers have no way to compare and set, so `update` needs the caller's word that no other process writes. Bytes go as
 * they are where a driver takes them, else as text `base64:…`, which is what unstorage's own `setItemRaw` writes.
 */
import { asBytes } from "../core/bytes/index.ts";
import { StoreError } from "./error.ts";
import { decodedKey, encodedKey } from "./keys.ts";
import { Locks } from "./locks.ts";
import type { Store } from "./store.ts";

type Awaitable<T> = T | Promise<T>;
type TransactionOptions = Record<string, unknown>;

/** What is called of a driver, or of a storage that `createStorage` has made. Options are left empty. */
export interface DriverLike {
  readonly name?: string;
  hasItem(key: string, options: TransactionOptions): Awaitable<boolean>;
  getItem(key: string, options: TransactionOptions): Awaitable<unknown>;
  getItemRaw?: (key: string, options: TransactionOptions) => Awaitable<unknown>;
  setItem?: (key: string, value: string, options: TransactionOptions) => Awaitable<void>;
  setItemRaw?: (key: string, value: Uint8Array, options: TransactionOptions) => Awaitable<void>;
  removeItem?: (key: string, options: TransactionOptions) => Awaitable<void>;
  getKeys(base: string, options: TransactionOptions): Awaitable<string[]>;
}

/** Options of {@link driverStore}. */
export interface DriverStoreOptions {
  /** Keep everything under this key, so that several stores share one driver: `"users"`. */
  readonly base?: string | undefined;
  /**
   * The caller's word that no other process writes here: then `update` works, one after another in this process.
   * Default false: `update` is refused, because two processes would lose each other's.
   */
  readonly soleWriter?: boolean | undefined;
}

/** Whether it has the methods of a driver. */
export function isDriver(value: unknown): value is DriverLike {
  if (typeof value !== "object" || value === null) return false;
  const { hasItem, getItem, getKeys } = value as Partial<Record<string, unknown>>;
  return [hasItem, getItem, getKeys].every((method) => typeof method === "function");
}

/**
 * A store over a driver of `unstorage`, over what `createStorage` gives, or over any object of that shape. It stays the
 * caller's to dispose of.
 *
 * @throws TypeError when it is none
 */
export function driverStore(driver: DriverLike, options: DriverStoreOptions = {}): Store {
  if (!isDriver(driver)) {
    throw new TypeError("driver must have hasItem, getItem and getKeys, as a driver of unstorage");
  }
  const base = options.base ?? "";
  if (!/^[A-Za-z0-9_-]*(:[A-Za-z0-9_-]+)*$/.test(base)) {
    throw new TypeError("options.base must be letters, digits, _, - and : between them");
  }
  return new DriverStore(driver, base, options.soleWriter === true);
}

// By driver, so that several stores over one wait for each other.
const locks = new WeakMap<DriverLike, Locks>();

function locksOf(driver: DriverLike): Locks {
  const found = locks.get(driver) ?? new Locks();
  locks.set(driver, found);
  return found;
}

const NONE: TransactionOptions = {};
const BASE64 = "base64:";

class DriverStore implements Store {
  readonly engine: string;
  readonly batches = false;
  readonly #driver: DriverLike;
  readonly #prefix: string;
  readonly #isSole: boolean;
  readonly #locks: Locks;

  constructor(driver: DriverLike, base: string, isSole: boolean) {
    this.#driver = driver;
    this.#prefix = base === "" ? "" : `${base}:`;
    this.#isSole = isSole;
    this.#locks = locksOf(driver);
    this.engine = driver.name ?? "unstorage";
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const driver = this.#driver;
    const full = this.#key(key);
    const value = await this.#try("read-failed", key, () =>
      this.#isRaw() ? driver.getItemRaw?.(full, NONE) : driver.getItem(full, NONE),
    );
    return value === null || value === undefined ? undefined : bytesOf(value, key, this.engine);
  }

  async has(key: string): Promise<boolean> {
    return this.#try("read-failed", key, () => this.#driver.hasItem(this.#key(key), NONE));
  }

  // Under the lock of its key, as replace is: a value that is set between its two steps would be lost.
  async set(key: string, bytes: Uint8Array): Promise<void> {
    await this.#locks.run(this.#key(key), () => this.#set(key, bytes));
  }

  async delete(key: string): Promise<boolean> {
    return this.#locks.run(this.#key(key), () => this.#delete(key));
  }

  async #set(key: string, bytes: Uint8Array): Promise<void> {
    const { setItem } = this.#driver;
    const full = this.#key(key);
    if (!this.#isRaw() && setItem === undefined) throw this.#readOnly(key);
    await this.#try("write-failed", key, () =>
      this.#isRaw()
        ? this.#driver.setItemRaw?.(full, bytes, NONE)
        : this.#driver.setItem?.(full, BASE64 + toBase64(bytes), NONE),
    );
  }

  async #delete(key: string): Promise<boolean> {
    const { removeItem } = this.#driver;
    if (removeItem === undefined) throw this.#readOnly(key);
    const was = await this.has(key);
    await this.#try("write-failed", key, () => this.#driver.removeItem?.(this.#key(key), NONE));
    return was;
  }

  async *keys(): AsyncGenerator<string, void, undefined> {
    const base = this.#prefix.slice(0, -1);
    const all = await this.#try("read-failed", undefined, () => this.#driver.getKeys(base, NONE));
    const seen = new Set<string>();
    for (const name of all) {
      // Drivers over folders and buckets answer with paths; a storage would have done this.
      const full = name.replace(/[/\\]/g, ":");
      // Drivers may answer with more than was asked for.
      if (!full.startsWith(this.#prefix)) continue;
      const key = decodedKey(full.slice(this.#prefix.length));
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
  }

  async apply(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    for (const [key, bytes] of changes) {
      if (bytes === undefined) await this.delete(key);
      else await this.set(key, bytes);
    }
  }

  async replace(
    key: string,
    old: Uint8Array | undefined,
    bytes: Uint8Array | undefined,
  ): Promise<boolean> {
    if (!this.#isSole) {
      const message = `${this.engine} cannot compare and set, so an update could be lost; pass { soleWriter: true } where no other process writes, or use Redis`;
      throw new StoreError("not-atomic", message, key);
    }
    return this.#locks.run(this.#key(key), async () => {
      const now = await this.get(key);
      if (!isSame(now, old)) return false;
      if (bytes !== undefined) await this.#set(key, bytes);
      else if (now !== undefined) await this.#delete(key);
      return true;
    });
  }

  async close(): Promise<void> {}

  #key(key: string): string {
    return this.#prefix + encodedKey(key);
  }

  // Both ways, or what one of them writes the other does not read.
  #isRaw(): boolean {
    return this.#driver.getItemRaw !== undefined && this.#driver.setItemRaw !== undefined;
  }

  async #try<T>(
    code: "read-failed" | "write-failed",
    key: string | undefined,
    action: () => Awaitable<T>,
  ): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw engineError(code, this.engine, key, cause);
    }
  }

  #readOnly(key: string): StoreError {
    return new StoreError("write-failed", `${this.engine} can only be read`, key);
  }
}

/** What an engine raised, as ours. */
export function engineError(
  code: "read-failed" | "write-failed",
  engine: string,
  key: string | undefined,
  cause: unknown,
): StoreError {
  if (cause instanceof StoreError) return cause;
  const verb = code === "read-failed" ? "read" : "write";
  const what = key === undefined ? "" : ` ${JSON.stringify(key)}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(code, `${engine} could not ${verb}${what}: ${reason}`, key, { cause });
}

/** Whether both are the same bytes, or both nothing. */
export function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function bytesOf(value: unknown, key: string, engine: string): Uint8Array {
  const bytes = asBytes(value);
  // Copied: the memory is the driver's own.
  if (bytes !== undefined) return new Uint8Array(bytes);
  if (typeof value === "string" && value.startsWith(BASE64)) {
    const decoded = fromBase64(value.slice(BASE64.length));
    if (decoded !== undefined) return decoded;
  }
  const message = `what ${engine} has under ${JSON.stringify(key)} is no bytes of a shelf`;
  throw new StoreError("bad-value", message, key);
}

const STEP = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP) {
    text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  }
  return btoa(text);
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** A Map on the disk: keys of text, any value of Python's or of yours. Source: CPython 3.13 Lib/shelve.py. */
import { decodeLatin1, encodeLatin1 } from "../core/bytes/index.ts";
import {
  type Database,
  type Flag,
  fromSqlite,
  type NewFormat,
  open as openDatabase,
  type SqliteHandle,
} from "../dbm/index.ts";
import { Coding, type CodingOptions } from "./coding.ts";
import { guarded, ShelveError } from "./error.ts";

/** Options of {@link Shelf}. */
export interface ShelfOptions<T = unknown> extends CodingOptions<T> {
  /**
   * Keep every value that was read or set, and write all of them at `sync` and `close`: then a value that is changed in
   * place is written too. Default false: only `set` and `update` write. For a shelf
   * that nobody else writes: what is kept is not read again.
   */
  readonly writeback?: boolean | undefined;
  /** How the text of keys becomes bytes. Default `"utf-8"`, as in Python. */
  readonly keyEncoding?: "utf-8" | "latin1" | undefined;
}

/** Options of {@link open}. */
export interface OpenShelfOptions<T = unknown> extends ShelfOptions<T> {
  /** `r` to read, `w` to change what is there, `c` (the default) to make it where there is none, `n` to make it anew. */
  readonly flag?: Flag | undefined;
  /** What a new shelf is. Default `"dbm.sqlite3"`, as in Python 3.13. */
  readonly format?: NewFormat | undefined;
}

/**
 * Opens a shelf: that of Python, or a new one that Python opens too.
 *
 * @param target a path as Python's `shelve.open` takes it, or an SQLite connection (`node:sqlite`, better-sqlite3)
 * @throws ShelveError `not-found`, `unknown-format`, `damaged`, `not-writable`, `read-only`, `locked`, `no-sqlite`, `no-files`
 * @example
 * ```ts
 * import { open } from "brine/shelve";
 * using shelf = open<{ age: number }>("users_db");
 * shelf.set("ann", { age: 34 });
 * shelf.update("ann", (user) => ({ age: (user?.age ?? 0) + 1 }));
 * shelf.get("ann"); //=> { age: 35 }
 * ```
 */
export function open<T = unknown>(
  target: string | SqliteHandle,
  options: OpenShelfOptions<T> = {},
): Shelf<T> {
  const { flag = "c", format, ...others } = options;
  const database = guarded(() =>
    typeof target === "string"
      ? openDatabase(target, { flag, format })
      : fromSqlite(target, { readonly: flag === "r" }),
  );
  return new Shelf<T>(database, others);
}

/** A Map over a database. */
export class Shelf<T = unknown> implements Disposable, Iterable<[key: string, value: T]> {
  /** Where the values are. */
  readonly database: Database;
  readonly #coding: Coding<T>;
  readonly #keyEncoding: "utf-8" | "latin1";
  // Values that may have been changed in place, with writeback.
  readonly #cache: Map<string, T> | undefined;

  constructor(database: Database, options: ShelfOptions<T> = {}) {
    const { writeback = false, keyEncoding = "utf-8", ...coding } = options;
    if (keyEncoding !== "utf-8" && keyEncoding !== "latin1")
      throw new TypeError('keyEncoding must be "utf-8" or "latin1"');
    this.database = database;
    this.#coding = new Coding(coding);
    this.#keyEncoding = keyEncoding;
    this.#cache = writeback ? new Map() : undefined;
  }

  /** Number of keys. */
  get size(): number {
    return guarded(() => this.database.size);
  }

  /**
   * The value, or `undefined`. Each call makes it anew, but with `writeback`.
   *
   * @throws UnpicklingError as `loads`; ShelveError `read-failed`, `damaged`, `closed`
   */
  get(key: string): T | undefined {
    const bytes = this.#bytes(key);
    if (this.#cache?.has(key) === true && guarded(() => this.database.has(bytes)))
      return this.#cache.get(key);
    const found = guarded(() => this.database.get(bytes), key);
    if (found === undefined) return undefined;
    const value = this.#coding.load(found);
    this.#cache?.set(key, value);
    return value;
  }

  has(key: string): boolean {
    const bytes = this.#bytes(key);
    return guarded(() => this.database.has(bytes), key);
  }

  /** @throws PicklingError as `dumps`; ShelveError `read-only`, `locked`, `disk-full`, `write-failed`, `closed` */
  set(key: string, value: T): this {
    const bytes = this.#bytes(key);
    const pickle = this.#coding.dump(value);
    guarded(() => this.database.set(bytes, pickle), key);
    this.#cache?.set(key, value);
    return this;
  }

  /** Deletes a key, and answers whether there was one. */
  delete(key: string): boolean {
    const bytes = this.#bytes(key);
    this.#cache?.delete(key);
    return guarded(() => this.database.delete(bytes), key);
  }

  /** Deletes all keys. */
  clear(): void {
    this.#cache?.clear();
    guarded(() => this.database.clear());
  }

  /** The keys: in SQLite in the order of their bytes, in dbm.dumb as they came, else in none. */
  *keys(): IterableIterator<string> {
    for (const bytes of guarded(() => [...this.database.keys()])) yield this.#text(bytes);
  }

  *values(): IterableIterator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): IterableIterator<[key: string, value: T]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      // Deleted since its key was found, or a value that is undefined, which no pickle is.
      if (value !== undefined) yield [key, value];
    }
  }

  [Symbol.iterator](): IterableIterator<[key: string, value: T]> {
    return this.entries();
  }

  /**
   * Changes a value by a function of the present one (`undefined` where there is none), and answers with the new one; a
   * function that answers `undefined` deletes the key. In SQLite nobody comes between, whatever process it is.
   *
   * @throws ShelveError `locked` where another process writes for more than five seconds; what `fn` throws
   */
  update(key: string, fn: (value: T | undefined) => T | undefined): T | undefined {
    if (typeof fn !== "function") throw new TypeError(`fn must be a function, not ${typeof fn}`);
    return this.batch(() => {
      // With writeback what was kept may have been changed in place; else what another process wrote meanwhile counts.
      const value = fn(this.#cache?.has(key) === true ? this.get(key) : this.#fresh(key));
      if (value === undefined) this.delete(key);
      else this.set(key, value);
      return value;
    });
  }

  #fresh(key: string): T | undefined {
    const bytes = this.#bytes(key);
    const found = guarded(() => this.database.get(bytes), key);
    return found === undefined ? undefined : this.#coding.load(found);
  }

  /**
   * Runs `fn` so that all of its changes are there together, or none where it throws or the process dies; as one transaction
   * they are also written far faster. `fn` is not asynchronous.
   */
  batch<R>(fn: () => R): R {
    if (typeof fn !== "function") throw new TypeError(`fn must be a function, not ${typeof fn}`);
    const kept = this.#cache === undefined ? undefined : new Map(this.#cache);
    let failure: { readonly error: unknown } | undefined;
    try {
      return guarded(() =>
        this.database.batch(() => {
          try {
            const result = fn();
            if (result instanceof Promise)
              throw new TypeError("fn must not be asynchronous: a batch ends when it returns");
            return result;
          } catch (error) {
            failure = { error };
            throw error;
          }
        }),
      );
    } catch (error) {
      if (kept !== undefined) {
        this.#cache?.clear();
        for (const [key, value] of kept) this.#cache?.set(key, value);
      }
      throw failure === undefined ? error : failure.error;
    }
  }

  /** Writes what `writeback` kept, and what the database gathers; it is on the disk then. */
  sync(): void {
    const cache = this.#cache;
    if (cache !== undefined && cache.size > 0 && !this.database.readonly) {
      const pickles = [...cache].map(
        ([key, value]) => [this.#bytes(key), this.#coding.dump(value)] as const,
      );
      guarded(() =>
        this.database.batch(() => {
          for (const [key, pickle] of pickles) this.database.set(key, pickle);
        }),
      );
      cache.clear();
    }
    guarded(() => this.database.sync());
  }

  /** Writes what is left, and closes. A second call does nothing. */
  close(): void {
    try {
      if (this.#cache !== undefined && this.#cache.size > 0) this.sync();
    } finally {
      this.#cache?.clear();
      guarded(() => this.database.close());
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #bytes(key: string): Uint8Array {
    if (typeof key !== "string") throw new TypeError(`key must be a string, not ${typeof key}`);
    const bytes =
      this.#keyEncoding === "latin1"
        ? encodeLatin1(key)
        : key.isWellFormed()
          ? new TextEncoder().encode(key)
          : undefined;
    if (bytes !== undefined) return bytes;
    throw new ShelveError("bad-key", `a key that ${this.#keyEncoding} cannot write`, key);
  }

  #text(bytes: Uint8Array): string {
    if (this.#keyEncoding === "latin1") return decodeLatin1(bytes);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      const message = 'a key of the shelf is no UTF-8; keyEncoding: "latin1" reads any';
      throw new ShelveError("bad-key", message, decodeLatin1(bytes), { cause });
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

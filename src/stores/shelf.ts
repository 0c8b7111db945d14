/** Values in, pickles in a store out and back: the shelf of several machines, asynchronous as their network is. */
import { type DumpOptions, dumps, type LoadOptions, loads, type StandardSchema } from "../index.ts";
import { applySchemaAsync } from "../schema/index.ts";
import { type DriverLike, driverStore, isDriver, isSame } from "./driver.ts";
import { StoreError } from "./error.ts";
import { checkedKey } from "./keys.ts";
import { Locks } from "./locks.ts";
import { isRedis, type RedisLike, redisStore } from "./redis.ts";
import { isStore, type Store } from "./store.ts";

/** Options of {@link AsyncShelf}; those of `dumps` and `loads` hold for every value. */
export interface AsyncShelfOptions<T = unknown>
  extends Omit<LoadOptions, "schema" | "buffers">,
    Omit<DumpOptions, "bufferCallback"> {
  /** Judges each value that is read, and gives it its type. */
  readonly schema?: StandardSchema<unknown, T> | undefined;
}

/** Options of {@link openAsync}. */
export interface OpenAsyncOptions<T = unknown> extends AsyncShelfOptions<T> {
  /** What every key begins with: a prefix of Redis's keys, the `base` of a driver. */
  readonly prefix?: string | undefined;
  /** For drivers: no other process writes, so that `update` may work. */
  readonly soleWriter?: boolean | undefined;
}

/** What {@link AsyncShelf.batch} gathers. */
export interface AsyncBatch<T> {
  set(key: string, value: T): AsyncBatch<T>;
  delete(key: string): AsyncBatch<T>;
}

/**
 * A shelf over a client of Redis, a driver or storage of `unstorage`, or a {@link Store}.
 *
 * @throws TypeError when `target` is none of these
 * @example
 * ```ts
 * import { openAsync } from "brine/shelve";
 *
 * // Any driver of unstorage, or a client of redis or ioredis; this is the least that a driver has to be.
 * const kept = new Map<string, Uint8Array>();
 * const driver = {
 *   hasItem: (key: string) => kept.has(key),
 *   getItem: (key: string) => kept.get(key) ?? null,
 *   getItemRaw: (key: string) => kept.get(key) ?? null,
 *   setItemRaw: (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
 *   removeItem: (key: string) => void kept.delete(key),
 *   getKeys: () => [...kept.keys()],
 * };
 * await using users = openAsync<{ visits: number }>(driver, { prefix: "users", soleWriter: true });
 * await users.set("ann", { visits: 1 });
 * await users.update("ann", (user) => ({ visits: (user?.visits ?? 0) + 1 }));
 * await users.get("ann"); //=> { visits: 2 }
 * ```
 */
export function openAsync<T = unknown>(
  target: RedisLike | DriverLike | Store,
  options: OpenAsyncOptions<T> = {},
): AsyncShelf<T> {
  const { prefix, soleWriter, ...others } = options;
  return new AsyncShelf<T>(storeOf(target, prefix, soleWriter), others);
}

function storeOf(target: unknown, prefix: string | undefined, soleWriter?: boolean): Store {
  if (isStore(target)) return target;
  if (isRedis(target)) return redisStore(target, { prefix });
  // Redis's prefixes end in a colon, drivers put it there themselves.
  if (isDriver(target)) return driverStore(target, { base: prefix?.replace(/:$/, ""), soleWriter });
  throw new TypeError(
    "target must be a client of redis or ioredis, a driver or storage of unstorage, or a store",
  );
}

// A key that everybody wants at once; each time somebody gets through.
const TRIES = 2000;
const LONGEST_PAUSE = 25;

/** A Map on other machines: each value is a pickle of its own, as in Python's shelve. */
export class AsyncShelf<T = unknown> {
  /** Where the values are. */
  readonly store: Store;
  readonly #options: AsyncShelfOptions<T>;
  readonly #locks = new Locks();
  #isClosed = false;

  constructor(store: Store, options: AsyncShelfOptions<T> = {}) {
    if (!isStore(store)) throw new TypeError("store must be a Store, as redisStore() gives it");
    this.store = store;
    this.#options = options;
  }

  /** The value, or `undefined`. @throws StoreError `read-failed`; UnpicklingError as `loads` */
  async get(key: string): Promise<T | undefined> {
    const bytes = await this.#open().get(checkedKey(key));
    return bytes === undefined ? undefined : this.#load(bytes);
  }

  /** @throws StoreError `write-failed`; PicklingError as `dumps` */
  async set(key: string, value: T): Promise<this> {
    await this.#open().set(checkedKey(key), dumps(value, this.#options));
    return this;
  }

  async has(key: string): Promise<boolean> {
    return this.#open().has(checkedKey(key));
  }

  /** Deletes a key, and answers whether there was one. */
  async delete(key: string): Promise<boolean> {
    return this.#open().delete(checkedKey(key));
  }

  /** How many keys there are: all of them are iterated. */
  async size(): Promise<number> {
    let count = 0;
    for await (const _key of this.keys()) count++;
    return count;
  }

  /** The keys, in no order. Those that come or go meanwhile may be among them. */
  async *keys(): AsyncGenerator<string, void, undefined> {
    yield* this.#open().keys();
  }

  async *values(): AsyncGenerator<T, void, undefined> {
    for await (const [, value] of this.entries()) yield value;
  }

  async *entries(): AsyncGenerator<[key: string, value: T], void, undefined> {
    for await (const key of this.keys()) {
      const bytes = await this.#open().get(key);
      // Deleted since its key was found.
      if (bytes !== undefined) yield [key, await this.#load(bytes)];
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<[key: string, value: T], void, undefined> {
    return this.entries();
  }

  /** Deletes all keys. */
  async clear(): Promise<void> {
    const store = this.#open();
    let found: [string, undefined][] = [];
    for await (const key of store.keys()) {
      if (found.push([key, undefined]) < 1000) continue;
      await store.apply(new Map(found));
      found = [];
    }
    await store.apply(new Map(found));
  }

  /**
   * Changes a value by a function of the present one (`undefined` where there is none), and answers with the new one. Where
   * somebody else has changed it meanwhile, the function is called again with what it is now; so no update is lost. A
   * function that answers `undefined` deletes the key.
   *
   * @throws StoreError `not-atomic` over a driver without `soleWriter`, `conflict` after 2000 attempts; what `fn` throws
   */
  async update(
    key: string,
    fn: (value: T | undefined) => T | undefined | Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (typeof fn !== "function") throw new TypeError(`fn must be a function, not ${typeof fn}`);
    const store = this.#open();
    // Callers of one process wait for each other instead of undoing each other's work.
    return this.#locks.run(checkedKey(key), async () => {
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const old = await store.get(key);
        const value = await fn(old === undefined ? undefined : await this.#load(old));
        const bytes = value === undefined ? undefined : dumps(value, this.#options);
        if (isSame(old, bytes)) return value;
        if (await store.replace(key, old, bytes)) return value;
        const pause = Math.random() * Math.min(LONGEST_PAUSE, attempt);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      const message = `others changed ${JSON.stringify(key)} each time before its update was done; ${TRIES} attempts`;
      throw new StoreError("conflict", message, key);
    });
  }

  /**
   * Gathers changes and makes them: over Redis all at once, over a driver one after another. `fn` may be asynchronous; when
   * it throws, nothing is changed.
   */
  async batch(fn: (batch: AsyncBatch<T>) => unknown): Promise<void> {
    if (typeof fn !== "function") throw new TypeError(`fn must be a function, not ${typeof fn}`);
    const store = this.#open();
    const changes = new Map<string, Uint8Array | undefined>();
    const batch: AsyncBatch<T> = {
      set: (key, value) => {
        changes.set(checkedKey(key), dumps(value, this.#options));
        return batch;
      },
      delete: (key) => {
        changes.set(checkedKey(key), undefined);
        return batch;
      },
    };
    await fn(batch);
    await store.apply(changes);
  }

  /** Ends the use of the shelf. The client or driver that was handed in stays open. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): Store {
    if (!this.#isClosed) return this.store;
    throw new StoreError("closed", "the shelf was closed");
  }

  async #load(bytes: Uint8Array): Promise<T> {
    const { schema, ...options } = this.#options;
    const value = loads(bytes, options);
    // Without a schema the caller's type is the caller's word, as with loads<T>().
    return (schema === undefined ? value : await applySchemaAsync(schema, value, 0)) as T;
  }
}

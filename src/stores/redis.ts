/**
 * A Redis client as a {@link Store}: each key one string of Redis, PREFIX + key, its value the bytes and nothing else, so
 * that a Python beside it reads `pickle.loads(redis.get("users:ann"))`.
 *
 * Source: redis.io/commands SCAN (every key that is there all the while comes at least once), EVAL (a script runs alone).
 */
import { engineError } from "./driver.ts";
import { StoreError } from "./error.ts";
import { checkedKey, utf8Text } from "./keys.ts";
import type { Store } from "./store.ts";

/** What is called of a client of `redis` (node-redis 4 and later). */
export interface NodeRedisLike {
  sendCommand(args: readonly never[], options?: never): Promise<unknown>;
}

/** What is called of a client of `ioredis` (5 and later). */
export interface IoRedisLike {
  callBuffer(command: string, ...args: never[]): unknown;
}

/** A client of Redis, or of what speaks its protocol (Valkey, KeyDB, Dragonfly …). */
export type RedisLike = NodeRedisLike | IoRedisLike;

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** What every key begins with, so that several stores share one database: `"users:"`. Default `""`. */
  readonly prefix?: string | undefined;
  /** How many keys one SCAN looks at. Default 250; the server answers others between two of them. */
  readonly scanCount?: number | undefined;
}

/** Whether it has the methods of a client. */
export function isRedis(value: unknown): value is RedisLike {
  if (typeof value !== "object" || value === null) return false;
  const { sendCommand, callBuffer } = value as Partial<Record<string, unknown>>;
  return typeof callBuffer === "function" || typeof sendCommand === "function";
}

// What ioredis says of itself, and what node-redis has for it.
function isCluster(client: RedisLike): boolean {
  return ("isCluster" in client && client.isCluster === true) || "masters" in client;
}

/**
 * A store over a connected client of `redis` or `ioredis`, which stays the caller's to close. `update` compares and sets in
 * one step of the server, so that no update is lost, whatever else writes; keys are iterated with SCAN.
 *
 * @throws TypeError when it is no client, or one of a cluster
 */
export function redisStore(client: RedisLike, options: RedisStoreOptions = {}): Store {
  if (!isRedis(client)) {
    throw new TypeError(
      "client must be a client of redis or ioredis, with sendCommand or callBuffer",
    );
  }
  if (isCluster(client)) {
    throw new TypeError(
      "client must be that of one server: SCAN knows the keys of one node of a cluster only",
    );
  }
  const { prefix = "", scanCount = 250 } = options;
  if (typeof prefix !== "string" || !prefix.isWellFormed()) {
    throw new TypeError("options.prefix must be Unicode text");
  }
  if (!Number.isSafeInteger(scanCount) || scanCount < 1) {
    throw new TypeError("options.scanCount must be a whole number from 1 on");
  }
  return new RedisStore(client, prefix, scanCount);
}

// KEYS: key. ARGV: whether there is an old value, it, whether there is a new one, it.
const REPLACE = `
local now = redis.call('GET', KEYS[1])
if ARGV[1] == '1' then
  if now ~= ARGV[2] then return 0 end
elseif now then return 0 end
if ARGV[3] == '1' then redis.call('SET', KEYS[1], ARGV[4]) else redis.call('DEL', KEYS[1]) end
return 1`;

// KEYS: keys. ARGV: for each whether there is a value, and it.
const APPLY = `
for at, key in ipairs(KEYS) do
  if ARGV[2 * at - 1] == '1' then redis.call('SET', key, ARGV[2 * at]) else redis.call('DEL', key) end
end
return #KEYS`;

const NOTHING = new Uint8Array(0);

type Argument = string | Uint8Array;

class RedisStore implements Store {
  readonly engine = "Redis";
  readonly batches = true;
  readonly #client: RedisLike;
  readonly #prefix: string;
  readonly #scanCount: number;

  constructor(client: RedisLike, prefix: string, scanCount: number) {
    this.#client = client;
    this.#prefix = prefix;
    this.#scanCount = scanCount;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const reply = await this.#call("read-failed", key, ["GET", this.#key(key)]);
    if (reply === null) return undefined;
    if (reply instanceof Uint8Array) return plain(reply);
    throw this.#unexpected(key, "GET");
  }

  async has(key: string): Promise<boolean> {
    return Number(await this.#call("read-failed", key, ["EXISTS", this.#key(key)])) > 0;
  }

  async set(key: string, bytes: Uint8Array): Promise<void> {
    await this.#call("write-failed", key, ["SET", this.#key(key), bytes]);
  }

  async delete(key: string): Promise<boolean> {
    return Number(await this.#call("write-failed", key, ["DEL", this.#key(key)])) > 0;
  }

  async *keys(): AsyncGenerator<string, void, undefined> {
    const match = `${this.#prefix.replace(/[\\*?[\]]/g, "\\$&")}*`;
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const command = ["SCAN", cursor, "MATCH", match, "COUNT", String(this.#scanCount)];
      const reply = await this.#call("read-failed", undefined, command);
      const [next, found] = Array.isArray(reply) ? (reply as unknown[]) : [];
      if (!(next instanceof Uint8Array) || !Array.isArray(found)) {
        throw this.#unexpected(undefined, "SCAN");
      }
      cursor = utf8Text(next) ?? "0";
      for (const name of found as unknown[]) {
        const full = name instanceof Uint8Array ? utf8Text(name) : undefined;
        if (full?.startsWith(this.#prefix) !== true || seen.has(full)) continue;
        seen.add(full);
        yield full.slice(this.#prefix.length);
      }
    } while (cursor !== "0");
  }

  async apply(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    if (changes.size === 0) return;
    const keys = [...changes.keys()].map((key) => this.#key(key));
    const values = [...changes.values()].flatMap((bytes): Argument[] =>
      bytes === undefined ? ["0", NOTHING] : ["1", bytes],
    );
    await this.#call("write-failed", undefined, [
      "EVAL",
      APPLY,
      String(keys.length),
      ...keys,
      ...values,
    ]);
  }

  async replace(
    key: string,
    old: Uint8Array | undefined,
    bytes: Uint8Array | undefined,
  ): Promise<boolean> {
    const given = [old, bytes].flatMap((value): Argument[] =>
      value === undefined ? ["0", NOTHING] : ["1", value],
    );
    const command = ["EVAL", REPLACE, "1", this.#key(key), ...given];
    return Number(await this.#call("write-failed", key, command)) === 1;
  }

  async close(): Promise<void> {}

  #key(key: string): string {
    return this.#prefix + checkedKey(key);
  }

  async #call(
    code: "read-failed" | "write-failed",
    key: string | undefined,
    command: readonly Argument[],
  ): Promise<unknown> {
    // Clients take bytes as Node's Buffer only, and give them as such when they are asked for.
    const { bufferType, toBuffer } = await import("#files");
    const args = command.map((part) => (typeof part === "string" ? part : toBuffer(part)));
    try {
      const client = this.#client;
      if ("callBuffer" in client) {
        const [name = "", ...rest] = args;
        return await client.callBuffer(name as string, ...(rest as never[]));
      }
      // 36 is "$", RESP's bulk strings; node-redis 4 has a word for it.
      const options = { typeMapping: { 36: bufferType }, returnBuffers: true };
      return await client.sendCommand(args as never[], options as never);
    } catch (cause) {
      throw engineError(code, this.engine, key, cause);
    }
  }

  #unexpected(key: string | undefined, command: string): StoreError {
    const message = `Redis answered ${command} with something that is no bytes`;
    return new StoreError("read-failed", message, key);
  }
}

function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Django's caches as Django keeps them: values by key in files, and in a table of a database.
 *
 * Source: Django's cache backends. `filebased`: MD5 of the key names the file, which is a pickle of the time it expires
 * (seconds since 1970, a float, or None), then zlib over the pickle of the value. `db`: cache_key, the pickle in base64,
 * expires. Keys are `PREFIX:VERSION:KEY` in all of them.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { deflateSync, inflateSync } from "node:zlib";
import { dumps, Float, type LoadOptions, loads, type TypeList, Unpickler } from "brine";

/** How a cache stands in Django's settings, and what its values may hold. */
export interface CacheOptions {
  /** `KEY_PREFIX` */
  readonly prefix?: string;
  /** `VERSION` */
  readonly version?: number;
  readonly types?: TypeList;
  /** Names that a value may hold beside those that `types` and brine know; without it, any. They stay inert. */
  readonly allow?: readonly string[];
}

// What a file of a few bytes may become; Django itself has no such limit.
const MOST_BYTES = 64 * 1024 * 1024;
const FOREVER = "9999-12-31 23:59:59";

/** The settings that both caches have in common. */
class Settings {
  readonly prefix: string;
  readonly types: TypeList;
  readonly load: LoadOptions;
  constructor({ prefix = "", version = 1, types = [], allow }: CacheOptions) {
    this.prefix = `${prefix}:${version}:`;
    this.types = types;
    this.load = { types, ...(allow && { allow }) };
  }
}

/** `django.core.cache.backends.filebased.FileBasedCache` over a folder. */
export class FileCache {
  readonly #folder: string;
  readonly #settings: Settings;

  constructor(folder: string, options: CacheOptions = {}) {
    this.#folder = folder;
    this.#settings = new Settings(options);
  }

  /** The value, or `undefined` where there is none or it has expired. */
  async get<T = unknown>(key: string): Promise<T | undefined> {
    const bytes = await readFile(this.#path(key)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    if (bytes === undefined || bytes.length === 0) return undefined;
    const first = new Unpickler(bytes, { allow: [] });
    const expires = first.load() as number | null;
    if (expires !== null && expires < Date.now() / 1000) return undefined;
    const packed = bytes.subarray(first.position);
    return loads<T>(inflateSync(packed, { maxOutputLength: MOST_BYTES }), this.#settings.load);
  }

  /** Keeps a value for so many seconds, `null` for ever. */
  async set(key: string, value: unknown, seconds: number | null): Promise<void> {
    const expires = seconds === null ? null : new Float(Date.now() / 1000 + seconds);
    const packed = deflateSync(dumps(value, { types: this.#settings.types }));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // Whoever reads it meanwhile gets the old file or the new one.
    const fresh = join(this.#folder, `${randomUUID()}.tmp`);
    await writeFile(fresh, Buffer.concat([dumps(expires), packed]), { mode: 0o600 });
    await rename(fresh, this.#path(key));
  }

  #path(key: string): string {
    const name = createHash("md5").update(`${this.#settings.prefix}${key}`).digest("hex");
    return join(this.#folder, `${name}.djcache`);
  }
}

/** `django.core.cache.backends.db.DatabaseCache` over a table that `createcachetable` has made in SQLite. */
export class TableCache {
  readonly #settings: Settings;
  readonly #db: DatabaseSync;
  readonly #table: string;

  constructor(db: DatabaseSync, table: string, options: CacheOptions = {}) {
    this.#settings = new Settings(options);
    this.#db = db;
    this.#table = `"${table.replaceAll('"', '""')}"`;
  }

  /** The value, or `undefined` where there is none or it has expired. */
  get<T = unknown>(key: string): T | undefined {
    const row = this.#db
      .prepare(`SELECT value FROM ${this.#table} WHERE cache_key = ? AND expires >= ?`)
      .get(this.#settings.prefix + key, moment(0));
    if (row === undefined) return undefined;
    return loads<T>(Buffer.from(String(row["value"]), "base64"), this.#settings.load);
  }

  /** Keeps a value for so many seconds, `null` for ever. */
  set(key: string, value: unknown, seconds: number | null): void {
    const pickle = Buffer.from(dumps(value, { types: this.#settings.types }));
    this.#db
      .prepare(`REPLACE INTO ${this.#table} (cache_key, value, expires) VALUES (?, ?, ?)`)
      .run(
        this.#settings.prefix + key,
        pickle.toString("base64"),
        seconds === null ? FOREVER : moment(seconds),
      );
  }
}

// As Django writes a time into SQLite, with USE_TZ: UTC, no zone, no fraction.
function moment(secondsFromNow: number): string {
  return new Date(Date.now() + secondsFromNow * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * A database that is read whole, and where its format is written here (GDBM) replaced whole: changes gather in memory until
 * `sync`, `close` or the end of a batch writes a new file in the place of the old one.
 */
import { decodeLatin1, encodeLatin1 } from "../core/bytes/index.ts";
import { bytesOf, closed, type Database, readOnly } from "./database.ts";
import { DbmError } from "./error.ts";
import type { DbmFormat } from "./formats.ts";

/** Writes all entries in the place of what was there; `undefined` where the format is not written here. */
export type WriteAll = ((entries: Iterable<readonly [Uint8Array, Uint8Array]>) => void) | undefined;

/** Entries in memory. Keys are the characters of their bytes. */
export class MemoryDatabase implements Database {
  readonly format: DbmFormat;
  readonly readonly: boolean;
  readonly #write: WriteAll;
  #items: Map<string, Uint8Array>;
  #isChanged: boolean;
  #isBatch = false;
  #isClosed = false;

  constructor(
    format: DbmFormat,
    entries: Iterable<readonly [Uint8Array, Uint8Array]>,
    options: { readonly: boolean; isNew: boolean; write: WriteAll },
  ) {
    this.format = format;
    this.readonly = options.readonly;
    this.#write = options.write;
    this.#items = new Map();
    for (const [key, value] of entries) this.#items.set(decodeLatin1(key), value);
    this.#isChanged = options.isNew;
    if (options.isNew) this.sync();
  }

  get size(): number {
    return this.#open().size;
  }

  get(key: Uint8Array | string): Uint8Array | undefined {
    return this.#open().get(characters(key))?.slice();
  }

  has(key: Uint8Array | string): boolean {
    return this.#open().has(characters(key));
  }

  set(key: Uint8Array | string, value: Uint8Array | string): this {
    this.#writable().set(characters(key), new Uint8Array(bytesOf(value, "value")));
    this.#isChanged = true;
    return this;
  }

  delete(key: Uint8Array | string): boolean {
    const found = this.#writable().delete(characters(key));
    this.#isChanged ||= found;
    return found;
  }

  clear(): void {
    this.#isChanged ||= this.#writable().size > 0;
    this.#items.clear();
  }

  *keys(): IterableIterator<Uint8Array> {
    for (const key of this.#open().keys()) yield bytesBehind(key);
  }

  *entries(): IterableIterator<[Uint8Array, Uint8Array]> {
    for (const [key, value] of this.#open()) yield [bytesBehind(key), value.slice()];
  }

  batch<T>(fn: () => T): T {
    const items = this.#writable();
    if (this.#isBatch) return fn();
    this.sync();
    const before = new Map(items);
    this.#isBatch = true;
    try {
      const result = fn();
      this.#isBatch = false;
      this.sync();
      return result;
    } catch (error) {
      this.#items = before;
      this.#isChanged = false;
      throw error;
    } finally {
      this.#isBatch = false;
    }
  }

  sync(): void {
    const items = this.#open();
    if (!this.#isChanged || this.#isBatch) return;
    this.#write?.([...items].map(([key, value]) => [bytesBehind(key), value] as const));
    this.#isChanged = false;
  }

  close(): void {
    if (this.#isClosed) return;
    this.sync();
    this.#isClosed = true;
    this.#items = new Map();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): Map<string, Uint8Array> {
    if (this.#isClosed) throw closed();
    return this.#items;
  }

  #writable(): Map<string, Uint8Array> {
    const items = this.#open();
    if (this.readonly) throw readOnly();
    if (this.#write !== undefined) return items;
    const message = `${this.format} is read here and not written; convert it: brine shelve DB convert`;
    throw new DbmError("not-writable", message);
  }
}

function characters(key: Uint8Array | string): string {
  return decodeLatin1(bytesOf(key, "key"));
}

function bytesBehind(key: string): Uint8Array {
  return encodeLatin1(key) as Uint8Array;
}

/** A database, whatever its format: bytes under keys of bytes. */
import { DbmError } from "./error.ts";
import type { DbmFormat } from "./formats.ts";

/** An open database. Strings are keys and values of their UTF-8 bytes, as in Python. */
export interface Database extends Disposable {
  readonly format: DbmFormat;
  readonly readonly: boolean;
  /** Number of keys. */
  readonly size: number;
  get(key: Uint8Array | string): Uint8Array | undefined;
  has(key: Uint8Array | string): boolean;
  /** @throws DbmError `read-only`, `not-writable`, `locked`, `disk-full`, `write-failed` */
  set(key: Uint8Array | string, value: Uint8Array | string): this;
  /** Deletes a key, and answers whether there was one. */
  delete(key: Uint8Array | string): boolean;
  clear(): void;
  keys(): IterableIterator<Uint8Array>;
  entries(): IterableIterator<[key: Uint8Array, value: Uint8Array]>;
  /**
   * Runs `fn` so that all of its changes are there together, or none: when it throws, or the process dies, the database is
   * as it was. A batch within a batch is a part of the outer one. No other process can change it meanwhile where the format has locks (SQLite).
   */
  batch<T>(fn: () => T): T;
  /** Writes what was changed and not yet written; it is on the disk then. */
  sync(): void;
  /** Writes what is left and closes. A second call does nothing. */
  close(): void;
}

const utf8 = new TextEncoder();

/** The bytes of a key or a value. */
export function bytesOf(value: unknown, parameter: "key" | "value"): Uint8Array {
  if (typeof value === "string") return utf8.encode(value);
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${parameter} must be a string or a Uint8Array, not ${typeof value}`);
}

/** The refusal of a change to a database that was opened for reading. */
export function readOnly(): DbmError {
  return new DbmError("read-only", 'the database was opened with flag: "r"');
}

/** The refusal of a closed database. */
export function closed(): DbmError {
  return new DbmError("closed", "the database was closed");
}

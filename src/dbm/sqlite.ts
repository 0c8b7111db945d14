/**
 * A database in SQLite, in the layout of Python 3.13's dbm.sqlite3: the same file is open in Python and here at once.
 * Source: CPython 3.13 Lib/dbm/sqlite3.py; node:sqlite.
 */
import type { SqliteHandle } from "../node/index.ts";
import { bytesOf, closed, type Database, readOnly } from "./database.ts";
import { DbmError } from "./error.ts";

// Python's own statements. CAST keeps what Python's sees equal equal here: a text key is the BLOB of its bytes.
const CREATE = "CREATE TABLE IF NOT EXISTS Dict (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)";
const SCHEMA =
  "SELECT type, sql FROM sqlite_schema WHERE name = 'Dict' COLLATE NOCASE OR tbl_name = 'Dict' COLLATE NOCASE";
const GET = "SELECT value FROM Dict WHERE key = CAST(? AS BLOB)";
const SET = "REPLACE INTO Dict (key, value) VALUES (CAST(? AS BLOB), CAST(? AS BLOB))";
const DELETE = "DELETE FROM Dict WHERE key = CAST(? AS BLOB)";
const KEYS = "SELECT key FROM Dict";
// The number as its digits: connections differ in what they bind a number as.
const KEYS_WITHIN = `${KEYS} LIMIT CAST(? AS INTEGER)`;
const COUNT_WITHIN = `SELECT COUNT(*) AS count FROM (${KEYS_WITHIN})`;
const BYTES = "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size";

// A row of Dict takes more in the file: its two cells with their places in the pages, a key of no bytes.
const LEAST_ROW = 8;

/** How long a statement waits for other processes, in milliseconds: as long as Python's. */
const PATIENCE = 5000;

// Reads that come one after another, without a pause for anything else, share one transaction from this one on: it spares
// them locks, which are half of a read's time. It ends with the synchronous run that it began in, or after so many
// milliseconds, so that what other processes write is seen.
const READS_ALONE = 8;
const LONGEST_SNAPSHOT = 20;

type Statement = ReturnType<SqliteHandle["prepare"]>;

/** A table Dict of an SQLite database. */
export class SqliteDatabase implements Database {
  readonly format = "dbm.sqlite3";
  readonly readonly: boolean;
  readonly #handle: SqliteHandle;
  readonly #owned: boolean;
  readonly #statements = new Map<string, Statement>();
  #isBatch = false;
  #isClosed = false;
  // Reads in the present run, and since when they see one state of the database.
  #reads = 0;
  #snapshot: number | undefined;

  /** `owned` says that the connection is closed with the database. */
  constructor(handle: SqliteHandle, options: { readonly: boolean; owned: boolean }) {
    this.#handle = handle;
    this.readonly = options.readonly;
    this.#owned = options.owned;
    try {
      this.#run(() => handle.exec(`PRAGMA busy_timeout = ${PATIENCE}`));
      if (!options.readonly) {
        try {
          handle.exec("PRAGMA journal_mode = wal");
        } catch {
          // As in Python: somebody else is about to do the same, or there can be none.
        }
        // Each change is on the disk before it is acknowledged, as in Python.
        this.#run(() => handle.exec("PRAGMA synchronous = FULL"));
        this.#run(() => handle.exec(CREATE));
      }
      this.#run(() => checkSchema(handle.prepare(SCHEMA).all()));
      this.#run(() => this.#prepared(COUNT_WITHIN));
    } catch (error) {
      if (options.owned) handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#within((bytes) => {
      const most = Math.floor(bytes / LEAST_ROW);
      const row = this.#run(() => this.#prepared(COUNT_WITHIN).get(String(most + 1)));
      const count = Number((row as { count: number | bigint }).count);
      return count > most ? undefined : count;
    });
  }

  get(key: Uint8Array | string): Uint8Array | undefined {
    const bytes = bytesOf(key, "key");
    if (this.#owned) this.#read();
    const row = this.#run(() => this.#prepared(GET).get(parameter(bytes)));
    return row === undefined ? undefined : blobOf((row as { value: unknown }).value);
  }

  has(key: Uint8Array | string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Uint8Array | string, value: Uint8Array | string): this {
    const [k, v] = [bytesOf(key, "key"), bytesOf(value, "value")];
    this.#change(SET, k, v);
    return this;
  }

  delete(key: Uint8Array | string): boolean {
    return this.#change(DELETE, bytesOf(key, "key")) > 0;
  }

  clear(): void {
    this.#change("DELETE FROM Dict");
  }

  // A batch of rows at a time is not to be had; all keys at once is what leaves nothing open while the caller writes.
  *keys(): IterableIterator<Uint8Array> {
    yield* this.#within((bytes) => {
      const keys: Uint8Array[] = [];
      const most = Math.floor(bytes / LEAST_ROW);
      return this.#run(() => {
        let left = bytes;
        for (const row of this.#rows(most + 1)) {
          const key = blobOf((row as { key: unknown }).key);
          left -= key.length;
          if (left < 0 || keys.push(key) > most) return undefined;
        }
        return keys;
      });
    });
  }

  #rows(most: number): Iterable<unknown> {
    const statement = this.#prepared(KEYS);
    // Before 22.13 Node has all rows only.
    return statement.iterate?.() ?? this.#prepared(KEYS_WITHIN).all(String(most));
  }

  // Of pages that lead to the same pages, which SQLite follows, a few make more rows than anybody can wait for. `action`
  // answers undefined where there is more than so many bytes hold.
  #within<T>(action: (bytes: number) => T | undefined): T {
    for (let before = -1; ; ) {
      const { bytes } = this.#run(() => this.#prepared(BYTES).get()) as { bytes: number | bigint };
      if (Number(bytes) <= before)
        throw new DbmError(
          "damaged",
          "the database is damaged: it has more rows than its pages hold",
        );
      before = Number(bytes);
      const result = action(before);
      if (result !== undefined) return result;
      // Others may have added rows since the pages were counted.
    }
  }

  *entries(): IterableIterator<[Uint8Array, Uint8Array]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      // Deleted since its key was found.
      if (value !== undefined) yield [key, value];
    }
  }

  batch<T>(fn: () => T): T {
    if (this.readonly) throw readOnly();
    if (this.#isBatch) return fn();
    this.#endSnapshot();
    // At once for writing: a transaction that only reads at first cannot always become one that writes.
    this.#run(() => this.#open().exec("BEGIN IMMEDIATE"));
    this.#isBatch = true;
    try {
      const result = fn();
      this.#run(() => this.#handle.exec("COMMIT"));
      return result;
    } catch (error) {
      try {
        this.#handle.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself (a full disk); the error that led here is the one to report.
      }
      throw error;
    } finally {
      this.#isBatch = false;
    }
  }

  sync(): void {
    this.#open();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#endSnapshot();
    this.#isClosed = true;
    this.#statements.clear();
    if (this.#owned) this.#run(() => this.#handle.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #change(sql: string, ...values: Uint8Array[]): number {
    if (this.readonly) {
      this.#open();
      throw readOnly();
    }
    this.#endSnapshot();
    return Number(this.#run(() => this.#prepared(sql).run(...values.map(parameter))).changes);
  }

  #read(): void {
    if (this.#isBatch || this.#isClosed) return;
    const reads = ++this.#reads;
    if (this.#snapshot !== undefined) {
      if (performance.now() - this.#snapshot > LONGEST_SNAPSHOT) this.#endSnapshot();
    } else if (reads === 1) {
      queueMicrotask(() => {
        this.#reads = 0;
        this.#endSnapshot();
      });
    } else if (reads >= READS_ALONE) {
      this.#run(() => this.#handle.exec("BEGIN"));
      this.#snapshot = performance.now();
    }
  }

  #endSnapshot(): void {
    if (this.#snapshot === undefined) return;
    this.#snapshot = undefined;
    this.#run(() => this.#handle.exec("COMMIT"));
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#open().prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #open(): SqliteHandle {
    if (this.#isClosed) throw closed();
    return this.#handle;
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw sqliteError(error);
    }
  }
}

const TABLE = CREATE.replace("IF NOT EXISTS ", "").toLowerCase();

// A view, a trigger, a column that is computed: SQL that stands in the file would run when Dict is used, for as long as it likes.
function checkSchema(rows: readonly unknown[]): void {
  let isTable = false;
  for (const row of rows) {
    const { type, sql } = row as { type: unknown; sql: unknown };
    // The index of UNIQUE has no SQL of its own.
    if (type === "index" && sql === null) continue;
    const text = typeof sql === "string" ? sql.replaceAll(/\s+/g, " ").toLowerCase() : "";
    const plain = text
      .replaceAll(/["`[\]]/g, "")
      .replace(/ ?\( ?/, " (")
      .replace(/ ?\)$/, ")");
    if (type !== "table" || plain !== TABLE)
      throw new DbmError("unknown-format", "its Dict is not the table that shelves of Python have");
    isTable = true;
  }
  if (!isTable)
    throw new DbmError("unknown-format", "it has no table Dict, as shelves of Python have");
}

// Node 22 takes some arrays of no bytes for NULL; a text of none is cast to a BLOB of none.
function parameter(bytes: Uint8Array): Uint8Array | string {
  return bytes.length === 0 ? "" : bytes;
}

function blobOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return new TextEncoder().encode(value);
  throw new DbmError("damaged", `a row of Dict holds a ${typeof value} where bytes should be`);
}

// Source: sqlite3.h, result codes; node:sqlite says errcode, better-sqlite3 a name.
const NAMES: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** What SQLite raised, as the room's own error; anything else as it is. */
export function sqliteError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DbmError) return error;
  const { message } = error;
  // A connection that was handed in, and closed by whoever opened it.
  if (/\bis not open\b/.test(message))
    return new DbmError("closed", message, undefined, { cause: error });
  const code = resultCode(error);
  if (code === undefined) return error;
  const made = (kind: DbmError["code"], advice = ""): DbmError =>
    new DbmError(kind, `${message}${advice}`, undefined, { cause: error });
  switch (code & 0xff) {
    case 5:
    case 6:
      return made("locked", ": another process writes it; nothing was changed");
    case 8:
      return made("read-only", '; let this process write there, or open with flag: "r"');
    case 11:
    case 26:
      return made("damaged");
    case 13:
      return made("disk-full", "; free some space: what was written before is as it was");
    case 14:
      return made("read-failed");
    case 1:
      return /no such table/.test(message) ? made("unknown-format") : made("read-failed");
    default:
      return made("write-failed");
  }
}

function resultCode(error: Error): number | undefined {
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  if (!("code" in error) || typeof error.code !== "string") return undefined;
  const [name] = /^SQLITE_[A-Z]+/.exec(error.code) ?? [];
  return name === undefined ? undefined : (NAMES[name] ?? 1);
}

/** A name in, the database of that name out, whichever format its files are of. Source: CPython 3.13 Lib/dbm/__init__.py. */
import { dbmSystem } from "#files";
import type { DbmSystem, SqliteHandle } from "../node/index.ts";
import type { Database } from "./database.ts";
import { DumbDatabase } from "./dumb.ts";
import { DbmError, guarded } from "./error.ts";
import { type DbmFormat, entries, formatOf } from "./formats.ts";
import { gdbmFile } from "./gdbm-file.ts";
import { MemoryDatabase } from "./memory.ts";
import { SqliteDatabase } from "./sqlite.ts";

/**
 * Whether to read only (`r`), to write what is there (`w`), to make it where there is none (`c`), or to make it anew (`n`).
 */
export type Flag = "r" | "w" | "c" | "n";

/** Formats that are made here. */
export type NewFormat = "dbm.sqlite3" | "dbm.gnu" | "dbm.dumb";

/** Options of {@link open}. */
export interface OpenOptions {
  /** Default `"r"`, as in Python's `dbm.open`. */
  readonly flag?: Flag | undefined;
  /** What a new database is. Default `"dbm.sqlite3"`, as in Python 3.13. */
  readonly format?: NewFormat | undefined;
}

/** A database that was found. */
interface Found {
  readonly format: DbmFormat;
  /** The file, with the ending that was found; for dbm.dumb without. */
  readonly path: string;
}

const HEAD = 64;

// The first byte of a journal (sqlite.org/fileformat2.html, 3).
const HOT = 0xd9;

/**
 * Which format the database of a name is of: `undefined` where there is no file, `""` where there is one that is no database.
 * Unlike Python's it goes by what the files hold, also where `name.db` is SQLite or GDBM.
 *
 * @throws DbmError `read-failed`, `no-files`
 */
export function whichdb(name: string): DbmFormat | "" | undefined {
  const found = find(system(), checkedName(name));
  return typeof found === "object" ? found.format : found;
}

/**
 * Opens the database of a name.
 *
 * SQLite databases are changed in place, several processes at once, each change on the disk before it is acknowledged. GDBM
 * files are read whole and replaced whole, by `sync`, `close` or the end of a batch; dbm.dumb is changed in place. Neither
 * has locks here: one process at a time. Berkeley DB's files are read.
 *
 * @throws DbmError `not-found`, `unknown-format`, `damaged`, `not-writable`, `read-only`, `locked`, `no-sqlite`, `no-files`
 */
export function open(name: string, options: OpenOptions = {}): Database {
  const { flag = "r", format = "dbm.sqlite3" } = options;
  if (!["r", "w", "c", "n"].includes(flag))
    throw new TypeError(`flag must be "r", "w", "c" or "n", not ${JSON.stringify(flag)}`);
  if (!["dbm.sqlite3", "dbm.gnu", "dbm.dumb"].includes(format))
    throw new TypeError('format must be "dbm.sqlite3", "dbm.gnu" or "dbm.dumb"');
  const files = system();
  const path = checkedName(name);
  const found = find(files, path);
  if (found === "" && flag !== "n") {
    const message = `${JSON.stringify(path)} is no database that is known here`;
    throw new DbmError("unknown-format", message, 0);
  }
  if (flag === "n" || found === undefined || found === "") {
    if (flag === "r" || flag === "w") {
      const message = `there is no database ${JSON.stringify(path)}; flag: "c" makes one`;
      throw new DbmError("not-found", message);
    }
    if (flag === "n") removeAll(files, path, found, format);
    return made(files, path, format);
  }
  return opened(files, found, flag === "r");
}

/**
 * The database in the table Dict of an SQLite connection that was opened elsewhere: a `DatabaseSync` of `node:sqlite`, a
 * `Database` of better-sqlite3. The connection stays open.
 */
export function fromSqlite(
  handle: SqliteHandle,
  options: { readonly readonly?: boolean } = {},
): Database {
  if (typeof handle?.prepare !== "function" || typeof handle.exec !== "function")
    throw new TypeError("handle must be an SQLite connection with exec() and prepare()");
  return new SqliteDatabase(handle, { readonly: options.readonly ?? false, owned: false });
}

function checkedName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new TypeError(`name must be a path, not ${name === "" ? "empty" : typeof name}`);
}

function system(): DbmSystem {
  if (dbmSystem !== undefined) return dbmSystem;
  throw new DbmError("no-files", "this runtime has no files: pass their bytes to entries()");
}

function find(files: DbmSystem, name: string): Found | "" | undefined {
  const head = guarded(() => files.read(name, HEAD));
  const format = head && formatOf(head);
  if (format !== undefined) return { format, path: name };
  const other = guarded(() => files.read(`${name}.db`, HEAD));
  const otherFormat = other && formatOf(other);
  if (otherFormat !== undefined) return { format: otherFormat, path: `${name}.db` };
  const hasData = guarded(() => files.read(`${name}.dat`, 1)) !== undefined;
  const directory = guarded(() => files.read(`${name}.dir`, 1));
  if (hasData && directory !== undefined && /^['"]?$/.test(String.fromCharCode(...directory)))
    return { format: "dbm.dumb", path: name };
  // A file without a byte is where Python 3.13 was about to make an SQLite database.
  if (head?.length === 0) return { format: "dbm.sqlite3", path: name };
  return head === undefined && other === undefined ? undefined : "";
}

function removeAll(
  files: DbmSystem,
  name: string,
  found: Found | "" | undefined,
  format: NewFormat,
): void {
  const isDumb = typeof found === "object" && found.format === "dbm.dumb";
  guarded(() => {
    // A database of dbm.dumb has no file of the bare name: what has it is somebody else's, unless the new one is to stand there.
    if (!isDumb || format !== "dbm.dumb") {
      const path = typeof found === "object" ? found.path : name;
      for (const ending of ["", "-wal", "-shm"]) files.remove(path + ending);
    }
    // First what leads to the values: without it there is no database.
    if (isDumb) for (const ending of [".dir", ".dat", ".bak"]) files.remove(name + ending);
  });
}

function made(files: DbmSystem, name: string, format: NewFormat): Database {
  if (format === "dbm.sqlite3") return sqlite(files, name, false);
  if (format === "dbm.dumb") {
    guarded(() => {
      files.touch(`${name}.dat`);
      files.touch(`${name}.dir`);
    });
    return new DumbDatabase(files, name, false);
  }
  const write = gdbmWriter(files, name);
  return new MemoryDatabase("dbm.gnu", [], { readonly: false, isNew: true, write });
}

function opened(files: DbmSystem, { format, path }: Found, readonly: boolean): Database {
  if (format === "dbm.dumb") return new DumbDatabase(files, path, readonly);
  if (!readonly && format !== "dbm.ndbm" && !files.mayWrite(path)) {
    const message = `nobody lets this process write ${JSON.stringify(path)}; open it with flag: "r"`;
    throw new DbmError("read-only", message);
  }
  if (format === "dbm.sqlite3") return sqlite(files, path, readonly);
  const data = guarded(() => files.read(path)) ?? new Uint8Array(0);
  const write = format === "dbm.gnu" ? gdbmWriter(files, path) : undefined;
  return new MemoryDatabase(format, entries({ data }), { readonly, isNew: false, write });
}

function gdbmWriter(files: DbmSystem, path: string) {
  return (all: Iterable<readonly [Uint8Array, Uint8Array]>): void =>
    guarded(() => files.replace(path, gdbmFile(all)));
}

function sqlite(files: DbmSystem, path: string, readonly: boolean): Database {
  try {
    const handle = sqliteHandle(files, path, readonly);
    if (handle !== undefined) return new SqliteDatabase(handle, { readonly, owned: true });
  } catch (error) {
    // Where nobody may write SQLite cannot make the file that its readers share, and says so in one of two ways.
    const isRefused =
      error instanceof DbmError && ["read-failed", "read-only"].includes(error.code);
    if (!readonly || !isRefused) throw error;
  }
  if (!readonly) {
    const message =
      "this runtime has no SQLite (Node has it from 22.5 on): pass a connection of better-sqlite3 to fromSqlite()";
    throw new DbmError("no-sqlite", message);
  }
  const [data, wal, journal] = guarded(() => [
    files.read(path),
    files.read(`${path}-wal`),
    files.read(`${path}-journal`, 1),
  ]);
  // A journal that is over begins with zeros, where it is there at all.
  if (journal?.[0] === HOT) {
    const message =
      "changes to the database are to be undone by its -journal file, which only SQLite does; open it once where this process may write";
    throw new DbmError("pending-changes", message);
  }
  const found = entries({ data: data ?? new Uint8Array(0), wal });
  return new MemoryDatabase("dbm.sqlite3", found, { readonly, isNew: false, write: undefined });
}

function sqliteHandle(files: DbmSystem, path: string, readonly: boolean): SqliteHandle | undefined {
  try {
    return files.sqlite(path, readonly);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = readonly ? "read-failed" : "write-failed";
    throw new DbmError(code, `cannot open ${JSON.stringify(path)}: ${reason}`, undefined, {
      cause,
    });
  }
}

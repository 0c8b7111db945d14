/** The files of a database in, which format they are of and what they hold out; by their contents, whatever they are called. */
import { bdbEntries, bdbOrder } from "./bdb-file.ts";
import { bdb185Entries, isBdb185 } from "./bdb185-file.ts";
import { dumbEntries } from "./dumb-file.ts";
import { DbmError } from "./error.ts";
import { gdbmEntries, gdbmOrder } from "./gdbm-file.ts";
import { sqliteEntries } from "./sqlite-file.ts";

/** The formats, by the names of Python's modules. */
export type DbmFormat = "dbm.sqlite3" | "dbm.gnu" | "dbm.ndbm" | "dbm.dumb";

const SQLITE = "SQLite format 3\0";

/** Which format a single file is of, or `undefined` where it is none. `dbm.dumb` is two files, and no single one. */
export function formatOf(bytes: Uint8Array): DbmFormat | undefined {
  if (bytes.length >= 16 && String.fromCharCode(...bytes.subarray(0, 16)) === SQLITE)
    return "dbm.sqlite3";
  if (gdbmOrder(bytes) !== undefined) return "dbm.gnu";
  if (bdbOrder(bytes) !== undefined || isBdb185(bytes)) return "dbm.ndbm";
  return undefined;
}

/** The files of a database. */
export interface DbmFiles {
  /** The database itself; for `dbm.dumb` its `.dat` file. */
  readonly data: Uint8Array;
  /** The `.dir` file of `dbm.dumb`. */
  readonly directory?: Uint8Array | undefined;
  /** The `-wal` file of SQLite: pass it where there is one, since what it holds is not yet in `data`. */
  readonly wal?: Uint8Array | undefined;
}

/**
 * Keys and values of a database in memory, whichever program and machine wrote it: SQLite as Python 3.13's shelves, GDBM,
 * Berkeley DB's hash format, and dbm.dumb. Nothing is executed, and no library is needed.
 *
 * @throws DbmError `unknown-format`, `damaged` with the `offset`, `pending-changes`
 * @example
 * ```ts
 * import { entries } from "brine/dbm";
 * const directory = new TextEncoder().encode("'answer', (0, 2)\n");
 * [...entries({ data: new TextEncoder().encode("42"), directory })].length; //=> 1
 * ```
 */
export function* entries({
  data,
  directory,
  wal,
}: DbmFiles): Generator<[key: Uint8Array, value: Uint8Array], void, undefined> {
  if (directory !== undefined) return yield* dumbEntries(directory, data);
  switch (formatOf(data)) {
    case "dbm.sqlite3":
      if (wal !== undefined && wal.length > 0) {
        const message =
          "changes to the database stand in its -wal file, which only SQLite reads; close the program that writes it, or run PRAGMA wal_checkpoint(TRUNCATE)";
        throw new DbmError("pending-changes", message);
      }
      return yield* sqliteEntries(data);
    case "dbm.gnu":
      return yield* gdbmEntries(data);
    case "dbm.ndbm":
      return yield* isBdb185(data) ? bdb185Entries(data) : bdbEntries(data);
    default: {
      const message = "the file is no SQLite, GDBM or Berkeley DB database";
      throw new DbmError("unknown-format", message, 0);
    }
  }
}

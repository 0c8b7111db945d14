/** Paths of databases in, their bytes out, changed in place or as a whole, and SQLite. Source: `node:fs`, `node:sqlite`. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { fileError, systemCode } from "./failure.ts";
import { replaceFile } from "./output.ts";

/** An open connection, as `node:sqlite` and better-sqlite3 give one. */
export interface SqliteHandle {
  exec(sql: string): unknown;
  prepare(sql: string): {
    get(...values: (Uint8Array | string)[]): unknown;
    all(...values: (Uint8Array | string)[]): unknown[];
    iterate?(...values: (Uint8Array | string)[]): Iterable<unknown>;
    run(...values: (Uint8Array | string)[]): { readonly changes: number | bigint };
  };
  close(): unknown;
}

/** A file whose parts are read and written in place. */
export interface PartFile {
  readonly size: number;
  read(at: number, count: number): Uint8Array;
  write(at: number, bytes: Uint8Array): void;
  sync(): void;
  close(): void;
}

/** The file system, as databases use it. Every failure is a PickleError `read-failed` or `write-failed`. */
export interface DbmSystem {
  /** The whole file, or its first `count` bytes; `undefined` where there is none. */
  read(path: string, count?: number): Uint8Array | undefined;
  /** Whether somebody lets this process write there. */
  mayWrite(path: string): boolean;
  /** Replaces a file as a whole; it is on the disk then. */
  replace(path: string, bytes: Uint8Array): void;
  /** Makes an empty file where there is none. */
  touch(path: string): void;
  remove(path: string): void;
  open(path: string, writable: boolean): PartFile;
  append(path: string, bytes: Uint8Array): void;
  /** Opens an SQLite database; `undefined` where this Node has no SQLite. */
  sqlite(path: string, readOnly: boolean): SqliteHandle | undefined;
}

// A folder, or a path through what is none, is no file either: a shelf data.dat may stand beside a folder data.
const NO_FILE: ReadonlySet<string | undefined> = new Set(["ENOENT", "EISDIR", "ENOTDIR"]);

/** The file system of this process. */
export const dbmSystem: DbmSystem = {
  read(path, count) {
    try {
      if (count === undefined) return new Uint8Array(readFileSync(path));
      const descriptor = openSync(path, "r");
      try {
        const head = new Uint8Array(count);
        return head.subarray(0, readSync(descriptor, head, 0, count, 0));
      } finally {
        closeSync(descriptor);
      }
    } catch (cause) {
      if (NO_FILE.has(systemCode(cause))) return undefined;
      throw fileError("read-failed", JSON.stringify(path), cause);
    }
  },
  mayWrite(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  replace(path, bytes) {
    const output = replaceFile(path);
    try {
      output.write(bytes);
    } catch (error) {
      output.discard();
      throw error;
    }
    output.commit();
  },
  touch(path) {
    writing(path, () => closeSync(openSync(path, "a", 0o666)));
  },
  remove(path) {
    writing(path, () => {
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) unlinkSync(path);
    });
  },
  open(path, writable) {
    return writing(path, () => new OpenPart(openSync(path, writable ? "r+" : "r"), path));
  },
  append(path, bytes) {
    writing(path, () => {
      const descriptor = openSync(path, "a", 0o666);
      try {
        writeAll(descriptor, bytes, null);
      } finally {
        closeSync(descriptor);
      }
    });
  },
  sqlite(path, readOnly) {
    // The module would write that it is experimental when it is only looked at by an import.
    const sqlite = process.getBuiltinModule?.("node:sqlite");
    if (sqlite === undefined) return undefined;
    return new sqlite.DatabaseSync(path, { readOnly }) as unknown as SqliteHandle;
  },
};

class OpenPart implements PartFile {
  readonly #descriptor: number;
  readonly #path: string;

  constructor(descriptor: number, path: string) {
    this.#descriptor = descriptor;
    this.#path = path;
  }

  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(at: number, count: number): Uint8Array {
    try {
      const bytes = new Uint8Array(Math.min(count, Math.max(0, this.size - at)));
      for (let filled = 0; filled < bytes.length; ) {
        const got = readSync(this.#descriptor, bytes, filled, bytes.length - filled, at + filled);
        if (got === 0) return bytes.subarray(0, filled);
        filled += got;
      }
      return bytes;
    } catch (cause) {
      throw fileError("read-failed", JSON.stringify(this.#path), cause);
    }
  }

  write(at: number, bytes: Uint8Array): void {
    writing(this.#path, () => writeAll(this.#descriptor, bytes, at));
  }

  sync(): void {
    writing(this.#path, () => fsyncSync(this.#descriptor));
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, at: number | null): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(descriptor, bytes, done, bytes.length - done, at === null ? null : at + done);
}

function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw fileError("write-failed", JSON.stringify(path), cause);
  }
}

/**
 * Chunks of bytes in, a file out: replaced as a whole, or appended to.
 * Source: POSIX `rename(2)` (atomic within a file system) and `fsync(2)`.
 */

import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LONGEST_CALL } from "./calls.ts";
import { fileError, systemCode } from "./failure.ts";
import { pathOf } from "./paths.ts";

/** A file being written. Exactly one of `commit` and `discard` ends it. */
export interface FileOutput {
  /** Takes the chunk over: it must not change afterwards. */
  write(chunk: Uint8Array): void;
  /** Makes what was written the file's contents, and returns when it is on the disk. */
  commit(): void;
  /** Leaves the file as it was before. */
  discard(): void;
}

/**
 * Opens a file whose contents appear all at once, when committed: until then, and whatever happens, a reader sees the
 * old contents. A symbolic link stays one; the permissions of an existing file are kept.
 *
 * @throws PickleError `write-failed`
 */
export function replaceFile(file: string | { readonly href: string }): FileOutput {
  const given = pathOf(file);
  const name = JSON.stringify(given);
  return guarded(name, () => {
    // Resolved below, it would lose the slash and name a file.
    if (given.endsWith("/")) throw new Error("it names a folder");
    const before = statSync(given, { throwIfNoEntry: false });
    // A device or a pipe has no contents to keep. The links of /dev/stdout lead to pipes that have no path.
    if (before?.isFile() === false) return directOutput(openSync(given, "w"), name);
    const path = linkTarget(given);
    // rename would replace a file that nobody may write to.
    if (before !== undefined) accessSync(path, constants.W_OK);
    const folder = dirname(path);
    const temporary = join(folder, `.brine-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
    const descriptor = openSync(temporary, "wx", before === undefined ? 0o666 : 0o600);
    return new Replacement(new Writer(descriptor, name), temporary, path, before);
  });
}

/**
 * Opens a file to write behind what it holds; discarding cuts it back to its old length.
 *
 * @throws PickleError `write-failed`
 */
export function appendFile(file: string | { readonly href: string }): FileOutput {
  const path = pathOf(file);
  const name = JSON.stringify(path);
  return guarded(name, () => {
    const made = statSync(path, { throwIfNoEntry: false }) === undefined;
    const descriptor = openSync(path, "a", 0o666);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return directOutput(descriptor, name);
    return new Addition(new Writer(descriptor, name), made ? path : undefined);
  });
}

// Chunks are gathered to one write of this many bytes: an object smaller than that reaches the file at once or not
// at all, also when it is appended and the process dies.
const WRITE_SIZE = 1024 * 1024;

/** Gathers chunks and writes them to an open file. */
export class Writer {
  readonly descriptor: number;
  readonly name: string;
  /** How long the file was before the first byte was written to it; `undefined` while none was. */
  start: number | undefined;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(descriptor: number, name: string) {
    this.descriptor = descriptor;
    this.name = name;
  }

  write(chunk: Uint8Array): void {
    if (chunk.length >= WRITE_SIZE) {
      this.flush();
      this.#put(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= WRITE_SIZE) this.flush();
  }

  flush(): void {
    if (this.#size === 0) return;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#size = 0;
    this.#put(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks));
  }

  #put(chunk: Uint8Array): void {
    guarded(this.name, () => {
      this.start ??= fstatSync(this.descriptor).size;
      for (let offset = 0; offset < chunk.length; ) {
        const count = Math.min(chunk.length - offset, LONGEST_CALL);
        offset += writeSync(this.descriptor, chunk, offset, count);
      }
    });
  }
}

class Replacement implements FileOutput {
  readonly #writer: Writer;
  readonly #temporary: string;
  readonly #path: string;
  readonly #before: Stats | undefined;

  constructor(writer: Writer, temporary: string, path: string, before: Stats | undefined) {
    this.#writer = writer;
    this.#temporary = temporary;
    this.#path = path;
    this.#before = before;
  }

  write(chunk: Uint8Array): void {
    this.#writer.write(chunk);
  }

  commit(): void {
    const { descriptor, name } = this.#writer;
    try {
      this.#writer.flush();
    } catch (error) {
      this.discard();
      throw error;
    }
    let open = true;
    try {
      if (this.#before !== undefined) keepOwner(descriptor, this.#before);
      // Before the rename: else a crash may leave the new name with no contents.
      fsyncSync(descriptor);
      open = false;
      closeSync(descriptor);
      renameSync(this.#temporary, this.#path);
    } catch (cause) {
      if (open) this.discard();
      else removed(this.#temporary);
      throw fileError("write-failed", name, cause);
    }
    syncFolder(dirname(this.#path));
  }

  discard(): void {
    try {
      closeSync(this.#writer.descriptor);
    } catch {
      // As in `removed`.
    }
    removed(this.#temporary);
  }
}

class Addition implements FileOutput {
  readonly #writer: Writer;
  // The path of a file that was not there before.
  readonly #made: string | undefined;

  constructor(writer: Writer, made: string | undefined) {
    this.#writer = writer;
    this.#made = made;
  }

  write(chunk: Uint8Array): void {
    this.#writer.write(chunk);
  }

  commit(): void {
    const { descriptor, name } = this.#writer;
    try {
      this.#writer.flush();
      guarded(name, () => fsyncSync(descriptor));
    } catch (error) {
      this.discard();
      throw error;
    }
    closeSync(descriptor);
  }

  discard(): void {
    const { descriptor, name, start } = this.#writer;
    let size: number;
    try {
      // Where nothing was written, what the file has grown by are the objects of others.
      if (start !== undefined) guarded(name, () => ftruncateSync(descriptor, start));
      ({ size } = fstatSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
    if (this.#made !== undefined && size === 0) removed(this.#made);
  }
}

// A device or a pipe: what was written is gone.
function directOutput(descriptor: number, name: string): FileOutput {
  const writer = new Writer(descriptor, name);
  return {
    write: (chunk) => writer.write(chunk),
    commit: () => {
      try {
        writer.flush();
      } finally {
        closeSync(descriptor);
      }
    },
    discard: () => closeSync(descriptor),
  };
}

// The old contents stand, which is what was promised; the failure that led here is the one to report. Somebody may have been
// faster, or have removed the folder.
function removed(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

function guarded<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw fileError("write-failed", name, cause);
  }
}

// The file that a path leads to, also where the last link points at nothing yet.
function linkTarget(given: string): string {
  let path = resolve(given);
  for (let links = 0; links < 40; links++) {
    try {
      return realpathSync(path);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new Error("too many symbolic links");
}

function keepOwner(descriptor: number, before: Stats): void {
  const now = fstatSync(descriptor);
  // Only root may give files away; but whoever belongs to a group may give it files, which then stay those of the group.
  for (const uid of new Set([before.uid, now.uid])) {
    if (now.uid === uid && now.gid === before.gid) break;
    try {
      fchownSync(descriptor, uid, before.gid);
      break;
    } catch (error) {
      // The contents are right all the same.
      if (systemCode(error) !== "EPERM") throw error;
    }
  }
  // Without the set-user-id bits: they do not belong on data, and the owner may have changed.
  fchmodSync(descriptor, before.mode & 0o777);
}

/** So that a new name itself survives a crash. Windows cannot sync a folder, some network file systems neither. */
export function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch {
    // The file itself is synced.
  } finally {
    closeSync(descriptor);
  }
}

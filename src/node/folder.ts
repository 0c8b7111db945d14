/**
 * A folder that several processes keep files in: drafts that become files all at once, locks, files read anywhere.
 *
 * What a process leaves behind when it is killed says whose it was: `.brine-HOST-PID-RANDOM.tmp` is removed once that
 * process is gone. Source: POSIX `rename(2)`, `open(2)` with O_EXCL, `kill(2)` with signal 0.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { LONGEST_CALL } from "./calls.ts";
import { fileError, systemCode } from "./failure.ts";
import { syncFolder, Writer } from "./output.ts";
import { pathOf } from "./paths.ts";

/** What the file system knows of a file; times in milliseconds since 1970. */
export interface FileFacts {
  readonly size: number;
  readonly modified: number;
  readonly used: number;
}

/** A file that was opened. */
export interface OpenFile {
  readonly size: number;
  /** Changes whenever somebody writes to the file. */
  stamp(): string;
  /** Fills `target` from byte `start` of the file; returns how many bytes there were. */
  read(start: number, target: Uint8Array): number;
  close(): void;
}

/** A file in the making, which nobody else sees. */
export interface Draft {
  /** Takes the chunk over: it must not change afterwards. */
  write(chunk: Uint8Array): void;
  /** Ends it, and returns when all is on the disk; `durable: false` leaves that to the system. */
  seal(durable?: boolean): Promise<void>;
  /** Gives the sealed draft its name; a file of that name is replaced. */
  publish(name: string): void;
  /** Removes it, if it has no name yet. */
  discard(): void;
}

/** A folder; names are those of files directly in it, and the caller's to check. */
export interface Folder {
  readonly path: string;
  /** Makes the folder where it is not there. */
  make(): void;
  names(): readonly string[];
  facts(name: string): FileFacts | undefined;
  open(name: string): OpenFile | undefined;
  draft(): Draft;
  rename(from: string, to: string): void;
  /** Whether there was such a file. */
  remove(name: string): boolean;
  /** Marks the file as used just now, and keeps the time of its contents. */
  use(name: string): void;
  /** Returns when the names of the files are on the disk. */
  sync(): void;
  /** Holds the lock `name` until the function returned is called; `undefined` when others held it all the time. */
  lock(name: string, milliseconds: number): Promise<(() => void) | undefined>;
  /** Removes the drafts of processes that are gone. */
  sweep(): void;
}

/** Opens a folder; nothing is touched yet. */
export function openFolder(path: string | { readonly href: string }): Folder {
  return new NodeFolder(pathOf(path));
}

// A draft that nobody has written to for so long belongs to nobody, wherever its process ran.
const FORGOTTEN = 24 * 60 * 60 * 1000;
// A process that has just made a draft may be one of another container with the same name and process ids of its own.
const YOUNG = 10_000;
// A lock is held for some renames. Its process may have been stopped meanwhile; whether one elsewhere runs is unknown.
const LONGEST_HELD = 600_000;
const ELSEWHERE = 60_000;

/** Where process ids mean what they mean here: the machine, since it was started, and the container. */
export const HOST: string = createHash("sha256").update(placeOfProcess()).digest("hex").slice(0, 8);
const DRAFT = /^\.brine-([0-9a-f]{8})-(\d+)-[0-9a-f]+\.tmp$/;

class NodeFolder implements Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  make(): void {
    this.#writing(this.path, () => mkdirSync(this.path, { recursive: true }));
  }

  names(): readonly string[] {
    return this.#reading(this.path, () => readdirSync(this.path));
  }

  facts(name: string): FileFacts | undefined {
    return this.#reading(this.#path(name), () => {
      const stat = statSync(this.#path(name), { throwIfNoEntry: false });
      return stat && { size: stat.size, modified: stat.mtimeMs, used: stat.atimeMs };
    });
  }

  open(name: string): OpenFile | undefined {
    const path = this.#path(name);
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return undefined;
      throw fileError("read-failed", JSON.stringify(path), cause);
    }
    try {
      const { size } = fstatSync(descriptor);
      if (!fstatSync(descriptor).isFile()) throw new Error("it is no regular file");
      return new NodeFile(descriptor, path, size);
    } catch (cause) {
      closeSync(descriptor);
      throw fileError("read-failed", JSON.stringify(path), cause);
    }
  }

  draft(): Draft {
    const name = draftName();
    const open = (): number => openSync(this.#path(name), "wx", 0o666);
    return new NodeDraft(this, name, this.#writing(this.path, open));
  }

  rename(from: string, to: string): void {
    this.#writing(this.#path(to), () => renameSync(this.#path(from), this.#path(to)));
  }

  remove(name: string): boolean {
    return this.#writing(this.#path(name), () => {
      try {
        unlinkSync(this.#path(name));
        return true;
      } catch (error) {
        if (systemCode(error) === "ENOENT") return false;
        throw error;
      }
    });
  }

  use(name: string): void {
    try {
      utimesSync(this.#path(name), new Date(), statSync(this.#path(name)).mtime);
    } catch {
      // Another process has removed it, or it may only be read: what it is used for comes from its bytes.
    }
  }

  sync(): void {
    syncFolder(this.path);
  }

  // The lock appears with what it says in it: a process killed in between would leave one that nobody could judge.
  async lock(name: string, milliseconds: number): Promise<(() => void) | undefined> {
    const path = this.#path(name);
    const mine = `${HOST} ${process.pid} ${randomBytes(8).toString("hex")}\n`;
    const aside = this.#aside();
    this.#writing(this.path, () => writeFileSync(aside, mine, { flag: "wx" }));
    try {
      const until = Date.now() + milliseconds;
      for (let pause = 1; !this.#take(path, aside, mine); pause = Math.min(20, pause * 2)) {
        if (Date.now() >= until) return undefined;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      try {
        unlinkSync(aside);
      } catch {
        // A later sweep takes it away.
      }
    }
    return () => {
      try {
        if (readFileSync(path, "utf8") === mine) unlinkSync(path);
      } catch {
        // It was taken away as abandoned; there is nothing to give back.
      }
    };
  }

  #take(path: string, aside: string, mine: string): boolean {
    try {
      linkSync(aside, path);
      return true;
    } catch (cause) {
      // A file system without links: the lock is made there, and gets its text at once after.
      const taken =
        systemCode(cause) === "EEXIST" ? false : this.#writing(path, () => written(path, mine));
      if (taken) return true;
    }
    this.#breakAbandoned(path);
    return false;
  }

  // Two processes may find the same abandoned lock: the one that is late moves away the other's new lock, sees that it is
  // not the one that it read, and puts it back.
  #breakAbandoned(path: string): void {
    try {
      const held = readFileSync(path, "utf8");
      const age = Date.now() - statSync(path).mtimeMs;
      const [, host, pid] = /^([0-9a-f]{8}) (\d+) [0-9a-f]+\n$/.exec(held) ?? [];
      const isGone = host === HOST && !isRunning(Number(pid));
      const isAbandoned = isGone || age > (host === HOST ? LONGEST_HELD : ELSEWHERE);
      if (!isAbandoned) return;
      const aside = this.#aside();
      renameSync(path, aside);
      if (readFileSync(aside, "utf8") !== held) linkSync(aside, path);
      unlinkSync(aside);
    } catch {
      // Somebody else was faster.
    }
  }

  sweep(): void {
    for (const name of this.names()) {
      const draft = DRAFT.exec(name);
      if (draft === null) continue;
      const modified = this.facts(name)?.modified ?? 0;
      const age = Date.now() - modified;
      const isLeft = draft[1] === HOST && age > YOUNG && !isRunning(Number(draft[2]));
      if (!isLeft && age <= FORGOTTEN) continue;
      try {
        this.remove(name);
      } catch {
        // Somebody else's, who has to do it then.
      }
    }
  }

  #aside(): string {
    return this.#path(draftName());
  }

  #path(name: string): string {
    return join(this.path, name);
  }

  #reading<T>(path: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw fileError("read-failed", JSON.stringify(path), cause);
    }
  }

  #writing<T>(path: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw fileError("write-failed", JSON.stringify(path), cause);
    }
  }
}

function draftName(): string {
  return `.brine-${HOST}-${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
}

/** Whether the file was made with this text; false where there was one already. */
function written(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

class NodeFile implements OpenFile {
  readonly size: number;
  readonly #descriptor: number;
  readonly #path: string;

  constructor(descriptor: number, path: string, size: number) {
    this.#descriptor = descriptor;
    this.#path = path;
    this.size = size;
  }

  stamp(): string {
    // Not ctime, which changes with the file's name too: a checkpoint gets its own while others read it.
    const { size, mtimeNs } = fstatSync(this.#descriptor, { bigint: true });
    return `${size} ${mtimeNs}`;
  }

  read(start: number, target: Uint8Array): number {
    let filled = 0;
    try {
      while (filled < target.length) {
        const left = Math.min(target.length - filled, LONGEST_CALL);
        const count = readSync(this.#descriptor, target, filled, left, start + filled);
        if (count === 0) break;
        filled += count;
      }
    } catch (cause) {
      throw fileError("read-failed", JSON.stringify(this.#path), cause);
    }
    return filled;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

class NodeDraft implements Draft {
  readonly #folder: NodeFolder;
  readonly #name: string;
  readonly #writer: Writer;
  #isOpen = true;
  #isThere = true;

  constructor(folder: NodeFolder, name: string, descriptor: number) {
    this.#folder = folder;
    this.#name = name;
    this.#writer = new Writer(descriptor, JSON.stringify(folder.path));
  }

  write(chunk: Uint8Array): void {
    this.#writer.write(chunk);
  }

  async seal(durable = true): Promise<void> {
    this.#writer.flush();
    const { descriptor, name } = this.#writer;
    if (durable) {
      await new Promise<void>((resolve, reject) => {
        fsync(descriptor, (cause) => {
          if (cause === null) resolve();
          else reject(fileError("write-failed", name, cause));
        });
      });
    }
    this.#isOpen = false;
    closeSync(descriptor);
  }

  publish(name: string): void {
    this.#folder.rename(this.#name, name);
    this.#isThere = false;
  }

  discard(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    try {
      if (this.#isOpen) closeSync(this.#writer.descriptor);
      this.#folder.remove(this.#name);
    } catch {
      // The failure that led here is the one to report; a later sweep takes it away.
    }
  }
}

// Two containers may have one name, and after a restart other processes have the old numbers.
function placeOfProcess(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
    return `${hostname()} ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname(); // Not Linux.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

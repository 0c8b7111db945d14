/**
 * Checkpoints in a folder: NAME.pkl and NAME.sha256, as the Python recipe has them.
 *
 * Two files cannot be replaced at once. So the new pickle first stands in the folder under a name of its own that has its
 * checksum in it; the new NAME.sha256 is what makes it valid; then the pickle gets its name. Whoever reads takes the pickle
 * that the checksum names, and the next save finishes what a crash has left:
 *
 *     .NAME.DIGEST.pending    NAME.sha256 = DIGEST     the new one is valid, and is the pending file
 *     .NAME.DIGEST.pending    NAME.sha256 = another    the old one is valid, and the pending file is nothing
 */
import type { ByteSink, ByteSource } from "../core/bytes/index.ts";
import { checksumIn, type Digest, digests } from "./digest.ts";
import { CheckpointError } from "./error.ts";
import { excerpt } from "./excerpt.ts";
import { nameFault } from "./names.ts";
import type { Facts, Head, Opened, Place } from "./place.ts";
import { type Layout, type Readable, skim } from "./skim.ts";

/** The keys that stand before the state in what is written here. */
export const HEAD_KEYS = ["name", "metadata", "timestamp", "version"] as const;

const PENDING = /^\.(.+)\.([0-9a-f]{24})\.pending$/s;
const LOCK_MILLISECONDS = 10_000;
const STEP = 1024 * 1024;
const TRIES = 10;

interface OpenFile extends Readable {
  stamp(): string;
  close(): void;
}

interface Draft {
  write(chunk: Uint8Array): void;
  seal(): Promise<void>;
  publish(name: string): void;
  discard(): void;
}

/** What is used of `#files`. */
interface Folder {
  make(): void;
  names(): readonly string[];
  facts(name: string): { readonly size: number; readonly modified: number } | undefined;
  open(name: string): OpenFile | undefined;
  draft(): Draft;
  rename(from: string, to: string): void;
  remove(name: string): boolean;
  sync(): void;
  lock(name: string, milliseconds: number): Promise<(() => void) | undefined>;
  sweep(): void;
}

/** A folder as a {@link Place}. */
export class FolderPlace implements Place {
  readonly title: string;
  readonly #path: string | { readonly href: string };
  #folder: Folder | undefined;
  #startDigest: (() => Digest) | undefined;

  constructor(path: string | { readonly href: string }) {
    this.#path = path;
    this.title = typeof path === "string" ? path : path.href;
  }

  async names(): Promise<string[]> {
    const folder = await this.#opened();
    const names = new Set<string>();
    // Before the first save there is no folder.
    if (folder.facts(".") === undefined) return [];
    for (const file of folder.names()) {
      const pending = PENDING.exec(file);
      if (pending !== null) {
        const [, name = "", digest = ""] = pending;
        if (this.#checksum(folder, name)?.startsWith(digest) === true) names.add(name);
      } else if (file.endsWith(".pkl")) names.add(file.slice(0, -4));
    }
    return [...names].filter((name) => nameFault(name) === undefined).sort();
  }

  async facts(name: string): Promise<Facts | undefined> {
    const folder = await this.#opened();
    const facts = folder.facts(this.#current(folder, name)) ?? folder.facts(`${name}.pkl`);
    return facts && { size: facts.size, saved: facts.modified };
  }

  async save(name: string, pickle: (sink: ByteSink) => void): Promise<void> {
    const folder = await this.#opened();
    const digest = await this.#digest();
    folder.make();
    folder.sweep();
    let data: Draft | undefined;
    let sum: Draft | undefined;
    try {
      data = folder.draft();
      const draft = data;
      pickle({
        write(chunk) {
          digest.update(chunk);
          draft.write(chunk);
        },
      });
      const hex = digest.hex();
      sum = folder.draft();
      // Without a newline: the recipe may compare all of the text.
      sum.write(new TextEncoder().encode(hex));
      await Promise.all([data.seal(), sum.seal()]);
      await this.#locked(folder, name, () => {
        this.#recover(folder, name);
        const pending = pendingName(name, hex);
        draft.publish(pending);
        folder.sync();
        sum?.publish(`${name}.sha256`);
        folder.sync();
        folder.rename(pending, `${name}.pkl`);
        folder.sync();
      });
    } catch (error) {
      data?.discard();
      sum?.discard();
      throw error;
    }
  }

  async head(name: string, loads: (pickle: Uint8Array) => unknown): Promise<Head> {
    const folder = await this.#opened();
    const file = this.#file(folder, name);
    try {
      const layout = skim(file, HEAD_KEYS, "state");
      if (layout === "no-dict") throw notCheckpoint(name);
      if (layout === "too-large") throw needsState(name);
      return headOf(file, layout, loads, name);
    } finally {
      file.close();
    }
  }

  async open(name: string, verify: boolean): Promise<Opened> {
    const folder = await this.#opened();
    for (let attempt = 1; ; attempt++) {
      const checksum = this.#checksum(folder, name);
      const file = this.#file(folder, name);
      try {
        const stamp = file.stamp();
        if (verify) {
          const found = await this.#hash(file);
          if (checksum !== found) {
            // Somebody saved it anew between the two readings.
            const isOld = this.#checksum(folder, name) !== checksum || file.stamp() !== stamp;
            if (isOld && attempt < TRIES) {
              file.close();
              continue;
            }
            if (isOld) throw changing(name);
            throw checksum === undefined
              ? noChecksum(name, folder.facts(`${name}.sha256`) !== undefined)
              : mismatch(name, checksum, found, file.size);
          }
        }
        return {
          source: () => sourceOf(file),
          settle: () => {
            if (file.stamp() !== stamp) throw changing(name);
          },
          close: () => file.close(),
        };
      } catch (error) {
        file.close();
        throw error;
      }
    }
  }

  async delete(name: string): Promise<boolean> {
    const folder = await this.#opened();
    if (folder.facts(".") === undefined) return false;
    if (this.#tryFile(folder, name) === undefined && folder.facts(`${name}.sha256`) === undefined) {
      return false;
    }
    return this.#locked(folder, name, () => {
      this.#recover(folder, name);
      // The pickle first: a checksum alone is no checkpoint, a pickle alone would be one that is damaged.
      const was = folder.remove(`${name}.pkl`);
      folder.sync();
      folder.remove(`${name}.sha256`);
      return was;
    });
  }

  async #opened(): Promise<Folder> {
    if (this.#folder === undefined) {
      const { openFolder } = await import("#files");
      this.#folder = openFolder(this.#path);
    }
    return this.#folder;
  }

  async #digest(): Promise<Digest> {
    this.#startDigest ??= await digests();
    return this.#startDigest();
  }

  async #locked<T>(folder: Folder, name: string, action: () => T): Promise<T> {
    const release = await folder.lock(`.${name}.lock`, LOCK_MILLISECONDS);
    if (release === undefined) {
      const message = `another process holds checkpoint ${JSON.stringify(name)} for more than ${LOCK_MILLISECONDS / 1000} s; remove .${name}.lock if there is none`;
      throw new CheckpointError("locked", message, name);
    }
    try {
      return action();
    } finally {
      release();
    }
  }

  // Under the lock: whoever left a pending file is gone.
  #recover(folder: Folder, name: string): void {
    const start = `.${name}.`;
    for (const file of folder.names()) {
      if (!file.startsWith(start)) continue;
      const pending = PENDING.exec(file);
      if (pending === null || pending[1] !== name) continue;
      const isValid = this.#checksum(folder, name)?.startsWith(pending[2] as string) === true;
      if (isValid) folder.rename(file, `${name}.pkl`);
      else folder.remove(file);
    }
  }

  #checksum(folder: Folder, name: string): string | undefined {
    const file = folder.open(`${name}.sha256`);
    if (file === undefined) return undefined;
    try {
      const bytes = new Uint8Array(Math.min(file.size, 1024));
      return checksumIn(new TextDecoder().decode(bytes.subarray(0, file.read(0, bytes))));
    } finally {
      file.close();
    }
  }

  #current(folder: Folder, name: string): string {
    const checksum = this.#checksum(folder, name);
    return checksum === undefined ? `${name}.pkl` : pendingName(name, checksum);
  }

  // The pending file first: where it has gone, it has become NAME.pkl.
  #tryFile(folder: Folder, name: string): string | undefined {
    const current = this.#current(folder, name);
    if (folder.facts(current) !== undefined) return current;
    return folder.facts(`${name}.pkl`) === undefined ? undefined : `${name}.pkl`;
  }

  #file(folder: Folder, name: string): OpenFile {
    const file = folder.open(this.#current(folder, name)) ?? folder.open(`${name}.pkl`);
    if (file !== undefined) return file;
    const message = `there is no checkpoint ${JSON.stringify(name)} in ${JSON.stringify(this.title)}; list() has the names`;
    throw new CheckpointError("not-found", message, name);
  }

  async #hash(file: OpenFile): Promise<string> {
    const digest = await this.#digest();
    const buffer = new Uint8Array(Math.min(STEP, Math.max(1, file.size)));
    for (let at = 0; ; ) {
      const count = file.read(at, buffer);
      if (count === 0) return digest.hex();
      digest.update(buffer.subarray(0, count));
      at += count;
      // Others may go on between two steps of a large file.
      if (at % (64 * STEP) === 0) await Promise.resolve();
    }
  }
}

/** The head in a file whose layout is known. */
function headOf(
  file: Readable,
  layout: Layout,
  loads: (pickle: Uint8Array) => unknown,
  name: string,
): Head {
  const keys = keysOf(file, layout, loads, name);
  const wanted = layout.entries.filter((_entry, at) => {
    const key = keys[at];
    return key === "metadata" || key === "timestamp" || key === "version";
  });
  if (!layout.endedEarly && !keys.includes("state")) throw notCheckpoint(name);
  const pickle = excerpt(
    file,
    layout,
    wanted.map(([, value]) => value),
  );
  if (pickle === undefined) throw needsState(name);
  const values = loads(pickle);
  const found = Array.isArray(values) ? (values as unknown[]) : [];
  const names = keys.filter(
    (key) => key === "metadata" || key === "timestamp" || key === "version",
  );
  const head: Record<string, unknown> = Object.fromEntries(
    names.map((key, at) => [key, found[at]]),
  );
  return { metadata: head["metadata"], timestamp: head["timestamp"], version: head["version"] };
}

function keysOf(
  file: Readable,
  layout: Layout,
  loads: (pickle: Uint8Array) => unknown,
  name: string,
): readonly unknown[] {
  const pickle = excerpt(
    file,
    layout,
    layout.entries.map(([key]) => key),
  );
  const keys = pickle && loads(pickle);
  if (!Array.isArray(keys)) throw notCheckpoint(name);
  return keys as unknown[];
}

function pendingName(name: string, checksum: string): string {
  return `.${name}.${checksum.slice(0, 24)}.pending`;
}

function sourceOf(file: OpenFile): ByteSource {
  let position = 0;
  return {
    get remaining() {
      return Math.max(0, file.size - position);
    },
    read(target) {
      const count = file.read(position, target);
      position += count;
      return count;
    },
  };
}

function needsState(name: string): CheckpointError {
  const message = `the metadata of ${JSON.stringify(name)} cannot be read without the state; load it`;
  return new CheckpointError("not-a-checkpoint", message, name);
}

/** The error for a pickle that is none of a checkpoint. */
export function notCheckpoint(name: string): CheckpointError {
  const message = `${JSON.stringify(name)} is no checkpoint: the pickle is not a dict with the key "state"; load() of brine reads any pickle`;
  return new CheckpointError("not-a-checkpoint", message, name);
}

function noChecksum(name: string, isThere: boolean): CheckpointError {
  const what = isThere
    ? `holds no SHA-256 of 64 hexadecimal digits`
    : `is not there, so nothing says that ${name}.pkl is whole`;
  const message = `${name}.sha256 ${what}; load the checkpoint with { verify: false } if you trust it, and save it anew`;
  return new CheckpointError(isThere ? "bad-checksum" : "no-checksum", message, name);
}

function mismatch(name: string, wanted: string, found: string, size: number): CheckpointError {
  const message = `checkpoint ${JSON.stringify(name)} is damaged or cut short: its ${size} bytes have the checksum ${found.slice(0, 12)}…, not ${wanted.slice(0, 12)}…; take another one, latest() finds the newest that is intact`;
  return new CheckpointError("checksum-mismatch", message, name);
}

function changing(name: string): CheckpointError {
  const message = `checkpoint ${JSON.stringify(name)} is written to while it is read; try again once its writer is done`;
  return new CheckpointError("changing", message, name);
}

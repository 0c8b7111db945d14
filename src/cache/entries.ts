/**
 * Results in files of one folder, `NAME.SOURCE.KEY.pkl`, each replaced as a whole; the oldest and the longest unused go.
 *
 * The time of a file's contents is when its result was computed, the time of its last access when it was last used.
 */

/** What is used of `#files`. */
export interface Folder {
  make(): void;
  names(): readonly string[];
  facts(
    name: string,
  ): { readonly size: number; readonly modified: number; readonly used: number } | undefined;
  open(
    name: string,
  ):
    | { readonly size: number; read(start: number, target: Uint8Array): number; close(): void }
    | undefined;
  draft(): {
    write(chunk: Uint8Array): void;
    seal(durable?: boolean): Promise<void>;
    publish(name: string): void;
    discard(): void;
  };
  remove(name: string): boolean;
  use(name: string): void;
  sweep(): void;
}

/** What bounds a folder. */
export interface Bounds {
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly maxAge: number;
}

const ENTRY = /^[A-Za-z0-9_$-]{1,60}\.[0-9a-f]{16}\.[0-9a-f]{64}\.pkl$/;
const MINUTE = 60_000;

/** The files of a cache's folder. */
export class Entries {
  readonly #folder: Folder;
  readonly #bounds: Bounds;
  // Bytes written here since the folder was last looked through, and when that was.
  #written = Number.POSITIVE_INFINITY;
  #total = 0;
  #looked = 0;

  constructor(folder: Folder, bounds: Bounds) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  /** The bytes of a result that is not too old, or `undefined`. */
  read(name: string): Uint8Array | undefined {
    const facts = this.#folder.facts(name);
    if (facts === undefined || Date.now() - facts.modified > this.#bounds.maxAge) return undefined;
    const file = this.#folder.open(name);
    if (file === undefined) return undefined;
    try {
      const bytes = new Uint8Array(file.size);
      return bytes.subarray(0, file.read(0, bytes));
    } finally {
      file.close();
    }
  }

  /** Marks a result as used just now. */
  use(name: string): void {
    this.#folder.use(name);
  }

  /** Whether there is a result that is not too old. */
  has(name: string): boolean {
    const facts = this.#folder.facts(name);
    return facts !== undefined && Date.now() - facts.modified <= this.#bounds.maxAge;
  }

  /** Keeps a result; a crash leaves the old file or the new one. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#folder.make();
    const draft = this.#folder.draft();
    try {
      draft.write(bytes);
      // After a crash of the machine a result may be missing or damaged: then it is computed anew.
      await draft.seal(false);
      draft.publish(name);
    } catch (error) {
      draft.discard();
      throw error;
    }
    this.#written += bytes.length;
    this.#bound(name);
  }

  remove(name: string): boolean {
    return this.#folder.remove(name);
  }

  /** Removes all results whose names begin so. */
  clear(start: string): void {
    for (const name of this.#all()) if (name.startsWith(start)) this.#folder.remove(name);
  }

  // Other processes write too, so the folder is looked through again after each tenth of what it may hold.
  #bound(newest: string): void {
    const { maxBytes, maxAge } = this.#bounds;
    const isBounded = Number.isFinite(maxBytes) || Number.isFinite(maxAge);
    if (!isBounded) return;
    const isDue =
      this.#written > maxBytes / 10 ||
      this.#total + this.#written > maxBytes ||
      Date.now() - this.#looked > MINUTE;
    if (!isDue) return;
    this.#folder.sweep();
    const now = Date.now();
    let total = 0;
    const kept: { name: string; size: number; used: number }[] = [];
    for (const name of this.#all()) {
      const facts = this.#folder.facts(name);
      if (facts === undefined) continue;
      if (now - facts.modified > maxAge) this.#folder.remove(name);
      else {
        kept.push({ name, size: facts.size, used: Math.max(facts.used, facts.modified) });
        total += facts.size;
      }
    }
    if (total > maxBytes) {
      kept.sort((a, b) => a.used - b.used);
      for (const { name, size } of kept) {
        // A little more than has to be, so that not every result takes away one.
        if (total <= maxBytes * 0.9) break;
        if (name === newest) continue;
        this.#folder.remove(name);
        total -= size;
      }
    }
    this.#total = total;
    this.#written = 0;
    this.#looked = now;
  }

  #all(): readonly string[] {
    return this.#folder.facts(".") === undefined
      ? []
      : this.#folder.names().filter((name) => ENTRY.test(name));
  }
}

/**
 * Checkpoints in a store: `NAME.head`, a pickle of what is known without the state, and the pickle itself under
 * `NAME.DIGEST.pkl`, which the head names. The head is what makes a checkpoint valid, so one key is set in one step.
 */
import { type ByteSink, Pieces } from "../core/bytes/index.ts";
import { dumps, loads } from "../index.ts";
import type { Store } from "../stores/index.ts";
import { type Digest, digests } from "./digest.ts";
import { CheckpointError } from "./error.ts";
import { nameFault } from "./names.ts";
import type { Facts, Head, Opened, Place } from "./place.ts";

interface StoredHead extends Head {
  readonly sha256: string;
  readonly size: number;
  readonly saved: number;
}

const TRIES = 10;

/** A store as a {@link Place}. */
export class StorePlace implements Place {
  readonly title: string;
  readonly #store: Store;
  #startDigest: (() => Digest) | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.title = store.engine;
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const key of this.#store.keys()) {
      if (!key.endsWith(".head")) continue;
      const name = key.slice(0, -5);
      if (nameFault(name) === undefined) names.push(name);
    }
    return names.sort();
  }

  async facts(name: string): Promise<Facts | undefined> {
    const bytes = await this.#store.get(`${name}.head`);
    if (bytes === undefined) return undefined;
    try {
      const { size, saved } = headIn(bytes, name, () => undefined);
      return { size, saved };
    } catch {
      // What is wrong with it is said where it is read.
      return { size: 0, saved: 0 };
    }
  }

  async save(name: string, pickle: (sink: ByteSink) => void, head: Head): Promise<void> {
    const digest = await this.#digest();
    const pieces = new Pieces();
    pickle({
      write(chunk) {
        digest.update(chunk);
        pieces.add(chunk);
      },
    });
    const bytes = pieces.join();
    const sha256 = digest.hex();
    const stored: StoredHead = { ...head, sha256, size: bytes.length, saved: Date.now() };
    const packed = dumps({ ...stored, metadata: dumps(head.metadata) });
    await this.#store.set(dataKey(name, sha256), bytes);
    const before = await this.#store.get(`${name}.head`);
    await this.#store.set(`${name}.head`, packed);
    if (before !== undefined) await this.#dropData(name, before, sha256);
  }

  async head(name: string, loads: (pickle: Uint8Array) => unknown): Promise<Head> {
    const bytes = await this.#store.get(`${name}.head`);
    if (bytes === undefined) throw this.#missing(name);
    return headIn(bytes, name, loads);
  }

  async open(name: string, verify: boolean): Promise<Opened> {
    for (let attempt = 1; ; attempt++) {
      const packed = await this.#store.get(`${name}.head`);
      if (packed === undefined) throw this.#missing(name);
      const { sha256 } = headIn(packed, name, () => undefined);
      const bytes = await this.#store.get(dataKey(name, sha256));
      if (bytes === undefined) {
        // Somebody saved it anew between the two readings.
        if (attempt < TRIES) continue;
        const message = `the pickle of checkpoint ${JSON.stringify(name)} is not in the store; delete it, and take another one`;
        throw new CheckpointError("checksum-mismatch", message, name);
      }
      if (verify) {
        const digest = await this.#digest();
        digest.update(bytes);
        if (digest.hex() !== sha256) {
          const message = `checkpoint ${JSON.stringify(name)} is damaged: its ${bytes.length} bytes are not those that were saved; take another one, latest() finds the newest that is intact`;
          throw new CheckpointError("checksum-mismatch", message, name);
        }
      }
      return { source: () => bytes, settle: () => undefined, close: () => undefined };
    }
  }

  async delete(name: string): Promise<boolean> {
    const before = await this.#store.get(`${name}.head`);
    const was = await this.#store.delete(`${name}.head`);
    if (before !== undefined) await this.#dropData(name, before, undefined);
    return was;
  }

  async #digest(): Promise<Digest> {
    this.#startDigest ??= await digests();
    return this.#startDigest();
  }

  async #dropData(name: string, packed: Uint8Array, kept: string | undefined): Promise<void> {
    let sha256: string;
    try {
      ({ sha256 } = headIn(packed, name, () => undefined));
    } catch {
      return; // A head that cannot be read names nothing that could be dropped.
    }
    if (sha256 !== kept) await this.#store.delete(dataKey(name, sha256));
  }

  #missing(name: string): CheckpointError {
    const message = `there is no checkpoint ${JSON.stringify(name)} in ${this.title}; list() has the names`;
    return new CheckpointError("not-found", message, name);
  }
}

function dataKey(name: string, sha256: string): string {
  return `${name}.${sha256}.pkl`;
}

// The metadata is a pickle within the pickle: only who wants it needs the caller's types.
function headIn(
  bytes: Uint8Array,
  name: string,
  loadMetadata: (pickle: Uint8Array) => unknown,
): StoredHead {
  const head = loads(bytes);
  if (isStoredHead(head)) return { ...head, metadata: loadMetadata(head.metadata) };
  const message = `${name}.head is none that brine wrote; delete the checkpoint`;
  throw new CheckpointError("not-a-checkpoint", message, name);
}

function isStoredHead(head: unknown): head is StoredHead & { readonly metadata: Uint8Array } {
  if (typeof head !== "object" || head === null) return false;
  const { sha256, size, saved, metadata } = head as Partial<Record<string, unknown>>;
  return (
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof size === "number" &&
    typeof saved === "number" &&
    metadata instanceof Uint8Array
  );
}

/** States in, checkpoints out and back: saved whole or not at all, read only if their checksum is right. */
import { PickleError, PicklingError } from "../core/errors/index.ts";
import {
  type DumpOptions,
  type LoadOptions,
  loads,
  Pickler,
  type StandardSchema,
  Unpickler,
} from "../index.ts";
import { applySchemaAsync } from "../schema/index.ts";
import { isUrl, kindOf } from "../sources/index.ts";
import { isStore, type Store } from "../stores/index.ts";
import { CheckpointError, storageError } from "./error.ts";
import { FolderPlace, notCheckpoint } from "./folder.ts";
import { checkedName } from "./names.ts";
import type { Head, Place } from "./place.ts";
import { StorePlace } from "./store.ts";
import { timeOf, timestampNow } from "./times.ts";

/** Options of {@link Checkpoints}; those of `dumps` and `loads` hold for every checkpoint. */
export interface CheckpointsOptions<State = unknown>
  extends Omit<LoadOptions, "schema" | "buffers">,
    Omit<DumpOptions, "bufferCallback"> {
  /** Judges each state that is loaded, and gives it its type. */
  readonly schema?: StandardSchema<unknown, State> | undefined;
  /** Keep only so many of the newest, from 1 on, after each save. Default: all. */
  readonly keepLast?: number | undefined;
  /** What is written as the time. Default as Python's `datetime.now().isoformat()`: local time, without an offset. */
  readonly timestamp?: (() => unknown) | undefined;
}

/** A checkpoint that was loaded. */
export interface Checkpoint<State, Metadata> {
  readonly name: string;
  readonly state: State;
  readonly metadata: Metadata;
  /** As it stands in the pickle: text, seconds or a datetime. */
  readonly timestamp: unknown;
  readonly version: unknown;
}

/** A checkpoint without its state. */
export interface CheckpointInfo<Metadata> {
  readonly name: string;
  /** `undefined` where there is an error. */
  readonly metadata: Metadata | undefined;
  readonly timestamp: unknown;
  readonly version: unknown;
  /** When it was saved, in milliseconds since 1970: by its timestamp, else by the storage. */
  readonly time: number;
  /** Bytes of the pickle. */
  readonly size: number;
  /** Why nothing of it could be read. */
  readonly error: Error | undefined;
}

/** Whether one checkpoint is intact. */
export interface Verification {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong with it. */
  readonly error: CheckpointError | undefined;
}

const VERSION = "1.0";
const DAMAGED: ReadonlySet<string> = new Set([
  "no-checksum",
  "bad-checksum",
  "checksum-mismatch",
  "not-a-checkpoint",
]);

/**
 * A folder of checkpoints, NAME.pkl and NAME.sha256 as the Python recipe writes and reads them, or the same in a store.
 *
 * @example
 * ```ts
 * import { Checkpoints } from "brine/checkpoint";
 *
 * interface Run {
 *   epoch: number;
 *   weights: Float64Array;
 * }
 *
 * const checkpoints = new Checkpoints<Run>("runs", { keepLast: 3 });
 * const run = await checkpoints.resume({ epoch: 0, weights: new Float64Array(4) });
 * while (run.epoch++ < 5) await checkpoints.save(`epoch-${run.epoch}`, run, { loss: 1 / run.epoch });
 *
 * (await checkpoints.list()).map(({ name }) => name); //=> ["epoch-3", "epoch-4", "epoch-5"]
 * ```
 */
export class Checkpoints<State = unknown, Metadata = Record<string, unknown>> {
  readonly #place: Place;
  readonly #options: CheckpointsOptions<State>;

  /**
   * Nothing is touched before the first call of a method; the first save makes the folder.
   *
   * @throws TypeError when `place` is no path, `file:` URL or store, or `keepLast` no whole number from 1 on
   */
  constructor(
    place: string | { readonly href: string; readonly protocol: string } | Store,
    options: CheckpointsOptions<State> = {},
  ) {
    if (options.keepLast !== undefined) checkedCount(options.keepLast, "keepLast");
    this.#options = options;
    this.#place = placeOf(place);
  }

  /**
   * Saves `state` under `name`, with metadata that `list` shows. Arrays go to the disk as they stand in memory, so the
   * state must not change before the Promise is fulfilled. Then the checkpoint is on the disk; until then, and whatever
   * happens, one of that name stays what it was.
   *
   * @throws CheckpointError `bad-name`, `disk-full`, `read-only`, `write-failed`, `locked`; PicklingError as `dumps`
   */
  async save(name: string, state: State, metadata?: Metadata): Promise<void> {
    checkedName(name);
    const { timestamp = timestampNow, keepLast } = this.#options;
    const head: Head = { metadata: metadata ?? {}, timestamp: timestamp(), version: VERSION };
    // The state last: whoever wants to know the rest need not read it.
    const checkpoint = { name, ...head, state };
    await this.#guard(name, () =>
      this.#place.save(
        name,
        (sink) => {
          try {
            new Pickler(sink, this.#options).dump(checkpoint);
          } catch (error) {
            // The emitter says at which value the disk refused; the disk's own error says why.
            if (error instanceof PicklingError && error.cause instanceof PickleError) {
              throw error.cause;
            }
            throw error;
          }
        },
        head,
      ),
    );
    if (keepLast !== undefined) await this.#keep(keepLast, name);
  }

  /**
   * Loads a checkpoint, after its checksum was found right; `verify: false` leaves that out.
   *
   * @throws CheckpointError `not-found`, `checksum-mismatch`, `no-checksum`, `bad-checksum`, `not-a-checkpoint`,
   * `bad-name`, `changing`, `read-failed`; UnpicklingError as `loads`
   */
  async load(
    name: string,
    { verify = true }: { readonly verify?: boolean | undefined } = {},
  ): Promise<Checkpoint<State, Metadata>> {
    checkedName(name);
    const fields = await this.#guard(name, async () => {
      const opened = await this.#place.open(name, verify);
      try {
        const loaded = new Unpickler(opened.source(), this.#loading()).load();
        opened.settle();
        return fieldsOf(loaded);
      } finally {
        opened.close();
      }
    });
    if (fields === undefined || !fields.has("state")) throw notCheckpoint(name);
    const { schema } = this.#options;
    const state = fields.get("state");
    return {
      name,
      // Without a schema the caller's type is the caller's word, as with loads<T>().
      state: (schema === undefined ? state : await applySchemaAsync(schema, state, 0)) as State,
      metadata: fields.get("metadata") as Metadata,
      timestamp: fields.get("timestamp"),
      version: fields.get("version"),
    };
  }

  /**
   * All checkpoints, oldest first, by their timestamps. States are not read: of what brine wrote the first bytes, of what
   * Python wrote everything but long bytes. Checksums are not compared; `verify` does that.
   *
   * @throws CheckpointError `read-failed`, when the folder itself cannot be read
   */
  async list(): Promise<CheckpointInfo<Metadata>[]> {
    const names = await this.#guard(undefined, () => this.#place.names());
    const infos: CheckpointInfo<Metadata>[] = [];
    for (const name of names) {
      const info = await this.#info(name);
      if (info !== undefined) infos.push(info);
    }
    return infos
      .map((info) => ({ info, saved: info.time }))
      .sort((a, b) => a.saved - b.saved || (a.info.name < b.info.name ? -1 : 1))
      .map(({ info }) => info);
  }

  /**
   * Reads the checkpoints of these names, or all of them, from end to end and compares their checksums.
   *
   * @throws CheckpointError `bad-name`; whatever is wrong with a checkpoint is in the answer
   */
  async verify(...names: readonly string[]): Promise<Verification[]> {
    names.forEach(checkedName);
    const wanted =
      names.length > 0 ? names : await this.#guard(undefined, () => this.#place.names());
    const verifications: Verification[] = [];
    for (const name of wanted) {
      try {
        await this.#guard(name, async () => (await this.#place.open(name, true)).close());
        const { error } = (await this.#info(name)) ?? {};
        if (error !== undefined) throw error;
        verifications.push({ name, ok: true, error: undefined });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (names.length === 0 && isGone(error)) continue;
        const wrapped = error instanceof CheckpointError ? error : unreadable(name, error);
        verifications.push({ name, ok: false, error: wrapped });
      }
    }
    return verifications;
  }

  /**
   * Deletes a checkpoint, and answers whether there was one.
   *
   * @throws CheckpointError `bad-name`, `read-only`, `write-failed`, `locked`
   */
  async delete(name: string): Promise<boolean> {
    checkedName(name);
    return this.#guard(name, () => this.#place.delete(name));
  }

  /**
   * The newest checkpoint that is intact, loaded; `undefined` where there is none at all. Damaged ones are passed over,
   * and told to `onDamaged`.
   *
   * @throws CheckpointError `none-intact` when there are only damaged ones; UnpicklingError as `load`
   */
  async latest({
    onDamaged,
  }: {
    readonly onDamaged?: ((error: CheckpointError) => void) | undefined;
  } = {}): Promise<Checkpoint<State, Metadata> | undefined> {
    let newest: CheckpointError | undefined;
    for (const { name } of (await this.list()).reverse()) {
      try {
        return await this.load(name);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        if (isGone(error)) continue;
        if (!DAMAGED.has(error.code)) throw error;
        newest ??= error;
        onDamaged?.(error);
      }
    }
    if (newest === undefined) return undefined;
    const message = `no checkpoint in ${JSON.stringify(this.#place.title)} is intact; of the newest: ${newest.message}`;
    throw new CheckpointError("none-intact", message, newest.checkpoint, { cause: newest });
  }

  /**
   * The state of the {@link latest} checkpoint, or `initial` where there is none; a function is called for it.
   *
   * @throws as `latest`
   */
  async resume(initial: State | (() => State | Promise<State>)): Promise<State> {
    const latest = await this.latest();
    if (latest !== undefined) return latest.state;
    return typeof initial === "function"
      ? (initial as () => State | Promise<State>)() // A state is data; functions cannot be pickled.
      : initial;
  }

  /**
   * Deletes all but the `count` newest, and answers the names of what was deleted. What cannot be read is neither counted
   * nor deleted.
   *
   * @throws TypeError when `count` is no whole number from 1 on; CheckpointError as `delete`
   */
  async keepLast(count: number): Promise<string[]> {
    return this.#keep(checkedCount(count, "count"));
  }

  // `saved` stays, also where the clock was put back.
  async #keep(count: number, saved?: string): Promise<string[]> {
    const readable = (await this.list()).filter(({ error }) => error === undefined);
    const others = readable.filter(({ name }) => name !== saved);
    const kept = saved === undefined ? count : count - 1;
    const deleted: string[] = [];
    for (const { name } of others.slice(0, Math.max(0, others.length - kept))) {
      if (await this.delete(name)) deleted.push(name);
    }
    return deleted;
  }

  async #info(name: string): Promise<CheckpointInfo<Metadata> | undefined> {
    const facts = await this.#guard(name, () => this.#place.facts(name));
    if (facts === undefined) return undefined;
    const { size, saved } = facts;
    try {
      const head = await this.#guard(name, () =>
        this.#place.head(name, (pickle) => loads(pickle, this.#loading())),
      );
      const time = timeOf(head.timestamp) ?? saved;
      const { metadata, timestamp, version } = head;
      // As in load.
      return {
        name,
        metadata: metadata as Metadata,
        timestamp,
        version,
        time,
        size,
        error: undefined,
      };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isGone(error)) return undefined;
      const nothing = { metadata: undefined, timestamp: undefined, version: undefined };
      return { name, ...nothing, time: saved, size, error: unreadable(name, error) };
    }
  }

  #loading(): LoadOptions {
    const { schema: _schema, keepLast: _keep, timestamp: _timestamp, ...options } = this.#options;
    return options;
  }

  async #guard<T>(name: string | undefined, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw storageError(error, name);
    }
  }
}

// Deleted since its name was found.
function isGone(error: Error): boolean {
  return error instanceof CheckpointError && error.code === "not-found";
}

function placeOf(place: unknown): Place {
  if (typeof place === "string" && place !== "") return new FolderPlace(place);
  if (typeof place === "object" && place !== null) {
    if (isStore(place)) return new StorePlace(place);
    if (isUrl(place) && place.protocol === "file:") return new FolderPlace(place);
  }
  const found = place === "" ? "an empty string" : kindOf(place);
  throw new TypeError(`place must be the path of a folder, a file: URL or a store, got ${found}`);
}

function checkedCount(count: number, parameter: string): number {
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new TypeError(`${parameter} must be a whole number from 1 on, not ${String(count)}`);
}

// A dict is a Map or a plain object, as the options of the load decide.
function fieldsOf(loaded: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (loaded instanceof Map) return loaded;
  if (typeof loaded !== "object" || loaded === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(loaded);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return new Map(Object.entries(loaded));
}

function unreadable(name: string, error: Error): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const message = `checkpoint ${JSON.stringify(name)} cannot be read: ${error.message}`;
  return new CheckpointError("not-a-checkpoint", message, name, { cause: error });
}

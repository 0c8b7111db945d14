/** Data of any version in, data of the current one out: a typed chain of migrations around `dump` and `load`. */

import {
  type BytesLike,
  type DumpFileOptions,
  type DumpOptions,
  dump,
  dumps,
  Float,
  type LoadFileOptions,
  type LoadOptions,
  load,
  loads,
  type Source,
  type Target,
} from "../index.ts";
import { applySchema, applySchemaAsync } from "../schema/index.ts";
import { type Envelope, opened } from "./envelope.ts";
import { VersionError } from "./error.ts";

/** Options of {@link defineVersions}. */
export interface VersionsOptions {
  /** The version that the first migration starts from, from 1 on; data older than that is refused. Default 1. */
  readonly first?: number | undefined;
}

type Step = (data: unknown) => unknown;

/**
 * Begins a chain of versions with the shape of the oldest one that is still read.
 *
 * @throws TypeError when `first` is no whole number from 1 on
 * @example
 * ```ts
 * import { dumps } from "brine";
 * import { defineVersions } from "brine/versioned";
 *
 * const profiles = defineVersions<{ name: string }>()
 *   .migrate(({ name }) => ({ name, email: null as string | null }));
 *
 * const old = dumps({ version: 1, data: { name: "Ann" } }); // as Python's recipe writes it
 * profiles.version; //=> 2
 * profiles.loads(old); //=> { name: "Ann", email: null }
 * ```
 */
export function defineVersions<First = unknown>(options: VersionsOptions = {}): Versions<First> {
  const { first = 1 } = options;
  if (!Number.isSafeInteger(first) || first < 1) {
    throw new TypeError(`first must be a whole number from 1 on, not ${String(first)}`);
  }
  return new Versions<First>(first, []);
}

/** Versions `first` to `version`, and how data of each becomes data of the next. It never changes: `migrate` makes a new one. */
export class Versions<Current> {
  /** The oldest version that is read. */
  readonly first: number;
  /** The version that is written. */
  readonly version: number;
  readonly #steps: readonly Step[];

  /** Made by {@link defineVersions} and {@link migrate}. */
  constructor(first: number, steps: readonly Step[]) {
    this.first = first;
    this.version = first + steps.length;
    this.#steps = steps;
  }

  /**
   * Adds a version: `step` turns data of the present one into data of the next. It gets what was loaded, which only a
   * schema would have checked, and may change it or make something new. A step that answers with a Promise works in
   * {@link load} and {@link upgrade}, not in {@link loads}.
   */
  migrate<Next>(step: (data: Current) => Next): Versions<Awaited<Next>> {
    if (typeof step !== "function") {
      throw new TypeError(`step must be a function, not ${typeof step}`);
    }
    // The types of the chain say that what comes here is Current.
    return new Versions(this.first, [...this.#steps, step as Step]);
  }

  /** The pickle of `{"version": …, "data": data}`, as the Python recipe writes it. @throws PicklingError as `dumps` */
  dumps(data: Current, options?: DumpOptions): Uint8Array {
    return dumps(this.#envelope(data), options);
  }

  /**
   * Reads such a pickle and brings it to the current version. The `schema` judges the data once it is there.
   *
   * @throws VersionError with both numbers; UnpicklingError as `loads`
   */
  loads(bytes: BytesLike, options: LoadOptions = {}): Current {
    const { schema, ...others } = options;
    let { data, version } = this.#opened(loads(bytes, others));
    for (; version < this.version; version++) {
      data = this.#migrated(data, version);
      if (isPromise(data)) {
        Promise.resolve(data).catch(() => {}); // Nobody waits for it: its failure must not end the process.
        throw this.#failed(version, "answers with a Promise: use load(), which waits for it");
      }
    }
    // The chain's types say that data at this.version is Current; a schema makes sure of it.
    return (schema === undefined ? data : applySchema(schema, data, 0)) as Current;
  }

  /**
   * Writes `{"version": …, "data": data}`; a path keeps its old contents until the new ones are whole.
   *
   * @throws PicklingError as `dump`
   */
  save(data: Current, target: Target, options?: DumpFileOptions): Promise<void> {
    return dump(this.#envelope(data), target, options);
  }

  /**
   * Reads a file and brings what it holds to the current version; the file itself stays as it is. The `schema` judges
   * the data once it is there.
   *
   * @throws VersionError with both numbers; UnpicklingError, PickleError as `load`
   */
  async load(source: Source, options: LoadFileOptions = {}): Promise<Current> {
    const { schema, ...others } = options;
    const { data, version } = this.#opened(await load(source, others));
    const current = await this.upgrade(data, version);
    // As in loads.
    return (schema === undefined ? current : await applySchemaAsync(schema, current, 0)) as Current;
  }

  /**
   * Brings `data` of `version` to the current one.
   *
   * @throws VersionError with both numbers
   */
  async upgrade(data: unknown, version: number): Promise<Current> {
    let upgraded = data;
    for (let at = this.#checked(version); at < this.version; at++) {
      upgraded = this.#migrated(upgraded, at);
      if (!isPromise(upgraded)) continue;
      try {
        upgraded = await upgraded;
      } catch (cause) {
        throw this.#failed(at, `failed: ${messageOf(cause)}`, cause);
      }
    }
    // The chain's types say that data at this.version is Current.
    return upgraded as Current;
  }

  #envelope(data: Current): { version: number; data: Current } {
    return { version: this.version, data };
  }

  #opened(loaded: unknown): { data: unknown; version: number } {
    const envelope: Envelope = opened(loaded);
    const version = this.#checked(envelope.version);
    if (envelope.isEmpty) {
      const message = `the file names version ${version} but holds no data`;
      throw new VersionError("no-data", message, version, this.version);
    }
    return { data: envelope.data, version };
  }

  #checked(found: unknown): number {
    if (typeof found === "bigint" && found > BigInt(this.version)) throw this.#future(found);
    const version = found instanceof Float || typeof found === "bigint" ? Number(found) : found;
    if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
      const message = `the version is ${shown(found)}, not a whole number from 1 on (this program works with version ${this.version})`;
      throw new VersionError("bad-version", message, found, this.version);
    }
    if (version > this.version) throw this.#future(version);
    if (version < this.first) {
      const message =
        `the data is of version ${version}; migrations to version ${this.version} ` +
        `are known from version ${this.first} on`;
      throw new VersionError("missing-migration", message, version, this.version);
    }
    return version;
  }

  #future(version: number | bigint): VersionError {
    // A hostile file's may have millions of digits.
    const said = version < 2 ** 64 ? String(version) : "beyond 2**64";
    const message = `the data is of version ${said}; this program knows versions up to ${this.version}`;
    return new VersionError("future-version", message, version, this.version);
  }

  #migrated(data: unknown, version: number): unknown {
    try {
      return this.#steps[version - this.first]?.(data);
    } catch (cause) {
      throw this.#failed(version, `failed: ${messageOf(cause)}`, cause);
    }
  }

  #failed(version: number, what: string, cause?: unknown): VersionError {
    return new VersionError(
      "migration-failed",
      `the migration from version ${version} to ${version + 1} ${what} (current version ${this.version})`,
      version,
      this.version,
      cause === undefined ? undefined : { cause },
    );
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

function messageOf(cause: unknown): string {
  try {
    return cause instanceof Error ? cause.message : String(cause);
  } catch {
    return "with what cannot be made into text";
  }
}

// What a hostile file has in the version's place may be large.
function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? "a long str" : JSON.stringify(value);
  if (typeof value === "bigint") return "a negative int";
  return typeof value === "object" && value !== null ? "no number" : String(value);
}

/** A function in, the same function out, whose results are files: computed once for each content of its arguments. */
import { type DumpOptions, dumps, type LoadOptions, loads, type StandardSchema } from "../index.ts";
import { applySchemaAsync } from "../schema/index.ts";
import { isUrl, kindOf } from "../sources/index.ts";
import { Entries } from "./entries.ts";
import { CacheError, storageError } from "./error.ts";
import { keyOf, type Sha256Run, toHex } from "./key.ts";

/** Options of {@link memoize}; those of `dumps` and `loads` hold for arguments and results. */
export interface MemoizeOptions<Args extends readonly unknown[] = never[], Result = unknown>
  extends Omit<LoadOptions, "schema" | "buffers">,
    Omit<DumpOptions, "bufferCallback"> {
  /** Where the results are; several functions and processes may share it. It is made when there is a result. */
  readonly folder: string | { readonly href: string; readonly protocol: string };
  /** Most bytes of all results in the folder; the longest unused go first. Default: no bound. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds after which a result is computed anew. Default: never. */
  readonly maxAge?: number | undefined;
  /** What of the arguments counts. Default: all of them. */
  readonly key?: ((...args: Args) => unknown) | undefined;
  /** What the files are named after. Default the function's own name. */
  readonly name?: string | undefined;
  /**
   * Changes when results would be others. Default the text of the function, as in joblib; what it captures and calls is not
   * part of that.
   */
  readonly version?: string | number | undefined;
  /** Judges each result that is read, and gives it its type. */
  readonly schema?: StandardSchema<unknown, Result> | undefined;
  /** Is told what the cache could not do: a full disk, a damaged file. The caller has the result all the same. */
  readonly onError?: ((error: CacheError) => void) | undefined;
}

/** What a memoized function has done in this process. */
export interface CacheStats {
  /** Results that were read from files. */
  readonly hits: number;
  /** Results that were computed. */
  readonly misses: number;
  /** Calls that waited for the same computation as an earlier one. */
  readonly shared: number;
  /** Results that could not be kept, and files that were damaged. */
  readonly errors: number;
}

/** A memoized function. It answers with a Promise, since results come from files. */
export interface Memoized<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  /** Whether a call with these arguments would be answered from a file. */
  has(...args: Args): Promise<boolean>;
  /** Removes the result of these arguments, and answers whether there was one. */
  forget(...args: Args): Promise<boolean>;
  /** Removes all results of this function. */
  clear(): Promise<void>;
  readonly stats: CacheStats;
}

/**
 * Keeps the results of a function in files, keyed by the content of its arguments: of two plain objects, Maps or Sets the
 * order does not matter, nor whether parts are shared. Calls with equal arguments at the same time share one computation.
 * A call that throws is not kept. The result is what the pickle holds, the first time too: a copy, dates as Temporal.
 *
 * @throws TypeError when an option is of another type; from the function CacheError `bad-argument`, PicklingError for a
 * result that cannot be pickled, and whatever `fn` throws
 * @example
 * ```ts
 * import { memoize } from "brine/cache";
 *
 * let computed = 0;
 * const squares = memoize(
 *   (options: { upTo: number }) => {
 *     computed++;
 *     return Array.from({ length: options.upTo }, (_, n) => n * n);
 *   },
 *   { folder: "cache", name: "squares", maxBytes: 100e6, maxAge: 24 * 60 * 60 * 1000 },
 * );
 *
 * await squares({ upTo: 4 }); //=> [0, 1, 4, 9]
 * await squares({ upTo: 4 }); //=> [0, 1, 4, 9]
 * computed; //=> 1
 * ```
 */
export function memoize<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  options: MemoizeOptions<Args, Awaited<Result>>,
): Memoized<Args, Awaited<Result>> {
  if (typeof fn !== "function") throw new TypeError(`fn must be a function, not ${kindOf(fn)}`);
  const cache = new Cache<Args, Awaited<Result>>(fn, checked(options));
  const memoized = (...args: Args): Promise<Awaited<Result>> => cache.call(args);
  return Object.assign(memoized, {
    has: (...args: Args) => cache.has(args),
    forget: (...args: Args) => cache.forget(args),
    clear: () => cache.clear(),
    stats: cache.stats,
  });
}

interface Opened {
  readonly entries: Entries;
  readonly start: () => Sha256Run;
}

/** What one call has found or computed, and the pickle of it, from which the others that wait have copies of their own. */
interface Answer<Result> {
  readonly bytes: Uint8Array;
  readonly result: Result;
}

class Cache<Args extends readonly unknown[], Result> {
  readonly stats = { hits: 0, misses: 0, shared: 0, errors: 0 };
  readonly #fn: (...args: Args) => unknown;
  readonly #options: MemoizeOptions<Args, Result>;
  readonly #dumping: DumpOptions;
  readonly #loading: LoadOptions;
  readonly #name: string;
  readonly #source: string;
  readonly #running = new Map<string, Promise<Answer<Result>>>();
  #opened: Promise<Opened> | undefined;

  constructor(fn: (...args: Args) => unknown, options: MemoizeOptions<Args, Result>) {
    this.#fn = fn;
    this.#options = options;
    const { schema: _schema, key: _key, ...others } = options;
    this.#dumping = others;
    this.#loading = others;
    this.#name = nameOf(options.name ?? fn.name);
    this.#source = sourceOf(fn, options.version);
  }

  async call(args: Args): Promise<Result> {
    const opened = await this.#open();
    const key = this.#key(args, opened);
    const running = this.#running.get(key);
    if (running !== undefined) {
      this.stats.shared++;
      // Copied before anybody has the first result: arrays in that one are parts of the bytes.
      const bytes = (await running).bytes.slice();
      return this.#judged(loads(bytes, this.#loading));
    }
    const answer = this.#answer(args, this.#file(key, opened), opened.entries);
    this.#running.set(key, answer);
    try {
      return (await answer).result;
    } finally {
      this.#running.delete(key);
    }
  }

  async has(args: Args): Promise<boolean> {
    const opened = await this.#open();
    return this.#guard(() => opened.entries.has(this.#file(this.#key(args, opened), opened)));
  }

  async forget(args: Args): Promise<boolean> {
    const opened = await this.#open();
    return this.#guard(() => opened.entries.remove(this.#file(this.#key(args, opened), opened)));
  }

  async clear(): Promise<void> {
    const { entries } = await this.#open();
    this.#guard(() => entries.clear(`${this.#name}.`));
  }

  async #answer(args: Args, file: string, entries: Entries): Promise<Answer<Result>> {
    const kept = await this.#kept(file, entries);
    if (kept !== undefined) {
      this.stats.hits++;
      return kept;
    }
    this.stats.misses++;
    const result = await this.#fn(...args);
    // A dict, so that there is a difference between no result and None.
    const entry = { function: this.#name, ...(result !== undefined && { result }) };
    const bytes = dumps(entry, this.#dumping);
    await this.#keep(file, bytes, entries);
    // Not the result itself: the next call, which reads the file, would get another one.
    return { bytes, result: await this.#judged(loads(bytes, this.#loading)) };
  }

  async #kept(file: string, entries: Entries): Promise<Answer<Result> | undefined> {
    try {
      const bytes = entries.read(file);
      if (bytes === undefined) return undefined;
      const entry = loads(bytes, this.#loading);
      if (!isEntry(entry, this.#name)) throw new TypeError("it is no result of this function");
      const result = await this.#judged(entry);
      entries.use(file);
      return { bytes, result };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = storageError(cause);
      this.#tell(
        error instanceof CacheError
          ? error
          : new CacheError(
              "damaged",
              `${file} cannot be read: ${reason}; its result is computed anew`,
              { cause },
            ),
      );
      return undefined;
    }
  }

  async #keep(file: string, bytes: Uint8Array, entries: Entries): Promise<void> {
    const { maxBytes } = this.#options;
    if (maxBytes !== undefined && bytes.length > maxBytes) {
      const message = `a result of ${bytes.length} bytes is more than maxBytes, ${maxBytes}; it is not kept`;
      this.#tell(new CacheError("too-large", message));
      return;
    }
    try {
      await entries.write(file, bytes);
    } catch (cause) {
      const error = storageError(cause);
      if (!(error instanceof CacheError)) throw cause;
      this.#tell(error);
    }
  }

  async #judged(entry: unknown): Promise<Result> {
    const result =
      entry instanceof Map ? entry.get("result") : (entry as { result?: unknown }).result;
    const { schema } = this.#options;
    // Without a schema the result has the type that the function had.
    return (schema === undefined ? result : await applySchemaAsync(schema, result, 0)) as Result;
  }

  #tell(error: CacheError): void {
    this.stats.errors++;
    this.#options.onError?.(error);
  }

  #key(args: Args, { start }: Opened): string {
    const { key } = this.#options;
    const counted = key === undefined ? args : [key(...args)];
    return keyOf(counted, { start, dumping: this.#dumping });
  }

  #file(key: string, { start }: Opened): string {
    const run = start();
    run.update(new TextEncoder().encode(this.#source));
    return `${this.#name}.${toHex(run.digest()).slice(0, 16)}.${key}.pkl`;
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#start();
    return this.#opened;
  }

  async #start(): Promise<Opened> {
    const { folder, maxBytes, maxAge } = this.#options;
    // The annotation: the file that stands for #files elsewhere has no digests.
    const files: { startSha256: unknown } & Pick<typeof import("#files"), "openFolder"> =
      await import("#files");
    const opened = this.#guard(() => files.openFolder(folder));
    const bounds = {
      maxBytes: maxBytes ?? Number.POSITIVE_INFINITY,
      maxAge: maxAge ?? Number.POSITIVE_INFINITY,
    };
    // Where there are folders there is Node's crypto.
    const start = files.startSha256 as () => Sha256Run;
    return { entries: new Entries(opened, bounds), start };
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw storageError(error);
    }
  }
}

function checked<Args extends readonly unknown[], Result>(
  options: MemoizeOptions<Args, Result>,
): MemoizeOptions<Args, Result> {
  const { folder, maxBytes, maxAge } = options ?? {};
  const isPath = typeof folder === "string" ? folder !== "" : isFileUrl(folder);
  if (!isPath) throw new TypeError("options.folder must be the path of a folder or a file: URL");
  for (const [name, value] of Object.entries({ maxBytes, maxAge })) {
    if (value !== undefined && !(typeof value === "number" && value > 0)) {
      throw new TypeError(`options.${name} must be a number above 0, not ${String(value)}`);
    }
  }
  return options;
}

function isFileUrl(folder: unknown): boolean {
  return (
    typeof folder === "object" && folder !== null && isUrl(folder) && folder.protocol === "file:"
  );
}

// As a part of a file's name: "bound load" and names in other scripts become what they can.
function nameOf(name: unknown): string {
  if (typeof name !== "string") throw new TypeError("options.name must be a string");
  const plain = name.replace(/[^A-Za-z0-9_$-]+/g, "_").slice(0, 60);
  return plain === "" ? "function" : plain;
}

function sourceOf(fn: object, version: string | number | undefined): string {
  if (typeof version === "string" || typeof version === "number") return `version ${version}`;
  if (version !== undefined) throw new TypeError("options.version must be a string or a number");
  const source = Function.prototype.toString.call(fn);
  if (!/\{\s*\[native code\]\s*\}\s*$/.test(source)) return source;
  throw new TypeError(
    "options.version must be given for a bound or native function: its text says nothing",
  );
}

function isEntry(entry: unknown, name: string): boolean {
  if (entry instanceof Map) return entry.get("function") === name;
  return (
    typeof entry === "object" && entry !== null && "function" in entry && entry.function === name
  );
}

/** A function and items in, results out, from worker threads; piscina has the threads. */

import { dumps } from "./dumps.ts";
import { DillError } from "./error.ts";
import { importModules } from "./modules.ts";
import { packed, unpacked } from "./parcels.ts";
import type { Parsers } from "./parsers.ts";
import type { Modules } from "./references.ts";
import type { Failure, Outcome, Task } from "./worker.ts";

/** Options of {@link createPool}. */
export interface PoolOptions {
  /** Number of threads; default as many as the machine runs at once. */
  readonly threads?: number | undefined;
  /**
   * Modules that functions use by name: places that `import()` takes anywhere, such as
   * `import.meta.resolve("lodash")` or `new URL("./steps.js", import.meta.url)`.
   */
  readonly modules?: Readonly<Record<string, string | URL>> | undefined;
  /** As in `dumps`. */
  readonly parsers?: Parsers | undefined;
}

/** Options of one call of a pool. */
export interface MapOptions {
  /** Items that go to a thread at once; default 1. Many small ones go faster together. */
  readonly chunksize?: number | undefined;
  /** Most chunks on their way at once; default twice the threads. No more items are asked for meanwhile. */
  readonly inFlight?: number | undefined;
  /** Stops the work; threads that are at it end. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each chunk how many items are done, of how many (undefined while that is not known). */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** A call in a worker thread failed. Its `cause` is what was thrown, with the stack of that thread. */
export class PoolError extends Error {
  override readonly name: string = "PoolError";
  /** Which item, from 0. */
  readonly index: number;

  constructor(index: number, message: string, options?: ErrorOptions) {
    super(`item ${index}: ${message}`, options);
    this.index = index;
  }
}

type Items<Item> = Iterable<Item> | AsyncIterable<Item>;
type Work<Item, Result> = (item: Item) => Result;

/** What is used of piscina. */
interface Threads {
  run(task: Task, options: { signal: AbortSignal }): Promise<Outcome>;
  destroy(): Promise<void>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  readonly options: { readonly maxThreads: number };
}

/**
 * Worker threads that take functions with all that they captured.
 *
 * @throws DillError `pool` where piscina is not installed
 * @example
 * ```ts
 * import { createPool } from "brine/dill";
 * const factor = 3;
 * await using pool = await createPool({ threads: 2 });
 * await pool.map((x: number) => x * factor, [1, 2, 3]); //=> [3, 6, 9]
 * ```
 */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  const places: Record<string, string> = {};
  for (const [name, place] of Object.entries(options.modules ?? {})) places[name] = String(place);
  const Piscina = await piscina();
  const own = import.meta.url;
  const threads = new Piscina({
    filename: new URL(own.endsWith(".ts") ? "./worker.ts" : "./worker.js", own).href,
    ...(options.threads !== undefined && {
      minThreads: options.threads,
      maxThreads: options.threads,
    }),
    // Whoever cancels wants the thread to end at once.
    atomics: "disabled",
  });
  threads.on("error", (error) => {
    // piscina 5 says so of a result that a thread had sent just before it was ended. Anything else is an error of a
    // thread beside its tasks, and as uncaught here as it was there.
    if (error.message.startsWith("Unexpected message from Worker")) return;
    queueMicrotask(() => {
      throw error;
    });
  });
  return new Pool(threads, places, await importModules(places), options.parsers);
}

async function piscina(): Promise<new (options: object) => Threads> {
  try {
    const { Piscina } = (await import("piscina")) as unknown as {
      Piscina: new (options: object) => Threads;
    };
    return Piscina;
  } catch (cause) {
    throw new DillError("pool", "the package piscina is needed: npm install piscina", { cause });
  }
}

let codes = 0;

/** Worker threads; {@link createPool} makes one. Its methods have the names of Python's `multiprocessing.Pool`. */
export class Pool {
  readonly #threads: Threads;
  readonly #places: Readonly<Record<string, string>>;
  readonly #modules: Modules;
  readonly #parsers: Parsers | undefined;

  /** @internal */
  constructor(
    threads: Threads,
    places: Readonly<Record<string, string>>,
    modules: Modules,
    parsers: Parsers | undefined,
  ) {
    this.#threads = threads;
    this.#places = places;
    this.#modules = modules;
    this.#parsers = parsers;
  }

  /** `fn(...args)` in a thread. @throws PoolError, TravelError */
  async apply<Args extends unknown[], Result>(
    fn: (...args: Args) => Result,
    args: Args,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Awaited<Result>> {
    for await (const result of this.#run(
      fn as unknown as Work<Args, Result>,
      [args],
      options,
      true,
      true,
    ))
      return result;
    throw new DillError("pool", "the thread gave no result");
  }

  /** `fn(item)` for each item, results in the order of the items. @throws PoolError, TravelError */
  async map<Item, Result>(
    fn: Work<Item, Result>,
    items: Items<Item>,
    options: MapOptions = {},
  ): Promise<Awaited<Result>[]> {
    const results: Awaited<Result>[] = [];
    for await (const result of this.imap(fn, items, options)) results.push(result);
    return results;
  }

  /**
   * `fn(item)` for each item, each result in its turn, in the order of the items. Items are asked for as results are
   * taken; leaving the loop stops the work. @throws PoolError, TravelError
   */
  imap<Item, Result>(
    fn: Work<Item, Result>,
    items: Items<Item>,
    options: MapOptions = {},
  ): AsyncGenerator<Awaited<Result>, void, undefined> {
    return this.#run(fn, items, options, true, false);
  }

  /** As {@link imap}, results as they come. @throws PoolError, TravelError */
  imapUnordered<Item, Result>(
    fn: Work<Item, Result>,
    items: Items<Item>,
    options: MapOptions = {},
  ): AsyncGenerator<Awaited<Result>, void, undefined> {
    return this.#run(fn, items, options, false, false);
  }

  /** Waits for what is at work, and ends the threads. */
  async close(): Promise<void> {
    await this.#threads.close();
  }

  /** Ends the threads at once. */
  async terminate(): Promise<void> {
    await this.#threads.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate();
  }

  async *#run<Item, Result>(
    fn: Work<Item, Result>,
    items: Items<Item>,
    options: MapOptions,
    ordered: boolean,
    spread: boolean,
  ): AsyncGenerator<Awaited<Result>, void, undefined> {
    const { chunksize = 1, signal, onProgress } = options;
    const inFlight = options.inFlight ?? 2 * this.#threads.options.maxThreads;
    atLeastOne(chunksize, "chunksize");
    atLeastOne(inFlight, "inFlight");
    signal?.throwIfAborted();
    const code = this.#code(fn);
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const total = sizeOf(items);
    let done = 0;
    const source = chunksOf(items, chunksize);
    try {
      const running = new Set<Promise<Chunk>>();
      for (let ended = false; !ended || running.size > 0; ) {
        while (!ended && running.size < inFlight) {
          const next = await source.next();
          if (next.done === true) ended = true;
          else running.add(this.#chunk(code, next.value, spread, stop.signal));
        }
        if (running.size === 0) break;
        const chunk = await (ordered
          ? (running.values().next().value as Promise<Chunk>)
          : first(running));
        running.delete(chunk.promise as Promise<Chunk>);
        const results = unpacked(chunk.outcome.results, this.#modules) as Awaited<Result>[];
        done += results.length;
        onProgress?.(done, total);
        yield* results;
        if (chunk.outcome.failure !== undefined)
          throw this.#error(chunk.outcome.failure, chunk.start);
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
      stop.abort();
      await source.return();
    }
  }

  // In memory that the threads share: what a function captured is sent once, not with every chunk.
  #code(fn: unknown): { readonly id: number; readonly code: Uint8Array } {
    if (typeof fn !== "function") throw new TypeError("fn must be a function");
    const bytes = dumps(fn, { modules: this.#modules, parsers: this.#parsers });
    const code = new Uint8Array(new SharedArrayBuffer(bytes.length));
    code.set(bytes);
    return { id: ++codes, code };
  }

  #chunk(
    code: { readonly id: number; readonly code: Uint8Array },
    { items, start }: { readonly items: unknown[]; readonly start: number },
    spread: boolean,
    signal: AbortSignal,
  ): Promise<Chunk> {
    const task: Task = {
      ...code,
      modules: this.#places,
      items: packed(items, this.#modules),
      spread,
    };
    const chunk: Chunk = { start, outcome: { results: { plain: [] } }, promise: undefined };
    const promise = this.#threads.run(task, { signal }).then((outcome) => {
      chunk.outcome = outcome;
      return chunk;
    });
    chunk.promise = promise;
    // It may be left behind when another chunk fails.
    promise.catch(() => undefined);
    return promise;
  }

  #error({ at, name, message, stack, error }: Failure, start: number): PoolError {
    let cause: unknown;
    try {
      cause = error === undefined ? undefined : unpacked(error, this.#modules);
    } catch {
      // What the thread could write cannot be restored here: what it said of it remains.
    }
    if (cause === undefined) {
      cause = Object.assign(new Error(message), { name });
      if (stack !== undefined) Object.defineProperty(cause, "stack", { value: stack });
    }
    return new PoolError(start + at, message, { cause });
  }
}

interface Chunk {
  readonly start: number;
  outcome: Outcome;
  promise: Promise<Chunk> | undefined;
}

function first(running: Set<Promise<Chunk>>): Promise<Chunk> {
  return Promise.race(running);
}

async function* chunksOf<Item>(
  items: Items<Item>,
  size: number,
): AsyncGenerator<{ items: Item[]; start: number }, void, undefined> {
  let chunk: Item[] = [];
  let start = 0;
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield { items: chunk, start };
    start += chunk.length;
    chunk = [];
  }
  if (chunk.length > 0) yield { items: chunk, start };
}

function sizeOf(items: object): number | undefined {
  if ("length" in items && typeof items.length === "number") return items.length;
  return "size" in items && typeof items.size === "number" ? items.size : undefined;
}

function atLeastOne(value: unknown, name: string): void {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw new TypeError(`${name} must be a whole number of at least 1`);
}

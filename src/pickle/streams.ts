/**
 * Files and streams in and out: `load`, `loadAll` and `dump`.
 *
 * The machine reads synchronously. A file is read in place, a window at a time; of whatever arrives in chunks each
 * pickle is collected first and then read.
 */
import type { ByteSource } from "../core/bytes/index.ts";
import type { DumpOptions } from "../core/emitter/index.ts";
import { PickleError, PicklingError } from "../core/errors/index.ts";
import { applySchemaAsync, type OutputOf, type StandardSchema } from "../schema/index.ts";
import {
  fileUrl,
  isPath,
  nextChunk,
  type Opened,
  openSource,
  openTarget,
  type Source,
  type Target,
  type UrlLike,
} from "../sources/index.ts";
import { dumpOptions, Pickler } from "./dumps.ts";
import { type LoadOptions, Unpickler } from "./loads.ts";
import { Splitter } from "./splitter.ts";

/** Options of `load` and `loadAll`. */
export interface LoadFileOptions<
  Schema extends StandardSchema | undefined = StandardSchema | undefined,
> extends LoadOptions<Schema> {
  /** Stops waiting for the source, lets go of it, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `dump`. */
export interface DumpFileOptions extends DumpOptions {
  /** Write behind what the file holds already (paths only). */
  readonly append?: boolean | undefined;
  /** Stops waiting for the target and rejects with the signal's reason; a path keeps its old contents. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the first object of a file or stream and lets go of it: a path is closed and a stream cancelled. A `FileHandle`
 * stays open, and the next `load` from it goes on behind this object.
 *
 * @throws UnpicklingError as `loads`; PickleError `read-failed`, and `no-files` where there is no file system
 */
export function load<Schema extends StandardSchema>(
  source: Source,
  options: LoadFileOptions<Schema> & { readonly schema: Schema },
): Promise<OutputOf<Schema>>;
export function load<T = unknown>(source: Source, options?: LoadFileOptions): Promise<T>;
export async function load(source: Source, options: LoadFileOptions = {}): Promise<unknown> {
  const objects = readObjects(source, options, true);
  try {
    const first = await objects.next();
    return first.value;
  } finally {
    await objects.return(undefined);
  }
}

/**
 * Reads all objects of a file or stream, one after another, until a clean end of the input. Each has a memo of its own,
 * as after as many calls of Python's `pickle.dump`. Only one object at a time is in memory, whatever the size of the
 * file. Leaving the loop early closes the file or cancels the stream.
 *
 * @throws UnpicklingError as `loads`, with the offset in the whole input
 */
export function loadAll<Schema extends StandardSchema>(
  source: Source,
  options: LoadFileOptions<Schema> & { readonly schema: Schema },
): AsyncGenerator<OutputOf<Schema>, void, undefined>;
export function loadAll<T = unknown>(
  source: Source,
  options?: LoadFileOptions,
): AsyncGenerator<T, void, undefined>;
export function loadAll(
  source: Source,
  options: LoadFileOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  return readObjects(source, options, false);
}

// With `needed` an input without any object is an error, the one that the machine raises.
async function* readObjects(
  source: Source,
  { schema, signal, ...options }: LoadFileOptions,
  needed: boolean,
): AsyncGenerator<unknown, void, undefined> {
  signal?.throwIfAborted();
  const opened = await openSource(source);
  const objects = new ObjectReader(opened, options, signal);
  try {
    signal?.throwIfAborted();
    for (let first = true; await objects.more(first && needed); first = false) {
      const { value, offset } = objects.read();
      yield schema === undefined ? value : await applySchemaAsync(schema, value, offset);
      signal?.throwIfAborted();
    }
  } finally {
    await objects.close();
  }
}

/** One `Unpickler` over an opened source, whatever its kind; offsets count from the source's start. */
class ObjectReader {
  readonly #opened: Opened;
  readonly #unpickler: Unpickler;
  readonly #arrived = new ArrivedBytes();
  readonly #splitter = new Splitter();
  readonly #signal: AbortSignal | undefined;

  constructor(opened: Opened, options: LoadOptions, signal: AbortSignal | undefined) {
    this.#opened = opened;
    this.#signal = signal;
    const input =
      opened.kind === "bytes"
        ? opened.bytes
        : opened.kind === "file"
          ? opened.source
          : this.#arrived;
    this.#unpickler = new Unpickler(input, options);
  }

  /** Whether a further object begins; `needed` says yes at the end of the input too. */
  async more(needed: boolean): Promise<boolean> {
    if (this.#opened.kind !== "chunks") return needed || !this.#unpickler.atEnd();
    for (;;) {
      const pickle = this.#splitter.next();
      if (pickle !== undefined) {
        this.#arrived.bytes = pickle;
        return true;
      }
      const chunk = await nextChunk(this.#opened.queue, this.#signal);
      if (chunk === undefined) break;
      this.#splitter.push(chunk);
    }
    const cut = this.#splitter.finish();
    if (cut !== undefined) this.#arrived.bytes = cut;
    return needed || cut !== undefined;
  }

  read(): { value: unknown; offset: number } {
    const offset = this.#unpickler.position;
    const value = this.#unpickler.load();
    this.#unpickler.clearMemo();
    return { value, offset };
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    if (opened.kind === "file") opened.close();
    else if (opened.kind === "chunks") await opened.queue.close(this.#splitter.rest());
  }
}

/** The bytes of one pickle that arrived, as the machine's source. */
class ArrivedBytes implements ByteSource {
  bytes: Uint8Array = new Uint8Array(0);

  get remaining(): number {
    return this.bytes.length;
  }

  read(target: Uint8Array): number {
    const part = this.bytes.subarray(0, target.length);
    target.set(part);
    this.bytes = this.bytes.subarray(part.length);
    return part.length;
  }
}

/**
 * Writes `value` to a file or stream.
 *
 * A path is replaced atomically: its old contents stay until all is written and on the disk, and for good when writing
 * fails; with `append` the object goes behind what the file holds, and a failure restores its old length. Streams and
 * handles get chunks only once the whole value has been pickled, and stay open.
 *
 * @throws PicklingError as `dumps`; PickleError `write-failed`, and `no-files` where there is no file system
 */
export function dump(value: unknown, target: Target, options?: DumpFileOptions): Promise<void>;
export function dump(
  value: unknown,
  target: Target,
  protocol?: number,
  options?: DumpFileOptions,
): Promise<void>;
export async function dump(
  value: unknown,
  target: Target,
  protocol?: number | DumpFileOptions,
  options?: DumpFileOptions,
): Promise<void> {
  const resolved: DumpFileOptions = dumpOptions(protocol, options);
  resolved.signal?.throwIfAborted();
  if (isPath(target)) return dumpFile(value, target, resolved);
  if (resolved.append === true) throw new TypeError("append needs a path as target");
  return dumpStream(value, target, resolved);
}

async function dumpStream(
  value: unknown,
  target: Exclude<Target, string | UrlLike>,
  options: DumpFileOptions,
): Promise<void> {
  const output = openTarget(target);
  try {
    const chunks: Uint8Array[] = [];
    new Pickler({ write: (chunk) => chunks.push(chunk) }, options).dump(value);
    for (const chunk of chunks) await output.write(chunk, options.signal);
  } finally {
    output.release();
  }
}

async function dumpFile(
  value: unknown,
  target: string | UrlLike,
  options: DumpFileOptions,
): Promise<void> {
  const path = typeof target === "string" ? target : fileUrl(target, "target");
  const files = await import("#files");
  const pipe = await files.writePipe(path, options.signal);
  if (pipe !== undefined) {
    try {
      return await dumpStream(value, pipe, options);
    } finally {
      pipe.destroy();
    }
  }
  options.signal?.throwIfAborted();
  const output = options.append === true ? files.appendFile(path) : files.replaceFile(path);
  try {
    new Pickler(output, options).dump(value);
    // A hook may have aborted.
    options.signal?.throwIfAborted();
  } catch (error) {
    output.discard();
    // The emitter says at which value the file refused; the file's own error says why.
    if (error instanceof PicklingError && error.cause instanceof PickleError) throw error.cause;
    throw error;
  }
  output.commit();
}

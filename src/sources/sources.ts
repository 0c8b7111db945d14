/** Anything that bytes can be read from in, one of three simple shapes out: bytes, a file in place, or a queue of chunks. */
import { asBytes, type ByteSource, type BytesLike } from "../core/bytes/index.ts";
import { PickleError } from "../core/errors/index.ts";

/** The reader of a Web `ReadableStream` of bytes. */
export interface ChunkReader {
  read(): Promise<{ done: boolean; value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** A Web `ReadableStream` of bytes. */
export interface ChunkStream {
  getReader(): ChunkReader;
}

/** A `Blob` or `File`. */
export interface BlobLike {
  stream(): ChunkStream;
  readonly size: number;
}

/** A `Response` or `Request`, as `fetch` gives it. */
export interface BodyLike {
  readonly body: ChunkStream | null;
  readonly bodyUsed: boolean;
  readonly ok?: boolean;
  readonly status?: number;
  readonly statusText?: string;
  readonly url: string;
}

/** A `FileHandle` of `node:fs/promises`. */
export interface HandleLike {
  readonly fd: number;
  stat(): Promise<unknown>;
}

/** What is called of a `FileHandle`; position null is where it stands. */
export interface OpenHandle extends HandleLike {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ bytesRead: number }>;
  write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: null,
  ): Promise<{ bytesWritten: number }>;
}

/** A `URL` object. */
export interface UrlLike {
  readonly href: string;
  readonly protocol: string;
}

/**
 * Where pickles can be read from: a path or `file:` URL, bytes, a `Blob`, a `Response`, a Web or Node stream, an open
 * `FileHandle`, or any iterable of chunks.
 */
export type Source =
  | string
  | UrlLike
  | HandleLike
  | BytesLike
  | BlobLike
  | BodyLike
  | ChunkStream
  | ByteSource
  | AsyncIterable<unknown>
  | Iterable<BytesLike>;

/** Chunks that are asked for one at a time. */
export interface ChunkQueue {
  /** The next chunk, or `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /**
   * Lets go of the source: before its end that cancels it. A handle stays open; what was read of it beyond the last
   * object (`rest`) is where the next load from it begins.
   */
  close(rest: Uint8Array): Promise<void>;
}

/** A source, opened. */
export type Opened =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "file"; readonly source: ByteSource; close(): void }
  | { readonly kind: "chunks"; readonly queue: ChunkQueue };

/** How a file is read; anything else is read as it comes. */
export interface FileOptions {
  /** Whether large memory is to be made of huge pages, where the kernel can be asked for them. */
  readonly hugePages?: boolean | undefined;
}

/**
 * Opens `source`.
 *
 * @throws TypeError when it is nothing that bytes can be read from
 * @throws PickleError `read-failed`, `no-files`
 */
export async function openSource(source: Source, options?: FileOptions): Promise<Opened> {
  if (typeof source === "string") return openFile(source, options);
  const bytes = asBytes(source);
  if (bytes !== undefined) return { kind: "bytes", bytes };
  if (source === null || typeof source !== "object") throw wrongSource(source);
  if (isUrl(source)) return openFile(fileUrl(source, "source"), options);
  if (isHandle(source)) return { kind: "chunks", queue: new HandleQueue(source) };
  if ("bodyUsed" in source) return { kind: "chunks", queue: readBody(source) };
  // A Blob has stream(); a Node Readable and a Bun file may too, but those are iterable or Blobs.
  if ("stream" in source && typeof source.stream === "function") {
    return { kind: "chunks", queue: new StreamQueue(asked(() => (source as BlobLike).stream())) };
  }
  if ("getReader" in source) return { kind: "chunks", queue: new StreamQueue(source) };
  if (Symbol.asyncIterator in source) {
    const cancel =
      "destroy" in source && typeof source.destroy === "function" ? source.destroy : null;
    const iterator = asked(() => source[Symbol.asyncIterator]());
    return { kind: "chunks", queue: new IteratorQueue(iterator, cancel?.bind(source)) };
  }
  if (Symbol.iterator in source) {
    const iterator = asked(() => source[Symbol.iterator]());
    return { kind: "chunks", queue: new IteratorQueue(iterator) };
  }
  if ("read" in source && typeof source.read === "function") {
    return { kind: "file", source: source as ByteSource, close: () => undefined };
  }
  throw wrongSource(source);
}

async function openFile(file: string | UrlLike, options?: FileOptions): Promise<Opened> {
  const files = await import("#files");
  const input = files.openInput(file, options);
  if (input.kind === "file") return input;
  const { chunks } = input;
  const iterator = chunks[Symbol.asyncIterator]();
  return { kind: "chunks", queue: new IteratorQueue(iterator, () => chunks.destroy()) };
}

/** Whether it is a `URL`, of this realm or another. */
export function isUrl(value: object): value is UrlLike {
  return (
    "href" in value &&
    typeof value.href === "string" &&
    "protocol" in value &&
    typeof value.protocol === "string"
  );
}

/** Whether it is a `FileHandle`. */
export function isHandle(value: object): value is OpenHandle {
  return (
    "fd" in value &&
    typeof value.fd === "number" &&
    "stat" in value &&
    "read" in value &&
    "write" in value
  );
}

/**
 * The URL of a file, any other refused.
 *
 * @throws TypeError for `http:` and the like: whether and how to fetch is the caller's decision
 */
export function fileUrl(url: UrlLike, parameter: "source" | "target"): UrlLike {
  if (url.protocol === "file:") return url;
  const advice = parameter === "source" ? "; pass `await fetch(url)`" : "";
  throw new TypeError(`${parameter} must be a file: URL, got ${url.protocol}${advice}`);
}

function readBody(response: BodyLike): ChunkQueue {
  const where = response.url === "" ? "" : ` from ${response.url}`;
  if (response.ok === false) {
    const status = `${response.status ?? ""} ${response.statusText ?? ""}`.trim();
    throw new PickleError("read-failed", `cannot read the response${where}: HTTP ${status}`);
  }
  if (response.bodyUsed) {
    throw new PickleError(
      "read-failed",
      `cannot read the response${where}: its body was read before`,
    );
  }
  return response.body === null
    ? new IteratorQueue([][Symbol.iterator]())
    : new StreamQueue(response.body);
}

/** A Web stream as a {@link ChunkQueue}. */
class StreamQueue implements ChunkQueue {
  readonly #reader: ChunkReader;
  #ended = false;
  #waiting = false;

  constructor(stream: ChunkStream) {
    this.#reader = asked(() => stream.getReader());
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    this.#waiting = true;
    let step: { done: boolean; value?: unknown };
    try {
      step = await this.#reader.read();
    } catch (cause) {
      throw readFailure(cause);
    } finally {
      this.#waiting = false;
    }
    if (!step.done) return chunkOf(step.value);
    this.#ended = true;
    return undefined;
  }

  async close(): Promise<void> {
    const isOver = this.#ended || (!this.#waiting && (await endsNow(this.#reader.read())));
    if (!isOver) {
      // A stream that failed before refuses to be cancelled with the error that was already reported.
      const cancelled = this.#reader.cancel().catch(() => undefined);
      // Whoever aborted does not wait for a source that is slow to let go, too.
      if (!this.#waiting) await cancelled;
    }
    asked(() => this.#reader.releaseLock());
  }
}

/** An iterator, asynchronous or not, as a {@link ChunkQueue}. */
class IteratorQueue implements ChunkQueue {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #cancel: (() => unknown) | undefined;
  #ended = false;
  #waiting = false;

  /** `cancel` ends a Node stream at once, where its iterator's `return` waits for a chunk that may never come. */
  constructor(iterator: AsyncIterator<unknown> | Iterator<unknown>, cancel?: () => unknown) {
    this.#iterator = iterator;
    this.#cancel = cancel;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    this.#waiting = true;
    let chunk: unknown;
    try {
      const { done, value } = await this.#iterator.next();
      this.#ended = done === true;
      chunk = await value;
    } catch (cause) {
      this.#ended = true;
      throw readFailure(cause);
    } finally {
      this.#waiting = false;
    }
    return this.#ended ? undefined : chunkOf(chunk);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    // Of an iterator that is no stream nothing more is asked: it would work for nothing.
    const isStream = this.#cancel !== undefined && !this.#waiting;
    if (isStream && (await endsNow(Promise.resolve(this.#iterator.next())))) return;
    const returned = asked(() => {
      this.#cancel?.();
      return Promise.resolve(this.#iterator.return?.());
    });
    // A generator returns only after the step that it is in; whoever aborted does not wait for that.
    if (this.#waiting) returned.catch(() => undefined);
    else await returned.catch((cause) => Promise.reject(readFailure(cause)));
  }
}

// What was read of a handle behind the last object taken from it.
const leftovers = new WeakMap<HandleLike, Uint8Array>();
const HANDLE_CHUNK = 64 * 1024;

// Handles that a load has not let go of. Two at once would each get some of the chunks.
const taken = new WeakSet<HandleLike>();

/** An open file, from where it stands. */
class HandleQueue implements ChunkQueue {
  readonly #handle: OpenHandle;

  constructor(handle: OpenHandle) {
    if (taken.has(handle)) {
      const reason = "another load from this FileHandle has not ended";
      throw new PickleError("read-failed", `cannot read the source: ${reason}`);
    }
    taken.add(handle);
    this.#handle = handle;
  }

  async next(): Promise<Uint8Array | undefined> {
    const rest = leftovers.get(this.#handle);
    if (rest !== undefined) {
      leftovers.delete(this.#handle);
      return rest;
    }
    const buffer = new Uint8Array(HANDLE_CHUNK);
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, null);
      return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
    } catch (cause) {
      throw readFailure(cause);
    }
  }

  async close(rest: Uint8Array): Promise<void> {
    taken.delete(this.#handle);
    if (rest.length > 0) leftovers.set(this.#handle, rest);
  }
}

/** The next chunk, or the signal's reason as soon as it aborts. */
export function nextChunk(
  queue: ChunkQueue,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  return unlessAborted(signal, () => queue.next());
}

/**
 * What `ask` resolves to, or the signal's reason as soon as it aborts.
 *
 * The listener is taken off again after each step: a signal that outlives a long stream must not collect them.
 */
export function unlessAborted<Answer>(
  signal: AbortSignal | undefined,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  if (signal === undefined) return ask();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * Whether a stream that has given all that was wanted of it ends right there, as a body that holds one pickle does. Such a
 * stream must not be cancelled: with a request of `node:http` that would cut the connection that the answer goes over, with a
 * response of `fetch` one that serves the next request too.
 */
async function endsNow(next: Promise<{ readonly done?: boolean | undefined }>): Promise<boolean> {
  const step = next.then(
    ({ done }) => done === true,
    () => false,
  );
  return Promise.race([step, new Promise<boolean>((resolve) => setTimeout(resolve, 0, false))]);
}

function chunkOf(value: unknown): Uint8Array {
  const bytes = asBytes(value);
  if (bytes !== undefined) return bytes;
  const advice = typeof value === "string" ? ": read the stream without an encoding" : "";
  throw new TypeError(`source must give chunks of bytes, got ${kindOf(value)}${advice}`);
}

// What a source answers at once, its errors as ours.
function asked<Answer>(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (cause) {
    throw readFailure(cause);
  }
}

function readFailure(cause: unknown): Error {
  if (cause instanceof PickleError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PickleError("read-failed", `cannot read the source: ${reason}`, { cause });
}

function wrongSource(value: unknown): TypeError {
  return new TypeError(
    "source must be a path, a file: URL, bytes, a Blob, a Response, a stream, a FileHandle " +
      `or an iterable of chunks, got ${kindOf(value)}`,
  );
}

/** What a value is, for messages about arguments: "null", "number", "Date". */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "object";
}

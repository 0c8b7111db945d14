/** Finished chunks in, written to whatever takes them: Web and Node streams, file handles, objects with a `write`. */
import { PickleError } from "../core/errors/index.ts";
import {
  type HandleLike,
  isHandle,
  isUrl,
  kindOf,
  type OpenHandle,
  type UrlLike,
  unlessAborted,
} from "./sources.ts";

/** The writer of a Web `WritableStream`. */
export interface ChunkWriter {
  readonly ready: Promise<unknown>;
  write(chunk: Uint8Array): Promise<void>;
  releaseLock(): void;
}

/** A Web `WritableStream` of bytes. */
export interface WritableLike {
  getWriter(): ChunkWriter;
}

/** What is called of a Node `Writable`. */
interface NodeWritable {
  write(chunk: Uint8Array, done: (error?: Error | null) => void): unknown;
  once(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
}

/** A Node `Writable`, or any object that takes chunks; a Promise that it answers with is waited for. */
export interface ChunkTaker {
  write(chunk: Uint8Array): unknown;
}

/** Where pickles can be written to. Only a path is opened and closed; everything else stays as open as it was. */
export type Target = string | UrlLike | HandleLike | WritableLike | ChunkTaker;

/** Whether `target` names a file, rather than being something that takes chunks. */
export function isPath(target: Target): target is string | UrlLike {
  return (
    typeof target === "string" || (typeof target === "object" && target !== null && isUrl(target))
  );
}

/** A function that writes one chunk to `target` and is done when the target took it, and one that lets go of it. */
export interface ChunkOutput {
  /** With a signal it rejects with its reason as soon as that aborts, whether the target took the chunk or not. */
  write(chunk: Uint8Array, signal?: AbortSignal | undefined): Promise<void>;
  release(): void;
}

/** Writes one chunk, and lets go. */
interface RawOutput {
  write(chunk: Uint8Array): Promise<void>;
  release(): void;
}

/**
 * Prepares `target` for chunks. They wait until every output that was opened for the same target before has let go of it.
 *
 * @throws TypeError when nothing can be written to it
 */
export function openTarget(target: Exclude<Target, string | UrlLike>): ChunkOutput {
  return new OrderedOutput(target, rawOutput(target));
}

function rawOutput(target: Exclude<Target, string | UrlLike>): RawOutput {
  // A Buffer has a write() of its own, which is not meant.
  if (typeof target === "object" && target !== null && !ArrayBuffer.isView(target)) {
    if ("getWriter" in target) return webOutput(target);
    if (isHandle(target)) return handleOutput(target);
    if ("write" in target && typeof target.write === "function") {
      // Both ways of a Node stream to say that it cannot go on are listened to, its own event included: a stream whose
      // "error" nobody hears ends the process. An emitter whose write() takes nothing but the chunk calls nobody back.
      const isStream = "once" in target && "off" in target && target.write.length !== 1;
      return isStream ? nodeOutput(target as NodeWritable) : takerOutput(target);
    }
  }
  throw new TypeError(
    "target must be a path, a file: URL, a FileHandle, a stream or an object with write(chunk), " +
      `got ${kindOf(target)}`,
  );
}

// When the last output that was opened for a target lets go of it.
const turns = new WeakMap<object, Promise<void>>();

/** An output that waits for its turn: the chunks of two dumps that nobody waited between must not mix. */
class OrderedOutput implements ChunkOutput {
  readonly #output: RawOutput;
  readonly #before: Promise<void> | undefined;
  #pass: (before: Promise<void> | undefined) => void = () => undefined;

  constructor(target: object, output: RawOutput) {
    this.#output = output;
    this.#before = turns.get(target);
    turns.set(
      target,
      new Promise((resolve) => {
        this.#pass = resolve as (before: Promise<void> | undefined) => void;
      }),
    );
  }

  write(chunk: Uint8Array, signal?: AbortSignal): Promise<void> {
    return unlessAborted(signal, async () => {
      await this.#before;
      if (signal?.aborted !== true) await this.#output.write(chunk);
    });
  }

  release(): void {
    this.#output.release();
    this.#pass(this.#before);
  }
}

function webOutput(stream: WritableLike): RawOutput {
  let writer: ChunkWriter;
  try {
    writer = stream.getWriter();
  } catch (cause) {
    throw writeFailure(cause);
  }
  return {
    async write(chunk) {
      try {
        await writer.ready;
        await writer.write(chunk);
      } catch (cause) {
        throw writeFailure(cause);
      }
    },
    release: () => writer.releaseLock(),
  };
}

function handleOutput(handle: OpenHandle): RawOutput {
  return {
    async write(chunk) {
      try {
        for (let offset = 0; offset < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, offset, chunk.length - offset, null);
          offset += bytesWritten;
        }
      } catch (cause) {
        throw writeFailure(cause);
      }
    },
    release: () => undefined,
  };
}

// The callback of write() comes when the chunk has been handed on, so waiting for it is all the back-pressure there is.
function nodeOutput(stream: NodeWritable): RawOutput {
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        const fail = (cause?: unknown): void => {
          settle();
          reject(writeFailure(cause ?? new Error("the stream was closed")));
        };
        const settle = (): void => {
          stream.off("error", fail);
          stream.off("close", fail);
        };
        stream.once("error", fail);
        stream.once("close", fail);
        const done = (error?: Error | null): void => {
          if (error) {
            // "error" may be emitted after this, or never where the stream was destroyed long ago: the listener stays,
            // because an "error" that nobody hears would end the process.
            stream.off("close", fail);
            reject(writeFailure(error));
            return;
          }
          settle();
          resolve();
        };
        try {
          stream.write(chunk, done);
        } catch (cause) {
          fail(cause);
        }
      }),
    release: () => undefined,
  };
}

function takerOutput(taker: ChunkTaker): RawOutput {
  return {
    async write(chunk) {
      try {
        await taker.write(chunk);
      } catch (cause) {
        throw writeFailure(cause);
      }
    },
    release: () => undefined,
  };
}

function writeFailure(cause: unknown): PickleError {
  if (cause instanceof PickleError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PickleError("write-failed", `cannot write to the target: ${reason}`, { cause });
}

/** Finished chunks in, written to whatever takes them: Web and Node streams, file handles, objects with a `write`. */
import { PickleError } from "../core/errors/index.ts";
import {
  type HandleLike,
  isHandle,
  isUrl,
  kindOf,
  type OpenHandle,
  type UrlLike,
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
  write(chunk: Uint8Array): Promise<void>;
  release(): void;
}

/**
 * Prepares `target` for chunks.
 *
 * @throws TypeError when nothing can be written to it
 */
export function openTarget(target: Exclude<Target, string | UrlLike>): ChunkOutput {
  if (typeof target === "object" && target !== null) {
    if ("getWriter" in target) return webOutput(target);
    if (isHandle(target)) return handleOutput(target);
    if ("write" in target && typeof target.write === "function") {
      // Both ways of a Node stream to say that it cannot go on are listened to, its own event included: a stream whose
      // "error" nobody hears ends the process.
      const isStream = "once" in target && "off" in target;
      return isStream ? nodeOutput(target as NodeWritable) : takerOutput(target);
    }
  }
  throw new TypeError(
    "target must be a path, a file: URL, a FileHandle, a stream or an object with write(chunk), " +
      `got ${kindOf(target)}`,
  );
}

function webOutput(stream: WritableLike): ChunkOutput {
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

function handleOutput(handle: OpenHandle): ChunkOutput {
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
function nodeOutput(stream: NodeWritable): ChunkOutput {
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
        stream.write(chunk, (error) => {
          if (error) {
            // "error" may be emitted after this, or never where the stream was destroyed long ago: the listener stays,
            // because an "error" that nobody hears would end the process.
            stream.off("close", fail);
            reject(writeFailure(error));
            return;
          }
          settle();
          resolve();
        });
      }),
    release: () => undefined,
  };
}

function takerOutput(taker: ChunkTaker): ChunkOutput {
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

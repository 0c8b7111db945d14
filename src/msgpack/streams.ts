/** Streams of bytes in, objects out, and objects into streams: `pack`, `unpack`, `unpackAll`. */
import { nextChunk, openSource, type Source } from "../sources/index.ts";
import type { PackOptions, UnpackOptions } from "./options.ts";
import { packb } from "./packer.ts";
import { truncated, Unpacker, unpackb } from "./unpacker.ts";

/** Where a packed value goes: whatever has `write`, such as a Node stream or a `WritableStreamDefaultWriter`. */
export interface MessageTarget<Answer = unknown> {
  write(chunk: Uint8Array): Answer;
}

/**
 * Packs `value` into `stream` with one `write`, and returns what that returns: a Promise where it is one.
 *
 * @throws MsgpackError as `packb`; nothing is written then
 */
export function pack<Answer>(
  value: unknown,
  stream: MessageTarget<Answer>,
  options?: PackOptions,
): Answer {
  if (typeof stream?.write !== "function") throw new TypeError("stream must have a method write");
  return stream.write(packb(value, options));
}

/**
 * Reads `source` to its end, and the one object in it: a path, bytes, a `Blob`, a `Response`, a stream, any iterable of
 * chunks.
 *
 * @throws MsgpackError as `unpackb`; PickleError `read-failed`, and `no-files` where there is no file system
 */
export async function unpack<T = unknown>(source: Source, options?: UnpackOptions): Promise<T> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(source)) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const data = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    data.set(chunk, at);
    at += chunk.length;
  }
  return unpackb<T>(data, options);
}

// What is handed to the Unpacker at a time: a chunk may be larger than all that may wait.
const STEP = 64 * 1024;

/**
 * Reads the objects of `source` one after another, each as soon as it is whole; only what is not whole yet is kept.
 * Leaving the loop early cancels the stream.
 *
 * @throws MsgpackError as `Unpacker.unpack`; `truncated` where the source ends inside an object; PickleError as `unpack`
 * @example
 * ```ts
 * import { packb, unpackAll } from "brine/msgpack";
 * const found = [];
 * for await (const value of unpackAll([packb(1), packb("two")])) found.push(value);
 * found; //=> [1, "two"]
 * ```
 */
export async function* unpackAll<T = unknown>(
  source: Source,
  options: UnpackOptions = {},
): AsyncGenerator<T, void, undefined> {
  const unpacker = new Unpacker(options);
  const most = options.maxBufferSize || Number.POSITIVE_INFINITY;
  const step = Math.max(1, Math.min(STEP, Math.floor(most / 16)));
  for await (const chunk of chunksOf(source)) {
    for (let at = 0; at < chunk.length; at += step) {
      unpacker.feed(chunk.subarray(at, at + step));
      yield* unpacker as Iterable<T>;
    }
  }
  if (unpacker.incomplete) throw truncated(unpacker.tell());
}

async function* chunksOf(source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  const opened = await openSource(source);
  if (opened.kind === "bytes") {
    yield opened.bytes;
  } else if (opened.kind === "file") {
    try {
      for (;;) {
        const chunk = new Uint8Array(STEP);
        const count = opened.source.read(chunk);
        if (!(count > 0)) return;
        yield chunk.subarray(0, count);
      }
    } finally {
      opened.close();
    }
  } else {
    try {
      for (;;) {
        const chunk = await nextChunk(opened.queue, undefined);
        if (chunk === undefined) return;
        yield chunk;
      }
    } finally {
      await opened.queue.close(new Uint8Array(0));
    }
  }
}

/** Streams of bytes in, objects out, and objects into streams: `pack`, `unpack`, `unpackAll`. */
import { asBytes, type BytesLike } from "../core/bytes/index.ts";
import type { PackOptions, UnpackOptions } from "./options.ts";
import { packb } from "./packer.ts";
import { plainBytes, truncated, Unpacker, unpackb } from "./unpacker.ts";

/** A Web `ReadableStream` of bytes. */
interface WebStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** Where messages can be read from: bytes, a `Blob`, a `Response`, a Web or Node stream, any iterable of chunks. */
export type MessageSource =
  | BytesLike
  | { stream(): WebStream }
  | { readonly body: WebStream | null }
  | WebStream
  | AsyncIterable<unknown>
  | Iterable<BytesLike>;

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
 * Reads `source` to its end, and the one object in it.
 *
 * @throws MsgpackError as `unpackb`
 */
export async function unpack<T = unknown>(
  source: MessageSource,
  options?: UnpackOptions,
): Promise<T> {
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
 * @throws MsgpackError as `Unpacker.unpack`; `truncated` where the source ends inside an object
 * @example
 * ```ts
 * import { packb, unpackAll } from "brine/msgpack";
 * const found = [];
 * for await (const value of unpackAll([packb(1), packb("two")])) found.push(value);
 * found; //=> [1, "two"]
 * ```
 */
export async function* unpackAll<T = unknown>(
  source: MessageSource,
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

async function* chunksOf(source: MessageSource): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = asBytes(source);
  if (bytes !== undefined) {
    yield bytes;
    return;
  }
  if (typeof source !== "object" || source === null) throw wrongSource();
  if ("stream" in source && typeof source.stream === "function") {
    yield* streamed(source.stream());
  } else if ("body" in source) {
    if (source.body !== null) yield* streamed(source.body);
  } else if ("getReader" in source) {
    yield* streamed(source);
  } else if (Symbol.asyncIterator in source || Symbol.iterator in source) {
    for await (const chunk of source) yield plainBytes(chunk, "a chunk of source");
  } else throw wrongSource();
}

async function* streamed(stream: WebStream): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let done = false;
  try {
    for (;;) {
      const step = await reader.read();
      if (step.done) {
        done = true;
        return;
      }
      yield plainBytes(step.value, "a chunk of source");
    }
  } finally {
    if (!done) await reader.cancel().catch(() => undefined);
  }
}

function wrongSource(): TypeError {
  return new TypeError(
    "source must be bytes, a Blob, a Response, a stream or an iterable of chunks",
  );
}

/** A source in, its chunks out one after another, whatever its kind; at the end, or when nobody asks on, it is let go. */
import { nextChunk, openSource, type Source } from "./sources.ts";

const WINDOW_BYTES = 64 * 1024;

/**
 * The bytes of `source` in order. A path is closed and a stream cancelled when the loop is left; a `FileHandle` stays
 * open. Each chunk is the receiver's, but for bytes that were passed in, which are handed on as they are.
 *
 * @throws TypeError when it is nothing that bytes can be read from
 * @throws PickleError `read-failed`, `no-files`
 */
export async function* chunksOf(
  source: Source,
  signal?: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const opened = await openSource(source);
  try {
    if (opened.kind === "bytes") {
      yield opened.bytes;
    } else if (opened.kind === "file") {
      for (;;) {
        const window = new Uint8Array(WINDOW_BYTES);
        const count = opened.source.read(window);
        if (count === 0) return;
        yield window.subarray(0, count);
        signal?.throwIfAborted();
      }
    } else {
      for (;;) {
        const chunk = await nextChunk(opened.queue, signal);
        if (chunk === undefined) return;
        yield chunk;
      }
    }
  } finally {
    if (opened.kind === "file") opened.close();
    else if (opened.kind === "chunks") await opened.queue.close(new Uint8Array(0));
  }
}

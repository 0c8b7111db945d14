/** A whole source in, its bytes out; finished chunks in, a whole target out. */
import { type ByteSource, Pieces } from "../core/bytes/index.ts";
import { LimitError } from "../core/errors/index.ts";
import { fileUrl, nextChunk, openSource, type Source } from "./sources.ts";
import { isPath, openTarget, type Target } from "./targets.ts";

/** Bytes that one read of a file asks for. */
const STEP = 16 * 1024 * 1024;
/** Bytes that are asked for where the file should be at its end. */
const ROOM = 64 * 1024;

/** How much of a source may be read, and until when. */
export interface ReadWhole {
  /** Most bytes that the source may hold. */
  readonly maxBytes: number;
  /** Stops waiting, lets go of the source, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * All bytes of `source`, to its end; a view of the caller's own where it is bytes already.
 *
 * @throws LimitError `maxBytes`; PickleError `read-failed`, `no-files`; TypeError when it is no source
 */
export async function readWhole(source: Source, options: ReadWhole): Promise<Uint8Array> {
  const { maxBytes, signal } = options;
  signal?.throwIfAborted();
  const opened = await openSource(source);
  if (opened.kind === "bytes") {
    within(opened.bytes.length, maxBytes);
    return opened.bytes;
  }
  if (opened.kind === "file") {
    try {
      return readFile(opened.source, maxBytes);
    } finally {
      opened.close();
    }
  }
  const { queue } = opened;
  try {
    const pieces = new Pieces();
    for (;;) {
      const chunk = await nextChunk(queue, signal);
      if (chunk === undefined) return pieces.join();
      within(pieces.size + chunk.length, maxBytes);
      pieces.add(chunk);
    }
  } finally {
    await queue.close(new Uint8Array(0));
  }
}

// One allocation of the size that the file says. What it grows by meanwhile is read too, and so are the files of /proc,
// which say 0 whatever they hold; a file that was cut shorter ends where it ends.
function readFile(file: ByteSource, maxBytes: number): Uint8Array {
  let bytes = new Uint8Array(within(file.remaining ?? 0, maxBytes));
  let size = 0;
  for (;;) {
    const isFull = size === bytes.length;
    const target = isFull ? new Uint8Array(ROOM) : bytes.subarray(size, size + STEP);
    const count = file.read(target);
    if (count === 0) return size === bytes.length ? bytes : bytes.subarray(0, size);
    if (isFull) {
      const grown = new Uint8Array(Math.max(within(size + count, maxBytes), 2 * size));
      grown.set(bytes);
      grown.set(target.subarray(0, count), size);
      bytes = grown;
    }
    size += count;
  }
}

function within(size: number, maxBytes: number): number {
  if (size > maxBytes) throw new LimitError("maxBytes", maxBytes, size, maxBytes);
  return size;
}

/** How {@link writeChunks} ends. */
export interface WriteChunks {
  /** Write behind what the file holds already (paths only). */
  readonly append?: boolean | undefined;
  /** Stops waiting for the target and rejects with the signal's reason; a path keeps its old contents. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes chunks to `target`. A path gets all of them or keeps its old contents; streams and handles stay open.
 *
 * @throws PickleError `write-failed`, `no-files`; TypeError when nothing can be written to it
 */
export async function writeChunks(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  target: Target,
  options: WriteChunks = {},
): Promise<void> {
  const { append = false, signal } = options;
  signal?.throwIfAborted();
  if (!isPath(target)) {
    if (append) throw new TypeError("append needs a path as target");
    const output = openTarget(target);
    try {
      for await (const chunk of chunks) await output.write(chunk, signal);
    } finally {
      output.release();
    }
    return;
  }
  const path = typeof target === "string" ? target : fileUrl(target, "target");
  const files = await import("#files");
  const output = append ? files.appendFile(path) : files.replaceFile(path);
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      output.write(chunk);
    }
  } catch (error) {
    output.discard();
    throw error;
  }
  output.commit();
}

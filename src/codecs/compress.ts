/** Chunks of bytes in, chunks of zlib, gzip or bare deflate data out, by the runtime's zlib. Sources: RFC 1950 to 1952. */
import { Pieces } from "../core/bytes/index.ts";
import { adler32, crc32 } from "./checksums.ts";

/** What can be written: what joblib and NumPy write. */
export type CompressTo = "zlib" | "gzip" | "deflate";

/** Chunks, as they come. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Compresses chunks. `level` is zlib's, 0 (stored) to 9. Where the runtime has no `node:zlib`, 1 to 9 are the one level of
 * its `CompressionStream`. The header of gzip data is the one that Python's zlib writes: no time, no name, and Unix.
 */
export async function* compress(
  to: CompressTo,
  chunks: Chunks,
  level: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { nativeZlib } = await import("#files");
  const iterator = iterate(chunks);
  const pieces =
    nativeZlib !== undefined
      ? nativeZlib.deflate(to, iterator, level)
      : level === 0
        ? stored(to, iterator)
        : bySystem(to, iterator);
  let first = to === "gzip";
  for await (const piece of pieces) {
    // zlib's gzip header is ten bytes, and comes in one piece; what it says of the system is whatever built this zlib.
    yield first ? withHeader(piece, level) : piece;
    first = false;
  }
}

/** Compresses `bytes` whole; see {@link compress}. */
export async function compressWhole(
  to: CompressTo,
  bytes: Uint8Array,
  level: number,
): Promise<Uint8Array> {
  const pieces = new Pieces();
  for await (const piece of compress(to, [bytes], level)) pieces.add(piece);
  return pieces.join();
}

/** The iterator of chunks, whichever kind they are. */
export async function* iterate(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

function gzipHeader(level: number): Uint8Array {
  const speed = level === 9 ? 2 : level < 2 ? 4 : 0;
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, speed, 3);
}

function withHeader(piece: Uint8Array, level: number): Uint8Array {
  const changed = piece.slice();
  changed.set(gzipHeader(level));
  return changed;
}

// As much of CompressionStream as is used.
interface ByteTransform {
  readonly writable: {
    getWriter(): {
      write(chunk: Uint8Array): Promise<void>;
      close(): Promise<void>;
      abort(reason: unknown): Promise<void>;
    };
  };
  readonly readable: {
    getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };
  };
}

async function* bySystem(
  to: CompressTo,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const name = to === "zlib" ? "deflate" : to === "deflate" ? "deflate-raw" : "gzip";
  // Its own type wants chunks over an ArrayBuffer; a shared one works as well.
  const stream = new CompressionStream(name) as unknown as ByteTransform;
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const written = (async () => {
    try {
      for (;;) {
        const { done, value } = await chunks.next();
        if (done === true) return await writer.close();
        await writer.write(value);
      }
    } catch (cause) {
      // It comes out at the other end.
      await writer.abort(cause);
    }
  })();
  // What fails here is what the reader throws; nobody waits for it twice.
  written.catch(() => undefined);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    yield value;
  }
}

// RFC 1951 section 3.2.4.
const STORED_SIZE = 0xffff;

async function* stored(
  to: CompressTo,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (to === "gzip") yield gzipHeader(0);
  if (to === "zlib") yield Uint8Array.of(0x78, 0x01);
  let checksum = to === "zlib" ? 1 : 0;
  let length = 0;
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    length += value.length;
    checksum = to === "zlib" ? adler32(value, checksum) : crc32(value, checksum);
    for (let at = 0; at < value.length; at += STORED_SIZE) {
      const block = value.subarray(at, at + STORED_SIZE);
      yield blockHeader(0, block.length);
      yield block;
    }
  }
  yield blockHeader(1, 0);
  const trailer = new DataView(new ArrayBuffer(8));
  if (to === "zlib") trailer.setUint32(0, checksum);
  else trailer.setUint32(0, checksum, true);
  trailer.setUint32(4, length % 2 ** 32, true);
  if (to !== "deflate") yield new Uint8Array(trailer.buffer, 0, to === "gzip" ? 8 : 4);
}

function blockHeader(last: number, length: number): Uint8Array {
  return Uint8Array.of(last, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
}

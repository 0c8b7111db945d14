/** Chunks of bytes in, deflated or inflated ones out, by Node's own zlib. Source: `node:zlib`. */
import {
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
} from "node:zlib";

/** What frames deflated data: nothing for "deflate". */
export type DeflateFrame = "zlib" | "gzip" | "deflate";

/** One compressed stream or member that is being inflated. */
export interface InflateRun {
  /** What comes out. Ends with the stream; what zlib raises comes out of it too, untranslated. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Bytes of the input that zlib took so far. */
  readonly taken: number;
  /** What arrived and does not belong to the stream; to be asked for once `pieces` has ended. */
  rest(): Promise<readonly Uint8Array[]>;
}

/** zlib, as far as it is used here. */
export interface NativeZlib {
  inflateWhole(frame: DeflateFrame, bytes: Uint8Array, limit: number): Uint8Array | undefined;
  inflate(frame: DeflateFrame, chunks: AsyncIterator<Uint8Array>): InflateRun;
  deflate(
    frame: DeflateFrame,
    chunks: AsyncIterator<Uint8Array>,
    level: number,
  ): AsyncIterable<Uint8Array>;
}

const PIECE_SIZE = 1 << 20;
const SYNC = { zlib: inflateSync, gzip: gunzipSync, deflate: inflateRawSync };
const INFLATE = { zlib: createInflate, gzip: createGunzip, deflate: createInflateRaw };
const DEFLATE = { zlib: createDeflate, gzip: createGzip, deflate: createDeflateRaw };

export const nativeZlib: NativeZlib | undefined = { inflateWhole, inflate, deflate };

// Everything at once, or undefined where zlib refuses, whatever its reason, or leaves something unread.
function inflateWhole(
  frame: DeflateFrame,
  bytes: Uint8Array,
  limit: number,
): Uint8Array | undefined {
  // Most often a single piece, which then need not be joined with others: at most eight times what is really there.
  const chunkSize = Math.max(64 * 1024, Math.min(8 * bytes.length, limit + 1));
  try {
    const options = { maxOutputLength: Math.max(1, limit), chunkSize, info: true };
    // With `info` it returns the engine too, which the types do not know.
    const { buffer, engine } = SYNC[frame](bytes, options) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    if (buffer.length > limit || (frame === "gzip" && engine.bytesWritten < bytes.length)) {
      return undefined;
    }
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch {
    return undefined;
  }
}

type ZlibStream = ReturnType<(typeof INFLATE | typeof DEFLATE)[DeflateFrame]>;

function inflate(frame: DeflateFrame, chunks: AsyncIterator<Uint8Array>): InflateRun {
  const stream = INFLATE[frame]({ chunkSize: PIECE_SIZE });
  // Chunks that were handed over and not wholly taken, the last ones.
  const waiting: Uint8Array[] = [];
  let waitingFrom = 0;
  const pumped = pump(chunks, stream, (chunk) => {
    waiting.push(chunk);
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (waitingFrom + first.length > stream.bytesWritten) break;
      waitingFrom += first.length;
      waiting.shift();
    }
  });
  return {
    pieces: stream,
    get taken() {
      return stream.bytesWritten;
    },
    async rest() {
      await pumped;
      const rest: Uint8Array[] = [];
      let from = waitingFrom;
      for (const chunk of waiting) {
        const taken = Math.min(chunk.length, Math.max(0, stream.bytesWritten - from));
        if (taken < chunk.length) rest.push(chunk.subarray(taken));
        from += chunk.length;
      }
      return rest;
    },
  };
}

function deflate(
  frame: DeflateFrame,
  chunks: AsyncIterator<Uint8Array>,
  level: number,
): AsyncIterable<Uint8Array> {
  const stream = DEFLATE[frame]({ level, chunkSize: PIECE_SIZE });
  pump(chunks, stream, () => undefined);
  return stream;
}

// Hands chunk after chunk to the stream, as fast as it takes them; whatever fails comes out at its other end.
async function pump(
  chunks: AsyncIterator<Uint8Array>,
  stream: ZlibStream,
  handing: (chunk: Uint8Array) => void,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) {
        stream.end();
        return;
      }
      handing(value);
      if (stream.destroyed || stream.readableEnded) return;
      if (stream.write(value)) continue;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          for (const event of EVENTS) stream.off(event, go);
          resolve();
        };
        for (const event of EVENTS) stream.on(event, go);
      });
      // Behind its end a stream takes nothing: the chunks that follow are for whoever reads on.
      if (stream.destroyed || stream.readableEnded) return;
    }
  } catch (error) {
    stream.destroy(error as Error);
  }
}

const EVENTS = ["drain", "end", "close", "error"] as const;

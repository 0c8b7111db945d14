/** Chunks of compressed bytes in, decompressed pieces out as they come, never more than the caller allows. */
import { Pieces } from "../core/bytes/index.ts";
import { type Chunks, iterate } from "./compress.ts";
import { type DecompressOptions, decompressing } from "./decompress.ts";
import {
  type Compression,
  type DecompressionCode,
  DecompressionError,
  DecompressionLimitError,
} from "./errors.ts";

const PIECE_SIZE = 1 << 20;

/**
 * Decompresses chunks as they arrive, the fastest way that the runtime has. `node:zlib` streams; every other decoder waits
 * for all of the compressed bytes, and decompresses them piece by piece.
 *
 * @throws DecompressionError as `decompressSync`; from `node:zlib` the offset is how far it had read
 */
export async function* decompressed(
  compression: Compression,
  chunks: Chunks,
  { limit }: DecompressOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (compression === "zlib" || compression === "gzip" || compression === "deflate") {
    const { nativeZlib } = await import("#files");
    if (nativeZlib !== undefined) {
      yield* inflated(nativeZlib.inflate, compression, iterate(chunks), limit);
      return;
    }
  }
  const gathered = new Pieces();
  for await (const chunk of chunks) gathered.add(chunk);
  const source = decompressing(compression, gathered.join(), { limit });
  for (;;) {
    const piece = new Uint8Array(PIECE_SIZE);
    const length = source.read(piece);
    if (length === 0) return;
    yield piece.subarray(0, length);
  }
}

type Inflate = NonNullable<typeof import("#files").nativeZlib>["inflate"];

async function* inflated(
  inflate: Inflate,
  compression: "zlib" | "gzip" | "deflate",
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = limit;
  // Bytes of the input before the member.
  let before = 0;
  let input: AsyncGenerator<Uint8Array, void, undefined> | undefined = chunks;
  try {
    while (input !== undefined) {
      const run: ReturnType<Inflate> = inflate(compression, input);
      try {
        for await (const piece of run.pieces) {
          left -= piece.length;
          if (left < 0) {
            throw new DecompressionLimitError(compression, limit, limit - left, before + run.taken);
          }
          yield piece;
        }
      } catch (cause) {
        throw translated(cause, compression, before + run.taken);
      }
      before += run.taken;
      if (compression !== "gzip") return;
      const padding = await behindMember(await run.rest(), input, before);
      before += padding.skipped;
      input = padding.rest;
    }
  } finally {
    // Not waited for: a chunk may be under way that never comes.
    chunks.return().catch(() => undefined);
  }
}

// Zeros may follow a gzip member, and then another one: what Python's gzip module takes, and Node's zlib does not look at.
async function behindMember(
  rest: readonly Uint8Array[],
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  offset: number,
): Promise<{ skipped: number; rest: AsyncGenerator<Uint8Array, void, undefined> | undefined }> {
  const following = chained(rest, chunks);
  let skipped = 0;
  for (;;) {
    const step = await following.next();
    if (step.done === true) return { skipped, rest: undefined };
    const { value } = step;
    const at = value.findIndex((byte) => byte !== 0);
    if (at < 0) {
      skipped += value.length;
      continue;
    }
    skipped += at;
    if (value[at] !== 0x1f) {
      const message = "no member follows, nor padding";
      throw new DecompressionError("corrupt", "gzip", message, offset + skipped);
    }
    return { skipped, rest: chained([value.subarray(at)], following) };
  }
}

async function* chained(
  first: readonly Uint8Array[],
  then: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* first;
  yield* then;
}

// zlib's inflate.c has these messages; Node adds the one about the end.
const CHECKSUMS = /^incorrect (data|length) check|header crc mismatch/;
const UNSUPPORTED = /^unknown compression method|Missing dictionary/;

function translated(cause: unknown, compression: Compression, offset: number): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (!(cause instanceof Error) || typeof code !== "string" || !code.startsWith("Z_")) return cause;
  const { message } = cause;
  const kind: DecompressionCode =
    code === "Z_BUF_ERROR"
      ? "truncated"
      : CHECKSUMS.test(message)
        ? "checksum"
        : UNSUPPORTED.test(message)
          ? "unsupported"
          : "corrupt";
  const what = kind === "truncated" ? "it ends in the middle" : message;
  return new DecompressionError(kind, compression, what, offset, { cause });
}

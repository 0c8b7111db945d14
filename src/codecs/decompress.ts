/** Compressed bytes in, the bytes that were compressed out: whole or piece by piece, never more than the caller allows. */
import type { ByteSource } from "../core/bytes/index.ts";
import { Bz2Decoder } from "./bz2.ts";
import { DeflateDecoder, GzipDecoder, ZlibDecoder } from "./deflate.ts";
import type { Compression } from "./errors.ts";
import { CompressedInput } from "./input.ts";
import { Lz4Decoder } from "./lz4.ts";
import { LzmaAloneDecoder } from "./lzma-alone.ts";
import { DecodedOutput, type Decoder } from "./output.ts";
import { XzDecoder } from "./xz.ts";

const DECODERS: Readonly<
  Record<Compression, new (input: CompressedInput, output: DecodedOutput) => Decoder>
> = {
  zlib: ZlibDecoder,
  gzip: GzipDecoder,
  deflate: DeflateDecoder,
  bz2: Bz2Decoder,
  xz: XzDecoder,
  lzma: LzmaAloneDecoder,
  lz4: Lz4Decoder,
};

/** What every decompression needs to know. */
export interface DecompressOptions {
  /** Most bytes that may come out. One more is refused, when about as many have been allocated. */
  readonly limit: number;
}

/**
 * How the data that begins with `head` is compressed, by the first bytes that joblib looks at too; six are enough.
 */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const [a, b = 0, c = 0, d = 0, e, f] = head;
  if (a === 0x78) return ((a << 8) | b) % 31 === 0 && head.length > 1 ? "zlib" : undefined;
  if (a === 0x1f) return b === 0x8b ? "gzip" : undefined;
  if (a === 0x42) return b === 0x5a && c === 0x68 && d > 0x30 && d <= 0x39 ? "bz2" : undefined;
  if (a === 0xfd)
    return b === 0x37 && c === 0x7a && d === 0x58 && e === 0x5a && f === 0 ? "xz" : undefined;
  // Properties 0x5d are what every encoder writes; the dictionary is a multiple of 65536 then.
  if (a === 0x5d) return b === 0 && c === 0 && head.length > 2 ? "lzma" : undefined;
  if (b === 0x2a && c === 0x4d && d === 0x18 && a !== undefined && a >= 0x50 && a < 0x60)
    return "lz4";
  return a === 0x04 && b === 0x22 && c === 0x4d && d === 0x18 ? "lz4" : undefined;
}

/**
 * Decompresses `bytes` whole, in any runtime.
 *
 * @throws DecompressionError with the offset in `bytes`; DecompressionLimitError where more than `limit` would come out
 */
export function decompressSync(
  compression: Compression,
  bytes: Uint8Array,
  { limit }: DecompressOptions,
): Uint8Array {
  const output = new DecodedOutput(limit, false);
  const decoder = new DECODERS[compression](new CompressedInput(compression, bytes), output);
  while (decoder.step());
  return output.bytes.subarray(0, output.pos);
}

/**
 * Decompresses `bytes` whole, the fastest way that the runtime has: `node:zlib` where it can, else
 * {@link decompressSync}. Refusals are the same either way.
 *
 * @throws DecompressionError as {@link decompressSync}
 */
export async function decompress(
  compression: Compression,
  bytes: Uint8Array,
  options: DecompressOptions,
): Promise<Uint8Array> {
  if (compression === "zlib" || compression === "gzip" || compression === "deflate") {
    const { nativeZlib } = await import("#files");
    const inflated = nativeZlib?.inflateWhole(compression, bytes, options.limit);
    if (inflated !== undefined) return inflated;
  }
  // Also where Node's zlib refused: it does not say at which byte, and reads gzip data otherwise than Python behind its end.
  return decompressSync(compression, bytes, options);
}

/** Bytes that are decompressed as they are read. */
export interface DecompressedSource extends ByteSource {
  /** Bytes handed out so far. */
  readonly position: number;
  /** Bytes of the compressed data that were read so far: where it ends, once all is handed out. */
  readonly consumed: number;
}

/**
 * Decompresses what `source` gives as it is read; memory is what the format looks back on, whatever the size.
 * `read` throws as {@link decompressSync} does.
 */
export function decompressing(
  compression: Compression,
  source: ByteSource | Uint8Array,
  { limit }: DecompressOptions,
): DecompressedSource {
  return new PieceByPiece(compression, source, limit);
}

class PieceByPiece implements DecompressedSource {
  readonly remaining = undefined;
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  readonly #decoder: Decoder;
  #ended = false;
  #failure: unknown;
  #position = 0;

  constructor(compression: Compression, source: ByteSource | Uint8Array, limit: number) {
    this.#output = new DecodedOutput(limit, true);
    this.#input = new CompressedInput(compression, source);
    this.#decoder = new DECODERS[compression](this.#input, this.#output);
  }

  get consumed(): number {
    return this.#input.offset();
  }

  get position(): number {
    return this.#position;
  }

  read(target: Uint8Array): number {
    let filled = 0;
    while (filled < target.length) {
      const piece = this.#output.take(target.length - filled);
      if (piece.length > 0) {
        target.set(piece, filled);
        filled += piece.length;
      } else if (this.#failure !== undefined) {
        // What came before the damage is good; the next read tells of it.
        if (filled === 0) throw this.#failure;
        break;
      } else if (this.#ended) {
        break;
      } else {
        this.#step();
      }
    }
    this.#position += filled;
    return filled;
  }

  #step(): void {
    try {
      this.#ended = !this.#decoder.step();
    } catch (error) {
      this.#failure = error;
    }
  }
}

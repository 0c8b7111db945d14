/** Compressed bytes to what was compressed, and back: zlib, gzip, deflate, bz2, xz, lzma and lz4. */

export { crc32 } from "./checksums.ts";
export { type Chunks, type CompressTo, compress, compressWhole } from "./compress.ts";
export {
  compressionOf,
  type DecompressedSource,
  type DecompressOptions,
  decompress,
  decompressing,
  decompressSync,
} from "./decompress.ts";
export {
  type Compression,
  type DecompressionCode,
  DecompressionError,
  DecompressionLimitError,
} from "./errors.ts";
export { decompressed } from "./pieces.ts";
export { Sha256 } from "./sha256.ts";

/** Every way in which compressed data can be refused: a closed set of codes, each with the place in the compressed bytes. */

/** What data can be compressed with: what joblib reads, and what NumPy's archives hold ("deflate", without a frame). */
export type Compression = "zlib" | "gzip" | "bz2" | "xz" | "lzma" | "lz4" | "deflate";

/** What went wrong. `docs/security.md` lists each with the input that raises it. */
export type DecompressionCode =
  | "truncated"
  | "corrupt"
  | "checksum"
  | "unsupported"
  | "limit-exceeded";

/** Compressed data could not be read. */
export class DecompressionError extends Error {
  override readonly name: string = "DecompressionError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: DecompressionCode;
  /** How the data says that it is compressed. */
  readonly compression: Compression;
  /** Byte offset from the start of the compressed data, of what was refused or of where the data ends. */
  readonly offset: number;

  constructor(
    code: DecompressionCode,
    compression: Compression,
    message: string,
    offset: number,
    options?: ErrorOptions,
  ) {
    super(`${compression} data: ${message} at byte ${offset}`, options);
    this.code = code;
    this.compression = compression;
    this.offset = offset;
  }
}

/** More bytes came out than the caller allows. */
export class DecompressionLimitError extends DecompressionError {
  override readonly name: string = "DecompressionLimitError";
  /** Name of the limit. */
  readonly limit = "decompressedBytes";
  /** The value in force. */
  readonly allowed: number;
  /** Bytes that had come out when it was refused; the whole would be at least as many. */
  readonly actual: number;

  constructor(compression: Compression, allowed: number, actual: number, offset: number) {
    super(
      "limit-exceeded",
      compression,
      `it unpacks to more than the ${allowed} bytes allowed`,
      offset,
    );
    this.allowed = allowed;
    this.actual = actual;
  }
}

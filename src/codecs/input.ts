/** Compressed bytes in, a window of them that a decoder reads by index; all in memory, or refilled from a source. */
import type { ByteSource } from "../core/bytes/index.ts";
import { type Compression, type DecompressionCode, DecompressionError } from "./errors.ts";

const WINDOW_SIZE = 64 * 1024;
/** Zeros behind the last byte; no decoder reads further ahead than this. */
const PADDING = 32;

/** The fields are open to the decoders' hot loops: `bytes[pos++]` while `pos < end`. */
export class CompressedInput {
  bytes: Uint8Array;
  pos = 0;
  /** End of what is in the window. */
  end: number;
  readonly compression: Compression;
  readonly #source: ByteSource | undefined;
  // Bytes of the whole input before the window.
  #before = 0;
  #ended: boolean;
  #padded = false;

  constructor(compression: Compression, data: Uint8Array | ByteSource) {
    this.compression = compression;
    if (data instanceof Uint8Array) {
      this.bytes = data;
      this.end = data.length;
      this.#source = undefined;
      this.#ended = true;
    } else {
      this.bytes = new Uint8Array(WINDOW_SIZE + PADDING);
      this.end = 0;
      this.#source = data;
      this.#ended = false;
    }
  }

  /** Offset in the whole input of the window's byte `at`. */
  offset(at: number = this.pos): number {
    return this.#before + at;
  }

  /**
   * Tries to have `count` bytes from `pos` on in the window, and says whether they are there. Where they are not, the
   * window ends with the input, and {@link PADDING} zeros stand behind it: a decoder may read ahead without a check and
   * find out afterwards that it went beyond the end.
   */
  has(count: number): boolean {
    return this.end - this.pos >= count || this.#fill(count);
  }

  #fill(count: number): boolean {
    if (!this.#ended) {
      this.bytes.copyWithin(0, this.pos, this.end);
      this.#move(this.bytes);
      while (this.end < count) {
        if (this.end + PADDING === this.bytes.length) {
          // Only as bytes arrive: `count` may be a number out of a header.
          const larger = new Uint8Array(this.end * 2 + PADDING);
          larger.set(this.bytes);
          this.bytes = larger;
        }
        const room = this.bytes.subarray(this.end, this.bytes.length - PADDING);
        const read = this.#source?.read(room) ?? 0;
        if (read === 0) {
          this.#ended = true;
          break;
        }
        this.end += read;
      }
      if (!this.#ended) return true;
      this.bytes.fill(0, this.end);
      this.#padded = true;
    } else if (!this.#padded) {
      // Only the little that is left is copied.
      const rest = new Uint8Array(this.end - this.pos + PADDING);
      rest.set(this.bytes.subarray(this.pos, this.end));
      this.#move(rest);
      this.#padded = true;
    }
    return this.end - this.pos >= count;
  }

  #move(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#before += this.pos;
    this.end -= this.pos;
    this.pos = 0;
  }

  /** `count` bytes, a view into the window that holds until the next read; `truncated` where there are fewer. */
  take(count: number): Uint8Array {
    this.need(count);
    this.pos += count;
    return this.bytes.subarray(this.pos - count, this.pos);
  }

  /** @throws DecompressionError `truncated` where fewer than `count` bytes are left */
  need(count: number): void {
    if (this.end - this.pos < count && !this.#fill(count)) throw this.truncated();
  }

  byte(): number {
    this.need(1);
    return this.bytes[this.pos++] as number;
  }

  uint32(): number {
    this.need(4);
    const { bytes, pos } = this;
    this.pos += 4;
    return readUint32(bytes, pos);
  }

  truncated(): DecompressionError {
    return this.failure("truncated", "it ends in the middle", this.end);
  }

  /** An error about the window's byte `at`. */
  failure(code: DecompressionCode, message: string, at: number = this.pos): DecompressionError {
    return new DecompressionError(code, this.compression, message, this.offset(at));
  }
}

/** The 32-bit number, lowest byte first, at `at`, which must be inside. */
export function readUint32(bytes: Uint8Array, at: number): number {
  const low =
    (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

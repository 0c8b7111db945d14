/** Decoded bytes in, either all of them or a sliding window out; never more than the caller allows, nor much room ahead. */
import { DecompressionLimitError } from "./errors.ts";
import type { CompressedInput } from "./input.ts";

/** Bytes behind the mark that `open` returns: a decoder that passes it in the middle of a match needs no further check. */
export const SLACK = 320;

const FIRST_SIZE = 16 * 1024;
const CHUNK_SIZE = 64 * 1024;

/**
 * Where a decoder writes: `bytes[pos++]`, and reads what it wrote before. Capacity follows what was really written, never
 * what a header promises.
 */
export class DecodedOutput {
  bytes: Uint8Array;
  pos = 0;
  /** Bytes written before `bytes[0]`. */
  before = 0;
  /** How far back the decoder may look, in bytes; what lies further back may be let go of. */
  history = 0;
  readonly #limit: number;
  readonly #sliding: boolean;
  /** With `sliding`, where the bytes begin that nobody took yet. */
  #taken = 0;

  constructor(limit: number, sliding: boolean) {
    this.#limit = limit;
    this.#sliding = sliding;
    this.bytes = new Uint8Array(Math.min(FIRST_SIZE, limit + 1) + SLACK);
  }

  /** Bytes written since the beginning. */
  get total(): number {
    return this.before + this.pos;
  }

  /** Bytes that may still come. */
  get allowed(): number {
    return this.#limit - this.total;
  }

  /**
   * Makes room for `wanted` bytes, or up to one more than allowed, and returns the index to stop at. Behind it there are
   * {@link SLACK} bytes more.
   */
  open(wanted: number = CHUNK_SIZE): number {
    const most = Math.min(wanted, this.allowed + 1);
    if (this.bytes.length - this.pos < most + SLACK) {
      if (this.#sliding) this.#slide(most);
      else this.#grow(most);
    }
    return Math.min(this.bytes.length - SLACK, this.pos + this.allowed + 1);
  }

  /** Ends a step that wrote up to `pos`. */
  close(pos: number, input: CompressedInput): void {
    this.pos = pos;
    const beyond = -this.allowed;
    if (beyond <= 0) return;
    this.pos -= beyond;
    throw new DecompressionLimitError(
      input.compression,
      this.#limit,
      this.#limit + beyond,
      input.offset(),
    );
  }

  #grow(wanted: number): void {
    const most = this.#limit + 1 + SLACK;
    const size = Math.min(Math.max(this.bytes.length * 2, this.pos + wanted + SLACK), most);
    const larger = new Uint8Array(size);
    larger.set(this.bytes.subarray(0, this.pos));
    this.bytes = larger;
  }

  // Half the history, and twice what is wanted, is free after each slide: each byte is moved about twice at most, also
  // where the steps are many and tiny.
  #slide(wanted: number): void {
    const kept = Math.min(this.pos, this.history);
    const size = kept + Math.max(2 * wanted, kept >> 1) + SLACK;
    const from = this.pos - kept;
    if (size > this.bytes.length) {
      const larger = new Uint8Array(size);
      larger.set(this.bytes.subarray(from, this.pos));
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, from, this.pos);
    }
    this.before += from;
    this.pos = kept;
    this.#taken = kept;
  }

  /** Bytes that were not taken yet. */
  get waiting(): number {
    return this.pos - this.#taken;
  }

  /** Hands out up to `count` bytes, a view that holds until the next step. All must be taken before the next `open`. */
  take(count: number): Uint8Array {
    const from = this.#taken;
    this.#taken = Math.min(this.pos, from + count);
    return this.bytes.subarray(from, this.#taken);
  }
}

/** One format's decoder over an input and an output. */
export interface Decoder {
  /** Writes some bytes (perhaps none); false when the data has ended. */
  step(): boolean;
}

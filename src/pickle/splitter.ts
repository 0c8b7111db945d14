/** Chunks of bytes in, whole pickles out, each contiguous. */

import { Pieces } from "../core/bytes/index.ts";
import { Skimmer } from "../core/opcodes/index.ts";

/**
 * Cuts a stream of chunks into the pickles that stand in it one after another.
 *
 * Each comes out contiguous: a view of its chunk where it lies within one, else the pieces joined once. Memory follows
 * what has arrived, never what a length field announces.
 */
export class Splitter {
  readonly #skimmer = new Skimmer();
  #chunk: Uint8Array = new Uint8Array(0);
  #index = 0;
  // The pickle so far.
  readonly #pieces = new Pieces();

  /** Hands over the next chunk; call {@link next} until it has nothing more. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#index = 0;
  }

  /** The next whole pickle, or `undefined` when it needs another chunk. */
  next(): Uint8Array | undefined {
    const start = this.#index;
    const end = this.#skimmer.scan(this.#chunk, start);
    if (end < 0) {
      if (start < this.#chunk.length) this.#pieces.add(this.#chunk.subarray(start));
      this.#index = this.#chunk.length;
      return undefined;
    }
    this.#index = end;
    const piece = this.#chunk.subarray(start, end);
    if (this.#pieces.size === 0) return piece;
    this.#pieces.add(piece);
    return this.#pieces.join();
  }

  /** After the last chunk: the bytes of a pickle that was cut off, or `undefined` after a clean end. */
  finish(): Uint8Array | undefined {
    return this.#pieces.size > 0 ? this.#pieces.join() : undefined;
  }

  /** What was pushed and not handed out yet. */
  rest(): Uint8Array {
    if (this.#index < this.#chunk.length) this.#pieces.add(this.#chunk.subarray(this.#index));
    this.#index = this.#chunk.length;
    return this.#pieces.join();
  }
}

/** Chunks of bytes in, whole pickles out, each contiguous. */

import { Skimmer } from "../core/opcodes/index.ts";

const SMALL_PIECE = 16 * 1024;
const TAIL_SIZE = 64 * 1024;

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
  // The pickle so far: whole pieces, then the buffer that small ones are copied into.
  #pieces: Uint8Array[] = [];
  #tail: Uint8Array | undefined;
  #tailUsed = 0;
  #size = 0;

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
      if (start < this.#chunk.length) this.#keep(this.#chunk.subarray(start));
      this.#index = this.#chunk.length;
      return undefined;
    }
    this.#index = end;
    const piece = this.#chunk.subarray(start, end);
    if (this.#size === 0) return piece;
    this.#keep(piece);
    return this.#join();
  }

  /** After the last chunk: the bytes of a pickle that was cut off, or `undefined` after a clean end. */
  finish(): Uint8Array | undefined {
    return this.#size > 0 ? this.#join() : undefined;
  }

  /** What was pushed and not handed out yet. */
  rest(): Uint8Array {
    if (this.#index < this.#chunk.length) this.#keep(this.#chunk.subarray(this.#index));
    this.#index = this.#chunk.length;
    return this.#join();
  }

  // A view of a big chunk costs nothing; small ones are copied together, because a view has an overhead of its own
  // and an input that comes byte by byte must not cost a hundred times its size.
  #keep(piece: Uint8Array): void {
    this.#size += piece.length;
    if (piece.length >= SMALL_PIECE) {
      this.#flush();
      this.#pieces.push(piece);
      return;
    }
    this.#tail ??= new Uint8Array(TAIL_SIZE);
    const room = TAIL_SIZE - this.#tailUsed;
    const first = piece.subarray(0, room);
    this.#tail.set(first, this.#tailUsed);
    this.#tailUsed += first.length;
    if (first.length === piece.length) return;
    this.#flush();
    this.#tail = new Uint8Array(TAIL_SIZE);
    this.#tail.set(piece.subarray(room));
    this.#tailUsed = piece.length - room;
  }

  #flush(): void {
    if (this.#tail !== undefined) this.#pieces.push(this.#tail.subarray(0, this.#tailUsed));
    this.#tail = undefined;
    this.#tailUsed = 0;
  }

  #join(): Uint8Array {
    this.#flush();
    const [only] = this.#pieces;
    let joined = only ?? new Uint8Array(0);
    if (this.#pieces.length > 1) {
      joined = new Uint8Array(this.#size);
      let offset = 0;
      for (const piece of this.#pieces) {
        joined.set(piece, offset);
        offset += piece.length;
      }
    }
    this.#pieces = [];
    this.#size = 0;
    return joined;
  }
}

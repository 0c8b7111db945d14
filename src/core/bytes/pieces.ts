/** Pieces of bytes as they arrive in, one whole out. */

const SMALL_PIECE = 16 * 1024;
const TAIL_SIZE = 64 * 1024;

/**
 * Bytes that are still being collected. Memory follows what has arrived, never what a length field announces.
 *
 * A view of a big piece costs nothing; small ones are copied together, because a view has an overhead of its own and an
 * input that comes byte by byte must not cost a hundred times its size.
 */
export class Pieces {
  #pieces: Uint8Array[] = [];
  #tail: Uint8Array | undefined;
  #tailUsed = 0;
  /** Bytes collected. */
  size = 0;

  add(piece: Uint8Array): void {
    this.size += piece.length;
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

  /** All of them one after another, joined where they are more than one; begins anew. */
  join(): Uint8Array {
    this.#flush();
    const [only] = this.#pieces;
    let joined = only ?? new Uint8Array(0);
    if (this.#pieces.length > 1) {
      joined = new Uint8Array(this.size);
      let offset = 0;
      for (const piece of this.#pieces) {
        joined.set(piece, offset);
        offset += piece.length;
      }
    }
    this.#pieces = [];
    this.size = 0;
    return joined;
  }
}

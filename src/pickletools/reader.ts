/** Bytes or a source of them in; as many bytes as asked for, or whole lines, out, as Python's file objects give them. */
import { asBytes, type ByteSource, type BytesLike } from "../core/bytes/index.ts";

/** What is read at once from a source. */
const WINDOW = 64 * 1024;

/** A place in the input that moves forward. */
export class Reader {
  /** Offset from the start of the input of the next byte. */
  position = 0;
  readonly #source: ByteSource | undefined;
  // What was fetched and not handed out yet: bytes from #start to #end.
  #window: Uint8Array;
  #start = 0;
  #end: number;

  constructor(input: Uint8Array | ByteSource) {
    if (input instanceof Uint8Array) {
      this.#source = undefined;
      this.#window = input;
      this.#end = input.length;
    } else {
      this.#source = input;
      this.#window = new Uint8Array(WINDOW);
      this.#end = 0;
    }
  }

  /** Bytes that may be kept: what a source filled is overwritten by what it gives next. */
  kept(bytes: Uint8Array): Uint8Array {
    return this.#source === undefined ? bytes : bytes.slice();
  }

  /** The next byte, or -1 at the end. */
  byte(): number {
    if (this.#start === this.#end && !this.#fetch()) return -1;
    this.position++;
    return this.#window[this.#start++] as number;
  }

  /** The next `count` bytes, fewer only where the input ends. */
  read(count: number): Uint8Array {
    if (this.#end - this.#start >= count || this.#source === undefined) {
      return this.#take(Math.min(count, this.#end - this.#start));
    }
    // Piece by piece: `count` is the input's word, what is there may be less.
    const pieces: Uint8Array[] = [];
    let left = count;
    while (left > 0) {
      if (this.#start === this.#end && !this.#fetch()) break;
      const piece = this.#take(Math.min(left, this.#end - this.#start)).slice();
      pieces.push(piece);
      left -= piece.length;
    }
    return joined(pieces);
  }

  /** Bytes up to the next newline and with it; without one where the input ends first. */
  line(): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const newline = this.#window.subarray(this.#start, this.#end).indexOf(0x0a);
      if (newline >= 0) {
        const last = this.#take(newline + 1);
        return pieces.length === 0 ? last : joined([...pieces, last]);
      }
      if (this.#start < this.#end) pieces.push(this.#take(this.#end - this.#start).slice());
      if (!this.#fetch()) return joined(pieces);
    }
  }

  #take(count: number): Uint8Array {
    const taken = this.#window.subarray(this.#start, this.#start + count);
    this.#start += count;
    this.position += count;
    return taken;
  }

  #fetch(): boolean {
    if (this.#source === undefined) return false;
    this.#start = 0;
    this.#end = this.#source.read(this.#window);
    return this.#end > 0;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// A source stands where the last pickle ended, as a file in Python does; its reader knows where that is.
const readers = new WeakMap<ByteSource, Reader>();

/**
 * The reader of an input: bytes from their start, a source from where the last call left it.
 *
 * @throws TypeError for anything else
 */
export function readerOf(pickle: BytesLike | ByteSource): Reader {
  const bytes = asBytes(pickle);
  if (bytes !== undefined) return new Reader(bytes);
  const source: unknown = pickle;
  if (typeof source !== "object" || source === null || !("read" in source)) {
    throw new TypeError("pickle must be bytes or a ByteSource");
  }
  const known = readers.get(pickle as ByteSource);
  if (known !== undefined) return known;
  const reader = new Reader(pickle as ByteSource);
  readers.set(pickle as ByteSource, reader);
  return reader;
}

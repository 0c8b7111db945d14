/** Chunks of bytes in, whole pickles out: finds each STOP by stepping over the opcodes' arguments. Source: the table of opcodes. */

import { ARGUMENTS, type Argument, OPCODES } from "../core/opcodes/index.ts";

// What follows an opcode byte, by opcode. 0 is no opcode at all.
const NOTHING = 1;
const STOP = 2;
const LINES = 16; // + number of lines that end in \n
const FIXED = 32; // + number of bytes
const COUNTED = 64; // + width of the little-endian unsigned count of bytes that follow it
const SIGNED = 96; // the same with a signed count

const FOLLOWING: Uint8Array = new Uint8Array(256);
for (const { name, code, argument } of OPCODES) {
  const { kind, ...size }: Argument = ARGUMENTS[argument];
  if (name === "STOP") FOLLOWING[code] = STOP;
  else if (kind === "none") FOLLOWING[code] = NOTHING;
  else if ("lines" in size) FOLLOWING[code] = LINES + size.lines;
  else if ("bytes" in size) FOLLOWING[code] = FIXED + size.bytes;
  else if ("width" in size) FOLLOWING[code] = (size.signed ? SIGNED : COUNTED) + size.width;
}

// What the scanner stands before.
const AT_OPCODE = 0;
const IN_LINES = 1;
const IN_BYTES = 2;
const IN_COUNT = 3;

/**
 * Finds the end of a pickle in bytes that arrive in pieces; four numbers are all it keeps, whatever the input.
 *
 * It does not judge: where the machine is certain to refuse (no such opcode, a negative or unsafe length) the pickle
 * "ends" behind the offending bytes, and the machine, given those, raises its error at the right offset.
 */
export class Skimmer {
  #state = AT_OPCODE;
  // IN_LINES: lines still to end; IN_BYTES: bytes still to pass; IN_COUNT: bytes of the count still to come.
  #left = 0;
  // IN_COUNT: the count so far, and the weight of its next byte.
  #count = 0;
  #weight = 1;
  #signed = false;

  /**
   * Scans `chunk` from index `start`.
   *
   * @returns the index just behind the pickle's end, or -1 when the pickle goes on behind the chunk.
   */
  scan(chunk: Uint8Array, start: number): number {
    const end = chunk.length;
    let index = start;
    while (index < end) {
      switch (this.#state) {
        case AT_OPCODE: {
          const following = FOLLOWING[chunk[index++] as number] as number;
          if (following === NOTHING) break;
          if (following <= STOP) return index;
          this.#left = following & 15;
          if (following < FIXED) this.#state = IN_LINES;
          else if (following < COUNTED) this.#state = IN_BYTES;
          else {
            this.#state = IN_COUNT;
            this.#count = 0;
            this.#weight = 1;
            this.#signed = following >= SIGNED;
          }
          break;
        }
        case IN_LINES: {
          const newline = chunk.indexOf(10, index);
          if (newline < 0) return -1;
          index = newline + 1;
          if (--this.#left === 0) this.#state = AT_OPCODE;
          break;
        }
        case IN_BYTES: {
          const passed = Math.min(this.#left, end - index);
          index += passed;
          this.#left -= passed;
          if (this.#left === 0) this.#state = AT_OPCODE;
          break;
        }
        default: {
          this.#count += (chunk[index++] as number) * this.#weight;
          this.#weight *= 256;
          if (--this.#left > 0) break;
          if (this.#count > Number.MAX_SAFE_INTEGER || (this.#signed && this.#count >= 2 ** 31)) {
            this.#state = AT_OPCODE;
            return index;
          }
          this.#left = this.#count;
          this.#state = this.#count > 0 ? IN_BYTES : AT_OPCODE;
        }
      }
    }
    return -1;
  }
}

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

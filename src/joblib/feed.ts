/**
 * Chunks that arrive asynchronously in; what a load asks for next out: whole opcodes, or an array's bytes straight into
 * the memory where they stay.
 */

import { Pieces } from "../core/bytes/index.ts";
import { UnpicklingError } from "../core/errors/index.ts";
import type { Feed, FeedPiece } from "../core/machine/index.ts";
import { Skimmer } from "../core/opcodes/index.ts";

/** Chunks in order, of which parts may be passed over or read to a given place. */
export interface Chunks {
  /** The next chunk, or `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Passes over up to `count` bytes without fetching them, where that is possible; answers with how many. */
  skip?(count: number): number;
  /** Fills `target` faster than `next` would, where that is possible; answers with how many bytes there were. */
  fill?(target: Uint8Array): Promise<number> | undefined;
  /** Bytes that are certain to follow what was handed out, where that is known. */
  readonly remaining?: number | undefined;
}

const NOTHING = new Uint8Array(0);

// Memory that an array may take before any of its bytes are there, where nothing says how many will come.
const FIRST_ROOM = 4 * 1024 * 1024;

// Bytes from which several reads at once are worth their start.
const LARGE = 8 * 1024 * 1024;

/** One pickle with raw bytes in it, fed from chunks. */
export class ChunkFeed implements Feed {
  readonly #chunks: Chunks;
  readonly #skimmer = new Skimmer("build");
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  // What has arrived of an opcode that is not whole.
  readonly #cut = new Pieces();
  #ended = false;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  opcodes(): FeedPiece | Promise<FeedPiece> {
    const bytes = this.#whole();
    return bytes === undefined ? this.#fetched() : { bytes, ends: false };
  }

  async #fetched(): Promise<FeedPiece> {
    for (;;) {
      const chunk = await this.#chunks.next();
      if (chunk === undefined) {
        this.#ended = true;
        return { bytes: this.#cut.join(), ends: true };
      }
      this.#chunk = chunk;
      this.#at = 0;
      const bytes = this.#whole();
      if (bytes !== undefined) return { bytes, ends: false };
    }
  }

  // The opcodes of the chunk up to BUILD or STOP, else those that are whole; undefined where there are none.
  #whole(): Uint8Array | undefined {
    const start = this.#at;
    const chunk = this.#chunk;
    if (start >= chunk.length) return undefined;
    const found = this.#skimmer.scan(chunk, start);
    const end = found < 0 ? this.#skimmer.cut : found;
    this.#at = found < 0 ? chunk.length : found;
    if (end < 0) {
      this.#cut.add(chunk.subarray(start));
      return undefined;
    }
    let bytes = chunk.subarray(start, end);
    if (this.#cut.size > 0) {
      this.#cut.add(bytes);
      bytes = this.#cut.join();
    }
    if (end < this.#at) this.#cut.add(chunk.subarray(end));
    return bytes.length > 0 ? bytes : undefined;
  }

  async bytes(count: number): Promise<Uint8Array> {
    const { remaining } = this.#chunks;
    const first = this.#take(count);
    if (remaining !== undefined && first.length + remaining < count) return first;
    // Where the end is not known: twice what has really arrived, never what a header claims.
    const room = remaining === undefined ? Math.max(FIRST_ROOM, 2 * first.length) : count;
    let target = allocate(Math.min(count, room));
    target.set(first);
    let filled = first.length;
    if (remaining !== undefined && count - filled >= LARGE) {
      const filling = this.#chunks.fill?.(target.subarray(filled));
      if (filling !== undefined) return target.subarray(0, filled + (await filling));
    }
    while (filled < count) {
      if (filled === target.length) {
        const larger = allocate(Math.min(count, 2 * filled));
        larger.set(target);
        target = larger;
      }
      if (!(await this.#arrive())) return target.subarray(0, filled);
      const part = this.#take(target.length - filled);
      target.set(part, filled);
      filled += part.length;
    }
    return target;
  }

  async skip(count: number): Promise<number> {
    let passed = this.#take(count).length;
    while (passed < count) {
      const jumped = this.#chunks.skip?.(count - passed) ?? 0;
      passed += jumped;
      if (jumped > 0) continue;
      if (!(await this.#arrive())) break;
      passed += this.#take(count - passed).length;
    }
    return passed;
  }

  /** What was fetched and not asked for. */
  rest(): Uint8Array {
    return this.#chunk.subarray(this.#at);
  }

  async #arrive(): Promise<boolean> {
    while (!this.#ended && this.#at >= this.#chunk.length) {
      const chunk = await this.#chunks.next();
      this.#ended = chunk === undefined;
      this.#chunk = chunk ?? NOTHING;
      this.#at = 0;
    }
    return !this.#ended;
  }

  #take(count: number): Uint8Array {
    const part = this.#chunk.subarray(this.#at, this.#at + count);
    this.#at += part.length;
    return part;
  }
}

function allocate(count: number): Uint8Array {
  try {
    return new Uint8Array(count);
  } catch (cause) {
    throw new UnpicklingError("bad-value", `${count} bytes cannot be held`, 0, undefined, {
      cause,
    });
  }
}

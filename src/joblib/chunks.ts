/** Opened sources of every kind in, chunks out that a feed can ask for, the first bytes looked at beforehand. */

import type { ByteSource, RandomAccess } from "../core/bytes/index.ts";
import { type ChunkQueue, nextChunk } from "../sources/index.ts";
import type { Chunks } from "./feed.ts";
import type { LoadOptions } from "./options.ts";

const FILE_CHUNK = 1024 * 1024;

/** Chunks of a stream or a response. */
export class QueueChunks implements Chunks {
  readonly #queue: ChunkQueue;
  readonly #options: LoadOptions;
  #bytes = 0;

  constructor(queue: ChunkQueue, options: LoadOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  async next(): Promise<Uint8Array | undefined> {
    const chunk = await nextChunk(this.#queue, this.#options.signal);
    if (chunk === undefined) return undefined;
    this.#bytes += chunk.length;
    this.#options.onProgress?.({ bytes: this.#bytes, total: undefined });
    return chunk;
  }
}

/** Chunks of a file that is read synchronously. */
export class SourceChunks implements Chunks {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get remaining(): number | undefined {
    return this.#source.remaining;
  }

  next(): Promise<Uint8Array | undefined> {
    const chunk = new Uint8Array(FILE_CHUNK);
    const count = this.#source.read(chunk);
    return Promise.resolve(count === 0 ? undefined : chunk.subarray(0, count));
  }

  fill(target: Uint8Array): Promise<number> | undefined {
    return this.#source.fill?.(target);
  }
}

// Most pickles between two arrays are smaller than the first; what is longer is fetched in larger and larger steps.
const FIRST_FETCH = 64 * 1024;
const LARGEST_FETCH = 4 * 1024 * 1024;

/** Chunks of what can be read anywhere; what is passed over is not fetched. */
export class AccessChunks implements Chunks {
  readonly #access: RandomAccess;
  readonly #options: LoadOptions;
  #position = 0;
  #fetched = 0;
  #step = FIRST_FETCH;

  constructor(access: RandomAccess, options: LoadOptions) {
    this.#access = access;
    this.#options = options;
  }

  get remaining(): number {
    return this.#access.size - this.#position;
  }

  async next(): Promise<Uint8Array | undefined> {
    const { signal, onProgress } = this.#options;
    signal?.throwIfAborted();
    const count = Math.min(this.#step, this.remaining);
    if (count === 0) return undefined;
    const chunk = new Uint8Array(count);
    await this.#access.read(this.#position, chunk);
    signal?.throwIfAborted();
    this.#position += count;
    this.#fetched += count;
    this.#step = Math.min(LARGEST_FETCH, 2 * this.#step);
    onProgress?.({ bytes: this.#fetched, total: this.#access.size });
    return chunk;
  }

  skip(count: number): number {
    const passed = Math.min(count, this.remaining);
    this.#position += passed;
    this.#step = FIRST_FETCH;
    return passed;
  }
}

/** Chunks of which some were read beforehand. */
export class Looked implements Chunks {
  /** The first bytes: as many as were asked for, or all there are. */
  readonly head: Uint8Array;
  readonly #chunks: Chunks;
  #head: Uint8Array | undefined;

  private constructor(head: Uint8Array, chunks: Chunks) {
    this.head = head;
    this.#head = head.length > 0 ? head : undefined;
    this.#chunks = chunks;
  }

  /** Reads `count` bytes ahead. */
  static async ahead(chunks: Chunks, count: number): Promise<Looked> {
    let head = (await chunks.next()) ?? new Uint8Array(0);
    while (head.length < count) {
      const chunk = await chunks.next();
      if (chunk === undefined) break;
      const both = new Uint8Array(head.length + chunk.length);
      both.set(head);
      both.set(chunk, head.length);
      head = both;
    }
    return new Looked(head, chunks);
  }

  get remaining(): number | undefined {
    return this.#head === undefined ? this.#chunks.remaining : undefined;
  }

  async next(): Promise<Uint8Array | undefined> {
    const head = this.#head;
    this.#head = undefined;
    return head ?? this.#chunks.next();
  }

  skip(count: number): number {
    return this.#head === undefined ? (this.#chunks.skip?.(count) ?? 0) : 0;
  }

  fill(target: Uint8Array): Promise<number> | undefined {
    return this.#head === undefined ? this.#chunks.fill?.(target) : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
  }
}

/** Pieces that are made one after another, as chunks. */
export function chunksOf(pieces: AsyncIterator<Uint8Array>): Chunks {
  return {
    async next() {
      const { done, value } = await pieces.next();
      return done === true ? undefined : value;
    },
  };
}

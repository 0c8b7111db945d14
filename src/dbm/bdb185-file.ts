/**
 * The bytes of a hash database of Berkeley DB 1.85 in, its entries out: what `dbm.ndbm` makes on macOS and the BSDs.
 * Source: 4.4BSD db/hash/hash.h, page.h (a description of the pages).
 */
import { Block } from "./block.ts";
import { DbmError, damaged } from "./error.ts";

const MAGIC = 0x00061561;
const VERSION = 2;
const LITTLE_ENDIAN = 1234;
const SPARES = 68;
const SPARE_COUNT = 32;

// What stands in the place of the offset of a pair's data.
const NEXT_PAGE = 0;
const PARTIAL_KEY = 1;
const FULL_KEY = 2;
const FULL_KEY_DATA = 3;

/** Whether it is such a database: its header is big-endian everywhere. */
export function isBdb185(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && new Block(bytes, false).uint32(0) === MAGIC;
}

/** Keys and values, bucket by bucket. */
export function* bdb185Entries(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  const header = new Block(bytes, false);
  const version = header.uint32(4);
  if (version !== VERSION) {
    const message = `version ${version} of the hash format of Berkeley DB 1 is not read here`;
    throw new DbmError("unknown-format", message, 4);
  }
  const pageSize = header.uint32(12);
  if (pageSize < 64 || pageSize > 32_768 || (pageSize & (pageSize - 1)) !== 0)
    throw damaged(`a page cannot have ${pageSize} bytes`, 12);
  const lastBucket = header.uint32(40);
  const headerPages = header.uint32(60);
  if (lastBucket >= bytes.length / pageSize || headerPages > bytes.length / pageSize)
    throw damaged("it has more pages than bytes", 40);
  const spares = Array.from({ length: SPARE_COUNT }, (_, index) =>
    header.uint32(SPARES + 4 * index),
  );
  const pages = new Bdb185Pages(
    new Block(bytes, header.uint32(8) === LITTLE_ENDIAN),
    pageSize,
    headerPages,
    spares,
  );
  for (let bucket = 0; bucket <= lastBucket; bucket++) yield* pages.bucket(bucket);
}

class Bdb185Pages {
  readonly #block: Block;
  readonly #size: number;
  readonly #headerPages: number;
  readonly #spares: readonly number[];
  // Each page belongs to one bucket, and is met once.
  readonly #seen = new Set<number>();

  constructor(block: Block, size: number, headerPages: number, spares: readonly number[]) {
    this.#block = block;
    this.#size = size;
    this.#headerPages = headerPages;
    this.#spares = spares;
  }

  *bucket(bucket: number): Generator<[Uint8Array, Uint8Array]> {
    let next: number | undefined = this.#enter(this.#pageOf(bucket));
    while (next !== undefined) {
      const start: number = next;
      next = undefined;
      const count = this.#block.uint16(start);
      // A page's offsets stand before all that they lead to.
      if (2 * count + 2 > this.#size) throw damaged(`a page has ${count} offsets`, start);
      let end = this.#size;
      for (let index = 1; index < count; index += 2) {
        const [key, data] = [this.#slot(start, index), this.#slot(start, index + 1)];
        if (data === NEXT_PAGE) {
          next = this.#overflow(key);
          break;
        }
        if (data <= FULL_KEY_DATA) {
          const big = this.#big(start);
          yield big.entry;
          next = big.next;
          break;
        }
        if (data > key || key > end) throw damaged("a pair of a page has no room", start);
        yield [
          this.#block.copy(start + key, end - key),
          this.#block.copy(start + data, key - data),
        ];
        this.#block.claim(end - data, start);
        end = data;
      }
    }
  }

  // A pair over several pages: the key, then the data, each to a page's end.
  #big(first: number): { entry: [Uint8Array, Uint8Array]; next: number | undefined } {
    const key: Uint8Array[] = [];
    const data: Uint8Array[] = [];
    let start = first;
    for (;;) {
      key.push(this.#tail(start));
      const kind = this.#slot(start, 2);
      if (kind === FULL_KEY || kind === FULL_KEY_DATA) break;
      if (kind !== PARTIAL_KEY) throw damaged(`a long key is of kind ${kind}`, start);
      start = this.#following(start);
    }
    let isWhole = false;
    if (this.#slot(start, 2) === FULL_KEY_DATA) {
      // The data begins on the key's last page; it goes on where that page is full.
      const count = this.#block.uint16(start);
      const [from, to] = [this.#slot(start, count), this.#slot(start, 1)];
      if (count < 4 || from > to) throw damaged("a long pair has no room", start);
      this.#block.claim(to - from, start);
      data.push(this.#block.copy(start + from, to - from));
      isWhole = this.#slot(start, count + 1) > 0;
    }
    while (!isWhole) {
      start = this.#following(start);
      data.push(this.#tail(start));
      const kind = this.#slot(start, 2);
      if (kind !== FULL_KEY && kind !== FULL_KEY_DATA)
        throw damaged(`long data is of kind ${kind}`, start);
      isWhole = kind === FULL_KEY_DATA;
    }
    const next = this.#block.uint16(start) === 2 ? undefined : this.#following(start);
    return { entry: [joined(key), joined(data)], next };
  }

  #tail(start: number): Uint8Array {
    const from = this.#slot(start, 1);
    if (from > this.#size) throw damaged("an offset is beyond its page", start + 2);
    this.#block.claim(this.#size - from, start);
    return this.#block.copy(start + from, this.#size - from);
  }

  #slot(start: number, index: number): number {
    return this.#block.uint16(start + 2 * index);
  }

  #following(start: number): number {
    const count = this.#block.uint16(start);
    if (count < 4) throw damaged("a long pair breaks off", start);
    return this.#overflow(this.#slot(start, count - 1));
  }

  // The highest five bits of an address count the doublings of the table, the others the pages made at that time.
  #overflow(address: number): number {
    return this.#enter(this.#pageOf(2 ** (address >> 11) - 1) + (address & 0x7ff));
  }

  #pageOf(bucket: number): number {
    const doublings = Math.ceil(Math.log2(bucket + 1));
    const spare = bucket === 0 ? 0 : (this.#spares[doublings - 1] ?? 0);
    return bucket + this.#headerPages + spare;
  }

  #enter(page: number): number {
    const start = page * this.#size;
    if (this.#seen.has(page)) throw damaged(`page ${page} is met twice`, start);
    this.#seen.add(page);
    return start;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

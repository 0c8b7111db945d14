/**
 * The bytes of a Berkeley DB hash database in, its entries out: what `dbm.ndbm` makes on Linux as `NAME.db`.
 * Source: Berkeley DB 5.3 dbinc/db_page.h, dbinc/hash.h (a description of the pages; the library's own order of bytes).
 */
import { Block } from "./block.ts";
import { DbmError, damaged } from "./error.ts";

const MAGIC = 0x061561;
const PAGE_HEAD = 26;

/** Whether the file is little-endian, or `undefined` where it is no Berkeley DB hash database. */
export function bdbOrder(bytes: Uint8Array): boolean | undefined {
  if (bytes.length < 16) return undefined;
  for (const littleEndian of [true, false]) {
    if (new Block(bytes, littleEndian).uint32(12) === MAGIC) return littleEndian;
  }
  return undefined;
}

const HASH_UNSORTED = 2;
const OVERFLOW = 7;
const HASH = 13;

const INLINE = 1;
const OFF_PAGE = 3;

/** Keys and values, page by page. */
export function* bdbEntries(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  const block = new Block(bytes, bdbOrder(bytes) ?? true);
  const pageSize = block.uint32(20);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw damaged(`a page cannot have ${pageSize} bytes`, 20);
  if (block.uint8(24) !== 0)
    throw new DbmError("unknown-format", "the Berkeley DB database is encrypted", 24);
  const pages = new BdbPages(block, pageSize);
  for (let page = 1; page * pageSize < bytes.length; page++) yield* pages.entries(page);
}

class BdbPages {
  readonly #block: Block;
  readonly #size: number;

  constructor(block: Block, size: number) {
    this.#block = block;
    this.#size = size;
  }

  // Items alternate: a key, its value. Each ends where the one before it begins; the first at the page's end.
  *entries(page: number): Generator<[Uint8Array, Uint8Array]> {
    const start = page * this.#size;
    const type = this.#block.uint8(start + 25);
    if (type !== HASH && type !== HASH_UNSORTED) return;
    const count = this.#block.uint16(start + 20);
    if (count % 2 !== 0) throw damaged("a page has a key without a value", start + 20);
    let end = this.#size;
    const items: Uint8Array[] = [];
    for (let index = 0; index < count; index++) {
      const at = this.#block.uint16(start + PAGE_HEAD + 2 * index);
      if (at >= end || at < PAGE_HEAD) throw damaged("an item of a page has no room", start + at);
      items.push(this.#item(start + at, end - at));
      end = at;
    }
    for (let index = 0; index < items.length; index += 2)
      yield [items[index] as Uint8Array, items[index + 1] as Uint8Array];
  }

  #item(at: number, size: number): Uint8Array {
    const kind = this.#block.uint8(at);
    if (kind === INLINE) return this.#block.copy(at + 1, size - 1);
    if (kind === OFF_PAGE)
      return this.#chain(this.#block.uint32(at + 4), this.#block.uint32(at + 8), at);
    throw damaged(`an item is of kind ${kind}`, at);
  }

  // A long item, on pages of its own that lead from one to the next.
  #chain(first: number, size: number, at: number): Uint8Array {
    this.#block.claim(size, at);
    const bytes = new Uint8Array(size);
    let page = first;
    for (let filled = 0; filled < size; ) {
      const start = page * this.#size;
      if (this.#block.uint8(start + 25) !== OVERFLOW)
        throw damaged(`page ${page} does not hold a long item`, start + 25);
      const length = this.#block.uint16(start + 22);
      if (length === 0 || length > size - filled)
        throw damaged("a page of a long item has another size", start + 22);
      bytes.set(this.#block.copy(start + PAGE_HEAD, length), filled);
      filled += length;
      page = this.#block.uint32(start + 16);
    }
    return bytes;
  }
}

/**
 * The bytes of an SQLite database in, the rows of Python's table Dict out, without SQLite.
 * Source: "Database File Format" of sqlite.org; CPython 3.13 Lib/dbm/sqlite3.py for the table.
 */
import { Block } from "./block.ts";
import { DbmError, damaged } from "./error.ts";

const HEADER = 100;
const TABLE_LEAF = 0x0d;
const TABLE_INTERIOR = 0x05;

type Value = Uint8Array | string | number | null;

/** Keys and values, in the order of rows. */
export function* sqliteEntries(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  const file = new SqliteFile(bytes);
  const root = file.rootOf("Dict");
  if (root === undefined) {
    throw new DbmError(
      "unknown-format",
      "the SQLite database has no table Dict, as shelves of Python have",
      0,
    );
  }
  for (const [key, value] of file.rows(root)) {
    if (!(key instanceof Uint8Array) || !(value instanceof Uint8Array))
      throw damaged("a row of Dict holds something else than two BLOBs", 0);
    yield [key, value];
  }
}

class SqliteFile {
  readonly #block: Block;
  readonly #pageSize: number;
  /** Bytes of a page that are used. */
  readonly #usable: number;
  readonly #pageCount: number;

  constructor(bytes: Uint8Array) {
    this.#block = new Block(bytes, false);
    const size = this.#block.uint16(16);
    this.#pageSize = size === 1 ? 65_536 : size;
    if (this.#pageSize < 512 || (this.#pageSize & (this.#pageSize - 1)) !== 0)
      throw damaged(`a page cannot have ${size} bytes`, 16);
    this.#usable = this.#pageSize - this.#block.uint8(20);
    if (this.#usable < 480) throw damaged("too much of each page is reserved", 20);
    // Text of the schema is compared byte by byte.
    const encoding = this.#block.uint32(56);
    if (encoding > 1) {
      throw new DbmError(
        "unknown-format",
        "the SQLite database holds UTF-16, Python's never do",
        56,
      );
    }
    this.#pageCount = Math.floor(bytes.length / this.#pageSize);
  }

  rootOf(table: string): number | undefined {
    for (const [type, name, , root] of this.rows(1)) {
      if (type === "table" && name === table && typeof root === "number") return root;
    }
    return undefined;
  }

  /** The rows of a table, whose tree has its root at this page. */
  *rows(root: number): Generator<Value[]> {
    const pending = [root];
    const seen = new Set<number>();
    for (let page = pending.pop(); page !== undefined; page = pending.pop()) {
      const start = this.#start(page);
      if (seen.has(page)) throw damaged(`page ${page} stands twice in a tree`, start);
      seen.add(page);
      const header = page === 1 ? start + HEADER : start;
      const type = this.#block.uint8(header);
      const count = this.#block.uint16(header + 3);
      if (type === TABLE_INTERIOR) {
        const children: number[] = [];
        for (let index = 0; index < count; index++) {
          const cell = start + this.#block.uint16(header + 12 + 2 * index);
          children.push(this.#block.uint32(cell));
        }
        children.push(this.#block.uint32(header + 8));
        pending.push(...children.reverse());
      } else if (type === TABLE_LEAF) {
        for (let index = 0; index < count; index++) {
          const cell = start + this.#block.uint16(header + 8 + 2 * index);
          yield this.#record(this.#payload(cell));
        }
      } else throw damaged(`page ${page} is of kind ${type}, a table has 5 and 13`, header);
    }
  }

  #start(page: number): number {
    if (page >= 1 && page <= this.#pageCount) return (page - 1) * this.#pageSize;
    throw damaged(`there is no page ${page}`, 0);
  }

  #varint(at: number): [value: number, next: number] {
    let value = 0;
    for (let index = 0; index < 8; index++) {
      const byte = this.#block.uint8(at + index);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return [value, at + index + 1];
    }
    return [value * 256 + this.#block.uint8(at + 8), at + 9];
  }

  // What a cell holds, with the pages that it goes on in.
  #payload(cell: number): Uint8Array {
    const [size, afterSize] = this.#varint(cell);
    const [, start] = this.#varint(afterSize);
    this.#block.claim(size, cell);
    const most = this.#usable - 35;
    if (size <= most) return this.#block.copy(start, size);
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const fitting = least + ((size - least) % (this.#usable - 4));
    const local = fitting <= most ? fitting : least;
    const bytes = new Uint8Array(size);
    bytes.set(this.#block.copy(start, local));
    let page = this.#block.uint32(start + local);
    for (let filled = local; filled < size; ) {
      const at = this.#start(page);
      const part = this.#block.copy(at + 4, Math.min(this.#usable - 4, size - filled));
      bytes.set(part, filled);
      filled += part.length;
      page = this.#block.uint32(at);
    }
    return bytes;
  }

  #record(payload: Uint8Array): Value[] {
    const record = new SqliteRecord(payload);
    return record.values();
  }
}

class SqliteRecord {
  readonly #block: Block;

  constructor(payload: Uint8Array) {
    this.#block = new Block(payload, false);
  }

  values(): Value[] {
    const [headerSize, first] = this.#varint(0);
    const values: Value[] = [];
    let body = headerSize;
    for (let at = first; at < headerSize; ) {
      const [type, next] = this.#varint(at);
      at = next;
      const [value, size] = this.#value(type, body);
      values.push(value);
      body += size;
    }
    return values;
  }

  #value(type: number, at: number): [Value, size: number] {
    if (type >= 12) {
      const size = Math.floor((type - 12) / 2);
      const bytes = this.#block.copy(at, size);
      return [type % 2 === 0 ? bytes : new TextDecoder().decode(bytes), size];
    }
    if (type === 0) return [null, 0];
    if (type === 8 || type === 9) return [type - 8, 0];
    const size = [0, 1, 2, 3, 4, 6, 8, 8][type];
    if (size === undefined) throw damaged(`a value of kind ${type}`, at);
    let value = 0;
    for (const byte of this.#block.copy(at, size)) value = value * 256 + byte;
    return [value, size];
  }

  #varint(at: number): [value: number, next: number] {
    let value = 0;
    for (let index = 0; index < 8; index++) {
      const byte = this.#block.uint8(at + index);
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return [value, at + index + 1];
    }
    return [value * 256 + this.#block.uint8(at + 8), at + 9];
  }
}

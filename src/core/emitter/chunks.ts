/**
 * What is finished of a pickle in, its bytes out, joined once at the end: writing into one buffer that doubles touches
 * three times the memory.
 *
 * Data of some size is not written into the buffer but put between its bytes when they are joined: 50,000 bytes objects of
 * 1 KiB take 46 ms so, 60 copied twice (Node 26, `bench/main.ts --only blobs`, both versions in turn).
 */

// Below this a loop beats a view and `set`.
const MOST_LOOPED = 64;

/** Bytes in order. */
export class Chunks {
  #parts: Uint8Array[] = [];
  // Between the parts' bytes: data, and how many of those bytes stand before it.
  #inserts: Uint8Array[] = [];
  #places: number[] = [];
  // Bytes of the parts, and of the data.
  #length = 0;
  #inserted = 0;

  clear(): void {
    if (this.isEmpty) return;
    this.#parts = [];
    this.#inserts = [];
    this.#places = [];
    this.#length = 0;
    this.#inserted = 0;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#inserts.length === 0;
  }

  push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** Data of less than `size` bytes that was put between may change from now on. */
  copySmall(size: number): void {
    this.#inserts = this.#inserts.map((data) => (data.length < size ? data.slice() : data));
  }

  /** Puts data behind the first `ahead` bytes of the part that comes next. */
  insert(data: Uint8Array, ahead: number): void {
    this.#inserts.push(data);
    this.#places.push(this.#length + ahead);
    this.#inserted += data.length;
  }

  /** All of it. */
  joined(): Uint8Array {
    const all = new Uint8Array(this.#length + this.#inserted);
    const inserts = this.#inserts;
    const places = this.#places;
    let pos = 0;
    let next = 0;
    let before = 0;
    for (const part of this.#parts) {
      let from = 0;
      for (; next < inserts.length && (places[next] as number) <= before + part.length; next++) {
        const to = (places[next] as number) - before;
        copy(all, pos, part, from, to);
        pos += to - from;
        from = to;
        const data = inserts[next] as Uint8Array;
        all.set(data, pos);
        pos += data.length;
      }
      copy(all, pos, part, from, part.length);
      pos += part.length - from;
      before += part.length;
    }
    return all;
  }
}

function copy(all: Uint8Array, pos: number, part: Uint8Array, from: number, to: number): void {
  if (to - from > MOST_LOOPED) all.set(part.subarray(from, to), pos);
  else for (let at = from; at < to; at++) all[pos + at - from] = part[at] as number;
}

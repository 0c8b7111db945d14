/**
 * A database of dbm.dumb, its `.dat` file changed in place, its `.dir` file line by line.
 *
 * Unlike Python's, a value is never written over one that the `.dir` file leads to: a process that dies leaves every key with
 * its old value or its new one. Blocks become free when the `.dir` file no longer names them.
 * Source: CPython 3.13 Lib/dbm/dumb.py for the files.
 */
import { decodeLatin1, encodeLatin1 } from "../core/bytes/index.ts";
import type { DbmSystem, PartFile } from "../node/index.ts";
import { bytesOf, closed, type Database, readOnly } from "./database.ts";
import { DUMB_BLOCK, dumbLine, dumbPlaces, type Place } from "./dumb-file.ts";
import { damaged, guarded } from "./error.ts";

const blocksOf = (size: number): number => Math.ceil(size / DUMB_BLOCK);

/** Both files of a database. */
export class DumbDatabase implements Database {
  readonly format = "dbm.dumb";
  readonly readonly: boolean;
  readonly #system: DbmSystem;
  readonly #directory: string;
  readonly #data: PartFile;
  #places: Map<string, Place>;
  // First blocks of free stretches, by their length in blocks.
  readonly #free = new Map<number, number[]>();
  // What a batch, or a deletion, has let go of, and the .dir file still names.
  #left: Place[] = [];
  // What a batch has written so far.
  #fresh: Place[] = [];
  // Lines behind the .dir file that is there, or that it has to be written anew.
  #lines: Uint8Array[] = [];
  #isStale = false;
  #isBatch = false;
  #isClosed = false;

  constructor(system: DbmSystem, name: string, readonly: boolean) {
    this.readonly = readonly;
    this.#system = system;
    this.#directory = `${name}.dir`;
    const directory = guarded(() => system.read(this.#directory)) ?? new Uint8Array(0);
    this.#places = dumbPlaces(directory);
    // A line that was cut off would join the next one.
    this.#isStale = !readonly && directory.length > 0 && directory.at(-1) !== 0x0a;
    this.#data = guarded(() => system.open(`${name}.dat`, !readonly));
    if (!readonly) this.#findFree();
  }

  get size(): number {
    return this.#open().size;
  }

  get(key: Uint8Array | string): Uint8Array | undefined {
    const place = this.#open().get(characters(key));
    return place === undefined ? undefined : this.#value(place);
  }

  has(key: Uint8Array | string): boolean {
    return this.#open().has(characters(key));
  }

  set(key: Uint8Array | string, value: Uint8Array | string): this {
    const places = this.#writable();
    const name = characters(key);
    const bytes = bytesOf(value, "value");
    const place = this.#put(bytes);
    const old = places.get(name);
    if (old !== undefined) this.#left.push(old);
    places.set(name, place);
    this.#lines.push(dumbLine(name, place));
    this.#changed(() => void (old === undefined ? places.delete(name) : places.set(name, old)));
    return this;
  }

  delete(key: Uint8Array | string): boolean {
    const places = this.#writable();
    const name = characters(key);
    const place = places.get(name);
    if (place === undefined) return false;
    places.delete(name);
    this.#left.push(place);
    this.#isStale = true;
    this.#changed(() => void places.set(name, place));
    return true;
  }

  clear(): void {
    const places = this.#writable();
    for (const place of places.values()) this.#left.push(place);
    const before = new Map(places);
    places.clear();
    this.#isStale = true;
    this.#changed(() => void (this.#places = before));
  }

  *keys(): IterableIterator<Uint8Array> {
    for (const key of this.#open().keys()) yield encodeLatin1(key) as Uint8Array;
  }

  *entries(): IterableIterator<[Uint8Array, Uint8Array]> {
    for (const [key, place] of this.#open())
      yield [encodeLatin1(key) as Uint8Array, this.#value(place)];
  }

  batch<T>(fn: () => T): T {
    const before = new Map(this.#writable());
    if (this.#isBatch) return fn();
    this.#isBatch = true;
    let isDone = false;
    try {
      const result = fn();
      this.#open();
      isDone = true;
      // One replacement of the .dir file makes all of it true at once.
      this.#isStale = true;
      this.#commit();
      return result;
    } catch (error) {
      this.#places = before;
      this.#left = [];
      this.#lines = [];
      // What the batch has written lies free again, unless the .dir file may lead there by now.
      if (!isDone) this.#release(this.#fresh);
      throw error;
    } finally {
      this.#isBatch = false;
      this.#fresh = [];
    }
  }

  sync(): void {
    this.#open();
    // A batch is on the disk when it is over, or never.
    if (this.readonly || this.#isBatch) return;
    guarded(() => this.#data.sync());
    if (this.#lines.length > 0 || this.#isStale) this.#commit();
  }

  close(): void {
    if (this.#isClosed) return;
    try {
      this.sync();
    } finally {
      this.#isClosed = true;
      this.#data.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #value(place: Place): Uint8Array {
    const bytes = guarded(() => this.#data.read(place.at, place.size));
    if (bytes.length === place.size) return bytes;
    throw damaged(
      `${place.size} bytes at ${place.at} of the .dat file are beyond its end`,
      place.at,
    );
  }

  // Into a stretch of exactly as many free blocks, else behind everything.
  #put(bytes: Uint8Array): Place {
    const free = this.#free.get(blocksOf(bytes.length))?.pop();
    const end = blocksOf(this.#data.size);
    const at = (free ?? end) * DUMB_BLOCK;
    if (bytes.length > 0) guarded(() => this.#data.write(at, bytes));
    const place = { at, size: bytes.length };
    if (this.#isBatch) this.#fresh.push(place);
    return place;
  }

  // A change that could not be written did not happen.
  #changed(undo: () => void): void {
    if (this.#isBatch) return;
    try {
      this.#commit();
    } catch (error) {
      undo();
      this.#left = [];
      this.#lines = [];
      // The .dir file may end in a part of a line, which would join the next one.
      this.#isStale = true;
      throw error;
    }
  }

  #commit(): void {
    if (this.#isStale) {
      const lines = [...this.#places].map(([key, place]) => dumbLine(key, place));
      // The values first: a .dir file must not lead to what is not there.
      guarded(() => this.#data.sync());
      guarded(() => this.#system.replace(this.#directory, joined(lines)));
    } else if (this.#lines.length > 0) {
      const lines = joined(this.#lines);
      guarded(() => this.#system.append(this.#directory, lines));
    }
    this.#isStale = false;
    this.#lines = [];
    this.#release(this.#left);
    this.#left = [];
  }

  #release(places: readonly Place[]): void {
    for (const { at, size } of places) this.#releaseBlocks(at / DUMB_BLOCK, blocksOf(size));
  }

  #releaseBlocks(first: number, count: number): void {
    if (count === 0 || !Number.isInteger(first)) return;
    const known = this.#free.get(count);
    if (known === undefined) this.#free.set(count, [first]);
    else known.push(first);
  }

  // What lies between the values that the .dir file names.
  #findFree(): void {
    const taken = [...this.#places.values()].filter(({ size }) => size > 0);
    taken.sort((a, b) => a.at - b.at);
    let next = 0;
    for (const { at, size } of taken) {
      const first = Math.floor(at / DUMB_BLOCK);
      if (first > next) this.#releaseBlocks(next, first - next);
      next = Math.max(next, Math.ceil((at + size) / DUMB_BLOCK));
    }
  }

  #open(): Map<string, Place> {
    if (this.#isClosed) throw closed();
    return this.#places;
  }

  #writable(): Map<string, Place> {
    const places = this.#open();
    if (this.readonly) throw readOnly();
    return places;
  }
}

function characters(key: Uint8Array | string): string {
  return decodeLatin1(bytesOf(key, "key"));
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

/**
 * The bytes of a GDBM database in, its entries out, and back. The directory is walked and nothing is looked up by hash, since
 * the hash of a key with bytes from 0x80 on differs between machines. Source: GDBM 1.23 src/gdbmdefs.h, hash.c, bucket.c.
 */
import { Block } from "./block.ts";
import { damaged } from "./error.ts";

// Numbers at the start, in the order of the machine that wrote the file; those that end in "sync" count their commits.
const OLD = 0x13579ace;
const OFFSETS_32 = 0x13579acd;
const OFFSETS_64 = 0x13579acf;
const SYNC_32 = 0x13579ad0;
const SYNC_64 = 0x13579ad1;
const MAGIC: ReadonlySet<number> = new Set([OLD, OFFSETS_32, OFFSETS_64, SYNC_32, SYNC_64]);

/** Whether the file is little-endian, or `undefined` where it is no GDBM database. */
export function gdbmOrder(bytes: Uint8Array): boolean | undefined {
  if (bytes.length < 4) return undefined;
  for (const littleEndian of [true, false]) {
    if (MAGIC.has(new Block(bytes, littleEndian).uint32(0))) return littleEndian;
  }
  return undefined;
}

/** Keys and values, bucket by bucket. */
export function* gdbmEntries(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  const block = new Block(bytes, gdbmOrder(bytes) ?? true);
  const wide = isWide(block);
  const directory = wide ? block.offset64(8) : block.uint32(8);
  const directorySize = block.int32(wide ? 16 : 12);
  const elements = block.int32(wide ? 28 : 24);
  const width = wide ? 8 : 4;
  const offsetOf = (at: number): number => (wide ? block.offset64(at) : block.uint32(at));
  const bucketHead = wide ? 112 : 60;
  const elementSize = wide ? 24 : 20;
  if (directorySize < width || directorySize % width !== 0 || directorySize > bytes.length)
    throw damaged(`the directory has ${directorySize} bytes`, 16);
  if (elements < 1 || elements > bytes.length / elementSize)
    throw damaged(`a bucket has ${elements} elements`, 28);
  const seen = new Set<number>();
  for (let at = 0; at < directorySize; at += width) {
    const bucket = offsetOf(directory + at);
    // Several places of the directory may lead to one bucket.
    if (seen.has(bucket)) continue;
    seen.add(bucket);
    // Of buckets over each other there could be as many as there are bytes.
    block.claim(elements * elementSize, bucket);
    for (let index = 0; index < elements; index++) {
      const element = bucket + bucketHead + index * elementSize;
      if (block.int32(element) === -1) continue;
      const data = offsetOf(element + 8);
      const keySize = block.int32(element + 8 + width);
      const valueSize = block.int32(element + 12 + width);
      if (keySize < 0 || valueSize < 0) throw damaged("an entry has a negative size", element);
      block.claim(keySize + valueSize, element);
      yield [block.copy(data, keySize), block.copy(data + keySize, valueSize)];
    }
  }
}

function isWide(block: Block): boolean {
  const magic = block.uint32(0);
  if (magic !== OLD) return magic === OFFSETS_64 || magic === SYNC_64;
  // The oldest number says nothing of offsets: the directory's size is its number of bits, times theirs.
  return block.int32(16) === 8 * 2 ** block.int32(20);
}

const LEAST_BLOCK = 4096;
const BUCKET_HEAD = 112;
const ELEMENT = 24;

// A key's hash as gdbm computes it where char is signed, as on x86.
function hashOf(key: Uint8Array): number {
  let value = Number((0x238f13afn * BigInt(key.length)) & 0x7fffffffn);
  for (const [index, byte] of key.entries()) {
    const signed = (byte << 24) >> 24;
    value = (value + ((signed << ((index * 5) % 24)) | 0)) & 0x7fffffff;
  }
  return Number((1103515243n * BigInt(value) + 12345n) & 0x7fffffffn);
}

interface Placed {
  readonly hash: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

interface Bucket {
  readonly bits: number;
  /** The hashes' first `bits` bits. */
  readonly prefix: number;
  readonly items: readonly Placed[];
}

/** A whole database of these entries: little-endian, 64-bit offsets, as GDBM makes them on x86-64 and ARM. */
export function gdbmFile(
  entries: Iterable<readonly [Uint8Array, Uint8Array]>,
): Uint8Array<ArrayBuffer> {
  const items = [...entries].map(([key, value]) => ({ hash: hashOf(key), key, value }));
  const { block, elements, buckets } = shapeOf(items);
  const bits = buckets.reduce((most, bucket) => Math.max(most, bucket.bits), leastBits(block));
  const directorySize = 8 * 2 ** bits;
  const directoryAt = block;
  const bucketsAt = directoryAt + Math.ceil(directorySize / block) * block;
  const dataAt = bucketsAt + buckets.length * block;
  const dataSize = items.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  const size = Math.ceil((dataAt + dataSize) / block) * block;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  writeHeader(view, { block, elements, directoryAt, directorySize, bits, size });
  let data = dataAt;
  for (const [index, bucket] of buckets.entries()) {
    const at = bucketsAt + index * block;
    const places = 2 ** (bits - bucket.bits);
    for (let place = 0; place < places; place++)
      view.setBigInt64(directoryAt + 8 * (bucket.prefix * places + place), BigInt(at), true);
    view.setInt32(at + 104, bucket.bits, true);
    view.setInt32(at + 108, bucket.items.length, true);
    for (let slot = 0; slot < elements; slot++)
      view.setInt32(at + BUCKET_HEAD + slot * ELEMENT, -1, true);
    // Each in the first free slot from that of its hash on; in the order of those slots nobody looks for long.
    let next = 0;
    let wrapped = 0;
    for (const { hash, key, value } of bySlot(bucket.items, elements)) {
      let slot = Math.max(next, hash % elements);
      next = slot + 1;
      if (slot >= elements) {
        while (view.getInt32(at + BUCKET_HEAD + wrapped * ELEMENT, true) !== -1) wrapped++;
        slot = wrapped;
      }
      const element = at + BUCKET_HEAD + slot * ELEMENT;
      view.setInt32(element, hash, true);
      bytes.set(key.subarray(0, 4), element + 4);
      view.setBigInt64(element + 8, BigInt(data), true);
      view.setInt32(element + 16, key.length, true);
      view.setInt32(element + 20, value.length, true);
      bytes.set(key, data);
      bytes.set(value, data + key.length);
      data += key.length + value.length;
    }
  }
  return bytes;
}

function bySlot(items: readonly Placed[], elements: number): Placed[] {
  return items.toSorted((a, b) => (a.hash % elements) - (b.hash % elements));
}

/** Sizes of a file, in bytes, and what its header says of them. */
interface Shape {
  readonly block: number;
  /** Entries of a bucket, which has one block. */
  readonly elements: number;
  readonly directoryAt: number;
  readonly directorySize: number;
  readonly bits: number;
  readonly size: number;
}

// Keys of one hash, which anybody can make, are in one bucket whatever the directory's size: it has blocks large enough for them
// rather than a directory of gigabytes that tells other hashes apart.
function shapeOf(
  items: readonly Placed[],
): Pick<Shape, "block" | "elements"> & { buckets: Bucket[] } {
  for (let block = LEAST_BLOCK; ; block *= 2) {
    const elements = Math.floor((block - BUCKET_HEAD) / ELEMENT);
    const most = Math.max(leastBits(block), Math.ceil(Math.log2(8 * items.length + 1)));
    const buckets = split(items, Math.floor(elements * 0.75), most);
    if (buckets !== undefined) return { block, elements, buckets };
  }
}

// GDBM refuses a directory of less than a block.
function leastBits(block: number): number {
  return Math.log2(block / 8);
}

function writeHeader(view: DataView, shape: Shape): void {
  const { block, elements, directoryAt, directorySize, bits, size } = shape;
  view.setUint32(0, OFFSETS_64, true);
  view.setInt32(4, block, true);
  view.setBigInt64(8, BigInt(directoryAt), true);
  view.setInt32(16, directorySize, true);
  view.setInt32(20, bits, true);
  view.setInt32(24, block, true);
  view.setInt32(28, elements, true);
  view.setBigInt64(32, BigInt(size), true);
  // Nothing is free: room for places is all that the list has.
  view.setInt32(40, Math.floor((block - 56) / 16), true);
}

// Buckets of at most so many items, by as many first bits of the hashes as that takes; `undefined` where it takes more than
// `mostBits`.
function split(items: readonly Placed[], most: number, mostBits: number): Bucket[] | undefined {
  const done: Bucket[] = [];
  const pending: Bucket[] = [{ bits: 0, prefix: 0, items }];
  for (let bucket = pending.pop(); bucket !== undefined; bucket = pending.pop()) {
    const { bits, prefix } = bucket;
    if (bucket.items.length <= most) {
      done.push(bucket);
      continue;
    }
    if (bits === mostBits || bits === 31) return undefined;
    const halves: [Placed[], Placed[]] = [[], []];
    for (const item of bucket.items) halves[((item.hash >>> (30 - bits)) & 1) as 0 | 1].push(item);
    for (const half of [1, 0] as const)
      pending.push({ bits: bits + 1, prefix: prefix * 2 + half, items: halves[half] });
  }
  return done;
}

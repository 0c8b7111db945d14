/**
 * Bytes in, the checksums that the formats carry out.
 * Sources: CRC-32 (RFC 1952 section 8), CRC-64/XZ (the .xz specification, section 6), Adler-32 (RFC 1950 section 9),
 * XXH32 (xxHash specification 0.1.1), bzip2's CRC-32 (the same polynomial, highest bit first).
 */

const CRC32_POLYNOMIAL = 0xedb88320;
// ECMA-182, reflected.
const CRC64_LOW = 0xd7870f42;
const CRC64_HIGH = 0xc96c5795;

// Eight tables of 256: table k is the checksum of a byte followed by k zeros.
let crc32Tables: Uint32Array | undefined;

function makeCrc32Tables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const crc = tables[at - 256] as number;
    tables[at] = (crc >>> 8) ^ (tables[crc & 255] as number);
  }
  return tables;
}

/**
 * CRC-32 of `bytes`, going on from the checksum of what came before.
 *
 * Eight bytes a round: 980 MB/s (Node 26, `npm run bench:codecs`).
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  crc32Tables ??= makeCrc32Tables();
  const t = crc32Tables;
  let crc = ~before;
  let at = 0;
  const end = bytes.length - 7;
  for (; at < end; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    crc =
      (t[1792 + (low & 255)] as number) ^
      (t[1536 + ((low >>> 8) & 255)] as number) ^
      (t[1280 + ((low >>> 16) & 255)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[at + 4] as number)] as number) ^
      (t[512 + (bytes[at + 5] as number)] as number) ^
      (t[256 + (bytes[at + 6] as number)] as number) ^
      (t[bytes[at + 7] as number] as number);
  }
  for (; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] as number)) & 255] as number);
  }
  return ~crc >>> 0;
}

// Four tables of 256 for each half.
let crc64Tables: readonly [low: Uint32Array, high: Uint32Array] | undefined;

function makeCrc64Tables(): readonly [Uint32Array, Uint32Array] {
  const low = new Uint32Array(4 * 256);
  const high = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let l = byte;
    let h = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1;
      l = ((l >>> 1) | (h << 31)) ^ (odd ? CRC64_LOW : 0);
      h = (h >>> 1) ^ (odd ? CRC64_HIGH : 0);
    }
    low[byte] = l;
    high[byte] = h;
  }
  for (let at = 256; at < low.length; at++) {
    const l = low[at - 256] as number;
    const h = high[at - 256] as number;
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] as number);
    high[at] = (h >>> 8) ^ (high[l & 255] as number);
  }
  return [low, high];
}

/** CRC-64 as .xz files have it, gathered a piece at a time, in two halves of 32 bits. */
export class Crc64 {
  #low = -1;
  #high = -1;

  update(bytes: Uint8Array): void {
    crc64Tables ??= makeCrc64Tables();
    const [l, h] = crc64Tables;
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    const end = bytes.length - 3;
    for (; at < end; at += 4) {
      const x =
        low ^
        ((bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24));
      const a = 768 + (x & 255);
      const b = 512 + ((x >>> 8) & 255);
      const c = 256 + ((x >>> 16) & 255);
      const d = x >>> 24;
      low = high ^ (l[a] as number) ^ (l[b] as number) ^ (l[c] as number) ^ (l[d] as number);
      high = (h[a] as number) ^ (h[b] as number) ^ (h[c] as number) ^ (h[d] as number);
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] as number)) & 255;
      low = ((low >>> 8) | (high << 24)) ^ (l[index] as number);
      high = (high >>> 8) ^ (h[index] as number);
    }
    this.#low = low;
    this.#high = high;
  }

  /** The eight bytes as they stand in a file. */
  digest(): Uint8Array {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, ~this.#low, true);
    view.setUint32(4, ~this.#high, true);
    return bytes;
  }
}

/** Adler-32 of `bytes`, going on from the checksum of what came before (1 at the start). */
export function adler32(bytes: Uint8Array, before: number): number {
  let a = before & 0xffff;
  let b = before >>> 16;
  for (let at = 0; at < bytes.length; ) {
    // 3800 bytes keep b below 2^31: no remainder for each byte.
    const end = Math.min(at + 3800, bytes.length);
    for (; at < end; at++) {
      a += bytes[at] as number;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function lane(value: number, word: number): number {
  return Math.imul(rotate((value + Math.imul(word, P2)) | 0, 13), P1);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** XXH32 with seed 0, as LZ4 frames have it, gathered a piece at a time. */
export class XxHash32 {
  #v1 = (P1 + P2) | 0;
  #v2: number = P2 | 0;
  #v3 = 0;
  #v4: number = -P1 | 0;
  #length = 0;
  readonly #rest = new Uint8Array(16);
  #restLength = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(16 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < 16) return;
      this.#rounds(this.#rest, 0);
    }
    at = this.#rounds(bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#restLength = bytes.length - at;
  }

  #rounds(bytes: Uint8Array, start: number): number {
    let v1 = this.#v1;
    let v2 = this.#v2;
    let v3 = this.#v3;
    let v4 = this.#v4;
    let at = start;
    for (; at + 16 <= bytes.length; at += 16) {
      v1 = lane(v1, word(bytes, at));
      v2 = lane(v2, word(bytes, at + 4));
      v3 = lane(v3, word(bytes, at + 8));
      v4 = lane(v4, word(bytes, at + 12));
    }
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
    this.#v4 = v4;
    return at;
  }

  digest(): number {
    let hash =
      this.#length < 16
        ? P5 | 0
        : (rotate(this.#v1, 1) +
            rotate(this.#v2, 7) +
            rotate(this.#v3, 12) +
            rotate(this.#v4, 18)) |
          0;
    hash = (hash + this.#length) | 0;
    let at = 0;
    for (; at + 4 <= this.#restLength; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(word(this.#rest, at), P3)) | 0, 17), P4);
    }
    for (; at < this.#restLength; at++) {
      hash = Math.imul(rotate((hash + Math.imul(this.#rest[at] as number, P5)) | 0, 11), P1);
    }
    hash = Math.imul(hash ^ (hash >>> 15), P2);
    hash = Math.imul(hash ^ (hash >>> 13), P3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

/** XXH32 of `bytes` alone. */
export function xxHash32(bytes: Uint8Array): number {
  const hash = new XxHash32();
  hash.update(bytes);
  return hash.digest();
}

let bz2Table: Int32Array | undefined;

/** The table of bzip2's CRC-32: highest bit first. */
export function bz2CrcTable(): Int32Array {
  if (bz2Table !== undefined) return bz2Table;
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    table[byte] = crc;
  }
  bz2Table = table;
  return table;
}

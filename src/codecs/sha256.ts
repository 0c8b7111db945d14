/** Bytes in, SHA-256 out, for .xz files that carry it. Source: FIPS 180-4, sections 4.2.2, 5.3.3 and 6.2. */

// The fractional parts of the cube roots of the first 64 primes, and of the square roots of the first eight.
let table: readonly [roundConstants: Int32Array, firstHash: Int32Array] | undefined;

function constants(): readonly [Int32Array, Int32Array] {
  const cubes = new Int32Array(64);
  const squares = new Int32Array(8);
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) prime = false;
    }
    if (!prime) continue;
    if (count < 8) squares[count] = rootFraction(candidate, 2n);
    cubes[count++] = rootFraction(candidate, 3n);
  }
  return [cubes, squares];
}

// floor(candidate^(1/degree) * 2^32) modulo 2^32, exactly: the largest x with x^degree <= candidate * 2^(32 * degree).
function rootFraction(candidate: number, degree: bigint): number {
  const power = BigInt(candidate) << (32n * degree);
  let low = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    if ((low + bit) ** degree <= power) low += bit;
  }
  return Number(BigInt.asIntN(32, low));
}

/** SHA-256, gathered a piece at a time. */
export class Sha256 {
  readonly #constants: Int32Array;
  readonly #hash: Int32Array;
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(64);
  #blockLength = 0;
  #length = 0;

  constructor() {
    table ??= constants();
    this.#constants = table[0];
    this.#hash = table[1].slice();
  }

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(64 - this.#blockLength, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + count), this.#blockLength);
      this.#blockLength += count;
      at += count;
      if (this.#blockLength === 64) this.#round();
    }
  }

  #round(): void {
    const view = new DataView(this.#block.buffer);
    const w = this.#words;
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15] as number;
      const y = w[i - 2] as number;
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#hash;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const t1 = (h + s1 + choice + (this.#constants[i] as number) + (w[i] as number)) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + s0 + majority) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      this.#hash[index] = (this.#hash[index] as number) + value;
    });
    this.#blockLength = 0;
  }

  /** The 32 bytes. Nothing may be added afterwards. */
  digest(): Uint8Array {
    const length = this.#length;
    const padding = new Uint8Array(((119 - (length % 64)) % 64) + 9);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padding.length - 4, (length * 8) >>> 0);
    this.update(padding);
    const digest = new Uint8Array(32);
    const out = new DataView(digest.buffer);
    this.#hash.forEach((value, index) => {
      out.setInt32(4 * index, value);
    });
    return digest;
  }
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

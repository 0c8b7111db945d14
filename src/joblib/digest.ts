/**
 * Bytes in, the 16 bytes of MD5 or the 20 of SHA-1 out, synchronously in every runtime: WebCrypto has no MD5 and answers
 * later, Node's crypto is Node's. For telling values apart, as joblib does; neither withstands an attacker.
 *
 * Source: RFC 1321, RFC 3174.
 */

const BLOCK = 64;

/** A hash over blocks of 64 bytes. */
export abstract class Digest {
  readonly #rest = new Uint8Array(2 * BLOCK);
  #restLength = 0;
  #total = 0;

  /** Takes in the blocks of `bytes[from..to)`, which are whole. */
  protected abstract blocks(bytes: Uint8Array, from: number, to: number): void;
  /** The words of the state. */
  protected abstract readonly state: Uint32Array;
  /** Whether words are little-endian. */
  protected abstract readonly little: boolean;

  /** Takes in more bytes. */
  update(bytes: Uint8Array): this {
    this.#total += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(BLOCK - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < BLOCK) return this;
      this.blocks(this.#rest, 0, BLOCK);
    }
    const end = at + Math.floor((bytes.length - at) / BLOCK) * BLOCK;
    this.blocks(bytes, at, end);
    this.#rest.set(bytes.subarray(end));
    this.#restLength = bytes.length - end;
    return this;
  }

  /** The digest in hexadecimal; nothing can be taken in afterwards. */
  hex(): string {
    const rest = this.#rest;
    const length = this.#restLength < BLOCK - 8 ? BLOCK : 2 * BLOCK;
    rest.fill(0, this.#restLength);
    rest[this.#restLength] = 0x80;
    const view = new DataView(rest.buffer);
    const [low, high] = [(this.#total * 8) % 2 ** 32, Math.floor(this.#total / 2 ** 29)];
    view.setUint32(length - 8, this.little ? low : high, this.little);
    view.setUint32(length - 4, this.little ? high : low, this.little);
    this.blocks(rest, 0, length);
    const digest = new DataView(new ArrayBuffer(this.state.length * 4));
    for (const [index, word] of this.state.entries())
      digest.setUint32(index * 4, word, this.little);
    let text = "";
    for (let at = 0; at < digest.byteLength; at++)
      text += digest.getUint8(at).toString(16).padStart(2, "0");
    return text;
  }
}

// RFC 1321 3.4: the integer part of 2^32 |sin i|, and the rotations of the four rounds.
const SINES = Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))),
);
const TURNS = Uint8Array.from({ length: 64 }, (_, i) => {
  const rounds = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  return rounds[(i >> 4) * 4 + (i & 3)] as number;
});

/** MD5. */
export class Md5 extends Digest {
  protected readonly state: Uint32Array = Uint32Array.of(
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
  );
  protected readonly little: boolean = true;
  readonly #words = new Int32Array(16);

  protected blocks(bytes: Uint8Array, from: number, to: number): void {
    const { state } = this;
    const words = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at < to; at += BLOCK) {
      for (let index = 0; index < 16; index++) words[index] = view.getInt32(at + index * 4, true);
      let a = state[0] as number | 0;
      let b = state[1] as number | 0;
      let c = state[2] as number | 0;
      let d = state[3] as number | 0;
      for (let step = 0; step < 64; step++) {
        let mixed: number;
        let word: number;
        if (step < 16) {
          mixed = (b & c) | (~b & d);
          word = step;
        } else if (step < 32) {
          mixed = (d & b) | (~d & c);
          word = (5 * step + 1) & 15;
        } else if (step < 48) {
          mixed = b ^ c ^ d;
          word = (3 * step + 5) & 15;
        } else {
          mixed = c ^ (b | ~d);
          word = (7 * step) & 15;
        }
        const sum = (a + mixed + (SINES[step] as number) + (words[word] as number)) | 0;
        const turn = TURNS[step] as number;
        a = d;
        d = c;
        c = b;
        b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
      }
      state[0] = (state[0] as number) + a;
      state[1] = (state[1] as number) + b;
      state[2] = (state[2] as number) + c;
      state[3] = (state[3] as number) + d;
    }
  }
}

/** SHA-1. */
export class Sha1 extends Digest {
  protected readonly state: Uint32Array = Uint32Array.of(
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
    0xc3d2e1f0,
  );
  protected readonly little: boolean = false;
  readonly #words = new Int32Array(80);

  protected blocks(bytes: Uint8Array, from: number, to: number): void {
    const { state } = this;
    const words = this.#words;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at < to; at += BLOCK) {
      for (let index = 0; index < 16; index++) words[index] = view.getInt32(at + index * 4, false);
      for (let index = 16; index < 80; index++) {
        const mixed =
          (words[index - 3] as number) ^
          (words[index - 8] as number) ^
          (words[index - 14] as number) ^
          (words[index - 16] as number);
        words[index] = (mixed << 1) | (mixed >>> 31);
      }
      let a = (state[0] as number) | 0;
      let b = (state[1] as number) | 0;
      let c = (state[2] as number) | 0;
      let d = (state[3] as number) | 0;
      let e = (state[4] as number) | 0;
      for (let step = 0; step < 80; step++) {
        let mixed: number;
        if (step < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
        else if (step < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
        else if (step < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
        else mixed = (b ^ c ^ d) + 0xca62c1d6;
        const sum = (((a << 5) | (a >>> 27)) + mixed + e + (words[step] as number)) | 0;
        e = d;
        d = c;
        c = (b << 30) | (b >>> 2);
        b = a;
        a = sum;
      }
      state[0] = (state[0] as number) + a;
      state[1] = (state[1] as number) + b;
      state[2] = (state[2] as number) + c;
      state[3] = (state[3] as number) + d;
      state[4] = (state[4] as number) + e;
    }
  }
}

/** A seed and an index in, the same numbers out on every machine: each input of a run can be made again alone. */

/** Marsaglia's xorshift128, seeded through splitmix32. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, index = 0) {
    let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** Any unsigned 32-bit number. */
  word(): number {
    let t = this.#d;
    const s = this.#a;
    this.#d = this.#c;
    this.#c = this.#b;
    this.#b = s;
    t ^= t << 11;
    t ^= t >>> 8;
    this.#a = t ^ s ^ (s >>> 19);
    return this.#a >>> 0;
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * end);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  bytes(length: number): Uint8Array {
    const made = new Uint8Array(length);
    for (let i = 0; i < length; i++) made[i] = this.word();
    return made;
  }

  /** A small length mostly, a large one at times. */
  size(): number {
    const kind = this.below(16);
    if (kind < 13) return this.below(6);
    return kind < 15 ? this.below(40) : this.below(300);
  }
}

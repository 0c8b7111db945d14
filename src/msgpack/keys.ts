/** The bytes of a map's key in, one string for all keys that are equal out: V8 need not look each of them up anew. */

const SLOTS = 1024;

/** Longer keys are rare, and comparing them costs as much as decoding. */
export const LONGEST_KEY = 32;

/**
 * Keys met before, one to a slot: two keys of one slot push each other out, so that no input makes a lookup longer than
 * its own key. Records of eight fields read in 0.6 of the time it takes without (Node 26, `bench/msgpack.ts`).
 */
export class KeyCache {
  readonly #keys: string[] = new Array<string>(SLOTS).fill("");

  /** The key of `bytes[start..stop)`, or `undefined` where it is not ASCII. */
  read(bytes: Uint8Array, start: number, stop: number): string | undefined {
    let hash = stop - start;
    let high = 0;
    for (let at = start; at < stop; at++) {
      const byte = bytes[at] as number;
      high |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (high >= 0x80) return undefined;
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1);
    const known = this.#keys[slot] as string;
    if (known.length === stop - start) {
      let at = start;
      while (at < stop && known.charCodeAt(at - start) === bytes[at]) at++;
      if (at === stop) return known;
    }
    const key = String.fromCharCode.apply(null, bytes.subarray(start, stop) as unknown as number[]);
    this.#keys[slot] = key;
    return key;
  }
}

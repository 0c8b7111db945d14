/**
 * LZMA symbols in, bytes out: the coder that .lzma files and the chunks of .xz files share.
 * Source: the LZMA specification of 7-Zip's author (lzma-specification.txt, 2015); liblzma for what ends a stream.
 */
import type { CompressedInput } from "./input.ts";

// Where each kind of probability begins in the one array of them.
const IS_MATCH = 0;
const IS_REP = IS_MATCH + (12 << 4);
const IS_REP_G0 = IS_REP + 12;
const IS_REP_G1 = IS_REP_G0 + 12;
const IS_REP_G2 = IS_REP_G1 + 12;
const IS_REP0_LONG = IS_REP_G2 + 12;
const SLOTS = IS_REP0_LONG + (12 << 4);
const SPECIAL = SLOTS + (4 << 6);
const ALIGN = SPECIAL + 128;
const MATCH_LENGTH = ALIGN + 16;
// A length: two choices, 8 short ones and 8 middle ones for each of 16 positions, 256 long ones.
const CHOICE_2 = 1;
const LOW = 2;
const MIDDLE = LOW + (16 << 3);
const HIGH = MIDDLE + (16 << 3);
const LENGTH_SIZE = HIGH + 256;
const REP_LENGTH = MATCH_LENGTH + LENGTH_SIZE;
const LITERALS = REP_LENGTH + LENGTH_SIZE;
const LITERAL_SIZE = 0x300;

const HALF = 1024;
const TOP = 2 ** 24;
/** Bytes of input that one symbol takes at most. */
export const SYMBOL_SIZE = 21;

/** How `decode` came to its end. */
export type Outcome = "full" | "input" | "marker" | "too-far";

/** The three numbers that say how literals and positions choose their probabilities. */
export interface LzmaProperties {
  /** bits of the byte before that choose a literal's probabilities, 0 to 4 */
  readonly literalContext: number;
  /** bits of the position that choose a literal's probabilities, 0 to 4 */
  readonly literalPosition: number;
  /** bits of the position that choose a symbol's probabilities, 0 to 4 */
  readonly position: number;
}

/** The byte of both containers in which the three stand; undefined where liblzma refuses them too. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined;
  const literalContext = byte % 9;
  const literalPosition = Math.floor(byte / 9) % 5;
  if (literalContext + literalPosition > 4) return undefined;
  return { literalContext, literalPosition, position: Math.floor(byte / 45) };
}

/** The dictionary that liblzma gives a stream which asks for `size` bytes: at least 4096, and a multiple of 16. */
export function dictionaryOf(size: number): number {
  return Math.max(4096, Math.ceil(size / 16) * 16);
}

/** The state of one coder. Positions are indices of the output's buffer, which may have moved between two calls. */
export class LzmaCoder {
  #properties: LzmaProperties = { literalContext: 0, literalPosition: 0, position: 0 };
  #probs: Uint16Array = new Uint16Array(0);
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  #range = 0;
  #code = 0;

  // How far back a match may reach.
  readonly #dictionarySize: number;

  constructor(dictionarySize: number) {
    this.#dictionarySize = dictionarySize;
  }

  /** New properties, and everything forgotten but the output. */
  configure(properties: LzmaProperties): void {
    this.#properties = properties;
    const size =
      LITERALS + (LITERAL_SIZE << (properties.literalContext + properties.literalPosition));
    if (this.#probs.length !== size) this.#probs = new Uint16Array(size);
    this.reset();
  }

  /** Everything forgotten but the properties and the output. */
  reset(): void {
    this.#probs.fill(HALF);
    this.#state = 0;
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  /** Reads the five bytes that the range coder begins with; false where the first is not 0. */
  begin(input: CompressedInput): boolean {
    input.need(5);
    const { bytes, pos } = input;
    if (bytes[pos] !== 0) return false;
    this.#range = 0xffffffff;
    const view = new DataView(bytes.buffer, bytes.byteOffset + pos, 5);
    this.#code = view.getUint32(1);
    input.pos += 5;
    return true;
  }

  /** Whether the range coder is where it is at the end of a stream. Call it after {@link normalize}. */
  get finished(): boolean {
    return this.#code === 0;
  }

  /** Reads the byte that may still belong to the last symbol. */
  normalize(input: CompressedInput): void {
    if (this.#range >= TOP) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | input.byte()) >>> 0;
  }

  /**
   * Decodes symbols until `pos` reaches `stop` ("full"; a match may go up to 273 bytes beyond it), the input before
   * `safeEnd` is used up ("input": at least one symbol of {@link SYMBOL_SIZE} bytes must still be readable behind each
   * position before it), the end marker was read ("marker"), or a match reaches before `lowest` or beyond the dictionary
   * ("too-far"). `done` bytes stand before `bytes[0]`. The hot loop.
   */
  decode(
    input: CompressedInput,
    safeEnd: number,
    bytes: Uint8Array,
    start: number,
    stop: number,
    lowest: number,
    done: number,
    result: DecodeResult,
  ): void {
    const probs = this.#probs;
    const { literalContext, literalPosition, position } = this.#properties;
    const dictionarySize = this.#dictionarySize;
    const positionMask = (1 << position) - 1;
    const literalMask = (1 << literalPosition) - 1;
    const contextShift = 8 - literalContext;
    const data = input.bytes;
    let at = input.pos;
    let pos = start;
    let state = this.#state;
    let rep0 = this.#rep0;
    let rep1 = this.#rep1;
    let rep2 = this.#rep2;
    let rep3 = this.#rep3;
    let range = this.#range;
    let code = this.#code;
    let outcome: Outcome = "full";
    // Every bit is read by the same lines, written out each time, so that range and code stay in registers: 239 MB/s,
    // 0.44 of liblzma's speed (Node 26, `npm run bench:codecs -- --only lzma`).
    let index = 0;
    let prob = 0;
    let bound = 0;
    let symbol = 0;

    while (pos < stop) {
      if (at >= safeEnd) {
        outcome = "input";
        break;
      }
      const place = (done + pos) & positionMask;
      index = IS_MATCH + (state << 4) + place;
      prob = probs[index] as number;
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (data[at++] as number)) >>> 0;
      }
      bound = Math.imul(range >>> 11, prob) >>> 0;
      if (code < bound) {
        // A literal.
        range = bound;
        probs[index] = prob + ((2048 - prob) >> 5);
        const before = pos > lowest ? (bytes[pos - 1] as number) : 0;
        const context = (((done + pos) & literalMask) << literalContext) + (before >> contextShift);
        const base = LITERALS + LITERAL_SIZE * context;
        symbol = 1;
        if (state >= 7) {
          // After a match, its next byte is the best guess; once it is wrong the rest goes without it.
          if (rep0 >= pos - lowest) {
            outcome = "too-far";
            break;
          }
          let guess = bytes[pos - rep0 - 1] as number;
          do {
            const guessed = (guess >> 7) & 1;
            guess <<= 1;
            index = base + ((1 + guessed) << 8) + symbol;
            prob = probs[index] as number;
            if (range < TOP) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (data[at++] as number)) >>> 0;
            }
            bound = Math.imul(range >>> 11, prob) >>> 0;
            if (code < bound) {
              range = bound;
              probs[index] = prob + ((2048 - prob) >> 5);
              symbol <<= 1;
              if (guessed !== 0) break;
            } else {
              range = (range - bound) >>> 0;
              code = (code - bound) >>> 0;
              probs[index] = prob - (prob >> 5);
              symbol = (symbol << 1) | 1;
              if (guessed === 0) break;
            }
          } while (symbol < 0x100);
        }
        while (symbol < 0x100) {
          index = base + symbol;
          prob = probs[index] as number;
          if (range < TOP) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (data[at++] as number)) >>> 0;
          }
          bound = Math.imul(range >>> 11, prob) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = prob + ((2048 - prob) >> 5);
            symbol <<= 1;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = prob - (prob >> 5);
            symbol = (symbol << 1) | 1;
          }
        }
        bytes[pos++] = symbol;
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      range = (range - bound) >>> 0;
      code = (code - bound) >>> 0;
      probs[index] = prob - (prob >> 5);

      let lengths = MATCH_LENGTH;
      index = IS_REP + state;
      prob = probs[index] as number;
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (data[at++] as number)) >>> 0;
      }
      bound = Math.imul(range >>> 11, prob) >>> 0;
      let repeated = false;
      if (code < bound) {
        range = bound;
        probs[index] = prob + ((2048 - prob) >> 5);
        rep3 = rep2;
        rep2 = rep1;
        rep1 = rep0;
      } else {
        // One of the last four distances again.
        range = (range - bound) >>> 0;
        code = (code - bound) >>> 0;
        probs[index] = prob - (prob >> 5);
        repeated = true;
        lengths = REP_LENGTH;
        index = IS_REP_G0 + state;
        prob = probs[index] as number;
        if (range < TOP) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (data[at++] as number)) >>> 0;
        }
        bound = Math.imul(range >>> 11, prob) >>> 0;
        if (code < bound) {
          range = bound;
          probs[index] = prob + ((2048 - prob) >> 5);
          index = IS_REP0_LONG + (state << 4) + place;
          prob = probs[index] as number;
          if (range < TOP) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (data[at++] as number)) >>> 0;
          }
          bound = Math.imul(range >>> 11, prob) >>> 0;
          if (code < bound) {
            // A single byte at the last distance.
            range = bound;
            probs[index] = prob + ((2048 - prob) >> 5);
            if (rep0 >= pos - lowest) {
              outcome = "too-far";
              break;
            }
            bytes[pos] = bytes[pos - rep0 - 1] as number;
            pos++;
            state = state < 7 ? 9 : 11;
            continue;
          }
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = prob - (prob >> 5);
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = prob - (prob >> 5);
          index = IS_REP_G1 + state;
          prob = probs[index] as number;
          if (range < TOP) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (data[at++] as number)) >>> 0;
          }
          bound = Math.imul(range >>> 11, prob) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = prob + ((2048 - prob) >> 5);
            const distance = rep1;
            rep1 = rep0;
            rep0 = distance;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = prob - (prob >> 5);
            index = IS_REP_G2 + state;
            prob = probs[index] as number;
            if (range < TOP) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (data[at++] as number)) >>> 0;
            }
            bound = Math.imul(range >>> 11, prob) >>> 0;
            let distance: number;
            if (code < bound) {
              range = bound;
              probs[index] = prob + ((2048 - prob) >> 5);
              distance = rep2;
            } else {
              range = (range - bound) >>> 0;
              code = (code - bound) >>> 0;
              probs[index] = prob - (prob >> 5);
              distance = rep3;
              rep3 = rep2;
            }
            rep2 = rep1;
            rep1 = rep0;
            rep0 = distance;
          }
        }
      }

      // The length: 2-9, 10-17 or 18-273, by one tree of 3 or 8 bits.
      let base = lengths + LOW + (place << 3);
      let length = 2;
      let size = 8;
      index = lengths;
      prob = probs[index] as number;
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (data[at++] as number)) >>> 0;
      }
      bound = Math.imul(range >>> 11, prob) >>> 0;
      if (code < bound) {
        range = bound;
        probs[index] = prob + ((2048 - prob) >> 5);
      } else {
        range = (range - bound) >>> 0;
        code = (code - bound) >>> 0;
        probs[index] = prob - (prob >> 5);
        index = lengths + CHOICE_2;
        prob = probs[index] as number;
        if (range < TOP) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (data[at++] as number)) >>> 0;
        }
        bound = Math.imul(range >>> 11, prob) >>> 0;
        if (code < bound) {
          range = bound;
          probs[index] = prob + ((2048 - prob) >> 5);
          base = lengths + MIDDLE + (place << 3);
          length = 10;
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = prob - (prob >> 5);
          base = lengths + HIGH;
          length = 18;
          size = 256;
        }
      }
      symbol = 1;
      do {
        index = base + symbol;
        prob = probs[index] as number;
        if (range < TOP) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (data[at++] as number)) >>> 0;
        }
        bound = Math.imul(range >>> 11, prob) >>> 0;
        if (code < bound) {
          range = bound;
          probs[index] = prob + ((2048 - prob) >> 5);
          symbol <<= 1;
        } else {
          range = (range - bound) >>> 0;
          code = (code - bound) >>> 0;
          probs[index] = prob - (prob >> 5);
          symbol = (symbol << 1) | 1;
        }
      } while (symbol < size);
      length += symbol - size;

      if (repeated) {
        state = state < 7 ? 8 : 11;
      } else {
        state = state < 7 ? 7 : 10;
        // The distance: a slot of 6 bits, then bits of their own below.
        base = SLOTS + (Math.min(length - 2, 3) << 6);
        symbol = 1;
        do {
          index = base + symbol;
          prob = probs[index] as number;
          if (range < TOP) {
            range = (range << 8) >>> 0;
            code = ((code << 8) | (data[at++] as number)) >>> 0;
          }
          bound = Math.imul(range >>> 11, prob) >>> 0;
          if (code < bound) {
            range = bound;
            probs[index] = prob + ((2048 - prob) >> 5);
            symbol <<= 1;
          } else {
            range = (range - bound) >>> 0;
            code = (code - bound) >>> 0;
            probs[index] = prob - (prob >> 5);
            symbol = (symbol << 1) | 1;
          }
        } while (symbol < 64);
        const slot = symbol - 64;
        rep0 = slot;
        if (slot >= 4) {
          let bits = (slot >> 1) - 1;
          rep0 = ((2 | (slot & 1)) << bits) >>> 0;
          if (slot < 14) {
            base = SPECIAL + rep0 - slot;
          } else {
            // Bits of even chance, all but the lowest four.
            let direct = 0;
            for (bits -= 4; bits > 0; bits--) {
              if (range < TOP) {
                range = (range << 8) >>> 0;
                code = ((code << 8) | (data[at++] as number)) >>> 0;
              }
              range >>>= 1;
              direct <<= 1;
              if (code >= range) {
                code = (code - range) >>> 0;
                direct |= 1;
              }
            }
            rep0 = (rep0 + ((direct << 4) >>> 0)) >>> 0;
            base = ALIGN;
            bits = 4;
          }
          symbol = 1;
          for (let bit = 0; bit < bits; bit++) {
            index = base + symbol;
            prob = probs[index] as number;
            if (range < TOP) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (data[at++] as number)) >>> 0;
            }
            bound = Math.imul(range >>> 11, prob) >>> 0;
            if (code < bound) {
              range = bound;
              probs[index] = prob + ((2048 - prob) >> 5);
              symbol <<= 1;
            } else {
              range = (range - bound) >>> 0;
              code = (code - bound) >>> 0;
              probs[index] = prob - (prob >> 5);
              symbol = (symbol << 1) | 1;
              rep0 = (rep0 + (1 << bit)) >>> 0;
            }
          }
          if (rep0 === 0xffffffff) {
            outcome = "marker";
            break;
          }
          if (rep0 >= dictionarySize) {
            outcome = "too-far";
            break;
          }
        }
      }
      if (rep0 >= pos - lowest) {
        outcome = "too-far";
        break;
      }
      let from = pos - rep0 - 1;
      for (const last = pos + length; pos < last; pos++) bytes[pos] = bytes[from++] as number;
    }

    input.pos = at;
    this.#state = state;
    this.#rep0 = rep0;
    this.#rep1 = rep1;
    this.#rep2 = rep2;
    this.#rep3 = rep3;
    this.#range = range;
    this.#code = code;
    result.pos = pos;
    result.outcome = outcome;
  }
}

/** What `decode` came to: where the output ends, and why it stopped. */
export interface DecodeResult {
  pos: number;
  outcome: Outcome;
}

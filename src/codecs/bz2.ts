/**
 * bzip2 streams in, bytes out. There is no specification; source: the layout that bzip2 1.0.8's decompress.c reads
 * (header "BZh1" to "BZh9", blocks that begin with pi, an end that begins with the root of pi).
 */
import { bz2CrcTable } from "./checksums.ts";
import type { CompressedInput } from "./input.ts";
import type { DecodedOutput, Decoder } from "./output.ts";

const MAGIC = [0x42, 0x5a, 0x68];
const BLOCK_HIGH = 0x314159;
const BLOCK_LOW = 0x265359;
const END_HIGH = 0x177245;
const END_LOW = 0x385090;
const GROUP_SIZE = 50;
const MAX_CODE_LENGTH = 20;
const MAX_SYMBOLS = 258;
const LOOKUP_BITS = 10;

/** Streams one after another, whole blocks at a time; what follows the last stream and is none is left alone, as by Python. */
export class Bz2Decoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  // Bits of the input that were read and not used, the next one highest.
  #hold = 0;
  #bits = 0;
  #streams = 0;
  #inStream = false;
  #streamCrc = 0;
  #blockLimit = 0;
  // The block: each entry the index of the next one, and its byte in the low eight bits.
  #block: Uint32Array = new Uint32Array(0);
  #left = 0;
  #entry = 0;
  #repeats = 0;
  #previous = -1;
  #run = 0;
  #blockCrc = 0;
  #expectedCrc = 0;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
  }

  step(): boolean {
    if (this.#left > 0 || this.#repeats > 0) {
      this.#unpack();
      return true;
    }
    if (!this.#inStream) return this.#startStream();
    const high = this.#take(24);
    const low = this.#take(24);
    const crc = (this.#take(16) << 16) | this.#take(16);
    if (high === BLOCK_HIGH && low === BLOCK_LOW) {
      this.#expectedCrc = crc;
      this.#readBlock();
    } else if (high === END_HIGH && low === END_LOW) {
      if (crc !== this.#streamCrc) throw this.#checksum("the checksum of a stream does not match");
      // The rest of the byte is padding.
      this.#bits = 0;
      this.#inStream = false;
    } else {
      throw this.#corrupt("neither a block nor the end of the stream");
    }
    return true;
  }

  #corrupt(message: string): Error {
    return this.#input.failure("corrupt", message);
  }

  #checksum(message: string): Error {
    return this.#input.failure("checksum", message);
  }

  #startStream(): boolean {
    const input = this.#input;
    const there = input.has(4) ? 4 : input.end - input.pos;
    const { bytes, pos } = input;
    const begins = MAGIC.slice(0, there).every((byte, at) => bytes[pos + at] === byte);
    const level = (bytes[pos + 3] as number) - 0x30;
    if (!begins || (there === 4 && (level < 1 || level > 9))) {
      if (this.#streams > 0) return false;
      throw this.#corrupt("it does not begin as bzip2 data");
    }
    if (there < 4) {
      if (there === 0 && this.#streams > 0) return false;
      throw input.truncated();
    }
    input.pos += 4;
    this.#blockLimit = level * 100_000;
    this.#streams++;
    this.#inStream = true;
    this.#streamCrc = 0;
    return true;
  }

  // Up to 24 bits.
  #take(count: number): number {
    while (this.#bits < count) {
      this.#hold = (this.#hold << 8) | this.#input.byte();
      this.#bits += 8;
    }
    this.#bits -= count;
    return (this.#hold >>> this.#bits) & ((1 << count) - 1);
  }

  #readBlock(): void {
    if (this.#take(1) === 1) {
      throw this.#input.failure("unsupported", "a randomised block, as bzip2 before 0.9.5 wrote");
    }
    const origin = this.#take(24);
    const used = this.#readUsedBytes();
    const groups = this.#take(3);
    if (groups < 2 || groups > 6) throw this.#corrupt(`a block with ${groups} tables`);
    const selectors = this.#readSelectors(groups);
    const tables: HuffmanTable[] = [];
    for (let group = 0; group < groups; group++) tables.push(this.#readTable(used.length + 2));
    if (this.#block.length < this.#blockLimit) this.#block = new Uint32Array(this.#blockLimit);
    const counts = new Int32Array(256);
    const length = this.#readSymbols(used, selectors, tables, counts);
    if (origin >= length) throw this.#corrupt("a block begins behind its end");
    this.#invert(counts, length, origin);
  }

  #readUsedBytes(): Uint8Array {
    const ranges = this.#take(16);
    const used: number[] = [];
    for (let range = 0; range < 16; range++) {
      if ((ranges & (0x8000 >> range)) === 0) continue;
      const inRange = this.#take(16);
      for (let low = 0; low < 16; low++) {
        if ((inRange & (0x8000 >> low)) !== 0) used.push(16 * range + low);
      }
    }
    if (used.length === 0) throw this.#corrupt("a block without any byte");
    return Uint8Array.from(used);
  }

  // Which table each group of 50 symbols is read with, moved to front.
  #readSelectors(groups: number): Uint8Array {
    const count = this.#take(15);
    if (count === 0) throw this.#corrupt("a block without groups");
    const order = Uint8Array.from({ length: groups }, (_, group) => group);
    const selectors = new Uint8Array(count);
    for (let at = 0; at < count; at++) {
      let position = 0;
      while (this.#take(1) === 1) {
        if (++position >= groups) throw this.#corrupt("a group with a table that is not there");
      }
      const group = order[position] as number;
      order.copyWithin(1, 0, position);
      order[0] = group;
      selectors[at] = group;
    }
    return selectors;
  }

  #readTable(symbols: number): HuffmanTable {
    const lengths = new Uint8Array(symbols);
    let length = this.#take(5);
    for (let symbol = 0; symbol < symbols; symbol++) {
      for (;;) {
        if (length < 1 || length > MAX_CODE_LENGTH) throw this.#corrupt(`a code of ${length} bits`);
        if (this.#take(1) === 0) break;
        length += this.#take(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    const table = huffmanTable(lengths);
    if (table === undefined) throw this.#corrupt("more codes than bits can tell apart");
    return table;
  }

  // Symbols to bytes of the block: runs of the front byte in base 2 (0 and 1), or the byte at a place of the list.
  #readSymbols(
    used: Uint8Array,
    selectors: Uint8Array,
    tables: readonly HuffmanTable[],
    counts: Int32Array,
  ): number {
    const input = this.#input;
    const block = this.#block;
    const limit = this.#blockLimit;
    const front = new Uint8Array(256);
    front.set(used);
    const endSymbol = used.length + 1;
    let length = 0;
    let run = 0;
    let runBit = 1;
    let hold = this.#hold;
    let bits = this.#bits;
    for (const selector of selectors) {
      const { lookup, limits, bases, symbols } = tables[selector] as HuffmanTable; // checked by #readSelectors
      // 50 codes of up to 20 bits.
      if (input.end - input.pos < 160) input.has(160);
      const { bytes: data, end } = input;
      let at = input.pos;
      for (let left = GROUP_SIZE; left > 0; left--) {
        while (bits < MAX_CODE_LENGTH) {
          // Zeros where the input ends; whether they were used is seen below.
          hold = (hold << 8) | (at < end ? (data[at] as number) : 0);
          at++;
          bits += 8;
        }
        let symbol: number;
        const found = lookup[(hold >>> (bits - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)] as number;
        if (found !== 0) {
          bits -= found & 31;
          symbol = found >> 5;
        } else {
          const code = (hold >>> (bits - MAX_CODE_LENGTH)) & ((1 << MAX_CODE_LENGTH) - 1);
          let width = LOOKUP_BITS + 1;
          while (width <= MAX_CODE_LENGTH && code >= (limits[width] as number)) width++;
          if (width > MAX_CODE_LENGTH) {
            input.pos = Math.min(at, end);
            throw at - (bits >> 3) > end
              ? input.truncated()
              : this.#corrupt("bits that are no code");
          }
          bits -= width;
          symbol = symbols[
            (code >>> (MAX_CODE_LENGTH - width)) - (bases[width] as number)
          ] as number;
        }
        if (at - (bits >> 3) > end) throw input.truncated();
        if (symbol <= 1) {
          run += runBit << symbol;
          runBit <<= 1;
          if (run > limit) {
            input.pos = at;
            throw this.#corrupt("a block longer than its stream allows");
          }
          continue;
        }
        if (run > 0) {
          if (length + run > limit) {
            input.pos = at;
            throw this.#corrupt("a block longer than its stream allows");
          }
          const byte = front[0] as number;
          counts[byte] = (counts[byte] as number) + run;
          block.fill(byte, length, length + run);
          length += run;
          run = 0;
          runBit = 1;
        }
        if (symbol === endSymbol) {
          this.#hold = hold >>> (bits & ~7);
          this.#bits = bits & 7;
          input.pos = at - (bits >> 3);
          return length;
        }
        if (length >= limit) {
          input.pos = at;
          throw this.#corrupt("a block longer than its stream allows");
        }
        const place = symbol - 1;
        const byte = front[place] as number;
        if (place < 24)
          for (let index = place; index > 0; index--) front[index] = front[index - 1] as number;
        else front.copyWithin(1, 0, place);
        front[0] = byte;
        counts[byte] = (counts[byte] as number) + 1;
        block[length++] = byte;
      }
      // Whole bytes that were not used go back, so that the window may move.
      at -= bits >> 3;
      hold >>>= bits & ~7;
      bits &= 7;
      input.pos = at;
    }
    throw this.#corrupt("a block has no end");
  }

  // The Burrows-Wheeler transform backwards: chains the entries in the order of the original bytes.
  #invert(counts: Int32Array, length: number, origin: number): void {
    const block = this.#block;
    let sum = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = counts[byte] as number;
      counts[byte] = sum;
      sum += count;
    }
    for (let at = 0; at < length; at++) {
      const byte = (block[at] as number) & 255;
      const place = counts[byte] as number;
      counts[byte] = place + 1;
      block[place] = (block[place] as number) | (at << 8);
    }
    this.#entry = (block[origin] as number) >>> 8;
    this.#left = length;
    this.#previous = -1;
    this.#run = 0;
    this.#blockCrc = -1;
  }

  // Bytes of the block to output: after four equal bytes the next one says how many more of them follow.
  #unpack(): void {
    const output = this.#output;
    const stop = output.open();
    const { bytes } = output;
    const block = this.#block;
    const table = bz2CrcTable();
    let { pos } = output;
    let left = this.#left;
    let entry = this.#entry;
    let previous = this.#previous;
    let run = this.#run;
    let crc = this.#blockCrc;
    let repeats = this.#repeats;
    while (pos < stop) {
      if (repeats > 0) {
        const count = Math.min(repeats, stop - pos);
        for (let index = 0; index < count; index++) {
          bytes[pos++] = previous;
          crc = (crc << 8) ^ (table[(crc >>> 24) ^ previous] as number);
        }
        repeats -= count;
        continue;
      }
      if (left === 0) break;
      left--;
      const next = block[entry] as number;
      const byte = next & 255;
      entry = next >>> 8;
      if (run === 4) {
        repeats = byte;
        run = 0;
        continue;
      }
      run = byte === previous ? run + 1 : 1;
      previous = byte;
      bytes[pos++] = byte;
      crc = (crc << 8) ^ (table[(crc >>> 24) ^ byte] as number);
    }
    this.#left = left;
    this.#entry = entry;
    this.#previous = previous;
    this.#run = run;
    this.#blockCrc = crc;
    this.#repeats = repeats;
    output.close(pos, this.#input);
    if (left > 0 || repeats > 0) return;
    if (~crc !== this.#expectedCrc) throw this.#checksum("the checksum of a block does not match");
    this.#streamCrc = ((this.#streamCrc << 1) | (this.#streamCrc >>> 31)) ^ ~crc;
  }
}

/** How the codes of one table are read: at a glance up to 10 bits, by the limits of each width beyond. */
interface HuffmanTable {
  /** symbol << 5 | width at each 10 bits that begin with its code; 0 where the code is longer */
  readonly lookup: Uint16Array;
  /** first 20 bits, as a number, that are no code of this width or a shorter one */
  readonly limits: Int32Array;
  /** the first code of a width minus its place in `symbols` */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

// undefined where there are more codes than bits can tell apart.
function huffmanTable(lengths: Uint8Array): HuffmanTable | undefined {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const limits = new Int32Array(MAX_CODE_LENGTH + 1);
  const bases = new Int32Array(MAX_CODE_LENGTH + 1);
  const symbols = new Uint16Array(MAX_SYMBOLS);
  let code = 0;
  let place = 0;
  for (let width = 1; width <= MAX_CODE_LENGTH; width++) {
    bases[width] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== width) continue;
      if (width <= LOOKUP_BITS) {
        const first = code << (LOOKUP_BITS - width);
        lookup.fill((symbol << 5) | width, first, first + (1 << (LOOKUP_BITS - width)));
      }
      symbols[place++] = symbol;
      code++;
    }
    if (code > 1 << width) return undefined;
    limits[width] = code << (MAX_CODE_LENGTH - width);
    code <<= 1;
  }
  return { lookup, limits, bases, symbols };
}

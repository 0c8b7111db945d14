/** A deflate stream in, bytes out, stopping and going on wherever the output is full. Source: RFC 1951; zlib's inftrees.c for what counts as a valid set of codes. */
import type { CompressedInput } from "./input.ts";
import type { DecodedOutput } from "./output.ts";

// An entry of a table: bits 0-3 the code's length, 4-7 extra bits, 8-9 the kind, from 10 on the value.
const LITERAL = 0 << 8;
const BASE = 1 << 8;
const END = 2 << 8;
const LINK = 3 << 8;
const KIND = 3 << 8;

const LITERAL_ROOT_BITS = 10;
const DISTANCE_ROOT_BITS = 9;
const MAX_DISTANCE = 32768;

// RFC 1951 section 3.2.7.
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

type SymbolEntries = Int32Array;

// RFC 1951 section 3.2.5: length symbols 257-285 in groups of four, distance symbols in groups of two.
function literalEntries(): SymbolEntries {
  const entries = new Int32Array(288).fill(-1);
  for (let symbol = 0; symbol < 256; symbol++) entries[symbol] = LITERAL | (symbol << 10);
  entries[256] = END;
  let base = 3;
  for (let symbol = 257; symbol < 285; symbol++) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
    entries[symbol] = BASE | (extra << 4) | (base << 10);
    base += 1 << extra;
  }
  entries[285] = BASE | (258 << 10);
  return entries;
}

function distanceEntries(): SymbolEntries {
  const entries = new Int32Array(32).fill(-1);
  let base = 1;
  for (let symbol = 0; symbol < 30; symbol++) {
    const extra = symbol < 4 ? 0 : (symbol - 2) >> 1;
    entries[symbol] = BASE | (extra << 4) | (base << 10);
    base += 1 << extra;
  }
  return entries;
}

let entriesOfSymbols:
  | {
      readonly literals: SymbolEntries;
      readonly distances: SymbolEntries;
      readonly plain: SymbolEntries;
    }
  | undefined;

function symbolEntries(): NonNullable<typeof entriesOfSymbols> {
  entriesOfSymbols ??= {
    literals: literalEntries(),
    distances: distanceEntries(),
    plain: Int32Array.from({ length: 19 }, (_, symbol) => LITERAL | (symbol << 10)),
  };
  return entriesOfSymbols;
}

/** A table of codes: the entry of the next `rootBits` bits, or a link to a second table behind the first. */
interface CodeTable {
  readonly entries: Int32Array;
  readonly rootBits: number;
}

/**
 * Makes the table of a canonical set of codes, or undefined where the lengths make none. -1 in it stands for bits that
 * are no code. `lonely`: whether a single code of one bit may stand alone, as zlib allows but for the code lengths.
 */
function codeTable(
  lengths: Uint8Array,
  symbols: SymbolEntries,
  wantedBits: number,
  lonely: boolean,
): CodeTable | undefined {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  let longest = 15;
  while (longest > 0 && counts[longest] === 0) longest--;
  if (longest === 0)
    return lonely ? { entries: new Int32Array(2).fill(-1), rootBits: 1 } : undefined;
  let left = 1;
  for (let length = 1; length <= 15; length++) {
    left = 2 * left - (counts[length] as number);
    if (left < 0) return undefined;
  }
  if (left > 0 && !(lonely && longest === 1)) return undefined;

  const nextCode = new Uint16Array(16);
  for (let length = 1, code = 0; length <= 15; length++) {
    code = (code + (length === 1 ? 0 : (counts[length - 1] as number))) << 1;
    nextCode[length] = code;
  }
  const rootBits = Math.min(wantedBits, longest);
  const rootSize = 1 << rootBits;
  // Codes of all lengths, first bit lowest.
  const codes = new Uint16Array(lengths.length);
  const linkBits = new Uint8Array(rootSize);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    const code = nextCode[length] as number;
    nextCode[length] = code + 1;
    const reversed = reverseBits(code, length);
    codes[symbol] = reversed;
    if (length > rootBits) {
      const root = reversed & (rootSize - 1);
      linkBits[root] = Math.max(linkBits[root] as number, length - rootBits);
    }
  }
  let size = rootSize;
  for (let root = 0; root < rootSize; root++) {
    if (linkBits[root] !== 0) size += 1 << (linkBits[root] as number);
  }
  const entries = new Int32Array(size).fill(-1);
  for (let root = 0, at = rootSize; root < rootSize; root++) {
    const bits = linkBits[root] as number;
    if (bits === 0) continue;
    entries[root] = LINK | (at << 10) | (bits << 4) | rootBits;
    at += 1 << bits;
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    const entry = symbols[symbol] as number;
    if (length === 0 || entry < 0) continue;
    const code = codes[symbol] as number;
    if (length <= rootBits) {
      for (let at = code; at < rootSize; at += 1 << length) entries[at] = entry | length;
    } else {
      const link = entries[code & (rootSize - 1)] as number;
      const start = link >> 10;
      const end = start + (1 << ((link >> 4) & 15));
      const rest = length - rootBits;
      for (let at = start + (code >> rootBits); at < end; at += 1 << rest)
        entries[at] = entry | rest;
    }
  }
  return { entries, rootBits };
}

function reverseBits(code: number, length: number): number {
  let reversed = 0;
  for (let bit = 0, left = code; bit < length; bit++, left >>= 1)
    reversed = (reversed << 1) | (left & 1);
  return reversed;
}

let fixedTables: readonly [CodeTable, CodeTable] | undefined;

function fixed(): readonly [CodeTable, CodeTable] {
  if (fixedTables !== undefined) return fixedTables;
  const { literals, distances } = symbolEntries();
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256);
  lengths.fill(7, 256, 280);
  const tables = [
    codeTable(lengths, literals, LITERAL_ROOT_BITS, true),
    codeTable(new Uint8Array(32).fill(5), distances, DISTANCE_ROOT_BITS, true),
  ] as [CodeTable, CodeTable]; // both sets are complete, by the RFC
  fixedTables = tables;
  return tables;
}

const HEADER = 0;
const STORED = 1;
const CODES = 2;
const DONE = 3;

/** The blocks of one deflate stream. */
export class Inflate {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  // Bytes of output before the stream: no match may reach further back.
  readonly #start: number;
  #state: typeof HEADER | typeof STORED | typeof CODES | typeof DONE = HEADER;
  #last = false;
  // Bits that were read and not used; fewer than 8 whenever a step is over.
  #hold = 0;
  #bits = 0;
  // Bytes left of a stored block.
  #left = 0;
  #literals: CodeTable | undefined;
  #distances: CodeTable | undefined;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
    this.#start = output.total;
    output.history = MAX_DISTANCE;
  }

  /** Decodes until the output is full or the stream ends; false at the end, the input then behind the last byte. */
  step(): boolean {
    const output = this.#output;
    const stop = output.open();
    while (this.#state !== DONE) {
      if (this.#state === HEADER) this.#header();
      else if (this.#state === STORED) this.#stored(stop);
      else this.#codes(stop);
      if (output.pos >= stop) break;
    }
    output.close(output.pos, this.#input);
    return this.#state !== DONE;
  }

  #header(): void {
    if (this.#last) {
      this.#bits = 0;
      this.#state = DONE;
      return;
    }
    this.#last = this.#take(1) === 1;
    const kind = this.#take(2);
    if (kind === 3) throw this.#input.failure("corrupt", "there is no block of the kind 3");
    if (kind === 0) {
      this.#bits = 0;
      const length = this.#input.byte() | (this.#input.byte() << 8);
      const complement = this.#input.byte() | (this.#input.byte() << 8);
      if ((length ^ complement) !== 0xffff) {
        throw this.#input.failure(
          "corrupt",
          "the length of a stored block contradicts itself",
          this.#input.pos - 4,
        );
      }
      this.#left = length;
      this.#state = STORED;
      return;
    }
    const tables = kind === 1 ? fixed() : this.#readTables();
    [this.#literals, this.#distances] = tables;
    this.#state = CODES;
  }

  #take(count: number): number {
    while (this.#bits < count) {
      this.#hold = (this.#bits === 0 ? 0 : this.#hold) | (this.#input.byte() << this.#bits);
      this.#bits += 8;
    }
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#bits -= count;
    return value;
  }

  // RFC 1951 section 3.2.7.
  #readTables(): readonly [CodeTable, CodeTable] {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const lengthCount = this.#take(4) + 4;
    if (literalCount > 286 || distanceCount > 30) {
      throw this.#input.failure("corrupt", "a block with more codes than there are symbols");
    }
    const { literals, distances, plain } = symbolEntries();
    const lengthLengths = new Uint8Array(19);
    for (let at = 0; at < lengthCount; at++)
      lengthLengths[LENGTHS_ORDER[at] as number] = this.#take(3);
    const lengthCodes = codeTable(lengthLengths, plain, 7, false);
    if (lengthCodes === undefined) throw this.#badCodes("lengths");
    const lengths = new Uint8Array(literalCount + distanceCount);
    for (let at = 0; at < lengths.length; ) {
      const symbol = this.#symbol(lengthCodes.entries);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) {
        throw this.#input.failure("corrupt", "the first code length repeats the one before");
      }
      const value = symbol === 16 ? (lengths[at - 1] as number) : 0;
      const times =
        symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (at + times > lengths.length) {
        throw this.#input.failure("corrupt", "a code length is repeated beyond the last code");
      }
      lengths.fill(value, at, at + times);
      at += times;
    }
    if (lengths[256] === 0) {
      throw this.#input.failure("corrupt", "a block has no code for its end");
    }
    const literalTable = codeTable(
      lengths.subarray(0, literalCount),
      literals,
      LITERAL_ROOT_BITS,
      true,
    );
    if (literalTable === undefined) throw this.#badCodes("literals");
    const distanceTable = codeTable(
      lengths.subarray(literalCount),
      distances,
      DISTANCE_ROOT_BITS,
      true,
    );
    if (distanceTable === undefined) throw this.#badCodes("distances");
    return [literalTable, distanceTable];
  }

  #badCodes(of: string): Error {
    return this.#input.failure("corrupt", `a block's codes for ${of} are no valid set`);
  }

  // One symbol of at most 7 bits, the code lengths' own code, a bit at a time: it must not read ahead.
  #symbol(entries: Int32Array): number {
    let code = 0;
    for (let length = 0; length < 8; length++) {
      const entry = entries[code & (entries.length - 1)] as number;
      if (length > 0 && entry >= 0 && (entry & 15) === length) return entry >> 10;
      code |= this.#take(1) << length;
    }
    throw this.#badCodes("lengths");
  }

  #stored(stop: number): void {
    const input = this.#input;
    const output = this.#output;
    while (this.#left > 0 && output.pos < stop) {
      input.need(1);
      const count = Math.min(this.#left, stop - output.pos, input.end - input.pos);
      output.bytes.set(input.bytes.subarray(input.pos, input.pos + count), output.pos);
      input.pos += count;
      output.pos += count;
      this.#left -= count;
    }
    if (this.#left === 0) this.#state = HEADER;
  }

  // The hot loop: one symbol a round. `hold` has at least 16 bits before each code and 13 before extra bits.
  #codes(stop: number): void {
    const input = this.#input;
    const output = this.#output;
    const { bytes } = output;
    const lowest = Math.max(0, this.#start - output.before);
    const { entries: literals, rootBits: literalBits } = this.#literals as CodeTable; // set by #header
    const { entries: distances, rootBits: distanceBits } = this.#distances as CodeTable;
    const literalMask = (1 << literalBits) - 1;
    const distanceMask = (1 << distanceBits) - 1;
    let { bytes: data, pos: at, end } = input;
    let { pos } = output;
    let hold = this.#bits === 0 ? 0 : this.#hold;
    let bits = this.#bits;
    while (pos < stop) {
      if (end - at < 12) {
        // A whole symbol takes 6 bytes and leaves up to 4 behind.
        at -= bits >> 3;
        bits &= 7;
        hold &= (1 << bits) - 1;
        input.pos = at;
        input.has(12);
        ({ bytes: data, pos: at, end } = input);
      }
      if (bits < 16) {
        hold |= ((data[at] as number) | ((data[at + 1] as number) << 8)) << bits;
        at += 2;
        bits += 16;
      }
      let entry = literals[hold & literalMask] as number;
      if ((entry & KIND) === LINK && entry >= 0) {
        hold >>>= literalBits;
        bits -= literalBits;
        entry = literals[(entry >> 10) + (hold & ((1 << ((entry >> 4) & 15)) - 1))] as number;
      }
      hold >>>= entry & 15;
      bits -= entry & 15;
      if ((entry & KIND) === LITERAL) {
        if (at - (bits >> 3) > end) throw input.truncated();
        bytes[pos++] = entry >> 10;
        continue;
      }
      if ((entry & KIND) === END || entry < 0) {
        input.pos = at - (bits >> 3);
        if (input.pos > end) throw input.truncated();
        if (entry < 0) throw input.failure("corrupt", "bits that are no code");
        this.#state = HEADER;
        break;
      }
      if (bits < 16) {
        hold |= ((data[at] as number) | ((data[at + 1] as number) << 8)) << bits;
        at += 2;
        bits += 16;
      }
      let extra = (entry >> 4) & 15;
      const length = (entry >> 10) + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      bits -= extra;
      if (bits < 16) {
        hold |= ((data[at] as number) | ((data[at + 1] as number) << 8)) << bits;
        at += 2;
        bits += 16;
      }
      entry = distances[hold & distanceMask] as number;
      if ((entry & KIND) === LINK && entry >= 0) {
        hold >>>= distanceBits;
        bits -= distanceBits;
        entry = distances[(entry >> 10) + (hold & ((1 << ((entry >> 4) & 15)) - 1))] as number;
      }
      hold >>>= entry & 15;
      bits -= entry & 15;
      if (bits < 16) {
        hold |= ((data[at] as number) | ((data[at + 1] as number) << 8)) << bits;
        at += 2;
        bits += 16;
      }
      extra = (entry >> 4) & 15;
      const distance = (entry >> 10) + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      bits -= extra;
      if (at - (bits >> 3) > end) throw input.truncated();
      if (entry < 0 || distance > pos - lowest) {
        input.pos = at - (bits >> 3);
        throw input.failure(
          "corrupt",
          entry < 0 ? "bits that are no code" : `a match ${distance} bytes back, before the start`,
        );
      }
      for (const last = pos + length; pos < last; pos++)
        bytes[pos] = bytes[pos - distance] as number;
    }
    output.pos = pos;
    input.pos = at - (bits >> 3);
    this.#bits = bits & 7;
    this.#hold = hold & ((1 << this.#bits) - 1);
  }
}

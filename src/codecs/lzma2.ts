/** The LZMA2 chunks of one block of an .xz file in, bytes out. Source: liblzma's lzma2_decoder.c, the format's only definition. */
import type { CompressedInput } from "./input.ts";
import { type DecodeResult, LzmaCoder, lzmaProperties, SYMBOL_SIZE } from "./lzma.ts";
import type { DecodedOutput, Decoder } from "./output.ts";

// Control bytes: 0 the end, 1 and 2 stored bytes, from 0x80 on LZMA, which keeps or forgets more or less.
const END = 0;
const STORED_AFTER_RESET = 1;
const STORED = 2;
const LZMA = 0x80;
const STATE_RESET = 0xa0;
const NEW_PROPERTIES = 0xc0;
const DICTIONARY_RESET = 0xe0;

/** Chunks up to the end of the block. */
export class Lzma2Decoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  readonly #coder: LzmaCoder;
  readonly #result: DecodeResult = { pos: 0, outcome: "full" };
  #needsReset = true;
  #needsProperties = true;
  #stored = false;
  // Of the chunk, still to come: bytes of input, bytes of output.
  #compressedLeft = 0;
  #left = 0;
  // Bytes of output before the dictionary was last reset.
  #start = 0;

  constructor(input: CompressedInput, output: DecodedOutput, dictionarySize: number) {
    this.#input = input;
    this.#output = output;
    this.#coder = new LzmaCoder(dictionarySize);
    output.history = dictionarySize;
  }

  step(): boolean {
    if (this.#left === 0) return this.#startChunk();
    if (this.#stored) this.#copy();
    else this.#decode();
    return true;
  }

  #startChunk(): boolean {
    const input = this.#input;
    const control = input.byte();
    if (control === END) return false;
    if (control >= DICTIONARY_RESET || control === STORED_AFTER_RESET) {
      this.#needsProperties = true;
      this.#needsReset = false;
      this.#start = this.#output.total;
    } else if (this.#needsReset || (control > STORED && control < LZMA)) {
      throw input.failure("corrupt", `a chunk that begins with ${control}`, input.pos - 1);
    }
    this.#stored = control < LZMA;
    if (this.#stored) {
      this.#left = ((input.byte() << 8) | input.byte()) + 1;
      return true;
    }
    this.#left = (((control & 31) << 16) | (input.byte() << 8) | input.byte()) + 1;
    this.#compressedLeft = ((input.byte() << 8) | input.byte()) + 1;
    if (control >= NEW_PROPERTIES) {
      const properties = lzmaProperties(input.byte());
      if (properties === undefined) {
        throw input.failure("corrupt", "a chunk with impossible properties", input.pos - 1);
      }
      this.#needsProperties = false;
      this.#coder.configure(properties);
    } else if (this.#needsProperties) {
      throw input.failure("corrupt", "a chunk without properties", input.pos - 5);
    } else if (control >= STATE_RESET) {
      this.#coder.reset();
    }
    if (this.#compressedLeft < 5 || !this.#coder.begin(input)) {
      throw input.failure("corrupt", "a chunk that does not begin as LZMA data");
    }
    this.#compressedLeft -= 5;
    return true;
  }

  #copy(): void {
    const input = this.#input;
    const output = this.#output;
    const room = output.open() - output.pos;
    input.need(1);
    const count = Math.min(this.#left, room, input.end - input.pos);
    output.bytes.set(input.bytes.subarray(input.pos, input.pos + count), output.pos);
    input.pos += count;
    this.#left -= count;
    output.close(output.pos + count, input);
  }

  #decode(): void {
    const input = this.#input;
    const output = this.#output;
    const coder = this.#coder;
    // A whole chunk is at most 64 KiB.
    if (!input.has(this.#compressedLeft + SYMBOL_SIZE)) input.need(this.#compressedLeft);
    const from = input.pos;
    const end = from + this.#compressedLeft;
    const stop = Math.min(output.open(), output.pos + this.#left);
    const { bytes, pos, before } = output;
    const lowest = Math.max(0, this.#start - before);
    coder.decode(input, end + 1, bytes, pos, stop, lowest, before - this.#start, this.#result);
    const { outcome } = this.#result;
    if (outcome !== "full" || input.pos > end) {
      const what =
        outcome === "too-far" ? "a match reaches too far back" : "a chunk that does not end";
      throw input.failure("corrupt", what, Math.min(input.pos, end));
    }
    this.#compressedLeft = end - input.pos;
    this.#left -= this.#result.pos - pos;
    if (this.#left > 0) {
      output.close(this.#result.pos, input);
      return;
    }
    if (this.#compressedLeft > 0) {
      coder.normalize(input);
      this.#compressedLeft = end - input.pos;
    }
    if (this.#left < 0 || this.#compressedLeft !== 0 || !coder.finished) {
      throw input.failure("corrupt", "a chunk whose sizes do not match");
    }
    output.close(this.#result.pos, input);
  }
}

/** A .lzma file ("LZMA alone") in, bytes out. Source: lzma-file-format.txt of XZ Utils; liblzma's alone_decoder.c and lzma_decoder.c for what ends it. */
import { type CompressedInput, readUint32 } from "./input.ts";
import { type DecodeResult, dictionaryOf, LzmaCoder, lzmaProperties, SYMBOL_SIZE } from "./lzma.ts";
import type { DecodedOutput, Decoder } from "./output.ts";

// What every encoder's stream begins with: properties 0x5d, and a dictionary of a multiple of 64 KiB.
const BEGINNING = [0x5d, 0, 0];

/**
 * Streams behind one another, each of a size that its header says or with a marker at its end. What stands behind the
 * last one and does not begin as every encoder begins is not looked at.
 */
export class LzmaAloneDecoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  #coder: LzmaCoder | undefined;
  // Bytes that came out before this stream: its matches do not reach them.
  #start = 0;
  // Bytes still to come; Infinity where only the marker says.
  #left = Number.POSITIVE_INFINITY;
  readonly #result: DecodeResult = { pos: 0, outcome: "full" };

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
  }

  step(): boolean {
    this.#coder ??= this.#begin();
    const coder = this.#coder;
    const input = this.#input;
    const output = this.#output;
    const stop = output.open();
    for (;;) {
      const from = output.pos;
      if (this.#left === 0) {
        coder.normalize(input);
        if (coder.finished) return this.#another();
      }
      // Where all is there, nothing but the marker may follow.
      this.#decode(coder, this.#left === 0 ? from + 1 : Math.min(stop, from + this.#left));
      const { pos, outcome } = this.#result;
      if (outcome === "too-far") throw input.failure("corrupt", "a match reaches too far back");
      if (outcome === "marker") {
        const early = this.#left !== 0 && this.#left !== Number.POSITIVE_INFINITY;
        coder.normalize(input);
        if (early || !coder.finished)
          throw input.failure("corrupt", "it ends where it should go on");
        output.close(pos, input);
        return this.#another();
      }
      this.#left -= pos - from;
      if (this.#left < 0) throw input.failure("corrupt", "more bytes than its header says");
      output.close(pos, input);
      if (pos >= stop) return true;
    }
  }

  // Symbols as long as the input surely has a whole one; then, near its end, one that is checked afterwards.
  #decode(coder: LzmaCoder, stop: number): void {
    const input = this.#input;
    const output = this.#output;
    const whole = input.has(SYMBOL_SIZE);
    const safeEnd = whole ? input.end - SYMBOL_SIZE + 1 : input.pos + 1;
    const { bytes, pos, before } = output;
    coder.decode(
      input,
      safeEnd,
      bytes,
      pos,
      whole ? stop : Math.min(stop, pos + 1),
      Math.max(0, this.#start - before),
      before - this.#start,
      this.#result,
    );
    if (input.pos > input.end) throw input.truncated();
  }

  // Whether another stream follows.
  #another(): boolean {
    const input = this.#input;
    this.#coder = undefined;
    return input.has(3) && BEGINNING.every((byte, at) => input.bytes[input.pos + at] === byte);
  }

  #begin(): LzmaCoder {
    const input = this.#input;
    this.#start = this.#output.before + this.#output.pos;
    const header = input.take(13);
    const properties = lzmaProperties(header[0] as number);
    if (properties === undefined) {
      throw input.failure("unsupported", `the properties ${header[0]}`, input.pos - 13);
    }
    const dictionarySize = dictionaryOf(readUint32(header, 1));
    const low = readUint32(header, 5);
    const high = readUint32(header, 9);
    this.#left =
      low === 0xffffffff && high === 0xffffffff ? Number.POSITIVE_INFINITY : high * 2 ** 32 + low;
    this.#output.history = dictionarySize;
    const coder = new LzmaCoder(dictionarySize);
    coder.configure(properties);
    if (!coder.begin(input)) throw input.failure("corrupt", "its data does not begin with 0");
    return coder;
  }
}

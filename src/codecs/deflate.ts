/** zlib streams, gzip members and bare deflate streams in, bytes out. Sources: RFC 1950, RFC 1951, RFC 1952. */
import { adler32, crc32 } from "./checksums.ts";
import { Inflate } from "./inflate.ts";
import type { CompressedInput } from "./input.ts";
import type { DecodedOutput, Decoder } from "./output.ts";

/** A bare deflate stream, as zip archives hold it. */
export class DeflateDecoder implements Decoder {
  readonly #inflate: Inflate;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#inflate = new Inflate(input, output);
  }

  step(): boolean {
    return this.#inflate.step();
  }
}

/** One zlib stream; what stands behind it is not looked at, as `zlib.decompress` of Python does. */
export class ZlibDecoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  #inflate: Inflate | undefined;
  #checksum = 1;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
  }

  step(): boolean {
    this.#inflate ??= this.#start();
    const output = this.#output;
    const from = output.total;
    const more = this.#inflate.step();
    this.#checksum = adler32(
      output.bytes.subarray(from - output.before, output.pos),
      this.#checksum,
    );
    if (more) return true;
    const input = this.#input;
    input.need(4);
    const view = new DataView(input.bytes.buffer, input.bytes.byteOffset + input.pos, 4);
    if (view.getUint32(0) !== this.#checksum) {
      throw input.failure("checksum", "its checksum does not match");
    }
    input.pos += 4;
    return false;
  }

  #start(): Inflate {
    const input = this.#input;
    input.need(2);
    const method = input.bytes[input.pos] as number;
    const flags = input.bytes[input.pos + 1] as number;
    if (((method << 8) | flags) % 31 !== 0 || (method & 15) !== 8 || method >> 4 > 7) {
      throw input.failure("corrupt", "it does not begin as zlib data");
    }
    if ((flags & 0x20) !== 0) {
      throw input.failure(
        "unsupported",
        "it needs a dictionary, which is not in it",
        input.pos + 1,
      );
    }
    input.pos += 2;
    return new Inflate(input, this.#output);
  }
}

const GZIP_HEADER_CRC = 2;
const GZIP_EXTRA = 4;
const GZIP_NAME = 8;
const GZIP_COMMENT = 16;

/** Members one after another; zeros behind the last are padding, anything else is refused, as in Python's `gzip`. */
export class GzipDecoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  #members = 0;
  #inflate: Inflate | undefined;
  #checksum = 0;
  #start = 0;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
  }

  step(): boolean {
    const output = this.#output;
    if (this.#inflate === undefined) {
      if (!this.#header()) return false;
      this.#members++;
      this.#checksum = 0;
      this.#start = output.total;
      this.#inflate = new Inflate(this.#input, output);
    }
    const from = output.total;
    const more = this.#inflate.step();
    this.#checksum = crc32(output.bytes.subarray(from - output.before, output.pos), this.#checksum);
    if (!more) {
      this.#trailer();
      this.#inflate = undefined;
    }
    return true;
  }

  #trailer(): void {
    const input = this.#input;
    if (input.uint32() !== this.#checksum) {
      throw input.failure("checksum", "the checksum of a member does not match", input.pos - 4);
    }
    if (input.uint32() !== (this.#output.total - this.#start) % 2 ** 32) {
      throw input.failure(
        "checksum",
        "a member does not have the length that it says",
        input.pos - 4,
      );
    }
  }

  // Whether a further member begins.
  #header(): boolean {
    const input = this.#input;
    if (this.#members > 0) {
      while (input.has(1) && input.bytes[input.pos] === 0) input.pos++;
      if (!input.has(1)) return false;
    }
    input.need(2);
    if (input.bytes[input.pos] !== 0x1f || input.bytes[input.pos + 1] !== 0x8b) {
      const what =
        this.#members === 0 ? "it does not begin as gzip data" : "no member follows, nor padding";
      throw input.failure("corrupt", what);
    }
    input.need(10);
    const fixedPart = input.take(10).slice();
    if (fixedPart[2] !== 8) {
      throw input.failure("unsupported", `compression method ${fixedPart[2]}`, input.pos - 8);
    }
    const flags = fixedPart[3] as number;
    let crc = crc32(fixedPart);
    const take = (): number => {
      const byte = input.byte();
      crc = crc32(Uint8Array.of(byte), crc);
      return byte;
    };
    if ((flags & GZIP_EXTRA) !== 0) {
      for (let left = take() | (take() << 8); left > 0; left--) take();
    }
    if ((flags & GZIP_NAME) !== 0) while (take() !== 0);
    if ((flags & GZIP_COMMENT) !== 0) while (take() !== 0);
    if ((flags & GZIP_HEADER_CRC) !== 0) {
      const found = input.byte() | (input.byte() << 8);
      if (found !== (crc & 0xffff)) {
        throw input.failure("checksum", "the checksum of a header does not match", input.pos - 2);
      }
    }
    return true;
  }
}

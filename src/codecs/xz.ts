/** .xz files in, bytes out. Source: "The .xz File Format" 1.2.1, sections 2 to 5. */
import { Crc64, crc32 } from "./checksums.ts";
import { type CompressedInput, readUint32 } from "./input.ts";
import { dictionaryOf } from "./lzma.ts";
import { Lzma2Decoder } from "./lzma2.ts";
import { DecodedOutput, type Decoder } from "./output.ts";
import { Sha256 } from "./sha256.ts";

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const DELTA = 3;
const LZMA2 = 0x21;
// Section 5.3.2: they rewrite the addresses in programs, which no data of Python's is.
const BRANCH_FILTERS: Readonly<Record<number, string>> = {
  4: "x86",
  5: "PowerPC",
  6: "IA-64",
  7: "ARM",
  8: "ARM-Thumb",
  9: "SPARC",
  10: "ARM64",
  11: "RISC-V",
};

/** A check of a block's contents, of which the stream's header says the kind. */
interface Check {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

class Crc32Check implements Check {
  #crc = 0;
  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }
  digest(): Uint8Array {
    const digest = new Uint8Array(4);
    new DataView(digest.buffer).setUint32(0, this.#crc, true);
    return digest;
  }
}

const NO_CHECK: Check = { update: () => undefined, digest: () => new Uint8Array(0) };

/** Section 2.1.1.2. */
function checkOf(kind: number): Check | undefined {
  if (kind === 0) return NO_CHECK;
  if (kind === 1) return new Crc32Check();
  if (kind === 4) return new Crc64();
  return kind === 10 ? new Sha256() : undefined;
}

/** What is known of a block while it is read. */
interface Block {
  readonly decoder: Decoder;
  /** where the decoder writes: the output, or what `delta` reads */
  readonly decoded: DecodedOutput;
  readonly deltas: readonly Delta[];
  readonly check: Check;
  /** offsets in the input of the header and of the compressed data, and in the output of the contents */
  readonly header: number;
  readonly data: number;
  readonly contents: number;
  /** the sizes that the header says, where it does */
  readonly compressedSize: number | undefined;
  readonly uncompressedSize: number | undefined;
}

/** Streams one after another with padding between them; what follows and is no stream is left alone, as by Python. */
export class XzDecoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  #streams = 0;
  #inStream = false;
  #checkKind = 0;
  #block: Block | undefined;
  // Two numbers for each block read: what the index must say of it.
  #records: number[] = [];

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
  }

  step(): boolean {
    if (this.#block !== undefined) {
      this.#readBlock(this.#block);
      return true;
    }
    if (!this.#inStream) return this.#startStream();
    this.#input.need(1);
    if (this.#input.bytes[this.#input.pos] === 0) this.#endStream();
    else this.#block = this.#startBlock();
    return true;
  }

  #startStream(): boolean {
    const input = this.#input;
    if (this.#streams > 0) {
      while (input.has(4) && readUint32(input.bytes, input.pos) === 0) input.pos += 4;
    }
    const there = input.has(MAGIC.length) ? MAGIC.length : input.end - input.pos;
    const begins = MAGIC.slice(0, there).every((byte, at) => input.bytes[input.pos + at] === byte);
    if (this.#streams > 0 && (!begins || there === 0)) return false;
    if (!begins) throw input.failure("corrupt", "it does not begin as xz data");
    const header = input.take(12);
    if (crc32(header.subarray(6, 8)) !== readUint32(header, 8)) {
      throw input.failure(
        "checksum",
        "the checksum of a stream's header does not match",
        input.pos - 4,
      );
    }
    const kind = header[7] as number;
    if (header[6] !== 0 || checkOf(kind) === undefined) {
      throw input.failure("unsupported", `the kind of check ${kind}`, input.pos - 5);
    }
    this.#streams++;
    this.#inStream = true;
    this.#checkKind = kind;
    this.#records = [];
    return true;
  }

  // Section 3.1.
  #startBlock(): Block {
    const input = this.#input;
    const header = input.offset();
    const size = 4 * ((input.bytes[input.pos] as number) + 1);
    input.need(size);
    const fields = new Fields(input, input.bytes.slice(input.pos, input.pos + size - 4));
    if (crc32(fields.bytes) !== readUint32(input.bytes, input.pos + size - 4)) {
      throw input.failure(
        "checksum",
        "the checksum of a block's header does not match",
        input.pos + size - 4,
      );
    }
    const flags = fields.bytes[1] as number;
    if ((flags & 0x3c) !== 0)
      throw input.failure("unsupported", "reserved bits of a block's header are set");
    const compressedSize = (flags & 0x40) !== 0 ? fields.number() : undefined;
    const uncompressedSize = (flags & 0x80) !== 0 ? fields.number() : undefined;
    const filters = (flags & 3) + 1;
    const deltas: Delta[] = [];
    let dictionarySize = 0;
    for (let filter = 1; filter <= filters; filter++) {
      const id = fields.number();
      const properties = fields.take(fields.number());
      const last = filter === filters;
      if (id === DELTA && !last && properties.length === 1) {
        // The first filter of the list is the last to be undone.
        deltas.unshift(new Delta((properties[0] as number) + 1));
      } else if (
        id === LZMA2 &&
        last &&
        properties.length === 1 &&
        (properties[0] as number) <= 40
      ) {
        dictionarySize = dictionaryOf(lzma2Dictionary(properties[0] as number));
      } else {
        const branch = BRANCH_FILTERS[id];
        const name = branch === undefined ? `0x${id.toString(16)}` : `for ${branch} programs`;
        throw input.failure("unsupported", `the filter ${name}, or one where it may not stand`);
      }
    }
    if (fields.bytes.subarray(fields.at).some((byte) => byte !== 0)) {
      throw input.failure("unsupported", "the padding of a block's header is used");
    }
    input.pos += size;
    // Undone filters write elsewhere than where LZMA looks back.
    const decoded =
      deltas.length === 0 ? this.#output : new DecodedOutput(Number.MAX_SAFE_INTEGER, true);
    return {
      decoder: new Lzma2Decoder(input, decoded, dictionarySize),
      decoded,
      deltas,
      check: checkOf(this.#checkKind) as Check, // its kind was looked at when the stream began
      header,
      data: input.offset(),
      contents: this.#output.total,
      compressedSize,
      uncompressedSize,
    };
  }

  #readBlock(block: Block): void {
    const output = this.#output;
    const from = output.total;
    const more = block.decoder.step();
    if (block.decoded !== output) this.#undo(block);
    block.check.update(output.bytes.subarray(from - output.before, output.pos));
    if (more) return;
    const input = this.#input;
    const compressed = input.offset() - block.data;
    const uncompressed = output.total - block.contents;
    for (const [said, found] of [
      [block.compressedSize, compressed],
      [block.uncompressedSize, uncompressed],
    ]) {
      if (said !== undefined && said !== found) {
        throw input.failure("corrupt", `a block of ${found} bytes, where its header says ${said}`);
      }
    }
    this.#padding(compressed);
    const digest = block.check.digest();
    const stored = input.take(digest.length);
    if (digest.some((byte, at) => stored[at] !== byte)) {
      throw input.failure(
        "checksum",
        "the check of a block does not match",
        input.pos - digest.length,
      );
    }
    this.#records.push(block.data - block.header + compressed + digest.length, uncompressed);
    this.#block = undefined;
  }

  #undo({ decoded, deltas }: Block): void {
    const output = this.#output;
    const stop = output.open(decoded.waiting);
    const piece = decoded.take(stop - output.pos);
    const target = output.bytes.subarray(output.pos, output.pos + piece.length);
    target.set(piece);
    for (const delta of deltas) delta.undo(target);
    output.close(output.pos + piece.length, this.#input);
  }

  // Zeros up to a multiple of four.
  #padding(size: number): void {
    for (let left = -size & 3; left > 0; left--) {
      if (this.#input.byte() !== 0) {
        throw this.#input.failure("corrupt", "padding that is not 0", this.#input.pos - 1);
      }
    }
  }

  // Sections 4 and 2.1.2: the index must tell of exactly the blocks that were read.
  #endStream(): void {
    const input = this.#input;
    const start = input.offset();
    const reader = new IndexReader(input);
    reader.byte();
    if (reader.number() !== this.#records.length / 2) {
      throw input.failure("corrupt", "the index has another number of blocks");
    }
    for (const record of this.#records) {
      if (reader.number() !== record)
        throw input.failure("corrupt", "the index has another size of a block");
    }
    while ((input.offset() - start) % 4 !== 0) {
      if (reader.byte() !== 0)
        throw input.failure("corrupt", "padding that is not 0", input.pos - 1);
    }
    if (input.uint32() !== reader.crc) {
      throw input.failure("checksum", "the checksum of the index does not match", input.pos - 4);
    }
    const indexSize = input.offset() - start;
    const footer = input.take(12);
    if (footer[10] !== 0x59 || footer[11] !== 0x5a) {
      throw input.failure("corrupt", "a stream that does not end as one", input.pos - 2);
    }
    if (crc32(footer.subarray(4, 10)) !== readUint32(footer, 0)) {
      throw input.failure(
        "checksum",
        "the checksum of a stream's end does not match",
        input.pos - 12,
      );
    }
    const sizesMatch = 4 * (readUint32(footer, 4) + 1) === indexSize;
    if (!sizesMatch || footer[8] !== 0 || footer[9] !== this.#checkKind) {
      throw input.failure("corrupt", "a stream whose end contradicts its beginning", input.pos - 8);
    }
    this.#inStream = false;
  }
}

// Section 5.3.1: 2 or 3 times a power of two.
function lzma2Dictionary(bits: number): number {
  return bits === 40 ? 0xffffffff : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}

/** Section 5.3.3: each byte is the difference to the one `distance` before it. */
class Delta {
  readonly #before: Uint8Array;
  #at = 0;

  constructor(distance: number) {
    this.#before = new Uint8Array(distance);
  }

  undo(bytes: Uint8Array): void {
    const before = this.#before;
    let at = this.#at;
    for (let index = 0; index < bytes.length; index++) {
      const byte = ((bytes[index] as number) + (before[at] as number)) & 255;
      bytes[index] = byte;
      before[at] = byte;
      at = at + 1 === before.length ? 0 : at + 1;
    }
    this.#at = at;
  }
}

/** The fields of a block's header, behind its size and flags. */
class Fields {
  readonly bytes: Uint8Array;
  at = 2;
  readonly #input: CompressedInput;

  constructor(input: CompressedInput, bytes: Uint8Array) {
    this.#input = input;
    this.bytes = bytes;
  }

  number(): number {
    return readNumber(this.#input, () => {
      const byte = this.bytes[this.at++];
      if (byte === undefined)
        throw this.#input.failure("corrupt", "a field goes beyond its header");
      return byte;
    });
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) {
      throw this.#input.failure("corrupt", "a field goes beyond its header");
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

/** The bytes of an index, with their checksum. */
class IndexReader {
  readonly #input: CompressedInput;
  crc = 0;

  constructor(input: CompressedInput) {
    this.#input = input;
  }

  byte(): number {
    const byte = this.#input.byte();
    this.crc = crc32(Uint8Array.of(byte), this.crc);
    return byte;
  }

  number(): number {
    return readNumber(this.#input, () => this.byte());
  }
}

// Section 1.2: seven bits a byte, lowest first, at most nine bytes.
function readNumber(input: CompressedInput, next: () => number): number {
  let value = 0;
  for (let place = 0; place < 9; place++) {
    const byte = next();
    value += (byte & 127) * 2 ** (7 * place);
    if (byte < 128) {
      if (byte === 0 && place > 0) break;
      return value;
    }
  }
  throw input.failure("corrupt", "a number that is not written as the shortest");
}

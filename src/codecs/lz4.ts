/** LZ4 frames in, bytes out. Sources: the LZ4 frame format description 1.6.4 and the LZ4 block format description. */
import { XxHash32, xxHash32 } from "./checksums.ts";
import { type CompressedInput, readUint32 } from "./input.ts";
import type { DecodedOutput, Decoder } from "./output.ts";

const FRAME = 0x184d2204;
const LEGACY_FRAME = 0x184c2102;
// Sixteen magic numbers, 0x184D2A50 to 0x184D2A5F.
const SKIPPABLE_FRAME = 0x184d2a5;
const STORED = 0x80000000;
const MAX_DISTANCE = 65535;
// What a byte of a block can become at most: a match's length goes on in bytes of 255.
const MAX_EXPANSION = 255;

/** Frames one after another: of linked or independent blocks, and skippable ones. */
export class Lz4Decoder implements Decoder {
  readonly #input: CompressedInput;
  readonly #output: DecodedOutput;
  #found = false;
  #inFrame = false;
  #linked = false;
  #blockChecksums = false;
  #blockSize = 0;
  #contentSize: number | undefined;
  #content: XxHash32 | undefined;
  // Bytes of output before the frame.
  #frameStart = 0;

  constructor(input: CompressedInput, output: DecodedOutput) {
    this.#input = input;
    this.#output = output;
    output.history = MAX_DISTANCE;
  }

  step(): boolean {
    if (!this.#inFrame) return this.#startFrame();
    const input = this.#input;
    const output = this.#output;
    const field = input.uint32();
    if (field === 0) {
      this.#endFrame();
      return true;
    }
    const stored = field >= STORED;
    const size = stored ? field - STORED : field;
    if (size > this.#blockSize) {
      const message = `a block of ${size} bytes in a frame of smaller blocks`;
      throw input.failure("corrupt", message, input.pos - 4);
    }
    input.need(size + (this.#blockChecksums ? 4 : 0));
    const end = input.pos + size;
    const block = input.bytes.subarray(input.pos, end);
    if (this.#blockChecksums && readUint32(input.bytes, end) !== xxHash32(block)) {
      throw input.failure("checksum", "the checksum of a block does not match", end);
    }
    const most = stored ? size : Math.min(this.#blockSize, size * MAX_EXPANSION);
    const stop = Math.min(output.open(most), output.pos + most);
    const from = output.pos;
    let pos: number;
    if (stored) {
      pos = Math.min(from + size, stop);
      output.bytes.set(block.subarray(0, pos - from), from);
    } else {
      pos = this.#block(end, stop);
    }
    output.close(pos, input);
    input.pos = end + (this.#blockChecksums ? 4 : 0);
    this.#content?.update(output.bytes.subarray(from, pos));
    return true;
  }

  // One compressed block, from the input's position to `end`; returns where its output ends, or `stop` where that is the
  // caller's limit.
  #block(end: number, stop: number): number {
    const input = this.#input;
    const { bytes } = this.#output;
    const data = input.bytes;
    const from = this.#output.pos;
    const lowest = this.#linked ? Math.max(0, this.#frameStart - this.#output.before) : from;
    let at = input.pos;
    let pos = from;
    while (at < end) {
      const token = data[at++] as number;
      let length = token >> 4;
      if (length === 15) {
        for (let more = 255; more === 255; length += more) {
          if (at >= end) throw input.failure("corrupt", "a length goes beyond its block", at);
          more = data[at++] as number;
        }
      }
      if (length > end - at) throw input.failure("corrupt", "literals go beyond their block", at);
      if (length > stop - pos) return this.#overflow(pos, at, stop);
      if (length > 32) {
        bytes.set(data.subarray(at, at + length), pos);
        at += length;
        pos += length;
      } else {
        for (const last = at + length; at < last; ) bytes[pos++] = data[at++] as number;
      }
      // A block ends with literals.
      if (at === end) return pos;
      if (end - at < 2) throw input.failure("corrupt", "a distance goes beyond its block", at);
      const distance = (data[at] as number) | ((data[at + 1] as number) << 8);
      if (distance === 0 || distance > pos - lowest) {
        throw input.failure("corrupt", `a match ${distance} bytes back, before the start`, at);
      }
      at += 2;
      length = token & 15;
      if (length === 15) {
        for (let more = 255; more === 255; length += more) {
          if (at >= end) throw input.failure("corrupt", "a length goes beyond its block", at);
          more = data[at++] as number;
        }
      }
      length += 4;
      if (length > stop - pos) return this.#overflow(pos, at, stop);
      if (distance >= length && length > 32) {
        bytes.copyWithin(pos, pos - distance, pos - distance + length);
        pos += length;
      } else if (distance === 1 && length > 32) {
        bytes.fill(bytes[pos - 1] as number, pos, pos + length);
        pos += length;
      } else {
        for (const last = pos + length; pos < last; pos++) {
          bytes[pos] = bytes[pos - distance] as number;
        }
      }
    }
    throw input.failure("corrupt", "a block does not end with literals", end);
  }

  // The block goes on beyond its room: that is the caller's limit, unless the frame allows no more itself.
  #overflow(pos: number, at: number, stop: number): number {
    if (stop - this.#output.pos > this.#output.allowed) {
      this.#output.bytes.fill(0, pos, stop);
      return stop;
    }
    throw this.#input.failure("corrupt", "a block is longer than its frame allows", at);
  }

  #startFrame(): boolean {
    const input = this.#input;
    if (!input.has(1)) {
      if (this.#found) return false;
      throw input.truncated();
    }
    const start = input.pos;
    const magic = input.uint32();
    if (magic >>> 4 === SKIPPABLE_FRAME) {
      for (let left = input.uint32(); left > 0; ) {
        input.need(1);
        const count = Math.min(left, input.end - input.pos);
        input.pos += count;
        left -= count;
      }
      return true;
    }
    if (magic === LEGACY_FRAME) {
      throw input.failure("unsupported", "it is a frame of LZ4's old format", input.pos - 4);
    }
    if (magic !== FRAME) {
      throw input.failure(
        "corrupt",
        "it does not begin as an LZ4 frame",
        Math.max(start, input.pos - 4),
      );
    }
    this.#readDescriptor();
    this.#inFrame = true;
    this.#found = true;
    this.#frameStart = this.#output.total;
    return true;
  }

  #readDescriptor(): void {
    const input = this.#input;
    input.need(2);
    const flags = input.bytes[input.pos] as number;
    if (flags >> 6 !== 1) {
      throw input.failure("unsupported", `version ${flags >> 6} of the LZ4 frame format`);
    }
    const hasSize = (flags & 8) !== 0;
    const length = 2 + (hasSize ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0);
    input.need(length + 1);
    const descriptor = input.bytes.subarray(input.pos, input.pos + length);
    const sizeCode = (descriptor[1] as number) >> 4;
    if ((flags & 2) !== 0 || ((descriptor[1] as number) & 0x8f) !== 0) {
      throw input.failure("unsupported", "reserved bits of the LZ4 frame's header are set");
    }
    if (sizeCode < 4) {
      throw input.failure(
        "corrupt",
        `there is no block size with the number ${sizeCode}`,
        input.pos + 1,
      );
    }
    if (((xxHash32(descriptor) >>> 8) & 255) !== input.bytes[input.pos + length]) {
      throw input.failure(
        "checksum",
        "the checksum of a frame's header does not match",
        input.pos + length,
      );
    }
    if ((flags & 1) !== 0) {
      throw input.failure("unsupported", "the frame needs a dictionary, which is not in it");
    }
    this.#linked = (flags & 0x20) === 0;
    this.#blockChecksums = (flags & 0x10) !== 0;
    this.#blockSize = 1 << (8 + 2 * sizeCode);
    this.#contentSize = hasSize
      ? readUint32(descriptor, 2) + readUint32(descriptor, 6) * 2 ** 32
      : undefined;
    this.#content = (flags & 4) !== 0 ? new XxHash32() : undefined;
    input.pos += length + 1;
  }

  #endFrame(): void {
    const input = this.#input;
    const size = this.#output.total - this.#frameStart;
    if (this.#contentSize !== undefined && this.#contentSize !== size) {
      const message = `${size} bytes in a frame that says it has ${this.#contentSize}`;
      throw input.failure("corrupt", message, input.pos - 4);
    }
    if (this.#content !== undefined && input.uint32() !== this.#content.digest()) {
      throw input.failure("checksum", "the checksum of a frame does not match", input.pos - 4);
    }
    this.#inFrame = false;
  }
}

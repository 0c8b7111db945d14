/** Bytes as the machine reads them: all in memory here; `source.ts` and `raw.ts` have those that are not. */

import { Refusal } from "./refusal.ts";
import { StringReader } from "./strings.ts";

/** The window. Its fields are open to the hot loop, which keeps copies of them and takes them anew after `need`. */
export class Input {
  declare bytes: Uint8Array;
  declare view: DataView;
  pos = 0;
  declare end: number;
  /** Offset in the input of `bytes[0]`. */
  base = 0;
  /** Where the opcode at work stands in `bytes`, and its code; -1 where there is none. */
  at = 0;
  op = -1;
  /** Offset of the opcode at work where the window may have moved since it was read, else -1. */
  opcodeAt = -1;
  /** Whether further pieces may be fed: then the end of the bytes is a pause. */
  isFed = false;
  /** Whether all of the input is in `bytes`, which then stay as they are. */
  declare readonly isWhole: boolean;
  readonly strings: StringReader = new StringReader();

  constructor(bytes: Uint8Array, isWhole = true) {
    this.bytes = plain(bytes);
    this.view = viewOf(bytes);
    this.end = bytes.length;
    this.isWhole = isWhole;
  }

  /** Offset in the input of the next byte. */
  get offset(): number {
    return this.base + this.pos;
  }

  /** Makes `count` bytes available from `from`, the start of the opcode; returns where the opcode stands then. */
  need(from: number, count: number): number {
    const outer = this.opcodeAt;
    if (outer < 0) this.opcodeAt = this.base + from;
    if (!this.refill(from, count)) throw new Refusal("truncated", "the input ends before STOP");
    this.opcodeAt = outer;
    this.at = this.pos;
    return this.pos;
  }

  /** As `need`, for a FRAME and all that it announces. */
  needFrame(from: number, count: number): number {
    return this.need(from, count);
  }

  /** Moves the window so that it starts at `from` and holds `count` bytes; false when the input has fewer. */
  refill(_from: number, _count: number): boolean {
    return false;
  }

  /** Steps over the header of `width` bytes and makes `count` bytes available; returns where they start. */
  take(width: number, count: number): number {
    let start = this.pos + width;
    if (start + count > this.end) start = this.need(this.pos - 1, 1 + width + count) + 1 + width;
    this.pos = start + count;
    return start;
  }

  /** The bytes up to the next newline, without it. */
  line(): Uint8Array {
    let searched = this.pos;
    for (;;) {
      const newline = this.bytes.subarray(0, this.end).indexOf(0x0a, searched);
      if (newline >= 0) {
        const line = this.bytes.subarray(this.pos, newline);
        this.pos = newline + 1;
        return line;
      }
      const length = this.end - this.pos;
      if (!this.refill(this.pos, length + 1))
        throw new Refusal("truncated", "the input ends before STOP");
      // The window has moved: it holds the same bytes at its start.
      searched = length;
    }
  }

  /** A length of 1, 4 or 8 bytes. Above 2^53 no input is that long, so the exact value does not matter. */
  length(view: DataView, pos: number, width: number): number {
    if (width === 1) return view.getUint8(pos);
    const low = view.getUint32(pos, true);
    return width === 4 ? low : low + view.getUint32(pos + 4, true) * 2 ** 32;
  }
}

// A Buffer's slice shares its memory, and a loop that meets two kinds of bytes is slower for both.
export function plain(bytes: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as the machine reads them: all in memory, a window that moves along a source, or pieces that are fed to it. */

import type { ByteSource } from "../bytes/index.ts";
import { Refusal } from "./refusal.ts";
import { StringReader } from "./strings.ts";

const NO_BYTES = new Uint8Array(0);

// First window of a source; it doubles only as bytes really arrive.
const WINDOW = 64 * 1024;

// Large raw bytes go through a buffer of this size, which the processor's cache holds: reading 200 MB straight into fresh
// memory takes 99 ms, through the buffer 43 (Node 26, huge pages; without them 169 and 155, most of it page faults).
const THROUGH = 256 * 1024;

/** The window. Its fields are open to the hot loop, which keeps copies of them and takes them anew after `need`. */
export class Input {
  bytes: Uint8Array;
  view: DataView;
  pos = 0;
  end: number;
  /** Offset in the input of `bytes[0]`. */
  base = 0;
  /** Offset of the opcode at work where the window may have moved since it was read, else -1. */
  opcodeAt = -1;
  /** Whether further pieces may be fed: then the end of the bytes is a pause. */
  isFed = false;
  /** Where the last FRAME stands that announced more than was there when it was read, and where it is to end. */
  openFrame = -1;
  openFrameEnd = -1;
  /** Whether all of the input is in `bytes`, which then stay as they are. */
  readonly isWhole: boolean;
  readonly strings: StringReader = new StringReader();
  readonly #source: ByteSource | undefined;

  /** Without `input` the bytes are fed. */
  constructor(input: Uint8Array | ByteSource | undefined) {
    this.#source = input instanceof Uint8Array ? undefined : input;
    this.isWhole = input instanceof Uint8Array;
    this.bytes = input instanceof Uint8Array ? plain(input) : NO_BYTES;
    this.end = this.bytes.length;
    this.view = viewOf(this.bytes);
    this.isFed = input === undefined;
  }

  /** The next piece, of whole opcodes, once the one before is used up. */
  feed(piece: Uint8Array): void {
    this.base += this.end;
    this.bytes = plain(piece);
    this.view = viewOf(piece);
    this.pos = 0;
    this.end = piece.length;
    this.strings.reset();
  }

  /** `count` bytes that were no opcodes and went by outside. */
  pass(count: number): void {
    this.base += count;
  }

  /** The next `count` bytes in memory of their own, or with `view` perhaps as a view of the input. */
  raw(count: number, view: boolean): Uint8Array {
    const start = this.pos;
    if (start + count <= this.end) {
      this.pos += count;
      const shares = view && this.#source === undefined;
      return shares ? this.bytes.subarray(start, this.pos) : this.bytes.slice(start, this.pos);
    }
    const source = this.#source;
    const kept = this.end - start;
    const remaining = source?.remaining;
    if (source === undefined || (remaining !== undefined && kept + remaining < count))
      throw cutRaw(count, kept + (remaining ?? 0));
    // Where the source does not know its end: twice what has really arrived, never what a header claims.
    let target = new Uint8Array(
      remaining === undefined ? Math.min(count, Math.max(2 * kept, WINDOW)) : count,
    );
    target.set(this.bytes.subarray(start, this.end));
    let filled = kept;
    this.base += this.end;
    this.pos = 0;
    this.end = 0;
    this.strings.reset();
    const through = count - kept > THROUGH ? new Uint8Array(THROUGH) : undefined;
    while (filled < count) {
      if (filled === target.length) {
        const larger = new Uint8Array(Math.min(count, target.length * 2));
        larger.set(target);
        target = larger;
      }
      const room = target.subarray(filled);
      const part = through === undefined ? room : through.subarray(0, room.length);
      const read = source.read(part);
      if (read === 0) throw cutRaw(count, filled);
      if (part !== room) room.set(part.length === read ? part : part.subarray(0, read));
      filled += read;
    }
    this.base += count - kept;
    return target;
  }

  /** Passes over `count` bytes. */
  skip(count: number): void {
    let left = count;
    while (left > this.end - this.pos) {
      left -= this.end - this.pos;
      if (!this.refill(this.end, 1)) throw cutRaw(count, count - left);
    }
    this.pos += left;
  }

  /** Offset in the input of the next byte. */
  get offset(): number {
    return this.base + this.pos;
  }

  /** Whether the input has no further byte. */
  atEnd(): boolean {
    return this.pos >= this.end && !this.refill(this.pos, 1);
  }

  /** Makes `count` bytes available from `from`, the start of the opcode; returns where the opcode stands then. */
  need(from: number, count: number): number {
    const outer = this.opcodeAt;
    if (outer < 0) this.opcodeAt = this.base + from;
    if (!this.refill(from, count)) throw new Refusal("truncated", `the input ends before STOP`);
    this.opcodeAt = outer;
    return this.pos;
  }

  /** Moves the window so that it starts at `from` and holds `count` bytes; false when the input has fewer. */
  refill(from: number, count: number): boolean {
    const source = this.#source;
    const kept = this.end - from;
    if (source === undefined || (source.remaining !== undefined && kept + source.remaining < count))
      return false;
    let filled = kept;
    let target = this.bytes;
    if (target.length < WINDOW) target = new Uint8Array(WINDOW);
    // Only what moves is copied: a source that drips into one long line would make this quadratic.
    if (from > 0 || target !== this.bytes) target.set(this.bytes.subarray(from, this.end), 0);
    this.base += from;
    this.strings.reset();
    while (filled < count) {
      // Twice what has really arrived, never what a length field claims.
      if (filled === target.length) {
        const larger = new Uint8Array(target.length * 2);
        larger.set(target);
        target = larger;
      }
      const read = source.read(target.subarray(filled));
      if (read === 0) break;
      filled += read;
    }
    if (target !== this.bytes) this.view = viewOf(target);
    this.bytes = target;
    this.pos = 0;
    this.end = filled;
    return filled >= count;
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
      searched = length;
      if (!this.refill(this.pos, length + 1))
        throw new Refusal("truncated", "the input ends inside a line");
      // A window that moved holds the same bytes at its start.
      searched = Math.min(searched, this.end);
    }
  }

  /** An 8-byte length. Above 2^53 no input is that long, so the exact value does not matter. */
  length(view: DataView, pos: number): number {
    return view.getUint32(pos, true) + view.getUint32(pos + 4, true) * 2 ** 32;
  }
}

/** The refusal of raw bytes that are not all there. */
export function cutRaw(wanted: number, there: number): Refusal {
  return new Refusal(
    "truncated",
    `the input ends inside raw bytes: ${wanted} are to follow, ${there} do`,
  );
}

// A Buffer's slice shares its memory, and a loop that meets two kinds of bytes is slower for both.
function plain(bytes: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes that are read as they are needed, through a window that moves along them, and raw bytes between opcodes. */

import type { ByteSource } from "../bytes/index.ts";
import { PickleError } from "../errors/index.ts";
import { Input, viewOf } from "./input.ts";
import { Refusal } from "./refusal.ts";

const NO_BYTES = new Uint8Array(0);

// First window of a source; it doubles only as bytes really arrive.
const WINDOW = 64 * 1024;

// Large raw bytes go through a buffer of this size, which the processor's cache holds: reading 200 MB straight into fresh
// memory takes 99 ms, through the buffer 43 (Node 26, huge pages; without them 169 and 155, most of it page faults).
const THROUGH = 256 * 1024;

/** A window that moves along a source, or the bytes of which raw ones are wanted. */
export class SourceInput extends Input {
  readonly #source: ByteSource | undefined;

  constructor(input: Uint8Array | ByteSource) {
    const isWhole = input instanceof Uint8Array;
    super(isWhole ? input : NO_BYTES, isWhole);
    this.#source = isWhole ? undefined : input;
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
      const read = readFrom(source, part);
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

  /** Moves the window so that it starts at `from` and holds `count` bytes; false when the input has fewer. */
  override refill(from: number, count: number): boolean {
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
      const read = readFrom(source, target.subarray(filled));
      if (read === 0) break;
      filled += read;
    }
    if (target !== this.bytes) this.view = viewOf(target);
    this.bytes = target;
    this.pos = 0;
    this.end = filled;
    return filled >= count;
  }
}

// The next bytes of a source, whose own errors become ours, as those of files are.
function readFrom(source: ByteSource, target: Uint8Array): number {
  let read: number;
  try {
    read = source.read(target);
  } catch (cause) {
    if (cause instanceof PickleError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PickleError("read-failed", `cannot read the source: ${reason}`, { cause });
  }
  if (Number.isInteger(read) && read >= 0 && read <= target.length) return read;
  const answer = `read() must return how many of ${target.length} bytes it read, not ${String(read)}`;
  throw new PickleError("read-failed", `cannot read the source: ${answer}`);
}

/** The refusal of raw bytes that are not all there. */
export function cutRaw(wanted: number, there: number): Refusal {
  return new Refusal(
    "truncated",
    `the input ends inside raw bytes: ${wanted} are to follow, ${there} do`,
  );
}

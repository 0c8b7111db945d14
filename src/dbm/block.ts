/** The bytes of a database in, its numbers out; whatever lies beyond the end is a refusal with its place. */
import { damaged } from "./error.ts";

/** A file in memory, read at any place. */
export class Block {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;

  // Bytes that entries may still claim: each belongs to one of them, so that a file whose entries all lead to the same
  // place costs no more than its size.
  #left: number;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.bytes = bytes;
    this.#left = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
  }

  uint8(at: number): number {
    return this.#view.getUint8(this.#within(at, 1));
  }

  uint16(at: number): number {
    return this.#view.getUint16(this.#within(at, 2), this.#littleEndian);
  }

  int32(at: number): number {
    return this.#view.getInt32(this.#within(at, 4), this.#littleEndian);
  }

  uint32(at: number): number {
    return this.#view.getUint32(this.#within(at, 4), this.#littleEndian);
  }

  /** An offset of eight bytes; one beyond 2^53 is beyond every file. */
  offset64(at: number): number {
    return Number(this.#view.getBigInt64(this.#within(at, 8), this.#littleEndian));
  }

  /** Counts bytes that an entry claims for itself. @throws DbmError `damaged` where there are not as many */
  claim(count: number, at: number): void {
    this.#left -= count;
    if (this.#left < 0) throw damaged("its entries claim more bytes than it has", at);
  }

  /** `count` bytes in memory of their own. */
  copy(at: number, count: number): Uint8Array<ArrayBuffer> {
    this.#within(at, count);
    return new Uint8Array(this.bytes.subarray(at, at + count));
  }

  #within(at: number, count: number): number {
    if (at >= 0 && count >= 0 && at + count <= this.bytes.length) return at;
    const place = at < 0 || at > this.bytes.length ? this.bytes.length : at;
    throw damaged(`${count} bytes at ${at} are beyond its end`, place);
  }
}

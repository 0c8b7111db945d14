/**
 * Opcodes in, framed bytes out: scalars, text, bytes, names and references to the memo, each as its protocol writes it.
 *
 * Source: CPython 3.13 Modules/_pickle.c _Pickler_Write, _Pickler_OpcodeBoundary, save_long, save_float, save_unicode,
 * save_bytes, memo_put, memo_get; PEP 3154 (frames). A frame here is one of bytes, not one of the walk's.
 */

import {
  ByteBuffer,
  type ByteSink,
  encodeLong,
  encodeRawUnicodeEscape,
  writeLong,
  writeUtf8,
} from "../bytes/index.ts";
import { PickleError, type PicklingCode, type PicklingError } from "../errors/index.ts";
import { type Float, formatFloat } from "../values/index.ts";
import { Chunks } from "./chunks.ts";
import { messageOf } from "./describe.ts";
import { LONGEST_NUMBER, putFloat, putGet, putInt32 } from "./put.ts";
import { HASH_SEED, hashEnd, hashStep } from "./string-memo.ts";

// CPython: FRAME_SIZE_MIN, FRAME_SIZE_TARGET, FRAME_HEADER_SIZE.
const FRAME_MIN = 4;
const FRAME_TARGET = 64 * 1024;
const FRAME_HEADER = 9;

/** The longest string that {@link Output.shortText} writes: its bytes are counted in one. */
export const MOST_SHORT = 64;

// Data of this size is copied once, at the end, while no function of the caller's runs that might change it.
const LEAST_KEPT = 512;

// Most pickles are smaller; larger ones grow to a chunk.
const FIRST_BUFFER = 512;

// A buffer up to this size is kept for the next pickle.
const MOST_KEPT = 4 * FRAME_TARGET;

/** Makes the error that says at which value it happened. */
export type ErrorMaker = (code: PicklingCode, message: string, cause?: unknown) => PicklingError;

/** Whatever was thrown becomes an error of ours; those that are it pass. */
export function wrapped(
  error: ErrorMaker,
  code: PicklingCode,
  what: string,
  cause: unknown,
): unknown {
  return cause instanceof PickleError ? cause : error(code, `${what}: ${messageOf(cause)}`, cause);
}

/** The bytes of one pickle after another. Opcodes without an argument are written by `byte` and `ascii`. */
export class Output extends ByteBuffer {
  readonly protocol: number;
  readonly #sink: ByteSink | undefined;
  readonly #error: ErrorMaker;
  // What is finished of the object at work, where no sink takes it.
  readonly #chunks = new Chunks();
  // Start of the open frame in the buffer, -1 where frames are not written; #boundary is where it is full.
  #frameStart = -1;
  #boundary = FRAME_TARGET;
  // Bytes of the pickle at work that are not in the buffer, and those of them that belong to the open frame.
  #sent = 0;
  #inserted = 0;
  // Data from this size on is not copied before the end.
  #leastKept = FRAME_TARGET;

  constructor(protocol: number, sink: ByteSink | undefined, error: ErrorMaker) {
    super(FIRST_BUFFER);
    this.protocol = protocol;
    this.#sink = sink;
    this.#error = error;
  }

  /** Starts a pickle. */
  begin(): void {
    this.pos = 0;
    if (this.protocol >= 2) {
      this.byte(0x80); // PROTO
      this.byte(this.protocol);
    }
    this.#frameStart = -1;
    this.#boundary = FRAME_TARGET;
    this.#chunks.clear();
    this.#sent = 0;
    this.#leastKept = this.#sink === undefined ? LEAST_KEPT : FRAME_TARGET;
    if (this.protocol >= 4) this.#openFrame();
  }

  /** Ends the pickle; returns its bytes, or nothing where a sink receives them. */
  end(): Uint8Array {
    this.byte(0x2e); // STOP
    this.#closeFrame();
    if (this.#chunks.isEmpty && this.#sink === undefined) return this.bytes.slice(0, this.pos);
    this.#flush();
    const all = this.#chunks.joined();
    this.#chunks.clear();
    return all;
  }

  /** Gives back memory that few pickles need. */
  shrink(): void {
    if (this.bytes.length > MOST_KEPT) this.renew(FIRST_BUFFER);
  }

  /** A function of the caller's is about to run, which may change what was written, large data excepted. */
  settle(): void {
    if (this.#leastKept === FRAME_TARGET) return;
    this.#leastKept = FRAME_TARGET;
    this.#chunks.copySmall(FRAME_TARGET);
  }

  // --- framing (PEP 3154)

  /** Between two objects: a full frame ends here. C's _Pickler_OpcodeBoundary. */
  passBoundary(): void {
    if (this.pos >= this.#boundary) this.#nextFrame();
  }

  #nextFrame(): void {
    this.#closeFrame();
    this.#flush();
    if (this.protocol >= 4) this.#openFrame();
    else this.#boundary = FRAME_TARGET;
  }

  #openFrame(): void {
    this.#frameStart = this.pos;
    this.#inserted = 0;
    this.#boundary = this.pos + FRAME_HEADER + FRAME_TARGET;
    this.reserve(FRAME_HEADER);
    this.pos += FRAME_HEADER;
  }

  #closeFrame(): void {
    if (this.#frameStart < 0) return;
    const start = this.#frameStart;
    const length = this.pos - start - FRAME_HEADER + this.#inserted;
    if (length >= FRAME_MIN) {
      this.bytes[start] = 0x95; // FRAME
      this.view.setUint32(start + 1, length, true);
      this.view.setUint32(start + 5, Math.floor(length / 2 ** 32), true);
    } else {
      this.bytes.copyWithin(start, start + FRAME_HEADER, this.pos);
      this.pos -= FRAME_HEADER;
    }
    this.#frameStart = -1;
  }

  #flush(): void {
    const chunk = this.bytes.slice(0, this.pos);
    this.pos = 0;
    this.#send(chunk);
  }

  #send(chunk: Uint8Array): void {
    this.#sent += chunk.length;
    if (this.#sink === undefined) {
      this.#chunks.push(chunk);
      return;
    }
    try {
      this.#sink.write(chunk);
    } catch (cause) {
      throw this.#error("write-failed", `the output refused the bytes: ${messageOf(cause)}`, cause);
    }
  }

  // --- bytes that are no opcodes

  /** Ends the frame; returns the offset in the output where raw bytes may now stand. */
  startRaw(): number {
    this.#closeFrame();
    return this.#sent + this.pos;
  }

  /** Raw bytes; large ones are handed on as they are and must not change until the output is written. */
  raw(data: Uint8Array): void {
    if (data.length >= FRAME_TARGET || this.pos >= FRAME_TARGET) this.#flush();
    if (data.length >= FRAME_TARGET) this.#send(data);
    else this.append(data);
  }

  /** Goes on with opcodes. */
  endRaw(): void {
    if (this.pos >= FRAME_TARGET) this.#flush();
    if (this.protocol >= 4) this.#openFrame();
    else this.#boundary = this.pos + FRAME_TARGET;
  }

  // Opcode, size and data; data of a frame's size or more stands outside frames, so that readers can map it.
  #payload(opcode: number, size: number, width: number, data: Uint8Array): void {
    const large = data.length >= FRAME_TARGET;
    const framed = this.#frameStart >= 0;
    if (large && framed) this.#closeFrame();
    this.byte(opcode);
    if (width === 1) this.byte(size);
    else if (width === 4) this.uint32(size);
    else this.uint64(size);
    if (this.#sink === undefined && data.length >= this.#leastKept) {
      this.#chunks.insert(data, this.pos);
      this.#sent += data.length;
      this.#inserted += data.length;
      this.#boundary -= data.length;
    } else if (large) {
      this.#flush();
      this.#send(data);
      this.#boundary = FRAME_TARGET;
    } else {
      this.append(data);
    }
    if (large && framed) this.#openFrame();
  }

  // --- scalars

  /** A bool. */
  boolean(value: boolean): void {
    if (this.protocol >= 2) this.byte(value ? 0x88 : 0x89);
    else this.ascii(value ? "I01\n" : "I00\n");
  }

  /** An int where the number is integral and safe, else a float; -0 too. */
  number(value: number): void {
    if (this.protocol >= 1 && (value | 0) === value && (value !== 0 || 1 / value > 0)) {
      this.reserve(5);
      this.pos = putInt32(this.view, this.pos, value);
    } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#integer(value);
    } else {
      this.#float(value);
    }
  }

  /**
   * Numbers for as long as numbers come, from protocol 1 on; returns the index of the first item that is none. Where `values`
   * stand between the items, an even index is that of a key, an odd one that of its value.
   *
   * The loop keeps the buffer in locals: a list of a million ints takes 0.55 of the time of one call for each (Node 26, both
   * versions in turn over the workload `ints` of bench/workloads.ts).
   */
  numbers(
    items: readonly unknown[],
    values: readonly unknown[] | null,
    from: number,
    to: number,
  ): number {
    let index = from;
    let { view, pos } = this;
    let limit = this.#limit();
    for (; index < to; index++) {
      const value =
        values === null ? items[index] : (index & 1) === 0 ? items[index >> 1] : values[index >> 1];
      if (typeof value !== "number") break;
      if (pos >= limit) {
        this.pos = pos;
        limit = this.#passLimit();
        ({ view, pos } = this);
      }
      if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
        pos = putInt32(view, pos, value);
      } else if (Number.isSafeInteger(value) && value !== 0) {
        this.pos = pos;
        this.#integer(value);
        ({ pos } = this);
      } else {
        pos = putFloat(view, pos, value);
        // Where one float is there are mostly more: 0.72 of the time of the long way for each (workload `floats`).
        while (values === null && pos < limit && index + 1 < to) {
          const next = items[index + 1];
          if (typeof next !== "number" || Math.floor(next) === next) break;
          pos = putFloat(view, pos, next);
          index++;
        }
      }
    }
    this.pos = pos;
    return index;
  }

  // Before it there is room for the longest number, and no frame that is full.
  #limit(): number {
    return Math.min(this.bytes.length - LONGEST_NUMBER, this.#boundary);
  }

  #passLimit(): number {
    this.passBoundary();
    this.reserve(LONGEST_NUMBER + 1);
    return this.#limit();
  }

  /** An int of any size. */
  bigint(value: bigint): void {
    if (value >= -9007199254740991n && value <= 9007199254740991n) this.number(Number(value));
    else if (this.protocol < 2)
      this.ascii(`L${value}L\n`); // LONG
    else this.#long(value);
  }

  #integer(value: number): void {
    if (this.protocol < 2) {
      if (value >= -0x80000000 && value <= 0x7fffffff)
        this.ascii(`I${value}\n`); // INT
      else this.ascii(`L${value}L\n`); // LONG
      return;
    }
    // Outside 32 bits: the fewest bytes of two's complement, five to seven of them.
    const magnitude = value < 0 ? -(value + 1) : value;
    const high = Math.floor(magnitude / 2 ** 32);
    const bits = high > 0 ? 64 - Math.clz32(high) : 32;
    const count = (bits >> 3) + 1;
    this.reserve(2 + count);
    const { bytes } = this;
    let { pos } = this;
    bytes[pos++] = 0x8a; // LONG1
    bytes[pos++] = count;
    const flip = value < 0 ? 0xff : 0;
    let low = magnitude >>> 0;
    for (let index = 0; index < 4; index++) {
      bytes[pos++] = (low & 0xff) ^ flip;
      low >>>= 8;
    }
    let rest = high;
    for (let index = 4; index < count; index++) {
      bytes[pos++] = (rest & 0xff) ^ flip;
      rest = Math.floor(rest / 256);
    }
    this.pos = pos;
  }

  #long(value: bigint): void {
    this.reserve(138);
    const count = writeLong(this.bytes, this.view, this.pos + 2, value);
    if (count > 0) {
      this.bytes[this.pos] = 0x8a; // LONG1
      this.bytes[this.pos + 1] = count;
      this.pos += 2 + count;
      return;
    }
    const digits = encodeLong(value);
    if (digits.length < 256) {
      this.byte(0x8a); // LONG1
      this.byte(digits.length);
    } else {
      this.byte(0x8b); // LONG4
      this.uint32(digits.length);
    }
    this.append(digits);
  }

  #float(value: number): void {
    if (this.protocol === 0) {
      this.ascii(`F${formatFloat(value)}\n`); // FLOAT
      return;
    }
    this.reserve(9);
    this.pos = putFloat(this.view, this.pos, value);
  }

  /** A float, with the very bits of a NaN. */
  boxedFloat({ value, bits }: Float): void {
    if (bits === undefined || this.protocol === 0) {
      this.#float(value);
      return;
    }
    this.reserve(9);
    this.bytes[this.pos] = 0x47; // BINFLOAT
    this.view.setBigUint64(this.pos + 1, bits, false);
    this.pos += 9;
  }

  // --- text and bytes

  /** A str of at most {@link MOST_SHORT} characters, from protocol 1 on; returns its hash. */
  shortText(text: string): number {
    const { length } = text;
    this.reserve(5 + length * 3);
    const { bytes, pos } = this;
    const start = pos + (this.protocol >= 4 ? 2 : 5);
    let end = start;
    let hash = HASH_SEED ^ length;
    let surrogates = 0;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      hash = hashStep(hash, code);
      if (code < 0x80) {
        bytes[end++] = code;
      } else if (code < 0x800) {
        bytes[end++] = 0xc0 | (code >> 6);
        bytes[end++] = 0x80 | (code & 0x3f);
      } else {
        bytes[end++] = 0xe0 | (code >> 12);
        bytes[end++] = 0x80 | ((code >> 6) & 0x3f);
        bytes[end++] = 0x80 | (code & 0x3f);
        surrogates |= (code & 0xf800) === 0xd800 ? 1 : 0;
      }
    }
    // Surrogates in pairs are one character of four bytes.
    if (surrogates !== 0) end = writeUtf8(bytes, start, text);
    if (this.protocol >= 4) {
      bytes[pos] = 0x8c; // SHORT_BINUNICODE
      bytes[pos + 1] = end - start;
    } else {
      bytes[pos] = 0x58; // BINUNICODE
      this.view.setUint32(pos + 1, end - start, true);
    }
    this.pos = end;
    return hashEnd(hash);
  }

  /** A str. */
  text(text: string): void {
    const { length } = text;
    if (this.protocol === 0) {
      this.byte(0x56); // UNICODE
      this.append(encodeRawUnicodeEscape(text));
      this.byte(0x0a);
    } else if (length * 3 >= FRAME_TARGET) {
      this.#longString(text);
    } else {
      this.reserve(5 + length * 3);
      const { bytes } = this;
      const { pos } = this;
      // The guess: ASCII, so that the length is known. Where it is wrong the text moves by the wider header; UTF-8 is never
      // shorter.
      const header = length <= 0xff && this.protocol >= 4 ? 2 : 5;
      const end = writeUtf8(bytes, pos + header, text);
      const size = end - pos - header;
      if (size <= 0xff && this.protocol >= 4) {
        bytes[pos] = 0x8c; // SHORT_BINUNICODE
        bytes[pos + 1] = size;
        this.pos = pos + 2 + size;
      } else {
        if (header === 2) bytes.copyWithin(pos + 5, pos + 2, end);
        bytes[pos] = 0x58; // BINUNICODE
        this.view.setUint32(pos + 1, size, true);
        this.pos = pos + 5 + size;
      }
    }
  }

  #longString(text: string): void {
    const scratch = new Uint8Array(text.length * 3);
    const data = scratch.subarray(0, writeUtf8(scratch, 0, text));
    if (data.length <= 0xffffffff)
      this.#payload(0x58, data.length, 4, data); // BINUNICODE
    else if (this.protocol >= 4)
      this.#payload(0x8d, data.length, 8, data); // BINUNICODE8
    else throw this.#error("too-large", "a str above 4 GiB needs protocol 4");
  }

  /** A bytes, from protocol 3. */
  data(data: Uint8Array): void {
    const { length } = data;
    if (length <= 0xff)
      this.#payload(0x43, length, 1, data); // SHORT_BINBYTES
    else if (length <= 0xffffffff)
      this.#payload(0x42, length, 4, data); // BINBYTES
    else if (this.protocol >= 4)
      this.#payload(0x8e, length, 8, data); // BINBYTES8
    else throw this.#error("too-large", "bytes above 4 GiB need protocol 4");
  }

  /** A bytearray, from protocol 5. */
  byteArray(data: Uint8Array): void {
    this.#payload(0x96, data.length, 8, data); // BYTEARRAY8
  }

  // --- names

  /** Two lines of text after an opcode. Protocol 3 has UTF-8 names, those below ASCII only (CPython save_global). */
  lines(opcode: number, module: string, name: string): void {
    const text = `${module}\n${name}\n`;
    if (module.includes("\n") || name.includes("\n")) {
      throw this.#error(
        "not-encodable",
        `the name ${JSON.stringify(`${module}.${name}`)} contains a newline`,
      );
    }
    this.byte(opcode);
    this.reserve(text.length * 3);
    const end = writeUtf8(this.bytes, this.pos, text);
    if (end - this.pos !== text.length && this.protocol < 3) {
      throw this.#error("not-encodable", `the name ${module}.${name} needs protocol 3 or later`);
    }
    this.pos = end;
  }

  /** A persistent id as text, which protocol 0 has. */
  persistentId(text: string): void {
    if (!/^[\x00-\x09\x0b-\x7f]*$/.test(text)) {
      throw this.#error(
        "bad-persistent-id",
        "at protocol 0 a persistent id must be ASCII without newlines",
      );
    }
    this.ascii(`P${text}\n`); // PERSID
  }

  /** A global by its code in the extension registry. */
  extension(code: number): void {
    if (code <= 0xff) {
      this.byte(0x82); // EXT1
      this.byte(code);
    } else if (code <= 0xffff) {
      this.byte(0x83); // EXT2
      this.byte(code & 0xff);
      this.byte(code >> 8);
    } else {
      this.byte(0x84); // EXT4
      this.uint32(code);
    }
  }

  // --- memo

  /** Puts what was written last into the memo. */
  put(index: number): void {
    if (this.protocol >= 4) {
      this.byte(0x94); // MEMOIZE
    } else if (this.protocol === 0) {
      this.ascii(`p${index}\n`); // PUT
    } else if (index < 256) {
      this.byte(0x71); // BINPUT
      this.byte(index);
    } else {
      this.byte(0x72); // LONG_BINPUT
      this.uint32(index);
    }
  }

  /** Fetches an entry of the memo. */
  get(index: number): void {
    if (this.protocol === 0) {
      this.ascii(`g${index}\n`); // GET
      return;
    }
    this.reserve(5);
    this.pos = putGet(this.view, this.pos, index);
  }

  /** Fetches the first `count` of several entries, each an object of its own, from protocol 1 on. */
  gets(indexes: Uint32Array, count: number): void {
    let { view, pos } = this;
    let limit = this.#limit();
    for (let number = 0; number < count; number++) {
      if (pos >= limit) {
        this.pos = pos;
        limit = this.#passLimit();
        ({ view, pos } = this);
      }
      pos = putGet(view, pos, indexes[number] as number);
    }
    this.pos = pos;
  }

  /**
   * Keys for as long as they are those that the memo knows at their places and numbers stand behind them, from protocol 1 on;
   * returns the first place where either is not so.
   */
  numbersByKey(
    keys: readonly unknown[],
    values: readonly unknown[],
    known: readonly string[],
    indexes: readonly number[],
    from: number,
    to: number,
  ): number {
    let { view, pos } = this;
    let limit = this.#limit();
    let place = from;
    for (const end = Math.min(to, known.length); place < end; place++) {
      const value = values[place];
      if (typeof value !== "number" || known[place] !== keys[place]) break;
      if (pos >= limit) {
        this.pos = pos;
        limit = this.#passLimit();
        ({ view, pos } = this);
      }
      pos = putGet(view, pos, indexes[place] as number);
      if (pos < limit && (value | 0) === value && value !== 0) {
        pos = putInt32(view, pos, value);
      } else {
        this.pos = pos;
        this.passBoundary();
        this.number(value);
        limit = this.#limit();
        ({ view, pos } = this);
      }
    }
    this.pos = pos;
    return place;
  }
}

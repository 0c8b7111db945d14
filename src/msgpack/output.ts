/** msgpack's tokens into one growing buffer. Source: the msgpack specification, "Formats"; all numbers big-endian. */
import type { EncodeErrors } from "./options.ts";

const utf8 = new TextEncoder();

// Above this one call of encodeInto costs less than the loop (Node 26, bench/msgpack.ts).
const LONGEST_LOOP = 40;

// Up to this a loop beats set().
const LONGEST_COPY_LOOP = 16;

// Above this the bytes are counted first, for the room of three bytes a character would be most of the buffer.
const LONGEST_GUESS = 8192;

/** Bytes being written. */
export class Output {
  bytes: Uint8Array;
  view: DataView;
  pos = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.pos + count > this.bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.pos + count));
    larger.set(this.bytes.subarray(0, this.pos));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.pos++] = value;
  }

  append(data: Uint8Array): void {
    const { length } = data;
    this.reserve(length);
    const { bytes, pos } = this;
    if (length > LONGEST_COPY_LOOP) bytes.set(data, pos);
    else for (let at = 0; at < length; at++) bytes[pos + at] = data[at] as number;
    this.pos = pos + length;
  }

  /** An int in as few bytes as hold it. */
  integer(value: number): void {
    this.reserve(9);
    const { bytes, view, pos } = this;
    if (value >= 0) {
      if (value < 0x80) {
        bytes[pos] = value;
        this.pos = pos + 1;
      } else if (value < 0x100) {
        bytes[pos] = 0xcc;
        bytes[pos + 1] = value;
        this.pos = pos + 2;
      } else if (value < 0x1_0000) {
        bytes[pos] = 0xcd;
        view.setUint16(pos + 1, value);
        this.pos = pos + 3;
      } else if (value < 0x1_0000_0000) {
        bytes[pos] = 0xce;
        view.setUint32(pos + 1, value);
        this.pos = pos + 5;
      } else {
        bytes[pos] = 0xcf;
        view.setUint32(pos + 1, Math.floor(value / 0x1_0000_0000));
        view.setUint32(pos + 5, value >>> 0);
        this.pos = pos + 9;
      }
    } else if (value >= -0x20) {
      bytes[pos] = value;
      this.pos = pos + 1;
    } else if (value >= -0x80) {
      bytes[pos] = 0xd0;
      bytes[pos + 1] = value;
      this.pos = pos + 2;
    } else if (value >= -0x8000) {
      bytes[pos] = 0xd1;
      view.setInt16(pos + 1, value);
      this.pos = pos + 3;
    } else if (value >= -0x8000_0000) {
      bytes[pos] = 0xd2;
      view.setInt32(pos + 1, value);
      this.pos = pos + 5;
    } else {
      bytes[pos] = 0xd3;
      view.setInt32(pos + 1, Math.floor(value / 0x1_0000_0000));
      view.setUint32(pos + 5, value >>> 0);
      this.pos = pos + 9;
    }
  }

  /** An int of up to 64 bits; false where it has more. */
  bigint(value: bigint): boolean {
    const small = Number(value);
    if (Number.isSafeInteger(small)) {
      this.integer(small);
      return true;
    }
    const unsigned = value > 0n;
    if (value !== (unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value))) return false;
    this.reserve(9);
    this.bytes[this.pos] = unsigned ? 0xcf : 0xd3;
    this.view.setBigUint64(this.pos + 1, BigInt.asUintN(64, value));
    this.pos += 9;
    return true;
  }

  float64(value: number): void {
    this.reserve(9);
    const { pos } = this;
    this.bytes[pos] = 0xcb;
    this.view.setFloat64(pos + 1, value);
    this.pos = pos + 9;
  }

  /** A float in single precision; false where it is finite and would be infinite. */
  float32(value: number): boolean {
    if (!Number.isFinite(Math.fround(value)) && Number.isFinite(value)) return false;
    this.reserve(5);
    this.bytes[this.pos] = 0xca;
    this.view.setFloat32(this.pos + 1, value);
    this.pos += 5;
    return true;
  }

  /** A NaN by its 64 bits. */
  nan64(bits: bigint): void {
    this.reserve(9);
    this.bytes[this.pos] = 0xcb;
    this.view.setBigUint64(this.pos + 1, bits);
    this.pos += 9;
  }

  /** A NaN of 64 bits in single precision: sign and the payload's upper bits. */
  nan32(bits: bigint): void {
    this.reserve(5);
    this.bytes[this.pos] = 0xca;
    const payload = Number((bits >> 29n) & 0x3f_ffffn) | 0x7fc0_0000;
    this.view.setUint32(this.pos + 1, bits >> 63n === 1n ? (payload | 0x8000_0000) >>> 0 : payload);
    this.pos += 5;
  }

  /** The header of an array of `count` items, at most 2**32 - 1. */
  array(count: number): void {
    this.#header(count, 0x90, 0xdc);
  }

  /** The header of a map of `count` entries, at most 2**32 - 1. */
  map(count: number): void {
    this.#header(count, 0x80, 0xde);
  }

  #header(count: number, fixed: number, wide: number): void {
    this.reserve(5);
    const { bytes, pos } = this;
    if (count < 0x10) {
      bytes[pos] = fixed | count;
      this.pos = pos + 1;
    } else if (count < 0x1_0000) {
      bytes[pos] = wide;
      this.view.setUint16(pos + 1, count);
      this.pos = pos + 3;
    } else {
      bytes[pos] = wide + 1;
      this.view.setUint32(pos + 1, count);
      this.pos = pos + 5;
    }
  }

  /** Bytes, as bin or (without `useBinType`) as raw. */
  bin(data: Uint8Array, useBinType: boolean): void {
    const { length } = data;
    this.reserve(5 + length);
    if (!useBinType) this.#textHeader(length, false);
    else if (length < 0x100) {
      const { bytes, pos } = this;
      bytes[pos] = 0xc4;
      bytes[pos + 1] = length;
      this.pos = pos + 2;
    } else this.#long(length, 0xc5);
    const { bytes, pos } = this;
    if (length > LONGEST_COPY_LOOP) bytes.set(data, pos);
    else for (let at = 0; at < length; at++) bytes[pos + at] = data[at] as number;
    this.pos = pos + length;
  }

  /** An extension; `code` is -128 to 127. */
  ext(code: number, data: Uint8Array): void {
    const { length } = data;
    this.reserve(6 + length);
    const fixed = [1, 2, 4, 8, 16].indexOf(length);
    if (fixed >= 0) this.bytes[this.pos++] = 0xd4 + fixed;
    else if (length < 0x100) {
      this.bytes[this.pos++] = 0xc7;
      this.bytes[this.pos++] = length;
    } else this.#long(length, 0xc8);
    this.bytes[this.pos++] = code;
    this.append(data);
  }

  // Room is there.
  #long(length: number, wide: number): void {
    if (length < 0x1_0000) {
      this.bytes[this.pos] = wide;
      this.view.setUint16(this.pos + 1, length);
      this.pos += 3;
    } else {
      this.bytes[this.pos] = wide + 1;
      this.view.setUint32(this.pos + 1, length);
      this.pos += 5;
    }
  }

  #textHeader(length: number, useStr8: boolean): void {
    if (length < 0x20) this.bytes[this.pos++] = 0xa0 | length;
    else if (useStr8 && length < 0x100) {
      this.bytes[this.pos++] = 0xd9;
      this.bytes[this.pos++] = length;
    } else this.#long(length, 0xda);
  }

  /** A str; false where it has lone surrogates, which UTF-8 has not. */
  text(text: string, useStr8: boolean): boolean {
    const { length } = text;
    if (length < 0x20) {
      this.reserve(1 + length);
      const { bytes } = this;
      let at = this.pos;
      bytes[at++] = 0xa0 | length;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        // Guess: ASCII, one byte a character. Where it fails, the header is written again over this one.
        if (code >= 0x80) break;
        bytes[at++] = code;
      }
      if (index === length) {
        this.pos = at;
        return true;
      }
    }
    return this.#anyText(text, useStr8);
  }

  #anyText(text: string, useStr8: boolean): boolean {
    const { length } = text;
    if (!text.isWellFormed()) return false;
    if (length > LONGEST_GUESS) {
      const size = utf8Length(text);
      this.reserve(5 + size);
      this.#textHeader(size, useStr8);
      utf8.encodeInto(text, this.bytes.subarray(this.pos));
      this.pos += size;
      return true;
    }
    this.reserve(5 + 3 * length);
    const start = this.pos;
    // Guess: the header that one byte a character would have; what follows is moved where the text turns out longer.
    const guess = length < 0x20 ? 1 : useStr8 && length < 0x100 ? 2 : 3;
    const from = start + guess;
    const to =
      length > LONGEST_LOOP
        ? from + utf8.encodeInto(text, this.bytes.subarray(from)).written
        : this.#loop(text, from);
    const size = to - from;
    const header = size < 0x20 ? 1 : useStr8 && size < 0x100 ? 2 : 3;
    if (header !== guess) this.bytes.copyWithin(start + header, from, to);
    this.#textHeader(size, useStr8);
    this.pos += size;
    return true;
  }

  // Well-formed text; room is there.
  #loop(text: string, from: number): number {
    const { bytes } = this;
    let at = from;
    for (let index = 0; index < text.length; index++) {
      let code = text.charCodeAt(index);
      if (code < 0x80) {
        bytes[at++] = code;
        continue;
      }
      if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
      else {
        if ((code & 0xfc00) === 0xd800) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (text.charCodeAt(++index) & 0x3ff);
          bytes[at++] = 0xf0 | (code >> 18);
          bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
        } else bytes[at++] = 0xe0 | (code >> 12);
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      }
      bytes[at++] = 0x80 | (code & 0x3f);
    }
    return at;
  }

  /** A str that is not well-formed, as one of Python's error handlers has it; false where that refuses. */
  lenient(text: string, errors: EncodeErrors, useStr8: boolean): boolean {
    const data = surrogatesAs(text, errors);
    if (data === undefined) return false;
    this.reserve(5 + data.length);
    this.#textHeader(data.length, useStr8);
    this.append(data);
    return true;
  }
}

function utf8Length(text: string): number {
  let size = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x800) {
      size += 2;
      // Two units, four bytes: the second adds nothing.
      if ((code & 0xfc00) === 0xd800) index++;
    } else if (code >= 0x80) size++;
  }
  return size;
}

// CPython 3.13 Python/codecs.c: what each error handler makes of one lone surrogate.
function surrogatesAs(text: string, errors: EncodeErrors): Uint8Array | undefined {
  const out = new Output(16 + 3 * text.length);
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if ((code & 0xf800) !== 0xd800 || code > 0xffff) {
      out.append(utf8.encode(character));
      continue;
    }
    const hex = code.toString(16);
    switch (errors) {
      case "ignore":
        break;
      case "replace":
        out.byte(0x3f);
        break;
      case "backslashreplace":
      case "namereplace":
        out.append(utf8.encode(`\\u${hex}`));
        break;
      case "xmlcharrefreplace":
        out.append(utf8.encode(`&#${code};`));
        break;
      case "surrogatepass":
        out.append(
          Uint8Array.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)),
        );
        break;
      case "surrogateescape":
        if (code < 0xdc80 || code > 0xdcff) return undefined;
        out.byte(code & 0xff);
        break;
      default:
        return undefined;
    }
  }
  return out.bytes.subarray(0, out.pos);
}

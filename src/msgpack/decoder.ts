/**
 * Bytes in, values out: the one loop of unpacking, which stops where the bytes end and goes on where it stopped.
 *
 * Source: the msgpack specification; msgpack-python 1.2 msgpack/unpack.h and unpack_template.h for limits and refusals.
 */
import { decodeString, hasSurrogate } from "../core/bytes/index.ts";
import { StringReader } from "../core/machine/index.ts";
import { Float, Tuple } from "../core/values/index.ts";
import { MsgpackError, type UnpackCode } from "./error.ts";
import { ExtType, Timestamp } from "./ext.ts";
import { Frame, hooked, KEY, LIST, type MapRules, NO_ITEMS, VALUE } from "./frames.ts";
import { KeyCache, LONGEST_KEY } from "./keys.ts";
import type { UnpackOptions } from "./options.ts";
import { boxDouble, boxSingle, copyOf, isUtf8, uint32, WIDTHS } from "./scalars.ts";
import { MsgpackStrings } from "./strings.ts";

/** Arrays and maps inside one another (msgpack-python MSGPACK_EMBED_STACK_SIZE). */
export const DEEPEST = 1024;

// Arrays below this have their length in their type byte; 1024 of them, open at once, weigh 128 KiB.
const FIXED = 16;

// V8 makes arrays of 32 Mi places and more a dictionary.
const MADE_WHOLE = 1 << 20;

// Above this a decoder call of its own is faster than the reader of many strings (Node 26, bench/msgpack.ts).
const LONGEST_SLICE = 256;

// In less than this the reader decodes a region for a string or two: short ones are looked up as keys are.
const SMALL = 512;

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

const NOTHING = new Uint8Array(0);

/** Reads objects from a window of bytes that its owner sets and moves. */
export class Decoder {
  bytes: Uint8Array = NOTHING;
  // Made when the first number of eight bytes comes: most small messages have none.
  #view: DataView | undefined;
  /** Where the next token begins. */
  pos = 0;
  end = 0;
  /** Offset in the whole input of the window's first byte. */
  base = 0;
  /** The object that was read last. */
  value: unknown = undefined;
  /** Open arrays and maps. */
  depth = 0;

  readonly #options: UnpackOptions;
  readonly #maps: MapRules;
  readonly #frames: Frame[] = [];
  readonly #strings = new StringReader(new MsgpackStrings());
  readonly #keys = new KeyCache();
  readonly #bigints: boolean;
  readonly #lossless: boolean;
  readonly #raw: boolean;
  readonly #tuples: boolean;
  readonly #errors: string;
  // Places of arrays that may still be made before their items are there.
  #credit = 0;
  #maxStr = 0;
  #maxBin = 0;
  #maxArray = 0;
  #maxMap = 0;
  #maxExt = 0;

  constructor(options: UnpackOptions) {
    this.#options = options;
    this.#lossless = options.lossless === true;
    this.#bigints = options.ints === "bigint";
    this.#raw = options.raw === true;
    this.#tuples = options.useList === false;
    this.#errors = options.unicodeErrors ?? "strict";
    const { objectHook, objectPairsHook } = options;
    this.#maps = {
      strict: options.strictMapKey !== false,
      kind:
        objectPairsHook !== undefined
          ? "pairs"
          : this.#lossless
            ? "map"
            : (options.dicts ?? "auto"),
      hook: (objectPairsHook ?? objectHook) as ((map: unknown) => unknown) | undefined,
    };
    if (options.timestamp === 3) new Timestamp(0).toDatetime(options.temporal);
  }

  /** Begins on other bytes. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.#view = undefined;
    this.pos = start;
    this.end = end;
    this.#credit = end - start;
    this.#strings.reset();
  }

  /** Says that `count` more bytes stand behind the window. */
  extend(count: number): void {
    this.end += count;
    this.#credit += count;
  }

  /** Lets go of the bytes and of the object. */
  close(): void {
    this.open(NOTHING, 0, 0);
    this.value = undefined;
  }

  /**
   * What -1 stands for: containers are judged by `size`, the bytes that the input has or may have, for each item takes
   * one; text and bytes by `longest`.
   */
  limit(size: number, longest: number): void {
    const { maxStrLen, maxBinLen, maxArrayLen, maxMapLen, maxExtLen } = this.#options;
    this.#maxStr = given(maxStrLen, longest);
    this.#maxBin = given(maxBinLen, longest);
    this.#maxExt = given(maxExtLen, longest);
    this.#maxArray = given(maxArrayLen, size);
    this.#maxMap = given(maxMapLen, Math.floor(size / 2));
  }

  /** Reads on until an object is whole and stands in `value`; false where the bytes end before that. */
  next(): boolean {
    const { bytes, end } = this;
    let view = this.#view;
    const bigints = this.#bigints;
    const runs = !bigints && !this.#lossless;
    let pos = this.pos;
    let depth = this.depth;
    let frame = depth === 0 ? undefined : this.#frames[depth - 1];

    for (;;) {
      const start = pos;
      if (pos >= end) {
        this.pos = start;
        this.depth = depth;
        return false;
      }
      const type = bytes[pos++] as number;
      let value: unknown;
      // What a token still needs: bytes of text or data, or items of a container.
      let kind = NONE;
      let length = 0;

      if (type < 0x80) value = bigints ? BigInt(type) : type;
      else if (type >= 0xe0) value = bigints ? BigInt(type - 0x100) : type - 0x100;
      else if (type >= 0xa0 && type < 0xc0) {
        kind = STR;
        length = type & 0x1f;
      } else if (type < 0x90) {
        kind = MAP;
        length = type & 0x0f;
      } else if (type < 0xa0) {
        kind = ARRAY;
        length = type & 0x0f;
      } else {
        // Bytes of the number behind the type: its whole value, or a length.
        const width = WIDTHS[type] as number;
        if (pos + width > end) {
          this.pos = start;
          this.depth = depth;
          return false;
        }
        switch (type) {
          case 0xc0:
            value = null;
            break;
          case 0xc2:
            value = false;
            break;
          case 0xc3:
            value = true;
            break;
          case 0xc4:
            kind = BIN;
            length = bytes[pos] as number;
            break;
          case 0xc5:
            kind = BIN;
            length = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xc6:
            kind = BIN;
            length = uint32(bytes, pos);
            break;
          case 0xc7:
            kind = EXT;
            length = bytes[pos] as number;
            break;
          case 0xc8:
            kind = EXT;
            length = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xc9:
            kind = EXT;
            length = uint32(bytes, pos);
            break;
          case 0xca:
            view ??= this.#viewed();
            value = this.#lossless ? boxSingle(view, pos) : view.getFloat32(pos);
            break;
          case 0xcb:
            view ??= this.#viewed();
            value = this.#lossless ? boxDouble(view, pos) : view.getFloat64(pos);
            break;
          case 0xcc:
            value = bytes[pos];
            break;
          case 0xcd:
            value = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xce:
            value = uint32(bytes, pos);
            break;
          case 0xcf: {
            view ??= this.#viewed();
            const high = view.getUint32(pos);
            value =
              high < 0x20_0000
                ? high * 0x1_0000_0000 + view.getUint32(pos + 4)
                : view.getBigUint64(pos);
            break;
          }
          case 0xd0:
            value = ((bytes[pos] as number) << 24) >> 24;
            break;
          case 0xd1:
            value = (((bytes[pos] as number) << 24) >> 16) | (bytes[pos + 1] as number);
            break;
          case 0xd2:
            value = uint32(bytes, pos) | 0;
            break;
          case 0xd3: {
            view ??= this.#viewed();
            const exact = view.getBigInt64(pos);
            const rounded = Number(exact);
            value = Number.isSafeInteger(rounded) ? rounded : exact;
            break;
          }
          case 0xd4:
          case 0xd5:
          case 0xd6:
          case 0xd7:
          case 0xd8:
            kind = EXT;
            length = 1 << (type - 0xd4);
            break;
          case 0xd9:
            kind = STR;
            length = bytes[pos] as number;
            break;
          case 0xda:
            kind = STR;
            length = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xdb:
            kind = STR;
            length = uint32(bytes, pos);
            break;
          case 0xdc:
            kind = ARRAY;
            length = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xdd:
            kind = ARRAY;
            length = uint32(bytes, pos);
            break;
          case 0xde:
            kind = MAP;
            length = ((bytes[pos] as number) << 8) | (bytes[pos + 1] as number);
            break;
          case 0xdf:
            kind = MAP;
            length = uint32(bytes, pos);
            break;
          default:
            throw this.#refusal("invalid-format", "0xc1 is no msgpack type", start);
        }
        if (bigints && type >= 0xcc && type <= 0xd3) value = BigInt(value as number);
        pos += width;
      }

      switch (kind) {
        case NONE:
          break;
        case STR: {
          if (length > this.#maxStr) throw this.#tooLong("maxStrLen", length, this.#maxStr, start);
          const stop = pos + length;
          if (stop > end) {
            this.pos = start;
            this.depth = depth;
            return false;
          }
          if (
            length <= LONGEST_KEY &&
            (end < SMALL || (frame !== undefined && frame.kind === KEY)) &&
            !this.#raw
          )
            value = this.#keys.read(bytes, pos, stop) ?? this.#text(pos, stop, start);
          else value = this.#text(pos, stop, start);
          pos = stop;
          break;
        }
        case BIN: {
          if (length > this.#maxBin) throw this.#tooLong("maxBinLen", length, this.#maxBin, start);
          const stop = pos + length;
          if (stop > end) {
            this.pos = start;
            this.depth = depth;
            return false;
          }
          value = copyOf(bytes, pos, stop);
          pos = stop;
          break;
        }
        case EXT: {
          if (length > this.#maxExt) throw this.#tooLong("maxExtLen", length, this.#maxExt, start);
          // The code stands before the data.
          const stop = pos + 1 + length;
          if (stop > end) {
            this.pos = start;
            this.depth = depth;
            return false;
          }
          value = this.#extension(
            ((bytes[pos] as number) << 24) >> 24,
            copyOf(bytes, pos + 1, stop),
            start,
          );
          pos = stop;
          break;
        }
        default: {
          if (depth >= DEEPEST) {
            throw this.#refusal(
              "too-deep",
              `more than ${DEEPEST} arrays and maps inside one another`,
              start,
            );
          }
          const most = kind === ARRAY ? this.#maxArray : this.#maxMap;
          if (length > most) {
            throw this.#tooLong(kind === ARRAY ? "maxArrayLen" : "maxMapLen", length, most, start);
          }
          let opened = this.#frames[depth];
          if (opened === undefined) this.#frames.push((opened = new Frame(this.#maps)));
          if (kind === MAP) opened.openMap(length);
          else opened.openList(this.#list(length), length);
          if (length > 0) {
            frame = opened;
            depth++;
            continue;
          }
          value = kind === MAP ? opened.closeMap(this.base + start) : this.#listed(opened, start);
        }
      }

      // The value goes to where it belongs; a container that it completes is the next value.
      for (;;) {
        if (frame === undefined) {
          this.value = value;
          this.pos = pos;
          this.depth = 0;
          return true;
        }
        if (frame.kind === LIST) {
          frame.list[frame.index++] = value;
          if (frame.index < frame.size) {
            if (typeof value === "number" && runs) pos = this.#numbers(frame, pos);
            break;
          }
          value = this.#listed(frame, start);
        } else if (frame.kind === KEY) {
          if (typeof value === "string" && frame.plain) frame.setTextKey(value);
          else frame.setKey(value, this.base + start);
          frame.kind = VALUE;
          break;
        } else {
          if (frame.plain) frame.setPlain(value);
          else frame.setEntry(value, this.base + start);
          frame.kind = KEY;
          if (++frame.index < frame.size) break;
          value = frame.closeMap(this.base + start);
        }
        frame = --depth === 0 ? undefined : this.#frames[depth - 1];
      }
    }
  }

  /**
   * The number of items of the array or map that comes next, its header read; `undefined` where that is not whole.
   *
   * @throws MsgpackError `unexpected-type`; nothing is read then
   */
  header(kind: "array" | "map"): number | undefined {
    const { bytes, pos, end } = this;
    if (pos >= end) return undefined;
    const type = bytes[pos] as number;
    const [fixed, wide] = kind === "array" ? [0x90, 0xdc] : [0x80, 0xde];
    if ((type & 0xf0) === fixed) {
      this.pos++;
      return type & 0x0f;
    }
    if (type !== wide && type !== wide + 1) {
      throw this.#refusal("unexpected-type", `0x${type.toString(16)} begins no ${kind}`, pos);
    }
    const width = type === wide ? 2 : 4;
    if (pos + 1 + width > end) return undefined;
    this.pos += 1 + width;
    return width === 2
      ? ((bytes[pos + 1] as number) << 8) | (bytes[pos + 2] as number)
      : uint32(bytes, pos + 1);
  }

  /** Passes over tokens until none of `left` objects is missing; returns how many still are where the bytes end. */
  skip(left: number): number {
    const { bytes, end } = this;
    let { pos } = this;
    for (; left > 0; left--) {
      if (pos >= end) break;
      const type = bytes[pos] as number;
      let next = pos + 1;
      let items = 0;
      if (type >= 0x80 && type < 0xa0) items = type < 0x90 ? 2 * (type & 0x0f) : type & 0x0f;
      else if (type >= 0xa0 && type < 0xc0) next += type & 0x1f;
      else if (type === 0xc1) {
        this.pos = pos;
        throw this.#refusal("invalid-format", "0xc1 is no msgpack type", pos);
      } else if (type >= 0xc0 && type < 0xe0) {
        const width = WIDTHS[type] as number;
        if (next + width > end) break;
        const long = type <= 0xc9 || type >= 0xd9;
        const length = !long
          ? 0
          : width === 1
            ? (bytes[next] as number)
            : width === 2
              ? ((bytes[next] as number) << 8) | (bytes[next + 1] as number)
              : width === 4
                ? uint32(bytes, next)
                : 0;
        next += width;
        if (type >= 0xde) items = 2 * length;
        else if (type >= 0xdc) items = length;
        else if (type >= 0xd4 && type <= 0xd8) next += 1 + (1 << (type - 0xd4));
        else next += length + (type >= 0xc7 && type <= 0xc9 ? 1 : 0);
      }
      if (next > end) break;
      pos = next;
      left += items;
    }
    this.pos = pos;
    return left;
  }

  /**
   * The commonest numbers of an array, one after another, all but the last item; returns where something else begins.
   * A number seldom comes alone: 200,000 of them take two thirds of the time (Node 26, bench/msgpack.ts).
   */
  #numbers(frame: Frame, start: number): number {
    const { bytes, end } = this;
    const { list } = frame;
    const last = frame.size - 1;
    let { index } = frame;
    let pos = start;
    while (index < last && pos + 9 <= end) {
      const type = bytes[pos] as number;
      if (type < 0x80) {
        list[index++] = type;
        pos += 1;
      } else if (type >= 0xe0) {
        list[index++] = type - 0x100;
        pos += 1;
      } else if (type === 0xcb) {
        list[index++] = (this.#view ?? this.#viewed()).getFloat64(pos + 1);
        pos += 9;
      } else if (type === 0xcd) {
        list[index++] = ((bytes[pos + 1] as number) << 8) | (bytes[pos + 2] as number);
        pos += 3;
      } else if (type === 0xce) {
        list[index++] = uint32(bytes, pos + 1);
        pos += 5;
      } else break;
    }
    frame.index = index;
    return pos;
  }

  #viewed(): DataView {
    const { bytes } = this;
    return (this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  #text(start: number, stop: number, at: number): unknown {
    const { bytes } = this;
    if (this.#raw) return copyOf(bytes, start, stop);
    if (stop - start > LONGEST_SLICE) {
      // A decoder that replaces is the faster one; only text with a replacement in it has to be judged again.
      const text = lenient.decode(bytes.subarray(start, stop));
      if (!text.includes("\ufffd") || isUtf8(bytes.subarray(start, stop))) return text;
    } else {
      const text = this.#strings.read(bytes, start, stop, this.end);
      // The reader lets surrogates pass, which are no UTF-8; text of its own length has none.
      if (text !== undefined && (text.length === stop - start || !hasSurrogate(bytes, start, stop)))
        return text;
    }
    const handled =
      this.#errors === "strict"
        ? undefined
        : decodeString(bytes.subarray(start, stop), "utf-8", this.#errors);
    if (handled !== undefined) return handled;
    throw this.#refusal("bad-utf8", `a str of ${stop - start} bytes is not UTF-8`, at);
  }

  #extension(code: number, data: Uint8Array, start: number): unknown {
    const { extHook, timestamp = 0, temporal } = this.#options;
    if (code !== -1 && extHook !== undefined) return this.#hooked(() => extHook(code, data), start);
    try {
      if (code !== -1) return new ExtType(code, data);
      const stamp = Timestamp.fromBytes(data);
      if (timestamp === 0) return stamp;
      if (timestamp === 3) return stamp.toDatetime(temporal);
      if (timestamp === 1) {
        const seconds = stamp.toUnix();
        return this.#lossless && Number.isInteger(seconds) ? new Float(seconds) : seconds;
      }
      const nanoseconds = stamp.toUnixNano();
      const rounded = Number(nanoseconds);
      return Number.isSafeInteger(rounded) && !this.#bigints ? rounded : nanoseconds;
    } catch (error) {
      if (!(error instanceof MsgpackError)) throw error;
      throw this.#refusal(error.code as UnpackCode, error.message, start);
    }
  }

  #list(length: number): unknown[] {
    if (this.#tuples) return new Tuple();
    if (length < FIXED) return new Array<unknown>(length);
    // An item takes a byte or more, so that an honest input never asks for more places than it has bytes; a header of
    // five bytes cannot allocate gigabytes, and a thousand inside one another cannot either (test "claims").
    if (length > this.#credit || length > MADE_WHOLE) return [];
    this.#credit -= length;
    return new Array<unknown>(length);
  }

  #listed(frame: Frame, start: number): unknown {
    const { list } = frame;
    frame.list = NO_ITEMS;
    const { listHook } = this.#options;
    return listHook === undefined ? list : this.#hooked(() => listHook(list), start);
  }

  #hooked(call: () => unknown, start: number): unknown {
    return hooked(call, this.base + start);
  }

  #tooLong(name: string, length: number, most: number, start: number): MsgpackError {
    return this.#refusal("limit-exceeded", `${length} exceeds ${name} ${most}`, start);
  }

  #refusal(code: UnpackCode, message: string, start: number): MsgpackError {
    return new MsgpackError(code, message, { offset: this.base + start });
  }
}

// Kinds of tokens that have more than a number.
const NONE = 0;
const STR = 1;
const BIN = 2;
const EXT = 3;
const ARRAY = 4;
const MAP = 5;

function given(most: number | undefined, otherwise: number): number {
  return most === undefined || most === -1 ? otherwise : most;
}

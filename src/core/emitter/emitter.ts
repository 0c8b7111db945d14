/**
 * One value in, bytes out: walks the object graph with its own stack and writes what CPython's C pickler writes.
 *
 * Source: CPython 3.13 Modules/_pickle.c save() and what it calls; PEP 307 (reduce), PEP 3154 (framing), PEP 574
 * (buffers). No recursion, so that depth costs heap and not stack; each open container is a {@link Frame}.
 */

import {
  asBytes,
  ByteBuffer,
  type ByteSink,
  encodeLong,
  encodeRawUnicodeEscape,
  writeLong,
  writeUtf8,
} from "../bytes/index.ts";
import { PickleError, type PicklingCode, PicklingError } from "../errors/index.ts";
import {
  type DumpContext,
  type PickleType,
  python2Name,
  type Reduction,
  type Registry,
} from "../registry/index.ts";
import {
  ByteArray,
  Float,
  FrozenSet,
  formatFloat,
  Global,
  Inert,
  Instance,
  PersistentId,
  PickleBuffer,
  PyDict,
  PySet,
  Tuple,
} from "../values/index.ts";
import type { DumpOptions } from "./options.ts";
import { StringMemo } from "./string-memo.ts";

const HIGHEST_PROTOCOL = 5;

// CPython: FRAME_SIZE_MIN, FRAME_SIZE_TARGET, FRAME_HEADER_SIZE, BATCHSIZE.
const FRAME_MIN = 4;
const FRAME_TARGET = 64 * 1024;
const FRAME_HEADER = 9;
const BATCH = 1000;

// Objects with more keys than this are tables, not records.
const MOST_KEYS = 64;

// Open calls for one object; CPython's recursion limit stops at about as many.
const MOST_CALLS = 1000;

// Most pickles are smaller; larger ones grow to a chunk.
const FIRST_BUFFER = 512;

// What a frame is doing; the names are the objects that it writes.
const LIST = 0;
const ITEMS = 1;
const DICT = 2;
const ENTRIES = 3;
const SET = 4;
const TUPLE = 5;
const FROZENSET = 6;
const REDUCE = 7;
const OLD = 8;
const PERSISTENT = 9;
const EFFECT = 10;
const STATE = 11;
const SETTER = 12;

const NONE: readonly unknown[] = [];

// Stage of a DICT frame whose keys are all strings, those of a plain object.
const RECORD = 1;

/** One container that is being written. Frames are reused from dump to dump, so that containers allocate nothing. */
class Frame {
  kind = LIST;
  object: unknown = null;
  // Items of sequences, keys of mappings.
  items: readonly unknown[] = NONE;
  // Values of mappings.
  values: readonly unknown[] = NONE;
  index = 0;
  // Items left in the open batch; -1 where none is open.
  batch = -1;
  stage = 0;
  reduction: Reduction | null = null;
}

const GLOBAL_OBJECT = new Global("builtins", "object");
const GLOBAL_RECONSTRUCTOR = new Global("copyreg", "_reconstructor");
const GLOBAL_NEWOBJ = new Global("copyreg", "__newobj__");
const GLOBAL_NEWOBJ_EX = new Global("copyreg", "__newobj_ex__");
const GLOBAL_PARTIAL = new Global("functools", "partial");
const GLOBAL_GETATTR = new Global("builtins", "getattr");
const GLOBAL_TYPE = new Global("builtins", "type");
const GLOBAL_BYTES = new Global("builtins", "bytes");
const GLOBAL_BYTEARRAY = new Global("builtins", "bytearray");
const GLOBAL_SET = new Global("builtins", "set");
const GLOBAL_FROZENSET = new Global("builtins", "frozenset");
const GLOBAL_ENCODE = new Global("_codecs", "encode");
const GLOBAL_ELLIPSIS = new Global("builtins", "Ellipsis");
const GLOBAL_NOT_IMPLEMENTED = new Global("builtins", "NotImplemented");

/** Writes pickles with one memo. */
export class Emitter implements DumpContext {
  readonly protocol: number;
  readonly #out: ByteBuffer;
  readonly #sink: ByteSink | undefined;
  readonly #registry: Registry;
  readonly #options: DumpOptions;
  readonly #persistentId: ((value: unknown) => unknown) | undefined;
  readonly #reducerOverride: ((value: unknown) => Reduction | Global | undefined) | undefined;
  readonly #extensions: ReadonlyMap<string, number> | undefined;
  readonly #fixImports: boolean;
  // Nothing has to be asked before a number or a string is written.
  readonly #fast: boolean;

  // Objects by identity; strings by value; globals by name and one-byte bytes by value in #names.
  #memo = new Map<unknown, number>();
  #strings = new StringMemo();
  #names = new Map<string, number>();
  #memoSize = 0;
  // The keys that plain objects had at each place last, and their memo indexes: records of one shape need no look-up.
  #lastKeys: string[] = [];
  #lastIndexes: number[] = [];

  // What is finished of the object at work, where no sink takes it. Chunks of a frame, joined once at the end: writing
  // into one buffer that doubles touches three times the memory.
  #chunks: Uint8Array[] = [];

  readonly #frames: Frame[] = [];
  #depth = 0;
  // Start of the open frame in the buffer, -1 where frames are not written; #boundary is where it is full.
  #frameStart = -1;
  #boundary = Number.POSITIVE_INFINITY;
  // Objects whose call is not yet written though its arguments are, and how many such calls of each are open.
  readonly #calling = new Map<unknown, number>();
  // The bytes of the bytearray at work.
  #temporary: object | null = null;
  // The value at work came from the option `default`.
  #replacing = false;
  // The next value is a persistent id and is not asked for one of its own.
  #isPersistentId = false;

  constructor(protocol: number, options: DumpOptions, registry: Registry, sink?: ByteSink) {
    this.protocol = protocol < 0 ? HIGHEST_PROTOCOL : protocol;
    this.#options = options;
    this.#registry = registry;
    this.#sink = sink;
    this.#out = new ByteBuffer(FIRST_BUFFER);
    this.#persistentId = options.persistentId;
    this.#reducerOverride = options.reducerOverride;
    this.#fast = this.protocol >= 1 && options.persistentId === undefined;
    this.#fixImports = (options.fixImports ?? true) && this.protocol < 3;
    this.#extensions = options.extensions && byPath(options.extensions);
  }

  clearMemo(): void {
    this.#memo = new Map();
    this.#strings = new StringMemo();
    this.#lastKeys = [];
    this.#names = new Map();
    this.#memoSize = 0;
  }

  globalOf(value: unknown): Global | undefined {
    return this.#registry.byValue(value)?.globals[0];
  }

  /** Writes one object; returns its bytes, or nothing where a sink receives them. */
  dump(value: unknown): Uint8Array {
    const out = this.#out;
    out.pos = 0;
    this.#depth = 0;
    this.#isPersistentId = false;
    this.#replacing = false;
    this.#calling.clear();
    if (this.protocol >= 2) {
      out.byte(0x80); // PROTO
      out.byte(this.protocol);
    }
    this.#frameStart = -1;
    this.#boundary = FRAME_TARGET;
    this.#chunks = [];
    if (this.protocol >= 4) this.#openFrame();
    try {
      this.#save(value);
      while (this.#depth > 0) this.#step(this.#frames[this.#depth - 1] as Frame);
    } finally {
      // An error must not keep the values alive, nor confuse the next dump.
      this.#release();
    }
    out.byte(0x2e); // STOP
    this.#closeFrame();
    if (this.#chunks.length === 0 && this.#sink === undefined) return out.bytes.slice(0, out.pos);
    this.#flush();
    return joined(this.#chunks);
  }

  #release(): void {
    for (const frame of this.#frames) {
      frame.object = null;
      frame.items = NONE;
      frame.values = NONE;
      frame.reduction = null;
    }
  }

  // --- framing (PEP 3154)

  #openFrame(): void {
    const out = this.#out;
    this.#frameStart = out.pos;
    this.#boundary = out.pos + FRAME_HEADER + FRAME_TARGET;
    out.reserve(FRAME_HEADER);
    out.pos += FRAME_HEADER;
  }

  #closeFrame(): void {
    if (this.#frameStart < 0) return;
    const out = this.#out;
    const start = this.#frameStart;
    const length = out.pos - start - FRAME_HEADER;
    if (length >= FRAME_MIN) {
      out.bytes[start] = 0x95; // FRAME
      out.view.setUint32(start + 1, length, true);
      out.view.setUint32(start + 5, Math.floor(length / 2 ** 32), true);
    } else {
      out.bytes.copyWithin(start, start + FRAME_HEADER, out.pos);
      out.pos -= FRAME_HEADER;
    }
    this.#frameStart = -1;
  }

  // Between two objects, once a frame is full: C's _Pickler_OpcodeBoundary.
  #passBoundary(): void {
    this.#closeFrame();
    this.#flush();
    if (this.protocol >= 4) this.#openFrame();
    else this.#boundary = FRAME_TARGET;
  }

  #flush(): void {
    const out = this.#out;
    const chunk = out.bytes.slice(0, out.pos);
    out.pos = 0;
    this.#send(chunk);
  }

  #send(chunk: Uint8Array): void {
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

  // Header and data; data of a frame's size or more stands outside frames, so that readers can map it.
  #payload(header: readonly number[], size: number, width: number, data: Uint8Array): void {
    const out = this.#out;
    const large = data.length >= FRAME_TARGET;
    const framed = this.#frameStart >= 0;
    if (large && framed) this.#closeFrame();
    for (const byte of header) out.byte(byte);
    if (width === 1) out.byte(size);
    else if (width === 4) out.uint32(size);
    else out.uint64(size);
    if (large) {
      this.#flush();
      this.#send(data);
      this.#boundary = FRAME_TARGET;
    } else {
      out.append(data);
    }
    if (large && framed) this.#openFrame();
  }

  // --- values

  // Writes a value that has no parts, or opens a frame for one that has.
  #save(value: unknown): void {
    if (this.#out.pos >= this.#boundary) this.#passBoundary();
    if (this.#persistentId !== undefined && this.#savePersistent(value)) return;
    switch (typeof value) {
      case "number":
        this.#number(value);
        return;
      case "string":
        this.#string(value);
        return;
      case "object":
        if (value === null)
          this.#out.byte(0x4e); // NONE
        else this.#object(value);
        return;
      case "boolean":
        if (this.protocol >= 2) this.#out.byte(value ? 0x88 : 0x89);
        else this.#out.ascii(value ? "I01\n" : "I00\n");
        return;
      case "bigint":
        this.#bigint(value);
        return;
      case "undefined":
        if (this.#options.undefined === "null" || this.#options.undefined === "omit")
          this.#out.byte(0x4e);
        else this.#unsupported(value);
        return;
      default:
        this.#other(value);
    }
  }

  // The two kinds of value that whole lists are made of, without the detour; false for any other value.
  #saveFast(value: unknown): boolean {
    if (!this.#fast) return false;
    if (typeof value === "number") {
      if (this.#out.pos >= this.#boundary) this.#passBoundary();
      this.#number(value);
      return true;
    }
    if (typeof value === "string") {
      if (this.#out.pos >= this.#boundary) this.#passBoundary();
      this.#string(value);
      return true;
    }
    return false;
  }

  #number(value: number): void {
    const out = this.#out;
    if (this.protocol >= 1) {
      out.reserve(9);
      const { bytes } = out;
      let { pos } = out;
      if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
        if (value >= 0 && value < 0x100) {
          bytes[pos++] = 0x4b; // BININT1
          bytes[pos++] = value;
        } else if (value >= 0 && value < 0x10000) {
          bytes[pos++] = 0x4d; // BININT2
          bytes[pos++] = value & 0xff;
          bytes[pos++] = value >> 8;
        } else {
          bytes[pos++] = 0x4a; // BININT
          bytes[pos++] = value & 0xff;
          bytes[pos++] = (value >> 8) & 0xff;
          bytes[pos++] = (value >> 16) & 0xff;
          bytes[pos++] = value >>> 24;
        }
        out.pos = pos;
        return;
      }
      if (!Number.isSafeInteger(value) || value === 0) {
        // NaN itself is written by its name: V8 keeps the bits of one only by chance.
        bytes[pos] = 0x47; // BINFLOAT
        out.view.setFloat64(pos + 1, value === value ? value : Number.NaN, false);
        out.pos = pos + 9;
        return;
      }
    }
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.#integer(value);
    else this.#float(value);
  }

  #bigint(value: bigint): void {
    if (value >= -9007199254740991n && value <= 9007199254740991n) this.#number(Number(value));
    else if (this.protocol < 2)
      this.#out.ascii(`L${value}L\n`); // LONG
    else this.#long(value);
  }

  #integer(value: number): void {
    if (this.protocol < 2) {
      if (value >= -0x80000000 && value <= 0x7fffffff)
        this.#out.ascii(`I${value}\n`); // INT
      else this.#out.ascii(`L${value}L\n`); // LONG
      return;
    }
    // Outside 32 bits: the fewest bytes of two's complement, five to seven of them.
    const out = this.#out;
    const magnitude = value < 0 ? -(value + 1) : value;
    const high = Math.floor(magnitude / 2 ** 32);
    const bits = high > 0 ? 64 - Math.clz32(high) : 32;
    const count = (bits >> 3) + 1;
    out.reserve(2 + count);
    const { bytes } = out;
    let { pos } = out;
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
    out.pos = pos;
  }

  #long(value: bigint): void {
    const out = this.#out;
    out.reserve(42);
    const count = writeLong(out.bytes, out.pos + 2, value);
    if (count > 0) {
      out.bytes[out.pos] = 0x8a; // LONG1
      out.bytes[out.pos + 1] = count;
      out.pos += 2 + count;
      return;
    }
    const digits = encodeLong(value);
    if (digits.length < 256) {
      out.byte(0x8a); // LONG1
      out.byte(digits.length);
    } else {
      out.byte(0x8b); // LONG4
      out.uint32(digits.length);
    }
    out.append(digits);
  }

  #float(value: number): void {
    const out = this.#out;
    if (this.protocol === 0) {
      out.ascii(`F${formatFloat(value)}\n`); // FLOAT
      return;
    }
    out.reserve(9);
    out.bytes[out.pos] = 0x47; // BINFLOAT
    out.view.setFloat64(out.pos + 1, value === value ? value : Number.NaN, false);
    out.pos += 9;
  }

  #boxedFloat({ value, bits }: Float): void {
    if (bits === undefined || this.protocol === 0) {
      this.#float(value);
      return;
    }
    const out = this.#out;
    out.reserve(9);
    out.bytes[out.pos] = 0x47; // BINFLOAT
    out.view.setBigUint64(out.pos + 1, bits, false);
    out.pos += 9;
  }

  // Strings are shared by value: JavaScript cannot tell two equal strings apart, and Python's are mostly one object.
  // What is spelled stands for a string that CPython makes for the moment: it is written out, takes its place in the
  // memo, and nothing ever refers to it.
  #string(text: string, spelled = false): number {
    const index = spelled ? -1 : this.#strings.find(text);
    if (index >= 0) {
      this.#getMemo(index);
      return index;
    }
    const out = this.#out;
    const { length } = text;
    if (this.protocol === 0) {
      out.byte(0x56); // UNICODE
      out.append(encodeRawUnicodeEscape(text));
      out.byte(0x0a);
    } else if (length * 3 >= FRAME_TARGET) {
      this.#longString(text);
    } else {
      out.reserve(5 + length * 3);
      const { bytes } = out;
      const { pos } = out;
      // The guess: ASCII, so that the length is known. Where it is wrong the text moves by the wider header.
      const header = length <= 0xff && this.protocol >= 4 ? 2 : 5;
      const end = writeUtf8(bytes, pos + header, text);
      const size = end - pos - header;
      if (size <= 0xff && this.protocol >= 4) {
        if (header === 5) bytes.copyWithin(pos + 2, pos + 5, end);
        bytes[pos] = 0x8c; // SHORT_BINUNICODE
        bytes[pos + 1] = size;
        out.pos = pos + 2 + size;
      } else {
        if (header === 2) bytes.copyWithin(pos + 5, pos + 2, end);
        bytes[pos] = 0x58; // BINUNICODE
        out.view.setUint32(pos + 1, size, true);
        out.pos = pos + 5 + size;
      }
    }
    if (!spelled) this.#strings.enter(text, this.#memoSize);
    this.#put(this.#memoSize);
    return this.#memoSize++;
  }

  #key(text: string, place: number): void {
    if (this.#out.pos >= this.#boundary) this.#passBoundary();
    if (place < this.#lastKeys.length && this.#lastKeys[place] === text) {
      this.#getMemo(this.#lastIndexes[place] as number);
      return;
    }
    const index = this.#string(text);
    if (place > this.#lastKeys.length || place >= MOST_KEYS) return;
    this.#lastKeys[place] = text;
    this.#lastIndexes[place] = index;
  }

  #longString(text: string): void {
    const scratch = new Uint8Array(text.length * 3);
    const data = scratch.subarray(0, writeUtf8(scratch, 0, text));
    if (data.length <= 0xffffffff)
      this.#payload([0x58], data.length, 4, data); // BINUNICODE
    else if (this.protocol >= 4)
      this.#payload([0x8d], data.length, 8, data); // BINUNICODE8
    else throw this.#error("too-large", "a str above 4 GiB needs protocol 4");
  }

  #object(value: object): void {
    const index = this.#memo.get(value);
    if (index !== undefined) {
      this.#getMemo(index);
      return;
    }
    const prototype = Object.getPrototypeOf(value) as object | null;
    switch (prototype) {
      case Array.prototype:
        this.#list(value as unknown[]);
        return;
      case Object.prototype:
      case null:
        this.#plainObject(value as Record<string, unknown>);
        return;
      case Tuple.prototype:
        this.#tuple(value as Tuple);
        return;
      case Float.prototype:
        this.#boxedFloat(value as Float);
        return;
      case PyDict.prototype:
      case Map.prototype:
        this.#dict(value as Map<unknown, unknown>);
        return;
      case Uint8Array.prototype:
        this.#bytes(value as Uint8Array, value);
        return;
      case ByteArray.prototype:
        this.#byteArray(value as ByteArray, value);
        return;
      case PySet.prototype:
      case Set.prototype:
        this.#set(value as Set<unknown>);
        return;
      case FrozenSet.prototype:
        this.#frozenSet(value as FrozenSet);
        return;
      case PickleBuffer.prototype:
        this.#buffer(value as PickleBuffer);
        return;
      case PersistentId.prototype:
        this.#persistent((value as PersistentId).id);
        return;
    }
    this.#other(value);
  }

  // --- builtins with parts

  #push(kind: number, object: unknown): Frame {
    let frame = this.#frames[this.#depth];
    if (frame === undefined) {
      frame = new Frame();
      this.#frames.push(frame);
    }
    this.#depth++;
    frame.kind = kind;
    frame.object = object;
    frame.index = 0;
    frame.batch = -1;
    frame.stage = 0;
    return frame;
  }

  #list(list: readonly unknown[]): void {
    if (this.protocol >= 1)
      this.#out.byte(0x5d); // EMPTY_LIST
    else this.#out.ascii("(l"); // MARK LIST
    this.#memoize(list);
    if (list.length > 0) this.#push(this.protocol === 0 ? ITEMS : LIST, list).items = list;
  }

  #plainObject(object: Record<string, unknown>): void {
    this.#emptyDict(object);
    let keys = Object.keys(object);
    // Object.values is faster than reading by key while the object has a hidden class, and slower for a table.
    let values: unknown[] =
      keys.length <= MOST_KEYS ? Object.values(object) : keys.map((key) => object[key]);
    if (this.#options.undefined === "omit" && values.includes(undefined)) {
      keys = keys.filter((_key, index) => values[index] !== undefined);
      values = values.filter((value) => value !== undefined);
    }
    if (keys.length === 0) return;
    const frame = this.#push(this.protocol === 0 ? ENTRIES : DICT, object);
    frame.items = keys;
    frame.values = values;
    if (frame.kind === DICT) frame.stage = RECORD;
  }

  #dict(dict: Map<unknown, unknown>): void {
    this.#emptyDict(dict);
    if (dict.size === 0) return;
    const frame = this.#push(this.protocol === 0 ? ENTRIES : DICT, dict);
    frame.items = Array.from(dict.keys());
    frame.values = Array.from(dict.values());
  }

  #emptyDict(dict: object): void {
    if (this.protocol >= 1)
      this.#out.byte(0x7d); // EMPTY_DICT
    else this.#out.ascii("(d"); // MARK DICT
    this.#memoize(dict);
  }

  #tuple(tuple: Tuple): void {
    const { length } = tuple;
    if (length === 0) {
      if (this.protocol >= 1)
        this.#out.byte(0x29); // EMPTY_TUPLE
      else this.#out.ascii("(t"); // MARK TUPLE
      return;
    }
    if (length > 3 || this.protocol < 2) this.#out.byte(0x28); // MARK
    this.#push(TUPLE, tuple).items = tuple;
  }

  #set(set: Set<unknown>): void {
    if (this.protocol < 4) {
      this.#reduce(set, { callable: GLOBAL_SET, args: [Array.from(set)] });
      return;
    }
    this.#out.byte(0x8f); // EMPTY_SET
    this.#memoize(set);
    if (set.size > 0) this.#push(SET, set).items = Array.from(set);
  }

  #frozenSet(set: FrozenSet): void {
    if (this.protocol < 4) {
      this.#reduce(set, { callable: GLOBAL_FROZENSET, args: [Array.from(set)] });
      return;
    }
    this.#out.byte(0x28); // MARK
    this.#push(FROZENSET, set).items = Array.from(set);
  }

  #bytes(data: Uint8Array, object: object): void {
    const { length } = data;
    if (length <= 1 && this.#temporary !== object) {
      const index = this.#names.get(shortBytesKey(data));
      if (index !== undefined) {
        this.#getMemo(index);
        return;
      }
    }
    if (this.protocol < 3) {
      if (length === 0) this.#reduce(object, { callable: GLOBAL_BYTES });
      else this.#encodedBytes(data, object);
      return;
    }
    if (length <= 0xff)
      this.#payload([0x43], length, 1, data); // SHORT_BINBYTES
    else if (length <= 0xffffffff)
      this.#payload([0x42], length, 4, data); // BINBYTES
    else if (this.protocol >= 4)
      this.#payload([0x8e], length, 8, data); // BINBYTES8
    else throw this.#error("too-large", "bytes above 4 GiB need protocol 4");
    if (length <= 1 && this.#temporary !== object)
      this.#names.set(shortBytesKey(data), this.#memoSize);
    this.#memoize(object);
  }

  // _codecs.encode(text, "latin1"), where the text is made for the moment, but for one character, which CPython keeps.
  #encodedBytes(data: Uint8Array, object: object): void {
    const out = this.#out;
    this.#global(GLOBAL_ENCODE);
    if (this.protocol < 2) out.byte(0x28); // MARK
    this.#string(latin1Text(data), data.length > 1);
    this.#string("latin1");
    out.byte(this.protocol < 2 ? 0x74 : 0x86); // TUPLE or TUPLE2
    this.#put(this.#memoSize++);
    out.byte(0x52); // REDUCE
    if (data.length === 1 && this.#temporary !== object)
      this.#names.set(shortBytesKey(data), this.#memoSize);
    this.#memoize(object);
  }

  #byteArray(data: Uint8Array, object: object): void {
    if (this.protocol >= 5) {
      this.#payload([0x96], data.length, 8, data); // BYTEARRAY8
      this.#memoize(object);
      return;
    }
    const content = new Uint8Array(data);
    // CPython makes these bytes anew, so that even a single one is not the shared object of that byte.
    this.#temporary = content;
    this.#reduce(object, {
      callable: GLOBAL_BYTEARRAY,
      args: content.length === 0 ? NONE : [content],
    });
  }

  #buffer(buffer: PickleBuffer): void {
    if (this.protocol < 5)
      throw this.#error("no-buffer-protocol", "a PickleBuffer needs protocol 5");
    const callback = this.#options.bufferCallback;
    if (callback === undefined || this.#hook("bufferCallback", () => callback(buffer))) {
      if (buffer.readonly) this.#bytes(buffer.data, buffer);
      else this.#byteArray(buffer.data, buffer);
      return;
    }
    this.#out.byte(0x97); // NEXT_BUFFER
    if (buffer.readonly) this.#out.byte(0x98); // READONLY_BUFFER
  }

  // --- everything else: names, reductions, registered types

  #other(value: unknown): void {
    if (this.#reducerOverride !== undefined) {
      const override = this.#reducerOverride;
      const reduction = this.#hook("reducerOverride", () => override(value));
      if (reduction !== undefined) {
        this.#reduced(value, reduction);
        return;
      }
    }
    if (value instanceof Global) {
      this.#global(value);
      return;
    }
    if (value instanceof Instance) {
      this.#instance(value);
      return;
    }
    if (typeof value === "object" && value !== null) {
      const prototype = Object.getPrototypeOf(value) as object;
      const dispatch = this.#options.dispatchTable?.get(prototype.constructor) as
        | ((value: unknown) => Reduction | Global)
        | undefined;
      if (dispatch !== undefined) {
        this.#reduced(
          value,
          this.#hook("dispatchTable", () => dispatch(value)),
        );
        return;
      }
      const type = this.#registry.byPrototype(prototype);
      if (type?.reduce !== undefined) {
        this.#reduced(value, this.#reduction(type, value));
        return;
      }
    }
    const type = this.#registry.byValue(value);
    const [global] = type?.globals ?? [];
    if (global !== undefined) {
      this.#global(global);
      return;
    }
    if (typeof value === "object" && value !== null && this.#subclassOfBuiltin(value)) return;
    this.#unsupported(value);
  }

  #reduction(type: PickleType, value: unknown): Reduction | Global {
    try {
      return type.reduce?.(value, this) as Reduction | Global;
    } catch (cause) {
      if (cause instanceof PickleError) throw cause;
      const name = type.globals[0]?.path ?? "a registered type";
      throw this.#error(
        "unsupported-reduction",
        `${name} could not be reduced: ${messageOf(cause)}`,
        cause,
      );
    }
  }

  #reduced(value: unknown, reduction: Reduction | Global): void {
    if (reduction instanceof Global) {
      this.#global(reduction, value);
      return;
    }
    if (typeof reduction !== "object" || reduction === null || !("callable" in reduction)) {
      throw this.#error(
        "unsupported-reduction",
        "a reduction must be a Global or an object with `callable`",
      );
    }
    this.#reduce(value, reduction);
  }

  // Node's Buffer, and arrays, maps, sets and bytes of another realm (a frame, a vm context).
  #subclassOfBuiltin(value: object): boolean {
    const name = (value.constructor as { name?: string } | undefined)?.name;
    const bytes = name === "Buffer" || name === "Uint8Array" ? asBytes(value) : undefined;
    if (bytes !== undefined) this.#bytes(bytes, value);
    else if (name === "Array" && Array.isArray(value)) this.#list(value);
    else if (Object.getPrototypeOf(Object.getPrototypeOf(value) as object) !== null) return false;
    else if (name === "Object") this.#plainObject(value as Record<string, unknown>);
    else if (name === "Map" && tagOf(value) === "[object Map]")
      this.#dict(value as Map<unknown, unknown>);
    else if (name === "Set" && tagOf(value) === "[object Set]") this.#set(value as Set<unknown>);
    else return false;
    return true;
  }

  #unsupported(value: unknown): void {
    const replace = this.#options.default;
    if (replace !== undefined && !this.#replacing) {
      const replacement = this.#hook("default", () => replace(value, this.#path()));
      if (replacement !== undefined) {
        // What is put in the place of a value must itself be known; its parts may be replaced in turn.
        this.#replacing = true;
        this.#save(replacement);
        this.#replacing = false;
        return;
      }
    }
    throw this.#error("unsupported-value", `${describe(value)} has no counterpart in Python`);
  }

  // A class or function by name. `value` is what the memo remembers beside the name.
  #global(global: Global, value?: unknown): void {
    const key = this.#nameKey(global);
    const known = this.#names.get(key);
    if (known !== undefined) {
      this.#getMemo(known);
      return;
    }
    const singleton = global.module === "builtins" ? SINGLETON_TYPES.get(global.name) : undefined;
    if (singleton !== undefined) {
      this.#reduce(global, { callable: GLOBAL_TYPE, args: [singleton] });
      return;
    }
    const code =
      this.protocol >= 2 ? this.#extensions?.get(`${global.module}\n${global.name}`) : undefined;
    if (code !== undefined) {
      this.#extension(code);
      return;
    }
    if (this.protocol >= 4) {
      this.#string(global.module, global.spelled === true);
      if (this.#out.pos >= this.#boundary) this.#passBoundary();
      this.#string(global.name, global.spelled !== false);
      this.#out.byte(0x93); // STACK_GLOBAL
    } else if (global.name.includes(".")) {
      this.#nested(global);
    } else {
      this.#named(0x63, this.#namesOf(global)); // GLOBAL
    }
    this.#rememberGlobal(global, value);
    this.#changesOf(global);
  }

  // getattr(getattr(Outer, "Inner"), "Innermost"): below protocol 4 there is no other way to a nested name.
  #nested(global: Global): void {
    const out = this.#out;
    const [outer = "", ...path] = global.name.split(".");
    for (let index = 0; index < path.length; index++) {
      this.#global(GLOBAL_GETATTR);
      if (this.protocol < 2) out.byte(0x28); // MARK
    }
    this.#named(0x63, this.#namesOf(new Global(global.module, outer))); // GLOBAL
    for (const name of path) {
      this.#string(name);
      out.byte(this.protocol < 2 ? 0x74 : 0x86); // TUPLE or TUPLE2
      out.byte(0x52); // REDUCE
    }
  }

  // What makes two globals one object. Two names of Python 2 may have become one: below protocol 3 the old names count.
  #nameKey(global: Global): string {
    const [module, name] = this.#namesOf(global);
    return `${module}\n${name}`;
  }

  #namesOf({ module, name, python2 }: Global): readonly [module: string, name: string] {
    // The mapping is not one to one: a name that Python 2 wrote goes back as it was.
    return this.#fixImports ? (python2 ?? python2Name(module, name)) : [module, name];
  }

  #rememberGlobal(global: Global, value: unknown): void {
    this.#names.set(this.#nameKey(global), this.#memoSize);
    this.#memoize(value ?? global);
  }

  // Two lines of text after an opcode. Protocol 3 has UTF-8 names, those below ASCII only (CPython save_global).
  #named(opcode: number, [module, name]: readonly [module: string, name: string]): void {
    const out = this.#out;
    const text = `${module}\n${name}\n`;
    if (module.includes("\n") || name.includes("\n")) {
      throw this.#error(
        "not-encodable",
        `the name ${JSON.stringify(`${module}.${name}`)} contains a newline`,
      );
    }
    out.byte(opcode);
    out.reserve(text.length * 3);
    const end = writeUtf8(out.bytes, out.pos, text);
    if (end - out.pos !== text.length && this.protocol < 3) {
      throw this.#error("not-encodable", `the name ${module}.${name} needs protocol 3 or later`);
    }
    out.pos = end;
  }

  #extension(code: number): void {
    const out = this.#out;
    if (code <= 0xff) {
      out.byte(0x82); // EXT1
      out.byte(code);
    } else if (code <= 0xffff) {
      out.byte(0x83); // EXT2
      out.byte(code & 0xff);
      out.byte(code >> 8);
    } else {
      out.byte(0x84); // EXT4
      out.uint32(code);
    }
  }

  #instance(instance: Instance): void {
    const { form, callable, args, kwargs } = instance;
    if (form === "old") {
      this.#oldInstance(instance);
      return;
    }
    if (form === "new" && this.protocol < 2) {
      // Python's own pickler writes copyreg._reconstructor for a plain class; what an unknown class derives from is not
      // known here, and __newobj__ is right for each.
      if (kwargs === undefined) {
        this.#reduce(instance, { callable: GLOBAL_NEWOBJ, args: Tuple.of(callable, ...args) });
      } else {
        this.#reduce(instance, {
          callable: GLOBAL_NEWOBJ_EX,
          args: Tuple.of(callable, args, kwargs),
        });
      }
      return;
    }
    this.#reduce(instance, { form, callable, args: this.#callArgs(instance), kwargs });
  }

  // An object whose arguments lead back to it is written again inside them. CPython's __reduce_ex__ makes the tuple of
  // arguments anew for each of these calls, and of some classes the lists in it too, so that the inner call gets
  // complete ones where an outer call has left them open.
  #callArgs(instance: Instance): readonly unknown[] {
    const { args, freshArgs } = instance;
    if (!this.#calling.has(instance)) return args;
    const remake = (arg: unknown): unknown =>
      freshArgs && isContainer(arg) && this.#memo.has(arg) ? copyOf(arg) : arg;
    return Tuple.from(args, remake) as Tuple;
  }

  // INST and OBJ of Python 2: MARK class args… OBJ, or in protocol 0 MARK args… INST.
  #oldInstance(instance: Instance): void {
    const { callable, args } = instance;
    const named = this.protocol === 0 && callable instanceof Global && !callable.name.includes(".");
    this.#out.byte(0x28); // MARK
    const frame = this.#push(OLD, instance);
    frame.items = named ? args : [callable, ...args];
    frame.stage = named ? 1 : 0;
  }

  // save_reduce: what stands on the stack after callable and arguments, then items, entries, state.
  #reduce(object: unknown, reduction: Reduction): void {
    const frame = this.#push(REDUCE, object);
    const { callable } = reduction;
    if (
      !(callable instanceof Inert) &&
      !(callable instanceof PersistentId) &&
      this.#registry.byValue(callable) === undefined &&
      !this.#isCallableObject(callable)
    ) {
      throw this.#error(
        "unsupported-reduction",
        `the callable of a reduction cannot be ${describe(callable)}`,
      );
    }
    frame.reduction = reduction;
    if (reduction.args?.some(canLeadBack) || reduction.kwargs !== undefined)
      this.#enterCall(object);
    frame.items = this.#callParts(reduction);
    const made = reduction.form === "new" && this.protocol >= 2 && frame.items[0] === callable;
    frame.stage = !made ? 0x52 : frame.items.length === 3 ? 0x92 : 0x81; // REDUCE, NEWOBJ_EX or NEWOBJ
  }

  // Arguments may lead back to their object through something that Python can refer to before it is complete; where
  // they do so through nothing else there is no end, as in CPython's RecursionError.
  #enterCall(object: unknown): void {
    const open = (this.#calling.get(object) ?? 0) + 1;
    if (open > MOST_CALLS) {
      throw this.#error(
        "unsupported-reduction",
        `the arguments that make ${describe(object)} contain it`,
      );
    }
    this.#calling.set(object, open);
  }

  #isCallableObject(callable: unknown): boolean {
    if (typeof callable !== "object" || callable === null) return false;
    const prototype = Object.getPrototypeOf(callable) as object | null;
    return prototype !== null && this.#registry.byPrototype(prototype)?.callable === true;
  }

  // What is saved before the opcode of a call: callable, arguments, and keyword arguments for NEWOBJ_EX.
  #callParts(reduction: Reduction): readonly unknown[] {
    const { callable, kwargs, form } = reduction;
    const args = asTuple(reduction.args ?? NONE);
    if (form !== "new") return [callable, args];
    if (kwargs !== undefined) {
      if (this.protocol >= 4) return [callable, args, kwargs];
      if (this.protocol < 2) return [GLOBAL_NEWOBJ_EX, Tuple.of(callable, args, kwargs)];
      // functools.partial(cls.__new__, cls, *args, **kwargs)()
      const create =
        callable instanceof Global
          ? new Global(callable.module, `${callable.name}.__new__`)
          : new Instance("call", GLOBAL_GETATTR, Tuple.of(callable, "__new__"));
      const partial = new Instance("call", GLOBAL_PARTIAL, Tuple.of(create));
      partial.state = Tuple.of(create, Tuple.of(callable, ...args), kwargs, null);
      return [partial, new Tuple()];
    }
    if (this.protocol >= 2) return [callable, args];
    if (args.length > 0) return [GLOBAL_NEWOBJ, Tuple.of(callable, ...args)];
    return [GLOBAL_RECONSTRUCTOR, Tuple.of(callable, GLOBAL_OBJECT, null)];
  }

  // --- frames

  #step(frame: Frame): void {
    switch (frame.kind) {
      case LIST:
        this.#stepList(frame);
        return;
      case DICT:
        this.#stepDict(frame);
        return;
      case TUPLE:
        this.#stepTuple(frame);
        return;
      case SET:
        this.#stepSet(frame);
        return;
      case REDUCE:
        this.#stepReduce(frame);
        return;
      case ITEMS:
        this.#stepItems(frame);
        return;
      case ENTRIES:
        this.#stepEntries(frame);
        return;
      case FROZENSET:
        if (this.#stepAll(frame)) this.#endFrozenSet(frame);
        return;
      case OLD:
        if (this.#stepAll(frame)) this.#endOld(frame);
        return;
      case PERSISTENT:
        if (frame.stage++ === 0) {
          this.#isPersistentId = true;
          this.#save(frame.object);
        } else {
          this.#out.byte(0x51); // BINPERSID
          this.#depth--;
        }
        return;
      case STATE:
        if (this.#stepAll(frame)) this.#finish("b"); // BUILD
        return;
      case SETTER:
        // stack: … object setter object state → … object
        if (this.#stepAll(frame)) this.#finish("\x86R0"); // TUPLE2 REDUCE POP
        return;
      default:
        if (this.#stepAll(frame)) this.#finish("R0"); // REDUCE POP
    }
  }

  #finish(opcodes: string): void {
    this.#out.ascii(opcodes);
    this.#depth--;
  }

  // Saves the items one after another; true when the last is written. Stops wherever an item opened a frame.
  #stepAll(frame: Frame): boolean {
    const { items } = frame;
    const depth = this.#depth;
    while (frame.index < items.length) {
      const value = items[frame.index++];
      if (this.#saveFast(value)) continue;
      this.#save(value);
      if (this.#depth !== depth) return false;
    }
    return true;
  }

  // batch_list_exact: MARK, up to 1000 items, APPENDS; one item alone needs no mark.
  #stepList(frame: Frame): void {
    const { items } = frame;
    const { length } = items;
    const depth = this.#depth;
    const out = this.#out;
    if (length === 1) {
      if (frame.index === 0) {
        frame.index = 1;
        this.#save(items[0]);
        if (this.#depth !== depth) return;
      }
      out.byte(0x61); // APPEND
      this.#depth--;
      return;
    }
    while (frame.index < length) {
      if (frame.batch < 0) {
        out.byte(0x28); // MARK
        frame.batch = BATCH;
      }
      const end = Math.min(length, frame.index + frame.batch);
      let { index } = frame;
      while (index < end) {
        const value = items[index++];
        if (this.#saveFast(value)) continue;
        frame.batch -= index - frame.index;
        frame.index = index;
        this.#save(value);
        if (this.#depth !== depth) return;
      }
      frame.batch -= index - frame.index;
      frame.index = index;
      out.byte(0x65); // APPENDS
      frame.batch = -1;
    }
    if (frame.batch >= 0) out.byte(0x65); // APPENDS
    this.#depth--;
  }

  // batch_list: an iterator's items. One left over stands alone; protocol 0 has APPEND only.
  #stepItems(frame: Frame): void {
    const { items } = frame;
    const { length } = items;
    const depth = this.#depth;
    for (;;) {
      if (frame.stage === 1) {
        this.#out.byte(0x61); // APPEND
        frame.stage = 0;
      } else if (frame.batch === 0 || (frame.batch > 0 && frame.index === length)) {
        this.#out.byte(frame.object === ADDED ? 0x90 : 0x65); // ADDITEMS or APPENDS
        frame.batch = -1;
      }
      if (frame.index === length) break;
      if (frame.batch < 0) {
        if (frame.object !== ADDED && (this.protocol === 0 || frame.index === length - 1)) {
          frame.stage = 1;
        } else {
          this.#out.byte(0x28); // MARK
          frame.batch = BATCH;
        }
      }
      if (frame.batch > 0) frame.batch--;
      this.#save(items[frame.index++]);
      if (this.#depth !== depth) return;
    }
    this.#depth--;
  }

  // batch_dict_exact: as for lists, but a last batch of exactly 1000 is followed by an empty one, as in C.
  #stepDict(frame: Frame): void {
    const { items, values } = frame;
    const { length } = items;
    const depth = this.#depth;
    const out = this.#out;
    // frame.index counts keys and values: 2i is key i, 2i + 1 its value.
    if (length === 1) {
      while (frame.index < 2) {
        const part = frame.index++ === 0 ? items[0] : values[0];
        this.#save(part);
        if (this.#depth !== depth) return;
      }
      out.byte(0x73); // SETITEM
      this.#depth--;
      return;
    }
    for (;;) {
      if (frame.batch < 0) {
        out.byte(0x28); // MARK
        frame.batch = BATCH * 2;
      }
      while (frame.batch > 0 && frame.index < length * 2) {
        const index = frame.index++;
        frame.batch--;
        const at = index >> 1;
        if ((index & 1) === 0) {
          if (frame.stage === RECORD && this.#fast) this.#key(items[at] as string, at);
          else if (!this.#saveFast(items[at])) this.#save(items[at]);
        } else {
          const value = values[at];
          if (!this.#saveFast(value)) this.#save(value);
        }
        if (this.#depth !== depth) return;
      }
      out.byte(0x75); // SETITEMS
      if (frame.batch > 0) break;
      frame.batch = -1;
    }
    this.#depth--;
  }

  // batch_dict: an iterator's entries, alternating in `items`.
  #stepEntries(frame: Frame): void {
    const { items, values } = frame;
    const { length } = items;
    const depth = this.#depth;
    for (;;) {
      const at = frame.index >> 1;
      const isKey = (frame.index & 1) === 0;
      if (isKey) {
        if (frame.stage === 1) {
          this.#out.byte(0x73); // SETITEM
          frame.stage = 0;
        } else if (frame.batch === 0 || (frame.batch > 0 && at === length)) {
          this.#out.byte(0x75); // SETITEMS
          frame.batch = -1;
        }
        if (at === length) break;
        if (frame.batch < 0) {
          if (this.protocol === 0 || at === length - 1) {
            frame.stage = 1;
          } else {
            this.#out.byte(0x28); // MARK
            frame.batch = BATCH;
          }
        }
        if (frame.batch > 0) frame.batch--;
      }
      frame.index++;
      if (isKey) this.#save(items[at]);
      else this.#save(values[at]);
      if (this.#depth !== depth) return;
    }
    this.#depth--;
  }

  #stepSet(frame: Frame): void {
    const { items } = frame;
    const { length } = items;
    const depth = this.#depth;
    for (;;) {
      if (frame.batch < 0) {
        this.#out.byte(0x28); // MARK
        frame.batch = BATCH;
      }
      while (frame.batch > 0 && frame.index < length) {
        frame.batch--;
        this.#save(items[frame.index++]);
        if (this.#depth !== depth) return;
      }
      this.#out.byte(0x90); // ADDITEMS
      if (frame.batch > 0) break;
      frame.batch = -1;
    }
    this.#depth--;
  }

  #stepTuple(frame: Frame): void {
    if (!this.#stepAll(frame)) return;
    const { length } = frame.items;
    const out = this.#out;
    const small = length <= 3 && this.protocol >= 2;
    this.#depth--;
    // A tuple that its own items contain was written by them: drop the items and fetch it.
    const known = this.#memo.get(frame.object);
    if (known !== undefined) {
      if (!small && this.protocol >= 1)
        out.byte(0x31); // POP_MARK
      else for (let index = small ? 0 : -1; index < length; index++) out.byte(0x30); // POP
      this.#getMemo(known);
      return;
    }
    out.byte(small ? 0x84 + length : 0x74); // TUPLE1, TUPLE2, TUPLE3 or TUPLE
    this.#memoize(frame.object);
  }

  #endFrozenSet(frame: Frame): void {
    this.#depth--;
    const known = this.#memo.get(frame.object);
    if (known !== undefined) {
      this.#out.byte(0x31); // POP_MARK
      this.#getMemo(known);
      return;
    }
    this.#out.byte(0x91); // FROZENSET
    this.#memoize(frame.object);
  }

  #endOld(frame: Frame): void {
    const instance = frame.object as Instance;
    const { callable } = instance;
    if (frame.stage === 1)
      this.#named(0x69, this.#namesOf(callable as Global)); // INST
    else this.#out.byte(0x6f); // OBJ
    this.#depth--;
    this.#memoize(instance);
    this.#changesOf(instance);
  }

  #stepReduce(frame: Frame): void {
    if (!this.#stepAll(frame)) return;
    this.#out.byte(frame.stage);
    const { object } = frame;
    const reduction = frame.reduction as Reduction;
    this.#depth--;
    if (this.#calling.size > 0) this.#calling.delete(object);
    if (object === null || object === undefined) return;
    const known = this.#memo.get(object);
    if (known !== undefined) {
      this.#out.byte(0x30); // POP
      this.#getMemo(known);
      return;
    }
    const isBytes = object instanceof Uint8Array && !(object instanceof ByteArray);
    if (isBytes && object.length <= 1 && this.#temporary !== object) {
      this.#names.set(shortBytesKey(object), this.#memoSize);
    }
    if (object instanceof Global) {
      this.#rememberGlobal(object, undefined);
      return;
    }
    this.#memoize(object);
    if (object instanceof Inert) this.#changesOf(object);
    else this.#changes(object, reduction);
  }

  // Pushes frames for what is to follow, the last first.
  #changesOf(inert: Inert): void {
    if (inert.late !== undefined) {
      for (let index = inert.late.length - 1; index >= 0; index--) {
        const change = inert.late[index] as NonNullable<typeof inert.late>[number];
        switch (change.kind) {
          case "append":
            this.#push(ITEMS, null).items = change.items;
            break;
          case "add":
            this.#push(ITEMS, ADDED).items = change.items;
            break;
          case "set":
            this.#pushEntries(change.entries);
            break;
          case "state":
            this.#pushState(inert, change.state, undefined);
            break;
          case "call":
            this.#push(EFFECT, null).items = [change.callable, change.args];
        }
      }
    }
    const { items, entries, added, state, stateSetter } = inert;
    if (state !== undefined) this.#pushState(inert, state, stateSetter);
    if (added !== undefined) this.#push(ITEMS, ADDED).items = added;
    if (entries !== undefined) this.#pushEntries(entries);
    if (items !== undefined) this.#push(ITEMS, null).items = items;
  }

  #changes(object: unknown, { items, entries, added, state, stateSetter }: Reduction): void {
    if (state !== undefined && state !== null) this.#pushState(object, state, stateSetter);
    if (added !== undefined) this.#push(ITEMS, ADDED).items = Array.from(added);
    if (entries !== undefined) this.#pushEntries(entries);
    if (items !== undefined) this.#push(ITEMS, null).items = Array.from(items);
  }

  #pushEntries(entries: Iterable<readonly [unknown, unknown]>): void {
    const keys: unknown[] = [];
    const values: unknown[] = [];
    for (const [key, value] of entries) {
      keys.push(key);
      values.push(value);
    }
    const frame = this.#push(ENTRIES, null);
    frame.items = keys;
    frame.values = values;
  }

  #pushState(object: unknown, state: unknown, setter: unknown): void {
    if (setter !== undefined && setter !== null) {
      // setter(object, state), its result popped; the arguments are written as items, not as a memoised tuple.
      this.#push(SETTER, object).items = [setter, object, state];
      return;
    }
    this.#push(STATE, object).items = [state];
  }

  // --- memo

  #memoize(value: unknown): void {
    this.#memo.set(value, this.#memoSize);
    this.#put(this.#memoSize++);
  }

  #put(index: number): void {
    const out = this.#out;
    if (this.protocol >= 4) {
      out.byte(0x94); // MEMOIZE
    } else if (this.protocol === 0) {
      out.ascii(`p${index}\n`); // PUT
    } else if (index < 256) {
      out.byte(0x71); // BINPUT
      out.byte(index);
    } else {
      out.byte(0x72); // LONG_BINPUT
      out.uint32(index);
    }
  }

  #getMemo(index: number): void {
    const out = this.#out;
    if (this.protocol === 0) {
      out.ascii(`g${index}\n`); // GET
    } else if (index < 256) {
      out.reserve(2);
      out.bytes[out.pos++] = 0x68; // BINGET
      out.bytes[out.pos++] = index;
    } else {
      out.byte(0x6a); // LONG_BINGET
      out.uint32(index);
    }
  }

  // --- persistent ids

  #savePersistent(value: unknown): boolean {
    if (this.#isPersistentId) {
      this.#isPersistentId = false;
      return false;
    }
    const id = this.#hook("persistentId", () => this.#persistentId?.(value));
    if (id === undefined || id === null) return false;
    this.#persistent(id);
    return true;
  }

  #persistent(id: unknown): void {
    if (this.protocol >= 1) {
      this.#push(PERSISTENT, id);
      return;
    }
    const text = String(id);
    if (!/^[\x00-\x09\x0b-\x7f]*$/.test(text)) {
      throw this.#error(
        "bad-persistent-id",
        "at protocol 0 a persistent id must be ASCII without newlines",
      );
    }
    this.#out.ascii(`P${text}\n`); // PERSID
  }

  // --- errors

  #hook<Result>(name: string, call: () => Result): Result {
    try {
      return call();
    } catch (cause) {
      if (cause instanceof PickleError) throw cause;
      throw this.#error("hook-failed", `${name} failed: ${messageOf(cause)}`, cause);
    }
  }

  #error(code: PicklingCode, message: string, cause?: unknown): PicklingError {
    return new PicklingError(
      code,
      message,
      this.#path(),
      cause === undefined ? undefined : { cause },
    );
  }

  // The way from the root to the value at work, read off the open frames.
  #path(): string {
    let path = "$";
    for (let depth = 0; depth < this.#depth && path.length < 1000; depth++) {
      const { kind, items, index, object } = this.#frames[depth] as Frame;
      // What waits for its turn is not on the way.
      if (index === 0) continue;
      switch (kind) {
        case LIST:
        case ITEMS:
        case TUPLE:
          path += `[${index - 1}]`;
          break;
        case DICT:
        case ENTRIES:
          path += keyPath(items[(index - 1) >> 1], (index & 1) === 1);
          break;
        case SET:
        case FROZENSET:
          path += `{${index - 1}}`;
          break;
        case REDUCE:
        case OLD:
          path += object instanceof Set ? "" : `(${describe(object)})`;
          break;
        case STATE:
        case SETTER:
          path += ".<state>";
      }
    }
    return path;
  }
}

// Marks the frame of items that are added to a set-like object.
const ADDED = { added: true };

const SINGLETON_TYPES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["NoneType", null],
  ["ellipsis", GLOBAL_ELLIPSIS],
  ["NotImplementedType", GLOBAL_NOT_IMPLEMENTED],
]);

function asTuple(args: readonly unknown[]): Tuple {
  return args instanceof Tuple ? args : (Tuple.from(args) as Tuple);
}

function latin1Text(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) {
    text += String.fromCharCode.apply(null, data.subarray(at, at + 8192) as unknown as number[]);
  }
  return text;
}

// Anything that may refer to something: not scalars, not bytes, not names.
function canLeadBack(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Uint8Array || value instanceof Float || value instanceof Global)
  );
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value)
    ? !(value instanceof Tuple)
    : value instanceof Map || value instanceof Set;
}

function copyOf(container: object): object {
  if (container instanceof PyDict) return new PyDict(container);
  if (container instanceof PySet) return new PySet(container);
  if (container instanceof Map) return new Map(container);
  return container instanceof Set ? new Set(container) : Array.from(container as unknown[]);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  const all = new Uint8Array(size);
  let pos = 0;
  for (const chunk of chunks) {
    all.set(chunk, pos);
    pos += chunk.length;
  }
  return all;
}

function shortBytesKey(data: Uint8Array): string {
  return `b${data.length === 1 ? data[0] : ""}`;
}

function byPath(extensions: ReadonlyMap<number, string | Global>): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const [code, entry] of extensions) {
    const { module, name } = entry instanceof Global ? entry : Global.parse(entry);
    codes.set(`${module}\n${name}`, code);
  }
  return codes;
}

function keyPath(key: unknown, isKey: boolean): string {
  const shown =
    typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${show(key)}]`;
  return isKey ? `${shown}<key>` : shown;
}

function show(key: unknown): string {
  if (typeof key === "string")
    return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return typeof key === "object" && key !== null ? describe(key) : String(key);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "function":
      return value.name === "" ? "an anonymous function" : `function ${value.name}`;
    case "symbol":
      return String(value);
    case "object":
      if (value instanceof Global) return value.path;
      if (value instanceof Instance) return value.className;
      return `an instance of ${value.constructor?.name || "an anonymous class"}`;
    default:
      return String(value);
  }
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

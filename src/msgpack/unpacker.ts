/**
 * Bytes in, objects out: all at once (`unpackb`), or as the bytes come (`Unpacker`).
 *
 * Source: msgpack-python 1.2 msgpack/_unpacker.pyx.
 */
import { asBytes, type ByteSource, type BytesLike } from "../core/bytes/index.ts";
import { Decoder } from "./decoder.ts";
import { ExtraDataError, MsgpackError, type UnpackCode } from "./error.ts";
import { checkUnpackOptions, type UnpackOptions } from "./options.ts";

// One decoder without options waits for the next call: making one takes longer than reading a small message.
let spare: Decoder | undefined;

/**
 * Reads the one object of `data`.
 *
 * Arrays are Array, maps plain objects while every key is a str and else `PyDict`, bin is Uint8Array, ints are numbers
 * while they are safe and else bigint, extensions `ExtType`, timestamps `Timestamp`. Nothing is allocated because a
 * length says so.
 *
 * @throws MsgpackError `truncated`, `extra-data` (an `ExtraDataError`), `invalid-format`, `too-deep`, `limit-exceeded`,
 * `map-key`, `unhashable`, `bad-utf8`, `bad-timestamp`, `bad-ext`, `date-range`, `hook-failed`; TypeError for options of
 * the wrong type
 * @example
 * ```ts
 * import { packb, unpackb } from "brine/msgpack";
 * unpackb(packb({ name: "Ann", scores: [1, 2.5] })); //=> { name: "Ann", scores: [1, 2.5] }
 * unpackb(packb({ a: 2n ** 64n - 1n })); //=> { a: 18446744073709551615n }
 * unpackb(Uint8Array.of(0x92, 1)); //=> throws MsgpackError: the input ends inside an object at byte 2
 * ```
 */
export function unpackb<T = unknown>(data: BytesLike, options?: UnpackOptions): T {
  const bytes = plainBytes(data, "data");
  let decoder = options === undefined ? spare : undefined;
  if (decoder === undefined) {
    if (options !== undefined) checkUnpackOptions(options);
    decoder = new Decoder(options ?? {});
  } else spare = undefined;
  const { length } = bytes;
  decoder.limit(length, Number.POSITIVE_INFINITY);
  decoder.open(bytes, 0, length);
  if (!decoder.next()) throw truncated(decoder.pos);
  const { value, pos } = decoder;
  decoder.close();
  // A decoder that refused its input is left to the collector, with whatever it had open.
  if (options === undefined) spare = decoder;
  if (pos < length) throw new ExtraDataError(value, bytes.slice(pos), pos);
  // The caller says what the bytes hold; without saying, it is unknown.
  return value as T;
}

/** The bytes of `data` as a plain Uint8Array that nobody else can change while it is read. */
export function plainBytes(data: unknown, name: string): Uint8Array {
  const bytes = asBytes(data);
  if (bytes === undefined) throw new TypeError(`${name} must be bytes`);
  // Shared memory may change between the check of a length and its use.
  if (!(bytes.buffer instanceof ArrayBuffer)) return new Uint8Array(bytes);
  // A Buffer's slice would share its memory with the values.
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What `unpackb` and `unpackAll` say where the input ends too early. */
export function truncated(offset: number): MsgpackError {
  return new MsgpackError("truncated", "the input ends inside an object", { offset });
}

const READ_SIZE = 1024 * 1024;
const MAX_BUFFER_SIZE = 100 * 1024 * 1024;
const FIRST_BUFFER = 4096;

/** The ways of reading, of which only the one that began an object may go on with it. */
type Reading = "unpack" | "skip";

/**
 * Reads objects one after another, from bytes as they are fed or from a `ByteSource`.
 *
 * An object that is not whole yet is kept, and reading goes on where it stopped, so that a message that comes byte by
 * byte costs no more than one that comes at once.
 *
 * @example
 * ```ts
 * import { packb, Unpacker } from "brine/msgpack";
 * const unpacker = new Unpacker();
 * unpacker.feed(packb("first"));
 * unpacker.feed(packb([1, 2, 3]).subarray(0, 2)); // half of the second
 * [...unpacker]; //=> ["first"]
 * unpacker.feed(Uint8Array.of(2, 3));
 * [...unpacker]; //=> [[1, 2, 3]]
 * ```
 */
export class Unpacker implements Iterable<unknown> {
  readonly #decoder: Decoder;
  readonly #maxBufferSize: number;
  readonly #readSize: number;
  #source: ByteSource | undefined;
  readonly #fed: boolean;
  #buffer: Uint8Array = new Uint8Array(FIRST_BUFFER);
  // Objects that a skip has still to pass over.
  #left = 0;
  #inside: Reading | undefined;
  #busy = false;
  #failure: MsgpackError | undefined;

  constructor(options?: UnpackOptions);
  constructor(source: ByteSource | null | undefined, options?: UnpackOptions);
  constructor(first?: ByteSource | UnpackOptions | null, second?: UnpackOptions) {
    const source = isSource(first) ? first : undefined;
    const options = second ?? (isSource(first) ? undefined : first) ?? {};
    checkUnpackOptions(options);
    this.#source = source;
    this.#fed = source === undefined;
    this.#maxBufferSize =
      options.maxBufferSize === 0 ? 2 ** 31 - 1 : (options.maxBufferSize ?? MAX_BUFFER_SIZE);
    this.#readSize = options.readSize || Math.min(READ_SIZE, this.#maxBufferSize);
    if (this.#readSize > this.#maxBufferSize) {
      throw new TypeError("readSize must be at most maxBufferSize");
    }
    this.#decoder = new Decoder(options);
    this.#decoder.limit(this.#maxBufferSize, this.#maxBufferSize);
    this.#decoder.open(this.#buffer, 0, 0);
  }

  /**
   * Adds bytes behind those that wait; they are copied.
   *
   * @throws MsgpackError `buffer-full` where more than `maxBufferSize` would wait, and nothing is added; `in-progress`
   * from inside a hook
   */
  feed(data: BytesLike): void {
    if (!this.#fed) throw new TypeError("an Unpacker that has a source cannot be fed");
    if (this.#busy) throw this.#refuse("in-progress", "feed was called from inside a hook");
    this.#append(plainBytes(data, "data"));
  }

  /**
   * Reads one object.
   *
   * @throws MsgpackError as `unpackb`; `out-of-data` where no whole object is there, and `in-progress` where another way
   * of reading has begun one. An Unpacker that refused its bytes refuses from then on, with the same error.
   */
  unpack<T = unknown>(): T {
    if (!this.#next()) throw this.#outOfData();
    return this.#take() as T;
  }

  /**
   * Passes over one object without building it.
   *
   * @throws MsgpackError `out-of-data`, `invalid-format`, `in-progress`
   */
  skip(): void {
    this.#enter("skip");
    const from = this.tell();
    if (this.#inside === undefined) this.#left = 1;
    const done = this.#run(() => {
      this.#left = this.#decoder.skip(this.#left);
      return this.#left === 0;
    });
    if (done) this.#inside = undefined;
    else if (this.tell() > from || this.#decoder.pos < this.#decoder.end) this.#inside = "skip";
    if (!done) throw this.#outOfData();
  }

  /**
   * Reads the header of an array and returns its number of items, which come next one by one.
   *
   * @throws MsgpackError `out-of-data`; `unexpected-type` where something else comes, and nothing is read
   */
  readArrayHeader(): number {
    return this.#header("array");
  }

  /**
   * Reads the header of a map and returns its number of entries; a key and a value of each come next.
   *
   * @throws MsgpackError `out-of-data`; `unexpected-type` where something else comes, and nothing is read
   */
  readMapHeader(): number {
    return this.#header("map");
  }

  /** The next `count` bytes as they are, or fewer where no more are there. */
  readBytes(count: number): Uint8Array {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new TypeError("count must be a whole number from 0 on");
    }
    this.#enter(undefined);
    const decoder = this.#decoder;
    while (decoder.end - decoder.pos < count && this.#fill());
    const taken = this.#buffer.slice(decoder.pos, Math.min(decoder.pos + count, decoder.end));
    decoder.pos += taken.length;
    return taken;
  }

  /** Offset in the whole input of what comes next; inside an object that is not whole yet, of its next part. */
  tell(): number {
    return this.#decoder.base + this.#decoder.pos;
  }

  /**
   * The objects that are whole; ends where the next one is not. After more was fed it can be iterated again. With a
   * source, an object that its end cuts off is `truncated`.
   */
  *[Symbol.iterator](): Generator<unknown, void, undefined> {
    while (this.#next()) yield this.#take();
    if (!this.#fed && this.#inside !== undefined) throw truncated(this.tell());
  }

  /** Whether an object has begun and is not whole: false is where an input may end. */
  get incomplete(): boolean {
    return this.#inside !== undefined || this.#decoder.pos < this.#decoder.end;
  }

  #next(): boolean {
    this.#enter("unpack");
    const done = this.#run(() => this.#decoder.next());
    const { depth, pos, end } = this.#decoder;
    // Where nothing of it is there yet, no object has begun.
    this.#inside = !done && (depth > 0 || pos < end) ? "unpack" : undefined;
    return done;
  }

  #take(): unknown {
    const { value } = this.#decoder;
    this.#decoder.value = undefined;
    return value;
  }

  #header(kind: "array" | "map"): number {
    this.#enter(undefined);
    for (;;) {
      const count = this.#decoder.header(kind);
      if (count !== undefined) return count;
      if (!this.#fill()) throw this.#outOfData();
    }
  }

  #enter(reading: Reading | undefined): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#busy) throw this.#refuse("in-progress", "the Unpacker was called from inside a hook");
    if (this.#inside !== undefined && this.#inside !== reading) {
      throw this.#refuse("in-progress", "an object is half read in another way");
    }
  }

  // Reads, and reads on with more of the source where there is one.
  #run(read: () => boolean): boolean {
    this.#busy = true;
    try {
      while (!read()) if (!this.#fill()) return false;
      return true;
    } catch (error) {
      if (error instanceof MsgpackError && error.code !== "buffer-full") this.#failure = error;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  #fill(): boolean {
    const source = this.#source;
    if (source === undefined) return false;
    const room = this.#maxBufferSize - (this.#decoder.end - this.#decoder.pos);
    if (room <= 0) throw this.#full();
    const chunk = new Uint8Array(Math.min(this.#readSize, room));
    const count = source.read(chunk);
    if (!(count > 0)) {
      this.#source = undefined;
      return false;
    }
    this.#append(chunk.subarray(0, count));
    return true;
  }

  #append(data: Uint8Array): void {
    const decoder = this.#decoder;
    const { pos, end } = decoder;
    const waiting = end - pos;
    if (waiting + data.length > this.#maxBufferSize) throw this.#full();
    if (end + data.length <= this.#buffer.length) {
      this.#buffer.set(data, end);
      decoder.extend(data.length);
      return;
    }
    const needed = waiting + data.length;
    // At least half of the buffer is free after a move, so that each byte is moved a bounded number of times.
    let buffer = this.#buffer;
    if (needed * 2 > buffer.length) {
      buffer = new Uint8Array(Math.max(needed, Math.min(needed * 2, this.#maxBufferSize)));
    }
    buffer.set(this.#buffer.subarray(pos, end));
    buffer.set(data, waiting);
    this.#buffer = buffer;
    decoder.base += pos;
    decoder.open(buffer, 0, needed);
  }

  #full(): MsgpackError {
    return this.#refuse(
      "buffer-full",
      `more than ${this.#maxBufferSize} bytes wait to be unpacked`,
    );
  }

  #outOfData(): MsgpackError {
    return this.#refuse("out-of-data", "there is no whole object");
  }

  #refuse(code: UnpackCode, message: string): MsgpackError {
    return new MsgpackError(code, message, { offset: this.tell() });
  }
}

function isSource(value: unknown): value is ByteSource {
  return (
    typeof value === "object" &&
    value !== null &&
    "read" in value &&
    typeof value.read === "function"
  );
}

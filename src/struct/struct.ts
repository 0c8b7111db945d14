/** A format and values in, bytes out; a format and bytes in, values out. Source: CPython 3.13 Lib/struct.py. */
import { asBytes, type BytesLike } from "../core/bytes/index.ts";
import { type Inspect, inspectSymbol } from "../core/values/index.ts";
import { type Compiled, compiled } from "./compiled.ts";
import { StructError } from "./error.ts";
import type { Packable, Unpacked, UnpackOptions, ValidFormat } from "./literal.ts";

// Small records are read and written here and copied: before a DataView can be had of a caller's small array, V8 must give
// that array a buffer of its own, which takes far longer than the copy.
const SCRATCH_BYTES = 256;
const scratch = new Uint8Array(SCRATCH_BYTES);
const scratchView = new DataView(scratch.buffer);

// Rows for which room is made at once: growing step by step takes a quarter of the time of unpackRecords (Node 26,
// bench/struct.ts). Of far more V8 would make a slow array.
const MOST_PREPARED = 2 ** 24;

/**
 * The bytes of `values` laid out by `format`.
 *
 * @throws StructError `bad-format`, `too-large`, `wrong-count`, and for a value `not-an-integer`, `not-a-float`,
 * `not-a-complex`, `not-bytes`, `out-of-range`, with its `index`
 * @example
 * ```ts
 * import { pack } from "brine/struct";
 * pack(">if", 1, 0.5); //=> Uint8Array [0, 0, 0, 1, 63, 0, 0, 0]
 * ```
 */
export function pack<const F extends string>(
  format: F & ValidFormat<F>,
  ...values: Packable<F>
): Uint8Array<ArrayBuffer> {
  return packed(compiled(format), values);
}

/**
 * Writes the bytes of `values` into `buffer` from `offset` on, a negative one counted from its end.
 *
 * A value that is refused leaves those before it written and zeros after them, as in Python.
 *
 * @throws StructError as `pack`, and `bad-offset`
 * @example
 * ```ts
 * import { packInto } from "brine/struct";
 * const buffer = new Uint8Array(6);
 * packInto(">Hb", buffer, 2, 0x102, -1);
 * buffer; //=> Uint8Array [0, 0, 1, 2, 255, 0]
 * ```
 */
export function packInto<const F extends string>(
  format: F & ValidFormat<F>,
  buffer: BytesLike,
  offset: number,
  ...values: Packable<F>
): void {
  writeInto(compiled(format), buffer, offset, values);
}

/**
 * The values in `data`, whose length must be that of the format. Bytes are copied.
 *
 * @throws StructError `bad-format`, `too-large`, `wrong-size`
 * @example
 * ```ts
 * import { unpack } from "brine/struct";
 * const [id, name, on] = unpack("<H4s?", Uint8Array.of(1, 2, 97, 98, 99, 100, 1));
 * id; //=> 513
 * name; //=> Uint8Array [97, 98, 99, 100]
 * on; //=> true
 * ```
 */
export function unpack<const F extends string, const O extends UnpackOptions = UnpackOptions>(
  format: F & ValidFormat<F>,
  data: BytesLike,
  options?: O,
): Unpacked<F, O> {
  return unpacked(compiled(format), data, options) as Unpacked<F, O>;
}

/**
 * The values at `offset` of `buffer`, which may be longer than the format; a negative offset counts from its end.
 *
 * @throws StructError `bad-format`, `too-large`, `bad-offset`
 * @example
 * ```ts
 * import { unpackFrom } from "brine/struct";
 * unpackFrom(">H", Uint8Array.of(9, 9, 1, 2), 2); //=> [258]
 * ```
 */
export function unpackFrom<const F extends string, const O extends UnpackOptions = UnpackOptions>(
  format: F & ValidFormat<F>,
  buffer: BytesLike,
  offset?: number,
  options?: O,
): Unpacked<F, O> {
  return unpackedFrom(compiled(format), buffer, offset, options) as Unpacked<F, O>;
}

/**
 * The records of `buffer` one after another; its length must be a multiple of the format's.
 *
 * @throws StructError `bad-format`, `too-large`, `zero-size`, `wrong-size`
 * @example
 * ```ts
 * import { iterUnpack } from "brine/struct";
 * [...iterUnpack("<h", Uint8Array.of(1, 0, 255, 255))]; //=> [[1], [-1]]
 * ```
 */
export function iterUnpack<const F extends string, const O extends UnpackOptions = UnpackOptions>(
  format: F & ValidFormat<F>,
  buffer: BytesLike,
  options?: O,
): IterableIterator<Unpacked<F, O>> {
  return recordsOf(compiled(format), buffer, options) as IterableIterator<Unpacked<F, O>>;
}

/**
 * The number of bytes that a format takes.
 *
 * @throws StructError `bad-format`, `too-large`
 * @example
 * ```ts
 * import { calcsize } from "brine/struct";
 * [calcsize("bi"), calcsize("<bi")]; //=> [8, 5]
 * ```
 */
export function calcsize<const F extends string>(format: F & ValidFormat<F>): number {
  return compiled(format).size;
}

/**
 * A format with the functions of this module as methods.
 *
 * @example
 * ```ts
 * import { Struct } from "brine/struct";
 * const point = new Struct("<2h");
 * point.unpack(point.pack(3, -4)); //=> [3, -4]
 * point.size; //=> 4
 * ```
 */
export class Struct<const F extends string = string> {
  readonly #compiled: Compiled;

  /** @throws StructError `bad-format`, `too-large` */
  constructor(format: F & ValidFormat<F>) {
    this.#compiled = compiled(format);
  }

  /** The format that it was made of. */
  get format(): F {
    return this.#compiled.format as F; // the constructor's argument
  }

  /** Bytes of one record. */
  get size(): number {
    return this.#compiled.size;
  }

  /** As {@link pack}. */
  pack(...values: Packable<F>): Uint8Array<ArrayBuffer> {
    return packed(this.#compiled, values);
  }

  /** As {@link packInto}. */
  packInto(buffer: BytesLike, offset: number, ...values: Packable<F>): void {
    writeInto(this.#compiled, buffer, offset, values);
  }

  /** As {@link unpack}. */
  unpack<const O extends UnpackOptions = UnpackOptions>(
    data: BytesLike,
    options?: O,
  ): Unpacked<F, O> {
    return unpacked(this.#compiled, data, options) as Unpacked<F, O>;
  }

  /** As {@link unpackFrom}. */
  unpackFrom<const O extends UnpackOptions = UnpackOptions>(
    buffer: BytesLike,
    offset?: number,
    options?: O,
  ): Unpacked<F, O> {
    return unpackedFrom(this.#compiled, buffer, offset, options) as Unpacked<F, O>;
  }

  /** As {@link iterUnpack}. */
  iterUnpack<const O extends UnpackOptions = UnpackOptions>(
    buffer: BytesLike,
    options?: O,
  ): IterableIterator<Unpacked<F, O>> {
    return recordsOf(this.#compiled, buffer, options) as IterableIterator<Unpacked<F, O>>;
  }

  [inspectSymbol](_depth: number, options: { stylize?: unknown }, inspect: Inspect): string {
    return `Struct(${inspect(this.format, options)})`;
  }
}

function packed(layout: Compiled, values: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const { size } = layout;
  layout.expect(values.length, "pack");
  if (size > SCRATCH_BYTES) {
    const bytes = allocated(size);
    layout.write(new DataView(bytes.buffer), 0, values, bytes);
    return bytes;
  }
  if (layout.hasGaps) scratch.fill(0, 0, size);
  layout.write(scratchView, 0, values, scratch);
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = scratch[index] as number;
  return bytes;
}

/**
 * Zeros.
 *
 * @throws StructError `too-large` where this runtime has no array of that size
 */
export function allocated(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new StructError("too-large", `cannot allocate ${size} bytes`, { cause });
  }
}

function writeInto(
  layout: Compiled,
  buffer: BytesLike,
  offset: number,
  values: readonly unknown[],
): void {
  const bytes = bytesOf(buffer, "buffer");
  layout.expect(values.length, "pack_into");
  const at = placeOf(layout, bytes, offset, "pack");
  const { size } = layout;
  const small = size <= SCRATCH_BYTES;
  const [view, target, start] = small
    ? [scratchView, scratch, 0]
    : [new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes, at];
  if (layout.hasGaps) target.fill(0, start, start + size);
  try {
    layout.write(view, start, values, target);
  } catch (error) {
    if (!(error instanceof StructError) || error.index === undefined) throw error;
    target.fill(0, start + layout.offsetOf(error.index), start + size);
    if (small) bytes.set(scratch.subarray(0, size), at);
    throw error;
  }
  if (small)
    for (let index = 0; index < size; index++) bytes[at + index] = scratch[index] as number;
}

function unpacked(
  layout: Compiled,
  data: BytesLike,
  options: UnpackOptions | undefined,
): unknown[] {
  const bytes = bytesOf(data, "data");
  if (bytes.length !== layout.size) {
    throw new StructError("wrong-size", `unpack requires a buffer of ${layout.size} bytes`);
  }
  return readRecord(layout, bytes, 0, options);
}

function unpackedFrom(
  layout: Compiled,
  buffer: BytesLike,
  offset: number | undefined,
  options: UnpackOptions | undefined,
): unknown[] {
  const bytes = bytesOf(buffer, "buffer");
  return readRecord(layout, bytes, placeOf(layout, bytes, offset ?? 0, "unpack"), options);
}

/** One record of `bytes`, which reaches to its end. */
export function readRecord(
  layout: Compiled,
  bytes: Uint8Array,
  at: number,
  options: UnpackOptions | undefined,
): unknown[] {
  const read = readerFor(layout, options);
  const { size } = layout;
  if (size <= SCRATCH_BYTES) {
    for (let index = 0; index < size; index++) scratch[index] = bytes[at + index] as number;
    return read(scratchView, 0, scratch);
  }
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, bytes);
}

/** The reader that the options ask for. */
export function readerFor(layout: Compiled, options: UnpackOptions | undefined): Compiled["read"] {
  return options?.ints === "bigint" ? layout.readBigints : layout.read;
}

/** Where in `bytes` a record at `offset` begins. */
function placeOf(
  { size }: Compiled,
  bytes: Uint8Array,
  offset: number,
  verb: "pack" | "unpack",
): number {
  const { length } = bytes;
  if (offset >= 0 && offset + size <= length && Number.isInteger(offset)) return offset;
  if (!Number.isInteger(offset)) {
    throw new TypeError(
      `offset must be an integer, got ${typeof offset === "number" ? offset : typeof offset}`,
    );
  }
  if (offset >= 0) {
    const [name, doing] = verb === "pack" ? ["pack_into", "packing"] : ["unpack_from", "unpacking"];
    throw new StructError(
      "bad-offset",
      `${name} requires a buffer of at least ${offset + size} bytes for ${doing} ${size} bytes at offset ${offset} ` +
        `(actual buffer size is ${length})`,
      { offset },
    );
  }
  if (offset + size > 0) {
    const message =
      verb === "pack"
        ? `no space to pack ${size} bytes at offset ${offset}`
        : `not enough data to unpack ${size} bytes at offset ${offset}`;
    throw new StructError("bad-offset", message, { offset });
  }
  if (offset + length < 0) {
    throw new StructError("bad-offset", `offset ${offset} out of range for ${length}-byte buffer`, {
      offset,
    });
  }
  return offset + length;
}

function bytesOf(data: BytesLike, parameter: string): Uint8Array {
  const bytes = asBytes(data);
  if (bytes !== undefined) return bytes;
  const found = data === null ? "null" : typeof data;
  throw new TypeError(
    `${parameter} must be bytes (a typed array, DataView or ArrayBuffer), got ${found}`,
  );
}

/** The records of bytes one after another, the format compiled. */
export function recordsOf(
  layout: Compiled,
  buffer: BytesLike,
  options: UnpackOptions | undefined,
): IterableIterator<unknown[]> {
  return new Records(layout, buffer, options);
}

/** All of them at once. */
export function rowsOf(
  layout: Compiled,
  buffer: BytesLike,
  options: UnpackOptions | undefined,
): unknown[][] {
  const given = wholeRecords(layout, buffer);
  if (given.length === 0) return [];
  // One copy for all: a small array of its own for each costs as much as all the rest (bench/struct.ts, ">I10sf").
  const bytes = layout.hasBytes ? new Uint8Array(given) : given;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / layout.size;
  const rows: unknown[][] = count <= MOST_PREPARED ? new Array(count) : [];
  layout.rows(options?.ints === "bigint")(view, bytes, layout.size, rows);
  return rows;
}

// Bytes of a whole number of records.
function wholeRecords({ size }: Compiled, buffer: BytesLike): Uint8Array {
  const bytes = bytesOf(buffer, "buffer");
  if (size === 0) {
    throw new StructError("zero-size", "cannot iteratively unpack with a struct of length 0");
  }
  if (bytes.length % size !== 0) {
    const message = `iterative unpacking requires a buffer of a multiple of ${size} bytes`;
    throw new StructError("wrong-size", message);
  }
  return bytes;
}

class Records implements IterableIterator<unknown[]> {
  readonly #read: Compiled["read"];
  readonly #size: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(layout: Compiled, buffer: BytesLike, options: UnpackOptions | undefined) {
    const bytes = wholeRecords(layout, buffer);
    this.#read = readerFor(layout, options);
    this.#size = layout.size;
    this.#bytes = bytes;
    // A detached buffer takes no view, and has no records.
    this.#view =
      bytes.length === 0
        ? scratchView
        : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  next(): IteratorResult<unknown[], undefined> {
    const at = this.#at;
    // Asked anew: a buffer may be resized or transferred between two records, and a view of it then refuses.
    if (at + this.#size > this.#bytes.length) return { done: true, value: undefined };
    this.#at = at + this.#size;
    return { done: false, value: this.#read(this.#view, at, this.#bytes) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

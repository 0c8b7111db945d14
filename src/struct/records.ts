/** A file of equal records in, its records out: in order, a window at a time, or by index. */
import { asBytes, type BytesLike, type RandomAccess } from "../core/bytes/index.ts";
import { PickleError } from "../core/errors/index.ts";
import {
  type AccessSource,
  chunksOf,
  isAccessSource,
  openAccess,
  type Source,
} from "../sources/index.ts";
import { type Compiled, compiled } from "./compiled.ts";
import { StructError } from "./error.ts";
import type { Packable, Unpacked, UnpackOptions, ValidFormat } from "./literal.ts";
import { allocated, readerFor, readRecord, recordsOf, rowsOf } from "./struct.ts";

/** Options of {@link records}. */
export interface RecordsOptions extends UnpackOptions {
  /** Bytes before the first record, such as a header's. */
  readonly offset?: number | undefined;
}

/** The records of bytes in memory. */
export interface ByteRecords<Values> extends Iterable<Values> {
  /** How many whole records there are. */
  readonly length: number;
  /** The record of that index, a negative one counted from the last; `undefined` where there is none. */
  at(index: number): Values | undefined;
}

/** The records of a file or stream. */
export interface FileRecords<Values> extends AsyncIterable<Values> {
  /**
   * How many whole records there are.
   *
   * @throws StructError `not-seekable` for a stream, `read-failed`, `no-files`
   */
  count(): Promise<number>;
  /**
   * The record of that index, a negative one counted from the last; `undefined` where there is none. Nothing else of the
   * file is read.
   *
   * @throws StructError `not-seekable` for a stream, `read-failed`, `no-files`
   */
  at(index: number): Promise<Values | undefined>;
}

/**
 * The records of `source` under `format`: in order with `for await`, by index with `at`.
 *
 * A path is opened when it is read, and closed again; a `FileHandle`, a Blob and anything with `size` and
 * `read(start, target)` can be read by index too, a stream in order only. A source that ends inside a record gives the
 * whole ones first, then the error.
 *
 * @throws StructError `bad-format`, `too-large`, `zero-size`; while reading `truncated`, `read-failed`, `no-files`
 * @example
 * ```ts
 * import { records } from "brine/struct";
 * const readings = records(Uint8Array.of(0, 1, 10, 0, 2, 20), ">HB");
 * readings.at(1); //=> [2, 20]
 * [...readings]; //=> [[1, 10], [2, 20]]
 * ```
 */
export function records<const F extends string, const O extends RecordsOptions = RecordsOptions>(
  source: BytesLike,
  format: F & ValidFormat<F>,
  options?: O,
): ByteRecords<Unpacked<F, O>>;
export function records<const F extends string, const O extends RecordsOptions = RecordsOptions>(
  source: Source | RandomAccess,
  format: F & ValidFormat<F>,
  options?: O,
): FileRecords<Unpacked<F, O>>;
export function records(
  source: Source | RandomAccess,
  format: string,
  options: RecordsOptions = {},
): ByteRecords<unknown[]> | FileRecords<unknown[]> {
  const layout = compiled(format);
  const { offset = 0 } = options;
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new TypeError(`options.offset must be an integer from 0 on, got ${String(offset)}`);
  }
  if (layout.size === 0) {
    throw new StructError("zero-size", "cannot iteratively unpack with a struct of length 0");
  }
  const bytes = asBytes(source);
  return bytes === undefined
    ? new OfFile(source, layout, offset, options)
    : new OfBytes(bytes, layout, offset, options);
}

/**
 * The bytes of all `rows`, one record after another: what `iterUnpack` and {@link records} read back.
 *
 * @throws StructError as `pack`, with `index` of the value in its row, and `offset` of the row's record
 * @example
 * ```ts
 * import { packRecords } from "brine/struct";
 * packRecords(">HB", [[1, 10], [2, 20]]); //=> Uint8Array [0, 1, 10, 0, 2, 20]
 * ```
 */
export function packRecords<const F extends string>(
  format: F & ValidFormat<F>,
  rows: Iterable<Packable<F>>,
): Uint8Array<ArrayBuffer> {
  const layout = compiled(format);
  const { size } = layout;
  let bytes = allocated(Array.isArray(rows) ? rows.length * size : FIRST_BYTES);
  let view = new DataView(bytes.buffer);
  let at = 0;
  for (const row of rows as Iterable<readonly unknown[]>) {
    if (!Array.isArray(row)) throw new TypeError(`rows must give arrays, got ${typeof row}`);
    if (at + size > bytes.length) {
      const larger = allocated(Math.max(bytes.length * 2, at + size));
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    try {
      layout.expect(row.length, "pack");
      layout.write(view, at, row, bytes);
    } catch (error) {
      if (!(error instanceof StructError)) throw error;
      const { code, message, index } = error;
      throw new StructError(code, message, { offset: at, ...(index !== undefined && { index }) });
    }
    at += size;
  }
  return at === bytes.length ? bytes : bytes.slice(0, at);
}

const FIRST_BYTES = 4096;

/**
 * All records of `data` at once, whose length must be a multiple of the format's: `[...iterUnpack(format, data)]`,
 * faster. Bytes in it are parts of one copy of `data`, which stays in memory as long as any of them.
 *
 * @throws StructError `bad-format`, `too-large`, `zero-size`, `wrong-size`
 * @example
 * ```ts
 * import { unpackRecords } from "brine/struct";
 * unpackRecords(">HB", Uint8Array.of(0, 1, 10, 0, 2, 20)); //=> [[1, 10], [2, 20]]
 * ```
 */
export function unpackRecords<
  const F extends string,
  const O extends UnpackOptions = UnpackOptions,
>(format: F & ValidFormat<F>, data: BytesLike, options?: O): Unpacked<F, O>[] {
  return rowsOf(compiled(format), data, options) as Unpacked<F, O>[];
}

function truncated(size: number, found: number, offset: number): StructError {
  const message = `unpack requires a buffer of ${size} bytes, the source ends after ${found}`;
  return new StructError("truncated", message, { offset });
}

// What Array.prototype.at does with an index.
function placeOf(index: number, count: number): number | undefined {
  const whole = Math.trunc(index) || 0;
  const place = whole < 0 ? whole + count : whole;
  return place >= 0 && place < count ? place : undefined;
}

class OfBytes implements ByteRecords<unknown[]> {
  readonly #bytes: Uint8Array;
  readonly #layout: Compiled;
  readonly #offset: number;
  readonly #options: RecordsOptions;

  constructor(bytes: Uint8Array, layout: Compiled, offset: number, options: RecordsOptions) {
    this.#bytes = bytes.subarray(offset);
    this.#layout = layout;
    this.#offset = offset;
    this.#options = options;
  }

  get length(): number {
    return Math.floor(this.#bytes.length / this.#layout.size);
  }

  at(index: number): unknown[] | undefined {
    const place = placeOf(index, this.length);
    if (place === undefined) return undefined;
    return readRecord(this.#layout, this.#bytes, place * this.#layout.size, this.#options);
  }

  *[Symbol.iterator](): Generator<unknown[], void, undefined> {
    const { size } = this.#layout;
    const whole = this.length * size;
    yield* recordsOf(this.#layout, this.#bytes.subarray(0, whole), this.#options);
    if (this.#bytes.length > whole) {
      throw truncated(size, this.#bytes.length - whole, this.#offset + whole);
    }
  }
}

class OfFile implements FileRecords<unknown[]> {
  readonly #source: Source | RandomAccess;
  readonly #layout: Compiled;
  readonly #offset: number;
  readonly #options: RecordsOptions;

  constructor(
    source: Source | RandomAccess,
    layout: Compiled,
    offset: number,
    options: RecordsOptions,
  ) {
    this.#source = source;
    this.#layout = layout;
    this.#offset = offset;
    this.#options = options;
  }

  async count(): Promise<number> {
    return this.#withAccess((access) => this.#countOf(access));
  }

  async at(index: number): Promise<unknown[] | undefined> {
    return this.#withAccess(async (access) => {
      const place = placeOf(index, this.#countOf(access));
      if (place === undefined) return undefined;
      const { size } = this.#layout;
      const record = new Uint8Array(size);
      await access.read(this.#offset + place * size, record);
      return readRecord(this.#layout, record, 0, this.#options);
    });
  }

  #countOf({ size }: RandomAccess): number {
    return Math.max(0, Math.floor((size - this.#offset) / this.#layout.size));
  }

  async #withAccess<Result>(
    act: (access: RandomAccess) => Result | Promise<Result>,
  ): Promise<Result> {
    if (!isAccessSource(this.#source)) {
      const message = "records of a stream come in order only: pass a path, a Blob or bytes";
      throw new StructError("not-seekable", message);
    }
    try {
      const access = await openAccess(this.#source);
      try {
        return await act(access);
      } finally {
        // What the caller passed in is the caller's to close.
        if (access !== this.#source) await access.close?.();
      }
    } catch (error) {
      throw ours(error);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown[], void, undefined> {
    const { size } = this.#layout;
    const read = readerFor(this.#layout, this.#options);
    const chunks = this.#chunks();
    let rest = new Uint8Array(0);
    let position = 0;
    try {
      for (;;) {
        const step = await chunks.next().catch((error: unknown) => {
          throw ours(error);
        });
        if (step.done === true) break;
        const before = Math.max(0, this.#offset - position);
        position += step.value.length;
        const joined = joinedWith(rest, step.value.subarray(before));
        const view = new DataView(joined.buffer);
        let at = 0;
        for (; at + size <= joined.length; at += size) yield read(view, at, joined);
        rest = joined.slice(at);
      }
    } finally {
      await chunks.return(undefined);
    }
    if (rest.length > 0) throw truncated(size, rest.length, position - rest.length);
  }

  // A path may be a pipe, which has an order but no places.
  #chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const source = this.#source;
    const isPath = typeof source === "string" || (typeof source === "object" && "href" in source);
    if (!isPath && isAccessSource(source)) return windowsOf(source);
    return chunksOf(source as Source); // a RandomAccess is an AccessSource
  }
}

function joinedWith(rest: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(rest.length + chunk.length);
  joined.set(rest);
  joined.set(chunk, rest.length);
  return joined;
}

const WINDOW_BYTES = 64 * 1024;

async function* windowsOf(source: AccessSource): AsyncGenerator<Uint8Array, void, undefined> {
  const access = await openAccess(source);
  try {
    for (let at = 0; at < access.size; at += WINDOW_BYTES) {
      const window = new Uint8Array(Math.min(WINDOW_BYTES, access.size - at));
      await access.read(at, window);
      yield window;
    }
  } finally {
    if (access !== source) await access.close?.();
  }
}

// Sources speak in the errors of pickling; this room has its own.
function ours(error: unknown): unknown {
  if (!(error instanceof PickleError)) return error;
  const code = error.code === "no-files" ? "no-files" : "read-failed";
  return new StructError(code, error.message, { cause: error });
}

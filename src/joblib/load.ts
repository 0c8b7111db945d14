/**
 * Files of joblib in, their objects out: pickles in which the bytes of arrays stand between the opcodes, compressed or not.
 *
 * Source: joblib 1.6 joblib/numpy_pickle.py load, numpy_pickle_utils.py _detect_compressor.
 */

import {
  compressionOf,
  DecompressionError,
  decompress,
  decompressed,
  decompressing,
  decompressSync,
} from "../codecs/index.ts";
import {
  asBytes,
  type ByteSource,
  type BytesLike,
  type RandomAccess,
} from "../core/bytes/index.ts";
import { PickleError, UnpicklingError } from "../core/errors/index.ts";
import { loadFed, RawMachine } from "../core/machine/index.ts";
import type { TypeList } from "../core/registry/index.ts";
import { LazyArray } from "../numpy/index.ts";
import { joined } from "../pickle/index.ts";
import {
  type AccessSource,
  isUrl,
  kindOf,
  openAccess,
  openSource,
  readWhole,
  type Source,
  type UrlLike,
} from "../sources/index.ts";
import { AccessChunks, chunksOf, Looked, QueueChunks, SourceChunks } from "./chunks.ts";
import { ChunkFeed, type Chunks } from "./feed.ts";
import { closedWhenForgotten } from "./forgotten.ts";
import { knownTypes } from "./known.ts";
import { isZFile, legacyTypes, Z_HEAD, zHeader } from "./legacy.ts";
import {
  type Companions,
  DECOMPRESSED_BYTES,
  isNative,
  type LoadOptions,
  type LoadsOptions,
  watched,
} from "./options.ts";
import { type ArrayReading, arrayWrapperType } from "./wrapper.ts";

// Bytes of a file from which reading it by several threads is worth the way that allows it.
const LARGE = 16 * 1024 * 1024;

// What is really there, in a file or in memory already, needs no bound of its own.
const ALL = { maxBytes: Number.POSITIVE_INFINITY };

type Companion = ArrayReading["companion"];

/**
 * Reads the object of a joblib file that is in memory: any version of joblib, any of its compressors.
 *
 * @throws UnpicklingError with `code` and the `offset` in the unpacked bytes
 * @throws DecompressionError with the offset in `data`; DecompressionLimitError beyond `limits.decompressedBytes`
 * @example
 * ```ts
 * import { dumps, loads } from "brine/joblib";
 * import { ndarray, NdArray } from "brine/numpy";
 * const model = loads<{ weights: NdArray }>(dumps({ weights: ndarray([0.5, 1.5]) }));
 * model.weights.toArray(); //=> [ 0.5, 1.5 ]
 * ```
 */
export function loads<T = unknown>(data: BytesLike, options?: LoadsOptions): T;
export function loads(data: BytesLike, options: LoadsOptions = {}): unknown {
  const bytes = asBytes(data);
  if (bytes === undefined)
    throw new TypeError(
      `data must be a Uint8Array, an ArrayBuffer or a view of one, not ${kindOf(data)}`,
    );
  const companion = companionsOf(options.companions, undefined);
  const types = typesOf(options, { companion, native: isNative(options) });
  if (isZFile(bytes))
    return new RawMachine(unpackedZ(bytes, options), { ...options, types }).load();
  const compression = compressionOf(bytes);
  if (compression === undefined) return new RawMachine(bytes, { ...options, types }).load();
  const unpacked = decompressing(compression, bytes, { limit: limitOf(options) });
  return cleared(() => wholly(unpacked, { ...options, types }));
}

/**
 * Reads the object of a joblib file: any version of joblib, any of its compressors, from a path, a Blob, a response, a
 * stream. The bytes of arrays go to where they stay as they arrive; nothing else of the file is kept in memory.
 *
 * @throws UnpicklingError with `code` and the `offset` in the unpacked bytes; PickleError `read-failed`, `no-files`
 * @throws DecompressionError with the offset in the file; DecompressionLimitError beyond `limits.decompressedBytes`
 */
export function load<T = unknown>(source: Source | RandomAccess, options?: LoadOptions): Promise<T>;
export async function load(
  source: Source | RandomAccess,
  options: LoadOptions = {},
): Promise<unknown> {
  const native = isNative(options);
  options.signal?.throwIfAborted();
  const companion = companionsOf(options.companions, await besideOf(source));
  if (options.mmapMode === "r" || isAccess(source))
    return loadFrom(source as AccessSource, options, { companion, native });
  const opened = await openSource(source as Source, { hugePages: options.hugePages });
  const reading = { companion, native };
  if (opened.kind === "bytes") {
    const compression = compressionOf(opened.bytes);
    if (compression === "zlib" || compression === "gzip" || isZFile(opened.bytes))
      return loadChunks(chunksOf(oneChunk(opened.bytes)), options, reading);
    return loadSource(memorySource(opened.bytes), opened.bytes.length, options, reading);
  }
  if (opened.kind === "file") {
    try {
      return await loadSource(opened.source, opened.source.remaining, options, reading);
    } finally {
      opened.close();
    }
  }
  let feed: ChunkFeed | undefined;
  try {
    const chunks = new QueueChunks(opened.queue, options);
    return await loadChunks(chunks, options, reading, (used) => {
      feed = used;
    });
  } finally {
    await opened.queue.close(feed?.rest() ?? new Uint8Array(0));
  }
}

type Reading = Omit<ArrayReading, "lazy"> & Partial<Pick<ArrayReading, "lazy">>;

// --- sources that are read synchronously

async function loadSource(
  file: ByteSource,
  total: number | undefined,
  options: LoadOptions,
  reading: Reading,
): Promise<unknown> {
  const source = new Ahead(watched(file, total, options), Z_HEAD);
  const compression = compressionOf(source.head);
  const { remaining = 0 } = source;
  // node:zlib works on another thread meanwhile, large arrays are read by several; a caller's function may answer later.
  const isFed =
    compression === "zlib" ||
    compression === "gzip" ||
    isZFile(source.head) ||
    (compression === undefined && remaining >= LARGE && source.fill !== undefined) ||
    typeof options.companions === "function";
  if (isFed) return loadChunks(new SourceChunks(source), options, reading);
  const types = typesOf(options, reading);
  const own = { ...options, types };
  if (compression === undefined)
    return cleared(() => new RawMachine(source, own).load(), options.signal);
  const unpacked = decompressing(compression, source, { limit: limitOf(options) });
  return cleared(() => wholly(unpacked, own), options.signal);
}

// The object of a compressed file, which is read to its end: that is where the checksum stands.
function wholly(unpacked: ByteSource, options: LoadsOptions): unknown {
  const value: unknown = new RawMachine(unpacked, options).load();
  const rest = new Uint8Array(64 * 1024);
  while (unpacked.read(rest) > 0);
  return value;
}

/** A source whose first bytes were read to be looked at. */
class Ahead implements ByteSource {
  readonly head: Uint8Array;
  readonly fill?: (target: Uint8Array) => Promise<number>;
  readonly #source: ByteSource;
  #left: Uint8Array;

  constructor(source: ByteSource, count: number) {
    const head = new Uint8Array(count);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < count; filled += read)
      read = source.read(head.subarray(filled));
    this.head = head.subarray(0, filled);
    this.#left = this.head;
    this.#source = source;
    const fill = source.fill?.bind(source);
    if (fill === undefined) return;
    this.fill = async (target) => {
      const first = this.#left.length === 0 ? 0 : this.read(target);
      return first + (await fill(target.subarray(first)));
    };
  }

  get remaining(): number | undefined {
    const { remaining } = this.#source;
    return remaining === undefined ? undefined : remaining + this.#left.length;
  }

  read(target: Uint8Array): number {
    if (this.#left.length === 0) return this.#source.read(target);
    const part = this.#left.subarray(0, target.length);
    target.set(part);
    this.#left = this.#left.subarray(part.length);
    return part.length;
  }
}

function memorySource(bytes: Uint8Array): ByteSource {
  let at = 0;
  return {
    get remaining() {
      return bytes.length - at;
    },
    read(target) {
      const part = bytes.subarray(at, at + target.length);
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

// --- sources that arrive

async function loadChunks(
  chunks: Chunks,
  options: LoadOptions,
  reading: Reading,
  use?: (feed: ChunkFeed) => void,
): Promise<unknown> {
  const looked = await Looked.ahead(chunks, Z_HEAD);
  const types = typesOf(options, reading);
  let unpacked: Chunks = looked;
  const compression = compressionOf(looked.head);
  if (isZFile(looked.head)) {
    const bytes = await unpackedZFile(await readWhole(looked, ALL), options);
    unpacked = chunksOf(oneChunk(bytes));
  } else if (compression !== undefined) {
    unpacked = chunksOf(decompressed(compression, looked, { limit: limitOf(options) }));
  }
  const feed = new ChunkFeed(unpacked);
  if (unpacked === looked) use?.(feed);
  const value = await loadFed(new RawMachine(undefined, { ...options, types }), feed);
  // The checksum of a compressed file stands at its end.
  if (compression !== undefined) while ((await unpacked.next()) !== undefined);
  options.signal?.throwIfAborted();
  return value;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

// --- sources that are read anywhere

async function loadFrom(
  source: AccessSource,
  options: LoadOptions,
  reading: Reading,
): Promise<unknown> {
  const access = await openAccess(source);
  const shared = access === source ? access : closedWhenForgotten(access);
  let kept = false;
  try {
    const chunks = await Looked.ahead(new AccessChunks(shared, options), Z_HEAD);
    const isPlain = compressionOf(chunks.head) === undefined && !isZFile(chunks.head);
    const lazy: ArrayReading["lazy"] = (layout) => {
      kept = true;
      return new LazyArray(shared, layout);
    };
    const isLazy = options.mmapMode === "r" && isPlain;
    return await loadChunks(chunks, options, isLazy ? { ...reading, lazy } : reading);
  } finally {
    if (!kept && shared !== source) await shared.close?.();
  }
}

function isAccess(source: unknown): source is RandomAccess {
  return (
    typeof source === "object" &&
    source !== null &&
    "size" in source &&
    "read" in source &&
    typeof source.read === "function" &&
    !("stream" in source)
  );
}

// --- what all of them need

function typesOf(options: LoadsOptions, reading: Reading): TypeList {
  const { companion, native, lazy } = reading;
  const full: ArrayReading = { companion, native, lazy };
  const inflate = (file: Uint8Array): Uint8Array => unpackedZ(file, options);
  const own = [knownTypes, arrayWrapperType(full), legacyTypes(full, inflate)];
  return joined(own, options.types);
}

function limitOf({ limits }: LoadsOptions): number {
  return limits?.decompressedBytes ?? DECOMPRESSED_BYTES;
}

// The machine takes an error of its source for one of the input's values; decompression and signals speak for themselves.
function cleared<Result>(action: () => Result, signal?: AbortSignal): Result {
  try {
    return action();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (error instanceof PickleError && error.cause instanceof DecompressionError)
      throw error.cause;
    throw error;
  }
}

function unpackedZ(file: Uint8Array, options: LoadsOptions): Uint8Array {
  const { size, start } = zHeader(file.subarray(0, Z_HEAD));
  const limit = Math.min(limitOf(options), size);
  return sized(decompressSync("zlib", file.subarray(start), { limit }), size);
}

async function unpackedZFile(file: Uint8Array, options: LoadsOptions): Promise<Uint8Array> {
  const { size, start } = zHeader(file.subarray(0, Z_HEAD));
  const limit = Math.min(limitOf(options), size);
  return sized(await decompress("zlib", file.subarray(start), { limit }), size);
}

function sized(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  const message = `a Z-file says that it unpacks to ${size} bytes, it does to ${bytes.length}`;
  throw new UnpicklingError("bad-length", message, 2);
}

// --- companions

// Reads what stands beside a path, before anything else is asked.
async function besideOf(source: unknown): Promise<((name: string) => Uint8Array) | undefined> {
  const isPath =
    typeof source === "string" || (typeof source === "object" && source !== null && isUrl(source));
  if (!isPath) return undefined;
  const { readBeside } = await import("#files");
  return (name) => readBeside(source as string | UrlLike, name);
}

function companionsOf(
  companions: Companions | undefined,
  beside: ((name: string) => Uint8Array) | undefined,
): Companion {
  if (companions === undefined)
    return beside ?? (() => missing("the option `companions` gives none"));
  if (typeof companions === "function") {
    return async (name) => {
      const found = await companions(name);
      return found === undefined
        ? missing("the option `companions` knows none")
        : readWhole(found, ALL);
    };
  }
  if (!(companions instanceof Map))
    throw new TypeError("companions must be a Map of bytes, or a function");
  return (name) => {
    const bytes = asBytes(companions.get(name));
    // A copy: the array is to have memory of its own.
    return bytes?.slice() ?? missing("the option `companions` has none");
  };
}

function missing(reason: string): never {
  throw new Error(reason);
}

/**
 * Objects in, joblib files out, which joblib 0.10 and later read.
 *
 * Source: joblib 1.6 joblib/numpy_pickle.py dump, compressor.py.
 */

import { compress } from "../codecs/index.ts";
import { type DumpOptions as CoreOptions, Emitter } from "../core/emitter/index.ts";
import { PickleError, PicklingError } from "../core/errors/index.ts";
import { builtinTypes } from "../core/machine/index.ts";
import { registryOf } from "../core/registry/index.ts";
import type { NumpyVersion } from "../numpy/index.ts";
import { joined } from "../pickle/index.ts";
import { fileUrl, isPath, type Target, writeChunks } from "../sources/index.ts";
import { writerTypes } from "./array-writer.ts";
import { type Compress, compressionFor } from "./compression.ts";
import type { Progress } from "./options.ts";

/** Options of {@link dumps}. */
export interface DumpsOptions extends Omit<CoreOptions, "bufferCallback"> {
  /** Pickle protocol, 0 to 5. Default 4, which every Python since 3.4 reads. */
  readonly protocol?: number | undefined;
  /**
   * Bytes that arrays are aligned to in the file, so that they can be mapped. Default 16, as joblib since 1.2; `null`
   * leaves it out, which joblib 0.10 to 1.1 read too.
   */
  readonly alignment?: 16 | null | undefined;
  /** Whose names are written: 1, the default, is read by NumPy 1.x and 2.x; 2 is what NumPy 2 itself writes. */
  readonly numpy?: NumpyVersion | undefined;
}

/** Options of {@link dump}. */
export interface DumpOptions extends DumpsOptions {
  /**
   * How to compress, as in joblib: a level 0 to 9 of zlib, `true` for level 3, a method, or both. Methods are `"zlib"` and
   * `"gzip"`. Where it is left out or 0, the ending of a path decides: `.z` and `.gz` are compressed.
   */
  readonly compress?: Compress | undefined;
  /** Called as the object is written; bytes before compression. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops before the next chunk and rejects with the signal's reason; a path keeps its old contents. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of a joblib file, uncompressed.
 *
 * @throws PicklingError with `code` and the path to the value that cannot be written
 * @example
 * ```ts
 * import { dumps } from "brine/joblib";
 * import { ndarray } from "brine/numpy";
 * dumps(ndarray([1, 2, 3], { dtype: "int32" })).length; //=> 237
 * ```
 */
export function dumps(value: unknown, options: DumpsOptions = {}): Uint8Array {
  return emitterOf(options).dumpOnly(value);
}

/**
 * Writes a joblib file. A path is replaced as a whole: its old contents stay until all is written, and for good when
 * writing fails.
 *
 * @throws PicklingError as {@link dumps}; PickleError `write-failed`, and `no-files` where there is no file system
 */
export async function dump(
  value: unknown,
  target: Target,
  options: DumpOptions = {},
): Promise<void> {
  const { signal } = options;
  signal?.throwIfAborted();
  const path = isPath(target) ? (typeof target === "string" ? target : target.href) : undefined;
  const compression = compressionFor(options.compress, path);
  if (!isPath(target) || compression !== undefined) {
    await writeChunks(written(value, options, compression), target, { signal });
    return;
  }
  const files = await import("#files");
  const output = files.replaceFile(typeof target === "string" ? target : fileUrl(target, "target"));
  try {
    emit(value, options, (chunk) => output.write(chunk));
  } catch (error) {
    output.discard();
    if (signal?.aborted === true) throw signal.reason;
    // The emitter says at which value the file refused; the file's own error says why.
    if (error instanceof PicklingError && error.cause instanceof PickleError) throw error.cause;
    throw error;
  }
  output.commit();
}

/** How bytes are compressed. */
interface Compression {
  readonly method: "zlib" | "gzip";
  readonly level: number;
}

// Chunks are the arrays' own memory where that is one segment, so that holding all of them costs little.
function written(
  value: unknown,
  options: DumpOptions,
  compression: Compression | undefined,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = [];
  emitterOf(options, (chunk) => chunks.push(chunk)).dumpOnly(value);
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const told = telling(chunks, total, options);
  return compression === undefined ? told : compress(compression.method, told, compression.level);
}

const STEP = 4 * 1024 * 1024;

function* telling(
  chunks: readonly Uint8Array[],
  total: number,
  { onProgress, signal }: DumpOptions,
): Generator<Uint8Array, void, undefined> {
  let bytes = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += STEP) {
      signal?.throwIfAborted();
      const part = chunk.subarray(at, at + STEP);
      yield part;
      bytes += part.length;
      onProgress?.({ bytes, total });
    }
  }
}

// Straight into a file. What is to come in all is known only where somebody wants to know it.
function emit(value: unknown, options: DumpOptions, write: (chunk: Uint8Array) => void): void {
  const { onProgress, signal } = options;
  if (onProgress === undefined) {
    emitterOf(options, write).dumpOnly(value);
    return;
  }
  let total = 0;
  emitterOf(options, ({ length }) => {
    total += length;
  }).dumpOnly(value);
  let bytes = 0;
  emitterOf(options, (chunk) => {
    for (let at = 0; at < chunk.length; at += STEP) {
      signal?.throwIfAborted();
      const part = chunk.subarray(at, at + STEP);
      write(part);
      bytes += part.length;
      onProgress({ bytes, total });
    }
  }).dumpOnly(value);
}

function emitterOf(options: DumpsOptions, write?: (chunk: Uint8Array) => unknown): Emitter {
  const { protocol = 4, alignment = 16, numpy = 1 } = options;
  if (!Number.isInteger(protocol)) throw new TypeError("protocol must be an integer");
  if (protocol > 5)
    throw new PicklingError("unsupported-protocol", `protocol ${protocol} is above 5`, "$");
  if (alignment !== 16 && alignment !== null) throw new TypeError("alignment must be 16 or null");
  const types = writerTypes({ aligned: alignment !== null, numpy, types: options.types });
  const full = joined(builtinTypes, types);
  return new Emitter(protocol, options, registryOf(full), write && { write });
}

/** What a caller may ask of `load`, checked. */

import type { ByteSource } from "../core/bytes/index.ts";
import type { LoadOptions as CoreOptions, Limits } from "../core/machine/index.ts";
import type { Source } from "../sources/index.ts";

/** How far a long read or write is. */
export interface Progress {
  /** Bytes of the file so far. */
  readonly bytes: number;
  /** Bytes in all, where that is known. */
  readonly total: number | undefined;
}

/** Bounds of a load: those of `loads`, and what compressed bytes may unpack to. */
export interface JoblibLimits extends Limits {
  /** Bytes that come out of a compressed file or a Z-file. Default 2 GiB. */
  readonly decompressedBytes: number;
}

/** Default of {@link JoblibLimits.decompressedBytes}. */
export const DECOMPRESSED_BYTES: number = 2 * 1024 ** 3;

/** Options of {@link loads}. */
export interface LoadsOptions extends Omit<CoreOptions, "limits" | "buffers"> {
  /** Bounds for hostile input. */
  readonly limits?: Partial<JoblibLimits> | undefined;
  /**
   * Turn arrays of the other byte order round, as `joblib.load` does. Default `"auto"`: yes, but for lossless loads and
   * arrays that stay on the disk.
   */
  readonly ensureNativeByteOrder?: boolean | "auto" | undefined;
  /** The files beside the main one that joblib before 0.10 wrote, by name: `"model.pkl_01.npy"`. */
  readonly companions?: Companions | undefined;
}

/** Files by name: a Map, or a function that answers with one, or with `undefined` where there is none. */
export type Companions =
  | ReadonlyMap<string, Uint8Array>
  | ((name: string) => Source | undefined | PromiseLike<Source | undefined>);

/** Options of {@link load}. */
export interface LoadOptions extends LoadsOptions {
  /**
   * `"r"`: arrays stay where they are and become `LazyArray`s, which read the slices that are asked for. The source must
   * be one that can be read anywhere: a path, a Blob, a FileHandle, bytes, `httpAccess(url)`. As in joblib, compressed
   * files and arrays of objects are read all the same.
   */
  readonly mmapMode?: "r" | null | undefined;
  /**
   * Ask the kernel to make large arrays' memory of huge pages, as NumPy does: an uncompressed file loads in about half the
   * time. Needs Linux and `node:ffi` (Node 26.1), which is experimental and says so on stderr; ignored elsewhere.
   * Default false.
   */
  readonly hugePages?: boolean | undefined;
  /** Called as the source is read. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Stops reading, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether arrays are turned round.
 *
 * @throws TypeError where an option is of another kind, or the two contradict each other
 */
export function isNative(options: LoadOptions): boolean {
  const { mmapMode = null, ensureNativeByteOrder = "auto" } = options;
  if (mmapMode !== null && mmapMode !== "r")
    throw new TypeError('mmapMode must be "r" or null: brine changes no file in place');
  if (ensureNativeByteOrder === "auto") return mmapMode === null && options.lossless !== true;
  if (typeof ensureNativeByteOrder !== "boolean")
    throw new TypeError('ensureNativeByteOrder must be a boolean or "auto"');
  if (ensureNativeByteOrder && mmapMode !== null)
    throw new TypeError(
      "ensureNativeByteOrder: arrays that stay on the disk cannot be turned round",
    );
  return ensureNativeByteOrder;
}

/** Tells of each read of a source. */
export function watched(
  source: ByteSource,
  total: number | undefined,
  { onProgress, signal }: LoadOptions,
): ByteSource {
  if (onProgress === undefined && signal === undefined) return source;
  let bytes = 0;
  const came = (count: number): number => {
    bytes += count;
    if (count > 0) onProgress?.({ bytes, total });
    return count;
  };
  const fill = async (target: Uint8Array): Promise<number> => {
    let filled = 0;
    while (filled < target.length) {
      signal?.throwIfAborted();
      const part = target.subarray(filled, filled + LARGEST_FILL);
      const count = came((await source.fill?.(part)) ?? 0);
      filled += count;
      if (count < part.length) break;
    }
    return filled;
  };
  return {
    get remaining() {
      return source.remaining;
    },
    read(target) {
      signal?.throwIfAborted();
      return came(source.read(target.subarray(0, LARGEST_STEP)));
    },
    ...(source.fill !== undefined && { fill }),
  };
}

const LARGEST_STEP = 4 * 1024 * 1024;
const LARGEST_FILL = 64 * 1024 * 1024;

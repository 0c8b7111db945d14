/** Files that NumPy saved in, arrays out, and back. Source: NumPy 2.5 `numpy/lib/_npyio_impl.py` load, save, savez. */
import { memoryAccess, type RandomAccess } from "../core/bytes/index.ts";
import {
  type AccessSource,
  isAccessSource,
  openAccess,
  readWhole,
  type Source,
  type Target,
  writeChunks,
} from "../sources/index.ts";
import type { LazyArray } from "./lazy.ts";
import type { NdArray } from "./ndarray.ts";
import {
  MAX_BYTES,
  type NpyReadOptions,
  type NpyWriteOptions,
  npyChunks,
  readArrayAt,
} from "./npy.ts";
import { NpyError } from "./npy-error.ts";
import { isNpy } from "./npy-header.ts";
import { lazyArrayAt, type NamedArrays, NpzFile, npzChunks } from "./npz.ts";

/** How files are read. */
export interface NumpyLoadOptions extends NpyReadOptions {
  /** `"r"`: the array of a `.npy` file stays where it is, and only slices of it are read. */
  readonly mmapMode?: "r" | null | undefined;
  /** Ends the reading of a stream. */
  readonly signal?: AbortSignal | undefined;
}

/** How files are written. */
export interface NumpySaveOptions extends NpyWriteOptions {
  /** Stops before the next chunk; a path keeps its old contents. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens what NumPy saved: the array of a `.npy` file, or the {@link NpzFile} of a `.npz` archive, whose arrays are read
 * when they are asked for. A path, a `FileHandle`, a `Blob` and `httpAccess(url)` are read only where needed; a stream or
 * a `Response` whole.
 *
 * @throws NpyError, ZipError; PickleError `read-failed`, `no-files`; UnpicklingError for an object array's pickle
 * @example
 * ```ts
 * import { encodeNpy, load, ndarray } from "brine/numpy";
 * const file = new Blob([encodeNpy(ndarray([1.5, 2.5, 3.5]))]);
 * const lazy = await load(file, { mmapMode: "r" });
 * (await lazy.slice([1, 3])).toArray(); //=> [ 2.5, 3.5 ]
 * ```
 */
export function load(
  source: Source | RandomAccess,
  options: NumpyLoadOptions & { readonly mmapMode: "r" },
): Promise<LazyArray>;
export function load(
  source: Source | RandomAccess,
  options?: NumpyLoadOptions,
): Promise<NdArray | NpzFile>;
export async function load(
  source: Source | RandomAccess,
  options: NumpyLoadOptions = {},
): Promise<NdArray | LazyArray | NpzFile> {
  const { mmapMode, signal, maxBytes = MAX_BYTES } = options;
  if (mmapMode !== undefined && mmapMode !== null && mmapMode !== "r") {
    throw new TypeError('mmapMode must be "r": files are not written in place');
  }
  const access = isAccessSource(source)
    ? await openAccess(source as AccessSource)
    : memoryAccess(await readWhole(source as Source, { maxBytes, signal }));
  let stays = false;
  try {
    const head = new Uint8Array(Math.min(access.size, 6));
    await access.read(0, head);
    if (isZip(head)) {
      const file = await NpzFile.open(access, options);
      stays = true;
      return file;
    }
    if (!isNpy(head)) throw unknown(head, access.size);
    if (mmapMode !== "r") return await readArrayAt(access, 0, access.size, options);
    const array = await lazyArrayAt(access, 0, access.size, options);
    stays = true;
    return array;
  } finally {
    if (!stays) await access.close?.();
  }
}

function isZip(head: Uint8Array): boolean {
  const isMember = head[2] === 3 && head[3] === 4;
  // An archive without members.
  const isEmpty = head[2] === 5 && head[3] === 6;
  return head[0] === 0x50 && head[1] === 0x4b && (isMember || isEmpty);
}

function unknown(head: Uint8Array, size: number): NpyError {
  if (size < 6) return new NpyError("truncated", "a file that ends in its first bytes", size);
  const advice = head[0] === 0x80 ? "; it may be a pickle, which load() of brine reads" : "";
  return new NpyError("not-npy", `it begins neither as a .npy nor as a .npz file${advice}`, 0);
}

/**
 * Writes `array` as a `.npy` file, byte for byte what NumPy's `np.save` writes. The name is taken as it is: no `.npy` is
 * added to it.
 *
 * @throws PickleError `write-failed`, `no-files`; PicklingError for an object that has no pickle
 */
export async function save(
  target: Target,
  array: NdArray,
  options: NumpySaveOptions = {},
): Promise<void> {
  await writeChunks(npyChunks(array, options), target, { signal: options.signal });
}

/**
 * Writes arrays as an uncompressed `.npz` archive, byte for byte what NumPy's `np.savez` writes.
 *
 * @throws as {@link save}
 */
export async function savez(
  target: Target,
  arrays: NamedArrays,
  options: NumpySaveOptions = {},
): Promise<void> {
  const chunks = npzChunks(arrays, { ...options, compressed: false });
  await writeChunks(chunks, target, { signal: options.signal });
}

/**
 * Writes arrays as a compressed `.npz` archive.
 *
 * @throws as {@link save}
 */
export async function savezCompressed(
  target: Target,
  arrays: NamedArrays,
  options: NumpySaveOptions = {},
): Promise<void> {
  const chunks = npzChunks(arrays, { ...options, compressed: true });
  await writeChunks(chunks, target, { signal: options.signal });
}

/**
 * A `.npz` archive in, its arrays by name out, each read when it is asked for; and arrays in, the archive out.
 * Source: NumPy 2.5 `numpy/lib/_npyio_impl.py` NpzFile, _savez.
 */
import type { RandomAccess } from "../core/bytes/index.ts";
import { ZipArchive, type ZipEntry, type ZipMember, zipChunks } from "../zip/index.ts";
import { LazyArray } from "./lazy.ts";
import { NdArray } from "./ndarray.ts";
import {
  decodeNpy,
  MAX_BYTES,
  type NpyReadOptions,
  type NpyWriteOptions,
  npyChunks,
  readHeaderAt,
} from "./npy.ts";
import { NpyError } from "./npy-error.ts";

const SUFFIX = ".npy";

/** The arrays of a `.npz` file, of which only the directory was read. */
export class NpzFile {
  readonly #archive: ZipArchive;
  readonly #options: NpyReadOptions;

  private constructor(archive: ZipArchive, options: NpyReadOptions) {
    this.#archive = archive;
    this.#options = options;
  }

  /** Opens an archive that can be read anywhere. @throws ZipError; PickleError `read-failed` */
  static async open(source: RandomAccess, options: NpyReadOptions = {}): Promise<NpzFile> {
    return new NpzFile(await ZipArchive.open(source), options);
  }

  /** The names of the arrays, in the archive's order, without `.npy`. */
  get files(): string[] {
    return this.#archive.entries.map(({ name }) => withoutSuffix(name));
  }

  /** Whether there is an array of that name. */
  has(name: string): boolean {
    return this.#archive.entries.some(
      (entry) => entry.name === name || entry.name === name + SUFFIX,
    );
  }

  /**
   * The array of that name, with or without `.npy`; read anew with each call.
   *
   * @throws NpyError `no-member` and as `decodeNpy`; ZipError; UnpicklingError for an object array's pickle
   */
  async get(name: string): Promise<NdArray> {
    const { maxBytes = MAX_BYTES } = this.#options;
    return decodeNpy(await this.#archive.read(this.#entry(name), { maxBytes }), this.#options);
  }

  /**
   * The array of that name where it lies; only the slices that are asked for are read. The file stays open for it.
   *
   * @throws NpyError `no-member`, and `objects` for an object array; ZipError, also where the member is compressed
   */
  async lazy(name: string): Promise<LazyArray> {
    const archive = this.#archive;
    const { offset, size } = await archive.locateStored(this.#entry(name));
    return lazyArrayAt(archive.source, offset, size, this.#options);
  }

  /** Names and arrays, read one after another. */
  async *entries(): AsyncGenerator<[name: string, array: NdArray], void, undefined> {
    for (const name of this.files) yield [name, await this.get(name)];
  }

  [Symbol.asyncIterator](): AsyncGenerator<[name: string, array: NdArray], void, undefined> {
    return this.entries();
  }

  /** Closes the file, where a path was opened. */
  close(): Promise<void> {
    return this.#archive.close();
  }

  #entry(name: string): ZipEntry {
    const entry = this.#archive.find(name) ?? this.#archive.find(name + SUFFIX);
    if (entry === undefined) {
      throw new NpyError(
        "no-member",
        `there is no array ${JSON.stringify(name)} in the archive`,
        0,
      );
    }
    return entry;
  }
}

/** A `.npy` file of `size` bytes that begins at `start` of a source, as an array that stays there. */
export async function lazyArrayAt(
  source: RandomAccess,
  start: number,
  size: number,
  options: NpyReadOptions,
): Promise<LazyArray> {
  const header = await readHeaderAt(source, start, size, options);
  const { dtype, shape, order, dataOffset } = header;
  if (dtype.hasObject) {
    throw new NpyError("objects", "an object array cannot be read by slices", dataOffset);
  }
  const bytes = shape.reduce((product, length) => product * length, dtype.itemsize);
  if (bytes > size - dataOffset) {
    const message = `shape (${shape.join(", ")}) of ${dtype} needs ${bytes} bytes, there are ${size - dataOffset}`;
    throw new NpyError("truncated", message, size);
  }
  return new LazyArray(source, { dtype, shape, order, byteOffset: start + dataOffset });
}

function withoutSuffix(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

/** Arrays to be saved: by name, or in a list, whose names are then `arr_0`, `arr_1` … */
export type NamedArrays = Readonly<Record<string, NdArray>> | readonly NdArray[];

/** The chunks of a `.npz` archive. */
export function npzChunks(
  arrays: NamedArrays,
  options: NpyWriteOptions & { readonly compressed: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const named: [string, NdArray][] = Array.isArray(arrays)
    ? arrays.map((array: NdArray, index) => [`arr_${index}`, array])
    : Object.entries(arrays as Readonly<Record<string, NdArray>>);
  for (const [name, array] of named) {
    if (!(array instanceof NdArray)) {
      throw new TypeError(
        `arrays[${JSON.stringify(name)}] must be an NdArray; ndarray() makes one`,
      );
    }
  }
  function* members(): Generator<ZipMember, void, undefined> {
    for (const [name, array] of named) {
      yield { name: name + SUFFIX, chunks: npyChunks(array, options) };
    }
  }
  return zipChunks(members(), options);
}

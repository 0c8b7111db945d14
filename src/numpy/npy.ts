/**
 * A `.npy` file's bytes in, the array out, and back; whole, or from a source that can be read anywhere.
 * Source: NumPy 2.5 `numpy/lib/_format_impl.py` read_array, write_array.
 */
import { asBytes, type BytesLike, type RandomAccess } from "../core/bytes/index.ts";
import { dumps, loads, type TypeList } from "../pickle/index.ts";
import type { NumpyVersion } from "./array-pickle.ts";
import { typesOf } from "./known.ts";
import { sizeOf } from "./layout.ts";
import { NdArray } from "./ndarray.ts";
import { NpyError } from "./npy-error.ts";
import {
  type NpyHeader,
  type NpyHeaderOptions,
  PREAMBLE_SIZE,
  readHeader,
  readPreamble,
  writeHeader,
} from "./npy-header.ts";

/** How `.npy` data is read. */
export interface NpyReadOptions extends NpyHeaderOptions {
  /** Most bytes that an array may have. Default 4 GiB. */
  readonly maxBytes?: number | undefined;
  /** Types for the objects of object arrays, beyond the builtins and NumPy's; what is not known stays inert. */
  readonly types?: TypeList | undefined;
  /** Reads the objects of object arrays so that nothing is lost, as `loads` does with the same option. */
  readonly lossless?: boolean | undefined;
  /** `false` refuses object arrays, as NumPy does by default; here reading them runs nothing. */
  readonly allowPickle?: boolean | undefined;
}

/** How `.npy` data is written. */
export interface NpyWriteOptions {
  /** Whose names the pickle in an object array has: NumPy 1's, which all versions read, or 2's own. Default 1. */
  readonly numpy?: NumpyVersion | undefined;
  /** Protocol of the pickle in an object array: 4, as NumPy 2 writes it, or 2 for Python 2. */
  readonly protocol?: number | undefined;
  /** Types for the objects of object arrays. */
  readonly types?: TypeList | undefined;
}

/** Most bytes of an array, or of a member of an archive, where the caller says nothing: 4 GiB. */
export const MAX_BYTES: number = 2 ** 32;

// What NumPy 2 writes; every Python 3 reads it.
const OBJECT_PROTOCOL = 4;

/**
 * The array in the bytes of a `.npy` file (1.0, 2.0 or 3.0); its memory is a view of them. What follows it is ignored.
 *
 * @throws NpyError with `code` and `offset`; UnpicklingError for an object array's pickle
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy, ndarray } from "brine/numpy";
 * const bytes = encodeNpy(ndarray([[1, 2], [3, 4]], { dtype: "float32" }));
 * decodeNpy(bytes).at(1, 0); //=> 3
 * ```
 */
export function decodeNpy(data: BytesLike, options: NpyReadOptions = {}): NdArray {
  const bytes = asBytes(data);
  if (bytes === undefined) throw new TypeError("data must be bytes");
  const header = readHeader(bytes, options);
  if (header.dtype.hasObject)
    return readObjects(bytes.subarray(header.dataOffset), header, options);
  const size = checkedSize(header, bytes.length, options);
  return arrayOf(bytes.subarray(header.dataOffset, header.dataOffset + size), header);
}

/** The header of a `.npy` file that begins at `start` of a source; offsets of errors count from there. */
export async function readHeaderAt(
  source: RandomAccess,
  start: number,
  size: number,
  options: NpyHeaderOptions,
): Promise<NpyHeader> {
  const preamble = await rangeOf(source, start, Math.min(size, PREAMBLE_SIZE));
  const { textOffset, textLength } = readPreamble(preamble, options);
  const head = await rangeOf(source, start, Math.min(size, textOffset + textLength));
  return readHeader(head, options);
}

/** The array of a `.npy` file of `size` bytes that begins at `start` of a source, read into memory of its own. */
export async function readArrayAt(
  source: RandomAccess,
  start: number,
  size: number,
  options: NpyReadOptions,
): Promise<NdArray> {
  const header = await readHeaderAt(source, start, size, options);
  const { dataOffset } = header;
  if (header.dtype.hasObject) {
    if (size - dataOffset > (options.maxBytes ?? MAX_BYTES))
      throw tooLarge(size - dataOffset, options);
    return readObjects(
      await rangeOf(source, start + dataOffset, size - dataOffset),
      header,
      options,
    );
  }
  const length = checkedSize(header, size, options);
  return arrayOf(await rangeOf(source, start + dataOffset, length), header);
}

async function rangeOf(source: RandomAccess, start: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  await source.read(start, target);
  return target;
}

// Bytes of the elements, all of which are there: only then is anything allocated for them.
function checkedSize(header: NpyHeader, available: number, options: NpyReadOptions): number {
  const size = sizeOf(header.shape) * header.dtype.itemsize;
  if (size > available - header.dataOffset) {
    const there = available - header.dataOffset;
    const message = `shape (${header.shape.join(", ")}) of ${header.dtype} needs ${size} bytes, there are ${there}`;
    throw new NpyError("truncated", message, available);
  }
  if (size > (options.maxBytes ?? MAX_BYTES)) throw tooLarge(size, options);
  return size;
}

function tooLarge(size: number, { maxBytes = MAX_BYTES }: NpyReadOptions): NpyError {
  return new NpyError("limit-exceeded", `${size} bytes, where maxBytes allows ${maxBytes}`, 0);
}

function arrayOf(bytes: Uint8Array, { dtype, shape, order }: NpyHeader): NdArray {
  return NdArray.fromBytes(bytes, dtype, shape, { order });
}

// The pickle of the whole array; the header's dtype and order are not looked at again, as by NumPy.
function readObjects(bytes: Uint8Array, header: NpyHeader, options: NpyReadOptions): NdArray {
  if (options.allowPickle === false) {
    throw new NpyError(
      "objects",
      "an object array, which allowPickle: false refuses",
      header.dataOffset,
    );
  }
  const { lossless = false } = options;
  const array = loads(bytes, { types: typesOf(1, options.types), lossless });
  if (!(array instanceof NdArray)) {
    throw new NpyError("bad-dtype", "an object array whose pickle is no array", header.dataOffset);
  }
  if (array.shape.join() !== header.shape.join()) {
    const shapes = `(${array.shape.join(", ")}), where the header says (${header.shape.join(", ")})`;
    throw new NpyError("bad-shape", `an object array of shape ${shapes}`, header.dataOffset);
  }
  return array;
}

/**
 * The bytes of a `.npy` file, those that NumPy's `np.save` writes for the same array.
 *
 * @throws PicklingError for an object array with an object that has no pickle; TypeError for a dtype whose fields overlap
 */
export function encodeNpy(array: NdArray, options: NpyWriteOptions = {}): Uint8Array<ArrayBuffer> {
  const chunks = npyChunks(array, options);
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A `.npy` file in chunks, of which the elements are the array's own memory where they are one segment. */
export function npyChunks(array: NdArray, options: NpyWriteOptions): Uint8Array[] {
  if (!(array instanceof NdArray))
    throw new TypeError("array must be an NdArray; ndarray() makes one");
  const header = writeHeader(array);
  if (array.dtype.hasObject) {
    const types = typesOf(options.numpy ?? 1, options.types);
    return [header, dumps(array, options.protocol ?? OBJECT_PROTOCOL, { types })];
  }
  return [header, array.toBytes(array.order)];
}

/** NumPy's arrays, dtypes and scalars: in pickles, from JavaScript's lists and typed arrays, and back. */

export { DecompressionError, DecompressionLimitError } from "../codecs/index.ts";
export { type HttpOptions, httpAccess } from "../sources/index.ts";
export { type ZipCode, ZipError } from "../zip/index.ts";
export type { NumpyVersion } from "./array-pickle.ts";
export type { ArrayData, ArrayOptions, Subclass } from "./contents.ts";
export { Datetime64, Timedelta64 } from "./datetime64.ts";
export {
  type Descr,
  DType,
  type DTypeLike,
  dtype,
  type Field,
  type FieldDescr,
  type FieldSpec,
  type StringOptions,
  type StructSpec,
  type Subarray,
} from "./dtype.ts";
export {
  load,
  type NumpyLoadOptions,
  type NumpySaveOptions,
  save,
  savez,
  savezCompressed,
} from "./files.ts";
export { numpyTypes, numpyTypesOf } from "./known.ts";
export { type Index, indexed, type Layout, type Order } from "./layout.ts";
export { LazyArray, type LazyLayout } from "./lazy.ts";
export { type NdArrayOptions, ndarray } from "./make.ts";
export { MaskedArray, masked } from "./masked.ts";
export type { TypedArray } from "./memory.ts";
export { NdArray } from "./ndarray.ts";
export { decodeNpy, encodeNpy, type NpyReadOptions, type NpyWriteOptions } from "./npy.ts";
export { type NpyCode, NpyError } from "./npy-error.ts";
export { type NamedArrays, NpzFile } from "./npz.ts";
export { RandomState, SeedSequence } from "./random.ts";
export { NumpyScalar } from "./scalar.ts";
export type { ByteOrder, Kind, TimeStep, TimeUnit } from "./typestr.ts";

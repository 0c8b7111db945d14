/** NumPy's arrays, dtypes and scalars: in pickles, from JavaScript's lists and typed arrays, and back. */

import type { PickleType } from "../core/registry/index.ts";
import { arrayTypes, type NumpyVersion } from "./array-pickle.ts";
import { dtypeType, stringDtypeType } from "./dtype-pickle.ts";
import { maskedTypes } from "./masked.ts";
import { randomTypes } from "./random.ts";
import { scalarTypes } from "./scalar.ts";

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
export { type Index, indexed, type Layout, type Order } from "./layout.ts";
export { type NdArrayOptions, ndarray } from "./make.ts";
export { MaskedArray, masked } from "./masked.ts";
export type { TypedArray } from "./memory.ts";
export { NdArray } from "./ndarray.ts";
export { RandomState, SeedSequence } from "./random.ts";
export { NumpyScalar } from "./scalar.ts";
export type { ByteOrder, Kind, TimeStep, TimeUnit } from "./typestr.ts";

/**
 * The types of NumPy, written for a version of it: 1, the default of `brine`, is read by NumPy 1.x and 2.x without a
 * warning; 2 is what NumPy 2 itself writes.
 */
export function numpyTypesOf({ numpy }: { readonly numpy: NumpyVersion }): readonly PickleType[] {
  if (numpy !== 1 && numpy !== 2) throw new TypeError("numpy must be 1 or 2");
  return [
    dtypeType(numpy),
    stringDtypeType,
    ...arrayTypes(numpy),
    ...scalarTypes(numpy),
    ...maskedTypes,
    ...randomTypes,
  ];
}

/** NumPy's types; `brine` knows them all. */
export const numpyTypes: readonly PickleType[] = numpyTypesOf({ numpy: 1 });

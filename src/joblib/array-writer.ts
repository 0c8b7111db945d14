/**
 * Arrays in, what joblib writes in their place out: a wrapper that describes the array, then its bytes behind BUILD.
 *
 * Source: joblib 1.6 joblib/numpy_pickle.py NumpyPickler, NumpyArrayWrapper.write_array.
 */

import type { DumpContext, PickleType, Reduction, TypeList } from "../core/registry/index.ts";
import { Global, Tuple } from "../core/values/index.ts";
import { DType, NdArray, type NumpyVersion, numpyTypesOf } from "../numpy/index.ts";
import { pandasTypes } from "../pandas/index.ts";
import { dumps as dumpsPickle, joined } from "../pickle/index.ts";
import { sklearnTypes } from "../sklearn/index.ts";
import { stdlibTypes } from "../stdlib/index.ts";

const WRAPPER = new Global("joblib.numpy_pickle", "NumpyArrayWrapper");
const NDARRAY = new Global("numpy", "ndarray");
const DTYPE = new Global("numpy", "dtype", { spelled: "name" });
const MATRIX = new Global("numpy", "matrix");

/** NUMPY_ARRAY_ALIGNMENT_BYTES: a multiple of every dtype's alignment. */
export const ALIGNMENT = 16;

// Elements that are scattered in memory are gathered and written in parts of this size, bytes.
const PART = 16 * 1024 * 1024;

/** How arrays are written. */
export interface ArrayWriting {
  /** Align arrays in the file, as joblib since 1.2 does. */
  readonly aligned: boolean;
  readonly numpy: NumpyVersion;
  /** The caller's types, for the pickles of object arrays. */
  readonly types: TypeList | undefined;
}

/** The types that a joblib file is written with. */
export function writerTypes(writing: ArrayWriting): TypeList {
  const plain = numpyTypesOf(writing);
  const array = plain.find((type) => type.prototypes?.includes(NdArray.prototype)) as PickleType;
  const inside = joined([stdlibTypes, plain, pandasTypes, sklearnTypes], writing.types);
  const wrapped: PickleType = {
    globals: array.globals,
    prototypes: [NdArray.prototype],
    reduce(value, context) {
      const found = value as NdArray;
      return isWrapped(found)
        ? reduction(found, writing, inside, context)
        : (array.reduce?.(found, context) as Reduction);
    },
  };
  return joined([stdlibTypes, plain, pandasTypes, wrapped, spelledDtype(plain)], writing.types);
}

// The wrapper has an attribute "dtype", which is another string to Python than the name of the class.
function spelledDtype(plain: readonly PickleType[]): PickleType {
  const found = plain.find((type) => type.prototypes?.includes(DType.prototype)) as PickleType;
  return {
    globals: found.globals,
    prototypes: [DType.prototype],
    reduce(value, context) {
      const reduction = found.reduce?.(value, context) as Reduction;
      const { callable } = reduction;
      const isDtype = callable instanceof Global && callable.path === DTYPE.path;
      return isDtype ? { ...reduction, callable: DTYPE } : reduction;
    },
  };
}

// joblib leaves other subclasses of ndarray to pickle; elements without bytes it cannot divide by.
function isWrapped({ subclass, dtype }: NdArray): boolean {
  return (
    (subclass === null || subclass === "matrix" || subclass === "memmap") &&
    dtype.itemsize > 0 &&
    dtype.custom === null
  );
}

function reduction(
  array: NdArray,
  { aligned }: ArrayWriting,
  types: TypeList,
  { protocol }: DumpContext,
): Reduction {
  const { shape, order, dtype, subclass } = array;
  return {
    form: "new",
    callable: WRAPPER,
    state: {
      subclass: subclass === "matrix" ? MATRIX : NDARRAY,
      shape: Tuple.of(...shape),
      order,
      dtype,
      allow_mmap: !dtype.hasObject,
      numpy_array_alignment_bytes: aligned ? ALIGNMENT : null,
    },
    *raw(offset) {
      if (dtype.hasObject) {
        // Any Python that reads the file reads this protocol.
        yield dumpsPickle(array, protocol, { types });
        return;
      }
      if (aligned) {
        const count = ALIGNMENT - ((offset + 1) % ALIGNMENT);
        yield new Uint8Array(1 + count).fill(0xff).fill(count, 0, 1);
      }
      yield* parts(array);
    },
  };
}

// The elements in memory order; those of a view that is no segment in C order, gathered part by part.
function* parts(array: NdArray): Generator<Uint8Array, void, undefined> {
  const { cContiguous, fContiguous } = array.flags;
  if (cContiguous || fContiguous || array.nbytes <= PART || array.ndim === 0) {
    const bytes = array.toBytes(array.order);
    for (let at = 0; at < bytes.length; at += PART) yield bytes.subarray(at, at + PART);
    return;
  }
  const length = array.shape[0] as number;
  const rows = Math.max(1, Math.floor(PART / (array.nbytes / length)));
  for (let row = 0; row < length; row += rows) yield* parts(array.slice([row, row + rows]));
}

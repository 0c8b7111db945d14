/**
 * A value in, the hash that `joblib.hash` gives it in Python out.
 *
 * Source: joblib 1.6 joblib/hashing.py NumpyHasher.
 */

import { Global, Tuple } from "../core/values/index.ts";
import { DType, NdArray, numpyTypes } from "../numpy/index.ts";
import { dumps } from "../pickle/index.ts";
import { type Digest, Md5, Sha1 } from "./digest.ts";
import { type Extend, HashStream } from "./hash-stream.ts";

/** Options of {@link hash}. */
export interface HashOptions {
  /** `"md5"`, the default, or `"sha1"`. */
  readonly hashName?: "md5" | "sha1" | undefined;
}

const MARK = new TextEncoder().encode("_HASHED_DTYPE");
const NDARRAY = new Global("numpy", "ndarray");
const MATRIX = new Global("numpy", "matrix");
// What CPython 3.8 to 3.13 take; 3.14 gives dtypes, and so arrays, another hash.
const DTYPE_PROTOCOL = 4;

/**
 * The hash that `joblib.hash(value)` has in Python 3.8 to 3.13: of None, bools, ints, floats, complex numbers, strings,
 * bytes, lists, tuples, dicts and sets whose keys Python can sort, and NumPy's arrays and dtypes. As in Python, the hash
 * of an array depends on its strides, also those of axes of length 1. It tells values apart; it protects nothing.
 *
 * @throws PicklingError `unsupported-value` where Python's answer depends on the process (`hash()` of strings), on NumPy's
 * version, or on Python's own order of a set
 * @example
 * ```ts
 * import { hash } from "brine/joblib";
 * import { ndarray } from "brine/numpy";
 * hash(1); //=> "366da3d0fc5e8ed36f9eac8083a46ae8"
 * hash(ndarray([0, 1, 2], { dtype: "int32" })); //=> "0743880d3c7b525c6839b77ad27dc5ec"
 * ```
 */
export function hash(value: unknown, { hashName = "md5" }: HashOptions = {}): string {
  if (hashName !== "md5" && hashName !== "sha1")
    throw new TypeError('hashName must be "md5" or "sha1"');
  const digest = hashName === "md5" ? new Md5() : new Sha1();
  const stream = new HashStream(numpyOf(digest)).dump(value);
  return digest.update(stream).hex();
}

// Arrays and dtypes go into the digest at once; what stands for them in the stream comes behind all of them.
function numpyOf(digest: Digest): Extend {
  return (value) => {
    if (value instanceof DType) {
      if (!isSettled(value)) return undefined;
      digest.update(MARK);
      digest.update(dumps(value, DTYPE_PROTOCOL, { types: numpyTypes }));
      return "nothing";
    }
    if (!(value instanceof NdArray)) return undefined;
    const { dtype, shape, strides, subclass } = value;
    if (dtype.hasObject || dtype.custom !== null || dtype.itemsize === 0) return undefined;
    if (!isSettled(dtype)) return undefined;
    if (subclass !== null && subclass !== "matrix") return undefined;
    digest.update(value.bytes);
    // The strides of an array without elements tell how NumPy came by it, and so does its hash.
    if (value.size === 0) return undefined;
    const description = Tuple.of("HASHED", dtype, Tuple.of(...shape), Tuple.of(...strides));
    return { instead: Tuple.of(subclass === null ? NDARRAY : MATRIX, description) };
  };
}

// Versions of NumPy pickle the dtypes of times, and what is in metadata, in their own ways.
function isSettled({ time, metadata, fields, subarray }: DType): boolean {
  if (time !== null || metadata !== null) return false;
  if (subarray !== null) return isSettled(subarray.dtype);
  for (const field of fields?.values() ?? []) if (!isSettled(field.dtype)) return false;
  return true;
}

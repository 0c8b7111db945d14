/**
 * What joblib puts in the place of an array in, the array out, whose bytes stand behind the wrapper's BUILD: an alignment
 * byte n, n bytes of padding, the elements; for objects a whole pickle instead.
 *
 * Source: joblib 1.6 joblib/numpy_pickle.py NumpyArrayWrapper, NumpyUnpickler.load_build; 0.10 to 1.1 without alignment.
 */

import { type UnpicklingCode, UnpicklingError } from "../core/errors/index.ts";
import type { RawReading, RawType } from "../core/registry/index.ts";
import { Global } from "../core/values/index.ts";
import {
  DType,
  type LazyArray,
  type LazyLayout,
  NdArray,
  type Order,
  type Subclass,
} from "../numpy/index.ts";
import { isForeign, turnedRound } from "./byte-order.ts";

/** What a load does with the arrays that it meets. */
export interface ArrayReading {
  /** Whether arrays of the other byte order are turned round. */
  readonly native: boolean;
  /** Makes an array that stays where it is, for a load that leaves them there. */
  readonly lazy?: ((layout: LazyLayout) => LazyArray) | undefined;
  /** A file beside this one, for joblib before 0.10. */
  companion(name: string): Uint8Array | PromiseLike<Uint8Array>;
}

/** The modules that joblib's classes were in: scikit-learn brought its own copy up to 0.22. */
export const MODULES: readonly string[] = ["joblib", "sklearn.externals.joblib"];

const BUILD = 0x62;

// NumPy 2's NPY_MAXDIMS.
const MOST_AXES = 64;

/** Attributes of a wrapper, as they came. */
export class Wrapper {
  readonly attributes = new Map<string, unknown>();
}

/** Gives a wrapper its state, a dict of attributes. */
export function setAttributes(wrapper: Wrapper, state: unknown): void {
  const entries: Iterable<readonly [unknown, unknown]> | undefined =
    state instanceof Map
      ? state
      : typeof state === "object" && state !== null && !Array.isArray(state)
        ? Object.entries(state)
        : undefined;
  if (entries === undefined) throw new TypeError("the state of a wrapper must be a dict");
  for (const [key, value] of entries) wrapper.attributes.set(nameOf(key) ?? "", value);
}

/** A str, or the bytes that a str of Python 2 may become. */
export function nameOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? String.fromCharCode(...value.subarray(0, 4096)) : undefined;
}

/** A refusal at the BUILD before `offset`. */
export function refusal(
  code: UnpicklingCode,
  message: string,
  offset: number,
  cause?: unknown,
): UnpicklingError {
  return new UnpicklingError(
    code,
    message,
    offset - 1,
    BUILD,
    cause === undefined ? {} : { cause },
  );
}

class ArrayWrapper extends Wrapper {}

/** The type of `joblib.numpy_pickle.NumpyArrayWrapper`, for one load. */
export function arrayWrapperType(reading: ArrayReading): RawType {
  return {
    globals: MODULES.map((module) => new Global(`${module}.numpy_pickle`, "NumpyArrayWrapper")),
    prototypes: [ArrayWrapper.prototype],
    create: () => new ArrayWrapper(),
    setState: (object, state) => setAttributes(object as ArrayWrapper, state),
    follow: (object, offset) => arrayBehind((object as ArrayWrapper).attributes, offset, reading),
  };
}

/** What a wrapper says of its array, checked. */
interface Description {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly order: Order;
  readonly subclass: Subclass | null;
  /** Number of bytes. */
  readonly length: number;
}

function* arrayBehind(
  attributes: ReadonlyMap<string, unknown>,
  offset: number,
  reading: ArrayReading,
): RawReading {
  const description = describe(attributes, offset);
  const { lazy } = reading;
  const isMapped = lazy !== undefined && attributes.get("allow_mmap") === true;
  if (description.dtype.hasObject) {
    if (isMapped) throw refusal("bad-array", "an array of objects cannot stay on the disk", offset);
    const value: unknown = yield { want: "pickle" };
    if (!(value instanceof NdArray))
      throw refusal(
        "bad-array",
        "the pickle in the place of an array holds something else",
        offset,
      );
    return value;
  }
  let start = offset;
  const alignment = alignmentOf(attributes, offset);
  if (alignment !== undefined) {
    const [padding = 0] = (yield { want: "bytes", count: 1 }) as Uint8Array;
    if (padding < 1 || padding > alignment) {
      const message = `the alignment byte is ${padding}, 1 to ${alignment} can be`;
      throw refusal("bad-array", message, offset);
    }
    yield { want: "skip", count: padding };
    start += 1 + padding;
  }
  if (isMapped) {
    yield { want: "skip", count: description.length };
    return lazy({ ...description, byteOffset: start });
  }
  const bytes = (yield { want: "bytes", count: description.length }) as Uint8Array;
  return arrayOf(bytes, description, reading.native);
}

/** The array over bytes of its own, turned round where that is asked for. */
export function arrayOf(
  bytes: Uint8Array,
  { dtype, shape, order, subclass }: Omit<Description, "length">,
  native: boolean,
): NdArray {
  const own = native && isForeign(dtype) ? turnedRound(bytes, dtype) : dtype;
  return NdArray.fromBytes(bytes, own, shape, { order, subclass });
}

function describe(attributes: ReadonlyMap<string, unknown>, offset: number): Description {
  const dtype = attributes.get("dtype");
  const order = nameOf(attributes.get("order"));
  if (!(dtype instanceof DType))
    throw refusal("bad-array", "the dtype of an array is none", offset);
  if (order !== "C" && order !== "F")
    throw refusal("bad-array", `the order of an array is ${JSON.stringify(order)}`, offset);
  const shape = shapeOf(attributes.get("shape"), offset);
  const size = sizeOf(shape, offset);
  // A dtype that repeats another adds its own axes.
  sizeOf([...shape, ...(dtype.subarray?.shape ?? [])], offset);
  // NumPy could make such an array of any size; joblib fails to write and to read them.
  if (dtype.itemsize === 0 && size > 0)
    throw refusal("bad-array", "an array whose elements have no bytes", offset);
  const length = size * dtype.itemsize;
  if (!Number.isSafeInteger(length))
    throw refusal("bad-array", `an array of ${length} bytes`, offset);
  return { dtype, shape, order, subclass: subclassOf(attributes.get("subclass")), length };
}

/** A tuple of lengths. @throws UnpicklingError bad-array */
export function shapeOf(value: unknown, offset: number): number[] {
  if (!Array.isArray(value) || value.length > MOST_AXES)
    throw refusal("bad-array", "the shape of an array is no tuple of at most 64 integers", offset);
  return value.map((item: unknown) => {
    const length = typeof item === "bigint" ? Number(item) : item;
    if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0)
      throw refusal("bad-array", `a length of ${String(item)} in the shape of an array`, offset);
    return length;
  });
}

function sizeOf(shape: readonly number[], offset: number): number {
  // Without the lengths of 0: no array has axes whose strides cannot be counted.
  const size = shape.reduce((product, length) => product * (length || 1), 1);
  if (!Number.isSafeInteger(size))
    throw refusal("bad-array", `an array of ${size} elements`, offset);
  if (shape.length > MOST_AXES)
    throw refusal("bad-array", `an array of ${shape.length} axes`, offset);
  return shape.includes(0) ? 0 : size;
}

/** The subclass that NumPy itself has; any other array becomes an ndarray, as it does in joblib. */
export function subclassOf(value: unknown): Subclass | null {
  return value instanceof Global && /^numpy\b.*\.matrix$/.test(value.path) ? "matrix" : null;
}

// The attribute came with joblib 1.2; None where joblib could not know the position.
function alignmentOf(attributes: ReadonlyMap<string, unknown>, offset: number): number | undefined {
  const value = attributes.get("numpy_array_alignment_bytes");
  if (value === undefined || value === null) return undefined;
  const alignment = typeof value === "bigint" ? Number(value) : value;
  if (
    typeof alignment !== "number" ||
    !Number.isInteger(alignment) ||
    alignment < 1 ||
    alignment > 255
  )
    throw refusal("bad-array", `an alignment of ${String(value)} bytes`, offset);
  return alignment;
}

/**
 * Files of joblib before 0.10: arrays in files of their own beside the pickle (`model.pkl_01.npy`), and Z-files, `ZF`, the
 * size in hexadecimal, zlib data.
 *
 * Source: joblib 1.6 joblib/numpy_pickle_compat.py NDArrayWrapper, ZNDArrayWrapper, read_zfile.
 */

import { UnpicklingError } from "../core/errors/index.ts";
import type { RawReading, RawType } from "../core/registry/index.ts";
import { Global } from "../core/values/index.ts";
import { DType, decodeNpy, type NdArray } from "../numpy/index.ts";
import {
  type ArrayReading,
  arrayOf,
  MODULES,
  nameOf,
  refusal,
  setAttributes,
  shapeOf,
  subclassOf,
  Wrapper,
} from "./wrapper.ts";

class FileWrapper extends Wrapper {}
class ZFileWrapper extends Wrapper {}

const PICKLE_MODULES = MODULES.flatMap((module) => [
  `${module}.numpy_pickle`,
  `${module}.numpy_pickle_compat`,
]);

/** The types of `NDArrayWrapper` and `ZNDArrayWrapper`, for one load. `inflate` unpacks the data of a Z-file. */
export function legacyTypes(
  reading: ArrayReading,
  inflate: (file: Uint8Array) => Uint8Array,
): readonly RawType[] {
  return [
    {
      globals: PICKLE_MODULES.map((module) => new Global(module, "NDArrayWrapper")),
      prototypes: [FileWrapper.prototype],
      create: () => new FileWrapper(),
      setState: (object, state) => setAttributes(object as Wrapper, state),
      follow: (object, offset) => fileArray((object as Wrapper).attributes, offset, reading),
    },
    {
      globals: PICKLE_MODULES.map((module) => new Global(module, "ZNDArrayWrapper")),
      prototypes: [ZFileWrapper.prototype],
      create: () => new ZFileWrapper(),
      setState: (object, state) => setAttributes(object as Wrapper, state),
      follow: (object, offset) =>
        zFileArray((object as Wrapper).attributes, offset, reading, inflate),
    },
  ];
}

type Attributes = ReadonlyMap<string, unknown>;

// The bytes of the companion that a wrapper names.
function* companionOf(
  attributes: Attributes,
  offset: number,
  reading: ArrayReading,
): Generator<{ want: "wait"; promise: PromiseLike<unknown> }, Uint8Array, unknown> {
  const name = nameOf(attributes.get("filename"));
  // joblib writes a bare name. Anything else would lead out of the folder: a stranger's file must not name /etc/passwd.
  if (name === undefined || name === "" || /[/\\:\0]|^\.\.?$/.test(name)) {
    const message = `the file of an array is to be ${JSON.stringify(name?.slice(0, 80))}`;
    throw refusal("no-companion", `${message}, which is no name of a file beside this one`, offset);
  }
  let found: Uint8Array | PromiseLike<Uint8Array>;
  try {
    found = reading.companion(name);
    if (!(found instanceof Uint8Array))
      found = (yield { want: "wait", promise: found }) as Uint8Array;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the file ${JSON.stringify(name)} of an array is not there: ${reason}`;
    throw refusal("no-companion", message, offset, cause);
  }
  return found;
}

function* fileArray(attributes: Attributes, offset: number, reading: ArrayReading): RawReading {
  const bytes = yield* companionOf(attributes, offset, reading);
  let array: NdArray;
  try {
    array = decodeNpy(bytes, { maxBytes: bytes.length });
  } catch (cause) {
    const name = JSON.stringify(nameOf(attributes.get("filename")));
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal("bad-array", `the array in ${name}: ${reason}`, offset, cause);
  }
  if (array.dtype.hasObject) return array;
  const { dtype, shape, order } = array;
  const subclass = subclassOf(attributes.get("subclass"));
  // joblib turns these round whatever it is asked.
  return arrayOf(array.toBytes(order), { dtype, shape, order, subclass }, true);
}

// The Z-file has the bytes, the wrapper the rest of the state: (version, shape, dtype, is_fortran).
function* zFileArray(
  attributes: Attributes,
  offset: number,
  reading: ArrayReading,
  inflate: (file: Uint8Array) => Uint8Array,
): RawReading {
  const state = attributes.get("state");
  const [, lengths, dtype, isFortran] = Array.isArray(state) ? (state as unknown[]) : [];
  const init = attributes.get("init_args");
  if (!(dtype instanceof DType) || dtype.hasObject || dtype.itemsize === 0)
    throw refusal("bad-array", "the dtype of an array is none that a Z-file can hold", offset);
  const shape = shapeOf(lengths, offset);
  const file = yield* companionOf(attributes, offset, reading);
  const bytes = inflate(file);
  const size = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== size * dtype.itemsize) {
    const needed = `shape (${shape.join(", ")}) of ${dtype} needs ${size * dtype.itemsize} bytes`;
    throw refusal("bad-array", `${needed}, the Z-file has ${bytes.length}`, offset);
  }
  const subclass = subclassOf(Array.isArray(init) ? init[0] : undefined);
  const order = isFortran === true || isFortran === 1 ? "F" : "C";
  return arrayOf(bytes, { dtype, shape, order, subclass }, true);
}

// "ZF", then the size as Python's hex() writes it, left-justified to the width of hex(2**64).
const PREFIX = [0x5a, 0x46];
const SIZE_WIDTH = 19;

/** Whether `head` begins a Z-file. */
export function isZFile(head: Uint8Array): boolean {
  return head[0] === PREFIX[0] && head[1] === PREFIX[1];
}

/** What a Z-file's header says. */
export interface ZHeader {
  /** Bytes that its data unpacks to. */
  readonly size: number;
  /** Where its zlib data begins. */
  readonly start: number;
}

/** Bytes of a Z-file that {@link zHeader} needs. */
export const Z_HEAD: number = PREFIX.length + SIZE_WIDTH + 1;

/**
 * Reads the header of a Z-file.
 *
 * @throws UnpicklingError `truncated`, `bad-length`
 */
export function zHeader(head: Uint8Array): ZHeader {
  const end = PREFIX.length + SIZE_WIDTH;
  if (head.length <= end)
    throw new UnpicklingError("truncated", "a Z-file ends within its header", 0);
  const text = String.fromCharCode(...head.subarray(PREFIX.length, end));
  const match = /^0x([0-9a-f]{1,16})L? *$/.exec(text);
  if (match === null)
    throw new UnpicklingError("bad-length", `a Z-file says its size as ${JSON.stringify(text)}`, 2);
  // joblib up to 0.8.4 wrote one more space under Python 2; zlib data never begins with one (RFC 6713).
  return {
    size: Number.parseInt(match[1] as string, 16),
    start: head[end] === 0x20 ? end + 1 : end,
  };
}

/**
 * `numpy.ndarray ↔ NdArray`: `_reconstruct` and its state, `_frombuffer`, and the call of the class itself.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/methods.c` array_reduce, array_reduce_ex, array_setstate;
 * `_core/numeric.py` _frombuffer.
 */

import { encodeLatin1 } from "../core/bytes/index.ts";
import type { DumpContext, LoadContext, PickleType, Reduction } from "../core/registry/index.ts";
import { ByteArray, Global, PickleBuffer, Tuple } from "../core/values/index.ts";
import { bufferOf, integerOf, shapeOf, textOf } from "./arguments.ts";
import { DType, dtype as dtypeOf } from "./dtype.ts";
import { sizeOf } from "./layout.ts";
import { swapBytes, swapUnit } from "./memory.ts";
import { adopt, NdArray, type Subclass } from "./ndarray.ts";

/** Whose names are written: those that NumPy 1.x and 2.x know, or NumPy 2's own. */
export type NumpyVersion = 1 | 2;

const NDARRAY = new Global("numpy", "ndarray");
const SUBCLASSES: Readonly<Record<string, Subclass>> = {
  "numpy.matrix": "matrix",
  "numpy.matrixlib.defmatrix.matrix": "matrix",
  "numpy.core.defmatrix.matrix": "matrix",
  "numpy.recarray": "recarray",
  "numpy.rec.recarray": "recarray",
  "numpy.core.records.recarray": "recarray",
  "numpy.chararray": "chararray",
  "numpy.char.chararray": "chararray",
  "numpy.core.defchararray.chararray": "chararray",
  "numpy.memmap": "memmap",
  "numpy.core.memmap.memmap": "memmap",
};

const modules = (rest: string): string[] => [`numpy.core.${rest}`, `numpy._core.${rest}`];

const RECONSTRUCT = [
  ...modules("multiarray"),
  // Python 2's NumPy before 1.0 became numpy.core; its forerunner's name is still about in old files.
  "numpy.core._multiarray_umath",
].map((module) => new Global(module, "_reconstruct"));
const FROMBUFFER = modules("numeric").map((module) => new Global(module, "_frombuffer"));
const EMPTY = dtypeOf("b1");
const NO_BYTES = new Uint8Array(0);

/** How arrays are read, and written for NumPy `version` and later. */
export function arrayTypes(version: NumpyVersion): readonly PickleType[] {
  return [
    {
      globals: RECONSTRUCT,
      prototypes: [NdArray.prototype],
      borrows: true,
      call: reconstruct,
      setState: (object, state) => setState(object as NdArray, state),
      reduce: (value, context) => reduction(value as NdArray, version, context),
    },
    { globals: FROMBUFFER, borrows: true, call: fromBuffer },
    { globals: [NDARRAY], borrows: true, call: construct },
  ];
}

// --- in

// _reconstruct(class, (0,), b'b'): an empty array, to be filled by its state.
function reconstruct(args: readonly unknown[]): unknown {
  const [Class, shape, code] = args;
  if (args.length !== 3 || !(Class instanceof Global) || textOf(code) === undefined)
    return undefined;
  const subclass = SUBCLASSES[Class.path];
  if (subclass === undefined && Class.path !== NDARRAY.path) return undefined;
  if (sizeOf(shapeOf(shape)) !== 0) return undefined;
  return NdArray.fromBytes(NO_BYTES, EMPTY, [0], { subclass: subclass ?? null });
}

// (version, shape, dtype, is_fortran, raw); version 0 has no number.
function setState(array: NdArray, state: unknown): void {
  const items = Array.isArray(state) ? (state as readonly unknown[]) : [];
  const [version, shape, dtype, isFortran, raw] = items.length === 4 ? [0, ...items] : items;
  const number = integerOf(version);
  if (items.length < 4 || items.length > 5 || number === undefined || number < 0 || number > 1)
    throw new TypeError(`can't handle version ${String(version)} of a numpy.ndarray pickle`);
  adopt(
    array,
    fromState(shapeOf(shape), dtype, isFortran === true || integerOf(isFortran) === 1, raw),
  );
}

/**
 * The array that a state `(shape, dtype, is_fortran, raw)` describes.
 *
 * @throws TypeError where it describes none
 */
export function fromState(
  shape: readonly number[],
  dtype: unknown,
  isFortran: boolean,
  raw: unknown,
): NdArray {
  const order = isFortran ? "F" : "C";
  const size = sizeOf(shape);
  if (!(dtype instanceof DType)) {
    // A dtype of another package: what one element is, nobody here knows, but its size follows.
    if (typeof dtype !== "object" || dtype === null || !(raw instanceof Uint8Array) || size === 0)
      throw new TypeError("the dtype of an array");
    const custom = new DType({
      kind: "V",
      itemsize: raw.length / size,
      byteorder: "|",
      time: null,
      custom: dtype,
    });
    return NdArray.fromBytes(raw, custom, shape, { order });
  }
  if (dtype.hasObject) {
    if (!Array.isArray(raw) || raw instanceof Tuple)
      throw new TypeError("object pickle not returning list");
    // Objects come in C order, whatever the flag says of the memory that they go to.
    const objects = NdArray.fromItems(raw as unknown[], dtype, shape);
    return order === "C" ? objects : objects.copy("F");
  }
  // A str of Python 2 is bytes in latin-1.
  const bytes = typeof raw === "string" ? encodeLatin1(raw) : raw;
  if (!(bytes instanceof Uint8Array) || bytes instanceof ByteArray)
    throw new TypeError("pickle not returning string");
  if (bytes.length !== size * dtype.itemsize)
    throw new TypeError(
      `buffer size does not match array size: ${bytes.length} bytes for shape ` +
        `(${shape.join(", ")}) of ${dtype}`,
    );
  if (dtype.isNative) return NdArray.fromBytes(bytes, dtype, shape, { order });
  // NumPy turns such bytes round and makes the dtype native.
  const turned = new Uint8Array(bytes);
  swapBytes(turned, swapUnit(dtype));
  return NdArray.fromBytes(turned, dtype.newByteOrder("="), shape, { order });
}

// _frombuffer(buffer, dtype, shape, order) and, since NumPy 2.3, (buffer, dtype, shape, 'K', axis_order).
function fromBuffer(args: readonly unknown[], context: LoadContext): unknown {
  const [buffer, dtype, shape, order, axes] = args;
  const bytes = bufferOf(buffer);
  if (args.length < 4 || args.length > 5 || bytes === undefined || !(dtype instanceof DType))
    return undefined;
  const options = { writeable: context.isWritable?.(buffer) ?? true };
  const lengths = shapeOf(shape);
  if (order === "K") {
    const array = NdArray.fromBytes(bytes, dtype, lengths, options);
    return array.transpose(...shapeOf(axes));
  }
  if (order !== "C" && order !== "F") return undefined;
  return NdArray.fromBytes(bytes, dtype, lengths, { ...options, order });
}

// ndarray(shape, dtype, buffer, 0, None, order): the constructor over a buffer, which every NumPy has.
function construct(args: readonly unknown[], context: LoadContext): unknown {
  const [shape, dtype, buffer, offset = 0, strides = null, order = "C"] = args;
  const bytes = bufferOf(buffer);
  if (args.length < 3 || args.length > 6 || bytes === undefined || !(dtype instanceof DType))
    return undefined;
  if (integerOf(offset) !== 0 || strides !== null || (order !== "C" && order !== "F"))
    return undefined;
  const writeable = context.isWritable?.(buffer) ?? true;
  return NdArray.fromBytes(bytes, dtype, shapeOf(shape), { writeable, order });
}

// --- out

const CLASSES: Readonly<Record<Subclass, readonly [Global, Global]>> = {
  matrix: [new Global("numpy", "matrix"), new Global("numpy", "matrix")],
  recarray: [new Global("numpy", "recarray"), new Global("numpy.rec", "recarray")],
  chararray: [new Global("numpy", "chararray"), new Global("numpy.char", "chararray")],
  memmap: [new Global("numpy", "memmap"), new Global("numpy", "memmap")],
};

function reduction(array: NdArray, version: NumpyVersion, context: DumpContext): Reduction {
  const { dtype, subclass } = array;
  const { writeable } = array.flags;
  const isPlain = subclass === null && !dtype.hasObject && dtype.custom === null;
  if (
    isPlain &&
    version === 2 &&
    context.protocol >= 5 &&
    dtype.time === null &&
    dtype.itemsize > 0
  ) {
    return frombufferForm(array, writeable);
  }
  // Neither byte order nor read-only memory survives `_reconstruct`, and it takes no buffer from outside.
  const isKept = dtype.isNative && writeable && !context.outOfBand;
  return isPlain && !isKept && version === 1
    ? classForm(array, writeable, context)
    : reconstructForm(array, version);
}

function reconstructForm(array: NdArray, version: NumpyVersion): Reduction {
  const { dtype, subclass, shape, order } = array;
  const Class = subclass === null ? NDARRAY : CLASSES[subclass][version - 1];
  const raw = dtype.hasObject ? array.toItems() : array.toBytes(order);
  const type = dtype.custom === null ? dtype : dtype.custom;
  return {
    callable: RECONSTRUCT[version - 1],
    args: [Class, Tuple.of(0), Uint8Array.of(0x62)],
    state: Tuple.of(1, Tuple.of(...shape), type, order === "F", raw),
  };
}

function frombufferForm(array: NdArray, writeable: boolean): Reduction {
  const { dtype, shape, order } = array;
  const buffer = new PickleBuffer(array.toBytes(order), !writeable);
  return { callable: FROMBUFFER[1], args: [buffer, dtype, Tuple.of(...shape), order] };
}

function classForm(array: NdArray, writeable: boolean, { protocol }: DumpContext): Reduction {
  const { dtype, shape, order } = array;
  const bytes = array.toBytes(order);
  const { buffer, byteOffset, byteLength } = bytes;
  const held =
    protocol >= 5
      ? new PickleBuffer(bytes, !writeable)
      : writeable
        ? new ByteArray(buffer as ArrayBuffer, byteOffset, byteLength)
        : bytes;
  return { callable: NDARRAY, args: [Tuple.of(...shape), dtype, held, 0, null, order] };
}

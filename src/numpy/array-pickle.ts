/**
 * `numpy.ndarray ↔ NdArray`: `_reconstruct` and its state, `_frombuffer`, and the call of the class itself.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/methods.c` array_reduce, array_reduce_ex, array_setstate;
 * `_core/numeric.py` _frombuffer.
 */

import { encodeLatin1 } from "../core/bytes/index.ts";
import { Parts } from "../core/machine/index.ts";
import type { DumpContext, LoadContext, PickleType, Reduction } from "../core/registry/index.ts";
import { ByteArray, Global, PickleBuffer, Tuple } from "../core/values/index.ts";
import { bufferOf, integerOf, shapeOf } from "./arguments.ts";
import { checkBytes, checkItems, type Subclass } from "./contents.ts";
import { DType, use } from "./dtype.ts";
import { contiguousStrides, type Order, sizeOf } from "./layout.ts";
import { Memory, swapBytes, swapUnit } from "./memory.ts";
import { fill, NdArray, unfilled } from "./ndarray.ts";

/** Whose names are written: those that NumPy 1.x and 2.x know, or NumPy 2's own. */
export type NumpyVersion = 1 | 2;

const NO_BYTES = new Uint8Array(0);
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

/** Arrays take their bytes from the input, or from buffers that they share. */
export const lendsParts = (): Parts => new Parts();

/** How arrays are read, and written for NumPy `version` and later. */
export function arrayTypes(version: NumpyVersion): readonly PickleType[] {
  return [
    {
      globals: RECONSTRUCT,
      prototypes: [NdArray.prototype],
      borrows: lendsParts,
      call: reconstruct,
      setState: (object, state) => setState(object as NdArray, state),
      reduce: (value, context) => reduction(value as NdArray, version, context),
    },
    { globals: FROMBUFFER, borrows: lendsParts, call: fromBuffer },
    { globals: [NDARRAY], borrows: lendsParts, call: construct },
  ];
}

// --- in

// These two run once for each array: no destructuring, which goes through iterators.

// _reconstruct(class, (0,), b'b'): an empty array, to be filled by its state.
function reconstruct(args: readonly unknown[]): unknown {
  const Class = args[0];
  const code = args[2];
  if (args.length !== 3 || !(Class instanceof Global)) return undefined;
  if (typeof code !== "string" && !(code instanceof Uint8Array)) return undefined;
  const isPlain = Class.name === "ndarray" && Class.module === "numpy";
  const subclass = isPlain ? null : SUBCLASSES[Class.path];
  if (subclass === undefined || !isEmpty(args[1])) return undefined;
  return unfilled(subclass);
}

// (0,), what every pickler writes, or another shape without elements.
function isEmpty(shape: unknown): boolean {
  return (
    (shape instanceof Tuple && shape.length === 1 && shape[0] === 0) || sizeOf(shapeOf(shape)) === 0
  );
}

// (version, shape, dtype, is_fortran, raw); version 0 has no number.
function setState(array: NdArray, state: unknown): void {
  const items = Array.isArray(state) ? (state as readonly unknown[]) : [];
  const first = items.length === 4 ? 0 : 1;
  const version = first === 0 ? 0 : integerOf(items[0]);
  if (items.length < 4 || items.length > 5 || (version !== 0 && version !== 1))
    throw new TypeError(`can't handle version ${String(items[0])} of a numpy.ndarray pickle`);
  const shape = shapeOf(items[first]);
  const dtype = items[first + 1];
  const isFortran = items[first + 2];
  const raw = items[first + 3];
  const order = isFortran === true || integerOf(isFortran) === 1 ? "F" : "C";
  const type = use(dtype instanceof DType ? dtype : customDtype(dtype, raw, shape));
  const memory = type.hasObject
    ? objectMemory(raw, type, shape, order)
    : byteMemory(raw, type, shape);
  // NumPy turns foreign bytes round and makes the dtype native.
  fill(
    array,
    memory,
    type.isNative || type.hasObject ? type : type.newByteOrder("="),
    shape,
    order,
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
  const array = unfilled(null);
  setState(array, [1, shape, dtype, isFortran, raw]);
  return array;
}

function byteMemory(raw: unknown, type: DType, shape: readonly number[]): Memory {
  // A str of Python 2 is bytes in latin-1.
  const bytes = typeof raw === "string" ? encodeLatin1(raw) : raw;
  if (!(bytes instanceof Uint8Array) || bytes instanceof ByteArray)
    throw new TypeError("pickle not returning string");
  checkBytes(bytes, type, shape);
  if (type.isNative) return new Memory(bytes, null, true);
  const turned = new Uint8Array(bytes);
  swapBytes(turned, swapUnit(type));
  return new Memory(turned, null, true);
}

function objectMemory(raw: unknown, type: DType, shape: readonly number[], order: Order): Memory {
  if (!Array.isArray(raw) || raw instanceof Tuple)
    throw new TypeError("object pickle not returning list");
  checkItems(raw, shape);
  // Objects come in C order, whatever the flag says of the memory that they go to.
  const items = order === "C" ? raw : NdArray.fromItems(raw, type, shape).toItems("F");
  return new Memory(NO_BYTES, items, true);
}

// A dtype of another package: what one element is, nobody here knows, but its size follows.
function customDtype(dtype: unknown, raw: unknown, shape: readonly number[]): DType {
  const size = sizeOf(shape);
  if (typeof dtype !== "object" || dtype === null || !(raw instanceof Uint8Array) || size === 0)
    throw new TypeError("an array needs a dtype");
  const itemsize = raw.length / size;
  return new DType({ kind: "V", itemsize, byteorder: "|", time: null, custom: dtype });
}

// _frombuffer(buffer, dtype, shape, order) and, since NumPy 2.3, (buffer, dtype, shape, 'K', axis_order).
function fromBuffer(args: readonly unknown[], context: LoadContext): unknown {
  const buffer = args[0];
  const dtype = args[1];
  const order = args[3];
  const bytes = bufferOf(buffer);
  if (args.length < 4 || args.length > 5 || bytes === undefined || !(dtype instanceof DType))
    return undefined;
  const options = { writeable: context.isWritable(buffer) };
  const lengths = shapeOf(args[2]);
  if (order === "K") {
    const array = NdArray.fromBytes(bytes, dtype, lengths, options);
    return array.transpose(...shapeOf(args[4]));
  }
  if (order !== "C" && order !== "F") return undefined;
  return NdArray.fromBytes(bytes, dtype, lengths, { ...options, order });
}

// ndarray(shape, dtype, buffer, 0, strides or None, order): the constructor over a buffer, which every NumPy has. Strides
// are those of a segment whose axes are in another order; any others are declined.
function construct(args: readonly unknown[], context: LoadContext): unknown {
  const [shape, dtype, buffer, offset = 0, strides = null, order = "C"] = args;
  const bytes = bufferOf(buffer);
  if (args.length < 3 || args.length > 6 || bytes === undefined || !(dtype instanceof DType))
    return undefined;
  if (integerOf(offset) !== 0 || (order !== "C" && order !== "F")) return undefined;
  const writeable = context.isWritable(buffer);
  const lengths = shapeOf(shape);
  if (strides === null) return NdArray.fromBytes(bytes, dtype, lengths, { writeable, order });
  const steps = shapeOf(strides);
  if (steps.length !== lengths.length || dtype.subarray !== null) return undefined;
  const axes = steps.map((_, axis) => axis);
  axes.sort((a, b) => (steps[b] as number) - (steps[a] as number));
  const inMemory = axes.map((axis) => lengths[axis] as number);
  const expected = contiguousStrides(inMemory, dtype.itemsize, "C");
  if (axes.some((axis, place) => steps[axis] !== expected[place])) return undefined;
  const back = axes.map((_, axis) => axes.indexOf(axis));
  return NdArray.fromBytes(bytes, dtype, inMemory, { writeable }).transpose(...back);
}

// --- out

const CLASSES: Readonly<Record<Subclass, readonly [Global, Global]>> = {
  matrix: [new Global("numpy", "matrix"), new Global("numpy", "matrix")],
  recarray: [new Global("numpy", "recarray"), new Global("numpy.rec", "recarray")],
  // NumPy 2.5 has no numpy.chararray any more, and NumPy 1 no module numpy.char.
  chararray: [
    new Global("numpy.core.defchararray", "chararray"),
    new Global("numpy.char", "chararray"),
  ],
  memmap: [new Global("numpy", "memmap"), new Global("numpy", "memmap")],
};

function reduction(array: NdArray, version: NumpyVersion, context: DumpContext): Reduction {
  const { dtype, subclass } = array;
  if (subclass !== null || dtype.hasObject || dtype.custom !== null)
    return reconstructForm(array, version);
  const { writeable, cContiguous, fContiguous } = array.flags;
  const permutation = cContiguous || fContiguous ? undefined : memoryAxes(array);
  if (version === 2) {
    const isBuffer = context.protocol >= 5 && dtype.itemsize > 0 && !hasTime(dtype);
    const isSegment = cContiguous || fContiguous || permutation !== undefined;
    return isBuffer && isSegment
      ? frombufferForm(array, writeable, permutation)
      : reconstructForm(array, version);
  }
  // Neither byte order nor read-only memory nor permuted axes survive `_reconstruct`, and it takes no buffer from outside.
  // Elements without bytes lend none, and over a buffer NumPy calls them C-contiguous alone.
  const isLent = context.outOfBand && dtype.itemsize > 0;
  const isKept = dtype.isNative && writeable && !isLent && permutation === undefined;
  return isKept
    ? reconstructForm(array, version)
    : classForm(array, writeable, permutation, context);
}

// Python's buffer protocol has no times, not even in a field.
function hasTime({ time, fields, subarray }: DType): boolean {
  if (subarray !== null) return hasTime(subarray.dtype);
  for (const field of fields?.values() ?? []) if (hasTime(field.dtype)) return true;
  return time !== null;
}

// The axes from the outermost in memory to the innermost, where the elements are one segment in that order of axes.
function memoryAxes(array: NdArray): number[] | undefined {
  const { strides } = array;
  const axes = strides.map((_, axis) => axis);
  axes.sort((a, b) => Math.abs(strides[b] as number) - Math.abs(strides[a] as number));
  return array.transpose(...axes).flags.cContiguous ? axes : undefined;
}

/** The five items of an array's state: `(1, shape, dtype, is_fortran, raw)`. */
export function arrayState(array: NdArray): Tuple {
  const { dtype, shape, order } = array;
  const raw = dtype.hasObject ? itemsOf(array) : array.toBytes(order);
  return Tuple.of(1, Tuple.of(...shape), dtype.custom ?? dtype, order === "F", raw);
}

// A StringDType makes a str for the moment of each element, but for those of one character below 256, which Python keeps.
function itemsOf(array: NdArray): unknown[] {
  const items = array.toItems();
  if (array.dtype.kind !== "T") return items;
  return items.map((item) =>
    typeof item === "string" && (item.length > 1 || item > "\xff") ? new String(item) : item,
  );
}

function reconstructForm(array: NdArray, version: NumpyVersion): Reduction {
  const { subclass } = array;
  const Class = subclass === null ? NDARRAY : CLASSES[subclass][version - 1];
  return {
    callable: RECONSTRUCT[version - 1],
    args: Tuple.of<readonly unknown[]>(Class, Tuple.of(0), Uint8Array.of(0x62)),
    state: arrayState(array),
  };
}

// _frombuffer(buffer, dtype, shape, order), or (buffer, dtype, shape in memory, "K", axes) since NumPy 2.3.
function frombufferForm(
  array: NdArray,
  writeable: boolean,
  permutation: readonly number[] | undefined,
): Reduction {
  const { dtype, shape, order } = array;
  const inMemory = permutation === undefined ? array : array.transpose(...permutation);
  const buffer = new PickleBuffer(inMemory.toBytes(inMemory.order), !writeable);
  const callable = FROMBUFFER[1];
  if (permutation === undefined)
    return {
      callable,
      args: Tuple.of<readonly unknown[]>(buffer, dtype, Tuple.of(...shape), order),
    };
  const axes = shape.map((_, axis) => permutation.indexOf(axis));
  return {
    callable,
    args: [buffer, dtype, Tuple.of(...inMemory.shape), "K", Tuple.of(...axes)],
  };
}

// ndarray(shape, dtype, buffer, 0, strides or None, order): what every NumPy reads without a warning.
function classForm(
  array: NdArray,
  writeable: boolean,
  permutation: readonly number[] | undefined,
  { protocol }: DumpContext,
): Reduction {
  const { dtype, shape, order } = array;
  const inMemory = permutation === undefined ? array : array.transpose(...permutation);
  const bytes = inMemory.toBytes(inMemory.order);
  const { buffer, byteOffset, byteLength } = bytes;
  const held =
    protocol >= 5
      ? new PickleBuffer(bytes, !writeable)
      : writeable
        ? new ByteArray(buffer as ArrayBuffer, byteOffset, byteLength)
        : bytes;
  const strides = permutation === undefined ? null : Tuple.of(...array.strides);
  return { callable: NDARRAY, args: [Tuple.of(...shape), dtype, held, 0, strides, order] };
}

/** JavaScript's lists and typed arrays in, `NdArray` out: the explicit conversion. */

import { Complex, Float } from "../core/values/index.ts";
import { type ArrayData, orderOf } from "./contents.ts";
import { Datetime64, Timedelta64 } from "./datetime64.ts";
import { type DType, type DTypeLike, dtype as dtypeOf } from "./dtype.ts";
import { Float16 } from "./float16.ts";
import type { Order } from "./layout.ts";
import type { TypedArray } from "./memory.ts";
import { fromValues, NdArray } from "./ndarray.ts";

/** Options of {@link ndarray}. */
export interface NdArrayOptions {
  /** What the elements become. Default: what NumPy would take for such values. */
  readonly dtype?: DTypeLike | undefined;
  /** The shape, where it is another than the nesting says. */
  readonly shape?: readonly number[] | undefined;
  /** Order of the elements of a typed array, and of the memory that is made. Default `"C"`. */
  readonly order?: Order | undefined;
}

/**
 * An array of nested lists, of a typed array (which is not copied), or of one value.
 *
 * Without `dtype`: a typed array's own; lists of booleans are bool, of safe integers and bigints int64 (uint64 beyond
 * 2^63), of other numbers float64, of `Complex` complex128, of strings `U` of the longest one, of `Datetime64` their
 * unit, anything else object. As in NumPy, `[1, 2.5]` is float64.
 *
 * @throws TypeError where the lists are not of one length, or an element is of another kind
 * @throws RangeError where an element does not fit
 * @example
 * ```ts
 * import { ndarray } from "brine/numpy";
 * ndarray([[1, 2], [3, 4]], { dtype: "float32" }).data; //=> Float32Array [1, 2, 3, 4]
 * ndarray(new Float64Array(6), { shape: [2, 3] }).strides; //=> [24, 8]
 * ```
 */
export function ndarray<Data extends ArrayData = ArrayData>(
  values: unknown,
  options: NdArrayOptions = {},
): NdArray<Data> {
  // A dtype says which class its elements are held in; Data is the caller's word for it.
  return made(values, options) as NdArray<Data>;
}

function made(values: unknown, { dtype, shape, order = "C" }: NdArrayOptions): NdArray {
  orderOf({ order });
  const type = dtype === undefined ? undefined : dtypeOf(dtype);
  const own = naturalDtype(values);
  if (own !== undefined) {
    const data = values as TypedArray;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const array = NdArray.fromBytes(bytes, own, shape ?? [data.length], { order });
    return type === undefined || type.equals(own) ? array : array.astype(type);
  }
  if (values instanceof NdArray) {
    const array = type === undefined ? values : values.astype(type);
    return shape === undefined ? array : array.reshape(shape, order);
  }
  const lengths =
    type?.hasObject === true && shape !== undefined ? undefined : shapeOfLists(values, type);
  const leaves =
    lengths === undefined
      ? (values as readonly unknown[])
      : Array.from(leavesOf(values, lengths.length));
  const array = fromValues(leaves, type ?? inferred(leaves), lengths ?? shape ?? []);
  const inOrder = order === "F" ? array.copy("F") : array;
  return shape === undefined ? inOrder : inOrder.reshape(shape, order);
}

const NATURAL: ReadonlyMap<object, string> = new Map<object, string>([
  [Int8Array.prototype, "i1"],
  [Uint8Array.prototype, "u1"],
  [Uint8ClampedArray.prototype, "u1"],
  [Int16Array.prototype, "i2"],
  [Uint16Array.prototype, "u2"],
  [Int32Array.prototype, "i4"],
  [Uint32Array.prototype, "u4"],
  [BigInt64Array.prototype, "i8"],
  [BigUint64Array.prototype, "u8"],
  [Float32Array.prototype, "f4"],
  [Float64Array.prototype, "f8"],
  ...(Float16 === undefined ? [] : [[Float16.prototype as object, "f2"] as const]),
]);

function naturalDtype(values: unknown): DType | undefined {
  if (!ArrayBuffer.isView(values)) return undefined;
  const text = NATURAL.get(Object.getPrototypeOf(values) as object);
  return text === undefined ? undefined : dtypeOf(text);
}

// The lengths of the nested lists, which must agree; an object dtype takes lists as far as they do.
function shapeOfLists(values: unknown, type: DType | undefined): number[] {
  const shape: number[] = [];
  let level: readonly unknown[] = [values];
  const isRecord = type !== undefined && type.fields !== null;
  while (level.length > 0 && level.every(isList)) {
    const lists = level as readonly ArrayLike<unknown>[];
    const length = (lists[0] as ArrayLike<unknown>).length;
    if (lists.some((list) => list.length !== length)) {
      if (type?.kind === "O") return shape;
      throw new TypeError("nested lists must be of one length");
    }
    // The innermost lists of records are the records.
    if (isRecord && lists.every((list) => !Array.from(list).some(isList)) && shape.length > 0)
      return shape;
    shape.push(length);
    level = lists.flatMap((list) => Array.from(list));
  }
  if (level.some(isList) && type?.kind !== "O" && !isRecord)
    throw new TypeError("nested lists must be of one depth");
  return shape;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array));
}

function* leavesOf(values: unknown, depth: number): Generator<unknown, void, undefined> {
  if (depth === 0) yield values;
  else for (const item of values as Iterable<unknown>) yield* leavesOf(item, depth - 1);
}

// As NumPy's array() decides.
function inferred(leaves: readonly unknown[]): DType {
  const kinds = new Set(leaves.map(kindOf));
  const only = (...allowed: readonly string[]): boolean =>
    Array.from(kinds).every((kind) => allowed.includes(kind));
  if (leaves.length === 0) return dtypeOf("f8");
  if (only("bool")) return dtypeOf("?");
  if (only("int", "bool")) return dtypeOf("i8");
  if (only("int", "uint", "bool"))
    return leaves.some((leaf) => Number(leaf) < 0) ? dtypeOf("O") : dtypeOf("u8");
  if (only("int", "uint", "bool", "float")) return dtypeOf("f8");
  if (only("int", "uint", "bool", "float", "complex")) return dtypeOf("c16");
  if (only("str")) {
    const longest = Math.max(...leaves.map((leaf) => [...(leaf as string)].length), 1);
    return dtypeOf(`U${longest}`);
  }
  if (only("bytes")) {
    const longest = Math.max(...leaves.map((leaf) => (leaf as Uint8Array).length), 1);
    return dtypeOf(`S${longest}`);
  }
  const [first] = leaves;
  if (kinds.size === 1 && (first instanceof Datetime64 || first instanceof Timedelta64)) {
    const unit = first.unit === "generic" ? "" : `[${first.step}${first.unit}]`;
    return dtypeOf(`${first instanceof Datetime64 ? "M8" : "m8"}${unit}`);
  }
  return dtypeOf("O");
}

function kindOf(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "str";
    case "bigint":
      return value >= -(2n ** 63n) && value < 2n ** 63n
        ? "int"
        : value >= 0n && value < 2n ** 64n
          ? "uint"
          : "object";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int" : "float";
  }
  if (value instanceof Float) return "float";
  if (value instanceof Complex) return "complex";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Datetime64) return `M8${value.step}${value.unit}`;
  return value instanceof Timedelta64 ? `m8${value.step}${value.unit}` : "object";
}

/**
 * NumPy's array over bytes that somebody else may own: elements, slices without copying, conversions.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray` (ndarray's shape, strides, flags and views).
 */

import { inspectSymbol } from "../core/values/index.ts";
import {
  type ArrayData,
  type ArrayOptions,
  checkBytes,
  checkItems,
  orderOf,
  type Subclass,
} from "./contents.ts";
import { type DType, type DTypeLike, dtype as dtypeOf, use } from "./dtype.ts";
import { flattened, itemAt, type MakeView, type Reader, readerOf, writerOf } from "./elements.ts";
import {
  checkedIndex,
  checkLists,
  contiguousStrides,
  eachOffset,
  type Index,
  indexed,
  isContiguous,
  type Layout,
  type Order,
  reversed,
  sizeOf,
} from "./layout.ts";
import { itemsOf, Memory, swapBytes, swapUnit } from "./memory.ts";
import { packed } from "./packed.ts";
import { arrayText, jsonOf } from "./print.ts";

/** An array of nothing, which a pickle is going to fill. */
export let unfilled: (subclass: Subclass | null) => NdArray;

/** Gives such an array its elements, which are as many as the shape says, and of a dtype in use. */
export let fill: (
  array: NdArray,
  memory: Memory,
  dtype: DType,
  shape: readonly number[],
  order: Order,
) => void;

let subarrayView: MakeView;

/**
 * An n-dimensional array: `dtype`, `shape`, and memory that views share.
 *
 * Elements are read as `at` says: int → number, beyond 2^53 bigint; float → number; complex → `Complex`;
 * `U` → string; `S` and void → Uint8Array; datetime64 → `Datetime64`; a record → an object with its fields.
 *
 * @example
 * ```ts
 * import { ndarray } from "brine/numpy";
 * const a = ndarray([[1, 2, 3], [4, 5, 6]], { dtype: "int32" });
 * a.at(1, 2); //=> 6
 * a.slice(null, [null, null, -1]).toArray(); //=> [ [ 3, 2, 1 ], [ 6, 5, 4 ] ]
 * ```
 */
export class NdArray<Data extends ArrayData = ArrayData> {
  /** What one element is. */
  readonly dtype: DType;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** The subclass of `ndarray` that Python sees, `null` for an `ndarray`. */
  readonly subclass: Subclass | null;
  // Not #private: what compares values (assertions) and what replaces references in a load sees the memory this way.
  private memory: Memory;
  private offset = 0;
  // Only where the elements are not one segment in memoryOrder.
  private ownStrides: readonly number[] | null = null;
  private memoryOrder: Order;

  private constructor(
    memory: Memory,
    dtype: DType,
    shape: readonly number[],
    order: Order,
    subclass: Subclass | null,
  ) {
    this.memory = memory;
    this.dtype = dtype;
    this.shape = shape;
    this.memoryOrder = order;
    this.subclass = subclass;
  }

  static {
    unfilled = (subclass) => new NdArray(NO_MEMORY, NO_DTYPE, NO_ELEMENTS, "C", subclass);
    fill = (array, memory, dtype, shape, order) => {
      const target = array as Mutable<NdArray>;
      target.dtype = dtype;
      target.shape = shape;
      array.memory = memory;
      array.memoryOrder = order;
    };
    subarrayView = (memory, dtype, shape, at) => {
      const view = new NdArray(memory, dtype, shape, "C", null);
      view.offset = at;
      return view;
    };
  }

  /**
   * An array over these bytes, which are not copied: exactly the elements, in C or F order.
   *
   * @throws TypeError where the bytes are not as many as shape and dtype need, or elements are objects
   */
  static fromBytes<Data extends ArrayData = ArrayData>(
    bytes: Uint8Array,
    dtype: DTypeLike,
    shape: readonly number[],
    options: ArrayOptions = {},
  ): NdArray<Data> {
    const type = use(dtypeOf(dtype));
    if (type.hasObject) throw new TypeError(`elements of ${type} are not bytes`);
    if (type.subarray !== null) {
      const { dtype: base, shape: inner } = type.subarray;
      return NdArray.fromBytes(bytes, base, [...shape, ...inner], options);
    }
    checkBytes(bytes, type, shape);
    const memory = new Memory(bytes, null, options.writeable ?? true);
    return new NdArray<Data>(memory, type, shape, orderOf(options), options.subclass ?? null);
  }

  /**
   * An array over this list, which is not copied: objects, strings of a `StringDType`, or tuples of records that hold
   * objects, in C or F order.
   *
   * @throws TypeError where the list is not as long as the shape says, or elements are bytes
   */
  static fromItems(
    items: unknown[],
    dtype: DTypeLike,
    shape: readonly number[],
    options: ArrayOptions = {},
  ): NdArray<unknown[]> {
    const type = use(dtypeOf(dtype));
    if (!type.hasObject) throw new TypeError(`elements of ${type} are bytes`);
    checkItems(items, shape);
    const memory = new Memory(NO_BYTES, items, options.writeable ?? true);
    return new NdArray<unknown[]>(memory, type, shape, orderOf(options), options.subclass ?? null);
  }

  // --- what it is

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return this.dtype.itemsize;
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.size * this.dtype.itemsize;
  }

  /** Bytes from one element to the next along each axis. */
  get strides(): readonly number[] {
    return this.ownStrides ?? contiguousStrides(this.shape, this.dtype.itemsize, this.memoryOrder);
  }

  /** NumPy's flags. */
  get flags(): {
    readonly cContiguous: boolean;
    readonly fContiguous: boolean;
    readonly writeable: boolean;
  } {
    return {
      cContiguous: this.#isSegment("C"),
      fContiguous: this.#isSegment("F"),
      writeable: this.memory.writeable,
    };
  }

  /** `"F"` where the elements are one segment in Fortran's order and not in C's; else `"C"`, as {@link NdArray.data}. */
  get order(): Order {
    return this.#isSegment("F") && !this.#isSegment("C") ? "F" : "C";
  }

  // Whether the elements are one segment in that order.
  #isSegment(order: Order): boolean {
    if (this.ownStrides === null && (this.shape.length < 2 || this.memoryOrder === order))
      return true;
    return isContiguous(this.#layout(), this.dtype.itemsize, order);
  }

  #layout(): Layout {
    return { shape: this.shape, strides: this.strides, offset: this.offset };
  }

  /**
   * The elements in memory order ({@link NdArray.order}): a typed array over the array's own memory, so that writing to
   * it changes the array. Bools are bytes, 64-bit integers and times bigints, complex numbers pairs; text, void and long
   * doubles are their bytes, objects a list.
   *
   * Where elements are not one segment of this machine's byte order it is a copy in C order, kept until the array changes.
   */
  get data(): Data {
    const order = this.order;
    const { items } = this.memory;
    const inPlace = this.#isSegment(order);
    if (items !== null) {
      if (inPlace && this.offset === 0 && items.length === this.size) return items as Data;
    } else if (inPlace && this.dtype.isNative) {
      const [Items, perElement] = itemsOf(this.dtype);
      const own = this.memory.typed(Items, this.offset, this.size * perElement);
      // A dtype says which class its elements are held in; Data is the caller's word for it.
      if (own !== undefined) return own as Data;
    }
    const { version } = this.memory;
    let copy = copies.get(this);
    if (copy?.version !== version) {
      copy = { version, data: this.#packed(order) };
      copies.set(this, copy);
    }
    return copy.data as Data;
  }

  /** The bytes of the elements, as the dtype says, in memory order: the memory itself where they are one segment. */
  get bytes(): Uint8Array {
    return this.toBytes(this.order);
  }

  /**
   * The bytes of the elements in an order; the memory itself where it has that order, else a copy.
   *
   * @throws TypeError where elements are objects
   */
  toBytes(order: Order = "C"): Uint8Array {
    if (this.memory.items !== null) throw new TypeError(`elements of ${this.dtype} are not bytes`);
    if (this.#isSegment(order)) {
      // Plain bytes, also where the memory is a bytearray's or a Buffer's.
      const { buffer, byteOffset } = this.memory.bytes;
      return new Uint8Array(buffer, byteOffset + this.offset, this.nbytes);
    }
    return packed(this.memory.bytes, this.#layout(), this.dtype.itemsize, order);
  }

  #packed(order: Order): ArrayData {
    if (this.memory.items !== null) return this.toItems(order);
    const own = this.toBytes(order);
    // Of its own buffer, so that any typed array can stand on it and nothing else changes it.
    const bytes = own.buffer === this.memory.bytes.buffer ? new Uint8Array(own) : own;
    if (!this.dtype.isNative) swapBytes(bytes, swapUnit(this.dtype));
    const [Items] = itemsOf(this.dtype);
    return new Items(bytes.buffer, 0, bytes.length / Items.BYTES_PER_ELEMENT);
  }

  /** The elements of an object array, a copy, flat in an order. */
  toItems(order: Order = "C"): unknown[] {
    const { items } = this.memory;
    if (items === null) throw new TypeError(`elements of ${this.dtype} are bytes`);
    const layout = order === "C" ? this.#layout() : reversed(this.#layout());
    const found: unknown[] = [];
    eachOffset(layout, (at) => found.push(items[itemAt(this.dtype, at)]));
    return found;
  }

  // --- elements

  /**
   * One element; an index for each axis, negative ones from its end.
   *
   * @throws RangeError where an index lies outside its axis or there are not as many as axes
   */
  at(...indexes: readonly number[]): unknown {
    return this.#reader()(this.memory, this.#place(indexes));
  }

  /**
   * Changes one element, for every view of the same memory.
   *
   * @throws TypeError where the array is read-only or the value is of another kind, RangeError where it does not fit
   */
  set(value: unknown, ...indexes: readonly number[]): void {
    if (!this.memory.writeable) throw new TypeError("the array is read-only");
    writerOf(this.dtype)(this.memory, this.#place(indexes), value);
    this.memory.version++;
  }

  #place(indexes: readonly number[]): number {
    const { shape, strides } = this;
    if (indexes.length !== shape.length)
      throw new RangeError(`${indexes.length} indexes for an array of ${shape.length} axes`);
    let place = this.offset;
    for (let axis = 0; axis < indexes.length; axis++) {
      const index = checkedIndex(indexes[axis] as number, shape[axis] as number, axis);
      place += index * (strides[axis] as number);
    }
    return place;
  }

  #reader(): Reader {
    return readerOf(this.dtype, subarrayView);
  }

  /** Every element, the last index fastest. */
  *values(): Generator<unknown, void, undefined> {
    const read = this.#reader();
    const layout = this.#layout();
    const { shape } = layout;
    if (shape.includes(0)) return;
    const counts = new Array<number>(shape.length).fill(0);
    let at = layout.offset;
    for (;;) {
      yield read(this.memory, at);
      let axis = shape.length - 1;
      for (; axis >= 0; axis--) {
        const stride = layout.strides[axis] as number;
        at += stride;
        if (++(counts[axis] as number) < (shape[axis] as number)) break;
        at -= stride * (shape[axis] as number);
        counts[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

  /** Along the first axis: elements of an array of one axis, else arrays with one axis less that share its memory. */
  *[Symbol.iterator](): Generator<unknown, void, undefined> {
    if (this.ndim === 0) throw new TypeError("an array without axes cannot be iterated");
    if (this.ndim === 1) {
      yield* this.values();
      return;
    }
    const length = this.shape[0] as number;
    for (let index = 0; index < length; index++) yield this.slice(index);
  }

  // --- views and copies

  /**
   * A part of the array, sharing its memory: for each axis an index (the axis goes away), `[start, stop, step]` as in
   * Python, or `null` for all of it; `Ellipsis` for all axes between. `slice(0)` is the first row.
   *
   * @throws RangeError where an index lies outside its axis, TypeError where it is of another kind
   */
  slice(...indexes: readonly Index[]): NdArray<Data> {
    return this.#viewOf(indexed(this.#layout(), indexes));
  }

  #viewOf({ shape, strides, offset }: Layout, dtype: DType = this.dtype): NdArray<Data> {
    const view = new NdArray<Data>(this.memory, dtype, shape, "C", null);
    view.ownStrides = strides;
    // Without elements an index leads beyond the memory, where no typed array may begin.
    view.offset = shape.includes(0) ? 0 : offset;
    return view;
  }

  /** The rows (or whatever one axis counts) of these numbers, copied. */
  take(indexes: Iterable<number>, axis = 0): NdArray<Data> {
    const length = this.shape[checkedIndex(axis, this.ndim, 0)] as number;
    const places = Array.from(indexes, (index) => checkedIndex(index, length, axis));
    const whole = this.shape.map(() => null);
    const shape = this.shape.map((own, at) => (at === axis ? places.length : own));
    const parts = places.map((place) =>
      this.slice(...whole.map((_, at) => (at === axis ? place : null))),
    );
    return stacked(this, parts, shape, axis);
  }

  /**
   * One field of an array of records, sharing its memory; where records hold objects, a copy.
   *
   * @throws TypeError where there is no such field
   */
  field(name: string): NdArray {
    const field = this.dtype.fields?.get(name);
    if (field === undefined)
      throw new TypeError(`${this.dtype} has no field ${JSON.stringify(name)}`);
    if (this.memory.items !== null) return this.#objectField(name, field.dtype);
    const layout = this.#layout();
    const { subarray } = field.dtype;
    const inner = subarray?.shape ?? [];
    const innerType = subarray?.dtype ?? field.dtype;
    return this.#viewOf(
      {
        shape: [...layout.shape, ...inner],
        strides: [...layout.strides, ...contiguousStrides(inner, innerType.itemsize, "C")],
        offset: layout.offset + field.offset,
      },
      innerType,
    );
  }

  #objectField(name: string, dtype: DType): NdArray {
    const place = this.dtype.names?.indexOf(name) ?? 0;
    const items = this.toItems().map((record) => (record as readonly unknown[])[place]);
    const { subarray } = dtype;
    return fromValues(
      subarray === null ? items : Array.from(flattened(items)),
      subarray?.dtype ?? dtype,
      [...this.shape, ...(subarray?.shape ?? [])],
    );
  }

  /** The axes in another order (reversed where none is given), sharing memory. */
  transpose(...axes: readonly number[]): NdArray<Data> {
    const { shape, strides, offset } = this.#layout();
    const order = axes.length === 0 ? shape.map((_, axis) => shape.length - 1 - axis) : axes;
    const chosen = order.map((axis) => checkedIndex(axis, shape.length, 0));
    if (chosen.length !== shape.length || new Set(chosen).size !== shape.length)
      throw new RangeError(
        `axes (${axes.join(", ")}) do not match an array of ${shape.length} axes`,
      );
    return this.#viewOf({
      shape: chosen.map((axis) => shape[axis] as number),
      strides: chosen.map((axis) => strides[axis] as number),
      offset,
    });
  }

  /** The axes reversed, sharing memory. */
  get T(): NdArray<Data> {
    return this.transpose();
  }

  /**
   * The same elements in another shape, one length of which may be -1; shares memory where they are one segment.
   *
   * @throws RangeError where the shape has another size
   */
  reshape(shape: readonly number[], order: Order = "C"): NdArray<Data> {
    const open = shape.indexOf(-1);
    const known = shape.reduce((size, length, axis) => (axis === open ? size : size * length), 1);
    const rest = known === 0 ? 0 : this.size / known;
    const full = shape.map((length, axis) => (axis === open ? rest : length));
    if (!Number.isInteger(rest) || sizeOf(full) !== this.size)
      throw new RangeError(`an array of ${this.size} elements has no shape (${shape.join(", ")})`);
    const inPlace = this.#isSegment(order);
    const base = inPlace ? this : this.copy(order);
    const strides = contiguousStrides(full, this.dtype.itemsize, order);
    return base.#viewOf({ shape: full, strides, offset: base.offset });
  }

  /** All elements in one axis; shares memory where they are one segment in that order. */
  ravel(order: Order = "C"): NdArray<Data> {
    return this.reshape([this.size], order);
  }

  /** An array of its own memory. */
  copy(order: Order = "C"): NdArray<Data> {
    const { items, bytes } = this.memory;
    let memory: Memory;
    if (items !== null) {
      memory = new Memory(NO_BYTES, this.toItems(order), true);
    } else {
      const own = this.toBytes(order);
      memory = new Memory(own.buffer === bytes.buffer ? new Uint8Array(own) : own, null, true);
    }
    return new NdArray<Data>(memory, this.dtype, [...this.shape], order, this.subclass);
  }

  /**
   * The elements as another dtype, copied: numbers are converted one by one as {@link NdArray.set} does it.
   *
   * @throws RangeError, TypeError where an element does not fit
   */
  astype(dtype: DTypeLike): NdArray {
    return fromValues(this.values(), dtypeOf(dtype), this.shape);
  }

  // --- conversions

  /** Nested lists of the elements; one element where there is no axis. */
  toArray(): unknown {
    const { shape, strides, offset } = this.#layout();
    checkLists(shape, this.nbytes);
    const read = this.#reader();
    const memory = this.memory;
    const list = (axis: number, at: number): unknown => {
      if (axis === shape.length) {
        const value = read(memory, at);
        // A sub-array; an array in an object array stays one, and may be that very array.
        return memory.items === null && value instanceof NdArray ? value.toArray() : value;
      }
      const length = shape[axis] as number;
      const stride = strides[axis] as number;
      const found: unknown[] = [];
      for (let index = 0; index < length; index++) found.push(list(axis + 1, at + index * stride));
      return found;
    };
    return list(0, offset);
  }

  /** The elements in C order and this machine's byte order, copied; as {@link NdArray.data} otherwise. */
  toTypedArray(): Data {
    return this.#packed("C") as Data;
  }

  /** Nested lists for JSON: bigints and times as text, bytes as latin-1 text, NaN as null. */
  toJSON(): unknown {
    const lists = this.toArray();
    return this.memory.items === null ? jsonOf(lists) : lists;
  }

  /** What NumPy's `repr` prints, long arrays summed up. */
  toString(): string {
    return arrayText(this);
  }

  [inspectSymbol](): string {
    return arrayText(this);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const NO_BYTES = new Uint8Array(0);
const NO_ELEMENTS: readonly number[] = [0];
const NO_DTYPE = dtypeOf("b1");
const NO_MEMORY = new Memory(NO_BYTES, null, true);

// Copies that `data` gave of elements that are scattered or of another byte order.
const copies = new WeakMap<NdArray, { readonly version: number; readonly data: ArrayData }>();

/**
 * An array without elements. It stays, so that V8 keeps the layout of arrays and the code that was compiled for it when a
 * garbage collection finds no other (10,000 arrays after one: 16 ms without it, Node 26, `bench/main.ts --only arrays`).
 */
export const NOTHING: NdArray = NdArray.fromBytes(NO_BYTES, NO_DTYPE, NO_ELEMENTS);

/** An array of a dtype from its elements in C order. */
export function fromValues(
  values: Iterable<unknown>,
  dtype: DType,
  shape: readonly number[],
): NdArray {
  const size = sizeOf(shape);
  if (dtype.hasObject) return NdArray.fromItems(Array.from(values), dtype, [...shape]);
  const memory = new Memory(new Uint8Array(size * dtype.itemsize), null, true);
  const write = writerOf(dtype);
  let at = 0;
  for (const value of values) {
    write(memory, at, value);
    at += dtype.itemsize;
  }
  return NdArray.fromBytes(memory.bytes, dtype, [...shape]);
}

// Parts side by side along an axis, which they have lost.
function stacked<Data extends ArrayData>(
  from: NdArray<Data>,
  parts: readonly NdArray<Data>[],
  shape: readonly number[],
  axis: number,
): NdArray<Data> {
  const rows = [axis, ...Array.from(shape.keys()).filter((other) => other !== axis)];
  const rowShape = rows.map((own) => shape[own] as number);
  // Back to where the axis was.
  const back = shape.map((_, own) => rows.indexOf(own));
  if (from.dtype.hasObject) {
    const items = parts.flatMap((part) => part.toItems());
    return NdArray.fromItems(items, from.dtype, rowShape).transpose(...back) as NdArray<Data>;
  }
  const step = parts.length === 0 ? 0 : (parts[0]?.nbytes ?? 0);
  const bytes = new Uint8Array(step * parts.length);
  for (const [index, part] of parts.entries()) bytes.set(part.toBytes(), index * step);
  return NdArray.fromBytes<Data>(bytes, from.dtype, rowShape).transpose(...back);
}

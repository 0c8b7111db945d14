/** What Python can iterate in, iterators and lists of items out; and indices and slices of sequences. */

import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { raised, typeError, valueError } from "./exceptions.ts";
import {
  DONE,
  IteratorValue,
  intOf,
  isInt,
  ListValue,
  RangeValue,
  SimpleIterator,
  type SliceValue,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import { DictValue, SetValue, ViewValue } from "./tables.ts";
import { codePoints } from "./text.ts";

/** What a builtin may ask of the run that it is called in. */
export interface Host {
  readonly budget: Budget;
  /** Calls a function with its arguments. */
  call(callable: Value, args: readonly Value[], keywords?: ReadonlyMap<string, Value>): Value;
}

/** `iter(value)`. @throws TypeError of Python for what cannot be iterated */
export function iteratorOf(value: Value, budget: Budget): IteratorValue {
  if (value instanceof IteratorValue) return value;
  if (value instanceof ListValue) return overItems(value, "list_iterator");
  if (value instanceof TupleValue) return overItems(value, "tuple_iterator");
  if (typeof value === "string") {
    return overArray(codePoints(value, budget), "str_iterator");
  }
  if (value instanceof Uint8Array) {
    let index = 0;
    return new SimpleIterator("bytes_iterator", () =>
      index < value.length ? BigInt(value[index++] as number) : DONE,
    );
  }
  if (value instanceof RangeValue) {
    let current = value.start;
    let left = value.length;
    return new SimpleIterator("range_iterator", () => {
      if (left <= 0n) return DONE;
      left -= 1n;
      const item = current;
      current += value.step;
      return item;
    });
  }
  if (value instanceof DictValue) return overDict(value, value, "dict_keyiterator");
  if (value instanceof ViewValue) {
    return overDict(value.dict, value, `dict_${value.kind.slice(0, -1)}iterator`);
  }
  if (value instanceof SetValue) {
    const { size } = value;
    const inner = value.ordered()[Symbol.iterator]();
    return new SimpleIterator("set_iterator", () => {
      if (value.size !== size) throw raised("RuntimeError", "Set changed size during iteration");
      const step = inner.next();
      return step.done === true ? DONE : step.value;
    });
  }
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

// A list may grow and shrink while it is iterated.
function overItems(value: ListValue | TupleValue, type: string): IteratorValue {
  let index = 0;
  let isOver = false;
  return new SimpleIterator(type, () => {
    if (isOver || index >= value.items.length) {
      isOver = true;
      return DONE;
    }
    return value.items[index++] as Value;
  });
}

function overArray(items: readonly Value[], type: string): IteratorValue {
  let index = 0;
  return new SimpleIterator(type, () => (index < items.length ? (items[index++] as Value) : DONE));
}

function overDict(dict: DictValue, shown: DictValue | ViewValue, type: string): IteratorValue {
  const { size, changes } = dict;
  const inner = shown instanceof ViewValue ? shown.items() : keysOf(dict);
  let isOver = false;
  return new SimpleIterator(type, () => {
    if (isOver) return DONE;
    if (dict.size !== size) {
      isOver = true;
      throw raised("RuntimeError", "dictionary changed size during iteration");
    }
    if (dict.changes !== changes)
      throw unsupported("a dict whose keys change while it is iterated");
    const step = inner.next();
    if (step.done === true) isOver = true;
    return step.done === true ? DONE : step.value;
  });
}

function* keysOf(dict: DictValue): Generator<Value> {
  for (const [key] of dict.entries()) yield key;
}

/** Whether `iter(value)` works. */
export function isIterable(value: Value): boolean {
  return (
    typeof value === "string" ||
    value instanceof Uint8Array ||
    value instanceof ListValue ||
    value instanceof TupleValue ||
    value instanceof RangeValue ||
    value instanceof DictValue ||
    value instanceof SetValue ||
    value instanceof ViewValue ||
    value instanceof IteratorValue
  );
}

/** `list(value)` as an array of its own. */
export function collect(value: Value, budget: Budget): Value[] {
  if (value instanceof ListValue || value instanceof TupleValue) {
    budget.take(8 * value.items.length);
    return value.items.slice();
  }
  const items: Value[] = [];
  const iterator = iteratorOf(value, budget);
  for (;;) {
    budget.step();
    const item = iterator.next();
    if (item === DONE) return items;
    budget.take(8);
    items.push(item);
  }
}

/** The same where their order makes no difference: a set's items in any. */
export function collectUnordered(value: Value, budget: Budget): Value[] {
  if (!(value instanceof SetValue)) return collect(value, budget);
  budget.take(8 * value.size);
  return [...value.unordered()];
}

/** An int that counts or indexes. @throws TypeError of Python for other types */
export function asIndex(value: Value): bigint {
  if (isInt(value)) return intOf(value);
  throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

/** A count that fits into memory, negative ones included. */
export function asCount(value: Value): number {
  const index = asIndex(value);
  // What is in C's range and beyond JavaScript's is beyond any length too.
  if (BigInt.asIntN(64, index) !== index) throw unsupported("an index of more than 64 bits");
  return Number(index);
}

/** An argument that C takes as a `Py_ssize_t`: a width, a number of splits. @throws TypeError and OverflowError of Python */
export function asSize(value: Value, budget: Budget): number {
  if (typeof value === "number" && !budget.since("3.10")) throw typeError(NO_FLOAT);
  const index = asIndex(value);
  if (BigInt.asIntN(64, index) !== index)
    throw raised("OverflowError", "Python int too large to convert to C ssize_t");
  return Number(index);
}

/** An argument that C takes as an `int`. @throws TypeError and OverflowError of Python */
export function asShort(value: Value, budget: Budget): number {
  if (!isInt(value) && !budget.since("3.10")) {
    throw typeError(
      typeof value === "number" ? NO_FLOAT : `an integer is required (got type ${typeName(value)})`,
    );
  }
  const index = asIndex(value);
  if (BigInt.asIntN(32, index) !== index)
    throw raised("OverflowError", "Python int too large to convert to C int");
  return Number(index);
}

const NO_FLOAT = "integer argument expected, got float";

/** A bound of `list.index`, clipped to what is there. */
export function boundOf(value: Value, length: number): number {
  if (!isInt(value)) throw typeError("slice indices must be integers or have an __index__ method");
  const index = intOf(value) < 0n ? intOf(value) + BigInt(length) : intOf(value);
  return index < 0n ? 0 : index > BigInt(length) ? length : Number(index);
}

/** The place in a sequence that an index means; undefined outside. */
export function placeOf(index: bigint, length: number): number | undefined {
  const place = index < 0n ? index + BigInt(length) : index;
  return place >= 0n && place < BigInt(length) ? Number(place) : undefined;
}

/** A slice over so many items: where it starts, where it stops, and its step, as `slice.indices` gives them. */
export function sliceIndices(
  { start, stop, step }: SliceValue,
  length: number,
): { readonly start: number; readonly stop: number; readonly step: number } {
  const stride = step === null ? 1n : sliceIndex(step);
  if (stride === 0n) throw valueError("slice step cannot be zero");
  const size = BigInt(length);
  const isBackward = stride < 0n;
  const low = isBackward ? -1n : 0n;
  const high = isBackward ? size - 1n : size;
  const clip = (value: Value, absent: bigint): bigint => {
    if (value === null) return absent;
    let place = sliceIndex(value);
    if (place < 0n) place += size;
    return place < low ? low : place > high ? high : place;
  };
  const from = clip(start, isBackward ? high : low);
  const to = clip(stop, isBackward ? low : high);
  // Longer than everything, and never 1 or -1, which are slices of another kind.
  const longest = size + 2n;
  const limited = stride > longest ? longest : stride < -longest ? -longest : stride;
  return { start: Number(from), stop: Number(to), step: Number(limited) };
}

function sliceIndex(value: Value): bigint {
  if (isInt(value)) return intOf(value);
  throw typeError("slice indices must be integers or None or have an __index__ method");
}

/** The places that a slice takes, in order. */
export function slicePlaces(slice: SliceValue, length: number, budget: Budget): number[] {
  const { start, stop, step } = sliceIndices(slice, length);
  const places: number[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) places.push(at);
  budget.take(8 * places.length);
  budget.step(places.length / 16);
  return places;
}

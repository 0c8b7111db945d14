/** Python's operators over the evaluator's values. */

import { combine, copyDict, extend, replaceMembers, update } from "./container-methods.ts";
import { unsupported } from "./error.ts";
import { raised, typeError } from "./exceptions.ts";
import { percent } from "./format-method.ts";
import {
  collect,
  collectUnordered,
  type Host,
  isIterable,
  placeOf,
  sliceIndices,
  slicePlaces,
} from "./iterate.ts";
import { arithmetic, type BinaryOperator } from "./numbers.ts";
import {
  DONE,
  IteratorValue,
  intOf,
  isInt,
  ListValue,
  type Raised,
  RangeValue,
  SliceValue,
  Thing,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { DictValue, SetValue, ViewValue } from "./tables.ts";
import { codePoints, isFlat, pointCount, sliceText } from "./text.ts";

function isNumber(value: Value): value is bigint | boolean | number {
  return typeof value === "number" || isInt(value);
}

/** `left op right`; `shown` is the operator as an error names it. */
export function binary(
  op: BinaryOperator,
  left: Value,
  right: Value,
  host: Host,
  shown: string = op === "**" ? "** or pow()" : op,
): Value {
  const { budget } = host;
  if (isNumber(left) && isNumber(right)) {
    const result = arithmetic(op, left, right, budget);
    if (result !== undefined) return result;
  } else if (op === "+") {
    const sum = concatenated(left, right, host);
    if (sum !== undefined) return sum;
  } else if (op === "*") {
    const product = repeated(left, right, host);
    if (product !== undefined) return product;
  } else if (op === "%" && typeof left === "string") {
    return percent(left, right, budget);
  } else if (op === "%" && left instanceof Uint8Array) {
    throw unsupported("% of bytes");
  } else if (op === "|" || op === "&" || op === "-" || op === "^") {
    const result = ofSets(op, left, right, host);
    if (result !== undefined) return result;
  }
  if (left instanceof TypeValue || right instanceof TypeValue)
    throw unsupported(`${op} of classes`);
  throw wrongOperands(shown, left, right);
}

function wrongOperands(shown: string, left: Value, right: Value): Raised {
  return typeError(
    `unsupported operand type(s) for ${shown}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function ofSets(
  op: "|" | "&" | "-" | "^",
  left: Value,
  right: Value,
  host: Host,
): Value | undefined {
  if (left instanceof SetValue && right instanceof SetValue) return combine(op, left, right, host);
  if (left instanceof ViewValue || right instanceof ViewValue)
    throw unsupported(`${op} of dict views`);
  if (
    op === "|" &&
    left instanceof DictValue &&
    right instanceof DictValue &&
    host.budget.since("3.9")
  ) {
    const result = copyDict(left, host);
    update(result, right, host);
    return result;
  }
  return undefined;
}

function concatenated(left: Value, right: Value, { budget }: Host): Value | undefined {
  if (typeof left === "string") {
    if (typeof right !== "string")
      throw typeError(`can only concatenate str (not "${typeName(right)}") to str`);
    budget.take(2 * (left.length + right.length));
    return left + right;
  }
  if (left instanceof ListValue) {
    if (!(right instanceof ListValue))
      throw typeError(`can only concatenate list (not "${typeName(right)}") to list`);
    budget.take(8 * (left.items.length + right.items.length));
    return new ListValue([...left.items, ...right.items]);
  }
  if (left instanceof TupleValue) {
    if (!(right instanceof TupleValue))
      throw typeError(`can only concatenate tuple (not "${typeName(right)}") to tuple`);
    budget.take(8 * (left.items.length + right.items.length));
    return new TupleValue([...left.items, ...right.items]);
  }
  if (left instanceof Uint8Array) {
    if (!(right instanceof Uint8Array)) throw typeError(`can't concat ${typeName(right)} to bytes`);
    budget.take(left.length + right.length);
    const bytes = new Uint8Array(left.length + right.length);
    bytes.set(left);
    bytes.set(right, left.length);
    return bytes;
  }
  return undefined;
}

function isSequence(value: Value): value is string | Uint8Array | ListValue | TupleValue {
  return (
    typeof value === "string" ||
    value instanceof Uint8Array ||
    value instanceof ListValue ||
    value instanceof TupleValue
  );
}

function repeated(left: Value, right: Value, host: Host): Value | undefined {
  const sequence = isSequence(left) ? left : isSequence(right) ? right : undefined;
  if (sequence === undefined) return undefined;
  const times = sequence === left ? right : left;
  if (!isInt(times))
    throw typeError(`can't multiply sequence by non-int of type '${typeName(times)}'`);
  const count = timesOf(times);
  if (typeof sequence === "string") {
    host.budget.take(2 * sequence.length * count);
    return sequence.repeat(count);
  }
  if (sequence instanceof Uint8Array) {
    host.budget.take(sequence.length * count);
    const bytes = new Uint8Array(sequence.length * count);
    for (let index = 0; index < count && sequence.length > 0; index++)
      bytes.set(sequence, index * sequence.length);
    return bytes;
  }
  const items = times_(sequence.items, count, host);
  return sequence instanceof ListValue ? new ListValue(items) : new TupleValue(items);
}

function timesOf(times: bigint | boolean): number {
  const index = intOf(times);
  if (BigInt.asIntN(64, index) !== index) {
    throw raised("OverflowError", "cannot fit 'int' into an index-sized integer");
  }
  if (index <= 0n) return 0;
  const count = Number(index);
  return count;
}

function times_(items: readonly Value[], count: number, host: Host): Value[] {
  host.budget.take(8 * items.length * count);
  const result: Value[] = [];
  if (items.length > 0)
    for (let index = 0; index < count; index++) for (const item of items) result.push(item);
  return result;
}

/** `left op= right`: what changes in place does, anything else is as `left op right`. */
export function inplace(op: BinaryOperator, left: Value, right: Value, host: Host): Value {
  if (left instanceof ListValue) {
    if (op === "+") {
      extend(left, right, host);
      return left;
    }
    if (op === "*" && isInt(right)) {
      left.items = times_(left.items, timesOf(right), host);
      return left;
    }
  }
  // What has a length and cannot be repeated itself does not ask the other side: PyNumber_InPlaceMultiply.
  const isCounted =
    left instanceof DictValue ||
    left instanceof SetValue ||
    left instanceof RangeValue ||
    left instanceof ViewValue;
  if (op === "*" && isCounted) throw wrongOperands("*=", left, right);
  if (left instanceof SetValue && !left.frozen && right instanceof SetValue) {
    if (op === "|" || op === "&" || op === "-" || op === "^") {
      replaceMembers(left, combine(op, left, right, host), host);
      return left;
    }
  }
  if (left instanceof DictValue && op === "|" && host.budget.since("3.9")) {
    update(left, right, host);
    return left;
  }
  // Before 3.10 CPython names the power by both of its spellings here too.
  const shown = op === "**" && !host.budget.since("3.10") ? "** or pow()" : `${op}=`;
  return binary(op, left, right, host, shown);
}

/** `-value`, `+value`, `~value`. */
export function unary(op: "-" | "+" | "~", value: Value): Value {
  if (isInt(value)) {
    const own = intOf(value);
    return op === "-" ? -own : op === "+" ? own : ~own;
  }
  if (typeof value === "number" && op !== "~") return op === "-" ? -value : value;
  throw typeError(`bad operand type for unary ${op}: '${typeName(value)}'`);
}

/** `container[key]`. */
export function subscript(container: Value, key: Value, host: Host): Value {
  const { budget } = host;
  if (container instanceof DictValue) {
    const found = container.get(key, budget);
    if (found === undefined) throw raised("KeyError", key);
    return found;
  }
  if (key instanceof SliceValue) {
    const part = slicePart(container, key, host);
    if (part !== undefined) return part;
  } else if (container instanceof ListValue || container instanceof TupleValue) {
    return container.items[
      at(container.type, key, container.items.length, `${container.type} index out of range`)
    ] as Value;
  } else if (typeof container === "string") {
    if (!isInt(key)) {
      throw typeError(
        budget.since("3.11")
          ? `string indices must be integers, not '${typeName(key)}'`
          : "string indices must be integers",
      );
    }
    if (isFlat(container, budget)) {
      return container[at("string", key, container.length, "string index out of range")] as string;
    }
    const points = codePoints(container, budget);
    return points[at("string", key, points.length, "string index out of range")] as string;
  } else if (container instanceof Uint8Array) {
    return BigInt(container[at("byte", key, container.length, "index out of range")] as number);
  } else if (container instanceof RangeValue) {
    if (!isInt(key))
      throw typeError(`range indices must be integers or slices, not ${typeName(key)}`);
    const index = intOf(key) < 0n ? intOf(key) + container.length : intOf(key);
    if (index < 0n || index >= container.length)
      throw raised("IndexError", "range object index out of range");
    return container.start + index * container.step;
  }
  if (container instanceof TypeValue) throw unsupported(`${container.name}[…]`);
  throw typeError(`'${typeName(container)}' object is not subscriptable`);
}

function at(type: string, key: Value, length: number, message: string): number {
  if (!isInt(key))
    throw typeError(`${type} indices must be integers or slices, not ${typeName(key)}`);
  const place = placeOf(intOf(key), length);
  if (place !== undefined) return place;
  const index = intOf(key);
  if (index > 2n ** 63n - 1n || index < -(2n ** 63n)) {
    throw raised("IndexError", "cannot fit 'int' into an index-sized integer");
  }
  throw raised("IndexError", message);
}

function slicePart(container: Value, slice: SliceValue, host: Host): Value | undefined {
  const { budget } = host;
  if (typeof container === "string") {
    const { start, stop, step } = sliceIndices(slice, pointCount(container, budget));
    if (step === 1) return sliceText(container, start, stop, budget);
    const points = codePoints(container, budget);
    return slicePlaces(slice, points.length, budget)
      .map((place) => points[place])
      .join("");
  }
  if (container instanceof ListValue || container instanceof TupleValue) {
    const { items } = container;
    const part = slicePlaces(slice, items.length, budget).map((place) => items[place] as Value);
    return container instanceof ListValue ? new ListValue(part) : new TupleValue(part);
  }
  if (container instanceof Uint8Array) {
    const places = slicePlaces(slice, container.length, budget);
    return Uint8Array.from(places, (place) => container[place] as number);
  }
  if (container instanceof RangeValue) {
    const length = Number(container.length);
    if (!Number.isSafeInteger(length)) throw unsupported("a slice of a range this long");
    const { start, stop } = sliceIndices(slice, length);
    const at = (index: number): bigint => container.start + BigInt(index) * container.step;
    const stride = slice.step === null ? 1n : intOf(slice.step as bigint | boolean);
    return new RangeValue(at(start), at(stop), container.step * stride);
  }
  return undefined;
}

/** `container[key] = value`. */
export function storeSubscript(container: Value, key: Value, value: Value, host: Host): void {
  if (container instanceof DictValue) {
    container.set(key, value, host.budget);
    return;
  }
  if (container instanceof ListValue) {
    if (key instanceof SliceValue) storeSlice(container, key, value, host);
    else
      container.items[
        at("list", key, container.items.length, "list assignment index out of range")
      ] = value;
    return;
  }
  checkAsked(container, key);
  throw typeError(`'${typeName(container)}' object does not support item assignment`);
}

function storeSlice(list: ListValue, slice: SliceValue, value: Value, host: Host): void {
  const { start, stop, step } = sliceIndices(slice, list.items.length);
  if (!isIterable(value)) {
    throw typeError(
      step === 1 && !host.budget.since("3.13")
        ? "can only assign an iterable"
        : "must assign iterable to extended slice",
    );
  }
  const items = collect(value, host.budget);
  host.budget.step(list.items.length / 16);
  if (step === 1) {
    const end = Math.max(start, stop);
    list.items = [...list.items.slice(0, start), ...items, ...list.items.slice(end)];
    return;
  }
  const places = slicePlaces(slice, list.items.length, host.budget);
  if (places.length !== items.length) {
    throw raised(
      "ValueError",
      `attempt to assign sequence of size ${items.length} to extended slice of size ${places.length}`,
    );
  }
  places.forEach((place, index) => {
    list.items[place] = items[index] as Value;
  });
}

/** `del container[key]`. */
export function deleteSubscript(container: Value, key: Value, host: Host): void {
  if (container instanceof DictValue) {
    if (container.delete(key, host.budget) === undefined) throw raised("KeyError", key);
    return;
  }
  if (container instanceof ListValue) {
    if (key instanceof SliceValue) {
      const gone = new Set(slicePlaces(key, container.items.length, host.budget));
      host.budget.step(container.items.length / 16);
      container.items = container.items.filter((_, index) => !gone.has(index));
      return;
    }
    const place = at("list", key, container.items.length, "list assignment index out of range");
    host.budget.step(container.items.length / 64);
    container.items.splice(place, 1);
    return;
  }
  const verb = checkAsked(container, key) ? "doesn't" : "does not";
  throw typeError(`'${typeName(container)}' object ${verb} support item deletion`);
}

// CPython asks a sequence for what an int stores or deletes, and anything else as a mapping: PyObject_DelItem.
function checkAsked(container: Value, key: Value): boolean {
  const isAsked =
    isInt(key) &&
    (isSequence(container) || container instanceof RangeValue || container instanceof SetValue);
  if (isAsked && BigInt.asIntN(64, intOf(key)) !== intOf(key))
    throw raised("IndexError", "cannot fit 'int' into an index-sized integer");
  return isAsked;
}

/** What `a, b = value` puts on the stack, in order. */
export function unpacked(value: Value, count: number, host: Host): Value[] {
  const items = unpackItems(value, count, host);
  if (items.length < count) {
    throw raised(
      "ValueError",
      `not enough values to unpack (expected ${count}, got ${items.length})`,
    );
  }
  if (items.length > count)
    throw raised("ValueError", `too many values to unpack (expected ${count})`);
  return items;
}

/** What `a, *b, c = value` puts on the stack, in order. */
export function unpackedRest(value: Value, before: number, after: number, host: Host): Value[] {
  const items = unpackItems(value, undefined, host);
  if (items.length < before + after) {
    throw raised(
      "ValueError",
      `not enough values to unpack (expected at least ${before + after}, got ${items.length})`,
    );
  }
  const end = items.length - after;
  return [...items.slice(0, before), new ListValue(items.slice(before, end)), ...items.slice(end)];
}

function unpackItems(value: Value, count: number | undefined, host: Host): Value[] {
  const isIterable = isSequence(value) || value instanceof Thing;
  if (!isIterable || /^(function|type|module|builtin_function_or_method)$/.test(typeName(value))) {
    throw typeError(`cannot unpack non-iterable ${typeName(value)} object`);
  }
  if (value instanceof SetValue && value.size > 1 && count !== value.size && count !== undefined) {
    return collectUnordered(value, host.budget);
  }
  if (value instanceof IteratorValue && count !== undefined) {
    // No more is taken from an iterator than tells that there is too much.
    const items: Value[] = [];
    while (items.length <= count) {
      host.budget.step();
      const item = value.next();
      if (item === DONE) break;
      items.push(item);
    }
    return items;
  }
  return collect(value, host.budget);
}

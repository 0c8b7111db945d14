/** Two values in; whether they are equal, the same, or in order, as Python says. */

import { type Budget, exceeded, MAX_LEVELS } from "./budget.ts";
import { unsupported } from "./error.ts";
import { typeError } from "./exceptions.ts";
import {
  CellValue,
  ExceptionValue,
  IteratorValue,
  intOf,
  isInt,
  ListValue,
  NOT_IMPLEMENTED,
  RangeValue,
  SingletonValue,
  SliceValue,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { DictValue, SetValue, ViewValue } from "./tables.ts";

/** Python's truth of a value. */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "bigint":
      return value !== 0n;
    case "number":
      return value !== 0;
    case "string":
      return value !== "";
  }
  if (value === null) return false;
  if (value instanceof Uint8Array) return value.length > 0;
  if (value instanceof ListValue || value instanceof TupleValue) return value.items.length > 0;
  if (value instanceof DictValue || value instanceof SetValue) return value.size > 0;
  if (value instanceof RangeValue) return value.length > 0n;
  if (value instanceof ViewValue) return value.dict.size > 0;
  if (value === NOT_IMPLEMENTED) throw unsupported("the truth of NotImplemented");
  return true;
}

function isNumber(value: Value): value is bigint | boolean | number {
  return typeof value === "number" || isInt(value);
}

function plain(value: bigint | boolean | number): bigint | number {
  return typeof value === "boolean" ? intOf(value) : value;
}

/** `left == right`. */
export function equal(left: Value, right: Value, budget: Budget, level = 0): boolean {
  if (isNumber(left)) {
    // JavaScript compares a bigint and a number exactly, as Python compares an int and a float.
    if (!isNumber(right)) return false;
    const a = plain(left);
    const b = plain(right);
    return a <= b && a >= b;
  }
  if (typeof left === "string") {
    if (typeof right === "string") budget.step(Math.min(left.length, right.length) / 64);
    return left === right;
  }
  if (left === null || right === null) return left === right;
  if (left instanceof Uint8Array) {
    return right instanceof Uint8Array && compareBytes(left, right, budget) === 0;
  }
  if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
  if (left instanceof ListValue || left instanceof TupleValue) {
    if (!sameSequence(left, right)) return false;
    if (left === right) return sameItems(left.items, left.items, budget, level);
    return (
      left.items.length === right.items.length && sameItems(left.items, right.items, budget, level)
    );
  }
  if (left instanceof DictValue) {
    if (!(right instanceof DictValue) || left.size !== right.size) return false;
    for (const [key, value] of left.entries()) {
      budget.step();
      const other = right.get(key, budget);
      if (other === undefined || !sameOrEqual(value, other, budget, level)) return false;
    }
    return true;
  }
  if (left instanceof SetValue) {
    if (right instanceof ViewValue) throw unsupported(`== of ${right.type}`);
    return right instanceof SetValue && left.size === right.size && isSubset(left, right, budget);
  }
  if (left instanceof RangeValue) return right instanceof RangeValue && sameRange(left, right);
  if (left instanceof SliceValue || left instanceof ViewValue) {
    throw unsupported(`== of ${left.type}`);
  }
  if (right instanceof ViewValue) throw unsupported(`== of ${right.type}`);
  return left === right;
}

function sameSequence(left: ListValue | TupleValue, right: Value): right is ListValue | TupleValue {
  return left instanceof ListValue ? right instanceof ListValue : right instanceof TupleValue;
}

function sameItems(
  left: readonly Value[],
  right: readonly Value[],
  budget: Budget,
  level: number,
): boolean {
  for (let index = 0; index < left.length; index++) {
    budget.step();
    if (!sameOrEqual(left[index] as Value, right[index] as Value, budget, level)) return false;
  }
  return true;
}

/** What containers compare by: identity or equality. They differ for NaN, whose identity is not known here. */
export function sameOrEqual(left: Value, right: Value, budget: Budget, level = 0): boolean {
  if (typeof left === "number" && typeof right === "number" && left !== left && right !== right) {
    throw unsupported("nan compared within a container");
  }
  return equal(left, right, budget, level + 1);
}

function sameRange(left: RangeValue, right: RangeValue): boolean {
  if (left.length !== right.length) return false;
  if (left.length === 0n) return true;
  return left.start === right.start && (left.length === 1n || left.step === right.step);
}

export function isSubset(left: SetValue, right: SetValue, budget: Budget): boolean {
  for (const key of left.keys()) {
    budget.step();
    if (!right.hasKey(key)) return false;
  }
  return true;
}

/** `left is right`. What Python may or may not keep as one object is refused. */
export function identical(left: Value, right: Value): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return left === right;
  if (left === null || right === null) return left === right;
  if (typeName(left) !== typeName(right)) return false;
  const isOwn = (value: Value): boolean =>
    value instanceof ListValue ||
    value instanceof DictValue ||
    value instanceof SetValue ||
    value instanceof TypeValue ||
    value instanceof SingletonValue ||
    value instanceof IteratorValue ||
    value instanceof ExceptionValue ||
    value instanceof CellValue;
  if (isOwn(left) || typeName(left) === "function") return left === right;
  if (typeof left === "object") {
    if (left === right && !(left instanceof TupleValue && left.items.length === 0)) return true;
    throw unsupported(`'is' of two ${typeName(left)}`);
  }
  if (left !== right && left === left && right === right) return false;
  throw unsupported(`'is' of two ${typeName(left)}`);
}

/** A comparison that orders. */
export type Ordering = "<" | "<=" | ">" | ">=";

/** `left < right` and the like. @throws TypeError of Python for types that have no order */
export function ordered(
  op: Ordering,
  left: Value,
  right: Value,
  budget: Budget,
  level = 0,
): boolean {
  if (isNumber(left) && isNumber(right)) {
    const a = plain(left) as number;
    const b = plain(right) as number;
    switch (op) {
      case "<":
        return a < b;
      case "<=":
        return a <= b;
      case ">":
        return a > b;
      case ">=":
        return a >= b;
    }
  }
  if (typeof left === "string" && typeof right === "string") {
    return holds(op, compareText(left, right, budget));
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return holds(op, compareBytes(left, right, budget));
  }
  if (
    (left instanceof ListValue && right instanceof ListValue) ||
    (left instanceof TupleValue && right instanceof TupleValue)
  ) {
    if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
    const shorter = Math.min(left.items.length, right.items.length);
    for (let index = 0; index < shorter; index++) {
      budget.step();
      const a = left.items[index] as Value;
      const b = right.items[index] as Value;
      if (!sameOrEqual(a, b, budget, level)) return ordered(op, a, b, budget, level + 1);
    }
    return holds(op, left.items.length - right.items.length);
  }
  if (left instanceof SetValue && right instanceof SetValue) {
    if (op === "<" || op === "<=") {
      return (op === "<=" || left.size < right.size) && isSubset(left, right, budget);
    }
    return (op === ">=" || left.size > right.size) && isSubset(right, left, budget);
  }
  for (const side of [left, right]) {
    if (side instanceof ViewValue && side.kind !== "values")
      throw unsupported(`${op} of ${side.type}`);
    if (side instanceof SliceValue) throw unsupported(`${op} of slice`);
  }
  throw typeError(
    `'${op}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function holds(op: Ordering, sign: number): boolean {
  switch (op) {
    case "<":
      return sign < 0;
    case "<=":
      return sign <= 0;
    case ">":
      return sign > 0;
    case ">=":
      return sign >= 0;
  }
}

// By code points: UTF-16 puts those above the first plane before the last of it.
function compareText(left: string, right: string, budget: Budget): number {
  budget.step(Math.min(left.length, right.length) / 64);
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;
    if (isHigh(a) !== isHigh(b)) return isHigh(a) ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

function compareBytes(left: Uint8Array, right: Uint8Array, budget: Budget): number {
  const shorter = Math.min(left.length, right.length);
  budget.step(shorter / 16);
  for (let index = 0; index < shorter; index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

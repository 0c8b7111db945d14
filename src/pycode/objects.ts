/**
 * The values of the evaluator, apart from those of the pickle machine: each Python type has exactly one JavaScript type.
 *
 * None is null, bool boolean, int bigint, float number, str string (no lone surrogates), bytes Uint8Array; the rest are
 * the classes of this file. Nothing here is reached by a property that a pickle names: attributes and methods are looked
 * up in maps (`methods.ts`).
 */

import { badCode } from "./error.ts";

/** A Python value. */
export type Value = null | boolean | bigint | number | string | Uint8Array | Thing;

/** What is no scalar. */
export abstract class Thing {
  /** Python's name of its type. */
  abstract readonly type: string;
}

export class ListValue extends Thing {
  readonly type = "list";
  items: Value[];
  constructor(items: Value[]) {
    super();
    this.items = items;
  }
}

export class TupleValue extends Thing {
  readonly type = "tuple";
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
}

export class RangeValue extends Thing {
  readonly type = "range";
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly length: bigint;
  constructor(start: bigint, stop: bigint, step: bigint) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    const span = step > 0n ? stop - start : start - stop;
    const stride = step > 0n ? step : -step;
    this.length = span <= 0n ? 0n : (span + stride - 1n) / stride;
  }
}

export class SliceValue extends Thing {
  readonly type = "slice";
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
  constructor(start: Value, stop: Value, step: Value) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** Ellipsis and NotImplemented. */
export class SingletonValue extends Thing {
  readonly type: string;
  readonly name: string;
  constructor(type: string, name: string) {
    super();
    this.type = type;
    this.name = name;
  }
}

export const ELLIPSIS: SingletonValue = new SingletonValue("ellipsis", "Ellipsis");
export const NOT_IMPLEMENTED: SingletonValue = new SingletonValue(
  "NotImplementedType",
  "NotImplemented",
);

/** A class of Python's own: `int`, `ValueError`. */
export class TypeValue extends Thing {
  readonly type = "type";
  readonly name: string;
  readonly base: TypeValue | undefined;
  constructor(name: string, base: TypeValue | undefined) {
    super();
    this.name = name;
    this.base = base;
  }

  /** Whether it is `other` or derives from it. */
  isSubclassOf(other: TypeValue): boolean {
    for (let own: TypeValue | undefined = this; own !== undefined; own = own.base) {
      if (own === other) return true;
    }
    return false;
  }
}

export class ExceptionValue extends Thing {
  readonly cls: TypeValue;
  readonly args: readonly Value[];
  constructor(cls: TypeValue, args: readonly Value[]) {
    super();
    this.cls = cls;
    this.args = args;
  }
  get type(): string {
    return this.cls.name;
  }
}

/** A Python exception on its way through JavaScript. */
export class Raised {
  readonly exception: ExceptionValue;
  constructor(exception: ExceptionValue) {
    this.exception = exception;
  }
}

export class CellValue extends Thing {
  readonly type = "cell";
  contents: Value | undefined;
  constructor(contents: Value | undefined) {
    super();
    this.contents = contents;
  }
}

/** Keyword arguments by name. */
export type Keywords = ReadonlyMap<string, Value>;

/** A function of Python's own, or a method of a value bound to it. */
export class BuiltinValue<Host = unknown> extends Thing {
  readonly type = "builtin_function_or_method";
  readonly name: string;
  readonly run: (host: Host, args: readonly Value[], keywords: Keywords | undefined) => Value;
  constructor(
    name: string,
    run: (host: Host, args: readonly Value[], keywords: Keywords | undefined) => Value,
  ) {
    super();
    this.name = name;
    this.run = run;
  }
}

export class ModuleValue extends Thing {
  readonly type = "module";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, Value>;
  constructor(name: string, attributes: ReadonlyMap<string, Value>) {
    super();
    this.name = name;
    this.attributes = attributes;
  }
}

/** What `next` of an iterator gives at its end. */
export const DONE: unique symbol = Symbol("done");

/** An iterator: a generator, `enumerate`, what `iter` gives. */
export abstract class IteratorValue extends Thing {
  abstract next(): Value | typeof DONE;
}

/** An iterator that a closure advances. */
export class SimpleIterator extends IteratorValue {
  readonly type: string;
  readonly #advance: () => Value | typeof DONE;
  constructor(type: string, advance: () => Value | typeof DONE) {
    super();
    this.type = type;
    this.#advance = advance;
  }
  next(): Value | typeof DONE {
    return this.#advance();
  }
}

/** Python's name of the type of a value. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return "str";
  }
  if (value === null) return "NoneType";
  return value instanceof Uint8Array ? "bytes" : value.type;
}

export function isInt(value: Value): value is bigint | boolean {
  return typeof value === "bigint" || typeof value === "boolean";
}

/** An int or bool as a bigint. */
export function intOf(value: bigint | boolean): bigint {
  return typeof value === "bigint" ? value : value ? 1n : 0n;
}

/** What a stack slot without a value is; bytecode that reads one is refused. */
export function present(value: Value | undefined): Value {
  if (value === undefined) throw badCode("the code takes a value from where it put none");
  return value;
}

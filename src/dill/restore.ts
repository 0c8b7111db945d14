/** The calls of names.ts in, JavaScript's objects out: data always, code only where it was allowed. */

import type { LoadContext, PickleType } from "../core/registry/index.ts";
import {
  Float,
  FrozenSet,
  type Global,
  Inert,
  PyDict,
  PySet,
  Tuple,
} from "../core/values/index.ts";
import { BASES, ERRORS, VIEWS } from "./builtin-classes.ts";
import { Cell, scopeOf } from "./cells.ts";
import { DillError } from "./error.ts";
import { evaluate, type Made, type Recipe } from "./evaluate.ts";
import {
  BOUND,
  BUILTIN,
  CELL,
  CLASS,
  FUNCTION,
  INSTANCE,
  MODULE_PART,
  OBJECT,
  RESTORE,
  UNDEFINED,
} from "./names.ts";
import { closeObject, defineProperties, entriesOf, partOf, symbolOfName } from "./properties.ts";
import { ClassRecord, FunctionRecord } from "./records.ts";
import { builtinAt, type Modules, modulePart } from "./references.ts";
import type { Form } from "./syntax.ts";

type Args = readonly unknown[];

/** What a function waits for. */
interface Pending {
  readonly set: Made["set"];
  readonly cells: Map<string, Cell>;
}

/** What one load is told. */
interface Loading {
  /** Number of bytes that are read. */
  readonly size: number;
  readonly modules: Modules | undefined;
}

/** Types for JavaScript's functions and classes as records: for lossless loads by other doors of brine. */
export const recordTypes: readonly PickleType[] = [
  { globals: [FUNCTION], inert: FunctionRecord },
  { globals: [CLASS], inert: ClassRecord },
];

/** Types for JavaScript's data, and for code, which stays records. */
export const inertTypes: readonly PickleType[] = [
  typeOf(OBJECT, (room, args) => room.object(args)),
  typeOf(RESTORE, (room, args) => room.restore(args)),
  ...recordTypes,
];

/** Types for JavaScript's data and code. */
export const codeTypes: readonly PickleType[] = [
  typeOf(OBJECT, (room, args) => room.object(args)),
  typeOf(RESTORE, (room, args) => room.restore(args)),
  typeOf(FUNCTION, (room, args) => room.functionOf(args)),
  typeOf(CLASS, (room, args) => room.classOf(args)),
  typeOf(BOUND, (room, args) => room.bound(args)),
  typeOf(INSTANCE, (room, args) => room.instance(args)),
  typeOf(CELL, (room) => room.keep(new Cell())),
  typeOf(BUILTIN, (_room, [path]) => builtinAt(text(path))),
  typeOf(MODULE_PART, (room, [name, path]) => modulePart(text(name), text(path), room.modules)),
];

// The load that is going on; a hook of its caller's may begin another inside of it.
let loading: Loading = { size: 0, modules: undefined };
const rooms = new WeakMap<LoadContext, Restoring>();

/** Lets `load` use the types above. What is given a state is what that load has made. */
export function restoring<Result>(now: Loading, load: () => Result): Result {
  const before = loading;
  loading = now;
  try {
    return load();
  } finally {
    loading = before;
  }
}

// A lossless load keeps everything as it came.
function typeOf(global: Global, make: (room: Restoring, args: Args) => unknown): PickleType {
  return {
    globals: [global],
    call(args, context) {
      if (context.lossless) return undefined;
      let room = rooms.get(context);
      if (room === undefined) {
        room = new Restoring(loading);
        rooms.set(context, room);
      }
      return make(room, args);
    },
  };
}

class Restoring {
  readonly #made = new WeakSet<object>();
  readonly #buffers = new WeakMap<Uint8Array, ArrayBuffer>();
  // A few bytes may refer to much that was read before: all together may take as much work as is in proportion.
  #budget: number;
  readonly #pending = new WeakMap<object, Pending>();

  readonly modules: Modules | undefined;

  constructor({ size, modules }: Loading) {
    this.#budget = 10_000 + 8 * size;
    this.modules = modules;
  }

  #spend(work: number): void {
    this.#budget -= work;
    if (this.#budget < 0)
      throw new DillError("too-much", "the same large parts are asked for again and again");
  }

  /** Remembers that this load made it. */
  keep<Value extends object>(object: Value): Value {
    this.#made.add(object);
    return object;
  }

  object([kind, ...args]: Args): unknown {
    if (kind === "ArrayBuffer") return this.keep(this.#bufferOf(args[0]));
    for (const arg of args) if (typeof arg === "string") this.#spend(arg.length);
    const made = objectOf(text(kind), args);
    return typeof made === "object" && made !== null && made !== UNDEFINED ? this.keep(made) : made;
  }

  // The same bytes are one buffer, however often they are referred to.
  #bufferOf(bytes: unknown): ArrayBuffer {
    if (!(bytes instanceof Uint8Array)) throw new DillError("bad-code", "bytes are needed");
    let buffer = this.#buffers.get(bytes);
    if (buffer === undefined) {
      buffer = new Uint8Array(bytes).buffer;
      this.#buffers.set(bytes, buffer);
    }
    return buffer;
  }

  functionOf([source, form, name, strict, globals, own, shared]: Args): object {
    checkGlobals(globals);
    const { scope, cells } = scopeOf(names(shared));
    const fn = this.#code(
      {
        text: text(source),
        form: formOf(form),
        name: text(name),
        strict: strict === true,
        own: names(own),
        shared: scope,
        early: {},
      },
      cells,
    );
    return fn;
  }

  classOf([source, name, early, globals, own, shared]: Args): object {
    checkGlobals(globals);
    const { scope, cells } = scopeOf(names(shared));
    const needed: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const pairs = Array.isArray(early) ? (early as unknown[]) : [];
    for (let at = 0; at + 1 < pairs.length; at += 2)
      needed[text(pairs[at])] = defined(pairs[at + 1]);
    return this.#code(
      {
        text: text(source),
        form: "class",
        name: text(name),
        strict: true,
        own: names(own),
        shared: scope,
        early: needed,
      },
      cells,
    );
  }

  #code(recipe: Recipe, cells: Map<string, Cell>): object {
    const { fn, set } = evaluate(recipe);
    if (typeof fn !== "function")
      throw new DillError("bad-code", "the source gives no function and no class");
    // A static member called `name` is the class's own.
    const named = Object.getOwnPropertyDescriptor(fn, "name");
    const isOwn = typeof named?.value !== "string" && named !== undefined;
    if (!isOwn && named?.value !== recipe.name)
      Object.defineProperty(fn, "name", { value: recipe.name, configurable: true });
    this.#pending.set(fn, { set, cells });
    return this.keep(fn);
  }

  bound([target, self, args]: Args): object {
    if (typeof target !== "function" || !Array.isArray(args))
      throw new DillError("bad-code", "a bound function has no function, or no arguments");
    const fn = Function.prototype.bind.call(
      target,
      defined(self),
      ...(args as unknown[]),
    ) as object;
    return this.keep(fn);
  }

  instance([Class, time]: Args): object {
    if (typeof Class !== "function" || typeof Class.prototype !== "object")
      throw new DillError("bad-code", "an instance has no class");
    return this.keep(bare(Class, time));
  }

  /** Undefined, which declines, for what stays inert. */
  restore([object, state]: Args): unknown {
    if (object instanceof Inert) return undefined;
    if (typeof object !== "function" && (typeof object !== "object" || object === null))
      throw new DillError("bad-code", "a state is given to what takes none");
    if (!this.#made.has(object))
      throw new DillError("bad-code", "a state is given to what was not made here");
    if (object instanceof Cell) object.value = partOf(state, "value");
    else if (typeof object === "function") this.#restoreCode(object, state);
    else this.#restoreObject(object, state);
    // Whatever is not undefined: it is thrown away.
    return null;
  }

  #restoreCode(fn: object, state: unknown): void {
    const pending = this.#pending.get(fn);
    if (pending !== undefined) {
      const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const part of ["captured", "cells"]) this.#spend(lengthOf(partOf(state, part)));
      for (const [name, value] of entriesOf(partOf(state, "captured"))) values[name] = value;
      pending.set(values);
      for (const [name, cell] of entriesOf(partOf(state, "cells")))
        if (cell instanceof Cell) pending.cells.set(name, cell);
    }
    const { prototype } = fn as { prototype?: unknown };
    const parent = partOf(state, "parent");
    if (typeof parent === "function" && isObject(prototype))
      Object.setPrototypeOf(prototype, (parent as { prototype: object }).prototype);
    const added = partOf(state, "prototype");
    if (added !== undefined && isObject(prototype)) this.#define(prototype, added);
    this.#define(fn, partOf(state, "properties"));
    if (isObject(prototype)) closeObject(prototype, partOf(state, "prototypeIntegrity"));
    closeObject(fn, partOf(state, "integrity"));
  }

  #restoreObject(object: object, state: unknown): void {
    const items = partOf(state, "items");
    for (const part of ["items", "unset", "holes"]) this.#spend(lengthOf(partOf(state, part)));
    if (Array.isArray(items))
      fill(object, items, indexes(partOf(state, "unset")), indexes(partOf(state, "holes")));
    this.#define(object, partOf(state, "properties"));
    const stack = partOf(state, "stack");
    if (typeof stack === "string")
      Object.defineProperty(object, "stack", { value: stack, writable: true, configurable: true });
    closeObject(object, partOf(state, "integrity"));
  }

  // Accessors are functions that this load made: no registered function is called by somebody's reading a property.
  #define(object: object, properties: unknown): void {
    for (const part of ["plain", "special", "unset", "order"])
      this.#spend(lengthOf(partOf(properties, part)));
    defineProperties(object, properties, (accessor) => this.#made.has(accessor));
  }
}

// --- data

function objectOf(kind: string, [first, second, third, fourth]: Args): unknown {
  switch (kind) {
    case "undefined":
      return UNDEFINED;
    case "bigint":
      if (!/^-?\d{1,16}$/.test(text(first))) break;
      return BigInt(text(first));
    case "symbol":
      return symbolOfName(text(first));
    case "Object":
      return first === true ? Object.create(null) : {};
    case "Array":
      return [];
    case "Map":
      return new Map();
    case "Set":
      return new Set();
    case "PyDict":
      return new PyDict();
    case "PySet":
      return new PySet();
    case "FrozenSet":
      return new FrozenSet();
    case "Float":
      return new Float(first as number);
    case "Date":
      return new Date(first === null ? Number.NaN : (first as number));
    case "RegExp":
      return new RegExp(text(first), text(second));
    case "boxed":
      if (typeof first === "object" && first !== null) break;
      return Object(first);
    case "URL":
      return new URL(text(first));
    case "URLSearchParams":
      return new URLSearchParams(text(first));
    case "Error":
      return errorOf(text(first));
    case "view":
      return viewOf(text(first), second, third, fourth);
  }
  throw new DillError("bad-code", `${JSON.stringify(kind.slice(0, 40))} is no kind of object`);
}

function errorOf(name: string): object {
  if (!ERRORS.has(name)) throw new DillError("bad-code", `${name} is no kind of error`);
  const Class = (globalThis as unknown as Record<string, new () => object>)[name];
  // Its own message and stack come as properties.
  return bare(Class as unknown as CallableFunction, undefined);
}

function viewOf(name: string, buffer: unknown, offset: unknown, length: unknown): object {
  if (!VIEWS.has(name) || !(buffer instanceof ArrayBuffer))
    throw new DillError("bad-code", "a view has no kind, or no bytes");
  const Class = (globalThis as unknown as Record<string, ViewClass | undefined>)[name];
  if (Class === undefined) throw new DillError("missing-global", `this runtime has no ${name}`);
  if (name === "Buffer")
    return (Class as unknown as BufferClass).from(buffer, offset as number, length as number);
  return new Class(buffer, offset as number, length as number);
}

type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => object;
interface BufferClass {
  from(buffer: ArrayBuffer, offset: number, length: number): object;
}

// An object of the class, its own constructor not called: only that of the built-in class at the top.
function bare(Class: CallableFunction, time: unknown): object {
  const prototype = Class.prototype as object;
  const base = BASES.find(
    ([, { prototype: above }]) =>
      above === prototype || Object.prototype.isPrototypeOf.call(above, prototype),
  );
  // Without a built-in class at the top, or with Object alone, there is nothing to construct.
  if (base === undefined || base[0] === "Object") return Object.create(prototype) as object;
  const args = base[0] === "Date" ? [typeof time === "number" ? time : Number.NaN] : [];
  const object = Reflect.construct(base[1], args as never[], Class) as object;
  // Whatever the engine put there is not what the object had.
  for (const key of Reflect.ownKeys(object)) Reflect.deleteProperty(object, key);
  return object;
}

function fill(
  object: object,
  items: readonly unknown[],
  unset: Set<number>,
  holes: Set<number>,
): void {
  const value = (at: number): unknown => (unset.has(at) ? undefined : items[at]);
  if (object instanceof Map) {
    const set = object instanceof PyDict ? PyDict.prototype.set : Map.prototype.set;
    for (let at = 0; at + 1 < items.length; at += 2) set.call(object, value(at), value(at + 1));
  } else if (object instanceof Set) {
    const add = object instanceof PySet ? PySet.prototype.add : Set.prototype.add;
    for (let at = 0; at < items.length; at++) add.call(object, value(at));
  } else if (Array.isArray(object) && !(object instanceof Tuple)) {
    for (let at = 0; at < items.length; at++) object[at] = value(at);
    for (const hole of holes) delete object[hole];
  } else {
    throw new DillError("bad-code", "items are given to what takes none");
  }
}

// --- code

function checkGlobals(globals: unknown): void {
  const missing = names(globals).find((name) => !(name in globalThis));
  if (missing !== undefined)
    throw new DillError("missing-global", `the code uses ${missing}, which this runtime has not`);
}

function formOf(form: unknown): Form {
  if (form === "expression" || form === "method" || form === "get" || form === "set") return form;
  throw new DillError("bad-code", "a function is of no known form");
}

// --- arguments

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new DillError("bad-code", `text is needed, not ${typeof value}`);
}

function names(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new DillError("bad-code", "a list of names is needed");
  return value.map(text);
}

// How much there is in a list, a dict or a record.
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function indexes(value: unknown): Set<number> {
  return new Set(Array.isArray(value) ? (value as number[]) : []);
}

function defined(value: unknown): unknown {
  return value === UNDEFINED ? undefined : value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

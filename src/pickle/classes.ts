/** Joining a TypeScript class or function to a Python name: a value for the option `types`, nothing global. */

import {
  boundState,
  type DumpContext,
  type LoadContext,
  type PickleType,
  type Reduction,
} from "../core/registry/index.ts";
import {
  Float,
  FrozenSet,
  Global,
  isPlainObject,
  PyDict,
  PySet,
  Tuple,
} from "../core/values/index.ts";

/** Any class, abstract ones and those with private constructors included. */
export type AnyClass<T extends object = object> = abstract new (...args: never[]) => T;

/** The counterparts of Python's pickling methods; each is optional. */
export interface ClassHooks<T extends object> {
  /** `__getstate__`: what to keep. Default: the own enumerable properties. */
  getState?(object: T): unknown;
  /** `__setstate__`: restores it. Default: the attributes become own properties. */
  setState?(object: T, state: unknown): void;
  /** `__getnewargs_ex__`: arguments for `__new__`. */
  getNewArgs?(object: T): { readonly args?: readonly unknown[]; readonly kwargs?: unknown };
  /**
   * `__new__` and the class call: makes the object. Default: a bare object of the class, its constructor not called,
   * as Python does not call `__init__`; a class call (`__reduce__` with the class) is `new Class(...args)`.
   */
  create?(args: readonly unknown[], kwargs: unknown): T;
  /** `__reduce_ex__`: says everything at once. */
  reduce?(object: T, protocol: number): Reduction | Global;
}

/**
 * Joins a TypeScript class to a Python class: `loads` makes instances of it, `dumps` writes them by this name.
 *
 * Subclasses of Array, Map and Set are list, dict and set subclasses, those of Tuple and FrozenSet tuple and frozenset
 * subclasses.
 *
 * @param name `"module.Class"`; for a class nested in another a `Global` with a dotted name
 * @example
 * ```ts
 * import { classType, dumps, loads } from "brine/pickle";
 * class Employee {
 *   constructor(public name: string) {}
 *   greet() { return `I am ${this.name}`; }
 * }
 * const types = [classType("staff.Employee", Employee)];
 * loads<Employee>(dumps(new Employee("Ann"), { types }), { types }).greet(); //=> "I am Ann"
 * ```
 */
export function classType<T extends object>(
  name: string | Global,
  Class: AnyClass<T>,
  hooks: ClassHooks<T> = {},
): PickleType {
  const global = typeof name === "string" ? Global.parse(name) : name;
  if (typeof Class !== "function") throw new TypeError("Class must be a class");
  const prototype = Class.prototype as object;
  const base = baseOf(prototype);
  const bare = (): T =>
    (base === Object ? Object.create(prototype) : Reflect.construct(base, [], Class)) as T;
  const safe = new SafeNames(prototype);

  return {
    globals: [global],
    value: Class,
    prototypes: [prototype],
    create(args, kwargs) {
      if (hooks.create) return hooks.create(args, kwargs);
      // A tuple subclass is made from the tuple of its items.
      if (base === Tuple && args.length === 1 && args[0] instanceof Tuple && kwargs === undefined)
        return filled(bare(), args[0]);
      if (args.length > 0 || kwargs !== undefined) {
        throw new TypeError(
          `${global.path}.__new__ got arguments: give classType a hook \`create\``,
        );
      }
      return bare();
    },
    call(args) {
      if (hooks.create) return hooks.create(args, undefined);
      // A set subclass is made from the list of its members at every protocol.
      if (prototype instanceof Set && args.length === 1 && Array.isArray(args[0]))
        return Reflect.construct(base, [args[0]], Class);
      return Reflect.construct(Class as unknown as new (...args: unknown[]) => T, [...args]);
    },
    reconstruct(base, value) {
      if (hooks.create) return hooks.create([value], undefined);
      return refill(bare(), base.path, value);
    },
    setState(object, state, context) {
      if (hooks.setState) hooks.setState(object as T, state);
      else assignState(object as Record<string, unknown>, state, safe, context);
    },
    append(object, items) {
      if (!Array.isArray(object)) throw new TypeError(`${global.path} is no list`);
      for (const item of items) object.push(item);
    },
    setItem(object, key, value) {
      if (!(object instanceof Map)) throw new TypeError(`${global.path} is no dict`);
      object.set(key, value);
    },
    add(object, items) {
      if (!(object instanceof Set)) throw new TypeError(`${global.path} is no set`);
      for (const item of items) object.add(item);
    },
    reduce(value, context: DumpContext): Reduction | Global {
      const object = value as T;
      if (hooks.reduce) return hooks.reduce(object, context.protocol);
      const kept = hooks.getState ? hooks.getState(object) : ownState(object);
      const isStateOwn = hooks.getState === undefined && kept === object;
      if (object instanceof Set)
        return { callable: global, args: [Array.from(object)], state: kept, isStateOwn };
      // copyreg._reduce_ex asks whether the state is true.
      const state = context.protocol < 2 && !isStateOwn && isFalsy(kept) ? undefined : kept;
      const tuple = object instanceof Tuple ? filled(new Tuple(), object) : undefined;
      if (context.protocol < 2 && base !== Object) {
        const content =
          tuple ??
          (Array.isArray(object)
            ? Array.from(object)
            : object instanceof Map
              ? new Map(object)
              : undefined);
        const builtin = tuple ? TUPLE : Array.isArray(object) ? LIST : DICT;
        if (content)
          return { callable: RECONSTRUCTOR, args: [global, builtin, content], state, isStateOwn };
      }
      const newArgs = hooks.getNewArgs?.(object);
      const kwargs = isFalsy(newArgs?.kwargs) ? undefined : newArgs?.kwargs;
      const args = newArgs ? newArgs.args : tuple && [tuple];
      return {
        form: "new",
        callable: global,
        // For NEWOBJ CPython makes the tuple anew.
        args: kwargs === undefined && args ? Array.from(args) : args,
        kwargs,
        items: Array.isArray(object) && !tuple ? object : undefined,
        entries: object instanceof Map ? object : undefined,
        state,
        isStateOwn,
      };
    },
  };
}

/** What a function that is named in a pickle may do when it is loaded. */
export interface FunctionOptions {
  /**
   * Whether a pickle may call it (`__reduce__` returned it). Default false: a stranger's pickle would choose the
   * arguments; a call of it then stays an inert `Instance`.
   */
  readonly callable?: boolean;
}

/**
 * Joins a function to a Python function of this name: it is written and read by reference.
 *
 * @param name `"module.function"`, or a `Global`
 */
export function functionType(
  name: string | Global,
  value: (...args: never[]) => unknown,
  { callable = false }: FunctionOptions = {},
): PickleType {
  const global = typeof name === "string" ? Global.parse(name) : name;
  if (typeof value !== "function") throw new TypeError("value must be a function");
  const call = (args: readonly unknown[], _context: LoadContext): unknown =>
    (value as (...args: unknown[]) => unknown)(...args);
  return { globals: [global], value, ...(callable && { call }) };
}

const decorated = new WeakMap<object, PickleType>();

/**
 * A standard class decorator: `@pickled("staff.Employee") class Employee { … }`, then `types: [typeOf(Employee)]`.
 */
export function pickled<T extends object>(
  name: string | Global,
  hooks: ClassHooks<T> = {},
): (Class: AnyClass<T>, context?: unknown) => void {
  return (Class) => {
    decorated.set(Class, classType(name, Class, hooks));
  };
}

/**
 * The type that {@link pickled} made of a class.
 *
 * @throws TypeError when the class is not decorated
 */
export function typeOf(Class: AnyClass): PickleType {
  const type = decorated.get(Class);
  if (type === undefined) throw new TypeError(`${Class.name} is not decorated with @pickled`);
  return type;
}

const RECONSTRUCTOR = new Global("copyreg", "_reconstructor");
const LIST = new Global("builtins", "list");
const DICT = new Global("builtins", "dict");
const TUPLE = new Global("builtins", "tuple");

// The content of a list or dict subclass, as protocols 0 and 1 hand it over; undefined where the class is neither.
function refill<T extends object>(object: T, base: string, value: unknown): T | undefined {
  const isTuple = object instanceof Tuple;
  if (Array.isArray(object) && Array.isArray(value) && value instanceof Tuple === isTuple) {
    return base === (isTuple ? "builtins.tuple" : "builtins.list")
      ? filled(object, value)
      : undefined;
  }
  if (
    object instanceof Map &&
    base === "builtins.dict" &&
    typeof value === "object" &&
    value !== null
  ) {
    const entries: Iterable<readonly [unknown, unknown]> =
      value instanceof Map ? value : Object.entries(value);
    for (const [key, item] of entries) object.set(key, item);
    return object;
  }
  return undefined;
}

function filled<T extends object>(list: T, items: readonly unknown[]): T {
  for (const item of items) (list as unknown as unknown[]).push(item);
  return list;
}

// What Python's bool() says of a state or of keyword arguments.
function isFalsy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !value && value === value;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  if (value instanceof Float) return value.value === 0;
  return isPlainObject(value) && Object.keys(value).length === 0;
}

function baseOf(prototype: object): new (content?: never) => object {
  if (prototype instanceof Tuple) return Tuple;
  if (prototype instanceof Array) return Array;
  if (prototype instanceof Map) return prototype instanceof PyDict ? PyDict : Map;
  if (prototype instanceof FrozenSet) return FrozenSet;
  if (prototype instanceof PySet) return PySet;
  if (prototype instanceof Set) return Set;
  if (prototype instanceof Error) return Error as unknown as new () => object;
  return Object;
}

// What has own enumerable properties: the object, or of an array, whose indexes are its items, an object of the others.
function ownState(object: object): object | undefined {
  if (!Array.isArray(object)) {
    for (const key in object) if (Object.hasOwn(object, key)) return object;
    return undefined;
  }
  const keys = Object.keys(object);
  // Indexes come first; where the array has holes they are fewer than its length.
  const own = keys.slice(keys.findLastIndex((key) => String(Number(key) >>> 0) === key) + 1);
  if (own.length === 0) return undefined;
  const state: Record<string, unknown> = {};
  for (const key of own) define(state, key, (object as unknown as Record<string, unknown>)[key]);
  return state;
}

// Python's default: a dict of attributes, or a pair of such a dict and the dict of slots.
function assignState(
  object: Record<string, unknown>,
  state: unknown,
  safe: SafeNames,
  context: LoadContext,
): void {
  const parts = state instanceof Tuple && state.length === 2 ? state : [state];
  for (const part of parts) {
    if (part === null) continue;
    if (part instanceof Map) {
      boundState(part, part.size, context);
      for (const [key, value] of part) define(object, attribute(key), value);
    } else if (isPlainObject(part)) {
      const keys = Object.keys(part);
      boundState(part, keys.length, context);
      if (safe.are(keys, context)) for (const key of keys) object[key] = part[key];
      else for (const key of keys) define(object, key, part[key]);
    } else {
      throw new TypeError("the state is no dict of attributes: give classType a hook `setState`");
    }
  }
}

// Names of attributes that the prototypes of a class do not know. The instances of one load have the same ones, in one order:
// they are looked for with the first.
class SafeNames {
  readonly #prototype: object;
  #context: LoadContext | undefined;
  #names: readonly string[] = [];

  constructor(prototype: object) {
    this.#prototype = prototype;
  }

  are(names: readonly string[], context: LoadContext): boolean {
    const known = this.#names;
    const { length } = names;
    let at = 0;
    if (context === this.#context && length === known.length)
      while (at < length && names[at] === known[at]) at++;
    if (at === length) return true;
    if (names.some((name) => name in this.#prototype)) return false;
    this.#context = context;
    this.#names = names;
    return true;
  }
}

function attribute(key: unknown): string {
  if (typeof key !== "string")
    throw new TypeError(`an attribute's name must be a str, not ${String(key)}`);
  return key;
}

// Assignment for the ordinary names keeps V8's hidden classes; a name that the prototype chain knows (`__proto__`, a
// setter, a method) becomes an own property and reaches nothing else.
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object && !Object.hasOwn(object, key)) {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}

/**
 * How a Python class or function and a JavaScript one are joined: a value that says how to build one from the other.
 *
 * Types are handed to `loads` and `dumps` in their options; no import registers anything.
 */

import type { Global, Instance, InstanceForm } from "../values/index.ts";

export { leadsBack, python2Name, python3Name } from "./python2.ts";
export { boundState } from "./states.ts";

/** What a type may ask while a pickle is being read. */
export interface LoadContext {
  /** Whether the caller asked for a lossless load: then a type declines whatever it could not give back unchanged. */
  readonly lossless: boolean;
  /**
   * Whether Python could write to a buffer that the pickle holds or refers to: a bytearray, or an out-of-band buffer that
   * the pickle does not call read-only.
   */
  isWritable(buffer: unknown): boolean;
}

/**
 * What a type asks of the input behind BUILD, and what it is answered with. A wish for more than there is fails with the
 * code `truncated`, and never takes memory that the input does not fill.
 *
 * - `bytes`: the next `count` bytes, in memory of their own from its start (with `view: true` perhaps a view of the input)
 * - `skip`: nothing; the next `count` bytes are passed over
 * - `pickle`: the object of the pickle that comes next, with a memo and a stack of its own, in which no type reads bytes
 * - `wait`: what the promise brings; only an asynchronous load can
 */
export type RawRequest =
  | { readonly want: "bytes"; readonly count: number; readonly view?: boolean }
  | { readonly want: "skip"; readonly count: number }
  | { readonly want: "pickle" }
  | { readonly want: "wait"; readonly promise: PromiseLike<unknown> };

/** Requests out, answers in; what it returns stands for the object from then on. */
export type RawReading = Generator<RawRequest, unknown, unknown>;

/** What a type may ask while a value is being written. */
export interface DumpContext {
  /** Protocol being written, 0 to 5. */
  readonly protocol: number;
  /** Whether a `PickleBuffer` may leave the pickle (`bufferCallback`). */
  readonly outOfBand: boolean;
  /** The type that writes a given class or function, as Python's `copyreg` would find it. */
  globalOf(value: unknown): Global | undefined;
}

/**
 * What `__reduce_ex__` returns: how Python makes the object again.
 *
 * With `form: "new"`, `callable` is the class and Python calls `callable.__new__(callable, *args, **kwargs)`; else it
 * calls `callable(*args)`.
 */
export interface Reduction {
  readonly form?: "call" | "new";
  /** A {@link Global}, or a registered class or function. */
  readonly callable: unknown;
  /**
   * Positional arguments. Here, and in an argument's own parts, `new String(text)` is a str that Python makes for the
   * moment, as `str(self)` is: it is written out although an equal one was written before, and nothing refers to it.
   */
  readonly args?: readonly unknown[] | undefined;
  /** Whether the bytes among `args` were made for this call, each for one place: the memo need not know them. */
  readonly areBytesOwn?: boolean | undefined;
  /** Keyword arguments of `__new__` (only with `form: "new"`): Map or plain object. */
  readonly kwargs?: unknown;
  /** Items for `extend`, written in batches. */
  readonly items?: Iterable<unknown> | undefined;
  /** Entries for `__setitem__`, written in batches. */
  readonly entries?: Iterable<readonly [unknown, unknown]> | undefined;
  /** Members for `add`, written in batches (protocol 4 and later). */
  readonly added?: Iterable<unknown> | undefined;
  /** State for `__setstate__`; `undefined` (and `null`) write none. */
  readonly state?: unknown;
  /** Whether `state` is the object itself, for the dict of its own enumerable properties: no object is made of them. */
  readonly isStateOwn?: boolean | undefined;
  /** A function that Python calls as `stateSetter(object, state)` instead of `__setstate__`. */
  readonly stateSetter?: unknown;
  /**
   * Bytes that are no opcodes and stand outside every frame, behind the BUILD of `state`; `offset` is where they begin
   * in the output. Such an object is written out wherever it occurs: the memo refers to what is written in its place.
   */
  readonly raw?: ((offset: number) => Iterable<Uint8Array>) | undefined;
}

/** A subclass of `Instance` with the same constructor: an inert object that can say more about itself. */
export type InertClass = new (
  form: InstanceForm,
  callable: unknown,
  args: readonly unknown[],
  kwargs?: unknown,
) => Instance;

/**
 * One Python class or function and its JavaScript side.
 *
 * Every load method may return `undefined` to decline; the object then stays an inert `Instance`.
 */
export interface PickleType {
  /** Python names, `module` and qualified `name`; the first is the one that is written. */
  readonly globals: readonly Global[];
  /**
   * Whether the bytes among the arguments of a call, or in the state of an object, may be a part of the input instead of a
   * copy, where they are many. The input then stays alive, and whoever changes it changes what was made of it. What hands
   * them out is asked for once in a load.
   */
  readonly borrows?: () => Lender;
  /** What stands in JavaScript for the Python class or function itself, when it is pickled by reference. */
  readonly value?: unknown;
  /** `callable(*args)`: REDUCE, INST and OBJ. */
  call?(args: readonly unknown[], context: LoadContext): unknown;
  /**
   * What `call` returns for one argument, the `count` bytes (below 256) from `start` of the input, without an array of
   * their own for them: for classes whose objects are a few bytes each, and that say `defers`. Undefined leaves it to `call`.
   */
  unpack?(bytes: Uint8Array, start: number, count: number, context: LoadContext): unknown;
  /** What keeps the bytes that `unpack` was given, in case something refers to them; asked for once in a load. */
  readonly defers?: () => Deferral;
  /** `callable.__new__(callable, *args, **kwargs)`: NEWOBJ, NEWOBJ_EX and `copyreg._reconstructor`. */
  create?(args: readonly unknown[], kwargs: unknown, context: LoadContext): unknown;
  /** `copyreg._reconstructor(cls, base, value)`: a subclass of a builtin at protocols 0 and 1. */
  reconstruct?(base: Global, value: unknown, context: LoadContext): unknown;
  /** BUILD on an object that `call` or `create` returned. */
  setState?(object: unknown, state: unknown, context: LoadContext): void;
  /** APPEND and APPENDS on such an object. */
  append?(object: unknown, items: readonly unknown[]): void;
  /** SETITEM and SETITEMS on such an object. */
  setItem?(object: unknown, key: unknown, value: unknown): void;
  /** ADDITEMS on such an object. */
  add?(object: unknown, items: readonly unknown[]): void;
  /**
   * What stands for an object of this class, or one that this function returned, where it stays inert: it goes back
   * unchanged like any `Instance`, in both modes.
   */
  readonly inert?: InertClass;
  /** The types of a whole package, whose modules move from version to version; asked where no type has the name. */
  readonly package?: PackageTypes;
  /** Whether Python can call such an object, as `functools.partial`; a call of it stays an inert `Instance`. */
  readonly callable?: boolean;
  /** The type of what an inert call of this function returns, where that is a class or a function itself. */
  returns?(args: readonly unknown[]): PickleType | undefined;
  /**
   * Whether 1.0 is to stay apart from 1 in what belongs to it, without `lossless` too. Nothing tells a load what a number
   * belongs to, so from the first such name on every integral float of it is a `Float`.
   */
  readonly exactFloats?: boolean;
  /** Prototypes of the objects that `reduce` writes and that the four methods above change. */
  readonly prototypes?: readonly object[];
  /** Says how Python makes `value` again; a {@link Global} writes a name only. */
  reduce?(value: unknown, context: DumpContext): Reduction | Global;
}

/** A type that reads more than opcodes; a `RawMachine` asks it, any other reads on behind BUILD as if it had not asked. */
export interface RawType extends PickleType {
  /**
   * What comes after BUILD, for types that read more than opcodes: raw bytes or a pickle that stand in the input from
   * `offset` on. `undefined` where nothing does.
   *
   * @throws UnpicklingError with a place, which passes; what else is thrown becomes `construct-failed` at the BUILD
   */
  follow?(object: unknown, offset: number, context: LoadContext): RawReading | undefined;
}

/** Hands out the bytes that arrays are made of: parts of the input, or copies. */
export interface Lender {
  /** `count` bytes from `start`; `isWhole` says that `bytes` are the whole input and stay as they are. */
  take(
    bytes: Uint8Array,
    start: number,
    count: number,
    isWhole: boolean,
    isByteArray: boolean,
  ): Uint8Array;
}

/** Holds the bytes of arguments that were not made, for a memo that may be asked for them. */
export interface Deferral {
  /** Enters the bytes of a SHORT_BINBYTES from `start` of the input, and the tuple of them alone, at the end of the memo. */
  keep(memo: DeferringMemo, bytes: Uint8Array, start: number): void;
  /** Makes what the memo holds at `index`, and puts it there. */
  make(memo: DeferringMemo, index: number): void;
}

/** What a {@link Deferral} sees of a memo. */
export interface DeferringMemo {
  readonly dense: unknown[];
  /** Whether what it holds of the input must be copied, since the input may change before the memo is done with. */
  copies?: boolean;
}

/** The types of a Python package that are found by a rule rather than by a table of names. */
export interface PackageTypes {
  /** The package's own name, the part before the first dot of its modules: `"pandas"`. */
  readonly name: string;
  /** The type of a class or function of that package; asked once for each name in a load. */
  typeOf(module: string, name: string): PickleType | undefined;
}

/** Types as callers give them: one by one, or a whole room's. */
export type TypeList = readonly (PickleType | TypeList)[];

/** The types of one call, found by Python name, by JavaScript prototype and by JavaScript value. Later ones win. */
export class Registry {
  readonly #byName = new Map<string, PickleType>();
  readonly #byPrototype = new Map<object, PickleType>();
  readonly #byValue = new Map<unknown, PickleType>();
  readonly #packages = new Map<string, PackageTypes>();

  constructor(types: TypeList) {
    this.#enter(types);
  }

  #enter(types: TypeList): void {
    for (const type of types) {
      if (isList(type)) {
        this.#enter(type);
        continue;
      }
      for (const global of type.globals) this.#byName.set(`${global.module}\n${global.name}`, type);
      for (const prototype of type.prototypes ?? []) this.#byPrototype.set(prototype, type);
      if (type.value !== undefined) this.#byValue.set(type.value, type);
      if (type.package !== undefined) this.#packages.set(type.package.name, type.package);
    }
  }

  byName(module: string, name: string): PickleType | undefined {
    const named = this.#byName.get(`${module}\n${name}`);
    if (named !== undefined || this.#packages.size === 0) return named;
    const dot = module.indexOf(".");
    return this.#packages.get(dot < 0 ? module : module.slice(0, dot))?.typeOf(module, name);
  }

  byPrototype(prototype: object): PickleType | undefined {
    return this.#byPrototype.get(prototype);
  }

  byValue(value: unknown): PickleType | undefined {
    return this.#byValue.get(value);
  }
}

function isList(type: PickleType | TypeList): type is TypeList {
  return Array.isArray(type);
}

const registries = new WeakMap<TypeList, Registry>();

/** The registry of a list of types, built once for each list. */
export function registryOf(types: TypeList): Registry {
  let registry = registries.get(types);
  if (registry === undefined) {
    registry = new Registry(types);
    registries.set(types, registry);
  }
  return registry;
}

/**
 * What the opcodes do to objects: finding globals, calling, building, appending. Nothing is ever imported or executed
 * but the functions of types that the caller passed in.
 *
 * Source: CPython 3.13 Modules/_pickle.c load_reduce, load_newobj, load_build, do_append, do_setitems, load_additems.
 */

import {
  type LoadContext,
  leadsBack,
  type PickleType,
  python3Name,
  type Registry,
} from "../registry/index.ts";
import {
  ByteArray,
  Canonicalizer,
  Float,
  FrozenSet,
  Global,
  Inert,
  Instance,
  isPlainObject,
  type LateChange,
  PersistentId,
  PyDict,
  PySet,
  setNumbers,
  Tuple,
} from "../values/index.ts";
import { allowing } from "./allowed.ts";
import { GETATTR, isPlainReconstruction, NEWOBJ, RECONSTRUCTOR } from "./builtins.ts";
import { apart, isHashable } from "./hashable.ts";
import { newWithKeywords } from "./keywords.ts";
import { DEFAULT_LIMITS, WEIGHT } from "./limits.ts";
import type { Memo } from "./memo.ts";
import type { LoadOptions } from "./options.ts";
import { checkLimit, describe, forbidden, isDict, Refusal, wrapped } from "./refusal.ts";

// How far back in the memo a global looks for its own name.
const MOST_SEARCHED = 256;

// Every name that is met is kept, and a pickle may make ten million of one long module.
const LONGEST_NAME = 1000;

// Less than this costs about as much as the call itself.
const LARGE = 256;

/** Which kind of object a Python dict becomes. */
export type DictMode = "auto" | "map" | "object";

/** The part of a load that knows types and values but neither bytes nor stack. */
export class Constructor {
  /** Protocol of the pickle being read, which decides about Python 2 names. */
  protocol = 0;
  /** Dicts that had to become PyDicts after something may have referred to them; patched at the end of the load. */
  forward: Map<object, object> | null = null;
  /** Dicts that were taken for PyDicts before their first key was there; without any other key they are objects. */
  readonly guessed: PyDict[] = [];
  /** One for all dicts and sets of the load. */
  readonly canonicalizer: Canonicalizer = new Canonicalizer();
  /** Calls whose result the pickle threw away and that belong to no object. */
  readonly discarded: Instance[] = [];
  /** Whether integral floats stay apart from ints: always in a lossless load, else from a name on that asks for it. */
  declare exactFloats: boolean;

  readonly #registry: Registry;
  declare readonly context: LoadContext;
  readonly #dicts: DictMode;
  readonly #options: LoadOptions;
  readonly #allows: ((module: string, name: string) => boolean) | undefined;
  readonly #memo: Memo;
  readonly #globals = new Map<string, unknown>();
  readonly #types = new Map<unknown, PickleType | undefined>();
  // Whether a key was made a string.
  #spellsKeys = false;
  // Estimated bytes of what calls have made of large arguments.
  #made = 0;
  #lastCallable: unknown;
  #lastType: PickleType | undefined;
  #lastPrototype: object | null = null;
  #lastPrototypeType: PickleType | undefined;

  constructor(
    registry: Registry,
    memo: Memo,
    context: LoadContext,
    dicts: DictMode,
    options: LoadOptions,
  ) {
    this.#registry = registry;
    this.#memo = memo;
    this.context = context;
    this.exactFloats = context.lossless;
    this.#dicts = dicts;
    this.#options = options;
    this.#allows = options.allow === undefined ? undefined : allowing(options.allow);
  }

  /** What stands for a Python global: a registered value, or an inert {@link Global}, the same one each time. */
  global(module: string, name: string): unknown {
    // One Unpickler may read pickles of several protocols, in which one name means two things. The mapping to Python 3 is not
    // one to one, so the old name is remembered.
    if (this.protocol < 3 && (this.#options.fixImports ?? true)) {
      const [newModule, newName] = python3Name(module, name);
      return this.#known(`2\n${module}\n${name}`, newModule, newName, [module, name]);
    }
    return this.#known(`${module}\n${name}`, module, name);
  }

  #known(key: string, module: string, name: string, python2?: readonly [string, string]): unknown {
    let found = this.#globals.get(key);
    if (found === undefined) {
      found = this.#find(module, name, python2);
      this.#globals.set(key, found);
    }
    return found;
  }

  #find(module: string, name: string, python2?: readonly [string, string]): unknown {
    if (module.length + name.length > LONGEST_NAME)
      throw new Refusal("bad-name", "a name is too long");
    // What a type makes goes back under the type's name: where that is another class to Python 2, a lossless load
    // leaves the object inert, which keeps the name.
    const isLost = python2 !== undefined && this.context.lossless && !leadsBack(...python2);
    const type = isLost ? undefined : this.#registry.byName(module, name);
    this.#check(module, name);
    if (type?.exactFloats === true) this.exactFloats = true;
    let found: unknown;
    const { findClass } = this.#options;
    if (findClass !== undefined) {
      try {
        found = findClass(module, name);
      } catch (cause) {
        throw wrapped("hook-failed", `findClass failed for '${module}.${name}'`, cause);
      }
      if (found !== undefined && !(found instanceof Global)) return found;
    }
    if (found === undefined && type?.value !== undefined) return type.value;
    const spelled = type?.globals.find(
      (own) => own.module === module && own.name === name,
    )?.spelled;
    const global =
      found instanceof Global
        ? found
        : new Global(module, name, { spelled: spelled || this.#spelling(module, name), python2 });
    const own = found instanceof Global ? this.#registry.byName(global.module, global.name) : type;
    this.#types.set(global, own);
    return global;
  }

  // A name must be known to a type, or be on the caller's list where there is one.
  #check(module: string, name: string): void {
    if (this.#allows === undefined || this.#allows(module, name)) return;
    if (this.#registry.byName(module, name) === undefined) throw forbidden(module, name);
  }

  // Which of the two names the pickle wrote out although an equal string was in the memo. It matters to lossless loads
  // only, where the bytes are to come back; the search is bounded, so that many globals cost no more than their bytes.
  #spelling(module: string, name: string): boolean | "name" {
    const { dense } = this.#memo;
    const last = dense.length - 1;
    if (!this.context.lossless || dense[last] !== name) return false;
    const from = Math.max(0, last - MOST_SEARCHED);
    if (!dense.slice(from, last).includes(name)) return false;
    return dense[last - 1] === module && dense.slice(from, last - 1).includes(module)
      ? true
      : "name";
  }

  #typeOf(callable: unknown): PickleType | undefined {
    if (callable === this.#lastCallable) return this.#lastType;
    const type = this.#types.has(callable)
      ? this.#types.get(callable)
      : this.#registry.byValue(callable);
    this.#lastCallable = callable;
    this.#lastType = type;
    return type;
  }

  /** `callable(*args)`. */
  call(callable: unknown, args: unknown, form: "call" | "old" = "call"): unknown {
    const type = this.#typeOf(callable);
    if (!mayBeClass(callable) && !this.#typeOfObject(callable)?.callable) {
      throw new Refusal("bad-callable", `${describe(callable)} cannot be called`);
    }
    if (!(args instanceof Tuple))
      throw new Refusal("bad-arguments", `arguments must be a tuple, not ${describe(args)}`);
    let inert = type?.inert;
    if (type !== undefined) {
      const made = this.#make(
        type,
        form === "old" && args.length === 0 ? "create" : "call",
        args,
        undefined,
      );
      if (made !== undefined) return made;
    } else if (callable instanceof Global) {
      const { path } = callable;
      if (path === GETATTR) return this.#getattr(callable, args);
      if (path === RECONSTRUCTOR) {
        const made = this.#reconstruct(args);
        if (made !== undefined) return made;
      }
      // copyreg's functions carry the class as their first argument.
      if (path === RECONSTRUCTOR || path === NEWOBJ) inert = this.#typeOf(args[0])?.inert;
    }
    const made = newWithKeywords(callable, args);
    if (made !== undefined) return made;
    const instance = new (inert ?? Instance)(form, this.#asGlobal(callable, type), args);
    const returned = type?.returns?.(args);
    if (returned !== undefined) this.#types.set(instance, returned);
    return instance;
  }

  /** `callable(bytes)`, where its type takes the bytes from the input, which the memo then holds; else undefined. */
  unpack(callable: unknown, bytes: Uint8Array, start: number): unknown {
    const type = this.#typeOf(callable);
    if (type?.defers === undefined) return undefined;
    let made: unknown;
    try {
      made = type.unpack?.(bytes, start, bytes[start - 1] as number, this.context);
    } catch (cause) {
      throw failed(type, "could not be made", cause);
    }
    if (made !== undefined) (this.#memo.deferral ??= type.defers()).keep(this.#memo, bytes, start);
    return made;
  }

  // copyreg._reconstructor(cls, object, None) and, for a subclass of a builtin, (cls, base, value).
  #reconstruct(args: Tuple): unknown {
    const type = this.#typeOf(args[0]);
    const base = args[1];
    if (type === undefined || args.length !== 3) return undefined;
    if (isPlainReconstruction(args)) return this.#make(type, "create", new Tuple(), undefined);
    if (type.reconstruct === undefined || !(base instanceof Global)) return undefined;
    try {
      return type.reconstruct(base, args[2], this.context);
    } catch (cause) {
      throw failed(type, "could not be made", cause);
    }
  }

  /** `callable.__new__(callable, *args, **kwargs)`. */
  create(callable: unknown, args: unknown, kwargs?: unknown): unknown {
    const type = this.#typeOf(callable);
    if (!mayBeClass(callable))
      throw new Refusal("bad-callable", `${describe(callable)} cannot be called`);
    if (!(args instanceof Tuple))
      throw new Refusal("bad-arguments", `arguments must be a tuple, not ${describe(args)}`);
    if (kwargs !== undefined && !isDict(kwargs)) {
      throw new Refusal(
        "bad-arguments",
        `keyword arguments must be a dict, not ${describe(kwargs)}`,
      );
    }
    if (hasOtherKey(kwargs)) throw new Refusal("bad-arguments", "keyword arguments must be str");
    if (type !== undefined) {
      const made = this.#make(type, "create", args, kwargs);
      if (made !== undefined) return made;
    }
    return new (type?.inert ?? Instance)("new", this.#asGlobal(callable, type), args, kwargs);
  }

  #make(
    type: PickleType,
    how: "call" | "create",
    args: readonly unknown[],
    kwargs: unknown,
  ): unknown {
    let made: unknown;
    try {
      made =
        how === "call"
          ? type.call?.(args, this.context)
          : type.create?.(args, kwargs, this.context);
    } catch (cause) {
      throw failed(type, "could not be made", cause);
    }
    // A hundred thousand calls may be given the same list.
    const size = sizeOf(made);
    if (size >= LARGE) {
      this.#made += size;
      checkLimit({ ...DEFAULT_LIMITS, ...this.#options.limits }, "memory", this.#made);
    }
    return made;
  }

  // An inert Instance keeps names, never the caller's function: nothing that it holds can be called by accident.
  #asGlobal(callable: unknown, type: PickleType | undefined): unknown {
    return callable instanceof Inert ? callable : (type?.globals[0] ?? callable);
  }

  // getattr(Outer, "Inner") is how protocols below 4 name what is nested in a class (CPython save_global). CPython 3.13
  // puts nothing of that into the memo; a memoised tuple of arguments tells a call, as of a bound method, which a
  // lossless load keeps as it is.
  #getattr(getattr: Global, args: Tuple): unknown {
    const [owner, name] = args;
    const global = owner instanceof Global ? owner : this.#typeOf(owner)?.globals[0];
    const instance = new Instance("call", getattr, args);
    if (args.length > 3 || global === undefined || typeof name !== "string") return instance;
    const nested = `${global.name}.${name}`;
    if (args.length < 3) {
      this.#check(global.module, nested);
      const { dense } = this.#memo;
      if (!this.context.lossless || dense[dense.length - 1] !== args)
        return this.#known(`${global.module}\n${nested}`, global.module, nested);
    }
    // With a default only Python knows which of the two it is; a type may know both.
    const type = this.#registry.byName(global.module, nested);
    if (type !== undefined) this.#types.set(instance, type);
    return instance;
  }

  /** BUILD: gives `target` its state; returns the type that took it. */
  build(target: unknown, state: unknown): PickleType | undefined {
    if (target instanceof Inert) {
      if (target.state === undefined) target.state = state;
      else (target.late ??= []).push({ kind: "state", state });
      return undefined;
    }
    const type = this.#typeOfObject(target);
    if (type?.setState === undefined) {
      if (isNoState(state)) return undefined;
      throw new Refusal("bad-target", `${describe(target)} takes no state`);
    }
    // No closure here, where there may be one call for each array: a context of its own costs every call of this method.
    try {
      type.setState(target, state, this.context);
    } catch (cause) {
      throw failed(type, "refused its state", cause);
    }
    return type;
  }

  /** A call whose result is popped: a state setter of the object below it, or an effect that is kept with it. */
  discard(result: Instance, below: unknown, next: unknown): void {
    // An object that its own arguments contain is finished by them: its pickler pops the outer one and fetches the
    // inner. No effect is lost, and lists that differ between the two calls were made for each.
    if (next instanceof Instance && next !== result && next.callable === result.callable) {
      next.freshArgs ||= result.args.some(
        (arg, index) => isContainer(arg) && arg !== next.args[index],
      );
      return;
    }
    if (result.form !== "call") return;
    if (!(below instanceof Inert)) {
      this.discarded.push(result);
      return;
    }
    if (result.args.length === 2 && result.args[0] === below && below.state === undefined) {
      below.stateSetter = result.callable;
      below.state = result.args[1];
    } else {
      (below.late ??= []).push({ kind: "call", callable: result.callable, args: result.args });
    }
  }

  /** APPEND and APPENDS on whatever is not an exact list. */
  append(target: unknown, items: unknown[]): void {
    if (target instanceof Inert) {
      target.items = extended(target, target.items, items, { kind: "append", items });
      return;
    }
    const type = this.#typeOfObject(target);
    if (type?.append === undefined)
      throw new Refusal("bad-target", `${describe(target)} cannot be appended to`);
    this.change(type, () => type.append?.(target, items));
  }

  /** ADDITEMS. */
  add(target: unknown, items: unknown[]): void {
    if (target instanceof PySet && !(target instanceof FrozenSet)) {
      for (const item of items) {
        if (!isHashable(item))
          throw new Refusal("unhashable", `${describe(item)} cannot be in a set`);
        target.add(apart(target, item));
      }
      return;
    }
    if (target instanceof Inert) {
      target.added = extended(target, target.added, items, { kind: "add", items });
      return;
    }
    const type = this.#typeOfObject(target);
    if (type?.add === undefined)
      throw new Refusal("bad-target", `${describe(target)} takes no members`);
    this.change(type, () => type.add?.(target, items));
  }

  /**
   * SETITEM and SETITEMS: entries are `stack[from..to)`, key and value in turn. Returns the object that stands for the
   * target from now on: a plain object that gets a key which is no string becomes a PyDict.
   */
  setItems(target: unknown, stack: readonly unknown[], from: number, to: number): unknown {
    if (target instanceof PyDict) {
      this.#setEntries(target, stack, from, to);
      return target;
    }
    if (target instanceof Inert) {
      this.#setInert(target, stack, from, to);
      return target;
    }
    if (isPlainObject(target)) return this.#setPlain(target, stack, from, to);
    if (target instanceof ByteArray || (Array.isArray(target) && !(target instanceof Tuple))) {
      for (let at = from; at < to; at += 2) setIndex(target, stack[at], stack[at + 1]);
      return target;
    }
    const type = this.#typeOfObject(target);
    if (type?.setItem === undefined)
      throw new Refusal("bad-target", `${describe(target)} takes no entries`);
    this.change(type, () => {
      for (let at = from; at < to; at += 2) type.setItem?.(target, stack[at], stack[at + 1]);
    });
    return target;
  }

  #setEntries(dict: PyDict, stack: readonly unknown[], from: number, to: number): void {
    let at = typeof stack[from] === "number" ? setNumbers(dict, stack, from, to) : from;
    for (; at < to; at += 2) {
      const key = stack[at];
      if (typeof key === "string") dict.set(key, stack[at + 1]);
      else dict.set(dictKey(dict, key), stack[at + 1]);
    }
  }

  #setInert(target: Inert, stack: readonly unknown[], from: number, to: number): void {
    const entries: [unknown, unknown][] = [];
    for (let at = from; at < to; at += 2) entries.push([stack[at], stack[at + 1]]);
    target.entries = extended(target, target.entries, entries, { kind: "set", entries });
  }

  #setPlain(
    target: Record<string, unknown>,
    stack: readonly unknown[],
    from: number,
    to: number,
  ): unknown {
    if (this.#dicts === "object") {
      for (let at = from; at < to; at += 2)
        setOwn(target, this.#objectKey(target, stack[at]), stack[at + 1]);
      return target;
    }
    // The stack may still hold references to an object that was replaced: it is copied once.
    let dict = this.forward?.get(target) as PyDict | undefined;
    for (let at = from; dict === undefined && at < to; at += 2) {
      if (typeof stack[at] === "string") continue;
      dict = new PyDict<unknown, unknown>(Object.entries(target), this.canonicalizer);
      (this.forward ??= new Map()).set(target, dict);
    }
    if (dict !== undefined) {
      this.#setEntries(dict, stack, from, to);
      return dict;
    }
    for (let at = from; at < to; at += 2) setOwn(target, stack[at] as string, stack[at + 1]);
    return target;
  }

  // What Python's json.dumps makes of a key; two keys that fall together are refused rather than merged.
  #objectKey(target: Record<string, unknown>, key: unknown): string {
    if (typeof key !== "string") {
      if (
        key !== null &&
        !["number", "boolean", "bigint"].includes(typeof key) &&
        !(key instanceof Float)
      ) {
        throw new Refusal("dict-key", `${describe(key)} cannot be a key of a plain object`);
      }
      this.#spellsKeys = true;
    }
    const text = String(key);
    if (this.#spellsKeys && Object.hasOwn(target, text))
      throw new Refusal("dict-key", `two keys of one dict would both be "${text}"`);
    return text;
  }

  #typeOfObject(target: unknown): PickleType | undefined {
    if (typeof target !== "object" || target === null) return undefined;
    const prototype = Object.getPrototypeOf(target) as object | null;
    // Objects of one class come in runs.
    if (prototype === this.#lastPrototype) return this.#lastPrototypeType;
    const type = prototype === null ? undefined : this.#registry.byPrototype(prototype);
    this.#lastPrototype = prototype;
    this.#lastPrototypeType = type;
    return type;
  }

  /** What hands out bytes, where `owner`, which they are for, would make do with a part of the input. */
  borrows(owner: object): PickleType["borrows"] {
    if (Array.isArray(owner)) return undefined;
    const type = owner instanceof Inert ? this.#types.get(owner) : this.#typeOfObject(owner);
    return type?.borrows;
  }

  /** Lets `apply` change an object of this type. */
  change(type: PickleType, apply: () => void): void {
    try {
      apply();
    } catch (cause) {
      throw failed(type, "refused its state", cause);
    }
  }
}

function sizeOf(made: unknown): number {
  if (made instanceof Uint8Array) return made.length;
  if (Array.isArray(made)) return made.length * WEIGHT.entry;
  return made instanceof Map || made instanceof Set ? made.size * WEIGHT.entry : 0;
}

function failed(type: PickleType, what: string, cause: unknown): unknown {
  const name = type.globals[0]?.path ?? "a registered type";
  return wrapped("construct-failed", `${name} ${what}`, cause);
}

function mayBeClass(value: unknown): boolean {
  return value instanceof Inert || value instanceof PersistentId || typeof value === "function";
}

/** Sets an own property, whatever its name: `__proto__` must not reach the prototype (prototype pollution). */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    target[key] = value;
  }
}

/** The key as a dict takes it; refuses what Python cannot hash. */
export function dictKey(dict: PyDict, key: unknown): unknown {
  if (typeof key === "object" && !isHashable(key)) {
    throw new Refusal("unhashable", `${describe(key)} cannot be a dict key`);
  }
  return apart(dict, key);
}

// list[i] = value, which a pickle may do though no pickler does.
function setIndex(target: unknown[] | ByteArray, key: unknown, value: unknown): void {
  const index = integerOf(key);
  const place = index < 0 ? index + target.length : index;
  if (!(place in target))
    throw new Refusal("bad-target", `${describe(key)} is no index of ${describe(target)}`);
  if (target instanceof ByteArray) {
    const byte = integerOf(value);
    if ((byte & 255) !== byte) throw new Refusal("bad-target", `${describe(value)} is no byte`);
    target[place] = byte;
  } else target[place] = value;
}

// The int that Python's `__index__` gives; NaN where there is none.
function integerOf(value: unknown): number {
  const number = typeof value === "boolean" || typeof value === "bigint" ? Number(value) : value;
  return Number.isInteger(number) && !Object.is(number, -0) ? (number as number) : Number.NaN;
}

// What an object has of something with more of it; what comes after its state is a change of its own.
function extended<Item>(
  target: Inert,
  present: Item[] | undefined,
  more: Item[],
  late: LateChange,
): Item[] | undefined {
  if (target.state !== undefined || target.late !== undefined) (target.late ??= []).push(late);
  else if (present === undefined) return more;
  else for (const item of more) present.push(item);
  return present;
}

// C does nothing for None, nor for a pair of None and no slots where the object has no way of its own.
function isNoState(state: unknown): boolean {
  if (state === null) return true;
  if (!(state instanceof Tuple) || state.length !== 2 || state[0] !== null) return false;
  const slots = state[1];
  return slots instanceof Map
    ? slots.size === 0
    : isPlainObject(slots) && Object.keys(slots).length === 0;
}

/** Whether a dict has a key that is no string. */
export function hasOtherKey(dict: unknown): boolean {
  if (!(dict instanceof Map)) return false;
  for (const key of dict.keys()) if (typeof key !== "string") return true;
  return false;
}

// Empty tuples are one object in Python, though each is its own here.
function isContainer(value: unknown): boolean {
  return Array.isArray(value)
    ? !(value instanceof Tuple) || value.length > 0
    : isDict(value) || value instanceof Set;
}

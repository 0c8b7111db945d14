/** What JavaScript has and Python has not in, the call that makes it again out. */

import { asBytes } from "../core/bytes/index.ts";
import {
  ByteArray,
  Float,
  FrozenSet,
  Inert,
  Instance,
  PyDict,
  PySet,
} from "../core/values/index.ts";
import { BufferParts } from "./buffers.ts";
import { BASES, type Base, ERRORS, VIEWS } from "./builtin-classes.ts";
import { Refusal } from "./error.ts";
import { converted, hidesValues, nameOf } from "./functions.ts";
import { INSTANCE, isOwnName, OBJECT, UNDEFINED } from "./names.ts";
import {
  type Integrity,
  integrityOf,
  nameOfSymbol,
  type Properties,
  propertiesOf,
} from "./properties.ts";
import { ClassRecord } from "./records.ts";
import { giveState, type Path, type Shell, type Travel } from "./travel.ts";

/** What is given to an object once it exists. Empty parts are left out. */
export interface ObjectState {
  /** Items of an array, members of a set, keys and values of a map in turn. */
  items?: unknown[];
  /** Where in `items` undefined stands, for which there is null. */
  unset?: number[];
  /** Where in an array nothing stands. */
  holes?: number[];
  properties?: Properties;
  integrity?: Integrity;
  /** Of an error. */
  stack?: string;
}

/** What stands for a value that is no plain data. @throws Refusal */
export function describeObject(value: unknown, travel: Travel): Shell {
  switch (typeof value) {
    case "undefined":
      return made("undefined");
    case "bigint":
      // As an int it would come back as a number.
      return BigInt.asIntN(53, value) === value ? made("bigint", String(value)) : { value };
    case "symbol":
      return symbolShell(value);
  }
  if (value === UNDEFINED) return made("undefined");
  const object = value as object;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null || prototype === Object.prototype) return recordShell(object, prototype);
  if (prototype === Array.prototype && Array.isArray(object))
    return withContent(made("Array"), object, "Array");
  return (
    ownShell(object, prototype) ??
    builtinShell(object, prototype) ??
    viewShell(object, travel) ??
    recordedShell(object) ??
    (object instanceof Inert || travel.isKnown(prototype) ? { value: object } : undefined) ??
    instanceShell(object, prototype, travel)
  );
}

function made(kind: string, ...args: unknown[]): Shell & { readonly value: Instance } {
  return { value: new Instance("call", OBJECT, [kind, ...args]) };
}

// What a load without code left as it stood in the pickle: its parts are JavaScript's values again, which Python has no
// like of, and others may be shared with what is around it.
function recordedShell(object: object): Shell | undefined {
  if (!(object instanceof Instance) || !isOwnName(object.callable)) return undefined;
  // A lossless load has made nothing of its parts: they go back as they are.
  if (object.state instanceof Map) return undefined;
  const args: unknown[] = [];
  const copy = new Instance(object.form, object.callable, args);
  // As where a class is written for the first time: it may lead back to itself.
  copy.freshArgs = object instanceof ClassRecord;
  const { items, entries, added, state, stateSetter, late } = object;
  return {
    value: copy,
    fill(travel, path) {
      for (const [at, part] of object.args.entries())
        args.push(travel.at(path, `.<args>[${at}]`, part));
      const parts = { items, entries, added, state, late };
      for (const [name, part] of Object.entries(parts)) {
        if (part !== undefined)
          Object.assign(copy, { [name]: travel.at(path, `.<${name}>`, part) });
      }
      copy.stateSetter = stateSetter;
    },
  };
}

function symbolShell(symbol: symbol): Shell {
  const name = nameOfSymbol(symbol);
  if (name !== undefined) return made("symbol", name);
  throw new Refusal("live", `${String(symbol)} is a symbol of this process alone`);
}

// --- records and arrays

function recordShell(object: object, prototype: object | null): Shell {
  if (Array.isArray(object)) throw new Refusal("shape", "an array's prototype was replaced");
  const integrity = integrityOf(object);
  const properties = propertiesOf(object, () => false, integrity === "frozen");
  if (
    prototype !== null &&
    integrity === undefined &&
    properties?.special === undefined &&
    properties?.unset === undefined
  ) {
    const record: Record<string, unknown> = properties?.plain ?? {};
    const isText = Object.keys(record).every((key) => !key.startsWith("@@"));
    if (isText) {
      return {
        value: record,
        fill: (travel, path) => void converted({ plain: record }, travel, path),
      };
    }
  }
  const { value } = made("Object", prototype === null);
  return {
    value,
    fill: (travel, path) => fillState(value, travel, path, { properties, integrity }),
  };
}

/** What is in an object beside what its class says, not yet converted. */
interface Content {
  readonly items?: unknown[] | undefined;
  readonly holes?: number[] | undefined;
  readonly properties?: Properties | undefined;
  readonly integrity?: Integrity | undefined;
  readonly stack?: string | undefined;
}

function contentOf(object: object, base: Base): Content {
  const integrity = integrityOf(object);
  const isArray = base === "Array";
  // What an engine keeps behind an accessor of its own; the text is what matters.
  const stack = base === "Error" ? (object as Error).stack : undefined;
  const properties = propertiesOf(
    object,
    (key) =>
      (isArray && (key === "length" || (typeof key === "string" && isIndex(key)))) ||
      (key === "stack" && typeof stack === "string"),
    integrity === "frozen",
  );
  if (typeof stack === "string") return { stack, properties, integrity };
  // By the built-in classes' own methods: a class may have put others in their place.
  if (base === "Map") {
    const map = object as Map<unknown, unknown>;
    const entries = map instanceof PyDict ? map.entries() : Map.prototype.entries.call(map);
    return { items: [...entries].flat(1), properties, integrity };
  }
  if (base === "Set") {
    const members = object as Set<unknown>;
    const isOwn = members instanceof PySet || members instanceof FrozenSet;
    const items = isOwn ? [...members] : [...Set.prototype.values.call(members)];
    return { items, properties, integrity };
  }
  if (!isArray) return { properties, integrity };
  return { ...itemsOf(object as unknown[]), properties, integrity };
}

const MOST_HOLES = 1_000_000;

function itemsOf(array: unknown[]): { readonly items: unknown[]; readonly holes: number[] } {
  const items: unknown[] = [];
  const holes: number[] = [];
  for (let at = 0; at < array.length; at++) {
    if (!Object.hasOwn(array, at)) holes.push(at);
    if (holes.length > MOST_HOLES)
      throw new Refusal("shape", `an array with more than ${MOST_HOLES} holes`);
    items.push(array[at]);
  }
  const isClosed = Object.getOwnPropertyDescriptor(array, "length")?.writable === false;
  if (isClosed && !Object.isFrozen(array))
    throw new Refusal("shape", "the length of an array cannot be changed");
  return { items, holes };
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

function fillState(instance: Instance, travel: Travel, path: Path, content: Content): void {
  const { items, holes, properties, integrity } = content;
  const state: ObjectState = {};
  if (items !== undefined && items.length > 0) {
    const unset: number[] = [];
    state.items = items.map((item, at) => {
      if (item !== undefined) return travel.at(path, `[${at}]`, item);
      unset.push(at);
      return null;
    });
    if (unset.length > 0) state.unset = unset;
    if (holes !== undefined && holes.length > 0) state.holes = holes;
  }
  if (properties !== undefined) state.properties = converted(properties, travel, path);
  if (integrity !== undefined) state.integrity = integrity;
  if (content.stack !== undefined) state.stack = content.stack;
  if (Object.keys(state).length > 0) giveState(instance, state);
}

// --- brine's own values that loading would take for JavaScript's

function ownShell(object: object, prototype: object): Shell | undefined {
  switch (prototype) {
    case PyDict.prototype:
      return withContent(made("PyDict"), object, "Map");
    case PySet.prototype:
      return withContent(made("PySet"), object, "Set");
    case FrozenSet.prototype:
      return withContent(made("FrozenSet"), object, "Set");
    case Float.prototype:
      return made("Float", (object as Float).valueOf());
    case ByteArray.prototype:
      return { value: object };
    default:
      return undefined;
  }
}

// --- built-in classes

function builtinShell(object: object, prototype: object): Shell | undefined {
  const name = standardName(prototype);
  switch (name) {
    case "Map":
    case "Set":
      return withContent(made(name), object, name);
    case "Date": {
      const time = Date.prototype.getTime.call(object);
      return withContent(made("Date", Number.isNaN(time) ? null : time), object, "Date");
    }
    case "RegExp": {
      const { source, flags } = object as RegExp;
      return withContent(made("RegExp", source, flags), object, "Object");
    }
    case "String":
      // Its own are its characters, and its length.
      checkBare(object, String.prototype.valueOf.call(object).length + 1);
      return made("boxed", String.prototype.valueOf.call(object));
    case "Number":
      checkBare(object, 0);
      return made("boxed", Number.prototype.valueOf.call(object));
    case "Boolean":
      checkBare(object, 0);
      return made("boxed", Boolean.prototype.valueOf.call(object));
    case "URL":
      checkBare(object, 0);
      return made("URL", (object as URL).href);
    case "URLSearchParams":
      checkBare(object, 0);
      return made("URLSearchParams", String(object));
    default:
      if (name === undefined || !ERRORS.has(name)) return undefined;
      return withContent(made("Error", name), object, "Error");
  }
}

// Of these only the value travels. Symbols of older engines' own do not count.
function checkBare(object: object, own: number): void {
  if (Object.getOwnPropertyNames(object).length > own)
    throw new Refusal("shape", "it has properties of its own, and only its value travels");
  if (!Object.isExtensible(object))
    throw new Refusal("shape", "it takes no properties, and only its value travels");
}

function withContent(
  { value: instance }: { readonly value: Instance },
  object: object,
  base: Base,
): Shell {
  return {
    value: instance,
    fill: (travel, path) => fillState(instance, travel, path, contentOf(object, base)),
  };
}

// The name of a class that every runtime has, by what its instances inherit from.
function standardName(prototype: object): string | undefined {
  if (!Object.hasOwn(prototype, "constructor")) return undefined;
  const Class = (prototype as { constructor: unknown }).constructor;
  if (typeof Class !== "function") return undefined;
  const name = nameOf(Class as (...args: never[]) => unknown);
  if (!Object.hasOwn(globalThis, name)) return undefined;
  return (globalThis as unknown as Record<string, unknown>)[name] === Class ? name : undefined;
}

// --- bytes

function partsOf(buffer: ArrayBuffer, { buffers }: Travel): BufferParts {
  let parts = buffers.get(buffer);
  if (parts === undefined) {
    if ((buffer as { readonly resizable?: boolean }).resizable === true)
      throw new Refusal("shape", "its memory can be resized");
    parts = new BufferParts(buffer);
    buffers.set(buffer, parts);
  }
  return parts;
}

const MOST_NAMED = 10_000;

function viewShell(object: object, travel: Travel): Shell | undefined {
  if (object instanceof ArrayBuffer) {
    checkBare(object, 0);
    const parts = partsOf(object, travel);
    parts.see(0, object.byteLength);
    return { value: parts.instance };
  }
  if (!ArrayBuffer.isView(object)) return undefined;
  const name = viewName(object);
  if (name === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = object;
  if (!(buffer instanceof ArrayBuffer))
    throw new Refusal("live", "its memory is shared with other threads");
  const length = "length" in object ? (object.length as number) : byteLength;
  // The names of more elements than that would take more memory than the elements.
  if (length <= MOST_NAMED) checkBare(object, "length" in object ? length : 0);
  const end = byteOffset + byteLength;
  return { value: partsOf(buffer, travel).view(name, byteOffset, end, length) };
}

function viewName(view: ArrayBufferView): string | undefined {
  const prototype = Object.getPrototypeOf(view) as object;
  const Class = (prototype as { constructor?: { name?: string } }).constructor;
  const name = Class?.name ?? "";
  if (!VIEWS.has(name) || asBytes(view) === undefined) return undefined;
  return standardName(prototype) === name ? name : undefined;
}

// --- instances of classes

function instanceShell(object: object, prototype: object, travel: Travel): Shell {
  const Class = Object.hasOwn(prototype, "constructor")
    ? (prototype as { constructor: unknown }).constructor
    : undefined;
  if (typeof Class !== "function" || Class.prototype !== prototype) {
    const tag = Object.prototype.toString.call(object).slice(8, -1);
    if (tag !== "Object") throw new Refusal("live", `a ${tag} belongs to this process`);
    throw new Refusal("shape", "it inherits from an object that no class makes");
  }
  const base = baseOf(prototype, Class as (...args: never[]) => unknown, travel);
  if (Array.isArray(object) !== (base === "Array"))
    throw new Refusal("shape", "it inherits from Array and is none, or the other way round");
  const args: unknown[] = [];
  const instance = new Instance("call", INSTANCE, args);
  return {
    value: instance,
    fill(_travel, path) {
      args.push(travel.at(path, ".<class>", Class));
      if (base === "Date") args.push(Date.prototype.getTime.call(object));
      fillState(instance, travel, path, contentOf(object, base));
    },
  };
}

// The built-in class at the top; on the way up every class must show all that its instances hold.
function baseOf(prototype: object, Class: (...args: never[]) => unknown, travel: Travel): Base {
  for (
    let above: object | null = prototype;
    above !== null;
    above = Object.getPrototypeOf(above) as object | null
  ) {
    const base = BASES.find(([, { prototype: known }]) => known === above);
    if (base !== undefined) return base[0];
    if (ERRORS.has(standardName(above) ?? "")) continue;
    const owner = (above as { constructor?: unknown }).constructor;
    if (typeof owner !== "function") break;
    const reference = travel.references.find(owner);
    if (reference !== undefined && !travel.references.isGiven(owner))
      throw new Refusal("live", `a ${nameOf(Class)} belongs to this process`);
    if (reference === undefined && hidesValues(owner as (...args: never[]) => unknown, travel))
      throw new Refusal("private", `a ${nameOf(Class)} has private values, which nobody can read`);
  }
  throw new Refusal("shape", "it inherits from what has no class");
}

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
import { Refusal } from "./error.ts";
import { converted, hidesValues, nameOf } from "./functions.ts";
import { INSTANCE, OBJECT } from "./names.ts";
import { nameOfSymbol, type Properties, propertiesOf } from "./properties.ts";
import { type BufferUse, giveState, type Path, type Shell, type Travel } from "./travel.ts";

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

/** What nobody may do to an object any more. */
export type Integrity = "frozen" | "sealed" | "fixed";

/** The built-in class whose content an object has. */
type Base = "Object" | "Array" | "Map" | "Set" | "Error" | "Date";

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
  const object = value as object;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null || prototype === Object.prototype) return recordShell(object, prototype);
  if (prototype === Array.prototype) return arrayShell(object as unknown[]);
  return (
    ownShell(object, prototype) ??
    builtinShell(object, prototype) ??
    viewShell(object, travel) ??
    (object instanceof Inert || travel.isKnown(prototype) ? { value: object } : undefined) ??
    instanceShell(object, prototype, travel)
  );
}

function made(kind: string, ...args: unknown[]): Shell & { readonly value: Instance } {
  return { value: new Instance("call", OBJECT, [kind, ...args]) };
}

function symbolShell(symbol: symbol): Shell {
  const name = nameOfSymbol(symbol);
  if (name !== undefined) return made("symbol", name);
  throw new Refusal("live", `${String(symbol)} is a symbol of this process alone`);
}

// --- records and arrays

function recordShell(object: object, prototype: object | null): Shell {
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

function arrayShell(array: unknown[]): Shell {
  const { value } = made("Array");
  return {
    value,
    fill: (travel, path) => fillState(value, travel, path, contentOf(array, "Array")),
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
  if (base === "Map") {
    return { items: [...(object as Map<unknown, unknown>)].flat(1), properties, integrity };
  }
  if (base === "Set") return { items: [...(object as Set<unknown>)], properties, integrity };
  if (!isArray) return { properties, integrity };
  const array = object as unknown[];
  const holes: number[] = [];
  for (let at = 0; at < array.length; at++) if (!Object.hasOwn(array, at)) holes.push(at);
  return { items: Array.from(array), holes, properties, integrity };
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

function integrityOf(object: object): Integrity | undefined {
  if (Object.isExtensible(object)) return undefined;
  if (Object.isFrozen(object)) return "frozen";
  return Object.isSealed(object) ? "sealed" : "fixed";
}

// --- brine's own values that loading would take for JavaScript's

function ownShell(object: object, prototype: object): Shell | undefined {
  switch (prototype) {
    case PyDict.prototype:
      return filled("PyDict", object, "Map");
    case PySet.prototype:
      return filled("PySet", object, "Set");
    case FrozenSet.prototype:
      return filled("FrozenSet", object, "Set");
    case Float.prototype:
      return made("Float", (object as Float).valueOf());
    case ByteArray.prototype:
      return { value: object };
    default:
      return undefined;
  }
}

function filled(kind: string, object: object, base: Base): Shell {
  const { value } = made(kind);
  return { value, fill: (travel, path) => fillState(value, travel, path, contentOf(object, base)) };
}

// --- built-in classes

const ERRORS = new Set(
  "Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError".split(
    " ",
  ),
);

function builtinShell(object: object, prototype: object): Shell | undefined {
  const name = standardName(prototype);
  switch (name) {
    case "Map":
    case "Set":
      return filled(name, object, name);
    case "Date": {
      const time = (object as Date).getTime();
      return withContent(made("Date", Number.isNaN(time) ? null : time), object, "Date");
    }
    case "RegExp": {
      const { source, flags } = object as RegExp;
      return withContent(made("RegExp", source, flags), object, "Object");
    }
    case "String":
    case "Number":
    case "Boolean":
      return made("boxed", (object as { valueOf(): unknown }).valueOf());
    case "URL":
      return made("URL", (object as URL).href);
    case "URLSearchParams":
      return made("URLSearchParams", String(object));
    default:
      if (name === undefined || !ERRORS.has(name)) return undefined;
      return withContent(made("Error", name), object, "Error");
  }
}

function withContent(shell: Shell, object: object, base: Base): Shell {
  const instance = shell.value as Instance;
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

const VIEWS = new Set(
  (
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array " +
    "Float64Array BigInt64Array BigUint64Array DataView Buffer"
  ).split(" "),
);

/** An ArrayBuffer and the views of it that were met: what none of them sees is not written. */
class BufferParts implements BufferUse {
  readonly #buffer: ArrayBuffer;
  readonly #args: unknown[];
  readonly #views: { readonly args: unknown[]; readonly start: number; readonly end: number }[] =
    [];
  isWhole = false;

  constructor(buffer: ArrayBuffer, args: unknown[]) {
    this.#buffer = buffer;
    this.#args = args;
  }

  see(args: unknown[], start: number, end: number): void {
    this.#views.push({ args, start, end });
  }

  finish(): void {
    const whole = this.isWhole || this.#views.length === 0;
    const start = whole ? 0 : Math.min(...this.#views.map((view) => view.start - (view.start % 8)));
    const end = whole ? this.#buffer.byteLength : Math.max(...this.#views.map((view) => view.end));
    this.#args.push(new Uint8Array(this.#buffer, start, end - start));
    for (const view of this.#views) view.args[3] = view.start - start;
  }
}

function bufferOf(buffer: ArrayBuffer, travel: Travel): { instance: Instance; parts: BufferParts } {
  let known = travel.buffers.get(buffer) as BufferParts | undefined;
  let instance = travel.bufferInstances.get(buffer);
  if (known === undefined || instance === undefined) {
    const args: unknown[] = ["ArrayBuffer"];
    instance = new Instance("call", OBJECT, args);
    known = new BufferParts(buffer, args);
    travel.buffers.set(buffer, known);
    travel.bufferInstances.set(buffer, instance);
  }
  return { instance, parts: known };
}

function viewShell(object: object, travel: Travel): Shell | undefined {
  if (object instanceof ArrayBuffer) {
    const { instance, parts } = bufferOf(object, travel);
    parts.isWhole = true;
    return { value: instance };
  }
  if (!ArrayBuffer.isView(object)) return undefined;
  const name = viewName(object);
  if (name === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = object;
  if (!(buffer instanceof ArrayBuffer))
    throw new Refusal("live", "its memory is shared with other threads");
  const { instance, parts } = bufferOf(buffer, travel);
  const length = "length" in object ? (object.length as number) : byteLength;
  const args: unknown[] = ["view", name, instance, byteOffset, length];
  parts.see(args, byteOffset, byteOffset + byteLength);
  return { value: new Instance("call", OBJECT, args) };
}

function viewName(view: ArrayBufferView): string | undefined {
  const prototype = Object.getPrototypeOf(view) as object;
  const Class = (prototype as { constructor?: { name?: string } }).constructor;
  const name = Class?.name ?? "";
  if (!VIEWS.has(name) || asBytes(view) === undefined) return undefined;
  return Object.hasOwn(prototype, "constructor") ? name : undefined;
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
  const args: unknown[] = [];
  const instance = new Instance("call", INSTANCE, args);
  return {
    value: instance,
    fill(_travel, path) {
      args.push(travel.at(path, ".<class>", Class));
      if (base === "Date") args.push((object as Date).getTime());
      fillState(instance, travel, path, contentOf(object, base));
    },
  };
}

const BASES: readonly (readonly [object, Base])[] = [
  [Array.prototype, "Array"],
  [Map.prototype, "Map"],
  [Set.prototype, "Set"],
  [Error.prototype, "Error"],
  [Date.prototype, "Date"],
  [Object.prototype, "Object"],
];

// The built-in class at the top; on the way up every class must show all that its instances hold.
function baseOf(prototype: object, Class: (...args: never[]) => unknown, travel: Travel): Base {
  for (
    let above: object | null = prototype;
    above !== null;
    above = Object.getPrototypeOf(above) as object | null
  ) {
    const base = BASES.find(([known]) => known === above);
    if (base !== undefined) return base[1];
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

/**
 * An object's own properties to plain data, and back: values that are as usual by name, all others with their
 * attributes, accessors included.
 */
import { Refusal } from "./error.ts";

/** Own properties as they are written. Empty parts are left out. */
export interface Properties {
  /** Writable, enumerable, configurable ones. */
  plain?: Record<string, unknown>;
  /** `[attributes, value]` or `[attributes, get, set]`; attributes: 1 writable, 2 enumerable, 4 configurable. */
  special?: Record<string, unknown[]>;
  /** Names of plain ones whose value is undefined. */
  unset?: string[];
  /** All names in their order, where it is not that of the parts above one behind the other. */
  order?: string[];
}

const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
const PLAIN = WRITABLE | ENUMERABLE | CONFIGURABLE;

/**
 * The own properties of `object` but those that `skip` names; `undefined` where there are none. Of a frozen object the
 * enumerable ones count as plain: freezing it again makes them what they are.
 */
export function propertiesOf(
  object: object,
  skip: (key: string | symbol, descriptor: PropertyDescriptor) => boolean,
  isFrozen = false,
): Properties | undefined {
  const plain: [string, unknown][] = [];
  const special: [string, unknown[]][] = [];
  const unset: string[] = [];
  const order: string[] = [];
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    if (skip(key, descriptor)) continue;
    const name = nameOfKey(key);
    order.push(name);
    const { value, get, set } = descriptor;
    const attributes =
      isFrozen && descriptor.enumerable === true ? PLAIN : attributesOf(descriptor);
    const accessors = accessorsOf(object, name, value);
    if (accessors !== undefined) special.push([name, accessors]);
    else if (get !== undefined || set !== undefined)
      special.push([name, [attributes, get ?? null, set ?? null]]);
    else if (attributes !== PLAIN)
      special.push([name, value === undefined ? [attributes] : [attributes, value]]);
    else if (value === undefined) unset.push(name);
    else plain.push([name, value]);
  }
  const found: Properties = {};
  if (plain.length > 0) found.plain = Object.fromEntries(plain);
  if (special.length > 0) found.special = Object.fromEntries(special);
  if (unset.length > 0) found.unset = unset;
  const parts = [...plain.map(([name]) => name), ...unset, ...special.map(([name]) => name)];
  if (parts.some((name, at) => name !== order[at])) found.order = order;
  return Object.keys(found).length > 0 ? found : undefined;
}

/**
 * Gives `object` these properties. Of an accessor that `isAccessor` does not let through the value is what stands for it.
 *
 * @throws TypeError where they are malformed, or the object refuses them
 */
export function defineProperties(
  object: object,
  properties: unknown,
  isAccessor: (value: object) => boolean,
): void {
  const order = partOf(properties, "order");
  for (const name of Array.isArray(order) ? (order as unknown[]) : []) {
    if (!Object.hasOwn(object, keyOfName(String(name))))
      define(object, name, PLAIN, { value: undefined });
  }
  for (const [name, value] of entriesOf(partOf(properties, "plain")))
    define(object, name, PLAIN, { value });
  const unset = partOf(properties, "unset");
  for (const name of Array.isArray(unset) ? (unset as unknown[]) : [])
    define(object, name, PLAIN, { value: undefined });
  for (const [name, parts] of entriesOf(partOf(properties, "special"))) {
    if (!Array.isArray(parts) || typeof parts[0] !== "number")
      throw new TypeError("a property is malformed");
    const [attributes, first, second] = parts as [number, unknown, unknown];
    const accessors = [first, second].filter((part) => part !== null && part !== undefined);
    if (parts.length < 3) define(object, name, attributes, { value: first });
    else if (accessors.every((part) => typeof part === "function" && isAccessor(part))) {
      define(object, name, attributes, {
        get: (first ?? undefined) as (() => unknown) | undefined,
        set: (second ?? undefined) as ((value: unknown) => void) | undefined,
      } as PropertyDescriptor);
    } else {
      define(object, name, attributes, { value: accessors[0] });
      rememberAccessors(object, name, parts as unknown[]);
    }
  }
}

// What was an accessor, where a record stands for it: so that both of its functions go back.
const standIns = new WeakMap<object, Map<string, unknown[]>>();

function rememberAccessors(object: object, name: string, parts: unknown[]): void {
  const known = standIns.get(object) ?? new Map<string, unknown[]>();
  standIns.set(object, known.set(name, parts));
}

// The accessor's parts, as long as nobody has put another value in its place.
function accessorsOf(object: object, name: string, value: unknown): unknown[] | undefined {
  const parts = standIns.get(object)?.get(name);
  return parts !== undefined && (parts[1] ?? parts[2]) === value ? [...parts] : undefined;
}

function define(object: object, name: unknown, attributes: number, what: PropertyDescriptor): void {
  Object.defineProperty(object, keyOfName(String(name)), {
    ...what,
    enumerable: (attributes & ENUMERABLE) !== 0,
    configurable: (attributes & CONFIGURABLE) !== 0,
    ...("value" in what && { writable: (attributes & WRITABLE) !== 0 }),
  });
}

function attributesOf({ writable, enumerable, configurable }: PropertyDescriptor): number {
  return (
    (writable === true ? WRITABLE : 0) |
    (enumerable === true ? ENUMERABLE : 0) |
    (configurable === true ? CONFIGURABLE : 0)
  );
}

/** A part of what was read: of a plain object or of a dict. */
export function partOf(from: unknown, name: string): unknown {
  if (from instanceof Map) return from.get(name) as unknown;
  if (typeof from !== "object" || from === null || !Object.hasOwn(from, name)) return undefined;
  return (from as Record<string, unknown>)[name];
}

/** The entries of a plain object or a dict with text keys; none of nothing. */
export function entriesOf(from: unknown): [string, unknown][] {
  if (from instanceof Map)
    return [...from].map(([key, value]): [string, unknown] => [String(key), value]);
  return typeof from === "object" && from !== null ? Object.entries(from) : [];
}

// Symbols that every runtime has go by name; a text that looks like one is marked as text.
function nameOfKey(key: string | symbol): string {
  if (typeof key === "string") return key.startsWith("@@") ? `@@=${key}` : key;
  const name = nameOfSymbol(key);
  if (name === undefined)
    throw new Refusal(
      "shape",
      `it has a property under ${String(key)}, which no other process has`,
    );
  return `@@${name}`;
}

function keyOfName(name: string): string | symbol {
  if (!name.startsWith("@@")) return name;
  return name.startsWith("@@=") ? name.slice(3) : symbolOfName(name.slice(2));
}

/** `"iterator"` for `Symbol.iterator`, `"for:key"` for `Symbol.for("key")`; undefined for symbols of this process alone. */
export function nameOfSymbol(symbol: symbol): string | undefined {
  const registered = Symbol.keyFor(symbol);
  if (registered !== undefined) return `for:${registered}`;
  const name = symbol.description?.replace(/^Symbol\./, "") ?? "";
  return (Symbol as unknown as Record<string, unknown>)[name] === symbol ? name : undefined;
}

/** The symbol of such a name. @throws TypeError for an unknown one */
export function symbolOfName(name: string): symbol {
  if (name.startsWith("for:")) return Symbol.for(name.slice(4));
  const symbol = Object.hasOwn(Symbol, name)
    ? (Symbol as unknown as Record<string, unknown>)[name]
    : undefined;
  if (typeof symbol !== "symbol") throw new TypeError(`there is no symbol ${name}`);
  return symbol;
}

/** What nobody may do to an object any more. */
export type Integrity = "frozen" | "sealed" | "fixed";

/** How far an object is closed; `undefined` for an open one. */
export function integrityOf(object: object): Integrity | undefined {
  if (Object.isExtensible(object)) return undefined;
  if (Object.isFrozen(object)) return "frozen";
  return Object.isSealed(object) ? "sealed" : "fixed";
}

/** Closes an object as far as it was. */
export function closeObject(object: object, integrity: unknown): void {
  if (integrity === "frozen") Object.freeze(object);
  else if (integrity === "sealed") Object.seal(object);
  else if (integrity === "fixed") Object.preventExtensions(object);
}

/** Sets an own property, whatever its name. */
export function setOwn(record: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(record, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

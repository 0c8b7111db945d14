/** Open arrays and maps of the decoder: values go in one at a time, the finished container comes out. */
import { isHashable } from "../core/machine/index.ts";
import { beginRecord, endRecord, FEW_PROPERTIES, Float, PyDict } from "../core/values/index.ts";
import { MsgpackError } from "./error.ts";

/** What a frame waits for. */
export const LIST = 0;
export const KEY = 1;
export const VALUE = 2;

/** What becomes of maps. */
export interface MapRules {
  /** Only str and bytes as keys. */
  readonly strict: boolean;
  readonly kind: "auto" | "map" | "object" | "pairs";
  readonly hook: ((map: unknown) => unknown) | undefined;
}

type Plain = Record<string, unknown>;

// Stand-ins, so that a frame that is done keeps nothing alive.
export const NO_ITEMS: unknown[] = [];
const NO_ENTRIES: Plain = {};

/** One open container; used again for the next one of its depth. */
export class Frame {
  kind: number = LIST;
  size = 0;
  index = 0;
  list: unknown[] = NO_ITEMS;
  /** Whether the map is a plain object so far. */
  plain = false;
  #object: Plain = NO_ENTRIES;
  #key: unknown = undefined;
  // The first key of a plain object that may be a record of many fields.
  #first: string | null = null;
  #middle = "";
  #dict: PyDict | undefined;
  // Whether #dict only keeps the order of keys that a plain object would move to its front ("7").
  #ordering = false;
  readonly #rules: MapRules;

  constructor(rules: MapRules) {
    this.#rules = rules;
  }

  openList(list: unknown[], size: number): void {
    this.kind = LIST;
    this.size = size;
    this.index = 0;
    this.list = list;
  }

  openMap(size: number): void {
    this.kind = KEY;
    this.size = size;
    this.index = 0;
    const { kind } = this.#rules;
    this.plain = kind === "auto";
    if (kind === "auto" || kind === "object") this.#object = {};
    else if (kind === "map") this.#dict = new PyDict();
    else this.list = [];
  }

  /** A str as key of what is a plain object so far. */
  setTextKey(key: string): void {
    const first = key.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39) {
      this.#toDict();
      this.#ordering = true;
    } else if (this.size > FEW_PROPERTIES) {
      if (this.index === 0) {
        this.#first = key;
        this.#object = beginRecord(key);
      } else if (this.index === this.size >> 1) {
        this.#middle = key;
      }
    }
    this.#key = key;
  }

  /** Any key of any map. */
  setKey(key: unknown, offset: number): void {
    const rules = this.#rules;
    const isText = typeof key === "string";
    if (!isText && !(key instanceof Uint8Array)) {
      if (rules.strict) {
        throw new MsgpackError("map-key", `${kindOf(key)} as a map key, and strictMapKey is on`, {
          offset,
        });
      }
      // A list of pairs takes any key.
      if (rules.kind !== "pairs" && !isHashable(key)) {
        throw new MsgpackError("unhashable", `${kindOf(key)} cannot be a dict key`, { offset });
      }
    }
    if (rules.kind === "object") this.#key = isText ? key : this.#textOf(key, offset);
    else {
      if (this.plain) this.#toDict();
      if (!isText) this.#ordering = false;
      this.#key = key;
    }
  }

  /** The value of the last key, in a plain object. */
  setPlain(value: unknown): void {
    setOwn(this.#object, this.#key as string, value);
  }

  /** The value of the last key, in any other map. */
  setEntry(value: unknown, _offset: number): void {
    const key = this.#key;
    const { kind } = this.#rules;
    if (kind === "object") setOwn(this.#object, key as string, value);
    else if (kind === "pairs") this.list.push([key, value]);
    else {
      const dict = this.#dict as PyDict;
      // Two NaNs are two keys, as they are in Python.
      const twice = typeof key === "number" && Number.isNaN(key) && dict.has(key);
      dict.set(twice ? new Float(key) : key, value);
    }
  }

  /** The finished map, as the hook leaves it. */
  closeMap(offset: number): unknown {
    const { kind, hook } = this.#rules;
    let map: unknown;
    if (kind === "pairs") {
      map = this.list;
      this.list = NO_ITEMS;
    } else if (this.plain || kind === "object") {
      map = this.#object;
      if (this.#first !== null)
        endRecord(this.#first, this.#middle, this.#key as string, this.size);
    } else map = this.#ordering ? plainOf(this.#dict as PyDict<string>) : this.#dict;
    this.#object = NO_ENTRIES;
    this.#dict = undefined;
    this.#ordering = false;
    this.#key = undefined;
    this.#first = null;
    this.#middle = "";
    return hook === undefined ? map : hooked(() => hook(map), offset);
  }

  #toDict(): void {
    this.plain = false;
    this.#dict = new PyDict(Object.entries(this.#object));
  }

  #textOf(key: unknown, offset: number): string {
    const simple =
      key === null || key instanceof Float || ["number", "boolean", "bigint"].includes(typeof key);
    const text = String(key);
    if (!simple || Object.hasOwn(this.#object, text)) {
      const why = simple
        ? `two keys of one map would both be "${text}"`
        : `${kindOf(key)} cannot be a key of a plain object`;
      throw new MsgpackError("map-key", why, { offset });
    }
    return text;
  }
}

/** Calls a hook; whatever it throws becomes the cause of a MsgpackError. */
export function hooked(call: () => unknown, offset: number): unknown {
  try {
    return call();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MsgpackError("hook-failed", `a hook threw: ${why}`, { offset, cause });
  }
}

// `__proto__` is an ordinary key: assigned, it would replace the prototype (prototype pollution).
function setOwn(object: Plain, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else {
    const writable = true;
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable });
  }
}

function plainOf(dict: PyDict<string>): Plain {
  const object: Plain = {};
  for (const [key, value] of dict) setOwn(object, key, value);
  return object;
}

function kindOf(key: unknown): string {
  if (key === null) return "nil";
  if (Array.isArray(key)) return "an array";
  if (typeof key === "object") return `a ${key.constructor?.name || "plain object"}`;
  return `a ${typeof key}`;
}

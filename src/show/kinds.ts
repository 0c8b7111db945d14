/** Values in, their Python type's name and a one-line text out. */
import { type PickleType, type Registry, registryOf } from "../core/registry/index.ts";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  formatFloat,
  Global,
  Instance,
  NotImplemented,
  PersistentId,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { byteSize, printable, reprBytes, reprInteger, reprString } from "./text.ts";

/** What is needed to name values: the types that the load knew. */
export class Namer {
  readonly #registry: Registry;

  constructor(types: readonly PickleType[]) {
    this.#registry = registryOf(types);
  }

  /** The Python type of a value: "int", "dict", "staff.Employee". */
  typeOf(value: unknown): string {
    switch (typeof value) {
      case "boolean":
        return "bool";
      case "string":
        return "str";
      case "bigint":
        return "int";
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int" : "float";
      case "object":
        return value === null ? "None" : this.#objectType(value);
      default: {
        const known = this.#registry.byValue(value);
        return known === undefined ? typeof value : "reference";
      }
    }
  }

  #objectType(value: object): string {
    if (value instanceof Instance) return printable(value.className);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return "list";
    if (prototype === null || prototype === Object.prototype) return "dict";
    if (prototype === Tuple.prototype) return "tuple";
    if (prototype === Uint8Array.prototype) return "bytes";
    const known = this.#registry.byPrototype(prototype as object)?.globals[0];
    if (known !== undefined) {
      return printable(known.module === "builtins" ? known.name : known.path);
    }
    if (value instanceof Global) return "reference";
    if (value instanceof PersistentId) return "persistent id";
    if (value === Ellipsis) return "ellipsis";
    if (value === NotImplemented) return "NotImplementedType";
    for (const [Class, name] of CLASSES) if (value instanceof Class) return name;
    return printable(value.constructor?.name ?? "object");
  }

  /**
   * The text of a value that has no parts worth a line of their own, or `undefined` for containers and instances.
   * `limit` is about how many characters a long one may take.
   */
  atom(value: unknown, limit: number): string | undefined {
    switch (typeof value) {
      case "boolean":
        return value ? "True" : "False";
      case "string":
        return reprString(value, limit);
      case "bigint":
        return reprInteger(value);
      case "number":
        return this.typeOf(value) === "int" ? String(value) : formatFloat(value);
      case "object":
        return value === null ? "None" : this.#objectText(value, limit);
      default: {
        const known = this.#registry.byValue(value)?.globals[0];
        return known === undefined ? printable(String(value)) : printable(known.path);
      }
    }
  }

  #objectText(value: object, limit: number): string | undefined {
    if (value instanceof Float) return formatFloat(value.value);
    if (value instanceof Uint8Array) return bytesText(value, limit);
    if (value instanceof Global) return printable(value.path);
    if (value instanceof PersistentId) return undefined;
    if (value instanceof Complex || value instanceof Range) return String(value);
    if (value === Ellipsis || value === NotImplemented) return String(value);
    if (value instanceof Slice) {
      const parts = [value.start, value.stop, value.step].map(
        (part) => this.atom(part, limit) ?? "…",
      );
      return `slice(${parts.join(", ")})`;
    }
    return this.#ownText(value, limit);
  }

  // Small values of known types (dates, decimals, UUIDs) say themselves what they are.
  #ownText(value: object, limit: number): string | undefined {
    if (Array.isArray(value) || value instanceof Map || value instanceof Set) return undefined;
    if (value instanceof Instance || value instanceof Error) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return undefined;
    const write: unknown = value.toString;
    if (typeof write !== "function" || write === Object.prototype.toString) return undefined;
    try {
      const text: unknown = write.call(value);
      return typeof text === "string" ? printable(text.slice(0, limit)) : undefined;
    } catch {
      return undefined;
    }
  }
}

const CLASSES: readonly (readonly [new (...args: never[]) => object, string])[] = [
  [Float, "float"],
  [Complex, "complex"],
  [Range, "range"],
  [Slice, "slice"],
  [ByteArray, "bytearray"],
  [Uint8Array, "bytes"],
  [FrozenSet, "frozenset"],
  [Set, "set"],
  [Map, "dict"],
  [Tuple, "tuple"],
  [Array, "list"],
];

function bytesText(bytes: Uint8Array, limit: number): string {
  const name = bytes instanceof ByteArray ? "bytearray" : "";
  const shown = Math.max(4, Math.floor(limit / 4));
  const text = reprBytes(bytes, shown);
  const body = name === "" ? text : `${name}(${text})`;
  return bytes.length <= shown ? body : `${body} (${byteSize(bytes.length)})`;
}

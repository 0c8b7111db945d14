/** Values in, their Python type's name and a one-line text out. */
import {
  type DumpContext,
  type PickleType,
  type Registry,
  registryOf,
} from "../core/registry/index.ts";
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
import { DType, MaskedArray, NdArray, NumpyScalar } from "../numpy/index.ts";
import { Interval, Period, Timedelta, Timestamp } from "../pandas/index.ts";
import {
  byteSize,
  grouped,
  printable,
  reprBytes,
  reprInteger,
  reprString,
} from "../printable/index.ts";
import { elementText } from "./arrays.ts";

/** What is needed to name values: the types that the load knew. */
export class Namer implements DumpContext {
  /** Types are asked what they would write; the newest protocol is closest to Python's own names. */
  readonly protocol = 5;
  readonly outOfBand = false;
  readonly #registry: Registry;
  // Prototypes that stand for several Python classes (`Path` for six): their types are asked, object by object.
  readonly #ambiguous = new Set<object>();

  constructor(types: readonly PickleType[]) {
    this.#registry = registryOf(types);
    const claimed = new Set<object>();
    for (const { prototypes = [], globals } of types) {
      for (const prototype of prototypes) {
        if (claimed.has(prototype) || globals.length !== 1) this.#ambiguous.add(prototype);
        claimed.add(prototype);
      }
    }
  }

  globalOf(value: unknown): Global | undefined {
    return this.#registry.byValue(value)?.globals[0];
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
    if (value instanceof NumpyScalar) return `numpy.${printable(value.dtype.name)}`;
    if (value instanceof NdArray) return `numpy.${value.subclass ?? "ndarray"}`;
    for (const [Class, name] of PANDAS) if (value instanceof Class) return name;
    if (value instanceof Instance) return printable(value.className);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return "list";
    if (prototype === null || prototype === Object.prototype) return "dict";
    if (prototype === Tuple.prototype) return "tuple";
    if (prototype === Uint8Array.prototype) return "bytes";
    const known = this.#classOf(value, prototype as object);
    if (known !== undefined) return printable(ALIASES[known.path] ?? known.path);
    if (value instanceof Global) return "reference";
    if (value instanceof PersistentId) return "persistent id";
    if (value === Ellipsis) return "ellipsis";
    if (value === NotImplemented) return "NotImplementedType";
    for (const [Class, name] of CLASSES) if (value instanceof Class) return name;
    return printable(value.constructor?.name ?? "object");
  }

  #classOf(value: object, prototype: object): Global | undefined {
    const type = this.#registry.byPrototype(prototype);
    if (type === undefined) return undefined;
    if (type.reduce !== undefined && this.#ambiguous.has(prototype)) {
      try {
        const reduced = type.reduce(value, this);
        const callable = reduced instanceof Global ? reduced : reduced.callable;
        if (callable instanceof Global) return callable;
      } catch {
        // A value that Python has no form for; its class has a name all the same.
      }
    }
    return type.globals[0];
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
    if (value instanceof NdArray || value instanceof DType || value instanceof MaskedArray)
      return undefined;
    if (value instanceof NumpyScalar) return elementText(value.value, value.dtype);
    for (const [Class] of PANDAS) if (value instanceof Class) return printable(value.toString());
    if (value instanceof Float) return formatFloat(value.value);
    if (value instanceof Uint8Array) return bytesText(value, limit);
    if (ArrayBuffer.isView(value)) return numbersText(value, limit);
    if (value instanceof Global) return printable(value.path);
    if (value instanceof PersistentId) return undefined;
    if (value instanceof Complex || value instanceof Range) return String(value);
    if (value === Ellipsis || value === NotImplemented) return String(value);
    if (value instanceof Slice) {
      const parts = [value.start, value.stop, value.step].map(
        // One level only: it may hold slices, and each of them others.
        (part) => (part instanceof Slice ? "…" : (this.atom(part, limit) ?? "…")),
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

// pandas' scalars are made by functions whose names say less.
const PANDAS: readonly (readonly [new (...args: never[]) => object, string])[] = [
  [Timestamp, "pandas.Timestamp"],
  [Timedelta, "pandas.Timedelta"],
  [Period, "pandas.Period"],
  [Interval, "pandas.Interval"],
];

// Functions that make objects of a class, and names that need no module.
const ALIASES: Readonly<Record<string, string>> = {
  "re._compile": "re.Pattern",
  "array._array_reconstructor": "array.array",
  "builtins.set": "set",
  "builtins.frozenset": "frozenset",
  "builtins.complex": "complex",
  "builtins.range": "range",
  "builtins.slice": "slice",
  "builtins.bytearray": "bytearray",
};

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

function numbersText(view: ArrayBufferView, limit: number): string {
  if (view instanceof DataView) return `of ${byteSize(view.byteLength)}`;
  const numbers = view as ArrayBufferView & ArrayLike<number | bigint>;
  const floats = view instanceof Float64Array || view instanceof Float32Array;
  const texts: string[] = [];
  let room = limit - 16;
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number | bigint;
    const text = floats ? formatFloat(Number(number)) : String(number);
    room -= text.length + 2;
    if (room < 0 && index > 0) {
      texts.push("…");
      break;
    }
    texts.push(text);
  }
  return `of ${grouped(numbers.length)}: ${texts.join(", ")}`;
}

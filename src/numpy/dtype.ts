/**
 * What one element of an array is: `dtype("float32")`, `dtype([["x", "<f8"], ["name", "U10"]])`.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/descriptor.c`, `_core/_dtype.py`, `lib/_format_impl.py` dtype_to_descr.
 */

import { inspectSymbol } from "../core/values/index.ts";
import { reprDtype } from "./dtype-text.ts";
import { sizeOf } from "./layout.ts";
import {
  type ByteOrder,
  formatTimeStep,
  type Kind,
  LARGEST_ITEMSIZE,
  NATIVE,
  type ParsedType,
  parseTypestr,
  spelled,
  type TimeStep,
} from "./typestr.ts";

/** One field of a structured dtype. */
export interface Field {
  readonly dtype: DType;
  /** Bytes from the start of the record. */
  readonly offset: number;
  /** NumPy's title: a second name, or any object. */
  readonly title?: unknown;
}

/** The element of an array that is itself an array: `dtype` repeated in a C-order `shape`. */
export interface Subarray {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** How a `StringDType` was made. */
export interface StringOptions {
  /** Whether values that are no str are made str. */
  readonly coerce: boolean;
  /** The missing value, where there is one: `naObject` is present. */
  readonly naObject?: unknown;
}

/** What a {@link DType} is made of. */
export interface DTypeParts extends ParsedType {
  readonly alignment?: number | undefined;
  readonly fields?: ReadonlyMap<string, Field> | null | undefined;
  readonly subarray?: Subarray | null | undefined;
  readonly isAligned?: boolean | undefined;
  readonly isRecord?: boolean | undefined;
  readonly metadata?: unknown;
  readonly string?: StringOptions | null | undefined;
  readonly custom?: unknown;
}

/** A field as a descr has it: `[name, dtype]`, `[name, dtype, shape]`, `[[title, name], dtype]`. */
export type FieldSpec =
  | readonly [name: string | readonly [title: string, name: string], dtype: DTypeLike]
  | readonly [
      name: string | readonly [title: string, name: string],
      dtype: DTypeLike,
      shape: number | readonly number[],
    ];

/** A structured dtype in full, as NumPy's dict form. */
export interface StructSpec {
  readonly names: readonly string[];
  readonly formats: readonly DTypeLike[];
  /** Bytes from the start of the record; one after another where left out. */
  readonly offsets?: readonly number[] | undefined;
  readonly titles?: readonly unknown[] | undefined;
  readonly itemsize?: number | undefined;
  /** Places fields as a C compiler would. */
  readonly aligned?: boolean | undefined;
}

/** Whatever says a dtype: a type string or name, a list of fields, a dict of them. */
export type DTypeLike = DType | string | readonly FieldSpec[] | StructSpec;

// A struct of structs of structs: deeper, or with more members, no program writes; sharing would make both exponential.
const DEEPEST = 32;
const MOST_LEAVES = 100_000;

/** Gives a dtype that a pickle has just made its state. @throws TypeError where it is in use or the parts make none */
export let refill: (target: DType, parts: DTypeParts) => void;

/** Says that something depends on a dtype: from now on it cannot change. */
export let use: (dtype: DType) => DType;

/**
 * NumPy's `dtype`: kind, size and byte order of an element, and the fields of a structured one. Immutable.
 *
 * @example
 * ```ts
 * import { dtype } from "brine/numpy";
 * dtype("<f4").name; //=> "float32"
 * dtype([["x", "f8"], ["id", "u2"]]).itemsize; //=> 10
 * ```
 */
export class DType {
  /** `b i u f c S U V O M m`, and `T` for `StringDType`. */
  readonly kind: Kind;
  /** `"<"` or `">"`, `"|"` where the order of bytes means nothing; never `"="`. */
  readonly byteorder: ByteOrder;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Bytes: the multiple at which C would place such an element. */
  readonly alignment: number;
  /** The fields by name, in order; `null` where the dtype has none. */
  readonly fields: ReadonlyMap<string, Field> | null;
  /** Where an element is itself an array. */
  readonly subarray: Subarray | null;
  /** The unit of `datetime64` and `timedelta64`. */
  readonly time: TimeStep | null;
  /** Whether the fields were placed as C would (`align=True`). */
  readonly isAligned: boolean;
  /** Whether elements are `numpy.record`s. */
  readonly isRecord: boolean;
  /** NumPy's metadata: a dict, or `null`. */
  readonly metadata: unknown;
  /** How a `StringDType` was made. */
  readonly string: StringOptions | null;
  /** What makes a dtype that NumPy itself does not have (`bfloat16`), as the pickle says it; elements are its bytes. */
  readonly custom: unknown;
  /** Whether elements are references to objects, wholly or in a field: such arrays hold values, not bytes. */
  readonly hasObject: boolean;
  #depth = 0;
  #leaves = 1;
  // Something was made with this dtype, so that no pickle may change it any more.
  #isUsed = false;

  /** @throws TypeError where the parts do not make a dtype */
  constructor(parts: DTypeParts) {
    this.kind = parts.kind;
    this.byteorder = parts.byteorder;
    this.itemsize = parts.itemsize;
    this.time = parts.time;
    this.fields = parts.fields ?? null;
    this.subarray = parts.subarray ?? null;
    this.isAligned = parts.isAligned ?? false;
    this.isRecord = parts.isRecord ?? false;
    this.metadata = parts.metadata ?? null;
    this.string = parts.string ?? (parts.kind === "T" ? { coerce: true } : null);
    this.custom = parts.custom ?? null;
    this.hasObject = this.#check();
    this.alignment = parts.alignment ?? naturalAlignment(this);
  }

  static {
    refill = (target, parts) => {
      if (target.#isUsed) throw new TypeError("a dtype that is in use cannot change");
      const made = new DType(parts);
      // Its own fields may be what uses it.
      if (target.#isUsed) throw new TypeError("a dtype cannot contain itself");
      Object.assign(target, made);
      target.#depth = made.#depth;
      target.#leaves = made.#leaves;
      target.#isUsed = true;
    };
    use = (dtype) => {
      dtype.#isUsed = true;
      return dtype;
    };
  }

  // Whatever a pickle may say that is no dtype; returns whether elements hold references.
  #check(): boolean {
    const { kind, itemsize, fields, subarray } = this;
    let hasObject = kind === "O" || kind === "T";
    if (!Number.isInteger(itemsize) || itemsize < 0 || itemsize > LARGEST_ITEMSIZE)
      throw new TypeError(`an itemsize of ${itemsize} is out of range`);
    if (fields !== null) {
      this.#leaves = 0;
      for (const [name, { dtype, offset }] of fields) {
        if (!Number.isInteger(offset) || offset < 0 || offset + dtype.itemsize > itemsize)
          throw new TypeError(`field ${JSON.stringify(name)} lies outside the ${itemsize} bytes`);
        this.#depth = Math.max(this.#depth, dtype.#depth + 1);
        this.#leaves += dtype.#leaves;
        hasObject ||= dtype.hasObject;
        dtype.#isUsed = true;
      }
    }
    if (subarray !== null) {
      const { dtype, shape } = subarray;
      if (sizeOf(shape) * dtype.itemsize !== itemsize)
        throw new TypeError(`a subarray of shape (${shape}) does not fill ${itemsize} bytes`);
      this.#depth = dtype.#depth + 1;
      this.#leaves = dtype.#leaves;
      hasObject ||= dtype.hasObject;
      dtype.#isUsed = true;
    }
    if (this.#depth > DEEPEST) throw new TypeError(`a dtype is nested more than ${DEEPEST} deep`);
    if (this.#leaves > MOST_LEAVES)
      throw new TypeError(`a dtype has more than ${MOST_LEAVES} fields`);
    return hasObject;
  }

  /** The field names in order, or `null`. */
  get names(): readonly string[] | null {
    return this.fields === null ? null : Array.from(this.fields.keys());
  }

  /** The type string: `"<f8"`, `"|S5"`, `"<M8[25us]"`; a structured dtype is `"|V10"`. */
  get str(): string {
    if (this.kind === "O") return "|O";
    const size = this.kind === "U" ? this.itemsize / 4 : this.itemsize;
    const unit = this.time === null ? "" : formatTimeStep(this.time);
    return `${this.byteorder}${this.kind}${size}${unit === "" ? "" : `[${unit}]`}`;
  }

  /** NumPy's name: `"float64"`, `"str160"` (bits), `"datetime64[ns]"`. */
  get name(): string {
    const bits = this.itemsize * 8;
    switch (this.kind) {
      case "b":
        return "bool";
      case "i":
        return `int${bits}`;
      case "u":
        return `uint${bits}`;
      case "f":
        return `float${bits}`;
      case "c":
        return `complex${bits}`;
      case "S":
        return bits === 0 ? "bytes" : `bytes${bits}`;
      case "U":
        return bits === 0 ? "str" : `str${bits}`;
      case "V":
        return `${this.isRecord ? "record" : "void"}${bits === 0 ? "" : bits}`;
      case "O":
        return "object";
      case "T":
        return `StringDType${bits}`;
      default: {
        const unit = this.time === null ? "" : formatTimeStep(this.time);
        return `${this.kind === "M" ? "datetime64" : "timedelta64"}${unit && `[${unit}]`}`;
      }
    }
  }

  /** Whether the bytes are in this machine's order, where order means anything. */
  get isNative(): boolean {
    return this.byteorder === "|" || this.byteorder === NATIVE;
  }

  /**
   * The `descr` of a `.npy` header and of the array interface: a type string, or a list of fields in which padding is
   * `["", "|V4"]`.
   *
   * @throws TypeError where fields overlap or are out of order, which a descr cannot say
   */
  get descr(): Descr {
    if (this.fields === null) return this.subarray === null ? this.str : [fieldDescr("", this)];
    const list: FieldDescr[] = [];
    let end = 0;
    for (const [name, { dtype, offset, title }] of this.fields) {
      if (offset < end) throw new TypeError("a descr cannot say fields that overlap");
      if (offset > end) list.push(["", `|V${offset - end}`]);
      list.push(fieldDescr(typeof title === "string" ? [title, name] : name, dtype));
      end = offset + dtype.itemsize;
    }
    if (end < this.itemsize) list.push(["", `|V${this.itemsize - end}`]);
    return list;
  }

  /** The same dtype with the bytes of each element, or of each field, in the other order given. */
  newByteOrder(order: "<" | ">" | "=" | "S" = "S"): DType {
    const turned = (from: ByteOrder): ByteOrder =>
      from === "|"
        ? from
        : order === "="
          ? NATIVE
          : order !== "S"
            ? order
            : from === "<"
              ? ">"
              : "<";
    const { fields, subarray } = this;
    const parts = this as DTypeParts;
    // NumPy has one object for each of these.
    if ("iufcMm".includes(this.kind) && this.metadata === null)
      return dtype(turned(this.byteorder) + this.str.slice(1));
    return new DType({
      ...partsOf(parts),
      byteorder: turned(this.byteorder),
      subarray: subarray && { ...subarray, dtype: subarray.dtype.newByteOrder(order) },
      fields:
        fields &&
        new Map(
          Array.from(fields, ([name, field]) => [
            name,
            { ...field, dtype: field.dtype.newByteOrder(order) },
          ]),
        ),
    });
  }

  /** Whether both say the same: kind, size, order, unit, and the fields one by one. Metadata does not count. */
  equals(other: DTypeLike): boolean {
    const that = dtype(other);
    if (this === that) return true;
    return (
      this.str === that.str &&
      this.isAligned === that.isAligned &&
      sameSubarray(this.subarray, that.subarray) &&
      sameFields(this.fields, that.fields) &&
      sameString(this.string, that.string)
    );
  }

  toString(): string {
    return reprDtype(this, false);
  }

  /** The descr, or the name where there is none. */
  toJSON(): unknown {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `dtype(${reprDtype(this, true)})`;
  }
}

/** A `descr`: a type string, or fields. */
export type Descr = string | FieldDescr[];
/** A field of a `descr`. */
export type FieldDescr =
  | [name: string | [title: string, name: string], descr: Descr]
  | [name: string | [title: string, name: string], descr: Descr, shape: number[]];

function fieldDescr(name: string | [string, string], dtype: DType): FieldDescr {
  const { subarray } = dtype;
  return subarray === null
    ? [name, dtype.descr]
    : [name, subarray.dtype.descr, [...subarray.shape]];
}

/** The parts of a dtype, to make another from. */
export function partsOf(parts: DTypeParts): DTypeParts {
  const { kind, itemsize, byteorder, time, alignment, fields, subarray } = parts;
  const { isAligned, isRecord, metadata, string, custom } = parts;
  return {
    kind,
    itemsize,
    byteorder,
    time,
    alignment,
    fields,
    subarray,
    isAligned,
    isRecord,
    metadata,
    string,
    custom,
  };
}

function naturalAlignment({ kind, itemsize, fields, subarray, isAligned }: DType): number {
  if (subarray !== null) return subarray.dtype.alignment;
  switch (kind) {
    case "S":
      return 1;
    case "V": {
      if (!isAligned || fields === null) return 1;
      let most = 1;
      for (const { dtype } of fields.values()) most = Math.max(most, dtype.alignment);
      return most;
    }
    case "U":
      return 4;
    case "c":
      return itemsize / 2;
    case "T":
    case "O":
      return 8;
    default:
      return itemsize === 12 ? 4 : itemsize;
  }
}

function sameSubarray(a: Subarray | null, b: Subarray | null): boolean {
  if (a === null || b === null) return a === b;
  return a.shape.join() === b.shape.join() && a.dtype.equals(b.dtype);
}

function sameFields(
  a: ReadonlyMap<string, Field> | null,
  b: ReadonlyMap<string, Field> | null,
): boolean {
  if (a === null || b === null) return a === b;
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, field] of a) {
    const [otherName, other] = others.next().value as [string, Field];
    if (name !== otherName || field.offset !== other.offset || field.title !== other.title)
      return false;
    if (!field.dtype.equals(other.dtype)) return false;
  }
  return true;
}

function sameString(a: StringOptions | null, b: StringOptions | null): boolean {
  if (a === null || b === null) return a === b;
  return a.coerce === b.coerce && "naObject" in a === "naObject" in b && a.naObject === b.naObject;
}

// --- what says a dtype

// NumPy has one object for each of these; pickles refer to it again instead of writing it twice.
const known = new Map<string, DType>();

/**
 * The dtype that a type string, a name, a list of fields or NumPy's dict form says.
 *
 * Strings as in NumPy: `"<f4"`, `"float32"`, `"U10"`, `"datetime64[ns]"`, `"(2,3)i4"`, `"i4,f8"`. Names of C types have
 * the sizes of 64-bit Linux.
 *
 * @throws TypeError where it says none
 * @example
 * ```ts
 * import { dtype } from "brine/numpy";
 * dtype("datetime64[ns]").str; //=> "<M8[ns]"
 * dtype({ names: ["a", "b"], formats: ["u1", "f8"], aligned: true }).fields?.get("b")?.offset; //=> 8
 * ```
 */
export function dtype(spec: DTypeLike): DType {
  if (spec instanceof DType) return spec;
  if (typeof spec === "string") {
    const found = known.get(spec);
    if (found !== undefined) return found;
    const made = fromString(spec);
    // Only what has few spellings is kept: sized text and counted units could fill the table.
    if (/^[<>=|]?[a-z]\w{0,10}(\[[a-z]+\])?$/i.test(spec) && "biufcOTMm".includes(made.kind)) {
      const one = known.get(made.str) ?? made;
      known.set(made.str, one);
      known.set(spec, one);
      return one;
    }
    return made;
  }
  if (Array.isArray(spec)) return fromFields(spec as readonly FieldSpec[]);
  if (typeof spec === "object" && spec !== null && "names" in spec)
    return fromStruct(spec as StructSpec);
  throw new TypeError("dtype must be a type string, a list of fields or { names, formats }");
}

function fromString(text: string): DType {
  const parsed = parseTypestr(text);
  if (parsed !== undefined) return new DType(parsed);
  const repeated =
    /^\(([\d, ]*)\)\s*([^,]+)$/.exec(text) ?? /^(\d+)([a-zA-Z<>=|?][^,]*)$/.exec(text);
  if (repeated !== null) {
    const shape = (repeated[1] as string).split(",").filter((part) => part.trim() !== "");
    return subarrayOf(dtype(repeated[2] as string), shape.map(Number));
  }
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.length > 1) {
    if (parts.at(-1) === "") parts.pop();
    return fromFields(parts.map((part, index): FieldSpec => [`f${index}`, part]));
  }
  throw new TypeError(`data type ${JSON.stringify(text)} not understood`);
}

/** A dtype whose elements are arrays of `base`. */
export function subarrayOf(base: DType, shape: readonly number[]): DType {
  if (shape.length === 0) return base;
  let count = 1;
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0)
      throw new TypeError(`shape (${shape}) is no shape`);
    count *= length;
  }
  // (2,) of (3,) of base is (2, 3) of base.
  const inner = base.subarray;
  return new DType({
    kind: "V",
    itemsize: count * base.itemsize,
    byteorder: "|",
    time: null,
    subarray: inner
      ? { dtype: inner.dtype, shape: [...shape, ...inner.shape] }
      : { dtype: base, shape: [...shape] },
  });
}

function fromFields(specs: readonly FieldSpec[]): DType {
  const names: string[] = [];
  const formats: DType[] = [];
  const offsets: number[] = [];
  const titles: unknown[] = [];
  let end = 0;
  for (const [place, spec] of specs.entries()) {
    if (!Array.isArray(spec) || spec.length < 2 || spec.length > 3)
      throw new TypeError("a field must be [name, dtype] or [name, dtype, shape]");
    const [label, format, shape] = spec as readonly [unknown, DTypeLike, unknown?];
    const [title, name] = Array.isArray(label) ? label : [undefined, label];
    if (typeof name !== "string") throw new TypeError("the name of a field must be a string");
    const lengths = shape === undefined ? [] : typeof shape === "number" ? [shape] : shape;
    if (!Array.isArray(lengths)) throw new TypeError("the shape of a field must be numbers");
    const field = subarrayOf(dtype(format), lengths as number[]);
    // Padding, as a .npy header spells it: no name, no fields, and no name given to it.
    const isPadding = name === "" && field.kind === "V" && field.fields === null && !field.subarray;
    if (!isPadding) {
      names.push(name === "" ? `f${place}` : name);
      formats.push(field);
      offsets.push(end);
      titles.push(title);
    }
    end += field.itemsize;
  }
  return fromStruct({ names, formats, offsets, titles, itemsize: end });
}

function fromStruct(spec: StructSpec): DType {
  const { names, formats, offsets, titles, aligned = false } = spec;
  if (!Array.isArray(names) || !Array.isArray(formats) || names.length !== formats.length)
    throw new TypeError("names and formats must be lists of one length");
  const fields = new Map<string, Field>();
  const places = new Map<string, Field>();
  let end = 0;
  let alignment = 1;
  for (const [index, name] of (names as readonly string[]).entries()) {
    const field = dtype(formats[index] as DTypeLike);
    const start = aligned ? roundUp(end, field.alignment) : end;
    const offset = offsets?.[index] ?? start;
    const title = titles?.[index] ?? undefined;
    if (typeof name !== "string" || places.has(name))
      throw new TypeError(`the field name ${JSON.stringify(name)} is no string or there twice`);
    const entry: Field =
      title === undefined ? { dtype: field, offset } : { dtype: field, offset, title };
    fields.set(name, entry);
    places.set(name, entry);
    if (typeof title === "string") places.set(title, entry);
    end = Math.max(end, offset + field.itemsize);
    alignment = Math.max(alignment, field.alignment);
  }
  return new DType({
    kind: "V",
    itemsize: spec.itemsize ?? (aligned ? roundUp(end, alignment) : end),
    byteorder: "|",
    time: null,
    fields,
    isAligned: aligned,
    alignment: aligned ? alignment : 1,
  });
}

function roundUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** A dtype of `numpy.record`s, or of plain records again. */
export function asRecord(from: DType, isRecord: boolean): DType {
  return new DType({ ...partsOf(from as DTypeParts), isRecord });
}

/** The same dtype, bytes in the order that a string spells. */
export function withByteOrder(from: DType, order: string): DType {
  return new DType({
    ...partsOf(from as DTypeParts),
    byteorder: spelled(order, from.kind, from.itemsize),
  });
}

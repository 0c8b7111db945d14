/** Objects of brine's classes in, the type that TypeScript knows them by and where that is exported out. */
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  Global,
  Instance,
  NotImplemented,
  PersistentId,
  Range,
  Slice,
} from "../core/values/index.ts";
import { ExtType, Timestamp as MsgpackTimestamp } from "../msgpack/index.ts";
import {
  Datetime64,
  DType,
  MaskedArray,
  NdArray,
  NumpyScalar,
  RandomState,
  SeedSequence,
  Timedelta64,
} from "../numpy/index.ts";
import {
  DataFrame,
  ExtensionArray,
  Index,
  Interval,
  Period,
  Series,
  Timedelta,
  Timestamp,
} from "../pandas/index.ts";
import { Estimator, SparseMatrix, Tree } from "../sklearn/index.ts";
import {
  Decimal,
  EnumMember,
  Fraction,
  IPv4Address,
  IPv4Interface,
  IPv4Network,
  IPv6Address,
  IPv6Interface,
  IPv6Network,
  Partial,
  Path,
  Pattern,
  PyArray,
  PyException,
  SimpleNamespace,
  TimeZone,
  UUID,
  ZoneInfo,
} from "../stdlib/index.ts";

/** A class of objects that are not looked into, as it stands in a type. */
export interface Known {
  /** `"NdArray<Float64Array>"`. */
  readonly text: string;
  /** What has to be imported for it: `"Decimal"`, `"Timestamp as MsgpackTimestamp"`. */
  readonly name?: string;
  /** Where that is exported. */
  readonly from?: string;
}

/** A class, be its constructor private or not. */
interface Class {
  readonly prototype: object;
}

const BRINE: Readonly<Record<string, Class>> = {
  ...{ ByteArray, Complex, Float, Global, Instance, PersistentId, Range, Slice },
  ...{ Datetime64, DType, NdArray, Timedelta64 },
  ...{ DataFrame, ExtensionArray, Index, Interval, Period, Series, Timedelta, Timestamp },
  ...{ Estimator, SparseMatrix, Tree },
  ...{ Decimal, EnumMember, Fraction, Partial, Path, Pattern, PyArray, PyException },
  ...{ IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network },
  ...{ SimpleNamespace, TimeZone, UUID, ZoneInfo },
};

const KNOWN = new Map<object, Known>([
  ...Object.entries(BRINE).map(([name, { prototype }]): [object, Known] => [
    prototype,
    { text: name, name, from: "brine" },
  ]),
  ...Object.entries({ MaskedArray, NumpyScalar, RandomState, SeedSequence }).map(
    ([name, { prototype }]): [object, Known] => [
      prototype,
      { text: name, name, from: "brine/numpy" },
    ],
  ),
  [ExtType.prototype, { text: "ExtType", name: "ExtType", from: "brine/msgpack" }],
  [
    MsgpackTimestamp.prototype,
    {
      text: "MsgpackTimestamp",
      name: "Timestamp as MsgpackTimestamp",
      from: "brine/msgpack",
    },
  ],
  ...[
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map(({ name, prototype }): [object, Known] => [prototype, { text: name }]),
  [Error.prototype, { text: "Error" }],
  [Date.prototype, { text: "Date" }],
]);

/** Classes of `brine` that have a type parameter, imported where they are used. */
export const GENERIC: Readonly<Record<string, Known>> = Object.fromEntries(
  ["Tuple", "Deque", "OrderedDict", "DefaultDict", "Counter"].map((name) => [
    name,
    { text: name, name, from: "brine" },
  ]),
);

/** What a text refers to without importing it. */
export const GLOBALS: ReadonlySet<string> = new Set([
  ...["Array", "Map", "Set", "ReadonlySet", "Record", "Readonly", "Generator", "Temporal"],
  ...["RowOptions", "Tuple", "Object", "Function", "Symbol", "String", "Number", "Boolean"],
  "Promise",
]);

/** Names that the type of the whole cannot have. */
export const TAKEN: ReadonlySet<string> = new Set([
  ...[...KNOWN.values(), ...Object.values(GENERIC)].map(({ text }) => text),
  ...GLOBALS,
]);

// Ellipsis and NotImplemented, whose class nobody exports.
const NAMED: Known = { text: "{ readonly name: string }" };
const found = new Map<string, Known>();

/** What an object is, as far as its class tells; `undefined` for what nobody knows. */
export function knownOf(value: object): Known | undefined {
  for (
    let prototype: object | null = Object.getPrototypeOf(value) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const known = KNOWN.get(prototype);
    if (known?.text === "NdArray") return arrayOf(value as NdArray, known);
    if (known !== undefined) return known;
  }
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (typeof tag === "string" && /^Temporal\.[A-Za-z]+$/.test(tag)) return once(tag, { text: tag });
  return value === Ellipsis || value === NotImplemented ? NAMED : undefined;
}

const ELEMENTS: Readonly<Record<string, string>> = {
  b1: "Uint8Array",
  i1: "Int8Array",
  u1: "Uint8Array",
  i2: "Int16Array",
  u2: "Uint16Array",
  i4: "Int32Array",
  u4: "Uint32Array",
  i8: "BigInt64Array",
  u8: "BigUint64Array",
  f4: "Float32Array",
  f8: "Float64Array",
};

// What its `data` is, where that is the elements themselves.
function arrayOf({ dtype }: NdArray, known: Known): Known {
  const data = dtype.kind === "O" ? "unknown[]" : ELEMENTS[dtype.kind + dtype.itemsize];
  if (data === undefined) return known;
  const text = `NdArray<${data}>`;
  return once(text, { ...known, text });
}

// One object for one text: places keep them in sets.
function once(text: string, known: Known): Known {
  const made = found.get(text) ?? known;
  found.set(text, made);
  return made;
}

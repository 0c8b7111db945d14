/**
 * `numpy.dtype ↔ DType`: `dtype(typestr, False, True)` and the state of 9, 8, 7, 6 or 5 items.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/descriptor.c` arraydescr_reduce, arraydescr_setstate.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, PyDict, Tuple } from "../core/values/index.ts";
import { entriesOf, integerOf, shapeOf, textOf } from "./arguments.ts";
import {
  DType,
  type DTypeParts,
  type Field,
  partsOf,
  refill,
  type StringOptions,
  type Subarray,
} from "./dtype.ts";
import { parseTimeStep, parseTypestr, spelled, type TimeStep } from "./typestr.ts";

const DTYPE = new Global("numpy", "dtype");
const RECORD = new Global("numpy", "record");

// The bits of `dtype.flags` that a state has. Source: NumPy ndarraytypes.h NPY_ITEM_REFCOUNT and on.
const FLAGS_OBJECT = 63;
const FLAGS_TEXT = 8;
const FLAGS_STRUCT = 16;
const FLAG_ALIGNED = 0x80;
// Of the fields' flags those that a struct inherits: NPY_FROM_FIELDS.
const FROM_FIELDS = 27;

/** The dtypes that NumPy pickles by name and state, written for a version of it. */
export function dtypeType(version: 1 | 2): PickleType {
  return {
    globals: [DTYPE],
    prototypes: [DType.prototype],
    call: dtypeOf,
    setState: (object, state) => refill(object as DType, stateParts(object as DType, state)),
    reduce: (value) => reduction(value as DType, version),
  };
}

// dtype(typestr, False, True)
function dtypeOf(args: readonly unknown[]): DType | undefined {
  const [spec] = args;
  if (args.length < 1 || args.length > 3) return undefined;
  // A class is a dtype that somebody else defined, but for records.
  if (spec instanceof Global) {
    if (spec.path !== "numpy.record" && spec.path !== "numpy.rec.record") return undefined;
    return new DType({ kind: "V", itemsize: 0, byteorder: "|", time: null, isRecord: true });
  }
  const text = textOf(spec);
  if (text === undefined) return undefined;
  const parsed = parseTypestr(text);
  if (parsed === undefined) throw new TypeError(`data type ${JSON.stringify(text)} not understood`);
  return new DType(parsed);
}

/** `StringDType`, which NumPy makes by a call of its own. */
export const stringDtypeType: PickleType = {
  globals: [
    new Global("numpy._core._internal", "_convert_to_stringdtype_kwargs"),
    new Global("numpy.core._internal", "_convert_to_stringdtype_kwargs"),
  ],
  call: (args) => {
    if (args.length < 1 || args.length > 2) return undefined;
    const coerce = integerOf(args[0]) !== 0;
    const string: StringOptions = args.length === 2 ? { coerce, naObject: args[1] } : { coerce };
    return new DType({ kind: "T", itemsize: 16, byteorder: "|", time: null, string });
  },
};

// --- state in

interface State {
  readonly version: number;
  readonly order: unknown;
  readonly subarray: unknown;
  readonly names: unknown;
  readonly fields: unknown;
  readonly itemsize: unknown;
  readonly alignment: unknown;
  readonly flags: unknown;
  readonly metadata: unknown;
}

function stateOf(state: unknown): State {
  const items = Array.isArray(state) ? (state as readonly unknown[]) : [];
  const [version, order, subarray, ...rest] = items;
  if (items.length === 5) {
    // Version 0 has none and calls it nothing.
    const [fields, itemsize, alignment] = items.slice(2);
    return {
      version: 0,
      order: version,
      subarray: order,
      names: undefined,
      fields,
      itemsize,
      alignment,
      flags: 0,
      metadata: null,
    };
  }
  const names = items.length === 6 ? undefined : rest.shift();
  const [fields, itemsize, alignment, flags = 0, metadata = null] = rest;
  const number = integerOf(version);
  if (items.length < 6 || items.length > 9 || number === undefined || number < 0 || number > 4)
    throw new TypeError(`can't handle version ${String(version)} of a numpy.dtype pickle`);
  return { version: number, order, subarray, names, fields, itemsize, alignment, flags, metadata };
}

function stateParts(dtype: DType, given: unknown): DTypeParts {
  const state = stateOf(given);
  const order = textOf(state.order);
  if (order === undefined || !/^[<>=|]$/.test(order))
    throw new TypeError(`byte order ${String(state.order)} of a dtype`);
  const base = partsOf(dtype as DTypeParts);
  const { kind } = dtype;
  // Only these have sizes of their own; a pickle of the others has -1.
  const isExtended = "SUV".includes(kind);
  const itemsize = isExtended ? integerOf(state.itemsize) : dtype.itemsize;
  const alignment = isExtended ? integerOf(state.alignment) : dtype.alignment;
  // NumPy 1 aligns a struct without fields to 0.
  if (itemsize === undefined || alignment === undefined || alignment < 0)
    throw new TypeError("the size of a dtype must be an integer");
  if (kind === "U" && itemsize % 4 !== 0) throw new TypeError(`${itemsize} bytes are no text`);
  const fields = kind === "V" ? fieldsOf(state) : null;
  const [metadata, time] =
    kind === "M" || kind === "m" ? timeOf(state.metadata) : [state.metadata, null];
  const flags = integerOf(state.flags) ?? 0;
  return {
    ...base,
    byteorder: spelled(order, kind, itemsize),
    itemsize,
    alignment: Math.max(alignment, 1),
    subarray: kind === "V" ? subarrayOf(state.subarray) : null,
    fields,
    isAligned: fields !== null && (flags & FLAG_ALIGNED) !== 0,
    metadata,
    time: time ?? dtype.time,
  };
}

function subarrayOf(value: unknown): Subarray | null {
  if (value === null || value === undefined) return null;
  const [dtype, shape] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!(dtype instanceof DType)) throw new TypeError("a sub-array needs a dtype and a shape");
  return { dtype, shape: shapeOf(shape) };
}

function fieldsOf({ fields, names, version }: State): ReadonlyMap<string, Field> | null {
  if (fields === null || fields === undefined) return null;
  const entries = entriesOf(fields);
  if (entries === undefined) throw new TypeError("the fields of a dtype must be a dict");
  // Versions 0 and 1 keep the names in the dict itself, under -1.
  const order = version <= 1 ? (entries.get(-1) ?? entries.get("-1")) : names;
  if (!Array.isArray(order)) throw new TypeError("the names of a dtype must be a tuple");
  const found = new Map<string, Field>();
  for (const item of order as readonly unknown[]) {
    const name = textOf(item);
    const entry = name === undefined ? undefined : entries.get(name);
    if (name === undefined || found.has(name) || !Array.isArray(entry))
      throw new TypeError(`the field ${String(item)} of a dtype`);
    const [dtype, place, title] = entry as readonly unknown[];
    const offset = integerOf(place);
    if (!(dtype instanceof DType) || offset === undefined)
      throw new TypeError(`the field ${String(item)} needs a dtype and an offset`);
    found.set(name, entry.length > 2 ? { dtype, offset, title } : { dtype, offset });
  }
  return found;
}

// (metadata, (unit, number, denominator, event)); the last two are always 1 since NumPy 1.7.
function timeOf(value: unknown): [metadata: unknown, time: TimeStep] {
  const [metadata, step] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const [unit, number] = Array.isArray(step) ? (step as readonly unknown[]) : [];
  const name = textOf(unit);
  const count = integerOf(number);
  const time =
    name === undefined || count === undefined ? undefined : parseTimeStep(`${count}${name}`);
  if (time === undefined) throw new TypeError("the unit of a datetime64 or timedelta64");
  return [metadata ?? null, time];
}

// --- state out

function reduction(dtype: DType, version: 1 | 2): ReturnType<NonNullable<PickleType["reduce"]>> {
  const { kind, itemsize, string } = dtype;
  if (dtype.custom !== null) throw new TypeError("a dtype of another package goes back as it came");
  if (string !== null) {
    const coerce = string.coerce ? 1 : 0;
    const args = "naObject" in string ? [coerce, string.naObject] : [coerce];
    return { callable: stringDtypeType.globals[0], args };
  }
  // Python makes this string for the moment.
  const spec = dtype.isRecord
    ? RECORD
    : new String(`${kind}${kind === "U" ? itemsize / 4 : itemsize}`);
  return { callable: DTYPE, args: [spec, false, true], state: stateTuple(dtype, version) };
}

function stateTuple(dtype: DType, version: 1 | 2): Tuple {
  const { kind, byteorder, subarray, fields, time, metadata } = dtype;
  const isExtended = "SUV".includes(kind);
  const parts: unknown[] = [
    time !== null || metadata !== null ? 4 : 3,
    byteorder,
    subarray && Tuple.of(subarray.dtype, Tuple.of(...subarray.shape)),
    fields && Tuple.of(...fields.keys()),
    fields && fieldsDict(fields),
    isExtended ? dtype.itemsize : -1,
    isExtended ? dtype.alignment : -1,
    flagsOf(dtype) | (dtype.isAligned && version === 2 ? FLAG_ALIGNED : 0),
  ];
  if (time !== null) {
    const unit = Tuple.of(latin1(time.unit), time.step, 1, 1);
    parts.push(Tuple.of(metadata, unit));
  } else if (metadata !== null) {
    parts.push(metadata);
  }
  return Tuple.of(...parts);
}

function fieldsDict(fields: ReadonlyMap<string, Field>): PyDict {
  const dict = new PyDict<unknown, unknown>();
  for (const [name, { dtype, offset, title }] of fields) {
    const entry = title === undefined ? Tuple.of(dtype, offset) : Tuple.of(dtype, offset, title);
    dict.set(name, entry);
    // A title is a second name.
    if (title !== undefined && title !== null) dict.set(title, entry);
  }
  return dict;
}

// Without the flag of aligned structs, but for NumPy 2: NumPy 1 refuses it there, and NumPy 2 takes no notice of NumPy 1's.
// Offsets say where the fields are.
function flagsOf(dtype: DType): number {
  const { kind, fields, subarray } = dtype;
  if (kind === "O") return FLAGS_OBJECT;
  if (kind === "U") return FLAGS_TEXT;
  if (subarray !== null) return flagsOf(subarray.dtype) & FROM_FIELDS;
  if (fields === null) return 0;
  let flags = FLAGS_STRUCT;
  for (const field of fields.values()) flags |= flagsOf(field.dtype) & FROM_FIELDS;
  return flags;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

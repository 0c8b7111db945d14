/**
 * `numpy.ma.MaskedArray ↔ MaskedArray`: an array beside another that says which elements do not count.
 *
 * Source: NumPy 2.5 `numpy/ma/core.py` _mareconstruct, MaskedArray.__getstate__, __setstate__, make_mask_descr.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, Tuple } from "../core/values/index.ts";
import { shapeOf } from "./arguments.ts";
import { arrayState, fromState, lendsParts } from "./array-pickle.ts";
import { DType, dtype as dtypeOf, type FieldSpec, subarrayOf } from "./dtype.ts";
import { setOwn } from "./elements.ts";
import { scalarText } from "./formats.ts";
import type { Index } from "./layout.ts";
import { NdArray, NOTHING } from "./ndarray.ts";
import { bodyText, isImplied, jsonOf, shortName } from "./print.ts";

let refillMasked: (array: MaskedArray, data: NdArray, mask: NdArray, fillValue: unknown) => void;

/**
 * An array some of whose elements do not count. They read as `null`; what stands in their place is in `data`.
 *
 * @example
 * ```ts
 * import { MaskedArray, ndarray } from "brine/numpy";
 * const a = new MaskedArray(ndarray([1, 2, 3]), ndarray([false, true, false]));
 * a.toArray(); //=> [1, null, 3]
 * ```
 */
export class MaskedArray {
  /** The elements, masked or not. */
  readonly data: NdArray;
  /** Of the same shape: true where an element does not count; for records a record of such. */
  readonly mask: NdArray;
  /** What NumPy would put in the place of masked elements: an array without axes, or `null` for the default. */
  readonly fillValue: unknown;
  /** The class of `data` for Python. */
  readonly baseclass: Global;

  /** @throws TypeError where mask and data differ in shape */
  constructor(
    data: NdArray,
    mask: NdArray,
    fillValue: unknown = null,
    baseclass: Global = NDARRAY,
  ) {
    if (data.shape.join() !== mask.shape.join())
      throw new TypeError(`the shapes of data (${data.shape}) and mask (${mask.shape}) differ`);
    this.data = data;
    this.mask = mask;
    this.fillValue = fillValue;
    this.baseclass = baseclass;
  }

  static {
    refillMasked = (array, data, mask, fillValue) => {
      Object.assign(array, new MaskedArray(data, mask, fillValue, array.baseclass));
    };
  }

  /** What one element is. */
  get dtype(): DType {
    return this.data.dtype;
  }

  /** The length of each axis. */
  get shape(): readonly number[] {
    return this.data.shape;
  }

  /** One element, `null` where it is masked; in a record, its masked fields. */
  at(...indexes: readonly number[]): unknown {
    return unmasked(this.data.at(...indexes), this.mask.at(...indexes));
  }

  /** A part, sharing memory: as {@link NdArray.slice}. */
  slice(...indexes: readonly Index[]): MaskedArray {
    const { data, mask, fillValue, baseclass } = this;
    return new MaskedArray(data.slice(...indexes), mask.slice(...indexes), fillValue, baseclass);
  }

  /** Every element, the last index fastest, `null` for masked ones. */
  *values(): Generator<unknown, void, undefined> {
    const masks = this.mask.values();
    for (const value of this.data.values()) yield unmasked(value, masks.next().value);
  }

  /** Nested lists of the elements, `null` for masked ones. */
  toArray(): unknown {
    return nested(this.data.toArray(), this.mask.toArray(), this.shape.length);
  }

  /** As {@link NdArray.toJSON}. */
  toJSON(): unknown {
    return jsonOf(this.toArray());
  }

  /** What NumPy's `repr` prints. */
  toString(): string {
    return maskedText(this);
  }

  [inspectSymbol](): string {
    return maskedText(this);
  }
}

/** NumPy's `numpy.ma.masked`: the one element that is masked. */
export const masked: {
  readonly toJSON: () => null;
  readonly toString: () => string;
} = new (class Masked {
  toJSON(): null {
    return null;
  }

  toString(): string {
    return "masked";
  }

  [inspectSymbol](): string {
    return "masked";
  }
})();

// data, mask, fill value and, where data does not say it, dtype; a single row has them behind one another.
function maskedText({ data, mask, fillValue, dtype, shape, baseclass }: MaskedArray): string {
  const prefix = `masked_${baseclass.name === "ndarray" ? "array" : baseclass.name}(`;
  const isRow = shape.slice(0, -1).every((length) => length === 1);
  const hidden = data.size === 0 || Array.from(mask.values()).every((value) => value === true);
  const indentOf = (key: string): string =>
    " ".repeat(isRow ? Math.max(2, prefix.length + 4 - key.length) : 2);
  const masks = mask.values();
  const all = Array.from(data.values(), (value) => unmasked(value, masks.next().value));
  const shown = NdArray.fromItems(all, "O", shape);
  const scalars = (value: unknown): string => (value === null ? "--" : scalarText(value, dtype));
  const lines = [
    `data=${bodyText(shown, indentOf("data").length + 5, 1, scalars)}`,
    `mask=${bodyText(mask, indentOf("mask").length + 5, 1)}`,
    `fill_value=${fillText(fillValue, dtype)}`,
  ];
  if (hidden || !isImplied(dtype)) lines.push(`dtype=${shortName(dtype)}`);
  const body = lines.map((line) => `${indentOf(line.slice(0, line.indexOf("=")))}${line}`);
  return isRow ? `${prefix}${body.join(",\n").trimStart()})` : `${prefix}\n${body.join(",\n")})`;
}

// NumPy's default_filler.
const FILL_VALUES: Readonly<Record<string, string>> = {
  b: "True",
  c: "(1e+20+0j)",
  f: "1e+20",
  i: "999999",
  u: "999999",
  O: "'?'",
  S: "b'N/A'",
  U: "'N/A'",
  T: "'N/A'",
  V: "b'???'",
  M: "'NaT'",
  m: "'NaT'",
};

function fillText(value: unknown, dtype: DType): string {
  if (value === null) return FILL_VALUES[dtype.kind] ?? "?";
  return value instanceof NdArray ? scalarText(value.at(), value.dtype) : String(value);
}

function unmasked(value: unknown, mask: unknown): unknown {
  if (mask === true) return null;
  if (mask === false || typeof mask !== "object" || mask === null) return value;
  if (mask instanceof NdArray && value instanceof NdArray) return new MaskedArray(value, mask);
  const record: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value as Record<string, unknown>))
    setOwn(record, name, unmasked(part, (mask as Record<string, unknown>)[name]));
  return record;
}

function nested(value: unknown, mask: unknown, depth: number): unknown {
  if (depth === 0) return unmasked(value, mask);
  const masks = mask as readonly unknown[];
  return (value as readonly unknown[]).map((part, index) => nested(part, masks[index], depth - 1));
}

/** The dtype of a mask: a bool for each element, or for each field of it. */
export function maskDtype(dtype: DType): DType {
  if (dtype.subarray !== null) {
    const { dtype: base, shape } = dtype.subarray;
    return subarrayOf(maskDtype(base), shape);
  }
  if (dtype.fields === null) return dtypeOf("?");
  const fields = Array.from(dtype.fields, ([name, field]): FieldSpec => {
    const { title } = field;
    return [typeof title === "string" ? [title, name] : name, maskDtype(field.dtype)];
  });
  return dtypeOf(fields);
}

// --- pickles

const NDARRAY = new Global("numpy", "ndarray");
// The first under NumPy 1's name, which NumPy 2 knows too.
const CLASSES = [
  new Global("numpy.ma.core", "MaskedArray"),
  new Global("numpy.ma", "MaskedArray"),
] as const;
const RECONSTRUCT = new Global("numpy.ma.core", "_mareconstruct");
const CONSTANT = new Global("numpy.ma.core", "MaskedConstant");

/** How masked arrays are read, and written for a version of NumPy. */
export function maskedTypes(version: 1 | 2): readonly PickleType[] {
  return [arrayType(CLASSES[version - 1] as Global), constantType];
}

function arrayType(written: Global): PickleType {
  return {
    globals: [RECONSTRUCT, new Global("numpy.ma", "_mareconstruct")],
    prototypes: [MaskedArray.prototype],
    borrows: lendsParts,
    // _mareconstruct(MaskedArray, ndarray, (0,), 'b')
    call: (args) => {
      const [Class, baseclass, shape] = args;
      if (args.length !== 4 || !(Class instanceof Global) || !(baseclass instanceof Global))
        return undefined;
      if (!CLASSES.some(({ path }) => path === Class.path) || shapeOf(shape)[0] !== 0)
        return undefined;
      return new MaskedArray(NOTHING, NOTHING, null, baseclass);
    },
    setState: (object, state) => setState(object as MaskedArray, state),
    reduce: (value) => {
      const { data, mask, fillValue, baseclass } = value as MaskedArray;
      const { order } = data;
      const state = Tuple.of(...arrayState(data), mask.toBytes(order), fillValue);
      return { callable: RECONSTRUCT, args: [written, baseclass, Tuple.of(0), "b"], state };
    },
  };
}

const constantType: PickleType = {
  globals: [CONSTANT, new Global("numpy.ma", "MaskedConstant")],
  prototypes: [Object.getPrototypeOf(masked) as object],
  call: (args) => (args.length === 0 ? masked : undefined),
  reduce: () => ({ callable: CONSTANT }),
};

// (version, shape, dtype, is_fortran, raw, mask, fill_value)
function setState(array: MaskedArray, state: unknown): void {
  const items = Array.isArray(state) ? (state as readonly unknown[]) : [];
  const [, shape, dtype, isFortran, raw, mask, fillValue] = items;
  if (items.length !== 7 || !(dtype instanceof DType))
    throw new TypeError("the state of a masked array has seven items");
  const lengths = shapeOf(shape);
  const data = fromState(lengths, dtype, isFortran === true, raw);
  refillMasked(
    array,
    data,
    fromState(lengths, maskDtype(dtype), isFortran === true, mask),
    fillValue,
  );
}

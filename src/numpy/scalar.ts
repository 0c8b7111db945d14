/**
 * `numpy.float64(1.5)` and its kin in, JavaScript's values out; in a lossless load boxes that go back as they came.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/multiarraymodule.c` array_scalar, `scalartypes.c.src` gentype_reduce.
 */

import { encodeLatin1 } from "../core/bytes/index.ts";
import type { PickleType } from "../core/registry/index.ts";
import {
  Complex,
  Global,
  type Inspect,
  inspectSymbol,
  keySymbol,
  nest,
} from "../core/values/index.ts";
import { Datetime64, Timedelta64 } from "./datetime64.ts";
import { DType, type DTypeLike, dtype as dtypeOf, use } from "./dtype.ts";
import { scalarText } from "./formats.ts";
import { fromValues, NdArray } from "./ndarray.ts";
import { jsonOf } from "./print.ts";
import { formatTimeStep } from "./typestr.ts";

/**
 * One NumPy scalar as a lossless load keeps it: `float64(1.5)`, a record, a long double. `dumps` writes it as that scalar.
 *
 * @example
 * ```ts
 * import { NumpyScalar } from "brine/numpy";
 * NumpyScalar.from(1.5, "float32").value; //=> 1.5
 * ```
 */
export class NumpyScalar {
  /** What it is. */
  readonly dtype: DType;
  /** Its bytes, as the dtype says. */
  readonly bytes: Uint8Array;

  /** @throws TypeError where the bytes are not as many as the dtype needs */
  constructor(dtype: DType, bytes: Uint8Array) {
    NdArray.fromBytes(bytes, dtype, []);
    this.dtype = dtype;
    this.bytes = bytes;
  }

  /** The scalar of a dtype that holds a value. @throws TypeError, RangeError where the dtype does not hold it */
  static from(value: unknown, dtype: DTypeLike): NumpyScalar {
    const type = dtypeOf(dtype);
    return new NumpyScalar(type, fromValues([value], type, []).toBytes());
  }

  /** The value as an array's element has it; a long double is its bytes. */
  get value(): unknown {
    return NdArray.fromBytes(this.bytes, this.dtype, []).at();
  }

  valueOf(): unknown {
    return this.value;
  }

  toString(): string {
    return scalarText(this.value, this.dtype);
  }

  toJSON(): unknown {
    return jsonOf(this.value);
  }

  /** Equal to the Python value that it is equal to in Python. */
  [keySymbol](): string | number | undefined {
    const { value } = this;
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "bigint") return `i${value.toString(16)}`;
    if (typeof value === "number") return numberKey(value);
    if (value instanceof Complex)
      return value.imag === 0 ? numberKey(value.real) : `c${value.real},${value.imag}`;
    if (typeof value === "string") return `U${value}`;
    if (value instanceof Uint8Array && this.dtype.kind === "S")
      return `b${String.fromCharCode(...value.subarray(0, 4096))}${value.length}`;
    return undefined;
  }

  [inspectSymbol](_depth: number, options: unknown, inspect: Inspect): string {
    const { kind, fields, name } = this.dtype;
    if (fields !== null) return `void(${inspect(this.value, nest(options))}, ${this.dtype})`;
    const label = { U: "str_", S: "bytes_", V: "void", f: name, b: "bool" }[kind as string] ?? name;
    return `${label}(${this.toString()})`;
  }
}

// As the canonical form of a float: a large integral one is the int that it equals.
function numberKey(value: number): string | number | undefined {
  if (Number.isNaN(value)) return undefined;
  return Number.isSafeInteger(value) || !Number.isInteger(value)
    ? value + 0
    : `i${BigInt(value).toString(16)}`;
}

/** How scalars are read, and written under the names of a NumPy version. */
export function scalarTypes(version: 1 | 2): readonly PickleType[] {
  const globals = [
    new Global("numpy.core.multiarray", "scalar"),
    new Global("numpy._core.multiarray", "scalar"),
  ];
  const callable = globals[version - 1];
  return [
    {
      globals,
      prototypes: [NumpyScalar.prototype, Datetime64.prototype, Timedelta64.prototype],
      call: (args, { lossless }) => scalar(args, lossless),
      reduce: (value) => {
        const { dtype, bytes } = value instanceof NumpyScalar ? value : ticks(value);
        return { callable, args: [dtype, bytes] };
      },
    },
  ];
}

// scalar(dtype, bytes); without bytes it is zero.
function scalar(args: readonly unknown[], lossless: boolean): unknown {
  // No destructuring, which goes through iterators: a file may hold a million of these.
  const dtype = args[0];
  const raw = args[1];
  if (args.length < 1 || args.length > 2 || !(dtype instanceof DType)) return undefined;
  if (dtype.subarray !== null) return undefined;
  if (dtype.hasObject) return objectRecord(dtype, raw, lossless);
  const { itemsize } = use(dtype);
  const given = raw === undefined ? undefined : typeof raw === "string" ? encodeLatin1(raw) : raw;
  if (given !== undefined && !(given instanceof Uint8Array))
    throw new TypeError("initializing object must be a string");
  if (given === undefined && itemsize > 16) return undefined;
  const bytes = (given ?? new Uint8Array(itemsize)).subarray(0, itemsize);
  if (bytes.length < itemsize) throw new TypeError("initialization string is too small");
  const box = new NumpyScalar(dtype, bytes);
  const { value } = box;
  // A unit and a count say all that there is to say.
  if (value instanceof Datetime64 || value instanceof Timedelta64)
    return dtype.metadata === null || !lossless ? value : box;
  // Nobody here can read a long double.
  const isOpaque = (dtype.kind === "f" || dtype.kind === "c") && value instanceof Uint8Array;
  return lossless || isOpaque ? box : value;
}

// scalar(dtype, array): since NumPy 1.20 a record that holds objects comes as an array without axes. A lossless load keeps
// the call, which goes back as it came.
function objectRecord(dtype: DType, raw: unknown, lossless: boolean): unknown {
  if (dtype.fields === null) throw new TypeError("Cannot unpickle a scalar with object dtype.");
  if (!(raw instanceof NdArray) || raw.ndim !== 0 || !raw.dtype.equals(dtype))
    throw new TypeError("a record that holds objects must come as an array of it without axes");
  return lossless ? undefined : raw.at();
}

function ticks(value: unknown): NumpyScalar {
  const time = value as Datetime64 | Timedelta64;
  const unit = formatTimeStep(time);
  const kind = time instanceof Datetime64 ? "M8" : "m8";
  return NumpyScalar.from(value, unit === "" ? kind : `${kind}[${unit}]`);
}

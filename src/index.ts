/** Python's pickle with builtins, the standard library's types, NumPy's arrays, pandas' frames and scikit-learn's models known. */

import { numpyTypes } from "./numpy/index.ts";
import { pandasTypes } from "./pandas/index.ts";
import {
  type ByteSource,
  type BytesLike,
  type DumpFileOptions,
  type DumpOptions,
  dumps as dumpsWith,
  dump as dumpWith,
  joined,
  type LoadFileOptions,
  type LoadOptions,
  loadAll as loadAllWith,
  loads as loadsWith,
  load as loadWith,
  type OutputOf,
  Pickler as PicklerWith,
  type Source,
  type StandardSchema,
  type Target,
  type TypeList,
  Unpickler as UnpicklerWith,
} from "./pickle/index.ts";
import { type Needs, type Recommendation, recommend as recommendWith } from "./recommend/index.ts";
import { sklearnTypes } from "./sklearn/index.ts";
import { stdlibTypes } from "./stdlib/index.ts";

export {
  Datetime64,
  DType,
  dtype,
  NdArray,
  ndarray,
  numpyTypes,
  numpyTypesOf,
  Timedelta64,
} from "./numpy/index.ts";
export {
  type ArrowLike,
  type ArrowOptions,
  type ArrowTable,
  Column,
  type ColumnKind,
  DataFrame,
  ExtensionArray,
  Index,
  Interval,
  isMissing,
  type PandasCode,
  PandasError,
  type PandasUnit,
  Period,
  pandasTypes,
  type RowOptions,
  Series,
  Timedelta,
  Timestamp,
} from "./pandas/index.ts";
export * from "./pickle/index.ts";
export type { Fact, Format, Needs, Obstacle, Recommendation } from "./recommend/index.ts";
export {
  Estimator,
  type SparseCode,
  type SparseEntry,
  SparseError,
  SparseMatrix,
  sklearnTypes,
  Tree,
} from "./sklearn/index.ts";
export * from "./stdlib/index.ts";

const KNOWN: TypeList = [stdlibTypes, numpyTypes, pandasTypes, sklearnTypes];

// The caller's types come last and win.
function known<Options extends { readonly types?: TypeList | undefined }>(
  options: Options | undefined,
): Options & { readonly types: TypeList } {
  return { ...(options as Options), types: joined(KNOWN, options?.types) };
}

/**
 * Reads the first object of `data`; bytes after it are ignored, as in Python.
 *
 * Nothing in the bytes is ever executed: classes and functions that are not known stay inert data.
 *
 * @throws UnpicklingError with `code` and `offset` for whatever cannot be read
 * @example
 * ```ts
 * import { Decimal, dumps, loads } from "brine";
 * String(loads(dumps(new Decimal("1.50")))); //=> "1.50"
 * ```
 */
export function loads<Schema extends StandardSchema>(
  data: BytesLike,
  options: LoadOptions<Schema> & { readonly schema: Schema },
): OutputOf<Schema>;
export function loads<T = unknown>(data: BytesLike, options?: LoadOptions): T;
export function loads(data: BytesLike, options?: LoadOptions): unknown {
  return loadsWith(data, known(options));
}

/**
 * The pickle of `value`, byte for byte what CPython writes for the same value and protocol.
 *
 * @throws PicklingError with `code` and the path to the value that cannot be written
 * @example
 * ```ts
 * import { dumps } from "brine";
 * dumps([1, 2], 2); //=> Uint8Array [128, 2, 93, 113, 0, 40, 75, 1, 75, 2, 101, 46]
 * ```
 */
export function dumps(value: unknown, options?: DumpOptions): Uint8Array;
export function dumps(value: unknown, protocol?: number, options?: DumpOptions): Uint8Array;
export function dumps(
  value: unknown,
  protocol?: number | DumpOptions,
  options?: DumpOptions,
): Uint8Array {
  return typeof protocol === "object" && protocol !== null
    ? dumpsWith(value, known(protocol))
    : dumpsWith(value, protocol, known(options));
}

/**
 * Reads the first object of a file or stream and lets go of it: a path is closed and a stream cancelled. A `FileHandle`
 * stays open, and the next `load` from it goes on behind this object.
 *
 * @throws UnpicklingError as `loads`; PickleError `read-failed`, and `no-files` where there is no file system
 */
export function load<Schema extends StandardSchema>(
  source: Source,
  options: LoadFileOptions<Schema> & { readonly schema: Schema },
): Promise<OutputOf<Schema>>;
export function load<T = unknown>(source: Source, options?: LoadFileOptions): Promise<T>;
export function load(source: Source, options?: LoadFileOptions): Promise<unknown> {
  return loadWith(source, known(options));
}

/**
 * Reads all objects of a file or stream, one after another, until a clean end of the input. Only one object at a time is
 * in memory, whatever the size of the file. Leaving the loop early closes the file or cancels the stream.
 *
 * @throws UnpicklingError as `loads`, with the offset in the whole input
 */
export function loadAll<Schema extends StandardSchema>(
  source: Source,
  options: LoadFileOptions<Schema> & { readonly schema: Schema },
): AsyncGenerator<OutputOf<Schema>, void, undefined>;
export function loadAll<T = unknown>(
  source: Source,
  options?: LoadFileOptions,
): AsyncGenerator<T, void, undefined>;
export function loadAll(
  source: Source,
  options?: LoadFileOptions,
): AsyncGenerator<unknown, void, undefined> {
  return loadAllWith(source, known(options));
}

/**
 * Writes one object to a file or stream. A path gets its new contents whole or keeps the old ones.
 *
 * @throws PicklingError as `dumps`; PickleError `write-failed`, and `no-files` where there is no file system
 */
export function dump(value: unknown, target: Target, options?: DumpFileOptions): Promise<void>;
export function dump(
  value: unknown,
  target: Target,
  protocol?: number,
  options?: DumpFileOptions,
): Promise<void>;
export function dump(
  value: unknown,
  target: Target,
  protocol?: number | DumpFileOptions,
  options?: DumpFileOptions,
): Promise<void> {
  return typeof protocol === "object" && protocol !== null
    ? dumpWith(value, target, known(protocol))
    : dumpWith(value, target, protocol, known(options));
}

/** Writes objects one after another with one memo, as the `Pickler` of `brine/pickle`. */
export class Pickler extends PicklerWith {
  constructor(file?: Sink, options?: DumpOptions);
  constructor(file?: Sink, protocol?: number, options?: DumpOptions);
  constructor(file?: Sink, protocol?: number | DumpOptions, options?: DumpOptions) {
    if (typeof protocol === "object" && protocol !== null) super(file, known(protocol));
    else super(file, protocol, known(options));
  }
}

type Sink = ConstructorParameters<typeof PicklerWith>[0];

/** Reads objects one after another with one memo, as the `Unpickler` of `brine/pickle`. */
export class Unpickler extends UnpicklerWith {
  constructor(input: BytesLike | ByteSource, options?: LoadOptions) {
    super(input, known(options));
  }
}

/**
 * Which of JSON, msgpack, pickle, joblib and dill to use for `value`: it is looked at, every part of it, and the answer
 * says why, why not the others, and where in the value the obstacles are.
 *
 * @example
 * ```ts
 * import { recommend } from "brine";
 * recommend({ name: "Ann", scores: [1, 2] }).format; //=> "json"
 * recommend({ photo: new Uint8Array(4) }).reasons;
 * //=> [
 * //   "it keeps all of this value, in few bytes, and most languages read it",
 * //   "not json: it has no form for bytes but text that stands for them ($.photo)" ]
 * recommend({ seen: new Set([1]) }).format; //=> "pickle"
 * recommend({ seen: new Set([1]) }, { untrusted: true }).format; //=> undefined
 * ```
 */
export function recommend(
  value: unknown,
  needs: Needs = {},
  options: { readonly types?: TypeList | undefined } = {},
): Recommendation {
  return recommendWith(value, needs, known(options).types);
}

/** Bytes in, JavaScript values out; code stays text unless the caller says that it may run. */

import { asBytes } from "../core/bytes/index.ts";
import type { TypeList } from "../core/registry/index.ts";
import {
  type LoadOptions as BaseOptions,
  type BytesLike,
  loads as loadsPlain,
  type OutputOf,
  type StandardSchema,
} from "../index.ts";
import { joined } from "../pickle/index.ts";
import { pycodeTypes } from "../pycode/index.ts";
import { type Key, type KeyRing, unsealBytes } from "../signing/index.ts";
import { UNDEFINED } from "./names.ts";
import type { Modules } from "./references.ts";
import { codeTypes, inertTypes, restoring } from "./restore.ts";

const INERT: TypeList = [pycodeTypes, inertTypes];
const CODE: TypeList = [pycodeTypes, codeTypes];

/** Options of {@link loads}. */
export interface LoadOptions<Schema extends StandardSchema | undefined = StandardSchema | undefined>
  extends BaseOptions<Schema> {
  /**
   * Whether JavaScript's functions and classes in the bytes become functions and classes. **Their source is then
   * evaluated: whoever wrote the bytes runs code here, at once.** Default `false`: they become a {@link FunctionRecord}
   * or {@link ClassRecord}, which hold their text.
   */
  readonly allowCode?: boolean | undefined;
  /** `"inert"` is the default, and says so; `"code"` is `allowCode: true`. */
  readonly functions?: "inert" | "code" | undefined;
  /** Takes only bytes that are sealed with this key (`dumps` with `key`, or `seal` of `brine/signing`). */
  readonly key?: Key | KeyRing | undefined;
  /** The modules that were given to `dumps`, by the same names. */
  readonly modules?: Modules | undefined;
}

/**
 * Reads what {@link dumps} wrote, and what Python's dill, cloudpickle and pickle wrote. Without `allowCode` nothing in
 * the bytes is ever evaluated.
 *
 * Python's functions and classes are records in any case (`PyFunction`, `PyClass`); `callable` runs those that only
 * compute.
 *
 * @throws UnpicklingError with `code` and `offset`; code that could not be restored is `construct-failed` with a
 * DillError as its cause. SignatureError where `key` is given and the bytes are not sealed with it
 */
export function loads<Schema extends StandardSchema>(
  data: BytesLike,
  options: LoadOptions<Schema> & { readonly schema: Schema },
): OutputOf<Schema>;
export function loads<T = unknown>(data: BytesLike, options?: LoadOptions): T;
export function loads(data: BytesLike, options: LoadOptions = {}): unknown {
  const { allowCode, functions, key, modules, ...others } = options;
  const mayRun = isAllowed(allowCode, functions);
  const bytes = asBytes(data);
  if (bytes === undefined)
    throw new TypeError("data must be a Uint8Array, an ArrayBuffer or a view of one");
  const pickle = key === undefined ? bytes : unsealBytes(bytes, key);
  const types = joined(mayRun ? CODE : INERT, others.types);
  // Code expects the values that it was written with.
  const modes = mayRun ? ({ lossless: false, ints: "auto", dicts: "auto" } as const) : {};
  const value = restoring({ size: pickle.length, modules }, () =>
    loadsPlain(pickle, { ...others, ...modes, types }),
  );
  return value === UNDEFINED ? undefined : value;
}

function isAllowed(allowCode: unknown, functions: unknown): boolean {
  if (allowCode !== undefined && typeof allowCode !== "boolean")
    throw new TypeError("allowCode must be a boolean");
  if (functions !== undefined && functions !== "inert" && functions !== "code")
    throw new TypeError('functions must be "inert" or "code"');
  if (allowCode === true && functions === "inert")
    throw new TypeError('allowCode and functions: "inert" contradict each other');
  return allowCode === true || functions === "code";
}

/** What a caller may ask of a load, and the standard interface of schemas. */

import type { TypeList } from "../registry/index.ts";
import type { Global } from "../values/index.ts";
import type { Limits } from "./limits.ts";

/** Options of one load or of one `Unpickler`. */
export interface LoadOptions {
  /** Keep every Python distinction, so that `dumps` gives Python the same object graph. Default false. */
  readonly lossless?: boolean | undefined;
  /** `"auto"`: number while it is a safe integer, else bigint. `"bigint"`: always bigint. */
  readonly ints?: "auto" | "bigint" | undefined;
  /**
   * `"auto"`: a plain object when every key is a str, else `PyDict`. `"map"`: always `PyDict`. `"object"`: always a
   * plain object, where numbers, booleans and None become the strings that Python's `json` would write.
   */
  readonly dicts?: "auto" | "map" | "object" | undefined;
  /** Classes and functions that are known: `[datetimeTypes, classType("staff.Employee", Employee)]`. */
  readonly types?: TypeList | undefined;
  /** Bounds for hostile input. */
  readonly limits?: Partial<Limits> | undefined;
  /** How strings that Python 2 wrote are decoded; `"bytes"` leaves them bytes. Default `"ASCII"`. */
  readonly encoding?: string | undefined;
  /** What happens to bytes that `encoding` cannot decode: `"strict"`, `"replace"`, `"ignore"`, … */
  readonly errors?: string | undefined;
  /** Map Python 2 names to Python 3 names below protocol 3. Default true. */
  readonly fixImports?: boolean | undefined;
  /** The out-of-band buffers, in the order in which `bufferCallback` received them. */
  readonly buffers?: Iterable<unknown> | undefined;
  /** Finds the object of a persistent id. */
  readonly persistentLoad?: ((id: unknown) => unknown) | undefined;
  /**
   * Decides what stands for a Python class or function: a registered class or function, a `Global`, or `undefined` for
   * the usual search. Throw to refuse.
   */
  readonly findClass?: ((module: string, name: string) => unknown) | undefined;
  /**
   * The Python names that a pickle may hold, beside those that `types` know: `"staff.Employee"`, or `"staff.*"` for all
   * of a module. Any other is refused with a `ForbiddenGlobalError`. Without the option every name is allowed.
   */
  readonly allow?: readonly string[] | undefined;
  /** The extension registry (`copyreg.add_extension`): code to `"module.name"` or `Global`. */
  readonly extensions?: ReadonlyMap<number, string | Global> | undefined;
}

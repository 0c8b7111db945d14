/** What a caller may ask of a dump. */

import type { Reduction, TypeList } from "../registry/index.ts";
import type { Global, PickleBuffer } from "../values/index.ts";

/** Options of one dump or of one `Pickler`. */
export interface DumpOptions {
  /** 0 to 5; negative means the highest. Default 5. */
  readonly protocol?: number | undefined;
  /** Classes and functions that are known. */
  readonly types?: TypeList | undefined;
  /** Write the Python 2 names of renamed modules below protocol 3. Default true. */
  readonly fixImports?: boolean | undefined;
  /**
   * Receives each `PickleBuffer` (protocol 5). As in Python, a falsy answer means that the caller keeps the buffer and
   * hands it to `loads` as one of `buffers`; a truthy one writes it into the pickle.
   */
  readonly bufferCallback?: ((buffer: PickleBuffer) => unknown) | undefined;
  /** The persistent id of a value, or `undefined` or `null` for none. Asked for every value. */
  readonly persistentId?: ((value: unknown) => unknown) | undefined;
  /** How to write a value that is no builtin, before everything else is asked; `undefined` for the usual way. */
  readonly reducerOverride?: ((value: unknown) => Reduction | Global | undefined) | undefined;
  /** How to write instances of a JavaScript class: constructor to function. */
  readonly dispatchTable?: ReadonlyMap<unknown, (value: never) => Reduction | Global> | undefined;
  /** The extension registry (`copyreg.add_extension`): code to `"module.name"` or `Global`. */
  readonly extensions?: ReadonlyMap<number, string | Global> | undefined;
  /** What to write in the place of a value that Python has no counterpart for; `undefined` refuses it. */
  readonly default?: ((value: unknown, path: string) => unknown) | undefined;
  /** `undefined`: refused, written as None, or left out of objects (None in lists). Default `"refuse"`. */
  readonly undefined?: "refuse" | "null" | "omit" | undefined;
}

/** JavaScript values with functions, classes and instances in them in, bytes out. */
import { type DumpOptions as BaseOptions, dumps as dumpsPlain } from "../index.ts";
import { type Key, type KeyRing, sealBytes } from "../signing/index.ts";
import { knownTo } from "./known.ts";
import { shellOf } from "./shells.ts";
import { Travel, type TravelOptions } from "./travel.ts";

/** Options of {@link dumps}. */
export interface DumpOptions
  extends TravelOptions,
    Pick<BaseOptions, "protocol" | "types" | "bufferCallback"> {
  /** Seals the bytes with this key, as `seal` of `brine/signing` does. */
  readonly key?: Key | KeyRing | undefined;
}

/**
 * The pickle of any JavaScript value: functions with the variables that they captured, classes, their instances, and
 * what else Python has no like of, as a Map or undefined. What is plain data is written as `dumps` of `brine` writes it.
 *
 * Captured variables are seen in Node, through its inspector; elsewhere `closure` says them. acorn and eslint-scope
 * find out which ones a source needs. For a value that Python is to read use `dumps` of `brine`.
 *
 * @throws TravelError with `reason` and `path` for what cannot travel, before anything is written
 * @example
 * ```ts
 * import { dumps, loads } from "brine/dill";
 * const makeAdder = (n: number) => (x: number) => x + n;
 * const bytes = dumps(makeAdder(5));
 * loads<(x: number) => number>(bytes, { allowCode: true })(10); //=> 15
 * ```
 */
export function dumps(value: unknown, options: DumpOptions = {}): Uint8Array {
  const { key, modules, parsers, ...others } = options;
  const travel = new Travel({ modules, parsers }, knownTo(options.types), shellOf);
  const data = dumpsPlain(travel.whole(value), others);
  return key === undefined ? data : sealBytes(data, key);
}

/** Values to bytes: the walk that writes what CPython's C pickler writes. */

export { Emitter } from "./emitter.ts";
export { dumpOnce } from "./once.ts";
export type { DumpOptions } from "./options.ts";

/** Functions, closures and classes, JavaScript's and Python's: written, read as records, and run where that is allowed. */

export * from "../pycode/index.ts";
export { type Captured, closure } from "./closure.ts";
export { type DumpOptions, dumps } from "./dumps.ts";
export { type DillCode, DillError, TravelError, type TravelReason } from "./error.ts";
export { type LoadOptions, loads } from "./loads.ts";
export type { Parsers } from "./parsers.ts";
export { createPool, type MapOptions, type Pool, PoolError, type PoolOptions } from "./pool.ts";
export { ClassRecord, FunctionRecord } from "./records.ts";
export type { Modules } from "./references.ts";
export { recordTypes } from "./restore.ts";

/** Python's pickle over the bare machine: builtins are known, every further type is passed in as a value. */

export type { ByteSource, BytesLike } from "../core/bytes/index.ts";
export type { DumpOptions } from "../core/emitter/index.ts";
export {
  ForbiddenGlobalError,
  LimitError,
  PickleError,
  type PickleErrorCode,
  PicklingError,
  UnpicklingError,
} from "../core/errors/index.ts";
export { DEFAULT_LIMITS, type Limits } from "../core/machine/index.ts";
export type {
  DumpContext,
  LoadContext,
  PickleType,
  Reduction,
  TypeList,
} from "../core/registry/index.ts";
export {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Inert,
  Instance,
  type InstanceForm,
  keySymbol,
  type LateChange,
  NotImplemented,
  PersistentId,
  PickleBuffer,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
export type { OutputOf, SchemaIssue, SchemaResult, StandardSchema } from "../schema/index.ts";
export type { Source, Target } from "../sources/index.ts";
export {
  type AnyClass,
  type ClassHooks,
  classType,
  type FunctionOptions,
  functionType,
  pickled,
  typeOf,
} from "./classes.ts";
export { dumps, Pickler } from "./dumps.ts";
export { joined } from "./joined.ts";
export { type LoadOptions, loads, Unpickler } from "./loads.ts";
export { DEFAULT_PROTOCOL, HIGHEST_PROTOCOL } from "./protocols.ts";
export { type DumpFileOptions, dump, type LoadFileOptions, load, loadAll } from "./streams.ts";

/** joblib's files, as Python's joblib writes and reads them: `load`, `dump`, `hash`. */

export {
  type Compression,
  type DecompressionCode,
  DecompressionError,
  DecompressionLimitError,
} from "../codecs/index.ts";
export { type AccessSource, type HttpOptions, httpAccess } from "../sources/index.ts";
export type { Compress, Method } from "./compression.ts";
export { type DumpOptions, type DumpsOptions, dump, dumps } from "./dump.ts";
export { type HashOptions, hash } from "./hash.ts";
export { load, loads } from "./load.ts";
export type {
  Companions,
  JoblibLimits,
  LoadOptions,
  LoadsOptions,
  Progress,
} from "./options.ts";

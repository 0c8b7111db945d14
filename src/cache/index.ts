/** Results of expensive functions in files: computed once for each content of the arguments. */

export { type CacheCode, CacheError } from "./error.ts";
export { type CacheStats, type Memoized, type MemoizeOptions, memoize } from "./memoize.ts";

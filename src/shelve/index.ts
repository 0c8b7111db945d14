/** A persistent dictionary: Python's shelves, read and written; and the same over Redis and other engines. */

export type { Flag, NewFormat, SqliteHandle } from "../dbm/index.ts";
export {
  type AsyncBatch,
  AsyncShelf,
  type AsyncShelfOptions,
  type DriverLike,
  type DriverStoreOptions,
  driverStore,
  type IoRedisLike,
  type NodeRedisLike,
  type OpenAsyncOptions,
  openAsync,
  type RedisLike,
  type RedisStoreOptions,
  redisStore,
  type Store,
  type StoreCode,
  StoreError,
} from "../stores/index.ts";
export { type ShelveCode, ShelveError } from "./error.ts";
export { type OpenShelfOptions, open, Shelf, type ShelfOptions } from "./shelf.ts";

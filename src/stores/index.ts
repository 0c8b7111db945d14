/** Stores: bytes under keys in engines that several machines share, and the shelf over them. */

export { type DriverLike, type DriverStoreOptions, driverStore } from "./driver.ts";
export { type StorageFault, type StoreCode, StoreError, storageFault } from "./error.ts";
export {
  type IoRedisLike,
  type NodeRedisLike,
  type RedisLike,
  type RedisStoreOptions,
  redisStore,
} from "./redis.ts";
export {
  type AsyncBatch,
  AsyncShelf,
  type AsyncShelfOptions,
  type OpenAsyncOptions,
  openAsync,
} from "./shelf.ts";
export { isStore, type Store } from "./store.ts";

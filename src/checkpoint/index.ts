/** Checkpoints of long computations: a folder that Python's recipe shares, or a store. */

export {
  type DriverLike,
  type DriverStoreOptions,
  driverStore,
  type RedisLike,
  type RedisStoreOptions,
  redisStore,
  type Store,
  type StoreCode,
  StoreError,
} from "../stores/index.ts";
export {
  type Checkpoint,
  type CheckpointInfo,
  Checkpoints,
  type CheckpointsOptions,
  type Verification,
} from "./checkpoints.ts";
export { type CheckpointCode, CheckpointError } from "./error.ts";

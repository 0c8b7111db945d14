/** Stores: bytes under keys in engines that several machines share. */

export { type StorageFault, type StoreCode, StoreError, storageFault } from "./error.ts";
export { isStore, type Store } from "./store.ts";

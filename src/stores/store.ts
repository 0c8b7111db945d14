/** Bytes under keys, wherever they are kept: the one seam between brine and an engine. */

/** An engine, as shelves and checkpoints use it. Keys are any text. */
export interface Store {
  /** What the messages of errors call it: `"Redis"`. */
  readonly engine: string;
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  set(key: string, bytes: Uint8Array): Promise<void>;
  /** Whether there was such a key. */
  delete(key: string): Promise<boolean>;
  /** Every key that is there all the while, once; keys that come or go meanwhile perhaps. */
  keys(): AsyncIterable<string>;
  /** Sets and (`undefined`) deletes; where `batches` is true all at once or nothing. */
  apply(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void>;
  readonly batches: boolean;
  /**
   * Sets or (`undefined`) deletes the key if it holds exactly `old`, where `undefined` is no such key; answers whether it
   * did. No other process can come between.
   *
   * @throws StoreError `not-atomic` where the engine cannot
   */
  replace(
    key: string,
    old: Uint8Array | undefined,
    bytes: Uint8Array | undefined,
  ): Promise<boolean>;
  /** Lets go of what the store itself has opened. What was handed in stays open. */
  close(): Promise<void>;
}

/** Whether it is a {@link Store}. */
export function isStore(value: unknown): value is Store {
  return (
    typeof value === "object" &&
    value !== null &&
    "replace" in value &&
    typeof value.replace === "function" &&
    "apply" in value &&
    typeof value.apply === "function" &&
    "keys" in value &&
    typeof value.keys === "function"
  );
}

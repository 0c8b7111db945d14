/** The named bounds of one load, with their defaults: what hostile bytes may cost. */

/** Bounds of a load. Every one can be set by name; `Infinity` lifts it. */
export interface Limits {
  /** Opcodes executed in one load. */
  readonly opcodes: number;
  /** Memo entries. */
  readonly memoEntries: number;
  /** Items in the stack at one time: the largest batch, and the depth of what is under construction. */
  readonly stackItems: number;
  /**
   * Estimated bytes of JavaScript heap that containers, instances and their entries may take. Python can make a dict
   * with one byte of input; V8 needs some hundred for it, and an exhausted heap cannot be caught.
   */
  readonly memory: number;
  /** Bytes of one binary integer (LONG1, LONG4). */
  readonly integerBytes: number;
  /** Decimal digits of one text integer (INT, LONG); CPython's `sys.int_info.default_max_str_digits`. */
  readonly integerDigits: number;
}

/** The defaults: everything that a real pickle needs, and less than a V8 heap of 4 GB holds. */
export const DEFAULT_LIMITS: Limits = {
  opcodes: Number.POSITIVE_INFINITY,
  memoEntries: 100_000_000,
  stackItems: 100_000_000,
  memory: 2 * 1024 ** 3,
  integerBytes: 16 * 1024 ** 2,
  integerDigits: 4300,
};

/** Estimated heap bytes of one object of each kind on 64-bit V8, measured with `node --expose-gc bench/heap.ts`. */
export const WEIGHT = {
  list: 80,
  object: 64,
  dict: 240,
  set: 240,
  tuple: 40,
  instance: 120,
  slot: 12,
  entry: 40,
} as const;

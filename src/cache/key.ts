/**
 * Arguments in, a digest of their content out: equal content, equal digest, whatever the order in which a plain object, a
 * Map or a Set was filled, and whether parts are one object or copies of it.
 *
 * As `joblib.hash` it sorts what has no order and tells types apart: 1 and "1", 1 and 1n, an array and a Tuple, 0 and -0.
 */
import { asBytes, writeUtf8 } from "../core/bytes/index.ts";
import { FrozenSet, PyDict, PySet, Tuple } from "../core/values/index.ts";
import { type DumpOptions, Pickler, PicklingError } from "../index.ts";
import { CacheError } from "./error.ts";

/** A SHA-256 in the making. */
export interface Sha256Run {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** How digests are made, and which classes are known. */
export interface KeyOptions {
  readonly start: () => Sha256Run;
  readonly dumping: DumpOptions;
}

// Objects that contain each other in many ways are walked as often as there are ways.
const MOST_VALUES = 50_000_000;
// Keys of a Map and items of a Set that are containers themselves.
const DEEPEST_KEYS = 50;

/**
 * The digest of a list of arguments, 64 hexadecimal digits. Arguments at the end that are `undefined` count as left out.
 *
 * @throws CacheError `bad-argument` for functions, symbols, and instances that no type of the options knows
 */
export function keyOf(args: readonly unknown[], options: KeyOptions): string {
  let count = args.length;
  while (count > 0 && args[count - 1] === undefined) count--;
  const budget = { left: MOST_VALUES };
  const digest = new Walk(options, budget, new Map(), 0).digest(args.slice(0, count));
  return toHex(digest);
}

// What a value begins with; numbers of items and bytes follow where there are any.
const TAG = {
  null: 1,
  undefined: 2,
  true: 3,
  false: 4,
  number: 5,
  bigint: 6,
  string: 7,
  bytes: 8,
  array: 9,
  tuple: 10,
  object: 11,
  map: 12,
  set: 13,
  frozenset: 14,
  date: 15,
  buffer: 16,
  pickle: 17,
  ancestor: 18,
} as const;

/** A container whose parts are being walked. */
interface Frame {
  readonly object: object;
  /** Names of an object's properties, in order. */
  readonly names: readonly string[] | undefined;
  readonly parts: readonly unknown[];
  index: number;
}

class Walk {
  readonly #options: KeyOptions;
  readonly #budget: { left: number };
  // The containers that the walk is in, with their depths, those of the walks around this one too.
  readonly #open: Map<object, number>;
  readonly #keyDepth: number;
  readonly #run: Sha256Run;
  #buffer = new Uint8Array(4096);
  #view = new DataView(this.#buffer.buffer);
  #used = 0;

  constructor(
    options: KeyOptions,
    budget: { left: number },
    open: Map<object, number>,
    keyDepth: number,
  ) {
    this.#options = options;
    this.#budget = budget;
    this.#open = open;
    this.#keyDepth = keyDepth;
    this.#run = options.start();
  }

  digest(root: unknown): Uint8Array {
    const frames: Frame[] = [];
    let value = root;
    for (;;) {
      const frame = this.#value(value);
      if (frame !== undefined) frames.push(frame);
      for (;;) {
        const top = frames.at(-1);
        if (top === undefined) {
          this.#flush();
          return this.#run.digest();
        }
        if (top.index < top.parts.length) {
          if (top.names !== undefined) this.#text(TAG.string, top.names[top.index] as string);
          value = top.parts[top.index++];
          break;
        }
        this.#open.delete(top.object);
        frames.pop();
      }
    }
  }

  #value(value: unknown): Frame | undefined {
    if (--this.#budget.left < 0) {
      throw new CacheError("bad-argument", `the arguments have more than ${MOST_VALUES} values`);
    }
    switch (typeof value) {
      case "undefined":
        return this.#byte(TAG.undefined);
      case "boolean":
        return this.#byte(value ? TAG.true : TAG.false);
      case "number":
        return this.#number(TAG.number, value);
      case "bigint":
        return this.#text(TAG.bigint, String(value));
      case "string":
        return this.#text(TAG.string, value);
      case "object":
        return value === null ? this.#byte(TAG.null) : this.#object(value);
      default:
        throw badArgument(`a ${typeof value} has no content to be told apart by`);
    }
  }

  #object(value: object): Frame | undefined {
    const depth = this.#open.get(value);
    if (depth !== undefined) return this.#number(TAG.ancestor, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Uint8Array.prototype) return this.#bytes(TAG.bytes, value as Uint8Array);
    if (prototype === Date.prototype) return this.#number(TAG.date, (value as Date).getTime());
    if (prototype === Array.prototype) return this.#sequence(TAG.array, value as unknown[]);
    if (prototype === Tuple.prototype) return this.#sequence(TAG.tuple, value as unknown[]);
    if (prototype === Object.prototype || prototype === null) return this.#record(value);
    if (prototype === Map.prototype || prototype === PyDict.prototype)
      return this.#map(value as Map<unknown, unknown>);
    if (prototype === FrozenSet.prototype)
      return this.#set(TAG.frozenset, value as FrozenSet<unknown>);
    if (prototype === Set.prototype || prototype === PySet.prototype)
      return this.#set(TAG.set, value as Set<unknown>);
    const bytes = asBytes(value);
    if (bytes !== undefined) {
      this.#text(TAG.buffer, value.constructor.name);
      return this.#bytes(TAG.bytes, bytes);
    }
    return this.#pickle(value);
  }

  #sequence(tag: number, parts: readonly unknown[]): Frame {
    return this.#enter(tag, parts, undefined, parts);
  }

  #record(object: object): Frame {
    const names = Object.keys(object).sort();
    // Own properties of a plain object, looked up by their names.
    const parts = names.map((name) => (object as Record<string, unknown>)[name]);
    return this.#enter(TAG.object, object, names, parts);
  }

  #map(map: ReadonlyMap<unknown, unknown>): Frame {
    const frame = this.#enter(TAG.map, map, undefined, []);
    const entries = [...map].map(([key, value]) => ({ key: this.#inner(key), value }));
    entries.sort((a, b) => compare(a.key, b.key));
    this.#number(TAG.number, entries.length);
    for (const { key } of entries) this.#write(key);
    return { ...frame, parts: entries.map(({ value }) => value) };
  }

  #set(tag: number, set: Iterable<unknown> & object): Frame {
    const frame = this.#enter(tag, set, undefined, []);
    const items = [...set].map((item) => this.#inner(item)).sort(compare);
    this.#number(TAG.number, items.length);
    for (const item of items) this.#write(item);
    return frame;
  }

  #enter(
    tag: number,
    object: object,
    names: readonly string[] | undefined,
    parts: readonly unknown[],
  ): Frame {
    this.#number(tag, parts.length);
    this.#open.set(object, this.#open.size);
    return { object, names, parts, index: 0 };
  }

  // What is sorted is sorted by its digest.
  #inner(value: unknown): Uint8Array {
    if (this.#keyDepth >= DEEPEST_KEYS) {
      throw badArgument(`sets and keys are inside one another ${DEEPEST_KEYS} times`);
    }
    return new Walk(this.#options, this.#budget, this.#open, this.#keyDepth + 1).digest(value);
  }

  // Instances of known classes, OrderedDicts and Counters too, arrays of NumPy, dates of Temporal: their pickle is their content.
  #pickle(value: object): undefined {
    const run = this.#options.start();
    try {
      new Pickler({ write: (chunk) => run.update(chunk) }, this.#options.dumping).dump(value);
    } catch (cause) {
      if (!(cause instanceof PicklingError)) throw cause;
      throw badArgument(cause.message, cause);
    }
    this.#byte(TAG.pickle);
    this.#write(run.digest());
  }

  #byte(value: number): undefined {
    this.#reserve(1);
    this.#buffer[this.#used++] = value;
  }

  #number(tag: number, value: number): undefined {
    this.#reserve(9);
    this.#buffer[this.#used] = tag;
    this.#view.setFloat64(this.#used + 1, value === value ? value : Number.NaN);
    this.#used += 9;
  }

  #text(tag: number, text: string): undefined {
    this.#reserve(9 + 3 * text.length);
    const start = this.#used + 9;
    const end = writeUtf8(this.#buffer, start, text);
    this.#number(tag, end - start);
    this.#used = end;
  }

  #bytes(tag: number, bytes: Uint8Array): undefined {
    this.#number(tag, bytes.length);
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.#flush();
    this.#run.update(bytes);
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#buffer.length) return;
    this.#flush();
    if (count > this.#buffer.length) {
      this.#buffer = new Uint8Array(count);
      this.#view = new DataView(this.#buffer.buffer);
    }
  }

  #flush(): void {
    if (this.#used > 0) this.#run.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

function badArgument(why: string, cause?: unknown): CacheError {
  const message = `the arguments make no key: ${why}; pass the option key, which says what of them counts`;
  return new CacheError("bad-argument", message, cause === undefined ? undefined : { cause });
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A workload's value in, how long V8 takes to make its parts and nothing else out: what no unpickler can beat. */

import type { Clock } from "./clock.ts";

/** Milliseconds of the fastest way found, by what was made; what begins with "dumps" is about writing. */
export type Limits = Readonly<Record<string, number>>;

const ROUNDS = 9;

let now: Clock = () => performance.now();

/** The floors for `name`. */
export function limits(name: string, value: unknown, clock: Clock): Limits {
  now = clock;
  return { ...readingLimits(name, value), ...identityLimit(value), ...jsonLimits(name, value) };
}

/** The limit that V8's own reader of trees is. */
export const JSON_PARSE = "JSON.parse of the same";

// V8's own reader and writer of trees, for what JSON can hold, tuples being arrays to it.
const JSON_TOO =
  "ints floats records strings unicode tuples negatives nested widedict dicts200".split(" ");

function jsonLimits(name: string, value: unknown): Limits {
  if (!JSON_TOO.includes(name)) return {};
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return {
    [JSON_PARSE]: best(() => JSON.parse(decoder.decode(bytes))),
    "dumps, JSON.stringify of the same": best(() =>
      new TextEncoder().encode(JSON.stringify(value)),
    ),
  };
}

// A pickler must know each object again: one look-up and one entry for each container, and nothing else.
function identityLimit(value: unknown): Limits {
  const objects: object[] = [];
  const entered = new Set<object>();
  const visit = (item: unknown): void => {
    if (typeof item !== "object" || item === null) return;
    objects.push(item);
    if (entered.has(item) || ArrayBuffer.isView(item)) return;
    entered.add(item);
    if (item instanceof Map) {
      for (const [key, part] of item) {
        visit(key);
        visit(part);
      }
    } else {
      for (const part of Object.values(item)) visit(part);
    }
  };
  visit(value);
  if (objects.length < 10_000) return {};
  return {
    "dumps, finding and entering each object in a Map": best(() => {
      const known = new Map<object, number>();
      for (let index = 0; index < objects.length; index++) {
        const object = objects[index] as object;
        if (known.get(object) === undefined) known.set(object, index);
      }
      return known;
    }),
  };
}

function readingLimits(name: string, value: unknown): Limits {
  const limits: Record<string, number> = {};
  const remake = remaker(name, value);
  if (remake !== undefined) limits[REMADE] = typeof remake === "number" ? remake : best(remake);
  if (name === "dicts200")
    limits["dumps, keys and values of each"] = best(() => (value as object[]).map(parts));
  if (name === "widedict") {
    const entries = Object.entries(value as Record<string, number>);
    limits["filling a Map"] = freshKeys(entries, filledMap);
    limits["dumps, keys and values"] = best(() => parts(value as object));
  }
  if (name === "blobs" || name === "bigblobs") {
    const blobs = value as Uint8Array[];
    limits["dumps, copying the bytes into one array"] = best(() => {
      const all = new Uint8Array(blobs.reduce((sum, blob) => sum + blob.length, 0));
      let pos = 0;
      for (const blob of blobs) {
        all.set(blob, pos);
        pos += blob.length;
      }
      return all;
    });
  }
  return limits;
}

/** The floor of a load: the same value, made by code that knows what it is and has no pickle to read. */
export const REMADE = "the same value remade";

interface EmployeeLike {
  readonly name: string;
  readonly age: number;
  readonly salary: number;
}

// Numbers come from typed arrays and texts from one region whose cuts are known. Arrays and object literals stand for
// tuples and dicts, a Map or Set without Python's equality for brine's.
function remaker(name: string, value: unknown): (() => unknown) | number | undefined {
  switch (name) {
    case "ints":
    case "negatives":
    case "floats": {
      const Numbers = name === "ints" ? Int32Array : Float64Array;
      const numbers = Numbers.from(value as number[]);
      return () => pushed(numbers.length, (i) => numbers[i]);
    }
    case "strings":
    case "unicode":
      return stringLimit(value as string[]);
    case "records": {
      const rows = value as { name: string; score: number; group: number }[];
      const names = new Texts(rows.map((row) => row.name));
      const scores = Float64Array.from(rows, (row) => row.score);
      const groups = Int32Array.from(rows, (row) => row.group);
      return () => {
        names.rewind();
        return pushed(rows.length, (id) => ({
          id,
          name: names.next(),
          score: scores[id],
          active: id % 2 === 0,
          group: groups[id],
        }));
      };
    }
    case "tuples": {
      const rows = value as [number, string, number][];
      const texts = new Texts(rows.map((row) => row[1]));
      const floats = Float64Array.from(rows, (row) => row[2]);
      return () => {
        texts.rewind();
        return pushed(rows.length, (i) => [i, texts.next(), floats[i]]);
      };
    }
    case "intkeys": {
      const keys = Int32Array.from((value as Map<number, number>).keys());
      return () => {
        const map = new Map<number, number>();
        for (let i = 0; i < keys.length; i++) map.set(keys[i] as number, i);
        return map;
      };
    }
    case "tuplekeys": {
      const texts = new Texts(
        [...(value as Map<[number, string], number>).keys()].map((k) => k[1]),
      );
      return () => {
        texts.rewind();
        const map = new Map<unknown, number>();
        for (let i = 0; i < texts.count; i++) map.set([i, texts.next()], i);
        return map;
      };
    }
    case "sets": {
      const sets = (value as Set<number>[]).map((set) => [...set]);
      const items = Int32Array.from(sets.flat());
      return () =>
        pushed(sets.length, (i) => {
          const set = new Set<number>();
          for (let at = 10 * i; at < 10 * i + 10; at++) set.add(items[at] as number);
          return set;
        });
    }
    case "instances":
    case "inert": {
      const inert = name === "inert";
      const all = inert
        ? (value as { state: EmployeeLike }[]).map(({ state }) => state)
        : (value as EmployeeLike[]);
      const names = new Texts(all.map((one) => one.name));
      const ages = Int32Array.from(all, (one) => one.age);
      const salaries = Float64Array.from(all, (one) => one.salary);
      return () => {
        names.rewind();
        return pushed(all.length, (i) => {
          const state = { name: names.next(), age: ages[i], salary: salaries[i], tags: ["a", "b"] };
          return inert ? { kind: "newobj", args: [], state } : state;
        });
      };
    }
    case "datetimes":
      return datetimesRemaker(value as readonly PlainDateTimeLike[]);
    case "utc":
    case "zoned":
      return zonedRemaker(value as readonly ZonedDateTimeLike[]);
    case "shared": {
      const lists = value as unknown[];
      const pool = [...new Set(lists)];
      const places = new Map(pool.map((list, place) => [list, place]));
      const order = Int32Array.from(lists, (list) => places.get(list) as number);
      return () => pushed(order.length, (i) => pool[order[i] as number]);
    }
    case "bigints":
      return bigintsRemaker(value as readonly (number | bigint)[]);
    case "nested":
      return () =>
        pushed((value as unknown[]).length, (i) => [[i], { a: [i, null] }, [true, [false]]]);
    case "widedict": {
      const entries = Object.entries(value as Record<string, number>);
      return (
        stringLimit(entries.map(([key]) => key)) +
        freshKeys(entries, (fresh) => {
          const object: Record<string, unknown> = {};
          for (const [key, item] of fresh) object[key] = item;
          return object;
        })
      );
    }
    case "dicts200": {
      const rows = value as Record<string, number>[];
      const keys = Object.keys(rows[0] as object);
      const numbers = Int32Array.from(rows.flatMap((row) => Object.values(row)));
      return () =>
        pushed(rows.length, (i) => {
          const row: Record<string, unknown> = {};
          for (let k = 0; k < keys.length; k++)
            row[keys[k] as string] = numbers[i * keys.length + k];
          return row;
        });
    }
    case "blobs":
    case "bigblobs": {
      const blobs = value as Uint8Array[];
      return () => blobs.map((blob) => blob.slice());
    }
    default:
      return undefined;
  }
}

function pushed(count: number, make: (index: number) => unknown): unknown[] {
  const made: unknown[] = [];
  for (let index = 0; index < count; index++) made.push(make(index));
  return made;
}

function bigintsRemaker(all: readonly (number | bigint)[]): () => unknown {
  const words = new BigInt64Array(8 * all.length);
  const counts = all.map((item, index) => {
    if (typeof item === "number") return 0;
    let count = 0;
    for (let rest = item; ; rest >>= 64n) {
      words[8 * index + count++] = rest;
      if (rest === BigInt.asIntN(64, rest)) return count;
    }
  });
  const unsigned = new BigUint64Array(words.buffer);
  return () =>
    pushed(all.length, (i) => {
      const count = counts[i] as number;
      if (count === 0) return all[i];
      let made = words[8 * i + count - 1] as bigint;
      for (let word = count - 2; word >= 0; word--)
        made = (made << 64n) | (unsigned[8 * i + word] as bigint);
      return made;
    });
}

interface PlainDateTimeLike extends Record<(typeof DATETIME_FIELDS)[number], number> {}

const DATETIME_FIELDS = [
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "second",
  "millisecond",
  "microsecond",
] as const;

// Node before 26 has no Temporal of its own: then the values are Instances.
function datetimesRemaker(all: readonly PlainDateTimeLike[]): (() => unknown) | undefined {
  const made = all[0] as object;
  if (made.constructor.name !== "PlainDateTime") return undefined;
  const PlainDateTime = made.constructor as new (...fields: number[]) => unknown;
  const fields = Int32Array.from(all.flatMap((one) => DATETIME_FIELDS.map((field) => one[field])));
  return () =>
    pushed(all.length, (i) => {
      const at = (field: number): number => fields[8 * i + field] as number;
      return new PlainDateTime(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
    });
}

interface ZonedDateTimeLike {
  readonly epochNanoseconds: bigint;
  readonly timeZoneId: string;
}

function zonedRemaker(all: readonly ZonedDateTimeLike[]): (() => unknown) | undefined {
  const made = all[0] as ZonedDateTimeLike;
  if (made.constructor.name !== "ZonedDateTime") return undefined;
  const ZonedDateTime = made.constructor as new (instant: bigint, zone: string) => unknown;
  const instants = BigInt64Array.from(all, (one) => one.epochNanoseconds);
  const { timeZoneId } = made;
  return () => pushed(all.length, (i) => new ZonedDateTime(instants[i] as bigint, timeZoneId));
}

// Strings out of one decoded region, as slices, each by one cut.
class Texts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #ends: Uint32Array;
  #region = "";
  #index = 0;
  #from = 0;

  constructor(texts: readonly string[]) {
    this.count = texts.length;
    this.#bytes = Buffer.from(texts.join(""), "latin1");
    let end = 0;
    this.#ends = Uint32Array.from(texts, (text) => (end += text.length));
  }

  rewind(): void {
    this.#region = new TextDecoder("latin1").decode(this.#bytes);
    this.#index = 0;
    this.#from = 0;
  }

  next(): string {
    const to = this.#ends[this.#index++] as number;
    const text = this.#region.substring(this.#from, to);
    this.#from = to;
    return text;
  }
}

// By key, which is faster than Object.values where there are many.
function parts(object: object): unknown[] {
  const keys = Object.keys(object);
  return [keys, keys.map((key) => (object as Record<string, unknown>)[key])];
}

let sink: unknown;

function best(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    sink = undefined;
    (globalThis as { gc?: () => void }).gc?.();
    const started = now();
    sink = run();
    least = Math.min(least, now() - started);
  }
  if (sink === undefined) throw new Error("nothing was made");
  return least;
}

function filledMap<K, V>(entries: readonly (readonly [K, V])[]): Map<K, V> {
  const map = new Map<K, V>();
  for (const [key, item] of entries) map.set(key, item);
  return map;
}

// Keys that have no hash yet, as they come out of a pickle: new strings for each round, made outside the clock.
function freshKeys<V>(
  entries: readonly (readonly [string, V])[],
  fill: (entries: readonly (readonly [string, V])[]) => unknown,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = entries.map(([key, item]) => [Buffer.from(key).toString(), item] as const);
    (globalThis as { gc?: () => void }).gc?.();
    const started = now();
    sink = fill(fresh);
    least = Math.min(least, now() - started);
  }
  return least;
}

// The fastest of the ways known; where each string lies is told beforehand, so nothing but making them is timed.
function stringLimit(texts: readonly string[]): number {
  const parts = texts.map((text) => Buffer.from(text));
  const bytes = Buffer.concat(parts);
  const ends = new Uint32Array(parts.length);
  const letters = new Uint32Array(parts.length);
  let end = 0;
  let letter = 0;
  for (let i = 0; i < parts.length; i++) {
    ends[i] = end += (parts[i] as Buffer).length;
    letters[i] = letter += (texts[i] as string).length;
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const whole = (): string[] => {
    const region = decoder.decode(bytes);
    const made: string[] = [];
    let from = 0;
    for (let i = 0; i < letters.length; i++) {
      const to = letters[i] as number;
      made.push(region.substring(from, to));
      from = to;
    }
    return made;
  };
  const regions = (): string[] => {
    const made: string[] = [];
    for (let i = 0; i < ends.length; ) {
      const start = i === 0 ? 0 : (ends[i - 1] as number);
      const firstLetter = i === 0 ? 0 : (letters[i - 1] as number);
      let stop = i;
      while (stop < ends.length && (ends[stop] as number) - start <= 16384) stop++;
      const region = decoder.decode(bytes.subarray(start, ends[stop - 1]));
      let from = 0;
      for (; i < stop; i++) {
        const to = (letters[i] as number) - firstLetter;
        made.push(region.substring(from, to));
        from = to;
      }
    }
    return made;
  };
  const each = (): string[] => {
    const made: string[] = [];
    let from = 0;
    for (let i = 0; i < ends.length; i++) {
      const to = ends[i] as number;
      made.push(bytes.toString("utf8", from, to));
      from = to;
    }
    return made;
  };
  return Math.min(best(whole), best(regions), best(each));
}

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
  switch (name) {
    case "shared": {
      const pool = [...new Set(value as unknown[])];
      return {
        "pushing as many references": best(() => {
          const made: unknown[] = [];
          for (let i = 0; i < 1_000_000; i++) made.push(pool[(i * 7) % pool.length]);
          return made;
        }),
      };
    }
    case "bigints": {
      const all = value as (number | bigint)[];
      const words = new DataView(new ArrayBuffer(16 * all.length));
      all.forEach((item, index) => {
        words.setBigUint64(16 * index, BigInt.asUintN(64, BigInt(item)));
        words.setBigInt64(16 * index + 8, BigInt.asIntN(64, BigInt(item) >> 64n));
      });
      return {
        "making as many bigints of one and two words": best(() => {
          const made: unknown[] = [];
          for (let i = 0; i < all.length; i++) {
            const item = all[i] as number | bigint;
            const low = words.getBigUint64(16 * i);
            if (typeof item === "number") made.push(item);
            else if (item === BigInt.asIntN(64, item)) made.push(words.getBigInt64(16 * i));
            else made.push((words.getBigInt64(16 * i + 8) << 64n) | low);
          }
          return made;
        }),
      };
    }
    case "tuplekeys": {
      const keys = [...(value as Map<unknown[], number>).keys()];
      return {
        "making the tuples and filling a Map": best(() => {
          const map = new Map<unknown, number>();
          for (let i = 0; i < keys.length; i++) {
            const key = keys[i] as unknown[];
            map.set([key[0], key[1]], i);
          }
          return map;
        }),
      };
    }
    case "dicts200": {
      const keys = Object.keys((value as object[])[0] as object);
      return {
        "200 stores into each {}": best(() => {
          const made: unknown[] = [];
          for (let i = 0; i < 2000; i++) {
            const row: Record<string, unknown> = {};
            for (let k = 0; k < keys.length; k++) row[keys[k] as string] = k;
            made.push(row);
          }
          return made;
        }),
        "dumps, keys and values of each": best(() => (value as object[]).map(parts)),
      };
    }
    case "blobs":
    case "bigblobs": {
      const blobs = value as Uint8Array[];
      return {
        "copying the bytes": best(() => blobs.map((blob) => blob.slice())),
        "dumps, copying the bytes into one array": best(() => {
          const all = new Uint8Array(blobs.reduce((sum, blob) => sum + blob.length, 0));
          let pos = 0;
          for (const blob of blobs) {
            all.set(blob, pos);
            pos += blob.length;
          }
          return all;
        }),
      };
    }
    case "strings":
    case "unicode":
      return { "making the strings": stringLimit(value as string[]) };
    case "intkeys": {
      const entries = [...(value as Map<number, number>)];
      return { "filling a Map": best(() => filledMap(entries)) };
    }
    case "widedict": {
      const entries = Object.entries(value as Record<string, number>);
      return {
        "making the keys": stringLimit(entries.map(([key]) => key)),
        "filling an object": freshKeys(entries, (fresh) => {
          const object: Record<string, unknown> = {};
          for (const [key, item] of fresh) object[key] = item;
          return object;
        }),
        "filling a Map": freshKeys(entries, filledMap),
        "dumps, keys and values": best(() => parts(value as object)),
      };
    }
    case "records": {
      const rows = value as Record<string, unknown>[];
      return {
        "five stores into {}": best(() => {
          const made: unknown[] = [];
          for (let i = 0; i < rows.length; i++) {
            const row: Record<string, unknown> = {};
            row["id"] = i;
            row["name"] = "user";
            row["score"] = i * 0.37;
            row["active"] = true;
            row["group"] = 7;
            made.push(row);
          }
          return made;
        }),
        "making the names": stringLimit(rows.map((row) => row["name"] as string)),
      };
    }
    case "datetimes": {
      // the constructor that a load cannot do without; Node before 26 has no Temporal of its own
      const made = (value as unknown[])[0] as { constructor: new (...fields: number[]) => unknown };
      if (made.constructor.name !== "PlainDateTime") return {};
      const PlainDateTime = made.constructor;
      return {
        "constructing as many PlainDateTime": best(() => {
          const all: unknown[] = [];
          for (let i = 0; i < 100_000; i++) {
            all.push(
              new PlainDateTime(
                2000 + (i % 30),
                1 + (i % 12),
                1 + (i % 28),
                i % 24,
                i % 60,
                30,
                i % 1000,
                7,
                0,
              ),
            );
          }
          return all;
        }),
      };
    }
    default:
      return {};
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

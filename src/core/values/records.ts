/**
 * Plain objects of many properties that V8 keeps as records, not as hash tables.
 *
 * V8 gives `{}` four places, lets assignments by computed keys add twelve, and turns the object into a hash table at the
 * seventeenth: 400,000 properties in objects of 40 take 22 ms to fill and 22 to read, in records 9 and 9; objects of 200
 * take 12,400 bytes, records 1,600 (Node 26, `bench/records.ts`). A constructor's objects have as many places as V8 counts
 * assignments to `this` in it, and are plain objects where its prototype is that of plain objects. Other engines make the
 * same objects, as fast as they make any.
 */

type Plain = Record<string, unknown>;

/** As many properties V8 lets computed keys give a `{}`. */
export const FEW_PROPERTIES = 16;

// V8 gives an object at most 252 places, of which it adds eight itself.
const MOST_PLACES = 240;
const STEP = 8;

// What is remembered of a load must not hold much of it.
const LONGEST_KEYS = 300;
const MOST_SEEN = 32;

interface Seen {
  readonly middle: string;
  readonly last: string;
  readonly count: number;
  /** Whether the next one gets places for all of it. */
  again: boolean;
}

// The records of late, by their first key. One table for all loads, so that a dump knows what they made.
const seen = new Map<string, Seen>();
const constructors: (new () => Plain)[] = [];

/** An empty plain object, for a record whose first key is `key`. */
export function beginRecord(key: string): Plain {
  const record = seen.get(key);
  if (record === undefined || !record.again) return {};
  // Not again, until such a record is complete: no places are made that were not filled once.
  record.again = false;
  const steps = Math.ceil(record.count / STEP);
  const Plain = (constructors[steps] ??= constructorOf(steps));
  return new Plain();
}

/**
 * Takes note of a record that is complete; returns whether the next one may get places for all of it. It does where this one
 * is like the last: same number of keys, same first, last and middle one.
 */
export function endRecord(first: string, middle: string, last: string, count: number): boolean {
  const length = first.length + middle.length + last.length;
  if (count <= FEW_PROPERTIES || count > MOST_PLACES || length > LONGEST_KEYS) return false;
  const record = seen.get(first);
  if (record?.count === count && record.middle === middle && record.last === last) {
    record.again = true;
    return true;
  }
  if (seen.size === MOST_SEEN) seen.clear();
  seen.set(first, { middle, last, count, again: false });
  return true;
}

/** Whether an object with these keys is likely one that a load made a record. */
export function isRecord(keys: readonly string[]): boolean {
  const { length } = keys;
  const record = seen.get(keys[0] as string);
  return (
    record?.count === length &&
    record.middle === keys[length >> 1] &&
    record.last === keys[length - 1]
  );
}

// V8 adds up what it counts in a function and in those that it inherits from, and after a few objects takes back what none
// of them used.
function constructorOf(steps: number): new () => Plain {
  const all = eightPlaces();
  let last = all;
  for (let step = 1; step < steps; step++) {
    const next = eightPlaces();
    Object.setPrototypeOf(last, next);
    last = next;
  }
  all.prototype = Object.prototype;
  const Plain = all as unknown as new () => Plain;
  for (let times = 0; times < 10; times++) {
    const object = new Plain();
    for (let index = 0; index < steps * STEP; index++) object[`p${index}`] = index;
  }
  return Plain;
}

// Without a name, which debuggers would show as that of a class.
function eightPlaces(): (this: Plain, never?: boolean) => void {
  return function (never) {
    if (never !== true) return;
    this["a"] = this["b"] = this["c"] = this["d"] = 0;
    this["e"] = this["f"] = this["g"] = this["h"] = 0;
  };
}

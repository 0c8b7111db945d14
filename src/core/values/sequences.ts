/** Python sequences beside list and str: tuple, bytearray, range, slice, and a buffer that may travel out of band. */

import { type Inspect, inspectSymbol, keySymbol, nest } from "./symbols.ts";

/**
 * A Python tuple: an Array of its own class, so that it goes back as a tuple.
 *
 * `new Tuple(n)` makes n empty places, as `new Array(n)` does; use {@link Tuple.of} or {@link Tuple.from} for values.
 * `map`, `slice` and the like give a Tuple again.
 */
// No Symbol.species here: any class that sets it makes V8 14.6 abandon the compilation of every function that makes a
// Tuple, again and again ("dependency change"): 300,000 tuples take 450 ms instead of 100 (Node 26, bench/one.ts).
export class Tuple<T = unknown> extends Array<T> {
  /** A tuple of these values, of whatever types. */
  static override of<Items extends readonly unknown[]>(...items: Items): Tuple<Items[number]> {
    const tuple = new Tuple<Items[number]>(items.length);
    for (let index = 0; index < items.length; index++) tuple[index] = items[index];
    return tuple;
  }
}

/** A Python bytearray: mutable bytes that go back as bytearray, where a plain Uint8Array goes back as bytes. */
export class ByteArray extends Uint8Array {}

/** Python's `range(start, stop, step)`; the ends may be bigint, as Python's may. */
export class Range {
  declare readonly start: number | bigint;
  declare readonly stop: number | bigint;
  declare readonly step: number | bigint;

  constructor(start: number | bigint, stop: number | bigint, step: number | bigint = 1) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /** Number of items; exact while the ends are safe integers. */
  get length(): number {
    const { start, stop, step } = this;
    const stride = BigInt(step);
    if (stride === 0n) return 0;
    const span = BigInt(stop) - BigInt(start) + stride - (stride > 0n ? 1n : -1n);
    return Math.max(0, Number(span / stride));
  }

  *[Symbol.iterator](): Generator<number | bigint> {
    const { start, step, length } = this;
    const isSmall = typeof start === "number" && typeof step === "number";
    for (let index = 0; index < length; index++)
      yield isSmall && Number.isSafeInteger(start + index * step)
        ? start + index * step
        : BigInt(start) + BigInt(index) * BigInt(step);
  }

  /** Equal where they have the same items and step; with a bigint by identity, since to divide one may take long. */
  [keySymbol](): string | undefined {
    const parts = [this.start, this.stop, this.step];
    if (parts.every((part) => typeof part === "number"))
      return `range${this.length && [this.length, this.start, this.step]}`;
    return undefined;
  }

  toString(): string {
    const step = Number(this.step) === 1 ? "" : `, ${this.step}`;
    return `range(${this.start}, ${this.stop}${step})`;
  }

  toJSON(): { start: string | number; stop: string | number; step: string | number } {
    return { start: plain(this.start), stop: plain(this.stop), step: plain(this.step) };
  }

  [inspectSymbol](): string {
    return this.toString();
  }
}

/** Python's `slice(start, stop, step)`; any part may be `null`. */
export class Slice {
  declare readonly start: unknown;
  declare readonly stop: unknown;
  declare readonly step: unknown;

  constructor(start: unknown, stop: unknown, step: unknown = null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /** Slices of numbers are equal by value; any other is compared by identity, since a long bigint is slow to spell. */
  [keySymbol](): string | undefined {
    const parts = [this.start, this.stop, this.step];
    if (parts.every((part) => part === null || typeof part === "number")) return `slice${parts}`;
    return undefined;
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (depth < 0) return "[slice]";
    const nested = nest(options);
    const parts = [this.start, this.stop, this.step].map((part) => inspect(part, nested));
    return `slice(${parts.join(", ")})`;
  }
}

/** Bytes that protocol 5 may carry outside the pickle, as Python's `pickle.PickleBuffer`. */
export class PickleBuffer {
  /** The bytes themselves, never copied. */
  declare readonly data: Uint8Array;
  /** Whether Python is to see bytes (true) or a bytearray (false). */
  declare readonly readonly: boolean;

  constructor(data: Uint8Array, readonly = false) {
    this.data = data;
    this.readonly = readonly;
  }
}

function plain(value: number | bigint): string | number {
  return typeof value === "bigint" ? String(value) : value;
}

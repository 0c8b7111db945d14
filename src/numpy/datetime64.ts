/**
 * The elements of `datetime64` and `timedelta64` arrays: a 64-bit count of a unit, or NaT.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/datetime.c`, `datetime_strings.c`: a proleptic Gregorian calendar
 * without leap seconds; the count starts at 1970-01-01T00:00.
 */

import { inspectSymbol, keySymbol } from "../core/values/index.ts";
import { formatTimeStep, type TimeStep, type TimeUnit } from "./typestr.ts";

/** NumPy's "not a time", the smallest 64-bit integer. */
export const NAT: bigint = -(2n ** 63n);

// Attoseconds and larger: ticks of each unit in its own unit of a day or below.
const PER_SECOND: Readonly<Partial<Record<TimeUnit, bigint>>> = {
  s: 1n,
  ms: 10n ** 3n,
  us: 10n ** 6n,
  ns: 10n ** 9n,
  ps: 10n ** 12n,
  fs: 10n ** 15n,
  as: 10n ** 18n,
};
const SECONDS: Readonly<Partial<Record<TimeUnit, bigint>>> = {
  m: 60n,
  h: 3600n,
  D: 86400n,
  W: 604800n,
};
const FRACTION_DIGITS: Readonly<Partial<Record<TimeUnit, number>>> = {
  ms: 3,
  us: 6,
  ns: 9,
  ps: 12,
  fs: 15,
  as: 18,
};

abstract class Ticks {
  /** The count, in steps of the unit; {@link Ticks.isNaT} where it is the smallest 64-bit integer. */
  readonly value: bigint;
  readonly unit: TimeUnit;
  /** How many units one count is. */
  readonly step: number;

  constructor(value: bigint | number, time: TimeStep | TimeUnit = "generic") {
    const { unit, step } = typeof time === "string" ? { unit: time, step: 1 } : time;
    this.value = BigInt.asIntN(64, BigInt(value));
    this.unit = unit;
    this.step = step;
  }

  /** Whether this is NumPy's NaT. */
  get isNaT(): boolean {
    return this.value === NAT;
  }

  abstract toString(): string;

  /** The text, or `null` for NaT. */
  toJSON(): string | null {
    return this.isNaT ? null : this.toString();
  }
}

/**
 * One `numpy.datetime64`: without a zone, exact in its unit.
 *
 * @example
 * ```ts
 * import { Datetime64 } from "brine/numpy";
 * new Datetime64(1_700_000_000n, "s").toString(); //=> "2023-11-14T22:13:20"
 * ```
 */
export class Datetime64 extends Ticks {
  /** The moment in nanoseconds from 1970-01-01T00:00, rounded down, were it UTC; NaT is `null`. */
  get epochNanoseconds(): bigint | null {
    if (this.isNaT || this.unit === "generic") return null;
    const count = this.value * BigInt(this.step);
    const parts = PER_SECOND[this.unit];
    if (parts !== undefined)
      return parts <= 10n ** 9n
        ? count * (10n ** 9n / parts)
        : floorDivide(count, parts / 10n ** 9n);
    const seconds = SECONDS[this.unit];
    if (seconds !== undefined) return count * seconds * 10n ** 9n;
    const months = this.unit === "Y" ? count * 12n : count;
    const year = 1970n + floorDivide(months, 12n);
    return daysOf(year, modulo(months, 12n) + 1n, 1n) * 86400n * 10n ** 9n;
  }

  /**
   * The moment as a `Date`, taken as UTC and rounded down to milliseconds; an invalid one for NaT and for what a Date
   * does not reach.
   */
  toDate(): Date {
    const nanoseconds = this.epochNanoseconds;
    return new Date(
      nanoseconds === null ? Number.NaN : Number(floorDivide(nanoseconds, 10n ** 6n)),
    );
  }

  /** ISO 8601 as NumPy prints it, as exact as the unit; `"NaT"`. */
  override toString(): string {
    if (this.isNaT) return "NaT";
    if (this.unit === "generic") return String(this.value);
    const count = this.value * BigInt(this.step);
    if (this.unit === "Y") return yearText(1970n + count);
    if (this.unit === "M")
      return `${yearText(1970n + floorDivide(count, 12n))}-${two(modulo(count, 12n) + 1n)}`;
    const parts = PER_SECOND[this.unit] ?? 1n;
    const seconds = floorDivide(count * (SECONDS[this.unit] ?? 1n), parts);
    const days = floorDivide(seconds, 86400n);
    const date = dateText(days);
    if (this.unit === "W" || this.unit === "D") return date;
    const rest = modulo(seconds, 86400n);
    const hours = `${date}T${two(rest / 3600n)}`;
    if (this.unit === "h") return hours;
    const minutes = `${hours}:${two((rest / 60n) % 60n)}`;
    if (this.unit === "m") return minutes;
    const digits = FRACTION_DIGITS[this.unit];
    const fraction =
      digits === undefined ? "" : `.${String(modulo(count, parts)).padStart(digits, "0")}`;
    return `${minutes}:${two(rest % 60n)}${fraction}`;
  }

  /** Equal moments of one unit are equal keys; NaT equals nothing. */
  [keySymbol](): string | undefined {
    return this.isNaT ? undefined : `M8${formatTimeStep(this)}:${this.value}`;
  }

  [inspectSymbol](): string {
    return `datetime64('${this.toString()}'${this.isNaT || this.unit === "generic" ? "" : `, '${formatTimeStep(this)}'`})`;
  }
}

/** One `numpy.timedelta64`: a count of a unit. */
export class Timedelta64 extends Ticks {
  /** The count and its unit: `"90 seconds"`; `"NaT"`. */
  override toString(): string {
    if (this.isNaT) return "NaT";
    const count = this.value * BigInt(this.step);
    return `${count} ${UNIT_NAMES[this.unit]}`;
  }

  /** Nanoseconds, rounded down; `null` for NaT and for years, months and the generic unit, which have no length. */
  get nanoseconds(): bigint | null {
    if (this.isNaT) return null;
    const count = this.value * BigInt(this.step);
    const parts = PER_SECOND[this.unit];
    if (parts !== undefined)
      return parts <= 10n ** 9n
        ? count * (10n ** 9n / parts)
        : floorDivide(count, parts / 10n ** 9n);
    const seconds = SECONDS[this.unit];
    return seconds === undefined ? null : count * seconds * 10n ** 9n;
  }

  /** Equal counts of one unit are equal keys; NaT equals nothing. */
  [keySymbol](): string | undefined {
    return this.isNaT ? undefined : `m8${formatTimeStep(this)}:${this.value}`;
  }

  [inspectSymbol](): string {
    const unit = this.unit === "generic" ? "" : `,'${formatTimeStep(this)}'`;
    return this.isNaT ? `timedelta64('NaT'${unit})` : `timedelta64(${this.value}${unit})`;
  }
}

const UNIT_NAMES: Readonly<Record<TimeUnit, string>> = {
  Y: "years",
  M: "months",
  W: "weeks",
  D: "days",
  h: "hours",
  m: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  ps: "picoseconds",
  fs: "femtoseconds",
  as: "attoseconds",
  generic: "generic time units",
};

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest < 0n ? rest + b : rest;
}

function two(value: bigint): string {
  return String(value).padStart(2, "0");
}

// At least four digits, a minus before them for years before 0.
function yearText(year: bigint): string {
  return year < 0n ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

// Days from 1970-01-01 to a date and back: years of 400 repeat, and begin in March so that the leap day is last
// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
function dateText(days: bigint): string {
  const shifted = days + 719468n;
  const era = floorDivide(shifted, 146097n);
  const day = modulo(shifted, 146097n);
  const year = (day - day / 1460n + day / 36524n - day / 146096n) / 365n;
  const dayOfYear = day - (365n * year + year / 4n - year / 100n);
  const month = (5n * dayOfYear + 2n) / 153n;
  const date = dayOfYear - (153n * month + 2n) / 5n + 1n;
  const civilMonth = month < 10n ? month + 3n : month - 9n;
  const civilYear = year + era * 400n + (civilMonth <= 2n ? 1n : 0n);
  return `${yearText(civilYear)}-${two(civilMonth)}-${two(date)}`;
}

function daysOf(civilYear: bigint, month: bigint, day: bigint): bigint {
  const year = month <= 2n ? civilYear - 1n : civilYear;
  const era = floorDivide(year, 400n);
  const yearOfEra = modulo(year, 400n);
  const dayOfYear = (153n * (month > 2n ? month - 3n : month + 9n) + 2n) / 5n + day - 1n;
  return era * 146097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear - 719468n;
}

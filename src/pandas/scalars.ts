/**
 * pandas' scalars: `Timestamp`, `Timedelta`, `Period`, `Interval`, `NaT`. Each is an inert instance, so that it goes
 * back unchanged, and knows what it says.
 *
 * Source: pandas 3.1 `_libs/tslibs/timestamps.pyx` `_unpickle_timestamp`, `timedeltas.pyx` `_timedelta_unpickle`,
 * `period.pyx` and `interval.pyx` `__reduce__`; pandas before 1.5 called the class with nanoseconds.
 */

import { Global, type Inspect, Instance, inspectSymbol, nest } from "../core/values/index.ts";
import { Datetime64 } from "../numpy/index.ts";
import { badLayout } from "./error.ts";
import { frequencyOf, periodText } from "./frequency.ts";
import { integerOf, plainScalar } from "./state.ts";
import { integerText } from "./table.ts";
import { offsetText, type Zone, zoneOf } from "./zones.ts";

/** The units that pandas counts time in. */
export type PandasUnit = "s" | "ms" | "us" | "ns";

// NumPy's numbers of units, which pandas writes.
const UNITS: Readonly<Record<number, PandasUnit>> = { 7: "s", 8: "ms", 9: "us", 10: "ns" };
const PER_SECOND: Readonly<Record<PandasUnit, bigint>> = {
  s: 1n,
  ms: 10n ** 3n,
  us: 10n ** 6n,
  ns: 10n ** 9n,
};
const DAY = 86400n;

function count(value: unknown): bigint {
  // pandas counts in 64 bits; longer integers would cost the square of their digits to print.
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  const number = integerOf(value);
  if (number === undefined) throw badLayout("a time is not counted in integers");
  return BigInt(number);
}

function unitOf(value: unknown): PandasUnit {
  if (value === undefined) return "ns";
  const unit = UNITS[integerOf(value) ?? -1];
  if (unit === undefined) throw badLayout("a time has a unit that pandas does not know");
  return unit;
}

function codeOf(unit: PandasUnit): number {
  return { s: 7, ms: 8, us: 9, ns: 10 }[unit];
}

// Whole seconds, rounded down, and the rest in nanoseconds.
function split(value: bigint, unit: PandasUnit): [seconds: bigint, nanoseconds: bigint] {
  const per = PER_SECOND[unit];
  const rest = ((value % per) + per) % per;
  return [(value - rest) / per, rest * (PER_SECOND.ns / per)];
}

// As many digits as pandas shows: none, six or nine.
function fraction(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "";
  const digits = String(nanoseconds).padStart(9, "0");
  return `.${digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

function two(value: bigint): string {
  return String(value).padStart(2, "0");
}

/**
 * One `pandas.Timestamp`: a moment, with a zone or without. Without one it is the reading of a clock, counted as if in
 * UTC.
 */
export class Timestamp extends Instance {
  /** A moment that `dumps` writes as a `pandas.Timestamp`; `zone` is what Python keeps as its tzinfo, or `null`. */
  static of(value: bigint, unit: PandasUnit, zone: unknown = null): Timestamp {
    return new Timestamp("call", UNPICKLE_TIMESTAMP, [value, null, zone, codeOf(unit)]);
  }

  /** The count of {@link Timestamp.unit}s since 1970. @throws PandasError `bad-layout` */
  get value(): bigint {
    return count(this.args[0]);
  }

  /** What is counted. @throws PandasError `bad-layout` */
  get unit(): PandasUnit {
    return unitOf(this.args[3]);
  }

  /** The name of its time zone as pandas prints it, `null` where it has none. */
  get timeZone(): string | null {
    const zone = this.args[2] ?? null;
    return zone === null ? null : (this.#zone?.name ?? "?");
  }

  get #zone(): Zone | undefined {
    return zoneOf(this.args[2]);
  }

  /** Nanoseconds since 1970. @throws PandasError `bad-layout` */
  get epochNanoseconds(): bigint {
    const { value, unit } = this;
    return value * (PER_SECOND.ns / PER_SECOND[unit]);
  }

  /** The moment, rounded down to milliseconds; an invalid Date where a Date does not reach. */
  toDate(): Date {
    const [seconds, nanoseconds] = split(this.value, this.unit);
    return new Date(Number(seconds) * 1000 + Number(nanoseconds / 1_000_000n));
  }

  #text(separator: string): string {
    const [seconds, nanoseconds] = split(this.value, this.unit);
    const zoned = (this.args[2] ?? null) !== null;
    const offset = zoned ? this.#zone?.offsetAt(Number(seconds)) : 0;
    const clock = new Datetime64(seconds + BigInt(offset ?? 0), "s").toString();
    const zone = !zoned ? "" : offset === undefined ? "Z" : offsetText(offset);
    return clock.replace("T", separator) + fraction(nanoseconds) + zone;
  }

  /** As `str()` in Python: `2020-01-01 12:00:00.123456789+01:00`. */
  override toString(): string {
    return readable(() => this.#text(" "), this);
  }

  /** ISO 8601, as its `isoformat()`. */
  override toJSON(): unknown {
    return readable(() => this.#text("T"), this);
  }

  override [inspectSymbol](): string {
    return `Timestamp('${this.toString()}')`;
  }
}

/** One `pandas.Timedelta`: a length of time. */
export class Timedelta extends Instance {
  /** A length that `dumps` writes as a `pandas.Timedelta`. */
  static of(value: bigint, unit: PandasUnit): Timedelta {
    return new Timedelta("call", UNPICKLE_TIMEDELTA, [value, codeOf(unit)]);
  }

  /** The count of {@link Timedelta.unit}s. @throws PandasError `bad-layout` */
  get value(): bigint {
    return count(this.args[0]);
  }

  /** What is counted. @throws PandasError `bad-layout` */
  get unit(): PandasUnit {
    return unitOf(this.args[1]);
  }

  /** The length in nanoseconds. @throws PandasError `bad-layout` */
  get nanoseconds(): bigint {
    const { value, unit } = this;
    return value * (PER_SECOND.ns / PER_SECOND[unit]);
  }

  #parts(): [days: bigint, seconds: bigint, nanoseconds: bigint] {
    const [seconds, nanoseconds] = split(this.value, this.unit);
    const rest = ((seconds % DAY) + DAY) % DAY;
    return [(seconds - rest) / DAY, rest, nanoseconds];
  }

  /** As `str()` in Python: `1 days 02:00:00`, `-1 days +23:30:00`. */
  override toString(): string {
    return readable(() => {
      const [days, seconds, nanoseconds] = this.#parts();
      const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(":");
      return `${days} days ${days < 0n ? "+" : ""}${clock}${fraction(nanoseconds)}`;
    }, this);
  }

  /** ISO 8601, as its `isoformat()`: `P1DT2H0M0S`. */
  override toJSON(): unknown {
    return readable(() => {
      const [days, seconds, nanoseconds] = this.#parts();
      const digits = nanoseconds === 0n ? "" : `.${String(nanoseconds).padStart(9, "0")}`;
      const shown = digits.replace(/0+$/, "");
      return `P${days}DT${seconds / 3600n}H${(seconds / 60n) % 60n}M${seconds % 60n}${shown}S`;
    }, this);
  }

  override [inspectSymbol](): string {
    return `Timedelta('${this.toString()}')`;
  }
}

/** One `pandas.Period`: a stretch of the calendar. */
export class Period extends Instance {
  /** A period that `dumps` writes as a `pandas.Period`; `frequency` is pandas' text or its offset object. */
  static of(ordinal: bigint, frequency: unknown): Period {
    return new Period("call", PERIOD, [null, frequency, ordinal]);
  }

  /** The number of the period, 0 for the one of 1970-01-01. @throws PandasError `bad-layout` */
  get ordinal(): bigint {
    return count(this.args[2]);
  }

  /** `"M"`, `"Q-DEC"`, `"W-SUN"`. @throws PandasError `bad-layout` */
  get frequency(): string {
    const frequency = frequencyOf(this.args[1]);
    if (frequency === undefined)
      throw badLayout("a period has a frequency that pandas does not know");
    return frequency;
  }

  /** As `str()` in Python: `2020-03`, `2020Q1`. */
  override toString(): string {
    return readable(
      () => periodText(this.ordinal, this.frequency) ?? `${this.frequency} ${this.ordinal}`,
      this,
    );
  }

  override toJSON(): unknown {
    return this.toString();
  }

  override [inspectSymbol](): string {
    return `Period('${this.toString()}', '${frequencyOf(this.args[1]) ?? "?"}')`;
  }
}

/** One `pandas.Interval`. */
export class Interval extends Instance {
  /** An interval that `dumps` writes as a `pandas.Interval`. */
  static of(left: unknown, right: unknown, closed: string): Interval {
    return new Interval("call", INTERVAL, [left, right, closed]);
  }

  get left(): unknown {
    return plainScalar(this.args[0]);
  }

  get right(): unknown {
    return plainScalar(this.args[1]);
  }

  /** Which ends belong to it: `"left"`, `"right"`, `"both"` or `"neither"`. */
  get closed(): string {
    const [, , closed] = this.args;
    return typeof closed === "string" ? closed : "right";
  }

  /** As `str()` in Python: `(0, 1]`. */
  override toString(): string {
    const { closed } = this;
    const open = closed === "left" || closed === "both" ? "[" : "(";
    const close = closed === "right" || closed === "both" ? "]" : ")";
    return `${open}${endText(this.left)}, ${endText(this.right)}${close}`;
  }

  override toJSON(): unknown {
    return this.toString();
  }

  override [inspectSymbol](_depth: number, options: unknown, inspect: Inspect): string {
    return `Interval(${inspect(this.left, nest(options))}, ${inspect(this.right, nest(options))}, '${this.closed}')`;
  }
}

// An end is a number or a moment; anything else names itself without being walked.
function endText(value: unknown): string {
  if (typeof value === "bigint") return integerText(value);
  if (typeof value !== "object" || value === null) return String(value);
  return value instanceof Timestamp || value instanceof Timedelta ? value.toString() : "…";
}

/** `pandas.NaT`: no moment, no length. */
export class NotATime extends Instance {
  override toString(): string {
    return "NaT";
  }

  override toJSON(): unknown {
    return null;
  }

  override [inspectSymbol](): string {
    return "NaT";
  }
}

/** Whether a value is what pandas has for "nothing here": None, `pandas.NA`, NaT. */
export function isMissing(value: unknown): boolean {
  if (value === null || value instanceof NotATime) return true;
  return value instanceof Global && NA_PATHS.has(value.path);
}

const NA_PATHS = new Set(["pandas.NA", "pandas._libs.missing.NA"]);

const UNPICKLE_TIMESTAMP = new Global("pandas._libs.tslibs.timestamps", "_unpickle_timestamp");
const UNPICKLE_TIMEDELTA = new Global("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle");
const PERIOD = new Global("pandas._libs.tslibs.period", "Period");
const INTERVAL = new Global("pandas._libs.interval", "Interval");

function readable(text: () => string, value: Instance): string {
  try {
    return text();
  } catch {
    return `<${value.className} instance>`;
  }
}

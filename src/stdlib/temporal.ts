/**
 * The part of Temporal that this room calls, and where it is found.
 *
 * The interfaces are structural, so that neither `lib.esnext.temporal` nor a polyfill's declarations are needed to
 * compile against this package. Source: TC39 Temporal proposal, stage 4.
 */

/** `Temporal.PlainDate`. */
export interface PlainDateLike {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly calendarId: string;
}

/** `Temporal.PlainTime`; every field counts its own unit. */
export interface PlainTimeLike {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly microsecond: number;
  readonly nanosecond: number;
}

/** `Temporal.PlainDateTime`. */
export interface PlainDateTimeLike extends PlainDateLike, PlainTimeLike {
  equals(other: PlainDateTimeLike): boolean;
  toZonedDateTime(
    timeZone: string,
    options?: { disambiguation?: "earlier" | "later" },
  ): ZonedDateTimeLike;
}

/** `Temporal.ZonedDateTime`. */
export interface ZonedDateTimeLike extends PlainDateLike, PlainTimeLike {
  readonly timeZoneId: string;
  readonly epochNanoseconds: bigint;
  readonly offsetNanoseconds: number;
  toPlainDateTime(): PlainDateTimeLike;
  /** Without it each datetime is looked up in the zone's rules by itself. */
  getTimeZoneTransition?(direction: "next" | "previous"): ZonedDateTimeLike | null;
}

/** `Temporal.Instant`. */
export interface InstantLike {
  toZonedDateTimeISO(timeZone: string): ZonedDateTimeLike;
}

/** `Temporal.Duration`. */
export interface DurationLike {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly microseconds: number;
  readonly nanoseconds: number;
}

interface Constructor<Value, Fields extends unknown[]> {
  new (...fields: Fields): Value;
  readonly prototype: object;
}

/** A whole Temporal: `globalThis.Temporal`, or the namespace that `temporal-polyfill` exports. */
export interface TemporalLike {
  readonly PlainDate: Constructor<PlainDateLike, [year: number, month: number, day: number]>;
  readonly PlainTime: Constructor<
    PlainTimeLike,
    [hour: number, minute: number, second: number, millisecond: number, microsecond: number]
  >;
  readonly PlainDateTime: Constructor<
    PlainDateTimeLike,
    [
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      millisecond: number,
      microsecond: number,
    ]
  >;
  readonly Duration: Constructor<
    DurationLike,
    [
      years: number,
      months: number,
      weeks: number,
      days: number,
      hours: number,
      minutes: number,
      seconds: number,
      milliseconds: number,
      microseconds: number,
    ]
  >;
  readonly ZonedDateTime: Constructor<
    ZonedDateTimeLike,
    [epochNanoseconds: bigint, timeZone: string]
  >;
  readonly Instant: { readonly prototype: object };
}

/** The runtime's Temporal, or `undefined` where it has none. */
export function runtimeTemporal(): TemporalLike | undefined {
  return (globalThis as { Temporal?: TemporalLike }).Temporal;
}

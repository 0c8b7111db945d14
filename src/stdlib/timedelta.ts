/**
 * Python's days, seconds and microseconds in, a balanced `Temporal.Duration` out, and back.
 *
 * Source: CPython 3.13 Lib/_pydatetime.py timedelta: 0 <= microseconds < 1000000, 0 <= seconds < 86400,
 * -999999999 <= days <= 999999999; a day always has 24 hours.
 */

import { safeInteger } from "./arguments.ts";
import type { DurationLike, TemporalLike } from "./temporal.ts";

const DAY_SECONDS = 86_400;
const DAY_MICROSECONDS = 86_400_000_000n;
const MOST_DAYS = 999_999_999;

/** Python's normal form. */
export type Timedelta = [days: number, seconds: number, microseconds: number];

/** The arguments of a pickled timedelta, which Python always writes in normal form. */
export function timedeltaArguments(args: readonly unknown[]): Timedelta | undefined {
  if (args.length !== 3) return undefined;
  const days = safeInteger(args[0]);
  const seconds = safeInteger(args[1]);
  const microseconds = safeInteger(args[2]);
  if (days === undefined || Math.abs(days) > MOST_DAYS) return undefined;
  if (seconds === undefined || seconds < 0 || seconds >= DAY_SECONDS) return undefined;
  if (microseconds === undefined || microseconds < 0 || microseconds >= 1e6) return undefined;
  return [days, seconds, microseconds];
}

/** Temporal's form: one sign for all fields, balanced up to days, as Python prints them. */
export function toDuration(
  Temporal: TemporalLike,
  [days, seconds, microseconds]: Timedelta,
): DurationLike {
  let sign = 1;
  if (days < 0) {
    // -1 day + 3 s is -(0 days + 86397 s): borrow from microseconds to seconds to days, then turn the sign.
    sign = -1;
    const borrowed = microseconds > 0 ? 1 : 0;
    microseconds = borrowed * 1_000_000 - microseconds;
    const lacking = seconds + borrowed;
    const borrowedDay = lacking > 0 ? 1 : 0;
    seconds = borrowedDay * DAY_SECONDS - lacking;
    days = -days - borrowedDay;
  }
  const field = (amount: number): number => sign * amount + 0;
  return new Temporal.Duration(
    0,
    0,
    0,
    field(days),
    field(Math.floor(seconds / 3600)),
    field(Math.floor(seconds / 60) % 60),
    field(seconds % 60),
    field(Math.floor(microseconds / 1000)),
    field(microseconds % 1000),
  );
}

/** Python's form of a duration. @throws RangeError for calendar units, part microseconds and 1e9 days and more */
export function fromDuration(duration: DurationLike): Timedelta {
  if (duration.years !== 0 || duration.months !== 0) {
    throw new RangeError("a timedelta has no years or months: their length is not fixed");
  }
  if (duration.nanoseconds % 1000 !== 0) {
    throw new RangeError('Python counts microseconds: call round("microsecond") first');
  }
  const days = BigInt(duration.weeks) * 7n + BigInt(duration.days);
  const seconds =
    BigInt(duration.hours) * 3600n + BigInt(duration.minutes) * 60n + BigInt(duration.seconds);
  const total =
    days * DAY_MICROSECONDS +
    seconds * 1_000_000n +
    BigInt(duration.milliseconds) * 1000n +
    BigInt(duration.microseconds) +
    BigInt(duration.nanoseconds / 1000);
  const rest = ((total % DAY_MICROSECONDS) + DAY_MICROSECONDS) % DAY_MICROSECONDS;
  const wholeDays = (total - rest) / DAY_MICROSECONDS;
  if (wholeDays > BigInt(MOST_DAYS) || wholeDays < -BigInt(MOST_DAYS)) {
    throw new RangeError("a timedelta holds at most 999999999 days");
  }
  return [Number(wholeDays), Number(rest / 1_000_000n), Number(rest % 1_000_000n)];
}

/**
 * The bytes of Python's date and time states in, Temporal's fields out, and back.
 *
 * Source: CPython 3.13 Modules/_datetimemodule.c; the first byte that holds the month (datetime) or hour (time) carries
 * the fold in its top bit since Python 3.6, at protocol 4 and later (PEP 495).
 */

import { asBytes } from "../core/bytes/index.ts";
import type { PlainDateLike, PlainTimeLike } from "./temporal.ts";

/** Bytes of `datetime.date`: year (2, big-endian), month, day. */
export const DATE_SIZE = 4;
/** Bytes of `datetime.time`: hour, minute, second, microsecond (3, big-endian). */
export const TIME_SIZE = 6;
/** Bytes of `datetime.datetime`: a date and a time. */
export const DATETIME_SIZE: number = DATE_SIZE + TIME_SIZE;
/** The bit of PEP 495. */
export const FOLD = 0x80;

/** The state as bytes: Python 3's bytes, or a str of Python 2 whose characters are bytes (latin1, or ASCII). */
export function stateBytes(state: unknown, size: number): Uint8Array | undefined {
  if (typeof state !== "string") {
    const bytes = asBytes(state);
    return bytes?.length === size ? bytes : undefined;
  }
  if (state.length !== size) return undefined;
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) {
    const code = state.charCodeAt(index);
    if (code > 0xff) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

/** Year, month and day. */
export type DateFields = readonly [year: number, month: number, day: number];

/** Hour to microsecond; the last two below 1000. */
export type TimeFields = readonly [
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
  microsecond: number,
];

/** The date of a state, from `at` on; `undefined` for a day that no calendar has. */
export function dateFields(bytes: Uint8Array, at = 0): DateFields | undefined {
  const year = (bytes[at] as number) * 256 + (bytes[at + 1] as number);
  const month = (bytes[at + 2] as number) & ~FOLD;
  const day = bytes[at + 3] as number;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  return day <= monthLength(year, month) ? [year, month, day] : undefined;
}

function monthLength(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The time of a state, from `at` on; `undefined` for what no clock shows. */
export function timeFields(bytes: Uint8Array, at: number): TimeFields | undefined {
  const byte = (index: number): number => bytes[at + index] as number;
  const hour = byte(0) & ~FOLD;
  const microseconds = byte(3) * 65536 + byte(4) * 256 + byte(5);
  if (hour > 23 || byte(1) > 59 || byte(2) > 59 || microseconds > 999_999) return undefined;
  const milliseconds = Math.floor(microseconds / 1000);
  return [hour, byte(1), byte(2), milliseconds, microseconds - milliseconds * 1000];
}

// Days and milliseconds of 400 years of the Gregorian calendar, after which it repeats itself.
const CYCLE_YEARS = 400;
const CYCLE_MILLISECONDS = 146_097 * 86_400_000;

/** Milliseconds since 1970 of a wall clock time in UTC, without its microseconds. */
export function wallMilliseconds(
  [year, month, day]: DateFields,
  [hour, minute, second, millisecond]: TimeFields,
): number {
  // A cycle ahead, for Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const ahead = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, millisecond);
  return ahead - CYCLE_MILLISECONDS;
}

/** Nanoseconds since 1970 of milliseconds and microseconds. */
export function epochNanoseconds(milliseconds: number, microsecond: number): bigint {
  return BigInt(milliseconds) * 1_000_000n + BigInt(microsecond * 1000);
}

/** Writes a date's state. @throws RangeError for what Python's calendar cannot hold */
export function putDate(bytes: Uint8Array, value: PlainDateLike): void {
  if (value.calendarId !== "iso8601") {
    throw new RangeError(`Python has the ISO calendar only, not ${value.calendarId}`);
  }
  if (value.year < 1 || value.year > 9999) {
    throw new RangeError(`Python's years are 1 to 9999, not ${value.year}`);
  }
  bytes[0] = value.year >> 8;
  bytes[1] = value.year & 0xff;
  bytes[2] = value.month;
  bytes[3] = value.day;
}

/** Writes a time's state from `at` on. @throws RangeError for a part of a microsecond */
export function putTime(bytes: Uint8Array, at: number, value: PlainTimeLike): void {
  if (value.nanosecond !== 0) {
    throw new RangeError('Python counts microseconds: call round("microsecond") first');
  }
  const microseconds = value.millisecond * 1000 + value.microsecond;
  bytes[at] = value.hour;
  bytes[at + 1] = value.minute;
  bytes[at + 2] = value.second;
  bytes[at + 3] = microseconds >> 16;
  bytes[at + 4] = (microseconds >> 8) & 0xff;
  bytes[at + 5] = microseconds & 0xff;
}

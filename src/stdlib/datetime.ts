/**
 * Python's datetime family and Temporal, both ways.
 *
 * `date ↔ PlainDate`, `datetime ↔ PlainDateTime`, aware `datetime ↔ ZonedDateTime`, `time ↔ PlainTime`,
 * `timedelta ↔ Duration`, `timezone ↔ TimeZone`, `datetime ← Date, Instant`. What Temporal cannot hold stays an
 * `Instance`: a time with a time zone; a datetime whose tzinfo is neither a whole-minute unnamed `timezone` nor a
 * `ZoneInfo`; a wall clock time that the zone skips. In a lossless load also a fold that Temporal would forget.
 *
 * Source: CPython 3.13 Modules/_datetimemodule.c (states), PEP 495 (fold).
 */

import { defersBytes } from "../core/machine/index.ts";
import type { LoadContext, PickleType, Reduction } from "../core/registry/index.ts";
import { Global, Instance } from "../core/values/index.ts";
import {
  DATE_SIZE,
  DATETIME_SIZE,
  dateFields,
  FOLD,
  putDate,
  putTime,
  stateBytes,
  TIME_SIZE,
  timeFields,
} from "./fields.ts";
import {
  type DurationLike,
  type InstantLike,
  type PlainDateLike,
  type PlainDateTimeLike,
  type PlainTimeLike,
  runtimeTemporal,
  type TemporalLike,
  type ZonedDateTimeLike,
} from "./temporal.ts";
import { fromDuration, timedeltaArguments, toDuration } from "./timedelta.ts";
import { TimeZone } from "./timezones.ts";
import { Zones } from "./zones.ts";

const DATE = new Global("datetime", "date", { spelled: "name" });
const TIME = new Global("datetime", "time", { spelled: "name" });
const DATETIME = new Global("datetime", "datetime", { spelled: "name" });
const TIMEDELTA = new Global("datetime", "timedelta", { spelled: "name" });
const TIMEZONE = new Global("datetime", "timezone", { spelled: "name" });

/**
 * The datetime types over a given Temporal: `globalThis.Temporal`, `temporal-polyfill`'s, or any other.
 *
 * A function is asked when the types are first used, and may answer `undefined`: then every value of these types stays
 * an inert `Instance`.
 *
 * @example
 * ```ts
 * import { datetimeTypesOf, dumps, loads } from "brine";
 * import { Temporal } from "temporal-polyfill";
 * const options = { types: datetimeTypesOf(Temporal) };
 * String(loads(dumps(Temporal.PlainDate.from("2024-02-29"), options), options)); //=> "2024-02-29"
 * ```
 */
export function datetimeTypesOf(
  source: TemporalLike | (() => TemporalLike | undefined),
): readonly PickleType[] {
  let known: TemporalLike | undefined;
  const temporal = (): TemporalLike | undefined =>
    (known ??= typeof source === "function" ? source() : source);
  const zones = new Zones(temporal);

  // What Temporal refuses (a 31 June, a zone it does not know) is no value of these types.
  const attempt = <Value>(
    make: (Temporal: TemporalLike) => Value | undefined,
  ): Value | undefined => {
    const Temporal = temporal();
    if (Temporal === undefined) return undefined;
    try {
      return make(Temporal);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };

  const prototypes = (name: keyof TemporalLike): readonly object[] => {
    const Temporal = temporal();
    return Temporal === undefined ? [] : [Temporal[name].prototype];
  };

  // Fields that dateFields and timeFields let pass, Temporal does.
  const date = (bytes: Uint8Array, start: number): unknown => {
    const Temporal = temporal();
    if (Temporal === undefined || ((bytes[start + 2] as number) & FOLD) !== 0) return undefined;
    const fields = dateFields(bytes, start);
    return fields && new Temporal.PlainDate(fields[0], fields[1], fields[2]);
  };

  const time = (bytes: Uint8Array, start: number, lossless: boolean): unknown => {
    if (lossless && ((bytes[start] as number) & FOLD) !== 0) return undefined;
    const Temporal = temporal();
    const fields = Temporal && timeFields(bytes, start);
    return fields && new Temporal.PlainTime(fields[0], fields[1], fields[2], fields[3], fields[4]);
  };

  const datetime = (args: readonly unknown[], { lossless }: LoadContext): unknown => {
    const bytes = args.length <= 2 ? stateBytes(args[0], DATETIME_SIZE) : undefined;
    if (bytes === undefined) return undefined;
    const Temporal = temporal();
    if (args.length === 1 && Temporal !== undefined)
      return plainDateTime(Temporal, bytes, 0, lossless);
    const date = dateFields(bytes);
    const time = timeFields(bytes, DATE_SIZE);
    if (date === undefined || time === undefined) return undefined;
    const fold = ((bytes[2] as number) & FOLD) !== 0;
    const tzinfo = args[1];
    if (fold && lossless && tzinfo instanceof TimeZone) return undefined;
    return attempt((Temporal) => {
      if (tzinfo instanceof TimeZone) return zones.atOffset(Temporal, date, time, tzinfo);
      return zones.join(Temporal, date, time, fold, tzinfo, lossless);
    });
  };

  return [
    {
      globals: [DATE],
      get prototypes() {
        return prototypes("PlainDate");
      },
      call: (args) => {
        const bytes = args.length === 1 ? stateBytes(args[0], DATE_SIZE) : undefined;
        return bytes && date(bytes, 0);
      },
      defers: defersBytes,
      unpack: (bytes, start, count) => (count === DATE_SIZE ? date(bytes, start) : undefined),
      reduce: (value) => {
        const bytes = new Uint8Array(DATE_SIZE);
        putDate(bytes, value as PlainDateLike);
        return { callable: DATE, args: [bytes], areBytesOwn: true };
      },
    },
    {
      globals: [TIME],
      get prototypes() {
        return prototypes("PlainTime");
      },
      call: (args, { lossless }) => {
        const bytes = args.length === 1 ? stateBytes(args[0], TIME_SIZE) : undefined;
        return bytes && time(bytes, 0, lossless);
      },
      defers: defersBytes,
      unpack: (bytes, start, count, { lossless }) =>
        count === TIME_SIZE ? time(bytes, start, lossless) : undefined,
      reduce: (value) => {
        const bytes = new Uint8Array(TIME_SIZE);
        putTime(bytes, 0, value as PlainTimeLike);
        return { callable: TIME, args: [bytes], areBytesOwn: true };
      },
    },
    {
      globals: [DATETIME],
      get prototypes() {
        return prototypes("PlainDateTime");
      },
      call: datetime,
      defers: defersBytes,
      unpack: (bytes, start, count, { lossless }) => {
        const Temporal = count === DATETIME_SIZE ? temporal() : undefined;
        return Temporal && plainDateTime(Temporal, bytes, start, lossless);
      },
      reduce: (value) => written(wallBytes(value as PlainDateTimeLike)),
    },
    {
      globals: [],
      get prototypes() {
        return prototypes("ZonedDateTime");
      },
      reduce: (value, { protocol }) => {
        const zoned = value as ZonedDateTimeLike;
        // Read from the plain object: a ZonedDateTime computes its wall clock anew for each field.
        const bytes = wallBytes(zoned.toPlainDateTime());
        if (protocol >= 4 && zones.fold(zoned)) (bytes[2] as number) |= FOLD;
        return written(bytes, zones.tzinfo(zoned));
      },
    },
    {
      globals: [],
      get prototypes() {
        return prototypes("Instant");
      },
      reduce: (value) => {
        const zoned = (value as InstantLike).toZonedDateTimeISO("UTC");
        return written(wallBytes(zoned), zones.tzinfo(zoned));
      },
    },
    {
      globals: [TIMEDELTA],
      get prototypes() {
        return prototypes("Duration");
      },
      call: (args) => {
        const fields = timedeltaArguments(args);
        return fields && attempt((Temporal) => toDuration(Temporal, fields));
      },
      reduce: (value) => ({ callable: TIMEDELTA, args: fromDuration(value as DurationLike) }),
    },
    {
      globals: [TIMEZONE],
      prototypes: [TimeZone.prototype],
      call: (args, { lossless }) => zones.timezone(args, lossless),
      reduce: (value) => {
        const { offset, name } = value as TimeZone;
        return { callable: TIMEZONE, args: name === undefined ? [offset] : [offset, name] };
      },
    },
    {
      globals: [],
      prototypes: [Date.prototype],
      reduce: (value) => written(dateBytes(value as Date), UTC),
    },
  ];
}

// A naive datetime, straight from its ten bytes: the arrays of fields and the closure of the general way cost as much as
// V8's constructor does (Node 26, `npm run bench -- --only datetimes`).
function plainDateTime(
  Temporal: TemporalLike,
  bytes: Uint8Array,
  start: number,
  lossless: boolean,
): PlainDateTimeLike | undefined {
  const byte = (index: number): number => bytes[start + index] as number;
  const month = byte(2);
  const micros = (byte(7) << 16) | (byte(8) << 8) | byte(9);
  if (((month & FOLD) !== 0 && lossless) || micros > 999_999) return undefined;
  const year = (byte(0) << 8) | byte(1);
  if (year < 1 || year > 9999) return undefined;
  const millis = Math.floor(micros / 1000);
  try {
    return new Temporal.PlainDateTime(
      year,
      month & ~FOLD,
      byte(3),
      byte(4),
      byte(5),
      byte(6),
      millis,
      micros - millis * 1000,
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// datetime.timezone.utc as data, for runtimes without a Temporal to hold its offset.
const UTC = new Instance("call", TIMEZONE, [new Instance("call", TIMEDELTA, [0, 0, 0])]);

function written(bytes: Uint8Array, tzinfo?: unknown): Reduction {
  const args = tzinfo === undefined ? [bytes] : [bytes, tzinfo];
  return { callable: DATETIME, args, areBytesOwn: true };
}

function wallBytes(value: PlainDateLike & PlainTimeLike): Uint8Array {
  const bytes = new Uint8Array(DATETIME_SIZE);
  putDate(bytes, value);
  putTime(bytes, DATE_SIZE, value);
  return bytes;
}

function dateBytes(date: Date): Uint8Array {
  if (Number.isNaN(date.getTime())) throw new RangeError("the Date is invalid");
  return wallBytes({
    calendarId: "iso8601",
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    microsecond: 0,
    nanosecond: 0,
  });
}

/**
 * `datetime`: the types over the runtime's own Temporal, looked up when they are first used.
 *
 * Where the runtime has none (Node 24 and older, Safari), give `loads` and `dumps` the types of a polyfill:
 * `types: datetimeTypesOf(Temporal)` with `import { Temporal } from "temporal-polyfill"`.
 */
export const datetimeTypes: readonly PickleType[] = datetimeTypesOf(runtimeTemporal);

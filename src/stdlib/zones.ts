/**
 * A wall clock time and a Python tzinfo in, a `ZonedDateTime` out, and back to the very same tzinfo.
 *
 * Temporal has names of zones, Python has objects, and which object a datetime has can be observed (`a.tzinfo is
 * b.tzinfo`) and is written in the pickle. Each ZonedDateTime made here therefore remembers the object it was made
 * with; a ZonedDateTime from elsewhere gets one for each name: `UTC` and `+00:00` are `timezone.utc`, other offsets a
 * `timezone`, all other names a `ZoneInfo`.
 */

import { type DateFields, epochNanoseconds, type TimeFields } from "./fields.ts";
import type {
  DurationLike,
  PlainDateTimeLike,
  TemporalLike,
  ZonedDateTimeLike,
} from "./temporal.ts";
import { fromDuration, toDuration } from "./timedelta.ts";
import { TimeZone, ZoneInfo } from "./timezones.ts";

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const DAY_MINUTES = 1440;

/** The time zones of one Temporal. */
export class Zones {
  readonly #temporal: () => TemporalLike | undefined;
  readonly #made = new WeakMap<ZonedDateTimeLike, TimeZone | ZoneInfo>();
  readonly #named = new Map<string, TimeZone | ZoneInfo>();

  constructor(temporal: () => TemporalLike | undefined) {
    this.#temporal = temporal;
  }

  #lastZone: TimeZone | undefined;
  #lastSeconds = 0;
  #lastName: string | undefined;

  /**
   * `datetime.timezone(offset[, name])`; without a name an offset of zero is the one object `timezone.utc`.
   *
   * A lossless load keeps the pickle's own object, with the very timedelta that may stand elsewhere in the graph (since
   * Python 3.12 every `timedelta(0)` is one object).
   */
  timezone(args: readonly unknown[], lossless: boolean): TimeZone | undefined {
    const Temporal = this.#temporal();
    const [offset, name] = args;
    if (Temporal === undefined || !(typeof offset === "object" && offset !== null))
      return undefined;
    if (Object.getPrototypeOf(offset) !== Temporal.Duration.prototype) return undefined;
    const seconds = offsetSeconds(offset as DurationLike);
    if (Math.abs(seconds) >= DAY_MINUTES * 60) return undefined;
    if (args.length === 1) {
      const isUtc = seconds === 0 && !lossless;
      return isUtc ? this.#utc(Temporal) : new TimeZone(offset as DurationLike);
    }
    if (args.length !== 2 || typeof name !== "string") return undefined;
    return new TimeZone(offset as DurationLike, name);
  }

  /** The datetime with this wall clock time at a fixed offset, if the offset has a name in Temporal. */
  atOffset(
    Temporal: TemporalLike,
    date: DateFields,
    time: TimeFields,
    zone: TimeZone,
  ): ZonedDateTimeLike | undefined {
    // The datetimes of one pickle mostly have one zone.
    if (zone !== this.#lastZone) {
      this.#lastZone = zone;
      this.#lastSeconds = offsetSeconds(zone.offset);
      this.#lastName = zone.name === undefined ? offsetName(this.#lastSeconds) : undefined;
    }
    if (this.#lastName === undefined) return undefined;
    const epoch = epochNanoseconds(date, time, this.#lastSeconds);
    const zoned = new Temporal.ZonedDateTime(epoch, this.#lastName);
    if (zone !== this.#utcZone) this.#made.set(zoned, zone);
    return zoned;
  }

  /** The datetime with this wall clock time and fold in a zone with a key; `undefined` where Temporal cannot hold it. */
  join(
    wall: PlainDateTimeLike,
    fold: boolean,
    tzinfo: unknown,
    lossless: boolean,
  ): ZonedDateTimeLike | undefined {
    if (!(tzinfo instanceof ZoneInfo)) return undefined;
    const name = tzinfo.key;
    const zoned = wall.toZonedDateTime(name, { disambiguation: fold ? "later" : "earlier" });
    // A name that Temporal spells differently would come back as another key; a skipped time would move.
    if (zoned.timeZoneId !== name || !zoned.toPlainDateTime().equals(wall)) return undefined;
    if (lossless && fold && !this.fold(zoned)) return undefined;
    this.#made.set(zoned, tzinfo);
    return zoned;
  }

  /** Whether this is the second of the two instants that show the same wall clock time (PEP 495). */
  fold(zoned: ZonedDateTimeLike): boolean {
    const { timeZoneId } = zoned;
    if (timeZoneId === "UTC" || OFFSET.test(timeZoneId)) return false;
    const first = zoned
      .toPlainDateTime()
      .toZonedDateTime(timeZoneId, { disambiguation: "earlier" });
    return first.epochNanoseconds !== zoned.epochNanoseconds;
  }

  /** Python's tzinfo of a datetime. */
  tzinfo(zoned: ZonedDateTimeLike): TimeZone | ZoneInfo {
    const made = this.#made.get(zoned);
    if (made !== undefined) return made;
    const name = zoned.timeZoneId;
    let zone = this.#named.get(name);
    if (zone === undefined) {
      zone = this.#create(name);
      this.#named.set(name, zone);
    }
    return zone;
  }

  #create(name: string): TimeZone | ZoneInfo {
    const Temporal = this.#temporal() as TemporalLike;
    if (name === "UTC") return this.#utc(Temporal);
    const offset = OFFSET.exec(name);
    if (offset === null) return new ZoneInfo(name);
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    if (minutes === 0) return this.#utc(Temporal);
    const days = offset[1] === "-" ? -1 : 0;
    const seconds = (days === 0 ? minutes : DAY_MINUTES - minutes) * 60;
    return new TimeZone(toDuration(Temporal, [days, seconds, 0]));
  }

  #utcZone: TimeZone | undefined;

  #utc(Temporal: TemporalLike): TimeZone {
    return (this.#utcZone ??= new TimeZone(toDuration(Temporal, [0, 0, 0])));
  }
}

// Temporal's name of an offset of whole minutes.
function offsetName(seconds: number): string | undefined {
  if (seconds === 0) return "UTC";
  if (seconds % 60 !== 0) return undefined;
  const minutes = Math.abs(seconds) / 60;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

// Seconds with a fraction of microseconds.
function offsetSeconds(offset: DurationLike): number {
  const [days, seconds, microseconds] = fromDuration(offset);
  return days * DAY_MINUTES * 60 + seconds + microseconds / 1e6;
}

/**
 * A wall clock time and a Python tzinfo in, a `ZonedDateTime` out, and back to the very same tzinfo.
 *
 * Temporal has names of zones, Python has objects, and which object a datetime has can be observed (`a.tzinfo is
 * b.tzinfo`) and is written in the pickle. Each ZonedDateTime made here therefore remembers the object it was made
 * with; a ZonedDateTime from elsewhere gets one for each name: `UTC` and `+00:00` are `timezone.utc`, other offsets a
 * `timezone`, all other names a `ZoneInfo`.
 */

import { type DateFields, epochNanoseconds, type TimeFields, wallMilliseconds } from "./fields.ts";
import type { DurationLike, TemporalLike, ZonedDateTimeLike } from "./temporal.ts";
import { fromDuration, toDuration } from "./timedelta.ts";
import { TimeZone, ZoneInfo } from "./timezones.ts";

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const DAY_MINUTES = 1440;

/** The time zones of one Temporal. */
export class Zones {
  readonly #temporal: () => TemporalLike | undefined;
  readonly #named = new Map<string, TimeZone | ZoneInfo>();
  // Of the zones that Temporal knows.
  readonly #spans = new Map<string, Spans>();

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
    const epoch = epochNanoseconds(
      wallMilliseconds(date, time) - this.#lastSeconds * 1000,
      time[4],
    );
    const zoned = new Temporal.ZonedDateTime(epoch, this.#lastName);
    if (zone !== this.#utcZone) new Made(zoned, zone);
    return zoned;
  }

  /** The datetime with this wall clock time and fold in a zone with a key; `undefined` where Temporal cannot hold it. */
  join(
    Temporal: TemporalLike,
    date: DateFields,
    time: TimeFields,
    fold: boolean,
    tzinfo: unknown,
    lossless: boolean,
  ): ZonedDateTimeLike | undefined {
    if (!(tzinfo instanceof ZoneInfo)) return undefined;
    const name = tzinfo.key;
    const wallAt = wallMilliseconds(date, time);
    const span = fold ? undefined : this.#spans.get(name)?.find(wallAt);
    if (span !== undefined) {
      const epoch = epochNanoseconds(wallAt - span.offset, time[4]);
      const zoned = new Temporal.ZonedDateTime(epoch, name);
      new Made(zoned, tzinfo);
      return zoned;
    }
    const wall = new Temporal.PlainDateTime(...date, ...time);
    const zoned = wall.toZonedDateTime(name, { disambiguation: fold ? "later" : "earlier" });
    // A name that Temporal spells differently would come back as another key; a skipped time would move.
    if (zoned.timeZoneId !== name || !zoned.toPlainDateTime().equals(wall)) return undefined;
    if (lossless && fold && !this.fold(zoned)) return undefined;
    new Made(zoned, tzinfo);
    this.#spansOf(name).add(Temporal, zoned);
    return zoned;
  }

  // A name that Temporal knows.
  #spansOf(name: string): Spans {
    let spans = this.#spans.get(name);
    if (spans === undefined) {
      spans = new Spans();
      this.#spans.set(name, spans);
    }
    return spans;
  }

  /** Whether this is the second of the two instants that show the same wall clock time (PEP 495). */
  fold(zoned: ZonedDateTimeLike): boolean {
    const { timeZoneId } = zoned;
    if (timeZoneId === "UTC" || OFFSET.test(timeZoneId)) return false;
    const spans = this.#spansOf(timeZoneId);
    if (spans.find(milliseconds(zoned) + zoned.offsetNanoseconds / 1e6)) return false;
    spans.add(this.#temporal() as TemporalLike, zoned);
    const first = zoned
      .toPlainDateTime()
      .toZonedDateTime(timeZoneId, { disambiguation: "earlier" });
    return first.epochNanoseconds !== zoned.epochNanoseconds;
  }

  /** Python's tzinfo of a datetime. */
  tzinfo(zoned: ZonedDateTimeLike): TimeZone | ZoneInfo {
    const made = Made.zoneOf(zoned);
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

// biome-ignore lint/complexity/useArrowFunction: a constructor
const Itself = function (object: object): object {
  return object;
} as unknown as new (
  object: object,
) => object;

// A private field of the ZonedDateTime itself: with a WeakMap in its place a load of 50,000 takes 1.3 of the time (Node 26,
// `npm run bench -- --only zoned`).
class Made extends Itself {
  readonly #zone: TimeZone | ZoneInfo;

  constructor(zoned: ZonedDateTimeLike, zone: TimeZone | ZoneInfo) {
    super(zoned);
    this.#zone = zone;
  }

  static zoneOf(zoned: ZonedDateTimeLike): TimeZone | ZoneInfo | undefined {
    return #zone in zoned ? zoned.#zone : undefined;
  }
}

// So far from a change of the clocks no wall clock time is skipped or shown twice: offsets are less than a day.
const MARGIN = 3 * 86_400_000;
const MOST_SPANS = 256;

/** Between two changes of a zone's clocks, in milliseconds; the ends are wall clock times that are far from both. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

// Between changes of its clocks a zone is its offset, and asking Temporal for that takes longer than all the rest.
class Spans {
  #last: Span | undefined;
  // By their starts.
  readonly #all: Span[] = [];
  // Between which changes the datetime was that was added last: all others there tell the same.
  #from = 0;
  #to = 0;

  find(wall: number): Span | undefined {
    const last = this.#last;
    if (last !== undefined && wall > last.start && wall < last.end) return last;
    const span = this.#all[this.#behind(wall) - 1];
    if (span === undefined || wall >= span.end) return undefined;
    this.#last = span;
    return span;
  }

  add(Temporal: TemporalLike, zoned: ZonedDateTimeLike): void {
    const at = milliseconds(zoned);
    if ((at >= this.#from && at < this.#to) || this.#all.length === MOST_SPANS) return;
    const next = zoned.getTimeZoneTransition?.("next");
    const previous = zoned.getTimeZoneTransition?.("previous");
    if (next === undefined || previous === undefined) return;
    // At a change itself the previous one is that before, or none.
    const before = new Temporal.ZonedDateTime(zoned.epochNanoseconds - 1n, zoned.timeZoneId);
    const offset = zoned.offsetNanoseconds / 1e6;
    if (before.offsetNanoseconds / 1e6 !== offset || !Number.isSafeInteger(offset)) return;
    this.#from = previous === null ? Number.NEGATIVE_INFINITY : milliseconds(previous);
    this.#to = next === null ? Number.POSITIVE_INFINITY : milliseconds(next);
    const start = this.#from + MARGIN;
    const end = this.#to - MARGIN;
    const place = this.#behind(start);
    if (start < end && this.#all[place - 1]?.start !== start)
      this.#all.splice(place, 0, { start, end, offset });
  }

  // How many begin no later than `wall`.
  #behind(wall: number): number {
    let low = 0;
    for (let high = this.#all.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#all[middle] as Span).start <= wall) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function milliseconds(zoned: ZonedDateTimeLike): number {
  return Number(zoned.epochNanoseconds / 1_000_000n);
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

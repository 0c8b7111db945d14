/**
 * Python's time zone objects, for which Temporal has only names: `datetime.timezone` and `zoneinfo.ZoneInfo`.
 *
 * Source: CPython 3.13 Modules/_datetimemodule.c timezone_getinitargs, Modules/_zoneinfo.c zoneinfo_reduce.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, Instance, inspectSymbol, keySymbol, Tuple } from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";
import type { DurationLike } from "./temporal.ts";
import { fromDuration } from "./timedelta.ts";

/** Python's `datetime.timezone`: a fixed offset from UTC with an optional name. */
export class TimeZone {
  /** Offset from UTC as a `Temporal.Duration`, strictly between -24 and 24 hours. */
  readonly offset: DurationLike;
  /** The name it was given; `undefined` for one that Python derives from the offset. */
  readonly name: string | undefined;

  constructor(offset: DurationLike, name?: string) {
    this.offset = offset;
    this.name = name;
  }

  /** As Python prints it: the name, or `UTC+02:00`. */
  toString(): string {
    return this.name ?? offsetName(this.offset);
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    const name = this.name === undefined ? "" : `, ${JSON.stringify(this.name)}`;
    return `TimeZone(${offsetName(this.offset)}${name})`;
  }

  // Python compares offsets only, and names not at all.
  [keySymbol](): string {
    return `timezone${offsetName(this.offset)}`;
  }
}

/** Python's `zoneinfo.ZoneInfo`: a zone of the IANA database by its key. */
export class ZoneInfo {
  /** `"Europe/Berlin"`. */
  readonly key: string;
  /** Whether Python gives every user of the key one object (`ZoneInfo(key)`), or made this alone (`no_cache`). */
  readonly cached: boolean;

  constructor(key: string, cached = true) {
    this.key = key;
    this.cached = cached;
  }

  toString(): string {
    return this.key;
  }

  toJSON(): string {
    return this.key;
  }

  [inspectSymbol](): string {
    return `ZoneInfo(${this.key})`;
  }

  // Python compares zones by identity; those of the cache are one object for each key.
  [keySymbol](): string | undefined {
    return this.cached ? `zoneinfo${this.key}` : undefined;
  }
}

function offsetName(offset: DurationLike): string {
  const [days, seconds, microseconds] = fromDuration(offset);
  const total = (days * 86_400 + seconds) * 1e6 + microseconds;
  if (total === 0) return "UTC";
  const two = (part: number): string => String(Math.floor(part)).padStart(2, "0");
  const magnitude = Math.abs(total);
  const [minutes, rest] = [Math.floor(magnitude / 60e6), magnitude % 60e6];
  let text = `UTC${total < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  if (rest !== 0) text += `:${two(rest / 1e6)}`;
  if (rest % 1e6 !== 0) text += `.${String(rest % 1e6).padStart(6, "0")}`;
  return text;
}

const UNPICKLE = new Global("zoneinfo", "ZoneInfo._unpickle");
const ZONE_INFO = new Global("zoneinfo", "ZoneInfo", { spelled: true });
const GETATTR = new Global("builtins", "getattr", { spelled: true });

/** `zoneinfo`: `ZoneInfo ↔ ZoneInfo` (Python 3.9 and later). */
export const zoneinfoTypes: readonly PickleType[] = [
  {
    globals: [UNPICKLE],
    prototypes: [ZoneInfo.prototype],
    call: (args) => {
      const [key, fromCache] = args;
      if (args.length !== 2 || typeof key !== "string") return undefined;
      const cached = safeInteger(fromCache);
      return cached === 0 || cached === 1 ? new ZoneInfo(key, cached === 1) : undefined;
    },
    reduce: (value) => {
      const { key, cached } = value as ZoneInfo;
      // A bound method of a class written in C, which Python pickles as getattr(ZoneInfo, "_unpickle"), anew each time.
      const unpickle = new Instance("call", GETATTR, Tuple.of(ZONE_INFO, new String("_unpickle")));
      return { callable: unpickle, args: [key, cached ? 1 : 0] };
    },
  },
];

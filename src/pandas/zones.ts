/**
 * What Python keeps as a `tzinfo` in, the zone's name and its offset at a moment out.
 *
 * Source: pytz `_p` and `_FixedOffset`, `zoneinfo.ZoneInfo.__reduce__`, `datetime.timezone.__reduce__`, dateutil's `tz`.
 */

import { Global, Instance } from "../core/values/index.ts";
import { TimeZone, ZoneInfo } from "../stdlib/index.ts";
import { integerOf } from "./state.ts";

/** A time zone: its name as pandas prints it, and its offset from UTC. */
export interface Zone {
  readonly name: string;
  /** Seconds ahead of UTC at a moment in seconds since 1970; `undefined` where this runtime does not know the zone. */
  offsetAt(epochSeconds: number): number | undefined;
}

/** The zone of a tzinfo; `undefined` for one that is not known, and for `None`. */
export function zoneOf(value: unknown): Zone | undefined {
  if (value instanceof ZoneInfo) return named(value.key);
  if (value instanceof TimeZone) {
    const { days, hours, minutes, seconds } = value.offset;
    return fixed(((days * 24 + hours) * 60 + minutes) * 60 + seconds, value.name);
  }
  if (typeof value === "string") return named(value);
  if (!(value instanceof Instance)) return undefined;
  const [first, second] = value.args;
  switch (callee(value.callable)) {
    case "pytz._UTC":
      return fixed(0, undefined);
    case "dateutil.tz.tz.tzutc":
      return fixed(0, "tzutc()");
    case "pytz.FixedOffset":
    case "pytz._FixedOffset": {
      const minutes = integerOf(first);
      return minutes === undefined
        ? undefined
        : fixed(minutes * 60, `pytz.FixedOffset(${minutes})`);
    }
    case "pytz._p":
    case "zoneinfo.ZoneInfo":
    case "zoneinfo.ZoneInfo._unpickle":
      return typeof first === "string" ? named(first) : undefined;
    case "datetime.timezone": {
      const seconds = deltaSeconds(first);
      if (seconds === undefined) return undefined;
      return fixed(seconds, typeof second === "string" ? second : undefined);
    }
    default:
      return undefined;
  }
}

// "zoneinfo.ZoneInfo._unpickle", also where a lossless load keeps the call of getattr that names it.
function callee(callable: unknown): string {
  if (callable instanceof Global) return callable.path;
  if (!(callable instanceof Instance)) return "";
  const [owner, name] = callable.args;
  return owner instanceof Global && typeof name === "string" ? `${owner.path}.${name}` : "";
}

function deltaSeconds(delta: unknown): number | undefined {
  if (delta instanceof Instance) {
    const [days, seconds] = delta.args.map(integerOf);
    return days === undefined || seconds === undefined ? undefined : days * 86400 + seconds;
  }
  if (typeof delta !== "object" || delta === null || !("total" in delta)) return undefined;
  // A Temporal.Duration, which is what timedelta is by default.
  const { days, hours, minutes, seconds } = delta as Record<string, unknown>;
  const parts = [days, hours, minutes, seconds].map(integerOf);
  const [d = 0, h = 0, m = 0, s = 0] = parts;
  return parts.includes(undefined) ? undefined : ((d * 24 + h) * 60 + m) * 60 + s;
}

function fixed(seconds: number, name: string | undefined): Zone | undefined {
  if (Math.abs(seconds) >= 86400) return undefined;
  const text = name ?? (seconds === 0 ? "UTC" : `UTC${offsetText(seconds)}`);
  return { name: text, offsetAt: () => seconds };
}

const zones = new Map<string, Zone>();
// Zones are few; names in hostile files need not be.
const MOST_ZONES = 1000;

function named(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = { name, offsetAt: offsets(name) };
  if (zones.size < MOST_ZONES) zones.set(name, zone);
  return zone;
}

// The offset as Intl spells it: "GMT", "GMT+01:00", "GMT-00:53:28".
function offsets(timeZone: string): Zone["offsetAt"] {
  let format: Intl.DateTimeFormat | null | undefined;
  return (epochSeconds) => {
    if (format === undefined) {
      try {
        format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
      } catch {
        // A zone that the runtime's database has not.
        format = null;
      }
    }
    if (format === null || Math.abs(epochSeconds) > 8.64e12) return undefined;
    const parts = format.formatToParts(epochSeconds * 1000);
    const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
    if (match === null) return undefined;
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
    const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return sign === "-" ? -size : size;
  };
}

/** An offset as ISO 8601 and Python write it: "+01:00", "-00:53:28". */
export function offsetText(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.trunc(size / 3600), Math.trunc(size / 60) % 60];
  if (size % 60 !== 0) parts.push(size % 60);
  return (seconds < 0 ? "-" : "+") + parts.map((part) => String(part).padStart(2, "0")).join(":");
}

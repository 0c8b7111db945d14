/**
 * The instances that dates and times are where no Temporal object stands for them, one line or ISO 8601 about each out.
 * Source: CPython 3.13 Lib/_pydatetime.py `_getstate`: big-endian fields, the fold in the month's or hour's high bit.
 */
import { Global, Instance } from "../core/values/index.ts";
import { printable } from "../printable/index.ts";

const SIZES: Readonly<Record<string, number>> = {
  "datetime.date": 4,
  "datetime.time": 6,
  "datetime.datetime": 10,
};

/** `"datetime.datetime 2024-02-29 12:30:00+02:00"`, as `str()` prints it in Python; `undefined` for anything else. */
export function dateText(value: unknown): string | undefined {
  if (!(value instanceof Instance) || !(value.callable instanceof Global)) return undefined;
  if (value.callable.module !== "datetime" || value.form === "new") return undefined;
  const { path } = value.callable;
  const [fields, zone] = value.args;
  if (path === "datetime.timezone") return `${path} UTC${offsetText(value) ?? "…"}`;
  if (!(fields instanceof Uint8Array) || fields.length !== SIZES[path]) return undefined;
  const date = path === "datetime.time" ? "" : dateOf(fields);
  const time = path === "datetime.date" ? "" : timeOf(fields.subarray(fields.length - 6));
  return `${path} ${date}${date !== "" && time !== "" ? " " : ""}${time}${zoneText(zone)}`;
}

/**
 * `"2024-02-29T12:30:00+02:00"`, as `isoformat()` prints it in Python, with the zone in brackets where Temporal would have
 * it (RFC 9557); a timedelta as a duration, a zone by its name. `undefined` for anything else.
 */
export function isoText(value: unknown): string | undefined {
  if (!(value instanceof Instance) || value.form === "new") return undefined;
  if (value.className === "datetime.timedelta") return durationText(value.args);
  if (value.className.startsWith("zoneinfo.ZoneInfo") || value.className === "datetime.timezone")
    return zoneName(value);
  const [fields, zone] = value.args;
  const [module, kind] = value.className.split(".");
  if (module !== "datetime" || !(fields instanceof Uint8Array)) return undefined;
  if (fields.length !== SIZES[value.className]) return undefined;
  const parts = [
    ...(kind === "time" ? [] : [dateOf(fields)]),
    ...(kind === "date" ? [] : [timeOf(fields.subarray(fields.length - 6))]),
  ];
  const place = zone === undefined || zone === null ? "" : isoZone(zone);
  return place === undefined ? undefined : parts.join("T") + place;
}

// "+02:00" of a zone with a name of its own, "+02:00[+02:00]" of one without, "[Europe/Rome]" of a place.
function isoZone(zone: unknown): string | undefined {
  const offset = zone instanceof Instance ? offsetText(zone) : offsetOf(zone);
  const name = zoneName(zone);
  if (offset === undefined) return name === undefined ? undefined : `[${name}]`;
  if (name === undefined || name.startsWith("UTC"))
    return `${offset}[${offset === "+00:00" ? "UTC" : offset}]`;
  return offset;
}

// Of the class that stands for datetime.timezone where Temporal is known.
function offsetOf(zone: unknown): string | undefined {
  if (typeof zone !== "object" || zone === null || !("offset" in zone)) return undefined;
  const { hours, minutes, seconds } = zone.offset as Readonly<Record<string, number>>;
  return offsetOfSeconds(((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0));
}

const ZONE_NAME = /^[A-Za-z0-9_+\-/]+$/;

function zoneName(zone: unknown): string | undefined {
  if (!(zone instanceof Instance)) return String(zone);
  const offset = offsetText(zone);
  const name = zone.args[offset === undefined ? 0 : 1];
  if (typeof name === "string" && (offset !== undefined || ZONE_NAME.test(name))) return name;
  return offset === undefined ? undefined : `UTC${offset === "+00:00" ? "" : offset}`;
}

// As Temporal writes durations: one sign for all, days of 24 hours.
function durationText(args: readonly unknown[]): string | undefined {
  const [days, seconds, micros] = args;
  if (![days, seconds, micros].every(Number.isSafeInteger)) return undefined;
  const total =
    (BigInt(days as number) * 86_400n + BigInt(seconds as number)) * 1_000_000n +
    BigInt(micros as number);
  const size = total < 0n ? -total : total;
  const part = (unit: bigint, most: bigint): bigint => (size / unit) % most;
  const fraction = size % 1_000_000n;
  const rest = fraction === 0n ? "" : `.${digits(Number(fraction), 6).replace(/0+$/, "")}`;
  const named = (count: bigint, unit: string): string => (count === 0n ? "" : `${count}${unit}`);
  const whole = named(size / 86_400_000_000n, "D");
  const clock =
    named(part(3_600_000_000n, 24n), "H") +
    named(part(60_000_000n, 60n), "M") +
    (rest === "" ? named(part(1_000_000n, 60n), "S") : `${part(1_000_000n, 60n)}${rest}S`);
  if (size === 0n) return "PT0S";
  return `${total < 0n ? "-" : ""}P${whole}${clock === "" ? "" : `T${clock}`}`;
}

function dateOf(fields: Uint8Array): string {
  const [high = 0, low = 0, month = 0, day = 0] = fields;
  return `${digits(high * 256 + low, 4)}-${digits(month & 0x7f, 2)}-${digits(day, 2)}`;
}

function timeOf(fields: Uint8Array): string {
  const [hour = 0, minute = 0, second = 0, high = 0, middle = 0, low = 0] = fields;
  const micro = high * 65536 + middle * 256 + low;
  const clock = `${digits(hour & 0x7f, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
  return micro === 0 ? clock : `${clock}.${digits(micro, 6)}`;
}

function zoneText(zone: unknown): string {
  if (zone === undefined || zone === null) return "";
  if (!(zone instanceof Instance)) return ` ${printable(String(zone))}`;
  const offset = offsetText(zone);
  if (offset !== undefined) return offset;
  const [name] = zone.args;
  return ` ${typeof name === "string" ? printable(name) : printable(zone.className)}`;
}

// "+02:00" for timezone(timedelta(days, seconds)).
function offsetText(zone: Instance): string | undefined {
  const [delta] = zone.args;
  if (zone.className !== "datetime.timezone" || !(delta instanceof Instance)) return undefined;
  const [days = 0, seconds = 0] = delta.args;
  if (delta.className !== "datetime.timedelta") return undefined;
  if (typeof days !== "number" || typeof seconds !== "number") return undefined;
  return offsetOfSeconds(days * 86400 + seconds);
}

function offsetOfSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.trunc(size / 3600), Math.trunc(size / 60) % 60, size % 60];
  const shown = parts.slice(0, size % 60 === 0 ? 2 : 3).map((part) => digits(part, 2));
  return `${seconds < 0 ? "-" : "+"}${shown.join(":")}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/**
 * The instances that dates and times are where no Temporal object stands for them, one line about each out.
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
  const minutes = Math.trunc((days * 86400 + seconds) / 60);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${digits(Math.trunc(size / 60), 2)}:${digits(size % 60, 2)}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

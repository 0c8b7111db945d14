/** Timestamps as the Python recipe writes them, and any timestamp as a point in time. Source: `datetime.now().isoformat()`. */

let lastMicroseconds = 0;

/** Local time with microseconds, `"2026-03-01T12:30:00.000125"`; later than every one before in this process. */
export function timestampNow(): string {
  lastMicroseconds = Math.max(lastMicroseconds + 1, Date.now() * 1000);
  const date = new Date(Math.floor(lastMicroseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}.${String(lastMicroseconds % 1_000_000).padStart(6, "0")}`;
}

/**
 * Milliseconds since 1970 of a timestamp: ISO text (local without an offset), seconds since 1970 as Python's `time.time()`
 * gives them, or a datetime; `undefined` where it is none of these.
 */
export function timeOf(timestamp: unknown): number | undefined {
  if (typeof timestamp === "number") return finite(timestamp * 1000);
  if (typeof timestamp === "string") return fromText(timestamp);
  if (typeof timestamp !== "object" || timestamp === null) return undefined;
  if ("epochMilliseconds" in timestamp && typeof timestamp.epochMilliseconds === "number") {
    return fromText(String(timestamp)) ?? timestamp.epochMilliseconds;
  }
  if ("value" in timestamp && typeof timestamp.value === "number") {
    return finite(timestamp.value * 1000); // A Float of a lossless load.
  }
  return fromText(String(timestamp));
}

function fromText(text: string): number | undefined {
  // Date.parse takes milliseconds; Temporal adds the name of the zone.
  const milliseconds = Date.parse(text.replace(/\[.*$/, ""));
  const [, digits] = /\.\d{3}(\d{1,6})/.exec(text) ?? [];
  return finite(milliseconds + Number(`0.${digits ?? 0}`));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

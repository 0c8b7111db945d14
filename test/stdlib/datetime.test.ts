/** Datetimes at the edges: zones, folds, ranges, refusals, and the same over the polyfill as over the runtime. */
import { Temporal as Polyfill } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import {
  dumps,
  Global,
  Instance,
  loads,
  type PickleType,
  PicklingError,
  Tuple,
} from "../../src/pickle/index.ts";
import {
  datetimeTypes,
  datetimeTypesOf,
  type TemporalLike,
  TimeZone,
  ZoneInfo,
  zoneinfoTypes,
} from "../../src/stdlib/index.ts";

// CPython spells the names of these classes out each time.
const DATETIME = new Global("datetime", "datetime", { spelled: "name" });
const call = (path: string, ...args: unknown[]): Instance => {
  const { module, name } = Global.parse(path);
  const global = new Global(module, name, module === "datetime" ? { spelled: "name" } : {});
  return new Instance("call", global, Tuple.from(args) as Tuple);
};

describe.each<[string, TemporalLike, readonly PickleType[]]>([
  ["the runtime's Temporal", Temporal as TemporalLike, datetimeTypes],
  ["temporal-polyfill", Polyfill as TemporalLike, datetimeTypesOf(Polyfill as TemporalLike)],
])("datetimes over %s", (_name, implementation, datetimes) => {
  const types = [...datetimes, ...zoneinfoTypes];
  const T = implementation as unknown as typeof Temporal;
  const back = (value: unknown, lossless = false): unknown =>
    loads(dumps(value, { types }), { types, lossless });

  it.each([
    T.PlainDate.from("0001-01-01"),
    T.PlainDate.from("9999-12-31"),
    T.PlainTime.from("23:59:59.999999"),
    T.PlainDateTime.from("2024-02-29T12:00:00.000001"),
    T.ZonedDateTime.from("2024-02-29T12:00[UTC]"),
    T.ZonedDateTime.from("2024-02-29T12:00[+05:45]"),
    T.ZonedDateTime.from("2024-10-27T02:30+02:00[Europe/Berlin]"),
    T.ZonedDateTime.from("2024-10-27T02:30+01:00[Europe/Berlin]"),
    T.ZonedDateTime.from("1850-01-01T00:00[Europe/Berlin]"),
    T.Duration.from("P1DT2H3M4.567891S"),
    T.Duration.from("-PT0.000001S"),
    T.Duration.from("PT0S"),
  ])("brings %s back", (value) => {
    for (const lossless of [true, false]) {
      const again = back(value, lossless);
      expect(Object.getPrototypeOf(again)).toBe(Object.getPrototypeOf(value));
      expect(String(again)).toBe(String(value));
    }
  });

  it("balances durations up to days", () => {
    expect(String(back(T.Duration.from({ weeks: 1, hours: 49, seconds: -1 + 61 })))).toBe(
      "P9DT1H1M",
    );
    expect(String(back(T.Duration.from({ days: -1, hours: -1 })))).toBe("-P1DT1H");
  });

  it("gives every datetime of one zone one tzinfo, and keeps those that Python shared", () => {
    const zone = new TimeZone(T.Duration.from("PT2H"));
    const other = new TimeZone(T.Duration.from("PT2H"));
    const at = (tzinfo: unknown): Instance =>
      new Instance("call", DATETIME, [new Uint8Array([7, 232, 1, 1, 0, 0, 0, 0, 0, 0]), tzinfo]);
    const shared = dumps([at(zone), at(zone)], { types });
    const apart = dumps([at(zone), at(other)], { types });
    for (const data of [shared, apart]) {
      const value = loads<unknown[]>(data, { types, lossless: true });
      expect(String(value[0])).toBe("2024-01-01T00:00:00+02:00[+02:00]");
      expect(dumps(value, { types })).toEqual(data);
    }
    const fresh = [1, 2].map((day) => T.ZonedDateTime.from(`2024-01-0${day}T00:00[+02:00]`));
    expect(dumps(fresh, { types }).length).toBeLessThan(shared.length + 4);
  });

  it.each([
    ["a year above 9999", T.PlainDate.from("+010000-01-01")],
    ["a year below 1", T.PlainDateTime.from("0000-01-01T00:00")],
    ["nanoseconds", T.PlainTime.from("00:00:00.000000001")],
    ["another calendar", T.PlainDate.from("2024-01-01[u-ca=hebrew]")],
    ["months in a duration", T.Duration.from("P1M")],
    ["nanoseconds in a duration", T.Duration.from("PT0.000000001S")],
    ["a duration of 1e9 days", T.Duration.from({ days: 1_000_000_000 })],
    ["an invalid Date", new Date(Number.NaN)],
    ["a Date of year 275760", new Date(8.64e15)],
  ])("refuses %s", (_what, value) => {
    const error = thrown(() => dumps([value], { types }));
    expect(error).toBeInstanceOf(PicklingError);
    expect(error).toMatchObject({ code: "unsupported-reduction" });
    expect((error as PicklingError).path).toMatch(/^\$\[0\]/);
  });

  it.each<[string, Instance]>([
    ["a 31 February", call("datetime.date", new Uint8Array([7, 232, 2, 31]))],
    ["year 0", call("datetime.date", new Uint8Array([0, 0, 1, 1]))],
    ["hour 24", call("datetime.time", new Uint8Array([24, 0, 0, 0, 0, 0]))],
    ["a million microseconds", call("datetime.time", new Uint8Array([0, 0, 0, 15, 66, 64]))],
    ["a short state", call("datetime.datetime", new Uint8Array(9))],
    ["text beyond bytes", call("datetime.date", "\u07e8\u0002\u0001\u0001")],
    ["numbers", call("datetime.date", 2024, 1, 1)],
    [
      "None for a tzinfo",
      call("datetime.datetime", new Uint8Array([7, 232, 1, 1, 0, 0, 0, 0, 0, 0]), null),
    ],
    [
      "another tzinfo",
      call(
        "datetime.datetime",
        new Uint8Array([7, 232, 1, 1, 0, 0, 0, 0, 0, 0]),
        call("pytz._UTC"),
      ),
    ],
    [
      "an unknown zone",
      call(
        "datetime.datetime",
        new Uint8Array([7, 232, 1, 1, 0, 0, 0, 0, 0, 0]),
        new ZoneInfo("Mars/Base"),
      ),
    ],
    [
      "a zone in other letters",
      call(
        "datetime.datetime",
        new Uint8Array([7, 232, 1, 1, 0, 0, 0, 0, 0, 0]),
        new ZoneInfo("europe/berlin"),
      ),
    ],
    ["a timedelta out of range", call("datetime.timedelta", 1_000_000_000, 0, 0)],
    ["a timedelta not in normal form", call("datetime.timedelta", 0, 86_400, 0)],
    ["a timedelta of a bool", call("datetime.timedelta", true, 0, 0)],
    ["a timezone of a day", call("datetime.timezone", T.Duration.from({ hours: 24 }) as never)],
    ["a timezone of a number", call("datetime.timezone", 7200)],
  ])("leaves %s inert, and as it was", (_what, instance) => {
    const data = dumps(instance, { types });
    for (const lossless of [true, false]) {
      const value = loads(data, { types, lossless });
      expect(value).toBeInstanceOf(Instance);
      expect(dumps(value, { types })).toEqual(data);
    }
  });
});

describe("datetimes without Temporal", () => {
  const types = [...datetimeTypesOf(() => undefined), ...zoneinfoTypes];

  it("stay inert and go back unchanged", () => {
    const data = dumps(Temporal.PlainDate.from("2024-01-01"), { types: datetimeTypes });
    const value = loads(data, { types });
    expect(value).toBeInstanceOf(Instance);
    expect(dumps(value, { types })).toEqual(data);
  });

  it("are refused when written, but for Date", () => {
    expect(() => dumps(Temporal.PlainDate.from("2024-01-01"), { types })).toThrow(PicklingError);
    expect(String(loads(dumps(new Date(0), { types }), { types: datetimeTypes }))).toBe(
      "1970-01-01T00:00:00+00:00[UTC]",
    );
  });
});

describe("TimeZone", () => {
  it.each([
    ["PT0S", "UTC"],
    ["PT2H", "UTC+02:00"],
    ["-PT3H30M", "UTC-03:30"],
    ["PT1.5S", "UTC+00:00:01.500000"],
  ])("of %s prints as Python's: %s", (offset, text) => {
    expect(String(new TimeZone(Temporal.Duration.from(offset)))).toBe(text);
  });
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

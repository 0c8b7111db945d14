/** Datetimes at the edges: zones, folds, ranges, refusals, and the same over the polyfill as over the runtime. */
import { Temporal as Polyfill } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import {
  dumps,
  Global,
  Instance,
  loads,
  Pickler,
  type PickleType,
  PicklingError,
  Tuple,
  Unpickler,
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

// A source that gives thirty bytes at a time.
function droplets(data: Uint8Array): (target: Uint8Array) => number {
  let at = 0;
  return (target) => {
    const part = data.subarray(at, at + Math.min(target.length, 30));
    target.set(part);
    at += part.length;
    return part.length;
  };
}

describe.each<[string, TemporalLike, readonly PickleType[]]>([
  ["the runtime's Temporal", Temporal as TemporalLike, datetimeTypes],
  ["temporal-polyfill", Polyfill as TemporalLike, datetimeTypesOf(Polyfill as TemporalLike)],
])("datetimes over %s", (_name, implementation, datetimes) => {
  const types = [...datetimes, ...zoneinfoTypes];
  const T = implementation as unknown as typeof Temporal;
  const back = (value: unknown, lossless = false): unknown =>
    loads(dumps(value, { types }), { types, lossless });

  it.each([
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe", // half an hour of summer time
    "Africa/Casablanca", // back for Ramadan
    "Pacific/Apia", // no 30 December 2011
    "America/Juneau", // a day shown twice in 1867
    "Africa/Monrovia", // an offset of 44 minutes and 30 seconds until 1972
    "Asia/Kathmandu",
    "Etc/GMT+5", // no change ever
  ])("many of %s in one load, around the changes of its clocks and between them", (zone) => {
    const all: Temporal.ZonedDateTime[] = [];
    const hours = [-74, -71, -49, -25, -2, -1, 0, 1, 2, 25, 49, 71, 74, 1000];
    let at: Temporal.ZonedDateTime | null =
      T.Instant.from("1850-01-01T00:00Z").toZonedDateTimeISO(zone);
    for (let change = 0; change < 60 && at !== null; change++) {
      for (const hour of hours)
        all.push(at.add({ minutes: 60 * hour + 7 }), at.add({ hours: hour }));
      at = at.getTimeZoneTransition("next");
    }
    // To and fro, for what is known of a zone is from its other datetimes.
    const order = all.map((zoned, index) => all[(index * 7919) % all.length] ?? zoned);
    const found = back(order) as Temporal.ZonedDateTime[];
    expect(found.map(String)).toEqual(order.map(String));
    const lossless = back(order, true) as unknown[];
    expect(dumps(lossless, { types })).toEqual(dumps(found, { types }));
  });

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

  it("makes the state and its tuple where the pickle refers to them", () => {
    const states = [1, 2, 3].map((day) => Uint8Array.of(7, 232, 2, day, 1, 2, 3, 0, 0, 4));
    const tuples = states.map((state) => Tuple.of(state));
    const made = tuples.map((args) => new Instance("call", DATETIME, args));
    const data = dumps([made, [tuples[1], states[1], states[0], tuples[2], tuples[1]]], { types });
    const reading = [
      loads(data, { types }),
      new Unpickler(data, { types }).load(),
      new Unpickler({ remaining: undefined, read: droplets(data) }, { types }).load(),
    ] as [unknown[], unknown[]][];
    for (const [values, fetched] of reading) {
      expect(values.map(String)).toEqual([1, 2, 3].map((day) => `2024-02-0${day}T01:02:03.000004`));
      expect(fetched).toEqual([tuples[1], states[1], states[0], tuples[2], tuples[1]]);
      expect(fetched[0]).toBeInstanceOf(Tuple);
      expect(fetched[0]).toBe(fetched[4]);
      expect((fetched[0] as Tuple)[0]).toBe(fetched[1]);
    }
  });

  it("keeps the state and its tuple through the objects of one memo", () => {
    const args = Tuple.of(Uint8Array.of(7, 232, 2, 29, 1, 2, 3, 0, 0, 4));
    const chunks: Uint8Array[] = [];
    const pickler = new Pickler({ write: (chunk) => chunks.push(chunk.slice()) }, { types });
    pickler.dump(new Instance("call", DATETIME, args));
    pickler.dump(args);
    const data = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    const unpickler = new Unpickler(data, { types });
    expect(String(unpickler.load())).toBe("2024-02-29T01:02:03.000004");
    data.fill(0, 0, unpickler.position);
    expect(unpickler.load()).toEqual(args);
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

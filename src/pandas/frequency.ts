/**
 * A period's ordinal and its frequency in, the text that pandas prints out.
 *
 * Source: pandas 3.1 `_libs/tslibs/period.pyx` (period_format and the conversions to unix dates), `offsets.pyx`.
 */

import { Instance } from "../core/values/index.ts";
import { Datetime64 } from "../numpy/index.ts";
import { argumentsOf, attribute, classOf, integerOf } from "./state.ts";

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "MON TUE WED THU FRI SAT SUN".split(" ");

// The class of an offset and the letters of its frequency.
const LETTERS: Readonly<Record<string, string>> = {
  YearEnd: "Y",
  QuarterEnd: "Q",
  MonthEnd: "M",
  Week: "W",
  BusinessDay: "B",
  Day: "D",
  Hour: "h",
  Minute: "min",
  Second: "s",
  Milli: "ms",
  Micro: "us",
  Nano: "ns",
};

// How pandas before 2.2 spelled them.
const OLD_LETTERS: Readonly<Record<string, string>> = {
  A: "Y",
  H: "h",
  T: "min",
  S: "s",
  L: "ms",
  U: "us",
  N: "ns",
};

/** The frequency as pandas spells it now, "M", "Q-DEC", "15min": of such a text or of an offset; else `undefined`. */
export function frequencyOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    const [, count = "", letters = "", anchor = ""] =
      /^(\d*)([A-Za-z]+)(-\w{3})?$/.exec(value) ?? [];
    const now = Object.hasOwn(OLD_LETTERS, letters) ? OLD_LETTERS[letters] : letters;
    return now !== undefined && Object.values(LETTERS).includes(now)
      ? count + now + anchor
      : undefined;
  }
  const name = classOf(value);
  if (!(value instanceof Instance) || name === undefined) return undefined;
  const letters = Object.hasOwn(LETTERS, name) ? LETTERS[name] : undefined;
  if (letters === undefined) return undefined;
  const count = integerOf(argumentsOf(value)[0] ?? attribute(value, "n")) ?? 1;
  return (count === 1 ? "" : String(count)) + letters + anchorOf(value, letters);
}

// Offsets are called with (n, normalize, anchor), or have the anchor among their attributes.
function anchorOf(offset: Instance, letters: string): string {
  const [, , given] = argumentsOf(offset);
  if (letters === "W") {
    const day = integerOf(given ?? attribute(offset, "weekday"));
    return `-${WEEKDAYS[day ?? 6] ?? "SUN"}`;
  }
  if (letters !== "Y" && letters !== "Q") return "";
  const name = letters === "Y" ? "month" : "startingMonth";
  const month = integerOf(given ?? attribute(offset, name)) ?? 12;
  return `-${MONTHS[month - 1] ?? "DEC"}`;
}

/** One period as pandas prints it: "2020-03", "2020Q1", "2020-03-02/2020-03-08"; `undefined` for other frequencies. */
export function periodText(ordinal: bigint, frequency: string): string | undefined {
  const [, letters = "", anchor = ""] = /^\d*([A-Za-z]+)(?:-(\w{3}))?$/.exec(frequency) ?? [];
  switch (letters) {
    case "Y":
      return new Datetime64(ordinal, "Y").toString();
    case "Q": {
      const quarter = ((ordinal % 4n) + 4n) % 4n;
      return `${new Datetime64((ordinal - quarter) / 4n, "Y")}Q${quarter + 1n}`;
    }
    case "M":
      return new Datetime64(ordinal, "M").toString();
    case "W": {
      // Week 1 ends on the first such weekday since Thursday, 1970-01-01.
      const first = BigInt((WEEKDAYS.indexOf(anchor) + 4) % 7);
      const end = (ordinal - 1n) * 7n + first;
      return `${new Datetime64(end - 6n, "D")}/${new Datetime64(end, "D")}`;
    }
    case "B": {
      // Five days a week, counted from Monday, 1969-12-29.
      const day = (((ordinal + 3n) % 5n) + 5n) % 5n;
      return new Datetime64(((ordinal + 3n - day) / 5n) * 7n + day - 3n, "D").toString();
    }
    case "D":
    case "s":
    case "ms":
    case "us":
    case "ns":
      return new Datetime64(ordinal, letters).toString().replace("T", " ");
    case "h":
      return `${new Datetime64(ordinal, "h").toString().replace("T", " ")}:00`;
    case "min":
      return new Datetime64(ordinal, "m").toString().replace("T", " ");
    default:
      return undefined;
  }
}

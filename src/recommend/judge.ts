/** Facts and needs in; the format to use, and why not another, out. The rules are the two tables below. */
import type { Fact, Facts } from "./facts.ts";

/** The formats that are compared. */
export type Format = "json" | "msgpack" | "pickle" | "joblib" | "dill";

/** Who will read the data, and what it is for. */
export interface Needs {
  /** Programs read it that are neither Python nor brine. */
  readonly otherLanguages?: boolean | undefined;
  /** People read or edit it as it is. */
  readonly humanReadable?: boolean | undefined;
  /** Arrays of numbers are to be read in part, or mapped into memory. */
  readonly arrays?: boolean | undefined;
  /** Functions have to work where it is read, although their module is not there. */
  readonly functions?: boolean | undefined;
  /** Whoever reads it cannot trust who wrote it. */
  readonly untrusted?: boolean | undefined;
}

/** Why a format is not the one. */
export interface Obstacle {
  /** A need that it does not meet, or what it cannot keep. */
  readonly cause: keyof Needs | Fact;
  readonly reason: string;
  /** The first place of what it cannot keep. */
  readonly path?: string | undefined;
}

/** What to use, and why. */
export interface Recommendation {
  /** The format, or `undefined` where none meets the needs. */
  readonly format: Format | undefined;
  /** Why this one. */
  readonly reasons: readonly string[];
  /** Why none of the others; empty for those that would do as well. */
  readonly obstacles: Readonly<Record<Format, readonly Obstacle[]>>;
  /** What to do besides, where there is something. */
  readonly advice: readonly string[];
}

const FORMATS: readonly Format[] = ["json", "msgpack", "pickle", "joblib", "dill"];

const CODE = "Python's load of it runs whatever its writer wanted";
const PYTHON = "only Python and brine read it";
const BINARY = "it is binary";

// Which needs a format does not meet.
const UNMET: Readonly<Record<Format, Partial<Record<keyof Needs, string>>>> = {
  json: { arrays: "numbers are text, read whole", functions: "it has no functions" },
  msgpack: {
    humanReadable: BINARY,
    arrays: "an array is a list of values, read whole",
    functions: "it has no functions",
  },
  pickle: {
    otherLanguages: PYTHON,
    humanReadable: BINARY,
    arrays: "arrays are read whole",
    functions: "functions go by their names, and must be there",
    untrusted: CODE,
  },
  joblib: {
    otherLanguages: PYTHON,
    humanReadable: BINARY,
    functions: "functions go by their names, and must be there",
    untrusted: CODE,
  },
  dill: {
    otherLanguages: PYTHON,
    humanReadable: BINARY,
    arrays: "arrays are read whole",
    untrusted: CODE,
  },
};

const NO_FORM = "it has no form for";

// What a format cannot give back as it was.
const LOST: Readonly<Record<Format, Partial<Record<Fact, string>>>> = {
  json: {
    cycle: "a value that holds itself has no end",
    shared: "what is there twice comes back as two",
    deep: "parsers refuse such depth",
    key: "keys are text",
    "composite-key": "keys are text",
    map: "JSON.stringify writes a Map as {}",
    tuple: "a tuple becomes a list",
    set: `${NO_FORM} a set`,
    bytes: `${NO_FORM} bytes but text that stands for them`,
    bytearray: `${NO_FORM} bytes but text that stands for them`,
    "big-int": "most readers round an integer beyond 2**53, and JSON.stringify takes no bigint",
    "huge-int": "most readers round an integer beyond 2**53, and JSON.stringify takes no bigint",
    "float-box": "JSON.stringify writes 1.0 as the integer 1 and -0 as 0",
    "not-finite": `${NO_FORM} NaN and infinity`,
    date: `${NO_FORM} a date but text`,
    "zoned-date": `${NO_FORM} a date but text`,
    "no-date": `${NO_FORM} an invalid date but null`,
    "far-date": `${NO_FORM} a date but text`,
    "fine-date": `${NO_FORM} a date but text`,
    extension: `${NO_FORM} msgpack's own types`,
    array: "an array's type is lost",
    "object-array": "an array's type is lost",
    function: "it has no functions",
    undefined: `${NO_FORM} undefined`,
    surrogate: "a lone surrogate is no text for most readers",
    "python-object": "instances of classes lose their class",
    registered: "instances of classes lose their class",
    stranger: "instances of classes lose their class",
  },
  msgpack: {
    cycle: "a value that holds itself has no end",
    shared: "what is there twice comes back as two",
    deep: "1024 containers inside one another are the most",
    "composite-key": "keys that are no str, number or bytes are refused by most readers",
    "equal-keys": "keys that most readers take for one, as Python does 1 and true",
    tuple: "a tuple becomes a list",
    set: `${NO_FORM} a set`,
    bytearray: "a bytearray becomes bytes",
    "huge-int": "an integer has 64 bits at most",
    "zoned-date": "a timestamp has no time zone",
    "no-date": `${NO_FORM} an invalid date`,
    array: "an array's type is lost",
    "object-array": "an array's type is lost",
    function: "it has no functions",
    undefined: `${NO_FORM} undefined`,
    surrogate: "a lone surrogate is no UTF-8",
    "python-object": "instances of classes lose their class",
    registered: "instances of classes lose their class",
    stranger: "instances of classes lose their class",
  },
  pickle: {
    function: "a function without a name in a module cannot be found again",
    undefined: "Python has no undefined",
    unhashable: "Python cannot hash such a key or member of a set",
    "equal-keys": "Python takes keys or members for one that JavaScript tells apart, as 1 and true",
    "no-date": "Python has no invalid date",
    "far-date": "Python's years are 1 to 9999",
    "fine-date": "Python counts microseconds",
    stranger: "the class has no Python name: register it with classType",
  },
  joblib: {
    function: "a function without a name in a module cannot be found again",
    undefined: "Python has no undefined",
    unhashable: "Python cannot hash such a key or member of a set",
    "equal-keys": "Python takes keys or members for one that JavaScript tells apart, as 1 and true",
    "no-date": "Python has no invalid date",
    "far-date": "Python's years are 1 to 9999",
    "fine-date": "Python counts microseconds",
    stranger: "the class has no Python name: register it with classType",
  },
  // brine/dill takes undefined and any class; Python's dill has its own like of both.
  dill: {},
};

// From here on reading arrays lazily, mapped or compressed is worth a format of its own.
const LARGE_ARRAYS = 1_000_000;

// From here on a binary format is worth its opacity, unless the value is mostly long text: that is no smaller in it, and
// slower to read (docs/choosing.md).
const MANY_VALUES = 10_000;
const LONG_TEXT = 12;

/** Judges what was found. */
export function judge(facts: Facts, needs: Needs): Recommendation {
  const obstacles = Object.fromEntries(
    FORMATS.map((format) => [format, obstaclesOf(format, facts, needs)]),
  ) as unknown as Record<Format, Obstacle[]>;
  const fitting = FORMATS.filter((format) => obstacles[format].length === 0);
  const format = order(facts, needs).find((candidate) => fitting.includes(candidate));
  return {
    format,
    reasons: reasonsFor(format, facts, needs, obstacles),
    obstacles,
    advice: adviceFor(format, facts, needs),
  };
}

function obstaclesOf(format: Format, { found }: Facts, needs: Needs): Obstacle[] {
  const list: Obstacle[] = [];
  for (const [need, reason] of Object.entries(UNMET[format]) as [keyof Needs, string][]) {
    if (needs[need] === true) list.push({ cause: need, reason });
  }
  for (const [fact, { path }] of found) {
    const reason = LOST[format][fact];
    if (reason !== undefined) list.push({ cause: fact, reason, path });
  }
  return list;
}

// The best first: of those that fit, the simplest that has no disadvantage here.
function order({ found, values, textAndBytes, arrayBytes }: Facts, needs: Needs): Format[] {
  if (needs.functions === true || found.has("function")) return ["dill"];
  if (needs.arrays === true || arrayBytes >= LARGE_ARRAYS) return ["joblib", "pickle"];
  const isLarge = values >= MANY_VALUES && textAndBytes < LONG_TEXT * values;
  if (needs.humanReadable !== true && isLarge) return ["msgpack", "json", "pickle"];
  return ["json", "msgpack", "pickle"];
}

function reasonsFor(
  format: Format | undefined,
  { values, arrayBytes }: Facts,
  needs: Needs,
  obstacles: Readonly<Record<Format, readonly Obstacle[]>>,
): string[] {
  const against = (other: Format): string | undefined => {
    const [first] = obstacles[other];
    return (
      first && `not ${other}: ${first.reason}${first.path === undefined ? "" : ` (${first.path})`}`
    );
  };
  const reasons: string[] = [];
  switch (format) {
    case undefined:
      reasons.push("no format meets these needs with this value");
      return [...reasons, ...FORMATS.flatMap((other) => against(other) ?? [])];
    case "json":
      reasons.push("it keeps all of this value, and every language and every person reads it");
      return reasons;
    case "msgpack":
      reasons.push("it keeps all of this value, in few bytes, and most languages read it");
      if (obstacles.json.length === 0)
        reasons.push(`JSON would do: for ${values} values, mostly no text, it is larger`);
      break;
    case "pickle":
      reasons.push("it keeps all of this value: every type, shared reference and cycle");
      break;
    case "joblib":
      reasons.push(
        needs.arrays === true || arrayBytes < LARGE_ARRAYS
          ? "arrays are read lazily or mapped into memory, whole files compressed"
          : `${arrayBytes} bytes of arrays are written beside the pickle, to be read lazily, mapped or compressed`,
      );
      break;
    case "dill":
      reasons.push("it carries the code of functions, so that they work where their module is not");
  }
  for (const other of ["json", "msgpack"] as const) {
    if (other !== format) reasons.push(...[against(other) ?? []].flat());
  }
  return reasons;
}

function adviceFor(format: Format | undefined, { found }: Facts, needs: Needs): string[] {
  const advice: string[] = [];
  if (format === "pickle" || format === "joblib" || format === "dill") {
    advice.push(
      "whoever can change the file can run code in the Python that loads it: sign it (brine/signing), and look with audit at what you did not write",
    );
  }
  if (format === "dill") {
    advice.push(
      "brine/dill writes JavaScript's functions for JavaScript, Python's dill Python's; brine/dill opens both",
    );
  }
  if (format === "msgpack") {
    if (found.has("key"))
      advice.push(
        "readers need strictMapKey: false (strict_map_key=False) for keys that are numbers",
      );
    if (found.has("date")) advice.push("pack with datetime: true");
  }
  if (format === undefined && needs.untrusted === true) {
    advice.push(
      "turn what JSON or msgpack cannot keep into what they can (their obstacles say what and where); brine itself reads pickles of strangers without running anything, Python does not",
    );
  }
  return advice;
}

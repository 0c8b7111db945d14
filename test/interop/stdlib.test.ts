/** brine's pickles of the standard library's types, read by every Python that has the type. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumps, Global, loads } from "../../src/pickle/index.ts";
import { EXCEPTION_NAMES } from "../../src/stdlib/exception-names.ts";
import {
  Counter,
  Decimal,
  DefaultDict,
  Deque,
  Fraction,
  IPv6Address,
  OrderedDict,
  Partial,
  Path,
  Pattern,
  PyArray,
  PyException,
  SimpleNamespace,
  TimeZone,
  stdlibTypes as types,
  UUID,
  ZoneInfo,
} from "../../src/stdlib/index.ts";
import { type Python, pythons } from "./pythons.ts";

interface Vector {
  readonly name: string;
  readonly pickles: readonly { readonly by: string; readonly data: string }[];
}

const GENERATE = join(import.meta.dirname, "..", "stdlib", "generate.py");
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "stdlib", "vectors", "stdlib.json"), "utf8"),
) as Vector[];

/** One pickle that brine wrote, for the Python that wrote the one it came from. */
interface Question {
  readonly name: string;
  readonly by: string;
  readonly protocol: number;
  readonly data: string;
}

// One line of output for each line of input.
function ask(python: Python, mode: "--check" | "--show", lines: readonly string[]): unknown[] {
  const { stdout, stderr } = spawnSync(python.path, [GENERATE, mode], {
    input: lines.map((line) => `${line}\n`).join(""),
    encoding: "utf8",
  });
  const answers = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
  if (answers.length !== lines.length) throw new Error(stderr);
  return answers;
}

// Each pickle of `reader`'s own and of the others', written again at protocols that `reader` knows.
function questionsFor(reader: Python, lossless: boolean): Question[] {
  const highest = reader.version === "2.7" ? 2 : Number(reader.version.slice(2)) < 8 ? 4 : 5;
  const questions: Question[] = [];
  for (const { name, pickles } of vectors) {
    const readers = pickles.map(({ by }) => by).join(" ");
    if (!readers.includes(`${reader.version}/`)) continue;
    for (const { by, data } of pickles) {
      if (isKnownDifference(name, by, reader, lossless)) continue;
      const value = loads(Buffer.from(data, "base64"), {
        types,
        lossless,
        encoding: encodingFor(by, reader, lossless),
      });
      for (let protocol = 0; protocol <= highest; protocol++) {
        if (isLessened(name, by)) continue;
        const written = Buffer.from(dumps(value, protocol, { types })).toString("base64");
        questions.push({ name, by, protocol, data: written });
      }
    }
  }
  return questions;
}

// Text and bytes of Python 2 are one type: bytes go back to Python 2 as what they were, text suits Python 3.
function encodingFor(by: string, reader: Python, lossless: boolean): string {
  if (!by.startsWith("2.7/")) return "ASCII";
  return reader.version === "2.7" && lossless ? "bytes" : "latin1";
}

// Where the writer told something else than this reader would, or what this reader cannot read.
function isKnownDifference(name: string, by: string, reader: Python, lossless: boolean): boolean {
  const fromPython2 = by.startsWith("2.7/");
  const crosses = fromPython2 !== (reader.version === "2.7");
  // These check that an argument is str, or bytes, which the text of Python 2 does not tell.
  if (fromPython2 && (crosses || !lossless) && /^(unicode_|array_c)/.test(name)) return true;
  // A pattern of Python 2 lacks the flag UNICODE; its IOError is no OSError; its codecs have bytes for names.
  if (crosses && /^(pattern|io_error|unicode_)/.test(name)) return true;
  // Up to 3.10 the scope of an address was lost; 3.12 began to keep an AttributeError's name.
  const isOwn = by.split(" ").some((pair) => pair.startsWith(`${reader.version}/`));
  if (!isOwn && (name === "ipv6_scope" || name === "attribute_error")) return true;
  // Only Python 3.13 reads its own name of the module, which a lossless load keeps.
  if (lossless && /^(posix|windows)/.test(name) && by.startsWith("3.13/")) return !isOwn;
  // Uint8Array is bytes, BigInt64Array array('q'), a fold without effect is forgotten, StandardError is Exception.
  return (
    !lossless &&
    /^(array_[BlL]|datetime_fold|datetime_idle_fold|time_fold|standard_error)$/.test(name)
  );
}

// What the protocol that was read had lost already: the fold below 4, the class of an OSError below 3.
function isLessened(name: string, by: string): boolean {
  if (/_fold$|_second$/.test(name)) return /\/[0-3]/.test(by);
  return name.startsWith("os_error") && /\/[0-2]/.test(by);
}

describe.each(pythons())("Python $version", (reader) => {
  it.each([
    [true, "without loss"],
    [false, "in the default mode"],
  ])("gets the same values back (lossless %s)", (lossless) => {
    const questions = questionsFor(reader, lossless);
    expect(questions.length).toBeGreaterThan(0);
    const answers = ask(
      reader,
      "--check",
      questions.map((question) => JSON.stringify(question)),
    );
    const failures = questions.flatMap(({ name, by, protocol }, index) =>
      answers[index] === "same" ? [] : [`${name} (${by}) at ${protocol}: ${answers[index]}`],
    );
    expect(failures).toEqual([]);
  });
});

const cause = new TypeError("inner");
const builtins = (name: string): Global => new Global("builtins", name);

/** Values made in JavaScript, and what Python 3.13 says they are. */
const OUTWARD: readonly (readonly [unknown, string])[] = [
  [
    new Date(0),
    "datetime.datetime datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)",
  ],
  [Temporal.PlainDate.from("2024-02-29"), "datetime.date datetime.date(2024, 2, 29)"],
  [Temporal.PlainTime.from("12:30:00.5"), "datetime.time datetime.time(12, 30, 0, 500000)"],
  [
    Temporal.Instant.from("2024-01-01T00:00Z"),
    "datetime.datetime datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)",
  ],
  [
    Temporal.ZonedDateTime.from("2024-01-01T12:00-03:30[-03:30]"),
    "datetime.datetime datetime.datetime(2024, 1, 1, 12, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=73800)))",
  ],
  [
    Temporal.ZonedDateTime.from("2024-10-27T02:30+01:00[Europe/Berlin]"),
    "datetime.datetime datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))",
  ],
  [
    Temporal.Duration.from({ weeks: 1, hours: -0, microseconds: 7 }),
    "datetime.timedelta datetime.timedelta(days=7, microseconds=7)",
  ],
  [
    Temporal.Duration.from("-PT1S"),
    "datetime.timedelta datetime.timedelta(days=-1, seconds=86399)",
  ],
  [
    new TimeZone(Temporal.Duration.from("PT90M"), "X"),
    "datetime.timezone datetime.timezone(datetime.timedelta(seconds=5400), 'X')",
  ],
  [new ZoneInfo("Asia/Tokyo"), "zoneinfo.ZoneInfo zoneinfo.ZoneInfo(key='Asia/Tokyo')"],
  [new Decimal("1.50"), "decimal.Decimal Decimal('1.50')"],
  [new Decimal(1e-7), "decimal.Decimal Decimal('1E-7')"],
  [new Fraction(6, -4n), "fractions.Fraction Fraction(-3, 2)"],
  [
    new UUID("12345678123456781234567812345678"),
    "uuid.UUID UUID('12345678-1234-5678-1234-567812345678')",
  ],
  [new Path("/a//b"), "pathlib._local.PosixPath PosixPath('/a/b')"],
  [new OrderedDict([["b", 1]]), "collections.OrderedDict OrderedDict({'b': 1})"],
  [
    new DefaultDict(builtins("list"), [["a", [1]]]),
    "collections.defaultdict defaultdict(<class 'list'>, {'a': [1]})",
  ],
  [Counter.count("aab"), "collections.Counter Counter({'a': 2, 'b': 1})"],
  [new Deque([1, 2, 3], 2), "collections.deque deque([2, 3], maxlen=2)"],
  [new Deque([1, 2, 3]), "collections.deque deque([1, 2, 3])"],
  [new Int16Array([1, -2]), "array.array array('h', [1, -2])"],
  [new Uint8ClampedArray([1, 255]), "array.array array('B', [1, 255])"],
  [new Float64Array([1, 0.5, 9]).subarray(0, 2), "array.array array('d', [1.0, 0.5])"],
  [new BigUint64Array([2n ** 64n - 1n]), "array.array array('Q', [18446744073709551615])"],
  [new PyArray("u", "a\u20ac"), "array.array array('u', 'a\u20ac')"],
  [new PyArray("l", new BigInt64Array([5n])), "array.array array('l', [5])"],
  [new SimpleNamespace({ a: 1 }), "types.SimpleNamespace namespace(a=1)"],
  [
    new Partial(builtins("int"), ["7"], { base: 8 }),
    "functools.partial functools.partial(<class 'int'>, '7', base=8)",
  ],
  [new Pattern("a+", 34), "re.Pattern re.compile('a+', re.IGNORECASE)"],
  [new IPv6Address("FE80::0:1%eth0"), "ipaddress.IPv6Address IPv6Address('fe80::1%eth0')"],
  [new Error("a"), "builtins.Exception Exception('a') [] cause None"],
  [new RangeError(), "builtins.ValueError ValueError() [] cause None"],
  [
    Object.assign(new Error("a"), { code: 5 }),
    "builtins.Exception Exception('a') [('code', 5)] cause None",
  ],
  [
    new ReferenceError("a", { cause }),
    "builtins.NameError NameError('a') [] cause TypeError('inner')",
  ],
  [new Error("a", { cause: "b" }), "builtins.Exception Exception('a') [('cause', 'b')] cause None"],
  [
    new AggregateError([new Error("x"), new PyException("KeyError", ["k"])], "m"),
    "builtins.ExceptionGroup ExceptionGroup('m', [Exception('x'), KeyError('k')]) [] cause None",
  ],
  [
    new AggregateError([new PyException("SystemExit", [1])], "m"),
    "builtins.BaseExceptionGroup BaseExceptionGroup('m', [SystemExit(1)]) [] cause None",
  ],
  [
    new PyException("FileNotFoundError", [2, "No", "f"]),
    "builtins.FileNotFoundError FileNotFoundError(2, 'No') [] cause None",
  ],
];

const newest = pythons().at(-1);

describe.skipIf(newest?.version !== "3.13")("Python 3.13 is told", () => {
  it("every exception that it has by its name", () => {
    const script =
      "import builtins; print(*(n for n in dir(builtins) if n[0] != '_' and " +
      "isinstance(getattr(builtins, n), type) and issubclass(getattr(builtins, n), BaseException)))";
    const { stdout } = spawnSync((newest as Python).path, ["-c", script], { encoding: "utf8" });
    const known = EXCEPTION_NAMES.filter((name) => name !== "WindowsError");
    expect(known.toSorted()).toEqual(stdout.trim().split(" ").toSorted());
  });

  it.each([0, 1, 2, 3, 4, 5])("what JavaScript made (protocol %i)", (protocol) => {
    const lines = OUTWARD.map(([value]) =>
      Buffer.from(dumps(value, protocol, { types })).toString("base64"),
    );
    const told = ask(newest as Python, "--show", lines);
    // The fold has no place below protocol 4.
    const wanted = OUTWARD.map(([, text]) => (protocol < 4 ? text.replace(" fold=1,", "") : text));
    expect(told).toEqual(wanted);
  });
});

const RANDOM = join(import.meta.dirname, "..", "stdlib", "random_values.py");

function random(python: Python, args: readonly string[], input = ""): unknown {
  const { stdout, stderr } = spawnSync(python.path, [RANDOM, ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

// zoneinfo came with 3.9.
const withZones = pythons().filter(({ version }) => Number(version.replace("3.", "")) >= 9);

describe.each(withZones)("random values of Python $version", (python) => {
  it.each([1, 2, 3])("come back equal, with the same sharing (seed %i)", (seed) => {
    const made = random(python, ["make", String(seed), "600"]) as string[];
    const back = made.map((data, protocol) => {
      const value = loads(Buffer.from(data, "base64"), { types, lossless: true });
      return Buffer.from(dumps(value, protocol, { types })).toString("base64");
    });
    const differences = random(python, ["compare"], JSON.stringify({ made, back }));
    expect(differences).toEqual(made.map(() => []));
    // The older versions have other forms of some types, which are read and not written.
    if (python.version === "3.13") expect(back).toEqual(made);
  });
});

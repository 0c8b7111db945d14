/**
 * What a pickle says once and uses a hundred thousand times: references to one large thing cost a byte or two each, so
 * nothing may be done anew for each of them. And what such values show must end as well.
 */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { loads, Path, type PyDict, type PyException } from "../src/index.ts";
import {
  classType,
  Global,
  Instance,
  type LimitError,
  type LoadOptions,
  UnpicklingError,
} from "../src/pickle/index.ts";
import { showLines } from "../src/show/index.ts";
import { exponent, timeOf } from "./growth.ts";

const PROTO4 = "\x80\x04";
const utf8 = new TextEncoder();

function pickle(...parts: readonly string[]): Uint8Array {
  return Uint8Array.from(PROTO4 + parts.join(""), (character) => character.charCodeAt(0));
}

function little(value: number, width: number): string {
  return Array.from({ length: width }, (_, at) =>
    String.fromCharCode(Math.floor(value / 256 ** at) % 256),
  ).join("");
}

function str(text: string): string {
  return `X${little(utf8.encode(text).length, 4)}${text}`;
}

const global = (module: string, name: string): string => `${str(module)}${str(name)}\x93`;
const int = (value: number): string => `J${little(value, 4)}`;
const get = (index: number): string => `j${little(index, 4)}`;
const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join("");

function refusal(data: Uint8Array, options?: LoadOptions): UnpicklingError {
  try {
    loads(data, options);
  } catch (error) {
    if (error instanceof UnpicklingError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const slices = (count: number, rest: (index: number) => string): string =>
  `${global("builtins", "slice")}\x94N` +
  times(count, (index) => `\x94${get(0)}${get(index + 1)}${rest(index + 1)}\x87R`);

test("slices of slices are keys, sixty levels of three references each", () => {
  const three = slices(60, (index) => get(index) + get(index));
  expect((loads(pickle(three, "\x94}", get(61), "Ns.")) as PyDict).size).toBe(1);
  const deep = slices(50_000, () => "NN");
  expect((loads(pickle(deep, "\x94}", get(50_001), "Ns.")) as PyDict).size).toBe(1);
  expect(refusal(pickle("}", global("builtins", "slice"), "]NN\x87RNs.")).code).toBe("unhashable");
});

test("slices of slices show themselves", () => {
  const deep = loads(
    pickle(
      slices(50_000, () => "NN"),
      ".",
    ),
  );
  expect([...showLines(deep)]).toEqual(["slice(…, None, None)"]);
  expect(inspect(deep)).toContain("slice");
});

test("calls of calls have a name of bounded length", () => {
  const deep = loads<Instance>(
    pickle(
      global("m", "f"),
      times(100_000, () => ")R"),
      ".",
    ),
  );
  expect(deep.className.length).toBeLessThan(100);
  expect(inspect(deep).length).toBeLessThan(200);
  expect(JSON.stringify(deep).length).toBeLessThan(200);
  expect([...showLines(deep)].length).toBeGreaterThan(0);
  const call = (callable: unknown, ...args: unknown[]): Instance =>
    new Instance("call", callable, args);
  const method = call(new Global("builtins", "getattr"), new Global("m", "C"), "make");
  expect(call(method).className).toBe("m.C.make");
  expect(call(call(method)).className).toBe("m.C.make()");
});

test("what getattr is given for a name is not asked for its text", () => {
  const getattr = global("builtins", "getattr");
  const named = (name: string): Uint8Array => pickle(getattr, "N", name, "\x86R)R.");
  expect(inspect(loads(named(`}${str("toString")}Ns${str("valueOf")}Ns`)))).toContain(
    "getattr()()",
  );
  const laughs = times(60, (index) => `\x94](${get(index)}${get(index)}e`);
  expect(inspect(loads(pickle("]", laughs, "\x94", getattr, "N", get(60), "\x86R)R.")))).toContain(
    "getattr()()",
  );
});

test("a console shows objects that hold each other a hundred times", () => {
  const levels = (how: (index: number) => string): unknown =>
    loads(pickle(global("m", "f"), "\x94", times(6, how), "."));
  const called = levels((index) => `h\x00(${times(300, () => get(index))}tR\x94`);
  const built = levels(
    (index) => `h\x00)\x81}(${times(300, (at) => str(`a${at}`) + get(index))}ub\x94`,
  );
  for (const value of [called, built]) {
    for (const depth of [2, null]) {
      const took = timeOf(() => {
        expect(inspect(value, { depth })).toContain("... 200 more items");
      });
      expect(took).toBeLessThan(10_000);
    }
  }
});

test("a dict that the stack holds a thousand times is replaced once", () => {
  const both = loads<PyDict[]>(pickle("}\x94", "h\x00h\x00NNs0", str("a"), "Ns0NNs."));
  expect([...both]).toEqual([
    [null, null],
    ["a", null],
  ]);
  const many = (count: number): Uint8Array =>
    pickle(
      "}\x94(",
      times(count, (index) => `${str(`k${index}`)}N`),
      "u",
      times(count, () => "h\x00"),
      times(count, () => "NNs0"),
      ".",
    );
  expect(
    exponent((count) => {
      const data = many(count);
      return () => void loads(data);
    }, 2000),
  ).toBeLessThan(1.5);
});

test("names have a bound, however they are made", () => {
  const long = `${str("m".repeat(2000))}\x94`;
  expect(refusal(pickle(long, str("f"), "\x93.")).code).toBe("bad-name");
  const nested = times(1000, (index) => {
    return `${global("builtins", "getattr")}\x94${get(2 * index)}${str("abc")}\x86R\x94`;
  });
  expect(refusal(pickle(global("m", "C"), "\x94", nested, ".")).code).toBe("bad-name");
});

test("many tuples with one long part are keys", () => {
  const bytes = (count: number): string => `B${little(count, 4)}${"\0".repeat(count)}`;
  const long = (count: number): string => `\x8b${little(count, 4)}${"\x07".repeat(count)}`;
  const path = (count: number): string =>
    `${global("pathlib", "PosixPath")}${str("a/".repeat(count / 2))}\x85R`;
  for (const [part, size] of [
    [(count: number) => str("x".repeat(count)), 200_000],
    [bytes, 200_000],
    [path, 2000],
    [long, 2000],
  ] as const) {
    // Whole texts as keys would be 4 GB.
    const keys = times(20_000, (index) => `h\x00N${int(index)}\x87N`);
    expect((loads(pickle(part(size), "\x94}(", keys, "u.")) as PyDict).size).toBe(20_000);
  }
});

test("long and short parts of keys stay apart", () => {
  const texts = ["x".repeat(64), "x".repeat(65), `b${"x".repeat(65)}`];
  const bytes = `B${little(65, 4)}${"x".repeat(65)}`;
  const keys = [...texts.map(str), bytes, `${str(texts[1] as string)}N\x86`];
  const data = pickle("}(", ...[...keys, ...keys].map((key) => `${key}N${int(1)}\x87N`), "u.");
  expect((loads(data) as PyDict).size).toBe(keys.length);
});

test("what a thousand calls make of one list counts", () => {
  const of = (name: [string, string], argument: string): Uint8Array =>
    pickle(
      global(...name),
      `\x94${argument}\x94](`,
      times(20_000, () => "h\x00h\x01R"),
      "e.",
    );
  const list = `](${times(20_000, int)}e\x85`;
  const dict = `}(${times(20_000, (index) => `${int(index)}N`)}u\x85`;
  const bytes = `B${little(200_000, 4)}${"\0".repeat(200_000)}`;
  for (const data of [
    of(["builtins", "set"], list),
    of(["builtins", "frozenset"], list),
    of(["collections", "deque"], list),
    of(["collections", "Counter"], dict),
    of(["builtins", "bytearray"], `${bytes}\x85`),
    of(["_codecs", "encode"], `${str("x".repeat(200_000))}${str("latin1")}\x86`),
  ]) {
    const error = refusal(data, { limits: { memory: 2 ** 26 } }) as LimitError;
    expect([error.code, error.limit]).toEqual(["limit-exceeded", "memory"]);
  }
});

test("a state that is set a hundred thousand times is refused", () => {
  const state = `}(${times(20_000, (index) => `${str(`k${index}`)}N`)}u\x940h\x00`;
  class Plain {}
  const types = [classType("room.Plain", Plain)];
  for (const made of [
    global("types", "SimpleNamespace"),
    global("builtins", "ValueError"),
    global("room", "Plain"),
  ]) {
    const set = (count: number): Uint8Array =>
      pickle(made, ")R\x94", state, "h\x01b".repeat(count), ".");
    expect(refusal(set(20_000), { types }).code).toBe("construct-failed");
    expect(loads<PyException>(set(3), { types })).toBeDefined();
  }
});

test("a full deque that takes a hundred thousand items one by one is refused", () => {
  const full = (size: number): Uint8Array =>
    pickle(
      global("collections", "deque"),
      `](${times(size, () => "N")}e${int(size)}\x86R`,
      times(size, (index) => `${int(index)}a`),
      ".",
    );
  expect(loads(full(1000))).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect(refusal(full(100_000)).code).toBe("construct-failed");
});

test("reducing fractions again and again ends", () => {
  const large = (step: number): string =>
    `\x8b${little(990, 4)}${times(990, (at) => String.fromCharCode(at === 989 ? 1 : (at * step + 11) & 255))}`;
  const data = pickle(
    global("fractions", "Fraction"),
    `\x94${large(37)}${large(91)}\x86\x94](`,
    times(20_000, () => "h\x00h\x01R"),
    "e.",
  );
  const took = timeOf(() => {
    expect(loads<unknown[]>(data)[19_999]).toBeInstanceOf(Instance);
  });
  expect(took).toBeLessThan(20_000);
});

test("a path longer than any is no path", () => {
  const parts = times(2000, () => "h\x00");
  const data = pickle(
    str("a".repeat(1000)),
    "\x940",
    global("pathlib", "PosixPath"),
    `(${parts}tR.`,
  );
  expect(loads(data)).toBeInstanceOf(Instance);
});

test("joining the parts of paths again and again ends", () => {
  const parts = times(16_000, () => "h\x00");
  const data = pickle(
    str("a"),
    "\x940",
    global("pathlib", "PosixPath"),
    `\x940(${parts}t\x940](`,
    times(20_000, () => "h\x01h\x02R"),
    "e.",
  );
  const took = timeOf(() => {
    const paths = loads<unknown[]>(data);
    expect([paths[0], paths[19_999]]).toEqual([expect.any(Path), expect.any(Instance)]);
  });
  expect(took).toBeLessThan(10_000);
});

test("a long number or path is spelled once, however many tuples that are keys it is in", () => {
  const digits = `1${"0".repeat(300_000)}`;
  for (const part of [
    `${global("decimal", "Decimal")}${str(digits)}\x85R`,
    `${global("fractions", "Fraction")}${str(`${"7".repeat(1900)}/${"3".repeat(1900)}`)}\x85R`,
    `${global("pathlib", "PureWindowsPath")}${str("a/".repeat(16_000))}\x85R`,
    `${global("pathlib", "PurePosixPath")}${str("a/".repeat(16_000))}\x85R`,
  ]) {
    const keys = times(20_000, (index) => `h\x00${int(index)}\x86N`);
    const data = pickle(part, "\x94}(", keys, "u.");
    const took = timeOf(() => expect((loads(data) as PyDict).size).toBe(20_000));
    expect(took).toBeLessThan(3000);
  }
});

test("ranges and slices of long numbers are keys without being spelled", () => {
  const long = `\x8b${little(400_000, 4)}${"\x07".repeat(400_000)}\x94`;
  for (const name of ["range", "slice"]) {
    const part = `${global("builtins", name)}K\0${long}K\x01\x87R\x94`;
    const keys = times(200, (index) => `h\x01${int(index)}\x86N`);
    const data = pickle(part, "}(", keys, "u.");
    const took = timeOf(() => expect((loads(data) as PyDict).size).toBe(200));
    expect(took).toBeLessThan(5000);
  }
});

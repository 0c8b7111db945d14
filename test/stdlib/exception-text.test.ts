/** Messages of exceptions: what `str()` of CPython 3.13 prints. */
import { expect, it } from "vitest";
import { dumps, Global, Instance, loads, PyDict, Tuple } from "../../src/pickle/index.ts";
import { PyException, stdlibTypes as types } from "../../src/stdlib/index.ts";

const bytes = Uint8Array.of(0xff, 0xfe);

it.each<[name: string, args: unknown[], text: string]>([
  ["OSError", ["a", "b"], "[Errno a] b"],
  ["OSError", [10n ** 30n, "x"], `[Errno ${10n ** 30n}] x`],
  ["FileNotFoundError", [2, null], "[Errno 2] None"],
  ["FileNotFoundError", [2, "x", "f", null, "g"], "[Errno 2] x: 'f' -> 'g'"],
  ["FileNotFoundError", [2, "x", null, null, "g"], "[Errno 2] x"],
  ["FileNotFoundError", [2, "x", bytes], "[Errno 2] x: b'\\xff\\xfe'"],
  ["OSError", [1, 2, 3, 4, 5, 6], "(1, 2, 3, 4, 5, 6)"],
  ["BlockingIOError", [11, "x", 5], "[Errno 11] x"],
  ["BlockingIOError", [11, "x", "f"], "[Errno 11] x: 'f'"],
  ["SyntaxError", [], "None"],
  ["SyntaxError", ["m"], "m"],
  ["SyntaxError", ["m", Tuple.of("/d/f.py", 1, 2, "t")], "m (f.py, line 1)"],
  ["IndentationError", ["m", Tuple.of("f", 1, null, null)], "m (f, line 1)"],
  ["TabError", ["m", Tuple.of(null, 7, null, null)], "m (line 7)"],
  ["SyntaxError", ["m", Tuple.of("f", null, null, null)], "m (f)"],
  [
    "UnicodeDecodeError",
    ["utf-8", bytes, 0, 1, "r"],
    "'utf-8' codec can't decode byte 0xff in position 0: r",
  ],
  [
    "UnicodeDecodeError",
    ["utf-8", bytes, 0, 2, "r"],
    "'utf-8' codec can't decode bytes in position 0-1: r",
  ],
  [
    "UnicodeDecodeError",
    ["utf-8", bytes, 5, 6, "r"],
    "'utf-8' codec can't decode bytes in position 5-5: r",
  ],
  [
    "UnicodeEncodeError",
    ["ascii", "é", 0, 1, "r"],
    "'ascii' codec can't encode character '\\xe9' in position 0: r",
  ],
  [
    "UnicodeEncodeError",
    ["ascii", "😀€", 1, 2, "r"],
    "'ascii' codec can't encode character '\\u20ac' in position 1: r",
  ],
  [
    "UnicodeEncodeError",
    ["ascii", "a😀", 1, 2, "r"],
    "'ascii' codec can't encode character '\\U0001f600' in position 1: r",
  ],
  [
    "UnicodeEncodeError",
    ["ascii", "a😀é", 1, 3, "r"],
    "'ascii' codec can't encode characters in position 1-2: r",
  ],
  [
    "UnicodeTranslateError",
    ["a€", 1, 2, "r"],
    "can't translate character '\\u20ac' in position 1: r",
  ],
  ["UnicodeTranslateError", ["a€é", 1, 3, "r"], "can't translate characters in position 1-2: r"],
  ["KeyError", ["a\nb"], "'a\\nb'"],
  ["KeyError", ["it's"], '"it\'s"'],
  ["KeyError", [Number.NaN], "nan"],
  ["Exception", [1e22, 1e16, 1.5e-7, -0], "(1e+22, 1e+16, 1.5e-07, -0.0)"],
  ["Exception", [new PyException("ValueError", ["x"])], "x"],
])("%s, case %#", (name, args, text) => {
  expect(new PyException(name, args).message).toBe(text);
});

it("stands as it is where it is long", () => {
  const long = "€'".repeat(10_000);
  expect(new PyException("KeyError", [long]).message).toBe(`'${long}'`);
  const far = ["ascii", long, 9000, 9001, "r"];
  expect(new PyException("UnicodeEncodeError", far).message).toBe(
    "'ascii' codec can't encode characters in position 9000-9000: r",
  );
});

it("a cause that is no exception, which Python refuses, goes back as it came", () => {
  const error = new Instance("call", new Global("builtins", "ValueError"), new Tuple());
  error.state = new PyDict([["__cause__", "text"]]);
  const data = dumps(error);
  const back = loads<PyException>(data, { types, lossless: true });
  expect(back).toBeInstanceOf(PyException);
  expect(Object.hasOwn(back, "cause")).toBe(false);
  expect(loads<PyException>(dumps(back, { types }), { types }).attributes).toEqual(
    new PyDict([["__cause__", "text"]]),
  );
});

/** `brine/base64`: CPython's own answers, every refusal with its place, native beside ours, arbitrary text and bytes. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode16ByHand, encode16ByHand } from "../../src/base64/base32.ts";
import { decodeByHand, encodeByHand } from "../../src/base64/base64.ts";
import * as base64 from "../../src/base64/index.ts";
import {
  a85decode,
  a85encode,
  BinasciiError,
  b16decode,
  b16encode,
  b32decode,
  b32encode,
  b32hexdecode,
  b32hexencode,
  b64decode,
  b64encode,
  b85decode,
  b85encode,
  decodebytes,
  encodebytes,
  fromDataUrl,
  fromUrlText,
  standardB64decode,
  standardB64encode,
  toDataUrl,
  toUrlText,
  urlsafeB64decode,
  urlsafeB64encode,
  z85decode,
  z85encode,
} from "../../src/base64/index.ts";
import { exponent } from "../growth.ts";
import { type Call, difference } from "./calls.ts";
import { withoutNative } from "./native.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Code and offset of what `act` refuses. */
function refusal(act: () => unknown): unknown[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof BinasciiError)) throw error;
    return [error.code, error.offset];
  }
  throw new Error("nothing was refused");
}

const MODES = [
  ["with what the runtime has", () => undefined],
  ["by hand", withoutNative],
] as const;

describe.each(MODES)("CPython's answers, %s", (_, prepare) => {
  it("are ours (3.13.0)", async () => {
    using _native = prepare();
    const calls = JSON.parse(
      readFileSync(new URL("vectors/calls.json", import.meta.url), "utf8"),
    ) as Call[];
    expect(calls.length).toBeGreaterThan(200);
    const found = await Promise.all(calls.map(difference));
    expect(found.flatMap((one) => one ?? [])).toEqual([]);
  });
});

describe.each(MODES)("refusals say where, %s", (_, prepare) => {
  const strict = { validate: true };
  const cases: [name: string, act: () => unknown, expected: unknown[]][] = [
    ["no ASCII", () => b64decode("YQ=\u00e9"), ["not-ascii", 3]],
    ["a character too many", () => b64decode("YWJjY"), ["bad-length", 5]],
    ["padding that is missing", () => b64decode("YWI"), ["incorrect-padding", 3]],
    ["a stranger", () => b64decode("YW Jj", strict), ["invalid-character", 2]],
    ["padding before all", () => b64decode("=YWJj", strict), ["leading-padding", 0]],
    ["padding between quanta", () => b64decode("YWJj=", strict), ["excess-padding", 4]],
    ["data in the padding", () => b64decode("YQ=x=", strict), ["discontinuous-padding", 3]],
    ["data after it", () => b64decode("YQ==YQ==", strict), ["excess-data", 4]],
    ["base32 of a strange length", () => b32decode("MFRGG"), ["incorrect-padding", 5]],
    ["base32 of a strange padding", () => b32decode("MF====="), ["incorrect-padding", 7]],
    ["base32 with two pads", () => b32decode("MFRGGZ=="), ["incorrect-padding", 6]],
    ["no digit of base32", () => b32decode("MFRG1==="), ["invalid-character", 4]],
    ["no digit of base32hex", () => b32hexdecode("ZZ======"), ["invalid-character", 0]],
    ["no digit of base16", () => b16decode("0g"), ["invalid-character", 1]],
    ["half a byte", () => b16decode("012"), ["bad-length", 3]],
    ["no digit of Ascii85", () => a85decode("BO\f"), ["invalid-character", 2]],
    ["z in a group", () => a85decode("BOz"), ["inside-group", 2]],
    ["y in a group", () => a85decode("BOy", { foldspaces: true }), ["inside-group", 2]],
    ["Ascii85 beyond 32 bits", () => a85decode("!!!!!uuuuu"), ["overflow", 5]],
    ["a rest beyond 32 bits", () => a85decode("!!!!!uu"), ["overflow", 5]],
    ["no end", () => a85decode("<~BOu!rDZ", { adobe: true }), ["no-terminator", 9]],
    ["no digit of base85", () => b85decode("ABCDEAB C"), ["invalid-character", 7]],
    ["base85 beyond 32 bits", () => b85decode("ABCDE~~~~~"), ["overflow", 5]],
    ["no digit of Z85", () => z85decode("Hell~"), ["invalid-character", 4]],
    ["no data URL", () => fromDataUrl("http://x/,"), ["bad-data-url", 0]],
    ["a data URL without data", () => fromDataUrl("data:text/plain"), ["bad-data-url", 15]],
    ["a token with padding", () => fromUrlText("YQ=="), ["invalid-character", 2]],
    ["a token of no length", () => fromUrlText("YWJjY"), ["bad-length", 5]],
    ["a token with bits left over", () => fromUrlText("YR"), ["incorrect-padding", 1]],
  ];
  it.each(cases)("%s", (_name, act, expected) => {
    using _native = prepare();
    expect(refusal(act)).toEqual(expected);
  });
});

it("arguments of the wrong type are named", () => {
  const wrong = (value: unknown): never => value as never;
  expect(() => b64encode(wrong("text"))).toThrow(
    new TypeError("data must be bytes, got string; encode it first, with a TextEncoder"),
  );
  expect(() => b64decode(wrong(null))).toThrow(
    new TypeError("text must be a string or bytes, got null"),
  );
  expect(() => b64encode(ascii("a"), "-")).toThrow(
    new TypeError('altchars must be 2 characters, got "-"'),
  );
  expect(() => b64decode("YQ==", { altchars: ascii("abc") })).toThrow(TypeError);
  expect(() => b32decode("ME======", { map01: "LL" })).toThrow(/^map01 must be one character/);
  expect(() => a85encode(ascii("a"), { wrapcol: 1.5 })).toThrow(/^wrapcol must be an integer/);
  expect(() => toDataUrl(ascii("a"), wrong(1))).toThrow(/^mediaType must be a string/);
  expect(() => fromDataUrl(wrong(1))).toThrow(/^url must be a string/);
  expect(() => fromUrlText(wrong(ascii("YQ")))).toThrow(/^text must be a string/);
});

describe("what each function is for", () => {
  it("altchars stand second or among the options", () => {
    const data = Uint8Array.of(251, 255, 191);
    expect(b64encode(data)).toBe("+/+/");
    expect(b64encode(data, "-_")).toBe("-_-_");
    expect(b64encode(data, ascii(".:"))).toBe(".:.:");
    expect(b64encode(data, { altchars: "/+" })).toBe("/+/+");
    expect(b64encode(data, "$&")).toBe("$&$&");
    expect(b64decode(".:.:", ".:", { validate: true })).toEqual(data);
    expect(b64decode(".:.:", { altchars: ".:", validate: true })).toEqual(data);
    expect(b64decode("+/+/", null, { validate: true })).toEqual(data);
  });

  it("every function of Python's module is there, under its name with humps", () => {
    const python =
      "a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode b64decode b64encode " +
      "b85decode b85encode decode decodebytes encode encodebytes standardB64decode standardB64encode " +
      "urlsafeB64decode urlsafeB64encode z85decode z85encode";
    const ours = ["BinasciiError", "fromDataUrl", "fromUrlText", "toDataUrl", "toUrlText"];
    expect(Object.keys(base64).sort()).toEqual([...python.split(" "), ...ours].sort());
  });

  it("results are plain arrays of their own", () => {
    for (const [, prepare] of MODES) {
      using _native = prepare();
      for (const made of [b64decode("YWI="), decodebytes(Buffer.from("YWI=")), b16decode("6162")]) {
        expect(made.constructor).toBe(Uint8Array);
        expect([made.buffer.byteLength, text(made)]).toEqual([2, "ab"]);
      }
    }
  });

  it("data URLs are read as browsers read them", () => {
    const cases: [url: string, mediaType: string, data: string][] = [
      ["data:,", "text/plain;charset=US-ASCII", ""],
      ["data:,a%20b%zz%4", "text/plain;charset=US-ASCII", "a b%zz%4"],
      ["data:;charset=utf-8,%E2%82%AC", "text/plain;charset=utf-8", "\xe2\x82\xac"],
      ["data:image/gif;base64,R0lG", "image/gif", "GIF"],
      ["DATA:image/gif;x=1; BASE64,R0 lG%0A", "image/gif;x=1", "GIF"],
      ["data:a/b;base64,YQ", "a/b", "a"],
      ["data:a/b;base64,YQ%3D%3D#part", "a/b", "a"],
      ["data:a/b,base64,€", "a/b", "base64,\xe2\x82\xac"],
    ];
    for (const [url, mediaType, data] of cases) {
      const found = fromDataUrl(url);
      expect([url, found.mediaType, text(found.data)]).toEqual([url, mediaType, data]);
    }
    expect(refusal(() => fromDataUrl("data:;base64,Y"))[0]).toBe("bad-length");
    expect(refusal(() => fromDataUrl("data:;base64,YQ=a"))[0]).toBe("discontinuous-padding");
    expect(toDataUrl(ascii("a"))).toBe("data:application/octet-stream;base64,YQ==");
  });
});

describe("whatever comes", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const pairs: [name: string, (data: Uint8Array) => string, (text: string) => Uint8Array][] = [
    ["b64", b64encode, (all) => b64decode(all, { validate: true })],
    ["b64 with altchars", (data) => b64encode(data, "!?"), (all) => b64decode(all, "!?")],
    ["standard", standardB64encode, standardB64decode],
    ["urlsafe", urlsafeB64encode, urlsafeB64decode],
    ["lines", encodebytes, decodebytes],
    ["b32", b32encode, b32decode],
    [
      "b32 folded",
      (data) => b32encode(data).toLowerCase(),
      (all) => b32decode(all, { casefold: true }),
    ],
    ["b32hex", b32hexencode, b32hexdecode],
    ["b16", b16encode, b16decode],
    [
      "b16 folded",
      (data) => b16encode(data).toLowerCase(),
      (all) => b16decode(all, { casefold: true }),
    ],
    ["a85", a85encode, a85decode],
    [
      "a85 of Adobe in lines",
      (data) => a85encode(data, { adobe: true, wrapcol: 7, foldspaces: true }),
      (all) => a85decode(all, { adobe: true, foldspaces: true }),
    ],
    ["b85", b85encode, b85decode],
    ["z85", z85encode, z85decode],
    ["data URL", toDataUrl, (all) => fromDataUrl(all).data],
    ["token", toUrlText, fromUrlText],
  ];
  it.each(pairs)("%s comes back as it went", (_, encode, decode) => {
    const back = (data: Uint8Array): void => {
      expect(decode(encode(data))).toEqual(data);
    };
    fc.assert(fc.property(bytes, back));
  });

  it.each(pairs)("%s of any text is bytes or a BinasciiError", (_, encode, decode) => {
    const attempt = (all: string): void => {
      try {
        expect(decode(all)).toBeInstanceOf(Uint8Array);
      } catch (error) {
        expect(error).toBeInstanceOf(BinasciiError);
      }
    };
    fc.assert(fc.property(fc.string({ unit: "binary" }), attempt));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AZaz09+/-_=!~<>zyu \n") }), attempt),
    );
    const whole = encode(Uint8Array.from({ length: 23 }, (_, index) => index * 11));
    for (let end = 0; end <= whole.length; end++) attempt(whole.slice(0, end));
  });

  it("what the runtime does is what we do", () => {
    const native = Uint8Array as unknown as { fromBase64?: unknown };
    // Node 26 runs this; where the runtime has nothing there is nothing to compare.
    expect(process.versions.node.startsWith("26") ? typeof native.fromBase64 : "function").toBe(
      "function",
    );
    fc.assert(
      fc.property(bytes, (data) => {
        expect(encodeByHand(data)).toBe(b64encode(data));
        expect(encode16ByHand(data)).toBe(b16encode(data));
        expect(decodeByHand(ascii(b64encode(data)))).toEqual(data);
        expect(decode16ByHand(ascii(b16encode(data)), false)).toEqual(data);
      }),
    );
  });

  it("time grows as the text does, whatever is in it", () => {
    // Strings of padding, of strangers and of starts of groups: the slow ways through.
    const acts: [(all: string) => unknown, string][] = [
      [b64decode, "="],
      [b64decode, "A=  "],
      [b64decode, "!!!!"],
      [a85decode, "z"],
      [a85decode, "    "],
      [b32decode, "========"],
      [(all) => fromDataUrl(`data:${all}`), ";base64 "],
      [(all) => fromDataUrl(`data:,${all}`), "%4"],
    ];
    for (const [act, unit] of acts) {
      const acting = (size: number) => {
        const all = unit.repeat(size / unit.length);
        return () => {
          try {
            act(all);
          } catch (error) {
            expect(error).toBeInstanceOf(BinasciiError);
          }
        };
      };
      expect([unit, exponent(acting, 2 ** 17) < 1.5]).toEqual([unit, true]);
    }
  });
});

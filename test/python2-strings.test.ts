/** The strings of Python 2 under each `encoding`: whether a string is ASCII decides how it is read, and must not show. */
import { describe, expect, test } from "vitest";
import { type LoadOptions, loads } from "../src/pickle/index.ts";

const TEXTS = [
  "",
  "a",
  "thirteen long",
  "é",
  "naïve and long",
  "\x7f",
  "\x80",
  "ÿ".repeat(40),
  "日本",
  "x".repeat(300),
];

// A list of one str after another, SHORT_BINSTRING or BINSTRING, the whole in one APPENDS.
function pickled(strings: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x80, 2, 0x5d, 0x28)];
  for (const bytes of strings) {
    const size = bytes.length;
    const head = size < 256 ? [0x55, size] : [0x54, size & 0xff, size >> 8, 0, 0];
    parts.push(Uint8Array.from(head), bytes);
  }
  return Buffer.concat([...parts, Uint8Array.of(0x65, 0x2e)]);
}

function encoded(encoding: "latin1" | "utf8"): Uint8Array[] {
  const fit = TEXTS.filter((text) => encoding === "utf8" || /^[\0-ÿ]*$/.test(text));
  // Many of them, so that they lie in several regions.
  return Array.from({ length: 3000 }, (_, index) =>
    Buffer.from(`${fit[index % fit.length]}${index % 3 ? "" : index}`, encoding),
  );
}

describe("the strings of Python 2", () => {
  test.each([
    ...(["latin1", "latin-1", "LATIN1", "iso-8859-1"] as const).map(
      (name) => [name, "latin1"] as const,
    ),
    ...(["utf8", "utf-8", "UTF-8", "u8"] as const).map((name) => [name, "utf8"] as const),
  ])("as %s", (name, buffers) => {
    const strings = encoded(buffers);
    const expected = strings.map((bytes) => Buffer.from(bytes).toString(buffers));
    expect(loads(pickled(strings), { encoding: name })).toEqual(expected);
  });

  // The Web calls each of these windows-1252.
  test.each([
    "iso-ir-100",
    "csISOLatin1",
    "IBM819",
    "cp819",
    "ISO_8859-1:1987",
    "l1",
    "8859",
  ])("as %s, which is latin1", (encoding) => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const expected = String.fromCharCode(...all);
    for (const errors of ["strict", "replace", "ignore"])
      expect(loads(pickled([all]), { encoding, errors })).toEqual([expected]);
  });

  test.each([
    "ANSI_X3.4-1968",
    "us-ascii",
    "646",
    "csASCII",
  ])("as %s, which is ASCII", (encoding) => {
    const strings = [Buffer.from("plain"), Uint8Array.of(0xc3, 0xa9)];
    expect(() => loads(pickled(strings), { encoding })).toThrow(
      expect.objectContaining({ code: "bad-encoding" }),
    );
    expect(loads(pickled(strings), { encoding, errors: "replace" })).toEqual([
      "plain",
      "\ufffd\ufffd",
    ]);
    expect(loads(pickled(strings), { encoding, errors: "ignore" })).toEqual(["plain", ""]);
  });

  test("as other encodings have the tables of the Web: a byte without meaning is a control character", () => {
    expect(loads(pickled([Uint8Array.of(0x80, 0x81)]), { encoding: "cp1252" })).toEqual(["€\x81"]);
    expect(() => loads(pickled([Uint8Array.of(0x41)]), { encoding: "mac_roman" })).toThrow(
      expect.objectContaining({ code: "bad-encoding" }),
    );
  });

  test("as bytes, which are not the input's", () => {
    const strings = encoded("utf8");
    const data = pickled(strings);
    const found = loads<Uint8Array[]>(data, { encoding: "bytes" });
    data.fill(0);
    expect(found.map((bytes) => Buffer.from(bytes).toString("latin1"))).toEqual(
      strings.map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
  });

  test.each<[LoadOptions, string]>([
    [{}, "plain"],
    [{ encoding: "ASCII" }, "plain"],
    [{ encoding: "us-ascii", errors: "strict" }, "plain"],
  ])("%o reads ASCII and refuses the rest where it stands", (options, text) => {
    const good = Buffer.from(text);
    expect(loads(pickled([good, good]), options)).toEqual([text, text]);
    expect(() => loads(pickled([good, Uint8Array.of(0x61, 0x80)]), options)).toThrow(
      expect.objectContaining({ code: "bad-encoding", offset: 4 + 2 + text.length }),
    );
  });

  test.each([
    "surrogateescape",
    "replace",
    "ignore",
    "backslashreplace",
  ] as const)("ASCII with errors: %s", (errors) => {
    const shown = {
      surrogateescape: "a\udc80b",
      replace: "a\ufffdb",
      ignore: "ab",
      backslashreplace: "a\\x80b",
    };
    const strings = [Buffer.from("a"), Uint8Array.of(0x61, 0x80, 0x62), Buffer.from("b")];
    expect(loads(pickled(strings), { errors })).toEqual(["a", shown[errors], "b"]);
  });

  test.each([
    "nope",
    "utf-16",
    "latin8",
    "asci",
  ])("encoding %s is not taken for ASCII", (encoding) => {
    const options = { encoding };
    const read = () => loads(pickled([Buffer.from("ab")]), options);
    if (encoding === "utf-16") expect(read()).toEqual(["\u6261"]);
    else expect(read).toThrow(expect.objectContaining({ code: "bad-encoding" }));
  });
});

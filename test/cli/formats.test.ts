/** msgpack and JSON on the command line: found by content, shown, converted both ways, refused with the path. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ExtType, packb, Timestamp } from "../../src/msgpack/index.ts";
import {
  ByteArray,
  dumps,
  Float,
  Global,
  Instance,
  PyDict,
  PySet,
  Tuple,
} from "../../src/pickle/index.ts";
import { brine } from "./run.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-formats-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const VALUE = new Map<unknown, unknown>([
  ["a", [1, new Float(2), Uint8Array.of(120), null]],
  ["at", new Timestamp(1, 2)],
  ["ext", new ExtType(5, Uint8Array.of(104, 105))],
  [1, "one"],
]);

describe("msgpack", () => {
  it("is found by its content and shown, all objects of it", () => {
    const path = file("two.bin", Uint8Array.from([...packb(VALUE), ...packb([1])]));
    expect(brine(["show", path]).stdout).toBe(
      `${path}: msgpack, 43 bytes
object 1
dict of 4
  'a': [1, 2.0, b'x', None]
  'at': Timestamp
    seconds: 1
    nanoseconds: 2
  'ext': ExtType
    code: 5
    data: b'hi'
  1: 'one'

object 2
[1]
`.replace("43 bytes", `${packb(VALUE).length + 2} bytes`),
    );
    expect(JSON.parse(brine(["show", "--json", path]).stdout)).toMatchObject({ format: "msgpack" });
    expect(brine(["json", "--quiet", path]).stdout.split("\n")).toEqual([
      '{"a":[1,2.0,"eA==",null],"at":{"seconds":1,"nanoseconds":2},"ext":{"code":5,"data":"aGk="},"1":"one"}',
      "[1]",
      "",
    ]);
    expect(brine(["json", "--tagged", path]).stdout).toContain(
      '{"$global":"msgpack.ext:Timestamp"}',
    );
  });

  it("goes to a pickle, to JSON, and back to the same bytes", () => {
    const packed = packb(VALUE);
    const path = file("value.msgpack", packed);
    const [pickle, json, back] = ["value.pkl", "value.json", "back.msgpack"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    for (const middle of [pickle, json]) {
      expect(
        brine(["convert", "--to", middle === json ? "json" : "pickle", path, middle]),
      ).toMatchObject({ status: 0, stderr: "" });
      expect(brine(["convert", "--to", "msgpack", middle, back])).toMatchObject({
        status: 0,
        stderr: "",
      });
      expect(Uint8Array.from(readFileSync(back))).toEqual(packed);
    }
    expect(brine(["convert", "--to", "msgpack", path, "-"]).bytes).toEqual(packed);
    expect(
      brine(["convert", "--from", "msgpack", "-", "-", "--to", "json"], packb("text")).stdout,
    ).toBe('"text"\n');
  });

  it.each([
    ["a tuple", { a: [Tuple.of(1)] }, /no tuples, only lists at \$\.a\[0\]; --lossy/],
    ["a bytearray", { a: ByteArray.of(1) }, /no bytearray, only bytes at \$\.a; --lossy/],
    [
      "a shared list",
      ((list) => ({ a: list, b: list }))([1]),
      /no shared references: .* at \$\.[ab]; --lossy/,
    ],
  ])("refuses %s with its path, and writes it with --lossy", (_name, value, message) => {
    const path = file("inexact.pkl", dumps(value));
    const to = file("out.msgpack", Uint8Array.of(1));
    const refused = brine(["convert", "--to", "msgpack", path, to]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(message);
    expect(Uint8Array.from(readFileSync(to))).toEqual(Uint8Array.of(1));
    expect(brine(["convert", "--lossy", "--to", "msgpack", path, "-"]).bytes).toEqual(packb(value));
  });

  it.each([
    ["a set", [new PySet([1])], /unsupported-value: .* at \$\[0\]/],
    [
      "an instance",
      [new Instance("call", new Global("datetime", "date"), [])],
      /an instance of datetime\.date at \$\[0\]/,
    ],
    ["an int beyond 64 bits", new PyDict([["n", 2n ** 70n]]), /integer-range: .* at \$\.n/],
  ])("refuses %s also with --lossy", (_name, value, message) => {
    const { status, stderr } = brine([
      "convert",
      "--lossy",
      "--to",
      "msgpack",
      file("never.pkl", dumps(value)),
      "-",
    ]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("JSON", () => {
  it("keeps every type and reference of a pickle on the way there and back", () => {
    const list = [Tuple.of(1, new Float(1)), new PySet([2n ** 70n])];
    const object = new Instance("new", new Global("staff", "Person"), []);
    object.state = new PyDict<unknown, unknown>([
      ["tags", list],
      ["me", object],
    ]);
    const pickle = dumps([list, object, Uint8Array.of(1, 2)]);
    const path = file("graph.pkl", pickle);
    const json = join(folder, "graph.json");
    expect(brine(["convert", "--to", "json", path, json]).status).toBe(0);
    expect(brine(["convert", json, "-"]).bytes).toEqual(pickle);
    expect(brine(["show", json]).stdout).toContain("JSON, ");
  });

  it("of any other program becomes what Python's json makes of it", () => {
    const plain = file(
      "plain.json",
      new TextEncoder().encode('{"a": [1, 1.0, 12345678901234567890]}\n{"b": 2}\n'),
    );
    const { bytes } = brine(["convert", plain, "-"]);
    expect(bytes).toEqual(
      Uint8Array.from([
        ...dumps({ a: [1, new Float(1), 12345678901234567890n] }),
        ...dumps({ b: 2 }),
      ]),
    );
    expect(
      brine(
        ["convert", "--from", "json", "--to", "json", "-", "-"],
        new TextEncoder().encode("1.50"),
      ).stdout,
    ).toBe("1.5\n");
  });
});

it("says which formats and options there are", () => {
  const path = file("one.pkl", dumps(1));
  for (const [args, message] of [
    [["--to", "xml"], /--to "xml": it is pickle, joblib, msgpack, json, npy or npz/],
    [["--from", "xml"], /--from "xml": it is pickle, msgpack or json/],
    [["--to", "json", "--protocol", "2"], /--protocol is of pickles only/],
    [["--lossy"], /--lossy is of msgpack only/],
  ] as const) {
    const { status, stderr } = brine(["convert", ...args, path, "-"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  }
});

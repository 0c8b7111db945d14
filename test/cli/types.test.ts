/** `brine types`: whatever the other commands open, typed; the comment says how to load it; exit codes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dumps, Float, PyDict, Tuple } from "../../src/index.ts";
import { packb, Timestamp } from "../../src/msgpack/index.ts";
import { ndarray, save, savez } from "../../src/numpy/index.ts";
import { open } from "../../src/shelve/index.ts";
import { brine } from "./run.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-types-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function printed(...args: string[]): string {
  const { status, stdout, stderr } = brine(["types", ...args]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.replaceAll(folder, "");
}

const ROWS = [
  { id: 1, at: Tuple.of(1, 2.5) },
  { id: 2, at: Tuple.of(3, 4), name: "x" },
];
const ROW = `export interface Row {
  id: number;
  at: [number, number];
  name?: string;
}
`;

describe("a file", () => {
  it("of one object", () => {
    expect(printed(file("rows.pkl", dumps(ROWS)))).toBe(`/**
 * What is in /rows.pkl (pickle, protocol 5), printed by brine types.
 *
 *   import { load } from "brine";
 *   const root = await load<Root>("/rows.pkl");
 */
export type Root = Row[];

${ROW}`);
  });

  it("of several objects, which are of one type together", () => {
    const several = Buffer.concat(ROWS.map((row) => dumps(row, 0)));
    expect(printed(file("several.pkl", several), "--name", "Row")).toBe(`/**
 * What is in /several.pkl (pickle, protocol 0 or 1, 2 objects, all of one type here), printed by brine types.
 *
 *   import { loadAll } from "brine";
 *   for await (const value of loadAll<Row>("/several.pkl")) console.log(value);
 */
${ROW}`);
  });

  it("that is compressed, or joblib's", () => {
    const text = printed(file("rows.pkl.gz", gzipSync(dumps(ROWS))));
    expect(text).toContain("(pickle, protocol 5, gzip data)");
    expect(text).toContain('import { load } from "brine/joblib";');
    expect(text).toContain("export type Root = Row[];");
    const data = join(import.meta.dirname, "..", "..", "examples", "data");
    const [joblib, pickle] = ["iris.joblib", "iris.pkl"].map((name) => printed(join(data, name)));
    const body = (text = ""): string => text.slice(text.indexOf("import type"));
    expect(body(joblib)).toBe(body(pickle));
  });

  it("of msgpack, JSON and NumPy", async () => {
    const msgpack = printed(file("m.msgpack", packb({ at: new Timestamp(1, 2), n: [1, null] })));
    expect(msgpack).toContain('import { unpack } from "brine/msgpack";');
    expect(msgpack).toContain('import type { Timestamp as MsgpackTimestamp } from "brine/msgpack"');
    expect(msgpack).toContain("  at: MsgpackTimestamp;\n  n: (number | null)[];");
    expect(printed(file("j.json", Buffer.from('[{"a":1},{"b":null}]')))).toContain(
      "  a?: number;\n  b?: null;",
    );
    await save(join(folder, "a.npy"), ndarray([1.5]));
    expect(printed(join(folder, "a.npy"))).toContain(
      'const root = (await load("/a.npy")) as Root;\n */\nimport type { NdArray } from "brine";\n\nexport type Root = NdArray<Float64Array>;',
    );
    await savez(join(folder, "a.npz"), {
      x: ndarray([1.5]),
      "y z": ndarray([1], { dtype: "int8" }),
    });
    expect(printed(join(folder, "a.npz"))).toContain(
      'export interface Root {\n  x: NdArray<Float64Array>;\n  "y z": NdArray<Int8Array>;\n}',
    );
  });

  it("of a shelf: an entry for each key", () => {
    const path = join(folder, "shelf");
    {
      using shelf = open(path, { format: "dbm.dumb" });
      shelf.set("ann", { age: 35 });
      shelf.set("*/", [1]);
    }
    const text = printed(path);
    expect(text).toContain('using shelf = open<Root[keyof Root]>("/shelf", { flag: "r" });');
    expect(text).toContain('export interface Root {\n  ann: Ann;\n  "*/": number[];\n}');
  });

  it("losslessly", () => {
    const text = printed(
      "--lossless",
      file(
        "rows.pkl",
        dumps([
          { id: 1, at: Tuple.of(1, 2.5) },
          { id: "x", at: Tuple.of(1, new Float(1)) },
        ]),
      ),
    );
    expect(text).toContain('load<Root>("/rows.pkl", { lossless: true });');
    expect(text).toContain(
      "export type Root = Map<string, string | number | [number, number | Float]>[];",
    );
  });

  it("from standard input, with a name that nobody would call a file", () => {
    const { status, stdout } = brine(["types", "-"], dumps([{ a: 1 }]));
    expect(status).toBe(0);
    expect(stdout).toContain("What is in standard input (pickle, protocol 5)");
    expect(stdout).toContain('load<Root>("FILE")');
    expect(stdout).toContain("export type Root = Item[];");
    mkdirSync(join(folder, "*"));
    const odd = printed(file("*/\n\x1b[2J\u202e.pkl", dumps(new PyDict([["a", 1]]))));
    expect(odd).toContain('load<Root>("/*\\/\\n\\u001b[2J\\u{202e}.pkl");');
    expect(odd.split("*/").length).toBe(2);
    expect(odd).not.toMatch(/[\x1b\u202e]/);
  });
});

describe("exit code 2", () => {
  const failed = (...args: string[]): string => {
    const { status, stdout, stderr } = brine(["types", ...args]);
    expect([status, stdout]).toEqual([2, ""]);
    return stderr.replaceAll(folder, "");
  };

  it("for what is no file, no pickle, or cut", () => {
    expect(failed("missing.pkl")).toBe("brine: missing.pkl: no such file or directory (ENOENT)\n");
    expect(failed(file("text.pkl", Buffer.from("hello")))).toMatch(/^brine: \/text.pkl: /);
    const bytes = readFileSync(file("rows.pkl", dumps(ROWS)));
    expect(failed(file("cut.pkl", bytes.subarray(0, -4)))).toMatch(/^brine: \/cut.pkl: truncated/);
    // Of many objects none is typed, where one cannot be read.
    const two = Buffer.concat([bytes, bytes.subarray(0, -4)]);
    expect(failed(file("two.pkl", two))).toMatch(/truncated/);
    expect(failed(file("empty.pkl", new Uint8Array(0)))).toBe("brine: /empty.pkl: it is empty\n");
  });

  it("for a name that no type can have", () => {
    for (const name of ["users", "Map", "Decimal", "A B", "", "A;x"]) {
      expect(failed("--name", name, "users.pkl")).toContain(`got ${JSON.stringify(name)}`);
    }
    expect(failed()).toContain("types wants one file, got 0");
  });
});

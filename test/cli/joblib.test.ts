/** The command line over joblib's files: found by content, shown, converted both ways. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { NdArray } from "../../src/index.ts";
import { dumps, load, loads } from "../../src/joblib/index.ts";
import { ndarray } from "../../src/numpy/index.ts";
import { loads as loadsPickle } from "../../src/pickle/index.ts";
import { caseOf, expected, shown } from "../joblib/vectors.ts";
import { brine } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-cli-joblib-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, bytes?: Uint8Array): string => {
  if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe("show and json", () => {
  it.each(["zlib", "gzip", "bz2", "xz", "lzma", "lz4"])("read joblib's %s", (method) => {
    const { bytes } = caseOf(`1.6.0 ${method}`);
    const { status, stdout } = brine(["show", "-"], bytes);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^standard input: joblib file, protocol 4, in \w+ data\ndict of 2\n/);
    expect(stdout).toContain("numpy.ndarray float32 (4,)");
    expect(brine(["json", file("packed", bytes)]).stdout).toBe('{"a":[0,1,2,3],"b":"text"}\n');
  });

  it("read the files beside an old one", () => {
    const { bytes, companions } = caseOf("0.9.4 plain");
    for (const [name, content] of companions) file(name, content);
    const { status, stdout } = brine(["show", file("sample.pkl", bytes)]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^.*sample\.pkl: joblib file, protocol 3/);
    expect(stdout).toContain("numpy.ndarray int16 (2, 3)");
    rmSync(file("sample.pkl_03.npy"));
    const { status: failed, stderr } = brine(["show", file("sample.pkl")]);
    expect([failed, stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toMatch(/no-companion: the file "sample\.pkl_03\.npy" of an array is not there/);
  });

  it("read a Z-file", () => {
    const { status, stdout } = brine([
      "show",
      file("old.gz", caseOf("0.8.4 compressed").bytes),
      "--encoding",
      "latin1",
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain("numpy.ndarray int16 (2, 3)");
  });

  it("read a file whose first array comes late", () => {
    const late = dumps([
      Array.from({ length: 30_000 }, (_, index) => `text ${index}`),
      ndarray([7]),
    ]);
    const { status, stdout } = brine(["json", file("late.joblib", late)]);
    expect(status).toBe(0);
    expect(stdout.endsWith('"text 29999"],[7]]\n')).toBe(true);
    expect(brine(["show", "-"], late).stderr).toMatch(/a joblib file whose arrays come late/);
  });
});

describe("convert", () => {
  it("makes a pickle of it, and a joblib file of that", async () => {
    const { bytes } = caseOf("1.6.0 plain");
    const source = file("plain.joblib", bytes);
    expect(brine(["convert", source, file("plain.pkl")]).status).toBe(0);
    const pickle = new Uint8Array(readFileSync(file("plain.pkl")));
    expect(() => loadsPickle(pickle)).not.toThrow();
    const { status, stderr } = brine([
      "convert",
      "--to",
      "joblib",
      file("plain.pkl"),
      file("again.gz"),
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(gunzipSync(readFileSync(file("again.gz")))[0]).toBe(0x80);
    expect(await shown(await load(file("again.gz")))).toEqual(expected("sample"));
    const { bytes: out } = brine(["convert", "--to", "joblib", "--protocol", "2", source, "-"]);
    expect(out[1]).toBe(2);
    expect(loads<Record<string, NdArray>>(out)["array"]).toBeInstanceOf(NdArray);
  });

  it("refuses what a joblib file cannot hold", () => {
    const two = Uint8Array.of(...dumps(1), ...dumps(2));
    const { status, stderr } = brine([
      "convert",
      "--to",
      "joblib",
      file("two.pkl", two),
      file("no.joblib"),
    ]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/it holds 2 objects, and a joblib file holds one/);
    const wrong = brine(["convert", "--to", "joblib", file("two.pkl"), file("no.xz")]);
    expect(wrong.status).toBe(2);
  });
});

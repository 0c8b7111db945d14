/** Files larger than memory and larger than 4 GiB: constant memory, right offsets. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumps } from "../../src/pickle/index.ts";

const READER = join(import.meta.dirname, "reader.ts");
const MEBI = 1024 * 1024;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-big-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly objects: number;
  readonly length: number;
  readonly failure?: { readonly code: string; readonly offset: number };
  readonly residentMegabytes: number;
}

/** Runs reader.ts with 32 MB of JavaScript heap; bytes objects live outside of it and count as resident. */
function run(what: "load" | "stream" | "dump", path: string): Report {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--max-old-space-size=32", "--conditions=brine-source", READER, what, path],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout) as Report;
}

const { bavail, bsize } = statfsSync(tmpdir());
const enoughDisk = bavail * bsize > 2e9;

describe.skipIf(!enoughDisk)("a file larger than the reader's memory", () => {
  // 300 MB of records of about a kilobyte.
  it.each(["load", "stream"] as const)("is read one object at a time: %s", (what) => {
    const path = join(folder, `records-${what}.pkl`);
    const record = dumps([1, 2.5, "name", "x".repeat(950), [1, 2, 3]]);
    const count = 1000;
    const block = Buffer.concat(Array.from({ length: count }, () => record));
    const file = openSync(path, "w");
    const blocks = Math.floor(300e6 / block.length);
    for (let index = 0; index < blocks; index++) writeSync(file, block);
    closeSync(file);

    const report = run(what, path);
    expect(report.objects).toBe(blocks * count);
    expect(report.length).toBe(blocks * count * 5);
    expect(report.failure).toBeUndefined();
    expect(report.residentMegabytes).toBeLessThan(200);
    rmSync(path);
  });

  it("is written as it is pickled", () => {
    const path = join(folder, "dumped.pkl");
    const report = run("dump", path);
    expect(report.failure).toBeUndefined();
    expect(statSync(path).size).toBeGreaterThan(500e6);
    expect(report.residentMegabytes).toBeLessThan(200);
    rmSync(path);
  });
});

describe("a file above 4 GiB", () => {
  // 66 objects of 64 MiB each, their contents a hole in the file: it takes no room on the disk.
  it("is read to its end, and an error there has its offset", () => {
    const path = join(folder, "sparse.pkl");
    const size = 64 * MEBI;
    const header = Buffer.from("\x80\x05B\0\0\0\x04", "latin1");
    const whole = header.length + size + 1;
    const count = 66;
    const file = openSync(path, "w");
    for (let index = 0; index < count; index++) {
      writeSync(file, header, 0, header.length, index * whole);
      writeSync(file, ".", (index + 1) * whole - 1);
    }
    // Then an opcode that does not exist.
    writeSync(file, Buffer.of(0x80, 5, 0xff), 0, 3, count * whole);
    ftruncateSync(file, count * whole + 3);
    closeSync(file);
    expect(count * whole).toBeGreaterThan(2 ** 32);

    const report = run("load", path);
    expect(report.objects).toBe(count);
    expect(report.length).toBe(count * size);
    expect(report.failure).toEqual({ code: "invalid-opcode", offset: count * whole + 2 });
    expect(report.residentMegabytes).toBeLessThan(600);
    rmSync(path);
  }, 120_000);
});

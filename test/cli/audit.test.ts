/** `brine audit` as a user and a pipeline meet it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { open } from "../../src/dbm/index.ts";
import { dumps } from "../../src/index.ts";
import { latin1 } from "../pickletools/pickles.ts";
import { brine } from "./run.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder = "";
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-audit-"));
  mkdirSync(path("models/deep"), { recursive: true });
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(path(name), bytes);
  write("models/bad.pkl", latin1("cos\nsystem\n(S'touch x'\ntR."));
  write("models/good.pkl", latin1("\x80\x02]."));
  write("models/deep/mine.dat", latin1("\x80\x02cstaff\nEmployee\n)\x81."));
  write("models/deep/cut.pkl", latin1("\x80\x02]"));
  write("models/readme.md", latin1("# Models\n"));
  write("models/good.pkl.gz", Uint8Array.from(gzipSync(latin1("\x80\x02]."))));
  symlinkSync(path("models"), path("models/loop"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("says what a file would do, and by its exit code whether to load it", () => {
  const bad = brine(["audit", path("models/bad.pkl")]);
  expect(bad).toMatchObject({ status: 1, stderr: "" });
  expect(bad.stdout).toBe(
    `${path("models/bad.pkl")}: dangerous (pickle)\n` +
      "  dangerous: calls os.system (byte 24)\n" +
      "    os.system('touch x')\n" +
      "    Python would call it while the file is loaded, with these arguments.\n",
  );
  expect(brine(["audit", path("models/good.pkl")])).toMatchObject({
    status: 0,
    stdout: `${path("models/good.pkl")}: safe (pickle)\n`,
  });
  expect(brine(["audit", path("models/good.pkl.gz")])).toMatchObject({
    status: 0,
    stdout: `${path("models/good.pkl.gz")}: safe (gzip > pickle)\n`,
  });
  expect(brine(["audit", path("models/deep/mine.dat")]).status).toBe(3);
  expect(brine(["audit", "--strict", path("models/deep/mine.dat")]).status).toBe(1);
  expect(brine(["audit", path("models/deep/cut.pkl")]).status).toBe(2);
  expect(brine(["audit", path("models/readme.md")]).status).toBe(2);
  expect(brine(["audit", path("none.pkl")])).toMatchObject({ status: 2 });
  expect(brine(["audit", path("none.pkl")]).stdout).toContain("cannot be read: no such file");
});

it("walks folders, and leaves out what holds no pickles", () => {
  const run = brine(["audit", path("models")]);
  expect(run.status).toBe(1);
  expect(run.stdout.split("\n").at(-2)).toBe(
    "5 files: 1 dangerous, 1 incomplete, 1 review, 2 safe; 1 other files hold no pickles",
  );
  expect(run.stdout).not.toContain("loop");
  expect(brine(["audit", "--exclude", "bad|cut", path("models")]).status).toBe(3);
  expect(brine(["audit", "--include", "good", path("models")]).status).toBe(0);
  const allowed = ["--allow", "staff.Employee", "--exclude", "bad", "--exclude", "cut"];
  expect(brine(["audit", ...allowed, path("models")]).status).toBe(0);
});

it("says so where there is nothing to look at", () => {
  const none = "0 files: 0 dangerous, 0 incomplete, 0 review, 0 safe";
  expect(brine(["audit", "--include", "nowhere", path("models")])).toMatchObject({
    status: 0,
    stdout: `${none}\n`,
  });
});

it("gives the same from worker threads", () => {
  for (let index = 0; index < 20; index++) {
    writeFileSync(path(`models/deep/more${index}.pkl`), latin1("\x80\x02N."));
  }
  const one = brine(["audit", "--json", "--jobs", "1", path("models")]);
  const many = brine(["audit", "--json", "--jobs", "3", path("models")]);
  expect(one.status).toBe(1);
  expect(many).toEqual(one);
  expect(brine(["audit", "--json", path("models")])).toEqual(one);
});

it("writes JSON and SARIF", () => {
  const { status, stdout } = brine(["audit", "--json", path("models/bad.pkl")]);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: "dangerous",
    otherFiles: 0,
    files: [
      {
        verdict: "dangerous",
        format: "pickle",
        findings: [{ rule: "runs-code", offset: 24, expression: "os.system('touch x')" }],
        imports: [{ name: "os.system", role: "denied", count: 1 }],
      },
    ],
  });
  const log = brine(["audit", "--sarif", path("models")]);
  expect(log.status).toBe(1);
  const { version, runs } = JSON.parse(log.stdout) as {
    version: string;
    runs: { results: object[] }[];
  };
  expect([version, runs[0]?.results.length]).toEqual(["2.1.0", 3]);
});

it("lists names, and shows the pickle as Python", () => {
  expect(brine(["audit", "--globals", path("models/deep/mine.dat")]).stdout).toContain(
    "  staff.Employee  unknown\n",
  );
  expect(brine(["audit", "--python", path("models/bad.pkl")]).stdout).toContain(
    "  import os\n  v1 = os.system('touch x')\n  result = v1\n",
  );
});

it("goes by a policy of a file", () => {
  const policy = path("policy.json");
  writeFileSync(policy, '{"class": ["staff.Employee"]}');
  expect(brine(["audit", "--policy", policy, path("models/deep/mine.dat")]).status).toBe(0);
  writeFileSync(policy, '{"classes": []}');
  expect(brine(["audit", "--policy", policy, path("models/deep/mine.dat")])).toMatchObject({
    status: 2,
    stderr: `brine: --policy ${policy}: policy.classes is not known\n`,
  });
});

it("refuses what it cannot do", () => {
  expect(brine(["audit"]).stderr).toBe(
    "brine: audit wants at least one file, got 0; see brine audit --help\n",
  );
  expect(brine(["audit", "--json", "--sarif", folder]).status).toBe(2);
  expect(brine(["audit", "--include", "(", folder]).stderr).toContain("--include");
  expect(brine(["audit", "--jobs", "0", folder]).stderr).toContain("--jobs wants a whole number");
});

it("reads standard input", () => {
  const bad = readFileSync(path("models/bad.pkl"));
  const run = brine(["audit", "-"], bad);
  expect(run).toMatchObject({ status: 1 });
  expect(run.stdout).toMatch(/^-: dangerous \(pickle\)/);
  const both = brine(["audit", "--json", "--jobs", "2", "-", path("models/good.pkl")], bad);
  const { files } = JSON.parse(both.stdout) as { files: { path: string; verdict: string }[] };
  expect(files.map(({ path: name, verdict }) => [name, verdict])).toEqual([
    [path("models/good.pkl"), "safe"],
    ["-", "dangerous"],
  ]);
  expect(brine(["audit", "-"]).status).toBe(2);
});

it("says where changes to a shelf stand beside it", () => {
  const name = path("shelf");
  open(name, { flag: "c" })
    .set("a", dumps([1]))
    .close();
  expect(brine(["audit", name])).toMatchObject({ status: 0 });
  const writer = open(name, { flag: "w" });
  writer.set("b", latin1("cos\nsystem\n(S'ls'\ntR."));
  const pending = brine(["audit", name]);
  writer.close();
  expect(pending).toMatchObject({ status: 2 });
  expect(pending.stdout).toContain("stand in its -wal file");
  expect(brine(["audit", name])).toMatchObject({ status: 1 });
});

it("reads the values of dbm.dumb where the file beside it says that they stand", () => {
  const value = latin1("cos\nsystem\n(S'ls'\ntR.");
  const data = path("dumb.dat");
  writeFileSync(data, dumps(Buffer.concat([Buffer.alloc(30), value, Buffer.alloc(30)])));
  expect(brine(["audit", data])).toMatchObject({ status: 0 });
  const at = readFileSync(data).indexOf(value);
  writeFileSync(path("dumb.dir"), `'k', (${at}, ${value.length})\n`);
  expect(brine(["audit", data])).toMatchObject({ status: 1 });
});

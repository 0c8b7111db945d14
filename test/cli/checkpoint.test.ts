/** `brine checkpoint`: output, JSON and exit codes, over real folders. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Checkpoints } from "../../src/checkpoint/index.ts";
import { brine } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-cli-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const checkpoints = new Checkpoints(folder);
  await checkpoints.save("first", { step: 1 }, { loss: 0.5, tags: new Set(["a"]) });
  await checkpoints.save("second", { step: 2, data: new Float64Array(1000) }, { loss: 0.25 });
  await checkpoints.save("third", [3]);
});

const run = (...args: string[]) => brine(["checkpoint", folder, ...args]);
const json = (...args: string[]): unknown => JSON.parse(run(...args, "--json").stdout);

describe("brine checkpoint", () => {
  it("lists names, times, sizes and metadata", () => {
    const { status, stdout, stderr } = run("list");
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["first", "second", "third"]);
    expect(lines[0]).toMatch(
      /^first +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ bytes {2}loss=0.5 tags=set of 1 str$/,
    );
    expect(json("list")).toMatchObject([
      { name: "first", version: "1.0" },
      { name: "second", metadata: { loss: 0.25 } },
      { name: "third", metadata: {} },
    ]);
  });

  it("shows one", () => {
    const { status, stdout } = run("show", "second", "--items", "3");
    expect(status).toBe(0);
    expect(stdout).toContain("'step': 2");
    expect(stdout).toContain("array.array of 1,000");
    expect(JSON.stringify(json("show", "second"))).toContain("'step'");
  });

  it("verifies, and exits 1 where one is damaged", () => {
    expect(run("verify")).toMatchObject({
      status: 0,
      stdout: "first: ok\nsecond: ok\nthird: ok\n",
    });
    truncateSync(join(folder, "second.pkl"), 100);
    const { status, stdout } = run("verify");
    expect(status).toBe(1);
    expect(stdout).toContain("second: checksum-mismatch: ");
    expect(stdout).toContain(
      "take another one, brine checkpoint DIR verify says which are intact\n",
    );
    expect(json("verify", "first", "second")).toMatchObject([
      { name: "first", ok: true },
      { name: "second", ok: false, code: "checksum-mismatch" },
    ]);
    writeFileSync(join(folder, "bad.pkl"), "no pickle");
    expect(run("list")).toMatchObject({ status: 1 });
    expect(run("list").stdout).toContain("unreadable: not-a-checkpoint");
  });

  it("deletes, and exits 1 where there is nothing to delete", () => {
    expect(run("delete", "bad")).toMatchObject({ status: 0, stdout: "bad: deleted\n" });
    expect(run("delete", "bad", "third").status).toBe(1);
    expect(json("list")).toMatchObject([{ name: "first" }, { name: "second" }]);
  });

  it.each([
    [["show", "second"], "brine: checksum-mismatch: "],
    [["show", "nothing"], "brine: not-found: "],
    [["show", "../first"], "brine: bad-name: "],
    [["show"], "brine: checkpoint DIR show wants one name"],
    [["list", "x"], "brine: checkpoint DIR list wants no name"],
    [["constructor"], "brine: checkpoint has list, show, verify and delete"],
    [[], "brine: checkpoint wants "],
  ])("exits 2 on %j", (args, message) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr.startsWith(message)).toBe(true);
  });

  it("exits 2 where there is no folder", () => {
    const { status, stderr } = brine(["checkpoint", join(folder, "nowhere"), "list"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("there is no such folder")]);
  });
});

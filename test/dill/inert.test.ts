/** No way leads from bytes to evaluation without the opt-in. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { SHAPES } from "./shapes.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-inert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(script: string, ...flags: string[]): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--conditions=brine-source", ...flags, join(import.meta.dirname, script), folder],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

it("evaluates nothing of any vector, attack or shape, and does when it is allowed to", () => {
  node("send.ts");
  const report = JSON.parse(node("inert.ts", "--disallow-code-generation-from-strings")) as {
    inputs: number;
    loads: number;
    refused: number;
    foreign: string[];
    evaluated: string[];
    polluted: string[];
    allowed: string;
    seen: string[];
  };
  expect(report.inputs).toBeGreaterThan(1000 + SHAPES.length);
  expect(report.loads).toBe(report.inputs * 6);
  expect(report.refused).toBeLessThan(report.loads / 2);
  expect(report.foreign).toEqual([]);
  expect(report.evaluated).toEqual([]);
  expect(report.polluted).toEqual([]);
  // The same watch, and the engine, see an allowed load.
  expect(report.seen).toContain("Function");
  expect(report.allowed).toContain("Code generation from strings disallowed");
});

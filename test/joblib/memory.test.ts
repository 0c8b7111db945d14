/** Three rows of an array in a file of 8 GiB: what that takes above an empty process. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "..", "..", "bench", "joblib-lazy.ts");

/** The most memory that a run took, MB. */
function peak(...args: string[]): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return Number(stdout) / 1000;
}

it("takes less than 100 MB", () => {
  const difference = peak("slice") - peak();
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(100);
}, 30_000);

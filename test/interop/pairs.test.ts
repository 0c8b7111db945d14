/** The examples that have a Python beside them: both run in one folder, each over what the other wrote, and print alike. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireBuild } from "./built.ts";
import { requirePython } from "./pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const python = requirePython("3.13");

/** Example, what each writes, lines printed. */
const PAIRS: [example: string, ours: string, theirs: string, lines: number][] = [
  ["struct/readings", "from-brine.bin", "from-python.bin", 7],
  ["base64/texts", "from-brine.json", "from-python.json", 7],
];

describe.runIf(python !== undefined).each(PAIRS)("examples/%s", (example, ours, theirs, lines) => {
  const run = (command: string, file: string, folder: string): string => {
    const path = join(ROOT, "examples", file);
    const { status, stdout, stderr } = spawnSync(command, [path, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${file} ended with ${status}\n${stdout}${stderr}`);
    return stdout;
  };

  it("says what its Python says, each reading the other's file", () => {
    requireBuild();
    const folder = mkdtempSync(join(tmpdir(), "brine-example-"));
    try {
      // First each over its own, then each over the other's.
      const alone = run(python?.path ?? "", `${example}.py`, folder);
      rmSync(join(folder, theirs));
      expect(run(process.execPath, `${example}.ts`, folder)).toBe(alone);
      expect(existsSync(join(folder, ours))).toBe(true);
      expect(run(python?.path ?? "", `${example}.py`, folder)).toBe(alone);
      expect(run(process.execPath, `${example}.ts`, folder)).toBe(alone);
      expect(alone.trim().split("\n").length).toBe(lines);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

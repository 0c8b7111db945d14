/** `brine/struct` beside CPython 3.13's `struct`: the same calls, the same results, the same refusals in the same words. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Call, difference } from "../struct/calls.ts";
import { isCi, requirePython } from "./pythons.ts";

// 100,000 take about twenty seconds.
const CASES = Number(process.env["BRINE_STRUCT_CASES"] ?? (isCi() ? 100_000 : 10_000));

const python = requirePython("3.13");

describe.runIf(python !== undefined)("struct beside CPython 3.13", () => {
  it(`answers ${CASES} generated calls alike`, async () => {
    const script = fileURLToPath(new URL("struct_cases.py", import.meta.url));
    const child = spawn(python?.path ?? "", [script, String(CASES), "1"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const differences: unknown[] = [];
    const counts = { results: 0, refusals: 0 };
    for await (const line of createInterface({ input: child.stdout })) {
      const one = JSON.parse(line) as Call;
      if (one.error === undefined) counts.results++;
      else counts.refusals++;
      const found = difference(one);
      if (found !== undefined && differences.length < 5) differences.push(JSON.stringify(found));
    }
    expect(differences).toEqual([]);
    expect(counts.results + counts.refusals).toBe(CASES);
    // Both must be there in number: a generator that only fails, or never, shows nothing.
    expect(counts.results).toBeGreaterThan(CASES / 2);
    expect(counts.refusals).toBeGreaterThan(CASES / 20);
  });
});

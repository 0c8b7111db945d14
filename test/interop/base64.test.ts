/** `brine/base64` beside CPython 3.13's `base64`: the same calls, the same results, the same refusals in the same words. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Call, difference } from "../base64/calls.ts";
import { withoutNative } from "../base64/native.ts";
import { isCi, requirePython } from "./pythons.ts";

// 100,000 take about ten seconds.
const CASES = Number(process.env["BRINE_BASE64_CASES"] ?? (isCi() ? 100_000 : 20_000));

const python = requirePython("3.13");

describe.runIf(python !== undefined)("base64 beside CPython 3.13", () => {
  it.each([
    ["with what the runtime has", 1],
    ["by hand, as on older runtimes", 2],
  ])(`answers ${CASES} generated calls alike, %s`, async (_, seed) => {
    using _native = seed === 2 ? withoutNative() : undefined;
    const script = fileURLToPath(new URL("base64_cases.py", import.meta.url));
    const child = spawn(python?.path ?? "", [script, String(CASES), String(seed)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const differences: unknown[] = [];
    const counts = new Map<string, { results: number; refusals: number }>();
    for await (const line of createInterface({ input: child.stdout })) {
      const one = JSON.parse(line) as Call;
      const count = counts.get(one.name) ?? { results: 0, refusals: 0 };
      counts.set(one.name, count);
      if (one.error === undefined) count.results++;
      else count.refusals++;
      const found = await difference(one);
      if (found !== undefined && differences.length < 5) differences.push(JSON.stringify(found));
    }
    expect(differences).toEqual([]);
    expect(counts.size).toBe(22);
    // Both must be there in number: a generator that only fails, or never, shows nothing.
    for (const [name, { results, refusals }] of counts) {
      expect([name, results > CASES / 500]).toEqual([name, true]);
      if (/decode/.test(name)) expect([name, refusals > CASES / 1000]).toEqual([name, true]);
      else expect([name, refusals]).toEqual([name, 0]);
    }
  });
});

/** The audit against CPython's own C unpickler: no name that Python looks up is missing from a report, and none is called safe. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { audit } from "../../src/audit/index.ts";
import { ATTACKS } from "../audit/attacks.ts";
import { mutate } from "../fuzz/mutations.ts";
import { Random } from "../fuzz/random.ts";
import { projectPickles } from "../pickletools/pickles.ts";
import { encodeFrame } from "./frames.ts";
import { pythons } from "./pythons.ts";

const SCRIPT = join(import.meta.dirname, "audit_reference.py");
const DANGEROUS =
  /^(?:os\.(?!_make_stat_result$|stat_result$)|posix\.|subprocess\.|builtins\.(?:eval|exec|open|compile)$)/;

/** For each pickle the names that Python looks up: as written, and as Python 3 has them. */
function lookedUp(python: string, pickles: readonly Uint8Array[]): [string, string][][] {
  const { stdout, stderr, status } = spawnSync(python, [SCRIPT], {
    input: encodeFrame({}, pickles),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as [string, string][][];
}

const seeds = [...projectPickles(), ...ATTACKS.map(({ bytes }) => bytes)].filter(
  ({ length }) => length > 0 && length < 2000,
);
const damaged = Array.from({ length: 10_000 }, (_, index) => {
  const random = new Random(20_26, index);
  return mutate(random, random.pick(seeds), random.pick(seeds));
});

const found = pythons().filter(({ version }) => version === "3.8" || version === "3.13");

test.skipIf(found.length === 0).each(found)("sees what CPython $version imports", ({ path }) => {
  const pickles = [...seeds, ...damaged];
  const answers = lookedUp(path, pickles);
  const missing: unknown[] = [];
  let names = 0;
  for (const [index, imports] of answers.entries()) {
    if (imports.length === 0) continue;
    const bytes = pickles[index] as Uint8Array;
    const report = audit(bytes);
    const known = new Set(report.imports.map(({ name }) => name));
    for (const [written, now] of imports) {
      names++;
      // These Pythons lose bytes where a line reaches beyond its frame, and read other names than stand there.
      const isUneven = report.findings.some(({ rule }) => rule === "uneven-frames");
      const isSeen = known.has(written) || known.has(now) || isUneven;
      const isSafe = report.verdict === "safe" && DANGEROUS.test(now);
      if (!isSeen || isSafe)
        missing.push([Buffer.from(bytes).toString("hex"), written, [...known], report.verdict]);
    }
  }
  expect(names).toBeGreaterThan(4000);
  expect(missing).toEqual([]);
});

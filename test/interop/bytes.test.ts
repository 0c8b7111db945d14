/**
 * dumps(loads(x, { lossless: true }), protocol) is x, byte for byte, for what CPython's C pickler writes at protocols 0
 * to 5: 3.13 is the reference. Two things the bytes do not say, and there only the graph has to be the same:
 * - where equal strings are two objects: those pickles are compared with every reference to a string written out;
 * - where arguments of a call lead back to its result: see holds_recursive_reduction in run_roundtrip.py.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { graphCount, runPython } from "./python-run.ts";
import { requirePython } from "./pythons.ts";

/** What run_roundtrip.py prints. */
interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly name: string;
  readonly target: number;
  readonly detail: string;
}

/** A hand-made value whose bytes cannot be the same. */
interface Expected {
  readonly name: string;
  /** Regular expression; all protocols where it is absent. */
  readonly protocols?: string;
  readonly reason: string;
}

const expectations = JSON.parse(
  readFileSync(new URL("expected-bytes.json", import.meta.url), "utf8"),
) as readonly Expected[];

function matches({ name, protocols = "." }: Expected, failure: Failure): boolean {
  return failure.name === name && new RegExp(`^${protocols}$`).test(String(failure.target));
}

const python = requirePython("3.13");

for (const entry of ["whole", "pickle"]) {
  const what = entry === "whole" ? "the standard library's types known" : "the bare machine";

  test.skipIf(python === undefined)(`CPython 3.13's bytes come back, ${what}`, async () => {
    const graphs = graphCount(3000);
    const args = ["--handmade", "--bytes", "--count", graphs];
    const report = await runPython(python!, "run_roundtrip.py", args, { BRINE_ENTRY: entry });
    const { counts, failures } = report as Report;
    const unexpected = failures.filter((one) => !expectations.some((entry) => matches(entry, one)));
    expect(unexpected.map(({ name, target, detail }) => [name, target, detail])).toEqual([]);
    const stale = expectations.filter((entry) => !failures.some((one) => matches(entry, one)));
    expect(stale.map(({ name }) => `${name} is the same now`)).toEqual([]);
    for (let protocol = 0; protocol <= 5; protocol++) {
      const count = (result: string) => counts[`${protocol}>${protocol} ${result}`] ?? 0;
      expect(count("identical")).toBeGreaterThan(400 + 0.7 * Number(graphs));
      // protocol 4 spells the names of classes as strings, and those of C types are new strings every time
      expect(count("equal strings") / count("identical")).toBeLessThan(protocol < 4 ? 0.01 : 0.15);
      expect(count("recursive reduction") / count("identical")).toBeLessThan(0.02);
    }
  });
}

/**
 * CPython's own abstract pickle tests, of every Python here, with brine in the middle of every dumps and loads
 * (run.py). What cannot pass in principle stands in expected-failures.json, each with its reason.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runPython } from "../python-run.ts";
import { PYTHON_SERIES, requirePython } from "../pythons.ts";

/** What run.py prints. */
interface Report {
  readonly version: string;
  readonly run: number;
  readonly passed: number;
  readonly skipped: Readonly<Record<string, string>>;
  readonly failed: Readonly<Record<string, string>>;
}

interface ExpectedFailure {
  readonly pythons: readonly string[];
  /** "Class.test_name"; the class is one of run.py's. */
  readonly test: string;
  readonly reason: string;
}

const expectations = JSON.parse(
  readFileSync(new URL("expected-failures.json", import.meta.url), "utf8"),
) as readonly ExpectedFailure[];

// What each version has, so that a suite which imports nothing does not pass.
const LEAST_TESTS: Readonly<Record<string, number>> = {
  "2.7": 170,
  "3.6": 260,
  "3.7": 265,
  "3.8": 320,
  "3.9": 320,
  "3.10": 330,
  "3.11": 330,
  "3.12": 320,
  "3.13": 390,
};

for (const version of PYTHON_SERIES) {
  const python = requirePython(version);

  test.skipIf(python === undefined)(`CPython ${version}'s pickletester passes`, async () => {
    const report = (await runPython(python!, "pickletester/run.py", [])) as Report;
    const expected = expectations.filter(({ pythons }) => pythons.includes(version));
    const names = new Set(expected.map((entry) => entry.test));
    const unexpected = Object.entries(report.failed).filter(([name]) => !names.has(name));
    const lines = unexpected.map(([name, trace]) => `${name}: ${trace.trim().split("\n").at(-1)}`);
    expect(lines).toEqual([]);
    const stale = [...names].filter((name) => !(name in report.failed));
    expect(stale.map((name) => `${name} fails no longer`)).toEqual([]);
    expect(report.run).toBeGreaterThanOrEqual(LEAST_TESTS[version] ?? 0);
    const failed = Object.keys(report.failed).length;
    const skipped = Object.keys(report.skipped).length;
    process.stdout.write(
      `pickletester ${version}: ${report.run} run, ${report.passed} passed, ` +
        `${failed} failed as expected, ${skipped} skipped by CPython\n`,
    );
  });
}

/**
 * Python -> brine (lossless) -> Python, live, for every Python and every protocol it writes: hand-made values of every
 * kind and random object graphs, the same type for type, value for value and with the same sharing. Each pickle goes
 * back at its own protocol and at one other. What cannot hold in principle is listed in expected-differences.json.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { graphCount, runPython } from "./python-run.ts";
import { PYTHON_SERIES, requirePython } from "./pythons.ts";

/** Which brine: all of it, or the bare machine, where whatever is no builtin stays inert. */
type Entry = "whole" | "pickle";

/** What run_roundtrip.py prints. */
interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly name: string;
  readonly source: number;
  readonly target: number;
  readonly kind: string;
  readonly detail: string;
  readonly pickle: string | null;
  readonly out: string | null;
}

/** One difference that cannot be avoided; each field that is there must match. */
interface Expected {
  readonly id: string;
  readonly pythons: readonly string[];
  /** Only with the standard library's types known ("whole"), or only without ("pickle"). */
  readonly entry?: Entry;
  /** Regular expressions. */
  readonly kind: string;
  readonly name?: string;
  /** From and to which protocol, as "2>0". */
  readonly protocols?: string;
  readonly reason: string;
}

const expectations = JSON.parse(
  readFileSync(new URL("expected-differences.json", import.meta.url), "utf8"),
) as readonly Expected[];

function matches(expected: Expected, failure: Failure): boolean {
  const whole = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`).test(text);
  return (
    whole(expected.kind, failure.kind) &&
    whole(expected.name ?? ".*", failure.name) &&
    whole(expected.protocols ?? ".*", `${failure.source}>${failure.target}`)
  );
}

/** The first failures of each kind, for a reader. */
function summary(failures: readonly Failure[]): string[] {
  const seen = new Map<string, number>();
  const lines: string[] = [];
  for (const { name, source, target, kind, detail, pickle } of failures) {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count <= 3) lines.push(`${kind} (${name}, ${source}>${target}): ${detail} ${pickle ?? ""}`);
  }
  for (const [kind, count] of seen) lines.push(`${count} x ${kind}`);
  return lines;
}

/** The counts of one kind over all protocols. */
function total(report: Report, what: string): number {
  let sum = 0;
  for (const [key, count] of Object.entries(report.counts))
    if (key.endsWith(` ${what}`)) sum += count;
  return sum;
}

for (const version of PYTHON_SERIES) {
  const python = requirePython(version);

  test.skipIf(python === undefined)(`CPython ${version} tells graphs apart`, async () => {
    const { checked, wrong } = (await runPython(python!, "check_same.py", [])) as {
      readonly checked: number;
      readonly wrong: readonly string[];
    };
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(400);
  });

  test.skipIf(python === undefined)(`CPython ${version} reads back what it wrote`, async () => {
    const graphs = Number(graphCount(1500));
    // two processes for each Python, with other graphs: the machine of these suites has two cores
    const entries: readonly Entry[] = ["whole", "pickle"];
    const reports = await Promise.all(
      entries.map(async (entry, index) => {
        const seeds = ["--first", String(index * graphs), "--count", String(graphs)];
        const environment = { BRINE_ENTRY: entry };
        const args = ["--handmade", ...seeds];
        return (await runPython(python!, "run_roundtrip.py", args, environment)) as Report;
      }),
    );
    for (const [index, entry] of entries.entries()) judge(version, entry, graphs, reports[index]!);
  });
}

function judge(version: string, entry: Entry, graphs: number, report: Report): void {
  const expected = expectations.filter(
    (one) => one.pythons.includes(version) && (one.entry ?? entry) === entry,
  );
  const unexpected = report.failures.filter(
    (failure) => !expected.some((one) => matches(one, failure)),
  );
  expect(summary(unexpected), entry).toEqual([]);
  const stale = expected.filter((one) => !report.failures.some((failure) => matches(one, failure)));
  expect(stale.map(({ id }) => `${id} differs no longer`)).toEqual([]);
  // a run that compares little proves little: most of what was made has to have been compared
  expect(total(report, "same")).toBeGreaterThan(9 * total(report, "python cannot"));
  const highest = version === "2.7" ? 2 : version === "3.6" || version === "3.7" ? 4 : 5;
  for (let protocol = 0; protocol <= highest; protocol++) {
    expect(report.counts[`${protocol}>${protocol} same`]).toBeGreaterThan(400 + 0.7 * graphs);
  }
}

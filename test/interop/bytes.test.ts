/**
 * dumps(loads(x, { lossless: true }), protocol) is x, byte for byte, for what CPython's C pickler writes at protocols 0
 * to 5: 3.13 is the reference. Where equal strings are two objects, the only thing that may differ is which of them are
 * written as references; those are compared with every such reference written out.
 */
import { expect, test } from "vitest";
import { graphCount, runPython } from "./python-run.ts";
import { requirePython } from "./pythons.ts";

interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly {
    readonly name: string;
    readonly target: number;
    readonly detail: string;
  }[];
}

const python = requirePython("3.13");

test.skipIf(python === undefined)("CPython 3.13's bytes come back", async () => {
  const args = ["--handmade", "--bytes", "--count", graphCount(5000)];
  const { counts, failures } = (await runPython(python!, "run_roundtrip.py", args)) as Report;
  expect(failures.slice(0, 10).map(({ name, target, detail }) => [name, target, detail])).toEqual(
    [],
  );
  expect(failures.length).toBe(0);
  for (let protocol = 0; protocol <= 5; protocol++) {
    const count = (what: string) => counts[`${protocol}>${protocol} ${what}`] ?? 0;
    expect(count("identical")).toBeGreaterThan(2000);
    expect(count("undecidable") * 20).toBeLessThan(count("identical"));
  }
});

/** `brine audit --python`: the program that a pickle amounts to makes the calls that Python's unpickler makes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { audit } from "../../src/audit/index.ts";
import { runPython } from "./python-run.ts";
import { type Python, requirePython } from "./pythons.ts";

const COUNT = 3000;
const folder = mkdtempSync(join(tmpdir(), "brine-program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = requirePython("3.13");

describe.runIf(python !== undefined)("the pickle as a program", () => {
  it("makes the same calls with the same arguments in the same order", async () => {
    const path = join(folder, "pickles.json");
    await runPython(python as Python, "audit_program.py", ["make", path, String(COUNT)]);
    const pickles = JSON.parse(readFileSync(path, "utf8")) as string[];
    const pairs = pickles.map((data) => {
      const { events } = audit(Uint8Array.from(Buffer.from(data, "base64")), {
        events: true,
        limits: { eventCharacters: Number.POSITIVE_INFINITY },
      });
      return [data, events.map(({ code }) => code).join("\n")];
    });
    writeFileSync(path, JSON.stringify(pairs));
    const [count, calls, different, examples] = (await runPython(
      python as Python,
      "audit_program.py",
      ["compare", path],
    )) as [number, number, number, unknown];
    expect(examples).toEqual([]);
    expect([count, different]).toEqual([COUNT, 0]);
    expect(calls).toBeGreaterThan(2 * COUNT);
  }, 300_000);
});

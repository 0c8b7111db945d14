/** Every file that was once called safe in the Python where it does something: that it does. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UNSEEN, type Unseen } from "../audit/unseen.ts";
import { runPython } from "./python-run.ts";
import { isCi, type Python, pythons, REPOSITORY } from "./pythons.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-unseen-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLACES = [...new Set(UNSEEN.map(({ where }) => where))];

function pythonAt(where: Unseen["where"]): Python | undefined {
  const series = pythons().find(({ version }) => version === where);
  if (series !== undefined) return series;
  const path = join(REPOSITORY, `.venv-${where}`, "bin", "python");
  return existsSync(path) ? { version: where, release: "", path } : undefined;
}

describe("files that were called safe", () => {
  const outcomes = new Map<Unseen, readonly string[]>();

  beforeAll(async () => {
    await Promise.all(
      PLACES.map(async (where) => {
        const python = pythonAt(where);
        if (python === undefined) return;
        const attacks = UNSEEN.filter((attack) => attack.where === where);
        const cases = attacks.map(({ bytes, loader, watch }, index) => {
          const path = join(folder, `${where}-${index}`);
          writeFileSync(path, bytes);
          return { path, loader, watch };
        });
        const list = join(folder, `${where}.json`);
        writeFileSync(list, JSON.stringify(cases));
        const found = (await runPython(python, "unseen_peer.py", [list])) as string[][];
        for (const [index, attack] of attacks.entries()) outcomes.set(attack, found[index] ?? []);
      }),
    );
  }, 600_000);

  it("has the Pythons that it needs", () => {
    const missing = PLACES.filter((where) => pythonAt(where) === undefined);
    if (missing.length > 0 && !isCi())
      process.stderr.write(`\nSKIPPED: ${missing.join()} missing; some files are NOT tried\n`);
    else expect(missing).toEqual([]);
  });

  it("each does in Python what it is here for", () => {
    const idle = [...outcomes]
      .filter(([{ effect }, found]) => !found.includes(effect))
      .map(([{ name, effect }, found]) => [name, effect, ...found]);
    expect(idle).toEqual([]);
    process.stdout.write(`${outcomes.size} files that were called safe do something in Python\n`);
  });
});

/**
 * pandas as it is, of every environment: what each pickle is read as equals what pandas says, and goes back unchanged.
 * The samples and pandas' answers are made by pandas_samples.py.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { dumps, Instance, loads } from "../../src/index.ts";
import { answer, now } from "../pandas/answers.ts";
import { type Environment, environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function written(environment: Environment): Promise<[string, Record<string, unknown>]> {
  const folder = mkdtempSync(join(tmpdir(), "brine-pandas-"));
  folders.push(folder);
  const said = await runPython(environment, "pandas_samples.py", ["write", folder]);
  return [folder, said as Record<string, unknown>];
}

for (const environment of environments(["pandas"])) {
  const { name, libraries, version } = environment;
  describe(`pandas ${libraries["pandas"]} (.venv-${name})`, () => {
    it("is read as it reads itself, and goes back unchanged", async () => {
      const [folder, said] = await written(environment);
      const files = readdirSync(folder).filter((file) => file.endsWith(".pkl"));
      expect(files.length).toBeGreaterThan(150);
      // The pickles of Python 2 hold raw bytes in str, as numpy's documentation has it.
      const encoding = version === "2.7" ? "latin1" : "ASCII";
      const differing: Record<string, unknown> = {};
      for (const file of files) {
        const [sample = "", protocol] = file.split(".");
        const bytes = readFileSync(join(folder, file));
        for (const lossless of [false, true]) {
          const value = loads(bytes, { lossless, encoding });
          expect(value).toBeInstanceOf(Instance);
          const [seen, wanted] = [now(answer(value)), now(said[`${sample}.${protocol}`])];
          if (!isDeepStrictEqual(seen, wanted)) differing[`${file} ${lossless}`] = [seen, wanted];
        }
        // A str of Python 2 is text to those who read it; it goes back as what it was only where it stayed bytes.
        const kept = loads(bytes, {
          lossless: true,
          encoding: version === "2.7" ? "bytes" : encoding,
        });
        const back = dumps(kept, Number(protocol));
        writeFileSync(join(folder, `${sample}.${protocol}.back.pkl`), back);
      }
      expect(differing).toEqual({});
      const judged = await runPython(environment, "pandas_samples.py", ["check", folder]);
      expect(judged).toEqual({ checked: files.length, failures: {} });
    });
  });
}

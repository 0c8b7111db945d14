/** Where the optional package is not installed: the error names it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { type DataFrame, loads } from "../../src/index.ts";

vi.mock("apache-arrow", () => {
  throw new Error("Cannot find package 'apache-arrow'");
});

it("toArrow without the package says what to install", async () => {
  const plants = join(import.meta.dirname, "..", "..", "examples", "data", "plants.pkl");
  const refused = loads<DataFrame>(readFileSync(plants)).toArrow();
  await expect(refused).rejects.toMatchObject({ name: "PandasError", code: "missing-package" });
  await expect(refused).rejects.toThrow(/npm install apache-arrow/);
});

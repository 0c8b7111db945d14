/** The example of functions that travel, with Python's dill over the same folder. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleFolders } from "./built.ts";
import { requirePython } from "./pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const python = requirePython({ modules: ["dill"] });
const folder = exampleFolders("dill")();

function run(file: string, ...args: string[]): string {
  const command = file.endsWith(".py") ? (python?.path ?? "") : process.execPath;
  const path = join(ROOT, "examples", "dill", file);
  const { status, stdout, stderr } = spawnSync(command, [path, folder, ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

describe.runIf(python !== undefined)("functions, closures and a pool", () => {
  it("travel on both sides, and Python's go there and back", () => {
    const theirs = "pickle refuses a lambda\npool 15 25 35\n";
    expect(run("functions.py")).toBe(theirs);
    expect(run("functions.ts")).toBe(
      "worker 53.50\npool 119.00 238.00 357.00\n" +
        "triple: <lambda>(x)\nadd: add(x)\nmean: mean_of_squares(numbers)\n" +
        "computed 21 15 4.666666666666667\n",
    );
    expect(run("functions.py")).toBe(`${theirs}back 21 15 4.666666666666667\n`);
  });

  it("are refused where the signature is not right", () => {
    const file = join(folder, "closure.pkl");
    const bytes = readFileSync(file);
    bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(() => run("functions.ts", "worker")).toThrow("SignatureError");
  });
});

/** `brine show` of functions: Python's by signature and instructions, JavaScript's by their source. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dumps, loads, pycodeTypes, recordTypes } from "../../src/dill/index.ts";
import { dumps as dumpsPlain, Global, Instance, Tuple } from "../../src/index.ts";
import { showJson, showLines } from "../../src/show/index.ts";
import { VECTORS } from "../pycode/vectors.ts";
import { brine } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-show-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const types = [...pycodeTypes, ...recordTypes];
const shown = (bytes: Uint8Array, options = {}): string[] => [
  ...showLines(loads(bytes, { lossless: true }), { types, ...options }),
];

describe("functions", () => {
  it("of Python: signature, place, doc, instructions, what they captured", () => {
    const adder = join(import.meta.dirname, "..", "..", "examples", "data", "adder.pkl");
    const { stdout, status } = brine(["show", adder]);
    expect(status).toBe(0);
    expect(stdout).toContain(`python function make_adder.<locals>.add(x, step=1)
  make-data.py:59, Python 3.13
  """Adds."""
                 0 COPY_FREE_VARS               1
      59         2 RESUME                       0
      61         4 LOAD_FAST                    0 (x)
`);
    expect(stdout).toContain("\n  captured n: 5\n  default: 1\n");
  });

  it("of JavaScript: the source, what they captured", () => {
    const limit = 3;
    const below: (x: number) => boolean = (x) => x < limit;
    class Box {
      size = 1;
    }
    const lines = shown(dumps([below, Box, new Box()]));
    expect(lines.slice(0, 4)).toEqual([
      "list of 3",
      "  javascript function below",
      "    (x) => x < limit",
      "    captured limit: 3",
    ]);
    expect(lines.some((line) => /javascript class Box/.test(line))).toBe(true);
  });

  it("are cut where they are long", () => {
    const long = new Function(
      Array.from({ length: 50 }, (_, at) => `let v${at} = ${at};`).join("\n"),
    );
    const lines = shown(dumps(long), { items: 5 });
    expect(lines.length).toBe(7);
    expect(lines.at(-1)).toMatch(/… \d+ more lines/);
  });

  it("of every kind that Python's dill and cloudpickle write, without an error", () => {
    let functions = 0;
    for (const { values } of VECTORS) {
      for (const { pickles } of Object.values(values)) {
        for (const pickle of Object.values(pickles)) {
          const lines = shown(Buffer.from(pickle, "base64"));
          expect(lines.length).toBeGreaterThan(0);
          if (lines.some((line) => line.includes("python function"))) functions++;
        }
      }
    }
    expect(functions).toBeGreaterThan(50);
  });

  it("say what cannot be read, and print no control characters", () => {
    const code = new Instance("call", new Global("dill._dill", "_create_code"), [
      ...[new Uint8Array(2), 1, 0, 0, 1, 1, 3, Uint8Array.of(255, 255, 255, 255), Tuple.of(null)],
      ...[new Tuple(), Tuple.of("x\u001b[31m"), "f\u0007.py", "f", "f", 1],
      ...[Uint8Array.of(200), new Uint8Array(), new Tuple(), new Tuple()],
    ]);
    const fn = new Instance("call", new Global("dill._dill", "_create_function"), [
      code,
      {},
      "f\u001b[2J",
      null,
      null,
    ]);
    const text = shown(dumpsPlain(fn)).join("\n");
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).toMatch(/python (function|code)/);
  });

  it("as JSON: name, signature, source", () => {
    const file = join(folder, "f.pkl");
    writeFileSync(
      file,
      dumps(() => 1),
    );
    const { stdout } = brine(["show", "--json", file]);
    expect(stdout).toContain('"source":"() => 1"');
    expect([...showJson(1, { types })].length).toBeGreaterThan(0);
  });
});

/** Instructions against what Python's own `dis` said of the same functions. */
import { expect, it } from "vitest";
import { loads } from "../../src/index.ts";
import {
  disassemble,
  disassembleText,
  exceptionTable,
  type PyFunction,
  pycodeTypes,
} from "../../src/pycode/index.ts";
import { type Facts, VECTORS } from "./vectors.ts";

const open = (pickle: string): PyFunction =>
  loads(Buffer.from(pickle, "base64"), { types: [pycodeTypes] }) as PyFunction;

for (const { python, dill, cloudpickle, values } of VECTORS) {
  it(`Python ${python}, dill ${dill}, cloudpickle ${cloudpickle}: as dis.get_instructions`, () => {
    for (const [name, { instructions, pickles }] of Object.entries(values)) {
      if (instructions === undefined) continue;
      for (const [way, pickle] of Object.entries(pickles)) {
        const got = disassemble(open(pickle), { python: python as "3.13" }).map((one) => [
          one.offset,
          one.name,
          one.arg ?? null,
          // cloudpickle leaves the name of the file out.
          one.argrepr.replace("<dynamic-code>", "generate.py"),
          one.startsLine ?? null,
          one.isJumpTarget,
        ]);
        expect(got, `${name} ${way}`).toEqual(instructions);
      }
    }
  });
}

it("prints code, its exception table and the code inside", () => {
  const halves = open(VECTORS[5]?.values["halves"]?.pickles["dill"] as string);
  const text = disassembleText(halves);
  expect(text).toMatch(/^ +\d+ +0 RESUME +0$/m);
  expect(text).toMatch(/^ +>> +\d+ +FOR_ITER +\d+ \(to L\d+\)$/m);
  expect(text).toContain("ExceptionTable:");
  expect(text).toContain('Disassembly of <code object <genexpr>, file "generate.py", line ');
  expect(exceptionTable(halves).length).toBeGreaterThan(0);
  const { line, pickles } = VECTORS[0]?.values["triple"] as Facts;
  expect(disassembleText(open(pickles["dill"] as string))).toBe(
    [
      `   ${line}         0 LOAD_FAST                    0 (x)`,
      "               2 LOAD_CONST                   1 (3)",
      "               4 BINARY_MULTIPLY",
      "               6 RETURN_VALUE",
    ].join("\n"),
  );
});

it("tells the Python by the bytecode", () => {
  for (const { python, values } of VECTORS) {
    const halves = open(values["halves"]?.pickles["dill"] as string);
    expect(halves.code.pythons[0]).toBe(python === "3.8" ? "3.8" : python);
  }
});

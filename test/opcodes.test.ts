/** The table of opcodes against the machine's loop, in both directions: names, bytes and sizes of arguments. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FIXED_ARGUMENT } from "../src/core/machine/arguments.ts";
import { ARGUMENTS, OPCODES } from "../src/core/opcodes/index.ts";

const room = join(import.meta.dirname, "..", "src", "core", "machine");
const loop = readFileSync(join(room, "machine.ts"), "utf8");
const source = loop + readFileSync(join(room, "operands.ts"), "utf8");

// `case 0x4b: // BININT1`, or the name alone on the next line.
function cases(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const match of text.matchAll(/case 0x([0-9a-f]{2}):(?: \{)?\s*\/\/ ([A-Z][A-Z0-9_]+)\b/g)) {
    found.set(Number.parseInt(match[1] as string, 16), match[2] as string);
  }
  return found;
}

test("there are 68 opcodes, each name and byte once", () => {
  expect(OPCODES.length).toBe(68);
  expect(new Set(OPCODES.map(({ name }) => name)).size).toBe(68);
  expect(new Set(OPCODES.map(({ code }) => code)).size).toBe(68);
});

test("every opcode of the table has its case in the machine, and every case its row", () => {
  const found = cases(source);
  const table = new Map(OPCODES.map(({ code, name }) => [code, name]));
  // These bytes are keys in a look-ahead as well as opcodes of the loop; the name beside them is the same.
  expect([...found].sort()).toEqual([...table].sort());
});

test("the machine knows the size of every argument that is there in full or as a count", () => {
  const wanted = new Uint8Array(256);
  for (const { code, argument } of OPCODES) {
    const shape = ARGUMENTS[argument];
    if (shape.kind === "fixed") wanted[code] = shape.bytes;
    if (shape.kind === "counted") wanted[code] = shape.width;
  }
  expect(FIXED_ARGUMENT).toEqual(wanted);
});

/**
 * Code fields in, the Pythons that may have compiled them out.
 *
 * Neither dill nor cloudpickle says which Python wrote a function, and both hand its bytecode to whichever loads it. The
 * number of fields tells 3.8 to 3.10 from 3.11 to 3.13; within those the bytecode tells:
 *
 * - 3.10 has a line table that covers the whole bytecode; the `co_lnotab` before it ends, as a rule, at the last line's
 *   first instruction. dill says which of the two it is by a further argument.
 * - 3.8 and 3.9 differ in opcodes that only one of them has. What has none of those means the same to both.
 * - From 3.11 on every function has RESUME (151, in 3.13 149), and instructions are followed by caches, which a pickle
 *   holds as zeros: only in the right Python's layout do all caches fall on zeros and no zero on an instruction.
 */

import type { CodeFields, CodeLayout } from "./code.ts";
import { jumpTarget, opcodesOf, unitsOf } from "./opcodes.ts";
import { PYTHON_VERSIONS, type PythonVersion } from "./version-names.ts";

export type { PythonVersion } from "./version-names.ts";

/** The Pythons that may have compiled this, newest first; `nested` are those of the functions inside it. */
export function candidatesOf(
  fields: CodeFields,
  layout: CodeLayout,
  nested: readonly (readonly PythonVersion[])[],
): readonly PythonVersion[] {
  let found = byLayout(fields, layout).filter((version) => isPlausible(fields, version));
  for (const inner of nested) {
    const both = found.filter((version) => inner.includes(version));
    if (both.length > 0) found = both;
  }
  if (found.length > 1 && found.includes("3.8")) found = olderPair(fields, found);
  if (found.length > 1 && found.includes("3.11")) found = newerPair(fields, found);
  return found;
}

function byLayout(fields: CodeFields, layout: CodeLayout): readonly PythonVersion[] {
  switch (layout) {
    case "3.7":
      return [];
    case "3.10":
      return ["3.10"];
    case "3.11-3.13":
      return PYTHON_VERSIONS.slice(0, 3);
    case "3.8-3.10":
      return coversAll(fields) ? PYTHON_VERSIONS.slice(3) : ["3.9", "3.8"];
    case "3.8-3.9":
      return ["3.9", "3.8"];
  }
}

// Pairs of bytes, the first of each how many bytes of code it is about.
function coversAll({ linetable, bytecode }: CodeFields): boolean {
  let covered = 0;
  for (let index = 0; index < linetable.length; index += 2) covered += linetable[index] as number;
  return covered === bytecode.length;
}

/** Whether every byte is an opcode of that Python, every cache zero, and every jump leads to an instruction. */
function isPlausible({ bytecode }: CodeFields, version: PythonVersion): boolean {
  const table = opcodesOf(version);
  const { units, broken } = unitsOf(bytecode, table);
  if (broken !== undefined || units.length === 0) return false;
  const starts = new Set<number>();
  let resumes = false;
  for (const { offset, opcode, arg } of units) {
    starts.add(offset);
    resumes ||= opcode.name === "RESUME";
    if (opcode.name === "CACHE" || opcode.name === "RESERVED") return false;
    if (arg === undefined && isNew(version) && bytecode[offset + 1] !== 0) return false;
    for (let at = 1; at <= 2 * opcode.caches; at++) {
      if (bytecode[offset + 1 + at] !== 0) return false;
    }
  }
  if (isNew(version) && !resumes) return false;
  return units.every((unit) => {
    const target = jumpTarget(unit, version);
    return target === undefined || starts.has(target) || unit.opcode.name === "SETUP_ANNOTATIONS";
  });
}

function isNew(version: PythonVersion): boolean {
  return version === "3.11" || version === "3.12" || version === "3.13";
}

// Opcodes whose numbers both have for different things come, in 3.8, with one that 3.9 lacks: what passed both is 3.9
// where it has such a number, and else the same to both.
function olderPair({ bytecode }: CodeFields, found: readonly PythonVersion[]): PythonVersion[] {
  const shared = new Set([82, 162, 163]);
  const { units } = unitsOf(bytecode, opcodesOf("3.9"));
  const isNewer = units.some(({ opcode }) => shared.has(opcode.number));
  return found.filter((version) => version !== "3.8" || !isNewer);
}

// What 3.11 and 3.12 would both read: 3.12 has RETURN_CONST for a constant, and calls without PRECALL.
function newerPair({ bytecode }: CodeFields, found: readonly PythonVersion[]): PythonVersion[] {
  const { units } = unitsOf(bytecode, opcodesOf("3.11"));
  const targets = new Set(units.map((unit) => jumpTarget(unit, "3.11")));
  // 3.12 keeps the two apart where a jump leads between them: `a or 5`.
  const returnsConstant = units.some(
    ({ opcode, offset }, index) =>
      opcode.name === "RETURN_VALUE" &&
      units[index - 1]?.opcode.name === "LOAD_CONST" &&
      !targets.has(offset),
  );
  const calls = units.some(({ opcode }) => opcode.name === "CALL");
  const precalls = units.some(({ opcode }) => opcode.name === "PRECALL");
  if (returnsConstant || precalls) return found.filter((version) => version === "3.11");
  return found.filter((version) => version !== "3.11" || !calls);
}

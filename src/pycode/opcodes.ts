/** The packed table of one Python's opcodes in, a row for each byte out; and bytecode to its units. */

import { PACKED } from "./opcode-table.ts";
import type { PythonVersion } from "./version-names.ts";

/** What an argument stands for: a constant, a name, a local, a cell, a jump (relative, absolute), a comparison. */
export type ArgumentKind = "" | "c" | "n" | "l" | "f" | "r" | "a" | "o";

export interface Opcode {
  readonly number: number;
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly hasArgument: boolean;
  /** 16-bit words behind it that the interpreter keeps for itself. */
  readonly caches: number;
}

export interface OpcodeTable {
  readonly version: PythonVersion;
  /** By number; undefined where this Python has none. */
  readonly rows: readonly (Opcode | undefined)[];
  readonly extendedArg: number;
  readonly compare: readonly string[];
  readonly binary: readonly string[];
  readonly intrinsics1: readonly string[];
  readonly intrinsics2: readonly string[];
}

const tables = new Map<PythonVersion, OpcodeTable>();

/** The opcodes of one Python. */
export function opcodesOf(version: PythonVersion): OpcodeTable {
  let table = tables.get(version);
  if (table === undefined) {
    table = unpack(version);
    tables.set(version, table);
  }
  return table;
}

function unpack(version: PythonVersion): OpcodeTable {
  const packed = PACKED[version];
  if (packed === undefined) throw new RangeError(`there are no opcodes of Python ${version}`);
  const rows: (Opcode | undefined)[] = new Array(256).fill(undefined);
  let extendedArg = -1;
  for (const text of packed.rows.split(" ")) {
    const [, number, name = "", kind = "", mark, caches] =
      /^(\d+)([A-Z_]+(?:_\d(?=!))?)(?::(\w))?(!?)(\d*)$/.exec(text) ?? [];
    const row: Opcode = {
      number: Number(number),
      name,
      kind: kind as ArgumentKind,
      hasArgument: mark === "!",
      caches: Number(caches || 0),
    };
    rows[row.number] = row;
    if (name === "EXTENDED_ARG") extendedArg = row.number;
  }
  const list = (names: string): readonly string[] => (names === "" ? [] : names.split(","));
  return {
    version,
    rows,
    extendedArg,
    compare: list(packed.compare),
    binary: list(packed.binary),
    intrinsics1: list(packed.intrinsics1),
    intrinsics2: list(packed.intrinsics2),
  };
}

/** One instruction as it stands in the bytecode. */
export interface Unit {
  readonly offset: number;
  readonly opcode: Opcode;
  /** With what EXTENDED_ARG before it added; undefined where the opcode takes none. */
  readonly arg: number | undefined;
}

/**
 * The instructions of bytecode, EXTENDED_ARG among them, caches left out. Ends early with `broken` set where a byte is no
 * opcode of this Python.
 */
export function unitsOf(
  bytecode: Uint8Array,
  table: OpcodeTable,
): { readonly units: Unit[]; readonly broken: number | undefined } {
  const units: Unit[] = [];
  let extended = 0;
  for (let offset = 0; offset < bytecode.length; ) {
    const opcode = table.rows[bytecode[offset] as number];
    if (opcode === undefined || offset + 1 >= bytecode.length) return { units, broken: offset };
    let arg: number | undefined;
    // Whether an opcode takes an argument or not decides about what EXTENDED_ARG gathered, as in CPython's dis.
    if (opcode.hasArgument) {
      arg = ((bytecode[offset + 1] as number) | extended) >>> 0;
      extended = opcode.number === table.extendedArg ? arg << 8 : 0;
    } else {
      extended = 0;
    }
    units.push({ offset, opcode, arg });
    offset += 2 + 2 * opcode.caches;
  }
  return { units, broken: undefined };
}

/** Where a jump leads, in bytes; undefined for what is no jump. */
export function jumpTarget(
  { offset, opcode, arg }: Unit,
  version: PythonVersion,
): number | undefined {
  if (arg === undefined) return undefined;
  const size = version === "3.8" || version === "3.9" ? 1 : 2;
  if (opcode.kind === "a") return arg * size;
  if (opcode.kind !== "r") return undefined;
  const isBackward = opcode.name.includes("BACKWARD");
  // 3.11 counts from behind the instruction, not from behind its caches: none of its jumps has any.
  return offset + 2 + 2 * opcode.caches + (isBackward ? -arg : arg) * size;
}

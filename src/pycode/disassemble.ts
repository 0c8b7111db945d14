/**
 * A code object in, its instructions with what their arguments mean out: what `dis.get_instructions` of the Python that
 * compiled it gives.
 *
 * Source: CPython 3.8 to 3.13 `Lib/dis.py`.
 */

import { Budget } from "./budget.ts";
import { type CodeFields, PyCode } from "./code.ts";
import { constantText } from "./constant-text.ts";
import { badCode, PyCodeError } from "./error.ts";
import { PyFunction } from "./function.ts";
import { handlersOf, type Position, type Span, spansOf } from "./lines.ts";
import { jumpTarget, type OpcodeTable, opcodesOf, type Unit, unitsOf } from "./opcodes.ts";
import { PYTHON_VERSIONS, type PythonVersion } from "./version-names.ts";

/** One instruction. */
export interface Instruction {
  /** Where it stands in the bytecode. */
  readonly offset: number;
  readonly opcode: number;
  /** Python's name: "LOAD_FAST". */
  readonly name: string;
  /** Its argument, with EXTENDED_ARG before it taken in; undefined where it takes none. */
  readonly arg: number | undefined;
  /** What the argument means, as Python writes it: a name, a constant's repr, "to 24". */
  readonly argrepr: string;
  /** The constant, where it loads one. */
  readonly constant?: unknown;
  /** Where it jumps to, in bytes. */
  readonly jumpTarget?: number;
  /** Whether another instruction, or before 3.13 the exception table, leads here. */
  readonly isJumpTarget: boolean;
  /** The line that begins here, as `dis` puts it in front; undefined where none does. */
  readonly startsLine: number | undefined;
  /** Line, and from 3.11 on columns, of the source it comes from. */
  readonly position: Position;
}

/** How code is disassembled. */
export interface DisassembleOptions {
  /** The Python that compiled it, where the bytecode leaves that open. */
  readonly python?: PythonVersion;
}

const NOWHERE: Position = {
  line: undefined,
  endLine: undefined,
  column: undefined,
  endColumn: undefined,
};

/** The code of a record, and the Python whose bytecode it is taken for. */
function codeAndVersion(
  record: PyFunction | PyCode,
  options: DisassembleOptions,
): { readonly code: PyCode; readonly fields: CodeFields; readonly version: PythonVersion } {
  const code = record instanceof PyFunction ? record.code : record;
  if (!(code instanceof PyCode)) throw new TypeError("code must be a PyFunction or a PyCode");
  const { fields } = code;
  if (fields === undefined) throw badCode("there is no code");
  const version = options.python ?? code.pythons[0];
  if (version === undefined || !PYTHON_VERSIONS.includes(version)) {
    throw new PyCodeError(
      "unknown-version",
      "the bytecode is of no Python that is known here (3.8 to 3.13)",
    );
  }
  return { code, fields, version };
}

/**
 * The instructions of a function, equal to what `dis.get_instructions` gives in the Python that compiled it; caches are
 * left out, and a code object's repr has no address.
 *
 * @throws PyCodeError `bad-code`, `unknown-version`
 */
export function disassemble(
  record: PyFunction | PyCode,
  options: DisassembleOptions = {},
): readonly Instruction[] {
  const { fields, version } = codeAndVersion(record, options);
  const table = opcodesOf(version);
  const { units, broken } = unitsOf(fields.bytecode, table);
  if (broken !== undefined) throw badCode(`byte ${broken} is no instruction of Python ${version}`);
  const targets = new Set<number>();
  for (const unit of units) {
    const target = jumpTarget(unit, version);
    if (target !== undefined) targets.add(target);
  }
  const labels = labelsOf(fields, targets, version);
  const starts = lineStarts(fields, version);
  const spans = spansOf(fields, version);
  const argument = new ArgumentReader(fields, table, labels);
  let span = 0;
  return units.map((unit): Instruction => {
    const { offset, opcode, arg } = unit;
    while (span < spans.length && (spans[span] as Span).end <= offset) span++;
    const position = spans[span];
    const target = jumpTarget(unit, version);
    return {
      offset,
      opcode: opcode.number,
      name: opcode.name,
      arg,
      argrepr: arg === undefined ? "" : argument.text(unit),
      ...(opcode.kind === "c" && { constant: fields.consts[arg ?? -1] }),
      ...(target !== undefined && { jumpTarget: target }),
      isJumpTarget: labels.has(offset),
      startsLine: starts.get(offset),
      position: position === undefined ? NOWHERE : positionOf(position),
    };
  });
}

function positionOf({ line, endLine, column, endColumn }: Span): Position {
  return { line, endLine, column, endColumn };
}

// Numbers of the jump targets by offset; 3.13 writes "to L3".
function labelsOf(
  _fields: CodeFields,
  targets: ReadonlySet<number>,
  _version: PythonVersion,
): ReadonlyMap<number, number> {
  const sorted = [...targets].sort((a, b) => a - b);
  return new Map(sorted.map((offset, index) => [offset, index + 1]));
}

// Offsets where another line begins, as each Python's findlinestarts sees it.
function lineStarts(
  fields: CodeFields,
  version: PythonVersion,
): ReadonlyMap<number, number | undefined> {
  const starts = new Map<number, number | undefined>();
  let last: number | undefined | null = null;
  for (const { start, line } of spansOf(fields, version)) {
    if (line === last) continue;
    // Before 3.13 what has no line begins none.
    if (line === undefined && version !== "3.13") continue;
    last = line;
    starts.set(start, line);
  }
  return starts;
}

const CONVERSIONS = ["", "str", "repr", "ascii"];
const FUNCTION_FLAGS = ["defaults", "kwdefaults", "annotations", "closure"];

class ArgumentReader {
  readonly #fields: CodeFields;
  readonly #table: OpcodeTable;
  readonly #labels: ReadonlyMap<number, number>;
  readonly #isNew: boolean;
  readonly #cells: readonly string[];
  // Text of constants costs what running does.
  readonly #budget: Budget;

  constructor(fields: CodeFields, table: OpcodeTable, labels: ReadonlyMap<number, number>) {
    this.#fields = fields;
    this.#table = table;
    this.#labels = labels;
    this.#isNew = PYTHON_VERSIONS.indexOf(table.version) < 3;
    const { varnames, cellvars, freevars } = fields;
    this.#cells = this.#isNew
      ? [...varnames, ...cellvars.filter((name) => !varnames.includes(name)), ...freevars]
      : [...cellvars, ...freevars];
    this.#budget = new Budget({}, [table.version]);
  }

  text(unit: Unit): string {
    const { opcode } = unit;
    const arg = unit.arg as number;
    switch (opcode.kind) {
      case "c":
        // 3.11 looks constants up for LOAD_CONST alone.
        if (opcode.name === "KW_NAMES" && this.#table.version === "3.11") return "";
        if (arg >= this.#fields.consts.length) throw badCode(`there is no constant ${arg}`);
        return constantText(this.#fields.consts[arg], this.#budget);
      case "n":
        return this.#name(opcode.name, arg);
      case "r":
      case "a":
        return this.#jump(unit);
      case "o":
        return this.#compare(arg);
      case "f":
        return named(this.#cells, arg);
      case "l":
        return this.#local(opcode.name, arg);
      default:
        return this.#other(opcode.name, arg);
    }
  }

  #name(name: string, arg: number): string {
    const { names } = this.#fields;
    const { version } = this.#table;
    if (!this.#isNew) return named(names, arg);
    const isLater = version !== "3.11";
    if (name === "LOAD_GLOBAL") return this.#withNull(named(names, arg >> 1), arg, "NULL");
    if (name === "LOAD_ATTR" && isLater)
      return this.#withNull(named(names, arg >> 1), arg, "NULL|self");
    if (name === "LOAD_SUPER_ATTR") return this.#withNull(named(names, arg >> 2), arg, "NULL|self");
    return named(names, arg);
  }

  #withNull(name: string, arg: number, mark: string): string {
    if ((arg & 1) === 0) return name;
    return this.#table.version === "3.13" ? `${name} + ${mark}` : `${mark} + ${name}`;
  }

  #jump(unit: Unit): string {
    const target = jumpTarget(unit, this.#table.version) as number;
    // 3.8 and 3.9 say where only relative jumps lead.
    if (unit.opcode.kind === "a" && this.#table.version !== "3.10") return "";
    if (this.#table.version !== "3.13") return `to ${target}`;
    return `to L${this.#labels.get(target)}`;
  }

  #compare(arg: number): string {
    const { version, compare } = this.#table;
    const shift = version === "3.13" ? 5 : version === "3.12" ? 4 : 0;
    const operator = compare[arg >> shift];
    if (operator === undefined) throw badCode(`there is no comparison ${arg}`);
    return version === "3.13" && (arg & 16) !== 0 ? `bool(${operator})` : operator;
  }

  #local(name: string, arg: number): string {
    const locals = this.#isNew ? this.#cells : this.#fields.varnames;
    if (/^(LOAD|STORE)_FAST_(LOAD|STORE)_FAST$/.test(name)) {
      return `${named(locals, arg >> 4)}, ${named(locals, arg & 15)}`;
    }
    return named(locals, arg);
  }

  #other(name: string, arg: number): string {
    switch (name) {
      case "FORMAT_VALUE": {
        const conversion = CONVERSIONS[arg & 3] as string;
        if ((arg & 4) === 0) return conversion;
        return conversion === "" ? "with format" : `${conversion}, with format`;
      }
      case "CONVERT_VALUE":
        return CONVERSIONS[arg] ?? "";
      case "MAKE_FUNCTION":
      case "SET_FUNCTION_ATTRIBUTE":
        return FUNCTION_FLAGS.filter((_, index) => (arg & (1 << index)) !== 0).join(", ");
      case "BINARY_OP":
        return named(this.#table.binary, arg);
      case "CALL_INTRINSIC_1":
        return named(this.#table.intrinsics1, arg);
      case "CALL_INTRINSIC_2":
        return named(this.#table.intrinsics2, arg);
      default:
        return "";
    }
  }
}

function named(names: readonly string[], index: number): string {
  const name = names[index];
  if (name === undefined) throw badCode(`there is no name ${index}`);
  return name;
}

/** An entry of the exception table: exceptions from `start` to before `end` go to `target`. */
export interface ExceptionEntry {
  readonly start: number;
  readonly end: number;
  readonly target: number;
  readonly depth: number;
  readonly lasti: boolean;
}

/** The exception table of code of Python 3.11 and later; empty for others. */
export function exceptionTable(record: PyFunction | PyCode): readonly ExceptionEntry[] {
  const { fields } = codeAndVersion(record, {});
  return handlersOf(fields.exceptiontable);
}

/**
 * The instructions as text, one a line: the line of the source where it begins, `>>` where a jump leads, offset, name,
 * argument and its meaning; then the exception table, and the code of functions inside, as `dis.dis` prints them.
 */
export function disassembleText(
  record: PyFunction | PyCode,
  options: DisassembleOptions = {},
): string {
  const { code } = codeAndVersion(record, options);
  const parts: string[] = [];
  const pending: PyCode[] = [code];
  const seen = new Set<PyCode>();
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const { fields } = codeAndVersion(next, options);
    const heading = next === code ? "" : `\nDisassembly of ${codeText(fields)}:\n`;
    parts.push(heading + tableText(next, options));
    for (const value of fields.consts) if (value instanceof PyCode) pending.push(value);
  }
  return parts.join("\n");
}

function codeText({ name, filename, firstlineno }: CodeFields): string {
  return `<code object ${name}, file "${filename}", line ${firstlineno}>`;
}

function tableText(code: PyCode, options: DisassembleOptions): string {
  const instructions = disassemble(code, options);
  const lines = instructions.map((instruction, index) => {
    const { startsLine, isJumpTarget, offset, name, arg, argrepr } = instruction;
    const gap = startsLine !== undefined && index > 0 ? "\n" : "";
    const line = startsLine === undefined ? "" : String(startsLine);
    const meaning = argrepr === "" ? "" : ` (${argrepr})`;
    const text = `${line.padStart(6)} ${isJumpTarget ? ">>" : "  "} ${String(offset).padStart(6)} ${name.padEnd(26)}${
      arg === undefined ? "" : String(arg).padStart(4)
    }${meaning}`;
    return gap + text.trimEnd();
  });
  const handlers = exceptionTable(code).map(
    ({ start, end, target, depth, lasti }) =>
      `  ${start} to ${end - 2} -> ${target} [${depth}]${lasti ? " lasti" : ""}`,
  );
  return [...lines, ...(handlers.length > 0 ? ["ExceptionTable:", ...handlers] : [])].join("\n");
}

/**
 * A code object's bytecode in, one instruction set for all Pythons out: operands resolved, jumps as indices.
 *
 * What a Python has under another name, or with another order of the stack, becomes the same instruction; what is not
 * covered becomes a `refuse` that only running it raises, so that a function may hold what a call never reaches.
 *
 * Source: CPython 3.8 to 3.13 `Python/ceval.c`, `Python/bytecodes.c`, `Doc/library/dis.rst`.
 */

import type { CodeFields, PyCode } from "./code.ts";
import { badCode } from "./error.ts";
import { type Handler, handlersOf } from "./lines.ts";
import type { BinaryOperator } from "./numbers.ts";
import { jumpTarget, opcodesOf, type Unit, unitsOf } from "./opcodes.ts";
import type { PythonVersion } from "./version-names.ts";

/** What an instruction does. `arg` is a number of the meaning that the name gives it, `text` a name or an operator. */
export type Op =
  | "nop"
  | "refuse"
  | "pop"
  | "rotate"
  | "copy"
  | "copy2"
  | "swap"
  | "null"
  | "const"
  | "fast"
  | "fast-clear"
  | "store-fast"
  | "delete-fast"
  | "deref"
  | "store-deref"
  | "delete-deref"
  | "cell"
  | "make-cell"
  | "copy-free"
  | "global"
  | "store-global"
  | "binary"
  | "inplace"
  | "unary"
  | "not"
  | "to-bool"
  | "compare"
  | "is"
  | "contains"
  | "subscript"
  | "store-subscript"
  | "delete-subscript"
  | "slice"
  | "store-slice"
  | "build-tuple"
  | "build-list"
  | "build-set"
  | "build-map"
  | "build-const-map"
  | "build-string"
  | "build-slice"
  | "list-append"
  | "set-add"
  | "map-add"
  | "list-extend"
  | "set-update"
  | "dict-update"
  | "dict-merge"
  | "list-to-tuple"
  | "unpack-list"
  | "unpack-tuple"
  | "unpack-set"
  | "unpack-map"
  | "unpack-sequence"
  | "unpack-rest"
  | "jump"
  | "jump-if-false"
  | "jump-if-true"
  | "jump-if-false-or-pop"
  | "jump-if-true-or-pop"
  | "jump-if-none"
  | "jump-if-not-none"
  | "iter"
  | "for"
  | "attribute"
  | "method"
  | "call-old"
  | "call-kw-old"
  | "call-method-old"
  | "kw-names"
  | "call"
  | "call-kw"
  | "call-ex"
  | "return"
  | "return-const"
  | "generator"
  | "gen-start"
  | "yield"
  | "yield-from"
  | "send"
  | "end-send"
  | "cleanup-throw"
  | "make-function"
  | "function-attribute"
  | "format"
  | "convert"
  | "raise"
  | "assertion-error"
  | "setup-finally"
  | "pop-block"
  | "begin-finally"
  | "call-finally"
  | "end-finally"
  | "pop-finally"
  | "pop-except-old"
  | "reraise-old"
  | "jump-if-not-match"
  | "match-old"
  | "push-exc"
  | "pop-except"
  | "reraise"
  | "match-exc"
  | "stop-iteration-error"
  | "get-len"
  | "match-sequence"
  | "match-mapping";

export interface Step {
  readonly op: Op;
  readonly arg: number;
  readonly text: string;
  /** Index of the step that a jump leads to; -1 for others. */
  readonly target: number;
  /** Of the instruction in the bytecode, in bytes. */
  readonly offset: number;
}

/** Where an exception goes: indices of steps. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly target: number;
  readonly depth: number;
  readonly lasti: boolean;
}

export interface Program {
  readonly code: PyCode;
  readonly fields: CodeFields;
  readonly version: PythonVersion;
  readonly isNew: boolean;
  readonly steps: readonly Step[];
  readonly ranges: readonly Range[];
  /** Names of the slots: locals, then cells and free variables, as this Python counts them. */
  readonly slots: readonly string[];
  /** Slot of each cell variable, for Pythons that make cells when a function begins. */
  readonly firstFree: number;
}

const BINARY: Readonly<Record<string, BinaryOperator>> = {
  POWER: "**",
  MULTIPLY: "*",
  MODULO: "%",
  ADD: "+",
  SUBTRACT: "-",
  FLOOR_DIVIDE: "//",
  TRUE_DIVIDE: "/",
  LSHIFT: "<<",
  RSHIFT: ">>",
  AND: "&",
  XOR: "^",
  OR: "|",
  MATRIX_MULTIPLY: "@",
};

// Those that are the same in every Python, and mean what they say.
const SAME: Readonly<Record<string, Op>> = {
  NOP: "nop",
  RESUME: "nop",
  PRECALL: "nop",
  POP_TOP: "pop",
  DUP_TOP_TWO: "copy2",
  PUSH_NULL: "null",
  LOAD_CONST: "const",
  LOAD_FAST: "fast",
  LOAD_FAST_CHECK: "fast",
  LOAD_FAST_AND_CLEAR: "fast-clear",
  STORE_FAST: "store-fast",
  DELETE_FAST: "delete-fast",
  LOAD_DEREF: "deref",
  STORE_DEREF: "store-deref",
  DELETE_DEREF: "delete-deref",
  LOAD_CLOSURE: "cell",
  MAKE_CELL: "make-cell",
  COPY_FREE_VARS: "copy-free",
  STORE_GLOBAL: "store-global",
  UNARY_NOT: "not",
  TO_BOOL: "to-bool",
  IS_OP: "is",
  CONTAINS_OP: "contains",
  BINARY_SUBSCR: "subscript",
  STORE_SUBSCR: "store-subscript",
  DELETE_SUBSCR: "delete-subscript",
  BINARY_SLICE: "slice",
  STORE_SLICE: "store-slice",
  BUILD_TUPLE: "build-tuple",
  BUILD_LIST: "build-list",
  BUILD_SET: "build-set",
  BUILD_MAP: "build-map",
  BUILD_CONST_KEY_MAP: "build-const-map",
  BUILD_STRING: "build-string",
  BUILD_SLICE: "build-slice",
  LIST_APPEND: "list-append",
  SET_ADD: "set-add",
  MAP_ADD: "map-add",
  LIST_EXTEND: "list-extend",
  SET_UPDATE: "set-update",
  DICT_UPDATE: "dict-update",
  DICT_MERGE: "dict-merge",
  LIST_TO_TUPLE: "list-to-tuple",
  BUILD_LIST_UNPACK: "unpack-list",
  BUILD_TUPLE_UNPACK: "unpack-tuple",
  BUILD_TUPLE_UNPACK_WITH_CALL: "unpack-tuple",
  BUILD_SET_UNPACK: "unpack-set",
  BUILD_MAP_UNPACK: "unpack-map",
  UNPACK_SEQUENCE: "unpack-sequence",
  UNPACK_EX: "unpack-rest",
  JUMP_FORWARD: "jump",
  JUMP_ABSOLUTE: "jump",
  JUMP_BACKWARD: "jump",
  JUMP_BACKWARD_NO_INTERRUPT: "jump",
  POP_JUMP_IF_FALSE: "jump-if-false",
  POP_JUMP_FORWARD_IF_FALSE: "jump-if-false",
  POP_JUMP_BACKWARD_IF_FALSE: "jump-if-false",
  POP_JUMP_IF_TRUE: "jump-if-true",
  POP_JUMP_FORWARD_IF_TRUE: "jump-if-true",
  POP_JUMP_BACKWARD_IF_TRUE: "jump-if-true",
  POP_JUMP_IF_NONE: "jump-if-none",
  POP_JUMP_FORWARD_IF_NONE: "jump-if-none",
  POP_JUMP_BACKWARD_IF_NONE: "jump-if-none",
  POP_JUMP_IF_NOT_NONE: "jump-if-not-none",
  POP_JUMP_FORWARD_IF_NOT_NONE: "jump-if-not-none",
  POP_JUMP_BACKWARD_IF_NOT_NONE: "jump-if-not-none",
  JUMP_IF_FALSE_OR_POP: "jump-if-false-or-pop",
  JUMP_IF_TRUE_OR_POP: "jump-if-true-or-pop",
  GET_ITER: "iter",
  FOR_ITER: "for",
  CALL_FUNCTION: "call-old",
  CALL_FUNCTION_KW: "call-kw-old",
  CALL_METHOD: "call-method-old",
  KW_NAMES: "kw-names",
  CALL: "call",
  CALL_KW: "call-kw",
  CALL_FUNCTION_EX: "call-ex",
  RETURN_VALUE: "return",
  RETURN_CONST: "return-const",
  RETURN_GENERATOR: "generator",
  GEN_START: "gen-start",
  YIELD_VALUE: "yield",
  GET_YIELD_FROM_ITER: "iter",
  YIELD_FROM: "yield-from",
  SEND: "send",
  END_SEND: "end-send",
  CLEANUP_THROW: "cleanup-throw",
  MAKE_FUNCTION: "make-function",
  SET_FUNCTION_ATTRIBUTE: "function-attribute",
  RAISE_VARARGS: "raise",
  LOAD_ASSERTION_ERROR: "assertion-error",
  SETUP_FINALLY: "setup-finally",
  POP_BLOCK: "pop-block",
  BEGIN_FINALLY: "begin-finally",
  CALL_FINALLY: "call-finally",
  END_FINALLY: "end-finally",
  POP_FINALLY: "pop-finally",
  JUMP_IF_NOT_EXC_MATCH: "jump-if-not-match",
  PUSH_EXC_INFO: "push-exc",
  CHECK_EXC_MATCH: "match-exc",
  GET_LEN: "get-len",
  MATCH_SEQUENCE: "match-sequence",
  MATCH_MAPPING: "match-mapping",
};

class Translator {
  readonly #version: PythonVersion;
  readonly #isNew: boolean;
  readonly #fields: CodeFields;
  readonly steps: { op: Op; arg: number; text: string; target: number; offset: number }[] = [];

  constructor(fields: CodeFields, version: PythonVersion) {
    this.#fields = fields;
    this.#version = version;
    this.#isNew = version === "3.11" || version === "3.12" || version === "3.13";
  }

  #add(offset: number, op: Op, arg = 0, text = "", target = -1): void {
    this.steps.push({ op, arg, text, target, offset });
  }

  #name(index: number): string {
    const name = this.#fields.names[index];
    if (name === undefined) throw badCode(`there is no name ${index}`);
    return name;
  }

  translate(unit: Unit): void {
    const { offset, opcode } = unit;
    const { name } = opcode;
    const arg = unit.arg ?? 0;
    const target = jumpTarget(unit, this.#version) ?? -1;
    const add = (op: Op, value = arg, text = ""): void => this.#add(offset, op, value, text);
    switch (name) {
      case "EXTENDED_ARG":
        // A jump may lead to it, and what it extends stands behind it.
        return add("nop", 0);
      case "ROT_TWO":
        return add("rotate", 2);
      case "ROT_THREE":
        return add("rotate", 3);
      case "ROT_FOUR":
        return add("rotate", 4);
      case "ROT_N":
        return add("rotate");
      case "DUP_TOP":
        return add("copy", 1);
      case "COPY":
      case "SWAP":
        if (arg === 0) throw badCode(`${name} of nothing`);
        return add(name === "COPY" ? "copy" : "swap");
      case "LOAD_FAST_LOAD_FAST":
        add("fast", arg >> 4);
        return add("fast", arg & 15);
      case "STORE_FAST_LOAD_FAST":
        add("store-fast", arg >> 4);
        return add("fast", arg & 15);
      case "STORE_FAST_STORE_FAST":
        add("store-fast", arg >> 4);
        return add("store-fast", arg & 15);
      case "LOAD_GLOBAL": {
        if (!this.#isNew) return add("global", 0, this.#name(arg));
        const hasNull = (arg & 1) === 1;
        if (hasNull && this.#version !== "3.13") add("null", 0);
        add("global", 0, this.#name(arg >> 1));
        if (hasNull && this.#version === "3.13") add("null", 0);
        return;
      }
      case "STORE_GLOBAL":
        return add("store-global", 0, this.#name(arg));
      case "LOAD_ATTR":
        if (this.#version === "3.12" || this.#version === "3.13") {
          return add((arg & 1) === 1 ? "method" : "attribute", 0, this.#name(arg >> 1));
        }
        return add("attribute", 0, this.#name(arg));
      case "LOAD_METHOD":
        return add("method", 0, this.#name(arg));
      case "UNARY_NEGATIVE":
        return add("unary", 0, "-");
      case "UNARY_POSITIVE":
        return add("unary", 0, "+");
      case "UNARY_INVERT":
        return add("unary", 0, "~");
      case "BINARY_OP": {
        const operator = opcodesOf(this.#version).binary[arg];
        if (operator === undefined) throw badCode(`there is no operator ${arg}`);
        return operator.endsWith("=")
          ? add("inplace", 0, operator.slice(0, -1))
          : add("binary", 0, operator);
      }
      case "COMPARE_OP":
        return this.#compare(offset, arg);
      case "FORMAT_VALUE":
        add("convert", arg & 3, (arg & 4) === 4 ? "spec" : "");
        return add("format", (arg & 4) === 4 ? 1 : 0);
      case "CONVERT_VALUE":
        return add("convert");
      case "FORMAT_SIMPLE":
        return add("format", 0);
      case "FORMAT_WITH_SPEC":
        return add("format", 1);
      case "RERAISE":
        return add(this.#isNew ? "reraise" : "reraise-old");
      case "POP_EXCEPT":
        return add(this.#isNew ? "pop-except" : "pop-except-old");
      case "CALL_INTRINSIC_1":
        return this.#intrinsic(offset, arg);
      case "END_FOR":
        return add("refuse", 0, name);
      case "DELETE_GLOBAL":
      case "LOAD_NAME":
      case "STORE_NAME":
        return add("refuse", 0, name);
      default:
    }
    const inBinary = /^(BINARY|INPLACE)_(.+)$/.exec(name);
    const operator = inBinary?.[2] === undefined ? undefined : BINARY[inBinary[2]];
    if (operator !== undefined)
      return add(inBinary?.[1] === "BINARY" ? "binary" : "inplace", 0, operator);
    const op = SAME[name];
    if (op === undefined) return add("refuse", 0, name);
    this.#add(offset, op, arg, op === "refuse" ? name : "", target);
  }

  #compare(offset: number, arg: number): void {
    const table = opcodesOf(this.#version).compare;
    const shift = this.#version === "3.13" ? 5 : this.#version === "3.12" ? 4 : 0;
    const operator = table[arg >> shift];
    switch (operator) {
      case "in":
      case "not in":
        return this.#add(offset, "contains", operator === "in" ? 0 : 1);
      case "is":
      case "is not":
        return this.#add(offset, "is", operator === "is" ? 0 : 1);
      case "exception match":
        return this.#add(offset, "match-old");
      case undefined:
      case "BAD":
        throw badCode(`there is no comparison ${arg}`);
      default:
        // With 16, in 3.13, the result becomes a bool: it is one.
        return this.#add(offset, "compare", 0, operator);
    }
  }

  #intrinsic(offset: number, arg: number): void {
    const name = opcodesOf(this.#version).intrinsics1[arg] ?? `CALL_INTRINSIC_1 ${arg}`;
    switch (name) {
      case "INTRINSIC_UNARY_POSITIVE":
        return this.#add(offset, "unary", 0, "+");
      case "INTRINSIC_LIST_TO_TUPLE":
        return this.#add(offset, "list-to-tuple");
      case "INTRINSIC_STOPITERATION_ERROR":
        return this.#add(offset, "stop-iteration-error");
      default:
        return this.#add(offset, "refuse", 0, name);
    }
  }
}

/** Longest bytecode that is run; a function of a thousand lines has some 50,000 bytes. */
const LONGEST = 4_000_000;

/** @throws PyCodeError `bad-code` where the bytecode contradicts itself, `unknown-version` where its Python is not known */
export function programOf(code: PyCode, version: PythonVersion): Program {
  const { fields } = code;
  if (fields === undefined) throw badCode("there is no code");
  const { bytecode, varnames, cellvars, freevars, nlocals } = fields;
  if (bytecode.length > LONGEST) throw badCode(`${bytecode.length} bytes of bytecode`);
  const { argcount, posonlyargcount, kwonlyargcount, flags } = fields;
  const parameters = argcount + kwonlyargcount + ((flags & 4) >> 2) + ((flags & 8) >> 3);
  if (
    argcount < 0 ||
    kwonlyargcount < 0 ||
    posonlyargcount < 0 ||
    posonlyargcount > argcount ||
    parameters > nlocals
  ) {
    throw badCode(`${parameters} parameters among ${nlocals} locals`);
  }
  if (varnames.length !== nlocals) throw badCode(`${nlocals} locals with ${varnames.length} names`);
  const table = opcodesOf(version);
  const { units, broken } = unitsOf(bytecode, table);
  if (broken !== undefined) {
    throw badCode(`byte ${broken} of the bytecode is no instruction of Python ${version}`);
  }
  const translator = new Translator(fields, version);
  const starts = new Map<number, number>();
  for (const unit of units) {
    starts.set(unit.offset, translator.steps.length);
    translator.translate(unit);
  }
  const { steps } = translator;
  starts.set(bytecode.length, steps.length);
  for (const step of steps) {
    if (step.target >= 0) step.target = landing(step, starts, units.length, version, steps.length);
  }
  const isNew = version === "3.11" || version === "3.12" || version === "3.13";
  return {
    code,
    fields,
    version,
    isNew,
    steps,
    ranges: isNew
      ? handlersOf(fields.exceptiontable).map((handler) => rangeOf(handler, starts))
      : [],
    slots: isNew
      ? [...varnames, ...cellvars.filter((name) => !varnames.includes(name)), ...freevars]
      : [...varnames, ...cellvars, ...freevars],
    firstFree: isNew
      ? nlocals + cellvars.filter((name) => !varnames.includes(name)).length
      : nlocals + cellvars.length,
  };
}

function landing(
  { target, op, offset }: Step,
  starts: ReadonlyMap<number, number>,
  _count: number,
  version: PythonVersion,
  end: number,
): number {
  const index = starts.get(target);
  if (index === undefined) throw badCode(`the jump at byte ${offset} leads nowhere`);
  // The end of a loop skips what cleans up in another case: END_FOR, in 3.13 POP_TOP too.
  const skipped = op !== "for" ? 0 : version === "3.12" ? 1 : version === "3.13" ? 2 : 0;
  if (index + skipped > end) throw badCode(`the loop at byte ${offset} ends behind the bytecode`);
  return index + skipped;
}

function rangeOf(handler: Handler, starts: ReadonlyMap<number, number>): Range {
  const start = starts.get(handler.start);
  const end = starts.get(handler.end);
  const target = starts.get(handler.target);
  if (start === undefined || end === undefined || target === undefined) {
    throw badCode("the exception table names bytes that are no instructions");
  }
  return { start, end, target, depth: handler.depth, lasti: handler.lasti };
}

/** Functions that the code itself makes: lambdas, closures, comprehensions. */

import { badCode } from "./error.ts";
import type { Frame } from "./frame.ts";
import { FunctionValue } from "./function-value.ts";
import type { Machine } from "./machine.ts";
import { CellValue, Thing, TupleValue, type Value } from "./objects.ts";
import type { Program } from "./program.ts";
import { DictValue } from "./tables.ts";

/** A code object among the constants. */
export class CodeValue extends Thing {
  readonly type = "code";
  readonly program: () => Program;
  constructor(program: () => Program) {
    super();
    this.program = program;
  }
}

const DEFAULTS = 1;
const KWDEFAULTS = 2;
const ANNOTATIONS = 4;
const CLOSURE = 8;

/** MAKE_FUNCTION. */
export function makeFunction(frame: Frame, flags: number, machine: Machine): FunctionValue {
  const { version } = frame.program;
  const isNamed = version === "3.8" || version === "3.9" || version === "3.10";
  const qualname = isNamed ? frame.pop() : undefined;
  const code = frame.pop();
  if (!(code instanceof CodeValue)) throw badCode("a function is made of no code");
  const program = code.program();
  machine.budget.take(128);
  const { name } = program.fields;
  const full = typeof qualname === "string" ? qualname : (program.fields.qualname ?? name);
  const made = new FunctionValue(program, frame.callee.globals, name, full, [], new Map(), []);
  if (version !== "3.13") {
    for (const flag of [CLOSURE, ANNOTATIONS, KWDEFAULTS, DEFAULTS]) {
      if ((flags & flag) !== 0) functionAttribute(made, flag, frame.pop());
    }
  }
  return made;
}

/** One of a function's parts: SET_FUNCTION_ATTRIBUTE, or a flag of MAKE_FUNCTION. */
export function functionAttribute(made: FunctionValue, flag: number, value: Value): void {
  switch (flag) {
    case DEFAULTS:
      if (!(value instanceof TupleValue) || value.items.length > made.program.fields.argcount) {
        throw badCode("a function's defaults are no tuple");
      }
      made.defaults = value.items;
      return;
    case KWDEFAULTS: {
      if (!(value instanceof DictValue)) throw badCode("a function's keyword defaults are no dict");
      const found = new Map<string, Value>();
      for (const [name, item] of value.entries())
        if (typeof name === "string") found.set(name, item);
      made.kwdefaults = found;
      return;
    }
    case ANNOTATIONS:
      return;
    case CLOSURE:
      made.closure = cellsOf(value);
      return;
    default:
      throw badCode(`there is no attribute ${flag} of functions`);
  }
}

function cellsOf(value: Value): CellValue[] {
  if (!(value instanceof TupleValue)) throw badCode("a closure is no tuple");
  return value.items.map((cell) => {
    if (!(cell instanceof CellValue)) throw badCode("a closure holds no cell");
    return cell;
  });
}

/** Functions, frames and generators of the evaluator, and how arguments reach parameters. */

import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { typeError } from "./exceptions.ts";
import {
  type CellValue,
  type DONE,
  IteratorValue,
  type Keywords,
  Thing,
  TupleValue,
  type Value,
} from "./objects.ts";
import type { Program } from "./program.ts";
import { DictValue } from "./tables.ts";

/** A function's globals: names that the pickle gives, or that an option adds. */
export interface Globals {
  /** The value; undefined where the name is not there. */
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  /** Whether a name that is not there is certainly none of the function's. */
  readonly isComplete: boolean;
}

/** A Python function. */
export class FunctionValue extends Thing {
  readonly type = "function";
  readonly program: Program;
  readonly globals: Globals;
  name: string;
  qualname: string;
  defaults: readonly Value[];
  kwdefaults: ReadonlyMap<string, Value>;
  closure: readonly CellValue[];

  constructor(
    program: Program,
    globals: Globals,
    name: string,
    qualname: string,
    defaults: readonly Value[],
    kwdefaults: ReadonlyMap<string, Value>,
    closure: readonly CellValue[],
  ) {
    super();
    this.program = program;
    this.globals = globals;
    this.name = name;
    this.qualname = qualname;
    this.defaults = defaults;
    this.kwdefaults = kwdefaults;
    this.closure = closure;
  }
}

/** A generator object: a frame that waits. */
export class GeneratorValue extends IteratorValue {
  readonly type = "generator";
  readonly #resume: (generator: GeneratorValue, sent: Value) => Value | typeof DONE;
  /** What it returned, once it is over. */
  returned: Value = null;
  isOver = false;
  isRunning = false;
  hasStarted = false;

  constructor(resume: (generator: GeneratorValue, sent: Value) => Value | typeof DONE) {
    super();
    this.#resume = resume;
  }
  next(): Value | typeof DONE {
    return this.#resume(this, null);
  }
  send(value: Value): Value | typeof DONE {
    return this.#resume(this, value);
  }
}

const VARARGS = 4;
const VARKEYWORDS = 8;

/**
 * The locals that a call begins with, by slot.
 *
 * Source: CPython 3.13 `Python/ceval.c` initialize_locals, too_many_positional, missing_arguments; 3.8 and 3.9 name the
 * function by its name, later Pythons by its qualified name.
 */
export function bindArguments(
  callee: FunctionValue,
  args: readonly Value[],
  keywords: Keywords | undefined,
  budget: Budget,
): (Value | undefined)[] {
  const { fields } = callee.program;
  const { argcount, posonlyargcount, kwonlyargcount, flags, varnames } = fields;
  const named = argcount + kwonlyargcount;
  const slots: (Value | undefined)[] = new Array(callee.program.slots.length).fill(undefined);
  budget.take(8 * slots.length);
  const shown = (): string =>
    callee.qualname !== callee.name && budget.since("3.10") ? callee.qualname : callee.name;
  const count = Math.min(args.length, argcount);
  for (let index = 0; index < count; index++) slots[index] = args[index];
  if (flags & VARARGS) slots[named] = new TupleValue(args.slice(argcount));
  const rest = flags & VARKEYWORDS ? new DictValue() : undefined;
  if (rest !== undefined) slots[named + (flags & VARARGS ? 1 : 0)] = rest;
  for (const [name, value] of keywords ?? []) {
    budget.step();
    const index = varnames.indexOf(name);
    if (index >= posonlyargcount && index < named) {
      if (slots[index] !== undefined)
        throw typeError(`${shown()}() got multiple values for argument '${name}'`);
      slots[index] = value;
    } else if (rest !== undefined) {
      rest.set(name, value, budget);
    } else {
      const wrong = [...(keywords as Keywords).keys()].filter((own) => {
        const at = varnames.indexOf(own);
        return at >= 0 && at < posonlyargcount;
      });
      if (wrong.length > 0) {
        throw typeError(
          `${shown()}() got some positional-only arguments passed as keyword arguments: '${wrong.join(", ")}'`,
        );
      }
      if (budget.since("3.13")) throw suggestion(callee, name, shown());
      throw typeError(`${shown()}() got an unexpected keyword argument '${name}'`);
    }
  }
  if (args.length > argcount && (flags & VARARGS) === 0)
    throw tooMany(callee, args.length, slots, shown());
  fillDefaults(callee, args.length, slots, shown);
  return slots;
}

// 3.13 may add "Did you mean" to it, by a distance of words.
function suggestion(callee: FunctionValue, name: string, shown: string): unknown {
  const { argcount, kwonlyargcount, posonlyargcount, varnames } = callee.program.fields;
  const possible = varnames.slice(posonlyargcount, argcount + kwonlyargcount);
  const isFar = possible.every((own) => own.length + name.length > 0 && !isNear(own, name));
  if (!isFar) throw unsupported("an unexpected keyword argument close to another");
  return typeError(`${shown}() got an unexpected keyword argument '${name}'`);
}

// Whether two names might be close enough: more than they share, never less.
function isNear(a: string, b: string): boolean {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  return (
    [...left].some((character) => right.includes(character)) ||
    Math.abs(a.length - b.length) > 40 ||
    a.length + b.length <= 2
  );
}

function tooMany(
  callee: FunctionValue,
  given: number,
  slots: readonly (Value | undefined)[],
  shown: string,
): unknown {
  const { argcount, kwonlyargcount } = callee.program.fields;
  const defaults = callee.defaults.length;
  let keywordOnly = 0;
  for (let index = argcount; index < argcount + kwonlyargcount; index++) {
    if (slots[index] !== undefined) keywordOnly++;
  }
  const plural = (count: number): string => (count === 1 ? "" : "s");
  const takes =
    defaults > 0
      ? `from ${argcount - defaults} to ${argcount} positional arguments`
      : `${argcount} positional argument${plural(argcount)}`;
  const were =
    keywordOnly > 0
      ? ` positional argument${plural(given)} (and ${keywordOnly} keyword-only argument${plural(keywordOnly)})`
      : "";
  const verb = given === 1 && keywordOnly === 0 ? "was" : "were";
  return typeError(`${shown}() takes ${takes} but ${given}${were} ${verb} given`);
}

function fillDefaults(
  callee: FunctionValue,
  given: number,
  slots: (Value | undefined)[],
  shown: () => string,
): void {
  const { argcount, kwonlyargcount, varnames } = callee.program.fields;
  const firstDefault = argcount - callee.defaults.length;
  const missing: string[] = [];
  for (let index = Math.min(given, argcount); index < argcount; index++) {
    if (slots[index] !== undefined) continue;
    if (index >= firstDefault) slots[index] = callee.defaults[index - firstDefault] as Value;
    else missing.push(varnames[index] as string);
  }
  if (missing.length > 0) throw lacking(missing, "positional", shown());
  for (let index = argcount; index < argcount + kwonlyargcount; index++) {
    if (slots[index] !== undefined) continue;
    const name = varnames[index] as string;
    const value = callee.kwdefaults.get(name);
    if (value === undefined) missing.push(name);
    else slots[index] = value;
  }
  if (missing.length > 0) throw lacking(missing, "keyword-only", shown());
}

function lacking(names: readonly string[], kind: string, shown: string): unknown {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.at(-1) as string;
  const list =
    quoted.length === 1
      ? last
      : quoted.length === 2
        ? `${quoted[0]} and ${last}`
        : `${quoted.slice(0, -1).join(", ")}, and ${last}`;
  return typeError(
    `${shown}() missing ${names.length} required ${kind} argument${names.length === 1 ? "" : "s"}: ${list}`,
  );
}

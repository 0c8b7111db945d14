/** A call that runs: its place, its stack, its slots, and for older Pythons its blocks. */

import { badCode } from "./error.ts";
import type { FunctionValue, GeneratorValue } from "./function-value.ts";
import { CellValue, type ExceptionValue, present, type Value } from "./objects.ts";
import type { Program } from "./program.ts";

/** What the stack holds where Python's has a NULL. */
export const NULL: unique symbol = Symbol("NULL");

/** A return address of 3.8's `finally`. */
export class Address {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

/** What a handler of an exception puts back, or where it was raised. */
export class Saved {
  readonly exception: ExceptionValue | undefined;
  constructor(exception: ExceptionValue | undefined) {
    this.exception = exception;
  }
}

export type Slot = Value | typeof NULL | Address | Saved;

/** A block of Python 3.8 to 3.10: where an exception goes, or that one is being handled. */
export interface Block {
  readonly handler: number | undefined;
  readonly level: number;
}

// Deeper than any compiler's; a stack that grows in a loop is no compiler's.
const DEEPEST = 100_000;

export class Frame {
  readonly callee: FunctionValue;
  readonly program: Program;
  readonly slots: (Value | undefined)[];
  readonly stack: Slot[] = [];
  readonly blocks: Block[] = [];
  /** Index of the next step. */
  next = 0;
  /** Names of the keyword arguments of the call that follows (3.11, 3.12). */
  names: Value | undefined;
  generator: GeneratorValue | undefined;

  constructor(callee: FunctionValue, slots: (Value | undefined)[]) {
    this.callee = callee;
    this.program = callee.program;
    this.slots = slots;
    if (!this.program.isNew) this.#makeCells();
  }

  // Before 3.11 a function begins with its cells made, those of arguments filled.
  #makeCells(): void {
    const { fields } = this.program;
    fields.cellvars.forEach((name, index) => {
      const local = fields.varnames.indexOf(name);
      this.slots[fields.nlocals + index] = new CellValue(local < 0 ? undefined : this.slots[local]);
    });
    this.callee.closure.forEach((cell, index) => {
      this.slots[this.program.firstFree + index] = cell;
    });
  }

  push(value: Slot): void {
    if (this.stack.length >= DEEPEST) throw badCode("the stack grows without end");
    this.stack.push(value);
  }

  /** Takes the top, whatever it is. */
  take(): Slot {
    const value = this.stack.pop();
    if (value === undefined) throw badCode("the stack is empty where a value is taken");
    return value;
  }

  pop(): Value {
    return slotValue(this.take());
  }

  /** The last `count` values, in order. */
  popMany(count: number): Value[] {
    if (count > this.stack.length) throw badCode("the stack is empty where a value is taken");
    return this.stack.splice(this.stack.length - count, count).map(slotValue);
  }

  /** The value `depth` below the top: 1 is the top. */
  peek(depth: number): Value {
    const value = this.stack[this.stack.length - depth];
    if (value === undefined || depth < 1)
      throw badCode("the stack is empty where a value is looked at");
    return slotValue(value);
  }

  slotName(index: number): string {
    return this.program.slots[index] ?? "?";
  }

  cell(index: number): CellValue {
    const cell = this.slots[index];
    if (cell instanceof CellValue) return cell;
    throw badCode(`slot ${index} holds no cell`);
  }

  checkSlot(index: number): number {
    if (index >= this.slots.length) throw badCode(`there is no slot ${index}`);
    return index;
  }
}

export function slotValue(slot: Slot): Value {
  if (slot === NULL || slot instanceof Address || slot instanceof Saved) {
    throw badCode("the stack holds no value where one is taken");
  }
  return present(slot);
}

/**
 * Runs programs: one loop over frames of its own, so that a call costs no JavaScript stack.
 *
 * Source: CPython 3.8 to 3.13 `Python/ceval.c`, `Python/bytecodes.c`.
 */

import type { Budget } from "./budget.ts";
import { exceeded, MAX_FRAMES, MAX_NESTED } from "./budget.ts";
import { makeInstance } from "./builtins.ts";
import { badCode, unsupported } from "./error.ts";
import { isRaised, raised, typeError } from "./exceptions.ts";
import { Frame, Saved, type Slot } from "./frame.ts";
import { bindArguments, FunctionValue, GeneratorValue } from "./function-value.ts";
import type { Host } from "./iterate.ts";
import {
  BuiltinValue,
  DONE,
  type ExceptionValue,
  type Keywords,
  Raised,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { perform } from "./steps.ts";

/** What a step asks of the loop. */
export type Request =
  | { readonly kind: "call"; readonly frame: Frame }
  | { readonly kind: "return"; readonly value: Value }
  | { readonly kind: "yield"; readonly value: Value }
  | { readonly kind: "generator" };

/** A run: its frames, its budget, and the exception that is being handled. */
export class Machine implements Host {
  readonly budget: Budget;
  /** The exception that a `raise` alone raises again. */
  handled: ExceptionValue | undefined;
  /** What the constants of a code object are for the evaluator. */
  readonly constant: (frame: Frame, index: number) => Value;
  #frames = 0;
  #nested = 0;

  constructor(budget: Budget, constant: (frame: Frame, index: number) => Value) {
    this.budget = budget;
    this.constant = constant;
  }

  call(callable: Value, args: readonly Value[], keywords?: Keywords): Value {
    const started = this.start(callable, args, keywords);
    return started instanceof Frame ? (this.#run(started) as Value) : started;
  }

  /** The frame of a Python function's call, or what a builtin returned. */
  start(callable: Value, args: readonly Value[], keywords: Keywords | undefined): Frame | Value {
    if (callable instanceof FunctionValue) {
      const frame = new Frame(callable, bindArguments(callable, args, keywords, this.budget));
      const isOldGenerator =
        !callable.program.isNew && (callable.program.fields.flags & GENERATOR) !== 0;
      if ((callable.program.fields.flags & COROUTINES) !== 0)
        throw unsupported("an async function");
      return isOldGenerator ? this.generator(frame) : frame;
    }
    if (callable instanceof TypeValue)
      return this.nested(() => makeInstance(callable, this, args, keywords));
    if (callable instanceof BuiltinValue) {
      return this.nested(() => callable.run(this, args, keywords));
    }
    if (callable !== null && typeof callable === "object" && typeName(callable) === "cell") {
      throw badCode("a cell is called");
    }
    throw typeError(`'${typeName(callable)}' object is not callable`);
  }

  /** Runs what may call back, within the limit of what may be nested. */
  nested<Result>(run: () => Result): Result {
    if (this.#nested >= MAX_NESTED) throw exceeded("nested calls", MAX_NESTED);
    this.#nested++;
    try {
      return run();
    } finally {
      this.#nested--;
    }
  }

  /** A generator that runs this frame. */
  generator(frame: Frame): GeneratorValue {
    const generator = new GeneratorValue((own, sent) => this.#resume(frame, own, sent));
    frame.generator = generator;
    return generator;
  }

  #resume(frame: Frame, generator: GeneratorValue, sent: Value): Value | typeof DONE {
    if (generator.isRunning) throw raised("ValueError", "generator already executing");
    if (generator.isOver) return DONE;
    if (!generator.hasStarted && sent !== null) {
      throw typeError("can't send non-None value to a just-started generator");
    }
    // 3.8 and 3.9 push nothing for the first step; GEN_START and POP_TOP take it off again in the others.
    const isBare = frame.program.version === "3.8" || frame.program.version === "3.9";
    if (generator.hasStarted || !isBare) frame.push(sent);
    generator.hasStarted = true;
    generator.isRunning = true;
    const { handled } = this;
    try {
      return this.nested(() => this.#run(frame));
    } catch (error) {
      generator.isOver = true;
      if (isRaised(error, "StopIteration"))
        throw raised("RuntimeError", "generator raised StopIteration");
      throw error;
    } finally {
      this.handled = handled;
      generator.isRunning = false;
    }
  }

  /** Runs a frame and what it calls, until it returns or yields; `DONE` where a generator returned. */
  #run(first: Frame): Value | typeof DONE {
    const frames: Frame[] = [first];
    this.#enter();
    try {
      for (;;) {
        const frame = frames[frames.length - 1] as Frame;
        let request: Request;
        try {
          request = perform(frame, this);
        } catch (error) {
          if (!(error instanceof Raised)) throw error;
          this.#unwind(frames, error);
          continue;
        }
        if (request.kind === "call") {
          this.#enter();
          frames.push(request.frame);
          continue;
        }
        if (request.kind === "yield") {
          if (frames.length > 1) throw badCode("a function yields that was called as none");
          return request.value;
        }
        const { generator } = frame;
        if (request.kind === "return" && generator !== undefined) {
          generator.isOver = true;
          generator.returned = request.value;
          return DONE;
        }
        const value = request.kind === "return" ? request.value : this.generator(frame);
        frames.pop();
        this.#frames--;
        const caller = frames[frames.length - 1];
        if (caller === undefined) return value;
        caller.push(value);
      }
    } finally {
      this.#frames -= frames.length;
    }
  }

  #enter(): void {
    if (this.#frames >= MAX_FRAMES) throw exceeded("depth of calls", MAX_FRAMES);
    this.#frames++;
  }

  // To the handler of the innermost frame that has one; out of this run where none has.
  #unwind(frames: Frame[], error: Raised): void {
    for (;;) {
      const frame = frames[frames.length - 1] as Frame;
      this.budget.step();
      if (frame.program.isNew ? this.#findRange(frame, error) : this.#findBlock(frame, error))
        return;
      if (frames.length === 1) throw error;
      frames.pop();
      this.#frames--;
    }
  }

  #findRange(frame: Frame, { exception }: Raised): boolean {
    const at = frame.next - 1;
    // The innermost entry is the last that covers the step? CPython's table has but one for each.
    const range = frame.program.ranges.find(({ start, end }) => at >= start && at < end);
    if (range === undefined) return false;
    if (range.depth > frame.stack.length)
      throw badCode("a handler expects more on the stack than there is");
    frame.stack.length = range.depth;
    if (range.lasti) frame.push(BigInt(at));
    frame.push(exception);
    frame.next = range.target;
    return true;
  }

  #findBlock(frame: Frame, { exception }: Raised): boolean {
    for (let block = frame.blocks.pop(); block !== undefined; block = frame.blocks.pop()) {
      if (block.handler === undefined) {
        this.endHandling(frame, block.level);
        continue;
      }
      if (block.level > frame.stack.length)
        throw badCode("a block expects more on the stack than there is");
      frame.stack.length = block.level;
      frame.blocks.push({ handler: undefined, level: frame.stack.length });
      pushTriple(frame, new Saved(this.handled));
      pushTriple(frame, exception);
      this.handled = exception;
      frame.next = block.handler;
      return true;
    }
    return false;
  }

  /** POP_EXCEPT of 3.8 to 3.10: what a handler keeps is on top, a value to return may lie below it. */
  leaveHandler(frame: Frame): void {
    const block = frame.blocks.pop();
    if (block === undefined || block.handler !== undefined)
      throw badCode("no exception is being handled");
    this.endHandling(frame, frame.stack.length - 3);
  }

  /** Takes what a handler keeps off the stack, down to `level`, and puts back what was handled before. */
  endHandling(frame: Frame, level: number): void {
    const saved = frame.stack[level];
    if (!(saved instanceof Saved) || frame.stack.length < level + 3) {
      throw badCode("no exception is being handled where one is left");
    }
    frame.stack.length = level;
    this.handled = saved.exception;
  }
}

// Traceback, value and type, as the stack of 3.8 to 3.10 has them: all three are the exception here.
function pushTriple(frame: Frame, value: Slot): void {
  for (let count = 0; count < 3; count++) frame.push(value);
}

const GENERATOR = 0x20;
// Coroutines, generators that are ones, and asynchronous generators.
const COROUTINES = 0x80 | 0x100 | 0x200;

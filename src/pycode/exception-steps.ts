/** The instructions that raise and handle exceptions: by the table of 3.11 and later, and by the blocks before it. */

import { badCode, unsupported } from "./error.ts";
import { exceptionClass, raised, typeError } from "./exceptions.ts";
import { Address, type Frame, NULL, Saved, slotValue } from "./frame.ts";
import type { Machine } from "./machine.ts";
import { ExceptionValue, Raised, TupleValue, TypeValue, type Value } from "./objects.ts";
import type { Step } from "./program.ts";

/** The instructions that handle exceptions. */
export function exceptionStep(frame: Frame, step: Step, machine: Machine): void {
  const { stack } = frame;
  switch (step.op) {
    // Python 3.11 and later: the exception table leads here.
    case "push-exc": {
      const value = frame.pop();
      if (!(value instanceof ExceptionValue)) throw badCode("no exception is handled");
      frame.push(new Saved(machine.handled));
      frame.push(value);
      machine.handled = value;
      return;
    }
    case "pop-except": {
      const saved = frame.take();
      if (!(saved instanceof Saved))
        throw badCode("no exception is being handled where one is left");
      machine.handled = saved.exception;
      return;
    }
    case "match-exc": {
      const cls = frame.pop();
      frame.push(matches(frame.peek(1), cls));
      return;
    }
    case "reraise": {
      const value = frame.pop();
      if (!(value instanceof ExceptionValue)) throw badCode("what is raised again is no exception");
      throw new Raised(value);
    }
    case "cleanup-throw": {
      // What an iterator of `yield from` raised goes on; a StopIteration that was thrown in would end it.
      const value = frame.pop();
      if (!(value instanceof ExceptionValue)) throw badCode("what is raised again is no exception");
      if (value.cls.isSubclassOf(exceptionClass("StopIteration")))
        throw unsupported("CLEANUP_THROW");
      throw new Raised(value);
    }
    case "stop-iteration-error": {
      const value = frame.pop();
      const isStop =
        value instanceof ExceptionValue && value.cls.isSubclassOf(exceptionClass("StopIteration"));
      frame.push(
        isStop ? raised("RuntimeError", "generator raised StopIteration").exception : value,
      );
      return;
    }
    // Python 3.8 to 3.10: blocks.
    case "setup-finally":
      if (frame.blocks.length >= 1000) throw badCode("blocks without end");
      frame.blocks.push({ handler: step.target, level: stack.length });
      return;
    case "pop-block":
      if (frame.blocks.pop() === undefined) throw badCode("a block is left that nobody entered");
      return;
    case "pop-except-old":
      machine.leaveHandler(frame);
      return;
    case "begin-finally":
      frame.push(NULL);
      return;
    case "call-finally":
      frame.push(new Address(frame.next));
      frame.next = step.target;
      return;
    case "pop-finally": {
      // arg 1: what the finally block returns lies on top.
      const kept = step.arg === 1 ? frame.pop() : undefined;
      const why = frame.take();
      if (why !== NULL && !(why instanceof Address)) {
        // The exception's own triple, of which the top is taken, then what its handler keeps.
        frame.take();
        frame.take();
        machine.leaveHandler(frame);
      }
      if (kept !== undefined) frame.push(kept);
      return;
    }
    case "end-finally": {
      const why = frame.take();
      if (why === NULL) return;
      if (why instanceof Address) {
        frame.next = why.index;
        return;
      }
      throw againOf(frame, slotValue(why));
    }
    case "reraise-old":
      throw againOf(frame, frame.pop());
    case "match-old": {
      const cls = frame.pop();
      frame.push(matches(frame.pop(), cls));
      return;
    }
    case "jump-if-not-match": {
      const cls = frame.pop();
      if (!matches(frame.pop(), cls)) frame.next = step.target;
      return;
    }
    default:
      throw badCode(`the instruction at byte ${step.offset} is none`);
  }
}

// The type is on top, value and traceback below it.
function againOf(frame: Frame, value: Value): Raised {
  if (!(value instanceof ExceptionValue)) throw badCode("what is raised again is no exception");
  frame.take();
  frame.take();
  return new Raised(value);
}

function matches(value: Value, cls: Value): boolean {
  if (!(value instanceof ExceptionValue)) throw badCode("no exception is handled");
  const classes = cls instanceof TupleValue ? cls.items : [cls];
  const base = exceptionClass("BaseException");
  for (const own of classes) {
    if (!(own instanceof TypeValue) || !own.isSubclassOf(base)) {
      throw typeError("catching classes that do not inherit from BaseException is not allowed");
    }
  }
  return classes.some((own) => value.cls.isSubclassOf(own as TypeValue));
}

export function raiseOf(frame: Frame, arg: number, machine: Machine): Raised {
  if (arg === 0) {
    if (machine.handled === undefined)
      return raised("RuntimeError", "No active exception to reraise");
    return new Raised(machine.handled);
  }
  if (arg > 2) throw badCode(`raise of ${arg} values`);
  if (arg === 2) {
    const cause = frame.pop();
    const isGood = cause === null || cause instanceof ExceptionValue;
    if (!isGood) throw unsupported("raise from what is no exception");
  }
  const value = frame.pop();
  if (value instanceof ExceptionValue) return new Raised(value);
  if (value instanceof TypeValue && value.isSubclassOf(exceptionClass("BaseException"))) {
    return new Raised(new ExceptionValue(value, []));
  }
  return typeError("exceptions must derive from BaseException");
}

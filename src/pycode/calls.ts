/** The instructions that call: each Python's order of the stack in, callable, arguments and keywords out. */

import { badCode, unsupported } from "./error.ts";
import { Frame, NULL, type Slot, slotValue } from "./frame.ts";
import { collect, isIterable } from "./iterate.ts";
import type { Machine, Request } from "./machine.ts";
import { type Keywords, TupleValue, type Value } from "./objects.ts";
import type { Step } from "./program.ts";
import { DictValue } from "./tables.ts";

/** Takes a call's parts off the stack and begins it; the frame to run, where it is a Python function's. */
export function call(frame: Frame, step: Step, machine: Machine): Request | undefined {
  const { callable, args, keywords } = callParts(frame, step, machine);
  machine.budget.take(16 + 8 * args.length);
  const started = machine.start(callable, args, keywords);
  if (started instanceof Frame) return { kind: "call", frame: started };
  frame.push(started);
  return undefined;
}

interface Call {
  readonly callable: Value;
  readonly args: readonly Value[];
  readonly keywords: Keywords | undefined;
}

function callParts(frame: Frame, { op, arg }: Step, machine: Machine): Call {
  switch (op) {
    case "call-old": {
      const args = frame.popMany(arg);
      return { callable: frame.pop(), args, keywords: undefined };
    }
    case "call-kw-old": {
      const { args, keywords } = named(frame, arg, frame.pop());
      return { callable: frame.pop(), args, keywords };
    }
    case "call-method-old": {
      const args = frame.popMany(arg);
      const callable = frame.pop();
      if (frame.take() !== NULL) throw badCode("a method is called that was not looked up");
      return { callable, args, keywords: undefined };
    }
    case "call":
    case "call-kw": {
      const names = op === "call-kw" ? frame.pop() : frame.names;
      frame.names = undefined;
      const { args, keywords } = named(frame, arg, names);
      const upper = frame.take();
      const lower = frame.take();
      if (frame.program.version === "3.13") {
        // callable, self or NULL, arguments
        return {
          callable: slotValue(lower),
          args: upper === NULL ? args : [slotValue(upper), ...args],
          keywords,
        };
      }
      // NULL and callable, or callable and self
      if (lower === NULL) return { callable: slotValue(upper), args, keywords };
      return { callable: slotValue(lower), args: [slotValue(upper), ...args], keywords };
    }
    default:
      return callEx(frame, arg, machine);
  }
}

// The last of `count` arguments are keyword arguments of these names.
function named(
  frame: Frame,
  count: number,
  names: Value | undefined,
): { readonly args: readonly Value[]; readonly keywords: Keywords | undefined } {
  const all = frame.popMany(count);
  if (names === undefined) return { args: all, keywords: undefined };
  if (!(names instanceof TupleValue) || names.items.length > all.length) {
    throw badCode("keyword arguments have other names than there are");
  }
  const first = all.length - names.items.length;
  const keywords = new Map<string, Value>();
  names.items.forEach((name, index) => {
    if (typeof name !== "string" || keywords.has(name))
      throw badCode("a keyword argument has no name of its own");
    keywords.set(name, all[first + index] as Value);
  });
  return { args: all.slice(0, first), keywords };
}

function callEx(frame: Frame, arg: number, machine: Machine): Call {
  const { budget } = machine;
  let keywords: Map<string, Value> | undefined;
  if ((arg & 1) === 1) {
    const mapping = frame.pop();
    if (!(mapping instanceof DictValue)) throw unsupported("** of no dict");
    keywords = new Map();
    for (const [name, value] of mapping.entries()) {
      budget.step();
      if (typeof name !== "string") throw unsupported("** with keys that are no str");
      keywords.set(name, value);
    }
  }
  const given = frame.pop();
  if (!isIterable(given)) throw unsupported("* of what cannot be iterated");
  const args = collect(given, budget);
  const upper = frame.take();
  if (!frame.program.isNew) return { callable: slotValue(upper), args, keywords };
  const lower = frame.take();
  const [callable, empty]: [Slot, Slot] =
    frame.program.version === "3.13" ? [lower, upper] : [upper, lower];
  if (empty !== NULL) throw badCode("a call has no place where one is expected");
  return { callable: slotValue(callable), args, keywords };
}

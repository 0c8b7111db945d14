/** What each instruction does to a frame: one flat switch, the evaluator's hot loop. */

import { BUILTINS, lengthOf } from "./builtins.ts";
import { call } from "./calls.ts";
import { equal, identical, ordered, truth } from "./compare.ts";
import { contains, extend, update } from "./container-methods.ts";
import { badCode, unsupported } from "./error.ts";
import { exceptionStep, raiseOf } from "./exception-steps.ts";
import { exceptionClass, raised, typeError } from "./exceptions.ts";
import { convert, format } from "./format-method.ts";
import { type Frame, NULL, slotValue } from "./frame.ts";
import { FunctionValue } from "./function-value.ts";
import { isWithinTry, returnedBy, sendTo } from "./generator-steps.ts";
import { collect, isIterable, iteratorOf } from "./iterate.ts";
import type { Machine, Request } from "./machine.ts";
import { functionAttribute, makeFunction } from "./make-function.ts";
import { attributeOf } from "./methods.ts";
import type { BinaryOperator } from "./numbers.ts";
import {
  CellValue,
  DONE,
  IteratorValue,
  ListValue,
  type Raised,
  SliceValue,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import {
  binary,
  deleteSubscript,
  inplace,
  storeSubscript,
  subscript,
  unary,
  unpacked,
  unpackedRest,
} from "./operators.ts";
import { DictValue, SetValue, setOf } from "./tables.ts";

/** Runs a frame until it calls, returns or yields. */
export function perform(frame: Frame, machine: Machine): Request {
  const { steps } = frame.program;
  const { budget } = machine;
  for (;;) {
    const step = steps[frame.next];
    if (step === undefined) throw badCode("the bytecode ends without a return");
    frame.next++;
    budget.step();
    const { arg } = step;
    switch (step.op) {
      case "nop":
        continue;
      case "refuse":
        throw unsupported(step.text);
      case "pop":
        frame.take();
        continue;
      case "rotate": {
        if (arg < 1 || arg > frame.stack.length) throw badCode("a rotation of more than there is");
        const top = frame.take();
        frame.stack.splice(frame.stack.length - arg + 1, 0, top);
        continue;
      }
      case "copy": {
        const value = frame.stack[frame.stack.length - arg];
        if (value === undefined) throw badCode("a copy of what is not there");
        frame.push(value);
        continue;
      }
      case "copy2": {
        const second = frame.peek(2);
        const top = frame.peek(1);
        frame.push(second);
        frame.push(top);
        continue;
      }
      case "swap": {
        const { stack } = frame;
        const other = stack.length - arg;
        const last = stack.length - 1;
        if (other < 0) throw badCode("a swap with what is not there");
        const top = stack[last] as Value;
        stack[last] = stack[other] as Value;
        stack[other] = top;
        continue;
      }
      case "null":
        frame.push(NULL);
        continue;
      case "const":
        frame.push(machine.constant(frame, arg));
        continue;
      case "fast": {
        const value = frame.slots[arg];
        if (value === undefined) throw unbound(frame, frame.checkSlot(arg), machine);
        frame.push(value);
        continue;
      }
      case "fast-clear": {
        const value = frame.slots[frame.checkSlot(arg)];
        frame.push(value === undefined ? NULL : value);
        frame.slots[arg] = undefined;
        continue;
      }
      case "store-fast": {
        const value = frame.take();
        // What LOAD_FAST_AND_CLEAR found empty becomes empty again.
        frame.slots[frame.checkSlot(arg)] = value === NULL ? undefined : slotValue(value);
        continue;
      }
      case "delete-fast":
        if (frame.slots[frame.checkSlot(arg)] === undefined) throw unbound(frame, arg, machine);
        frame.slots[arg] = undefined;
        continue;
      case "deref": {
        const slot = cellSlot(frame, arg);
        const { contents } = frame.cell(slot);
        if (contents === undefined) throw unboundCell(frame, slot, machine);
        frame.push(contents);
        continue;
      }
      case "store-deref":
        frame.cell(cellSlot(frame, arg)).contents = frame.pop();
        continue;
      case "delete-deref": {
        const slot = cellSlot(frame, arg);
        const cell = frame.cell(slot);
        if (cell.contents === undefined) throw unboundCell(frame, slot, machine);
        cell.contents = undefined;
        continue;
      }
      case "cell":
        frame.push(frame.cell(cellSlot(frame, arg)));
        continue;
      case "make-cell":
        frame.slots[frame.checkSlot(arg)] = new CellValue(frame.slots[arg]);
        continue;
      case "copy-free":
        frame.callee.closure.forEach((cell, index) => {
          frame.slots[frame.checkSlot(frame.program.firstFree + index)] = cell;
        });
        continue;
      case "global":
        frame.push(globalOf(frame, step.text));
        continue;
      case "store-global":
        frame.callee.globals.set(step.text, frame.pop());
        continue;
      case "binary": {
        const right = frame.pop();
        frame.push(binary(step.text as BinaryOperator, frame.pop(), right, machine));
        continue;
      }
      case "inplace": {
        const right = frame.pop();
        frame.push(inplace(step.text as BinaryOperator, frame.pop(), right, machine));
        continue;
      }
      case "unary":
        frame.push(unary(step.text as "-" | "+" | "~", frame.pop()));
        continue;
      case "not":
        frame.push(!truth(frame.pop()));
        continue;
      case "to-bool":
        frame.push(truth(frame.pop()));
        continue;
      case "compare": {
        const right = frame.pop();
        const left = frame.pop();
        switch (step.text) {
          case "==":
            frame.push(equal(left, right, budget));
            continue;
          case "!=":
            frame.push(!equal(left, right, budget));
            continue;
          default:
            frame.push(ordered(step.text as "<", left, right, budget));
            continue;
        }
      }
      case "is": {
        const right = frame.pop();
        frame.push(identical(frame.pop(), right) !== (arg === 1));
        continue;
      }
      case "contains": {
        const container = frame.pop();
        frame.push(contains(container, frame.pop(), machine) !== (arg === 1));
        continue;
      }
      case "subscript": {
        const key = frame.pop();
        frame.push(subscript(frame.pop(), key, machine));
        continue;
      }
      case "store-subscript": {
        const key = frame.pop();
        const container = frame.pop();
        storeSubscript(container, key, frame.pop(), machine);
        continue;
      }
      case "delete-subscript": {
        const key = frame.pop();
        deleteSubscript(frame.pop(), key, machine);
        continue;
      }
      case "slice": {
        const stop = frame.pop();
        const start = frame.pop();
        frame.push(subscript(frame.pop(), new SliceValue(start, stop, null), machine));
        continue;
      }
      case "store-slice": {
        const stop = frame.pop();
        const start = frame.pop();
        const container = frame.pop();
        storeSubscript(container, new SliceValue(start, stop, null), frame.pop(), machine);
        continue;
      }
      case "build-tuple":
        budget.take(16 + 8 * arg);
        frame.push(new TupleValue(frame.popMany(arg)));
        continue;
      case "build-list":
        budget.take(32 + 8 * arg);
        frame.push(new ListValue(frame.popMany(arg)));
        continue;
      case "build-set":
        frame.push(setOf(frame.popMany(arg), false, budget));
        continue;
      case "build-map": {
        const parts = frame.popMany(2 * arg);
        const dict = new DictValue();
        for (let index = 0; index < parts.length; index += 2) {
          dict.set(parts[index] as Value, parts[index + 1] as Value, budget);
        }
        frame.push(dict);
        continue;
      }
      case "build-const-map": {
        const keys = frame.pop();
        if (!(keys instanceof TupleValue) || keys.items.length !== arg) {
          throw badCode("a dict's keys are not as many as its values");
        }
        const values = frame.popMany(arg);
        const dict = new DictValue();
        keys.items.forEach((key, index) => {
          dict.set(key, values[index] as Value, budget);
        });
        frame.push(dict);
        continue;
      }
      case "build-string": {
        let text = "";
        for (const part of frame.popMany(arg)) {
          if (typeof part !== "string")
            throw badCode("an f-string is put together from no strings");
          text += part;
        }
        budget.take(2 * text.length);
        frame.push(text);
        continue;
      }
      case "build-slice": {
        if (arg !== 2 && arg !== 3) throw badCode(`a slice of ${arg}`);
        const stride = arg === 3 ? frame.pop() : null;
        const stop = frame.pop();
        frame.push(new SliceValue(frame.pop(), stop, stride));
        continue;
      }
      case "list-append": {
        const value = frame.pop();
        budget.take(16);
        listAt(frame, arg).items.push(value);
        continue;
      }
      case "set-add": {
        const value = frame.pop();
        setAt(frame, arg).add(value, budget);
        continue;
      }
      case "map-add": {
        const value = frame.pop();
        const key = frame.pop();
        dictAt(frame, arg).set(key, value, budget);
        continue;
      }
      case "list-extend": {
        const value = frame.pop();
        starred(value, budget.since("3.9"));
        extend(listAt(frame, arg), value, machine);
        continue;
      }
      case "set-update": {
        const value = frame.pop();
        const set = setAt(frame, arg);
        for (const item of value instanceof SetValue
          ? [...value.unordered()]
          : collect(value, budget)) {
          budget.step();
          set.add(item, budget);
        }
        continue;
      }
      case "dict-update": {
        const value = frame.pop();
        if (!(value instanceof DictValue))
          throw typeError(`'${typeName(value)}' object is not a mapping`);
        update(dictAt(frame, arg), value, machine);
        continue;
      }
      case "dict-merge": {
        const value = frame.pop();
        const dict = dictAt(frame, arg);
        if (!(value instanceof DictValue)) throw unsupported("** of no dict");
        for (const [key, item] of value.entries()) {
          if (typeof key !== "string" || dict.has(key, budget))
            throw unsupported("** of these keys");
          dict.set(key, item, budget);
        }
        continue;
      }
      case "list-to-tuple": {
        const list = frame.pop();
        if (!(list instanceof ListValue)) throw badCode("a tuple is made of no list");
        frame.push(new TupleValue(collect(list, budget)));
        continue;
      }
      case "unpack-list":
      case "unpack-tuple": {
        const list = new ListValue([]);
        for (const part of frame.popMany(arg)) extend(list, part, machine);
        frame.push(step.op === "unpack-list" ? list : new TupleValue(list.items));
        continue;
      }
      case "unpack-set": {
        const set = new SetValue(false);
        for (const part of frame.popMany(arg)) {
          const items = part instanceof SetValue ? [...part.unordered()] : collect(part, budget);
          for (const item of items) set.add(item, budget);
        }
        frame.push(set);
        continue;
      }
      case "unpack-map": {
        const dict = new DictValue();
        for (const part of frame.popMany(arg)) {
          if (!(part instanceof DictValue))
            throw typeError(`'${typeName(part)}' object is not a mapping`);
          update(dict, part, machine);
        }
        frame.push(dict);
        continue;
      }
      case "unpack-sequence":
        for (const item of unpacked(frame.pop(), arg, machine).reverse()) frame.push(item);
        continue;
      case "unpack-rest":
        for (const item of unpackedRest(frame.pop(), arg & 0xff, arg >> 8, machine).reverse())
          frame.push(item);
        continue;
      case "jump":
        frame.next = step.target;
        continue;
      case "jump-if-false":
        if (!truth(frame.pop())) frame.next = step.target;
        continue;
      case "jump-if-true":
        if (truth(frame.pop())) frame.next = step.target;
        continue;
      case "jump-if-none":
        if (frame.pop() === null) frame.next = step.target;
        continue;
      case "jump-if-not-none":
        if (frame.pop() !== null) frame.next = step.target;
        continue;
      case "jump-if-false-or-pop":
        if (truth(frame.peek(1))) frame.take();
        else frame.next = step.target;
        continue;
      case "jump-if-true-or-pop":
        if (truth(frame.peek(1))) frame.next = step.target;
        else frame.take();
        continue;
      case "iter":
        frame.push(iteratorOf(frame.pop(), budget));
        continue;
      case "for": {
        const iterator = frame.peek(1);
        if (!(iterator instanceof IteratorValue)) throw badCode("a loop over no iterator");
        const item = iterator.next();
        if (item === DONE) {
          frame.take();
          frame.next = step.target;
        } else {
          frame.push(item);
        }
        continue;
      }
      case "attribute":
        frame.push(attributeOf(frame.pop(), step.text, budget));
        continue;
      case "method": {
        const method = attributeOf(frame.pop(), step.text, budget);
        // 3.13 has the NULL behind what is called, the others before it.
        if (frame.program.version !== "3.13") frame.push(NULL);
        frame.push(method);
        if (frame.program.version === "3.13") frame.push(NULL);
        continue;
      }
      case "kw-names":
        frame.names = machine.constant(frame, arg);
        continue;
      case "call-old":
      case "call-kw-old":
      case "call-method-old":
      case "call":
      case "call-kw":
      case "call-ex": {
        const request = call(frame, step, machine);
        if (request !== undefined) return request;
        continue;
      }
      case "return":
        return { kind: "return", value: frame.pop() };
      case "return-const":
        return { kind: "return", value: machine.constant(frame, arg) };
      case "generator":
        return { kind: "generator" };
      case "gen-start":
        frame.take();
        continue;
      case "yield":
        if (isWithinTry(frame)) throw unsupported("yield within try");
        if (frame.generator === undefined) throw badCode("a function yields that is no generator");
        return { kind: "yield", value: frame.pop() };
      case "yield-from": {
        // stack: … iterator sent → … iterator, and the step runs again when the generator goes on; at the end … value
        if (isWithinTry(frame)) throw unsupported("yield within try");
        if (frame.generator === undefined) throw badCode("a function yields that is no generator");
        const item = sendTo(frame, frame.pop());
        if (item !== DONE) {
          frame.next--;
          return { kind: "yield", value: item };
        }
        frame.push(returnedBy(frame.pop()));
        continue;
      }
      case "send": {
        // stack: … iterator sent → … iterator value; at its end 3.11 takes the iterator off, later Pythons in END_SEND
        const item = sendTo(frame, frame.pop());
        if (item !== DONE) {
          frame.push(item);
          continue;
        }
        const returned = returnedBy(frame.peek(1));
        if (frame.program.version === "3.11") frame.take();
        frame.push(returned);
        frame.next = step.target;
        continue;
      }
      case "end-send": {
        const value = frame.pop();
        frame.take();
        frame.push(value);
        continue;
      }
      case "make-function":
        frame.push(makeFunction(frame, arg, machine));
        continue;
      case "function-attribute": {
        const made = frame.pop();
        if (!(made instanceof FunctionValue)) throw badCode("an attribute of no function");
        functionAttribute(made, arg, frame.pop());
        frame.push(made);
        continue;
      }
      case "convert": {
        // The value stands below the spec of an f-string, where there is one.
        const spec = step.text === "spec" ? frame.pop() : undefined;
        const conversion = ["", "s", "r", "a"][arg];
        if (conversion === undefined) throw badCode(`there is no conversion ${arg}`);
        frame.push(convert(frame.pop(), conversion, budget));
        if (spec !== undefined) frame.push(spec);
        continue;
      }
      case "format": {
        const spec = arg === 1 ? frame.pop() : "";
        if (typeof spec !== "string") throw badCode("a format spec is no string");
        frame.push(format(frame.pop(), spec, budget));
        continue;
      }
      case "raise":
        throw raiseOf(frame, arg, machine);
      case "assertion-error":
        frame.push(exceptionClass("AssertionError"));
        continue;
      case "get-len":
        frame.push(lengthOf(frame.peek(1), machine.budget));
        continue;
      case "match-sequence": {
        const value = frame.peek(1);
        frame.push(
          value instanceof ListValue || value instanceof TupleValue || typeName(value) === "range",
        );
        continue;
      }
      case "match-mapping":
        frame.push(frame.peek(1) instanceof DictValue);
        continue;
      default:
        exceptionStep(frame, step, machine);
    }
  }
}

// `a = [*1]`: 3.9 and later say what came behind the star.
function starred(value: Value, isNew: boolean): void {
  if (!isIterable(value) && isNew)
    throw typeError(`Value after * must be an iterable, not ${typeName(value)}`);
}

function listAt(frame: Frame, depth: number): ListValue {
  const value = frame.peek(depth);
  if (value instanceof ListValue) return value;
  throw badCode("an item is appended to no list");
}

function setAt(frame: Frame, depth: number): SetValue {
  const value = frame.peek(depth);
  if (value instanceof SetValue) return value;
  throw badCode("an item is added to no set");
}

function dictAt(frame: Frame, depth: number): DictValue {
  const value = frame.peek(depth);
  if (value instanceof DictValue) return value;
  throw badCode("an entry is set in no dict");
}

// Before 3.11 cells have numbers of their own.
function cellSlot(frame: Frame, arg: number): number {
  return frame.checkSlot(frame.program.isNew ? arg : arg + frame.program.fields.nlocals);
}

function unbound(frame: Frame, slot: number, { budget }: Machine): Raised {
  const name = frame.slotName(slot);
  return raised(
    "UnboundLocalError",
    budget.since("3.11")
      ? `cannot access local variable '${name}' where it is not associated with a value`
      : `local variable '${name}' referenced before assignment`,
  );
}

function unboundCell(frame: Frame, slot: number, machine: Machine): Raised {
  if (slot < frame.program.firstFree) return unbound(frame, slot, machine);
  const name = frame.slotName(slot);
  return raised(
    "NameError",
    machine.budget.since("3.11")
      ? `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`
      : `free variable '${name}' referenced before assignment in enclosing scope`,
  );
}

function globalOf(frame: Frame, name: string): Value {
  const given = frame.callee.globals.get(name);
  const own = given === undefined ? BUILTINS.get(name) : given;
  if (own !== undefined) return own;
  if (!frame.callee.globals.isComplete || KNOWN_BUILTINS.has(name))
    throw unsupported(`global ${name}`);
  throw raised("NameError", `name '${name}' is not defined`);
}

// Builtins that are not covered: no NameError.
const KNOWN_BUILTINS: ReadonlySet<string> = new Set(
  (
    "__build_class__ __debug__ __doc__ __import__ __loader__ __name__ __package__ __spec__ aiter anext breakpoint " +
    "bytearray classmethod compile complex copyright credits delattr dir eval exec exit getattr globals hasattr " +
    "help id input license locals memoryview object open print property quit setattr staticmethod super vars " +
    "OSError IOError EnvironmentError BaseExceptionGroup ExceptionGroup ImportError ModuleNotFoundError SyntaxError " +
    "IndentationError TabError SystemExit UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError " +
    "BlockingIOError BrokenPipeError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError " +
    "ConnectionRefusedError ConnectionResetError EncodingWarning FileExistsError FileNotFoundError ImportWarning " +
    "InterruptedError IsADirectoryError NotADirectoryError PendingDeprecationWarning PermissionError " +
    "ProcessLookupError PythonFinalizationError ResourceWarning SyntaxWarning TimeoutError UnicodeWarning"
  ).split(" "),
);

/**
 * Reductions in; callable, arguments and opcode of a call out, as the protocol can write them.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_reduce, Lib/copyreg.py; PEP 307 (NEWOBJ), PEP 3154 (NEWOBJ_EX).
 */

import type { Reduction, Registry } from "../registry/index.ts";
import { Float, Global, Instance, PyDict, PySet, Tuple } from "../values/index.ts";
import { GETATTR, NEWOBJ, NEWOBJ_EX, OBJECT, PARTIAL, RECONSTRUCTOR } from "./builtins.ts";
import type { Walk } from "./containers.ts";
import { describe } from "./describe.ts";
import { NONE } from "./frames.ts";
import type { Memo } from "./memo.ts";
import type { ErrorMaker } from "./output.ts";

// More arguments than this are written with frames.
const MOST_PLAIN = 6;

// Open calls for one object; CPython's recursion limit stops at about as many.
const MOST_CALLS = 1000;

/** What is saved before the opcode of a call: callable, arguments, and keyword arguments for NEWOBJ_EX. */
export function callParts(reduction: Reduction, protocol: number): readonly unknown[] {
  const { callable, kwargs, form } = reduction;
  const args = asTuple(reduction.args ?? NONE);
  if (form !== "new") return [callable, args];
  if (kwargs !== undefined) {
    if (protocol >= 4) return [callable, args, kwargs];
    if (protocol < 2) return [NEWOBJ_EX, Tuple.of(callable, args, kwargs)];
    // functools.partial(cls.__new__, cls, *args, **kwargs)()
    const create =
      callable instanceof Global
        ? new Global(callable.module, `${callable.name}.__new__`)
        : new Instance("call", GETATTR, Tuple.of(callable, "__new__"));
    const partial = new Instance("call", PARTIAL, Tuple.of(create));
    partial.state = Tuple.of(create, Tuple.of(callable, ...args), kwargs, null);
    return [partial, new Tuple()];
  }
  if (protocol >= 2) return [callable, args];
  if (args.length > 0) return [NEWOBJ, Tuple.of(callable, ...args)];
  return [RECONSTRUCTOR, Tuple.of(callable, OBJECT, null)];
}

/** The opcode after these parts. */
export function callOpcode(
  { form, callable }: Reduction,
  parts: readonly unknown[],
  protocol: number,
): number {
  const made = form === "new" && protocol >= 2 && parts[0] === callable;
  return !made ? 0x52 : parts.length === 3 ? 0x92 : 0x81; // REDUCE, NEWOBJ_EX or NEWOBJ
}

/** How an instance says itself that it is made; items, entries and state are its own. */
export class OwnReduction implements Reduction {
  readonly form: "call" | "new";
  readonly callable: unknown;
  readonly args: readonly unknown[];
  readonly kwargs: unknown;

  constructor(form: "call" | "new", callable: unknown, args: readonly unknown[], kwargs?: unknown) {
    this.form = form;
    this.callable = callable;
    this.args = args;
    this.kwargs = kwargs;
  }
}

/** The reduction that a hook answered with, if it is one. */
export function checked(answer: Reduction, error: ErrorMaker): Reduction {
  if (typeof answer === "object" && answer !== null && "callable" in answer) {
    if (answer.args === undefined || Array.isArray(answer.args)) return answer;
  }
  throw error(
    "unsupported-reduction",
    "a reduction must be a Global or an object with `callable`, its `args` an array",
  );
}

/** Whether Python can call what stands for a value: a class, a function, an object of a type that says so. */
export function isCallable(registry: Registry, value: unknown): boolean {
  if (registry.byValue(value) !== undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && registry.byPrototype(prototype)?.callable === true;
}

/** Calls that are not yet written though their arguments are: arguments may lead back to the object. */
export class OpenCalls {
  // Objects, and how many such calls of each are open.
  #open: Map<unknown, number> | null = null;
  // Persistent ids that are being written within one another.
  #ids = 0;
  readonly #memo: Memo;
  readonly #error: ErrorMaker;
  // Whether a function of the caller's may answer for names too, which then lead back as anything does.
  readonly #hooked: boolean;

  constructor(memo: Memo, error: ErrorMaker, hooked: boolean) {
    this.#memo = memo;
    this.#error = error;
    this.#hooked = hooked;
  }

  clear(): void {
    this.#open = null;
    this.#ids = 0;
  }

  /** A persistent id is an object without an end where its parts have ids that contain it. */
  enterId(id: unknown): unknown {
    if (++this.#ids > MOST_CALLS)
      throw this.#error("bad-persistent-id", "a persistent id contains what it is the id of");
    return id;
  }

  leaveId(): void {
    this.#ids--;
  }

  /**
   * Arguments may lead back to their object through something that Python can refer to before it is complete; where
   * they do so through nothing else there is no end, as in CPython's RecursionError.
   */
  enter(object: unknown, { args, kwargs }: Reduction): void {
    if (kwargs === undefined && !this.#hooked && !args?.some(canLeadBack)) return;
    const open = (this.#open?.get(object) ?? 0) + 1;
    if (open > MOST_CALLS) {
      throw this.#error(
        "unsupported-reduction",
        `the arguments that make ${describe(object)} contain it`,
      );
    }
    (this.#open ??= new Map()).set(object, open);
  }

  leave(object: unknown): void {
    this.#open?.delete(object);
  }

  /** How to make an instance that is not of form "old". */
  reductionOf(instance: Instance, protocol: number): Reduction {
    const { callable, args, kwargs } = instance;
    const form = instance.form === "new" ? "new" : "call";
    if (form === "call" || protocol >= 2)
      return new OwnReduction(form, callable, this.#argsOf(instance), kwargs);
    // Python's own pickler writes copyreg._reconstructor for a plain class; what an unknown class derives from is not
    // known here, and __newobj__ is right for each.
    return kwargs === undefined
      ? new OwnReduction("call", NEWOBJ, Tuple.of(callable, ...args))
      : new OwnReduction("call", NEWOBJ_EX, Tuple.of(callable, args, kwargs));
  }

  // An object whose arguments lead back to it is written again inside them. CPython's __reduce_ex__ makes the tuple of
  // arguments anew for each of these calls, and of some classes the lists in it too, so that the inner call gets
  // complete ones where an outer call has left them open.
  #argsOf(instance: Instance): readonly unknown[] {
    const { args, freshArgs } = instance;
    if (this.#open?.has(instance) !== true) return args;
    const remake = (arg: unknown): unknown =>
      freshArgs && isContainer(arg) && this.#memo.has(arg) ? copyOf(arg) : arg;
    return Tuple.from(args, remake) as Tuple;
  }
}

// Anything that may refer to something: not scalars, not text, not bytes, not names.
function canLeadBack(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !(
      value instanceof Uint8Array ||
      value instanceof Float ||
      value instanceof Global ||
      value instanceof String
    )
  );
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value)
    ? !(value instanceof Tuple)
    : value instanceof Map || value instanceof Set;
}

function copyOf(container: object): object {
  if (container instanceof PyDict) return new PyDict(container);
  if (container instanceof PySet) return new PySet(container);
  if (container instanceof Map) return new Map(container);
  return container instanceof Set ? new Set(container) : Array.from(container as unknown[]);
}

function asTuple(args: readonly unknown[]): Tuple {
  if (args instanceof Tuple) return args;
  const tuple = new Tuple(args.length);
  for (let index = 0; index < args.length; index++) tuple[index] = args[index];
  return tuple;
}

/**
 * Writes callable, arguments and opcode where that takes no frame: a global that was written before, and a few arguments
 * that have no parts or were written before, in no tuple of the graph's own. Most calls of registered types are such. False
 * for any other.
 */
export function writePlainCall(
  walk: Walk,
  { callable, args = NONE, areBytesOwn, kwargs, form }: Reduction,
): boolean {
  const { out, memo } = walk;
  const { length } = args;
  if (!walk.fast || out.protocol < 2 || length > MOST_PLAIN || kwargs !== undefined) return false;
  if (!(callable instanceof Global) || (length > 0 && args instanceof Tuple)) return false;
  for (let index = 0; index < length; index++) if (!isPlain(memo, args[index])) return false;
  out.passBoundary();
  if (!memo.fetch(callable)) return false;
  out.passBoundary();
  if (length === 0) {
    out.byte(0x29); // EMPTY_TUPLE
  } else {
    if (length > 3) out.byte(0x28); // MARK
    for (let index = 0; index < length; index++) {
      const arg = args[index];
      if (areBytesOwn && arg instanceof Uint8Array && arg.length > 1 && out.protocol >= 3) {
        out.passBoundary();
        out.data(arg);
        memo.enterNothing();
      } else {
        walk.save(arg);
      }
    }
    out.byte(length > 3 ? 0x74 : 0x84 + length); // TUPLE, TUPLE1, TUPLE2 or TUPLE3
    memo.enterNothing();
  }
  out.byte(form === "new" ? 0x81 : 0x52); // NEWOBJ or REDUCE
  return true;
}

function isPlain(memo: Memo, value: unknown): boolean {
  switch (typeof value) {
    case "number":
    case "string":
    case "boolean":
      return true;
    case "object":
      if (value === null) return true;
      return Object.getPrototypeOf(value) === Uint8Array.prototype || memo.has(value);
    default:
      return false;
  }
}

/**
 * Python's built-in exceptions ↔ `PyException`; JavaScript's own errors → the built-in exceptions nearest to them.
 *
 * `Error → Exception`, `TypeError → TypeError`, `RangeError → ValueError`, `SyntaxError → SyntaxError`,
 * `ReferenceError → NameError`, `URIError → ValueError`, `EvalError → Exception`, `AggregateError → ExceptionGroup`
 * (Python 3.11 and later; `Exception` where it has no errors). The message is the only argument, own properties become
 * attributes. A `cause` that is an error goes where Python keeps it, in `__cause__`; any other is an attribute `cause`.
 *
 * Python itself pickles no `__cause__`, `__context__` or `__traceback__`, but sets whatever attribute a state names.
 *
 * Source: CPython 3.13 Objects/exceptions.c BaseException_reduce, BaseException_setstate.
 */

import type { PickleType, Reduction } from "../core/registry/index.ts";
import { Global, PyDict } from "../core/values/index.ts";
import { attributesOf, stateOf } from "./arguments.ts";
import { isException, PyException, setAttributes } from "./exception.ts";
import { BASE_EXCEPTIONS, EXCEPTION_NAMES } from "./exception-names.ts";

const CAUSE = "__cause__";

/** Built-in exceptions and JavaScript's errors. */
export const exceptionTypes: readonly PickleType[] = [
  ...EXCEPTION_NAMES.map((name): PickleType => {
    const global = builtin(name);
    return { globals: [global], call: (args) => new PyException(global, args) };
  }),
  {
    globals: [],
    prototypes: [PyException.prototype],
    setState: (object, state, context) =>
      setAttributes(object as PyException, attributesOf(state, object, context)),
    reduce: (value) => {
      const error = value as PyException;
      const attributes = new PyDict<string, unknown>(error.attributes);
      const cause = ownCause(error);
      if (cause !== undefined) attributes.set(isException(cause) ? CAUSE : "cause", cause);
      return reduction(error.type, error.args, stateOf(error, attributes));
    },
  },
  outward([Error, EvalError], "Exception"),
  outward([TypeError], "TypeError"),
  outward([RangeError, URIError], "ValueError"),
  outward([SyntaxError], "SyntaxError"),
  outward([ReferenceError], "NameError"),
  {
    globals: [],
    prototypes: [AggregateError.prototype],
    reduce: (value) => {
      const error = value as AggregateError;
      const errors: unknown[] = error.errors;
      const attributes = attributesOfError(error);
      if (errors.length === 0 || !errors.every(isException)) {
        attributes.set("errors", errors);
        return reduction(builtin("Exception"), messageArgs(error), attributes);
      }
      const isBase = errors.some(
        (inner) => inner instanceof PyException && BASE_EXCEPTIONS.has(inner.type.name),
      );
      const group = builtin(isBase ? "BaseExceptionGroup" : "ExceptionGroup");
      return reduction(group, [error.message, [...errors]], attributes);
    },
  },
];

// ExceptionGroup alone is made while the interpreter starts, and has its module's name in a str of its own.
function builtin(name: string): Global {
  return new Global("builtins", name, { spelled: name === "ExceptionGroup" ? true : "name" });
}

function outward(classes: readonly { readonly prototype: Error }[], name: string): PickleType {
  const global = builtin(name);
  return {
    globals: [],
    prototypes: classes.map(({ prototype }) => prototype),
    reduce: (value) => {
      const error = value as Error;
      return reduction(global, messageArgs(error), attributesOfError(error));
    },
  };
}

function reduction(
  callable: Global,
  args: readonly unknown[],
  attributes: PyDict<unknown, unknown>,
): Reduction {
  return { callable, args, state: attributes.size > 0 ? attributes : undefined };
}

function messageArgs(error: Error): string[] {
  return Object.hasOwn(error, "message") ? [error.message] : [];
}

function attributesOfError(error: Error): PyDict<string, unknown> {
  const attributes = new PyDict<string, unknown>(Object.entries(error));
  const cause = ownCause(error);
  if (cause !== undefined) attributes.set(isException(cause) ? CAUSE : "cause", cause);
  return attributes;
}

function ownCause(error: Error): unknown {
  return Object.hasOwn(error, "cause") ? (error.cause ?? undefined) : undefined;
}

/** Python's exceptions: their classes by name, and what raising one with a message makes. */

import { ExceptionValue, Raised, TypeValue, type Value } from "./objects.ts";

// Each class after its base: CPython 3.13 Doc/library/exceptions.rst, without the families of OSError, SyntaxError and
// UnicodeError, whose objects say more than their arguments, and without groups.
const FAMILY =
  "BaseException;Exception BaseException;ArithmeticError Exception;ZeroDivisionError ArithmeticError;" +
  "OverflowError ArithmeticError;FloatingPointError ArithmeticError;AssertionError Exception;" +
  "AttributeError Exception;BufferError Exception;EOFError Exception;LookupError Exception;" +
  "IndexError LookupError;KeyError LookupError;MemoryError Exception;NameError Exception;" +
  "UnboundLocalError NameError;ReferenceError Exception;RuntimeError Exception;" +
  "NotImplementedError RuntimeError;RecursionError RuntimeError;StopIteration Exception;" +
  "StopAsyncIteration Exception;TypeError Exception;ValueError Exception;" +
  "UnicodeError ValueError;Warning Exception;UserWarning Warning;DeprecationWarning Warning;" +
  "RuntimeWarning Warning;FutureWarning Warning;SystemError Exception;GeneratorExit BaseException;" +
  "KeyboardInterrupt BaseException";

export const EXCEPTIONS: ReadonlyMap<string, TypeValue> = makeFamily();

function makeFamily(): Map<string, TypeValue> {
  const classes = new Map<string, TypeValue>();
  for (const row of FAMILY.split(";")) {
    const [name = "", base = "object"] = row.split(" ");
    classes.set(name, new TypeValue(name, classes.get(base)));
  }
  return classes;
}

/** The class of that name. */
export function exceptionClass(name: string): TypeValue {
  const cls = EXCEPTIONS.get(name);
  if (cls === undefined) throw new RangeError(`there is no exception ${name}`);
  return cls;
}

/** An exception to throw. */
export function raised(name: string, ...args: Value[]): Raised {
  return new Raised(new ExceptionValue(exceptionClass(name), args));
}

export function typeError(message: string): Raised {
  return raised("TypeError", message);
}

export function valueError(message: string): Raised {
  return raised("ValueError", message);
}

/** Whether this is that exception, or one of a class that derives from it. */
export function isRaised(error: unknown, name: string): error is Raised {
  return error instanceof Raised && error.exception.cls.isSubclassOf(exceptionClass(name));
}

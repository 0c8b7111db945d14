/** A Python function's record in, a JavaScript function that computes the same out. */

import { Budget, exceeded, type RunLimits } from "./budget.ts";
import { PyCodeError, PythonError } from "./error.ts";
import { PyFunction } from "./function.ts";
import type { FunctionValue } from "./function-value.ts";
import { Machine } from "./machine.ts";
import { Raised, type Value } from "./objects.ts";
import { text } from "./repr.ts";
import { Results, recordOfCallable, Session } from "./session.ts";
import { PYTHON_VERSIONS, type PythonVersion } from "./version-names.ts";

/** How a function is run. */
export interface CallableOptions extends RunLimits {
  /** Results as a lossless load gives them: an integral float is a `Float`, a dict always a `PyDict`. */
  readonly lossless?: boolean;
  /** The Python that compiled it, where the bytecode leaves that open. */
  readonly python?: PythonVersion;
  /** Values for globals that the pickle leaves to the Python that loads it, by name: records, or plain values. */
  readonly globals?: Readonly<Record<string, unknown>>;
}

class KeywordArguments {
  readonly entries: readonly (readonly [string, unknown])[];
  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

/** Keyword arguments for a call, as its last argument: `callable(f)(1, kwargs({ scale: 2 }))`. */
export function kwargs(values: Readonly<Record<string, unknown>>): object {
  if (typeof values !== "object" || values === null)
    throw new TypeError("values must be an object");
  return new KeywordArguments(Object.entries(values));
}

/** A function that runs Python code; its arguments are copied in, its result is copied out. */
export type PythonCallable = (...args: unknown[]) => unknown;

/**
 * A JavaScript function that runs a Python function's bytecode (CPython 3.8 to 3.13), for functions that only compute. The
 * result is what Python's would be, or the call is refused; nothing of the host can be reached.
 *
 * Arguments and results are the values of `loads` and `dumps`: an integral number is an int, `new Float(1)` is 1.0. Cells
 * and globals keep what calls change in them.
 *
 * @throws PythonError (by the function) for an exception of the code's own, with Python's name and message
 * @throws PyCodeError `unsupported` for what is not covered, by name; `limit-exceeded`, `bad-code`, `unsupported-value`
 */
export function callable(record: PyFunction, options: CallableOptions = {}): PythonCallable {
  if (!(record instanceof PyFunction)) throw new TypeError("record must be a PyFunction");
  const { pythons } = record.code;
  const { python = pythons[0] } = options;
  if (python === undefined || !PYTHON_VERSIONS.includes(python)) {
    throw new PyCodeError(
      "unknown-version",
      "the bytecode is of no Python that is known here (3.8 to 3.13)",
      python ?? "",
    );
  }
  if (!pythons.includes(python)) {
    throw new PyCodeError("unknown-version", `the bytecode is none of Python ${python}`, python);
  }
  const session = new Session(python, options.globals ?? {});
  const possible = options.python === undefined ? pythons : [options.python];
  return guarded(() => functionOf(session.function(record), session, possible, options, record));
}

function functionOf(
  value: FunctionValue,
  session: Session,
  pythons: readonly PythonVersion[],
  options: CallableOptions,
  record?: PyFunction,
): PythonCallable {
  const run: PythonCallable = (...args) =>
    guarded(() => {
      const machine = new Machine(new Budget(options, pythons), session.constant);
      const last = args[args.length - 1];
      const named = last instanceof KeywordArguments ? last : undefined;
      const given = named === undefined ? args : args.slice(0, -1);
      const values = session.arguments([
        ...given,
        ...(named?.entries ?? []).map(([, item]) => item),
      ]);
      const positional = values.slice(0, given.length);
      const keywords =
        named &&
        new Map(
          named.entries.map(([name], index): [string, Value] => [
            name,
            values[given.length + index] as Value,
          ]),
        );
      try {
        const result = machine.call(value, positional, keywords);
        const results = new Results(options.lossless ?? false, (inner) =>
          functionOf(inner, session, pythons, options),
        );
        return results.of(result);
      } catch (error) {
        throw error instanceof Raised ? pythonError(error, machine) : error;
      }
    });
  Object.defineProperty(run, "name", { value: value.name, configurable: true });
  if (record !== undefined) recordOfCallable.set(run, record);
  return run;
}

function pythonError({ exception }: Raised, { budget }: Machine): PythonError {
  return new PythonError(exception.cls.name, text(exception, budget));
}

// JavaScript's own limits (its stack, the length of a string) are limits of the run.
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw exceeded("the host's limits", 0);
    throw error;
  }
}

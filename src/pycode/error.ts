/** What reading and running Python's functions says when it cannot: a closed set of codes, and Python's own exceptions. */

/** What went wrong. `docs` of the room: each code has a test that raises it. */
export type PyCodeErrorCode =
  | "bad-code"
  | "unknown-version"
  | "unsupported"
  | "unsupported-value"
  | "limit-exceeded"
  | "python-exception";

/**
 * A function's code that cannot be read or run.
 *
 * `bad-code`: bytecode that no compiler writes; `unknown-version`: a Python whose bytecode is not known here;
 * `unsupported`: an instruction, a builtin or a method that is not covered, named by `subject`; `unsupported-value`: a
 * value that cannot go in or come out; `limit-exceeded`: `maxSteps`, `maxMemory` or the depth; `python-exception`: the
 * code itself raised, see {@link PythonError}.
 */
export class PyCodeError extends Error {
  override readonly name: string = "PyCodeError";
  readonly code: PyCodeErrorCode;
  /** What is not covered, or which limit: "IMPORT_NAME", "str.encode", "maxSteps". */
  readonly subject: string;

  constructor(code: PyCodeErrorCode, message: string, subject = "", options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.subject = subject;
  }
}

/** An exception that the Python code raised and nobody caught. */
export class PythonError extends PyCodeError {
  override readonly name: string = "PythonError";
  /** Python's name of the exception's class: "ZeroDivisionError". */
  readonly type: string;
  /** What `str(exception)` gives. */
  readonly text: string;

  constructor(type: string, text: string) {
    super("python-exception", text === "" ? type : `${type}: ${text}`, type);
    this.type = type;
    this.text = text;
  }
}

/** Refuses bytecode that contradicts itself. */
export function badCode(message: string): PyCodeError {
  return new PyCodeError("bad-code", message);
}

/** Refuses by the name of what is not covered. */
export function unsupported(subject: string, why = "is not covered"): PyCodeError {
  return new PyCodeError("unsupported", `${subject} ${why}`, subject);
}

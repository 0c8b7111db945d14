/**
 * The built-in exceptions by name; test/interop/stdlib.test.ts compares them with a live Python.
 *
 * Source: CPython 3.13 Lib/test/exception_hierarchy.txt; `WindowsError` is an alias that only Windows has.
 */

/** Every class of `builtins` that derives from `BaseException`, aliases included. */
export const EXCEPTION_NAMES: readonly string[] = (
  "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError " +
  "BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError " +
  "ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning " +
  "EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError " +
  "FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError " +
  "InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError " +
  "ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError " +
  "PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError " +
  "RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration " +
  "StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError " +
  "UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError " +
  "UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError"
).split(" ");

/** Those that an `ExceptionGroup` cannot hold and a `BaseExceptionGroup` can. */
export const BASE_EXCEPTIONS: ReadonlySet<string> = new Set([
  "BaseException",
  "BaseExceptionGroup",
  "GeneratorExit",
  "KeyboardInterrupt",
  "SystemExit",
]);

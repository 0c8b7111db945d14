/** Python's functions, classes and modules as dill and cloudpickle write them: inert, readable, and run where they only compute. */

export { type CallableOptions, callable, kwargs, type PythonCallable } from "./callable.ts";
export { PyCell } from "./cell.ts";
export { PyBuiltinType, PyClass, PyModule } from "./class.ts";
export { type CodeFields, PyCode } from "./code.ts";
export {
  type DisassembleOptions,
  disassemble,
  disassembleText,
  type ExceptionEntry,
  exceptionTable,
  type Instruction,
} from "./disassemble.ts";
export { PyCodeError, type PyCodeErrorCode, PythonError } from "./error.ts";
export { PyFunction } from "./function.ts";
export { pycodeTypes } from "./known.ts";
export type { Position } from "./lines.ts";
export type { Parameter, ParameterKind } from "./signature.ts";
export { PYTHON_VERSIONS, type PythonVersion } from "./version-names.ts";

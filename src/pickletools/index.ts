/** Python's `pickletools`: what a pickle consists of, opcode by opcode. */

export type { ByteSource, BytesLike } from "../core/bytes/index.ts";
export type { StackEntry } from "../core/opcodes/index.ts";
export { ByteArray } from "../core/values/index.ts";
export type { ArgumentName, OpcodeArgument } from "./arguments.ts";
export { type DisMemo, type DisOptions, dis, disLines } from "./dis.ts";
export { type PickletoolsCode, PickletoolsError, type PythonException } from "./error.ts";
export { genops, type OpcodeTriple } from "./genops.ts";
export { type OpcodeInfo, opcodes } from "./opcodes.ts";
export { optimize } from "./optimize.ts";

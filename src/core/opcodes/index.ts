/** The opcodes as data. */

export { ARGUMENTS, type Argument, OPCODES, type Opcode } from "./table.ts";

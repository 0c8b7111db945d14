/** The opcodes as data. */

export { Skimmer } from "./skimmer.ts";
export { ARGUMENTS, type Argument, OPCODES, type Opcode } from "./table.ts";

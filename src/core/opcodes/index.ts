/** The opcodes as data. */

export { EFFECTS, type Effect, type StackEntry } from "./effects.ts";
export { Skimmer } from "./skimmer.ts";
export { ARGUMENTS, type Argument, OPCODES, type Opcode } from "./table.ts";

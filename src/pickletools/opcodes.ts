/** The table of opcodes in, the records that `genops` hands out, under the names of Python's `pickletools`, out. */
import { EFFECTS, OPCODES, type StackEntry } from "../core/opcodes/index.ts";
import type { ArgumentName } from "./arguments.ts";

/** One opcode; the fields are those of Python's `OpcodeInfo`. */
export interface OpcodeInfo {
  readonly name: string;
  /** Its byte, as a one-character string. */
  readonly code: string;
  /** The kind of its argument, `null` where it has none. */
  readonly arg: Exclude<ArgumentName, "none"> | null;
  /** What it takes from the stack, the top last. */
  readonly stackBefore: readonly StackEntry[];
  /** What it leaves. */
  readonly stackAfter: readonly StackEntry[];
  /** The protocol that introduced it. */
  readonly proto: number;
  /** What it does, in a sentence. */
  readonly doc: string;
}

/** All 68 opcodes, in the order of Python's `pickletools.opcodes`. */
export const opcodes: readonly OpcodeInfo[] = OPCODES.map(
  ({ name, code, protocol, argument }, index) => {
    const effect = EFFECTS[index] as (typeof EFFECTS)[number];
    return Object.freeze({
      name,
      code: String.fromCharCode(code),
      arg: argument === "none" ? null : argument,
      stackBefore: Object.freeze(effect.before),
      stackAfter: Object.freeze(effect.after),
      proto: protocol,
      doc: effect.doc,
    });
  },
);

/** The opcodes by their byte. */
export const byCode: readonly (OpcodeInfo | undefined)[] = (() => {
  const table: (OpcodeInfo | undefined)[] = new Array(256).fill(undefined);
  for (const opcode of opcodes) table[opcode.code.charCodeAt(0)] = opcode;
  return table;
})();

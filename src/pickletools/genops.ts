/** A pickle in, its opcodes one by one out. Source: CPython 3.13 Lib/pickletools.py genops. */
import type { ByteSource, BytesLike } from "../core/bytes/index.ts";
import { reprBytes } from "../core/values/index.ts";
import { type DecodedArgument, type OpcodeArgument, readArgument } from "./arguments.ts";
import { PickletoolsError } from "./error.ts";
import { byCode, type OpcodeInfo } from "./opcodes.ts";
import { type Reader, readerOf } from "./reader.ts";

/** An opcode of a pickle: what it is, its argument, and the offset of its byte. */
export type OpcodeTriple = readonly [opcode: OpcodeInfo, arg: OpcodeArgument, pos: number];

/** The same with what only this room needs. */
export interface Step {
  readonly opcode: OpcodeInfo;
  readonly argument: DecodedArgument;
  readonly pos: number;
  readonly end: number;
}

/**
 * The opcodes of the pickle that begins where `pickle` stands, up to and with its STOP. Memory is that of one argument,
 * whatever the size of the pickle. A source stands behind the STOP afterwards, as a file in Python does.
 *
 * @throws PickletoolsError with the message of Python's exception
 * @throws TypeError where `pickle` is neither bytes nor a source
 * @example
 * ```ts
 * import { genops } from "brine/pickletools";
 * import { dumps } from "brine/pickle";
 * const triples = [...genops(dumps([7], 2))];
 * triples.map(([opcode, arg, pos]) => [pos, opcode.name, arg]);
 * //=> [[0, "PROTO", 2], [2, "EMPTY_LIST", null], [3, "BINPUT", 0], [5, "BININT1", 7],
 * //   [7, "APPEND", null], [8, "STOP", null]]
 * ```
 */
export function genops(pickle: BytesLike | ByteSource): Generator<OpcodeTriple, void, undefined> {
  return triples(readerOf(pickle));
}

function* triples(reader: Reader): Generator<OpcodeTriple, void, undefined> {
  for (const { opcode, argument, pos } of steps(reader)) yield [opcode, argument.value, pos];
}

/** The opcodes from the reader's place on. */
export function* steps(reader: Reader): Generator<Step, void, undefined> {
  for (;;) {
    const pos = reader.position;
    const code = reader.byte();
    const opcode = byCode[code];
    if (opcode === undefined) {
      if (code < 0) {
        throw new PickletoolsError("truncated", "pickle exhausted before seeing STOP", pos);
      }
      const shown = reprBytes(Uint8Array.of(code));
      const message = `at position ${pos}, opcode ${shown} unknown`;
      throw new PickletoolsError("invalid-opcode", message, pos);
    }
    const argument = readArgument(opcode.arg ?? "none", reader, pos);
    yield { opcode, argument, pos, end: reader.position };
    if (code === 0x2e) return;
  }
}

/**
 * Bytes in, opcodes and their arguments out, as far as they can be told apart: the fuzzer's own view of a pickle.
 * It owes nothing to the machine under test. Source: CPython 3.13 Lib/pickletools.py.
 */

/** How an opcode's argument is delimited. */
export type Argument =
  | "none"
  | "line"
  | "two-lines"
  | 1
  | 2
  | 4
  | 8
  | "counted-1"
  | "counted-4"
  | "counted-8";

/** name, argument; keyed by the opcode byte. */
export const OPCODES: ReadonlyMap<number, readonly [name: string, argument: Argument]> = new Map([
  [0x28, ["MARK", "none"]],
  [0x29, ["EMPTY_TUPLE", "none"]],
  [0x2e, ["STOP", "none"]],
  [0x30, ["POP", "none"]],
  [0x31, ["POP_MARK", "none"]],
  [0x32, ["DUP", "none"]],
  [0x42, ["BINBYTES", "counted-4"]],
  [0x43, ["SHORT_BINBYTES", "counted-1"]],
  [0x46, ["FLOAT", "line"]],
  [0x47, ["BINFLOAT", 8]],
  [0x49, ["INT", "line"]],
  [0x4a, ["BININT", 4]],
  [0x4b, ["BININT1", 1]],
  [0x4c, ["LONG", "line"]],
  [0x4d, ["BININT2", 2]],
  [0x4e, ["NONE", "none"]],
  [0x50, ["PERSID", "line"]],
  [0x51, ["BINPERSID", "none"]],
  [0x52, ["REDUCE", "none"]],
  [0x53, ["STRING", "line"]],
  [0x54, ["BINSTRING", "counted-4"]],
  [0x55, ["SHORT_BINSTRING", "counted-1"]],
  [0x56, ["UNICODE", "line"]],
  [0x58, ["BINUNICODE", "counted-4"]],
  [0x5d, ["EMPTY_LIST", "none"]],
  [0x61, ["APPEND", "none"]],
  [0x62, ["BUILD", "none"]],
  [0x63, ["GLOBAL", "two-lines"]],
  [0x64, ["DICT", "none"]],
  [0x65, ["APPENDS", "none"]],
  [0x67, ["GET", "line"]],
  [0x68, ["BINGET", 1]],
  [0x69, ["INST", "two-lines"]],
  [0x6a, ["LONG_BINGET", 4]],
  [0x6c, ["LIST", "none"]],
  [0x6f, ["OBJ", "none"]],
  [0x70, ["PUT", "line"]],
  [0x71, ["BINPUT", 1]],
  [0x72, ["LONG_BINPUT", 4]],
  [0x73, ["SETITEM", "none"]],
  [0x74, ["TUPLE", "none"]],
  [0x75, ["SETITEMS", "none"]],
  [0x7d, ["EMPTY_DICT", "none"]],
  [0x80, ["PROTO", 1]],
  [0x81, ["NEWOBJ", "none"]],
  [0x82, ["EXT1", 1]],
  [0x83, ["EXT2", 2]],
  [0x84, ["EXT4", 4]],
  [0x85, ["TUPLE1", "none"]],
  [0x86, ["TUPLE2", "none"]],
  [0x87, ["TUPLE3", "none"]],
  [0x88, ["NEWTRUE", "none"]],
  [0x89, ["NEWFALSE", "none"]],
  [0x8a, ["LONG1", "counted-1"]],
  [0x8b, ["LONG4", "counted-4"]],
  [0x8c, ["SHORT_BINUNICODE", "counted-1"]],
  [0x8d, ["BINUNICODE8", "counted-8"]],
  [0x8e, ["BINBYTES8", "counted-8"]],
  [0x8f, ["EMPTY_SET", "none"]],
  [0x90, ["ADDITEMS", "none"]],
  [0x91, ["FROZENSET", "none"]],
  [0x92, ["NEWOBJ_EX", "none"]],
  [0x93, ["STACK_GLOBAL", "none"]],
  [0x94, ["MEMOIZE", "none"]],
  [0x95, ["FRAME", 8]],
  [0x96, ["BYTEARRAY8", "counted-8"]],
  [0x97, ["NEXT_BUFFER", "none"]],
  [0x98, ["READONLY_BUFFER", "none"]],
]);

/** One opcode of a pickle: where it stands, and its argument's bytes without delimiters. */
export interface Step {
  readonly name: string;
  readonly offset: number;
  readonly end: number;
  readonly argument: Uint8Array;
}

/** The opcodes of `data` up to STOP, the end, or the first thing that is no opcode. */
export function steps(data: Uint8Array): Step[] {
  const found: Step[] = [];
  for (let offset = 0; offset < data.length; ) {
    const row = OPCODES.get(data[offset] as number);
    if (row === undefined) break;
    const [name, kind] = row;
    const start = offset + 1;
    const end = argumentEnd(data, start, kind);
    if (end > data.length) break;
    const skipped =
      typeof kind === "string" && kind.startsWith("counted") ? Number(kind.slice(8)) : 0;
    const closed = kind === "line" || kind === "two-lines" ? 1 : 0;
    found.push({ name, offset, end, argument: data.subarray(start + skipped, end - closed) });
    if (name === "STOP") break;
    offset = end;
  }
  return found;
}

// The offset behind the argument; beyond the data where the data is too short.
function argumentEnd(data: Uint8Array, start: number, kind: Argument): number {
  if (kind === "none") return start;
  if (typeof kind === "number") return start + kind;
  if (kind === "line" || kind === "two-lines") {
    const first = data.indexOf(0x0a, start);
    if (first < 0) return Number.POSITIVE_INFINITY;
    if (kind === "line") return first + 1;
    const second = data.indexOf(0x0a, first + 1);
    return second < 0 ? Number.POSITIVE_INFINITY : second + 1;
  }
  const width = Number(kind.slice(8));
  if (start + width > data.length) return Number.POSITIVE_INFINITY;
  let length = 0;
  for (let i = width - 1; i >= 0; i--) length = length * 256 + (data[start + i] as number);
  return start + width + length;
}

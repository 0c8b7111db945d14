/**
 * The 68 opcodes of protocols 0 to 5: a row for each, and what follows its byte in a pickle.
 *
 * Source: CPython 3.13 Lib/pickletools.py, whose names for opcodes and arguments these are. The machine's loop has its
 * own literals; `test/opcodes.test.ts` holds the two against each other, `test/interop/opcodes.test.ts` the table against
 * the live module.
 */

/** What follows an opcode's byte. */
export type Argument =
  | { readonly kind: "none" }
  /** So many bytes. */
  | { readonly kind: "fixed"; readonly bytes: number }
  /** So many lines, each ended by a newline. */
  | { readonly kind: "lines"; readonly lines: number }
  /** A little-endian count of so many bytes, then as many bytes as it says. */
  | { readonly kind: "counted"; readonly width: number; readonly signed: boolean };

/** The arguments by their names in `pickletools`. */
export const ARGUMENTS = {
  none: { kind: "none" },
  uint1: { kind: "fixed", bytes: 1 },
  uint2: { kind: "fixed", bytes: 2 },
  int4: { kind: "fixed", bytes: 4 },
  uint4: { kind: "fixed", bytes: 4 },
  uint8: { kind: "fixed", bytes: 8 },
  float8: { kind: "fixed", bytes: 8 },
  decimalnl_short: { kind: "lines", lines: 1 },
  decimalnl_long: { kind: "lines", lines: 1 },
  floatnl: { kind: "lines", lines: 1 },
  stringnl: { kind: "lines", lines: 1 },
  stringnl_noescape: { kind: "lines", lines: 1 },
  stringnl_noescape_pair: { kind: "lines", lines: 2 },
  unicodestringnl: { kind: "lines", lines: 1 },
  string1: { kind: "counted", width: 1, signed: false },
  string4: { kind: "counted", width: 4, signed: true },
  bytes1: { kind: "counted", width: 1, signed: false },
  bytes4: { kind: "counted", width: 4, signed: false },
  bytes8: { kind: "counted", width: 8, signed: false },
  bytearray8: { kind: "counted", width: 8, signed: false },
  unicodestring1: { kind: "counted", width: 1, signed: false },
  unicodestring4: { kind: "counted", width: 4, signed: false },
  unicodestring8: { kind: "counted", width: 8, signed: false },
  long1: { kind: "counted", width: 1, signed: false },
  long4: { kind: "counted", width: 4, signed: true },
} as const satisfies Readonly<Record<string, Argument>>;

/** One opcode. */
export interface Opcode {
  readonly name: string;
  readonly code: number;
  /** The protocol that introduced it. */
  readonly protocol: number;
  readonly argument: keyof typeof ARGUMENTS;
}

const row = (
  name: string,
  code: number,
  protocol: number,
  argument: keyof typeof ARGUMENTS = "none",
): Opcode => ({ name, code, protocol, argument });

/** Every opcode, in the order of `pickletools.opcodes`. */
export const OPCODES: readonly Opcode[] = [
  row("INT", 0x49, 0, "decimalnl_short"),
  row("BININT", 0x4a, 1, "int4"),
  row("BININT1", 0x4b, 1, "uint1"),
  row("BININT2", 0x4d, 1, "uint2"),
  row("LONG", 0x4c, 0, "decimalnl_long"),
  row("LONG1", 0x8a, 2, "long1"),
  row("LONG4", 0x8b, 2, "long4"),
  row("STRING", 0x53, 0, "stringnl"),
  row("BINSTRING", 0x54, 1, "string4"),
  row("SHORT_BINSTRING", 0x55, 1, "string1"),
  row("BINBYTES", 0x42, 3, "bytes4"),
  row("SHORT_BINBYTES", 0x43, 3, "bytes1"),
  row("BINBYTES8", 0x8e, 4, "bytes8"),
  row("BYTEARRAY8", 0x96, 5, "bytearray8"),
  row("NEXT_BUFFER", 0x97, 5),
  row("READONLY_BUFFER", 0x98, 5),
  row("NONE", 0x4e, 0),
  row("NEWTRUE", 0x88, 2),
  row("NEWFALSE", 0x89, 2),
  row("UNICODE", 0x56, 0, "unicodestringnl"),
  row("SHORT_BINUNICODE", 0x8c, 4, "unicodestring1"),
  row("BINUNICODE", 0x58, 1, "unicodestring4"),
  row("BINUNICODE8", 0x8d, 4, "unicodestring8"),
  row("FLOAT", 0x46, 0, "floatnl"),
  row("BINFLOAT", 0x47, 1, "float8"),
  row("EMPTY_LIST", 0x5d, 1),
  row("APPEND", 0x61, 0),
  row("APPENDS", 0x65, 1),
  row("LIST", 0x6c, 0),
  row("EMPTY_TUPLE", 0x29, 1),
  row("TUPLE", 0x74, 0),
  row("TUPLE1", 0x85, 2),
  row("TUPLE2", 0x86, 2),
  row("TUPLE3", 0x87, 2),
  row("EMPTY_DICT", 0x7d, 1),
  row("DICT", 0x64, 0),
  row("SETITEM", 0x73, 0),
  row("SETITEMS", 0x75, 1),
  row("EMPTY_SET", 0x8f, 4),
  row("ADDITEMS", 0x90, 4),
  row("FROZENSET", 0x91, 4),
  row("POP", 0x30, 0),
  row("DUP", 0x32, 0),
  row("MARK", 0x28, 0),
  row("POP_MARK", 0x31, 1),
  row("GET", 0x67, 0, "decimalnl_short"),
  row("BINGET", 0x68, 1, "uint1"),
  row("LONG_BINGET", 0x6a, 1, "uint4"),
  row("PUT", 0x70, 0, "decimalnl_short"),
  row("BINPUT", 0x71, 1, "uint1"),
  row("LONG_BINPUT", 0x72, 1, "uint4"),
  row("MEMOIZE", 0x94, 4),
  row("EXT1", 0x82, 2, "uint1"),
  row("EXT2", 0x83, 2, "uint2"),
  row("EXT4", 0x84, 2, "int4"),
  row("GLOBAL", 0x63, 0, "stringnl_noescape_pair"),
  row("STACK_GLOBAL", 0x93, 4),
  row("REDUCE", 0x52, 0),
  row("BUILD", 0x62, 0),
  row("INST", 0x69, 0, "stringnl_noescape_pair"),
  row("OBJ", 0x6f, 1),
  row("NEWOBJ", 0x81, 2),
  row("NEWOBJ_EX", 0x92, 4),
  row("PROTO", 0x80, 2, "uint1"),
  row("STOP", 0x2e, 0),
  row("FRAME", 0x95, 4, "uint8"),
  row("PERSID", 0x50, 0, "stringnl_noescape"),
  row("BINPERSID", 0x51, 1),
];

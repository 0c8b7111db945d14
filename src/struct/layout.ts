/**
 * A format string in, where each value lies out.
 *
 * Source: CPython 3.13 Modules/_struct.c `native_table`, `lilendian_table` and `prepare_s`; `F` and `D` of 3.14. Native
 * means CPython on 64-bit Linux and macOS, little-endian, wherever this runs: what a format means must not depend on who
 * reads it, and a browser does not know its machine.
 */
import { StructError } from "./error.ts";

/** How a value is held, whatever its size. */
export type Kind =
  | "pad"
  | "char"
  | "signed"
  | "unsigned"
  | "pointer"
  | "bool"
  | "float"
  | "complex"
  | "bytes"
  | "pascal";

/** One row of {@link CODES}. */
export interface Code {
  readonly kind: Kind;
  /** Bytes under `=`, `<`, `>` and `!`; 0 where the code is native only. */
  readonly standard: number;
  /** Bytes under `@`. */
  readonly native: number;
  /** Alignment under `@`; 1 where there is none. */
  readonly alignment: number;
}

const row = (kind: Kind, standard: number, native: number, alignment: number): Code => ({
  kind,
  standard,
  native,
  alignment,
});

/** Every format character. */
export const CODES: ReadonlyMap<string, Code> = new Map([
  ["x", row("pad", 1, 1, 1)],
  ["c", row("char", 1, 1, 1)],
  ["b", row("signed", 1, 1, 1)],
  ["B", row("unsigned", 1, 1, 1)],
  ["?", row("bool", 1, 1, 1)],
  ["h", row("signed", 2, 2, 2)],
  ["H", row("unsigned", 2, 2, 2)],
  ["i", row("signed", 4, 4, 4)],
  ["I", row("unsigned", 4, 4, 4)],
  ["l", row("signed", 4, 8, 8)],
  ["L", row("unsigned", 4, 8, 8)],
  ["q", row("signed", 8, 8, 8)],
  ["Q", row("unsigned", 8, 8, 8)],
  ["n", row("signed", 0, 8, 8)],
  ["N", row("unsigned", 0, 8, 8)],
  ["P", row("pointer", 0, 8, 8)],
  ["e", row("float", 2, 2, 2)],
  ["f", row("float", 4, 4, 4)],
  ["d", row("float", 8, 8, 8)],
  ["F", row("complex", 8, 8, 4)],
  ["D", row("complex", 16, 16, 8)],
  ["s", row("bytes", 1, 1, 1)],
  ["p", row("pascal", 1, 1, 1)],
]);

/** Values of one format character in a row: `3i` is one run, `10s` too. */
export interface Run {
  readonly code: string;
  readonly kind: Kind;
  /** Byte offset of the first value. */
  readonly offset: number;
  /** Bytes of each value; for `s` and `p` their count. */
  readonly size: number;
  /** How many values. Padding has none, and is not in the layout. */
  readonly count: number;
}

/** What a format means. */
export interface Layout {
  readonly size: number;
  readonly valueCount: number;
  readonly littleEndian: boolean;
  /** Whether sizes and conversions are those of `@`. */
  readonly native: boolean;
  /** As many as the format has characters at most, whatever its counts. */
  readonly runs: readonly Run[];
}

const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/**
 * Reads a format.
 *
 * @throws StructError `bad-format`, `too-large`
 */
export function layoutOf(format: string): Layout {
  refuseNonAscii(format);
  const nul = format.indexOf("\0");
  if (nul >= 0) throw new StructError("bad-format", "embedded null character", { position: nul });
  const order = /^[@=<>!]/.test(format) ? format.charAt(0) : "";
  const native = order === "" || order === "@";
  const runs: Run[] = [];
  let size = 0;
  let valueCount = 0;
  for (let at = order.length; at < format.length; at++) {
    if (isSpace(format.charCodeAt(at))) continue;
    const start = at;
    while (isDigit(format.charCodeAt(at))) at++;
    if (at === format.length) {
      const message = "repeat count given without format specifier";
      throw new StructError("bad-format", message, { position: start });
    }
    const count = at === start ? 1 : Number(format.slice(start, at));
    const letter = format.charAt(at);
    const code = CODES.get(letter);
    const itemSize = native ? code?.native : code?.standard;
    if (code === undefined || itemSize === undefined || itemSize === 0) {
      throw new StructError("bad-format", "bad char in struct format", { position: at });
    }
    if (native) size = Math.ceil(size / code.alignment) * code.alignment;
    const { kind } = code;
    if (kind === "bytes" || kind === "pascal") {
      runs.push({ code: letter, kind, offset: size, size: count, count: 1 });
      valueCount++;
    } else if (kind !== "pad" && count > 0) {
      runs.push({ code: letter, kind, offset: size, size: itemSize, count });
      valueCount += count;
    }
    size += count * itemSize;
    if (size > Number.MAX_SAFE_INTEGER) {
      throw new StructError("too-large", "total struct size too long", { position: start });
    }
  }
  return { size, valueCount, littleEndian: order !== ">" && order !== "!", native, runs };
}

// As Python's own encoding of the format to ASCII refuses it; positions count characters, not UTF-16 units.
function refuseNonAscii(format: string): void {
  const strange = /[^\0-\x7f]+/.exec(format);
  if (strange === null) return;
  const points = [...strange[0]];
  const start = [...format.slice(0, strange.index)].length;
  const code = points[0]?.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  const escaped =
    code < 0x100
      ? `\\x${digits}`
      : code < 0x10000
        ? `\\u${digits.padStart(4, "0")}`
        : `\\U${digits.padStart(8, "0")}`;
  const what =
    points.length === 1
      ? `character '${escaped}' in position ${start}`
      : `characters in position ${start}-${start + points.length - 1}`;
  throw new StructError(
    "bad-format",
    `'ascii' codec can't encode ${what}: ordinal not in range(128)`,
    { position: strange.index },
  );
}

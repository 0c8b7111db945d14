/**
 * Type strings in, kinds and sizes out: `"<f8"`, `"float64"`, `"U5"`, `"datetime64[25us]"`, `"d"`.
 *
 * Source: NumPy 2.5 `numpy/_core/src/multiarray/descriptor.c` _convert_from_str, `_core/_type_aliases.py`,
 * `_core/src/multiarray/datetime.c` parse_datetime_metadata_from_metastr. Sizes are those of 64-bit Linux and macOS,
 * where `long` has 8 bytes.
 */

/** NumPy's kinds, `dtype.kind`; `T` is `StringDType`. */
export type Kind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "V" | "O" | "M" | "m" | "T";

/** Byte order as NumPy spells it: `"|"` where it has no meaning (one byte, `S`, `V`, `O`). */
export type ByteOrder = "<" | ">" | "|";

/** Units of `datetime64` and `timedelta64`, from a year to an attosecond; `generic` is no unit. */
export type TimeUnit =
  | "Y"
  | "M"
  | "W"
  | "D"
  | "h"
  | "m"
  | "s"
  | "ms"
  | "us"
  | "ns"
  | "ps"
  | "fs"
  | "as"
  | "generic";

/** The unit of a `datetime64` or `timedelta64`: `25us` is `{ unit: "us", step: 25 }`. */
export interface TimeStep {
  readonly unit: TimeUnit;
  /** How many units one tick is, 1 to 2^31 - 1. */
  readonly step: number;
}

/** What a type string says. */
export interface ParsedType {
  readonly kind: Kind;
  readonly itemsize: number;
  readonly byteorder: ByteOrder;
  readonly time: TimeStep | null;
}

/** The byte order of this machine. */
export const NATIVE: "<" | ">" = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "<" : ">";

/** NumPy keeps item sizes in a C int. */
export const LARGEST_ITEMSIZE: number = 2 ** 31 - 1;

const UNITS: ReadonlySet<string> = new Set<TimeUnit>([
  "Y",
  "M",
  "W",
  "D",
  "h",
  "m",
  "s",
  "ms",
  "us",
  "ns",
  "ps",
  "fs",
  "as",
  "generic",
]);

// Names and one-letter codes: kind and size.
const NAMES: Readonly<Record<string, string>> = {
  bool: "b1",
  bool_: "b1",
  bool8: "b1",
  int8: "i1",
  int16: "i2",
  int32: "i4",
  int64: "i8",
  uint8: "u1",
  uint16: "u2",
  uint32: "u4",
  uint64: "u8",
  float16: "f2",
  float32: "f4",
  float64: "f8",
  complex64: "c8",
  complex128: "c16",
  int: "i8",
  int_: "i8",
  uint: "u8",
  intp: "i8",
  uintp: "u8",
  byte: "i1",
  ubyte: "u1",
  short: "i2",
  ushort: "u2",
  intc: "i4",
  uintc: "u4",
  long: "i8",
  ulong: "u8",
  longlong: "i8",
  ulonglong: "u8",
  half: "f2",
  single: "f4",
  double: "f8",
  float: "f8",
  float_: "f8",
  csingle: "c8",
  cdouble: "c16",
  complex: "c16",
  complex_: "c16",
  longdouble: "f16",
  float128: "f16",
  clongdouble: "c32",
  complex256: "c32",
  object: "O8",
  object_: "O8",
  str: "U0",
  str_: "U0",
  bytes: "S0",
  bytes_: "S0",
  void: "V0",
  "?": "b1",
  b: "i1",
  B: "u1",
  h: "i2",
  H: "u2",
  i: "i4",
  I: "u4",
  l: "i8",
  L: "u8",
  q: "i8",
  Q: "u8",
  p: "i8",
  P: "u8",
  n: "i8",
  N: "u8",
  e: "f2",
  f: "f4",
  d: "f8",
  g: "f16",
  F: "c8",
  D: "c16",
  G: "c32",
  S: "S0",
  a: "S0",
  c: "S1",
  U: "U0",
  V: "V0",
  O: "O8",
  T: "T16",
  M: "M8",
  m: "m8",
  datetime64: "M8",
  timedelta64: "m8",
};

const SIZES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  // Pointers: 4 bytes on the 32-bit machines that wrote such a pickle.
  O: [4, 8],
  M: [8],
  m: [8],
  T: [16],
};

const GENERIC: TimeStep = { unit: "generic", step: 1 };

/** What a type string says, or `undefined` where NumPy has no such type. */
export function parseTypestr(text: string): ParsedType | undefined {
  const order = /^[<>=|]/.test(text) ? text[0] : "=";
  const rest = order === text[0] ? text.slice(1) : text;
  const time = /^(M8?|m8?|datetime64|timedelta64)(?:\[(.*)\])?$/.exec(rest);
  if (time !== null) {
    const step = time[2] === undefined ? GENERIC : parseTimeStep(time[2]);
    const kind = time[1] === "M" || time[1] === "M8" || time[1] === "datetime64" ? "M" : "m";
    return step && { kind, itemsize: 8, byteorder: spelled(order, kind, 8), time: step };
  }
  const code = Object.hasOwn(NAMES, rest) ? (NAMES[rest] as string) : rest;
  const match = /^([a-zA-Z])(\d{1,10})$/.exec(code);
  if (match === null) return undefined;
  const letter = match[1] === "a" ? "S" : (match[1] as string);
  const kind = letter as Kind;
  const count = Number(match[2]);
  const itemsize = kind === "U" ? count * 4 : count;
  if (Object.hasOwn(SIZES, letter)) {
    if (!SIZES[letter]?.includes(itemsize)) return undefined;
  } else if (!"SUV".includes(letter) || itemsize > LARGEST_ITEMSIZE) {
    return undefined;
  }
  return { kind, itemsize, byteorder: spelled(order, kind, itemsize), time: null };
}

/** `"25us"`, `"ns"`, `"generic"`, `"D/4"`, or nothing for the generic unit. */
export function parseTimeStep(text: string): TimeStep | undefined {
  const match = /^(\d{0,10})([a-zA-Zμ]+)(?:\/(\d{1,10}))?$/.exec(text);
  if (match === null) return undefined;
  const unit = match[2] === "μs" ? "us" : (match[2] as string);
  const step = match[1] === "" ? 1 : Number(match[1]);
  if (!UNITS.has(unit) || step < 1 || step > LARGEST_ITEMSIZE) return undefined;
  if (match[3] !== undefined) return divided({ unit: unit as TimeUnit, step }, Number(match[3]));
  return { unit: unit as TimeUnit, step };
}

// "D/4" is 6h: the first smaller unit that the divisor leaves whole.
const DIVISIONS: Readonly<Partial<Record<TimeUnit, readonly [TimeUnit, number][]>>> = {
  Y: [
    ["M", 12],
    ["W", 52],
    ["D", 365],
  ],
  M: [
    ["W", 4],
    ["D", 30],
    ["h", 720],
  ],
  W: [
    ["D", 7],
    ["h", 168],
    ["m", 10080],
  ],
  D: [
    ["h", 24],
    ["m", 1440],
    ["s", 86400],
  ],
  h: [
    ["m", 60],
    ["s", 3600],
  ],
  m: [
    ["s", 60],
    ["ms", 60000],
  ],
  s: [
    ["ms", 1e3],
    ["us", 1e6],
  ],
  ms: [
    ["us", 1e3],
    ["ns", 1e6],
  ],
  us: [
    ["ns", 1e3],
    ["ps", 1e6],
  ],
  ns: [
    ["ps", 1e3],
    ["fs", 1e6],
  ],
  ps: [
    ["fs", 1e3],
    ["as", 1e6],
  ],
  fs: [["as", 1e3]],
};

function divided({ unit, step }: TimeStep, divisor: number): TimeStep | undefined {
  if (divisor < 1) return undefined;
  if (divisor === 1) return { unit, step };
  const found = DIVISIONS[unit]?.find(([, parts]) => parts % divisor === 0);
  return found && { unit: found[0], step: step * (found[1] / divisor) };
}

/** The byte order as a dtype spells it, never `"="`. */
export function spelled(order: string | undefined, kind: Kind, itemsize: number): ByteOrder {
  if (itemsize <= 1 && "biuf".includes(kind)) return "|";
  if ("SVOT".includes(kind)) return "|";
  return order === "<" || order === ">" ? order : NATIVE;
}

/** `"25us"`, `"ns"`; nothing for the generic unit. */
export function formatTimeStep({ unit, step }: TimeStep): string {
  return unit === "generic" ? "" : `${step === 1 ? "" : step}${unit}`;
}

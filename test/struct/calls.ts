/** One call of CPython's `struct`, as struct_cases.py prints it, in; what brine does otherwise out. */
import { ByteArray } from "../../src/index.ts";
import {
  calcsize,
  Float,
  iterUnpack,
  pack,
  packInto,
  StructError,
  unpack,
  unpackFrom,
} from "../../src/struct/index.ts";

type Shown = readonly [kind: string, text: string];

/** One line of struct_cases.py. */
export interface Call {
  readonly verb: string;
  readonly format: string;
  readonly values?: readonly Shown[];
  readonly data?: string;
  readonly length?: number;
  readonly offset?: number;
  readonly buffer?: string;
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
}

const bits = new DataView(new ArrayBuffer(8));

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function argumentOf([kind, text]: Shown, index: number): unknown {
  switch (kind) {
    case "int": {
      const value = BigInt(text);
      // Every other small int as a bigint, which is an int too.
      return Number.isSafeInteger(Number(value)) && index % 2 === 0 ? Number(value) : value;
    }
    case "float": {
      bits.setBigUint64(0, BigInt(`0x${text}`));
      const value = bits.getFloat64(0);
      if (Number.isNaN(value) && text !== "7ff8000000000000") {
        return new Float(value, bits.getBigUint64(0));
      }
      return Number.isInteger(value) ? new Float(value) : value;
    }
    case "bytes":
      return fromHex(text);
    case "bytearray":
      return ByteArray.from(fromHex(text));
    case "bool":
      return text === "1";
    case "str":
      return text;
    case "none":
      return null;
    case "list":
      return Array.from({ length: Number(text) }, () => null);
    default:
      throw new Error(`no such kind: ${kind}`);
  }
}

function shown(value: unknown, expected: Shown | undefined): Shown {
  if (typeof value === "boolean") return ["bool", value ? "1" : "0"];
  if (typeof value === "bigint") return ["int", String(value)];
  if (value instanceof Uint8Array) return ["bytes", toHex(value)];
  // A number is an int or a float; which, the format says, and so does what Python found.
  if (typeof value === "number" && expected?.[0] === "int") return ["int", String(value)];
  if (typeof value !== "number") throw new Error(`an unexpected ${typeof value}`);
  // Which NaN it was, a JavaScript number does not say.
  if (Number.isNaN(value) && expected !== undefined && isNan(expected)) return expected;
  bits.setFloat64(0, value);
  return ["float", bits.getBigUint64(0).toString(16).padStart(16, "0")];
}

const isNan = ([kind, text]: Shown): boolean =>
  kind === "float" && /^[7f]ff/.test(text) && !/^.ff0{13}$/.test(text);

const shownRow = (row: readonly unknown[], expected: unknown): Shown[] =>
  row.map((value, index) => shown(value, (expected as Shown[] | undefined)?.[index]));

/** What brine makes of a case, in the shape that CPython's answer has. */
function answer(one: Call): Pick<Call, "value" | "error" | "message" | "buffer"> {
  const values = (one.values ?? []).map(argumentOf);
  const data = fromHex(one.data ?? "");
  const buffer = new Uint8Array(one.length ?? 0).fill(0xa5);
  const written = one.verb === "pack_into" ? { buffer: "" } : {};
  const result = ((): object => {
    try {
      switch (one.verb) {
        case "pack":
          return { value: toHex(pack(one.format, ...values)) };
        case "pack_into":
          packInto(one.format, buffer, one.offset ?? 0, ...values);
          return { value: null };
        case "unpack":
          return { value: shownRow(unpack(one.format, data), one.value) };
        case "unpack_from":
          return { value: shownRow(unpackFrom(one.format, data, one.offset), one.value) };
        case "iter_unpack": {
          const rows = [...iterUnpack(one.format, data)];
          const expected = one.value as readonly unknown[] | undefined;
          return { value: rows.map((row, index) => shownRow(row, expected?.[index])) };
        }
        default:
          return { value: calcsize(one.format) };
      }
    } catch (error) {
      if (!(error instanceof StructError)) throw error;
      return { error: error.code, message: error.message };
    }
  })();
  return "buffer" in written ? { ...result, buffer: toHex(buffer) } : result;
}

/** Which classes of Python's stand behind our codes. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  "bad-format": ["error", "UnicodeEncodeError"],
  "out-of-range": ["error", "OverflowError"],
};

/** The words that brine adds to Python's. */
const HINT = /: -?[\d.e+]+ is beyond the safe integers, pass a bigint$/;

// A value that was refused leaves zeros here; CPython's 64-bit codes of `<` and `>` leave some of its bits.
function sameBuffer(
  { buffer, format, offset = 0, length = 0 }: Call,
  found: string | undefined,
): boolean {
  if (buffer === found || buffer === undefined || found === undefined) return buffer === found;
  if (!/[qQ]/.test(format) || buffer.length !== found.length) return false;
  const start = offset < 0 ? offset + length : offset;
  const differing = [...buffer].flatMap((digit, at) => (digit === found[at] ? [] : [at >> 1]));
  const [first = 0, last = 0] = [differing[0], differing.at(-1)];
  return last - first < 8 && first >= start && /^0*$/.test(found.slice(2 * first, 2 * last + 2));
}

/** What differs between CPython's answer and brine's, or undefined. */
export function difference(one: Call): unknown {
  const found = answer(one);
  const { verb, format, values, data, offset, length, ...expected } = one;
  if (expected.error !== undefined && found.error !== undefined) {
    const classes = ERRORS[found.error] ?? ["error"];
    const same =
      classes.includes(expected.error) && found.message?.replace(HINT, "") === expected.message;
    return same && sameBuffer(one, found.buffer) ? undefined : { one, found };
  }
  return JSON.stringify(found) === JSON.stringify(expected) ? undefined : { one, found };
}

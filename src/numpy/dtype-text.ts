/** A dtype in, the text that NumPy prints for it out. Source: NumPy 2.5 `numpy/_core/_dtype.py`. */

import type { DType, Field } from "./dtype.ts";
import { formatTimeStep } from "./typestr.ts";

/**
 * What stands in `dtype(…)`, quoted as NumPy's `repr`; or what `str` gives: a bare name where there is one.
 */
export function reprDtype(dtype: DType, quoted: boolean): string {
  if (quoted) return `${construction(dtype, false, false)}${dtype.isAligned ? ", align=True" : ""}`;
  if (dtype.fields !== null || dtype.subarray !== null) return construction(dtype, true, false);
  if (dtype.kind === "T") return stringType(dtype);
  return "SUV".includes(dtype.kind) || !dtype.isNative ? dtype.str : dtype.name;
}

function construction(dtype: DType, showAlign: boolean, short: boolean): string {
  if (dtype.fields !== null) return struct(dtype, dtype.fields, showAlign);
  if (dtype.subarray !== null) {
    const { dtype: base, shape } = dtype.subarray;
    return `(${construction(base, false, true)}, ${tupleText(shape)})`;
  }
  return scalar(dtype, short);
}

function scalar(dtype: DType, short: boolean): string {
  const { kind, itemsize, byteorder } = dtype;
  switch (kind) {
    case "b":
      return short ? "'?'" : "'bool'";
    case "O":
      return "'O'";
    case "S":
    case "V":
      return `'${kind}${itemsize === 0 ? "" : itemsize}'`;
    case "U":
      return `'${byteorder}U${itemsize === 0 ? "" : itemsize / 4}'`;
    case "M":
    case "m": {
      const unit = dtype.time === null ? "" : formatTimeStep(dtype.time);
      return `'${byteorder}${kind}8${unit && `[${unit}]`}'`;
    }
    case "T":
      return stringType(dtype);
    default:
      return short || !dtype.isNative
        ? `'${byteorder === "|" ? "" : byteorder}${kind}${itemsize}'`
        : `'${dtype.name}'`;
  }
}

function stringType({ string }: DType): string {
  const parts: string[] = [];
  if (string !== null && "naObject" in string) parts.push(`na_object=${naText(string.naObject)}`);
  if (string !== null && !string.coerce) parts.push("coerce=False");
  return `StringDType(${parts.join(", ")})`;
}

function naText(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "string") return reprText(value);
  return typeof value === "number" && Number.isNaN(value) ? "nan" : String(value);
}

function struct(dtype: DType, fields: ReadonlyMap<string, Field>, showAlign: boolean): string {
  const text =
    !(showAlign && dtype.isAligned) && isPacked(dtype, fields)
      ? listText(fields)
      : dictText(dtype, fields, showAlign);
  return dtype.isRecord ? `(numpy.record, ${text})` : text;
}

// Fields one after another, as a list of them says it; or where a C compiler would put them.
function isPacked(dtype: DType, fields: ReadonlyMap<string, Field>): boolean {
  let end = 0;
  let widest = 1;
  for (const { dtype: field, offset } of fields.values()) {
    if (dtype.isAligned) end = Math.ceil(end / field.alignment) * field.alignment;
    if (offset !== end) return false;
    end += field.itemsize;
    widest = Math.max(widest, field.alignment);
  }
  if (dtype.isAligned) end = Math.ceil(end / widest) * widest;
  return end === dtype.itemsize;
}

function listText(fields: ReadonlyMap<string, Field>): string {
  const items = Array.from(fields, ([name, { dtype, title }]) => {
    const label = title === undefined ? reprText(name) : `(${titleText(title)}, ${reprText(name)})`;
    const { subarray } = dtype;
    return subarray === null
      ? `(${label}, ${construction(dtype, false, true)})`
      : `(${label}, ${construction(subarray.dtype, false, true)}, ${tupleText(subarray.shape)})`;
  });
  return `[${items.join(", ")}]`;
}

function dictText(dtype: DType, fields: ReadonlyMap<string, Field>, showAlign: boolean): string {
  const all = Array.from(fields.values());
  const names = Array.from(fields.keys(), reprText).join(", ");
  const formats = all.map((field) => construction(field.dtype, false, true)).join(", ");
  const offsets = all.map((field) => field.offset).join(", ");
  const titles = all.some((field) => field.title !== undefined)
    ? `, 'titles': [${all.map((field) => titleText(field.title ?? null)).join(", ")}]`
    : "";
  const aligned = showAlign && dtype.isAligned ? ", 'aligned': True" : "";
  return (
    `{'names': [${names}], 'formats': [${formats}], 'offsets': [${offsets}]${titles}, ` +
    `'itemsize': ${dtype.itemsize}${aligned}}`
  );
}

function titleText(title: unknown): string {
  return title === null ? "None" : typeof title === "string" ? reprText(title) : String(title);
}

/** `()`, `(3,)`, `(2, 3)`. */
export function tupleText(lengths: readonly number[]): string {
  return lengths.length === 1 ? `(${lengths[0]},)` : `(${lengths.join(", ")})`;
}

/** A str as Python's `repr` writes it. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const short = SHORT_ESCAPES[character];
    if (character === quote || character === "\\") out += `\\${character}`;
    else if (short !== undefined) out += short;
    else if (code >= 0x20 && code < 0x7f) out += character;
    else if (PRINTABLE.test(character)) out += character;
    else if (code <= 0xff) out += `\\x${hex(code, 2)}`;
    else if (code <= 0xffff) out += `\\u${hex(code, 4)}`;
    else out += `\\U${hex(code, 8)}`;
  }
  return out + quote;
}

const SHORT_ESCAPES: Readonly<Record<string, string | undefined>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

// Python's str.isprintable: no control, format, surrogate, private, unassigned character, no separator but the space.
const PRINTABLE = /^[^\p{C}\p{Z}]$/u;

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, "0");
}

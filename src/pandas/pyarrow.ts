/**
 * What pyarrow pickles its arrays as in, columns out.
 *
 * Source: pyarrow 26 `array.pxi` `_restore_array`, `table.pxi` `chunked_array`; Arrow's columnar format 1.5: a bitmap of
 * what is there, offsets, values, little-endian, bits from the lowest.
 */

import { asBytes, decodeUtf8 } from "../core/bytes/index.ts";
import { Global, Instance } from "../core/values/index.ts";
import { NdArray } from "../numpy/index.ts";
import { Column, type ColumnSource } from "./column.ts";
import { badLayout, PandasError } from "./error.ts";
import { type PandasUnit, Timedelta, Timestamp } from "./scalars.ts";
import { integerOf, listOf, nameIn } from "./state.ts";
import { zoneOf } from "./zones.ts";

// Arrow's names of number types, and NumPy's.
const NUMBERS: Readonly<Record<string, string>> = {
  int8: "i1",
  int16: "i2",
  int32: "i4",
  int64: "i8",
  uint8: "u1",
  uint16: "u2",
  uint32: "u4",
  uint64: "u8",
  halffloat: "f2",
  float: "f4",
  double: "f8",
};

const MILLISECONDS_OF_DAY = 86_400_000n;

/** A column over a pyarrow array or chunked array; `dtype` is what pandas calls it, or else Arrow's type says. */
export function pyarrowColumn(value: unknown, dtype: string | undefined): Column {
  const chunks = chunksOf(value).map(chunkColumn);
  const [first] = chunks;
  if (first === undefined)
    return new Column({ dtype: dtype ?? "object", kind: "object", length: 0, get: () => null });
  const source = joined(chunks, first);
  return new Column({ ...source, dtype: dtype ?? `${source.dtype}[pyarrow]` });
}

// Of a chunked array its arrays; those hold no chunked ones.
function chunksOf(value: unknown): unknown[] {
  const [parts] = value instanceof Instance ? value.args : [];
  return isMadeBy(value, "chunked_array") && Array.isArray(parts)
    ? parts.map(restored)
    : [restored(value)];
}

function restored(value: unknown): unknown {
  if (value instanceof Instance && isMadeBy(value, "_restore_array")) return value.args[0];
  throw new PandasError("unknown-layout", "an Arrow array is kept in a way that is not known");
}

function isMadeBy(value: unknown, name: string): boolean {
  return value instanceof Instance && nameIn("pyarrow", value.callable) === name;
}

function joined(chunks: readonly ColumnSource[], first: ColumnSource): ColumnSource {
  if (chunks.length === 1) return first;
  const ends: number[] = [];
  let length = 0;
  for (const chunk of chunks) ends.push((length += chunk.length));
  const get = (index: number): unknown => {
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) > index) high = middle;
      else low = middle + 1;
    }
    const chunk = chunks[low] as ColumnSource;
    return chunk.get(index - ((ends[low] as number) - chunk.length));
  };
  return { ...first, length, get, data: undefined, mask: undefined };
}

// (type, length, null count, offset, buffers, children, dictionary)
function chunkColumn(parts: unknown): ColumnSource {
  const [type, lengthValue, , offsetValue, bufferList] = listOf(parts) ?? [];
  const [length, offset] = [integerOf(lengthValue), integerOf(offsetValue)];
  const buffers = listOf(bufferList)?.map(bufferOf);
  if (length === undefined || length < 0 || offset === undefined || offset < 0 || !buffers)
    throw badLayout("an Arrow array has no length, offset or buffers");
  const { name, unit, zone } = typeOf(type);
  const [bitmap] = buffers;
  if (bitmap && bitmap.length * 8 < offset + length)
    throw badLayout(`a bitmap of ${bitmap.length} bytes does not reach ${offset + length} values`);
  const isThere = (index: number): boolean => !bitmap || bit(bitmap, offset + index);
  const read = reader(name, unit, zone, buffers, offset, length);
  const get = (index: number): unknown => (isThere(index) ? read.get(index) : null);
  return { ...read, length, get, mask: bitmap && read.data ? maskOf(length, isThere) : undefined };
}

type Reading = Omit<ColumnSource, "length">;

function reader(
  name: string,
  unit: PandasUnit | undefined,
  zone: unknown,
  buffers: readonly (Uint8Array | undefined)[],
  offset: number,
  length: number,
): Reading {
  const [, second = EMPTY, third = EMPTY] = buffers;
  const total = offset + length;
  const numbers = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (numbers !== undefined) {
    const array = arrayOver(second, numbers, offset, length);
    return {
      dtype: name,
      kind: "number",
      data: () => array.data as Exclude<typeof array.data, unknown[]>,
      get: (index) => array.at(index),
    };
  }
  switch (name) {
    case "bool":
      if (second.length * 8 < total) throw badLayout("an Arrow array has too few bits");
      return { dtype: name, kind: "boolean", get: (index) => bit(second, offset + index) };
    case "string":
    case "large_string":
    case "binary":
    case "large_binary": {
      const offsets = arrayOver(
        second,
        name.startsWith("large_") ? "i8" : "i4",
        offset,
        length + 1,
      );
      const isText = name.endsWith("string");
      const get = (index: number): unknown => {
        const bytes = third.subarray(...rangeOf(offsets, index, third.length));
        return isText ? textOf(bytes, index) : new Uint8Array(bytes);
      };
      return { dtype: name, kind: isText ? "string" : "object", get };
    }
    case "timestamp":
    case "duration": {
      const array = arrayOver(second, "i8", offset, length);
      const known = unit ?? "ns";
      const zoneName = zone === null ? undefined : zoneOf(zone)?.name;
      return {
        dtype: `${name}[${known}${zoneName === undefined ? "" : `, tz=${zoneName}`}]`,
        kind: name === "duration" ? "timedelta" : "timestamp",
        unit: known,
        timeZone: zoneName,
        data: () => array.data as Exclude<typeof array.data, unknown[]>,
        get: (index) => {
          const value = BigInt(array.at(index) as number | bigint);
          return name === "duration"
            ? Timedelta.of(value, known)
            : Timestamp.of(value, known, zone);
        },
      };
    }
    case "date32[day]":
    case "date64[ms]": {
      const array = arrayOver(second, name === "date32[day]" ? "i4" : "i8", offset, length);
      const scale = name === "date32[day]" ? MILLISECONDS_OF_DAY : 1n;
      const get = (index: number): unknown =>
        Timestamp.of(BigInt(array.at(index) as number | bigint) * scale, "ms");
      return { dtype: name, kind: "timestamp", unit: "ms", get };
    }
    default:
      throw new PandasError("unknown-layout", `Arrow's type ${name} is not read here`);
  }
}

const EMPTY = new Uint8Array(0);

function arrayOver(bytes: Uint8Array, dtype: string, offset: number, length: number): NdArray {
  const size = Number(dtype.slice(1));
  if ((offset + length) * size > bytes.length) {
    // Without values there need be no offsets either.
    if (length <= 1 && bytes.length === 0)
      return NdArray.fromBytes(new Uint8Array(size * length), dtype, [length]);
    throw badLayout(`${bytes.length} bytes do not hold ${offset + length} elements of ${dtype}`);
  }
  const part = bytes.subarray(offset * size, (offset + length) * size);
  return NdArray.fromBytes(part, `<${dtype}`, [length]);
}

function rangeOf(offsets: NdArray, index: number, most: number): [start: number, end: number] {
  const [start, end] = [Number(offsets.at(index)), Number(offsets.at(index + 1))];
  if (start < 0 || end < start || end > most)
    throw badLayout(`text ${index} of an Arrow array lies outside its ${most} bytes`);
  return [start, end];
}

function textOf(bytes: Uint8Array, index: number): string {
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text === undefined) throw badLayout(`text ${index} of an Arrow array is no UTF-8`);
  return text;
}

function bit(bytes: Uint8Array, index: number): boolean {
  return (((bytes[index >> 3] as number) >> (index & 7)) & 1) === 1;
}

function maskOf(length: number, isThere: (index: number) => boolean): Uint8Array {
  const mask = new Uint8Array(length);
  for (let index = 0; index < length; index++) if (!isThere(index)) mask[index] = 1;
  return mask;
}

// pyarrow.lib.py_buffer(bytes), the bytes themselves (protocol 5 hands pyarrow's buffer over), or None.
function bufferOf(value: unknown): Uint8Array | undefined {
  if (value === null) return undefined;
  const bytes = asBytes(value instanceof Instance ? value.args[0] : value);
  if (bytes === undefined) throw badLayout("a buffer of an Arrow array is no bytes");
  return bytes;
}

// pyarrow.lib.type_for_alias("int64"), timestamp("us", tz), duration("ns").
function typeOf(type: unknown): { name: string; unit?: PandasUnit; zone: unknown } {
  const maker = type instanceof Instance ? nameIn("pyarrow", type.callable) : undefined;
  const [first, second = null] = type instanceof Instance ? type.args : [];
  if (maker === "type_for_alias" && typeof first === "string") {
    const [, name = first, unit] = /^(timestamp|duration)\[(\w+)\]$/.exec(first) ?? [];
    return isUnit(unit) ? { name, unit, zone: null } : { name: first, zone: null };
  }
  if ((maker === "timestamp" || maker === "duration") && isUnit(first))
    return { name: maker, unit: first, zone: second };
  const made = type instanceof Global ? type.path : (maker ?? "?");
  throw new PandasError("unknown-layout", `Arrow's type ${made} is not read here`);
}

function isUnit(value: unknown): value is PandasUnit {
  return value === "s" || value === "ms" || value === "us" || value === "ns";
}

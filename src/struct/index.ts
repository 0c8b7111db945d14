/** Python's `struct`: values to bytes laid out by a format, and back, with types read from the format itself. */

export { Complex, Float } from "../core/values/index.ts";
export { StructError, type StructErrorCode, type StructErrorPlace } from "./error.ts";
export type {
  InvalidFormat,
  Packable,
  Unpacked,
  UnpackOptions,
  ValidFormat,
} from "./literal.ts";
export {
  type ByteRecords,
  type FileRecords,
  packRecords,
  type RecordsOptions,
  records,
  unpackRecords,
} from "./records.ts";
export { calcsize, iterUnpack, pack, packInto, Struct, unpack, unpackFrom } from "./struct.ts";

/** Python's msgpack: the same bytes, the same options and limits, over brine's values. */

export type { ByteSource, BytesLike } from "../core/bytes/index.ts";
export { Float, PyDict, Tuple } from "../core/values/index.ts";
export type { Source } from "../sources/index.ts";
export {
  ExtraDataError,
  type MsgpackCode,
  MsgpackError,
  type PackCode,
  type UnpackCode,
} from "./error.ts";
export { type EpochLike, ExtType, Timestamp, type ZonedDateTimeLike } from "./ext.ts";
export type { DecodeErrors, EncodeErrors, PackOptions, UnpackOptions } from "./options.ts";
export { type Packed, Packer, packb } from "./packer.ts";
export { msgpackTypes } from "./pickled.ts";
export { type MessageTarget, pack, unpack, unpackAll } from "./streams.ts";
export { Unpacker, unpackb } from "./unpacker.ts";

/** Bytes in and out: sources, text and integers. */

export { beyondEnd, memoryAccess, type RandomAccess } from "./access.ts";
export { decodeLong, encodeLong, parseInteger, smallest, writeLong } from "./integers.ts";
export { Pieces } from "./pieces.ts";
export { ByteBuffer, type ByteSink, writeUtf8 } from "./sink.ts";
export { asBytes, type ByteSource, type BytesLike } from "./source.ts";
export {
  decodeLatin1,
  decodeRawUnicodeEscape,
  decodeString,
  decodeStringEscape,
  decodeUtf8,
  encodeLatin1,
  encodeRawUnicodeEscape,
  hasSurrogate,
  isAscii,
  strictUtf8,
} from "./text.ts";

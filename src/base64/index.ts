/** Python's `base64`: bytes to text and back, with its leniency and its refusals. */

export type { TextLike } from "./arguments.ts";
export {
  type Base32Options,
  b16decode,
  b16encode,
  b32decode,
  b32encode,
  b32hexdecode,
  b32hexencode,
  type CaseOptions,
} from "./base32.ts";
export {
  b64decode,
  b64encode,
  type DecodeOptions,
  decodebytes,
  type EncodeOptions,
  encodebytes,
  standardB64decode,
  standardB64encode,
  urlsafeB64decode,
  urlsafeB64encode,
} from "./base64.ts";
export {
  type A85DecodeOptions,
  type A85EncodeOptions,
  a85decode,
  a85encode,
  b85decode,
  b85encode,
  type PadOptions,
  z85decode,
  z85encode,
} from "./base85.ts";
export { BinasciiError, type BinasciiErrorCode } from "./error.ts";
export { decode, encode, type StreamOptions } from "./streams.ts";
export { type DataUrl, fromDataUrl, fromUrlText, toDataUrl, toUrlText } from "./web.ts";

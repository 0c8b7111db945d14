/** Pickles that carry an HMAC-SHA256: nothing is read before the signature is known to be right. */

export { type SignatureCode, SignatureError } from "./error.ts";
export type { Key, KeyRing } from "./keys.ts";
export {
  type SecureLoadOptions,
  type Signed,
  seal,
  sealBytes,
  secureDump,
  secureDumps,
  secureLoad,
  secureLoads,
  sign,
  unseal,
  unsealBytes,
  verify,
} from "./signing.ts";

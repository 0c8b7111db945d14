/** Values to JSON text: plain, as a reader expects it, or tagged, so that nothing is lost. */

export { type JsonCode, JsonError } from "./error.ts";
export { PlainJson, type PlainJsonOptions } from "./plain.ts";
export { taggedJson } from "./tagged.ts";
export { untagged } from "./untag.ts";

/** Values to trees for people: lines of text, or the same tree as JSON for programs. */

export { isoText } from "./dates.ts";
export { type Paint, type Style, showJson, showLines } from "./lines.ts";
export { type ShowOptions, type Step, walk } from "./tree.ts";

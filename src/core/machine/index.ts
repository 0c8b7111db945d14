/** Bytes to values: the machine that runs pickles without executing anything. */

export { defersBytes } from "./deferred.ts";
export { type Feed, type FeedPiece, loadFed } from "./fed.ts";
export { isHashable } from "./hashable.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { Machine } from "./machine.ts";
export type { LoadOptions } from "./options.ts";
export { Parts } from "./parts.ts";
export { RawMachine } from "./raw.ts";
export { SerialMachine } from "./serial.ts";
export { SourceInput } from "./source.ts";
export { type StringFormat, StringReader } from "./strings.ts";
export { builtinTypes } from "./written.ts";

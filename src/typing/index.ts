/** Loaded values to TypeScript's declarations of them. */

export { type DeclareOptions, isTypeName, Typing } from "./typing.ts";

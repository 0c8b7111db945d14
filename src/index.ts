/** Python's pickle with builtins and the standard library's types known. */

export * from "./pickle/index.ts";

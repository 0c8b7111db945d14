/** The functions and types of Python that pickles call by name, and that nobody has to register. */

import { Global } from "../values/index.ts";

export const OBJECT = new Global("builtins", "object");
export const TYPE = new Global("builtins", "type");
export const GETATTR = new Global("builtins", "getattr");
export const BYTES = new Global("builtins", "bytes");
export const BYTEARRAY = new Global("builtins", "bytearray");
export const PY_SET = new Global("builtins", "set");
export const PY_FROZENSET = new Global("builtins", "frozenset");
export const RECONSTRUCTOR = new Global("copyreg", "_reconstructor");
export const NEWOBJ = new Global("copyreg", "__newobj__");
export const NEWOBJ_EX = new Global("copyreg", "__newobj_ex__");
export const PARTIAL = new Global("functools", "partial");
export const ENCODE = new Global("_codecs", "encode");

// The types of singletons have no name in builtins: save_type writes type(None), type(Ellipsis), type(NotImplemented).
const SINGLETONS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["NoneType", null],
  ["ellipsis", new Global("builtins", "Ellipsis")],
  ["NotImplementedType", new Global("builtins", "NotImplemented")],
]);

/** The singleton whose type a global names, `undefined` for every other global. */
export function singletonOf({ module, name }: Global): unknown {
  return module === "builtins" ? SINGLETONS.get(name) : undefined;
}

/** An object in, the builtin that it is in another realm (a frame, a vm context) out; Node's Buffer is bytes. */

import { asBytes } from "../bytes/index.ts";

/** Which builtin, by its constructor's name and by what the runtime knows of it. */
export function foreignBuiltin(
  value: object,
): "bytes" | "list" | "record" | "dict" | "set" | undefined {
  const name = (value.constructor as { name?: string } | undefined)?.name;
  if ((name === "Buffer" || name === "Uint8Array") && asBytes(value) !== undefined) return "bytes";
  if (name === "Array" && Array.isArray(value)) return "list";
  if (Object.getPrototypeOf(Object.getPrototypeOf(value) as object) !== null) return undefined;
  if (name === "Object") return "record";
  if (name === "Map" && tagOf(value) === "[object Map]") return "dict";
  return name === "Set" && tagOf(value) === "[object Set]" ? "set" : undefined;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

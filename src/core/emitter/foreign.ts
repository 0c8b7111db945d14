/** An object in, the builtin that it is in another realm (a frame, a vm context) out; Node's Buffer is bytes. */

import { asBytes } from "../bytes/index.ts";

/** Which builtin, by its constructor's name and by what the runtime knows of it. */
export function foreignBuiltin(
  value: object,
): "bytes" | "list" | "record" | "dict" | "set" | undefined {
  const name = (value.constructor as { name?: string } | undefined)?.name;
  if ((name === "Buffer" || name === "Uint8Array") && asBytes(value) !== undefined) return "bytes";
  if (name === "Array" && Array.isArray(value)) return "list";
  const above: unknown = Object.getPrototypeOf(Object.getPrototypeOf(value) as object);
  if (above === null) return name === "Object" ? "record" : undefined;
  // A subclass has one prototype more.
  if (Object.getPrototypeOf(above) !== null) return undefined;
  if (name === "Map" && isOne(Map.prototype, value)) return "dict";
  return name === "Set" && isOne(Set.prototype, value) ? "set" : undefined;
}

// Methods of this realm take what is inside of another's objects, and of nothing else.
function isOne({ has }: { has(key: unknown): boolean }, value: object): boolean {
  try {
    has.call(value, 0);
    return true;
  } catch {
    return false;
  }
}

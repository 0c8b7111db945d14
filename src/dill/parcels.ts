/** Values to what may be sent to another thread, and back: as they are where that loses nothing, else as a pickle. */
import { dumps } from "./dumps.ts";
import { loads } from "./loads.ts";
import type { Modules } from "./references.ts";

/** A value on its way. */
export type Parcel = { readonly plain: unknown } | { readonly pickle: Uint8Array };

/** @throws TravelError */
export function packed(value: unknown, modules: object): Parcel {
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return { plain: value };
  return { pickle: dumps(value, { modules: modules as Modules }) };
}

/** The value of a parcel that another thread of this process has packed. */
export function unpacked(parcel: Parcel, modules: object): unknown {
  if ("plain" in parcel) return parcel.plain;
  return loads(parcel.pickle, { allowCode: true, modules: modules as Modules });
}

// What threads send to one another as it is: no object but bare numbers in a typed array of its own.
function isPlain(value: unknown): boolean {
  if (typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Float64Array.prototype ||
      prototype === Float32Array.prototype ||
      prototype === Int32Array.prototype ||
      prototype === Uint8Array.prototype) &&
    (value as Float64Array).byteLength === (value as Float64Array).buffer.byteLength
  );
}

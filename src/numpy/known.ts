/** Which types NumPy's values are read and written by, for the rooms that read pickles inside of other files. */
import type { PickleType, TypeList } from "../core/registry/index.ts";
import { joined } from "../pickle/index.ts";
import { arrayTypes, type NumpyVersion } from "./array-pickle.ts";
import { dtypeType, stringDtypeType } from "./dtype-pickle.ts";
import { maskedTypes } from "./masked.ts";
import { randomTypes } from "./random.ts";
import { scalarTypes } from "./scalar.ts";

/**
 * The types of NumPy, written for a version of it: 1, the default of `brine`, is read by NumPy 1.x and 2.x without a
 * warning; 2 is what NumPy 2 itself writes.
 */
export function numpyTypesOf({ numpy }: { readonly numpy: NumpyVersion }): readonly PickleType[] {
  if (numpy !== 1 && numpy !== 2) throw new TypeError("numpy must be 1 or 2");
  return [
    dtypeType(numpy),
    stringDtypeType,
    ...arrayTypes(numpy),
    ...scalarTypes(numpy),
    ...maskedTypes(numpy),
    ...randomTypes,
  ];
}

/** NumPy's types; `brine` knows them all. */
export const numpyTypes: readonly PickleType[] = numpyTypesOf({ numpy: 1 });

/** NumPy's types for a version, and the caller's own, which win. */
export function typesOf(numpy: NumpyVersion, own: TypeList | undefined): TypeList {
  return joined(numpy === 1 ? numpyTypes : numpyTypesOf({ numpy }), own);
}

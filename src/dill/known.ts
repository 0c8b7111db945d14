/** The types that brine itself knows: what they write goes as it is. */

import { builtinTypes } from "../core/machine/index.ts";
import { type Registry, registryOf, type TypeList } from "../core/registry/index.ts";
import { numpyTypes } from "../numpy/index.ts";
import { pandasTypes } from "../pandas/index.ts";
import { joined } from "../pickle/index.ts";
import { sklearnTypes } from "../sklearn/index.ts";
import { stdlibTypes } from "../stdlib/index.ts";

const KNOWN: TypeList = [builtinTypes, stdlibTypes, numpyTypes, pandasTypes, sklearnTypes];

/** Those types and the caller's. */
export function knownTo(types: TypeList | undefined): Registry {
  return registryOf(joined(KNOWN, types));
}

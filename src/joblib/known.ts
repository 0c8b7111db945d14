/** The types that a joblib file is read with, before the caller's own: those of `brine`. */

import type { TypeList } from "../core/registry/index.ts";
import { numpyTypes } from "../numpy/index.ts";
import { pandasTypes } from "../pandas/index.ts";
import { sklearnTypes } from "../sklearn/index.ts";
import { stdlibTypes } from "../stdlib/index.ts";

/** Those of the standard library, NumPy, pandas and scikit-learn. */
export const knownTypes: TypeList = [stdlibTypes, numpyTypes, pandasTypes, sklearnTypes];

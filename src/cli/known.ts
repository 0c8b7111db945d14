/** The types that `show` and `json` know by name: the standard library's, NumPy's, pandas' and scikit-learn's. */
import type { PickleType } from "../pickle/index.ts";

/** Loaded only by the commands that need them. */
export async function knownTypes(): Promise<readonly PickleType[]> {
  const [{ stdlibTypes }, { numpyTypes }, { pandasTypes }, { sklearnTypes }] = await Promise.all([
    import("../stdlib/index.ts"),
    import("../numpy/index.ts"),
    import("../pandas/index.ts"),
    import("../sklearn/index.ts"),
  ]);
  return [...stdlibTypes, ...numpyTypes, ...pandasTypes, ...sklearnTypes];
}

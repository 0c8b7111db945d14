/** scikit-learn's estimators and trees, and SciPy's sparse matrices, as they stand in pickles: inert and readable. */

import type { InertClass, PickleType } from "../core/registry/index.ts";
import { Global } from "../core/values/index.ts";
import { Estimator, Tree } from "./estimator.ts";
import { SparseMatrix } from "./sparse.ts";

export { Estimator, Tree } from "./estimator.ts";
export { type SparseCode, type SparseEntry, SparseError, SparseMatrix } from "./sparse.ts";

// Where scikit-learn keeps classes that are no estimators: compiled trees, losses, metrics, containers.
const NO_ESTIMATORS =
  /^sklearn\.(utils|_loss|_losses|metrics|tree\._tree|neighbors\.(_?kd_tree|_?ball_tree))\b/;

function inertOf(module: string, name: string): InertClass | undefined {
  if (/^sklearn\.tree\._tree$/.test(module) && name === "Tree") return Tree;
  return /^_?[A-Z]/.test(name) && !NO_ESTIMATORS.test(module) ? Estimator : undefined;
}

function typeOf(
  module: string,
  name: string,
  inert: InertClass | undefined,
): PickleType | undefined {
  return inert === undefined ? undefined : { globals: [new Global(module, name)], inert };
}

/** The types of scikit-learn 0.20 to 1.9 and of scipy.sparse; `brine` knows them all. */
export const sklearnTypes: readonly PickleType[] = [
  {
    globals: [],
    package: {
      name: "sklearn",
      typeOf: (module, name) => typeOf(module, name, inertOf(module, name)),
    },
  },
  {
    globals: [],
    package: {
      name: "scipy",
      typeOf: (module, name) => {
        const isSparse = /^scipy\.sparse\b/.test(module) && /^[a-z]{3}_(matrix|array)$/.test(name);
        return typeOf(module, name, isSparse ? SparseMatrix : undefined);
      },
    },
  },
];

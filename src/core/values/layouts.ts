/** Nothing in, one value of each class of Python's that loads and dumps make by the thousand out, for whoever keeps them. */

import { FrozenSet, PyDict, PySet } from "./collections.ts";
import { Global, Instance } from "./inert.ts";
import { Tuple } from "./sequences.ts";

/** Values of every layout that V8 has for those classes: arrays have one for each kind of item. */
export function oneOfEach(): unknown[] {
  const tuples: unknown[] = [1, 0.5, ""].map((item) => Tuple.of(item));
  return [
    ...tuples,
    new PyDict([tuples as [Tuple, Tuple]]),
    new PySet(tuples),
    new FrozenSet(),
    new Instance("new", new Global("", ""), tuples),
  ];
}

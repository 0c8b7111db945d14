/** Nothing in, one value of each class of Python's that loads make by the thousand out: for the machine that stays. */

import { FrozenSet, Global, Instance, PyDict, PySet, Tuple } from "../values/index.ts";

/** Values of every layout that V8 has for those classes: arrays have one for each kind of item. */
export function oneOfEach(): unknown[] {
  const tuples = [1, 0.5, "a"].map((item) => Tuple.of(item));
  return [
    ...tuples,
    new PyDict([[tuples[0], 1]]),
    new PySet(tuples),
    new FrozenSet(),
    new Instance("new", new Global("a", "a"), tuples),
  ];
}

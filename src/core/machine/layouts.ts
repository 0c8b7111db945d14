/** Nothing in, one value of each class of Python's that a load makes out: for the machine that stays. */

import {
  ByteArray,
  Float,
  FrozenSet,
  Global,
  Instance,
  PersistentId,
  PickleBuffer,
  PyDict,
  PySet,
  Tuple,
} from "../values/index.ts";

/** Values of every layout that V8 has for those classes: arrays have one for each kind of item. */
export function oneOfEach(): unknown[] {
  const tuples = [[1], [0.5], ["a"]].map((items) => {
    const tuple = new Tuple(1);
    tuple[0] = items[0];
    return tuple;
  });
  const instance = new Instance("new", new Global("a", "A"), new Tuple());
  instance.state = { a: 1 };
  return [
    new Tuple(),
    tuples,
    new PyDict<unknown, number>([
      [1, 1],
      [tuples[0], 1],
      [2n ** 64n, 1],
    ]),
    new PySet<unknown>([1, tuples[0]]),
    new FrozenSet([1]),
    instance,
    new Float(1),
    new PersistentId(1),
    new ByteArray(1),
    new PickleBuffer(new Uint8Array(1)),
  ];
}

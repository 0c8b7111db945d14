/**
 * The states of NumPy's random generators: inert objects that say more about themselves and go back unchanged.
 *
 * Three layouts are about. Until 1.23: `__generator_ctor("PCG64")` and a state dict. To 1.26: with a second argument, the
 * constructor of the bit generator. Since 2.0: `__generator_ctor(bit_generator)`, which is
 * `__bit_generator_ctor(class)` with the state `(dict, seed_sequence)`. Before 1.17 a RandomState was
 * `__RandomState_ctor()` with a tuple. Source: NumPy `numpy/random/_pickle.py` of those versions.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, Instance, PyDict } from "../core/values/index.ts";
import { entriesOf, textOf } from "./arguments.ts";

/**
 * A `Generator`, `RandomState` or bit generator: which algorithm, and where it stands. It cannot be drawn from here.
 */
export class RandomState extends Instance {
  /** The algorithm: `"PCG64"`, `"MT19937"`, …; `undefined` where the pickle does not say. */
  get algorithm(): string | undefined {
    const [first] = this.args;
    if (first instanceof RandomState) return first.algorithm;
    if (first instanceof Global) return first.name;
    if (typeof first === "string") return first;
    return textOf(this.stateDict?.get("bit_generator"));
  }

  /** The state by name, as NumPy's `bit_generator.state`: `state`, `has_uint32`, `has_gauss`, … */
  get stateDict(): ReadonlyMap<unknown, unknown> | undefined {
    const [first] = this.args;
    if (first instanceof RandomState) return first.stateDict;
    const { state } = this;
    if (Array.isArray(state)) {
      // ("MT19937", key, pos, has_gauss, cached_gaussian), or (dict, seed_sequence).
      const [head, key, pos, hasGauss, gauss] = state as readonly unknown[];
      if (typeof head !== "string") return entriesOf(head);
      return new PyDict<unknown, unknown>([
        ["bit_generator", head],
        [
          "state",
          new PyDict<unknown, unknown>([
            ["key", key],
            ["pos", pos],
          ]),
        ],
        ["has_gauss", hasGauss],
        ["gauss", gauss],
      ]);
    }
    return entriesOf(state);
  }

  /** The seed that it was made from, where NumPy wrote it (2.0 and later). */
  get seedSequence(): SeedSequence | undefined {
    const [first] = this.args;
    if (first instanceof RandomState) return first.seedSequence;
    const seed: unknown = Array.isArray(this.state) ? this.state[1] : undefined;
    return seed instanceof SeedSequence ? seed : undefined;
  }
}

/** A `SeedSequence`. */
export class SeedSequence extends Instance {
  // Cython writes its attributes by the order of their names.
  #part(index: number): unknown {
    return Array.isArray(this.state) ? (this.state[index] as unknown) : undefined;
  }

  /** What it was made from: an integer or several. */
  get entropy(): unknown {
    return this.#part(0);
  }

  /** How many sequences it has spawned. */
  get childrenSpawned(): unknown {
    return this.#part(1);
  }

  /** The mixed entropy, 32-bit words. */
  get pool(): unknown {
    return this.#part(2);
  }

  /** Its place among the sequences of its parents. */
  get spawnKey(): unknown {
    return this.#part(4);
  }
}

const names = (module: string, ...of: readonly string[]): Global[] =>
  of.map((name) => new Global(module, name));

/** Generators, bit generators, seeds. */
export const randomTypes: readonly PickleType[] = [
  {
    globals: [
      ...names(
        "numpy.random._pickle",
        "__generator_ctor",
        "__randomstate_ctor",
        "__bit_generator_ctor",
      ),
      ...names("numpy.random", "__RandomState_ctor"),
      ...names("numpy.random.mtrand", "__RandomState_ctor"),
    ],
    inert: RandomState,
  },
  {
    globals: names("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
    inert: SeedSequence,
  },
];

/** The builtins for reading, and how those that have no opcode of their own are written, which loads do without. */

import type { TypeList } from "../registry/index.ts";
import { Complex, Float, Global, Range, Slice } from "../values/index.ts";
import { readBuiltins } from "./builtins.ts";

const COMPLEX = new Global("builtins", "complex");
const RANGE = new Global("builtins", "range");
const SLICE = new Global("builtins", "slice");

/** The builtins, for reading and for writing. */
export const builtinTypes: TypeList = [
  readBuiltins,
  {
    globals: [],
    prototypes: [Complex.prototype],
    reduce: (value) => {
      const { real, imag } = value as Complex;
      return { callable: COMPLEX, args: [new Float(real), new Float(imag)] };
    },
  },
  {
    globals: [],
    prototypes: [Range.prototype],
    reduce: (value) => {
      const { start, stop, step } = value as Range;
      return { callable: RANGE, args: [start, stop, step] };
    },
  },
  {
    globals: [],
    prototypes: [Slice.prototype],
    reduce: (value) => {
      const { start, stop, step } = value as Slice;
      return { callable: SLICE, args: [start, stop, step] };
    },
  },
];

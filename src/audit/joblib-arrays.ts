/**
 * The state of joblib's array wrapper in, how many raw bytes follow its BUILD out.
 * Source: joblib 1.5 numpy_pickle.py NumpyArrayWrapper.read_array, numpy_pickle_compat.py; NumPy's dtype.__reduce__ and
 * __setstate__ (descriptor.c).
 */
import { makerOf } from "./call-arguments.ts";
import { Dict, Sequence, type Sym, textOf } from "./symbols.ts";

const WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper";
const COMPANION = /^joblib\.numpy_pickle(?:_compat)?\.Z?NDArrayWrapper$/;

/** What follows the wrapper: raw numbers, or a pickle of their own for arrays of objects. */
export interface ArrayBytes {
  /** Whether a byte that counts the padding comes first. */
  readonly padded: boolean;
  /** Bytes of the array; undefined for a pickle. */
  readonly size: number | undefined;
}

/** What follows `target`; "unclear" where it is a wrapper whose array's size is not plain to see, undefined where it is none. */
export function arrayBehind(target: Sym): ArrayBytes | "unclear" | undefined {
  if (target.kind !== "call" || makerOf(target) !== WRAPPER) return undefined;
  const { state } = target;
  // What an earlier state has set is still there.
  if (!(state instanceof Dict) || !state.isWhole || target.states !== 1) return "unclear";
  const alignment = state.get("numpy_array_alignment_bytes");
  if (alignment !== undefined && alignment.kind !== "literal") return "unclear";
  const padded = alignment !== undefined && alignment.value !== null;
  const dtype = state.get("dtype");
  const itemSize = dtype === undefined ? undefined : itemSizeOf(dtype);
  const count = countOf(state.get("shape"));
  if (itemSize === undefined || count === undefined) return "unclear";
  // Objects are pickled, without padding before them.
  if (itemSize === "objects") return { padded: false, size: undefined };
  return { padded, size: itemSize * count };
}

/** The file that an object stands for, whose array joblib reads from there; undefined where it is nothing of the kind. */
export function companionOf(target: Sym): { readonly name: string | undefined } | undefined {
  if (target.kind !== "call" || !COMPANION.test(makerOf(target))) return undefined;
  const { state } = target;
  const name = state instanceof Dict && state.isWhole ? textOf(state.get("filename")) : undefined;
  return { name };
}

function countOf(shape: Sym | undefined): number | undefined {
  if (!(shape instanceof Sequence) || shape.type !== "tuple" || shape.all === undefined)
    return undefined;
  let count = 1;
  for (const item of shape.items) {
    if (item.kind !== "literal" || item.isFloat || typeof item.value !== "number" || item.value < 0)
      return undefined;
    count *= item.value;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

const OBJECT_FLAG = 1;

/**
 * Bytes of an item of the dtype; undefined where that is not plain.
 */
function itemSizeOf(dtype: Sym): number | "objects" | undefined {
  if (dtype.kind !== "call" || makerOf(dtype) !== "numpy.dtype" || dtype.states > 1)
    return undefined;
  const match = /^[<>|=]?([?bBhHiIlLqQefdgFDGSUVOMmacu])(\d*)$/.exec(textOf(dtype.args?.[0]) ?? "");
  if (match === null) return undefined;
  const [, kind = "", digits = ""] = match;
  const state = dtype.state instanceof Sequence ? dtype.state.all : [];
  if (state === undefined || (dtype.state !== undefined && dtype.state.kind !== "sequence"))
    return undefined;
  const flags = state[7];
  const hasObjects = flags?.kind === "literal" && (Number(flags.value) & OBJECT_FLAG) !== 0;
  if (flags !== undefined && flags.kind !== "literal") return undefined;
  if (kind === "O") return state.length === 0 || hasObjects ? "objects" : undefined;
  // Of strings and records the state has the size; of the rest the name: "f8", "b1".
  const size = state[5];
  if (/[SUVa]/.test(kind)) {
    if (hasObjects) return "objects";
    if (size?.kind === "literal" && typeof size.value === "number" && size.value >= 0)
      return size.value;
    if (size !== undefined && !(size.kind === "literal" && size.value === -1)) return undefined;
    return digits === "" ? undefined : Number(digits) * (kind === "U" ? 4 : 1);
  }
  return digits === "" || hasObjects ? undefined : Number(digits);
}

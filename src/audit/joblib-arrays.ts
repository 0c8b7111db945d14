/**
 * The state of joblib's array wrapper in, how many raw bytes follow its BUILD out.
 * Source: joblib 1.5 numpy_pickle.py NumpyArrayWrapper.read_array; NumPy's dtype.__reduce__ and __setstate__.
 */
import { type Call, Sequence, type Sym, textOf } from "./symbols.ts";

const WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper";

/** What follows the wrapper: raw numbers, or a pickle of their own for arrays of objects. */
export interface ArrayBytes {
  /** Whether a byte that counts the padding comes first. */
  readonly padded: boolean;
  /** Bytes of the array; undefined for a pickle. */
  readonly size: number | undefined;
}

/** What follows `target`, where it is a wrapper whose array's size is plain to see. */
export function arrayBehind(target: Sym): ArrayBytes | undefined {
  if (target.kind !== "call" || classOf(target) !== WRAPPER) return undefined;
  const { state } = target;
  if (state?.kind !== "dict") return undefined;
  const alignment = state.get("numpy_array_alignment_bytes");
  const padded = alignment?.kind === "literal" && alignment.value !== null;
  const dtype = state.get("dtype");
  const itemSize = dtype === undefined ? undefined : itemSizeOf(dtype);
  const count = countOf(state.get("shape"));
  if (itemSize === undefined || count === undefined) return undefined;
  // Objects are pickled, without padding before them.
  if (itemSize === "objects") return { padded: false, size: undefined };
  return { padded, size: itemSize * count };
}

// The class of an object that is made by NEWOBJ, by a call, or by copyreg._reconstructor.
function classOf({ callee, args }: Call): string | undefined {
  if (callee.kind !== "import") return undefined;
  const made = callee.path === "copyreg._reconstructor" ? args?.[0] : callee;
  return made?.kind === "import" ? made.path : undefined;
}

function countOf(shape: Sym | undefined): number | undefined {
  if (!(shape instanceof Sequence) || shape.items.length !== shape.count) return undefined;
  let count = 1;
  for (const item of shape.items) {
    if (item.kind !== "literal" || typeof item.value !== "number" || item.value < 0)
      return undefined;
    count *= item.value;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

const OBJECT_FLAG = 1;

function itemSizeOf(dtype: Sym): number | "objects" | undefined {
  if (dtype.kind !== "call" || dtype.callee.kind !== "import") return undefined;
  if (dtype.callee.path !== "numpy.dtype") return undefined;
  const name = textOf(dtype.args?.[0]);
  const state = dtype.state instanceof Sequence ? dtype.state.items : [];
  const flags = state[7];
  if (flags?.kind === "literal" && (Number(flags.value) & OBJECT_FLAG) !== 0) return "objects";
  // Of strings, records and the like the state has the size, of the rest the name: "f8", "O8", "b1".
  const size = state[5];
  if (size?.kind === "literal" && typeof size.value === "number" && size.value > 0) {
    return name?.startsWith("O") ? "objects" : size.value;
  }
  const match = /^[<>|=]?([?bBhHiIlLqQefdgFDGSUVOMmacu])(\d*)$/.exec(name ?? "");
  if (match === null) return undefined;
  const [, kind = "", digits = ""] = match;
  if (kind === "O") return "objects";
  if (digits === "") return undefined;
  return Number(digits) * (kind === "U" ? 4 : 1);
}

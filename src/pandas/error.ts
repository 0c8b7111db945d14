/** What a view of a pandas object says when the object does not hold what pandas would have written. */

/** What went wrong. */
export type PandasCode =
  | "unknown-layout"
  | "bad-layout"
  | "no-column"
  | "too-large"
  | "missing-package";

/**
 * A pandas object that cannot be viewed. The object itself is inert data and goes back to Python as it came.
 *
 * `unknown-layout`: another version's, or another library's, way to keep data; `bad-layout`: its parts contradict each
 * other; `too-large`: few bytes that stand for very many values; `missing-package`: the optional package is not there.
 */
export class PandasError extends Error {
  override readonly name: string = "PandasError";
  readonly code: PandasCode;

  constructor(code: PandasCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Refuses parts that contradict each other. */
export function badLayout(message: string): PandasError {
  return new PandasError("bad-layout", message);
}

/** What a view gives, or what stands for it where the object cannot be viewed. */
export function orInert<Value>(view: () => Value, inert: () => Value): Value {
  try {
    return view();
  } catch (error) {
    if (error instanceof PandasError) return inert();
    throw error;
  }
}

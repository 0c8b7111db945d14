/** vectors/vectors.json in, its types out; `make.sh` writes it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What Python says of one value, and its pickles by what wrote them. */
export interface Facts {
  readonly pickles: Readonly<Record<string, string>>;
  readonly qualname?: string;
  readonly module?: string;
  readonly doc?: string | null;
  readonly signature?: string;
  readonly line?: number;
  /** repr of what a cell holds, "function", or null for an empty one */
  readonly closure?: Readonly<Record<string, string | null>>;
  /** offset, name, argument, its text, line that begins, whether something jumps to it */
  readonly instructions?: readonly [
    number,
    string,
    number | null,
    string,
    number | null,
    boolean,
  ][];
  /** repr of the tuple of arguments, repr of the result or the exception */
  readonly calls?: readonly [string, string][];
}

export interface Vectors {
  readonly python: string;
  readonly dill: string;
  readonly cloudpickle: string;
  readonly values: Readonly<Record<string, Facts>>;
}

export const VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "vectors.json"), "utf8"),
) as readonly Vectors[];

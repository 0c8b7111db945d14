/**
 * SciPy's sparse matrices and arrays as pickles have them in, their stored entries out.
 *
 * Source: scipy 1.18 `sparse/_compressed.py`, `_coo.py`, `_dia.py`, `_lil.py`, `_bsr.py`.
 */

import { type Inspect, Instance, inspectSymbol } from "../core/values/index.ts";
import { NdArray } from "../numpy/index.ts";

/** What is wrong with a sparse matrix. */
export type SparseCode = "unknown-layout" | "bad-layout";

/** A sparse matrix that cannot be read. The object itself is inert data and goes back to Python as it came. */
export class SparseError extends Error {
  override readonly name: string = "SparseError";
  /** `unknown-layout`: a format that is not read here; `bad-layout`: its parts contradict each other. */
  readonly code: SparseCode;

  constructor(code: SparseCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Row, column and value of one stored entry. */
export type SparseEntry = readonly [row: number, column: number, value: unknown];

/**
 * A `scipy.sparse` matrix or array: `csr`, `csc`, `coo`; of the other formats shape and parts.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged.
 */
export class SparseMatrix extends Instance {
  /** `"csr"`, `"csc"`, `"coo"`, `"bsr"`, `"dia"`, `"lil"`, `"dok"`. */
  get format(): string {
    return /(?:^|\.)([a-z]{3})_(?:matrix|array)$/.exec(this.className)?.[1] ?? "?";
  }

  /** Number of rows and of columns. @throws SparseError `bad-layout` */
  get shape(): readonly number[] {
    const shape = this.get("_shape") ?? this.get("shape");
    const lengths = Array.isArray(shape) ? (shape as readonly unknown[]).map(Number) : [];
    if (
      lengths.length === 0 ||
      !lengths.every((length) => Number.isSafeInteger(length) && length >= 0)
    )
      throw new SparseError("bad-layout", "a sparse matrix has no shape");
    return lengths;
  }

  /** The stored values. @throws SparseError `bad-layout` where they are no array */
  get data(): NdArray {
    return this.#array("data");
  }

  /** Number of stored values. @throws SparseError `bad-layout` */
  get storedCount(): number {
    return this.data.size;
  }

  #array(name: string): NdArray {
    const array = this.get(name);
    if (array instanceof NdArray) return array;
    throw new SparseError("bad-layout", `a sparse matrix has no array ${JSON.stringify(name)}`);
  }

  /** The stored entries, in the order in which they are stored. @throws SparseError `unknown-layout`, `bad-layout` */
  *storedEntries(): Generator<SparseEntry, void, undefined> {
    const { format } = this;
    const [rows = 0, columns = 0] = this.shape;
    const data = vector(this.data, "data");
    if (format === "coo") {
      const coords = this.get("coords");
      const pair = Array.isArray(coords) ? (coords as readonly unknown[]) : undefined;
      const [row, column] = [pair?.[0] ?? this.get("row"), pair?.[1] ?? this.get("col")].map(
        (part) => vector(part, "coords"),
      ) as [NdArray, NdArray];
      same(row.size, data.size, "rows");
      same(column.size, data.size, "columns");
      for (let at = 0; at < data.size; at++)
        yield [place(row.at(at), rows), place(column.at(at), columns), data.at(at)];
      return;
    }
    if (format !== "csr" && format !== "csc")
      throw new SparseError(
        "unknown-layout",
        `the entries of ${format} matrices are not read here`,
      );
    const [outer, inner] = format === "csr" ? [rows, columns] : [columns, rows];
    const starts = vector(this.#array("indptr"), "indptr");
    const indices = vector(this.#array("indices"), "indices");
    same(starts.size, outer + 1, "starts");
    let at = place(starts.at(0), data.size + 1);
    for (let line = 0; line < outer; line++) {
      const end = place(starts.at(line + 1), Math.min(data.size, indices.size) + 1);
      for (; at < end; at++) {
        const other = place(indices.at(at), inner);
        yield format === "csr" ? [line, other, data.at(at)] : [other, line, data.at(at)];
      }
    }
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    try {
      const { format, shape, data } = this;
      return `SparseMatrix(${format}, ${shape.join(" × ")}, ${data.size} stored ${data.dtype})`;
    } catch {
      return super[inspectSymbol](depth, options, inspect);
    }
  }
}

function vector(value: unknown, name: string): NdArray {
  if (value instanceof NdArray && value.ndim === 1) return value;
  throw new SparseError("bad-layout", `${name} of a sparse matrix is no array of one axis`);
}

function same(count: number, wanted: number, what: string): void {
  if (count !== wanted)
    throw new SparseError(
      "bad-layout",
      `a sparse matrix has ${count} ${what}, ${wanted} are needed`,
    );
}

function place(value: unknown, count: number): number {
  const index = Number(value);
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new SparseError("bad-layout", `place ${index} of a sparse matrix is not below ${count}`);
}

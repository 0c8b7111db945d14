/** Every way in which a `.npy` file can be refused: a closed set of codes, each with the place in the file. */

/** What went wrong. `docs/security.md` lists each with the input that raises it. */
export type NpyCode =
  | "not-npy"
  | "unsupported-version"
  | "truncated"
  | "header-too-long"
  | "bad-header"
  | "bad-dtype"
  | "bad-shape"
  | "limit-exceeded"
  | "objects"
  | "no-member";

/** A `.npy` or `.npz` file could not be read. */
export class NpyError extends Error {
  override readonly name: string = "NpyError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: NpyCode;
  /** Byte offset in the `.npy` file. */
  readonly offset: number;

  constructor(code: NpyCode, message: string, offset: number, options?: ErrorOptions) {
    super(`${message} at byte ${offset}`, options);
    this.code = code;
    this.offset = offset;
  }
}

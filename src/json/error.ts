/** What cannot be written as JSON, and where it stands. */

/** Why a value has no JSON text: it contains itself, it would grow without bound, or it is nothing that JSON can say. */
export type JsonCode = "cycle" | "too-large" | "unsupported-value";

/** A value could not be written as JSON. */
export class JsonError extends Error {
  override readonly name: string = "JsonError";
  readonly code: JsonCode;
  /** Where the value stands, from the root `$`. */
  readonly path: string;

  constructor(code: JsonCode, message: string, path: string) {
    super(`${message} at ${path}`);
    this.code = code;
    this.path = path;
  }
}

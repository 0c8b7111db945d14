/** What cannot be written as JSON or read from it, and where it stands. */

/**
 * Why a value has no JSON text: it contains itself, it would grow without bound, or it is nothing that JSON can say. Why
 * a text has no value: it is no JSON, or a tag in it says nothing.
 */
export type JsonCode = "cycle" | "too-large" | "unsupported-value" | "bad-json" | "bad-tag";

/** A value could not be written as JSON, or a text not read. */
export class JsonError extends Error {
  override readonly name: string = "JsonError";
  readonly code: JsonCode;
  /** Where the value stands, from the root `$`; of text that is no JSON, line and column. */
  readonly path: string;

  constructor(code: JsonCode, message: string, path: string) {
    super(`${message} at ${path}`);
    this.code = code;
    this.path = path;
  }
}

/** What the notation refuses: what, and at which line and column. */

/** A text that is no value; the place counts from 1. */
export class NotationError extends Error {
  override readonly name: string = "NotationError";
  /** Index into the text. */
  readonly at: number;
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, at: number) {
    const before = text.slice(0, at).split("\n");
    const line = before.length;
    const column = [...(before.at(-1) ?? "")].length + 1;
    super(`${message} (line ${line}, column ${column})`);
    this.at = at;
    this.line = line;
    this.column = column;
  }
}

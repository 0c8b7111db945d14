/** Whatever was thrown in, words for the page out. */
import { cutTo, printable } from "../../src/printable/index.ts";
import type { Failure } from "./messages.ts";

// A message may quote what stands in the file.
const LONGEST = 500;

/** Why nothing can be read, in words that are the page's own. */
export class CannotRead extends Error {}

/** The message, safe to show, with code and offset where the error has them. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: cutTo(printable(String(error)), LONGEST) };
  const { code, offset } = error as { code?: unknown; offset?: unknown };
  return {
    message: cutTo(printable(error.message), LONGEST),
    code: typeof code === "string" ? code : undefined,
    offset: typeof offset === "number" ? offset : undefined,
  };
}

/** What the file system raised in, the library's own error out. Source: Node's `SystemError` (code, syscall, message). */
import { PickleError, type SourceCode } from "../core/errors/index.ts";

/** Wraps an error of `node:fs`: `cannot read "data.pkl": no such file or directory (ENOENT)`. */
export function fileError(code: SourceCode, what: string, cause: unknown): PickleError {
  if (cause instanceof PickleError) return cause;
  const verb = code === "write-failed" ? "write" : "read";
  return new PickleError(code, `cannot ${verb} ${what}: ${reason(cause)}`, { cause });
}

/** The code of a system error ("ENOENT"), or `undefined` for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

// Node writes "ENOENT: no such file or directory, open 'data.pkl'"; code and syscall are said elsewhere.
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = systemCode(cause);
  if (code === undefined || !message.startsWith(`${code}: `)) return message;
  const text = message.slice(code.length + 2);
  const comma = text.lastIndexOf(", ");
  return `${comma < 0 ? text : text.slice(0, comma)} (${code})`;
}

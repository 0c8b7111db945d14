/** Whatever was thrown in, the words for the person who asked out. */

import { JsonError } from "../json/index.ts";
import type { MsgpackError } from "../msgpack/index.ts";
import { PickleError } from "../pickle/index.ts";
import { cutTo, printable } from "../show/index.ts";
import { InputError, UsageError } from "./command.ts";

// A message may quote what stands in the file.
const LONGEST = 500;

/** One line: the kind of failure for programs to look for, and what, where and why. */
export function failureText(error: unknown): string {
  if (error instanceof PickleError || error instanceof JsonError || isMsgpackError(error)) {
    return cutTo(printable(`${error.code}: ${error.message}`), LONGEST);
  }
  if (error instanceof InputError || error instanceof UsageError)
    return cutTo(printable(error.message), LONGEST);
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n");
  // Node writes "ENOENT: no such file or directory, open 'data.pkl'"; the file is named already.
  const system = /^([A-Z][A-Z0-9]+): (.*), \w+(?: '.*')?$/.exec(line);
  const text = system === null ? line : `${system[2]} (${system[1]})`;
  return cutTo(printable(text), LONGEST);
}

// By its name: the room itself is loaded for msgpack only.
function isMsgpackError(error: unknown): error is MsgpackError {
  return (
    error instanceof Error && (error.name === "MsgpackError" || error.name === "ExtraDataError")
  );
}

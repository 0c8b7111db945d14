/** Whatever was thrown in, the words for the person who asked out. */

import type { CheckpointError } from "../checkpoint/index.ts";
import { JsonError } from "../json/index.ts";
import type { MsgpackError } from "../msgpack/index.ts";
import { PickleError } from "../pickle/index.ts";
import { cutTo, printable } from "../show/index.ts";
import { InputError, UsageError } from "./command.ts";

// A message may quote what stands in the file.
const LONGEST = 500;

/** One line: the kind of failure for programs to look for, and what, where and why. */
export function failureText(error: unknown): string {
  if (error instanceof PickleError || error instanceof JsonError || hasCode(error)) {
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

// By their names: the rooms themselves are loaded by the commands that need them.
const NAMES = new Set(["MsgpackError", "ExtraDataError", "CheckpointError"]);

function hasCode(error: unknown): error is MsgpackError | CheckpointError {
  return error instanceof Error && NAMES.has(error.name);
}

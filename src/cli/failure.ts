/** Whatever was thrown in, the words for the person who asked out. */

import { PickleError } from "../core/errors/index.ts";
import { cutTo, printable } from "../printable/index.ts";
import { InputError, UsageError } from "./command.ts";

// A message may quote what stands in the file.
const LONGEST = 500;

/** One line: the kind of failure for programs to look for, and what, where and why. */
export function failureText(error: unknown): string {
  if (error instanceof PickleError || isCoded(error)) {
    return cutTo(printable(`${error.code}: ${inOptions(error.message)}`), LONGEST);
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

// What a message advises a program to do, as a person at the command line would do it.
const ADVICE: readonly (readonly [program: string, person: string])[] = [
  ['encoding: "latin1" or "bytes"', "--encoding latin1 or bytes"],
  ["memory is limited to", "memory (see --memory-limit) is limited to"],
  ['flag: "c" makes one', "brine shelve DB set KEY JSON makes one"],
  ["latest() finds the newest that is intact", "brine checkpoint DIR verify says which are intact"],
  ["list() has the names", "brine checkpoint DIR list has the names"],
];

function inOptions(message: string): string {
  return ADVICE.reduce((text, [program, person]) => text.replace(program, () => person), message);
}

// By name: a room is loaded only where it is used.
function isCoded(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && OTHER_ROOMS.test(error.name);
}

const OTHER_ROOMS =
  /^(?:JsonError|MsgpackError|ExtraDataError|CheckpointError|DbmError|ShelveError)$/;

/** A minimised difference in, its explanation out: every class of difference between brine and CPython that is meant. */

import type { Difference } from "./difference.ts";
import { type Step, steps } from "./opcodes.ts";

/** One class of differences, each with its reason in docs/known-differences.md. */
export interface Known {
  readonly name: string;
  readonly reason: string;
  readonly explains: (difference: Difference) => boolean;
}

/** The checked-in list. A predicate must not be wider than its reason. */
export const KNOWN: readonly Known[] = [
  {
    name: "memory",
    reason:
      "CPython reserves what a length or an index says and fails; brine reserves what is there",
    explains: ({ kind, reference, input }) =>
      kind === "brine accepts" &&
      reference.error === "MemoryError" &&
      steps(input.bytes).some(({ name }) => name === "LONG_BINPUT" || name === "PUT"),
  },
  {
    name: "local names",
    reason:
      "CPython cannot import what is local to a function; inert, its name is a name like any other",
    explains: ({ kind, reference }) =>
      kind === "brine accepts" &&
      reference.error === "AttributeError" &&
      reference.message.startsWith("Can't get local attribute"),
  },
  {
    name: "long names",
    reason: "CPython takes names of any length; brine keeps every name it meets, and bounds them",
    explains: ({ kind, brine, input }) =>
      kind === "brine refuses" &&
      brine.code === "bad-name" &&
      brine.message.startsWith("a name is too long") &&
      // Of module and name one has more than half of the 1000 characters.
      steps(input.bytes).some(({ argument }) => argument.length > 500),
  },
  {
    name: "bytearray",
    reason:
      "CPython's bytearray has append and extend; a ByteArray cannot grow, and no pickler writes that",
    explains: ({ kind, brine, input }) =>
      kind === "brine refuses" &&
      brine.code === "bad-target" &&
      brine.message.startsWith("a bytearray cannot be appended to") &&
      steps(input.bytes).some(({ name }) => name === "APPEND" || name === "APPENDS"),
  },
  {
    name: "memoryview",
    reason:
      "READONLY_BUFFER over a bytearray is a memoryview without hash in CPython, bytes in brine",
    explains: ({ kind, reference, input }) =>
      kind === "brine accepts" &&
      input.buffers &&
      reference.error === "TypeError" &&
      reference.message.startsWith("unhashable type: 'bytearray'") &&
      steps(input.bytes).some(({ name }) => name === "READONLY_BUFFER"),
  },
  {
    name: "integral index",
    reason:
      "0.0 is no index of a list to CPython; by default a number has no mark of having been a float",
    explains: ({ kind, brine, input }) =>
      kind === "disagrees with itself" &&
      brine.code === "bad-target" &&
      brine.message.includes("a Float is no index of a list") &&
      steps(input.bytes).some(({ name }) => name === "SETITEM" || name === "SETITEMS"),
  },
  {
    name: "surrogate pair",
    reason: "a high and a low surrogate in a row are one character of a JavaScript string",
    explains: ({ kind, input }) =>
      kind === "other value" &&
      steps(input.bytes).some(({ argument }) =>
        /\\ud[89ab]..\\ud[c-f]..|\xed[\xa0-\xaf].\xed[\xb0-\xbf]/i.test(
          Buffer.from(argument).toString("latin1"),
        ),
      ),
  },
  {
    name: "one NaN",
    reason:
      "a NaN that a pickle refers to twice is one key to CPython, which compares identity first, and two to brine",
    explains: ({ kind, input }) => {
      const found = steps(input.bytes);
      const shared = found.some(({ name }) => name.endsWith("GET") || name === "DUP");
      return kind === "other value" && shared && found.some(isNaNStep);
    },
  },
];

function isNaNStep({ name, argument }: Step): boolean {
  if (name === "FLOAT") return /nan/i.test(Buffer.from(argument).toString("latin1"));
  return name === "BINFLOAT" && Number.isNaN(Buffer.from(argument).readDoubleBE(0));
}

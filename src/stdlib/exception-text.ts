/**
 * The class and the arguments of a Python exception in, what `str()` makes of it out, as far as that can be told without
 * Python.
 *
 * Source: CPython 3.13 Objects/exceptions.c `OSError_str`, `SyntaxError_str`, `KeyError_str`, `UnicodeEncodeError_str` …
 */

import {
  ByteArray,
  Complex,
  Float,
  FrozenSet,
  formatFloat,
  Global,
  PyDict,
  PySet,
  reprByteArray,
  reprBytes,
  reprString,
  Tuple,
} from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";

/** `str(exception)`. Of arguments that may be of any size no more is read than a pickle can pay for. */
export function messageOf(name: string, args: Tuple): string {
  const [first, second] = args;
  lettersLeft = MOST_LETTERS;
  if (SYNTAX_ERROR.test(name)) return syntaxMessage(args);
  if (args.length === 0) return "";
  if (name === "KeyError" && args.length === 1) return shown(first);
  if (name.endsWith("ExceptionGroup") && Array.isArray(second)) {
    return `${text(first)} (${second.length} sub-exception${second.length === 1 ? "" : "s"})`;
  }
  const special = OS_ERROR.test(name) ? osMessage(name, args) : unicodeMessage(name, args);
  if (special !== undefined) return special;
  if (args.length === 1) return text(first);
  let all = shown(first);
  for (let index = 1; index < Math.min(args.length, MOST_SHOWN); index++)
    all += `, ${shown(args[index])}`;
  return `(${all}${args.length > MOST_SHOWN ? ", …" : ""})`;
}

const SYNTAX_ERROR = /^(?:Syntax|Indentation|Tab)Error$/;

// message (file, line 1): the second argument is (file, line, column, text, …).
function syntaxMessage(args: Tuple): string {
  const [message = null, details] = args;
  const [file, line] = args.length === 2 && details instanceof Tuple ? details : [];
  const place = [];
  if (typeof file === "string") place.push(file.slice(file.lastIndexOf("/") + 1));
  if (safeInteger(line) !== undefined) place.push(`line ${line}`);
  return place.length === 0 ? text(message) : `${text(message)} (${place.join(", ")})`;
}

const OS_ERROR =
  /^(?:OS|IO|Environment|Windows|BlockingIO|ChildProcess|Connection\w*|BrokenPipe|FileExists|FileNotFound|Interrupted|IsADirectory|NotADirectory|Permission|ProcessLookup|Timeout)Error$/;

// [Errno 2] No such file or directory: 'from' -> 'to'; the third argument of a BlockingIOError may be a count of bytes.
function osMessage(name: string, args: Tuple): string | undefined {
  const [errno, what, third = null, , fifth = null] = args;
  if (args.length < 2 || args.length > 5) return undefined;
  const isCount = name === "BlockingIOError" && safeInteger(third) !== undefined;
  const file = third === null || isCount ? "" : `: ${shown(third)}`;
  const target = file === "" || fifth === null ? "" : ` -> ${shown(fifth)}`;
  return `[Errno ${text(errno)}] ${text(what)}${file}${target}`;
}

// 'utf-8' codec can't decode byte 0xff in position 0: reason
function unicodeMessage(name: string, args: Tuple): string | undefined {
  const isTranslate = name === "UnicodeTranslateError";
  if (isTranslate ? args.length !== 4 : args.length !== 5) return undefined;
  const [object, start, end, reason] = isTranslate ? args : args.slice(1);
  const [from, to] = [safeInteger(start), safeInteger(end)];
  if (from === undefined || to === undefined) return undefined;
  const isDecode = name === "UnicodeDecodeError";
  let one: string | undefined;
  if (to === from + 1) one = isDecode ? byteAt(object, from) : characterAt(object, from);
  const what = one ?? (isDecode ? "bytes" : "characters");
  const place = one === undefined ? `${from}-${to - 1}` : from;
  const tail = `${what} in position ${place}: ${text(reason)}`;
  if (isTranslate) return `can't translate ${tail}`;
  const verb = isDecode ? "decode" : name === "UnicodeEncodeError" ? "encode" : undefined;
  return verb && `'${text(args[0])}' codec can't ${verb} ${tail}`;
}

function byteAt(object: unknown, index: number): string | undefined {
  if (typeof object === "string") return byteAt(Uint8Array.of(object.charCodeAt(index)), 0);
  const byte = object instanceof Uint8Array ? object[index] : undefined;
  return byte === undefined ? undefined : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}

// Letters of one message that are looked at one by one, and those that are left to it.
const MOST_LETTERS = 256;
let lettersLeft = 0;

// Places count characters; far into a text none is looked for.
function characterAt(object: unknown, index: number): string | undefined {
  if (typeof object !== "string" || !(index >= 0 && index < MOST_LETTERS)) return undefined;
  const code = Array.from(object.slice(0, 2 * index + 2))[index]?.codePointAt(0);
  if (code === undefined) return undefined;
  const [letter, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `character '\\${letter}${code.toString(16).padStart(width as number, "0")}'`;
}

// As str() writes it.
function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value instanceof Error ? value.message : shown(value);
}

const MOST_SHOWN = 20;

// As repr() writes it, but one level only: an argument may be as deep or as long as its writer liked.
function shown(value: unknown): string {
  if (value instanceof Uint8Array) {
    const repr = value instanceof ByteArray ? reprByteArray : reprBytes;
    const text = repr(value.subarray(0, MOST_SHOWN));
    return value.length > MOST_SHOWN ? text.replace(/['"]\)?$/, "…$&") : text;
  }
  const brackets =
    typeof value === "object" && value !== null
      ? BRACKETS.get(Object.getPrototypeOf(value))
      : undefined;
  if (brackets === undefined) return atom(value);
  const items: string[] = [];
  for (const item of value as Iterable<unknown>) {
    if (items.length === MOST_SHOWN) {
      items.push("…");
      break;
    }
    items.push(value instanceof Map ? (item as unknown[]).map(atom).join(": ") : atom(item));
  }
  if (items.length === 0 && value instanceof Set)
    return value instanceof FrozenSet ? "frozenset()" : "set()";
  const comma = items.length === 1 && value instanceof Tuple ? "," : "";
  return brackets[0] + items.join(", ") + comma + brackets[1];
}

// No plain objects: one of a million keys, shared by a million exceptions, is listed whole each time.
const BRACKETS = new Map<unknown, readonly [open: string, close: string]>([
  [Array.prototype, ["[", "]"]],
  [Tuple.prototype, ["(", ")"]],
  [PyDict.prototype, ["{", "}"]],
  [PySet.prototype, ["{", "}"]],
  [FrozenSet.prototype, ["frozenset({", "})"]],
]);

// What is too long to be searched for what to escape stands as it is: a million exceptions may have it in common.
function quoted(text: string): string {
  lettersLeft -= text.length;
  return lettersLeft < 0 ? `'${text}'` : reprString(text);
}

function atom(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : formatFloat(value);
    case "bigint":
      return value < 1n << 128n && value > -(1n << 128n) ? String(value) : "…";
    case "boolean":
      return value ? "True" : "False";
    default:
      if (value === null) return "None";
      return value instanceof Float || value instanceof Complex || value instanceof Global
        ? String(value)
        : "…";
  }
}

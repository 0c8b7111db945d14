/** An exception of Python's as a JavaScript Error: type, arguments and attributes in, message and cause out. */

import {
  Float,
  Global,
  type Inspect,
  inspectSymbol,
  nest,
  PyDict,
  Tuple,
} from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";

/** A Python exception. Thrown or not, it is an `Error`: `name` is its class, `message` what `str()` prints. */
export class PyException extends Error {
  override readonly name: string;
  /** Python's class. */
  readonly type: Global;
  /** Arguments as they stand in the pickle; an `OSError` has its file names among them. */
  readonly args: Tuple;
  /** The instance's `__dict__`, `__notes__` included, and what else its state sets (`name`, `path`, `__cause__`). */
  readonly attributes: PyDict<string, unknown> = new PyDict();

  /**
   * @param type Python's class: `"ValueError"` for a built-in one, else a `Global`
   * @param args its arguments
   */
  constructor(type: string | Global, args: Iterable<unknown> = []) {
    const own = args instanceof Tuple ? args : (Tuple.from(args) as Tuple);
    const global =
      typeof type === "string" ? new Global("builtins", type, { spelled: "name" }) : type;
    const message = messageOf(global.name, own);
    super(message);
    this.type = global;
    this.args = own;
    this.name = global.name;
    // Where it was raised is known to Python alone; the stack of the code that read it would mislead.
    hide(this, "stack", message === "" ? global.name : `${global.name}: ${message}`);
    for (const name of ["type", "args", "attributes", "name"]) {
      Object.defineProperty(this, name, { enumerable: false });
    }
  }

  /** The notes that Python's `add_note` left. */
  get notes(): readonly unknown[] {
    const notes = this.attributes.get("__notes__");
    return Array.isArray(notes) ? (notes as unknown[]) : [];
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    const head = `[${this.stack}]`;
    if (this.attributes.size === 0 || (depth !== null && depth < 0)) return head;
    const nested = nest(options);
    const parts = Array.from(
      this.attributes,
      ([name, value]) => `${name}: ${inspect(value, nested)}`,
    );
    return `${head} { ${parts.join(", ")} }`;
  }

  toJSON(): unknown {
    return { type: this.type.path, message: this.message, args: [...this.args] };
  }
}

/** Sets attributes as Python's `BaseException.__setstate__` does; `__cause__` also becomes `cause`. */
export function setAttributes(error: PyException, attributes: PyDict<string, unknown>): void {
  for (const [name, value] of attributes) error.attributes.set(name, value);
  const cause = attributes.get("__cause__");
  if (cause !== undefined && cause !== null) hide(error, "cause", cause);
}

function hide(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true });
}

// str(exception), as far as it can be told without Python: no argument, one, or all of them.
function messageOf(name: string, args: Tuple): string {
  const [first, second, third, , fifth] = args;
  if (args.length === 0) return "";
  if (name === "KeyError" && args.length === 1) return shown(first);
  if (name.endsWith("ExceptionGroup") && Array.isArray(second)) {
    return `${text(first)} (${second.length} sub-exception${second.length === 1 ? "" : "s"})`;
  }
  if (args.length === 5 && /^Unicode(?:De|En)codeError$/.test(name)) return unicodeMessage(args);
  if (safeInteger(first) !== undefined && typeof second === "string") {
    const file = third === undefined || third === null ? "" : `: ${shown(third)}`;
    const target = fifth === undefined || fifth === null ? "" : ` -> ${shown(fifth)}`;
    if (isOSError(name)) return `[Errno ${first}] ${second}${file}${target}`;
  }
  if (name === "SyntaxError" || args.length === 1) return text(first);
  return `(${args.slice(0, 20).map(shown).join(", ")}${args.length > 20 ? ", …" : ""})`;
}

// 'utf-8' codec can't decode byte 0xff in position 0: reason; without the byte where there are several.
function unicodeMessage([encoding, object, start, end, reason]: Tuple): string {
  const from = safeInteger(start);
  const isOne = from !== undefined && safeInteger(end) === from + 1;
  const at = isOne ? `position ${start}` : `position ${text(start)} to ${text(end)}`;
  let what = "text";
  if (object instanceof Uint8Array) {
    const byte = isOne ? object[from] : undefined;
    what = byte === undefined ? "bytes" : `byte 0x${byte.toString(16).padStart(2, "0")}`;
  }
  const verb = object instanceof Uint8Array ? "decode" : "encode";
  return `${shown(encoding)} codec can't ${verb} ${what} in ${at}: ${text(reason)}`;
}

const OS_ERROR =
  /^(?:OS|IO|Environment|Windows|BlockingIO|ChildProcess|Connection\w*|BrokenPipe|FileExists|FileNotFound|Interrupted|IsADirectory|NotADirectory|Permission|ProcessLookup|Timeout)Error$/;

function isOSError(name: string): boolean {
  return OS_ERROR.test(name);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : shown(value);
}

// One level only: an argument may be as deep or as long as its writer liked.
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `'${value}'`;
    case "number":
      return String(value);
    case "bigint":
      return value < 1n << 128n && value > -(1n << 128n) ? String(value) : "…";
    case "boolean":
      return value ? "True" : "False";
    default:
      if (value === null) return "None";
      return value instanceof Float || value instanceof Global ? String(value) : "…";
  }
}

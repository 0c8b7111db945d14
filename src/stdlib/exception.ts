/** An exception of Python's as a JavaScript Error: type, arguments and attributes in, message and cause out. */

import {
  ByteArray,
  Complex,
  Float,
  FrozenSet,
  Global,
  type Inspect,
  inspectSymbol,
  nest,
  PyDict,
  PySet,
  reprByteArray,
  reprBytes,
  shownParts,
  Tuple,
  visible,
} from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";

/** A Python exception. Thrown or not, it is an `Error`: `name` is its class, `message` what `str()` prints. */
export class PyException extends Error {
  declare readonly name: string;
  readonly #type: Global;
  readonly #args: Tuple;
  #attributes: PyDict<string, unknown> | undefined;

  /**
   * @param type Python's class: `"ValueError"` for a built-in one, else a `Global`
   * @param args its arguments
   */
  constructor(type: string | Global, args: Iterable<unknown> = []) {
    const own = args instanceof Tuple ? args : (Tuple.from(args) as Tuple);
    const global =
      typeof type === "string" ? new Global("builtins", type, { spelled: "name" }) : type;
    const message = messageOf(global.name, own);
    // Where it was raised is known to Python alone: a stack would be that of the code which read it, and takes V8 most of the
    // time. Without one V8's `stack` is the first line, which it makes when it is asked for.
    const { stackTraceLimit } = Error;
    const isV8 = stackTraceLimit >= 0 && Reflect.set(Error, "stackTraceLimit", 0);
    super(message);
    this.#type = global;
    this.#args = own;
    if (isV8) Error.stackTraceLimit = stackTraceLimit;
    else hide(this, "stack", firstLine(this));
  }

  /** Python's class. */
  get type(): Global {
    return this.#type;
  }

  /** Arguments as they stand in the pickle; an `OSError` has its file names among them. */
  get args(): Tuple {
    return this.#args;
  }

  /** The instance's `__dict__`, `__notes__` included, and what else its state sets (`name`, `path`, `__cause__`). */
  get attributes(): PyDict<string, unknown> {
    return (this.#attributes ??= new PyDict());
  }

  /** The notes that Python's `add_note` left. */
  get notes(): readonly unknown[] {
    const notes = this.attributes.get("__notes__");
    return Array.isArray(notes) ? (notes as unknown[]) : [];
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    const head = `[${visible(firstLine(this), inspect)}]`;
    if (this.attributes.size === 0 || (depth !== null && depth < 0)) return head;
    const nested = nest(options);
    const { size } = this.attributes;
    const show = ([name, value]: [string, unknown]): string =>
      `${visible(name, inspect)}: ${inspect(value, nested)}`;
    const parts = shownParts(this.attributes, size, show);
    return `${head} { ${parts.join(", ")} }`;
  }

  toJSON(): unknown {
    return { type: this.type.path, message: this.message, args: [...this.args] };
  }
}

Object.defineProperty(PyException.prototype, "name", {
  get(this: PyException) {
    return this.type.name;
  },
});

/** Sets attributes as Python's `BaseException.__setstate__` does; `__cause__` also becomes `cause`. */
export function setAttributes(error: PyException, attributes: PyDict<string, unknown>): void {
  for (const [name, value] of attributes) error.attributes.set(name, value);
  const cause = attributes.get("__cause__");
  if (cause !== undefined && cause !== null) hide(error, "cause", cause);
}

function firstLine({ name, message }: PyException): string {
  return message === "" ? name : `${name}: ${message}`;
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
  let all = shown(first);
  for (let index = 1; index < Math.min(args.length, 20); index++) all += `, ${shown(args[index])}`;
  return `(${all}${args.length > 20 ? ", …" : ""})`;
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

function atom(value: unknown): string {
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
      return value instanceof Float || value instanceof Complex || value instanceof Global
        ? String(value)
        : "…";
  }
}

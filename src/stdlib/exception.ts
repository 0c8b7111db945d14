/** An exception of Python's as a JavaScript Error: type, arguments and attributes in, message and cause out. */

import {
  Global,
  type Inspect,
  Instance,
  inspectSymbol,
  nest,
  PyDict,
  shownParts,
  Tuple,
  visible,
} from "../core/values/index.ts";
import { messageOf } from "./exception-text.ts";

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
  if (isException(cause)) hide(error, "cause", cause);
}

/** What Python takes as a cause; an inert instance is taken at its word. */
export function isException(value: unknown): boolean {
  return value instanceof Error || value instanceof Instance;
}

function firstLine({ name, message }: PyException): string {
  return message === "" ? name : `${name}: ${message}`;
}

function hide(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true });
}

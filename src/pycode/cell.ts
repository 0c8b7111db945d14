/** The cells of closures, as dill and cloudpickle write them: made empty, filled then or later. */

import { Global, type Inspect, Instance, inspectSymbol, nest } from "../core/values/index.ts";

/** Set on an object by `setattr` in the pickle, after it was made. */
export interface TakesAttributes {
  /** Notes what the pickle sets; the call that does it is kept where the machine keeps it. */
  noteAttribute(name: string, value: unknown): void;
  noteDeleted(name: string): void;
}

/** Whether a value is a record that such calls are told to. */
export function takesAttributes(value: unknown): value is TakesAttributes {
  return typeof value === "object" && value !== null && "noteAttribute" in value;
}

/** A variable that a function shares with the one around it. */
export class PyCell extends Instance implements TakesAttributes {
  #filled = false;
  #contents: unknown;

  noteAttribute(name: string, value: unknown): void {
    if (name !== "cell_contents") return;
    this.#filled = true;
    this.#contents = value;
  }

  noteDeleted(name: string): void {
    if (name !== "cell_contents") return;
    this.#filled = false;
    this.#contents = EMPTY;
  }

  /** Whether it holds nothing: the variable was never set, or `del` took its value. */
  get isEmpty(): boolean {
    return this.#value() === EMPTY;
  }

  /** What it holds; `undefined` where it is empty. */
  get contents(): unknown {
    const value = this.#value();
    return value === EMPTY ? undefined : value;
  }

  #value(): unknown {
    if (this.#filled || this.#contents === EMPTY) return this.#contents;
    if (this.args.length === 0) return EMPTY;
    const [value] = this.args;
    // dill's and cloudpickle's own names for "nothing".
    const isNothing =
      value instanceof Global && /^(_CELL_EMPTY|_empty_cell_value)$/.test(value.name);
    return isNothing ? EMPTY : value;
  }

  override toString(): string {
    return this.isEmpty ? "<python cell: empty>" : "<python cell>";
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (this.isEmpty || (depth !== null && depth < 0)) return this.toString();
    return `<python cell: ${inspect(this.contents, nest(options))}>`;
  }
}

const EMPTY = Symbol("empty");

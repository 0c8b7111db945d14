/**
 * Functions as dill and cloudpickle write them: an inert call in, name, signature, closure and globals out.
 *
 * Source: dill 0.3.6 to 0.4 `_dill.py` `_create_function` and save_function; cloudpickle 1 to 3 `_make_function`,
 * `_function_getstate` and `_function_setstate`.
 */

import {
  Global,
  type Inspect,
  Instance,
  type InstanceForm,
  inspectSymbol,
  Tuple,
} from "../core/values/index.ts";
import { PyCell, type TakesAttributes } from "./cell.ts";
import { PyCode, place } from "./code.ts";
import { badCode } from "./error.ts";
import { entriesOf, listOf, recordOf, stateParts, textOf } from "./fields.ts";
import { entryCount, lateGlobals } from "./late-globals.ts";
import { type Parameter, parametersOf, signatureText } from "./signature.ts";

/** Where a function's globals are that the pickle leaves to the Python that loads it. */
const MODULE_DICT = /^__dict__$/;

/**
 * A Python function, method or lambda that was pickled with its code. Inert: `disassemble` reads its code, `callable`
 * runs it where it only computes; it goes back to Python unchanged.
 */
export class PyFunction extends Instance implements TakesAttributes {
  readonly #set = new Map<string, unknown>();
  readonly #made: readonly unknown[];

  constructor(form: InstanceForm, callable: unknown, args: readonly unknown[], kwargs?: unknown) {
    super(form, callable, args, kwargs);
    this.#made = args;
    const count = entryCount(args[1]);
    if (count === undefined || count === 0) return;
    const get = (): readonly unknown[] => {
      const globals = lateGlobals(args[1], count);
      return globals === args[1]
        ? args
        : (Tuple.from(args, (arg, index) => (index === 1 ? globals : arg)) as Tuple);
    };
    Object.defineProperty(this, "args", { get, enumerable: true });
  }

  noteAttribute(name: string, value: unknown): void {
    this.#set.set(name, value);
  }

  noteDeleted(name: string): void {
    this.#set.delete(name);
  }

  get #state(): ReturnType<typeof stateParts> {
    return stateParts(this.state);
  }

  // What Python knows under `__name__` and the like: set late, in the slots of the state, or an argument.
  #special(name: string): unknown {
    if (this.#set.has(name)) return this.#set.get(name);
    return this.#state.slots.get(name);
  }

  /** Its code, or undefined where the pickle holds none that is known here. */
  get codeOrNothing(): PyCode | undefined {
    const [code] = this.#made;
    return code instanceof PyCode && code.fields !== undefined ? code : undefined;
  }

  /** Its code. @throws PyCodeError `bad-code` where the pickle holds none */
  get code(): PyCode {
    const code = this.codeOrNothing;
    if (code === undefined) throw badCode(`${this.className} was not given a code object`);
    return code;
  }

  /** `__name__`; `"<lambda>"` for a lambda. */
  get name(): string {
    return (
      textOf(this.#special("__name__")) ?? textOf(this.#made[2]) ?? this.codeOrNothing?.name ?? "?"
    );
  }

  /** `__qualname__`, with the names of what it is inside of. */
  get qualname(): string {
    const own = textOf(this.#special("__qualname__"));
    return own ?? (this.codeOrNothing?.qualname || this.name);
  }

  /** `__module__`; undefined where the pickle does not say. */
  get module(): string | undefined {
    const own = textOf(this.#special("__module__"));
    if (own !== undefined) return own;
    return this.globalsModule ?? textOf(this.globals["__name__"]);
  }

  /** `__doc__`. */
  get doc(): string | undefined {
    const own = textOf(this.#special("__doc__"));
    if (own !== undefined || this.#state.slots.has("__doc__")) return own;
    const code = this.codeOrNothing;
    return code === undefined || code.name === "<lambda>" ? undefined : textOf(code.consts[0]);
  }

  /** `__annotations__`. */
  get annotations(): Record<string, unknown> {
    return recordOf(entriesOf(this.#special("__annotations__")) ?? []);
  }

  /** `__defaults__`: of the last positional parameters. */
  get defaults(): readonly unknown[] {
    const state = this.#state.slots;
    const own = this.#set.has("__defaults__") || state.has("__defaults__");
    return listOf(own ? this.#special("__defaults__") : this.#made[3]) ?? [];
  }

  /** `__kwdefaults__`: of keyword-only parameters. */
  get kwdefaults(): Record<string, unknown> {
    return recordOf(entriesOf(this.#special("__kwdefaults__") ?? this.#made[6]) ?? []);
  }

  /** The parameters in the order in which Python declares them. */
  get parameters(): readonly Parameter[] {
    const fields = this.codeOrNothing?.fields;
    if (fields === undefined) return [];
    return parametersOf(fields, this.defaults, this.kwdefaults, this.annotations);
  }

  /** Attributes that the program set on it (`__dict__`). */
  override get attributes(): Record<string, unknown> {
    const late = [...this.#set].filter(([name]) => !/^__\w+__$/.test(name));
    return recordOf([...(entriesOf(this.#made[5]) ?? []), ...this.#state.dict, ...late]);
  }

  /** The cells of its free variables, in the order of the code's `freevars`. */
  get cells(): readonly unknown[] {
    // cloudpickle makes the function with empty cells and hands the full ones to its state setter.
    return listOf(this.#special("__closure__")) ?? listOf(this.#made[4]) ?? [];
  }

  /** The free variables that have a value, by name. */
  get closure(): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    const { cells } = this;
    this.codeOrNothing?.freevars.forEach((name, index) => {
      const cell = cells[index];
      if (cell instanceof PyCell && !cell.isEmpty) found.set(name, cell.contents);
    });
    return found;
  }

  /** The module whose dict its globals are, where the pickle only names it: `"__main__"`. */
  get globalsModule(): string | undefined {
    const [, globals] = this.#made;
    if (!(globals instanceof Global)) return undefined;
    const isMain = globals.name === "__main__" && /^(__builtin__|builtins)$/.test(globals.module);
    if (isMain) return "__main__";
    return MODULE_DICT.test(globals.name) ? globals.module : undefined;
  }

  /** What two functions share that share their globals. */
  get globalsKey(): unknown {
    return this.#made[1] ?? this;
  }

  /** The globals that the pickle holds for it, by name. dill writes none for a function of `__main__`. */
  get globals(): Record<string, unknown> {
    return recordOf([
      ...(entriesOf(this.#made[1]) ?? []),
      ...(entriesOf(this.#special("__globals__")) ?? []),
    ]);
  }

  /** `f(a, /, b, *, c=1) -> int`: as `inspect.signature` writes it. */
  get signature(): string {
    const { annotations } = this;
    const result = Object.hasOwn(annotations, "return") ? [annotations["return"]] : [];
    return signatureText(this.parameters, ...result);
  }

  override toString(): string {
    const fields = this.codeOrNothing?.fields;
    if (fields === undefined) return super.toString();
    return `<python function ${this.qualname}${this.signature} from ${place(fields)}>`;
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (this.codeOrNothing === undefined) return super[inspectSymbol](depth, options, inspect);
    return this.toString();
  }
}

/** What brine keeps of classes, functions and instances it does not know: inert data that goes back unchanged. */

import { PyDict } from "./collections.ts";
import { isPlainObject } from "./objects.ts";
import { Tuple } from "./sequences.ts";
import { braced, type Inspect, inspectSymbol, keySymbol, nest, shownParts } from "./symbols.ts";

/** A change to an inert object that came after its first state, kept in the order in which it came. */
export type LateChange =
  | { readonly kind: "append"; readonly items: unknown[] }
  | { readonly kind: "set"; readonly entries: [unknown, unknown][] }
  | { readonly kind: "add"; readonly items: unknown[] }
  | { readonly kind: "state"; readonly state: unknown }
  | { readonly kind: "call"; readonly callable: unknown; readonly args: unknown };

/** What a Python class, function or instance has in common here: the changes that the pickle makes to it. */
export abstract class Inert {
  /** Items appended to it (APPEND, APPENDS): the contents of a list subclass. */
  items: unknown[] | undefined = undefined;
  /**
   * Entries set in it (SETITEM, SETITEMS), in order: the contents of a dict subclass. A list of pairs and no dict, since
   * the class alone knows what it makes of equal keys.
   */
  entries: [unknown, unknown][] | undefined = undefined;
  /** Items added to it (ADDITEMS). */
  added: unknown[] | undefined = undefined;
  /** Its state (BUILD), or what its state setter received; `undefined` when there was none. */
  state: unknown = undefined;
  /** The function that applies the state, where Python named one (six-item reduce). */
  stateSetter: unknown = undefined;
  /** Whatever came after the state. */
  late: LateChange[] | undefined = undefined;
}

/** A Python class or function by its name: never imported, never called. */
export class Global extends Inert {
  declare readonly module: string;
  /** Qualified name; dotted for what is nested in a class. */
  declare readonly name: string;
  /**
   * Which strings CPython writes out although equal ones were written before: those of types made in C are new each
   * time they are asked for. `"name"` for static types (`datetime.date`), `true`, both, for types made at run time
   * (`collections.deque`) and functions made in C; `false` for everything written in Python.
   */
  declare readonly spelled: boolean | "name";
  /** The module and name under which a pickle below protocol 3 named it: Python 2's, as far as those were renamed. */
  declare readonly python2: readonly [module: string, name: string] | undefined;

  constructor(
    module: string,
    name: string,
    options: {
      spelled?: boolean | "name";
      python2?: readonly [module: string, name: string] | undefined;
    } = {},
  ) {
    super();
    this.module = module;
    this.name = name;
    this.spelled = options.spelled ?? false;
    this.python2 = options.python2;
  }

  /** Splits `"package.module.Name"` at the last dot. For a nested name use the constructor. */
  static parse(path: string): Global {
    const dot = path.lastIndexOf(".");
    if (dot <= 0) throw new TypeError(`path must be "module.name", got ${JSON.stringify(path)}`);
    return new Global(path.slice(0, dot), path.slice(dot + 1));
  }

  /** `module.name`. */
  get path(): string {
    return `${this.module}.${this.name}`;
  }

  override toString(): string {
    return `<global ${this.path}>`;
  }

  toJSON(): unknown {
    return { __global__: this.path };
  }

  /** Two globals of one name are one Python object. */
  [keySymbol](): string {
    return `g${this.module.length}:${this.path}`;
  }

  [inspectSymbol](_depth: number, _options: unknown, inspect: Inspect): string {
    // As the console shows text: an escape sequence in a name would reach the terminal (test/shown.test.ts).
    return inspect(this.toString()).slice(1, -1);
  }
}

/**
 * How Python makes an instance again: `call` is `callable(*args)`, `new` is
 * `callable.__new__(callable, *args, **kwargs)`, `old` is the class call of INST and OBJ, where a class without
 * arguments is made without calling it.
 */
export type InstanceForm = "call" | "new" | "old";

/** An object of a class that nobody registered: how to make it, and what to put into it. Nothing was executed. */
export class Instance extends Inert {
  declare readonly form: InstanceForm;
  /** The class or function: a {@link Global}, or what another call would return. */
  declare readonly callable: unknown;
  /** Positional arguments. */
  declare readonly args: readonly unknown[];
  /** Keyword arguments (NEWOBJ_EX). */
  declare readonly kwargs: unknown;
  /**
   * Whether Python makes the lists and dicts among the arguments anew for each call, as it does with the members of a
   * set. It matters to an object whose arguments lead back to it: each call then gets complete ones.
   */
  freshArgs = false;
  #place = 0;

  constructor(form: InstanceForm, callable: unknown, args: readonly unknown[], kwargs?: unknown) {
    super();
    this.form = form;
    this.callable = callable;
    this.args = args;
    this.kwargs = kwargs;
  }

  /**
   * The number that a dump gave it, which later ones overwrite.
   *
   * @internal
   */
  static placeOf(instance: Instance): number {
    return instance.#place;
  }

  /** @internal */
  static setPlace(instance: Instance, place: number): void {
    instance.#place = place;
  }

  /** `module.Class` of the object as far as the pickle tells: the class made, or the function called. */
  get className(): string {
    let ending = "";
    let maker: unknown = this;
    for (let calls = 0; maker instanceof Instance && calls < MOST_CALLS; calls++) {
      const { callable, args }: Instance = maker;
      const path = callable instanceof Global && callable.path;
      if (calls > 0 && path === "builtins.getattr" && typeof args[1] === "string") {
        ending = `.${args[1]}${ending}`;
        maker = args[0];
      } else {
        if (calls > 0) ending = `()${ending}`;
        maker = RECONSTRUCTORS.has(path) ? args[0] : callable;
      }
    }
    return (maker instanceof Global ? maker.path : "?") + ending;
  }

  /**
   * The attributes by name: the state where it is a dict, and the slots of a `(dict, slots)` state.
   *
   * Empty when the state is of another kind; then look at {@link Inert.state} itself.
   */
  get attributes(): Record<string, unknown> {
    const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const { state } = this;
    const parts = state instanceof Tuple && state.length === 2 ? state : [state];
    for (const part of parts) {
      for (const [key, value] of attributeEntries(part)) {
        if (typeof key === "string") found[key] = value;
      }
    }
    return found;
  }

  /** One attribute, or `undefined`. */
  get(name: string): unknown {
    return this.attributes[name];
  }

  override toString(): string {
    return `<${this.className} instance>`;
  }

  // By name, what there is beside attributes; the functions that only carry the class have no arguments worth showing.
  #contents(): (readonly [name: string, value: unknown])[] {
    const isCarrier = RECONSTRUCTORS.has((this.callable as Partial<Global> | null)?.path);
    const hasAttributes = Object.keys(this.attributes).length > 0;
    const all = [
      ["args", isCarrier || this.args.length === 0 ? undefined : this.args],
      ["kwargs", this.kwargs],
      ["items", this.items],
      ["members", this.added],
      ["entries", this.entries],
      ["state", hasAttributes ? undefined : this.state],
    ] as const;
    return all.filter(([, value]) => value !== undefined);
  }

  /** Readable rather than faithful: class, arguments where there are any, and contents. */
  toJSON(): unknown {
    return Object.fromEntries([
      ["__class__", this.className],
      ...this.#contents().map(([name, value]) => [`__${name}__`, value]),
      ...Object.entries(this.attributes),
    ]);
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    const name = inspect(this.className).slice(1, -1);
    if (depth < 0) return `[${name}]`;
    const nested = nest(options);
    const parts: string[] = [];
    let args = "";
    for (const [label, value] of this.#contents()) {
      if (label === "args")
        args = shownParts(this.args, this.args.length, (arg) => inspect(arg, nested)).join(", ");
      else if (label === "kwargs") parts.push(`**${inspect(value, nested)}`);
      else if (label === "entries")
        parts.push(`entries: ${inspect(new Map(this.entries), nested)}`);
      else if (!(value instanceof PyDict) || value.size !== 0)
        parts.push(`${label}: ${inspect(value, nested)}`);
    }
    const attributes = Object.entries(this.attributes);
    const show = ([key, value]: [string, unknown]): string =>
      `${inspect(key).slice(1, -1)}: ${inspect(value, nested)}`;
    parts.push(...shownParts(attributes, attributes.length, show));
    const head = args !== "" || this.form === "call" ? `${name}(${args})` : name;
    if (parts.length === 0) return head === name ? `${name} {}` : head;
    return braced(head, parts);
  }
}

// So many calls of calls say enough: a chain of them may be as long as its writer liked.
const MOST_CALLS = 16;

// The functions of CPython's copyreg that only carry a class as first argument.
const RECONSTRUCTORS: ReadonlySet<unknown> = new Set([
  "copyreg._reconstructor",
  "copy_reg._reconstructor",
  "copyreg.__newobj__",
  "copyreg.__newobj_ex__",
]);

function attributeEntries(part: unknown): Iterable<readonly [unknown, unknown]> {
  if (part instanceof Map) return part;
  return isPlainObject(part) ? Object.entries(part) : [];
}

/** What a pickle names by a persistent id, kept as the id where the caller asked for that instead of a lookup. */
export class PersistentId {
  declare readonly id: unknown;

  constructor(id: unknown) {
    this.id = id;
  }

  toJSON(): unknown {
    return { __persistent_id__: this.id };
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (depth < 0) return "<persistent id>";
    return `<persistent id ${inspect(this.id, nest(options))}>`;
  }
}

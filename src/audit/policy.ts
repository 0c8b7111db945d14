/** Names in, how far they may be trusted out: lists of names by role, which a user can extend or replace. */
import { STDLIB_MODULES } from "./stdlib-modules.ts";

/** Checks of a helper's arguments; {@link HelperRule} names are what a policy may refer to. */
export const HELPER_RULES = [
  /** The first argument is a class that may be made, the others are data. */
  "class-first",
  /** The second argument is such a class, as of sklearn's and torch's rebuilders. */
  "rebuild-type",
  /** A class and a public name, which together are another name. */
  "getattr",
  /** Text to bytes by latin-1, which is how protocols 0 to 2 write bytes. */
  "encode",
  /** A factory that is a class. */
  "factory",
  /** A function and arguments to keep for later. */
  "partial",
  /** Public names of attributes, or keys. */
  "getter",
  /** One argument. */
  "one-argument",
  /** NumPy's makers of random generators. */
  "random",
  /** The name of a module and of a function in it. */
  "import",
  /** `operator.or_` and classes: how Python 3.10 to 3.13 write `int | str`. */
  "union",
  /** A pickle as bytes. */
  "load-bytes",
] as const;

/** How the arguments of a helper are checked. */
export type HelperRule = (typeof HELPER_RULES)[number];

/**
 * What a name may do:
 * - `construct`: be called with any arguments, and be data
 * - `class`: be the class of an object that is made without a call, and be data
 * - `helper`: be called under a rule, and nothing else
 * - `reference`: be data
 * - `denied`: nothing
 * - `unknown`: nobody can say
 */
export type Role = "construct" | "class" | "helper" | "reference" | "denied" | "unknown";

/** What the policy says about one name. */
export interface Ruling {
  readonly role: Role;
  readonly rule?: HelperRule | undefined;
  /** Why it is denied. */
  readonly dunder?: boolean;
}

/** A policy as it stands in a file: names by role, in the order of Python's `module.name`. `*` ends a pattern. */
export interface PolicyFile {
  /** "default" to add to brine's own lists, "none" to begin with nothing known. */
  readonly extends?: "default" | "none";
  readonly construct?: readonly string[];
  readonly class?: readonly string[];
  readonly reference?: readonly string[];
  /** Helpers and the rule for the arguments of each. */
  readonly helper?: Readonly<Record<string, HelperRule>>;
  /** Modules of which nothing is allowed but what the lists name. */
  readonly closed?: readonly string[];
  /** Names and modules that are dangerous whatever any list says. */
  readonly deny?: readonly string[];
}

/** A regular expression, or something that answers like one. */
interface Pattern {
  test(text: string): boolean;
}

/** A family of names: any module that the first matches, any name that the second does. */
interface Family {
  readonly module: Pattern;
  readonly name: Pattern;
  readonly role: "construct" | "class" | "reference" | "unknown";
}

/** One `module: name name …` a line. */
export type NameList = string;

/** The lists of a policy as the default one is written down. */
export interface PolicyLists {
  readonly construct: NameList;
  readonly class: NameList;
  readonly reference: NameList;
  /** `module: name=rule …` */
  readonly helper: NameList;
  readonly families: readonly Family[];
  /** Top modules and packages that are closed beside the standard library. */
  readonly closed: string;
}

const LONGEST_NAME = 512;
const TOO_LONG: Ruling = { role: "denied" };
const CLOSED = 1;
const DENIED = 2;

/** Lists, ready to be asked. */
export class Policy {
  // By "module name", exactly as a pickle writes the two.
  readonly #names = new Map<string, Ruling>();
  // By "module.name", for what a user lists, who need not know where the module ends.
  readonly #paths = new Map<string, Ruling>();
  // Patterns that end in `.*`.
  readonly #trees: { readonly prefix: string; readonly ruling: Ruling }[] = [];
  readonly #families: Family[] = [];
  readonly #modules = new Map<string, typeof CLOSED | typeof DENIED>();
  readonly #rulings = new Map<string, Ruling>();

  constructor(lists?: PolicyLists) {
    if (lists === undefined) return;
    for (const role of ["construct", "class", "reference"] as const) {
      for (const [module, name] of namesOf(lists[role]))
        this.#names.set(`${module} ${name}`, { role });
    }
    for (const [module, entry] of namesOf(lists.helper)) {
      const [name = "", rule] = entry.split("=");
      this.#names.set(`${module} ${name}`, { role: "helper", rule: rule as HelperRule });
    }
    this.#families.push(...lists.families);
    for (const module of `${STDLIB_MODULES} ${lists.closed}`.split(/\s+/)) {
      this.#modules.set(module, CLOSED);
    }
  }

  /** A policy of its own with what `file` says added; the file's names win. */
  extended(file: PolicyFile): Policy {
    const made = new Policy();
    if (file.extends !== "none") made.#copy(this);
    for (const role of ["construct", "class", "reference"] as const) {
      for (const path of file[role] ?? []) made.#add(path, { role });
    }
    for (const [path, rule] of Object.entries(file.helper ?? {}))
      made.#add(path, { role: "helper", rule });
    for (const module of file.closed ?? []) made.#modules.set(module.replace(/\.\*$/, ""), CLOSED);
    for (const path of file.deny ?? []) {
      made.#add(path, { role: "denied" });
      made.#modules.set(path.replace(/\.\*$/, ""), DENIED);
    }
    return made;
  }

  #copy(other: Policy): void {
    for (const [key, ruling] of other.#names) this.#names.set(key, ruling);
    for (const [key, ruling] of other.#paths) this.#paths.set(key, ruling);
    for (const [key, ruling] of other.#modules) this.#modules.set(key, ruling);
    this.#trees.push(...other.#trees);
    this.#families.push(...other.#families);
  }

  #add(path: string, ruling: Ruling): void {
    if (path.endsWith(".*")) this.#trees.unshift({ prefix: path.slice(0, -1), ruling });
    else this.#paths.set(path, ruling);
  }

  /** What is known of a name, as Python 3 spells it. */
  ruling(module: string, name: string): Ruling {
    // Nothing has such a name, and looking for its packages takes a step for each dot.
    if (module.length + name.length >= LONGEST_NAME) return TOO_LONG;
    const key = `${module} ${name}`;
    let known = this.#rulings.get(key);
    if (known === undefined) {
      known = this.#find(module, name);
      // A pickle may name as many things as it likes.
      if (this.#rulings.size < 10_000) this.#rulings.set(key, known);
    }
    return known;
  }

  #find(module: string, name: string): Ruling {
    const path = `${module}.${name}`;
    if (this.#modules.get(path) === DENIED || this.#standing(module) === DENIED) {
      return { role: "denied" };
    }
    const exact = this.#paths.get(path) ?? this.#names.get(`${module} ${name}`);
    if (exact !== undefined) return exact;
    const tree = this.#trees.find(({ prefix }) => path.startsWith(prefix));
    // A pattern is for what stands in a module; with dots a name leads on, to whatever that has imported: staff, os.system.
    if (tree !== undefined && (tree.ruling.role === "denied" || !leadsOn(name))) return tree.ruling;
    // What Python itself keeps between two underscores leads everywhere: __globals__, __builtins__, __subclasses__.
    if (/(?:^|\.)__\w*__(?:\.|$)/.test(path) && !/^__main__\.[^.]*$/.test(path)) {
      return { role: "denied", dunder: true };
    }
    for (const family of this.#families) {
      if (family.name.test(name) && family.module.test(module)) return { role: family.role };
    }
    if (this.#standing(module) === CLOSED || /^_(?!_main__)/.test(module))
      return { role: "denied" };
    return { role: "unknown" };
  }

  // What holds for the nearest package that has a row.
  #standing(module: string): typeof CLOSED | typeof DENIED | undefined {
    let standing: typeof CLOSED | typeof DENIED | undefined;
    for (let end = module.length; end > 0; end = module.lastIndexOf(".", end - 1)) {
      const row = this.#modules.get(module.slice(0, end));
      if (row === DENIED) return DENIED;
      standing ??= row;
    }
    return standing;
  }
}

const leadsOn = (name: string): boolean =>
  /(?:^|\.)__\w*__(?:\.|$)/.test(name) ||
  name
    .split(".")
    .slice(0, -1)
    .some((part) => !/^_?[A-Z]/.test(part));

function* namesOf(list: NameList): Generator<readonly [module: string, name: string]> {
  for (const line of list.split("\n")) {
    const [module = "", names = ""] = line.split(": ");
    for (const name of names.split(" ")) if (name !== "") yield [module.trim(), name];
  }
}

/** The caller's list of names in, whether a pickle may hold a name out. Source: CPython's own advice, "Restricting Globals". */

// What pickles of plain objects are built with: the machine itself does what these would, and no more.
const MACHINERY: ReadonlySet<string> = new Set([
  "builtins.getattr",
  "builtins.object",
  "copyreg.__newobj__",
  "copyreg.__newobj_ex__",
  "copyreg._reconstructor",
  "functools.partial",
]);

/** A list of names, `module.name` each, or `module.*` for all of a module. */
export class AllowList {
  readonly #names: ReadonlySet<string>;
  readonly #prefixes: readonly string[];

  /** @throws TypeError where it is no list of names */
  constructor(names: readonly string[]) {
    if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) {
      throw new TypeError('allow must be an array of names such as "staff.Employee"');
    }
    this.#names = new Set(names);
    this.#prefixes = names.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -1));
  }

  /** Whether a name is on the list; those that types know are asked elsewhere. */
  has(module: string, name: string): boolean {
    const path = `${module}.${name}`;
    return (
      this.#names.has(path) ||
      MACHINERY.has(path) ||
      this.#prefixes.some((prefix) => path.startsWith(prefix))
    );
  }
}

/** The caller's list of names in, whether a pickle may hold a name out. Source: CPython's own advice, "Restricting Globals". */

// What pickles of plain objects are built with: the machine itself does what these would, and no more.
const MACHINERY: readonly string[] = [
  "builtins.getattr",
  "builtins.object",
  "copyreg.__newobj__",
  "copyreg.__newobj_ex__",
  "copyreg._reconstructor",
  "functools.partial",
];

/**
 * Whether a name is on a list of names, `module.name` each, or `module.*` for all of a module; those that types know are
 * asked elsewhere.
 *
 * @throws TypeError where it is no list of names
 */
export function allowing(names: readonly string[]): (module: string, name: string) => boolean {
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) {
    throw new TypeError('allow must be an array of names such as "staff.Employee"');
  }
  const whole = new Set([...MACHINERY, ...names]);
  const prefixes = names.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -1));
  return (module, name) => {
    const path = `${module}.${name}`;
    return whole.has(path) || prefixes.some((prefix) => path.startsWith(prefix));
  };
}

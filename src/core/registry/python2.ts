/** Python 2 names to Python 3 names and back, as `fix_imports` does it for protocols below 3. */

import { EXCEPTIONS, MODULES, NAMES, REVERSE_MODULES, REVERSE_NAMES } from "./python2-table.ts";

type Name = readonly [module: string, name: string];

interface Mapping {
  readonly names: ReadonlyMap<string, Name>;
  readonly modules: ReadonlyMap<string, string>;
}

// Classes and functions that fix_imports takes to Python 3 and not back: there two things are one, or another has the
// name. Of the modules that it takes one way only StringIO is here; nobody pickles what the others hold.
const ONE_WAY =
  /^(?:__builtin__ (?:basestring|chr|filter|int|map|range|str|zip)|exceptions StandardError|UserDict UserDict|socket _socketobject|c?StringIO .*)$/;

let toPython3: Mapping | undefined;
let toPython2: Mapping | undefined;

function mapping(
  nameRows: string,
  moduleRows: string,
  exceptionsFrom: string,
  exceptionsTo: string,
): Mapping {
  const names = new Map<string, Name>();
  for (const row of nameRows.split(";")) {
    const [module, newModule = "", ...pairs] = row.split(" ");
    for (const pair of pairs) {
      const [name = "", newName = name] = pair.split("=");
      names.set(`${module}\n${name}`, [newModule, newName]);
    }
  }
  for (const row of EXCEPTIONS.split(";")) {
    const [ending = "", ...stems] = row.split(" ");
    for (const stem of stems)
      names.set(`${exceptionsFrom}\n${stem}${ending}`, [exceptionsTo, stem + ending]);
  }
  const modules = new Map<string, string>();
  for (const row of moduleRows.split(";")) {
    const [module = "", newModule = module.toLowerCase()] = row.split(" ");
    modules.set(module, newModule);
  }
  return { names, modules };
}

function apply({ names, modules }: Mapping, module: string, name: string): Name {
  return names.get(`${module}\n${name}`) ?? [modules.get(module) ?? module, name];
}

/** The Python 3 name of a global that Python 2 wrote. */
export function python3Name(module: string, name: string): Name {
  toPython3 ??= mapping(NAMES, MODULES, "exceptions", "builtins");
  return apply(toPython3, module, name);
}

/** Whether the Python 3 name of a global that Python 2 wrote leads back to it; without the reverse table, for loads. */
export function leadsBack(module: string, name: string): boolean {
  return !ONE_WAY.test(`${module} ${name}`);
}

/** The Python 2 name of a global of Python 3. */
export function python2Name(module: string, name: string): Name {
  toPython2 ??= mapping(REVERSE_NAMES, REVERSE_MODULES, "builtins", "exceptions");
  return apply(toPython2, module, name);
}

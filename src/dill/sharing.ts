/**
 * Functions and the variables that they captured in, the variables that several of them have in common and that one of
 * them writes out. Only these need to be shared: of any other variable a copy does the same.
 */
import { Refusal } from "./error.ts";
import { inspector } from "./inspector.ts";

/** What is written of a function's variables. */
export interface Variables {
  /** Names of those that are its own. */
  readonly own: string[];
  /** Names of those that are shared. */
  readonly shared: string[];
  readonly state: {
    /** The values of its own, but undefined ones. */
    captured?: Record<string, unknown>;
    /** The cells of the shared ones. */
    cells?: Record<string, unknown>;
  };
}

/** One function and its captured variables. */
export interface Sharing {
  readonly fn: object;
  readonly written: Variables;
  /** The name by which it calls itself, which is a variable outside that others may write to. */
  readonly selfName: string | undefined;
  readonly variables: readonly {
    readonly name: string;
    readonly value: unknown;
    readonly written: boolean;
    /** The same for two functions that have the variable in common; undefined where only the heap tells. */
    readonly place: unknown;
  }[];
}

/** A variable and the states of the functions that share it. */
export interface SharedVariable {
  readonly name: string;
  readonly value: unknown;
  readonly users: readonly Variables[];
}

interface Use {
  readonly sharing: Sharing;
  readonly name: string;
  readonly value: unknown;
  readonly written: boolean;
  readonly place: unknown;
}

/**
 * The variables that are to be shared. The heap is looked at only where name, value and a writer make it possible.
 *
 * @throws Refusal where it does not tell
 */
export function sharedVariables(sharings: readonly Sharing[]): SharedVariable[] {
  const byName = new Map<string, Use[]>();
  const selfNames = new Map<unknown, string | undefined>(
    sharings.map(({ fn, selfName }) => [fn, selfName]),
  );
  for (const sharing of sharings) {
    for (const variable of sharing.variables) {
      if (variable.written && selfNames.get(variable.value) === variable.name)
        throw new Refusal("ambiguous", `${variable.name} calls itself, and is written to`);
      const uses = byName.get(variable.name) ?? [];
      uses.push({ sharing, ...variable });
      byName.set(variable.name, uses);
    }
  }
  const possible = [...byName.values()]
    .flatMap(groupedByValue)
    .filter((uses) => uses.length > 1 && uses.some(({ written }) => written));
  if (possible.length === 0) return [];
  const idOf = variableIds(possible.flat());
  return possible.flatMap((uses) => {
    const groups = new Map<unknown, Use[]>();
    for (const use of uses) {
      const id = idOf.get(use);
      if (id === undefined)
        throw new Refusal(
          "ambiguous",
          `whether functions share their variable ${use.name} cannot be seen`,
        );
      groups.set(id, [...(groups.get(id) ?? []), use]);
    }
    return [...groups.values()]
      .filter((group) => group.length > 1 && group.some(({ written }) => written))
      .map((group) => ({
        name: (group[0] as Use).name,
        value: (group[0] as Use).value,
        users: group.map(({ sharing }) => sharing.written),
      }));
  });
}

function groupedByValue(uses: readonly Use[]): Use[][] {
  const groups = new Map<unknown, Use[]>();
  for (const use of uses) {
    const group = groups.get(use.value);
    if (group === undefined) groups.set(use.value, [use]);
    else group.push(use);
  }
  return [...groups.values()];
}

function variableIds(uses: readonly Use[]): Map<Use, unknown> {
  const ids = new Map<Use, unknown>();
  const unknown: Use[] = [];
  for (const use of uses) {
    if (use.place !== undefined) ids.set(use, use.place);
    else unknown.push(use);
  }
  const found =
    unknown.length > 1
      ? inspector?.variableIds(unknown.map(({ sharing, name }) => ({ fn: sharing.fn, name })))
      : undefined;
  // One alone shares with none of those whose place is known.
  for (const [at, use] of unknown.entries()) ids.set(use, unknown.length > 1 ? found?.[at] : use);
  return ids;
}

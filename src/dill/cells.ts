/** Variables that restored functions share: a cell for each, behind a getter and a setter of a scope. */

/** A variable that functions share. */
export class Cell {
  value: unknown = undefined;
}

/** The variables of one function, by name, and what its code looks them up in. */
export interface CellScope {
  readonly scope: object | undefined;
  readonly cells: Map<string, Cell>;
}

const scopes = new WeakMap<object, Map<string, Cell>>();

/** A scope for variables of these names. */
export function scopeOf(names: readonly string[]): CellScope {
  const cells = new Map<string, Cell>();
  if (names.length === 0) return { scope: undefined, cells };
  const scope = Object.create(null) as object;
  for (const name of names) {
    cells.set(name, new Cell());
    const cell = (): Cell => cells.get(name) as Cell;
    Object.defineProperty(scope, name, {
      get: () => cell().value,
      set: (value: unknown) => {
        cell().value = value;
      },
    });
  }
  scopes.set(scope, cells);
  return { scope, cells };
}

/** The cell behind a variable of such a scope; undefined for other scopes. */
export function cellOf(scope: object, name: string): Cell | undefined {
  return scopes.get(scope)?.get(name);
}

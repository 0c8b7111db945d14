/** Lists of types, one array for each pair, so that its registry is built once however often the same options come. */

import type { PickleType, TypeList } from "../core/registry/index.ts";

const joins = new WeakMap<TypeList, WeakMap<TypeList, TypeList>>();

/**
 * The types of a room followed by the caller's own, which win.
 *
 * @throws TypeError where the caller's are none: a class itself, most of all
 */
export function joined(types: TypeList, own: TypeList | undefined): TypeList {
  if (own === undefined) return types;
  if (!Array.isArray(own))
    throw new TypeError(`types must be an array of types, got ${named(own)}`);
  if (own.length === 0) return types;
  let ofTypes = joins.get(types);
  if (ofTypes === undefined) {
    ofTypes = new WeakMap();
    joins.set(types, ofTypes);
  }
  let both = ofTypes.get(own);
  if (both === undefined) {
    check(own, "types");
    both = [types, own];
    ofTypes.set(own, both);
  }
  return both;
}

function check(types: TypeList, path: string): void {
  for (const [index, type] of types.entries()) {
    const place = `${path}[${index}]`;
    if (Array.isArray(type)) check(type, place);
    else if (!Array.isArray((type as Partial<PickleType> | null | undefined)?.globals))
      throw new TypeError(
        `${place} must be a type, such as classType() returns, got ${named(type)}`,
      );
  }
}

function named(value: unknown): string {
  if (typeof value === "function")
    return `${/^class\b/.test(String(value)) ? "class" : "function"} ${value.name}`;
  return value === null ? "null" : typeof value;
}

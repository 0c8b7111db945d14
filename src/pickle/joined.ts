/** Lists of types, one array for each pair, so that its registry is built once however often the same options come. */

import type { TypeList } from "../core/registry/index.ts";

const joins = new WeakMap<TypeList, WeakMap<TypeList, TypeList>>();

/** The types of a room followed by the caller's own, which win. */
export function joined(types: TypeList, own: TypeList | undefined): TypeList {
  if (own === undefined || own.length === 0) return types;
  let ofTypes = joins.get(types);
  if (ofTypes === undefined) {
    ofTypes = new WeakMap();
    joins.set(types, ofTypes);
  }
  let both = ofTypes.get(own);
  if (both === undefined) {
    both = [types, own];
    ofTypes.set(own, both);
  }
  return both;
}

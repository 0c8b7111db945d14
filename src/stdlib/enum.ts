/**
 * An `enum.Enum` of the user's ↔ members, one JavaScript object for each.
 *
 * Source: CPython 3.13 Lib/enum.py `__reduce_ex__`: `Color(value)`, the same in every version that has Enum.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, PyDict } from "../core/values/index.ts";

/** A member of an enumeration; each exists once, so that `===` compares. */
export class EnumMember<Name extends string = string, Value = unknown> {
  /** Python's class, `module.Color`. */
  readonly type: Global;
  readonly name: Name;
  readonly value: Value;

  constructor(type: Global, name: Name, value: Value) {
    this.type = type;
    this.name = name;
    this.value = value;
  }

  /** `Color.RED`. */
  toString(): string {
    return `${this.type.name}.${this.name}`;
  }

  /** The value. */
  toJSON(): Value {
    return this.value;
  }

  [inspectSymbol](): string {
    return this.toString();
  }
}

/** The type of one enumeration, and its members by name. */
export interface EnumType<Values extends Record<string, unknown>> extends PickleType {
  readonly members: { readonly [Name in keyof Values & string]: EnumMember<Name, Values[Name]> };
}

/**
 * Joins an enumeration of Python's to members in JavaScript: `const Color = enumType("shop.Color", { RED: 1 })`, then
 * `Color.members.RED`. A value that is no member stays an `Instance`, as do combinations of flags.
 *
 * Two names of one value are one member, as in Python: the first name counts.
 *
 * @param name `"module.Color"`, or a `Global` for a nested class
 * @param values the members' values by name, as Python has them
 * @example
 * ```ts
 * import { dumps, enumType, loads } from "brine";
 * const Color = enumType("shop.Color", { RED: 1, BLUE: 2 });
 * const options = { types: [Color] };
 * loads(dumps(Color.members.RED, options), options) === Color.members.RED; //=> true
 * ```
 */
export function enumType<const Values extends Record<string, unknown>>(
  name: string | Global,
  values: Values,
): EnumType<Values> {
  const global = typeof name === "string" ? Global.parse(name) : name;
  // Every enumeration has a prototype of its own, by which dumps finds it.
  class Member extends EnumMember {}
  const byValue = new PyDict<unknown, EnumMember>();
  const members: Record<string, EnumMember> = Object.create(null) as Record<string, EnumMember>;
  for (const [key, value] of Object.entries(values)) {
    const member = byValue.get(value) ?? Object.freeze(new Member(global, key, value));
    byValue.set(value, member);
    members[key] = member;
  }
  return {
    globals: [global],
    prototypes: [Member.prototype],
    members: Object.freeze(members) as EnumType<Values>["members"],
    call: (args) => (args.length === 1 ? byValue.get(args[0]) : undefined),
    reduce: (value) => ({ callable: global, args: [(value as EnumMember).value] }),
  };
}

/**
 * A `collections.namedtuple` of the user's ↔ a Tuple with named fields.
 *
 * Source: CPython 3.13 Lib/collections/__init__.py namedtuple: `__getnewargs__` gives the values, so that Python
 * writes NEWOBJ with them; below protocol 2 `copyreg._reconstructor(cls, tuple, (…))`.
 */

import type { LoadContext, PickleType } from "../core/registry/index.ts";
import { Global, type Inspect, inspectSymbol, nest, Tuple } from "../core/values/index.ts";

/** A tuple whose items also have names: `point.x` is `point[0]`. */
export type NamedTuple<Names extends string> = Tuple & {
  readonly [Name in Names]: unknown;
} & {
  /** The values by name, as Python's `_asdict`. */
  asDict(): Record<Names, unknown>;
};

/** The type of one namedtuple class, and the way to make its instances. */
export interface NamedTupleType<Names extends string> extends PickleType {
  /** The names, in the order of the items. */
  readonly fields: readonly Names[];
  /** The JavaScript class: `instanceof` works with it. */
  readonly value: abstract new (
    ...never: never[]
  ) => NamedTuple<Names>;
  /** An instance. @throws TypeError when there are not as many values as fields */
  make(...values: unknown[]): NamedTuple<Names>;
  /** Protocols below 2: `copyreg._reconstructor(cls, tuple, values)`. */
  reconstruct(base: Global, values: unknown, context: LoadContext): unknown;
}

const RECONSTRUCTOR = new Global("copyreg", "_reconstructor");
const TUPLE = new Global("builtins", "tuple");

/**
 * Joins a namedtuple class of Python's to a Tuple with named fields.
 *
 * A field whose name an Array has already (`length`, `map`, …) is read by its place, or from `asDict()`.
 *
 * @param name `"module.Point"`, or a `Global` for a nested class
 * @param fields the names, in Python's order
 * @throws TypeError for two fields of one name
 * @example
 * ```ts
 * import { dumps, loads, namedTupleType } from "brine";
 * const Point = namedTupleType("geo.Point", ["x", "y"]);
 * const options = { types: [Point] };
 * const point = loads<ReturnType<typeof Point.make>>(dumps(Point.make(1, 2), options), options);
 * point.x; //=> 1
 * ```
 */
export function namedTupleType<const Names extends string>(
  name: string | Global,
  fields: readonly Names[],
): NamedTupleType<Names> {
  const global = typeof name === "string" ? Global.parse(name) : name;
  const names = [...fields];
  if (new Set(names).size !== names.length) throw new TypeError("two fields have one name");

  class Named extends Tuple {
    asDict(): Record<Names, unknown> {
      return Object.fromEntries(names.map((field, index) => [field, this[index]])) as Record<
        Names,
        unknown
      >;
    }

    [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
      if (depth !== null && depth < 0) return `[${global.name}]`;
      const nested = nest(options);
      const parts = names.map((field, index) => `${field}=${inspect(this[index], nested)}`);
      return `${global.name}(${parts.join(", ")})`;
    }
  }
  names.forEach((field, index) => {
    if (field === "length" || field === "__proto__" || field in Named.prototype) return;
    Object.defineProperty(Named.prototype, field, {
      get(this: Tuple) {
        return this[index];
      },
      configurable: true,
    });
  });

  // Index by index: the constructor of an Array takes a length, and `of` would call it.
  const fill = (values: readonly unknown[]): NamedTuple<Names> => {
    const tuple = new Named();
    for (const value of values) tuple.push(value);
    return tuple as unknown as NamedTuple<Names>;
  };

  return {
    globals: [global],
    value: Named as unknown as NamedTupleType<Names>["value"],
    prototypes: [Named.prototype],
    fields: names,
    make: (...values) => {
      if (values.length !== names.length) {
        throw new TypeError(`${global.path} has ${names.length} fields, got ${values.length}`);
      }
      return fill(values);
    },
    create: (args, kwargs) =>
      kwargs === undefined && args.length === names.length ? fill(args) : undefined,
    reconstruct: (base, values) => {
      const fits = values instanceof Tuple && values.length === names.length;
      return base.path === TUPLE.path && fits ? fill(values) : undefined;
    },
    reduce: (value, { protocol }) => {
      const values = Tuple.from(value as Tuple);
      return protocol < 2
        ? { callable: RECONSTRUCTOR, args: [global, TUPLE, values] }
        : { form: "new", callable: global, args: values };
    },
  };
}

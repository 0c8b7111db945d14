/**
 * `functools.partial ↔ Partial`: a call that is kept as data and never made.
 *
 * Source: CPython 3.13 Modules/_functoolsmodule.c partial_reduce: `partial(func)` and the state
 * `(func, args, keywords, attributes or None)`, the same since Python 2.7.
 */

import type { PickleType } from "../core/registry/index.ts";
import {
  Global,
  Inert,
  type Inspect,
  Instance,
  inspectSymbol,
  nest,
  PyDict,
  shownParts,
  Tuple,
} from "../core/values/index.ts";
import { dictEntries } from "./arguments.ts";

/** Python's `functools.partial`, inert. */
export class Partial {
  /** The function or class that Python would call: a `Global`, or what was registered under its name. */
  func: unknown;
  /** Positional arguments. */
  args: Tuple;
  /** Keyword arguments: a plain object or a `PyDict`. */
  keywords: unknown;
  /** What was set on the object itself; `null` for nothing. */
  attributes: unknown = null;

  constructor(func: unknown, args: Iterable<unknown> = [], keywords: unknown = new PyDict()) {
    this.func = func;
    this.args = args instanceof Tuple ? args : (Tuple.from(args) as Tuple);
    this.keywords = keywords;
  }

  [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (depth !== null && depth < 0) return "[partial]";
    const nested = nest(options);
    const keywords = [...(dictEntries(this.keywords) ?? [])];
    const shown = [
      inspect(this.func, nested),
      ...shownParts(this.args, this.args.length, (part) => inspect(part, nested)),
      ...shownParts(keywords, keywords.length, ([name, value]) => {
        return `${typeof name === "string" ? name : inspect(name, nested)}=${inspect(value, nested)}`;
      }),
    ];
    return `partial(${shown.join(", ")})`;
  }
}

const PARTIAL = new Global("functools", "partial", { spelled: true });
const GETATTR = "builtins.getattr";

function isFunction(value: unknown): boolean {
  return value instanceof Inert || value instanceof Partial || typeof value === "function";
}

// `cls.__new__`: a nested name, or (CPython before 3.13, below protocol 4) a call of getattr.
function isConstructor(func: unknown): boolean {
  if (func instanceof Global) return func.name.endsWith(".__new__");
  return func instanceof Instance && func.className === GETATTR && func.args[1] === "__new__";
}

/** `functools`: `partial ↔ Partial`. */
export const functoolsTypes: readonly PickleType[] = [
  {
    globals: [PARTIAL],
    prototypes: [Partial.prototype],
    callable: true,
    // partial(cls.__new__) is Python's other spelling of NEWOBJ_EX, which the machine reads.
    call: (args) => {
      const [func] = args;
      if (isConstructor(func)) return undefined;
      return args.length === 1 && isFunction(func) ? new Partial(func) : undefined;
    },
    setState: (object, state) => {
      const parts = state instanceof Tuple && state.length === 4 ? state : [];
      const [func, args, keywords, attributes] = parts;
      const keywordsFit = keywords === null || dictEntries(keywords) !== undefined;
      const attributesFit = attributes === null || dictEntries(attributes) !== undefined;
      if (!isFunction(func) || !(args instanceof Tuple) || !keywordsFit || !attributesFit) {
        throw new TypeError("invalid partial state");
      }
      const partial = object as Partial;
      partial.func = func;
      partial.args = args;
      partial.keywords = keywords ?? new PyDict();
      partial.attributes = attributes;
    },
    reduce: (value) => {
      const { func, args, keywords, attributes } = value as Partial;
      return {
        callable: PARTIAL,
        args: [func],
        state: Tuple.of(func, args, keywords, attributes),
      };
    },
  },
];

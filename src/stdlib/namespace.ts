/**
 * `types.SimpleNamespace ↔ SimpleNamespace`: attributes and nothing else.
 *
 * Source: CPython 3.13 Objects/namespaceobject.c namespace_reduce: `SimpleNamespace()` and a dict of attributes.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, PyDict } from "../core/values/index.ts";
import { attributesOf, stateOf } from "./arguments.ts";

/** Python's `SimpleNamespace`: its own properties are the attributes. */
export class SimpleNamespace {
  readonly [attribute: string]: unknown;

  constructor(attributes: Readonly<Record<string, unknown>> = {}) {
    for (const name of Object.keys(attributes)) define(this, name, attributes[name]);
  }
}

// Whatever the name: an attribute `__proto__` must not reach the prototype (prototype pollution).
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

const GLOBAL = new Global("types", "SimpleNamespace", { spelled: "name" });

/** `types`: `SimpleNamespace ↔ SimpleNamespace`. */
export const namespaceTypes: readonly PickleType[] = [
  {
    globals: [GLOBAL],
    prototypes: [SimpleNamespace.prototype],
    call: (args) => (args.length === 0 ? new SimpleNamespace() : undefined),
    setState: (object, state, context) => {
      const attributes = attributesOf(state, object, context);
      for (const [name, value] of attributes) define(object as object, name, value);
    },
    reduce: (value) => {
      const namespace = value as SimpleNamespace;
      return {
        callable: GLOBAL,
        state: stateOf(namespace, new PyDict<string, unknown>(Object.entries(namespace))),
      };
    },
  },
];

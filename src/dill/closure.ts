/** A function and what it captured, said by hand. */

/** What `closure` is told. */
export interface Captured {
  /** The captured variables by name. Functions that are given the same object share what they write to. */
  readonly captured: Readonly<Record<string, unknown>>;
}

const said = new WeakMap<object, Readonly<Record<string, unknown>>>();

/**
 * Says which variables a function or class captured, where the runtime cannot tell (everywhere but in Node), or in the
 * place of what they are.
 *
 * @returns the same function
 * @example
 * ```ts
 * import { closure, dumps, loads } from "brine/dill";
 * const factor = 3;
 * const triple = closure((x: number) => x * factor, { captured: { factor } });
 * const again = loads<typeof triple>(dumps(triple), { allowCode: true });
 * again(14); //=> 42
 * ```
 */
export function closure<
  Fn extends ((...args: never[]) => unknown) | (abstract new (...args: never[]) => object),
>(fn: Fn, { captured }: Captured): Fn {
  if (typeof fn !== "function") throw new TypeError("fn must be a function or a class");
  if (typeof captured !== "object" || captured === null)
    throw new TypeError("captured must be an object");
  said.set(fn, captured);
  return fn;
}

/** What was said of a function. */
export function saidOf(fn: object): Readonly<Record<string, unknown>> | undefined {
  return said.get(fn);
}

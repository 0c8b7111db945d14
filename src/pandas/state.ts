/**
 * The inert objects that pandas' pickles are made of in, their class and fields out, whatever version wrote them.
 *
 * Modules moved with each version (`pandas.core.indexes.range.RangeIndex`, `pandas.RangeIndex`), class names stayed: so
 * a class is known by its last name within the package.
 */

import { Float, Global, Instance, isPlainObject, Tuple } from "../core/values/index.ts";
import { NdArray, NumpyScalar } from "../numpy/index.ts";

// Functions that are called with the class to make as their first argument.
const MAKERS = /^(_new_\w*Index|__pyx_unpickle_\w+|_reconstructor|__newobj__)$/;

/** The name of a class or function of `packageName`, without its module: "DataFrame"; `undefined` for anything else. */
export function nameIn(packageName: string, value: unknown): string | undefined {
  if (!(value instanceof Global)) return undefined;
  const { module, name } = value;
  return module === packageName || module.startsWith(`${packageName}.`) ? name : undefined;
}

/** The class of an object that pandas made, without its module: "RangeIndex"; of a call, the function's name. */
export function classOf(value: unknown): string | undefined {
  if (!(value instanceof Instance) || !(value.callable instanceof Global)) return undefined;
  return MAKERS.test(value.callable.name)
    ? nameIn("pandas", value.args[0])
    : nameIn("pandas", value.callable);
}

/** The arguments that the class itself was called with. */
export function argumentsOf({ callable, args }: Instance): readonly unknown[] {
  // copyreg's functions carry the class before them.
  if (!(callable instanceof Global) || callable.module !== "copyreg") return args;
  return callable.name === "__newobj__" ? args.slice(1) : [];
}

/** What a dict of any of the kinds that a load makes holds under a str key. */
export function entry(dict: unknown, key: string): unknown {
  if (dict instanceof Map) return dict.get(key) as unknown;
  return isPlainObject(dict) && Object.hasOwn(dict, key) ? dict[key] : undefined;
}

/** Whether a value is a dict. */
export function isDict(value: unknown): boolean {
  return value instanceof Map || isPlainObject(value);
}

/** The attribute of an instance whose state is a dict, or, as Cython writes it, a tuple that begins with one. */
export function attribute(instance: Instance, name: string): unknown {
  const state = stateOf(instance);
  return entry(state instanceof Tuple && isDict(state[0]) ? state[0] : state, name);
}

/** The state: what BUILD gave, or the third argument of Cython's unpickling functions. */
export function stateOf({ state, args }: Instance): unknown {
  return state === undefined && args.length === 3 ? args[2] : state;
}

/** The dtype and the array of what pandas calls "NDArray backed": both ways to write it. */
export function backing(instance: Instance): { dtype: unknown; data: unknown } {
  const state = stateOf(instance);
  if (state instanceof Tuple && state.length >= 2) return { dtype: state[0], data: state[1] };
  const data = ["_ndarray", "_codes", "_data"].map((name) => attribute(instance, name));
  return { dtype: attribute(instance, "_dtype"), data: data.find((part) => part !== undefined) };
}

/** An int within the safe range. */
export function integerOf(value: unknown): number | undefined {
  const number = typeof value === "bigint" ? Number(value) : plainScalar(value);
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

/** A scalar without the box that a lossless load gives it; numpy's 0-d arrays and scalars as their element. */
export function plainScalar(value: unknown): unknown {
  if (value instanceof Float || value instanceof NumpyScalar) return value.value;
  return value instanceof NdArray && value.ndim === 0 ? value.at() : value;
}

/** A list or tuple, `undefined` for anything else. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

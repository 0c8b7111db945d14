/** The Python-like names under which code stands in a pickle. No Python module answers to them. */
import { Global } from "../core/values/index.ts";

const MODULE = "brine.dill";

/** `(source, form, name, is strict, global names, own variables, shared variables)`: a function or accessor. */
export const FUNCTION: Global = new Global(MODULE, "_create_function");
/** `(source, name, early variables in turn with their values, global names, own variables, shared variables)`: a class. */
export const CLASS: Global = new Global(MODULE, "_create_class");
/** `(target, this, arguments)`: what `bind` made. */
export const BOUND: Global = new Global(MODULE, "_create_bound");
/** `(class)`: an object of a class, without its constructor. */
export const INSTANCE: Global = new Global(MODULE, "_create_instance");
/** `(kind, …)`: what JavaScript has and Python has not: see objects.ts. */
export const OBJECT: Global = new Global(MODULE, "_create_object");
/** `()`: a variable that several functions share. */
export const CELL: Global = new Global(MODULE, "_create_cell");
/** `("Math.max")`: what every runtime has under that name. */
export const BUILTIN: Global = new Global(MODULE, "_builtin");
/** `("node:fs", "promises.readFile")`: a module, or what it exports. */
export const MODULE_PART: Global = new Global(MODULE, "_import");
/** `(object, state)`: gives an object of the above what it holds. */
export const RESTORE: Global = new Global(MODULE, "_restore");

/** All of them. */
export const NAMES: readonly Global[] = [
  FUNCTION,
  CLASS,
  BOUND,
  INSTANCE,
  OBJECT,
  CELL,
  BUILTIN,
  MODULE_PART,
  RESTORE,
];

/** Whether it is one of them. */
export function isOwnName(callable: unknown): boolean {
  return callable instanceof Global && callable.module === MODULE;
}

/** Stands for `undefined` in arguments and at the root: a type that returns undefined declines. */
export const UNDEFINED: object = Object.freeze({ undefined: true });

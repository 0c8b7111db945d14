/** Code fields, defaults and annotations in; parameters, and their text as Python declares them, out. */

import {
  Float,
  FrozenSet,
  Global,
  Instance,
  reprBytes,
  reprString,
  Tuple,
} from "../core/values/index.ts";
import type { CodeFields } from "./code.ts";

/** How an argument reaches a parameter, in the words of Python's `inspect`. */
export type ParameterKind =
  | "positional-only"
  | "positional-or-keyword"
  | "var-positional"
  | "keyword-only"
  | "var-keyword";

/** A parameter of a Python function. */
export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Absent where there is none: Python's None is `null`. */
  readonly default?: unknown;
  readonly annotation?: unknown;
}

const VARARGS = 4;
const VARKEYWORDS = 8;

/** The parameters in the order in which Python declares them. */
export function parametersOf(
  fields: CodeFields,
  defaults: readonly unknown[],
  kwdefaults: Readonly<Record<string, unknown>>,
  annotations: Readonly<Record<string, unknown>>,
): readonly Parameter[] {
  const { argcount, posonlyargcount, kwonlyargcount, flags, varnames } = fields;
  const found: Parameter[] = [];
  const add = (
    name: string | undefined,
    kind: ParameterKind,
    fallback?: { value: unknown },
  ): void => {
    if (name === undefined) return;
    found.push({
      name,
      kind,
      ...(fallback !== undefined && { default: fallback.value }),
      ...(Object.hasOwn(annotations, name) && { annotation: annotations[name] }),
    });
  };
  const named = argcount + kwonlyargcount;
  const count = Math.min(argcount, varnames.length);
  for (let index = 0; index < count; index++) {
    const fromDefaults = index - (argcount - defaults.length);
    const kind = index < posonlyargcount ? "positional-only" : "positional-or-keyword";
    add(varnames[index], kind, fromDefaults >= 0 ? { value: defaults[fromDefaults] } : undefined);
  }
  if (flags & VARARGS) add(varnames[named], "var-positional");
  for (let index = argcount; index < Math.min(named, varnames.length); index++) {
    const name = varnames[index] as string;
    add(
      name,
      "keyword-only",
      Object.hasOwn(kwdefaults, name) ? { value: kwdefaults[name] } : undefined,
    );
  }
  if (flags & VARKEYWORDS) add(varnames[named + (flags & VARARGS ? 1 : 0)], "var-keyword");
  return found;
}

/** `(a, /, b, *args, c=1, **rest) -> int`. */
export function signatureText(parameters: readonly Parameter[], ...result: unknown[]): string {
  const parts: string[] = [];
  let before: ParameterKind | undefined;
  for (const { name, kind, ...rest } of parameters) {
    if (before === "positional-only" && kind !== "positional-only") parts.push("/");
    if (kind === "keyword-only" && before !== "keyword-only" && before !== "var-positional")
      parts.push("*");
    const stars = kind === "var-positional" ? "*" : kind === "var-keyword" ? "**" : "";
    const noted = "annotation" in rest ? `: ${annotationText(rest.annotation)}` : "";
    const equals = noted === "" ? "=" : " = ";
    const fallback = "default" in rest ? `${equals}${valueText(rest.default, 2)}` : "";
    parts.push(`${stars}${name}${noted}${fallback}`);
    before = kind;
  }
  if (before === "positional-only") parts.push("/");
  const arrow = result.length === 0 ? "" : ` -> ${annotationText(result[0])}`;
  return `(${parts.join(", ")})${arrow}`;
}

function annotationText(annotation: unknown): string {
  if (typeof annotation === "string") return reprString(annotation);
  if (annotation instanceof Global) {
    return annotation.module === "builtins" ? annotation.name : annotation.path;
  }
  return valueText(annotation, 2);
}

const LONGEST = 40;

/** A value on one line as Python would write it, cut where it is long or deep. */
export function valueText(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST ? `${reprString(value.slice(0, LONGEST))}…` : reprString(value);
    case "number":
      return Number.isInteger(value) ? String(value) : new Float(value).toString();
    case "bigint":
      return value < 10n ** 40n && value > -(10n ** 40n) ? String(value) : "<int>";
    case "boolean":
      return value ? "True" : "False";
  }
  if (value === null) return "None";
  if (value instanceof Float) return value.toString();
  if (value instanceof Uint8Array) {
    return value.length > LONGEST ? `<${value.length} bytes>` : reprBytes(value);
  }
  if (value instanceof Global) return value.module === "builtins" ? value.name : value.path;
  if (value instanceof Instance) return builtinTypeName(value) ?? "<…>";
  if (depth <= 0) return "…";
  const inner = (items: Iterable<unknown>): string =>
    [...items]
      .slice(0, 8)
      .map((item) => valueText(item, depth - 1))
      .join(", ");
  if (value instanceof Tuple) return `(${inner(value)}${value.length === 1 ? "," : ""})`;
  if (Array.isArray(value)) return `[${inner(value)}]`;
  if (value instanceof FrozenSet) return `frozenset({${inner(value)}})`;
  if (value instanceof Set) return `{${inner(value)}}`;
  return "{…}";
}

// `_load_type('int')` of dill, `_builtin_type('CodeType')` of cloudpickle.
function builtinTypeName({ callable, args }: Instance): string | undefined {
  const isLookup = callable instanceof Global && /^_(load|builtin)_type$/.test(callable.name);
  return isLookup && typeof args[0] === "string" ? args[0] : undefined;
}

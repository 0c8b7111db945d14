/**
 * Classes and modules as dill and cloudpickle write them: an inert call in; name, bases and contents out.
 *
 * Source: dill 0.4 `_create_type`, `_create_namedtuple`, `_import_module`; cloudpickle 3.1 `_make_skeleton_class`,
 * `_make_skeleton_enum`, `_class_setstate`, `subimport`, `dynamic_subimport`.
 */

import { Global, type Inspect, Instance, inspectSymbol } from "../core/values/index.ts";
import type { TakesAttributes } from "./cell.ts";
import { entriesOf, listOf, stateParts, textOf } from "./fields.ts";
import { valueText } from "./signature.ts";

/** A type of Python that the pickle looks up by its short name: dill's `_load_type('int')`. */
export class PyBuiltinType extends Instance {
  /** The short name: "int", "CodeType". */
  get name(): string {
    return textOf(this.args[0]) ?? "?";
  }

  override toString(): string {
    return `<python type ${this.name}>`;
  }

  override [inspectSymbol](): string {
    return this.toString();
  }
}

/** How a class was written, which says where its parts stand among the arguments. */
type ClassForm = "type" | "skeleton" | "enum" | "namedtuple";

/** A Python class that was pickled with its contents. Inert: no object is ever made of it here. */
export class PyClass extends Instance implements TakesAttributes {
  readonly #set = new Map<string, unknown>();

  noteAttribute(name: string, value: unknown): void {
    this.#set.set(name, value);
  }

  noteDeleted(name: string): void {
    this.#set.delete(name);
  }

  get #form(): ClassForm {
    const name = this.callable instanceof Global ? this.callable.name : "";
    if (name === "_make_skeleton_class") return "skeleton";
    if (name === "_make_skeleton_enum") return "enum";
    return name === "_create_namedtuple" ? "namedtuple" : "type";
  }

  /** The class of the class: `type`, `abc.ABCMeta`; undefined where the pickle does not say. */
  get metaclass(): unknown {
    const form = this.#form;
    return form === "type" || form === "skeleton" ? this.args[0] : undefined;
  }

  /** `__name__`. */
  get name(): string {
    return textOf(this.args[this.#form === "namedtuple" ? 0 : 1]) ?? "?";
  }

  /** `__qualname__`. */
  get qualname(): string {
    const own = this.#form === "enum" ? this.args[2] : undefined;
    return textOf(this.dict.get("__qualname__")) ?? textOf(own) ?? this.name;
  }

  /** `__module__`. */
  get module(): string | undefined {
    const form = this.#form;
    const own = form === "enum" ? this.args[4] : form === "namedtuple" ? this.args[2] : undefined;
    return textOf(this.dict.get("__module__")) ?? textOf(own);
  }

  /** The base classes. */
  get bases(): readonly unknown[] {
    switch (this.#form) {
      case "enum":
        return listOf(this.args[0]) ?? [];
      case "namedtuple":
        return [];
      default:
        return listOf(this.args[2]) ?? [];
    }
  }

  /** Its contents: methods, class variables, and what Python keeps beside them, in order. */
  get dict(): ReadonlyMap<string, unknown> {
    const form = this.#form;
    const given = form === "namedtuple" ? undefined : entriesOf(this.args[3]);
    const { dict, slots } = stateParts(this.state);
    return new Map([...(given ?? []), ...dict, ...slots, ...this.#set]);
  }

  /** The names of the fields, for what `collections.namedtuple` made. */
  get fields(): readonly string[] | undefined {
    const fields = this.#form === "namedtuple" ? listOf(this.args[1]) : undefined;
    return fields?.filter((name) => typeof name === "string");
  }

  override toString(): string {
    const bases = this.bases.map((base) => classText(base)).filter((base) => base !== "object");
    const within = this.module === undefined ? "" : `${this.module}.`;
    return `<python class ${within}${this.qualname}${bases.length === 0 ? "" : `(${bases.join(", ")})`}>`;
  }

  override [inspectSymbol](): string {
    return this.toString();
  }
}

function classText(value: unknown): string {
  return value instanceof PyClass ? value.qualname : valueText(value, 1);
}

/** A Python module: its name, and its contents where the pickle holds them. */
export class PyModule extends Instance {
  get name(): string {
    return textOf(this.args[0]) ?? "?";
  }

  /** Its contents; undefined where Python would import it. */
  get dict(): ReadonlyMap<string, unknown> | undefined {
    const given = entriesOf(this.args[1]);
    const { dict, slots } = stateParts(this.state);
    if (given === undefined && this.state === undefined) return undefined;
    return new Map([...(given ?? []), ...dict, ...slots]);
  }

  override toString(): string {
    return `<python module ${this.name}>`;
  }

  override [inspectSymbol](_depth: number, _options: unknown, _inspect: Inspect): string {
    return this.toString();
  }
}

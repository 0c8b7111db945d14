/**
 * Code objects as dill and cloudpickle write them: an inert call in, its fields by name out.
 *
 * Source: dill 0.4 `_dill.py` ALL_CODE_PARAMS and `_create_code`; cloudpickle 3.1 `_code_reduce`; CPython 3.8 to 3.13
 * `Objects/codeobject.c` code_new.
 */

import { Global, type Inspect, Instance, inspectSymbol } from "../core/values/index.ts";
import { badCode } from "./error.ts";
import { bytesOf, integerOf, listOf, namesOf, textOf } from "./fields.ts";
import { candidatesOf, type PythonVersion } from "./version.ts";

/** The fields of a code object, by the names that Python gives them after `co_`. */
export interface CodeFields {
  readonly argcount: number;
  readonly posonlyargcount: number;
  readonly kwonlyargcount: number;
  readonly nlocals: number;
  readonly stacksize: number;
  readonly flags: number;
  readonly bytecode: Uint8Array;
  readonly consts: readonly unknown[];
  readonly names: readonly string[];
  readonly varnames: readonly string[];
  readonly filename: string;
  readonly name: string;
  /** From 3.11 on. */
  readonly qualname: string | undefined;
  readonly firstlineno: number;
  /** `co_lnotab` before 3.10, `co_linetable` from then on. */
  readonly linetable: Uint8Array;
  /** From 3.11 on; empty before. */
  readonly exceptiontable: Uint8Array;
  readonly freevars: readonly string[];
  readonly cellvars: readonly string[];
}

/** How the arguments are laid out, which tells the Python that wrote them within a version or three. */
export type CodeLayout = "3.7" | "3.8-3.9" | "3.10" | "3.8-3.10" | "3.11-3.13";

const OLD =
  "argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name";
const FIELDS: Readonly<Record<number, readonly string[]>> = {
  15: `${OLD.replace(" posonlyargcount", "")} firstlineno linetable freevars cellvars`.split(" "),
  16: `${OLD} firstlineno linetable freevars cellvars`.split(" "),
  18: `${OLD} qualname firstlineno linetable exceptiontable freevars cellvars`.split(" "),
};

const NO_BYTES = new Uint8Array(0);

/** The fields, and how they were laid out, by dill's `_create_code` or for Python's own CodeType; undefined where the arguments are no code object's. */
export function readCode(
  args: readonly unknown[],
  isDill: boolean,
): { readonly fields: CodeFields; readonly layout: CodeLayout } | undefined {
  // dill writes co_lnotab in front from Python 3.10 on, for the Pythons before that.
  const leads = bytesOf(args[0]) !== undefined;
  const own = leads ? args.slice(1) : args;
  const order = FIELDS[own.length];
  if (order === undefined) return undefined;
  const at = (name: string): unknown => own[order.indexOf(name)];
  const argcount = integerOf(at("argcount"));
  const posonlyargcount = own.length === 15 ? 0 : integerOf(at("posonlyargcount"));
  const kwonlyargcount = integerOf(at("kwonlyargcount"));
  const nlocals = integerOf(at("nlocals"));
  const stacksize = integerOf(at("stacksize"));
  const flags = integerOf(at("flags"));
  const bytecode = bytesOf(at("code"));
  const consts = listOf(at("consts"));
  const names = namesOf(at("names"));
  const varnames = namesOf(at("varnames"));
  const filename = textOf(at("filename"));
  const name = textOf(at("name"));
  const qualname = textOf(at("qualname"));
  const firstlineno = integerOf(at("firstlineno"));
  const linetable = bytesOf(at("linetable"));
  const exceptiontable = own.length === 18 ? bytesOf(at("exceptiontable")) : NO_BYTES;
  const freevars = namesOf(at("freevars"));
  const cellvars = namesOf(at("cellvars"));
  if (
    argcount === undefined ||
    posonlyargcount === undefined ||
    kwonlyargcount === undefined ||
    nlocals === undefined ||
    stacksize === undefined ||
    flags === undefined ||
    bytecode === undefined ||
    consts === undefined ||
    names === undefined ||
    varnames === undefined ||
    filename === undefined ||
    name === undefined ||
    firstlineno === undefined ||
    linetable === undefined ||
    exceptiontable === undefined ||
    freevars === undefined ||
    cellvars === undefined
  ) {
    return undefined;
  }
  const layout =
    own.length === 15
      ? "3.7"
      : own.length === 18
        ? "3.11-3.13"
        : leads
          ? "3.10"
          : isDill
            ? "3.8-3.9"
            : "3.8-3.10";
  return {
    layout,
    fields: {
      argcount,
      posonlyargcount,
      kwonlyargcount,
      nlocals,
      stacksize,
      flags,
      bytecode,
      consts,
      names,
      varnames,
      filename,
      name,
      qualname,
      firstlineno,
      linetable,
      exceptiontable,
      freevars,
      cellvars,
    },
  };
}

/**
 * A Python code object: what a function was compiled to. Inert; see `disassemble` and `callable`.
 *
 * The getters throw a {@link PyCodeError} with code `bad-code` where the pickle holds no code object's fields.
 */
export class PyCode extends Instance {
  #read: { readonly fields: CodeFields; readonly layout: CodeLayout } | undefined;
  #candidates: readonly PythonVersion[] | undefined;

  /** The fields, or undefined where the arguments are no code object's. */
  get fields(): CodeFields | undefined {
    this.#read ??= readCode(
      this.args,
      this.callable instanceof Global && this.callable.name === "_create_code",
    );
    return this.#read?.fields;
  }

  get #known(): CodeFields {
    const { fields } = this;
    if (fields === undefined)
      throw badCode(`${this.className} was not given a code object's fields`);
    return fields;
  }

  /** Number of positional parameters, keyword-or-positional ones included. */
  get argcount(): number {
    return this.#known.argcount;
  }
  get posonlyargcount(): number {
    return this.#known.posonlyargcount;
  }
  get kwonlyargcount(): number {
    return this.#known.kwonlyargcount;
  }
  get nlocals(): number {
    return this.#known.nlocals;
  }
  get stacksize(): number {
    return this.#known.stacksize;
  }
  /** `CO_VARARGS` is 4, `CO_VARKEYWORDS` 8, `CO_GENERATOR` 32. */
  get flags(): number {
    return this.#known.flags;
  }
  get bytecode(): Uint8Array {
    return this.#known.bytecode;
  }
  get consts(): readonly unknown[] {
    return this.#known.consts;
  }
  get names(): readonly string[] {
    return this.#known.names;
  }
  get varnames(): readonly string[] {
    return this.#known.varnames;
  }
  get filename(): string {
    return this.#known.filename;
  }
  /** The function's name, `"<lambda>"` for a lambda. */
  get name(): string {
    return this.#known.name;
  }
  get qualname(): string {
    return this.#known.qualname ?? this.#known.name;
  }
  get firstlineno(): number {
    return this.#known.firstlineno;
  }
  get linetable(): Uint8Array {
    return this.#known.linetable;
  }
  get exceptiontable(): Uint8Array {
    return this.#known.exceptiontable;
  }
  get freevars(): readonly string[] {
    return this.#known.freevars;
  }
  get cellvars(): readonly string[] {
    return this.#known.cellvars;
  }

  /**
   * The Pythons that may have compiled it, newest first. A pickle does not say; the number of fields and the bytecode
   * tell most, and what several Pythons would have compiled to the same bytes means the same to each.
   */
  get pythons(): readonly PythonVersion[] {
    const { fields } = this;
    if (fields === undefined || this.#read === undefined) return [];
    this.#candidates ??= candidatesOf(fields, this.#read.layout, nestedCandidates(fields.consts));
    return this.#candidates;
  }

  override toString(): string {
    const { fields } = this;
    if (fields === undefined) return super.toString();
    return `<python code ${fields.qualname ?? fields.name} from ${place(fields)}>`;
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    if (this.fields === undefined) return super[inspectSymbol](depth, options, inspect);
    return this.toString();
  }
}

/** `file.py:10`, the file without its folders. */
export function place({ filename, firstlineno }: CodeFields): string {
  const slash = Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\"));
  return `${filename.slice(slash + 1)}:${firstlineno}`;
}

function nestedCandidates(consts: readonly unknown[]): (readonly PythonVersion[])[] {
  const found: (readonly PythonVersion[])[] = [];
  for (const value of consts) if (value instanceof PyCode) found.push(value.pythons);
  return found;
}

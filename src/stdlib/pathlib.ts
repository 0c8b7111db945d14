/**
 * `pathlib`'s four classes of paths ↔ `Path`: the class and the parts as they stand in the pickle.
 *
 * Source: CPython 3.13 Lib/pathlib/_local.py `__reduce__`: the strings that the path was made from; parsed parts up to
 * Python 3.12. Python 3.13 alone writes the module as `pathlib._local`, and no other reads that name: `pathlib` is
 * written, which all read, but where a lossless load found the other.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";

/** Python's name of a class of paths. */
export type PathKind = "PosixPath" | "PurePosixPath" | "WindowsPath" | "PureWindowsPath";

const KINDS: readonly PathKind[] = ["PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"];

const LONGEST = 33_000;

/** A path of Python's `pathlib`: text only, nothing is ever looked up. */
export class Path {
  /** The Python class. */
  readonly kind: PathKind;
  /** The strings that Python joins, usually one for each component or the whole path in one. */
  readonly parts: readonly string[];
  readonly #module: string;

  constructor(parts: string | readonly string[], kind: PathKind = "PosixPath", module = "pathlib") {
    this.kind = kind;
    this.parts = typeof parts === "string" ? [parts] : parts;
    this.#module = module;
  }

  /** The module that the class is written under. */
  get module(): string {
    return this.#module;
  }

  /** As Python's `str`: components joined, `.` and doubled separators dropped, `..` kept. */
  toString(): string {
    return this.#isWindows ? windowsText(this.parts) : posixText(this.parts);
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `${this.kind}(${JSON.stringify(this.toString())})`;
  }

  // Windows paths are compared as they stand: of its many spellings of one path, all but equal ones stay apart.
  [keySymbol](): string {
    return this.#isWindows
      ? `windows${JSON.stringify(this.parts)}`
      : `posix${posixText(this.parts)}`;
  }

  get #isWindows(): boolean {
    return this.kind.endsWith("WindowsPath");
  }
}

// Two leading slashes are a root of their own, three and more are one (POSIX 4.13).
function posixText(parts: readonly string[]): string {
  let joined = "";
  for (const part of parts) {
    if (part.startsWith("/")) joined = part;
    else if (part !== "") joined += joined === "" || joined.endsWith("/") ? part : `/${part}`;
  }
  const root = /^\/\/(?!\/)/.test(joined) ? "//" : joined.startsWith("/") ? "/" : "";
  const names = joined.split("/").filter((name) => name !== "" && name !== ".");
  return root + names.join("/") || ".";
}

function windowsText(parts: readonly string[]): string {
  let joined = "";
  for (const part of parts.map((text) => text.replaceAll("/", "\\"))) {
    if (/^(?:[A-Za-z]:|\\\\)/.test(part)) joined = part;
    else if (part.startsWith("\\")) joined = (/^[A-Za-z]:/.exec(joined)?.[0] ?? "") + part;
    else if (part !== "") joined += joined === "" || /[\\:]$/.test(joined) ? part : `\\${part}`;
  }
  return joined || ".";
}

function pathType(kind: PathKind): PickleType[] {
  const typeIn = (module: string, prototypes: readonly object[]): PickleType => ({
    globals: [new Global(module, kind)],
    prototypes,
    call: (args, { lossless }) => {
      const parts = args.filter((part) => typeof part === "string");
      // Joined again and again, and no file system has longer ones.
      const length = parts.reduce((sum, part) => sum + part.length, parts.length);
      if (parts.length !== args.length || length > LONGEST) return undefined;
      return new Path(parts, kind, lossless ? module : "pathlib");
    },
    reduce: (value) => {
      const path = value as Path;
      return { callable: globalOf(path.module, path.kind), args: path.parts };
    },
  });
  return [typeIn("pathlib._local", []), typeIn("pathlib", [Path.prototype])];
}

const globals = new Map(
  ["pathlib", "pathlib._local"].flatMap((module) =>
    KINDS.map((kind): [string, Global] => [`${module}.${kind}`, new Global(module, kind)]),
  ),
);

function globalOf(module: string, kind: string): Global {
  return globals.get(`${module}.${kind}`) ?? new Global(module, kind);
}

/** `pathlib`: `PosixPath, PurePosixPath, WindowsPath, PureWindowsPath ↔ Path`. */
export const pathlibTypes: readonly PickleType[] = KINDS.flatMap(pathType);

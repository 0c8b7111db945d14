/**
 * `pathlib`'s four classes of paths ↔ `Path`: the class and the parts as they stand in the pickle.
 *
 * Source: CPython 3.13 Lib/pathlib/_local.py `__reduce__`: the strings that the path was made from; parsed parts up to
 * Python 3.12. Python 3.13 alone writes the module as `pathlib._local`, and no other reads that name: `pathlib` is
 * written, which all read, but where a lossless load found the other.
 */

import type { LoadContext, PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";
import { windowsText } from "./windows-path.ts";

/** Python's name of a class of paths. */
export type PathKind = "PosixPath" | "PurePosixPath" | "WindowsPath" | "PureWindowsPath";

const KINDS: readonly PathKind[] = ["PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"];

// No file system has longer ones.
const LONGEST = 33_000;

// Longer ones are counted, and this much of them is a second or two of joining; what comes then stays inert. A pickle can
// name one long string, or one tuple of many, again and again (test/stdlib/values.test.ts).
const USUAL = 1000;
const MOST_LETTERS = 5e7;
const letters = new WeakMap<LoadContext, number>();

/** A path of Python's `pathlib`: text only, nothing is ever looked up. */
export class Path {
  /** The Python class. */
  readonly kind: PathKind;
  /** The strings that Python joins, usually one for each component or the whole path in one. */
  readonly parts: readonly string[];
  readonly #module: string;
  #text: string | undefined;

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
    this.#text ??= this.#isWindows ? windowsText(this.parts) : posixText(this.parts);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `${this.kind}(${JSON.stringify(this.toString())})`;
  }

  // Pure or not, and on Windows in whichever case.
  [keySymbol](): string {
    const text = this.toString();
    return this.#isWindows ? `windows${text.toLowerCase()}` : `posix${text}`;
  }

  get #isWindows(): boolean {
    return this.kind.endsWith("WindowsPath");
  }
}

// Two leading slashes are a root of their own, three and more are one (POSIX 4.13).
function posixText(parts: readonly string[]): string {
  let pieces: string[] = [];
  for (const part of parts) {
    if (part.startsWith("/")) pieces = [part];
    else if (part !== "") pieces.push(part);
  }
  const root = /^\/\/?(?!\/)/.exec(pieces[0] ?? "")?.[0] ?? (pieces[0]?.startsWith("/") ? "/" : "");
  const names = pieces
    .join("/")
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  return root + names.join("/") || ".";
}

// Whether this load may read so much of one more path.
function spend(length: number, context: LoadContext): boolean {
  if (length <= USUAL) return true;
  const spent = (letters.get(context) ?? 0) + length;
  letters.set(context, spent);
  return spent <= MOST_LETTERS;
}

function pathType(kind: PathKind): PickleType[] {
  const typeIn = (module: string, prototypes: readonly object[]): PickleType => ({
    globals: [new Global(module, kind)],
    prototypes,
    call: (args, context) => {
      let length = args.length;
      if (!spend(length, context)) return undefined;
      for (let index = 0; length <= LONGEST && index < args.length; index++) {
        const part = args[index];
        if (typeof part !== "string") return undefined;
        length += part.length;
      }
      if (length > LONGEST || !spend(length, context)) return undefined;
      return new Path([...args] as string[], kind, context.lossless ? module : "pathlib");
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

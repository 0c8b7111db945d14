/**
 * Classes and functions in, their names out: as two lines, as two strings, or as a code of the extension registry.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_global; PEP 307 (extension registry).
 */

import { python2Name } from "../registry/index.ts";
import { Global } from "../values/index.ts";
import { GETATTR } from "./builtins.ts";
import type { Memo } from "./memo.ts";
import type { DumpOptions } from "./options.ts";
import type { Output } from "./output.ts";

/** Writes globals by name. */
export class Globals {
  readonly #out: Output;
  readonly #memo: Memo;
  readonly #fixImports: boolean;
  readonly #extensions: ReadonlyMap<string, number> | undefined;
  // Calls of one callable come in runs.
  #last: Global | undefined;
  #lastKey = "";

  constructor(out: Output, memo: Memo, { fixImports, extensions }: DumpOptions) {
    this.#out = out;
    this.#memo = memo;
    this.#fixImports = (fixImports ?? true) && out.protocol < 3;
    this.#extensions = extensions && byPath(extensions);
  }

  /** Fetches a global that was written before; false where it was not. */
  fetch(global: Global): boolean {
    return this.#memo.fetchName(this.#key(global));
  }

  /** Writes a new global; true if it is in the memo now. `value` is what the memo remembers beside the name. */
  write(global: Global, value: unknown): boolean {
    const out = this.#out;
    const code =
      out.protocol >= 2 ? this.#extensions?.get(`${global.module}\n${global.name}`) : undefined;
    if (code !== undefined) {
      out.extension(code);
      return false;
    }
    if (out.protocol >= 4) {
      this.#memo.string(global.module, global.spelled === true);
      out.passBoundary();
      this.#memo.string(global.name, global.spelled !== false);
      out.byte(0x93); // STACK_GLOBAL
    } else if (global.name.includes(".")) {
      this.#nested(global);
    } else {
      this.lines(0x63, global); // GLOBAL
    }
    this.enter(global, value);
    return true;
  }

  /** Puts the global that was just written. */
  enter(global: Global, value: unknown): void {
    this.#memo.enterName(this.#key(global), value ?? global);
  }

  /** Writes an opcode and the two lines of a name: GLOBAL, INST. */
  lines(opcode: number, global: Global): void {
    const [module, name] = this.#namesOf(global);
    this.#out.lines(opcode, module, name);
  }

  // getattr(getattr(Outer, "Inner"), "Innermost"): below protocol 4 there is no other way to a nested name.
  #nested(global: Global): void {
    const out = this.#out;
    const [outer = "", ...path] = global.name.split(".");
    for (let index = 0; index < path.length; index++) {
      if (!this.fetch(GETATTR)) this.write(GETATTR, undefined);
      if (out.protocol < 2) out.byte(0x28); // MARK
    }
    this.lines(0x63, new Global(global.module, outer)); // GLOBAL
    for (const name of path) {
      // Split off for the moment, but for one character, which CPython keeps.
      this.#memo.string(name, name.length > 1);
      out.byte(out.protocol < 2 ? 0x74 : 0x86); // TUPLE or TUPLE2
      out.byte(0x52); // REDUCE
    }
  }

  // What makes two globals one object. Two names of Python 2 may have become one: below protocol 3 the old names count.
  #key(global: Global): string {
    if (global !== this.#last) {
      const [module, name] = this.#namesOf(global);
      this.#last = global;
      this.#lastKey = `${module}\n${name}`;
    }
    return this.#lastKey;
  }

  #namesOf({ module, name, python2 }: Global): readonly [module: string, name: string] {
    // The mapping is not one to one: a name that Python 2 wrote goes back as it was.
    return this.#fixImports ? (python2 ?? python2Name(module, name)) : [module, name];
  }
}

function byPath(extensions: ReadonlyMap<number, string | Global>): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const [code, entry] of extensions) {
    // copyreg.add_extension: the bounds of EXT4.
    if (!Number.isInteger(code) || code < 1 || code > 0x7fffffff)
      throw new TypeError(`extensions must have codes from 1 to 2147483647, not ${code}`);
    const { module, name } = entry instanceof Global ? entry : Global.parse(entry);
    codes.set(`${module}\n${name}`, code);
  }
  return codes;
}

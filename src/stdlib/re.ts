/**
 * `re.Pattern ↔ Pattern`: the text and flags of a compiled regular expression.
 *
 * Source: CPython 3.13 Lib/re/__init__.py `_pickle`: `re._compile(pattern, flags)`, the same since Python 2.7.
 */

import { decodeLatin1 } from "../core/bytes/index.ts";
import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";
import { safeInteger } from "./arguments.ts";

/** Python's compiled regular expression. Its syntax is Python's: there is no translation to `RegExp`. */
export class Pattern {
  /** The expression, over text (string) or over bytes. */
  readonly pattern: string | Uint8Array;
  /** Python's `re.RegexFlag` bits: 2 IGNORECASE, 8 MULTILINE, 16 DOTALL, 32 UNICODE, 64 VERBOSE, 256 ASCII. */
  readonly flags: number;

  constructor(pattern: string | Uint8Array, flags: number = typeof pattern === "string" ? 32 : 0) {
    this.pattern = pattern;
    this.flags = flags;
  }

  toString(): string {
    return typeof this.pattern === "string" ? this.pattern : decodeLatin1(this.pattern);
  }

  toJSON(): { pattern: string; flags: number } {
    return { pattern: this.toString(), flags: this.flags };
  }

  [inspectSymbol](): string {
    const prefix = typeof this.pattern === "string" ? "" : "b";
    return `Pattern(${prefix}${JSON.stringify(this.toString())}, ${this.flags})`;
  }

  [keySymbol](): string {
    return `pattern${this.flags}${typeof this.pattern === "string" ? "u" : "b"}${this.toString()}`;
  }
}

const COMPILE = new Global("re", "_compile");

/** `re`: `Pattern ↔ Pattern`. */
export const reTypes: readonly PickleType[] = [
  {
    globals: [COMPILE],
    prototypes: [Pattern.prototype],
    call: (args) => {
      const [pattern, bits] = args;
      const flags = safeInteger(bits);
      if (args.length !== 2 || flags === undefined || flags < 0) return undefined;
      const isExact = pattern instanceof Uint8Array && pattern.constructor === Uint8Array;
      return typeof pattern === "string" || isExact ? new Pattern(pattern, flags) : undefined;
    },
    reduce: (value) => {
      const { pattern, flags } = value as Pattern;
      return { callable: COMPILE, args: [pattern, flags] };
    },
  },
];

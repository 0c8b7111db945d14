/** Symbols in, the Python expression they amount to out, short enough to read: long things are cut, deep ones left out. */
import { formatFloat, reprByteArray, reprBytes, reprString } from "../core/values/index.ts";
import type { Call, Dict, Import, Sequence, Sym } from "./symbols.ts";

const LONGEST_TEXT = 120;
const DEEPEST = 6;

/** What stands for results that were made before: `v1`. */
export type Names = ReadonlyMap<Sym, string>;

const NO_NAMES: Names = new Map();

/** Writes one expression of at most about `width` characters. */
export function expressionOf(symbol: Sym, width = 300, names: Names = NO_NAMES): string {
  const writer = new Writer(width, names);
  writer.write(symbol, 0);
  return writer.text();
}

/** The name of an import as code has it: builtins without their module. */
export function nameText({ module, name, path }: Import): string {
  return module === "builtins" && /^[\w.]+$/.test(name) ? name : path;
}

/** Puts an expression together, piece by piece, up to a width. */
export class Writer {
  readonly #parts: string[] = [];
  readonly #names: Names;
  readonly #countOf: (container: Sequence | Dict) => number;
  readonly #longestText: number;
  #left: number;

  /** `countOf` says how many entries of a container are to be written; default all. */
  constructor(width: number, names: Names, countOf?: (container: Sequence | Dict) => number) {
    this.#left = width;
    this.#names = names;
    this.#countOf = countOf ?? (({ count }) => count);
    this.#longestText = width === Number.POSITIVE_INFINITY ? width : LONGEST_TEXT;
  }

  text(): string {
    return this.#parts.join("");
  }

  put(text: string): void {
    if (this.#left <= 0) return;
    this.#left -= text.length;
    this.#parts.push(this.#left < 0 ? `${text.slice(0, text.length + this.#left)}…` : text);
  }

  write(symbol: Sym, depth: number): void {
    if (this.#left <= 0) return;
    const name = this.#names.get(symbol);
    if (name !== undefined) {
      this.put(name);
      return;
    }
    if (depth > DEEPEST) {
      this.put("…");
      return;
    }
    switch (symbol.kind) {
      case "literal":
        this.put(literalText(symbol.value, symbol.isFloat));
        break;
      case "text": {
        const longest = this.#longestText;
        const text = symbol.read(4 * longest);
        const cut = text === undefined ? undefined : text.slice(0, longest);
        const whole = cut?.length === text?.length && symbol.end - symbol.start <= 4 * longest;
        this.put(cut === undefined ? "<no text>" : `${reprString(cut)}${whole ? "" : "…"}`);
        break;
      }
      case "bytes": {
        const cut = symbol.bytes.subarray(0, this.#longestText);
        const text = symbol.mutable ? reprByteArray(cut) : reprBytes(cut);
        this.put(cut.length === symbol.bytes.length ? text : `${text}…`);
        break;
      }
      case "import":
        this.put(nameText(symbol));
        break;
      case "persistent":
        this.put("persistent_load(");
        this.write(symbol.id, depth + 1);
        this.put(")");
        break;
      case "unknown":
        this.put(`<${symbol.what}>`);
        break;
      case "call":
        this.call(symbol.callee, symbol.args, symbol.form, symbol.keywords, depth);
        break;
      case "dict": {
        this.put("{");
        const count = this.#countOf(symbol);
        for (let at = 0; at < 2 * count && this.#left > 0; at += 2) {
          if (at >= symbol.entries.length) {
            this.put(", …");
            break;
          }
          if (at > 0) this.put(", ");
          this.write(symbol.entries[at] as Sym, depth + 1);
          this.put(": ");
          this.write(symbol.entries[at + 1] as Sym, depth + 1);
        }
        this.put("}");
        break;
      }
      case "sequence": {
        const count = this.#countOf(symbol);
        const [open, close] = BRACKETS[symbol.type];
        this.put(symbol.type === "set" && count === 0 ? "set(" : open);
        this.#items(symbol.items.slice(0, count), depth);
        if (count > symbol.items.length) this.put(", …");
        if (symbol.type === "tuple" && symbol.count === 1) this.put(",");
        this.put(symbol.type === "set" && count === 0 ? ")" : close);
      }
    }
  }

  #items(items: readonly Sym[], depth: number): void {
    for (const [index, item] of items.entries()) {
      if (this.#left <= 0) return;
      if (index > 0) this.put(", ");
      this.write(item, depth + 1);
    }
  }

  call(
    callee: Sym,
    args: readonly Sym[] | undefined,
    form: Call["form"],
    keywords: Sym | undefined,
    depth: number,
  ): void {
    this.write(callee, depth + 1);
    this.put(form === "new" ? ".__new__(" : "(");
    if (form === "new") this.write(callee, depth + 1);
    if (args === undefined) this.put(form === "new" ? ", *…" : "*…");
    else {
      if (form === "new" && args.length > 0) this.put(", ");
      this.#items(args, depth);
    }
    if (keywords !== undefined) {
      this.put(", **");
      this.write(keywords, depth + 1);
    }
    this.put(")");
  }
}

const BRACKETS = {
  list: ["[", "]"],
  tuple: ["(", ")"],
  set: ["{", "}"],
  frozenset: ["frozenset({", "})"],
} as const;

function literalText(value: null | boolean | number | bigint, isFloat: boolean): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isFloat) return formatFloat(Number(value));
  if (value === Number.POSITIVE_INFINITY) return "<a very large int>";
  const digits = typeof value === "bigint" ? value.toString(16) : String(value);
  if (typeof value === "number") return digits;
  return digits.length > 60 ? `${digits.replace(/^-?/, "$&0x").slice(0, 60)}…` : String(value);
}

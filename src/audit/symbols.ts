/**
 * What stands on the symbolic machine's stack in place of Python's objects: what is known of each without making it.
 * Strings and bytes are places in the input, read when somebody asks, so that memory follows the number of objects only.
 */
import {
  decodeLatin1,
  decodeRawUnicodeEscape,
  decodeStringEscape,
  decodeUtf8,
  encodeLatin1,
} from "../core/bytes/index.ts";
import type { Ruling } from "./policy.ts";

/** None, a bool, a number. */
export class Literal {
  readonly kind = "literal";
  readonly value: null | boolean | number | bigint;
  readonly isFloat: boolean;
  constructor(value: null | boolean | number | bigint, isFloat = false) {
    this.value = value;
    this.isFloat = isFloat;
  }
}

/** How a string is written in the input. */
export type TextCoding = "utf8" | "raw-unicode-escape" | "string-escape" | "latin1";

/** A str. */
export class Text {
  readonly kind = "text";
  readonly input: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly coding: TextCoding;
  constructor(input: Uint8Array, start: number, end: number, coding: TextCoding) {
    this.input = input;
    this.start = start;
    this.end = end;
    this.coding = coding;
  }

  /** The string, or undefined where the bytes are none; at most `most` bytes of it. */
  read(most: number = Number.POSITIVE_INFINITY): string | undefined {
    const { start, input } = this;
    let end = Math.min(this.end, start + most);
    if (end < this.end) {
      // Not in the middle of a character, nor of an escape, of which the longest is \U0001f600.
      if (this.coding === "utf8")
        while (end > start && ((input[end] as number) & 0xc0) === 0x80) end--;
      else if (this.coding !== "latin1") {
        const backslash = input.subarray(Math.max(start, end - 9), end).lastIndexOf(0x5c);
        if (backslash >= 0) end = Math.max(start, end - 9) + backslash;
      }
    }
    switch (this.coding) {
      case "utf8":
        return decodeUtf8(this.input, this.start, end);
      case "raw-unicode-escape":
        return decodeRawUnicodeEscape(this.input.subarray(this.start, end));
      case "string-escape": {
        const bytes = decodeStringEscape(this.input.subarray(this.start, end));
        return bytes && decodeLatin1(bytes);
      }
      case "latin1":
        return decodeLatin1(this.input, this.start, end);
    }
  }
}

/** Bytes, or a bytearray: a place in the input, or a string's characters, encoded when somebody asks. */
export class Bytes {
  readonly kind = "bytes";
  readonly mutable: boolean;
  readonly #source: Uint8Array | Text;
  #encoded: Uint8Array | undefined;
  constructor(source: Uint8Array | Text, mutable = false) {
    this.#source = source;
    this.mutable = mutable;
  }

  /** All of them; none where the string has characters that are no bytes. */
  get bytes(): Uint8Array {
    if (this.#source instanceof Uint8Array) return this.#source;
    this.#encoded ??= encodeLatin1(this.#source.read() ?? "") ?? NO_BYTES;
    return this.#encoded;
  }

  /** The first bytes, up to `count`. */
  head(count: number): Uint8Array {
    if (this.#source instanceof Uint8Array) return this.#source.subarray(0, count);
    // Six bytes of the input make one character at most.
    const text = this.#source.read(6 * count) ?? "";
    return encodeLatin1(text.slice(0, count)) ?? NO_BYTES;
  }
}

const NO_BYTES = new Uint8Array(0);

/** How many objects Python visits to hash or print what a symbol stands for. */
export const weightOf = (symbol: Sym): number =>
  symbol.kind === "sequence" || symbol.kind === "dict" ? symbol.weight : 1;

// What hands on what it gets one by one, which a later state may make endless.
const PASSES_ON = /^(?:itertools\.|builtins\.(?:zip|enumerate|reversed|iter)$)/;

// Puts a symbol into a container: whether walking along it, or along one within, may take for ever.
const takenIn = (symbol: Sym): boolean => {
  if (symbol.kind === "sequence" || symbol.kind === "dict") {
    symbol.isHeld = true;
    return symbol.endless;
  }
  if (symbol.kind !== "call") return false;
  return symbol.endless || (symbol.callee.kind === "import" && PASSES_ON.test(symbol.callee.path));
};

/** The most items that a container keeps for whoever wants to see them; it counts them all. */
const KEPT_ITEMS = 1024;

// Of what has no items yet, which is most of what an attacker makes many of.
const NONE_YET: Sym[] = [];

/** What lists and dicts have in common: facts in one number, since a file may hold a hundred million of them. */
class Container {
  #traits = 0;

  #set(trait: number, isSo: boolean): void {
    this.#traits = isSo ? this.#traits | trait : this.#traits & ~trait;
  }

  /** Whether something within may go on for ever. */
  get endless(): boolean {
    return (this.#traits & 1) !== 0;
  }
  set endless(isSo: boolean) {
    this.#set(1, isSo);
  }

  /** Whether another container holds it, which knows nothing of what comes later. */
  get isHeld(): boolean {
    return (this.#traits & 2) !== 0;
  }
  set isHeld(isSo: boolean) {
    this.#set(2, isSo);
  }

  /** Whether a tuple holds a function that only a call may use. */
  get holdsHelper(): boolean {
    return (this.#traits & 4) !== 0;
  }
  set holdsHelper(isSo: boolean) {
    this.#set(4, isSo);
  }

  /** Whether a value of a dict is a function. */
  get holdsFunction(): boolean {
    return (this.#traits & 8) !== 0;
  }
  set holdsFunction(isSo: boolean) {
    this.#set(8, isSo);
  }

  /** Whether a dict was given to an object as its state. */
  get isState(): boolean {
    return (this.#traits & 16) !== 0;
  }
  set isState(isSo: boolean) {
    this.#set(16, isSo);
  }
}

/** A list, tuple, set or frozenset. */
export class Sequence extends Container {
  readonly kind = "sequence";
  readonly type: "list" | "tuple" | "set" | "frozenset";
  items: readonly Sym[];
  count: number;
  /** How many objects Python visits to hash or print it, which it does anew for each time that one is held. */
  weight = 1;
  /** Of a tuple: how many are within each other. */
  depth = 1;
  constructor(type: "list" | "tuple" | "set" | "frozenset", items: Sym[] = NONE_YET) {
    super();
    this.type = type;
    this.items = items.length > KEPT_ITEMS ? items.slice(0, KEPT_ITEMS) : items;
    this.count = items.length;
  }

  /** All items, where all are kept. */
  get all(): readonly Sym[] | undefined {
    return this.items.length === this.count ? this.items : undefined;
  }

  /** Takes note of what an item is. */
  weigh(item: Sym): void {
    this.weight += weightOf(item);
    if (takenIn(item)) this.endless = true;
  }

  add(item: Sym): void {
    this.count++;
    this.weigh(item);
    if (this.items.length >= KEPT_ITEMS) return;
    if (this.items === NONE_YET) this.items = [item];
    else (this.items as Sym[]).push(item);
  }
}

/** An entry of a dict that would do more than hold data, were it an attribute of an object. */
export interface Planted {
  readonly name: string;
  readonly what: "inner" | "method" | "computed";
}

/** A dict. */
export class Dict extends Container {
  readonly kind = "dict";
  /** Keys and values in turn. */
  entries: readonly Sym[] = NONE_YET;
  count = 0;
  /** As of a {@link Sequence}. */
  weight = 1;
  /** The entry that is the worst of them as an attribute. */
  planted: Planted | undefined = undefined;

  /** Whether all entries are kept. */
  get isWhole(): boolean {
    return this.entries.length === 2 * this.count;
  }

  set(key: Sym, value: Sym): void {
    this.count++;
    this.weight += weightOf(key) + weightOf(value);
    const [goesOn, alsoGoesOn] = [takenIn(key), takenIn(value)];
    if (goesOn || alsoGoesOn) this.endless = true;
    if (this.entries.length >= 2 * KEPT_ITEMS) return;
    if (this.entries === NONE_YET) this.entries = [key, value];
    else (this.entries as Sym[]).push(key, value);
  }

  /** The value that a string key was last set to. */
  get(key: string): Sym | undefined {
    for (let at = this.entries.length - 2; at >= 0; at -= 2) {
      const known = this.entries[at] as Sym;
      if (
        known.kind === "text" &&
        known.end - known.start <= 4 * key.length &&
        known.read() === key
      ) {
        return this.entries[at + 1];
      }
    }
    return undefined;
  }
}

/** What a name leads to: a class, function or module that Python would import. */
export class Import {
  readonly kind = "import";
  readonly module: string;
  readonly name: string;
  readonly offset: number;
  readonly ruling: Ruling;
  constructor(module: string, name: string, offset: number, ruling: Ruling) {
    this.module = module;
    this.name = name;
    this.offset = offset;
    this.ruling = ruling;
  }

  /** Module and name as Python code has them. */
  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** How a call is written: `f(*args)`, `cls.__new__(cls, *args)`. */
export type CallForm = "call" | "new" | "instance";

/** What a call returns. */
export class Call {
  readonly kind = "call";
  readonly callee: Sym;
  /** The arguments; undefined where they are computed themselves. */
  readonly args: readonly Sym[] | undefined;
  readonly keywords: Sym | undefined;
  readonly form: CallForm;
  readonly offset: number;
  /** What was given to its `__setstate__`, last. */
  state: Sym | undefined = undefined;
  /** How often something was. */
  states = 0;
  /** Whether to walk along the result takes for ever, or nearly so. */
  endless = false;
  /** Whether an attribute of it is a function, which whoever looks for one of that name calls. */
  answers = false;
  /** Whether it is a partial that a defaultdict calls for what is missing. */
  isFactory = false;
  constructor(
    callee: Sym,
    args: readonly Sym[] | undefined,
    form: CallForm,
    offset: number,
    keywords?: Sym,
  ) {
    this.callee = callee;
    this.args = args;
    this.keywords = keywords;
    this.form = form;
    this.offset = offset;
  }
}

/** What the loading program finds by an identifier. */
export class Persistent {
  readonly kind = "persistent";
  readonly id: Sym;
  constructor(id: Sym) {
    this.id = id;
  }
}

/** What nobody can know from the pickle: a buffer from elsewhere, an extension code, what a broken stream lacks. */
export class Unknown {
  readonly kind = "unknown";
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}

/** Anything on the stack. */
export type Sym = Literal | Text | Bytes | Sequence | Dict | Import | Call | Persistent | Unknown;

export const NONE: Literal = new Literal(null);
export const TRUE: Literal = new Literal(true);
export const FALSE: Literal = new Literal(false);

/** Bytes of a string that may be a name: reading a long one again and again takes for ever. */
export const LONGEST_NAME = 640;

/** The string that a symbol is for certain, where it is no longer than names are. */
export function textOf(symbol: Sym | undefined): string | undefined {
  if (symbol?.kind !== "text" || symbol.end - symbol.start > LONGEST_NAME) return undefined;
  return symbol.read();
}

/**
 * The Python literal of a `.npy` header in, its value out: strings, whole numbers, True, False, None, tuples, lists and
 * dicts, and nothing that could run. Source: CPython 3.13 `ast.literal_eval`; NumPy's `_filter_header` for `3L`.
 */

/** What a header is made of; lists and tuples are arrays. */
export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

/** The text is not such a literal. */
export class LiteralError extends Error {
  /** Where in the text. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

// A structured dtype of structured dtypes: no deeper than dtypes themselves go.
const DEEPEST = 100;

/** @throws LiteralError */
export function parseLiteral(text: string): Literal {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(message: string): LiteralError {
    return new LiteralError(message, this.#at);
  }

  #skip(): string | undefined {
    while (this.#at < this.#text.length && " \t\n\r\f".includes(this.#text[this.#at] as string))
      this.#at++;
    return this.#text[this.#at];
  }

  end(): void {
    if (this.#skip() !== undefined) throw this.#fail("something behind the header's value");
  }

  value(depth: number): Literal {
    if (depth > DEEPEST) throw this.#fail(`values nested more than ${DEEPEST} deep`);
    const next = this.#skip();
    if (next === "{") return this.#dict(depth);
    if (next === "[") return this.#items("]", depth);
    if (next === "(") return this.#items(")", depth);
    if (next === "'" || next === '"') return this.#string(next);
    const word = /[\w+-]+/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fail("no value");
    const quote = this.#text[this.#at + found.length];
    // Python 2's u'…' and b'…'.
    if (/^[uUbB]$/.test(found) && (quote === "'" || quote === '"')) {
      this.#at++;
      return this.#string(quote);
    }
    const value = named.get(found) ?? (found === "None" ? null : numberOf(found));
    if (value === undefined) throw this.#fail(`no value: ${JSON.stringify(found.slice(0, 40))}`);
    this.#at += found.length;
    return value;
  }

  // A tuple or list; in parentheses a single value without a comma is that value.
  #items(close: string, depth: number): Literal {
    this.#at++;
    const items: Literal[] = [];
    for (let comma = true; ; ) {
      if (this.#skip() === close) {
        this.#at++;
        return close === ")" && items.length === 1 && !comma ? (items[0] as Literal) : items;
      }
      if (!comma) throw this.#fail("no comma between two values");
      items.push(this.value(depth + 1));
      comma = this.#comma();
    }
  }

  #dict(depth: number): Map<string, Literal> {
    this.#at++;
    const entries = new Map<string, Literal>();
    for (let comma = true; ; ) {
      if (this.#skip() === "}") {
        this.#at++;
        return entries;
      }
      if (!comma) throw this.#fail("no comma between two entries");
      const key = this.value(depth + 1);
      if (typeof key !== "string") throw this.#fail("a key that is no string");
      if (entries.has(key)) throw this.#fail(`the key ${JSON.stringify(key)} twice`);
      if (this.#skip() !== ":") throw this.#fail("no colon behind a key");
      this.#at++;
      entries.set(key, this.value(depth + 1));
      comma = this.#comma();
    }
  }

  #comma(): boolean {
    if (this.#skip() !== ",") return false;
    this.#at++;
    return true;
  }

  #string(quote: string): string {
    const parts: string[] = [];
    for (let from = ++this.#at; ; ) {
      const next = this.#text[this.#at];
      if (next === undefined || next === "\n") throw this.#fail("a string without an end");
      if (next !== quote && next !== "\\") {
        this.#at++;
        continue;
      }
      parts.push(this.#text.slice(from, this.#at));
      this.#at++;
      if (next === quote) return parts.join("");
      parts.push(this.#escape());
      from = this.#at;
    }
  }

  #escape(): string {
    const pattern = /[\\'"abfnrtv\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fail("an escape that is none");
    this.#at += found.length;
    const simple = ESCAPES.get(found);
    if (simple !== undefined) return simple;
    const code = /^[xuU]/.test(found)
      ? Number.parseInt(found.slice(1), 16)
      : Number.parseInt(found, 8);
    if (code > 0x10ffff) throw this.#fail("an escape of no character");
    return String.fromCodePoint(code);
  }
}

const named: ReadonlyMap<string, boolean> = new Map([
  ["True", true],
  ["False", false],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\n", ""],
]);

// Whole numbers; Python 2 wrote 3L. Beyond 2^53 no array is as long.
function numberOf(word: string): number | undefined {
  if (!/^[+-]?\d{1,20}L?$/.test(word)) return undefined;
  return Number(word.replace("L", ""));
}

/** A string as Python's `repr` writes it. */
export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let written = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === quote || character === "\\") written += `\\${character}`;
    else if (character === "\n") written += "\\n";
    else if (character === "\r") written += "\\r";
    else if (character === "\t") written += "\\t";
    else if (isPrintable(character)) written += character;
    else if (code < 0x100) written += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) written += `\\u${code.toString(16).padStart(4, "0")}`;
    else written += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return quote + written + quote;
}

// str.isprintable: no separator but the space, no other character of the category C.
function isPrintable(character: string): boolean {
  return character === " " || !/[\p{C}\p{Z}]/u.test(character);
}

/**
 * JSON text in, a tree that keeps what `JSON.parse` loses out: int and float, integers of any size, the order of keys.
 *
 * Source: RFC 8259; and Python's json for `NaN`, `Infinity` and `-Infinity`. No recursion, whatever the depth.
 */
import { Float } from "../core/values/index.ts";
import { JsonError } from "./error.ts";

/** An object of JSON: its members in order, equal names included. */
export class Members {
  readonly entries: [string, JsonNode][] = [];
}

/** What JSON text stands for. */
export type JsonNode = null | boolean | string | number | bigint | Float | JsonNode[] | Members;

// CPython refuses more (sys.int_info.default_max_str_digits), and V8's parsing of them is quadratic.
const MOST_DIGITS = 4300;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null|NaN|-?Infinity/y;

const WORDS: ReadonlyMap<string, JsonNode> = new Map<string, JsonNode>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** Reads documents one after another, with nothing or white space between them. */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether another document follows. */
  get hasMore(): boolean {
    this.#match(SPACE);
    return this.#at < this.#text.length;
  }

  /**
   * The next document.
   *
   * @throws JsonError `bad-json` with the place in the text
   */
  next(): JsonNode {
    const open: (JsonNode[] | Members)[] = [];
    const keys: string[] = [];
    for (;;) {
      let value: JsonNode;
      this.#match(SPACE);
      const sign = this.#text[this.#at];
      if (sign === "[" || sign === "{") {
        this.#at++;
        const container = sign === "[" ? [] : new Members();
        this.#match(SPACE);
        if (this.#text[this.#at] !== (sign === "[" ? "]" : "}")) {
          open.push(container);
          keys.push(sign === "[" ? "" : this.#key());
          continue;
        }
        this.#at++;
        value = container;
      } else value = this.#scalar();
      // The value goes to where it belongs; a container that it completes is the next value.
      for (;;) {
        const top = open[open.length - 1];
        if (top === undefined) return value;
        const isList = Array.isArray(top);
        if (isList) top.push(value);
        else top.entries.push([keys[keys.length - 1] as string, value]);
        this.#match(SPACE);
        const next = this.#text[this.#at++];
        if (next === ",") {
          if (!isList) keys[keys.length - 1] = this.#key();
          break;
        }
        if (next !== (isList ? "]" : "}")) {
          this.#at--;
          throw this.#bad(isList ? '"," or "]" is missing' : '"," or "}" is missing');
        }
        open.pop();
        keys.pop();
        value = top;
      }
    }
  }

  #key(): string {
    this.#match(SPACE);
    const text = this.#string();
    if (text === undefined) throw this.#bad("a name in quotes is missing");
    this.#match(SPACE);
    if (this.#text[this.#at] !== ":") throw this.#bad('":" is missing');
    this.#at++;
    return text;
  }

  // No regular expression: V8's takes stack for each escape of a long string.
  #string(): string | undefined {
    const text = this.#text;
    const start = this.#at;
    if (text[start] !== '"') return undefined;
    for (let end = start + 1; ; end++) {
      end = text.indexOf('"', end);
      if (end < 0) throw this.#bad("a string has no end");
      let escapes = 0;
      while (text[end - 1 - escapes] === "\\") escapes++;
      if (escapes % 2 === 1) continue;
      try {
        const value = JSON.parse(text.slice(start, end + 1)) as string;
        this.#at = end + 1;
        return value;
      } catch {
        throw this.#bad("a string has a wrong escape or a control character");
      }
    }
  }

  #scalar(): JsonNode {
    const text = this.#string();
    if (text !== undefined) return text;
    const number = this.#match(NUMBER);
    if (number !== undefined && number !== "-") return this.#number(number);
    const word = this.#match(WORD);
    if (word === undefined) throw this.#bad("no JSON value");
    return WORDS.get(word) as JsonNode;
  }

  #number(text: string): JsonNode {
    if (/[.eE]/.test(text)) {
      const value = Number(text);
      return Number.isInteger(value) ? new Float(value) : value;
    }
    if (text.length <= 15) return text === "-0" ? 0 : Number(text);
    if (text.length > MOST_DIGITS) throw this.#bad(`an integer of more than ${MOST_DIGITS} digits`);
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #bad(why: string): JsonError {
    const before = this.#text.slice(0, this.#at).split("\n");
    const place = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    return new JsonError("bad-json", why, place);
  }
}

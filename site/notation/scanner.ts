/** Text in, the small pieces of the notation out: white space, words, numbers, strings, bytes. */
import { Float } from "brine";
import { NotationError } from "./error.ts";

// As CPython's sys.int_info.default_max_str_digits; V8 needs quadratic time for more.
const MOST_DIGITS = 4300;

const SPACE = /(?:[\s\uFEFF]|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER =
  /0[xX][\da-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "0": "\0",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "/": "/",
};
const CODES: Readonly<Record<string, RegExp>> = {
  x: /[\da-fA-F]{2}/y,
  u: /[\da-fA-F]{4}|\{[\da-fA-F]{1,6}\}/y,
  U: /[\da-fA-F]{8}/y,
};

/** Where the reading stands, and what can be read there. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character that comes next, behind white space and comments; `""` at the end. */
  peek(): string {
    this.#match(SPACE);
    if (this.text.startsWith("/*", this.at)) this.fail("a comment has no end");
    return this.text[this.at] ?? "";
  }

  /** Takes `sign`, where it comes next. */
  take(sign: string): boolean {
    this.peek();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  /** Takes `sign` or refuses. */
  expect(sign: string, inside: string): void {
    if (!this.take(sign))
      this.fail(`"${sign}" is missing in ${inside}, ${this.found()} stands here`);
  }

  /** A name such as `None` or `Employee`, or `undefined`. */
  word(): string | undefined {
    this.peek();
    return this.#match(WORD);
  }

  /** What stands here, for messages. */
  found(): string {
    const next = this.peek();
    return next === ""
      ? "the end"
      : JSON.stringify(String.fromCodePoint(this.text.codePointAt(this.at) ?? 0));
  }

  /** @throws NotationError always */
  fail(message: string, at: number = this.at): never {
    throw new NotationError(message, this.text, at);
  }

  /** A number without its sign; `undefined` where none begins here. */
  number(isNegative: boolean): number | bigint | Float | undefined {
    const start = this.at;
    const found = this.#match(NUMBER);
    if (found === undefined) return undefined;
    if (/[\p{L}\p{N}_$.]/u.test(this.text[this.at] ?? "")) this.fail("no number ends like this");
    const digits = found.replaceAll("_", "");
    if (/__|_$|_n$|^_|_\.|\._/.test(found))
      this.fail("an underscore stands between two digits", start);
    const plain = digits.replace(/n$/, "");
    if (plain.length > MOST_DIGITS) this.fail(`a number of more than ${MOST_DIGITS} digits`, start);
    if (DECIMAL.test(plain) && /[.eE]/.test(plain)) {
      if (digits.endsWith("n")) this.fail("a bigint has no fraction", start);
      const value = isNegative ? -Number(plain) : Number(plain);
      return Number.isInteger(value) ? new Float(value) : value;
    }
    if (/^0\d/.test(plain)) this.fail("an integer does not begin with 0", start);
    if (!/^\d+$|^0[xX][\da-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(plain))
      this.fail("no number", start);
    const value = isNegative ? -BigInt(plain) : BigInt(plain);
    const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return isSafe ? Number(value) : value;
  }

  /** The text of a string that begins here with its quote. */
  string(): string {
    let value = "";
    this.#quoted((code) => {
      value += String.fromCodePoint(code);
    }, CODES);
    return value;
  }

  /** What `b"…"` holds, from its quote on. */
  bytes(): Uint8Array {
    const values: number[] = [];
    this.#quoted((code, at) => {
      if (code > 0xff) this.fail("bytes are written as ASCII and \\x00 to \\xff", at);
      values.push(code);
    }, BYTE_CODES);
    return Uint8Array.from(values);
  }

  #quoted(push: (code: number, at: number) => void, codes: Readonly<Record<string, RegExp>>): void {
    const { text } = this;
    const start = this.at;
    const quote = text[this.at++] as string;
    for (;;) {
      const at = this.at;
      const code = text.codePointAt(at);
      if (code === undefined || code === 0x0a) this.fail("a string has no end", start);
      const character = String.fromCodePoint(code);
      this.at += character.length;
      if (character === quote) return;
      if (character !== "\\") {
        if (codes === BYTE_CODES && code > 0x7e) {
          this.fail("bytes are written as ASCII and \\x00 to \\xff", at);
        }
        push(code, at);
        continue;
      }
      const kind = text[this.at++] ?? "";
      const pattern = codes[kind];
      if (pattern === undefined) {
        const plain = ESCAPES[kind];
        if (plain === undefined) this.fail("no such escape", at);
        push(plain.charCodeAt(0), at);
        continue;
      }
      const hex = this.#match(pattern)?.replaceAll(/[{}]/g, "");
      const value = hex === undefined ? Number.NaN : Number.parseInt(hex, 16);
      if (!(value <= 0x10ffff)) this.fail(`\\${kind} stands before hexadecimal digits`, at);
      push(value, at);
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found[0];
  }
}

const BYTE_CODES: Readonly<Record<string, RegExp>> = { x: CODES["x"] as RegExp };

/**
 * A value as Python or JavaScript writes it in, the value out. Nothing is evaluated: what is written is taken for data.
 *
 * | written | value |
 * |---|---|
 * | `null None true True false False` | None, bool |
 * | `12`, `0xff`, `1_000`, `2n` | int |
 * | `1.0`, `1e3`, `NaN`, `Infinity`, `nan`, `inf` | float |
 * | `"text"`, `'text'`, `b"bytes\x00"` | str, bytes |
 * | `[1, 2]`, `(1, 2)`, `(1,)`, `()` | list, tuple |
 * | `{a: 1, "b": 2, 3: 4}`, `Map([[1, 2]])` | dict; a bare name is a text, as in JavaScript |
 * | `{1, 2}`, `Set([1, 2])`, `set()`, `frozenset({1})` | set, frozenset |
 * | `bytearray(b"…")`, `Date("2024-02-29T12:00Z")` | bytearray, datetime |
 * | `staff.Employee` | a class or function, by its name |
 * | `decimal.Decimal("1.5")` | what Python gets when it calls that |
 * | `staff.Employee {name: "Ann"}` | an instance, made without its constructor, with attributes |
 * | `&a [1, *a]` | `&a` names a value, `*a` is that very object again |
 *
 * Comments are those of both languages; a comma may stand behind the last item.
 */
import { ByteArray, FrozenSet, Global, Instance, PyDict, PySet, Tuple } from "brine";
import { Scanner } from "./scanner.ts";

export { NotationError } from "./error.ts";

// The parser calls itself for each level.
const DEEPEST = 400;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["null", null],
  ["None", null],
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["inf", Number.POSITIVE_INFINITY],
]);

/** In front of a colon these are values, while JavaScript's words are text there. */
const PYTHON_KEYS: ReadonlySet<string> = new Set(["None", "True", "False"]);

/**
 * The value that `text` writes down.
 *
 * @throws NotationError with line and column
 */
export function parseNotation(text: string): unknown {
  return new Parser(text).whole();
}

/** A name whose value has not been made yet. */
const PENDING: unique symbol = Symbol("pending");

class Parser {
  readonly #scanner: Scanner;
  readonly #named = new Map<string, unknown>();
  /** What is being filled, the outermost first; a tuple or arguments among it cannot be changed later. */
  readonly #open: object[] = [];
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  whole(): unknown {
    const scanner = this.#scanner;
    if (scanner.peek() === "") scanner.fail("there is no value yet");
    const value = this.#value(undefined);
    if (scanner.peek() !== "") scanner.fail(`the value ends before ${scanner.found()}`);
    return value;
  }

  // `name` is what the value was called with `&`: containers take it before they are filled, so that they can hold themselves.
  #value(name: string | undefined): unknown {
    const scanner = this.#scanner;
    if (++this.#depth > DEEPEST) scanner.fail(`more than ${DEEPEST} levels`);
    const value = this.#one(name);
    this.#depth--;
    if (name !== undefined) this.#named.set(name, value);
    return value;
  }

  #one(name: string | undefined): unknown {
    const scanner = this.#scanner;
    const sign = scanner.peek();
    const start = scanner.at;
    switch (sign) {
      case "[":
        return this.#list(this.#early([], name));
      case "(":
        return this.#parenthesis(name);
      case "{":
        return this.#braces(name);
      case '"':
      case "'":
        return scanner.string();
      case "&":
        return this.#anchor();
      case "*":
        return this.#reference();
      case "-":
      case "+":
        scanner.at++;
        return this.#signed(sign === "-");
    }
    if (/^[bB]["']/.test(scanner.text.slice(start, start + 2))) {
      scanner.at++;
      return scanner.bytes();
    }
    const number = /[\d.]/.test(sign) ? scanner.number(false) : undefined;
    if (number !== undefined) return number;
    const word = scanner.word();
    if (word === undefined) return scanner.fail(`no value begins with ${scanner.found()}`);
    return this.#wordly(word, start, name);
  }

  #early<Value>(value: Value, name: string | undefined): Value {
    if (name !== undefined) this.#named.set(name, value);
    return value;
  }

  #signed(isNegative: boolean): unknown {
    const scanner = this.#scanner;
    const sign = scanner.peek();
    if (/[\d.]/.test(sign)) {
      const number = scanner.number(isNegative);
      if (number !== undefined) return number;
    }
    const at = scanner.at;
    const word = scanner.word();
    if (word === "Infinity" || word === "inf") {
      return isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    return scanner.fail("a sign stands before a number", at);
  }

  #anchor(): unknown {
    const scanner = this.#scanner;
    scanner.at++;
    const at = scanner.at;
    const name = scanner.word();
    if (name === undefined) return scanner.fail("& gives a name to the value behind it: &a [1]");
    if (this.#named.has(name)) scanner.fail(`&${name} is there already`, at);
    this.#named.set(name, PENDING);
    return this.#value(name);
  }

  #reference(): unknown {
    const scanner = this.#scanner;
    const at = scanner.at++;
    const name = scanner.word();
    if (name === undefined || !this.#named.has(name)) {
      return scanner.fail(`*${name ?? ""} is the name of nothing that stands before it`, at);
    }
    const value = this.#named.get(name);
    if (value === PENDING) scanner.fail(`*${name} cannot stand within what makes it`, at);
    // Neither could Python make such a tuple, nor hash it.
    const place = value instanceof Tuple ? this.#open.indexOf(value) : -1;
    if (place >= 0 && this.#open.slice(place).every((one) => one instanceof Tuple)) {
      scanner.fail("a tuple holds itself only through a list, dict or instance", at);
    }
    return value;
  }

  // Items up to the closing sign; a comma may stand behind the last one.
  #items(close: string, inside: string, push: (value: unknown, at: number) => void): void {
    const scanner = this.#scanner;
    while (!scanner.take(close)) {
      scanner.peek();
      const at = scanner.at;
      push(this.#value(undefined), at);
      if (scanner.take(close)) return;
      if (!scanner.take(",")) {
        scanner.fail(`"," or "${close}" is missing in ${inside}, ${scanner.found()} stands here`);
      }
    }
  }

  #list(list: unknown[]): unknown[] {
    this.#scanner.at++;
    this.#open.push(list);
    this.#items("]", "a list", (value) => list.push(value));
    this.#open.pop();
    return list;
  }

  // (1, 2) is a tuple, (1) is 1.
  #parenthesis(name: string | undefined): unknown {
    const scanner = this.#scanner;
    const start = scanner.at++;
    const tuple = this.#early(new Tuple(), name);
    let hasComma = false;
    this.#open.push(tuple);
    while (!scanner.take(")")) {
      tuple.push(this.#value(undefined));
      if (scanner.take(")")) break;
      scanner.expect(",", "a tuple");
      hasComma = true;
    }
    this.#open.pop();
    if (tuple.length !== 1 || hasComma) return tuple;
    if (name !== undefined) scanner.fail("a tuple of one needs a comma: (1,)", start);
    return tuple[0];
  }

  // A dict, or a set where the first value has no colon behind it.
  #braces(name: string | undefined): PyDict | PySet {
    const dict = this.#early(new PyDict(), name);
    this.#open.push(dict);
    const made = this.#filled(dict, name);
    this.#open.pop();
    return made;
  }

  #filled(dict: PyDict, name: string | undefined): PyDict | PySet {
    const scanner = this.#scanner;
    scanner.at++;
    if (scanner.take("}")) return dict;
    const [key, at] = this.#key();
    if (scanner.take(":")) {
      dict.set(this.#hashable(key, at), this.#value(undefined));
      while (!scanner.take("}")) {
        scanner.expect(",", "a dict");
        if (scanner.take("}")) break;
        const [next, place] = this.#key();
        scanner.expect(":", "a dict");
        dict.set(this.#hashable(next, place), this.#value(undefined));
      }
      return dict;
    }
    const set = this.#early(new PySet(), name);
    set.add(this.#hashable(key, at));
    if (!scanner.take("}")) {
      scanner.expect(",", "a set, or a colon behind a key");
      this.#items("}", "a set", (value, place) => set.add(this.#hashable(value, place)));
    }
    return set;
  }

  #key(): [value: unknown, at: number] {
    const scanner = this.#scanner;
    scanner.peek();
    const at = scanner.at;
    const word = scanner.word();
    if (word !== undefined && !PYTHON_KEYS.has(word) && scanner.peek() === ":") return [word, at];
    scanner.at = at;
    return [this.#value(undefined), at];
  }

  #hashable(value: unknown, at: number): unknown {
    const seen = new Set<unknown>([value]);
    // A set goes on over what is added meanwhile.
    for (const one of seen) {
      if (one instanceof FrozenSet) continue;
      const isMutable = Array.isArray(one) || one instanceof Map || one instanceof Set;
      if (one instanceof Tuple && !this.#open.includes(one)) {
        for (const part of one) seen.add(part);
      } else if (isMutable || one instanceof ByteArray) {
        this.#scanner.fail("lists, dicts and sets can be no keys, and no members of a set", at);
      }
    }
    return value;
  }

  // A constant, a constructor of JavaScript or Python, or a dotted name.
  #wordly(first: string, start: number, name: string | undefined): unknown {
    const scanner = this.#scanner;
    if (CONSTANTS.has(first)) return CONSTANTS.get(first);
    const word = first === "new" ? (scanner.word() ?? "") : first;
    if (scanner.peek() === "." && first !== "new") return this.#dotted(word, name);
    if (scanner.peek() !== "(" || !BUILDERS.has(word)) {
      const hint = "a class or function has its module before it, as in staff.Employee";
      return scanner.fail(`${word || "new"} is no value; ${hint}`, start);
    }
    const args = this.#arguments();
    return this.#build(word, args, start);
  }

  #dotted(first: string, name: string | undefined): unknown {
    const scanner = this.#scanner;
    let path = first;
    while (scanner.take(".")) {
      const part = scanner.word();
      if (part === undefined) scanner.fail("a name is missing behind the dot");
      path += `.${part}`;
    }
    const callable = Global.parse(path);
    const sign = scanner.peek();
    if (sign !== "(" && sign !== "{") return callable;
    const isCall = sign === "(";
    // Others may refer to an instance while its attributes are read, but not while its arguments are.
    const args = isCall ? this.#arguments() : new Tuple();
    const instance = this.#early(new Instance(isCall ? "call" : "new", callable, args), name);
    if (scanner.peek() === "{") {
      const at = scanner.at;
      const state = this.#braces(undefined);
      if (!(state instanceof PyDict)) scanner.fail("attributes are name: value", at);
      instance.state = state;
    }
    return instance;
  }

  #arguments(): unknown[] {
    const args = new Tuple();
    this.#scanner.at++;
    this.#open.push(args);
    this.#items(")", "arguments", (value) => args.push(value));
    this.#open.pop();
    return args;
  }

  #build(word: string, args: readonly unknown[], start: number): unknown {
    const scanner = this.#scanner;
    const [arg] = args;
    if (args.length > 1) scanner.fail(`${word} takes one value`, start);
    if (word === "Date") {
      const time = typeof arg === "string" || typeof arg === "number" ? new Date(arg) : undefined;
      if (time === undefined || Number.isNaN(time.getTime())) {
        return scanner.fail('Date takes a time such as "2024-02-29T12:00:00Z"', start);
      }
      return time;
    }
    if (word === "bytearray") {
      if (!(arg instanceof Uint8Array)) scanner.fail('bytearray takes bytes, b"…"', start);
      return new ByteArray(arg as Uint8Array);
    }
    if (args.length > 0 && !Array.isArray(arg) && !(arg instanceof Set)) {
      scanner.fail(`${word} takes a list`, start);
    }
    // Checked above; nothing at all is empty.
    const items = [...((arg ?? []) as Iterable<unknown>)];
    if (word === "Map") {
      const dict = new PyDict();
      for (const item of items) {
        if (!Array.isArray(item) || item.length !== 2)
          scanner.fail("Map takes [key, value]s", start);
        const [key, value] = item as [unknown, unknown];
        dict.set(this.#hashable(key, start), value);
      }
      return dict;
    }
    for (const item of items) this.#hashable(item, start);
    return word === "frozenset" ? new FrozenSet(items) : new PySet(items);
  }
}

const BUILDERS: ReadonlySet<string> = new Set([
  "Map",
  "Set",
  "Date",
  "set",
  "frozenset",
  "bytearray",
]);

/** Shapes in, the text of a TypeScript module with their types out. */
import { GENERIC, GLOBALS, type Known, TAKEN } from "./known.ts";
import { comment, commonWords, fieldName, pascal, wordsOf } from "./names.ts";
import {
  BIGINT,
  BOOLEAN,
  type Field,
  NULL,
  NUMBER,
  type Part,
  type Place,
  real,
  type Shapes,
  STRING,
  UNDEFINED,
} from "./shapes.ts";
import { simplify } from "./simplify.ts";

/** How declarations are written. */
export interface DeclareOptions {
  /** Name of the type of the whole. */
  readonly name: string;
  /** Lines of the comment at the top; whatever they hold cannot end it. */
  readonly about: readonly string[];
}

/** Beyond this an import takes a line for each name. */
const LONGEST_LINE = 100;
/** More types than this at one place are `unknown`. */
const MOST_MEMBERS = 24;
/** Types inside one another, or beside one another, that are written without a name. */
const MOST_WEIGHT = 40;

/** Whether `name` can be the name of a type here. */
export function isTypeName(name: string): boolean {
  return /^[A-Z][A-Za-z0-9_]{0,99}$/.test(name) && !TAKEN.has(name);
}

/** The whole text: a comment, imports, and declarations, from the outermost to the innermost. */
export function declarations(shapes: Shapes, root: Place, options: DeclareOptions): string {
  simplify(shapes);
  return new Writer(shapes, real(root), options).module(real(root));
}

class Writer {
  readonly #options: DeclareOptions;
  readonly #names = new Map<Part, string>();
  readonly #taken = new Set<string>();
  /** How often a name was wanted: the same one 20000 times must not be 20000 searches. */
  readonly #numbers = new Map<string, number>();
  readonly #imports = new Map<string, Set<string>>();
  readonly #cuts = new Set<string>();
  /** The rows of DataFrames. */
  readonly #rows: ReadonlySet<Part>;
  /** Names that the text has for what is not declared in it. */
  readonly #others: ReadonlySet<string>;
  #usesTemporal = false;

  constructor(shapes: Shapes, root: Place, options: DeclareOptions) {
    this.#options = options;
    const parts = shapes.parts.filter(({ into }) => into === undefined);
    this.#rows = new Set(parts.filter(({ kind }) => kind === "DataFrame").flatMap(insideOf));
    const places = [root, ...parts.flatMap(placesOf)].map((place) => real(place));
    const texts = [
      ...places.flatMap((place) => [...place.classes].map(({ text }) => text)),
      ...parts.map(({ kind, base }) => base?.text ?? kind),
    ];
    const names = texts.flatMap((text) => text.match(/(?<![.\w])\w+/g) ?? []);
    this.#others = new Set([...GLOBALS, ...names]);
  }

  module(root: Place): string {
    const { name } = this.#options;
    this.#taken.add(name.toLowerCase());
    const named = namedParts(root);
    const [alone] = root.parts.values();
    // The whole is one interface, or a type that needs a name of its own: that name.
    const isNamed = alone !== undefined && membersOf(root) === 1 && named.has(real(alone));
    if (isNamed) this.#names.set(real(alone), name);
    for (const part of named) if (!this.#names.has(part)) this.#names.set(part, this.#free(part));
    const texts = [...this.#names].map(([part, own]) => this.#declaration(part, own));
    if (!isNamed) texts.unshift(`export type ${name} = ${this.#type(root).text};\n`);
    return `${this.#about()}\n${this.#importLines()}${texts.join("\n")}`;
  }

  #about(): string {
    const lines = this.#options.about.map(comment);
    if (this.#usesTemporal) {
      lines.push(
        "",
        'Temporal is the runtime\'s (lib "esnext.temporal"), or that of the package temporal-polyfill.',
      );
    }
    if (this.#cuts.size > 0) lines.push("", `unknown stands for ${[...this.#cuts].join("; ")}.`);
    return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
  }

  #importLines(): string {
    const lines = [...this.#imports]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([from, names]) => {
        const sorted = [...names].sort();
        const line = `import type { ${sorted.join(", ")} } from "${from}";\n`;
        if (line.length <= LONGEST_LINE) return line;
        return `import type {\n${sorted.map((name) => `  ${name},\n`).join("")}} from "${from}";\n`;
      });
    return lines.length > 0 ? `${lines.join("")}\n` : "";
  }

  // No two differ in case alone: a reader would take them for one.
  #free(part: Part): string {
    const path = classOf(part);
    const base =
      path === undefined
        ? pascal(commonWords(part.names)) || "Item"
        : classWord(path) || "PythonObject";
    const suffix = this.#rows.has(part) ? "Row" : SUFFIX[part.kind];
    const stem = base + (suffix ?? (isInterface(part) || part.kind === "object" ? "" : "List"));
    let number = this.#numbers.get(stem) ?? 1;
    let name = number === 1 ? stem : `${stem}${number}`;
    while (this.#taken.has(name.toLowerCase()) || this.#others.has(name))
      name = `${stem}${++number}`;
    this.#numbers.set(stem, number);
    this.#taken.add(name.toLowerCase());
    return name;
  }

  #declaration(part: Part, name: string): string {
    const path = classOf(part);
    const note = path === undefined ? "" : `/** An instance of ${comment(path)}. */\n`;
    if (part.kind === "namespace" || part.kind === "object" || path !== undefined) {
      const base = part.base === undefined ? "" : ` extends ${this.#use(part.base)}`;
      const body = path === undefined ? this.#fields(part, "  ") : this.#instance(part);
      // Only a type alias is, to TypeScript, a Record<string, unknown>, as rows have to be.
      return this.#rows.has(part)
        ? `export type ${name} = {\n${body}};\n`
        : `${note}export interface ${name}${base} {\n${body}}\n`;
    }
    if (part.kind === "DataFrame") {
      const body = this.#toRows(this.#type(part.inner[0] as Place).text);
      return `export interface ${name} extends ${this.#use(part.base as Known)} {\n${body}}\n`;
    }
    return `export type ${name} = ${this.#structure(part)};\n`;
  }

  #toRows(row: string): string {
    if (row === "unknown") return "";
    const options = this.#use({ text: "RowOptions", name: "RowOptions", from: "brine" });
    return `  toRows(options?: ${options}): Generator<${row}, void, undefined>;\n`;
  }

  #fields(part: Part, indent: string): string {
    if (part.fields === undefined) {
      const { text } = this.#type(part.inner[0] as Place);
      return `${indent}[key: string]: ${text};\n`;
    }
    let text = "";
    for (const [key, { place, count }] of part.fields) {
      const isOptional = count < part.count;
      // Where the key is missing there is still what every object inherits.
      const inherited = isOptional && INHERITED.has(key) ? ` | Object["${key}"]` : "";
      const type = this.#type(place).text + inherited;
      text += `${indent}${fieldName(key)}${isOptional ? "?" : ""}: ${type};\n`;
    }
    return text;
  }

  #instance(part: Part): string {
    const fields = this.#fields(part, "    ");
    let text = fields === "" ? "" : `  readonly attributes: {\n${fields}  };\n`;
    for (const [name, field] of part.extras) text += this.#extra(name, field, part);
    return text;
  }

  // Each has to extend what Instance says of it; where little is known, that is as good.
  #extra(name: string, { place, count }: Field, part: Part): string {
    const { text } = this.#type(place);
    const isAlways = count === part.count;
    if (text === "unknown") return "";
    if (name === "args") return isAlways && text !== "[]" ? this.#args(place) : "";
    if (name === "entries" && !text.startsWith("[")) return "";
    return `  ${name}: ${text}${isAlways ? "" : " | undefined"};\n`;
  }

  #args(place: Place): string {
    const tuple = real(real(place).parts.get("tuple") as Part);
    if (!tuple.fixed)
      return `  readonly args: readonly (${this.#type(tuple.inner[0] as Place).text})[];\n`;
    const text = this.#part(tuple);
    return `  readonly args: ${text.startsWith("[") ? `readonly ${text}` : `Readonly<${text}>`};\n`;
  }

  /** The type of a place, and whether it is a union. */
  #type(at: Place): { readonly text: string; readonly isUnion: boolean } {
    const place = real(at);
    const cut = place.cut ?? (membersOf(place) > MOST_MEMBERS ? TOO_MANY : undefined);
    if (cut !== undefined) {
      this.#cuts.add(cut);
      return { text: "unknown", isUnion: false };
    }
    const members = new Set<string>();
    for (const [bit, text] of PRIMITIVES) if (place.bits & bit) members.add(text);
    for (const known of place.classes) members.add(this.#use(known));
    for (const part of place.parts.values()) members.add(this.#part(real(part)));
    if (place.bits & NULL) members.add("null");
    if (place.bits & UNDEFINED) members.add("undefined");
    return { text: [...members].join(" | ") || "unknown", isUnion: members.size > 1 };
  }

  #part(part: Part): string {
    return this.#names.get(part) ?? this.#structure(part);
  }

  #structure(part: Part): string {
    const types = part.inner.map((place) => this.#type(place));
    const [first = { text: "unknown", isUnion: false }] = types;
    const list = types.map(({ text }) => text).join(", ");
    switch (part.kind) {
      case "list":
        return first.isUnion ? `(${first.text})[]` : `${first.text}[]`;
      case "tuple":
        return part.fixed ? `[${list}]` : `${this.#use(GENERIC["Tuple"] as Known)}<${first.text}>`;
      case "object":
        return `Record<string, ${first.text}>`;
      case "Counter":
        return `${this.#use(GENERIC["Counter"] as Known)}<${first.text}>`;
      default: {
        const known = GENERIC[part.kind];
        return `${known === undefined ? part.kind : this.#use(known)}<${list}>`;
      }
    }
  }

  #use({ text, name, from }: Known): string {
    if (from !== undefined && name !== undefined) {
      const names = this.#imports.get(from) ?? new Set<string>();
      this.#imports.set(from, names.add(name));
    }
    this.#usesTemporal ||= text.startsWith("Temporal.");
    return text;
  }
}

const TOO_MANY = `what is of more than ${MOST_MEMBERS} types at one place`;

const PRIMITIVES: readonly (readonly [bit: number, text: string])[] = [
  [STRING, "string"],
  [NUMBER, "number"],
  [BIGINT, "bigint"],
  [BOOLEAN, "boolean"],
];

// What lib.es5.d.ts says that every object has.
const INHERITED: ReadonlySet<string> = new Set([
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]);

const SUFFIX: Readonly<Record<string, string>> = {
  tuple: "Tuple",
  Map: "Map",
  Set: "Set",
  ReadonlySet: "Set",
  OrderedDict: "Dict",
  DefaultDict: "Dict",
  DataFrame: "Frame",
  Counter: "Counter",
};

// "module.Class" of an instance's part.
function classOf(part: Part): string | undefined {
  return part.kind.startsWith(INSTANCE) ? part.kind.slice(INSTANCE.length) : undefined;
}

const INSTANCE = "instance ";

// As Python has it, where it is a name for a type.
function classWord(path: string): string {
  const name = path.split(".").at(-1) ?? "";
  return /^[A-Z]\w{0,59}$/.test(name) ? name : pascal(wordsOf(name));
}

function isInterface(part: Part): boolean {
  return (
    part.kind === "namespace" ||
    part.kind === "DataFrame" ||
    part.kind.startsWith(INSTANCE) ||
    (part.kind === "object" && part.fields !== undefined && part.fields.size > 0)
  );
}

function membersOf(place: Place): number {
  let bits = 0;
  for (let rest = place.bits; rest !== 0; rest &= rest - 1) bits++;
  return bits + place.classes.size + place.parts.size;
}

// One that stands there twice comes twice: so long is the text.
function partsAt(places: Iterable<Place>): Part[] {
  const found: Part[] = [];
  for (const at of places) {
    const place = real(at);
    if (place.cut !== undefined || membersOf(place) > MOST_MEMBERS) continue;
    for (const part of place.parts.values()) found.push(real(part));
  }
  return found;
}

function placesOf({ inner, fields, extras }: Part): Place[] {
  return [...inner, ...[...(fields?.values() ?? []), ...extras.values()].map(({ place }) => place)];
}

function insideOf(part: Part): Part[] {
  return partsAt(placesOf(part));
}

interface Visit {
  /** `undefined` for the interface, or the whole, that the walk began with. */
  readonly part: Part | undefined;
  readonly inside: readonly Part[];
  next: number;
  weight: number;
}

/**
 * The parts that get a name, in order of appearance: interfaces, what leads back to itself, and what would be too long.
 * A walk with a stack of its own, one for each interface.
 */
function namedParts(root: Place): Set<Part> {
  const named = new Set<Part>();
  const weights = new Map<Part, number>();
  const begun = new Set<Part>();
  const queue: Part[][] = [partsAt([root])];
  for (let at = 0; at < queue.length; at++) {
    const stack: Visit[] = [{ part: undefined, inside: queue[at] as Part[], next: 0, weight: 1 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const part = top.inside[top.next++];
      if (part === undefined) {
        stack.pop();
        if (top.part === undefined) break;
        weights.set(top.part, top.weight);
        if (top.weight > MOST_WEIGHT) named.add(top.part);
        (stack.at(-1) as Visit).weight += named.has(top.part) ? 1 : top.weight;
      } else if (isInterface(part)) {
        if (!named.has(part)) queue.push(insideOf(part));
        named.add(part);
        top.weight++;
      } else if (begun.has(part)) {
        const weight = weights.get(part);
        // Not done yet: it is around itself.
        if (weight === undefined) named.add(part);
        top.weight += weight === undefined || named.has(part) ? 1 : weight;
      } else {
        begun.add(part);
        stack.push({ part, inside: insideOf(part), next: 0, weight: 1 });
      }
    }
  }
  return named;
}

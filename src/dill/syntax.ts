/**
 * The text of a function in, what it is and needs out: its form, the names that come from outside, and whatever keeps
 * it from travelling. acorn parses, eslint-scope resolves names.
 */
import { Refusal } from "./error.ts";
import { type Node, nodesIn, type Parsers, parserOf, type Reference } from "./parsers.ts";

/** How the text becomes a function again: as an expression, or as a member of an object literal. */
export type Form = "expression" | "method" | "get" | "set" | "class";

/** What a text says. */
export interface Syntax {
  readonly form: Form;
  /** The text to evaluate: of a class without its static values, and with a name for what it extends. */
  readonly text: string;
  readonly isArrow: boolean;
  /** The name in the text itself, where it has one that the function can use. */
  readonly ownName: string | undefined;
  readonly usesOwnName: boolean;
  /** As a declaration it may put something else in its place, as the expression that it becomes it may not. */
  readonly writesOwnName: boolean;
  /** Names that come from outside. */
  readonly free: readonly Free[];
  /** Of a class that extends another: the name under which its text asks for it. */
  readonly superName: string | undefined;
  /** Of a class: it says `extends null`. */
  readonly extendsNull: boolean;
  /** Of a class: its methods and accessors, but private ones and the constructor. */
  readonly members: readonly Member[];
  /** Of a class: its computed names, which its methods tell and the variables around it do not. */
  readonly keys: readonly ComputedKey[];
  /** Of a class: whether its instances have private fields, methods or accessors. */
  readonly hasPrivate: boolean;
  /** Number of parameters before the first with a default or a rest. */
  readonly length: number;
  /** What the text alone says of strictness. */
  readonly mode: "strict" | "sloppy" | "either";
}

/** A name that comes from outside. */
export interface Free {
  readonly name: string;
  readonly written: boolean;
  /** A class needs it already while it is made. */
  readonly early: boolean;
  /** It is asked for by `typeof` alone, which does not mind that it is missing. */
  readonly onlyTypeof: boolean;
  /** How often the text names it. */
  readonly count: number;
}

/** A computed name in the text of a class. */
export interface ComputedKey {
  /** The name under which the text to evaluate asks for it. */
  readonly name: string;
  /** The method or accessor, as its own `toString` gives it. */
  readonly member: string;
  readonly isStatic: boolean;
}

const SUPER_NAME = "brine_superclass";

/** A method or accessor of a class. */
export interface Member {
  /** Undefined for a computed one. */
  readonly name: string | undefined;
  readonly isStatic: boolean;
  readonly kind: "value" | "get" | "set";
  /** As its own `toString` gives it. */
  readonly text: string;
}

/** @throws Refusal for what cannot travel */
export function syntaxOf(text: string, parsers: Parsers | undefined): Syntax {
  const parser = parserOf(parsers);
  const read = (source: string): Parsed | undefined =>
    parseAs(parser.parse, source, true) ?? parseAs(parser.parse, source, false);
  const parsed = read(text);
  if (parsed === undefined) throw unparsed(text);
  refuseParts(parsed);
  if (parsed.form === "class") {
    const uses = freeNames(parser.resolve(parsed.tree), parsed, []);
    const edited = editedClass(text, parsed, uses);
    const again = read(edited.text) as Parsed;
    return {
      form: "class",
      text: edited.text,
      isArrow: false,
      ownName: nameOf(parsed.fn["id"]),
      usesOwnName: false,
      writesOwnName: false,
      free: freeNames(parser.resolve(again.tree), again, earlyParts(again.fn)).filter(
        ({ name }) => !edited.keys.some((key) => key.name === name),
      ),
      superName: edited.superName,
      extendsNull: (parsed.fn["superClass"] as Node | null)?.type === "Literal",
      members: membersOf(parsed.fn).flatMap((member) => memberOf(text, member, parsed.offset)),
      keys: edited.keys,
      hasPrivate: membersOf(parsed.fn).some(
        (member) => member["static"] !== true && isPrivate(member),
      ),
      length: classLength(parsed.fn),
      mode: "strict",
    };
  }
  const ownName = parsed.form === "expression" ? nameOf(parsed.fn["id"]) : undefined;
  const sloppy = parsed.strict && parseAs(parser.parse, text, false) === undefined;
  return {
    form: parsed.form,
    text: parsed.form === "expression" ? text : withPlainKey(text, parsed),
    isArrow: parsed.fn.type === "ArrowFunctionExpression",
    ownName,
    usesOwnName: ownName !== undefined && usesName(parsed.fn, ownName),
    writesOwnName: ownName !== undefined && writesName(parsed.fn, ownName),
    free: freeNames(parser.resolve(parsed.tree), parsed, []),
    superName: undefined,
    extendsNull: false,
    members: [],
    keys: [],
    hasPrivate: false,
    length: parameterCount(parsed.fn),
    mode: hasDirective(parsed.fn) || sloppy ? "strict" : parsed.strict ? "either" : "sloppy",
  };
}

/** A text that was parsed. */
interface Parsed {
  readonly tree: Node;
  /** The function or class. */
  readonly fn: Node;
  /** The member of an object literal, or the same as `fn`. */
  readonly member: Node;
  readonly form: Form;
  readonly strict: boolean;
  /** Where the text begins in what was parsed. */
  readonly offset: number;
}

function parseAs(
  parse: (source: string) => Node | undefined,
  text: string,
  strict: boolean,
): Parsed | undefined {
  const head = strict ? '"use strict";(' : "(";
  const expression = soleExpression(parse(`${head}${text}\n)`), strict);
  if (expression !== undefined && /^(Arrow)?Function|^Class/.test(expression.type)) {
    const form = expression.type === "ClassExpression" ? "class" : "expression";
    const tree = expression.tree;
    return { tree, fn: expression, member: expression, form, strict, offset: head.length };
  }
  const object = soleExpression(parse(`${head}{${text}\n})`), strict);
  const properties = object?.["properties"] as readonly Node[] | undefined;
  const member = properties?.length === 1 ? properties[0] : undefined;
  if (object === undefined || member?.type !== "Property") return undefined;
  const fn = member["value"] as Node;
  if (fn.type !== "FunctionExpression") return undefined;
  const form = member["kind"] === "init" ? "method" : (member["kind"] as "get" | "set");
  return { tree: object.tree, fn, member, form, strict, offset: head.length + 1 };
}

// The one expression of a program, and the program.
function soleExpression(
  tree: Node | undefined,
  strict: boolean,
): (Node & { readonly tree: Node }) | undefined {
  const body = tree?.["body"] as readonly Node[] | undefined;
  if (tree === undefined || body?.length !== (strict ? 2 : 1)) return undefined;
  const expression = body.at(-1)?.["expression"] as Node | undefined;
  return expression === undefined ? undefined : { ...expression, tree };
}

// --- what cannot travel

// Alone these do not parse; the rest is a matter of the engine's being newer than the parser.
function unparsed(text: string): Refusal {
  if (/\bimport\s*\.\s*meta\b/.test(text)) return new Refusal("dynamic", "it uses `import.meta`");
  if (/\bnew\s*\.\s*target\b/.test(text))
    return new Refusal("lexical-this", "an arrow function uses `new.target`");
  return new Refusal("dynamic", "its source cannot be parsed");
}

const OWN_THIS = new Set(["FunctionExpression", "FunctionDeclaration"]);

function refuseParts({ fn, form }: Parsed): void {
  const isArrow = fn.type === "ArrowFunctionExpression";
  for (const { node, parents } of nodesIn(fn)) {
    // Whose `this`, `super` and `new.target` it is: a function's inside, or a member of a class inside.
    const isOuter = parents.every(
      (parent) =>
        (parent === fn ? isArrow || form === "class" : !OWN_THIS.has(parent.type)) &&
        !(parent !== fn && (parent.type === "PropertyDefinition" || parent.type === "StaticBlock")),
    );
    const inClass = parents.some((parent) => parent.type.startsWith("Class"));
    switch (node.type) {
      case "ThisExpression":
        if (isArrow && isOuter) throw new Refusal("lexical-this", "an arrow function uses `this`");
        if (form === "class" && isOuter)
          throw new Refusal("lexical-this", "a class uses the `this` around it");
        break;
      case "Super":
        if (!inClass && !insideObjectMethod(parents, fn))
          throw new Refusal(
            "super",
            "it uses `super`, which belongs to the object it was defined in",
          );
        break;
      case "PrivateIdentifier":
        if (!parents.some((parent) => declaresPrivate(parent, node["name"])))
          throw new Refusal(
            "private",
            `it uses #${String(node["name"])}, which belongs to its class alone`,
          );
        break;
      case "ImportExpression":
        refuseImport(node);
        break;
      case "WithStatement":
        throw new Refusal("dynamic", "it uses `with`, so its names cannot be known");
      case "CallExpression":
        if (nameOf(node["callee"]) === "eval")
          throw new Refusal("dynamic", "it calls `eval`, so its names cannot be known");
    }
  }
}

function declaresPrivate(node: Node, name: unknown): boolean {
  return (
    node.type.startsWith("Class") &&
    membersOf(node).some((member) => isPrivate(member) && (member["key"] as Node)["name"] === name)
  );
}

// A method of an object literal inside the function has a `super` of its own.
function insideObjectMethod(parents: readonly Node[], fn: Node): boolean {
  return parents.some(
    (parent) =>
      parent !== fn &&
      parent.type === "Property" &&
      (parent["method"] === true || parent["kind"] !== "init"),
  );
}

function refuseImport(node: Node): void {
  const source = node["source"] as Node;
  const name = source["value"];
  if (source.type !== "Literal" || typeof name !== "string")
    throw new Refusal("dynamic", "it imports a module whose name is known only when it runs");
  if (/^[./]/.test(name))
    throw new Refusal("dynamic", `it imports "${name}", which is another file elsewhere`);
}

// --- names

function freeNames(
  references: readonly Reference[],
  { fn, offset }: Parsed,
  earlyNodes: readonly Node[],
): Free[] {
  const typeofs = new Set<number>();
  for (const { node } of nodesIn(fn)) {
    if (node.type !== "UnaryExpression" || node["operator"] !== "typeof") continue;
    const argument = node["argument"] as Node;
    if (argument.type === "Identifier") typeofs.add(argument.start);
  }
  const found = new Map<string, Free>();
  for (const { name, written, start } of references) {
    if (start < offset) continue;
    const known = found.get(name);
    found.set(name, {
      name,
      written: written || known?.written === true,
      early:
        known?.early === true || earlyNodes.some((node) => node.start <= start && start < node.end),
      onlyTypeof: typeofs.has(start) && known?.onlyTypeof !== false,
      count: (known?.count ?? 0) + 1,
    });
  }
  return [...found.values()];
}

// What is evaluated when a class is made: what it extends, and computed names.
function earlyParts(fn: Node): Node[] {
  const parts = membersOf(fn)
    .filter((member) => member["computed"] === true)
    .map((member) => member["key"] as Node);
  const extended = fn["superClass"] as Node | null;
  return extended === null ? parts : [extended, ...parts];
}

// --- classes

function membersOf(fn: Node): readonly Node[] {
  return (fn["body"] as Node)["body"] as readonly Node[];
}

function isPrivate(member: Node): boolean {
  return (member["key"] as Node | undefined)?.type === "PrivateIdentifier";
}

// Static values are kept as values, not made again; what a class extends, and computed names, are asked for by one name.
function editedClass(
  text: string,
  { fn, offset }: Parsed,
  uses: readonly Free[],
): { text: string; superName: string | undefined; keys: ComputedKey[] } {
  const cuts: [from: number, to: number, put: string][] = [];
  const keys: ComputedKey[] = [];
  const unused = (name: string): string => (text.includes(name) ? unused(`${name}_`) : name);
  const isUsedOnce = (name: string): boolean =>
    uses.some((use) => use.name === name && use.count === 1);
  const extended = fn["superClass"] as Node | null;
  let superName: string | undefined;
  // A name that the class uses elsewhere too is a variable like others, whatever it extended once.
  const extendedName = nameOf(extended);
  if (extendedName !== undefined && isUsedOnce(extendedName)) superName = extendedName;
  else if (extended !== null && extended?.type !== "Literal") {
    superName = unused(SUPER_NAME);
    cuts.push([(extended as Node).start, (extended as Node).end, superName]);
  }
  for (const member of membersOf(fn)) {
    const isValue = member.type === "PropertyDefinition" || member.type === "AccessorProperty";
    const isStatic = member["static"] === true;
    if (member.type === "StaticBlock" || (isValue && isStatic)) {
      if (isPrivate(member))
        throw new Refusal("private", "its class has a static private value, which cannot be read");
      cuts.push([member.start, member.end, ";"]);
    } else if (member.type === "MethodDefinition" && member["computed"] === true) {
      const key = member["key"] as Node;
      // The name that it was given when it travelled before.
      const given = nameOf(key) ?? "";
      const isGiven = /^brine_key_\d+_*$/.test(given) && isUsedOnce(given);
      const name = isGiven ? given : unused(`brine_key_${keys.length}`);
      const whole = text.slice(member.start - offset, member.end - offset);
      keys.push({ name, member: isStatic ? whole.replace(STATIC, "") : whole, isStatic });
      cuts.push([key.start, key.end, name]);
    } else if (isValue && member["computed"] === true && !isSettled(member["key"] as Node)) {
      throw new Refusal("shape", "a field of its class has a computed name, which nobody can read");
    }
  }
  let edited = text;
  for (const [from, to, put] of cuts.sort((a, b) => b[0] - a[0]))
    edited = edited.slice(0, from - offset) + put + edited.slice(to - offset);
  return { text: edited, superName, keys };
}

// `static` in front of a member, with the space and the comments behind it.
const STATIC = /^static(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*/;
// What stands before the `[` of a computed name, and before the `]`.
const BEFORE_KEY = /(?:\s|\/\*[\s\S]*?\*\/|\/\/.*|async|get|set|\*)*/y;
const AFTER_KEY = /(?:\s|\/\*[\s\S]*?\*\/|\/\/.*|\))*/y;

function behind(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  pattern.exec(text);
  return pattern.lastIndex;
}

// A name that is the same whenever it is asked for: "a", Symbol.iterator.
function isSettled(key: Node): boolean {
  if (key.type === "Literal") return true;
  return key.type === "MemberExpression" && nameOf(key["object"]) === "Symbol";
}

function memberOf(text: string, member: Node, offset: number): Member[] {
  if (member.type !== "MethodDefinition" || member["kind"] === "constructor" || isPrivate(member))
    return [];
  const key = member["key"] as Node;
  const isStatic = member["static"] === true;
  const whole = text.slice(member.start - offset, member.end - offset);
  const kind = member["kind"] === "method" ? "value" : (member["kind"] as "get" | "set");
  const name = member["computed"] === true ? undefined : (nameOf(key) ?? String(key["value"]));
  return [{ name, isStatic, kind, text: isStatic ? whole.replace(STATIC, "") : whole }];
}

// A computed name is of no use any more: the function is taken out of its object by whatever name it has there.
function withPlainKey(text: string, { member, offset }: Parsed): string {
  if (member["computed"] !== true) return text;
  const key = member["key"] as Node;
  const from = behind(text, BEFORE_KEY, member.start - offset);
  const to = behind(text, AFTER_KEY, key.end - offset) + 1;
  return `${text.slice(0, from)}computed${text.slice(to)}`;
}

// --- small facts

function nameOf(node: unknown): string | undefined {
  const named = node as { type?: string; name?: string } | null | undefined;
  return named?.type === "Identifier" ? named.name : undefined;
}

function usesName(fn: Node, name: string): boolean {
  for (const { node } of nodesIn(fn)) {
    if (node !== fn["id"] && nameOf(node) === name) return true;
  }
  return false;
}

// Whether it may write to the name: a variable of the same name inside of it counts too.
function writesName(fn: Node, name: string): boolean {
  for (const { node } of nodesIn(fn)) {
    const targets =
      node.type === "AssignmentExpression" || /^For(In|Of)Statement$/.test(node.type)
        ? node["left"]
        : node.type === "UpdateExpression"
          ? node["argument"]
          : undefined;
    if (targets === undefined || (targets as Node).type === "MemberExpression") continue;
    for (const { node: target } of nodesIn(targets as Node))
      if (nameOf(target) === name) return true;
  }
  return false;
}

function parameterCount(fn: Node): number {
  const parameters = fn["params"] as readonly Node[];
  const end = parameters.findIndex(
    ({ type }) => type === "AssignmentPattern" || type === "RestElement",
  );
  return end < 0 ? parameters.length : end;
}

function classLength(fn: Node): number {
  const made = membersOf(fn).find((member) => member["kind"] === "constructor");
  return made === undefined ? 0 : parameterCount(made["value"] as Node);
}

function hasDirective(fn: Node): boolean {
  const body = (fn["body"] as Node)["body"];
  return (
    Array.isArray(body) && body.some((statement: Node) => statement["directive"] === "use strict")
  );
}

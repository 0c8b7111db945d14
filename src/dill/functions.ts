/** A function or class in, what makes it again out: its source, the variables that it captured, its own properties. */

import { Instance } from "../core/values/index.ts";
import { cellOf } from "./cells.ts";
import { saidOf } from "./closure.ts";
import { Refusal } from "./error.ts";
import { boundBy, scopesOf } from "./inspector.ts";
import { BOUND, CLASS, FUNCTION } from "./names.ts";
import {
  type Integrity,
  integrityOf,
  type Properties,
  propertiesOf,
  setOwn,
} from "./properties.ts";
import type { Variables } from "./sharing.ts";
import { type Free, type Syntax, syntaxOf } from "./syntax.ts";
import { giveState, type Path, type Shell, stepOf, type Travel } from "./travel.ts";

type AnyFunction = (...args: never[]) => unknown;

/** The state of a function or class: what is given to it once it exists. Empty parts are left out. */
interface CodeState {
  captured?: Record<string, unknown>;
  cells?: Record<string, unknown>;
  properties?: Properties;
  /** Own properties of what its instances inherit from, beyond what the source says. */
  prototype?: Properties;
  /** The function whose instances those of this one inherit from, where it is no class (`util.inherits`). */
  parent?: unknown;
  integrity?: Integrity;
  prototypeIntegrity?: Integrity;
}

/** A captured variable. */
interface Variable extends Free {
  readonly value: unknown;
  /** The same for two functions that have the variable in common; undefined where only the heap tells. */
  readonly place: unknown;
}

/** The parts of the code that are found: variables with values, and names that every runtime has. */
interface Names {
  readonly variables: readonly Variable[];
  readonly globals: readonly string[];
  /** A name is written to that is no variable: only sloppy code can. */
  readonly writesGlobals: boolean;
  readonly inModule: boolean;
}

/** What stands for a function or class. @throws Refusal */
export function codeOf(value: object, travel: Travel): Shell {
  const fn = value as AnyFunction;
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) return boundOf(fn);
  const syntax = cachedSyntax(text, travel);
  const names = namesOf(fn, syntax);
  return syntax.form === "class" ? classShell(fn, syntax, names) : functionShell(fn, syntax, names);
}

/** Whether instances of a class hold private values, which nobody can read. */
export function hidesValues(Class: AnyFunction, travel: Travel): boolean {
  const text = Function.prototype.toString.call(Class);
  return text.includes("#") && cachedSyntax(text, travel).hasPrivate;
}

function boundOf(fn: AnyFunction): Shell {
  const bound = boundBy(fn);
  if (bound === undefined) {
    const name = nameOf(fn) || "a function";
    throw new Refusal("native", `${name} is native code`);
  }
  const args: unknown[] = [];
  const instance = new Instance("call", BOUND, args);
  // What `bind` gives it of its own.
  const target = bound.target as AnyFunction;
  const again = Function.prototype.bind.call(target, undefined, ...(bound.args as never[]));
  const usual = new Map<string | symbol, unknown>([
    ["name", again.name],
    ["length", again.length],
  ]);
  checkNamed(fn, true);
  if (Object.getPrototypeOf(fn) !== Object.getPrototypeOf(target))
    throw new Refusal("shape", "its prototype was replaced, which its source does not tell");
  return {
    value: instance,
    fill(travel, path) {
      args.push(
        travel.at(path, ".<target>", bound.target),
        travel.at(path, ".<this>", bound.self),
        travel.at(path, ".<arguments>", bound.args),
      );
      const state: CodeState = {};
      fillProperties(
        state,
        fn,
        travel,
        path,
        (key, { value, writable, enumerable }) =>
          usual.has(key) && value === usual.get(key) && writable === false && enumerable === false,
      );
      fillIntegrity(state, fn, undefined);
      if (Object.keys(state).length > 0) giveState(instance, state);
    },
  };
}

function functionShell(fn: AnyFunction, syntax: Syntax, names: Names): Shell {
  const strict = isStrict(fn, syntax, names);
  checkKind(fn);
  checkNamed(fn, true);
  const own = names.variables.map(({ name }) => name);
  const shared: string[] = [];
  const { text, form } = syntax;
  const args = [text, form, nameOf(fn), strict, names.globals, own, shared];
  const instance = new Instance("call", FUNCTION, args);
  return {
    value: instance,
    fill(travel, path) {
      const state: CodeState = {};
      const selfName = syntax.usesOwnName ? syntax.ownName : undefined;
      fillVariables(fn, { own, shared, state, selfName }, names.variables, travel, path);
      fillProperties(state, fn, travel, path, (key, descriptor) =>
        isOwnToFunctions(fn, key, descriptor, syntax),
      );
      fillPrototype(fn, state, travel, path);
      fillIntegrity(state, fn, fn.prototype as unknown);
      // Variables without a value may turn out to be shared.
      if (Object.keys(state).length > 0 || own.length > 0) giveState(instance, state);
    },
  };
}

function classShell(fn: AnyFunction, syntax: Syntax, names: Names): Shell {
  const parent: unknown = Object.getPrototypeOf(fn);
  if (syntax.superName === undefined && parent !== Function.prototype)
    throw new Refusal("shape", "its class inherits from what its source does not name");
  checkAbove(fn, syntax, parent);
  checkNamed(fn, syntax.ownName !== undefined);
  if (!Object.hasOwn(fn.prototype as object, "constructor"))
    throw new Refusal("shape", LOST_MEMBER);
  // What a class needs already while it is made comes as an argument.
  const early: unknown[] = [];
  const later = names.variables.filter(({ early: isEarly }) => !isEarly);
  const own = later.map(({ name }) => name);
  const shared: string[] = [];
  const args: unknown[] = [syntax.text, nameOf(fn), early, names.globals, own, shared];
  const instance = new Instance("call", CLASS, args);
  // A class may lead back to itself by way of the class that it extends: each making gets its own early variables.
  instance.freshArgs = true;
  const statics = membersOn(fn, syntax, true);
  const methods = membersOn(fn.prototype as object, syntax, false);
  return {
    value: instance,
    fill(travel, path) {
      for (const { name, value, early: isEarly } of names.variables) {
        if (isEarly && name !== syntax.superName)
          early.push(name, travel.at(path, `.<captured>${stepOf(name)}`, value));
      }
      if (syntax.superName !== undefined)
        early.push(syntax.superName, travel.at(path, ".<extends>", parent));
      for (const { name, member, isStatic } of syntax.keys) {
        const key = keyOf(isStatic ? fn : (fn.prototype as object), member);
        if (key === undefined)
          throw new Refusal("shape", "a member of its class under a computed name was replaced");
        early.push(name, travel.at(path, ".<key>", key));
      }
      const state: CodeState = {};
      fillVariables(fn, { own, shared, state, selfName: undefined }, later, travel, path);
      fillProperties(
        state,
        fn,
        travel,
        path,
        (key, descriptor) =>
          key === "prototype" ||
          isOwnToFunctions(fn, key, descriptor, syntax) ||
          isDeclared(statics.get(key), descriptor),
      );
      const prototype = propertiesOf(
        fn.prototype as object,
        (key, descriptor) =>
          isOwnConstructor(fn, key, descriptor) || isDeclared(methods.get(key), descriptor),
      );
      if (prototype !== undefined)
        state.prototype = converted(prototype, travel, { step: ".<prototype>", before: path });
      fillIntegrity(state, fn, fn.prototype as unknown);
      if (Object.keys(state).length > 0 || own.length > 0) giveState(instance, state);
    },
  };
}

function fillIntegrity(state: CodeState, fn: AnyFunction, prototype: unknown): void {
  const own = integrityOf(fn);
  if (own !== undefined) state.integrity = own;
  if (typeof prototype !== "object" || prototype === null) return;
  const above = integrityOf(prototype);
  if (above !== undefined) state.prototypeIntegrity = above;
}

// Instances must inherit as the source says.
function checkAbove(fn: AnyFunction, { superName, extendsNull }: Syntax, parent: unknown): void {
  const expected: unknown = extendsNull
    ? null
    : superName === undefined
      ? Object.prototype
      : (parent as { prototype?: unknown }).prototype;
  if (Object.getPrototypeOf(fn.prototype) !== expected)
    throw new Refusal("shape", "its instances inherit from what its source does not name");
}

/** What a class's source says of one of its names: the texts of a method, or of a getter and a setter. */
interface Declared {
  readonly value?: string;
  readonly get?: string;
  readonly set?: string;
}

// The members that the source declares, by the keys that they have. One that is gone would come back.
function membersOn(
  owner: object,
  { members }: Syntax,
  isStatic: boolean,
): ReadonlyMap<string | symbol, Declared> {
  const found = new Map<string | symbol, Declared>();
  for (const member of members) {
    if (member.isStatic !== isStatic) continue;
    const key = member.name ?? keyOf(owner, member.text);
    if (key === undefined || !Object.hasOwn(owner, key)) throw new Refusal("shape", LOST_MEMBER);
    const before =
      member.kind === "value" || found.get(key)?.value !== undefined ? {} : found.get(key);
    found.set(key, { ...before, [member.kind]: member.text });
  }
  return found;
}

// Whether a property is what the source makes of it, nothing added, nothing changed.
function isDeclared(declared: Declared | undefined, descriptor: PropertyDescriptor): boolean {
  if (declared === undefined || descriptor.enumerable === true) return false;
  if (descriptor.configurable === false || descriptor.writable === false) return false;
  return (["value", "get", "set"] as const).every((kind) => {
    const part: unknown = descriptor[kind];
    if (part === undefined || declared[kind] === undefined) return part === declared[kind];
    return (
      typeof part === "function" &&
      Function.prototype.toString.call(part) === declared[kind] &&
      Reflect.ownKeys(part).every((key) => USUAL_KEYS.has(key)) &&
      Reflect.ownKeys((part as AnyFunction).prototype ?? {}).length === 0
    );
  });
}

const LOST_MEMBER = "a member of its class was deleted or replaced";
const USUAL_KEYS: ReadonlySet<string | symbol> = new Set(["length", "name", "prototype"]);

// Under which name a method or accessor of this text stands.
function keyOf(owner: object, member: string): string | symbol | undefined {
  return Reflect.ownKeys(owner).find((key) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    return [value as unknown, get, set].some(
      (part) => typeof part === "function" && Function.prototype.toString.call(part) === member,
    );
  });
}

// --- names

const syntaxes = new Map<string, Syntax>();
const MOST_SYNTAXES = 500;

function cachedSyntax(text: string, { parsers }: Travel): Syntax {
  let syntax = syntaxes.get(text);
  if (syntax === undefined) {
    syntax = syntaxOf(text, parsers);
    if (syntaxes.size >= MOST_SYNTAXES) syntaxes.clear();
    syntaxes.set(text, syntax);
  }
  return syntax;
}

function namesOf(fn: AnyFunction, syntax: Syntax): Names {
  const said = saidOf(fn);
  const mayCapture = syntax.free.length > 0 || syntax.usesOwnName || syntax.mode === "either";
  const seen = mayCapture ? scopesOf(fn) : [];
  const scopes = seen ?? [];
  const variables: Variable[] = [];
  const globals: string[] = [];
  let writesGlobals = false;
  const find = (name: string): { value: unknown; place: unknown } | undefined => {
    if (said !== undefined && Object.hasOwn(said, name)) return { value: said[name], place: said };
    const scope = scopes.find(({ variables: found }) => Object.hasOwn(found, name));
    if (scope === undefined) return undefined;
    return { value: readVariable(scope.variables, name), place: cellOf(scope.variables, name) };
  };
  for (const free of syntax.free) {
    const { name } = free;
    if (name === "arguments")
      throw new Refusal("lexical-this", "it uses the `arguments` of the function around it");
    // What a class extends is the class, whatever the variable holds by now.
    if (name === syntax.superName) continue;
    const found = find(name);
    if (found !== undefined) {
      if (isRequire(found.value))
        throw new Refusal("dynamic", "it uses `require`: import the module outside of it");
      variables.push({ ...free, ...found });
    } else if (name in globalThis) {
      if (!free.onlyTypeof && !ALWAYS.has(name)) globals.push(name);
    } else if (seen === undefined && !free.onlyTypeof) {
      throw new Refusal(
        "unseen",
        `it uses ${name}, which cannot be seen here: say it with closure(fn, { captured: { ${name} } })`,
      );
    } else {
      writesGlobals ||= free.written;
    }
  }
  if (syntax.writesOwnName)
    throw new Refusal("ambiguous", `it writes to its own name ${String(syntax.ownName)}`);
  if (syntax.usesOwnName && syntax.form === "expression") {
    const outside = find(syntax.ownName as string);
    if (outside !== undefined && outside.value !== fn)
      throw new Refusal(
        "ambiguous",
        `its own name ${String(syntax.ownName)} is another value outside of it`,
      );
  }
  const inModule = scopes.some(({ kind }) => kind === "Module");
  return { variables, globals, writesGlobals, inModule };
}

const ALWAYS = new Set(["undefined", "NaN", "Infinity", "globalThis"]);

function readVariable(variables: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return variables[name];
  } catch {
    throw new Refusal("uninitialised", `its variable ${name} has no value yet`);
  }
}

function isRequire(value: unknown): boolean {
  return (
    typeof value === "function" &&
    value.name === "require" &&
    "resolve" in value &&
    "cache" in value
  );
}

function fillVariables(
  fn: object,
  written: Variables & { readonly selfName: string | undefined },
  variables: readonly Variable[],
  travel: Travel,
  path: Path,
): void {
  const { state } = written;
  for (const { name, value } of variables) {
    if (value === undefined) continue;
    state.captured ??= {};
    setOwn(state.captured, name, travel.at(path, `.<captured>${stepOf(name)}`, value));
  }
  const { selfName } = written;
  if (variables.length > 0 || selfName !== undefined)
    travel.sharings.push({ fn, written, variables, selfName });
}

// Newer engines do not tell whether an arrow function or a method is strict. A module's code is; of the rest, code that
// says nothing is taken for strict, as compilers make it.
function isStrict(fn: AnyFunction, { mode }: Syntax, names: Names): boolean {
  if (mode !== "either") return mode === "strict";
  if (Object.hasOwn(fn, "prototype") && isPlainFunction(fn)) {
    try {
      void (fn as unknown as { caller: unknown }).caller;
      return false;
    } catch {
      return true;
    }
  }
  return names.inModule || !names.writesGlobals;
}

// --- what belongs to the function object

const KINDS: ReadonlySet<object> = new Set(
  [() => {}, async () => {}, function* () {}, async function* () {}].map(
    (fn) => Object.getPrototypeOf(fn) as object,
  ),
);

function isPlainFunction(fn: object): boolean {
  return Object.getPrototypeOf(fn) === Function.prototype;
}

function checkKind(fn: object): void {
  if (!KINDS.has(Object.getPrototypeOf(fn) as object))
    throw new Refusal("shape", "its prototype was replaced, which its source does not tell");
}

/** Its name, where it is text, which is nearly always; nothing of the function's own is called. */
export function nameOf(fn: AnyFunction): string {
  const descriptor = Object.getOwnPropertyDescriptor(fn, "name");
  return typeof descriptor?.value === "string" ? descriptor.value : "";
}

function isOwnToFunctions(
  fn: AnyFunction,
  key: string | symbol,
  { value, writable, enumerable, configurable }: PropertyDescriptor,
  syntax: Syntax,
): boolean {
  const usual = writable === false && enumerable === false && configurable === true;
  switch (key) {
    case "name":
      return usual && typeof value === "string";
    case "length":
      return usual && value === syntax.length;
    case "prototype":
      return true;
    case "arguments":
    case "caller":
      // Sloppy functions of older engines have them.
      return Object.hasOwn(fn, "prototype");
    default:
      return false;
  }
}

function fillProperties(
  state: CodeState,
  fn: AnyFunction,
  travel: Travel,
  path: Path,
  skip: (key: string | symbol, descriptor: PropertyDescriptor) => boolean,
): void {
  const properties = propertiesOf(fn, skip);
  if (properties !== undefined) state.properties = converted(properties, travel, path);
}

function fillPrototype(fn: AnyFunction, state: CodeState, travel: Travel, path: Path): void {
  const descriptor = Object.getOwnPropertyDescriptor(fn, "prototype");
  if (descriptor === undefined) return;
  const prototype: unknown = descriptor.value;
  if (typeof prototype !== "object" || prototype === null)
    throw new Refusal("shape", "its `prototype` is no object");
  if (isPlainFunction(fn)) {
    if (Object.getOwnPropertyDescriptor(prototype, "constructor")?.value !== fn)
      throw new Refusal("shape", "its `prototype` was replaced, and has another constructor");
    const above = Object.getPrototypeOf(prototype) as { constructor?: unknown } | null;
    if (above !== Object.prototype) {
      const parent = above !== null && Object.hasOwn(above, "constructor") && above.constructor;
      if (typeof parent !== "function" || parent.prototype !== above)
        throw new Refusal("shape", "its `prototype` inherits from what no function makes");
      state.parent = travel.at(path, ".<parent>", parent);
    }
  } else if (
    Object.getPrototypeOf(prototype) !== (Object.getPrototypeOf(fn) as AnyFunction).prototype
  ) {
    throw new Refusal("shape", "its `prototype` inherits from what no generator has");
  }
  if (descriptor.writable === false && !Object.isFrozen(fn))
    throw new Refusal("shape", "its `prototype` cannot be replaced");
  const properties = propertiesOf(prototype, (key, own) => isOwnConstructor(fn, key, own));
  if (properties !== undefined)
    state.prototype = converted(properties, travel, { step: ".<prototype>", before: path });
}

// What the engine puts on what instances inherit from.
function isOwnConstructor(
  fn: AnyFunction,
  key: string | symbol,
  { value, enumerable }: PropertyDescriptor,
): boolean {
  return key === "constructor" && value === fn && enumerable === false;
}

function checkNamed(fn: AnyFunction, hasName: boolean): void {
  if ((hasName && !Object.hasOwn(fn, "name")) || !Object.hasOwn(fn, "length"))
    throw new Refusal("shape", "its `name` or its `length` was deleted");
}

/** The values in properties, converted. */
export function converted(properties: Properties, travel: Travel, path: Path): Properties {
  const { plain, special } = properties;
  for (const name of Object.keys(plain ?? {}))
    setOwn(plain as Record<string, unknown>, name, travel.at(path, stepOf(name), plain?.[name]));
  for (const name of Object.keys(special ?? {})) {
    const parts = special?.[name] as unknown[];
    for (let at = 1; at < parts.length; at++) parts[at] = travel.at(path, stepOf(name), parts[at]);
  }
  return properties;
}

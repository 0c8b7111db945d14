/** What every runtime has, what Node's modules export, and what the caller's modules export: value to name and back. */
import { Instance } from "../core/values/index.ts";
import { DillError } from "./error.ts";
import { inspector } from "./inspector.ts";
import { BUILTIN, MODULE_PART } from "./names.ts";

/** Modules by name: what `import * as name` gave, or any object of values. */
export type Modules = Readonly<Record<string, unknown>>;

// ECMAScript's globals, then the web's and Node's. Left out is what is slow or loud to look at.
const GLOBALS = new Set(
  (
    "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView " +
    "Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function " +
    "Int16Array Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError " +
    "Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError " +
    "Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI " +
    "decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt unescape " +
    "AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CompressionStream " +
    "CountQueuingStrategy CustomEvent DOMException DecompressionStream Event EventTarget File FormData Headers " +
    "MessageChannel MessageEvent MessagePort ReadableStream Request Response TextDecoder TextDecoderStream TextEncoder " +
    "TextEncoderStream TransformStream URL URLSearchParams WebSocket WritableStream atob btoa clearInterval clearTimeout " +
    "console crypto fetch performance queueMicrotask setInterval setTimeout structuredClone " +
    "Buffer clearImmediate process setImmediate"
  ).split(" "),
);

/** Whether every runtime, or every Node, has this global name. */
export function isStandardGlobal(name: string): boolean {
  return GLOBALS.has(name) || name === "undefined" || name === "NaN" || name === "Infinity";
}

const NO_MODULES: ReadonlyMap<string, object> = new Map();

let builtins: Map<unknown, string> | undefined;
let nodeParts: Map<unknown, readonly [string, string]> | undefined;
let nodeModules: ReadonlyMap<string, object> | undefined;

/** Finds the names of values: for one dump. */
export class References {
  readonly #parts = new Map<unknown, readonly [string, string]>();
  #node: ReadonlyMap<unknown, readonly [string, string]> | undefined;

  constructor(modules: Modules | undefined) {
    for (const [name, module] of Object.entries(modules ?? {})) {
      this.#parts.set(module, [name, ""]);
      if (!isObject(module)) continue;
      for (const [part, value] of dataOf(module)) {
        if (isObject(value) && !this.#parts.has(value)) this.#parts.set(value, [name, part]);
      }
    }
  }

  /** Whether the caller gave it, as a module or a part of one. */
  isGiven(value: object): boolean {
    return this.#parts.has(value);
  }

  /** How to ask for `value` by name; `undefined` where it has none. */
  find(value: object): Instance | undefined {
    const own = this.#parts.get(value);
    if (own !== undefined) return new Instance("call", MODULE_PART, own);
    const path = builtinPaths().get(value);
    if (path !== undefined) return new Instance("call", BUILTIN, [path]);
    this.#node ??= nodeNames();
    const part =
      this.#node.get(value) ??
      // import * as fs from "node:fs"
      (inspector?.isModule(value) === true
        ? this.#node.get((value as { default?: unknown }).default)
        : undefined);
    return part === undefined ? undefined : new Instance("call", MODULE_PART, part);
  }
}

function builtinPaths(): Map<unknown, string> {
  if (builtins !== undefined) return builtins;
  builtins = new Map();
  const add = (value: unknown, path: string): boolean => {
    if (!isObject(value) || builtins?.has(value) !== false) return false;
    builtins.set(value, path);
    return true;
  };
  for (const name of GLOBALS) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    if (descriptor === undefined) continue;
    const value: unknown = (globalThis as Record<string, unknown>)[name];
    if (!add(value, name) || value === globalThis || name === "process") continue;
    for (const [part, inner] of dataOf(value as object)) {
      add(inner, `${name}.${part}`);
      if (part !== "prototype" || !isObject(inner)) continue;
      for (const [method, fn] of dataOf(inner)) {
        if (typeof fn === "function") add(fn, `${name}.prototype.${method}`);
      }
    }
  }
  return builtins;
}

// What Node's loaded modules export; looked at again when more of them are loaded.
function nodeNames(): ReadonlyMap<unknown, readonly [string, string]> {
  const modules = inspector?.builtinModules() ?? NO_MODULES;
  if (nodeParts !== undefined && nodeModules === modules) return nodeParts;
  nodeModules = modules;
  nodeParts = new Map();
  for (const [name, module] of modules) {
    if (!nodeParts.has(module)) nodeParts.set(module, [name, ""]);
    for (const [part, value] of dataOf(module)) {
      if (!isObject(value) || nodeParts.has(value)) continue;
      nodeParts.set(value, [name, part]);
      if (typeof value === "function") continue;
      for (const [inner, fn] of dataOf(value)) {
        if (typeof fn === "function" && !nodeParts.has(fn))
          nodeParts.set(fn, [name, `${part}.${inner}`]);
      }
    }
  }
  return nodeParts;
}

/** What stands under a dotted name of every runtime. @throws DillError `missing-global` */
export function builtinAt(path: string): unknown {
  const [name = "", ...parts] = path.split(".");
  if (!GLOBALS.has(name)) throw new DillError("missing-global", `${path} is no builtin`);
  const found = walk((globalThis as Record<string, unknown>)[name], parts);
  if (found !== undefined) return found;
  throw new DillError("missing-global", `this runtime has no ${path}`);
}

/** What a module exports under a dotted name, or the module itself. @throws DillError `missing-module` */
export function modulePart(name: string, path: string, modules: Modules | undefined): unknown {
  const given = modules !== undefined && Object.hasOwn(modules, name) ? modules[name] : undefined;
  const module = given ?? inspector?.builtinModule(name);
  if (module === undefined) {
    throw new DillError(
      "missing-module",
      `the code uses the module ${JSON.stringify(name)}: pass it in the option modules`,
    );
  }
  const found = path === "" ? module : walk(module, path.split("."));
  if (found !== undefined) return found;
  throw new DillError("missing-module", `the module ${JSON.stringify(name)} has no ${path}`);
}

function walk(from: unknown, parts: readonly string[]): unknown {
  let value = from;
  for (const part of parts) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

// No getter is called: some warn, some load what nobody needs.
function* dataOf(object: object): Generator<[string, unknown]> {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if ("value" in descriptor) yield [name, descriptor.value];
  }
}

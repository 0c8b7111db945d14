/** A value in; what it holds that some format could not keep, each with the first path to it, out. */
import type { Registry } from "../core/registry/index.ts";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  Global,
  Inert,
  Instance,
  NotImplemented,
  PersistentId,
  PickleBuffer,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { ExtType, Timestamp } from "../msgpack/index.ts";
import { NdArray } from "../numpy/index.ts";

/** What a value may hold that not every format keeps. */
export type Fact =
  | "cycle"
  | "shared"
  | "deep"
  | "key"
  | "composite-key"
  | "tuple"
  | "set"
  | "bytes"
  | "bytearray"
  | "big-int"
  | "huge-int"
  | "float-box"
  | "not-finite"
  | "date"
  | "zoned-date"
  | "extension"
  | "array"
  | "object-array"
  | "function"
  | "undefined"
  | "surrogate"
  | "python-object"
  | "registered"
  | "stranger";

/** How often something is met, and where first. */
export interface Found {
  readonly path: string;
  readonly count: number;
}

/** What was found in a value. */
export interface Facts {
  readonly found: ReadonlyMap<Fact, Found>;
  /** Values, containers included. */
  readonly values: number;
  /** Characters of strings, and bytes. */
  readonly textAndBytes: number;
  /** Bytes of the numbers in arrays. */
  readonly arrayBytes: number;
}

interface Step {
  readonly value: unknown;
  readonly label: string;
  readonly around: Step | undefined;
  readonly depth: number;
  /** Whether this is the end of a container's parts. */
  readonly isEnd: boolean;
}

// msgpack's limit (1024), and near what other programs' JSON parsers take by recursion.
const DEEP = 1000;

/** Walks through a value, each object once, with a stack of its own. */
export function factsOf(root: unknown, registry: Registry): Facts {
  const found = new Map<Fact, Found>();
  const open = new Set<object>();
  const done = new Set<object>();
  let values = 0;
  let textAndBytes = 0;
  let arrayBytes = 0;
  const stack: Step[] = [{ value: root, label: "$", around: undefined, depth: 0, isEnd: false }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { value, depth } = step;
    const at = step;
    const note = (fact: Fact): void => {
      const before = found.get(fact);
      found.set(fact, { path: before?.path ?? pathOf(at), count: (before?.count ?? 0) + 1 });
    };
    if (step.isEnd) {
      open.delete(value as object);
      done.add(value as object);
      continue;
    }
    values++;
    if (typeof value !== "object" || value === null) {
      if (typeof value === "string") textAndBytes += value.length;
      const fact = scalarFact(value);
      if (fact !== undefined) note(registry.byValue(value) !== undefined ? "registered" : fact);
      continue;
    }
    if (open.has(value)) {
      note("cycle");
      continue;
    }
    if (done.has(value)) {
      // Equal numbers and names need no identity.
      if (!(value instanceof Float || value instanceof Global || value instanceof Date))
        note("shared");
      continue;
    }
    if (depth > DEEP) note("deep");
    const { fact, parts } = look(value, registry);
    if (fact !== undefined) note(fact);
    if (value instanceof NdArray) {
      const count = value.shape.reduce((product, length) => product * length, 1);
      arrayBytes += count * value.dtype.itemsize;
    } else if (fact === "array") arrayBytes += (value as ArrayBufferView).byteLength;
    else if (value instanceof Uint8Array) textAndBytes += value.length;
    open.add(value);
    stack.push({ ...step, isEnd: true });
    for (let index = parts.length - 1; index >= 0; index--) {
      const [label, part] = parts[index] as [string, unknown];
      stack.push({ value: part, label, around: step, depth: depth + 1, isEnd: false });
    }
    const keys = value instanceof Map ? keyFact(value) : undefined;
    if (keys !== undefined) note(keys);
  }
  return { found, values, textAndBytes, arrayBytes };
}

function scalarFact(value: unknown): Fact | undefined {
  switch (typeof value) {
    case "number":
      if (Object.is(value, -0)) return "float-box";
      return Number.isFinite(value) ? undefined : "not-finite";
    case "bigint":
      return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value
        ? "big-int"
        : "huge-int";
    case "string":
      return value.isWellFormed() ? undefined : "surrogate";
    case "undefined":
    case "symbol":
      return "undefined";
    case "function":
      return "function";
    default:
      return undefined;
  }
}

interface Look {
  readonly fact?: Fact | undefined;
  readonly parts: readonly (readonly [label: string, part: unknown])[];
}

function look(value: object, registry: Registry): Look {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return { parts: named(value) };
  if (Array.isArray(value)) {
    const parts = Array.from(value, (part, index) => [`[${index}]`, part] as const);
    return {
      fact:
        prototype === Array.prototype ? undefined : value instanceof Tuple ? "tuple" : "stranger",
      parts,
    };
  }
  if (value instanceof Map) {
    const isOwn = registry.byPrototype(prototype) !== undefined;
    return { fact: isOwn ? "registered" : undefined, parts: entries(value) };
  }
  if (value instanceof Set) {
    return {
      fact: "set",
      parts: Array.from(value, (part, index) => [`{${index}}`, part] as const),
    };
  }
  if (value instanceof Float) {
    return { fact: Number.isFinite(value.value) ? "float-box" : "not-finite", parts: [] };
  }
  if (value instanceof ByteArray) return { fact: "bytearray", parts: [] };
  if (
    value instanceof Uint8Array ||
    value instanceof ArrayBuffer ||
    value instanceof PickleBuffer
  ) {
    return { fact: "bytes", parts: [] };
  }
  if (ArrayBuffer.isView(value)) return { fact: "array", parts: [] };
  if (value instanceof NdArray) {
    return { fact: value.dtype.kind === "O" ? "object-array" : "array", parts: [] };
  }
  if (value instanceof ExtType || value instanceof Timestamp)
    return { fact: "extension", parts: [] };
  if (value instanceof Date) return { fact: "date", parts: [] };
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (tag === "Temporal.Instant") return { fact: "date", parts: [] };
  if (tag === "Temporal.ZonedDateTime") {
    const { timeZoneId } = value as { timeZoneId?: unknown };
    return { fact: timeZoneId === "UTC" ? "date" : "zoned-date", parts: [] };
  }
  if (value instanceof Inert) return { fact: "python-object", parts: inertParts(value) };
  const isPython =
    value instanceof Complex ||
    value instanceof Range ||
    value instanceof Slice ||
    value instanceof PersistentId ||
    value === Ellipsis ||
    value === NotImplemented;
  if (isPython) return { fact: "python-object", parts: [] };
  const isKnown =
    registry.byPrototype(prototype) !== undefined || registry.byValue(value) !== undefined;
  return { fact: isKnown ? "registered" : "stranger", parts: named(value) };
}

function named(value: object): [string, unknown][] {
  return Object.entries(value).map(([name, part]) => [labelOf(name), part]);
}

function entries(map: Map<unknown, unknown>): [string, unknown][] {
  const parts: [string, unknown][] = [];
  for (const [key, part] of map) {
    if (typeof key === "object" && key !== null) parts.push([".<key>", key]);
    parts.push([labelOf(key), part]);
  }
  return parts;
}

function inertParts(value: Inert): [string, unknown][] {
  const parts: [string, unknown][] = [];
  if (value instanceof Instance) {
    for (const [index, part] of value.args.entries()) parts.push([`.<args>[${index}]`, part]);
  }
  if (value.items !== undefined) parts.push([".<items>", value.items]);
  if (value.entries !== undefined) parts.push([".<entries>", value.entries]);
  if (value.state !== undefined) parts.push([".<state>", value.state]);
  return parts;
}

function keyFact(map: Map<unknown, unknown>): Fact | undefined {
  let fact: Fact | undefined;
  for (const key of map.keys()) {
    if (typeof key === "string") continue;
    if (typeof key === "object" && key !== null && !(key instanceof Uint8Array))
      return "composite-key";
    fact = "key";
  }
  return fact;
}

function labelOf(key: unknown): string {
  if (typeof key !== "string")
    return `[${typeof key === "object" && key !== null ? "…" : String(key)}]`;
  if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) && key.length <= 40) return `.${key}`;
  return `[${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)}]`;
}

function pathOf(last: Step): string {
  const labels: string[] = [];
  for (let step: Step | undefined = last; step !== undefined; step = step.around)
    labels.push(step.label);
  labels.reverse();
  if (labels.length > 24) labels.splice(12, labels.length - 24, "…");
  return labels.join("");
}

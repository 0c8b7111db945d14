/** A value in; what it holds that some format could not keep, each with the first path to it, out. */
import { isHashable } from "../core/machine/index.ts";
import type { Registry } from "../core/registry/index.ts";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Inert,
  Instance,
  NotImplemented,
  PersistentId,
  PickleBuffer,
  PyDict,
  PySet,
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
  | "unhashable"
  | "equal-keys"
  | "map"
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
  | "no-date"
  | "far-date"
  | "fine-date"
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
    const { facts = [], parts } = look(value, registry);
    for (const fact of facts) note(fact);
    if (value instanceof NdArray) {
      const count = value.shape.reduce((product, length) => product * length, 1);
      arrayBytes += count * value.dtype.itemsize;
    } else if (facts[0] === "array") arrayBytes += (value as ArrayBufferView).byteLength;
    else if (value instanceof Uint8Array) textAndBytes += value.length;
    open.add(value);
    stack.push({ ...step, isEnd: true });
    for (let index = parts.length - 1; index >= 0; index--) {
      const [label, part] = parts[index] as [string, unknown];
      stack.push({ value: part, label, around: step, depth: depth + 1, isEnd: false });
    }
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
  readonly facts?: readonly Fact[];
  readonly parts: readonly (readonly [label: string, part: unknown])[];
}

function look(value: object, registry: Registry): Look {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) {
    const isWellFormed = Object.keys(value).every((key) => key.isWellFormed());
    return { facts: isWellFormed ? [] : ["surrogate"], parts: named(value) };
  }
  if (Array.isArray(value)) {
    const parts = Array.from(value, (part, index) => [`[${index}]`, part] as const);
    if (prototype === Array.prototype) return { parts };
    return { facts: [value instanceof Tuple ? "tuple" : "stranger"], parts };
  }
  const isKnown =
    registry.byPrototype(prototype) !== undefined || registry.byValue(value) !== undefined;
  const own: Fact = isKnown ? "registered" : "stranger";
  if (value instanceof Map) {
    const isPlain = prototype === Map.prototype || prototype === PyDict.prototype;
    return { facts: [...(isPlain ? [] : [own]), ...keyFacts(value)], parts: entries(value) };
  }
  if (value instanceof Set) {
    const isPlain = [Set, PySet, FrozenSet].some((set) => prototype === set.prototype);
    return { facts: [isPlain ? "set" : own, ...memberFacts(value)], parts: members(value) };
  }
  if (value instanceof Float) {
    return { facts: [Number.isFinite(value.value) ? "float-box" : "not-finite"], parts: [] };
  }
  if (value instanceof ByteArray) return { facts: ["bytearray"], parts: [] };
  if (value instanceof Uint8Array || value instanceof ArrayBuffer)
    return { facts: ["bytes"], parts: [] };
  if (value instanceof NdArray) {
    return { facts: [value.dtype.kind === "O" ? "object-array" : "array"], parts: [] };
  }
  if (value instanceof ExtType || value instanceof Timestamp)
    return { facts: ["extension"], parts: [] };
  if (value instanceof Date) return { facts: [dateFact(value.getTime())], parts: [] };
  const temporal = temporalFacts(value);
  if (temporal !== undefined) return { facts: temporal, parts: [] };
  if (value instanceof Inert) return { facts: ["python-object"], parts: inertParts(value) };
  if (value instanceof Slice) {
    const { start, stop, step } = value;
    return { facts: ["python-object"], parts: Object.entries({ start, stop, step }).map(dotted) };
  }
  if (value instanceof PersistentId)
    return { facts: ["python-object"], parts: [[".<id>", value.id]] };
  const isPython =
    value instanceof Complex ||
    value instanceof Range ||
    value instanceof PickleBuffer ||
    value === Ellipsis ||
    value === NotImplemented;
  if (isPython) return { facts: ["python-object"], parts: [] };
  // Views that Python's array.array has a code for; a DataView and half floats have none.
  if (ArrayBuffer.isView(value)) return { facts: [isKnown ? "array" : "stranger"], parts: [] };
  return { facts: [own], parts: named(value) };
}

// Python's years are 1 to 9999; here in milliseconds since 1970.
const FIRST_DATE = Date.parse("0001-01-01T00:00:00Z");
const LAST_DATE = Date.parse("9999-12-31T23:59:59.999Z");

function dateFact(milliseconds: number): Fact {
  if (Number.isNaN(milliseconds)) return "no-date";
  return milliseconds < FIRST_DATE || milliseconds > LAST_DATE ? "far-date" : "date";
}

// Of Temporal's types, by their tag: they are the runtime's or the polyfill's.
function temporalFacts(value: object): Fact[] | undefined {
  const own = value as {
    readonly [Symbol.toStringTag]?: unknown;
    readonly epochMilliseconds: number;
    readonly epochNanoseconds: bigint;
    readonly timeZoneId: string;
    readonly nanosecond: number;
  };
  switch (own[Symbol.toStringTag]) {
    case "Temporal.Instant":
    case "Temporal.ZonedDateTime": {
      const fact = dateFact(own.epochMilliseconds);
      const facts: Fact[] = own.epochNanoseconds % 1000n === 0n ? [fact] : [fact, "fine-date"];
      const isUtc = (own.timeZoneId ?? "UTC") === "UTC";
      return isUtc ? facts : ["zoned-date", ...facts.filter((one) => one !== "date")];
    }
    case "Temporal.PlainDateTime":
    case "Temporal.PlainTime":
      return own.nanosecond === 0 ? ["registered"] : ["registered", "fine-date"];
    default:
      return undefined;
  }
}

function named(value: object): [string, unknown][] {
  return Object.entries(value).map(([name, part]) => [labelOf(name), part]);
}

function dotted([name, part]: [string, unknown]): [string, unknown] {
  return [`.${name}`, part];
}

function members(set: ReadonlySet<unknown>): [string, unknown][] {
  return Array.from(set, (part, index) => [`{${index}}`, part]);
}

function entries(map: Map<unknown, unknown>): [string, unknown][] {
  const parts: [string, unknown][] = [];
  for (const [key, part] of map) {
    // Numbers and whole text are keys like any other.
    const isOrdinary = typeof key === "string" ? key.isWellFormed() : typeof key === "number";
    if (!isOrdinary) parts.push([".<key>", key]);
    parts.push([labelOf(key), part]);
  }
  return parts;
}

function inertParts(value: Inert): [string, unknown][] {
  const parts: [string, unknown][] = [];
  if (value instanceof Instance) {
    for (const [index, part] of value.args.entries()) parts.push([`.<args>[${index}]`, part]);
  }
  const { items, entries, added, state, stateSetter, late } = value;
  const kwargs = value instanceof Instance ? value.kwargs : undefined;
  const changes = { kwargs, items, entries, added, state, stateSetter, late };
  for (const [name, part] of Object.entries(changes)) {
    if (part !== undefined) parts.push([`.<${name}>`, part]);
  }
  return parts;
}

function keyFacts(map: Map<unknown, unknown>): Fact[] {
  const facts = new Set<Fact>();
  for (const key of map.keys()) {
    if (typeof key === "string") continue;
    const isComposite = typeof key === "object" && key !== null && !(key instanceof Uint8Array);
    facts.add(isComposite ? "composite-key" : "key");
    if (!isHashable(key)) facts.add("unhashable");
  }
  if (!(map instanceof PyDict)) {
    facts.add("map");
    // JavaScript tells 1 from true, and two bytes objects of the same bytes.
    if (facts.has("key") && !facts.has("unhashable") && new PyDict(map).size < map.size)
      facts.add("equal-keys");
  }
  return [...facts];
}

function memberFacts(set: ReadonlySet<unknown>): Fact[] {
  for (const member of set) if (!isHashable(member)) return ["unhashable"];
  const isPython = set instanceof PySet || set instanceof FrozenSet;
  return !isPython && new PySet(set).size < set.size ? ["equal-keys"] : [];
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

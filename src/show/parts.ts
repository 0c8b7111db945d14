/** A container or instance in, what stands in it out: a count, a summary in words, and labelled parts. */
import {
  Global,
  Inert,
  Instance,
  isPlainObject,
  PersistentId,
  Tuple,
} from "../core/values/index.ts";
import { NdArray } from "../numpy/index.ts";
import { cutTo, grouped, printable, reprString } from "../printable/index.ts";
import { Estimator } from "../sklearn/index.ts";
import { codeParts } from "./functions.ts";
import type { Namer } from "./kinds.ts";
import { estimatorParts, isWhole } from "./views.ts";

/** One part of a value: an item, an entry or an attribute. */
export interface Part {
  /** How it is called: a key as Python writes it, an attribute's name, `""` for items of sequences. */
  readonly label: string;
  readonly value: unknown;
}

/** What a value holds. */
export interface Contents {
  /** What a count counts; instances and the like have parts but no count. */
  readonly count: number | undefined;
  /** Number of parts. */
  readonly size: number;
  /** The parts, made as they are asked for. */
  parts(): Iterable<Part>;
}

/** Longest text of a dict's key in a label. */
const KEY_WIDTH = 40;

const NOTHING: Contents = { count: undefined, size: 0, parts: () => [] };

/** The contents of any value that is no atom. */
export function contentsOf(value: object, namer: Namer): Contents {
  if (isWhole(value)) return NOTHING;
  if (value instanceof NdArray) return collection(value.size, () => items(value.values()), []);
  if (value instanceof Estimator) {
    const parts = [...estimatorParts(value, namer)].map(
      ([name, part]): Part => ({ label: printable(name), value: part }),
    );
    return { count: undefined, size: parts.length, parts: () => parts };
  }
  const code = codeParts(value);
  if (code !== undefined) {
    const parts = code.map(([name, part]): Part => ({ label: printable(name), value: part }));
    return { count: undefined, size: parts.length, parts: () => parts };
  }
  if (value instanceof Inert) {
    const parts = inertParts(value, namer);
    return { count: undefined, size: parts.length, parts: () => parts };
  }
  if (value instanceof PersistentId) {
    const parts: Part[] = [{ label: "id", value: value.id }];
    return { count: undefined, size: 1, parts: () => parts };
  }
  const own = ownParts(value);
  if (Array.isArray(value)) return collection(value.length, () => items(value), own);
  if (value instanceof Set) return collection(value.size, () => items(value), own);
  if (value instanceof Map) return collection(value.size, () => entries(value, namer), own);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) {
    const pairs = Object.entries(value);
    return { count: pairs.length, size: pairs.length, parts: () => entries(pairs, namer) };
  }
  return { count: undefined, size: own.length, parts: () => own };
}

function collection(count: number, inside: () => Iterable<Part>, own: readonly Part[]): Contents {
  return {
    count,
    size: count + own.length,
    *parts() {
      yield* own;
      yield* inside();
    },
  };
}

function* items(values: Iterable<unknown>): Generator<Part> {
  for (const value of values) yield { label: "", value };
}

function* entries(pairs: Iterable<readonly [unknown, unknown]>, namer: Namer): Generator<Part> {
  for (const [key, value] of pairs) yield { label: keyText(key, namer), value };
}

// Attributes that a class of the library's or the user's has beside what it contains.
function ownParts(value: object): Part[] {
  const parts: Part[] = [];
  if (value instanceof Error) {
    // Not enumerable: neither the cause nor the attributes of a Python exception.
    if (value.cause !== undefined) parts.push({ label: "cause", value: value.cause });
    const { attributes } = value as { attributes?: unknown };
    if (attributes instanceof Map && attributes.size > 0) {
      parts.push({ label: "attributes", value: attributes });
    }
  }
  if (isPlainList(value)) return parts;
  for (const key of Object.keys(value)) {
    if (Array.isArray(value) && /^\d+$/.test(key)) continue;
    const attribute = (value as Record<string, unknown>)[key];
    if (typeof attribute !== "function" && attribute !== undefined)
      parts.push({ label: printable(key), value: attribute });
  }
  return parts;
}

/** Whether a value is a list or a tuple and nothing more: no subclass that may have attributes. */
export function isPlainList(value: object): value is readonly unknown[] {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || prototype === Tuple.prototype;
}

/** A dict's key on one line; the inside of long tuples is left out. */
export function keyText(key: unknown, namer: Namer): string {
  const atom = namer.atom(key, KEY_WIDTH);
  if (atom !== undefined) return atom;
  if (key instanceof Tuple || key instanceof Set) {
    const shown: string[] = [];
    for (const part of key) {
      if (shown.length === 4) {
        shown.push("…");
        break;
      }
      shown.push(namer.atom(part, 16) ?? `${namer.typeOf(part)} …`);
    }
    const items = shown.join(", ");
    const text =
      key instanceof Tuple
        ? `(${items}${key.length === 1 ? "," : ""})`
        : `${namer.typeOf(key)}(${items === "" ? "" : `{${items}}`})`;
    return cutTo(text, KEY_WIDTH);
  }
  return `${namer.typeOf(key)} …`;
}

function inertParts(value: Inert, namer: Namer): Part[] {
  const parts: Part[] = [];
  const add = (label: string, part: unknown): void => {
    parts.push({ label, value: part });
  };
  if (value instanceof Instance) {
    if (argumentText(value, namer, 60) === undefined) {
      for (const argument of argumentsOf(value)) add("argument", argument);
    }
    if (value.kwargs !== undefined) add("keyword arguments", value.kwargs);
    if (!(value.callable instanceof Global)) add("made by", value.callable);
  }
  if (value.items !== undefined) for (const item of value.items) add("", item);
  if (value.added !== undefined) for (const item of value.added) add("", item);
  if (value.entries !== undefined) parts.push(...entries(value.entries, namer));
  addState(value, namer, add);
  for (const change of value.late ?? []) {
    const { kind, ...what } = change;
    for (const part of Object.values(what)) add(`later ${kind}`, part);
  }
  return parts;
}

function addState(value: Inert, namer: Namer, add: (label: string, part: unknown) => void): void {
  const { state } = value;
  if (value.stateSetter !== undefined) add("state setter", value.stateSetter);
  if (state === undefined || state === null) return;
  for (const part of stateDicts(state) ?? []) {
    for (const [key, attribute] of part) {
      add(typeof key === "string" ? printable(key) : keyText(key, namer), attribute);
    }
  }
  if (stateDicts(state) === undefined) add("state", state);
}

type Pairs = Iterable<readonly [unknown, unknown]>;

// The attributes of an instance: a dict, or Python's pair of a dict (or None) and the slots' dict.
function stateDicts(state: unknown): Pairs[] | undefined {
  const whole = pairsOf(state);
  if (whole !== undefined) return [whole];
  if (!(state instanceof Tuple) || state.length !== 2) return undefined;
  const [dict, slots] = [state[0] === null ? [] : pairsOf(state[0]), pairsOf(state[1])];
  return dict === undefined || slots === undefined ? undefined : [dict, slots];
}

function pairsOf(value: unknown): Pairs | undefined {
  if (value instanceof Map) return value;
  return isPlainObject(value) ? Object.entries(value) : undefined;
}

// copyreg's functions get the class as their argument; it is the instance's name already.
function argumentsOf(value: Instance): readonly unknown[] {
  const { callable } = value;
  const named = callable instanceof Global && value.className !== callable.path;
  return named ? value.args.slice(3) : value.args;
}

/** The arguments an instance is made with, as `('1.5', 2)`, where all are short; `""` for none. */
export function argumentText(value: Instance, namer: Namer, width: number): string | undefined {
  const given = argumentsOf(value);
  if (given.length === 0)
    return value.form === "call" && argumentsOf(value) === value.args ? "()" : "";
  const texts: string[] = [];
  let length = 2;
  for (const argument of given) {
    const text = namer.atom(argument, width);
    if (text === undefined || (length += text.length + 2) > width) return undefined;
    texts.push(text);
  }
  return `(${texts.join(", ")})`;
}

const PLURALS: Readonly<Record<string, string>> = {
  int: "ints",
  float: "floats",
  str: "strings",
  bool: "booleans",
  bytes: "bytes objects",
  list: "lists",
  tuple: "tuples",
  dict: "dicts",
  set: "sets",
  None: "times None",
};

function plural(type: string, count: number): string {
  return count === 1 ? type : (PLURALS[type] ?? type);
}

/** What a collection holds, in words: "1,000 ints, 0 to 999", "200 dicts with 'id', 'name'", "2 ints, 1 str". */
export function summaryOf(value: object, count: number, namer: Namer): string {
  if (count === 0) return "";
  if (!Array.isArray(value) && !(value instanceof Set)) return grouped(count);
  const tally = new Map<string, number>();
  let least: number | undefined;
  let most: number | undefined;
  for (const item of value as Iterable<unknown>) {
    const type = namer.typeOf(item);
    tally.set(type, (tally.get(type) ?? 0) + 1);
    if (type === "int" || type === "float") {
      const number = Number(item);
      if (least === undefined || number < least) least = number;
      if (most === undefined || number > most) most = number;
    }
  }
  const kinds = [...tally].sort(([, one], [, other]) => other - one);
  if (kinds.length > 3) return grouped(count);
  const [[type] = ["", 0]] = kinds;
  const words = kinds.map(([kind, times]) => `${grouped(times)} ${plural(kind, times)}`).join(", ");
  if (kinds.length > 1)
    return kinds.length === count ? grouped(count) : `${grouped(count)}: ${words}`;
  if (type === "dict" && count > 1) return words + sharedKeys(value as Iterable<object>);
  if (count < 8 || least === undefined || most === undefined) return words;
  return `${words}, ${namer.atom(least, 40)} to ${namer.atom(most, 40)}`;
}

// ", each with 'id', 'name'" when all dicts of a list have the same keys.
function sharedKeys(dicts: Iterable<object>): string {
  let first: string[] | undefined;
  for (const dict of dicts) {
    const keys = [...(dict instanceof Map ? dict.keys() : Object.keys(dict))];
    if (keys.length > 30 || !keys.every((key) => typeof key === "string")) return "";
    if (first === undefined) first = keys;
    else if (keys.length !== first.length || keys.some((key, at) => key !== first?.[at])) return "";
  }
  if (first === undefined || first.length === 0) return "";
  return ` with ${first.map((key) => reprString(key, KEY_WIDTH)).join(", ")}`;
}

/** Tagged JSON in, the value that it was written from out: the way back of `tagged.ts`, tag for tag. */
import { isHashable } from "../core/machine/index.ts";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  type Inert,
  Instance,
  NotImplemented,
  PersistentId,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { JsonError } from "./error.ts";
import { type JsonNode, JsonReader, Members } from "./parse.ts";

/** A value whose parts are being made: they are handed over together, in their order. */
interface Task {
  readonly parts: readonly JsonNode[];
  readonly made: unknown[];
  /** For messages: where it stands. */
  readonly path: string;
  /** The value, where it can exist before its parts: others may refer to it meanwhile. */
  readonly early: object | undefined;
  /** The number by which others refer to it. */
  readonly id: number | undefined;
  finish(made: readonly unknown[]): unknown;
}

type Plan = Pick<Task, "parts" | "early" | "finish">;

/**
 * The values of JSON documents, one after another: tagged ones as they were, plain ones as Python's `json` reads them.
 *
 * @throws JsonError `bad-json`, `bad-tag`
 */
export function* untagged(text: string): Generator<unknown, void, undefined> {
  const reader = new JsonReader(text);
  while (reader.hasMore) yield built(reader.next());
}

function built(root: JsonNode): unknown {
  const named = new PyDict<number, unknown>();
  const stack: Task[] = [];
  let node = root;
  let path = "$";
  for (;;) {
    let value: unknown;
    let id: number | undefined;
    let inner = node;
    // {"$id": n, "$value": …} around a value.
    const numbered = node instanceof Members ? tagOf(node) : undefined;
    if (numbered?.name === "$id") {
      id = index(numbered.node, path);
      inner = numbered.fields.get("$value") ?? null;
      if (!numbered.fields.has("$value")) bad("$id without $value", path);
      if (numbered.size !== 2) bad("$id and $value beside other names", path);
    }
    const plan = planOf(inner, path, named);
    if ("value" in plan) {
      value = plan.value;
      if (id !== undefined) named.set(id, value);
    } else {
      if (id !== undefined && plan.early !== undefined) named.set(id, plan.early);
      stack.push({ ...plan, made: [], path, id });
      value = undefined;
    }
    // Values that are complete go to what they are parts of.
    let isDone = "value" in plan;
    for (;;) {
      const task = stack[stack.length - 1];
      if (task === undefined) return value;
      if (isDone) task.made.push(value);
      if (task.made.length < task.parts.length) {
        node = task.parts[task.made.length] as JsonNode;
        path = `${task.path}[${task.made.length}]`;
        if (path.length > 200) path = `${path.slice(0, 60)}…`;
        break;
      }
      value = task.finish(task.made);
      if (task.id !== undefined) named.set(task.id, value);
      stack.pop();
      isDone = true;
    }
  }
}

interface Tag {
  readonly name: string;
  readonly node: JsonNode;
  readonly fields: ReadonlyMap<string, JsonNode>;
  /** How many names there are. */
  readonly size: number;
}

// The tag of an object: its first name, where that begins with $.
function tagOf({ entries }: Members): Tag | undefined {
  const [first] = entries;
  if (first === undefined || !first[0].startsWith("$")) return undefined;
  return { name: first[0], node: first[1], fields: new Map(entries), size: entries.length };
}

function planOf(
  node: JsonNode,
  path: string,
  named: ReadonlyMap<number, unknown>,
): Plan | { value: unknown } {
  if (Array.isArray(node)) return list(node, [], (early, made) => fill(early, made));
  if (!(node instanceof Members)) return { value: node };
  const tag = tagOf(node);
  if (tag === undefined) {
    const keys = node.entries.map(([key]) => key);
    return list(
      node.entries.map(([, part]) => part),
      new PyDict(),
      (early, made) => {
        for (const [at, key] of keys.entries()) early.set(key, made[at]);
      },
    );
  }
  const { name, node: content } = tag;
  if (name === "$form") return instance(tag, path);
  if (name === "$global") return global(tag, path);
  if (tag.size !== 1) bad(`${name.slice(0, 40)} beside other names`, path);
  switch (name) {
    case "$ref": {
      const id = index(content, path);
      if (!named.has(id)) bad(`$ref to ${id}, which is not there yet`, path);
      return { value: named.get(id) };
    }
    case "$tuple":
      return list(nodes(content, path), new Tuple(), (early, made) => fill(early, made));
    case "$set":
      return list(nodes(content, path), new PySet(), (early, made) => {
        for (const part of made) early.add(hashable(part, path));
      });
    case "$frozenset":
      return {
        parts: nodes(content, path),
        early: undefined,
        finish: (made) => new FrozenSet(made.map((part) => hashable(part, path))),
      };
    case "$dict":
      return list(pairsOf(content, path), new PyDict(), (early, made) => {
        for (let at = 0; at < made.length; at += 2) {
          early.set(hashable(made[at], path), made[at + 1]);
        }
      });
    case "$range":
    case "$slice": {
      const parts = nodes(content, path);
      if (parts.length !== 3) bad(`${name} has three parts`, path);
      const finish = ([start, stop, step]: readonly unknown[]): unknown => {
        if (name === "$slice") return new Slice(start, stop, step);
        if (![start, stop, step].every(isInteger)) bad("$range of what is no integer", path);
        return new Range(start as number, stop as number, step as number);
      };
      return { parts, early: undefined, finish };
    }
    case "$persistent":
      return { parts: [content], early: undefined, finish: ([id]) => new PersistentId(id) };
    default:
      return { value: scalar(name, content, path) };
  }
}

function scalar(name: string, content: JsonNode, path: string): unknown {
  switch (name) {
    case "$int": {
      const text = word(content, path);
      if (!/^-?(\d{1,4300}|0x[0-9a-f]+)$/.test(text)) bad("$int of no integer", path);
      const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    case "$float":
      return boxed(float(word(content, path), path));
    case "$complex": {
      const [real, imag] = nodes(content, path).map((part) => float(word(part, path), path));
      if (real === undefined || imag === undefined) return bad("$complex has two parts", path);
      return new Complex(real, imag);
    }
    case "$bytes":
      return bytes(word(content, path), path);
    case "$bytearray":
      return ByteArray.from(bytes(word(content, path), path));
    case "$constant":
      if (content === "Ellipsis") return Ellipsis;
      if (content === "NotImplemented") return NotImplemented;
      return bad("$constant of an unknown name", path);
    default:
      return bad(`there is no tag ${name.slice(0, 40)}`, path);
  }
}

function instance({ fields }: Tag, path: string): Plan {
  const form = fields.get("$form");
  if (form !== "call" && form !== "new" && form !== "old")
    return bad("$form of an unknown kind", path);
  const args: unknown[] = [];
  // What makes it is filled in when it is there; until then nothing looks at it.
  const early = new Instance(form, undefined, args);
  const rest = changes(fields, ["$form", "$class", "$args", "$kwargs"], path);
  const parts = [
    fields.get("$class") ?? bad("$form without $class", path),
    nodes(fields.get("$args") ?? null, path),
    fields.get("$kwargs") ?? null,
    ...rest.map(([, part]) => part),
  ];
  return list(parts, early, (object, [callable, given, kwargs, ...made]) => {
    args.push(...(given as unknown[]));
    Object.assign(object, { callable, ...(fields.has("$kwargs") && { kwargs }) });
    change(object, rest, made, path);
  });
}

function global({ node, fields }: Tag, path: string): Plan | { value: unknown } {
  const early = globalOf(node, path);
  const rest = changes(fields, ["$global"], path);
  if (rest.length === 0) return { value: early };
  return list(
    rest.map(([, part]) => part),
    early,
    (object, made) => change(object, rest, made, path),
  );
}

function globalOf(node: JsonNode, path: string): Global {
  if (Array.isArray(node) && node.length === 2) {
    return new Global(word(node[0] as JsonNode, path), word(node[1] as JsonNode, path));
  }
  const text = word(node, path);
  const at = text.indexOf(":");
  if (at < 0) bad("$global wants module:name", path);
  return new Global(text.slice(0, at), text.slice(at + 1));
}

const CHANGES: Readonly<
  Record<string, "items" | "entries" | "added" | "state" | "stateSetter" | "late">
> = {
  $items: "items",
  $entries: "entries",
  $added: "added",
  $state: "state",
  $setter: "stateSetter",
  $late: "late",
};

function changes(
  fields: ReadonlyMap<string, JsonNode>,
  known: readonly string[],
  path: string,
): [string, JsonNode][] {
  const rest = [...fields].filter(([name]) => !known.includes(name));
  for (const [name] of rest) {
    if (!Object.hasOwn(CHANGES, name)) bad(`there is no ${name.slice(0, 40)} of an object`, path);
  }
  return rest;
}

function change(
  object: Inert,
  rest: readonly [string, JsonNode][],
  made: readonly unknown[],
  path: string,
): void {
  for (const [at, [name]] of rest.entries()) {
    const field = CHANGES[name] as (typeof CHANGES)[string];
    const part = made[at];
    if (field !== "state" && field !== "stateSetter" && !Array.isArray(part))
      bad(`${name} wants an array`, path);
    const list = part as unknown[];
    if (field === "entries" && !list.every(isPair)) bad("$entries wants pairs", path);
    Object.assign(object, {
      [field as string]: field === "late" ? list.map((one) => lateChange(one, path)) : part,
    });
  }
}

function lateChange(part: unknown, path: string): object {
  const fields = part instanceof PyDict ? part : bad("$late wants objects", path);
  const kind = fields.get("kind");
  const list = fields.get(kind === "set" ? "entries" : "items");
  switch (kind) {
    case "append":
    case "add":
      return Array.isArray(list) ? { kind, items: list } : bad("$late without items", path);
    case "set":
      return Array.isArray(list) && list.every(isPair)
        ? { kind, entries: list }
        : bad("$late without entries", path);
    case "state":
      return { kind, state: fields.get("state") };
    case "call":
      return { kind, callable: fields.get("callable"), args: fields.get("args") };
    default:
      return bad("$late of an unknown kind", path);
  }
}

function list<Early extends object>(
  parts: readonly JsonNode[],
  early: Early,
  put: (early: Early, made: readonly unknown[]) => void,
): Plan {
  const finish = (made: readonly unknown[]): unknown => {
    put(early, made);
    return early;
  };
  return { parts, early, finish };
}

function hashable(part: unknown, path: string): unknown {
  return isHashable(part) ? part : bad("Python cannot hash a key or a member", path);
}

function fill(list: unknown[], made: readonly unknown[]): void {
  for (const part of made) list.push(part);
}

function nodes(node: JsonNode, path: string): JsonNode[] {
  return Array.isArray(node) ? node : bad("a tag wants an array", path);
}

function pairsOf(node: JsonNode, path: string): JsonNode[] {
  const parts: JsonNode[] = [];
  for (const pair of nodes(node, path)) {
    if (!isPair(pair)) return bad("$dict wants pairs", path);
    parts.push(pair[0] as JsonNode, pair[1] as JsonNode);
  }
  return parts;
}

function isPair(part: unknown): part is [unknown, unknown] {
  return Array.isArray(part) && part.length === 2;
}

function isInteger(part: unknown): boolean {
  return typeof part === "bigint" || Number.isInteger(part);
}

function index(node: JsonNode, path: string): number {
  return typeof node === "number" && Number.isInteger(node)
    ? node
    : bad("a reference wants a number", path);
}

function word(node: JsonNode, path: string): string {
  return typeof node === "string" ? node : bad("a tag wants text", path);
}

function float(text: string, path: string): number {
  if (text === "nan") return Number.NaN;
  if (text === "inf") return Number.POSITIVE_INFINITY;
  if (text === "-inf") return Number.NEGATIVE_INFINITY;
  return /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(text) ? Number(text) : bad("$float of no number", path);
}

function boxed(value: number): Float | number {
  return Number.isInteger(value) ? new Float(value) : value;
}

function bytes(text: string, path: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return bad("no base64", path);
  const latin1 = atob(text);
  return Uint8Array.from({ length: latin1.length }, (_, at) => latin1.charCodeAt(at));
}

function bad(why: string, path: string): never {
  throw new JsonError("bad-tag", why, path);
}

/**
 * A losslessly loaded value in, JSON that keeps every type, shared reference and cycle out.
 *
 * Objects whose only keys begin with `$` are tags: `{"$tuple": [1, 2]}`; a dict that could be taken for one, or whose
 * keys are not all str, is `{"$dict": [[key, value], …]}`. What is met twice is numbered where it stands first,
 * `{"$id": 1, "$value": …}`, and `{"$ref": 1}` afterwards.
 */
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  formatFloat,
  Global,
  type Inert,
  Instance,
  isPlainObject,
  NotImplemented,
  PersistentId,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { JsonError } from "./error.ts";
import {
  base64,
  type Expansion,
  integerText,
  list,
  pairs,
  record,
  type Slot,
  written,
} from "./writer.ts";

/** Tagged JSON, in pieces; what is shared is found first, in a walk of its own. */
export function* taggedJson(value: unknown): Generator<string, void, undefined> {
  const seen = new Set<object>();
  const numbers = new Map<object, number>();
  const search = (part: unknown): Expansion => {
    if (!isShareable(part)) return typeof part === "object" ? expand(part) : "";
    if (seen.has(part)) {
      numbers.set(part, 0);
      return "";
    }
    seen.add(part);
    return part instanceof Uint8Array ? "" : expand(part);
  };
  for (const _ of written(value, search)) {
    // Only the walk matters.
  }
  let next = 1;
  yield* written(value, (part) => {
    const number = isShareable(part) ? numbers.get(part) : undefined;
    if (number === undefined) return expand(part);
    if (number > 0) return `{"$ref":${number}}`;
    const id = next++;
    numbers.set(part as object, id);
    return numbered(id, expand(part));
  });
}

function* numbered(id: number, expansion: Expansion): Generator<string | Slot> {
  yield `{"$id":${id},"$value":`;
  if (typeof expansion === "string") yield expansion;
  else
    for (let step = expansion.next(); step.done !== true; step = expansion.next()) yield step.value;
  yield "}";
}

// Whether Python could tell two of them apart from one: not so of numbers, names and the empty tuple. A name whose object
// was changed can lead back to itself.
function isShareable(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Tuple) return value.length > 0;
  if (value instanceof Global) return changesOf(value).length > 0;
  return !(
    value instanceof Float ||
    value instanceof Complex ||
    value instanceof Range ||
    value === Ellipsis ||
    value === NotImplemented
  );
}

function expand(value: unknown): Expansion {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "string":
      return JSON.stringify(value);
    case "number":
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
      return Number.isInteger(value) || !Number.isFinite(value) ? float(value) : String(value);
    case "bigint":
      return `{"$int":"${integerText(value).text}"}`;
    case "object":
      return value === null ? "null" : expandObject(value);
    default:
      throw new JsonError("unsupported-value", `a ${typeof value} is no Python value`, "$");
  }
}

function float(value: number): string {
  return `{"$float":"${formatFloat(value)}"}`;
}

function expandObject(value: object): Expansion {
  if (value instanceof Instance) return instance(value);
  if (value instanceof Global) return global(value);
  if (Array.isArray(value)) {
    return value instanceof Tuple ? list('{"$tuple":[', value, "]}") : list("[", value, "]");
  }
  if (value instanceof Map) return dict(value as Map<unknown, unknown>);
  if (value instanceof Float) return float(value.value);
  if (value instanceof Uint8Array) {
    return base64(value instanceof ByteArray ? '{"$bytearray":"' : '{"$bytes":"', value, '"}');
  }
  if (value instanceof Set) {
    return list(value instanceof FrozenSet ? '{"$frozenset":[' : '{"$set":[', value, "]}");
  }
  if (value instanceof Complex) {
    return `{"$complex":["${formatFloat(value.real)}","${formatFloat(value.imag)}"]}`;
  }
  if (value instanceof Range)
    return list('{"$range":[', [value.start, value.stop, value.step], "]}");
  if (value instanceof Slice)
    return list('{"$slice":[', [value.start, value.stop, value.step], "]}");
  if (value === Ellipsis || value === NotImplemented) return `{"$constant":"${String(value)}"}`;
  if (value instanceof PersistentId) return record("{", [["$persistent", value.id]], "}");
  if (isPlainObject(value)) return dict(Object.entries(value));
  throw new JsonError(
    "unsupported-value",
    `a ${value.constructor?.name ?? "object"} has no tag`,
    "$",
  );
}

// A key that JSON.parse would move to the front ("7") or that could be a tag ("$tuple").
const UNSAFE_KEY = /^(\$|(0|[1-9]\d*)$)/;

function dict(entries: Iterable<readonly [unknown, unknown]>): Expansion {
  for (const [key] of entries) {
    if (typeof key !== "string" || UNSAFE_KEY.test(key)) return pairs('{"$dict":[', entries, "]}");
  }
  return record("{", entries as Iterable<readonly [string, unknown]>, "}");
}

// module:Class.method, as entry points are written: a dot alone would not say where the module ends. Where a colon would
// not either, the two apart.
function globalText({ module, name }: Global): string {
  return JSON.stringify(module.includes(":") ? [module, name] : `${module}:${name}`);
}

function global(value: Global): Expansion {
  const changes = changesOf(value);
  if (changes.length === 0) return `{"$global":${globalText(value)}}`;
  return record(`{"$global":${globalText(value)},`, changes, "}");
}

function instance(value: Instance): Expansion {
  const fields: [string, unknown][] = [
    ["$form", value.form],
    ["$class", value.callable],
    ["$args", [...value.args]],
  ];
  if (value.kwargs !== undefined) fields.push(["$kwargs", value.kwargs]);
  return record("{", [...fields, ...changesOf(value)], "}");
}

function changesOf(value: Inert): [string, unknown][] {
  const fields: [string, unknown][] = [];
  if (value.items !== undefined) fields.push(["$items", value.items]);
  if (value.entries !== undefined) fields.push(["$entries", [...value.entries]]);
  if (value.added !== undefined) fields.push(["$added", value.added]);
  if (value.state !== undefined) fields.push(["$state", value.state]);
  if (value.stateSetter !== undefined) fields.push(["$setter", value.stateSetter]);
  // Plain objects of our own making: "kind" and what the change holds.
  if (value.late !== undefined) fields.push(["$late", value.late]);
  return fields;
}

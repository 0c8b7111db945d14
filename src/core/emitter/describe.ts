/** Values and open frames in, words for messages out: what a value is, and the way to it from the root. */

import { Global, Instance } from "../values/index.ts";
import {
  DICT,
  ENTRIES,
  FROZENSET,
  type Frames,
  ITEMS,
  LIST,
  OLD,
  REDUCE,
  SET,
  SETTER,
  STATE,
  TUPLE,
} from "./frames.ts";

/** The way from the root to the value at work, read off the open frames: `$.rows[3]`. */
export function pathOf(frames: Frames): string {
  let path = "$";
  for (let depth = 0; depth < frames.depth && path.length < 1000; depth++) {
    const { kind, items, index, object } = frames.at(depth);
    // What waits for its turn is not on the way.
    if (index === 0) continue;
    switch (kind) {
      case LIST:
      case ITEMS:
      case TUPLE:
        path += `[${index - 1}]`;
        break;
      case DICT:
      case ENTRIES:
        path += keyPath(items[(index - 1) >> 1], (index & 1) === 1);
        break;
      case SET:
      case FROZENSET:
        path += `{${index - 1}}`;
        break;
      case REDUCE:
      case OLD:
        path += object instanceof Set ? "" : `(${describe(object)})`;
        break;
      case STATE:
      case SETTER:
        path += ".<state>";
    }
  }
  return path;
}

function keyPath(key: unknown, isKey: boolean): string {
  const shown =
    typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${show(key)}]`;
  return isKey ? `${shown}<key>` : shown;
}

function show(key: unknown): string {
  if (typeof key === "string")
    return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return typeof key === "object" && key !== null ? describe(key) : String(key);
}

/** What a value is, in a few words. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "function":
      return value.name === "" ? "an anonymous function" : `function ${value.name}`;
    case "symbol":
      return String(value);
    case "object":
      if (value instanceof Global) return value.path;
      if (value instanceof Instance) return value.className;
      return `an instance of ${value.constructor?.name || "an anonymous class"}`;
    default:
      return String(value);
  }
}

/** The message of whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

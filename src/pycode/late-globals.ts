/**
 * A dict of globals that was filled after its function was made, in; what Python makes the same dict of, out.
 *
 * With `recurse=True` dill writes a function's globals as `{"__name__": …}`, makes the function, and then sets in that dict
 * what the function refers to, itself included. A dict is written with all its entries where it first occurs, which is
 * before the function; and `_create_function(code, globals or dict())` takes a dict that is still empty for none. So it
 * goes out as `dict({"__name__": …})`, which is not empty, followed by the other entries.
 */

import { Global, Instance, PyDict, Tuple } from "../core/values/index.ts";
import { entriesOf } from "./fields.ts";

const DICT = new Global("builtins", "dict", { spelled: "name" });

// One for each dict, whichever of its functions is written first.
const written = new WeakMap<object, Instance>();

function isDict(value: unknown): value is object {
  return entriesOf(value) !== undefined;
}

/** How many entries a dict of globals has; undefined for what is none. */
export function entryCount(globals: unknown): number | undefined {
  return isDict(globals) ? entriesOf(globals)?.length : undefined;
}

/** What goes out for globals that had `count` entries when the function was made. */
export function lateGlobals(globals: unknown, count: number): unknown {
  const entries = entriesOf(globals);
  if (!isDict(globals) || entries === undefined || entries.length <= count) return globals;
  let instance = written.get(globals);
  if (instance === undefined) {
    instance = new Instance("call", DICT, Tuple.of(new PyDict(entries.slice(0, count))));
    written.set(globals, instance);
  }
  instance.entries = entries.slice(count).map(([name, value]): [unknown, unknown] => [name, value]);
  return instance;
}

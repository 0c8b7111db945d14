/** A call that stands for NEWOBJ_EX in the words of protocols 2 and 3 in, the instance that it makes out. */

import { Global, Instance, Tuple } from "../values/index.ts";
import { GETATTR, PARTIAL } from "./builtins.ts";
import { isDict } from "./refusal.ts";

const MOST_ARGS = 255;

/**
 * The instance that `functools.partial(cls.__new__, cls, *args, **kwargs)()` makes. As one instance it can be written at
 * any protocol, also where its keyword arguments lead back to it.
 */
export function newWithKeywords(callable: unknown, args: Tuple): Instance | undefined {
  if (args.length > 0 || !(callable instanceof Instance) || !isNamed(callable.callable, PARTIAL))
    return undefined;
  const { state, late, items, entries } = callable;
  if (!(state instanceof Tuple) || state.length !== 4 || late || items || entries) return undefined;
  const [create, createArgs, kwargs, attributes] = state;
  // They are copied at each call.
  if (
    !(createArgs instanceof Tuple) ||
    createArgs.length > MOST_ARGS ||
    attributes !== null ||
    !isDict(kwargs)
  )
    return undefined;
  const [cls, ...rest] = createArgs;
  if (!(cls instanceof Global) || !isConstructorOf(create, cls)) return undefined;
  return new Instance("new", cls, Tuple.from(rest) as Tuple, kwargs);
}

// `cls.__new__`: a nested name, or (CPython before 3.13, below protocol 4) a call of getattr.
function isConstructorOf(create: unknown, cls: Global): boolean {
  if (create instanceof Global) {
    return create.module === cls.module && create.name === `${cls.name}.__new__`;
  }
  if (!(create instanceof Instance) || !isNamed(create.callable, GETATTR)) return false;
  return create.args.length === 2 && create.args[0] === cls && create.args[1] === "__new__";
}

function isNamed(callable: unknown, path: string): boolean {
  return callable instanceof Global && callable.path === path;
}

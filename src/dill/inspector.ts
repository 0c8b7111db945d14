/** What this runtime tells of functions: all that V8 knows in Node, nothing elsewhere. */
import { functionInspector } from "#files";
import type { Bound, FunctionInspector, Scope } from "../node/index.ts";

/** The inspector, where there is one. */
export const inspector: FunctionInspector | undefined = functionInspector;

/**
 * The scopes around a function; `undefined` where nobody can see them: in browsers, under Node's `--permission`, in
 * runtimes that have the inspector by name only.
 */
export function scopesOf(fn: object): readonly Scope[] | undefined {
  try {
    return inspector?.scopes(fn);
  } catch {
    return undefined;
  }
}

/** What a bound function binds; `undefined` for others, and where nobody can see it. */
export function boundBy(fn: object): Bound | undefined {
  try {
    return inspector?.bound(fn);
  } catch {
    return undefined;
  }
}

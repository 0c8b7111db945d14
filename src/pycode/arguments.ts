/** Arguments of a builtin or a method in, their values by position out; what does not fit is refused, not guessed. */

import { unsupported } from "./error.ts";
import type { Keywords, Value } from "./objects.ts";

/**
 * `args` and `keywords` for parameters of these names, the first `required` of which must be there. A name that begins with
 * `/` takes no keyword, one with `*` only a keyword.
 */
export function bind(
  callee: string,
  parameters: readonly string[],
  required: number,
  args: readonly Value[],
  keywords: Keywords | undefined,
): (Value | undefined)[] {
  const refuse = (): Error => unsupported(callee, "is not covered with these arguments");
  const found: (Value | undefined)[] = new Array(parameters.length).fill(undefined);
  const positional = parameters.filter((name) => !name.startsWith("*")).length;
  if (args.length > positional) throw refuse();
  args.forEach((arg, index) => {
    found[index] = arg;
  });
  for (const [name, value] of keywords ?? []) {
    const index = parameters.findIndex((own) => own === name || own === `*${name}`);
    if (index < 0 || found[index] !== undefined) throw refuse();
    found[index] = value;
  }
  for (let index = 0; index < required; index++) if (found[index] === undefined) throw refuse();
  return found;
}

/** Exactly so many positional arguments, or up to `most`. */
export function positional(
  callee: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  least: number,
  most: number = least,
): void {
  if (args.length < least || args.length > most || (keywords !== undefined && keywords.size > 0)) {
    throw unsupported(callee, "is not covered with these arguments");
  }
}

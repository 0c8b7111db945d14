/** The methods of str that take a text apart: split, rsplit, splitlines. */

import { bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";
import { typeError, valueError } from "./exceptions.ts";
import { asSize, type Host } from "./iterate.ts";
import { type Keywords, ListValue, typeName, type Value } from "./objects.ts";
import { ALL_SPACE, LEADING, SPACES, trimEnd } from "./text.ts";

const LINE_ENDS = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/;

/** A count of splits or replacements; negative ones are no limit. */
export function limitOf(value: Value | undefined, budget: Budget): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const count = asSize(value, budget);
  return count < 0 ? Number.POSITIVE_INFINITY : count;
}

function textList(parts: readonly string[], host: Host): ListValue {
  for (const item of parts) host.budget.take(16 + 2 * item.length);
  return new ListValue([...parts]);
}

/** `str.split`. */
export function split(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  const [separator, most] = bind("str.split", ["sep", "maxsplit"], 0, args, keywords);
  const limit = limitOf(most, host.budget);
  if (separator === undefined || separator === null) {
    const parts: string[] = [];
    let rest = self.replace(LEADING, "");
    while (rest !== "" && parts.length < limit) {
      host.budget.step(1);
      const gap = SPACES.exec(rest);
      if (gap === null) break;
      parts.push(rest.slice(0, gap.index));
      rest = rest.slice(gap.index + gap[0].length);
    }
    // Where the limit stopped it, the space at the end stays.
    if (rest !== "") parts.push(rest);
    return textList(parts, host);
  }
  if (typeof separator !== "string")
    throw typeError(`must be str or None, not ${typeName(separator)}`);
  if (separator === "") throw valueError("empty separator");
  const parts: string[] = [];
  let from = 0;
  while (parts.length < limit) {
    const at = self.indexOf(separator, from);
    if (at < 0) break;
    host.budget.step();
    parts.push(self.slice(from, at));
    from = at + separator.length;
  }
  parts.push(self.slice(from));
  return textList(parts, host);
}

/** `str.rsplit`. */
export function rsplit(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  const [separator, most] = bind("str.rsplit", ["sep", "maxsplit"], 0, args, keywords);
  const limit = limitOf(most, host.budget);
  if (separator === undefined || separator === null) {
    // Without a limit it makes no difference at which end one begins.
    if (!Number.isFinite(limit)) return split(self, [], undefined, host);
    const parts: string[] = [];
    let rest = trimEnd(self);
    while (rest !== "" && parts.length < limit) {
      let from = rest.length;
      while (from > 0 && !ALL_SPACE.test(rest[from - 1] as string)) from--;
      host.budget.step(1 + (rest.length - from) / 16);
      parts.push(rest.slice(from));
      rest = trimEnd(rest.slice(0, from));
    }
    if (rest !== "") parts.push(rest);
    return textList(parts.reverse(), host);
  }
  if (typeof separator !== "string")
    throw typeError(`must be str or None, not ${typeName(separator)}`);
  if (separator === "") throw valueError("empty separator");
  const parts: string[] = [];
  let end = self.length;
  while (parts.length < limit) {
    const at = end < separator.length ? -1 : self.lastIndexOf(separator, end - separator.length);
    if (at < 0) break;
    host.budget.step();
    parts.push(self.slice(at + separator.length, end));
    end = at;
  }
  parts.push(self.slice(0, end));
  return textList(parts.reverse(), host);
}

/** `str.splitlines`. */
export function splitlines(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  const [keep] = bind("str.splitlines", ["keepends"], 0, args, keywords);
  if (keep !== undefined && typeof keep !== "boolean")
    throw unsupported("str.splitlines", "is not covered with these arguments");
  const parts: string[] = [];
  let rest = self;
  while (rest !== "") {
    host.budget.step(1 + rest.length / 64);
    const end = LINE_ENDS.exec(rest);
    if (end === null) {
      parts.push(rest);
      break;
    }
    parts.push(rest.slice(0, end.index + (keep === true ? end[0].length : 0)));
    rest = rest.slice(end.index + end[0].length);
  }
  return textList(parts, host);
}

/**
 * Python's str as JavaScript's: the same text, counted in code points. A lone surrogate has no place here (two of them side
 * by side would become one character); what would make one is refused.
 */

import type { Budget } from "./budget.ts";
import { unsupported } from "./error.ts";

const SURROGATE = /[\ud800-\udfff]/;

/** Whether every character is one UTF-16 unit, so that both count alike. */
export function isFlat(text: string, budget: Budget): boolean {
  return pointCount(text, budget) === text.length;
}

const SHORT = 64;

/**
 * Number of code points. The last long text is remembered: whoever walks along one by index asks at each step, and the
 * count takes as long as the text.
 */
export function pointCount(text: string, budget: Budget): number {
  if (text.length <= SHORT) return counted(text);
  const { lastCounted } = budget;
  // Equal texts that are two take a look at each character.
  budget.step(text.length / 8192);
  if (lastCounted.text !== text) {
    budget.step(text.length / 64);
    lastCounted.text = text;
    lastCounted.points = counted(text);
  }
  return lastCounted.points;
}

function counted(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The characters. */
export function codePoints(text: string, budget: Budget): string[] {
  budget.take(text.length * 8);
  return isFlat(text, budget) ? text.split("") : Array.from(text);
}

/** From and to before these code points. */
export function sliceText(text: string, start: number, stop: number, budget: Budget): string {
  budget.take(Math.max(0, stop - start) * 2);
  if (isFlat(text, budget)) return text.slice(start, stop);
  return codePoints(text, budget).slice(start, stop).join("");
}

/** A code point's offset in UTF-16 units to its index in code points. */
export function pointIndex(text: string, offset: number, budget: Budget): number {
  if (isFlat(text, budget)) return offset;
  budget.step(offset / 64);
  return counted(text.slice(0, offset));
}

/** Refuses text with lone surrogates. */
export function checkText(text: string): string {
  if (SURROGATE.test(text) && !text.isWellFormed()) throw unsupported("a lone surrogate");
  return text;
}

// str.isspace, by code point.
const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/** Space at the beginning. */
export const LEADING: RegExp = new RegExp(`^[${SPACE}]+`, "u");
/** A run of space. */
export const SPACES: RegExp = new RegExp(`[${SPACE}]+`, "u");
/** Nothing but space. */
export const ALL_SPACE: RegExp = new RegExp(`^[${SPACE}]+$`, "u");

/** Without the space at the end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ALL_SPACE.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** A state and its size in, a refusal out where one load sets large states again and again. */

import type { LoadContext } from "./index.ts";

// Which large states a load has set, and how many of their attributes again: a pickle that sets one of them a hundred thousand
// times is a small one, and would be quadratic.
const loads = new WeakMap<LoadContext, { readonly before: WeakSet<object>; again: number }>();
const MOST_AGAIN = 5_000_000;

// Smaller ones cost about as much as the opcodes that set them.
const LARGE = 50;

/**
 * Counts a state of `count` attributes.
 *
 * @throws RangeError where states were set too often
 */
export function boundState(state: object, count: number, context: LoadContext): void {
  if (count <= LARGE) return;
  const read = loads.get(context) ?? { before: new WeakSet<object>(), again: 0 };
  loads.set(context, read);
  if (read.before.has(state)) read.again += count;
  else read.before.add(state);
  if (read.again > MOST_AGAIN) throw new RangeError("too many attributes are set again and again");
}

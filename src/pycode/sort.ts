/** Python's sort: stable, by `<` alone. */

import { type Budget, exceeded, MAX_LEVELS } from "./budget.ts";
import { ordered, truth } from "./compare.ts";
import { unsupported } from "./error.ts";
import { asShort, type Host } from "./iterate.ts";
import { ListValue, Raised, TupleValue, type Value } from "./objects.ts";
import { SetValue } from "./tables.ts";

/** The items in order. Where `<` is no order of all items, the result would depend on CPython's own steps: refused. */
export function sortValues(
  items: readonly Value[],
  key: Value | undefined,
  reverse: Value | undefined,
  host: Host,
): Value[] {
  const { budget } = host;
  const isReversed =
    reverse !== undefined &&
    (budget.since("3.12") ? truth(reverse) : asShort(reverse, budget) !== 0);
  const keyed = items.map((item) => ({
    item,
    key: key === undefined || key === null ? item : host.call(key, [item]),
  }));
  for (const { key: own } of keyed) checkOrdered(own, budget, 0);
  budget.take(16 * items.length);
  const less = (a: Value, b: Value): boolean => {
    budget.step();
    return ordered("<", a, b, budget);
  };
  // Reversed twice, so that equal items keep their order.
  if (isReversed) keyed.reverse();
  firstRun(keyed, less);
  try {
    keyed.sort((a, b) => (less(a.key, b.key) ? -1 : less(b.key, a.key) ? 1 : 0));
  } catch (error) {
    // Which two items the message names depends on CPython's own steps.
    throw error instanceof Raised ? unsupported("the order of values of several types") : error;
  }
  if (isReversed) keyed.reverse();
  return keyed.map(({ item }) => item);
}

// CPython begins with the run of items that are in order already, or in reverse: an error there names these two.
function firstRun(
  keyed: readonly { readonly key: Value }[],
  less: (a: Value, b: Value) => boolean,
): void {
  let isDescending: boolean | undefined;
  for (let index = 1; index < keyed.length; index++) {
    const isLess = less(
      (keyed[index] as { key: Value }).key,
      (keyed[index - 1] as { key: Value }).key,
    );
    isDescending ??= isLess;
    if (isLess !== isDescending) return;
  }
}

// Of what `<` compares part by part, every part.
function checkOrdered(value: Value, budget: Budget, level: number): void {
  if (typeof value === "number" && Number.isNaN(value)) throw unsupported("the order of nan");
  if (value instanceof SetValue) throw unsupported("the order of sets");
  if (!(value instanceof TupleValue || value instanceof ListValue)) return;
  if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
  budget.step(value.items.length);
  for (const item of value.items) checkOrdered(item, budget, level + 1);
}

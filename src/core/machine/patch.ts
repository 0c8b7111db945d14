/**
 * Replaces objects everywhere in a graph: the last step of a load in which a plain object had to become a PyDict after
 * something already referred to it.
 */

/** Walks everything reachable from `roots`, with its own stack, and puts `replace(x)` in the place of each object x. */
export function replaceReferences(
  roots: readonly unknown[],
  replace: (value: unknown) => unknown,
): void {
  const visited = new Set<object>();
  const pending: unknown[] = [...roots];
  const visit = (value: unknown): unknown => {
    const next = replace(value);
    if (typeof next === "object" && next !== null) pending.push(next);
    return next;
  };
  while (pending.length > 0) {
    const item = replace(pending.pop());
    if (typeof item !== "object" || item === null || visited.has(item)) continue;
    visited.add(item);
    if (ArrayBuffer.isView(item)) continue;
    if (Array.isArray(item)) {
      for (let index = 0; index < item.length; index++) {
        const next = visit(item[index]);
        // A type may have frozen what it made.
        if (next !== item[index]) item[index] = next;
      }
    } else if (item instanceof Map) {
      // Keys cannot be dicts; only the values change, so the order stays.
      for (const [key, value] of item) {
        visit(key);
        const next = visit(value);
        if (next !== value) item.set(key, next);
      }
    } else if (item instanceof Set) {
      for (const value of item) visit(value);
    }
    replaceProperties(item, visit);
  }
}

function replaceProperties(item: object, visit: (value: unknown) => unknown): void {
  if (Array.isArray(item)) return;
  for (const key of Object.keys(item)) {
    const descriptor = Object.getOwnPropertyDescriptor(item, key);
    if (typeof descriptor?.value !== "object") continue;
    const next = visit(descriptor.value);
    if (next !== descriptor.value && descriptor.writable)
      (item as Record<string, unknown>)[key] = next;
  }
}

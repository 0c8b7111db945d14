/** What damaged pickles may hold and no test can ask JSON for. */

/** Whether a value, as JSON sees it, holds itself: JSON.stringify refuses that of any value. */
export function leadsBack(value: unknown, path: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (path.has(value)) return true;
  const { toJSON } = value as { toJSON?: () => unknown };
  const parts: unknown = typeof toJSON === "function" ? toJSON.call(value) : value;
  if (typeof parts !== "object" || parts === null || ArrayBuffer.isView(parts)) return false;
  const longer = new Set(path).add(value).add(parts);
  return Object.values(parts).some((part) => leadsBack(part, longer));
}

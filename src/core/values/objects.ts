/** Any value in, whether it is an object of no class out: what stands for a dict with str keys. */

/** Whether a value is a plain object: `{}`, or one without a prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

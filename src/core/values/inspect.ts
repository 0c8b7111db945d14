/** How values show themselves in a console: the well-known symbol that Node, Deno and Bun honour, named without naming any. */

/** Key of the method that `console.log` and `util.inspect` call. */
export const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Nested rendering, as the console hands it to {@link inspectSymbol} methods. */
export type Inspect = (value: unknown, options?: unknown) => string;

/**
 * The two symbols by which a value class answers: how it shows itself in a console (the symbol that Node, Deno and Bun
 * honour, named without naming any), and what it is equal to as a key.
 */

/** Key of the method that `console.log` and `util.inspect` call. */
export const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Nested rendering, as the console hands it to {@link inspectSymbol} methods. */
export type Inspect = (value: unknown, options?: unknown) => string;

/**
 * Key of a method that gives a value class its place in Python's equality: the returned string is equal for equal
 * values and different from every other value's; `undefined` means identity.
 */
export const keySymbol: unique symbol = Symbol.for("brine.key") as never;

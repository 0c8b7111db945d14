/**
 * The two symbols by which a value class answers: how it shows itself in a console (the symbol that Node, Deno and Bun
 * honour, named without naming any), and what it is equal to as a key.
 */

/** Key of the method that `console.log` and `util.inspect` call. */
export const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Nested rendering, as the console hands it to {@link inspectSymbol} methods. */
export type Inspect = (value: unknown, options?: unknown) => string;

// Where somebody asks for all levels: what leads back to itself must end.
const MOST_LEVELS = 10;

// Objects that hold each other a hundred times are a hundred times as many on each level.
const MOST_OBJECTS = 2000;
const MOST_PARTS = 100;

/**
 * The options for what stands one level deeper. The console knows a circle only among its own arrays and objects: what
 * shows itself must count the levels, also where the caller set no limit (null, Infinity), and the objects.
 */
export function nest(options: unknown): unknown {
  const { depth, objects = [0] } = (options ?? {}) as { depth?: number | null; objects?: [number] };
  if (depth === undefined) return options;
  const left = objects[0]++ < MOST_OBJECTS ? Math.min(depth ?? MOST_LEVELS, MOST_LEVELS) : 0;
  return { ...(options as object), objects, depth: left - 1 };
}

/** The texts of the first hundred of `count` parts, and how many more there are. */
export function shownParts<Part>(
  parts: Iterable<Part>,
  count: number,
  show: (part: Part) => string,
): string[] {
  const texts: string[] = [];
  for (const part of parts) {
    if (texts.length === MOST_PARTS) {
      texts.push(`... ${count - MOST_PARTS} more items`);
      break;
    }
    texts.push(show(part));
  }
  return texts;
}

/** A name or a line without quotes, but with what would act on a terminal escaped as the console escapes it in text. */
export function visible(text: string, inspect: Inspect): string {
  return /[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(text) ? inspect(text).slice(1, -1) : text;
}

/** `head { part, part }`, on one line where that is short, else with a line for each part. */
export function braced(head: string, parts: readonly string[]): string {
  const line = `${head} { ${parts.join(", ")} }`;
  if (line.length <= 76 && !line.includes("\n")) return line;
  return `${head} {\n  ${parts.join(",\n").replaceAll("\n", "\n  ")}\n}`;
}

/**
 * Key of a method that gives a value class its place in Python's equality: the returned string is equal for equal
 * values and different from every other value's; `undefined` means identity.
 */
export const keySymbol: unique symbol = Symbol.for("brine.key") as never;

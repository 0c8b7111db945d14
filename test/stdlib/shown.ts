/** A loaded value in, one line of text out that tells its type and its content. */
import { inspect } from "node:util";

/** Temporal's objects by name and text (the console shows them empty), lists part by part, all else as the console does. */
export function shown(value: unknown): string {
  if (Array.isArray(value) && value.constructor === Array)
    return `[${value.map(shown).join(", ")}]`;
  const tag = (value as { [Symbol.toStringTag]?: string } | null)?.[Symbol.toStringTag];
  if (typeof tag === "string" && tag.startsWith("Temporal.")) return `${tag.slice(9)} ${value}`;
  return inspect(value, { depth: 5, breakLength: Number.POSITIVE_INFINITY });
}

/** What the shapes import from another module. */

/** An object of anything. */
export type Loose = Record<string, unknown>;

export const bases: readonly string[] = ["a", "c", "g", "t"];
export const version = { major: 2 };

const offset = 10;

export function outside(x: number): number {
  return x + offset;
}

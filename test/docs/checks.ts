/** Preloaded before a document's block: the functions that its `//=>` comments were rewritten into. */
import { format, inspect } from "node:util";

// White space, the kind of quotes, and the length in `Uint8Array(3) [` are the console's taste, not the value.
const squeezed = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replaceAll('"', "'")
    .replace(/\(\d+\)(?= [[{])/g, "")
    .replace(/([[{]) | (?=[\]}])/g, "$1")
    .trim();

const compare = (where: string, expected: string, found: string): void => {
  if (squeezed(expected) !== squeezed(found)) {
    throw new Error(`${where}: promised\n  ${expected}\nfound\n  ${found}`);
  }
  process.stdout.write(`kept ${where}\n`);
};

Object.assign(globalThis, {
  promise(where: string, expected: string, value: unknown): void {
    compare(
      where,
      expected,
      inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY }),
    );
  },

  printed(where: string, expected: string, ...values: unknown[]): void {
    compare(where, expected, format(...values));
  },

  async refusal(where: string, expected: string, act: () => unknown): Promise<void> {
    let error: unknown;
    try {
      await act();
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof Error)) throw new Error(`${where}: nothing was thrown`);
    compare(
      where,
      expected,
      expected.includes(":") ? `${error.name}: ${error.message}` : error.name,
    );
  },
});

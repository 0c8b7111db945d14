/**
 * Which format to use, and why: `recommend` looks at the value.
 *
 *     npm run build && node examples/choosing.ts
 */
import { type Needs, ndarray, recommend, Tuple } from "brine";

const QUESTIONS: readonly (readonly [what: string, value: unknown, needs?: Needs])[] = [
  ["settings that people edit", { theme: "dark", fontSize: 14 }, { humanReadable: true }],
  ["a message with an image", { from: "Ann", image: new Uint8Array(16) }, { otherLanguages: true }],
  ["results of a computation", { seen: new Set([1, 2]), best: Tuple.of(0.9, "tree") }],
  ["a trained model", { weights: ndarray(new Float64Array(1_000_000)), layers: 3 }],
  ["a task with its function", { run: (x: number) => x + 1, on: [1, 2, 3] }],
  ["a set that a stranger sends", new Set([1]), { untrusted: true }],
];

for (const [what, value, needs] of QUESTIONS) {
  const { format, reasons } = recommend(value, needs);
  console.log(`${what}: ${format ?? "none"}`);
  for (const reason of reasons) console.log(`  ${reason}`);
}

/** A verdict in, the sign, the word and the sentence for it out: never colour alone. */
import type { Verdict } from "brine/audit";
import { make } from "./elements.ts";

interface Words {
  readonly sign: string;
  readonly word: string;
  readonly sentence: string;
}

/** How each verdict is said. */
export const VERDICT_WORDS: Readonly<Record<Verdict, Words>> = {
  safe: {
    sign: "✓",
    word: "Safe",
    sentence:
      "Loading it in Python would make inert objects and, as far as the audit can tell, do nothing else.",
  },
  review: {
    sign: "?",
    word: "For review",
    sentence:
      "Loading it in Python uses code that nobody here can vouch for. If it is yours, decide yourself.",
  },
  incomplete: {
    sign: "…",
    word: "Incomplete",
    sentence: "Not all of it could be read, so that the rest may hold anything.",
  },
  dangerous: {
    sign: "✕",
    word: "Dangerous",
    sentence: "Loading it in Python would do what no data needs. Do not load it there.",
  },
};

/** Sign and word, as one inline element. */
export function verdictBadge(verdict: Verdict): HTMLElement {
  const { sign, word } = VERDICT_WORDS[verdict];
  return make(
    "strong",
    { class: `badge ${verdict}` },
    make("span", { "aria-hidden": "true", class: "sign" }, sign),
    word,
  );
}

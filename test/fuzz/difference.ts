/** The two sides' answers in, what differs between them out: in one word, and as a signature that groups its like. */
import type { Verdict } from "./machine.ts";
import type { Answer, Input } from "./reference.ts";

/** One input on which the two sides differ, or on which brine fails. */
export interface Difference {
  readonly kind:
    | "brine accepts"
    | "brine refuses"
    | "other value"
    | "foreign error"
    | "hang"
    | "out of memory"
    | "disagrees with itself"
    | "cannot rewrite"
    | "rewrites another value";
  readonly input: Input;
  readonly reference: Answer;
  readonly brine: Verdict;
}

/** What differs, or undefined. An input that CPython did not survive has no reference: only brine's own failures count. */
export function difference(
  input: Input,
  reference: Answer,
  brine: Verdict,
): Difference | undefined {
  const kind = kindOf(reference, brine);
  return kind && { kind, input, reference, brine };
}

function kindOf(reference: Answer, brine: Verdict): Difference["kind"] | undefined {
  if (brine.verdict === "foreign") return "foreign error";
  if (brine.verdict === "hang") return "hang";
  if (brine.verdict === "out-of-memory") return "out of memory";
  if (brine.rewriteError.startsWith("foreign ")) return "foreign error";
  if (brine.inconsistency !== "") return "disagrees with itself";
  if (reference.verdict === "lost") return undefined;
  if (reference.verdict !== brine.verdict) {
    return brine.verdict === "accepted" ? "brine accepts" : "brine refuses";
  }
  if (reference.value !== undefined && brine.value !== undefined) {
    if (reference.value !== brine.value) return "other value";
    if (brine.rewriteError !== "") return "cannot rewrite";
  }
  return undefined;
}

/** Groups differences: their kind and both sides' messages without the particulars. */
export function signature({ kind, reference, brine }: Difference): string {
  const python = `${reference.error} ${plain(reference.message)}`.trim();
  const ours =
    `${brine.code} ${plain(brine.message.replace(/ at byte .*/, ""))} ${brine.rewriteError} ${plain(brine.inconsistency)}`.trim();
  return `${kind} | CPython: ${python || reference.verdict} | brine: ${ours || brine.verdict}`;
}

function plain(message: string): string {
  return message
    .replace(/'[^']*'?|"[^"]*"?/g, "'…'")
    .replace(/-?\d+/g, "#")
    .slice(0, 80);
}

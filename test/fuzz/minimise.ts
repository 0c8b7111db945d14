/** An input with a property in, a small input that still has it out. */
import { steps } from "./opcodes.ts";
import type { Input } from "./reference.ts";

/** Which of the candidates still have the property. */
export type Judge = (candidates: readonly Input[]) => Promise<readonly boolean[]>;

// Judged at once, since a question costs more than an answer.
const AT_ONCE = 64;

/** Removes runs of opcodes, then runs of bytes, from long to short, until nothing of either can go. */
export async function minimise(input: Input, judge: Judge): Promise<Input> {
  let best = input;
  for (let before = -1; before !== best.bytes.length; ) {
    before = best.bytes.length;
    for (const run of [32, 8, 4, 3, 2, 1])
      best = await shrink(best, judge, (bytes) => opcodeRuns(bytes, run));
    for (const run of [8, 4, 2, 1])
      best = await shrink(best, judge, (bytes) => byteRuns(bytes, run));
  }
  return best;
}

type Stretch = readonly [from: number, end: number];

// Takes away the first stretch that can go, again and again; each stretch is tried once, from the front.
async function shrink(
  input: Input,
  judge: Judge,
  stretches: (bytes: Uint8Array) => Stretch[],
): Promise<Input> {
  let best = input;
  let tried = 0;
  for (let all = stretches(best.bytes); tried < all.length; ) {
    const candidates = all
      .slice(tried, tried + AT_ONCE)
      .map((stretch) => ({ ...best, bytes: without(best.bytes, stretch) }));
    const hit = (await judge(candidates)).indexOf(true);
    if (hit < 0) tried += candidates.length;
    else {
      best = candidates[hit] as Input;
      tried += hit;
      all = stretches(best.bytes);
    }
  }
  return best;
}

function opcodeRuns(bytes: Uint8Array, run: number): Stretch[] {
  const found = steps(bytes);
  const runs: Stretch[] = [];
  for (let i = 0; i + run <= found.length; i++) {
    runs.push([found[i]?.offset ?? 0, found[i + run - 1]?.end ?? 0]);
  }
  return runs;
}

function byteRuns(bytes: Uint8Array, run: number): Stretch[] {
  return Array.from(
    { length: Math.max(0, bytes.length - run + 1) },
    (_, from) => [from, from + run] as const,
  );
}

function without(bytes: Uint8Array, [from, end]: Stretch): Uint8Array {
  const rest = new Uint8Array(bytes.length - (end - from));
  rest.set(bytes.subarray(0, from));
  rest.set(bytes.subarray(end), from);
  return rest;
}

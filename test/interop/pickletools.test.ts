/** dis, its errors and optimize against CPython 3.13's own pickletools, on sound, strange and damaged pickles. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dis, optimize, PickletoolsError } from "../../src/pickletools/index.ts";
import { mutate } from "../fuzz/mutations.ts";
import { Random } from "../fuzz/random.ts";
import { EDGES, latin1, projectPickles } from "../pickletools/pickles.ts";
import { encodeFrame } from "./frames.ts";
import { requirePython } from "./pythons.ts";

const python = requirePython("3.13");
const SCRIPT = join(import.meta.dirname, "pickletools_reference.py");

type Refused = readonly [exception: string, message: string] | null;
type Answer = readonly [
  dis: readonly [text: string, error: Refused],
  annotated: readonly [text: string, error: Refused],
  optimized: readonly [hex: string | null, error: Refused],
];

function reference(pickles: readonly Uint8Array[]): Answer[] {
  const { stdout, status, stderr } = spawnSync(python!.path, [SCRIPT], {
    input: encodeFrame({}, pickles),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer[];
}

function refused(error: unknown): Refused {
  if (!(error instanceof PickletoolsError)) throw error;
  return [error.exception, error.message];
}

function disassembled(pickle: Uint8Array, options?: Parameters<typeof dis>[1]): Answer[0] {
  try {
    return [dis(pickle, options), null];
  } catch (error) {
    const refusal = refused(error);
    return [(error as PickletoolsError).printed, refusal];
  }
}

function optimized(pickle: Uint8Array): Answer[2] {
  try {
    return [Buffer.from(optimize(pickle)).toString("hex"), null];
  } catch (error) {
    return [null, refused(error)];
  }
}

function compare(pickles: readonly Uint8Array[]): Answer[] {
  const answers = reference(pickles);
  expect(answers.length).toBe(pickles.length);
  const different: unknown[] = [];
  for (const [index, pickle] of pickles.entries()) {
    const ours: Answer = [
      disassembled(pickle),
      disassembled(pickle, { annotate: 30, indentlevel: 2 }),
      optimized(pickle),
    ];
    if (JSON.stringify(ours) !== JSON.stringify(answers[index])) {
      different.push({
        pickle: Buffer.from(pickle).toString("latin1"),
        ours,
        theirs: answers[index],
      });
    }
  }
  expect(different.slice(0, 5)).toEqual([]);
  expect(different.length).toBe(0);
  return answers;
}

test.skipIf(python === undefined)("the same on every vector, every protocol", () => {
  const pickles = projectPickles();
  expect(pickles.length).toBeGreaterThan(1000);
  const sound = compare(pickles).filter(([[, error]]) => error === null);
  expect(sound.length).toBeGreaterThan(1000);
});

test.skipIf(python === undefined)("the same on every edge", () => {
  compare(EDGES.map(latin1));
});

test.skipIf(python === undefined)("the same on 10,000 damaged pickles", () => {
  const seeds = [...projectPickles(), ...EDGES.map(latin1)].filter(({ length }) => length < 2000);
  const damaged: Uint8Array[] = [];
  for (let index = 0; index < 10_000; index++) {
    const random = new Random(20_24, index);
    damaged.push(mutate(random, random.pick(seeds), random.pick(seeds)));
  }
  const answers = compare(damaged);
  // Half of the damage is found by dis, the rest is still well formed: both halves say something.
  const errors = answers.filter(([[, error]]) => error !== null);
  expect(errors.length).toBeGreaterThan(2000);
  expect(errors.length).toBeLessThan(9500);
  expect(new Set(errors.map(([[, error]]) => error?.[0]))).toEqual(
    new Set(["ValueError", "UnicodeDecodeError", "IndexError"]),
  );
});

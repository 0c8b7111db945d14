/**
 * joblib.load in Python and in brine, in turn, over files that joblib made (an array of MB megabytes, 100,000 arrays of 20
 * numbers): seconds, and how they compare. With `lazy`, the memory that three rows out of a file of 8 GiB take.
 *
 *     npm run build && node bench/joblib.ts [MB] [ROUNDS]
 *     npm run build && node bench/joblib.ts lazy
 *
 * Needs `.venv-libraries` (scripts/python-env.sh), but for `lazy`.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { load } from "brine/joblib";
import type { NdArray } from "brine/numpy";

const PYTHON = join(import.meta.dirname, "..", ".venv-libraries", "bin", "python");

// A quarter of the values repeats, so that gzip has something to find, as in real features.
const MAKE = `
import sys, joblib, numpy as np
folder, megabytes = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(0)
rows = megabytes * 1000000 // 800
array = np.round(rng.normal(size=(rows, 100)), 2)
joblib.dump(array, folder + "/plain")
joblib.dump(array, folder + "/gzip", compress=("gzip", 3))
joblib.dump(array, folder + "/zlib", compress=3)
joblib.dump([np.arange(20.0) + i for i in range(100000)], folder + "/small")
`;
const SERVE = `
import sys, time, joblib
for line in sys.stdin:
    start = time.perf_counter(), time.process_time()
    array = joblib.load(line.strip())
    print(time.perf_counter() - start[0], time.process_time() - start[1], flush=True)
    del array
`;

interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

async function ours(path: string, hugePages: boolean): Promise<Taken> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const loaded = await load<NdArray | NdArray[]>(path, { hugePages });
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if ((Array.isArray(loaded) ? loaded.length : loaded.size) === 0)
    throw new Error("nothing was loaded");
  return { wall, cpu: (user + system) / 1e6 };
}

async function compare(megabytes: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "brine-bench-"));
  try {
    const made = spawnSync(PYTHON, ["-c", MAKE, folder, megabytes], { stdio: "inherit" });
    if (made.status !== 0) throw new Error(`${PYTHON}: scripts/python-env.sh makes it`);
    const python = spawn(PYTHON, ["-c", SERVE], { stdio: ["pipe", "pipe", "inherit"] });
    const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
    const theirs = async (path: string): Promise<Taken> => {
      python.stdin.write(`${path}\n`);
      const [wall = 0, cpu = 0] = String((await answers.next()).value)
        .split(" ")
        .map(Number);
      return { wall, cpu };
    };
    for (const name of ["plain", "plain, hugePages", "gzip", "zlib", "small"]) {
      const path = join(folder, name.replace(/,.*/, ""));
      const [brine, joblib]: [Taken[], Taken[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        brine.push(await ours(path, name.endsWith("hugePages")));
        joblib.push(await theirs(path));
      }
      for (const clock of ["wall", "cpu"] as const) {
        const [a, b] = [brine, joblib].map((taken) =>
          Math.min(...taken.map((each) => each[clock])),
        );
        const ratio = (a as number) / (b as number);
        console.log(
          `${name.padEnd(16)} ${clock.padEnd(4)}: brine ${(a as number).toFixed(3)} s, ` +
            `joblib ${(b as number).toFixed(3)} s, ratio ${ratio.toFixed(2)}`,
        );
      }
    }
    python.stdin.end();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lazy(): void {
  const child = join(import.meta.dirname, "joblib-lazy.ts");
  const [empty = 0, sliced = 0] = [[], ["slice"]].map((args) => {
    const { stdout } = spawnSync(process.execPath, [child, ...args], { encoding: "utf8" });
    return Number(stdout);
  });
  console.log(
    `three rows of an 8 GiB file: ${(sliced / 1e3).toFixed(1)} MB at most, an empty process ` +
      `${(empty / 1e3).toFixed(1)}, difference ${((sliced - empty) / 1e3).toFixed(1)}`,
  );
}

const [what = "200", rounds = "5"] = process.argv.slice(2);
if (what === "lazy") lazy();
else await compare(what, Number(rounds));

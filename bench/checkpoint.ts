/**
 * A checkpoint of typed arrays beside Python's recipe with NumPy: throughput and peak memory.
 *
 *     npm run bench:checkpoint -- [MEGABYTES] [ROUNDS]
 *
 * Each turn is a process of its own, brine and Python one after the other; the best of the rounds is printed. Both files
 * are on the disk (fsync) when a save is done. Peak memory is the kernel's maxrss, the state itself included.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePython } from "../test/interop/pythons.ts";

const [megabytes = "1000", rounds = "3"] = process.argv.slice(2);
const python = requirePython({ modules: ["numpy"] });
if (python === undefined) throw new Error("NumPy is needed: scripts/python-env.sh libraries");

interface Turn {
  wall: number;
  cpu: number;
  peak: number;
  before: number;
}

const root = mkdtempSync(join(process.env["BRINE_BENCH_FOLDER"] ?? tmpdir(), "brine-bench-"));
const run = (command: string, args: readonly string[]): Turn =>
  JSON.parse(execFileSync(command, [...args], { encoding: "utf8" })) as Turn;

const ways: [name: string, turn: (verb: string) => Turn][] = [
  ...["typed", "numpy"].map((kind): [string, (verb: string) => Turn] => [
    kind === "typed" ? "brine, Float64Arrays" : "brine, NdArrays",
    (verb) =>
      run(process.execPath, [
        "--conditions=brine-source",
        join(import.meta.dirname, "checkpoint-one.ts"),
        ...[join(root, kind), verb, kind, megabytes],
      ]),
  ]),
  [
    `Python ${python.release}, NumPy`,
    (verb) =>
      run(python.path, [
        join(import.meta.dirname, "checkpoint_reference.py"),
        ...[join(root, "python"), verb, "numpy", megabytes],
      ]),
  ],
];

try {
  process.stdout.write(`${megabytes} MB of float64 in 8 arrays, best of ${rounds}\n`);
  for (const verb of ["save", "load", "list"]) {
    const best = ways.map((): Turn | undefined => undefined);
    for (let round = 0; round < Number(rounds); round++) {
      for (const [index, [, turn]] of ways.entries()) {
        const now = turn(verb);
        const known = best[index];
        best[index] = known === undefined ? now : least(known, now);
      }
    }
    for (const [index, [name]] of ways.entries()) {
      const { wall, cpu, peak, before } = best[index] as Turn;
      const rate = verb === "list" ? "" : `${(Number(megabytes) / wall).toFixed(0)} MB/s, `;
      process.stdout.write(
        `${verb} ${name.padEnd(24)} ${wall.toFixed(3)} s, ${rate}processor ${cpu.toFixed(3)} s, ` +
          `peak ${peak.toFixed(0)} MB (before ${before.toFixed(0)})\n`,
      );
    }
    const [typed, arrays, theirs] = best as [Turn, Turn, Turn];
    const ratio = (ours: Turn): string =>
      `wall ${(ours.wall / theirs.wall).toFixed(2)}, processor ${(ours.cpu / theirs.cpu).toFixed(2)}, peak ${(ours.peak / theirs.peak).toFixed(2)}`;
    process.stdout.write(
      `${verb} ratio to Python: Float64Arrays ${ratio(typed)}; NdArrays ${ratio(arrays)}\n\n`,
    );
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

function least(a: Turn, b: Turn): Turn {
  return {
    wall: Math.min(a.wall, b.wall),
    cpu: Math.min(a.cpu, b.cpu),
    peak: Math.min(a.peak, b.peak),
    before: Math.min(a.before, b.before),
  };
}

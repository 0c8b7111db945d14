/**
 * Speed of brine, CPython's C pickle being 1: both run in turn, round by round, on the same machine and the same bytes.
 *
 *     npm run bench
 *     npm run bench -- --only ints,strings --rounds 9 --json bench.json
 *     npm run bench -- --library
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requirePython } from "../test/interop/pythons.ts";
import { JSON_PARSE, REMADE } from "./limits.ts";
import { Peer } from "./peer.ts";
import { WORKLOADS, type Workload } from "./workloads.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    /** rounds before the clock counts; V8 compiles, CPython's allocator grows */
    warm: { type: "string", default: "4" },
    json: { type: "string" },
    /** "cpu": processor time of the calling thread, for a machine that others use too */
    clock: { type: "string", default: "wall" },
    "no-mixed": { type: "boolean", default: false },
    /** the standard library's types in the place of the others */
    library: { type: "boolean", default: false },
    /** megabytes of each half of V8's young generation; of itself V8 takes 32 here, where the heap may have 4 GB */
    "semi-space": { type: "string" },
  },
});
const ROUNDS = Number(options.rounds);
const WARM = Number(options.warm);

/** Milliseconds of the counted rounds. */
interface Times {
  readonly best: number;
  readonly median: number;
}

/** One workload's figures. `cold` is the process's first call, `warm` the sum of the uncounted rounds. */
interface Row {
  readonly name: string;
  readonly holds: string;
  readonly bytes: number;
  readonly cpython: { readonly loads: Times; readonly dumps: Times };
  readonly brine: {
    readonly loads: Times;
    readonly lossless: Times;
    readonly dumps: Times;
    readonly cold: number;
    readonly warm: number;
  };
  readonly limits: Readonly<Record<string, number>>;
}

const python = requirePython("3.13");
if (python === undefined) process.exit(0);
const withNumpy = requirePython({ version: "3.13", modules: ["numpy"] });

const folder = mkdtempSync(join(tmpdir(), "brine-bench-"));
const chosen = WORKLOADS.filter(
  ({ name, library, isLibrary = false }) =>
    (options.only?.split(",").includes(name) ?? isLibrary === options.library) &&
    (library === undefined || withNumpy !== undefined),
);

try {
  console.log(
    `CPython ${python.release}, Node ${process.version.slice(1)}, ${cpus()[0]?.model}; ` +
      `best of ${ROUNDS} rounds in turn, after ${WARM} uncounted, ${options.clock} time; ratio = CPython's time / brine's\n`,
  );
  console.log(heading());
  const rows: Row[] = [];
  for (const workload of chosen) {
    const row = await measure(workload);
    rows.push(row);
    console.log(line(row));
  }
  summary(rows);
  const mixed = options["no-mixed"] || rows.length < 2 ? [] : await measureMixed(rows);
  if (options.json !== undefined) {
    const machine = { cpu: cpus()[0]?.model, node: process.version, cpython: python.release };
    writeFileSync(
      options.json,
      `${JSON.stringify({ machine, rounds: ROUNDS, warm: WARM, rows, mixed }, null, 2)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function startPython(maker: string): Peer {
  const needsNumpy = WORKLOADS.some((one) => one.maker === maker && one.library === "numpy");
  return new Peer((needsNumpy ? withNumpy : python)?.path ?? "", [
    join(import.meta.dirname, "reference.py"),
    maker,
    folder,
    options.clock,
  ]);
}

function startBrine(names: readonly string[]): Peer {
  const flags = [
    "--conditions=brine-source",
    "--expose-gc",
    "--max-old-space-size=4096",
    "--no-warnings",
  ];
  const semiSpace = options["semi-space"];
  if (semiSpace !== undefined) flags.push(`--max-semi-space-size=${semiSpace}`);
  return new Peer(process.execPath, [
    ...flags,
    join(import.meta.dirname, "one.ts"),
    folder,
    options.clock,
    ...names,
  ]);
}

async function measure(workload: Workload): Promise<Row> {
  const { name, holds, maker } = workload;
  const reference = startPython(maker);
  const [, size] = (await reference.line()).split(" ");
  const brine = startBrine([name]);
  await brine.line();
  const cold = await brine.time(`loads ${name}`);
  let warm = 0;
  const times = {
    cl: [] as number[],
    cd: [] as number[],
    bl: [] as number[],
    bs: [] as number[],
    bd: [] as number[],
  };
  // Each verb by itself, so that what one leaves in V8's heap is not charged to another.
  for (const [verb, theirs, ours] of [
    ["loads", times.cl, times.bl],
    ["dumps", times.cd, times.bd],
  ] as const) {
    for (let round = -WARM; round < ROUNDS; round++) {
      const cpython = await reference.time(verb);
      const taken = await brine.time(`${verb} ${name}`);
      if (round < 0) warm += taken;
      else {
        theirs.push(cpython);
        ours.push(taken);
      }
    }
  }
  await brine.ask(`drop ${name}`);
  for (let round = -WARM; round < ROUNDS; round++) {
    const taken = await brine.time(`lossless ${name}`);
    if (round >= 0) times.bs.push(taken);
  }
  const limits = JSON.parse(await brine.ask(`limits ${name}`)) as Record<string, number>;
  reference.close();
  brine.close();
  return {
    name,
    holds,
    bytes: Number(size),
    cpython: { loads: summed(times.cl), dumps: summed(times.cd) },
    brine: {
      loads: summed(times.bl),
      lossless: summed(times.bs),
      dumps: summed(times.bd),
      cold,
      warm,
    },
    limits,
  };
}

function summed(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  return { best: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN };
}

// All workloads in one process: what a server sees whose loads are of every kind.
async function measureMixed(
  rows: readonly Row[],
): Promise<{ name: string; loads: Times; dumps: Times }[]> {
  const names = rows
    .map(({ name }) => name)
    .filter((name) => !["bigblobs", "bigarray", "bigused"].includes(name));
  const makers = new Set(
    WORKLOADS.filter(({ name }) => names.includes(name)).map(({ maker }) => maker),
  );
  for (const maker of makers) {
    const writer = startPython(maker);
    await writer.line();
    writer.close();
  }
  const brine = startBrine(names);
  await brine.line();
  const loads = new Map<string, number[]>(names.map((name) => [name, []]));
  const dumps = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -2; round < Math.min(ROUNDS, 4); round++) {
    for (const name of names) {
      const loading = await brine.time(`loads ${name}`);
      const dumping = await brine.time(`dumps ${name}`);
      await brine.ask(`drop ${name}`);
      if (round < 0) continue;
      loads.get(name)?.push(loading);
      dumps.get(name)?.push(dumping);
    }
  }
  brine.close();
  console.log("\nmixed: all of them in one process, in turn");
  const mixed = names.map((name) => ({
    name,
    loads: summed(loads.get(name) ?? []),
    dumps: summed(dumps.get(name) ?? []),
  }));
  const ratios = (verb: "loads" | "dumps"): number[] =>
    mixed.map((one) => {
      const row = rows.find(({ name }) => name === one.name) as Row;
      return row.cpython[verb].best / one[verb].best;
    });
  const [loadRatios, dumpRatios] = [ratios("loads"), ratios("dumps")];
  for (const [index, { name }] of mixed.entries()) {
    console.log(
      `  ${name.padEnd(11)} loads ${shown(loadRatios[index])}  dumps ${shown(dumpRatios[index])}`,
    );
  }
  console.log(
    `  ${"least".padEnd(11)} loads ${shown(Math.min(...loadRatios))}  dumps ${shown(Math.min(...dumpRatios))}`,
  );
  console.log(
    `  ${"mean".padEnd(11)} loads ${shown(mean(loadRatios))}  dumps ${shown(mean(dumpRatios))}`,
  );
  return mixed;
}

// --- the table

function heading(): string {
  const verbs = "loads: CPython   brine  ratio  lossless   cold | dumps: CPython   brine  ratio";
  return `${"".padEnd(48)} ${verbs}`;
}

function line({ name, holds, cpython, brine, limits }: Row): string {
  const ms = (time: number): string => time.toFixed(1).padStart(8);
  const loads = cpython.loads.best / brine.loads.best;
  const lossless = cpython.loads.best / brine.lossless.best;
  const dumps = cpython.dumps.best / brine.dumps.best;
  const cells =
    `${ms(cpython.loads.best).padStart(15)}${ms(brine.loads.best)}${shown(loads)}${shown(lossless).padStart(10)}` +
    `${ms(brine.cold).padStart(7)} |${ms(cpython.dumps.best).padStart(15)}${ms(brine.dumps.best)}${shown(dumps)}`;
  const floors = Object.entries(limits).map(([what, time]) => {
    const theirs = what.startsWith("dumps") ? cpython.dumps.best : cpython.loads.best;
    return `\n${"".padEnd(12)}V8 alone, ${what}: ${time.toFixed(1)} ms, ${shown(theirs / time).trim()} of CPython's speed`;
  });
  return `${name.padEnd(11)} ${holds.padEnd(36)} ${cells}${floors.join("")}`;
}

function summary(rows: readonly Row[]): void {
  const loads = rows.map(({ cpython, brine }) => cpython.loads.best / brine.loads.best);
  const lossless = rows.map(({ cpython, brine }) => cpython.loads.best / brine.lossless.best);
  const dumps = rows.map(({ cpython, brine }) => cpython.dumps.best / brine.dumps.best);
  const row = (word: string, of: (ratios: readonly number[]) => number): void =>
    console.log(
      `${word.padEnd(16)} loads ${shown(of(loads))}  lossless ${shown(of(lossless))}  dumps ${shown(of(dumps))}`,
    );
  console.log("");
  row("least", (ratios) => Math.min(...ratios));
  row("geometric mean", mean);
  for (const [word, limit] of [
    ["remade", REMADE],
    ["JSON.parse", JSON_PARSE],
  ] as const) {
    const known = rows.filter(({ limits }) => limit in limits);
    if (known.length === 0) continue;
    const ours = mean(known.map(({ cpython, brine }) => cpython.loads.best / brine.loads.best));
    const theirs = mean(
      known.map(({ cpython, limits }) => cpython.loads.best / (limits[limit] as number)),
    );
    console.log(
      `${`mean of ${known.length} rows`.padEnd(16)} loads ${shown(ours)}  V8 alone, ${word} ${shown(theirs)}`,
    );
  }
}

function shown(ratio: number | undefined): string {
  return (ratio ?? Number.NaN).toFixed(2).padStart(7);
}

function mean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/**
 * What a closure costs to write and to restore, and what a pool of threads does beside Array.map and beside piscina alone.
 *
 *     npm run bench:dill -- [ROUNDS]
 *
 * Ways are run in turn, ROUNDS times; the best of each is printed.
 */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { createPool, dumps, loads } from "../src/dill/index.ts";
import { functionInspector } from "../src/node/index.ts";

const rounds = Number(process.argv[2] ?? 5);

const COUNT = 2000;
const makeAdder = (n: number) => (x: number) => x + n;
const adders = Array.from({ length: COUNT }, (_, n) => makeAdder(n));
const pickles = adders.map((adder) => dumps(adder));
const together = dumps(adders);

class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
const points = Array.from({ length: COUNT }, (_, n) => new Point(n, -n));
const counters = () => {
  let count = 0;
  return [() => ++count, () => count];
};
const counter = counters();

/** Milliseconds, and how many times it was done. */
type Way = readonly [name: string, times: number, run: () => unknown];
const ways: Way[] = [
  [
    "what V8 tells of a closure's scopes",
    COUNT,
    () => adders.map((fn) => functionInspector.scopes(fn)),
  ],
  ["dumps of a closure, one by one", COUNT, () => adders.map((adder) => dumps(adder))],
  ["dumps of a closure, all in one list", COUNT, () => dumps(adders)],
  ["dumps of an instance, all in one list", COUNT, () => dumps(points)],
  ["dumps of two closures that share a variable", 1, () => dumps(counter)],
  ["loads of a closure as a record", COUNT, () => pickles.map((bytes) => loads(bytes))],
  [
    "loads of a closure as code",
    COUNT,
    () => pickles.map((bytes) => loads(bytes, { allowCode: true })),
  ],
  [
    "loads of a closure as code, all in one list",
    COUNT,
    () => loads(together, { allowCode: true }),
  ],
];
const best = new Map<string, number>();
const keep = (name: string, time: number): void => {
  best.set(name, Math.min(time, best.get(name) ?? Number.POSITIVE_INFINITY));
};
for (let round = 0; round < rounds; round++) {
  for (const [name, times, run] of ways) {
    const start = performance.now();
    run();
    keep(name, (1000 * (performance.now() - start)) / times);
  }
}
process.stdout.write(`Node ${process.versions.node}, best of ${rounds}, microseconds for each\n`);
for (const [name] of ways)
  process.stdout.write(`${(best.get(name) as number).toFixed(1).padStart(10)}  ${name}\n`);

// --- the pool

const threads = availableParallelism();
// Counts primes: a function of plain computation, long enough to be worth a thread or not.
const primes = (limit: number): number => {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let prime = true;
    for (let by = 2; by * by <= n && prime; by++) prime = n % by !== 0;
    if (prime) count++;
  }
  return count;
};
const pool = await createPool({ threads });
const alone = new Piscina({
  filename: new URL("dill-worker.ts", import.meta.url).href,
  minThreads: threads,
  maxThreads: threads,
});

process.stdout.write(`\n${threads} threads; items a second, and beside Array.map\n`);
process.stdout.write(
  `${"each call".padEnd(12)}${"items".padStart(7)}${"Array.map".padStart(11)}${"piscina".padStart(16)}${"brine".padStart(16)}${"brine, chunks".padStart(20)}\n`,
);
for (const [limit, count] of [
  [10, 20_000],
  [2000, 4000],
  [30_000, 300],
  [300_000, 24],
] as const) {
  const items = Array.from({ length: count }, () => limit);
  const chunksize = Math.ceil(count / (threads * 8));
  const kinds: [string, () => unknown][] = [
    ["map", () => items.map(primes)],
    ["piscina", () => Promise.all(items.map((item) => alone.run(item) as Promise<number>))],
    ["brine", () => pool.map(primes, items)],
    ["chunks", () => pool.map(primes, items, { chunksize })],
  ];
  const times = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of kinds) {
      const start = performance.now();
      await run();
      times.set(
        name,
        Math.min(performance.now() - start, times.get(name) ?? Number.POSITIVE_INFINITY),
      );
    }
  }
  const map = times.get("map") as number;
  const shown = kinds.map(([name]) => {
    const time = times.get(name) as number;
    const rate = Math.round((1000 * count) / time).toLocaleString("en");
    return name === "map"
      ? rate.padStart(11)
      : `${rate} (${(map / time).toFixed(2)})`.padStart(name === "chunks" ? 20 : 16);
  });
  const call = `${((1000 * map) / count).toFixed(map / count < 0.1 ? 1 : 0)} µs`;
  process.stdout.write(`${call.padEnd(12)}${String(count).padStart(7)}${shown.join("")}\n`);
}
await pool.close();
await alone.close();

/**
 * A shelf of brine and one of Python 3.13 in turn, both SQLite: puts that are each on the disk, gets, and as many entries at
 * once as Python's `shelf.update` writes one by one.
 *
 *     node --conditions=brine-source bench/shelve.ts [ROUNDS]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { open } from "../src/shelve/index.ts";
import { requirePython } from "../test/interop/pythons.ts";

const PUTS = 1000;
const GETS = 50_000;
const BULK = 5000;
const ROUNDS = Number(process.argv[2] ?? "3");

const found = requirePython("3.13");
if (found === undefined) process.exit(0);
const folder = mkdtempSync(join(tmpdir(), "brine-bench-shelve-"));
const script = join(import.meta.dirname, "shelve_reference.py");
const python = spawn(found.path, [script, folder, String(PUTS), String(GETS), String(BULK)], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

const value = (index: number): unknown => ({
  index,
  name: `user${index}`,
  score: index % 2 === 0 ? index / 2 : index * 0.5,
});
const path = (name: string): string => join(folder, `brine-${name}`);

const VERBS: Readonly<Record<string, () => void>> = {
  puts() {
    using shelf = open(path("puts"), { flag: "n" });
    for (let index = 0; index < PUTS; index++) shelf.set(`key${index}`, value(index));
  },
  bulk() {
    using shelf = open(path("bulk"), { flag: "n" });
    shelf.batch(() => {
      for (let index = 0; index < BULK; index++) shelf.set(`key${index}`, value(index));
    });
  },
  gets() {
    using shelf = open(path("bulk"), { flag: "r" });
    for (let index = 0; index < GETS; index++) shelf.get(`key${(index * 7919) % BULK}`);
  },
};
const COUNTS: Readonly<Record<string, number>> = { puts: PUTS, bulk: BULK, gets: GETS };

try {
  for (const [verb, act] of Object.entries(VERBS)) {
    const times: { ours: number; theirs: number; oursCpu: number; theirsCpu: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      python.stdin.write(`${verb}\n`);
      const [theirs = 0, theirsCpu = 0] = String((await answers.next()).value)
        .split(" ")
        .map(Number);
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      act();
      const { user, system } = process.cpuUsage(cpu);
      const ours = (performance.now() - start) / 1000;
      times.push({ ours, theirs, oursCpu: (user + system) / 1e6, theirsCpu });
    }
    const least = (key: keyof (typeof times)[number]): number =>
      Math.min(...times.map((one) => one[key]));
    const count = COUNTS[verb] as number;
    console.log(
      `${verb}: Python ${(count / least("theirs")).toFixed(0)} a second, brine ${(count / least("ours")).toFixed(0)}, ` +
        `${(least("theirs") / least("ours")).toFixed(2)} times; by processor time ${(least("theirsCpu") / least("oursCpu")).toFixed(2)} times`,
    );
  }
} finally {
  python.stdin.end();
  rmSync(folder, { recursive: true });
}

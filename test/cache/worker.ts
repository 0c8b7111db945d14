/** One of several processes that use one cache: `worker.ts FOLDER ROUNDS` prints how often it computed. */
import { memoize } from "../../src/cache/index.ts";

const [folder = "", rounds = "0"] = process.argv.slice(2);
let computed = 0;
const table = memoize(
  (size: number, seed: { n: number }) => {
    computed++;
    return new Float64Array(size).fill(seed.n);
  },
  { folder, name: "table", version: 1, maxBytes: 400_000 },
);
for (let round = 0; round < Number(rounds); round++) {
  const n = Math.floor(Math.random() * 20);
  const found = await table(5000, { n });
  if (found.length !== 5000 || !found.every((item) => item === n))
    throw new Error("a result is half another");
}
if (table.stats.errors > 0) throw new Error(`${table.stats.errors} errors`);
process.stdout.write(`${computed}\n`);

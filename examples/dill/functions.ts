/**
 * A closure with what it captured, sent to another process by a file and to a pool of threads; and the functions that
 * Python's dill wrote: looked at, run where they only compute, and given back.
 *
 *     python3 examples/dill/functions.py FOLDER
 *     node examples/dill/functions.ts FOLDER
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dumps as dumpsForPython } from "brine";
import { callable, createPool, dumps, loads, type PyFunction } from "brine/dill";

const [folder = ".", role] = process.argv.slice(2);
const file = join(folder, "closure.pkl");
const key = process.env["SIGNING_KEY"] ?? "a key for this example only";

if (role === "worker") {
  // Another process: it knows nothing of the closure but the file, and reads it only since the signature is right.
  const price = loads<(net: number) => string>(readFileSync(file), { allowCode: true, key });
  console.log("worker", price(50));
  process.exit();
}

const rates = new Map([["book", 0.07]]);
const makePricer = (kind: string) => (net: number) =>
  (net * (1 + (rates.get(kind) ?? 0.19))).toFixed(2);
writeFileSync(file, dumps(makePricer("book"), { key }));
const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), folder, "worker"], {
  encoding: "utf8",
});
process.stdout.write(stdout);

const pool = await createPool({ threads: 2 });
console.log("pool", ...(await pool.map(makePricer("other"), [100, 200, 300])));
await pool.close();

const theirs = join(folder, "from-python.pkl");
if (existsSync(theirs)) {
  const bytes = readFileSync(theirs);
  const functions = loads<Record<string, PyFunction>>(bytes);
  for (const [name, record] of Object.entries(functions))
    console.log(`${name}: ${record.name}${String(record.signature)}`);
  const { triple, add, mean } = functions as Record<"triple" | "add" | "mean", PyFunction>;
  console.log("computed", callable(triple)(7), callable(add)(10), callable(mean)([1, 2, 3]));
  writeFileSync(join(folder, "back.pkl"), dumpsForPython(loads(bytes, { lossless: true })));
}

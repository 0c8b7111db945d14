/**
 * What can be pickled, type by type: written here, read in Python, and the reverse. And what cannot, with the errors.
 *
 *     node examples/basics/values.ts FOLDER
 *     python3 examples/basics/values.py FOLDER
 */
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Complex, dumps, Float, FrozenSet, loads, PicklingError, PySet, Range, Tuple } from "brine";

const [folder = "."] = process.argv.slice(2);
const values = {
  none: null,
  bool: true,
  int: 2n ** 100n,
  float: new Float(1),
  imaginary: new Complex(1, -2),
  str: "Zoë",
  bytes: Uint8Array.of(0, 255),
  list: [1, "two", [3]],
  tuple: Tuple.of(1, Tuple.of()),
  dict: new Map<unknown, unknown>([
    [1, "one"],
    [Tuple.of(1, 2), "pair"],
  ]),
  set: new PySet([1, 2]),
  frozenset: new FrozenSet(["a"]),
  steps: new Range(0, 10, 3),
};
writeFileSync(join(folder, "from-brine.pkl"), dumps(values));

// Lossless, so that 1.0 stays a float; what comes is written again, and the bytes are the same.
const theirs = join(folder, "from-python.pkl");
if (existsSync(theirs)) {
  const bytes = readFileSync(theirs);
  const found = loads<Map<string, unknown>>(bytes, { lossless: true });
  for (const [name, value] of found) console.log(name, value);
  console.log("same bytes", Buffer.compare(dumps(found, 4), bytes) === 0);
}

const refused: Record<string, unknown> = {
  lambda: { handlers: [() => 1] },
  lock: { state: new SharedArrayBuffer(4), owner: Symbol("lock") },
  stream: [1, { log: createReadStream("/dev/null") }],
};
for (const [name, value] of Object.entries(refused)) {
  try {
    dumps(value);
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    console.log("refused", name, String(error.path));
  }
}

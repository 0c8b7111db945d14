/**
 * A file of many objects: each run adds three, and all are read one after another, in constant memory. Python adds to the
 * same file.
 *
 *     node examples/basics/many.ts FILE
 *     python3 examples/basics/many.py FILE
 */
import { dump, loadAll } from "brine";

interface Reading {
  by: string;
  number: number;
}

const [file = "readings.pkl"] = process.argv.slice(2);
for (let number = 1; number <= 3; number++) {
  await dump({ by: "brine", number }, file, { append: true });
}

let count = 0;
const by: Record<string, number> = {};
for await (const reading of loadAll<Reading>(file)) {
  count++;
  by[reading.by] = (by[reading.by] ?? 0) + reading.number;
}
console.log(count, "brine", by["brine"] ?? 0, "Python", by["Python"] ?? 0);

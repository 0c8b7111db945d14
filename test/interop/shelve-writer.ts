/** Writes a shelf until it is killed; a line on stdout for each key that was acknowledged. */
import { writeSync } from "node:fs";
import type { NewFormat } from "../../src/dbm/index.ts";
import { open } from "../../src/shelve/index.ts";

const [path = "", format = "", start = "0"] = process.argv.slice(2);
const shelf = open<unknown>(path, { format: format as NewFormat });
// Sizes around the blocks of dbm.dumb; old values grow and shrink, some keys go.
for (let index = Number(start); ; index++) {
  const key = `k${index % 40}`;
  const value = { index, text: `${index}.`.repeat(index % 400) };
  if (index % 7 === 6) shelf.delete(key);
  else shelf.set(key, value);
  // A GDBM file is replaced by sync: what was set before is acknowledged then.
  if (format === "dbm.gnu") shelf.sync();
  writeSync(1, `${index}\n`);
}

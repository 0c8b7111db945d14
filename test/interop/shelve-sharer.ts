/** Writes keys of its own, and counts in a key of all, in a shelf that others write at the same time. */
import { open } from "../../src/shelve/index.ts";

const [path = "", name = "", count = "0"] = process.argv.slice(2);
using shelf = open<unknown>(path, { protocol: 2 });
for (let index = 0; index < Number(count); index++) {
  shelf.set(`${name}${index}`, index);
  shelf.update("counter", (n) => Number(n ?? 0) + 1);
}

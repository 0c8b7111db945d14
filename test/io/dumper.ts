/**
 * A process that writes a file and may die on the way: `dumper.ts PATH MODE [append]`.
 *
 * It dumps a list of strings of a megabyte each; MODE "kill" ends it without warning half-way, "refuse" puts a value
 * that cannot be pickled there, "finish" writes all. Prints the error's class, code and path.
 */
import { dump } from "../../src/pickle/index.ts";

const [path = "", mode = "", append = ""] = process.argv.slice(2);
const MARK = "the middle";
const list: unknown[] = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(1_000_000, "x"));
list[10] = mode === "refuse" ? Symbol("no") : MARK;

function persistentId(value: unknown): undefined {
  if (value === MARK && mode === "kill") process.kill(process.pid, "SIGKILL");
}

try {
  await dump(list, path, { append: append === "append", persistentId });
  process.stdout.write("written\n");
} catch (error) {
  const { name, code, message } = error as Error & { code: string };
  process.stdout.write(`${name} ${code} ${message}\n`);
}

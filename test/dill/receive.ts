/** Restores what send.ts wrote, in a process that knows nothing else, and prints what the probes say: node receive.ts FOLDER COUNT [again | record] */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { dumps, loads } from "../../src/dill/index.ts";

const [folder = "", count = "0", again] = process.argv.slice(2);
const said: string[] = [];
for (let at = 0; at < Number(count); at++) {
  try {
    const bytes = readFileSync(join(folder, `${at}.pkl`));
    // What was only looked at goes back as it came.
    const written = again === "record" ? dumps(loads(bytes)) : bytes;
    let pair = loads<[unknown, (value: unknown) => unknown]>(written, { allowCode: true });
    // What arrived can travel again.
    if (again === "again") pair = loads<typeof pair>(dumps(pair), { allowCode: true });
    said.push(inspect(await pair[1](pair[0]), { depth: 9 }));
  } catch (error) {
    said.push(`failed: ${String(error)} ${String((error as Error).cause ?? "")}`);
  }
}
process.stdout.write(JSON.stringify(said));

/** Writes the shapes to a folder, each with what its probe says here: node send.ts FOLDER */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { dumps, TravelError } from "../../src/dill/index.ts";
import { REFUSED, SHAPES } from "./shapes.ts";

const folder = process.argv[2] as string;
const said: Record<string, string> = {};
const refused: Record<string, { reason: string; message: string }> = {};
for (const [at, shape] of SHAPES.entries()) {
  // Two makings: the probe of one must not change what is written of the other.
  const [value, probe] = shape.make();
  const sent = shape.make();
  try {
    writeFileSync(join(folder, `${at}.pkl`), dumps(sent));
    said[shape.name] = inspect(await probe(value as never), { depth: 9 });
  } catch (error) {
    said[shape.name] = `not written: ${String(error)}`;
  }
}
for (const { name, make } of REFUSED) {
  try {
    dumps(make());
    refused[name] = { reason: "none", message: "it was written" };
  } catch (error) {
    const { reason, message } = error as TravelError;
    refused[name] =
      error instanceof TravelError ? { reason, message } : { reason: "foreign", message };
  }
}
writeFileSync(join(folder, "said.json"), JSON.stringify({ said, refused }));

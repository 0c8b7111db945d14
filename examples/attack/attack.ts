/**
 * A malicious pickle, opened: nothing runs, and this is what Python would have run.
 *
 *     python3 examples/attack/attack.py make FILE
 *     node examples/attack/attack.ts FILE
 */
import { readFileSync } from "node:fs";
import { ForbiddenGlobalError, loads } from "brine";
import { audit } from "brine/audit";

const [file = "attack.pkl"] = process.argv.slice(2);
const bytes = readFileSync(file);

const { verdict, findings } = audit(bytes);
for (const { message, expression } of findings) console.log(verdict, message, expression);

// What it holds is data, also where it says "call".
const value = loads<{ name: string; weights: unknown }>(bytes);
console.log(value.name, value.weights);

try {
  loads(bytes, { allow: [] });
} catch (error) {
  if (!(error instanceof ForbiddenGlobalError)) throw error;
  console.log("refused", `${error.module}.${error.global}`, error.code);
}
process.exitCode = verdict === "safe" ? 0 : 1;

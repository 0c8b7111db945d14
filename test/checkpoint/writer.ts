/**
 * A process that saves checkpoints until somebody ends it: `writer.ts FOLDER SIZE [CALL]`. It prints "NAME STEP" once each
 * is saved. With CALL it kills itself before that call of node:fs, counted from the second save on.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [folder = "", size = "0", call = "0"] = process.argv.slice(2);
const fatal = Number(call);

let calls = -1;
if (fatal > 0) {
  const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of Object.keys(table)) {
    const real = table[name];
    if (typeof real !== "function" || !/^(\w+Sync|fsync)$/.test(name)) continue;
    table[name] = (...args) => {
      if (calls >= 0 && ++calls === fatal) process.kill(process.pid, "SIGKILL");
      return real.apply(fs, args);
    };
  }
  syncBuiltinESMExports();
}

// Only now, so that the calls it takes are those above.
const { Checkpoints } = await import("../../src/checkpoint/index.ts");
const checkpoints = new Checkpoints<{ step: number; data: Float64Array }>(folder);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
for (let step = 1; step <= (fatal > 0 ? 2 : Number.POSITIVE_INFINITY); step++) {
  const data = new Float64Array(Number(size)).fill(step);
  const name = fatal > 0 ? "only" : `n${step % 3}`;
  if (step === 2 && fatal > 0) calls = 0;
  await checkpoints.save(name, { step, data }, { step });
  print(`${name} ${step}`);
}
// All the calls that there are.
if (fatal > 0) print(`calls ${calls}`);

/** dist in, a verdict for each Node it must run on out; ends with `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { isCi } from "../interop/pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SERIES = ["20", "22", "24", "26"];
const SHOWN_FAILURES = 10;

/** The binary of a Node series: this process where it is one, else installed from npm into .node-matrix. */
function binary(series: string): string | undefined {
  if (process.versions.node.startsWith(`${series}.`)) return process.execPath;
  const prefix = join(ROOT, ".node-matrix", series);
  const path = join(prefix, "node_modules", "node", "bin", "node");
  if (!existsSync(path)) {
    mkdirSync(prefix, { recursive: true });
    spawnSync("npm", ["install", "--no-save", "--silent", "--prefix", prefix, `node@${series}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return existsSync(path) ? path : undefined;
}

interface Outcome {
  version: string;
  passed: number;
  failures: string[];
}

let passed = 0;
let failed = 0;
for (const series of SERIES) {
  const node = binary(series);
  if (node === undefined) {
    process.stderr.write(
      `\nSKIPPED: Node ${series} could not be installed; it is NOT tested here\n`,
    );
    if (isCi()) failed++;
    continue;
  }
  const script = join(import.meta.dirname, "node.mjs");
  const { status, stdout, stderr } = spawnSync(node, [script], { encoding: "utf8" });
  if (status !== 0) {
    process.stdout.write(`Node ${series}: exit ${status}\n${stderr}\n`);
    failed++;
    continue;
  }
  const outcome = JSON.parse(stdout) as Outcome;
  passed += outcome.passed;
  failed += outcome.failures.length;
  process.stdout.write(
    `Node ${outcome.version}: ${outcome.passed} passed, ${outcome.failures.length} failed\n`,
  );
  for (const failure of outcome.failures.slice(0, SHOWN_FAILURES)) {
    process.stdout.write(`  ${failure}\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

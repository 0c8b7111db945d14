/**
 * Names of workloads in, then a command a line in, brine's milliseconds out: a process of its own, so that V8's type
 * feedback is that of these workloads and no other.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { clockOf } from "./clock.ts";
import { limits } from "./limits.ts";
import { WORKLOADS, type Workload } from "./workloads.ts";

const [folder = "", clockName = "", ...names] = process.argv.slice(2);
const now = clockOf(clockName);
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});

/** What a workload needs between two commands. */
interface Loaded {
  readonly workload: Workload;
  readonly data: Uint8Array;
  value: unknown;
}

const all = new Map<string, Loaded>();
for (const workload of WORKLOADS) {
  if (!names.includes(workload.name)) continue;
  const data = new Uint8Array(readFileSync(join(folder, `${workload.maker}.pkl`)));
  all.set(workload.name, { workload, data, value: undefined });
}

// Keeps results observable, so that no call can be optimised away.
let sink: unknown;

function timed(run: () => unknown): number {
  sink = undefined;
  collect();
  const started = now();
  sink = run();
  return now() - started;
}

function answer(command: string): string {
  const [what = "", name = ""] = command.split(" ");
  const loaded = all.get(name);
  if (loaded === undefined) throw new Error(`no workload ${name}`);
  const { workload, data } = loaded;
  switch (what) {
    case "loads":
      return String(timed(() => workload.loads(data)));
    case "lossless":
      return String(timed(() => workload.loads(data, { lossless: true })));
    case "dumps":
      loaded.value ??= workload.loads(data);
      return String(timed(() => workload.dumps(loaded.value)));
    case "drop":
      loaded.value = undefined;
      return "0";
    case "limits":
      return JSON.stringify(limits(name, workload.loads(data), now));
    default:
      throw new Error(`no command ${what}`);
  }
}

process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${answer(line)}\n`);
if (sink === process) process.exitCode = 1;

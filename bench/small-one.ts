/** A command a line in, brine's answer a line out: `pickle NAME HEX` takes a value, `loads NAME` and `dumps NAME` time it. */
import { createInterface } from "node:readline";
import { dumps, loads } from "../src/pickle/index.ts";
import { clockOf } from "./clock.ts";

const COUNT = 50_000;
const now = clockOf(process.argv[2] ?? "");
const pickles = new Map<string, Uint8Array>();

// Keeps results observable, so that no call can be optimised away.
let sink: unknown;

function answer(line: string): string {
  const [verb = "", name = "", hex = ""] = line.split(" ");
  if (verb === "pickle") {
    const data = new Uint8Array(Buffer.from(hex, "hex"));
    if (Buffer.compare(dumps(loads(data)), data) !== 0)
      throw new Error(`${name} does not come back`);
    pickles.set(name, data);
    return "taken";
  }
  const data = pickles.get(name);
  if (data === undefined) throw new Error(`no value ${name}`);
  const value = loads(data);
  const started = now();
  if (verb === "loads") for (let index = 0; index < COUNT; index++) sink = loads(data);
  else for (let index = 0; index < COUNT; index++) sink = dumps(value);
  return String(now() - started);
}

process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${answer(line)}\n`);
if (sink === process) process.exitCode = 1;

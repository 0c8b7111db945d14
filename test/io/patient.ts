/**
 * A process that waits for a pipe and gives up: `patient.ts FIFO STATE`. STATE "open": nobody has the pipe open; "read": a
 * writer has sent the beginning of a pickle and stays. Prints what happens.
 */
import { openSync, writeSync } from "node:fs";
import { load } from "../../src/pickle/index.ts";
import { openDescriptors } from "./descriptors.ts";

const [fifo = "", state = ""] = process.argv.slice(2);
// Opened to read and write it does not wait for a reader.
if (state === "read") writeSync(openSync(fifo, "r+"), Uint8Array.of(0x80, 4, 0x5d));
const before = openDescriptors(fifo);
setTimeout(() => process.stdout.write("tick\n"), 50);
try {
  await load(fifo, { signal: AbortSignal.timeout(200) });
} catch (error) {
  process.stdout.write(`${(error as Error).name}\n`);
}
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(`left open: ${openDescriptors(fifo) - before}\n`);

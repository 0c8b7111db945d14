/**
 * A process that reads or writes a file larger than its memory: `reader.ts load|stream|dump PATH`.
 *
 * Prints JSON: objects read, sum of their lengths, the error that ended it, and the most memory that was resident.
 */
import { createReadStream } from "node:fs";
import { dump, loadAll, type UnpicklingError } from "../../src/pickle/index.ts";

const [what = "", path = ""] = process.argv.slice(2);
let objects = 0;
let length = 0;
let failure: { code: string; offset: number } | undefined;

try {
  if (what === "dump") {
    // 500 megabytes of different bytes objects that are views of one.
    const megabyte = new Uint8Array(1_000_000).fill(1);
    await dump(
      Array.from({ length: 500 }, () => megabyte.subarray()),
      path,
    );
  } else {
    const source = what === "stream" ? createReadStream(path, { highWaterMark: 1 << 20 }) : path;
    for await (const value of loadAll<{ length: number }>(source)) {
      objects++;
      length += value.length;
    }
  }
} catch (error) {
  const { code, offset } = error as UnpicklingError;
  failure = { code, offset };
}

const residentMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ objects, length, failure, residentMegabytes }));

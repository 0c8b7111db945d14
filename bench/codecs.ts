/**
 * Speed of the decompressors, Python's zlib, gzip, bz2 and lzma and python-lz4 being 1: processor time, round by round.
 *
 *     npm run bench:codecs
 *     npm run bench:codecs -- --only xz,lz4 --rounds 9
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Compression, crc32, decompress, decompressSync } from "../src/codecs/index.ts";
import { requireEnvironment } from "../test/interop/environments.ts";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, rounds: { type: "string", default: "5" } },
});
const FORMATS: Compression[] = ["zlib", "gzip", "bz2", "xz", "lzma", "lz4"];
const only = options.only?.split(",");

const python = requireEnvironment("libraries");
if (python === undefined) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), "brine-bench-codecs-"));
const peer = spawn(python.path, [join(import.meta.dirname, "codecs_reference.py"), folder], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
const answer = async (): Promise<number> => Number((await lines.next()).value);

// With the helper threads of zlib and of V8.
const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const size = await answer();
console.log(`python ${python.release}, node ${process.versions.node}, ${size} bytes; MB/s`);
console.log("format".padEnd(18) + "python".padStart(8) + "brine".padStart(8) + "ratio".padStart(8));
try {
  for (const format of FORMATS) {
    if (only !== undefined && !only.includes(format)) continue;
    const packed = new Uint8Array(readFileSync(join(folder, format)));
    const ways: [name: string, run: () => unknown][] = [
      [format, () => decompress(format, packed, { limit: size })],
    ];
    if (format === "zlib" || format === "gzip") {
      ways.push([`${format}, no Node`, () => decompressSync(format, packed, { limit: size })]);
    }
    for (const [name, run] of ways) {
      let theirs = Number.POSITIVE_INFINITY;
      let ours = Number.POSITIVE_INFINITY;
      for (let round = 0; round < Number(options.rounds) + 2; round++) {
        peer.stdin.write(`${format}\n`);
        const reference = await answer();
        const start = clock();
        await run();
        const time = clock() - start;
        // Two rounds before the clock counts: V8 compiles.
        if (round < 2) continue;
        theirs = Math.min(theirs, reference);
        ours = Math.min(ours, time);
      }
      const speed = (time: number): string => (size / 1000 / time).toFixed(0).padStart(8);
      console.log(
        name.padEnd(18) + speed(theirs) + speed(ours) + (theirs / ours).toFixed(2).padStart(8),
      );
    }
  }
  const data = new Uint8Array(64 << 20);
  crc32(data);
  const start = clock();
  crc32(data);
  const eight = clock() - start;
  console.log(`crc32: ${((64 << 20) / 1000 / eight).toFixed(0)} MB/s`);
} finally {
  peer.kill();
  rmSync(folder, { recursive: true });
}

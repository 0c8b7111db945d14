/** Nothing in, pickles that real interpreters wrote out: what the fuzzer damages. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythons } from "../interop/pythons.ts";

// Longer ones would spend the run on bytes that no mutation hits.
const LONGEST = 2048;

/** Pickles of every interpreter of this machine, each once. */
export function seedPickles(): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const { path, version } of pythons()) {
    const { status, stdout } = spawnSync(path, [join(import.meta.dirname, "seeds.py")], {
      maxBuffer: 64 << 20,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PYTHONHASHSEED: "0" },
    });
    if (status !== 0) throw new Error(`seeds.py failed under Python ${version}`);
    for (let at = 0; at < stdout.length; ) {
      const length = stdout.readUInt32LE(at);
      const pickle = Uint8Array.from(stdout.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      if (length <= LONGEST) found.set(Buffer.from(pickle).toString("latin1"), pickle);
    }
  }
  return [...found.values()];
}

/** Decompressors and compressors against Python's own, both ways, and 256 MiB of zeros in every format. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Compression,
  compressWhole,
  decompress,
  decompressing,
  decompressSync,
} from "../../src/codecs/index.ts";
import { drain, sourceOf } from "../codecs/vectors.ts";
import { requireEnvironment } from "./environments.ts";
import { runPython } from "./python-run.ts";

const python = requireEnvironment("libraries");
const root = mkdtempSync(join(tmpdir(), "brine-interop-codecs-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = (name: string): string => {
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name);
};
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const LIMIT = 1 << 24;

describe.runIf(python !== undefined)("Python's", () => {
  it("compressed data is read, at every level and setting", async () => {
    const from = folder("from");
    const listed = (await runPython(python!, "codecs_peer.py", ["compress", from])) as [
      string,
      Compression,
      string,
    ][];
    expect(listed.length).toBeGreaterThan(500);
    const different: string[] = [];
    for (const [name, compression, expected] of listed) {
      const packed = new Uint8Array(readFileSync(join(from, name)));
      const whole = decompressSync(compression, packed, { limit: LIMIT });
      const fast = await decompress(compression, packed, { limit: LIMIT });
      const pieces = drain(
        decompressing(compression, sourceOf(packed, 5000), { limit: LIMIT }),
        7777,
      );
      if ([whole, fast, pieces].some((bytes) => digest(bytes) !== expected)) different.push(name);
    }
    expect(different).toEqual([]);
  });

  it("modules read what is compressed here, at every level", async () => {
    const to = folder("to");
    const expected: Record<string, string> = {};
    const samples = {
      empty: new Uint8Array(0),
      ints: new Uint8Array(Int32Array.from({ length: 50_000 }, (_, i) => i % 977).buffer),
    };
    for (const [sample, data] of Object.entries(samples)) {
      for (const format of ["zlib", "gzip", "deflate"] as const) {
        for (let level = 0; level <= 9; level++) {
          const name = `${sample}-${level}.${format}`;
          writeFileSync(join(to, name), await compressWhole(format, data, level));
          expected[name] = digest(data);
        }
      }
    }
    expect(await runPython(python!, "codecs_peer.py", ["digests", to])).toEqual(expected);
  });

  it("256 MiB of zeros are refused when about the limit was allocated", async () => {
    const from = folder("bombs");
    const names = (await runPython(python!, "codecs_peer.py", ["bombs", from])) as Compression[];
    const limit = 32 << 20;
    for (const compression of names) {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [
          "--conditions=brine-source",
          join(import.meta.dirname, "codecs_bomb.ts"),
          compression,
          join(from, `bomb.${compression}`),
          String(limit),
        ],
        { encoding: "utf8" },
      );
      expect(stderr).toBe("");
      const { code, grown } = JSON.parse(stdout) as { code: string; grown: number };
      expect([compression, code]).toEqual([compression, "limit-exceeded"]);
      // The buffer doubles: the old and the new one are there at once.
      expect(grown).toBeLessThan(2 * limit);
    }
  });
});

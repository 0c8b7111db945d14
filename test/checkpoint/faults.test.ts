/** Real faults: a process killed at every step of a save, a disk that is full, a folder that may not be written to. */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Checkpoints } from "../../src/checkpoint/index.ts";
import { bundled } from "./bundle.ts";

const root = mkdtempSync(join(tmpdir(), "brine-faults-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CACHE = join(tmpdir(), "brine-test-compile-cache");
const environment = { ...process.env, NODE_COMPILE_CACHE: CACHE };
const script = (name: string): string[] => [
  "--conditions=brine-source",
  join(import.meta.dirname, name),
];

function run(args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { env: environment }, (_error, stdout) =>
      resolve(stdout.split("\n").filter((line) => line !== "")),
    );
  });
}

describe("a process that is killed", () => {
  it("leaves the old checkpoint or the new one, at whichever call of the file system", async () => {
    const writer = [await bundled("writer", root)];
    // 200 KB: several writes. The last line says how many calls a save takes.
    const whole = await run([...writer, join(root, "whole"), "25000", "1000000"]);
    const calls = Number(whole.at(-1)?.split(" ")[1]);
    expect(calls).toBeGreaterThan(15);
    let [olds, news] = [0, 0];
    const killedAt = async (call: number): Promise<void> => {
      const folder = join(root, `killed-${call}`);
      const lines = await run([...writer, folder, "25000", String(call)]);
      // The kill came, after the first save and before the second was told.
      expect(lines).toEqual(["only 1"]);
      const checkpoints = new Checkpoints<{ step: number; data: Float64Array }>(folder);
      expect(await checkpoints.verify()).toEqual([{ name: "only", ok: true, error: undefined }]);
      const [{ state, metadata }, [info]] = [
        await checkpoints.load("only"),
        await checkpoints.list(),
      ];
      expect(state.data.every((item) => item === state.step)).toBe(true);
      expect([metadata, info?.metadata]).toEqual([{ step: state.step }, { step: state.step }]);
      if (state.step === 1) olds++;
      else news++;
      await checkpoints.save("only", { step: 3, data: new Float64Array(1) });
      expect((await checkpoints.load("only")).state.step).toBe(3);
      const left = readdirSync(folder).filter((name) => !name.endsWith(".tmp"));
      expect(left.sort()).toEqual(["only.pkl", "only.sha256"]);
    };
    const all = Array.from({ length: calls }, (_, index) => index + 1);
    while (all.length > 0) await Promise.all(all.splice(0, 4).map(killedAt));
    expect(olds).toBeGreaterThan(10);
    expect(news).toBeGreaterThan(2);
  });
});

describe("a disk that is full", () => {
  it("leaves the old checkpoint, and says so", async () => {
    const folder = join(root, "full");
    const checkpoints = new Checkpoints<Uint8Array>(folder);
    await checkpoints.save("a", new Uint8Array(10));
    // The kernel refuses files of more than 100 blocks, as it would with a quota.
    const command = [process.execPath, ...script("attempt.ts"), folder, "a", "3000000"];
    const { stdout } = spawnSync("sh", ["-c", 'ulimit -f 100; exec "$@"', "sh", ...command], {
      env: { ...process.env, NODE_COMPILE_CACHE: "" },
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^disk-full: cannot write .*; free some space, or keep fewer/);
    expect((await checkpoints.load("a")).state).toHaveLength(10);
    expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
  });

  it("is told from a small one that is really full, where a test may mount it", async () => {
    const folder = join(root, "small");
    mkdirSync(folder);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
    if (mounted.status !== 0) {
      process.stderr.write("\nSKIPPED: no right to mount; ENOSPC itself is NOT tested here\n");
      return;
    }
    try {
      const checkpoints = new Checkpoints<Uint8Array>(folder);
      await checkpoints.save("a", new Uint8Array(400_000));
      await expect(checkpoints.save("a", new Uint8Array(900_000))).rejects.toMatchObject({
        code: "disk-full",
        cause: { code: "ENOSPC" },
      });
      expect((await checkpoints.load("a")).state).toHaveLength(400_000);
      expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
    } finally {
      spawnSync("umount", [folder]);
    }
  });
});

describe("a large state", () => {
  it("is saved without a second copy in memory", async () => {
    const script = `
      import { Checkpoints } from ${JSON.stringify(join(import.meta.dirname, "../../src/checkpoint/index.ts"))};
      import { ndarray } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
      const filled = () => new Float64Array(10_000_000).fill(1.5);
      const state = { typed: filled(), array: ndarray(filled()) };
      const checkpoints = new Checkpoints(process.argv[1]);
      await checkpoints.save("small", 1);
      const before = process.resourceUsage().maxRSS;
      await checkpoints.save("large", state);
      console.log(Math.round((process.resourceUsage().maxRSS - before) / 1024));
    `;
    const args = ["--conditions=brine-source", "--input-type=module-typescript", "-e", script];
    const [megabytes] = await run([...args, join(root, "large")]);
    // 160 MB of arrays.
    expect(Number(megabytes)).toBeLessThan(40);
  });
});

describe("a folder that may not be written to", () => {
  it("is read, and refuses with what to do", async () => {
    const folder = join(root, "read-only");
    const checkpoints = new Checkpoints<number>(folder);
    await checkpoints.save("a", 1);
    chmodSync(folder, 0o555);
    // root may write anywhere: then somebody else tries.
    const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const args = [...script("attempt.ts"), folder, "b", "10"];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      ...other,
      env: { PATH: process.env["PATH"] },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^read-only: cannot write .*permission denied.*let this process write/);
    expect(await checkpoints.verify()).toMatchObject([{ name: "a", ok: true }]);
    chmodSync(folder, 0o755);
  });
});

/** Folders of checkpoints between brine and the Python recipe, and processes that are killed while they save. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Checkpoints } from "../../src/checkpoint/index.ts";
import { type NdArray, ndarray, Tuple } from "../../src/index.ts";
import { bundled } from "../checkpoint/bundle.ts";
import { environments } from "./environments.ts";
import { flipByte } from "./flip.ts";
import { runPython } from "./python-run.ts";
import { pythons, requirePython } from "./pythons.ts";

const root = mkdtempSync(join(tmpdir(), "brine-checkpoint-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// The recipe uses pathlib.
const threes = [
  ...pythons().map((python) => ({ title: `CPython ${python.version}`, python, hasNumpy: false })),
  ...environments(["numpy"]).map((python) => ({
    title: `${python.name}: CPython ${python.version}, NumPy ${python.libraries["numpy"]}`,
    python,
    hasNumpy: true,
  })),
].filter(({ python }) => python.version !== "2.7");

describe.each(threes)("the recipe in $title", ({ python, hasNumpy }) => {
  const folder = mkdtempSync(join(root, "folder-"));
  const run = (verb: string): Promise<unknown> =>
    runPython(python, "checkpoint_peer.py", [verb, folder]);

  it("writes a folder that brine lists, verifies, reads and goes on with", async () => {
    const names = await run("write");
    const checkpoints = new Checkpoints(folder);
    const list = await checkpoints.list();
    expect(list.map(({ name }) => name).sort()).toEqual(names);
    expect(list.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
    expect((await checkpoints.verify()).every(({ ok }) => ok)).toBe(true);
    for (const { name, metadata, timestamp } of list) {
      const loaded = await checkpoints.load(name);
      expect({ metadata, timestamp }).toEqual({
        metadata: loaded.metadata,
        timestamp: loaded.timestamp,
      });
    }
    const { state, metadata } = await checkpoints.load("shared");
    expect(state).toMatchObject({ config: { depth: 3, name: "shared with the state" } });
    expect(metadata).toMatchObject({ config: { depth: 3 }, loss: 1 });
    const plain = await checkpoints.load("plain");
    expect(plain.state).toMatchObject({ step: 1, pairs: { 0: Tuple.of(1, "a"), length: 4 } });
    if (!hasNumpy) return;
    const { weights } = (await checkpoints.load("numpy")).state as { weights: NdArray };
    expect([weights.shape, weights.at(99_999)]).toEqual([[100_000], 99_999]);
  });

  it("reads what brine wrote, and refuses what was changed", async () => {
    const other = mkdtempSync(join(root, "ours-"));
    const checkpoints = new Checkpoints(other, { protocol: python.version < "3.8" ? 4 : 5 });
    const arrays = hasNumpy ? { array: ndarray([1, 2, 3]) } : {};
    const state = {
      step: 7,
      data: new Float64Array(100_000).fill(0.5),
      set: new Set([2, 1]),
      ...arrays,
    };
    await checkpoints.save("epoch-7", state, { loss: 0.5, tags: ["x"] });
    const read = await runPython(python, "checkpoint_peer.py", ["read", other]);
    expect(read).toEqual({
      "epoch-7": [
        { loss: 0.5, tags: ["x"] },
        "1.0",
        {
          step: 7,
          data: ["array", 100_000, 50_000],
          set: [1, 2],
          ...(hasNumpy && { array: ["ndarray", 3, 6] }),
        },
      ],
    });
    flipByte(join(other, "epoch-7.pkl"), 500_000);
    const refused = await runPython(python, "checkpoint_peer.py", ["verify", other]);
    expect(refused).toEqual({ "epoch-7": "checkpoint 'epoch-7' is corrupted" });
    await expect(checkpoints.load("epoch-7")).rejects.toMatchObject({ code: "checksum-mismatch" });
  });
});

describe("a process that is killed at random instants", () => {
  it("loses nothing that it has said is saved: 200 times", async () => {
    const python = requirePython("3.13");
    const writer = await bundled("writer", root);
    const [kills, folders] = [200, 4];
    let acknowledged = 0;
    // Each folder is written by one process after another, each killed.
    const folderOf = async (index: number): Promise<void> => {
      const folder = join(root, `killed-${index}`);
      for (let kill = 0; kill < kills / folders; kill++) {
        const saved = await killed(folder, writer);
        const checkpoints = new Checkpoints<{ step: number; data: Float64Array }>(folder);
        for (const { name, ok, error } of await checkpoints.verify()) {
          expect([name, ok, error]).toEqual([name, true, undefined]);
        }
        for (const [name, step] of saved) {
          acknowledged++;
          const { state } = await checkpoints.load(name);
          expect(state.step).toBeGreaterThanOrEqual(step);
          expect(state.data.every((item) => item === state.step)).toBe(true);
        }
      }
      // Python may have to wait for the next save of brine; then it reads all there is.
      const checkpoints = new Checkpoints<unknown>(folder);
      for (const { name } of await checkpoints.list()) {
        await checkpoints.save(name, { step: -1, data: new Float64Array(1) });
      }
      if (python === undefined) return;
      const said = await runPython(python, "checkpoint_peer.py", ["verify", folder]);
      expect(new Set(Object.values(said as Record<string, unknown>))).toEqual(new Set([-1]));
    };
    await Promise.all(Array.from({ length: folders }, (_, index) => folderOf(index)));
    expect(acknowledged).toBeGreaterThan(kills / 2);
  });
});

describe("three processes that save the same names", () => {
  it("wait for each other, also when all of them are killed: each checkpoint is whole", async () => {
    const writer = await bundled("writer", root);
    const folder = join(root, "together");
    for (let round = 0; round < 8; round++) {
      await Promise.all([1, 2, 3].map(() => killed(folder, writer, [150, 300])));
      const checkpoints = new Checkpoints<{ step: number; data: Float64Array }>(folder);
      const verifications = await checkpoints.verify();
      expect(verifications.filter(({ ok }) => !ok)).toEqual([]);
      expect(verifications.map(({ name }) => name).sort()).toEqual(["n0", "n1", "n2"]);
      for (const { name } of verifications) {
        const { state, metadata } = await checkpoints.load(name);
        expect(metadata).toEqual({ step: state.step });
        expect(state.data.every((item) => item === state.step)).toBe(true);
      }
    }
  });
});

/** Runs the writer, kills it some milliseconds after its first line, and answers with the last step of each name that it told. */
function killed(
  folder: string,
  writer: string,
  [least, most]: readonly [number, number] = [0, 40],
): Promise<ReadonlyMap<string, number>> {
  return new Promise((resolve) => {
    const args = [writer, folder, String(Math.floor(Math.random() * 60_000))];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stdout.once("data", () => {
      setTimeout(() => child.kill("SIGKILL"), least + Math.random() * (most - least));
    });
    child.on("close", () => {
      // The last line may be cut.
      const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
      const pairs = lines.filter((line) => line !== "").map((line) => line.split(" "));
      resolve(new Map(pairs.map(([name = "", step]) => [name, Number(step)])));
    });
  });
}

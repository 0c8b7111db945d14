/** Where there is no file system: checkpoints in a store all the same, and refusals that say what to pass. */
import { createHash } from "node:crypto";
import memoryDriver from "unstorage/drivers/memory";
import { expect, it, vi } from "vitest";
import { memoize } from "../../src/cache/index.ts";
import { Checkpoints, driverStore } from "../../src/checkpoint/index.ts";

vi.mock("#files", () => import("../../src/sources/no-files.ts"));

it("has no digests of Node here", async () => {
  expect((await import("#files")).startSha256).toBe(undefined);
});

it("keeps checkpoints in a store, with the same digests", async () => {
  const store = driverStore(memoryDriver());
  const checkpoints = new Checkpoints<Float64Array>(store);
  for (const size of [0, 1, 7, 8, 1000, 100_000]) {
    await checkpoints.save("a", new Float64Array(size).fill(0.5), { size });
    expect((await checkpoints.load("a")).state).toHaveLength(size);
    const keys: string[] = [];
    for await (const key of store.keys()) keys.push(key);
    const pickle = keys.find((key) => key.endsWith(".pkl")) ?? "";
    const digest = createHash("sha256")
      .update((await store.get(pickle)) as Uint8Array)
      .digest("hex");
    expect(pickle).toBe(`a.${digest}.pkl`);
  }
});

it("refuses folders with what to do", async () => {
  for (const call of [
    new Checkpoints("folder").save("a", 1),
    new Checkpoints("folder").list(),
    new Checkpoints("folder").latest(),
  ]) {
    await expect(call).rejects.toMatchObject({ name: "CheckpointError", code: "no-files" });
    await expect(call).rejects.toThrow("pass a store");
  }
  const cached = memoize((x: number) => x, { folder: "folder" });
  await expect(cached(1)).rejects.toMatchObject({ name: "CacheError", code: "no-files" });
});

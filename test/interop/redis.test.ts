/** Shelves and checkpoints on a real Redis: both clients, several processes on the same keys, a Python beside them. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import redisDriver from "unstorage/drivers/redis";
import { afterAll, describe, expect, it } from "vitest";
import { Tuple } from "../../src/index.ts";
import { driverStore, openAsync, redisStore } from "../../src/stores/index.ts";
import { contract, type Engine } from "../stores/contract.ts";
import { runPython } from "./python-run.ts";
import { requirePython } from "./pythons.ts";
import { startRedis } from "./redis-server.ts";

const server = await startRedis();
const port = server?.port ?? 0;
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
  server?.stop();
});

async function nodeRedis() {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  closers.push(() => client.destroy());
  return client;
}

function ioRedis(): Redis {
  const client = new Redis(port, "127.0.0.1");
  closers.push(() => client.disconnect());
  return client;
}

const engine = (store: Engine["store"]): Engine => ({ store, close: async () => undefined });

describe.runIf(server !== undefined)(`Redis ${server?.version}`, () => {
  contract(
    "by node-redis",
    async () => {
      const client = await nodeRedis();
      return engine(() => redisStore(client, { prefix: "a*[b]?:" }));
    },
    true,
  );
  contract(
    "by ioredis",
    async () => {
      const client = ioRedis();
      return engine(() => redisStore(client, { prefix: "ours:" }));
    },
    true,
  );
  contract(
    "by unstorage's driver",
    async () => {
      const driver = redisDriver({ port, host: "127.0.0.1", base: "driver" });
      closers.push(() => driver.dispose?.());
      return engine(() => driverStore(driver));
    },
    false,
  );

  it("is written by six processes at once, and not one update is lost", async () => {
    const rounds = 60;
    const clients = ["ioredis", "node-redis", "ioredis", "node-redis", "ioredis", "node-redis"];
    await Promise.all(clients.map((client, id) => writer(client, rounds, `p${id}`)));
    await using shelf = openAsync<{ visits: number; by: Record<string, number> }>(ioRedis(), {
      prefix: "many:",
    });
    let visits = 0;
    for (const user of ["user-0", "user-1", "user-2"]) {
      const profile = await shelf.get(user);
      expect(Object.values(profile?.by ?? {})).toEqual(clients.map(() => rounds / 3));
      visits += profile?.visits ?? 0;
    }
    expect(visits).toBe(clients.length * rounds);
    expect(await shelf.size()).toBe(clients.length * rounds + 3);
  });

  it("is iterated by SCAN: others are answered meanwhile, and KEYS is never sent", async () => {
    const client = ioRedis();
    const shelf = openAsync<number>(client, { prefix: "scan:" });
    await shelf.batch((batch) => {
      for (let index = 0; index < 5000; index++) batch.set(`k${index}`, index);
    });
    const before = await calls(client);
    const keys = new Set<string>();
    let answered = 0;
    for await (const key of shelf.keys()) {
      keys.add(key);
      if (keys.size % 1000 === 0 && (await shelf.get("k7")) === 7) answered++;
      // What comes and goes meanwhile does no harm.
      if (keys.size === 100) await shelf.batch((batch) => void batch.delete("k4999").set("new", 1));
    }
    const after = await calls(client);
    expect(answered).toBeGreaterThan(3);
    for (let index = 0; index < 4999; index++) expect(keys.has(`k${index}`)).toBe(true);
    expect(after.get("keys")).toBe(before.get("keys"));
    expect((after.get("scan") ?? 0) - (before.get("scan") ?? 0)).toBeGreaterThan(15);
    await shelf.clear();
    expect(await shelf.size()).toBe(0);
  });

  it("says what Redis said: a key of another type, a script that may not write", async () => {
    const client = ioRedis();
    await client.rpush("wrong:list", "x");
    const shelf = openAsync(client, { prefix: "wrong:" });
    await expect(shelf.get("list")).rejects.toMatchObject({
      name: "StoreError",
      code: "read-failed",
    });
    await expect(shelf.update("list", () => 1)).rejects.toThrow("WRONGTYPE");
    await client.config("SET", "maxmemory", "1mb");
    await expect(shelf.set("a", new Uint8Array(100_000))).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringContaining("OOM"),
    });
    await client.config("SET", "maxmemory", "0");
  });

  it("is shared with Python, whose values are the same pickles", async () => {
    const python = requirePython("3.13");
    if (python === undefined) return;
    const shelf = openAsync<unknown>(await nodeRedis(), { prefix: "shared:" });
    await shelf.set("ours", {
      name: "Zoë",
      tags: new Set(["x"]),
      pair: Tuple.of(1, 2),
      big: 2n ** 70n,
    });
    const run = (...args: string[]): Promise<unknown> =>
      runPython(python, "redis_peer.py", [String(port), ...args]);
    expect(await run("read", "shared:ours")).toEqual([
      "{'name': 'Zoë', 'tags': {'x'}, 'pair': (1, 2), 'big': 1180591620717411303424}",
    ]);
    await run("write", "shared:theirs");
    expect(await shelf.get("theirs")).toMatchObject({ from: "Python", pair: Tuple.of(1, 2) });
  });
});

async function calls(client: Redis): Promise<Map<string, number>> {
  const lines = (await client.info("commandstats")).matchAll(/^cmdstat_(\w+):calls=(\d+)/gm);
  return new Map([...lines].map(([, name = "", count]) => [name, Number(count)]));
}

function writer(client: string, rounds: number, id: string): Promise<void> {
  const script = join(import.meta.dirname, "redis-writer.ts");
  const args = ["--conditions=brine-source", script, String(port), client, String(rounds), id];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("close", (status) =>
      status === 0 ? resolve() : reject(new Error(`a writer ended with ${status}`)),
    );
  });
}

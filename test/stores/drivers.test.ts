/** Drivers of unstorage that run here: memory, files, caches, a storage over them, and objects of that shape. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createStorage } from "unstorage";
import fsDriver from "unstorage/drivers/fs";
import fsLiteDriver from "unstorage/drivers/fs-lite";
import lruDriver from "unstorage/drivers/lru-cache";
import memoryDriver from "unstorage/drivers/memory";
import { describe, expect, it, vi } from "vitest";
import { dumps } from "../../src/index.ts";
import {
  type DriverLike,
  driverStore,
  openAsync,
  redisStore,
  type Store,
} from "../../src/stores/index.ts";
import { decodedKey, encodedKey } from "../../src/stores/keys.ts";
import { contract, type Engine } from "./contract.ts";

function over(make: () => DriverLike, options = {}): () => Promise<Engine> {
  return async () => {
    const driver = make();
    return { store: () => driverStore(driver, options), close: async () => undefined };
  };
}

function inFolder(make: (base: string) => DriverLike, options = {}): () => Promise<Engine> {
  return async () => {
    const base = mkdtempSync(join(tmpdir(), "brine-driver-"));
    const driver = make(base);
    return {
      store: () => driverStore(driver, options),
      close: async () => rmSync(base, { recursive: true, force: true }),
    };
  };
}

// Text only, asynchronous, as many services are.
function textDriver() {
  const kept = new Map<string, string>();
  return {
    hasItem: async (key: string) => kept.has(key),
    getItem: async (key: string) => kept.get(key) ?? null,
    setItem: async (key: string, value: string) => void kept.set(key, value),
    removeItem: async (key: string) => void kept.delete(key),
    getKeys: async () => [...kept.keys()],
  } satisfies DriverLike;
}

contract("the memory driver", over(memoryDriver), false);
contract(
  "the fs driver",
  inFolder((base) => fsDriver({ base })),
  false,
);
contract(
  "the fs-lite driver",
  inFolder((base) => fsLiteDriver({ base }), { base: "a:b" }),
  false,
);
contract(
  "the lru-cache driver",
  over(() => lruDriver({ max: 1000 })),
  false,
);
contract("a driver of text", over(textDriver, { base: "shelf" }), false);
contract(
  "a storage",
  over(() => createStorage(), { base: "shelf" }),
  false,
);
contract(
  "a storage over a driver of text",
  over(() => createStorage({ driver: textDriver() })),
  false,
);

describe("a driver", () => {
  it("loses no value that is set, or deleted, while an update compares and sets", async () => {
    const slow = textDriver();
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    const { setItem, removeItem } = slow;
    slow.setItem = async (key, value) => {
      await pause();
      return setItem(key, value);
    };
    slow.removeItem = async (key) => {
      await pause();
      return removeItem(key);
    };
    const shelf = openAsync<number>(slow, { soleWriter: true });
    for (const delay of [0, 1, 2, 3, 4, 6]) {
      await shelf.set("n", 1);
      const update = shelf.update("n", (n) => (n ?? 100) + 1);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await Promise.all([update, shelf.set("n", 10)]);
      // Set before the update or behind it; never in its midst.
      expect([10, 11]).toContain(await shelf.get("n"));
      const another = shelf.update("n", (n) => (n ?? 100) + 1);
      await Promise.all([another, shelf.delete("n")]);
      expect([undefined, 101]).toContain(await shelf.get("n"));
    }
  });

  it("of which this process is the only writer takes updates", async () => {
    const shelf = openAsync<number>(memoryDriver(), { soleWriter: true });
    const calls = Array.from({ length: 100 }, () =>
      shelf.update("count", async (count = 0) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random()));
        return count + 1;
      }),
    );
    await Promise.all(calls);
    expect(await shelf.get("count")).toBe(100);
  });

  it("is shared by stores with other bases, and with what is not a shelf's", async () => {
    const driver = memoryDriver();
    const [ours, theirs] = [
      driverStore(driver, { base: "ours" }),
      driverStore(driver, { base: "theirs" }),
    ];
    await ours.set("a", Uint8Array.of(1));
    await theirs.set("b", Uint8Array.of(2));
    await driver.setItem?.("ours:not~our~key", "x", {});
    await driver.setItem?.("ours:~61", "another name for a", {});
    const keys: string[] = [];
    for await (const key of ours.keys()) keys.push(key);
    expect(keys).toEqual(["a"]);
    await driver.setItem?.("ours:text", "no bytes", {});
    await expect(ours.get("text")).rejects.toMatchObject({ code: "bad-value", key: "text" });
    await driver.setItem?.("ours:text", "base64:!", {});
    await expect(ours.get("text")).rejects.toMatchObject({ code: "bad-value" });
  });

  it("that fails says so in our words", async () => {
    const cause = new Error("the service is away");
    const fail = (): never => {
      throw cause;
    };
    const store = driverStore({
      name: "s3",
      hasItem: fail,
      getItem: fail,
      setItem: fail,
      removeItem: fail,
      getKeys: fail,
    });
    for (const [call, code] of [
      [store.get("a"), "read-failed"],
      [store.has("a"), "read-failed"],
      [store.set("a", Uint8Array.of(1)), "write-failed"],
      [store.keys()[Symbol.asyncIterator]().next(), "read-failed"],
    ] as const) {
      await expect(call).rejects.toMatchObject({ name: "StoreError", code, cause });
    }
    await expect(store.get("a")).rejects.toThrow('s3 could not read "a": the service is away');
    const { Checkpoints } = await import("../../src/checkpoint/index.ts");
    await expect(new Checkpoints(store).save("a", 1)).rejects.toMatchObject({
      name: "CheckpointError",
      code: "write-failed",
    });
  });

  it("that can only be read refuses to write", async () => {
    const store = driverStore({ hasItem: () => false, getItem: () => null, getKeys: () => [] });
    await expect(store.set("a", Uint8Array.of(1))).rejects.toThrow("can only be read");
    await expect(store.delete("a")).rejects.toThrow("can only be read");
  });

  it("is told from what is none", () => {
    expect(() => openAsync({} as never)).toThrow("target must be a client of redis");
    expect(() => driverStore({} as never)).toThrow("driver must have hasItem");
    expect(() => driverStore(memoryDriver(), { base: "a/b" })).toThrow("options.base");
    expect(() => redisStore({} as never)).toThrow("client must be");
    const client = { sendCommand: async () => null };
    expect(() => redisStore(client, { prefix: "\ud800" })).toThrow("options.prefix");
    const clusters = [
      { ...client, masters: [] },
      { callBuffer: () => null, isCluster: true },
    ];
    for (const cluster of clusters) expect(() => redisStore(cluster)).toThrow("of one server");
    expect(() => redisStore(client, { scanCount: 0 })).toThrow("options.scanCount");
  });
});

describe("an update", () => {
  it("gives up where others are faster each time, and changes nothing", async () => {
    const memory = driverStore(memoryDriver(), { soleWriter: true });
    let attempts = 0;
    const store: Store = {
      engine: "busy",
      batches: true,
      get: async () => {
        attempts++;
        return dumps(attempts);
      },
      has: (key) => memory.has(key),
      set: (key, bytes) => memory.set(key, bytes),
      delete: (key) => memory.delete(key),
      keys: () => memory.keys(),
      apply: (changes) => memory.apply(changes),
      replace: async () => false,
      close: () => memory.close(),
    };
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const seen: (number | undefined)[] = [];
      const refused = expect(
        openAsync<number>(store).update("key", (value) => {
          seen.push(value);
          return 0;
        }),
      ).rejects.toMatchObject({ name: "StoreError", code: "conflict", key: "key" });
      await vi.advanceTimersByTimeAsync(60_000);
      await refused;
      expect(seen.length).toBe(attempts);
      expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("keys", () => {
  it("have one form each, which says what they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (key) => {
        const encoded = encodedKey(key);
        expect(encoded).toMatch(/^[A-Za-z0-9_.~-]+$/);
        expect(encoded).not.toMatch(/^\.|\.$|\.\./);
        expect(decodedKey(encoded)).toBe(key);
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const key = decodedKey(text);
        if (key !== undefined) expect(encodedKey(key)).toBe(text);
      }),
    );
  });
});

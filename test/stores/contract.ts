/** What every store and the shelf over it must do, over whatever engine. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Checkpoints } from "../../src/checkpoint/index.ts";
import { Decimal, dumps, loads, PicklingError } from "../../src/index.ts";
import { AsyncShelf, type Store } from "../../src/stores/index.ts";

/** An engine under test. */
export interface Engine {
  /** A store over what `open` opened last: the same data each time. */
  store(): Store;
  close(): Promise<void>;
}

const ODD_KEYS = [
  "",
  "a",
  "a:b",
  "a/b",
  "a\\b",
  "../a",
  "..",
  ".",
  ".a",
  "a.",
  "a..b",
  "a?b",
  "a$",
  "$",
  "A",
  "é",
  "中 😀",
  "~",
  "~41",
  "%41",
  " ",
  "a\nb",
  "a\0b",
  "x*y",
  "[z]",
  "__proto__",
  "constructor",
  ":",
  "::",
  "users.ann",
  "k".repeat(60),
];

/** Runs the suite; `caseless` leaves out the key that differs in case only. */
export function contract(title: string, open: () => Promise<Engine>, replaces: boolean): void {
  describe(title, () => {
    let engine: Engine;
    let store: Store;
    beforeEach(async () => {
      engine ??= await open();
      store = engine.store();
      await new AsyncShelf(store).clear();
    });
    afterAll(async () => {
      await engine?.close();
    });

    const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
      const found: T[] = [];
      for await (const item of items) found.push(item);
      return found;
    };

    it("is a Map", async () => {
      await using shelf = new AsyncShelf<unknown>(store);
      expect([await shelf.get("a"), await shelf.has("a"), await shelf.size()]).toEqual([
        undefined,
        false,
        0,
      ]);
      const value = { list: [1, 2n ** 70n], set: new Set(["x"]), price: new Decimal("1.50") };
      expect(await shelf.set("a", value)).toBe(shelf);
      await shelf.set("b", null);
      expect(await shelf.get("a")).toMatchObject({ list: [1, 2n ** 70n] });
      expect(await shelf.get("b")).toBe(null);
      expect(await shelf.has("b")).toBe(true);
      expect((await all(shelf.keys())).sort()).toEqual(["a", "b"]);
      expect(new Map(await all(shelf)).get("b")).toBe(null);
      expect(await all(shelf.values())).toHaveLength(2);
      await shelf.set("a", "again");
      expect(await shelf.get("a")).toBe("again");
      expect([await shelf.delete("a"), await shelf.delete("a"), await shelf.size()]).toEqual([
        true,
        false,
        1,
      ]);
      await shelf.clear();
      expect(await all(shelf.entries())).toEqual([]);
    });

    it("keeps every key apart", async () => {
      const shelf = new AsyncShelf<string>(store);
      for (const key of ODD_KEYS) await shelf.set(key, key);
      for (const key of ODD_KEYS) expect([key, await shelf.get(key)]).toEqual([key, key]);
      expect((await all(shelf.keys())).sort()).toEqual([...ODD_KEYS].sort());
      for (const key of ODD_KEYS) expect([key, await shelf.delete(key)]).toEqual([key, true]);
      expect(await shelf.size()).toBe(0);
      await expect(shelf.get("\ud800")).rejects.toMatchObject({ code: "bad-key" });
      await expect(shelf.get(1 as unknown as string)).rejects.toThrow("key must be a string");
    });

    it("keeps every byte", async () => {
      for (const bytes of [
        new Uint8Array(0),
        Uint8Array.from({ length: 256 }, (_, i) => i),
        new Uint8Array(200_000).fill(0xff),
      ]) {
        await store.set("bytes", bytes);
        const found = await store.get("bytes");
        expect(found?.length).toBe(bytes.length);
        expect(found?.every((byte, at) => byte === bytes[at])).toBe(true);
      }
      // What is given away does not change with what was kept.
      const first = await store.get("bytes");
      first?.fill(1);
      expect((await store.get("bytes"))?.[0]).toBe(0xff);
    });

    it("makes a batch, and nothing of one that failed", async () => {
      const shelf = new AsyncShelf<unknown>(store);
      await shelf.set("old", 1);
      await shelf.batch((batch) => {
        batch.set("a", 1).set("b", 2).delete("old").set("a", 3);
      });
      expect(new Map(await all(shelf))).toEqual(
        new Map([
          ["a", 3],
          ["b", 2],
        ]),
      );
      const failed = shelf.batch(async (batch) => {
        batch.delete("a");
        await Promise.resolve();
        batch.set("b", () => 1);
      });
      await expect(failed).rejects.toBeInstanceOf(PicklingError);
      expect(await shelf.size()).toBe(2);
      await shelf.batch(() => undefined);
    });

    it("uses its options for every value", async () => {
      const shelf = new AsyncShelf<unknown>(store, { protocol: 2, lossless: true });
      await shelf.set("a", [1]);
      expect(await store.get("a")).toEqual(dumps([1], 2));
      await store.set("b", dumps({ a: 1 }));
      expect(await shelf.get("b")).toBeInstanceOf(Map);
      const schema = {
        "~standard": {
          version: 1 as const,
          vendor: "test",
          validate: (value: unknown) =>
            typeof value === "string" ? { value } : { issues: [{ message: "no text" }] },
        },
      };
      const texts = new AsyncShelf(store, { schema });
      await texts.set("c", "text");
      expect(await texts.get("c")).toBe("text");
      await expect(texts.get("a")).rejects.toMatchObject({ code: "schema-mismatch" });
    });

    it("is closed once, and then refuses", async () => {
      const shelf = new AsyncShelf(store);
      await shelf.close();
      await shelf.close();
      for (const call of [
        shelf.get("a"),
        shelf.set("a", 1),
        shelf.size(),
        shelf.update("a", () => 1),
      ]) {
        await expect(call).rejects.toMatchObject({ name: "StoreError", code: "closed" });
      }
    });

    it.runIf(replaces)("loses no update", async () => {
      const shelves = [0, 1, 2, 3].map(() => new AsyncShelf<number>(engine.store()));
      const calls = shelves.flatMap((shelf) =>
        Array.from({ length: 25 }, () => shelf.update("count", (count = 0) => count + 1)),
      );
      expect((await Promise.all(calls)).sort((a, b) => Number(a) - Number(b)).at(-1)).toBe(100);
      const [shelf] = shelves as [AsyncShelf<number>];
      expect(await shelf.get("count")).toBe(100);
      expect(await shelf.update("count", async (count) => count)).toBe(100);
      await expect(shelf.update("count", () => Promise.reject(new Error("mine")))).rejects.toThrow(
        "mine",
      );
      expect(await shelf.get("count")).toBe(100);
      expect(await shelf.update("count", () => undefined)).toBe(undefined);
      expect(await shelf.has("count")).toBe(false);
      expect(await store.replace("x", undefined, Uint8Array.of(1))).toBe(true);
      expect(await store.replace("x", undefined, Uint8Array.of(2))).toBe(false);
      expect(await store.replace("x", Uint8Array.of(2), undefined)).toBe(false);
      expect(await store.replace("x", Uint8Array.of(1), undefined)).toBe(true);
    });

    it.runIf(!replaces)("refuses an update that could be lost", async () => {
      const refused = new AsyncShelf<number>(store).update("count", (count = 0) => count + 1);
      await expect(refused).rejects.toMatchObject({ code: "not-atomic" });
      await expect(refused).rejects.toThrow("soleWriter");
    });

    it("carries checkpoints", async () => {
      const checkpoints = new Checkpoints<{ step: number; data: Float64Array }>(store, {
        keepLast: 2,
      });
      expect(await checkpoints.latest()).toBe(undefined);
      for (const step of [1, 2, 3]) {
        await checkpoints.save(
          `s${step}`,
          { step, data: new Float64Array(1000).fill(step) },
          { step },
        );
      }
      await checkpoints.save("s3", { step: 4, data: new Float64Array(1000).fill(4) }, { step: 4 });
      const list = await checkpoints.list();
      expect(list.map(({ name, metadata }) => [name, metadata])).toEqual([
        ["s2", { step: 2 }],
        ["s3", { step: 4 }],
      ]);
      expect((await checkpoints.latest())?.state.data[999]).toBe(4);
      expect((await checkpoints.verify()).every(({ ok }) => ok)).toBe(true);
      // Two keys each: nothing of what was replaced is left.
      const keys = (await all(store.keys())).sort();
      expect(keys.map((key) => key.replace(/[0-9a-f]{64}/, "DIGEST"))).toEqual([
        "s2.DIGEST.pkl",
        "s2.head",
        "s3.DIGEST.pkl",
        "s3.head",
      ]);
      const pickle = keys.find((key) => /^s3.*pkl$/.test(key)) as string;
      expect(loads((await store.get(pickle)) as Uint8Array)).toMatchObject({
        name: "s3",
        version: "1.0",
      });
      await store.set(pickle, Uint8Array.of(1, 2, 3));
      expect(await checkpoints.verify()).toMatchObject([
        { ok: true },
        { ok: false, error: { code: "checksum-mismatch" } },
      ]);
      expect((await checkpoints.latest())?.name).toBe("s2");
      await store.delete(pickle);
      await expect(checkpoints.load("s3")).rejects.toMatchObject({ code: "checksum-mismatch" });
      await store.set("s9.head", dumps({ sha256: "x" }));
      expect((await checkpoints.list()).find(({ name }) => name === "s9")?.error).toMatchObject({
        code: "not-a-checkpoint",
      });
      expect([
        await checkpoints.delete("s9"),
        await checkpoints.delete("s3"),
        await checkpoints.delete("s2"),
      ]).toEqual([true, true, true]);
      expect(await all(store.keys())).toEqual([]);
    });
  });
}

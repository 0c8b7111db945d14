/** Functions in worker threads: real threads, real piscina. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool, type Pool, PoolError, TravelError } from "../../src/dill/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-pool-"));
let pool: Pool;
beforeAll(async () => {
  pool = await createPool({
    threads: 2,
    modules: { neighbour: new URL("./neighbour.ts", import.meta.url) },
  });
});
afterAll(async () => {
  await pool.terminate();
  rmSync(folder, { recursive: true });
});

describe("a pool", () => {
  it("maps a closure over items, in their order", async () => {
    const factor = 3;
    const slow = async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, n === 0 ? 60 : 0));
      return n * factor;
    };
    expect(await pool.map(slow, [0, 1, 2, 3, 4])).toEqual([0, 3, 6, 9, 12]);
    expect(await pool.map(slow, [0, 1, 2, 3, 4], { chunksize: 2 })).toEqual([0, 3, 6, 9, 12]);
    expect(await pool.map(slow, [])).toEqual([]);
  });

  it("gives results as they come, where the order does not matter", async () => {
    // The first item is held back until the others came.
    const held = join(folder, "held");
    writeFileSync(held, "");
    const slow = async (n: number) => {
      const { existsSync } = process.getBuiltinModule("node:fs");
      while (n === 0 && existsSync(held)) await new Promise((resolve) => setTimeout(resolve, 5));
      return n;
    };
    const came: number[] = [];
    for await (const result of pool.imapUnordered(slow, [0, 1, 2])) {
      came.push(result);
      if (came.length === 2) rmSync(held);
    }
    expect(came.toSorted()).toEqual([0, 1, 2]);
    expect(came.at(-1)).toBe(0);
  });

  it("works in several threads at once", async () => {
    // Each call waits for the other, which no thread could do alone.
    const meet = async (n: number) => {
      const { existsSync, writeFileSync: write } = process.getBuiltinModule("node:fs");
      write(`${folder}/met-${n}`, "");
      const other = `${folder}/met-${1 - n}`;
      // Nothing is awaited: the thread takes no second call meanwhile.
      while (!existsSync(other));
      return process.getBuiltinModule("node:worker_threads").threadId;
    };
    expect(new Set(await pool.map(meet, [0, 1])).size).toBe(2);
  });

  it("keeps what is captured from call to call, in each thread", async () => {
    const one = await createPool({ threads: 1 });
    let calls = 0;
    expect(await one.map(() => ++calls, [0, 0, 0])).toEqual([1, 2, 3]);
    expect(calls).toBe(0);
    await one.close();
  });

  it("takes and gives what travels: maps, instances, functions", async () => {
    class Box {
      v: number;
      constructor(v: number) {
        this.v = v;
      }
      twice() {
        return this.v * 2;
      }
    }
    const [box] = await pool.map((n: number) => new Box(n), [4]);
    expect(box?.twice()).toBe(8);
    const [map] = await pool.map(
      (m: Map<string, undefined>) => [m.size, m],
      [new Map([["a", undefined]])],
    );
    expect(map).toEqual([1, new Map([["a", undefined]])]);
    const [add] = await pool.map((n: number) => (x: number) => x + n, [5]);
    expect(add?.(10)).toBe(15);
    expect(await pool.map((x: number[]) => x, [[1, -0], [Number.NaN]])).toEqual([
      [1, -0],
      [Number.NaN],
    ]);
    expect(await pool.apply((a: number, b: bigint) => `${a} ${b}`, [1, 2n])).toBe("1 2");
    expect(await pool.apply(() => undefined, [])).toBe(undefined);
  });

  it("asks for no more items than it works on", async () => {
    let asked = 0;
    function* source() {
      for (;;) yield asked++;
    }
    let taken = 0;
    let closed = false;
    const watched = {
      *[Symbol.iterator]() {
        try {
          yield* source();
        } finally {
          closed = true;
        }
      },
    };
    for await (const result of pool.imap((n: number) => n, watched, { inFlight: 3 })) {
      expect(result).toBe(taken++);
      await delay(1);
      expect(asked).toBeLessThanOrEqual(taken + 3);
      if (taken === 20) break;
    }
    expect(closed).toBe(true);
  });

  it("says how far it is", async () => {
    const told: [number, number | undefined][] = [];
    const onProgress = (done: number, total: number | undefined) => void told.push([done, total]);
    await pool.map((n: number) => n, [1, 2, 3, 4, 5], { chunksize: 2, onProgress });
    expect(told).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
    told.length = 0;
    async function* some() {
      yield 1;
    }
    await pool.map((n: number) => n, some(), { onProgress });
    expect(told).toEqual([[1, undefined]]);
  });

  it("says which item it was, too, where what a call threw has no text", async () => {
    const bare = (item: number) => {
      if (item === 1) throw Object.create(null);
      return item;
    };
    const mute = (item: number) => {
      const error = new Error();
      Object.defineProperty(error, "message", {
        get() {
          throw new Error("not this one");
        },
      });
      if (item === 1) throw error;
      return item;
    };
    for (const failing of [bare, mute]) {
      const error: unknown = await pool.map(failing, [0, 1]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PoolError);
      expect((error as PoolError).index).toBe(1);
    }
  });

  it("throws what a call threw, with its stack and which item it was", async () => {
    class Odd extends Error {
      item: number;
      constructor(item: number) {
        super(`${item} is odd`);
        this.item = item;
      }
    }
    function refuseOdd(n: number) {
      if (n % 2 === 1) throw new Odd(n);
      return n;
    }
    const results: number[] = [];
    const failing = (async () => {
      for await (const n of pool.imap(refuseOdd, [0, 2, 4, 5, 6], { chunksize: 2 }))
        results.push(n);
    })();
    const error = (await failing.catch((thrown: unknown) => thrown)) as PoolError;
    expect(error).toBeInstanceOf(PoolError);
    expect(error.index).toBe(3);
    expect(error.message).toBe("item 3: 5 is odd");
    const cause = error.cause as Odd;
    expect(cause).toBeInstanceOf(Error);
    expect([cause.message, cause.item]).toEqual(["5 is odd", 5]);
    expect(cause.stack).toContain("brine-dill/refuseOdd");
    // What came before the failure arrived.
    expect(results).toEqual([0, 2, 4]);
    expect(await pool.map((n: number) => n, [1])).toEqual([1]);
  });

  it("keeps the stack of an error that cannot travel itself", async () => {
    const failing = pool.map(() => {
      throw Object.assign(new RangeError("far"), { socket: new WeakMap() });
    }, [1]);
    const { cause } = (await failing.catch((thrown: unknown) => thrown)) as { cause: Error };
    expect([cause.name, cause.message]).toEqual(["RangeError", "far"]);
    expect(cause.stack).toContain("brine-dill/");
  });

  it("says when a result cannot travel, and when an item or the function cannot", async () => {
    const live = pool.map(() => new WeakMap(), [1]).catch((thrown: unknown) => thrown);
    expect(((await live) as PoolError).message).toBe(
      "item 0: a WeakMap belongs to this process at $",
    );
    const came: unknown[] = [];
    const third = (async () => {
      const mixed = (n: number) => (n === 3 ? { deep: new WeakMap() } : { n });
      for await (const result of pool.imap(mixed, [1, 2, 3, 4], { chunksize: 4 }))
        came.push(result);
    })();
    const error = (await third.catch((thrown: unknown) => thrown)) as PoolError;
    expect([error.index, error.message]).toEqual([
      2,
      "item 2: a WeakMap belongs to this process at $.deep",
    ]);
    expect(came).toEqual([{ n: 1 }, { n: 2 }]);
    // And where a later call fails, the result that does not travel is the first failure.
    const both = (n: number) => {
      if (n === 2) throw new Error("later");
      return new WeakMap();
    };
    const earlier = await pool
      .map(both, [1, 2], { chunksize: 2 })
      .catch((thrown: unknown) => thrown);
    expect((earlier as PoolError).index).toBe(0);
    await expect(pool.map((x: unknown) => x, [1, { deep: Promise.resolve() }])).rejects.toThrow(
      TravelError,
    );
    const seen = new WeakMap();
    await expect(pool.map(() => seen, [1])).rejects.toThrow("$.<captured>.seen");
    await expect(pool.map(5 as never, [1])).rejects.toThrow("fn must be a function");
    await expect(pool.map((x: number) => x, [1], { chunksize: 0 })).rejects.toThrow("chunksize");
  });

  it("stops at once when it is told to, in the middle of a call", async () => {
    const own = await createPool({ threads: 2 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 200);
    const endless = own.map(
      () => {
        for (;;);
      },
      [1, 2, 3],
      { signal: stop.signal },
    );
    await expect(endless).rejects.toThrow("enough");
    expect(await own.map((x: number) => x + 1, [1])).toEqual([2]);
    await expect(own.map((x: number) => x, [1], { signal: stop.signal })).rejects.toThrow("enough");
    await own.terminate();
  });

  it("lets code use modules by name", async () => {
    const { outside } = await import("./neighbour.ts");
    expect(await pool.map((n: number) => outside(n), [1, 2])).toEqual([11, 12]);
  });
});

/** The cache of results: what makes a key, what is kept and for how long, and that nothing it does loses a result. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { type CacheError, memoize } from "../../src/cache/index.ts";
import { keyOf } from "../../src/cache/key.ts";
import {
  Counter,
  Decimal,
  DefaultDict,
  dumps,
  FrozenSet,
  Global,
  loads,
  ndarray,
  OrderedDict,
  PicklingError,
  PyDict,
  PySet,
  Tuple,
} from "../../src/index.ts";

const root = mkdtempSync(join(tmpdir(), "brine-cache-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(root, `folder-${count++}`);

const start = () => {
  const hash = createHash("sha256");
  return {
    update: (chunk: Uint8Array) => void hash.update(chunk),
    digest: () => new Uint8Array(hash.digest()),
  };
};
const key = (...args: readonly unknown[]): string => keyOf(args, { start, dumping: {} });

describe("a memoized function", () => {
  it("computes once for equal arguments, from file to file", async () => {
    const folder = fresh();
    let computed = 0;
    const fn = (a: number, b: { x: number; y?: number[] }) => {
      computed++;
      return { sum: a + b.x, when: new Date(0), set: new Set([a]) };
    };
    const first = memoize(fn, { folder, name: "add" });
    expectTypeOf(first).parameters.toEqualTypeOf<[a: number, b: { x: number; y?: number[] }]>();
    const result = await first(1, { x: 2, y: [3] });
    expect(result.sum).toBe(3);
    expect(await first(1, { y: [3], x: 2 })).toEqual(result);
    // Another process would do the same.
    const second = memoize(fn, { folder: pathToFileURL(folder), name: "add" });
    expect(await second(1, { x: 2, y: [3] })).toEqual(result);
    expect(computed).toBe(1);
    await second(1, { x: 2, y: [4] });
    expect(computed).toBe(2);
    expect([first.stats, second.stats]).toMatchObject([
      { hits: 1, misses: 1 },
      { hits: 1, misses: 1 },
    ]);
    const files = readdirSync(folder);
    expect(files).toHaveLength(2);
    expect(files.every((name) => /^add\.[0-9a-f]{16}\.[0-9a-f]{64}\.pkl$/.test(name))).toBe(true);
    expect(loads(readFileSync(join(folder, files[0] as string)))).toMatchObject({
      function: "add",
    });
  });

  it("knows the function by its text, or by a version", async () => {
    const folder = fresh();
    const first = memoize((x: number) => x + 1, { folder, name: "f" });
    const other = memoize((x: number) => x + 2, { folder, name: "f" });
    expect([await first(1), await other(1), await first(1)]).toEqual([2, 3, 2]);
    expect([first.stats.misses, other.stats.misses]).toEqual([1, 1]);
    const [one, two] = [1, 2].map((version) =>
      memoize((x: number) => x * version, { folder, name: "g", version }),
    );
    expect([await one?.(5), await two?.(5)]).toEqual([5, 10]);
    const bound = function (this: number, x: number) {
      return x + this;
    }.bind(3);
    expect(() => memoize(bound, { folder })).toThrow("options.version must be given");
    expect(await memoize(bound, { folder, version: "three" })(4)).toBe(7);
    expect(readdirSync(folder).some((name) => name.startsWith("bound_"))).toBe(true);
    expect(await memoize(async () => "anonymous", { folder })()).toBe("anonymous");
  });

  it("shares one computation among calls at the same time", async () => {
    let computed = 0;
    const slow = memoize(
      async (x: number) => {
        computed++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return x * 2;
      },
      { folder: fresh(), name: "slow" },
    );
    expectTypeOf(slow).returns.resolves.toEqualTypeOf<number>();
    expect(await Promise.all([slow(1), slow(1), slow(2), slow(1)])).toEqual([2, 2, 4, 2]);
    expect([computed, slow.stats.shared]).toEqual([2, 2]);
  });

  it("gives each of several calls at the same time a copy of its own", async () => {
    const make = memoize(
      async (size: number) => ({ list: [0], array: ndarray(new Float64Array(size)) }),
      { folder: fresh(), name: "make" },
    );
    // The second time from the file.
    for (const shared of [2, 4]) {
      const spoiled = async () => {
        const result = await make(100_000);
        const clean = [result.list.length, result.array.at(0)];
        result.list.push(1);
        result.array.set(7, 0);
        return clean;
      };
      expect(await Promise.all([spoiled(), spoiled(), spoiled()])).toEqual([
        [1, 0],
        [1, 0],
        [1, 0],
      ]);
      expect(make.stats.shared).toBe(shared);
    }
  });

  it("does not keep what was thrown", async () => {
    let computed = 0;
    const folder = fresh();
    const fails = memoize(
      async () => {
        if (++computed < 3) throw new Error(`no ${computed}`);
        return "at last";
      },
      { folder, name: "fails" },
    );
    const both = [fails(), fails()];
    await expect(both[0]).rejects.toThrow("no 1");
    await expect(both[1]).rejects.toThrow("no 1");
    await expect(fails()).rejects.toThrow("no 2");
    expect(existsSync(folder)).toBe(false);
    expect([await fails(), await fails(), computed]).toEqual(["at last", "at last", 3]);
  });

  it("keeps nothing, None and no result apart", async () => {
    const nothing = memoize((x: number) => (x === 0 ? undefined : null), {
      folder: fresh(),
      name: "n",
    });
    expect([await nothing(0), await nothing(0), await nothing(1), await nothing(1)]).toEqual([
      undefined,
      undefined,
      null,
      null,
    ]);
    expect(nothing.stats).toMatchObject({ hits: 2, misses: 2 });
  });

  it("forgets, clears, and says what it has", async () => {
    const folder = fresh();
    const [f, g] = ["f", "g"].map((name) => memoize((x: number) => x, { folder, name }));
    if (f === undefined || g === undefined) throw new Error("never");
    expect([await f.has(1), await f.forget(1)]).toEqual([false, false]);
    await f.clear();
    for (const x of [1, 2]) await f(x);
    await g(1);
    expect([await f.has(1), await f.has(3)]).toEqual([true, false]);
    expect([await f.forget(1), await f.has(1), await f.has(2)]).toEqual([true, false, true]);
    await f.clear();
    expect([await f.has(2), await g.has(1)]).toEqual([false, true]);
  });

  it("asks key what counts, and a schema what was read", async () => {
    const query = memoize((_connection: () => void, id: number) => `row ${id}`, {
      folder: fresh(),
      name: "query",
      key: (_connection, id) => id,
    });
    expect([await query(() => undefined, 1), await query(() => undefined, 1)]).toEqual([
      "row 1",
      "row 1",
    ]);
    expect(query.stats.hits).toBe(1);
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          value === "good" ? { value: "good" } : { issues: [{ message: "bad" }] },
      },
    };
    const folder = fresh();
    const judged = memoize(() => "good", { folder, name: "j", version: 1, schema });
    expect(await judged()).toBe("good");
    const [file] = readdirSync(folder);
    writeFileSync(join(folder, file as string), dumps({ function: "j", result: "evil" }));
    expect(await judged()).toBe("good");
    expect(judged.stats).toMatchObject({ misses: 2, errors: 1 });
  });

  it("refuses options and arguments by their names", async () => {
    expect(() => memoize(3 as never, { folder: "x" })).toThrow("fn must be a function");
    expect(() => memoize(() => 1, undefined as never)).toThrow("options.folder must be");
    expect(() => memoize(() => 1, { folder: "" })).toThrow("options.folder must be");
    expect(() => memoize(() => 1, { folder: new URL("http://x/") })).toThrow(
      "options.folder must be",
    );
    expect(() => memoize(() => 1, { folder: "x", maxBytes: 0 })).toThrow(
      "options.maxBytes must be",
    );
    expect(() => memoize(() => 1, { folder: "x", maxAge: Number.NaN })).toThrow(
      "options.maxAge must be",
    );
    const f = memoize((_: unknown) => 1, { folder: fresh(), name: "f" });
    for (const argument of [
      () => 1,
      Symbol("x"),
      [new (class Unknown {})()],
      new Promise(() => 1),
    ]) {
      await expect(f(argument)).rejects.toMatchObject({ name: "CacheError", code: "bad-argument" });
    }
    const g = memoize(() => ({ deep: [() => 1] }), { folder: fresh(), name: "g" });
    await expect(g()).rejects.toBeInstanceOf(PicklingError);
    await expect(g()).rejects.toThrow("$.result.deep[0]");
  });
});

describe("a key", () => {
  it("is the same for the same content", () => {
    const shared = { a: 1 };
    const pairs: [unknown[], unknown[]][] = [
      [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
      [
        [
          new Map([
            ["a", 1],
            ["b", 2],
          ]),
        ],
        [
          new Map([
            ["b", 2],
            ["a", 1],
          ]),
        ],
      ],
      [[new Set([1, "x", [2]])], [new Set([[2], "x", 1])]],
      [
        [
          new Map([
            [[1], "x"],
            [[2], "y"],
          ]),
        ],
        [
          new Map([
            [[2], "y"],
            [[1], "x"],
          ]),
        ],
      ],
      [[[shared, shared]], [[{ a: 1 }, { a: 1 }]]],
      [[1], [1, undefined, undefined]],
      [[], [undefined]],
      [[Number.NaN], [Number.NaN]],
      [[new Set([1])], [new PySet([1])]],
      [[Object.create(null)], [{}]],
      [[ndarray([1, 2])], [ndarray([1, 2])]],
      [[new Date(5)], [new Date(5)]],
    ];
    for (const [a, b] of pairs) expect(key(...a)).toBe(key(...b));
    expect(key({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
  });

  it("differs for what differs", () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const deeper: unknown[] = [[]];
    (deeper[0] as unknown[]).push(deeper);
    const values: unknown[] = [
      null,
      undefined,
      true,
      false,
      0,
      -0,
      1,
      1.5,
      Number.NaN,
      1n,
      "1",
      "",
      "a",
      "\ud800",
      [],
      [[]],
      [1],
      ["1"],
      [1, 2],
      [2, 1],
      [[1], 2],
      [undefined],
      [null],
      {},
      { a: 1 },
      { a: undefined },
      { b: 1 },
      { a: { b: 1 } },
      { __proto__: null, a: 2 },
      JSON.parse('{"__proto__":1}'),
      Tuple.of(),
      Tuple.of(1),
      new Map(),
      new Map([["a", 1]]),
      new Map([[1, "a"]]),
      new Set(),
      new Set([1]),
      new Set(["1"]),
      new FrozenSet([1]),
      new Date(0),
      new Date(1),
      new Uint8Array(1),
      new Uint8Array(2),
      new Int8Array(1),
      new Float32Array(1),
      new ArrayBuffer(1),
      Float64Array.of(1),
      Float64Array.of(2),
      ndarray([1, 2]),
      ndarray([2, 1]),
      ndarray([1, 2], { dtype: "float64" }),
      new Decimal("1"),
      new Decimal("1.0"),
      cyclic,
      deeper,
      new PyDict<unknown, unknown>([
        [1, 2],
        ["a", 3],
      ]),
      // Of these the class counts, and what it keeps: the order, the factory.
      new OrderedDict([
        ["a", 1],
        ["b", 2],
      ]),
      new OrderedDict([
        ["b", 2],
        ["a", 1],
      ]),
      new DefaultDict(null, [["a", 1]]),
      new DefaultDict(new Global("builtins", "list"), [["a", 1]]),
      new Counter([["a", 1]]),
    ];
    const keys = values.map((value) => key([value]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(key(1, 2)).not.toBe(key([1, 2]));
    expect(key("ab", "c")).not.toBe(key("a", "bc"));
    expect(key(undefined, 1)).not.toBe(key(1));
  });

  it("does not depend on the order in which anything was filled", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (object, turn) => {
        const entries = Object.entries(object);
        const turned = [
          ...entries.slice(turn % (entries.length + 1)),
          ...entries.slice(0, turn % (entries.length + 1)),
        ];
        expect(key(Object.fromEntries(turned))).toBe(key(object));
        expect(key(new Map(turned))).toBe(key(new Map(entries)));
        expect(key(structuredClone(object))).toBe(key(object));
      }),
    );
  });

  it("comes from values of any depth, and is refused where it would take for ever", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level++) deep = level % 2 === 0 ? [deep] : { deep };
    expect(key(deep)).toMatch(/^[0-9a-f]{64}$/);
    let sets: unknown = 1;
    for (let level = 0; level < 1000; level++) sets = new Set([sets]);
    expect(() => key(sets)).toThrow("sets and keys are inside one another");
    const many = new Set([new Set([1]), new Set([2])]);
    many.add(many as never);
    expect(key(many)).toBe(key(many));
  });
});

describe("what is kept", () => {
  const sized = (folder: string, options = {}) =>
    memoize((_n: number) => new Uint8Array(10_000), {
      folder,
      name: "sized",
      version: 1,
      ...options,
    });

  it("has at most so many bytes, and the longest unused go first", async () => {
    const folder = fresh();
    const f = sized(folder, { maxBytes: 55_000 });
    for (let n = 0; n < 5; n++) {
      await f(n);
      const time = new Date(2026, 0, 1 + n);
      for (const name of readdirSync(folder)) {
        if (statSync(join(folder, name)).mtime.getFullYear() !== 2026 || n === 0)
          utimesSync(join(folder, name), time, time);
      }
    }
    await f(0); // used again
    await f(5);
    expect(await f.has(0)).toBe(true);
    expect(await f.has(1)).toBe(false);
    for (let n = 6; n < 40; n++) {
      await f(n);
      const bytes = readdirSync(folder).reduce(
        (sum, name) => sum + statSync(join(folder, name)).size,
        0,
      );
      expect(bytes).toBeLessThanOrEqual(55_000);
      expect(await f.has(n)).toBe(true);
    }
    writeFileSync(join(folder, "mine.txt"), "x".repeat(60_000));
    await f(100);
    expect(existsSync(join(folder, "mine.txt"))).toBe(true);
  });

  it("is no result that is larger than all may be", async () => {
    const told: CacheError[] = [];
    const folder = fresh();
    const f = sized(folder, { maxBytes: 5000, onError: (error: CacheError) => told.push(error) });
    expect((await f(1)).length).toBe(10_000);
    expect(told.map(({ code }) => code)).toEqual(["too-large"]);
    expect(existsSync(folder)).toBe(false);
  });

  it("is not older than maxAge", async () => {
    const folder = fresh();
    const f = sized(folder, { maxAge: 60_000 });
    await f(1);
    expect([await f.has(1), f.stats.misses]).toEqual([true, 1]);
    const [file = ""] = readdirSync(folder);
    const old = new Date(Date.now() - 61_000);
    utimesSync(join(folder, file), new Date(), old);
    expect(await f.has(1)).toBe(false);
    await f(1);
    expect(f.stats.misses).toBe(2);
    utimesSync(join(folder, file), old, old);
    await sized(folder, { maxAge: 60_000 })(2);
    expect(existsSync(join(folder, file))).toBe(false);
  });

  it("is computed anew where its file is damaged, at every byte", async () => {
    const folder = fresh();
    const told: CacheError[] = [];
    const f = memoize((x: number) => ({ x }), {
      folder,
      name: "f",
      onError: (error) => told.push(error),
    });
    await f(1);
    const [file = ""] = readdirSync(folder);
    const path = join(folder, file);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      truncateSync(path, at);
      expect(await f(1)).toEqual({ x: 1 });
      expect(readFileSync(path)).toEqual(whole);
    }
    expect(told).toHaveLength(whole.length);
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set(["damaged"]));
    for (const other of [dumps([1]), dumps({ function: "g", result: 2 }), dumps(null)]) {
      writeFileSync(path, other);
      expect(await f(1)).toEqual({ x: 1 });
    }
  });

  it("is not lost to the caller by a full disk or a folder that nobody may write to", async () => {
    const script = `
      import { memoize } from ${JSON.stringify(join(import.meta.dirname, "../../src/cache/index.ts"))};
      const f = memoize(() => new Uint8Array(3_000_000), { folder: process.argv[1], name: "f", onError: ({ code }) => console.log(code) });
      console.log((await f()).length, f.stats.errors);
    `;
    const args = ["--conditions=brine-source", "--input-type=module-typescript", "-e", script];
    const full = spawnSync(
      "sh",
      ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, ...args, fresh()],
      { encoding: "utf8" },
    );
    expect(full.stdout).toBe("disk-full\n3000000 1\n");
    const folder = mkdtempSync(join(root, "read-only-"));
    chmodSync(root, 0o755);
    chmodSync(folder, 0o555);
    const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout } = spawnSync(process.execPath, [...args, folder], {
      ...other,
      env: {},
      encoding: "utf8",
    });
    expect(stdout).toBe("read-only\n3000000 1\n");
  });

  it("is not lost to the caller where a file cannot be read or replaced", async () => {
    const folder = fresh();
    const told: CacheError[] = [];
    const f = memoize((x: number) => x, {
      folder,
      name: "f",
      onError: (error) => told.push(error),
    });
    await f(1);
    const path = join(folder, readdirSync(folder)[0] as string);
    rmSync(path);
    mkdirSync(path);
    expect(await f(1)).toBe(1);
    expect(told.map(({ code }) => code)).toEqual(["read-failed", "write-failed"]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("is shared by several processes, each result whole", async () => {
    const folder = fresh();
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "brine-test-compile-cache") };
    const args = [
      "--conditions=brine-source",
      join(import.meta.dirname, "worker.ts"),
      folder,
      "150",
    ];
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, args, { env })),
    );
    const computed = runs.map(({ stdout }) => Number(stdout));
    expect(computed.every((times) => times >= 1 && times < 150)).toBe(true);
    const bytes = readdirSync(folder).reduce(
      (sum, name) => sum + statSync(join(folder, name)).size,
      0,
    );
    // Each process looks after a tenth of the bound.
    expect(bytes).toBeLessThanOrEqual(400_000 + 4 * 80_200);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

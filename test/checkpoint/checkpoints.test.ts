/** Checkpoints in a folder: what is saved comes back, what is damaged is refused, and the list does not read states. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  CheckpointError,
  Checkpoints,
  type CheckpointsOptions,
  driverStore,
} from "../../src/checkpoint/index.ts";
import { skim } from "../../src/checkpoint/skim.ts";
import { timeOf } from "../../src/checkpoint/times.ts";
import { dumps, NdArray, ndarray, PicklingError, UnpicklingError } from "../../src/index.ts";
import { HOST } from "../../src/node/folder.ts";
import { optimize } from "../../src/pickletools/index.ts";

const root = mkdtempSync(join(tmpdir(), "brine-checkpoints-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function made<State = unknown>(options?: CheckpointsOptions<State>) {
  const folder = join(root, `folder-${count++}`);
  return { folder, checkpoints: new Checkpoints<State>(folder, options) };
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function put(folder: string, name: string, pickle: Uint8Array, sum = sha256(pickle)): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.pkl`), pickle);
  writeFileSync(join(folder, `${name}.sha256`), sum);
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing was refused",
    (error: unknown) => {
      if (!(error instanceof CheckpointError)) throw error;
      return error.code;
    },
  );

describe("a folder of checkpoints", () => {
  it("gives back what was saved, and writes the two files of the recipe", async () => {
    const { folder, checkpoints } = made<{ step: number; weights: Float64Array }>();
    const state = { step: 3, weights: Float64Array.of(1, 2.5), array: ndarray([1, 2, 3]) };
    await checkpoints.save("epoch-3", state, { loss: 0.25 });
    expect(readdirSync(folder).sort()).toEqual(["epoch-3.pkl", "epoch-3.sha256"]);
    const pickle = readFileSync(join(folder, "epoch-3.pkl"));
    expect(readFileSync(join(folder, "epoch-3.sha256"), "utf8")).toBe(sha256(pickle));
    const loaded = await checkpoints.load("epoch-3");
    expect(loaded).toMatchObject({ name: "epoch-3", metadata: { loss: 0.25 }, version: "1.0" });
    expect(loaded.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(loaded.state).toMatchObject({ step: 3, weights: state.weights });
    expect((loaded.state as { array?: unknown }).array).toBeInstanceOf(NdArray);
    expectTypeOf(loaded.state.weights).toEqualTypeOf<Float64Array>();
  });

  it("is empty before the first save, also where there is no folder", async () => {
    const { folder, checkpoints } = made();
    expect(await checkpoints.list()).toEqual([]);
    expect(await checkpoints.latest()).toBe(undefined);
    expect(await checkpoints.verify()).toEqual([]);
    expect(await checkpoints.delete("a")).toBe(false);
    expect(await checkpoints.resume(() => 7)).toBe(7);
    expect(await checkpoints.resume({ step: 0 })).toEqual({ step: 0 });
    expect(await code(checkpoints.load("a"))).toBe("not-found");
    expect(existsSync(folder)).toBe(false);
    expect(await new Checkpoints(pathToFileURL(folder)).list()).toEqual([]);
  });

  it("lists by time, takes the latest, keeps the last and deletes", async () => {
    const { folder, checkpoints } = made();
    for (const name of ["c", "a", "b", "d"]) await checkpoints.save(name, { name });
    const names = async (): Promise<string[]> => (await checkpoints.list()).map(({ name }) => name);
    expect(await names()).toEqual(["c", "a", "b", "d"]);
    expect((await checkpoints.latest())?.state).toEqual({ name: "d" });
    await checkpoints.save("c", { name: "c again" });
    expect(await names()).toEqual(["a", "b", "d", "c"]);
    expect(await checkpoints.resume({})).toEqual({ name: "c again" });
    expect(await checkpoints.keepLast(2)).toEqual(["a", "b"]);
    expect(await checkpoints.delete("d")).toBe(true);
    expect(await checkpoints.delete("d")).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["c.pkl", "c.sha256"]);
  });

  it("keeps the one just saved, also where the clock was put back", async () => {
    let day = 9;
    const { checkpoints } = made({ keepLast: 2, timestamp: () => `2026-01-0${day--}T00:00:00` });
    for (const name of ["a", "b", "c"]) await checkpoints.save(name, name);
    expect((await checkpoints.list()).map(({ name }) => name)).toEqual(["c", "a"]);
  });

  it("asks a schema what the state is", async () => {
    const { folder, checkpoints } = made();
    await checkpoints.save("a", { step: "no number" });
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          typeof (value as { step?: unknown }).step === "number"
            ? { value: value as { step: number } }
            : { issues: [{ message: "step is no number" }] },
      },
    };
    const typed = new Checkpoints(folder, { schema });
    await expect(typed.load("a")).rejects.toMatchObject({ code: "schema-mismatch" });
    await typed.save("a", { step: 2 });
    const { state } = await typed.load("a");
    expectTypeOf(state).toEqualTypeOf<{ step: number }>();
    expect(state).toEqual({ step: 2 });
  });

  it("lets several savers of one name wait for each other", async () => {
    const { folder, checkpoints } = made<{ step: number }>();
    const others = new Checkpoints<{ step: number }>(folder);
    await Promise.all(
      Array.from({ length: 20 }, (_, step) =>
        (step % 2 === 0 ? checkpoints : others).save("same", { step }),
      ),
    );
    expect(await checkpoints.verify()).toEqual([{ name: "same", ok: true, error: undefined }]);
    expect(readdirSync(folder).sort()).toEqual(["same.pkl", "same.sha256"]);
  });

  it("refuses arguments of other types by their names", async () => {
    expect(() => new Checkpoints("")).toThrow("place must be the path of a folder");
    expect(() => new Checkpoints(new URL("http://host/"))).toThrow("place must be");
    expect(() => new Checkpoints(root, { keepLast: 0 })).toThrow("keepLast must be");
    const { checkpoints } = made();
    await expect(checkpoints.keepLast(1.5)).rejects.toThrow("count must be a whole number");
    await expect(checkpoints.load(3 as unknown as string)).rejects.toThrow("name must be a string");
  });
});

describe("names", () => {
  const outside = [
    "../a",
    "..",
    ".",
    "",
    ".hidden",
    "a/b",
    "/a",
    "a\\b",
    "c:a",
    "a\0",
    "a\nb",
    "nul",
    "COM1.x",
    "\ud800",
    "é".repeat(101),
  ];
  it.each(outside)("%j leads nowhere", async (name) => {
    const { folder, checkpoints } = made();
    for (const call of [
      () => checkpoints.save(name, 1),
      () => checkpoints.load(name),
      () => checkpoints.delete(name),
      () => checkpoints.verify(name),
    ]) {
      expect(await code(call())).toBe("bad-name");
    }
    expect(existsSync(folder)).toBe(false);
  });

  it("of any other kind are names", async () => {
    const { checkpoints } = made();
    const names = ["a b", "x.pkl", "é 中 😀", "~", "-rf", "a..b", "console", "x".repeat(200)];
    for (const name of names) await checkpoints.save(name, name);
    expect((await checkpoints.list()).map(({ name }) => name)).toEqual(names);
    for (const name of names) expect((await checkpoints.load(name)).state).toBe(name);
  });

  it("of links are replaced, not followed", async () => {
    const { folder, checkpoints } = made();
    mkdirSync(folder);
    const elsewhere = join(root, "elsewhere");
    writeFileSync(elsewhere, "theirs");
    symlinkSync(elsewhere, join(folder, "a.pkl"));
    await checkpoints.save("a", 1);
    expect(readFileSync(elsewhere, "utf8")).toBe("theirs");
    expect((await checkpoints.load("a")).state).toBe(1);
  });
});

describe("what is damaged", () => {
  it("is refused at every byte that is cut off or changed", async () => {
    const { folder, checkpoints } = made();
    await checkpoints.save("a", { data: [1, 2, 3] }, { loss: 1 });
    const pickle = readFileSync(join(folder, "a.pkl"));
    for (let at = 0; at < pickle.length; at++) {
      writeFileSync(join(folder, "a.pkl"), pickle.subarray(0, at));
      expect(await code(checkpoints.load("a"))).toBe("checksum-mismatch");
      const flipped = Uint8Array.from(pickle);
      flipped[at] = (flipped[at] as number) ^ 1;
      writeFileSync(join(folder, "a.pkl"), flipped);
      expect(await code(checkpoints.load("a"))).toBe("checksum-mismatch");
      // Not more is asked of the list than that it says so or does not notice.
      expect(await checkpoints.list()).toHaveLength(1);
    }
    const [verification] = await checkpoints.verify();
    expect(verification).toMatchObject({ name: "a", ok: false });
    expect(verification?.error?.message).toContain("take another one, latest() finds");
  });

  it("is passed over by latest, unless nothing else is there", async () => {
    const { folder, checkpoints } = made<number>();
    await checkpoints.save("a", 1);
    await checkpoints.save("b", 2);
    truncateSync(join(folder, "b.pkl"), 20);
    const told: (string | undefined)[] = [];
    const latest = await checkpoints.latest({
      onDamaged: ({ checkpoint }) => told.push(checkpoint),
    });
    expect([latest?.name, told]).toEqual(["a", ["b"]]);
    truncateSync(join(folder, "a.pkl"), 20);
    expect(await code(checkpoints.latest())).toBe("none-intact");
    expect(await code(checkpoints.resume(0))).toBe("none-intact");
  });

  it("is neither counted nor deleted by keepLast", async () => {
    const { folder, checkpoints } = made<number>();
    for (const name of ["a", "b", "c"]) await checkpoints.save(name, 1);
    truncateSync(join(folder, "c.pkl"), 3);
    expect(await checkpoints.keepLast(1)).toEqual(["a"]);
    expect((await checkpoints.list()).map(({ name, error }) => [name, error?.message])).toEqual([
      ["b", undefined],
      ["c", expect.stringContaining('"c" is no checkpoint')],
    ]);
  });

  it("says what is wrong with the checksum", async () => {
    const { folder, checkpoints } = made();
    const pickle = dumps({ state: 1, metadata: {} });
    put(folder, "a", pickle);
    for (const [sum, expected] of [
      [`${sha256(pickle).toUpperCase()}\n`, "nothing was refused"],
      [`${sha256(pickle)}  a.pkl\n`, "nothing was refused"],
      ["", "bad-checksum"],
      ["no digest", "bad-checksum"],
      [`${sha256(pickle)}0`, "bad-checksum"],
      ["0".repeat(64), "checksum-mismatch"],
    ] as const) {
      put(folder, "a", pickle, sum);
      expect(await code(checkpoints.load("a"))).toBe(expected);
      expect((await checkpoints.load("a", { verify: false })).state).toBe(1);
    }
    rmSync(join(folder, "a.sha256"));
    expect(await code(checkpoints.load("a"))).toBe("no-checksum");
    expect((await checkpoints.load("a", { verify: false })).state).toBe(1);
    expect(await checkpoints.verify("a", "b")).toMatchObject([
      { ok: false, error: { code: "no-checksum" } },
      { ok: false, error: { code: "not-found" } },
    ]);
    expect(await checkpoints.delete("a")).toBe(true);
  });

  it("is told from what is no checkpoint, and from what may not be read", async () => {
    const { folder, checkpoints } = made({ allow: ["array.*"] });
    put(folder, "list", dumps([1, 2]));
    put(folder, "dict", dumps({ a: 1 }));
    for (const name of ["list", "dict"])
      expect(await code(checkpoints.load(name))).toBe("not-a-checkpoint");
    const evil = new TextEncoder().encode("(dVstate\ncos\nsystem\n(Vid\ntRs.");
    put(folder, "evil", evil);
    await expect(checkpoints.load("evil")).rejects.toBeInstanceOf(UnpicklingError);
    mkdirSync(join(folder, "folder.pkl"));
    expect(await code(checkpoints.load("folder"))).toBe("read-failed");
    const list = await checkpoints.list();
    expect(list.map(({ name, error }) => [name, error !== undefined])).toEqual(
      expect.arrayContaining([
        ["list", true],
        ["dict", true],
        ["evil", false],
        ["folder", true],
      ]),
    );
  });

  it("can be anything at all", async () => {
    const { folder, checkpoints } = made();
    const whole = dumps({
      name: "a",
      metadata: { x: [1] },
      timestamp: "t",
      version: "1.0",
      state: [{}],
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
        const changed = Uint8Array.from(whole);
        changed[at] = byte;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (pickle) => {
        put(folder, "a", pickle);
        await checkpoints.list();
        const [verification] = await checkpoints.verify();
        if (verification?.error !== undefined) {
          expect(verification.error).toBeInstanceOf(CheckpointError);
        }
        await checkpoints.load("a").catch((error: unknown) => {
          const isOurs = error instanceof CheckpointError || error instanceof UnpicklingError;
          if (!isOurs) throw error;
        });
      }),
      { numRuns: 300 },
    );
  });

  it("is told from what is written to while it is read", async () => {
    const { folder, checkpoints } = made();
    await checkpoints.save("a", { data: Float64Array.of(1) });
    const other = new Checkpoints(folder, {
      // Asked in the middle of the load: Python writes in place.
      findClass: () => {
        appendFileSync(join(folder, "a.pkl"), "more");
        return undefined;
      },
    });
    expect(await code(other.load("a"))).toBe("changing");
  });

  it("is no other where it gets another name meanwhile", async () => {
    const { folder, checkpoints } = made();
    await checkpoints.save("a", { data: Float64Array.of(1) });
    const other = new Checkpoints(folder, {
      // What a saver does when another process has just opened the pending file.
      findClass: () => {
        renameSync(join(folder, "a.pkl"), join(folder, "moved"));
        renameSync(join(folder, "moved"), join(folder, "a.pkl"));
        return undefined;
      },
    });
    expect((await other.load("a")).name).toBe("a");
  });

  it("is not listed where it is deleted meanwhile", async () => {
    const kept = new Map<string, Uint8Array>();
    let gone = "";
    let reads = 0;
    const driver = {
      hasItem: (key: string) => kept.has(key),
      getItem: (key: string) => kept.get(key) ?? null,
      getItemRaw: (key: string) => {
        if (key === gone && reads-- <= 0) kept.delete(key);
        return kept.get(key) ?? null;
      },
      setItemRaw: (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
      removeItem: (key: string) => void kept.delete(key),
      getKeys: () => [...kept.keys()],
    };
    const checkpoints = new Checkpoints(driverStore(driver));
    for (const [use, before] of [
      ["list", 0],
      ["list", 1],
      ["verify", 0],
    ] as const) {
      gone = "";
      await checkpoints.save("a", 1);
      await checkpoints.save("b", 2);
      [gone, reads] = ["b.head", before];
      expect((await checkpoints[use]()).map(({ name, error }) => [name, error])).toEqual([
        ["a", undefined],
      ]);
    }
    await checkpoints.save("b", 2);
    gone = "";
    await checkpoints.delete("b");
    expect((await checkpoints.verify("b"))[0]?.error?.code).toBe("not-found");
  });

  it("is told from what another process holds", async () => {
    const { folder, checkpoints } = made();
    await checkpoints.save("a", 1);
    const held = `${HOST} ${process.pid} 00\n`;
    writeFileSync(join(folder, ".a.lock"), held);
    vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
    try {
      const refused = code(checkpoints.save("a", 2));
      let isDone = false;
      void refused.then(() => {
        isDone = true;
      });
      // Real steps of the disk between those of the clock.
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        await vi.advanceTimersByTimeAsync(10);
      }
      expect(await refused).toBe("locked");
    } finally {
      vi.useRealTimers();
    }
    expect(readFileSync(join(folder, ".a.lock"), "utf8")).toBe(held);
    expect((await checkpoints.load("a")).state).toBe(1);
    expect(readdirSync(folder).sort()).toEqual([".a.lock", "a.pkl", "a.sha256"]);
  });

  it("was not saved: a value that cannot be pickled leaves everything as it was", async () => {
    const { folder, checkpoints } = made<unknown>();
    await checkpoints.save("a", 1);
    const refused = checkpoints.save("a", { deep: [new Uint8Array(200_000), () => 1] });
    await expect(refused).rejects.toBeInstanceOf(PicklingError);
    await expect(refused).rejects.toThrow("$.state.deep[1]");
    expect((await checkpoints.load("a")).state).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
  });
});

describe("what a crash left", () => {
  const parts = async (): Promise<{
    folder: string;
    checkpoints: Checkpoints<number>;
    files: Record<string, Buffer>;
  }> => {
    const { folder, checkpoints } = made<number>();
    const files: Record<string, Buffer> = {};
    for (const state of [1, 2]) {
      await checkpoints.save("a", state);
      files[`pkl${state}`] = readFileSync(join(folder, "a.pkl"));
      files[`sum${state}`] = readFileSync(join(folder, "a.sha256"));
    }
    return { folder, checkpoints, files };
  };
  const pending = (sum: Buffer | undefined): string => `.a.${String(sum).slice(0, 24)}.pending`;

  it("before the new checksum is nothing, behind it the new one", async () => {
    for (const isCommitted of [false, true]) {
      const { folder, checkpoints, files } = await parts();
      writeFileSync(join(folder, "a.pkl"), files["pkl1"] as Buffer);
      writeFileSync(join(folder, "a.sha256"), files[isCommitted ? "sum2" : "sum1"] as Buffer);
      writeFileSync(join(folder, pending(files["sum2"])), files["pkl2"] as Buffer);
      const state = isCommitted ? 2 : 1;
      expect((await checkpoints.load("a")).state).toBe(state);
      expect(await checkpoints.verify()).toMatchObject([{ ok: true }]);
      expect((await checkpoints.list()).map(({ name }) => name)).toEqual(["a"]);
      await checkpoints.save("b", 7);
      expect((await checkpoints.load("a")).state).toBe(state);
      expect(await checkpoints.delete("a")).toBe(true);
      expect(readdirSync(folder).sort()).toEqual(["b.pkl", "b.sha256"]);
    }
  });

  it("is taken away after a while, where nobody can ask for its process", async () => {
    const { folder, checkpoints } = made<number>();
    await checkpoints.save("a", 1);
    for (const [held, minutes] of [
      ["00000000 1 00\n", 2],
      [`${HOST} ${process.pid} 00\n`, 11],
      ["", 2],
    ] as const) {
      const lock = join(folder, ".a.lock");
      writeFileSync(lock, held);
      const then = new Date(Date.now() - minutes * 60_000);
      utimesSync(lock, then, then);
      await checkpoints.save("a", minutes);
      expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
    }
  });

  it("of a first save is finished too", async () => {
    const { folder, checkpoints, files } = await parts();
    renameSync(join(folder, "a.pkl"), join(folder, pending(files["sum2"])));
    expect((await checkpoints.list()).map(({ name }) => name)).toEqual(["a"]);
    expect((await checkpoints.latest())?.state).toBe(2);
    await checkpoints.save("a", 3);
    expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
  });

  it("is swept away once its process is gone: drafts and locks", async () => {
    const { folder, checkpoints } = made<number>();
    await checkpoints.save("a", 1);
    // As old as a draft has to be.
    const draft = join(folder, `.brine-${HOST}-4194305-00.tmp`);
    writeFileSync(draft, "half");
    utimesSync(draft, 1, 1);
    // No process has this number: it is above the largest that Linux gives.
    writeFileSync(join(folder, ".a.lock"), `${HOST} 4194305 00\n`);
    await checkpoints.save("a", 3);
    expect((await checkpoints.load("a")).state).toBe(3);
    expect(readdirSync(folder).sort()).toEqual(["a.pkl", "a.sha256"]);
  });
});

describe("the list", () => {
  it("reads the first bytes only of what brine wrote", async () => {
    const { folder, checkpoints } = made();
    const state = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    await checkpoints.save("a", state, { config: { depth: 3 }, tags: ["x", "x"] });
    const bytes = readFileSync(join(folder, "a.pkl"));
    let read = 0;
    const counted = {
      size: bytes.length,
      read(start: number, target: Uint8Array) {
        const part = bytes.subarray(start, start + target.length);
        target.set(part);
        read += part.length;
        return part.length;
      },
    };
    const layout = skim(counted, ["name", "metadata", "timestamp", "version"], "state");
    expect(layout).toMatchObject({ endedEarly: true });
    expect(read).toBeLessThanOrEqual(64 * 1024);
    // Of what Python wrote not the long bytes.
    const large = {
      name: "a",
      state: [new Uint8Array(5_000_000), ndarray(new Float64Array(500_000))],
    };
    const theirs = dumps({ ...large, metadata: { loss: 1 }, timestamp: "t", version: "1.0" });
    read = 0;
    const reader = {
      size: theirs.length,
      read(start: number, target: Uint8Array) {
        const part = theirs.subarray(start, start + target.length);
        target.set(part);
        read += part.length;
        return part.length;
      },
    };
    expect(skim(reader, [], "state")).toMatchObject({ entries: { length: 5 } });
    expect(read).toBeLessThanOrEqual(4 * 64 * 1024);
    expect((await checkpoints.list())[0]?.metadata).toEqual({
      config: { depth: 3 },
      tags: ["x", "x"],
    });
  });

  const shared = { depth: 3, name: "a long name" };
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const states: [string, unknown, unknown][] = [
    ["nothing shared", [1, "x"], { loss: 0.5 }],
    ["strings shared", { loss: [1, 2], "0.5": "x" }, { loss: 0.5, x: "x" }],
    [
      "an object shared",
      { config: shared, more: [shared] },
      { config: shared, twice: [shared, shared] },
    ],
    ["a part of an object shared", { config: { inner: shared } }, { inner: shared }],
    ["cycles", { a: cyclic, list: [cyclic] }, { cyclic }],
    [
      "large bytes in the state",
      { data: new Uint8Array(300_000), a: ndarray([1, 2, 3]) },
      { a: "b" },
    ],
    ["arrays in the metadata", [], { best: Float64Array.of(1, 2), worst: new Set([1, "x"]) }],
    ["many items", Array.from({ length: 3000 }, (_, i) => [i, `${i % 7}`]), { "6": "5" }],
    ["no metadata", null, {}],
  ];
  it.each(states)("finds metadata behind the state: %s", async (_title, state, metadata) => {
    for (let protocol = 0; protocol <= 5; protocol++) {
      for (const smaller of [false, true]) {
        const { folder, checkpoints } = made();
        // The order of the recipe: the state comes first.
        const pickle = dumps(
          { name: "a", state, metadata, timestamp: 5, version: "1.0" },
          protocol,
        );
        put(folder, "a", smaller ? optimize(pickle) : pickle);
        const [info] = await checkpoints.list();
        expect(info?.error).toBe(undefined);
        expect(info).toMatchObject({ name: "a", timestamp: 5, version: "1.0", time: 5000 });
        expect(info?.metadata).toEqual((await checkpoints.load("a")).metadata);
      }
    }
  });

  it("costs no memory that a file could ask for", () => {
    // A dict and then bytes that each push, or each push and memoise; without an end.
    for (const filler of [Uint8Array.of(0x4e), Uint8Array.of(0x4e, 0x94, 0x30)]) {
      const file = {
        size: 200_000_000,
        read(start: number, target: Uint8Array) {
          for (let at = 0; at < target.length; at++) {
            target[at] =
              start + at === 0 ? 0x7d : (filler[(start + at - 1) % filler.length] as number);
          }
          return target.length;
        },
      };
      expect(skim(file, [], "state", 100_000)).toBe("too-large");
    }
    const wide = dumps(Object.fromEntries(Array.from({ length: 200 }, (_, key) => [`k${key}`, 1])));
    const read = (start: number, target: Uint8Array) => {
      const part = wide.subarray(start, start + target.length);
      target.set(part);
      return part.length;
    };
    expect(skim({ size: wide.length, read }, [], "state")).toBe("no-dict");
  });

  it("reads what a lossless load reads", async () => {
    const { checkpoints } = made({ lossless: true });
    await checkpoints.save("a", 1, { loss: 1 });
    const [info] = await checkpoints.list();
    expect(info?.metadata).toBeInstanceOf(Map);
    expect((await checkpoints.load("a")).state).toBe(1);
  });

  it("knows the times that people write", () => {
    expect(timeOf("2026-03-01T12:30:00.123456+00:00")).toBeCloseTo(1772368200123.456, 2);
    expect(timeOf("2026-03-01T12:30:00Z")).toBe(1772368200000);
    expect(timeOf("2026-03-01T12:30:00")).toBe(new Date(2026, 2, 1, 12, 30).getTime());
    expect(timeOf(1772368200.5)).toBe(1772368200500);
    for (const other of ["soon", null, undefined, {}, [], Number.NaN, () => 1]) {
      expect(timeOf(other)).toBe(undefined);
    }
  });
});

/** Shelves between Python and brine: every format that a Python here can make, both ways, at once, and killed at any instant. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DbmError, type NewFormat, open as openDatabase, whichdb } from "../../src/dbm/index.ts";
import { Tuple } from "../../src/index.ts";
import { open, ShelveError } from "../../src/shelve/index.ts";
import { runPython } from "./python-run.ts";
import { isCi, type Python, pythons } from "./pythons.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-shelves-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(mkdtempSync(join(folder, `${made++}-`)), "shelf");
const COUNT = 400;
/** Of each format. */
const KILLS = 70;

const has = (path: string, module: string): boolean =>
  spawnSync(path, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;

// Debian's Python has the modules that those of pyenv are built without.
const system: Python[] = existsSync("/usr/bin/python3")
  ? [{ version: "system", release: "", path: "/usr/bin/python3" }]
  : [];
const MAKERS = [...pythons(), ...system].flatMap((python) => {
  const kinds = python.version === "2.7" ? ["dumb"] : ["dumb", "gnu", "ndbm", "sqlite3"];
  return kinds.flatMap((kind) => {
    const module = python.version === "2.7" ? "dumbdbm" : `dbm.${kind}`;
    return has(python.path, module)
      ? [{ python, kind, title: `${kind} of ${python.version}` }]
      : [];
  });
});
const kinds = new Set(MAKERS.map(({ kind }) => kind));

it("has a Python for every format", () => {
  const missing = ["dumb", "gnu", "ndbm", "sqlite3"].filter((kind) => !kinds.has(kind));
  if (missing.length > 0 && !isCi())
    process.stderr.write(`\nSKIPPED: no Python here has ${missing.join(", ")}; NOT tested here\n`);
  else expect(missing).toEqual([]);
});

function value(index: number): unknown {
  const text = "t".repeat(index % 300);
  return { index, text, tuple: Tuple.of(index, null), big: 2n ** 70n + BigInt(index) };
}

describe.each(MAKERS)("$title", ({ python, kind }) => {
  const run = (...args: string[]): Promise<unknown> => runPython(python, "shelve_peer.py", args);

  it("opens with all keys", async () => {
    const path = fresh();
    await run("make", kind, path, String(COUNT));
    expect(whichdb(path)).toBe(`dbm.${kind}`);
    using shelf = open(path, {
      flag: "r",
      ...(python.version === "2.7" && { keyEncoding: "latin1" }),
    });
    expect(shelf.size).toBe(COUNT);
    for (let index = 1; index < COUNT; index++)
      expect(shelf.get(`key${index}`)).toEqual(value(index));
    expect(shelf.get("umlaut ë")).toEqual([1]);
    expect(shelf.has("key0")).toBe(false);
  });

  it.skipIf(kind === "ndbm")(
    "reads and changes what brine wrote, and brine that again",
    async () => {
      const path = fresh();
      const format = `dbm.${kind}` as NewFormat;
      const shelf = open(path, { format, protocol: 2 });
      shelf.batch(() => {
        for (let index = 0; index < COUNT; index++) shelf.set(`key${index}`, value(index));
      });
      shelf.set("umlaut ë", [1]).delete("key0");
      shelf.close();
      expect(await run("check", kind, path, String(COUNT))).toEqual([[], 0, true, false]);
      expect(await run("change", kind, path)).toBe(COUNT - 59 + 1);
      using again = open(path, { flag: "w" });
      expect(again.size).toBe(COUNT - 58);
      expect(again.get("added")).toEqual(value(7));
      expect(again.get("key100")).toEqual(value(100));
    },
  );
});

const modern = pythons().find(({ version }) => version === "3.13");

describe.runIf(modern !== undefined)("one SQLite shelf, written at once", () => {
  it("by Python and two Nodes loses nothing", async () => {
    const path = fresh();
    open(path).close();
    const each = 400;
    const nodes = ["a", "b"].map((name) => node("shelve-sharer.ts", [path, name, String(each)]));
    const python = runPython(modern as Python, "shelve_peer.py", [
      "beside",
      path,
      "p",
      String(each),
    ]);
    await Promise.all([...nodes.map(({ done }) => done), python]);
    using shelf = open(path, { flag: "r" });
    expect(shelf.size).toBe(3 * each + 1);
    expect(shelf.get("counter")).toBe(2 * each);
    for (let index = 0; index < each; index++) {
      expect([shelf.get(`a${index}`), shelf.get(`b${index}`)]).toEqual([index, index]);
      expect(shelf.get(`p${index}`)).toEqual(value(index));
    }
  }, 120_000);
});

interface Running {
  readonly done: Promise<string>;
  /** Kills it at a random instant after its first line. */
  killSoon(): void;
}

function node(script: string, args: readonly string[]): Running {
  const file = join(import.meta.dirname, script);
  const flags = ["--conditions=brine-source", "--no-warnings", file];
  const child = spawn(process.execPath, [...flags, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "brine-test-compile-cache") },
  });
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  const done = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0 || status === null) resolve(Buffer.concat(out).toString("utf8"));
      else reject(new Error(`${script} ended with ${status}`));
    });
  });
  const killSoon = (): void => {
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), Math.random() * 50));
  };
  return { done, killSoon };
}

describe.each([
  "dbm.sqlite3",
  "dbm.gnu",
  "dbm.dumb",
] as const)("%s, killed at any instant", (format) => {
  it("opens, with every write that was acknowledged and none by half", async () => {
    const path = fresh();
    // What each key must hold: the last that was acknowledged, or what was being written when the process died.
    const model = new Map<string, number>();
    let next = 0;
    let kills = 0;
    while (kills < KILLS) {
      const writer = node("shelve-writer.ts", [path, format, String(next)]);
      writer.killSoon();
      const lines = (await writer.done).split("\n").filter((line) => line !== "");
      kills++;
      for (const line of lines) note(model, Number(line));
      next = lines.length === 0 ? next : Number(lines.at(-1)) + 1;
      if (whichdb(path) === undefined) continue;
      using shelf = open<{ index: number; text: string }>(path, { flag: "r" });
      for (let key = 0; key < 40; key++) {
        const found = shelf.get(`k${key}`);
        if (found !== undefined)
          expect(found.text).toBe(`${found.index}.`.repeat(found.index % 400));
        // The write after the last acknowledged one may have been done or not.
        const isPending = next % 40 === key;
        const known = model.get(`k${key}`);
        if (!isPending) expect([key, found?.index]).toEqual([key, known]);
        else expect([known, next % 7 === 6 ? undefined : next]).toContain(found?.index);
        if (isPending) {
          if (found === undefined) model.delete(`k${key}`);
          else model.set(`k${key}`, found.index);
        }
      }
    }
    expect(next).toBeGreaterThan(2 * KILLS);
  }, 300_000);
});

function note(model: Map<string, number>, index: number): void {
  if (index % 7 === 6) model.delete(`k${index % 40}`);
  else model.set(`k${index % 40}`, index);
}

// A file system of its own, so small that it is soon full.
const small = join(folder, "small");
mkdirSync(small);
const mounted =
  process.getuid?.() === 0 &&
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", small]).status === 0;
afterAll(() => {
  if (mounted) spawnSync("umount", [small]);
});
if (!mounted)
  process.stderr.write(
    "\nSKIPPED: no small file system could be mounted; full disks are NOT tested\n",
  );

describe.runIf(mounted).each(["dbm.sqlite3", "dbm.gnu", "dbm.dumb"] as const)(
  "%s on a full disk",
  (format) => {
    it("says so, and keeps what was there", () => {
      const path = join(small, format);
      const shelf = open(path, { format });
      shelf.set("kept", "x".repeat(5000));
      shelf.sync();
      let failure: unknown;
      let last = -1;
      try {
        for (let index = 0; index < 1000; index++) {
          shelf.set(`k${index}`, "y".repeat(9000));
          shelf.sync();
          last = index;
        }
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(ShelveError);
      expect((failure as ShelveError).code).toBe("disk-full");
      try {
        shelf.close();
      } catch (error) {
        expect((error as ShelveError).code).toBe("disk-full");
      }
      {
        using again = open(path, { flag: "r" });
        expect(again.get("kept")).toBe("x".repeat(5000));
        for (let index = 0; index <= last; index++)
          expect(again.get(`k${index}`)).toBe("y".repeat(9000));
      }
      for (const ending of ["", "-wal", "-shm", ".dat", ".dir"])
        rmSync(path + ending, { force: true });
    });
  },
);

describe.runIf(mounted)("a file system that is read only", () => {
  it.each([
    "dbm.sqlite3",
    "dbm.gnu",
    "dbm.dumb",
  ] as const)("%s is read, and not written", (format) => {
    const path = join(small, `${format}-read`);
    open(path, { format }).set("a", [1]).close();
    expect(spawnSync("mount", ["-o", "remount,ro", small]).status).toBe(0);
    try {
      using shelf = open(path, { flag: "r" });
      expect(shelf.get("a")).toEqual([1]);
      expect(() => {
        using writer = open(path, { flag: "w" });
        writer.set("a", 2);
      }).toThrow(expect.objectContaining({ code: "read-only" }));
    } finally {
      spawnSync("mount", ["-o", "remount,rw", small]);
    }
  });
});

describe("two openings of one file", () => {
  it("a database that is replaced under a reader stays what it was for it", () => {
    const path = fresh();
    openDatabase(path, { flag: "c", format: "dbm.gnu" }).set("a", "1").close();
    const reader = openDatabase(path);
    openDatabase(path, { flag: "w" }).set("a", "2").close();
    expect(Buffer.from(reader.get("a") ?? []).toString()).toBe("1");
    reader.close();
    expect(readFileSync(path).length % 4096).toBe(0);
    expect(() => reader.get("a")).toThrow(DbmError);
  });
});

describe.runIf(modern !== undefined)("the example", () => {
  it("shares its profiles with Python", () => {
    const path = fresh();
    const here = join(import.meta.dirname, "..", "..", "examples", "shelve");
    const ours = (): string => {
      const script = join(here, "profiles.ts");
      const run = spawnSync(process.execPath, ["--no-warnings", script, path], {
        encoding: "utf8",
      });
      return run.stdout + run.stderr;
    };
    expect(ours()).toBe("2 false ann bob\nann Ann dark 1\nbob Bob light 0\n");
    const theirs = spawnSync((modern as Python).path, [join(here, "profiles.py"), path], {
      encoding: "utf8",
    });
    expect([theirs.stdout, theirs.stderr]).toEqual([
      "ann Ann dark 11\nbob Bob light 10\ncid Cid dark 0\n",
      "",
    ]);
    expect(ours()).toBe("3 false ann bob cid\nann Ann dark 1\nbob Bob light 0\ncid Cid dark 0\n");
  });
});

/** One contract over every format that is written here: what is set is there, also after a failure, also for another opening. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { PickleError } from "../../src/core/errors/index.ts";
import { DumbDatabase } from "../../src/dbm/dumb.ts";
import {
  type Database,
  DbmError,
  entries,
  fromSqlite,
  type NewFormat,
  open,
  whichdb,
} from "../../src/dbm/index.ts";
import { type DbmSystem, dbmSystem } from "../../src/node/index.ts";
import { asBytes, asText, DATABASES, expected, VECTORS } from "./vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-dbm-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(mkdtempSync(join(folder, `${count++}-`)), "name");
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString("latin1");
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof DbmError) return error.code;
    throw error;
  }
  return "nothing";
};

const FORMATS: readonly NewFormat[] = ["dbm.sqlite3", "dbm.gnu", "dbm.dumb"];

describe.each(FORMATS)("%s", (format) => {
  const made = (): { name: string; database: Database } => {
    const name = fresh();
    return { name, database: open(name, { flag: "c", format }) };
  };

  it("keeps what was set", () => {
    const { name, database } = made();
    database.batch(() => {
      for (const [key, value] of asBytes(expected())) database.set(key, value);
    });
    expect(asText(database.entries())).toEqual(expected());
    database.close();
    expect(whichdb(name)).toBe(format);
    const again = open(name);
    expect([again.format, again.size, again.readonly]).toEqual([format, expected().size, true]);
    expect(asText(again.entries())).toEqual(expected());
    expect(text(again.get("key"))).toBe("value");
    expect([again.has("key"), again.has("none"), again.get("none")]).toEqual([
      true,
      false,
      undefined,
    ]);
    again.close();
  });

  it("is what a Map is, whatever is done to it", () => {
    const key = fc.constantFrom("a", "b", "c", "\xff'", "");
    const step = fc.oneof(
      fc.record({ verb: fc.constant("set" as const), key, size: fc.nat(1500) }),
      fc.record({ verb: fc.constant("delete" as const), key }),
      fc.record({ verb: fc.constant("reopen" as const) }),
      fc.record({ verb: fc.constant("clear" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const name = fresh();
        let database = open(name, { flag: "c", format });
        const model = new Map<string, string>();
        for (const [index, one] of steps.entries()) {
          if (one.verb === "set") {
            const value = String.fromCharCode(65 + (index % 26)).repeat(one.size);
            database.set(Uint8Array.from(Buffer.from(one.key, "latin1")), value);
            model.set(one.key, value);
          } else if (one.verb === "delete") {
            const bytes = Uint8Array.from(Buffer.from(one.key, "latin1"));
            expect(database.delete(bytes)).toBe(model.delete(one.key));
          } else if (one.verb === "clear") {
            database.clear();
            model.clear();
          } else {
            database.close();
            database = open(name, { flag: "w" });
          }
          expect(database.size).toBe(model.size);
        }
        expect(asText(database.entries())).toEqual(model);
        database.close();
        rmSync(name, { force: true });
      }),
      { numRuns: format === "dbm.dumb" ? 25 : 15 },
    );
  });

  it("has all of a batch or nothing", () => {
    const { name, database } = made();
    database.set("kept", "old");
    const failure = new Error("no");
    expect(() =>
      database.batch(() => {
        database.set("kept", "new").set("more", "1").delete("kept");
        throw failure;
      }),
    ).toThrow(failure);
    expect(asText(database.entries())).toEqual(new Map([["kept", "old"]]));
    expect(database.batch(() => database.batch(() => database.set("kept", "inner").size))).toBe(1);
    database.close();
    using again = open(name);
    expect(asText(again.entries())).toEqual(new Map([["kept", "inner"]]));
  });

  it("has nothing of a batch that syncs, or closes, before it is over", () => {
    const { name, database } = made();
    database.set("kept", "old");
    const failure = new Error("no");
    expect(() =>
      database.batch(() => {
        database.set("kept", "new").set("more", "1").sync();
        throw failure;
      }),
    ).toThrow(failure);
    database.set("other", "2");
    expect(
      codeOf(() =>
        database.batch(() => {
          database.set("more", "1");
          database.close();
        }),
      ),
    ).toBe("closed");
    using again = open(name);
    const found = asText(again.entries());
    expect([found.get("kept"), found.get("other"), found.has("more")]).toEqual(["old", "2", false]);
  });

  it("goes by its flag", () => {
    const name = fresh();
    expect(codeOf(() => open(name))).toBe("not-found");
    expect(codeOf(() => open(name, { flag: "w", format }))).toBe("not-found");
    open(name, { flag: "c", format }).set("a", "1").close();
    const reader = open(name, { flag: "r" });
    expect(codeOf(() => reader.set("b", "2"))).toBe("read-only");
    expect(codeOf(() => reader.delete("a"))).toBe("read-only");
    expect(codeOf(() => reader.clear())).toBe("read-only");
    reader.close();
    expect(codeOf(() => reader.get("a"))).toBe("closed");
    reader.close();
    open(name, { flag: "c", format: "dbm.dumb" }).close();
    expect(whichdb(name)).toBe(format);
    const anew = open(name, { flag: "n", format });
    expect(anew.size).toBe(0);
    anew.close();
    expect(() => open(name, { flag: "x" as "r" })).toThrow(TypeError);
    expect(() => open("", { flag: "c" })).toThrow(TypeError);
  });

  it("takes keys and values of text for their UTF-8, and nothing else", () => {
    const { database } = made();
    database.set("ë", "ë");
    expect(asText(database.entries())).toEqual(new Map([["\xc3\xab", "\xc3\xab"]]));
    expect(() => database.set(1 as unknown as string, "a")).toThrow(/key must be/);
    expect(() => database.set("a", 1 as unknown as string)).toThrow(/value must be/);
    database.close();
  });

  it("gives bytes that nobody else holds", () => {
    const { database } = made();
    const value = Uint8Array.of(1, 2, 3);
    database.set("a", value);
    value.fill(9);
    (database.get("a") as Uint8Array).fill(8);
    expect(database.get("a")).toEqual(Uint8Array.of(1, 2, 3));
    database.close();
  });
});

// SQLite makes files beside a database that it only reads.
function copyOf(vector: string): string {
  const name = fresh();
  for (const file of readdirSync(VECTORS)) {
    if (file === vector || file.startsWith(`${vector}.`))
      copyFileSync(join(VECTORS, file), name + file.slice(vector.length));
  }
  return name;
}

describe("databases of Python", () => {
  it.each(DATABASES)("%s is found by what it holds, and read", (vector, format) => {
    using database = open(copyOf(vector));
    expect(database.format).toBe(format);
    expect(asText(database.entries())).toEqual(expected());
    expect(text(database.get("long"))?.length).toBe(11_200);
  });

  it.each(["sqlite3", "gnu", "dumb", "dumb2"])("%s is changed", (vector) => {
    const name = copyOf(vector);
    const database = open(name, { flag: "w" });
    database.set("key", "another").set("new", "x".repeat(2000)).delete("empty");
    database.close();
    const changed = expected();
    changed.set("key", "another").set("new", "x".repeat(2000)).delete("empty");
    using again = open(name);
    expect(asText(again.entries())).toEqual(changed);
  });

  it("Berkeley DB's are not written", () => {
    const database = open(copyOf("ndbm"), { flag: "w" });
    expect(codeOf(() => database.set("a", "b"))).toBe("not-writable");
    database.close();
  });

  it("a file that is no database is left alone", () => {
    const name = fresh();
    writeFileSync(name, "something else");
    expect(whichdb(name)).toBe("");
    expect(codeOf(() => open(name, { flag: "c" }))).toBe("unknown-format");
    expect(readFileSync(name, "utf8")).toBe("something else");
  });

  it("a file without a byte becomes the database that Python was about to make", () => {
    const name = fresh();
    writeFileSync(name, "");
    open(name, { flag: "w" }).set("a", "1").close();
    expect(whichdb(name)).toBe("dbm.sqlite3");
  });
});

describe("dbm.dumb", () => {
  it("writes no value over one that its .dir file leads to", () => {
    const name = fresh();
    const database = open(name, { flag: "c", format: "dbm.dumb" });
    database.set("a", "A".repeat(600));
    const files = { data: readFileSync(`${name}.dat`), directory: readFileSync(`${name}.dir`) };
    database.set("a", "B".repeat(600));
    // The old .dir file over the new .dat file: what a reader sees that was half way through.
    const data = readFileSync(`${name}.dat`);
    expect(asText(entries({ data, directory: files.directory })).get("a")).toBe("A".repeat(600));
    database.set("a", "C".repeat(600));
    // The place of the first is free again.
    expect(readFileSync(`${name}.dat`).length).toBeLessThan(1024 + 600 + 1);
    database.close();
  });

  it("goes on behind a line that was cut off", () => {
    const name = fresh();
    open(name, { flag: "c", format: "dbm.dumb" }).set("a", "1").close();
    writeFileSync(`${name}.dir`, `${readFileSync(`${name}.dir`, "latin1")}'b', (51`, "latin1");
    const database = open(name, { flag: "w" });
    database.set("c", "2");
    database.close();
    expect(readFileSync(`${name}.dir`, "latin1").split("\n")).toEqual([
      "'a', (0, 1)",
      "'c', (512, 1)",
      "",
    ]);
  });

  it("a line that could be written in part only is none, also for what comes behind it", () => {
    const name = fresh();
    open(name, { flag: "c", format: "dbm.dumb" }).set("a", "1").close();
    let isFull = false;
    const full = (): PickleError =>
      new PickleError("write-failed", "full", {
        cause: Object.assign(new Error(), { code: "ENOSPC" }),
      });
    const files: DbmSystem = {
      ...dbmSystem,
      append(path, bytes) {
        dbmSystem.append(path, isFull ? bytes.subarray(0, 5) : bytes);
        if (isFull) throw full();
      },
      replace(path, bytes) {
        if (isFull) throw full();
        dbmSystem.replace(path, bytes);
      },
    };
    const database = new DumbDatabase(files, name, false);
    isFull = true;
    expect(codeOf(() => database.set("a", "2"))).toBe("disk-full");
    expect(codeOf(() => database.set("b", "2"))).toBe("disk-full");
    expect(codeOf(() => database.delete("a"))).toBe("disk-full");
    expect(codeOf(() => database.clear())).toBe("disk-full");
    expect(asText(database.entries())).toEqual(new Map([["a", "1"]]));
    isFull = false;
    database.set("c", "3");
    const wanted = new Map([
      ["a", "1"],
      ["c", "3"],
    ]);
    expect(asText(open(name).entries())).toEqual(wanted);
    isFull = true;
    expect(codeOf(() => database.set("d", "4"))).toBe("disk-full");
    isFull = false;
    database.close();
    expect(asText(open(name).entries())).toEqual(wanted);
  });

  it("stands beside a folder, or a file, of the bare name, and leaves it alone", () => {
    const [beside, text] = [fresh(), fresh()];
    mkdirSync(beside);
    for (const ending of [".dat", ".dir"])
      for (const name of [beside, text]) writeFileSync(name + ending, "");
    writeFileSync(text, "somebody else's");
    for (const name of [beside, text]) {
      expect(whichdb(name)).toBe("dbm.dumb");
      open(name, { flag: "w" }).set("a", "1").close();
      expect(asText(open(name).entries())).toEqual(new Map([["a", "1"]]));
      expect(open(name, { flag: "n", format: "dbm.dumb" }).size).toBe(0);
    }
    expect(readFileSync(text, "latin1")).toBe("somebody else's");
    expect(readdirSync(beside)).toEqual([]);
    // A folder alone is no database, nor is what would be in a file.
    const folderAlone = fresh();
    mkdirSync(folderAlone);
    expect(whichdb(folderAlone)).toBeUndefined();
    expect(codeOf(() => open(folderAlone))).toBe("not-found");
    expect(codeOf(() => open(join(text, "name")))).toBe("not-found");
    expect(codeOf(() => open(folderAlone, { flag: "c" }))).toBe("write-failed");
  });

  it("batches that fail, again and again, take no more room", () => {
    const name = fresh();
    const database = open(name, { flag: "c", format: "dbm.dumb" });
    const fail = (): void =>
      database.batch(() => {
        database.set("a", "A".repeat(600));
        throw new RangeError("enough");
      });
    for (let times = 0; times < 10; times++) expect(fail).toThrow(RangeError);
    database.set("b", "B").close();
    expect(readFileSync(`${name}.dat`).length).toBeLessThan(3 * 512);
    expect(asText(open(name).entries())).toEqual(new Map([["b", "B"]]));
  });

  it("an empty value behind all others has no byte in the .dat file", () => {
    const name = fresh();
    open(name, { flag: "c", format: "dbm.dumb" }).set("a", "A").set("b", "").close();
    const files = { data: readFileSync(`${name}.dat`), directory: readFileSync(`${name}.dir`) };
    expect(files.data.length).toBe(1);
    expect(asText(entries(files))).toEqual(
      new Map([
        ["a", "A"],
        ["b", ""],
      ]),
    );
  });
});

describe("dbm.gnu", () => {
  it("keys of one hash, as many as anybody makes, take blocks of their size", () => {
    const name = fresh();
    const database = open(name, { flag: "c", format: "dbm.gnu" });
    // A byte counts the same 24 places further on.
    for (let index = 0; index < 2000; index++) {
      const key = new Uint8Array(49);
      const [low, high] = [index % 100, Math.floor(index / 100)];
      key.set([low, high]);
      key.set([100 - low, 100 - high], 24);
      database.set(key, `${index}`);
    }
    database.set("another", "2000");
    database.close();
    expect(readFileSync(name).length).toBeLessThan(1 << 20);
    const values = [...open(name).entries()].map(([, value]) => Number(text(value)));
    expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2001 }, (_, n) => n));
  });
});

describe("SQLite", () => {
  it("works over a connection that is handed in, which stays open", () => {
    const handle = new DatabaseSync(":memory:");
    const database = fromSqlite(handle);
    database.set("a", "1");
    database.close();
    expect(handle.prepare("SELECT count(*) AS n FROM Dict").get()).toEqual({ n: 1 });
    handle.close();
    expect(codeOf(() => database.get("a"))).toBe("closed");
    const another = new DatabaseSync(":memory:");
    const over = fromSqlite(another);
    another.close();
    expect(codeOf(() => over.get("a"))).toBe("closed");
    expect(() => fromSqlite({} as DatabaseSync)).toThrow(TypeError);
  });

  it("keeps empty keys and values also where a connection binds no bytes as NULL", () => {
    const handle = new DatabaseSync(":memory:");
    const bound = (values: (Uint8Array | string)[]) =>
      values.map((value) => (value instanceof Uint8Array && value.length === 0 ? null : value));
    const old = {
      exec: (sql: string) => handle.exec(sql),
      prepare: (sql: string) => {
        const statement = handle.prepare(sql);
        return {
          get: (...values: (Uint8Array | string)[]) => statement.get(...bound(values)),
          all: (...values: (Uint8Array | string)[]) => statement.all(...bound(values)),
          run: (...values: (Uint8Array | string)[]) => statement.run(...bound(values)),
        };
      },
      close: () => handle.close(),
    };
    const database = fromSqlite(old);
    database.set("", "").set("a", "");
    expect([database.has(""), database.get("")?.length, database.size]).toEqual([true, 0, 2]);
    expect(asText(database.entries())).toEqual(
      new Map([
        ["", ""],
        ["a", ""],
      ]),
    );
    expect([database.delete(""), database.has("")]).toEqual([true, false]);
    expect(handle.prepare("SELECT typeof(key) k, typeof(value) v FROM Dict").all()).toEqual([
      { k: "blob", v: "blob" },
    ]);
    handle.close();
  });

  it("says that another process holds it", () => {
    const name = fresh();
    open(name, { flag: "c" }).set("a", "1").close();
    const other = new DatabaseSync(name);
    other.exec("BEGIN IMMEDIATE");
    const handle = new DatabaseSync(name);
    const database = fromSqlite(handle);
    handle.exec("PRAGMA busy_timeout = 50");
    expect(codeOf(() => database.set("a", "2"))).toBe("locked");
    other.exec("ROLLBACK");
    other.close();
    expect(database.set("a", "2").size).toBe(1);
    handle.close();
  });

  it.each([
    [
      "a view",
      "CREATE VIEW Dict AS WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x FROM c) SELECT x AS key, x AS value FROM c",
    ],
    [
      "a computed column",
      "CREATE TABLE Dict (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL, c AS (hex(zeroblob(9e8))))",
    ],
    ["another table", "CREATE TABLE Other (key BLOB)"],
  ])("%s in the place of the table runs nothing", (_what, sql) => {
    const name = fresh();
    const handle = new DatabaseSync(name);
    handle.exec(sql);
    handle.close();
    expect(codeOf(() => open(name, { flag: "r" }))).toBe("unknown-format");
    if (sql.includes("Dict"))
      expect(["unknown-format", "read-failed"]).toContain(codeOf(() => open(name, { flag: "w" })));
  });

  it("a trigger beside the table runs nothing", () => {
    const name = fresh();
    open(name, { flag: "c" }).set("a", "1").close();
    const handle = new DatabaseSync(name);
    handle.exec("CREATE TRIGGER t AFTER INSERT ON Dict BEGIN DELETE FROM Dict; END");
    handle.close();
    expect(codeOf(() => open(name, { flag: "w" }))).toBe("unknown-format");
  });

  it("damaged in the middle is refused", () => {
    const name = fresh();
    const bytes = readFileSync(join(VECTORS, "sqlite3"));
    writeFileSync(name, bytes.fill(0xff, 4096, 20_000));
    expect(["damaged", "unknown-format"]).toContain(
      codeOf(() => {
        using database = open(name);
        return [...database.entries()];
      }),
    );
  });
});

describe.skipIf(process.getuid?.() === 0)("a folder that nobody may write to", () => {
  it.each(FORMATS)("%s is refused, and as it was", (format) => {
    const name = fresh();
    open(name, { flag: "c", format }).set("a", "1").close();
    chmodSync(join(name, ".."), 0o500);
    expect(
      codeOf(() => {
        using database = open(name, { flag: "w" });
        database.clear();
        database.sync();
      }),
    ).toBe("read-only");
    chmodSync(join(name, ".."), 0o700);
  });
});

describe("SQLite where nobody may write", () => {
  const made = (): string => {
    const name = fresh();
    open(name, { flag: "c" }).set("a", "1").close();
    return name;
  };
  // What SQLite says of a folder in which it cannot make the file that its readers share (SQLITE_READONLY_DIRECTORY).
  const refusing = (): never => {
    const message = "attempt to write a readonly database";
    throw Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode: 1544 });
  };
  const handle = { exec: refusing, prepare: refusing, close: () => undefined };
  afterEach(() => void vi.restoreAllMocks());

  it("is read without it", () => {
    const name = made();
    vi.spyOn(dbmSystem, "sqlite").mockReturnValue(handle);
    using database = open(name);
    expect([asText(database.entries()), database.readonly]).toEqual([new Map([["a", "1"]]), true]);
    expect(codeOf(() => database.set("b", "2"))).toBe("read-only");
    expect(codeOf(() => open(name, { flag: "w" }))).toBe("read-only");
  });

  it.each([
    ["-journal", Uint8Array.of(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7), "pending-changes"],
    ["-journal", new Uint8Array(8), "nothing"],
    ["-journal", new Uint8Array(0), "nothing"],
    ["-wal", Uint8Array.of(1), "pending-changes"],
  ])("is refused where changes wait in %s", (ending, bytes, code) => {
    const name = made();
    vi.spyOn(dbmSystem, "sqlite").mockReturnValue(handle);
    writeFileSync(name + ending, bytes);
    expect(codeOf(() => open(name).close())).toBe(code);
  });
});

describe("pages of SQLite that lead to the same page", () => {
  // A table and its index of three levels, every page of which leads to the first child of its first.
  const made = (): string => {
    const name = fresh();
    const handle = new DatabaseSync(name);
    handle.exec("PRAGMA page_size = 512");
    const database = fromSqlite(handle);
    handle.exec("PRAGMA journal_mode = delete");
    database.batch(() => {
      for (let index = 0; index < 8000; index++) database.set(`${index}`.padStart(5, "0"), "v");
    });
    const roots = handle.prepare("SELECT rootpage FROM sqlite_schema").all() as {
      rootpage: number;
    }[];
    handle.close();
    const bytes = new Uint8Array(readFileSync(name));
    const view = new DataView(bytes.buffer);
    const isInner = (page: number): boolean => [2, 5].includes(bytes[(page - 1) * 512] as number);
    const links = (page: number): number[] => {
      const start = (page - 1) * 512;
      const cells = Array.from({ length: view.getUint16(start + 3) }, (_, index) =>
        view.getUint16(start + 12 + 2 * index),
      );
      return [...cells.map((cell) => start + cell), start + 8];
    };
    for (const { rootpage } of roots) {
      const chain = [rootpage];
      for (const page of chain) {
        const children = links(page).map((at) => view.getUint32(at));
        chain.push(...children.filter(isInner));
      }
      const leaf = view.getUint32(links(chain.at(-1) as number)[0] as number);
      for (const [index, page] of chain.slice(0, 7).entries()) {
        for (const at of links(page))
          view.setUint32(at, index < 6 ? (chain[index + 1] ?? leaf) : leaf);
      }
    }
    writeFileSync(name, bytes);
    return name;
  };

  it.each([
    ["size", (database: Database) => database.size],
    ["keys", (database: Database) => [...database.keys()]],
    ["entries", (database: Database) => [...database.entries()]],
  ])("are damaged: %s", (_what, use) => {
    using database = open(made());
    expect(codeOf(() => use(database))).toBe("damaged");
  });

  it("are damaged, where a connection has all rows only", () => {
    const handle = new DatabaseSync(made());
    const old = {
      exec: (sql: string) => handle.exec(sql),
      prepare: (sql: string) => {
        const statement = handle.prepare(sql);
        return {
          get: (...values: Uint8Array[]) => statement.get(...values),
          all: (...values: Uint8Array[]) => statement.all(...values),
          run: (...values: Uint8Array[]) => statement.run(...values),
        };
      },
      close: () => handle.close(),
    };
    using database = fromSqlite(old, { readonly: true });
    expect(codeOf(() => [...database.keys()])).toBe("damaged");
    old.close();
  });

  it("rows without bytes, one process after another, are no damage", () => {
    const name = fresh();
    const database = open(name, { flag: "c" });
    database.batch(() => {
      for (let index = 0; index < 5000; index++) database.set(index < 1 ? "" : `${index}`, "");
    });
    expect([database.size, [...database.keys()].length]).toEqual([5000, 5000]);
    database.clear();
    expect([database.size, [...database.keys()].length]).toEqual([0, 0]);
    database.close();
  });
});

describe("many reads of SQLite at once", () => {
  it("see what others write: after a pause, and in time also without one", async () => {
    const name = fresh();
    const writer = open(name, { flag: "c" });
    writer.set("a", "1");
    const reader = open(name, { flag: "r" });
    for (let index = 0; index < 20; index++) reader.get("a");
    writer.set("a", "2");
    await Promise.resolve();
    expect(text(reader.get("a"))).toBe("2");
    for (let index = 0; index < 20; index++) reader.get("a");
    writer.set("a", "3");
    for (let reads = 0; text(reader.get("a")) !== "3"; reads++)
      if (reads > 5_000_000) throw new Error("the new value is not seen");
    reader.close();
    writer.close();
  });

  it("never stand in the way of a write of their own", () => {
    const name = fresh();
    const database = open(name, { flag: "c" });
    database.set("n", "0");
    const other = open(name, { flag: "w" });
    for (let round = 1; round <= 30; round++) {
      for (let index = 0; index < 20; index++) database.get("n");
      other.set("other", String(round));
      database.set("n", String(round));
      for (let index = 0; index < 20; index++) database.get("n");
      database.batch(() => database.set("m", text(database.get("other")) as string));
      expect([text(database.get("n")), text(database.get("m"))]).toEqual([`${round}`, `${round}`]);
    }
    other.close();
    for (let index = 0; index < 20; index++) database.get("n");
    database.close();
  });
});

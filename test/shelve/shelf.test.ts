/** A shelf over every format, as a program uses it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { type NewFormat, open as openDatabase } from "../../src/dbm/index.ts";
import { classType, Float, loads, PicklingError, Tuple, UnpicklingError } from "../../src/index.ts";
import { open, type Shelf, ShelveError } from "../../src/shelve/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-shelf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(mkdtempSync(join(folder, `${count++}-`)), "users_db");
const FORMATS: readonly NewFormat[] = ["dbm.sqlite3", "dbm.gnu", "dbm.dumb"];

class User {
  name: string;
  age: number;
  constructor(name: string, age: number) {
    this.name = name;
    this.age = age;
  }
}
const types = [classType("app.User", User)];

describe.each(FORMATS)("over %s", (format) => {
  it("is a Map of any values", () => {
    const path = fresh();
    {
      using shelf = open(path, { format, types });
      shelf.set("ann", new User("Ann", 34)).set("zoë", new Map([[1, new Set([2])]]));
      shelf.set("list", [Tuple.of(1, "a"), 2n ** 70n]);
      expect(shelf.size).toBe(3);
      expect(shelf.has("ann")).toBe(true);
      expect([...shelf.keys()].sort()).toEqual(["ann", "list", "zoë"]);
    }
    using shelf = open(path, { flag: "r", types });
    expect(shelf.get("ann")).toEqual(new User("Ann", 34));
    expect(shelf.get("nobody")).toBeUndefined();
    expect(new Map(shelf).get("list")).toEqual([Tuple.of(1, "a"), 2n ** 70n]);
    expect([...shelf.values()]).toHaveLength(3);
    expect(() => shelf.set("x", 1)).toThrow(
      expect.objectContaining({ code: "read-only", key: "x" }),
    );
  });

  it("writes what was changed in place only with writeback", () => {
    const path = fresh();
    using first = open<string[]>(path, { format });
    first.set("tags", ["a"]);
    first.get("tags")?.push("lost");
    expect(first.get("tags")).toEqual(["a"]);
    first.close();
    const second = open<string[]>(path, { writeback: true });
    second.get("tags")?.push("kept");
    expect(second.get("tags")).toEqual(["a", "kept"]);
    second.set("more", []).get("more")?.push("too");
    second.sync();
    second.get("tags")?.push("at close");
    second.close();
    using third = open<string[]>(path);
    expect([third.get("tags"), third.get("more")]).toEqual([["a", "kept", "at close"], ["too"]]);
  });

  it("updates, and forgets what a batch could not finish", () => {
    using shelf = open<number>(fresh(), { format, writeback: true });
    expect(shelf.update("n", (n) => (n ?? 0) + 1)).toBe(1);
    expect(shelf.update("n", (n) => (n ?? 0) + 1)).toBe(2);
    const failure = new Error("no");
    expect(() =>
      shelf.batch(() => {
        shelf.set("n", 99).set("m", 1);
        throw failure;
      }),
    ).toThrow(failure);
    expect([shelf.get("n"), shelf.get("m")]).toEqual([2, undefined]);
    expect(shelf.update("n", () => undefined)).toBeUndefined();
    expect(shelf.has("n")).toBe(false);
    expect(() => shelf.batch(async () => undefined)).toThrow(/must not be asynchronous/);
    shelf.set("a", 1).clear();
    expect([shelf.size, shelf.get("a"), [...shelf]]).toEqual([0, undefined, []]);
  });

  it("refuses before anything is written", () => {
    using shelf = open(fresh(), { format });
    shelf.set("a", 1);
    expect(() => shelf.set("a", { f: () => 0 })).toThrow(PicklingError);
    expect(() => shelf.set("\ud800", 1)).toThrow(expect.objectContaining({ code: "bad-key" }));
    expect(() => shelf.set(1 as unknown as string, 1)).toThrow(TypeError);
    expect([shelf.size, shelf.get("a")]).toEqual([1, 1]);
    shelf.close();
    expect(() => shelf.get("a")).toThrow(expect.objectContaining({ code: "closed" }));
  });
});

it("writes protocol 4, or what is asked for", () => {
  const path = fresh();
  open(path, { protocol: 2 }).set("a", new Float(1)).close();
  open(path).set("b", new Float(1)).close();
  using database = openDatabase(path);
  const protocols = ["a", "b"].map((key) => database.get(key)?.[1]);
  expect(protocols).toEqual([2, 4]);
  expect(loads(database.get("a") as Uint8Array, { lossless: true })).toEqual(new Float(1));
});

it("takes its type from a schema", () => {
  const schema = {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) =>
        typeof value === "number"
          ? { value: String(value) }
          : { issues: [{ message: "no number" }] },
    },
  };
  using shelf = open(fresh(), { schema });
  expectTypeOf(shelf.get("a")).toEqualTypeOf<string | undefined>();
  (shelf as Shelf<unknown>).set("a", 5).set("b", "text");
  expect(shelf.get("a")).toBe("5");
  expect(() => shelf.get("b")).toThrow(UnpicklingError);
});

it("reads keys of other encodings when told so", () => {
  const path = fresh();
  open(path, { keyEncoding: "latin1" }).set("ë", 1).close();
  using shelf = open(path, { keyEncoding: "latin1" });
  expect([...shelf.keys()]).toEqual(["ë"]);
  expect(() => shelf.set("中", 1)).toThrow(expect.objectContaining({ code: "bad-key" }));
  using wrong = open(path);
  expect(() => [...wrong.keys()]).toThrow(ShelveError);
});

it("works over a connection that the caller opened", () => {
  const handle = new DatabaseSync(":memory:");
  const shelf = open<number>(handle);
  shelf.set("a", 1);
  expect(open<number>(handle, { flag: "r" }).get("a")).toBe(1);
  handle.close();
});

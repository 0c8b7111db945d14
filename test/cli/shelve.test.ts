/** `brine shelve`, and the commands that find a shelf by what it holds. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { open } from "../../src/shelve/index.ts";
import { brine } from "./run.ts";

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), "brine-cli-shelve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

it("reads, changes and converts a shelf", () => {
  expect(brine(["shelve", path("db"), "set", "ann", '{"age": 34}']).status).toBe(0);
  expect(brine(["shelve", path("db"), "set", "b\x1b", "[1, 2]", "--protocol", "2"]).status).toBe(0);
  expect(brine(["shelve", path("db"), "keys"]).stdout).toBe("ann\nb\\x1b\n");
  expect(JSON.parse(brine(["shelve", path("db"), "keys", "--json"]).stdout)).toEqual([
    "ann",
    "b\x1b",
  ]);
  expect(brine(["shelve", path("db"), "get", "ann"]).stdout).toBe("dict of 1\n  'age': 34\n");
  expect(brine(["shelve", path("db"), "get", "ann", "--json"]).stdout).toBe('{"age":34}\n');
  expect(brine(["shelve", path("db"), "get", "bob"])).toMatchObject({
    status: 1,
    stderr: `brine: ${path("db")} has no key "bob"\n`,
  });
  expect(JSON.parse(brine(["shelve", path("db"), "export"]).stdout)).toEqual({
    ann: { age: 34 },
    "b\x1b": [1, 2],
  });
  for (const format of ["dumb", "gnu"]) {
    const target = path(`as-${format}`);
    expect(brine(["shelve", path("db"), "convert", target, "--to", format]).status).toBe(0);
    using shelf = open(target, { flag: "r" });
    expect(new Map(shelf)).toEqual(
      new Map<string, unknown>([
        ["ann", { age: 34 }],
        ["b\x1b", [1, 2]],
      ]),
    );
  }
  expect(brine(["shelve", path("db"), "convert", path("as-gnu")]).status).toBe(2);
  expect(brine(["shelve", path("db"), "delete", "ann", "nobody"]).status).toBe(1);
  expect(brine(["shelve", path("db"), "keys"]).stdout).toBe("b\\x1b\n");
});

it("is found by show and json", () => {
  open(path("plain"), { format: "dbm.dumb" }).set("a", [1]).close();
  open(path("sql")).set("a", [1]).close();
  expect(brine(["show", path("plain")]).stdout).toBe(
    `${path("plain")}: shelve\ndict of 1\n  'a': [1]\n`,
  );
  expect(brine(["show", path("sql")]).stdout).toMatch(
    /: shelve, [\d.]+ kB\ndict of 1\n {2}'a': \[1\]\n$/,
  );
  expect(brine(["json", path("sql")]).stdout).toBe('{"a":[1]}\n');
  expect(brine(["json", "--tagged", path("plain")]).stdout).toBe('{"a":[1]}\n');
});

it("refuses what it cannot do", () => {
  expect(brine(["shelve", path("none"), "keys"])).toMatchObject({ status: 2 });
  expect(brine(["shelve", path("none"), "keys"]).stderr).toContain(
    "not-found: there is no database",
  );
  expect(brine(["shelve", path("none"), "constructor"]).status).toBe(2);
  expect(brine(["shelve", path("none"), "get"]).stderr).toContain("wants one key");
  expect(brine(["shelve", path("none"), "set", "a", "1", "--to", "xml"]).stderr).toContain(
    "--to wants",
  );
  expect(brine(["shelve", path("none"), "set", "a", "{"]).status).toBe(2);
  expect(brine(["shelve", "--help"]).stdout).toContain("Usage: brine shelve DB");
});

/** Versioned data: the chain, what stands in the file, and each refusal with both numbers. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { dumps, loads, PickleError, PyDict, type StandardSchema } from "../../src/index.ts";
import { defineVersions, type VersionCode, VersionError } from "../../src/versioned/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-versioned-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface First {
  name: string;
}
const versions = defineVersions<First>()
  .migrate(({ name }) => ({ name, email: `${name.toLowerCase()}@example.org` }))
  .migrate(({ name, email }) => ({ names: name.split(" "), email }));

const current = { names: ["Ann", "Lee"], email: "ann lee@example.org" };

describe("a chain of versions", () => {
  it("is typed by its last step", () => {
    expectTypeOf(versions.loads).returns.toEqualTypeOf<{ names: string[]; email: string }>();
    expectTypeOf(versions.save).parameter(0).toEqualTypeOf<{ names: string[]; email: string }>();
    const later = versions.migrate(async ({ email }) => ({ email }));
    expectTypeOf(later.loads).returns.toEqualTypeOf<{ email: string }>();
    // @ts-expect-error the second version has no such field
    versions.migrate(({ age }) => age);
  });

  it("counts from its first version", () => {
    expect([versions.first, versions.version]).toEqual([1, 3]);
    expect(defineVersions({ first: 5 }).migrate((data) => data).version).toBe(6);
    expect(defineVersions().version).toBe(1);
  });

  it("brings every known version to the current one", () => {
    const old: First = { name: "Ann Lee" };
    expect(versions.loads(dumps({ version: 1, data: old }))).toEqual(current);
    expect(versions.loads(dumps({ version: 2, data: { ...old, email: current.email } }))).toEqual(
      current,
    );
    expect(versions.loads(dumps({ version: 3, data: current }))).toEqual(current);
  });

  it("takes data without a version for the first", () => {
    expect(versions.loads(dumps({ data: { name: "Ann Lee" } }))).toEqual(current);
    expect(versions.loads(dumps({ name: "Ann Lee" }))).toEqual(current);
    expect(defineVersions().loads(dumps([1, 2]))).toEqual([1, 2]);
    expect(defineVersions().loads(dumps({}))).toEqual({});
    const more = { version: 9, data: 1, extra: true };
    expect(defineVersions().loads(dumps(more))).toEqual(more);
  });

  it("works in every mode of loads", () => {
    const bytes = dumps({ version: 3, data: current });
    expect(versions.loads(bytes, { ints: "bigint" })).toEqual(current);
    const lossless = versions.loads(bytes, { lossless: true }) as unknown;
    expect(lossless).toBeInstanceOf(PyDict);
    const map = versions.loads(bytes, { dicts: "map" }) as unknown;
    expect(map).toBeInstanceOf(PyDict);
  });

  it("writes what the Python recipe writes", async () => {
    expect(loads(versions.dumps(current))).toEqual({ version: 3, data: current });
    const path = join(folder, "profile.pkl");
    await versions.save(current, path);
    expect(loads(readFileSync(path))).toEqual({ version: 3, data: current });
    expect(await versions.load(path)).toEqual(current);
  });

  it("keeps the file as it is when an old one is read", async () => {
    const path = join(folder, "old.pkl");
    await defineVersions<First>().save({ name: "Ann Lee" }, path);
    const before = readFileSync(path);
    expect(await versions.load(path)).toEqual(current);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("waits for steps in load, and says so in loads", async () => {
    const slow = defineVersions<number>()
      .migrate(async (data) => data + 1)
      .migrate((data) => data * 2);
    expect(await slow.load(dumps({ version: 1, data: 3 }))).toBe(8);
    expect(await slow.upgrade(3, 1)).toBe(8);
    expect(() => slow.loads(dumps({ version: 1, data: 3 }))).toThrow(
      /the migration from version 1 to 2 answers with a Promise: use load\(\)/,
    );
    expect(slow.loads(dumps({ version: 2, data: 4 }))).toBe(8);
    const failing = defineVersions().migrate(() => Promise.reject(new Error("no")));
    expect(() => failing.loads(dumps({ version: 1, data: 3 }))).toThrow(VersionError);
  });

  it("has the schema judge the data, not the envelope", async () => {
    const schema: StandardSchema<unknown, number> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) =>
          typeof value === "number" ? { value } : { issues: [{ message: "no number" }] },
      },
    };
    const numbers = defineVersions<string>().migrate((text) => Number(text));
    expect(numbers.loads(dumps({ version: 1, data: "7" }), { schema })).toBe(7);
    expect(await numbers.load(dumps({ version: 1, data: "7" }), { schema })).toBe(7);
    const bad = dumps({ version: 2, data: "7" });
    expect(() => numbers.loads(bad, { schema })).toThrow("no number");
    await expect(numbers.load(bad, { schema })).rejects.toMatchObject({ code: "schema-mismatch" });
  });
});

const REFUSALS: readonly [what: string, envelope: unknown, code: VersionCode, found: unknown][] = [
  ["a newer version", { version: 4, data: 1 }, "future-version", 4],
  ["a far newer version", { version: 2n ** 80n, data: 1 }, "future-version", 2n ** 80n],
  ["a version of 0", { version: 0, data: 1 }, "bad-version", 0],
  ["a negative version", { version: -1, data: 1 }, "bad-version", -1],
  ["half a version", { version: 1.5, data: 1 }, "bad-version", 1.5],
  ["a version in words", { version: "2", data: 1 }, "bad-version", "2"],
  ["no version", { version: null, data: 1 }, "bad-version", null],
  ["a version that is true", { version: true, data: 1 }, "bad-version", true],
  ["a version without data", { version: 2 }, "no-data", 2],
];

describe("refusals", () => {
  it.each(REFUSALS)("%s", async (_, envelope, code, found) => {
    const bytes = dumps(envelope);
    expect(() => versions.loads(bytes)).toThrow(
      expect.objectContaining({ name: "VersionError", code, found, current: 3 }),
    );
    await expect(versions.load(bytes)).rejects.toMatchObject({ code, found, current: 3 });
  });

  it("names the version, the current one and the first known one", () => {
    const late = defineVersions({ first: 3 }).migrate((data) => data);
    expect(() => late.loads(dumps({ version: 2, data: 1 }))).toThrow(
      "the data is of version 2; migrations to version 4 are known from version 3 on",
    );
    expect(() => late.loads(dumps(1))).toThrow(
      expect.objectContaining({ code: "missing-migration" }),
    );
    expect(() => late.loads(dumps({ version: 5, data: 1 }))).toThrow(
      "the data is of version 5; this program knows versions up to 4",
    );
  });

  it("says which migration failed, and keeps its error", async () => {
    const cause = new RangeError("no such user");
    const failing = defineVersions()
      .migrate((data) => data)
      .migrate(() => {
        throw cause;
      });
    const bytes = dumps({ version: 1, data: 1 });
    const expected = { code: "migration-failed", found: 2, current: 3, cause };
    expect(() => failing.loads(bytes)).toThrow(expect.objectContaining(expected));
    await expect(failing.load(bytes)).rejects.toMatchObject(expected);
    const rejecting = defineVersions().migrate(() => Promise.reject(cause));
    await expect(rejecting.upgrade(0, 1)).rejects.toMatchObject({
      code: "migration-failed",
      cause,
    });
  });

  it("a step that throws what has no text", async () => {
    const failing = defineVersions().migrate(() => {
      throw Object.create(null);
    });
    const expected = { code: "migration-failed", found: 1, current: 2 };
    expect(() => failing.loads(dumps({ version: 1, data: 1 }))).toThrow(
      expect.objectContaining(expected),
    );
    await expect(failing.upgrade(0, 1)).rejects.toMatchObject(expected);
    // What looks like a Promise and is none.
    const thenable = defineVersions().migrate(() => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then() {
        throw new Error("not now");
      },
    }));
    expect(() => thenable.loads(dumps(1))).toThrow(expect.objectContaining(expected));
  });

  it("a version of any size, in a message that is short", () => {
    const bytes = dumps({ version: 1n << 30_000n, data: 1 });
    const error = expect.objectContaining({ code: "future-version", found: 1n << 30_000n });
    expect(() => versions.loads(bytes)).toThrow(error);
    expect(() => versions.loads(bytes)).toThrow(/^.{1,100}$/);
  });

  it("wrong arguments", () => {
    expect(() => defineVersions({ first: 0 })).toThrow(TypeError);
    expect(() => defineVersions({ first: 1.5 })).toThrow(TypeError);
    expect(() => defineVersions().migrate(undefined as never)).toThrow(TypeError);
  });

  it("nothing but our errors, whatever the bytes", () => {
    const good = versions.dumps(current);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = good.slice();
        bytes[at] = byte;
        try {
          // Untouched data of version 1 would be data of the wrong shape, which the migration is for.
          defineVersions().loads(bytes);
        } catch (error) {
          expect(error instanceof VersionError || error instanceof PickleError).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

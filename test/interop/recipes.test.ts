/** Signed and versioned pickles between brine and the Python recipes, in every Python here, in both directions. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { seal, secureDump, secureDumps, secureLoad, secureLoads } from "../../src/signing/index.ts";
import { defineVersions } from "../../src/versioned/index.ts";
import { runPython } from "./python-run.ts";
import { pythons } from "./pythons.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-recipes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = "shared between both services";
const ring = { current: "2026", keys: { 2025: "last year's", 2026: "this year's" } };
const value = { user: 7, roles: new Set(["admin"]), name: "Zoë", big: 2n ** 70n };
const path = (name: string): string => join(folder, name);

describe.each(pythons())("CPython $version", (python) => {
  const run = (...args: string[]): Promise<unknown> => runPython(python, "recipes.py", args);

  it("verifies what brine signed, and the reverse", async () => {
    const files = [path("data"), path("signature")] as const;
    const { data, signature } = await secureDumps(value, key, { protocol: 2 });
    writeFileSync(files[0], data);
    writeFileSync(files[1], signature);
    expect(await run("signing", "verify", ...files)).toBe(true);

    await run("signing", "sign", ...files);
    const [theirs, theirSignature] = files.map((file) => readFileSync(file)) as [Buffer, Buffer];
    expect(await secureLoads(theirs, theirSignature, key)).toMatchObject({ user: 7, name: "Zoë" });
    theirs[theirs.length - 2] = (theirs.at(-2) as number) ^ 1;
    await expect(secureLoads(theirs, theirSignature, key)).rejects.toMatchObject({
      code: "mismatch",
    });
  });

  it("opens what brine sealed, and the reverse", async () => {
    const file = path("sealed");
    await secureDump(value, file, ring, { protocol: 2 });
    expect(await run("signing", "unseal", file)).toEqual(["2026", true]);
    const bytes = await seal(value, ring, { protocol: 2 });
    bytes[bytes.length - 2] = (bytes.at(-2) as number) ^ 1;
    writeFileSync(file, bytes);
    expect(await run("signing", "unseal", file)).toBe("the seal is broken");

    await run("signing", "seal", file);
    expect(await secureLoad(file, ring)).toMatchObject({ user: 7, big: 2n ** 70n });
  });

  it("loads the versions that brine saved, and the reverse", async () => {
    const file = path("versioned");
    const first = defineVersions<{ name: string }>();
    const versions = first.migrate(({ name }) => ({ name, email: null as string | null }));
    await first.save({ name: "Ann" }, file, { protocol: 2 });
    expect(await run("versioned", "load", file)).toEqual([1, { name: "Ann", email: null }]);
    await versions.save({ name: "Ann", email: "a@b" }, file, { protocol: 2 });
    expect(await run("versioned", "load", file)).toEqual([2, { name: "Ann", email: "a@b" }]);
    const future = versions.migrate((data) => data);
    await future.save({ name: "Ann", email: "a@b" }, file, { protocol: 2 });
    expect(await run("versioned", "load", file)).toBe("version 3 is newer than 2");

    await run("versioned", "save", file);
    expect(await versions.load(file, { encoding: "utf-8" })).toEqual({ name: "Ann", email: "a@b" });
    await expect(first.load(file)).rejects.toMatchObject({
      code: "future-version",
      found: 2,
      current: 1,
    });
    for (const verb of ["save-old", "save-bare"]) {
      await run("versioned", verb, file);
      expect(await versions.load(file, { encoding: "utf-8" })).toEqual({
        name: "Ann",
        email: null,
      });
    }
  });
});

/** Signed pickles: what verifies, what is refused, and that nothing is read before the signature is right. */
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { dumps, LimitError, loads, UnpicklingError } from "../../src/index.ts";
import {
  type KeyRing,
  SignatureError,
  seal,
  secureDump,
  secureDumps,
  secureLoad,
  secureLoads,
  sign,
  unseal,
  verify,
} from "../../src/signing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-signing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = new TextEncoder().encode("a key of the tests");
const value = { user: 7, roles: new Set(["admin"]), since: 2n ** 70n };
const old: KeyRing = { current: "2025", keys: { 2025: "last year's" } };
const ring: KeyRing = { current: "2026", keys: { 2025: "last year's", 2026: "this year's" } };

function reference(data: Uint8Array, secret: Uint8Array | string): Buffer {
  return createHmac("sha256", secret).update(data).digest();
}

// Bytes that are no pickle at all: whoever reads them raises UnpicklingError.
const garbage = Uint8Array.of(0xff, 0xff, 0xff);

describe("a pickle and its signature", () => {
  it("are what the Python recipe makes", async () => {
    const { data, signature } = await secureDumps(value, key);
    expect(data).toEqual(dumps(value));
    expect(Buffer.from(signature).equals(reference(data, key))).toBe(true);
    expect(signature).toHaveLength(32);
  });

  it("come back as the value", async () => {
    const { data, signature } = await secureDumps(value, key, { protocol: 2 });
    expect(await secureLoads(data, signature, key)).toEqual(loads(dumps(value)));
    expect(await secureLoads(data, Buffer.from(signature).toString("hex"), key)).toHaveProperty(
      "user",
      7,
    );
    expect(
      await secureLoads(data, Buffer.from(signature).toString("hex").toUpperCase(), key),
    ).toBeTruthy();
  });

  it("take text as a key, as UTF-8", async () => {
    const { data, signature } = await secureDumps(value, "Schlüssel");
    expect(Buffer.from(signature).equals(reference(data, "Schlüssel"))).toBe(true);
    await secureLoads(data, signature, new TextEncoder().encode("Schlüssel"));
  });

  it("verify under every key of a ring", async () => {
    const { data, signature } = await secureDumps(value, old);
    await verify(data, signature, ring);
    const fresh = await secureDumps(value, ring);
    expect(Buffer.from(fresh.signature).equals(reference(fresh.data, "this year's"))).toBe(true);
    await expect(verify(fresh.data, fresh.signature, old)).rejects.toMatchObject({
      code: "mismatch",
    });
  });

  it("are refused with any byte or any signature changed", async () => {
    const { data, signature } = await secureDumps({ a: 1 }, key);
    for (let at = 0; at < data.length; at++) {
      const changed = data.slice();
      changed[at] = (changed[at] as number) ^ 0x80;
      await expect(verify(changed, signature, key)).rejects.toMatchObject({ code: "mismatch" });
    }
    for (let at = 0; at < signature.length; at++) {
      const changed = signature.slice();
      changed[at] = (changed[at] as number) ^ 1;
      await expect(verify(data, changed, key)).rejects.toMatchObject({ code: "mismatch" });
    }
    for (let size = 0; size < data.length; size++) {
      await expect(verify(data.subarray(0, size), signature, key)).rejects.toBeInstanceOf(
        SignatureError,
      );
    }
  });

  it("are refused with a signature of another length", async () => {
    const { data, signature } = await secureDumps(value, key);
    for (const bad of [
      signature.subarray(1),
      Uint8Array.of(...signature, 0),
      new Uint8Array(0),
      "",
      "zz",
      "abc",
      Buffer.from(signature).toString("base64"),
    ]) {
      await expect(secureLoads(data, bad, key)).rejects.toMatchObject({ code: "bad-length" });
    }
  });

  it("are not read before the signature is right", async () => {
    const findClass = vi.fn();
    const forged = dumps(new Date(0));
    await expect(
      secureLoads(forged, new Uint8Array(32), key, { findClass }),
    ).rejects.toBeInstanceOf(SignatureError);
    expect(findClass).not.toHaveBeenCalled();
    await expect(secureLoads(garbage, new Uint8Array(32), key)).rejects.toBeInstanceOf(
      SignatureError,
    );
    await expect(secureLoads(garbage, await sign(garbage, key), key)).rejects.toBeInstanceOf(
      UnpicklingError,
    );
    await secureLoads(forged, await sign(forged, key), key, { findClass });
    expect(findClass).toHaveBeenCalled();
  });
});

describe("sealed bytes", () => {
  it("are a line and a pickle, which Python can check by itself", async () => {
    const sealed = Buffer.from(await seal(value, ring));
    const end = sealed.indexOf("\n");
    const words = sealed.subarray(0, end).toString("latin1").split(" ");
    const data = sealed.subarray(end + 1);
    expect(words.slice(0, 4)).toEqual(["brine-sealed", "1", "hmac-sha256", "2026"]);
    expect(words[4]).toBe(reference(data, "this year's").toString("hex"));
    expect(data.equals(dumps(value))).toBe(true);
  });

  it("open with the key that they name", async () => {
    const sealed = await seal(value, old);
    expect(await unseal(sealed, ring)).toHaveProperty("user", 7);
    expect(await unseal(sealed, "last year's")).toHaveProperty("user", 7);
    const single = await seal(value, "this year's");
    expect(await unseal(single, ring)).toHaveProperty("user", 7);
    expect(await unseal(single, "this year's")).toHaveProperty("user", 7);
  });

  it("do not open with another", async () => {
    const sealed = await seal(value, ring);
    await expect(unseal(sealed, old)).rejects.toMatchObject({ code: "unknown-key" });
    await expect(unseal(sealed, "last year's")).rejects.toMatchObject({ code: "mismatch" });
    // The name of another key in the ring does not help.
    const renamed = Buffer.from(sealed);
    renamed.write("2025", renamed.indexOf("2026"));
    await expect(unseal(renamed, ring)).rejects.toMatchObject({ code: "mismatch" });
  });

  it("are refused cut or changed anywhere", async () => {
    const sealed = await seal({ a: [1, 2] }, ring);
    for (let size = 0; size < sealed.length; size++) {
      await expect(unseal(sealed.subarray(0, size), ring)).rejects.toBeInstanceOf(SignatureError);
    }
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at] = (changed[at] as number) ^ 1;
      await expect(unseal(changed, ring)).rejects.toBeInstanceOf(SignatureError);
    }
  });

  it("are refused whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await expect(unseal(bytes, key)).rejects.toMatchObject({ code: "not-sealed" });
      }),
      { numRuns: 300 },
    );
    await expect(unseal(dumps(value), key)).rejects.toMatchObject({ code: "not-sealed" });
  });
});

describe("sealed files", () => {
  it("are written and read", async () => {
    const path = join(folder, "sealed");
    await secureDump(value, path, ring);
    expect(await secureLoad(path, ring)).toEqual(loads(dumps(value)));
    expect(await secureLoad(new Blob([readFileSync(path)]), ring)).toHaveProperty("user", 7);
    expect(Buffer.from(await seal(value, ring)).equals(readFileSync(path))).toBe(true);
  });

  it("carry large arrays", async () => {
    const path = join(folder, "large");
    const large = { bytes: new Uint8Array(3_000_000).fill(7), more: new Uint8Array(200_000) };
    await secureDump(large, path, key);
    expect(await secureLoad(path, key)).toEqual(large);
    expect(Buffer.from(await seal(large, key)).equals(readFileSync(path))).toBe(true);
  });

  it("are refused when changed, and when they are more than allowed", async () => {
    const path = join(folder, "changed");
    await secureDump(value, path, key);
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] = (bytes.at(-3) as number) ^ 1;
    writeFileSync(path, bytes);
    await expect(secureLoad(path, key)).rejects.toMatchObject({ code: "mismatch" });
    await expect(secureLoad(path, key, { maxBytes: 10 })).rejects.toBeInstanceOf(LimitError);
  });

  it("stay as they were when the value cannot be written", async () => {
    const path = join(folder, "kept");
    writeFileSync(path, "old");
    await expect(secureDump({ f: () => 0 }, path, key)).rejects.toMatchObject({ path: "$.f" });
    expect(readFileSync(path, "utf8")).toBe("old");
  });
});

describe("without Node's own HMAC", () => {
  it("WebCrypto signs the same", async () => {
    vi.resetModules();
    vi.doMock("#files", () => import("../../src/sources/no-files.ts"));
    try {
      const browser = await import("../../src/signing/index.ts");
      const { data, signature } = await browser.secureDumps(value, key);
      expect(Buffer.from(signature).equals(reference(data, key))).toBe(true);
      expect(await browser.unseal(await seal(value, ring), ring)).toHaveProperty("user", 7);
      const shared = new Uint8Array(new SharedArrayBuffer(5));
      expect(await browser.sign(shared, key)).toEqual(await sign(shared, key));
    } finally {
      vi.doUnmock("#files");
      vi.resetModules();
    }
  });
});

describe("keys", () => {
  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["half of a surrogate pair", "key \ud800"],
    ["no bytes", new Uint8Array(0)],
    ["a number", 7],
    ["a ring without keys", { current: "a" }],
    ["a ring whose current key is missing", { current: "a", keys: { b: "x" } }],
    ["a ring whose current key is inherited", { current: "toString", keys: { b: "x" } }],
    ["a ring with an empty key", { current: "a", keys: { a: "x", b: "" } }],
    ["an id with a space", { current: "a b", keys: { "a b": "x" } }],
    ["an id that is the sign for none", { current: "-", keys: { "-": "x" } }],
  ])("%s is a TypeError", async (_, bad) => {
    await expect(secureDumps(1, bad as never)).rejects.toBeInstanceOf(TypeError);
    await expect(seal(1, bad as never)).rejects.toBeInstanceOf(TypeError);
    await expect(verify(garbage, new Uint8Array(32), bad as never)).rejects.toBeInstanceOf(
      TypeError,
    );
    await expect(unseal(await seal(1, key), bad as never)).rejects.toBeInstanceOf(TypeError);
  });

  it("data must be bytes", async () => {
    await expect(sign("text" as never, key)).rejects.toBeInstanceOf(TypeError);
    await expect(unseal([1] as never, key)).rejects.toBeInstanceOf(TypeError);
    await expect(verify(garbage, 7 as never, key)).rejects.toBeInstanceOf(TypeError);
  });
});

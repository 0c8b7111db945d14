/** Whole sources and whole targets, of every kind. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { LimitError, PickleError } from "../../src/core/errors/index.ts";
import { readWhole, type Source, writeChunks } from "../../src/sources/index.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-whole-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) & 0xff);
const path = join(folder, "bytes");
writeFileSync(path, bytes);

function chunks(): Uint8Array[] {
  return [bytes.subarray(0, 1), bytes.subarray(1, 70_000), bytes.subarray(70_000)];
}

const KINDS: Record<string, () => Source | Promise<Source>> = {
  bytes: () => bytes,
  "an ArrayBuffer": () => bytes.slice().buffer,
  "a path": () => path,
  "a file: URL": () => pathToFileURL(path),
  "a Blob": () => new Blob(chunks() as Uint8Array<ArrayBuffer>[]),
  "a Response": () => new Response(new Blob(chunks() as Uint8Array<ArrayBuffer>[])),
  "a Node stream": () => Readable.from(chunks(), { objectMode: false }),
  "a Web stream": () => new Blob(chunks() as Uint8Array<ArrayBuffer>[]).stream(),
  "an iterable": () => chunks(),
};

describe("readWhole", () => {
  for (const [name, source] of Object.entries(KINDS)) {
    it(`reads ${name} to its end`, async () => {
      const whole = await readWhole(await source(), { maxBytes: bytes.length });
      expect(Buffer.compare(whole, bytes)).toBe(0);
    });

    it(`refuses ${name} that holds one byte too many`, async () => {
      const reading = readWhole(await source(), { maxBytes: bytes.length - 1 });
      await expect(reading).rejects.toBeInstanceOf(LimitError);
    });
  }

  it("reads a handle from where it stands, and leaves it open", async () => {
    await using handle = await open(path, "r");
    await handle.read(new Uint8Array(10), 0, 10, null);
    const whole = await readWhole(handle, { maxBytes: 1e9 });
    expect(Buffer.compare(whole, bytes.subarray(10))).toBe(0);
    expect((await handle.stat()).size).toBe(bytes.length);
  });

  it.runIf(process.platform === "linux")("reads files that do not say their size", async () => {
    const whole = await readWhole("/proc/self/status", { maxBytes: 1e6 });
    expect(new TextDecoder().decode(whole)).toContain("VmPeak");
  });

  it("gives nothing for nothing", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "");
    expect(await readWhole(empty, { maxBytes: 0 })).toHaveLength(0);
    expect(await readWhole([], { maxBytes: 0 })).toHaveLength(0);
  });

  it("stops when it is told to", async () => {
    const endless = (async function* () {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield new Uint8Array(1);
      }
    })();
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 20);
    const reading = readWhole(endless, { maxBytes: 1e12, signal: controller.signal });
    await expect(reading).rejects.toBe(reason);
  });

  it("says why a path cannot be read", async () => {
    const reading = readWhole(join(folder, "nothing"), { maxBytes: 1 });
    await expect(reading).rejects.toMatchObject({ code: "read-failed" });
  });
});

describe("writeChunks", () => {
  it("replaces a file, and appends to it", async () => {
    const target = join(folder, "written");
    writeFileSync(target, "old");
    await writeChunks(chunks(), target);
    expect(Buffer.compare(readFileSync(target), bytes)).toBe(0);
    await writeChunks([Uint8Array.of(1, 2)], pathToFileURL(target), { append: true });
    expect([...readFileSync(target).subarray(-3)]).toEqual([bytes.at(-1), 1, 2]);
  });

  it("leaves the old file where a chunk fails", async () => {
    const target = join(folder, "kept");
    writeFileSync(target, "old");
    const failing = (function* () {
      yield Uint8Array.of(1);
      throw new RangeError("no more");
    })();
    await expect(writeChunks(failing, target)).rejects.toThrow("no more");
    expect(readFileSync(target, "utf8")).toBe("old");
  });

  it("writes to streams, which stay open", async () => {
    const got: Buffer[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        got.push(Buffer.from(chunk));
        done();
      },
    });
    await writeChunks(chunks(), stream);
    expect(Buffer.compare(Buffer.concat(got), bytes)).toBe(0);
    expect(stream.writableEnded).toBe(false);
  });

  it("appends to nothing but paths", async () => {
    const taker = { write: () => undefined };
    await expect(writeChunks([], taker, { append: true })).rejects.toBeInstanceOf(TypeError);
  });

  it("says why a path cannot be written", async () => {
    const writing = writeChunks([], join(folder, "no folder", "file"));
    await expect(writing).rejects.toBeInstanceOf(PickleError);
    await expect(writing).rejects.toMatchObject({ code: "write-failed" });
  });
});

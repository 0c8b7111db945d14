/** `encode` and `decode`: files and streams to base64 in lines, and back. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BinasciiError, decode, encode, encodebytes } from "../../src/base64/index.ts";

const data = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) >> 3);
const lines = encodebytes(data);

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-base64-"));
  writeFileSync(at("data.bin"), data);
  writeFileSync(at("data.txt"), lines);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function gathered(
  run: (target: { write(chunk: Uint8Array): unknown }) => Promise<void>,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  await run({ write: (chunk) => parts.push(chunk) });
  return Buffer.concat(parts);
}

const refused = async (act: Promise<unknown>): Promise<unknown[]> => {
  const error: unknown = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BinasciiError)) throw error ?? new Error("nothing was refused");
  return [error.code, error.offset];
};

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

describe("encode", () => {
  it("goes from path to path, and back", async () => {
    await encode(at("data.bin"), at("made.txt"));
    expect(readFileSync(at("made.txt"), "latin1")).toBe(lines);
    await decode(at("made.txt"), at("back.bin"));
    expect(new Uint8Array(readFileSync(at("back.bin")))).toEqual(data);
  });

  it.each([1, 56, 57, 58, 1000, 65_536])("breaks lines alike for chunks of %i", async (size) => {
    const part = data.subarray(0, size * 3 + 11);
    const made = await gathered((target) => encode(cut(part, size), target));
    expect(made.toString("latin1")).toBe(encodebytes(part));
  });

  it("takes Blobs and Web streams on both ends", async () => {
    const through = new TransformStream<Uint8Array, Uint8Array>();
    const [made] = await Promise.all([
      new Response(through.readable).text(),
      encode(new Blob([data]), through.writable).then(() => through.writable.close()),
    ]);
    expect(made).toBe(lines);
  });
});

describe("decode", () => {
  it.each([1, 3, 76, 77, 1000])("reads chunks of %i characters", async (size) => {
    const text = new TextEncoder().encode(lines.slice(0, 1001 * 77));
    const made = await gathered((target) => decode(cut(text, size), target));
    expect(new Uint8Array(made)).toEqual(data.subarray(0, made.length));
    expect(made.length).toBe(1001 * 57);
  });

  it("takes each line by itself, and no more memory for a long one", async () => {
    const made = await gathered((target) =>
      decode([new TextEncoder().encode("YQ==\nYmM=\nZA==")], target),
    );
    expect(made.toString()).toBe("abcd");
    const quantum = new TextEncoder().encode("AAAA".repeat(16_384));
    let count = 0;
    await decode(
      Array.from({ length: 100 }, () => quantum),
      { write: (chunk) => (count += chunk.length) },
    );
    expect(count).toBe(100 * 49_152);
  });

  it("says where a line breaks off", async () => {
    const broken = [new TextEncoder().encode("YQ==\nYW"), new TextEncoder().encode("J\nYQ==\n")];
    expect(await refused(gathered((target) => decode(broken, target)))).toEqual([
      "incorrect-padding",
      8,
    ]);
    expect(
      await refused(gathered((target) => decode([new TextEncoder().encode("YWJjY")], target))),
    ).toEqual(["bad-length", 5]);
  });

  it("has given a stream what came before the fault", async () => {
    const parts: Uint8Array[] = [];
    const lines = ["YWJj\n", "YWJjYW", "I\n"].map((line) => new TextEncoder().encode(line));
    const target = { write: (chunk: Uint8Array) => parts.push(chunk) };
    expect(await refused(decode(lines, target))).toEqual(["incorrect-padding", 12]);
    expect(Buffer.concat(parts).toString()).toBe("abcabca");
  });

  it("leaves the target as it was where the source is bad", async () => {
    writeFileSync(at("bad.txt"), "YWJj\nYWI\n");
    writeFileSync(at("kept.bin"), "old");
    expect(await refused(decode(at("bad.txt"), at("kept.bin")))).toEqual(["incorrect-padding", 8]);
    expect(readFileSync(at("kept.bin"), "latin1")).toBe("old");
    expect(await refused(decode(at("missing.txt"), at("new.bin")))).toEqual([
      "read-failed",
      undefined,
    ]);
    expect(existsSync(at("new.bin"))).toBe(false);
    expect(await refused(encode(at("data.bin"), at("none/x.txt")))).toEqual([
      "write-failed",
      undefined,
    ]);
  });

  it("stops when it is told to", async () => {
    const control = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let count = 0; ; count++) {
        if (count === 3) control.abort(new Error("enough"));
        yield new TextEncoder().encode("YWJj\n");
      }
    }
    const target = { write: () => undefined };
    await expect(decode(endless(), target, { signal: control.signal })).rejects.toThrow("enough");
  });

  it("names an argument of the wrong type", async () => {
    await expect(encode(7 as unknown as Blob, { write: () => undefined })).rejects.toThrow(
      /^source must be/,
    );
    await expect(encode(data, 7 as never)).rejects.toThrow(/^target must be/);
  });
});

/** Where there is no `node:zlib`: the same decompressed bytes and refusals, and compressed data that zlib reads. */
import { describe, expect, it, vi } from "vitest";
import { DecompressionError, decompress, decompressed } from "../../src/codecs/index.ts";
import { compressing } from "./compressing.ts";
import { chunksOf, vectors } from "./vectors.ts";

vi.mock("#files", () => import("../../src/sources/no-files.ts"));

it("has no zlib here", async () => {
  expect((await import("#files")).nativeZlib).toBeUndefined();
});

describe("decompressing", () => {
  it.each(vectors)("$compression $name", async ({ compression, packed, whole }) => {
    const limit = whole.length;
    expect(Buffer.compare(await decompress(compression, packed, { limit }), whole)).toBe(0);
    const pieces: Uint8Array[] = [];
    for await (const piece of decompressed(compression, chunksOf(packed, 700), { limit }))
      pieces.push(piece);
    expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
    const cut = decompress(compression, packed.slice(0, -1), { limit });
    await expect(cut).rejects.toBeInstanceOf(DecompressionError);
  });
});

compressing();

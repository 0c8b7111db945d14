/** The contract of `compress`, whichever zlib is behind it. */
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compress, compressWhole } from "../../src/codecs/index.ts";
import { chunksOf } from "./vectors.ts";

const UNPACK = { zlib: inflateSync, gzip: gunzipSync, deflate: inflateRawSync };
const FORMATS = ["zlib", "gzip", "deflate"] as const;
const data = Uint8Array.from({ length: 200_000 }, (_, index) => (index * index) % 251);

/** Declares the tests. */
export function compressing(): void {
  describe("compressing", () => {
    for (const format of FORMATS) {
      it.each([0, 1, 3, 6, 9])(`${format} at level %i`, async (level) => {
        const packed = await compressWhole(format, data, level);
        expect(Buffer.compare(UNPACK[format](packed), data)).toBe(0);
        if (level === 0) expect(packed.length).toBeGreaterThan(data.length);
        // mtime 0, no name, and Unix, as Python's zlib writes it.
        if (format === "gzip")
          expect([...packed.subarray(0, 8), packed[9]]).toEqual([31, 139, 8, 0, 0, 0, 0, 0, 3]);
      });
    }

    it("takes chunks of any size, and none", async () => {
      for (const format of FORMATS) {
        for (const level of [0, 6]) {
          const pieces: Uint8Array[] = [];
          for await (const piece of compress(format, chunksOf(data, 33_333), level))
            pieces.push(piece);
          expect(Buffer.compare(UNPACK[format](Buffer.concat(pieces)), data)).toBe(0);
          expect(UNPACK[format](await compressWhole(format, new Uint8Array(0), level)).length).toBe(
            0,
          );
        }
      }
    });

    it("throws what the chunks throw", async () => {
      const reason = new Error("no more");
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield data;
        throw reason;
      }
      for (const level of [0, 6]) {
        const run = async (): Promise<void> => {
          for await (const _piece of compress("gzip", broken(), level));
        };
        await expect(run()).rejects.toBe(reason);
      }
    });
  });
}

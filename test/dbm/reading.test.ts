/** Databases that Python wrote, read as bytes: whole, cut, damaged. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DbmError, entries, formatOf } from "../../src/dbm/index.ts";
import { asText, DATABASES, expected } from "./vectors.ts";

describe.each(DATABASES)("%s", (_name, format, files) => {
  it("holds what Python put into it", () => {
    expect(asText(entries(files))).toEqual(expected());
    if (files.directory === undefined) expect(formatOf(files.data)).toBe(format);
  });

  it("cut anywhere is refused with its place, or holds less", () => {
    const { data, directory } = files;
    const cuts = [...Array.from({ length: 300 }, (_, at) => at)];
    for (let at = 300; at < data.length; at += 1009) cuts.push(at);
    for (const length of cuts) {
      const read = attempt({ data: data.subarray(0, length), directory });
      // Behind what the database uses there may be nothing.
      if (read instanceof DbmError) expect(read.offset).toBeLessThanOrEqual(data.length);
      else expect(read.size).toBeLessThanOrEqual(expected().size);
    }
  });

  it("damaged anywhere raises nothing else", () => {
    const size = files.data.length;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (changes, early) => {
          const data = files.data.slice();
          for (const [at, byte] of changes) data[early ? at % 4200 : at] = byte;
          attempt({ ...files, data });
        },
      ),
      { numRuns: 300 },
    );
  });
});

function attempt(files: Parameters<typeof entries>[0]): Map<string, string> | DbmError {
  try {
    return asText(entries(files));
  } catch (error) {
    if (error instanceof DbmError) return error;
    throw error;
  }
}

describe("what is no database", () => {
  it.each([
    ["nothing", new Uint8Array(0)],
    ["a pickle", Uint8Array.of(0x80, 4, 0x4e, 0x2e)],
    ["zeros", new Uint8Array(5000)],
  ])("%s is refused", (_what, data) => {
    expect(() => [...entries({ data })]).toThrow(
      expect.objectContaining({ code: "unknown-format" }),
    );
    expect(formatOf(data)).toBeUndefined();
  });

  it("an SQLite database with changes beside it is refused", () => {
    const [, , files] = DATABASES[0] as (typeof DATABASES)[number];
    expect(() => [...entries({ ...files, wal: Uint8Array.of(1) })]).toThrow(
      expect.objectContaining({ code: "pending-changes" }),
    );
    expect(asText(entries({ ...files, wal: new Uint8Array(0) })).size).toBe(expected().size);
  });

  it("a .dir file with another line than Python's is refused at its byte", () => {
    const directory = new TextEncoder().encode("'a', (0, 1)\n__import__('os')\n");
    expect(() => [...entries({ data: Uint8Array.of(1), directory })]).toThrow(
      expect.objectContaining({ code: "damaged", offset: 12 }),
    );
    // The last line was being written.
    const cut = new TextEncoder().encode("'a', (0, 1)\n'b', (");
    expect(asText(entries({ data: Uint8Array.of(65), directory: cut }))).toEqual(
      new Map([["a", "A"]]),
    );
  });

  it("a tree of pages that leads back to itself ends", () => {
    const [, , { data }] = DATABASES[0] as (typeof DATABASES)[number];
    const looped = data.slice();
    const view = new DataView(looped.buffer);
    // The table's root, an interior page, names itself as its last child.
    for (let page = 2; page * 4096 <= looped.length; page++) {
      const at = (page - 1) * 4096;
      if (looped[at] === 5) view.setUint32(at + 8, page);
    }
    expect(() => [...entries({ data: looped })]).toThrow(
      expect.objectContaining({ code: "damaged" }),
    );
  });

  it("entries that all lead to the same bytes cost no more than the file's size", () => {
    // Without a bound these take minutes and gigabytes; the suite gives up after a minute.
    // GDBM: every bucket of the directory a little further than the one before.
    const bytes = new Uint8Array(1 << 20);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x13579acf, true);
    view.setBigInt64(8, 4096n, true);
    view.setInt32(16, 1 << 19, true);
    view.setInt32(20, 16, true);
    view.setInt32(28, 20_000, true);
    for (let index = 0; index < 1 << 16; index++)
      view.setBigInt64(4096 + 8 * index, BigInt(540_000 + (index % 1000)), true);
    expect(attempt({ data: bytes })).toBeInstanceOf(DbmError);
    // dbm.dumb: a thousand keys for one long value.
    const lines = Array.from({ length: 1000 }, (_, index) => `'k${index}', (0, 100000)\n`).join("");
    const directory = new TextEncoder().encode(lines);
    expect(attempt({ data: new Uint8Array(100_000), directory })).toBeInstanceOf(DbmError);
    // SQLite: every cell of every page the same long row.
    const [, , { data }] = DATABASES[0] as (typeof DATABASES)[number];
    const repeated = data.slice();
    const pages = new DataView(repeated.buffer);
    for (let page = 1; page * 4096 < repeated.length; page++) {
      const at = page * 4096;
      if (repeated[at] !== 13) continue;
      const count = pages.getUint16(at + 3);
      for (let cell = 0; cell < count; cell++)
        pages.setUint16(at + 8 + 2 * cell, pages.getUint16(at + 8));
    }
    attempt({ data: repeated });
  });
});

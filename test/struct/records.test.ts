/** `records`: files, Blobs, streams and bytes of equal records, in order and by index. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  iterUnpack,
  pack,
  packRecords,
  records,
  StructError,
  unpackRecords,
} from "../../src/struct/index.ts";

const FORMAT = ">I10sf"; // 18 bytes
const COUNT = 10_000; // more than one window of 64 KiB

const name = (index: number): Uint8Array =>
  new TextEncoder().encode(`sensor${String(index).padStart(4, "0")}`);
const made = Array.from({ length: COUNT }, (_, index) =>
  pack(FORMAT, index, name(index), index / 4),
);
const whole = new Uint8Array(Buffer.concat(made));
const row = (index: number): [number, Uint8Array, number] => [index, name(index), index / 4];

let folder: string;
let path: string;
let cut: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-records-"));
  path = join(folder, "readings.bin");
  cut = join(folder, "cut.bin");
  writeFileSync(path, whole);
  writeFileSync(cut, whole.subarray(0, 18 * 3 + 5));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const one of rows) found.push(one);
  return found;
}

async function* pieces(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 18 * 50; at += size) yield whole.subarray(at, Math.min(at + size, 18 * 50));
}

const refused = async (act: () => Promise<unknown>): Promise<unknown[]> => {
  const error: unknown = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StructError)) throw error ?? new Error("nothing was refused");
  return [error.code, error.offset];
};

describe("records of a file", () => {
  it("come in order, and by index from either end", async () => {
    const readings = records(path, FORMAT);
    expectTypeOf(readings.at(1)).resolves.toEqualTypeOf<
      [number, Uint8Array<ArrayBuffer>, number] | undefined
    >();
    const found = await all(readings);
    expect(found.length).toBe(COUNT);
    for (const index of [0, 1, 3640, 3641, COUNT - 1]) expect(found[index]).toEqual(row(index));
    expect(await readings.at(1)).toEqual(row(1));
    expect(await readings.at(-1)).toEqual(row(COUNT - 1));
    expect([await readings.at(COUNT), await readings.at(-COUNT - 1)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await readings.count()).toBe(COUNT);
  });

  it("are the same for a URL, a handle, a Blob and a stream", async () => {
    const handle = await open(path);
    const sources = [
      pathToFileURL(path),
      handle,
      new Blob([whole]),
      new Blob([whole]).stream(),
      new Response(whole),
    ];
    for (const source of sources) {
      const found = await all(records(source, FORMAT));
      expect([found.length, found[4321]]).toEqual([COUNT, row(4321)]);
    }
    expect(await records(handle, FORMAT).at(2)).toEqual(row(2));
    expect(await records(new Blob([whole]), FORMAT).at(-2)).toEqual(row(COUNT - 2));
    await handle.close();
  });

  it.each([1, 7, 18, 19, 100])("come from chunks of %i bytes", async (size) => {
    const found = await all(records(pieces(size), FORMAT, { offset: 18 }));
    expect(found).toEqual(Array.from({ length: 49 }, (_, index) => row(index + 1)));
  });

  it("are read as they are asked for, and the source is let go when the loop is left", async () => {
    let taken = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          taken++;
          yield whole.subarray(0, 180);
        }
      } finally {
        ended = true;
      }
    }
    let seen = 0;
    for await (const _ of records(endless(), FORMAT)) if (++seen === 25) break;
    expect([taken, ended]).toEqual([3, true]);
  });

  it("end with an error where the file ends inside one, after the whole ones", async () => {
    const found: unknown[] = [];
    const act = async (): Promise<void> => {
      for await (const one of records(cut, FORMAT)) found.push(one);
    };
    expect(await refused(act)).toEqual(["truncated", 54]);
    expect(found).toEqual([row(0), row(1), row(2)]);
    expect(await records(cut, FORMAT).at(-1)).toEqual(row(2));
    expect(await records(cut, FORMAT).count()).toBe(3);
  });

  it("begin behind a header", async () => {
    expect(await records(path, FORMAT, { offset: 36 }).at(0)).toEqual(row(2));
    expect(await records(path, FORMAT, { offset: whole.length + 1 }).count()).toBe(0);
    expect(await all(records(path, FORMAT, { offset: whole.length + 1 }))).toEqual([]);
    expect((await all(records(new Blob([whole]), FORMAT, { offset: 70_002 })))[0]?.[0]).toBe(3889);
  });

  it("say what cannot be read", async () => {
    const missing = join(folder, "none.bin");
    expect(await refused(() => all(records(missing, FORMAT)))).toEqual(["read-failed", undefined]);
    expect(await refused(() => records(missing, FORMAT).at(0))).toEqual(["read-failed", undefined]);
    expect(await refused(() => records(pieces(9), FORMAT).at(0))).toEqual([
      "not-seekable",
      undefined,
    ]);
    expect(await refused(async () => records(path, ""))).toEqual(["zero-size", undefined]);
    expect(() => records(path, FORMAT, { offset: -1 })).toThrow(TypeError);
    await expect(all(records(7 as unknown as Blob, FORMAT))).rejects.toThrow(/^source must be/);
  });
});

describe("records of bytes", () => {
  it("need no waiting", () => {
    const readings = records(whole, FORMAT);
    expectTypeOf(readings.at(0)).toEqualTypeOf<
      [number, Uint8Array<ArrayBuffer>, number] | undefined
    >();
    expect(readings.length).toBe(COUNT);
    expect(readings.at(1)).toEqual(row(1));
    expect(readings.at(-1)).toEqual(row(COUNT - 1));
    expect(readings.at(COUNT)).toBe(undefined);
    expect([...readings].length).toBe(COUNT);
  });

  it("end with an error where the bytes do", async () => {
    const found: unknown[] = [];
    const act = async (): Promise<void> => {
      for (const one of records(whole.subarray(0, 40), FORMAT)) found.push(one);
    };
    expect(await refused(act)).toEqual(["truncated", 36]);
    expect(found).toEqual([row(0), row(1)]);
  });

  it("cut at every byte give the whole ones and then the error", async () => {
    for (let end = 0; end <= 54; end++) {
      const rows: unknown[] = [];
      const act = async (): Promise<void> => {
        for await (const one of records(new Blob([whole.subarray(0, end)]), FORMAT)) rows.push(one);
      };
      if (end % 18 === 0) await act();
      else expect(await refused(act)).toEqual(["truncated", end - (end % 18)]);
      expect(rows.length).toBe(Math.floor(end / 18));
    }
  });
});

describe("packRecords", () => {
  it("writes what records read", () => {
    const rows = Array.from({ length: COUNT }, (_, index) => row(index));
    expect(packRecords(FORMAT, rows)).toEqual(whole);
    // Of an iterator, whose length nobody knows.
    const made = packRecords(FORMAT, rows.values());
    expect(made).toEqual(whole);
    expect(made.buffer.byteLength).toBe(whole.length);
    expect([
      ...iterUnpack("<bxh", packRecords("<bxh", new Set([[1, 2] as [number, number]]))),
    ]).toEqual([[1, 2]]);
    expect(packRecords("<h", [])).toEqual(new Uint8Array(0));
    expect(packRecords("", [[], []])).toEqual(new Uint8Array(0));
  });

  it("comes back whole", () => {
    const rows = unpackRecords(FORMAT, whole);
    expectTypeOf(rows).toEqualTypeOf<[number, Uint8Array<ArrayBuffer>, number][]>();
    expect([rows.length, rows[77]]).toEqual([COUNT, row(77)]);
    // One copy for all, apart from what was given.
    const given = Uint8Array.of(1, 2, 3, 1, 4, 5);
    const [first, second] = unpackRecords("<B2p", given);
    given.fill(9);
    expect([first, second]).toEqual([
      [1, Uint8Array.of(3)],
      [1, Uint8Array.of(5)],
    ]);
    expect(first?.[1].buffer).toBe(second?.[1].buffer);
    expect(unpackRecords("<B2s", Uint8Array.of(1, 2, 3), { ints: "bigint" })).toEqual([
      [1, Uint8Array.of(2, 3)],
    ]);
    expect(unpackRecords("<q", new Uint8Array(8), { ints: "bigint" })).toEqual([[0n]]);
    expect(unpackRecords("<q", new Uint8Array(0))).toEqual([]);
    expect(() => unpackRecords("<q", new Uint8Array(9))).toThrow(StructError);
    expect(() => unpackRecords("0s", new Uint8Array(0))).toThrow(StructError);
  });

  it("says which value of which record it refuses", () => {
    const refusal = (act: () => unknown): unknown[] => {
      try {
        act();
      } catch (error) {
        if (error instanceof StructError) return [error.code, error.offset, error.index];
      }
      throw new Error("nothing was refused");
    };
    const rows = [
      [1, 2],
      [3, 70_000],
    ] as [number, number][];
    expect(refusal(() => packRecords("<2h", rows))).toEqual(["out-of-range", 4, 1]);
    expect(refusal(() => packRecords("<2h" as string, [[1, 2], [3]]))).toEqual([
      "wrong-count",
      4,
      undefined,
    ]);
    expect(refusal(() => packRecords("<9007199254740991x" as string, new Set([[]])))).toEqual([
      "too-large",
      undefined,
      undefined,
    ]);
    expect(() => packRecords("<h", [7 as never])).toThrow(
      new TypeError("rows must give arrays, got number"),
    );
  });
});

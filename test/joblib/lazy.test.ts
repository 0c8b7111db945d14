/** Arrays that stay where they are: every slice as NumPy's arithmetic gives it, and no byte fetched that is not needed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryAccess, type RandomAccess } from "../../src/core/bytes/index.ts";
import { PickleError } from "../../src/core/errors/index.ts";
import { dumps, httpAccess, load } from "../../src/joblib/index.ts";
import { type Index, LazyArray, type NdArray, ndarray } from "../../src/numpy/index.ts";

/** A source that counts what is asked of it. */
function counting(source: RandomAccess): RandomAccess & { bytes: number; reads: number } {
  return {
    size: source.size,
    bytes: 0,
    reads: 0,
    read(start, target) {
      this.bytes += target.length;
      this.reads++;
      return source.read(start, target);
    },
  };
}

function counted(length: number): NdArray {
  return ndarray(Int32Array.from({ length }, (_, index) => index));
}

describe("slice", () => {
  const bound = fc.option(fc.integer({ min: -7, max: 7 }), { nil: null });
  const step = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: -4, max: -1 }),
  );
  const part: fc.Arbitrary<Index> = fc.oneof(
    fc.constant(null),
    fc.tuple(bound, bound, step) as fc.Arbitrary<Index>,
    fc.integer({ min: -2, max: 1 }),
  );
  const shape = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 });

  it("gives what the same slice of the array in memory gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        shape.chain((lengths) =>
          fc.tuple(
            fc.constant(lengths),
            fc.array(part, { maxLength: lengths.length }),
            fc.constantFrom("C" as const, "F" as const),
          ),
        ),
        async ([lengths, parts, order]) => {
          const size = lengths.reduce((product, length) => product * length, 1);
          const array = counted(size).reshape(lengths).copy(order);
          const source = memoryAccess(Uint8Array.of(9, 9, 9, ...array.toBytes(order)));
          const lazy = new LazyArray(source, {
            dtype: "int32",
            shape: lengths,
            order,
            byteOffset: 3,
          });
          const found = await lazy.slice(...parts);
          const wanted = array.slice(...parts);
          expect(found.shape).toEqual(wanted.shape);
          expect(found.toArray()).toEqual(wanted.toArray());
          expect(found.dtype.str).toBe("<i4");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads only the rows asked for", async () => {
    const source = counting(memoryAccess(counted(100_000).bytes));
    const lazy = new LazyArray(source, { dtype: "int32", shape: [1000, 100] });
    expect((await lazy.slice(7)).at(0)).toBe(700);
    expect([source.bytes, source.reads]).toEqual([400, 1]);
    await lazy.slice([10, 13]);
    expect([source.bytes, source.reads]).toEqual([1600, 2]);
    expect(await lazy.at(-1, -1)).toBe(99_999);
    expect([source.bytes, source.reads]).toEqual([1604, 3]);
  });

  it("fetches ranges that lie close together as one, and those apart for themselves", async () => {
    const source = counting(memoryAccess(counted(1_000_000).bytes));
    const close = new LazyArray(source, { dtype: "int32", shape: [1000, 1000] });
    expect((await close.slice(null, 5)).at(999)).toBe(999_005);
    expect([source.bytes, source.reads]).toEqual([999 * 4000 + 4, 1]);
    const apart = new LazyArray(source, { dtype: "int32", shape: [4, 250_000] });
    expect((await apart.slice(null, [0, 2])).toArray()).toEqual([
      [0, 1],
      [250_000, 250_001],
      [500_000, 500_001],
      [750_000, 750_001],
    ]);
    expect(source.reads).toBe(5);
    expect(source.bytes).toBe(999 * 4000 + 4 + 4 * 8);
  });

  it("reads the columns of an F array without the rest", async () => {
    const array = counted(1_000_000).reshape([1000, 1000]).copy("F");
    const source = counting(memoryAccess(array.toBytes("F")));
    const lazy = new LazyArray(source, { dtype: "int32", shape: [1000, 1000], order: "F" });
    expect((await lazy.slice(null, 5)).toArray()).toEqual(array.slice(null, 5).toArray());
    expect(source.bytes).toBe(4000);
    const whole = await lazy.load();
    expect(whole.order).toBe("F");
    expect(whole.at(999, 998)).toBe(999_998);
  });

  it("reads more than one fetch holds", async () => {
    const source = counting(memoryAccess(new Uint8Array(20_000_000)));
    const lazy = new LazyArray(source, { dtype: "uint8", shape: [20_000_000] });
    expect((await lazy.load()).size).toBe(20_000_000);
    expect(source.reads).toBe(3);
    expect((await lazy.slice([null, null, 2])).size).toBe(10_000_000);
  });

  it("reads nothing for no elements, nor for an axis that is not there", async () => {
    const source = counting(memoryAccess(new Uint8Array(24)));
    const lazy = new LazyArray(source, { dtype: "int32", shape: [3, 2] });
    expect((await lazy.slice([1, 1])).shape).toEqual([0, 2]);
    await expect(lazy.slice(3)).rejects.toThrow(RangeError);
    await expect(lazy.slice(0, 0, 0)).rejects.toThrow(RangeError);
    await expect(lazy.at(0)).rejects.toThrow(RangeError);
    expect(source.reads).toBe(0);
  });

  it("is made of what fits into its source only", () => {
    const source = memoryAccess(new Uint8Array(24));
    const make = (layout: ConstructorParameters<typeof LazyArray>[1]) => () =>
      new LazyArray(source, layout);
    expect(make({ dtype: "int32", shape: [6] })).not.toThrow();
    for (const layout of [
      { dtype: "int32", shape: [7] },
      { dtype: "int32", shape: [6], byteOffset: 1 },
      { dtype: "int32", shape: [1], byteOffset: -4 },
      { dtype: "O", shape: [1] },
      { dtype: "int32", shape: [-1] },
      { dtype: "int32", shape: [2 ** 40, 2 ** 40] },
      { dtype: "int32", shape: [1], order: "K" as "C" },
    ]) {
      expect(make(layout)).toThrow(TypeError);
    }
  });

  it("says what it is", () => {
    const lazy = new LazyArray(memoryAccess(new Uint8Array(24)), { dtype: "<f4", shape: [6] });
    expect(String(lazy)).toBe("LazyArray(shape=(6,), dtype=float32)");
    expect([lazy.ndim, lazy.size, lazy.nbytes]).toEqual([1, 6, 24]);
  });
});

describe('mmapMode: "r"', () => {
  const folder = mkdtempSync(join(tmpdir(), "brine-lazy-"));
  const path = join(folder, "model.joblib");
  const rows = counted(1_000_000).reshape([10_000, 100]);
  let server: Server;
  let url = "";
  const asked: string[] = [];
  beforeAll(async () => {
    const bytes = dumps({ rows, name: "model", more: ndarray([0.5, 1.5]) });
    writeFileSync(path, bytes);
    server = createServer((request, response) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
      const [, first, last] = range ?? [];
      const part = bytes.subarray(Number(first), Number(last) + 1);
      asked.push(`${part.length}`);
      response.writeHead(206, {
        "content-range": `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`,
        etag: '"1"',
      });
      response.end(part);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.joblib`;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  interface Model {
    rows: LazyArray;
    name: string;
    more: LazyArray;
  }

  it("reads from a path what is asked for, until it is closed", async () => {
    const model = await load<Model>(path, { mmapMode: "r" });
    expect(model.name).toBe("model");
    expect((await model.rows.slice([9_998, null], [0, 2])).toArray()).toEqual([
      [999_800, 999_801],
      [999_900, 999_901],
    ]);
    expect((await model.more.load()).toArray()).toEqual([0.5, 1.5]);
    await model.rows.close();
    await expect(model.more.load()).rejects.toThrow(PickleError);
  });

  it("aligns what it maps", async () => {
    const model = await load<Model>(path, { mmapMode: "r" });
    expect(model.rows.byteOffset % 16).toBe(0);
    expect(model.more.byteOffset % 16).toBe(0);
    await model.rows.close();
  });

  it("fetches over HTTP the pickle's bytes and those of the slice", async () => {
    const source = await httpAccess(url);
    asked.length = 0;
    const model = await load<Model>(source, { mmapMode: "r" });
    expect((await model.rows.slice(1234)).at(1)).toBe(123_401);
    // The window that begins the file, one behind the first array, a row.
    expect(asked).toEqual(["65536", expect.any(String), "400"]);
    expect(asked.map(Number).reduce((sum, count) => sum + count)).toBeLessThan(140_000);
  });

  it("reads all of it over HTTP where nothing is to be mapped", async () => {
    const model = await load<{ rows: NdArray }>(await httpAccess(url));
    expect(model.rows.at(9_999, 99)).toBe(999_999);
  });

  it("leaves byte order as it is, and cannot be asked to turn it round", async () => {
    const bytes = dumps(ndarray([1, 2], { dtype: ">i4" }));
    const lazy = await load<LazyArray>(bytes, { mmapMode: "r" });
    expect(lazy.dtype.str).toBe(">i4");
    expect((await lazy.load()).toArray()).toEqual([1, 2]);
    await expect(load(bytes, { mmapMode: "r", ensureNativeByteOrder: true })).rejects.toThrow(
      TypeError,
    );
    await expect(load(bytes, { mmapMode: "r+" as "r" })).rejects.toThrow(/mmapMode/);
  });

  it("cannot read a stream anywhere", async () => {
    const stream = new Blob([Uint8Array.from(dumps(1))]).stream();
    await expect(load(stream, { mmapMode: "r" })).rejects.toThrow(TypeError);
  });
});

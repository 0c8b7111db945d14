/** Files that joblib reads: its own bytes where it wrote the same, and all that it reads back elsewhere. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { PickleError, PicklingError } from "../../src/core/errors/index.ts";
import { Global, Instance, Tuple } from "../../src/core/values/index.ts";
import { type Compress, dump, dumps, load, loads, type Progress } from "../../src/joblib/index.ts";
import { dtype, NdArray, ndarray } from "../../src/numpy/index.ts";
import { caseOf, expected, shown } from "./vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-joblib-dump-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const small = (): unknown => ({ a: ndarray([0, 1, 2, 3], { dtype: "<f4" }), b: "text" });

describe("dumps", () => {
  it.each([0, 1, 2, 3, 4, 5])("gives joblib's own bytes at protocol %i", (protocol) => {
    const wanted = caseOf(`1.6.0 protocol ${protocol}`).bytes;
    expect(Buffer.from(dumps(small(), { protocol })).toString("latin1")).toBe(
      Buffer.from(wanted).toString("latin1"),
    );
  });

  it("gives a file back as it was, losslessly read", async () => {
    const { bytes } = caseOf("1.6.0 plain");
    const again = dumps(loads(bytes, { lossless: true }));
    expect(await shown(loads(again))).toEqual(expected("sample"));
    const order = loads<Record<string, NdArray>>(again, { ensureNativeByteOrder: false });
    expect(order["big"]?.dtype.str).toBe(">i4");
    expect(order["fortran"]?.order).toBe("F");
    expect(order["matrix"]?.subclass).toBe("matrix");
  });

  it("aligns every array to 16 bytes, or writes no alignment", () => {
    const arrays = Array.from({ length: 20 }, (_, index) => ({
      ["x".repeat(index)]: ndarray(new Float64Array(index)),
    }));
    for (const protocol of [2, 4]) {
      const bytes = dumps(arrays, { protocol });
      const seen: number[] = [];
      // Padding is the only place for ff after a length from 1 to 16 behind BUILD.
      for (let at = 0; at < bytes.length; at++) {
        const pad = bytes[at + 1] as number;
        const isPadding = bytes[at] === 0x62 && pad >= 1 && pad <= 16;
        if (isPadding && bytes.subarray(at + 2, at + 2 + pad).every((byte) => byte === 0xff))
          seen.push((at + 2 + pad) % 16);
      }
      expect(seen).toEqual(arrays.map(() => 0));
      const bare = dumps(arrays, { protocol, alignment: null });
      expect(bare.length).toBeLessThanOrEqual(bytes.length - 2 * arrays.length);
      expect(loads(bare)).toEqual(loads(bytes));
    }
  });

  it("writes an array that occurs twice twice, as joblib does", () => {
    const array = ndarray([1, 2]);
    const [a, b] = loads<[NdArray, NdArray]>(dumps([array, array]));
    expect(a).toEqual(b);
    expect(a).not.toBe(b);
  });

  it("writes views of every kind", async () => {
    const base = ndarray(Int16Array.from({ length: 120 }, (_, index) => index)).reshape([4, 5, 6]);
    const views = [
      base.T,
      base.slice([null, null, 2]),
      base.slice(null, [null, null, -1]),
      base.slice(null, 2),
      base.transpose(1, 0, 2),
      base.slice(0, 0, 0),
      base.slice([2, 2]),
      base.slice(1),
    ];
    const again = loads<NdArray[]>(dumps(views));
    expect(await shown(again)).toEqual(await shown(views));
    expect(again.map(({ order }) => order)).toEqual(views.map(({ order }) => order));
  });

  it("gathers large views part by part", () => {
    const base = ndarray(Float64Array.from({ length: 6_000_000 }, (_, index) => index));
    const view = base.reshape([1000, 6000]).slice(null, [null, null, 2]);
    const again = loads<NdArray>(dumps(view));
    expect(again.shape).toEqual([1000, 3000]);
    expect([again.at(0, 1), again.at(999, 2999)]).toEqual([2, 5_999_998]);
  });

  it("writes objects as a pickle of their own, arrays in them as NumPy does", async () => {
    const inner = ndarray([1, 2, 3]);
    const array = NdArray.fromItems(["x", inner, [inner]], "O", [3]);
    const again = loads<NdArray>(dumps([array]));
    expect(await shown(again)).toMatchObject([{ dtype: "|O", shape: [3] }]);
    const [, first, list] = (again as unknown as NdArray[])[0]?.toItems() as [
      string,
      NdArray,
      NdArray[],
    ];
    expect(first.toArray()).toEqual([1, 2, 3]);
    expect(list[0]).toBe(first);
  });

  it("leaves to pickle what joblib leaves to it", () => {
    const rec = NdArray.fromBytes(new Uint8Array(8), "<i4", [2], { subclass: "recarray" });
    const empty = NdArray.fromBytes(new Uint8Array(0), "S0", [3]);
    const bytes = dumps([rec, empty]);
    expect(Buffer.from(bytes).includes("NumpyArrayWrapper")).toBe(false);
    const [again, none] = loads<[NdArray, NdArray]>(bytes);
    expect([again.subclass, none.shape]).toEqual(["recarray", [3]]);
  });

  it("has the caller's types win, in object arrays too", () => {
    const types = [
      {
        globals: [new Global("boxes", "Box")],
        prototypes: [Box.prototype],
        reduce: () => new Global("boxes", "THE_BOX"),
      },
    ];
    const array = NdArray.fromItems([new Box()], "O", [1]);
    const again = loads<[Global, NdArray]>(dumps([new Box(), array], { types }));
    expect([again[0], again[1].at(0)].map((found) => (found as Global).path)).toEqual([
      "boxes.THE_BOX",
      "boxes.THE_BOX",
    ]);
  });

  it("says which value it cannot write, and what an option may be", () => {
    const refused = (value: unknown): PicklingError => {
      try {
        dumps(value);
      } catch (error) {
        if (error instanceof PicklingError) return error;
        throw error;
      }
      throw new Error("it was written");
    };
    expect(refused({ a: [() => 1] })).toMatchObject({ code: "unsupported-value", path: "$.a[0]" });
    const inside = refused({ a: NdArray.fromItems([() => 1], "O", [1]) });
    expect(inside.code).toBe("unsupported-reduction");
    expect(inside.cause).toBeInstanceOf(PicklingError);
    expect(() => dumps(1, { protocol: 6 })).toThrow(PicklingError);
    expect(() => dumps(1, { protocol: 1.5 })).toThrow(TypeError);
    expect(() => dumps(1, { alignment: 8 as 16 })).toThrow(/alignment/);
    expect(() => dumps(1, { numpy: 3 as 2 })).toThrow(/numpy/);
  });

  it("gives any numbers back", () => {
    const types = [
      "i1",
      "u2",
      "<i4",
      ">i4",
      "<f8",
      ">f8",
      "<c16",
      "?",
      "M8[s]",
      "U3",
      "S2",
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.array(fc.nat(3), { maxLength: 3 }),
        fc.uint8Array({ minLength: 1, maxLength: 600 }),
        fc.integer({ min: 0, max: 5 }),
        (name, shape, filling, protocol) => {
          const type = dtype(name);
          const size = shape.reduce((product, length) => product * length, 1);
          const bytes = Uint8Array.from({ length: size * type.itemsize }, (_, at) =>
            name === "U3" || name === "?" ? 0 : (filling[at % filling.length] as number),
          );
          const array = NdArray.fromBytes(bytes, type, shape);
          const options = { ensureNativeByteOrder: false };
          const again = loads<NdArray>(dumps(array, { protocol }), options);
          expect([again.dtype.str, again.shape]).toEqual([type.str, shape]);
          expect(Buffer.compare(again.toBytes(), bytes)).toBe(0);
        },
      ),
    );
  });
});

class Box {}

describe("dump", () => {
  const unzip = { zlib: inflateSync, gzip: gunzipSync };

  it.each(["zlib", "gzip"] as const)("compresses with %s at every level", async (method) => {
    const value = { a: ndarray(Float64Array.from({ length: 5000 }, (_, index) => index % 7)) };
    const sizes: number[] = [];
    for (let level = 0; level <= 9; level++) {
      const path = join(folder, `${method}-${level}`);
      await dump(value, path, { compress: [method, level] });
      const bytes = readFileSync(path);
      sizes.push(bytes.length);
      const plain = level === 0 ? bytes : unzip[method](bytes);
      expect(Buffer.compare(plain, dumps(value))).toBe(0);
      expect(await load(path)).toEqual(value);
    }
    expect(sizes[9]).toBeLessThan(sizes[1] as number);
    expect(sizes[1]).toBeLessThan(sizes[0] as number);
  });

  const heads: [compress: Compress | undefined, name: string, head: string][] = [
    [undefined, "x.joblib", "8004"],
    [false, "x.joblib", "8004"],
    [0, "x.joblib", "8004"],
    [true, "x.joblib", "785e"],
    [1, "x.joblib", "7801"],
    [9, "x.joblib", "78da"],
    ["gzip", "x.joblib", "1f8b08000000000000"],
    [["gzip", 0], "x.gz", "8004"],
    [undefined, "x.gz", "1f8b"],
    [undefined, "x.z", "785e"],
    [9, "x.gz", "1f8b08000000000002"],
    [["zlib", 3], "x.gz", "785e"],
    ["zlib", "x.bz2", "785e"],
  ];
  it.each(heads)("compress %j to %s begins with %s", async (compress, name, head) => {
    const path = join(folder, name);
    await dump([1], path, { compress });
    expect(readFileSync(path).toString("hex")).toMatch(new RegExp(`^${head}`));
    expect(await load(path)).toEqual([1]);
  });

  it("refuses what only joblib writes, before it touches the file", async () => {
    const path = join(folder, "kept.xz");
    writeFileSync(path, "before");
    await expect(dump(1, path)).rejects.toThrow(/"zlib" and "gzip", not "xz".*\.xz/);
    const wrong: unknown[] = [
      10,
      -1,
      1.5,
      "bz2",
      ["gzip"],
      ["gzip", 3, 1],
      ["lz4", 3],
      ["gzip", "3"],
      {},
    ];
    for (const compress of wrong) {
      await expect(dump(1, path, { compress: compress as Compress })).rejects.toThrow(TypeError);
    }
    expect(readFileSync(path, "utf8")).toBe("before");
  });

  it("replaces a path as a whole or not at all", async () => {
    const path = join(folder, "kept.joblib");
    for (const compress of [0, 3]) {
      writeFileSync(path, "before");
      const bad = [ndarray(new Float64Array(200_000)), () => 1];
      await expect(dump(bad, path, { compress })).rejects.toThrow(PicklingError);
      expect(readFileSync(path, "utf8")).toBe("before");
    }
    expect(readdirSync(folder).filter((name) => name.startsWith(".brine"))).toEqual([]);
    const missing = join(folder, "none", "x.joblib");
    await expect(dump(1, missing)).rejects.toThrow(PickleError);
    expect(existsSync(missing)).toBe(false);
  });

  it("writes to streams and handles", async () => {
    const value = small();
    const chunks: Uint8Array[] = [];
    await dump(value, { write: (chunk: Uint8Array) => void chunks.push(chunk.slice()) });
    expect(Buffer.compare(Buffer.concat(chunks), dumps(value))).toBe(0);
    const path = join(folder, "handle");
    {
      await using handle = await open(path, "w");
      await dump(value, handle, { compress: "gzip" });
    }
    expect(await load(path)).toEqual(value);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const loading = load(readable);
    await dump(value, writable, { compress: 1 });
    await writable.close();
    expect(await loading).toEqual(value);
  });

  it("tells how far it is, and stops when told to", async () => {
    const value = [ndarray(new Float64Array(2_000_000)), "end"];
    const size = dumps(value).length;
    for (const compress of [0, 1]) {
      const seen: Progress[] = [];
      const path = join(folder, "progress");
      await dump(value, path, { compress, onProgress: (progress) => seen.push(progress) });
      expect(seen.length).toBeGreaterThan(3);
      expect(seen.at(-1)).toEqual({ bytes: size, total: size });
      expect((await load<unknown[]>(path))[1]).toBe("end");
      const controller = new AbortController();
      writeFileSync(path, "before");
      const dumping = dump(value, path, {
        compress,
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      });
      await expect(dumping).rejects.toThrow("enough");
      expect(readFileSync(path, "utf8")).toBe("before");
    }
  });

  it("writes inert instances back", async () => {
    const instance = new Instance("new", new Global("sklearn.svm", "SVC"), new Tuple());
    instance.state = { coef_: ndarray([0.25]), C: 1.5 };
    const path = join(folder, "model");
    await dump(instance, path);
    const again = await load<Instance>(path);
    expect(again.className).toBe("sklearn.svm.SVC");
    expect((again.state as { coef_: NdArray }).coef_.toArray()).toEqual([0.25]);
  });
});

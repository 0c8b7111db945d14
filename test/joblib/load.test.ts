/** Files that joblib 0.8 to today wrote, from every kind of source. The vectors say which versions made them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { PickleError, UnpicklingError } from "../../src/core/errors/index.ts";
import { Global, Instance, Tuple } from "../../src/core/values/index.ts";
import {
  DecompressionError,
  dumps,
  type LoadOptions,
  load,
  loads,
  type Progress,
} from "../../src/joblib/index.ts";
import { dtype, type NdArray, ndarray, numpyTypes } from "../../src/numpy/index.ts";
import { dumps as dumpsPickle } from "../../src/pickle/index.ts";
import { CASES, type Case, caseOf, expected, shown } from "./vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-joblib-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;

/** A file of a case in a folder of its own, its companions beside it. */
function written({ bytes, companions }: Pick<Case, "bytes" | "companions">): string {
  const place = mkdtempSync(join(folder, `${files++}-`));
  for (const [name, content] of companions) writeFileSync(join(place, name), content);
  const path = join(place, "sample.pkl");
  writeFileSync(path, bytes);
  return path;
}

async function* drops(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function blobOf(bytes: Uint8Array): Blob {
  return new Blob([Uint8Array.from(bytes)]);
}

type Way = [name: string, load: (found: Case, options: LoadOptions) => unknown];
const WAYS: Way[] = [
  ["bytes, synchronously", ({ bytes }, options) => loads(bytes, options)],
  ["bytes", ({ bytes }, options) => load(bytes, options)],
  ["a path", (found, { companions: _, ...options }) => load(written(found), options)],
  ["a file: URL", (found, options) => load(pathToFileURL(written(found)), options)],
  ["a Blob", ({ bytes }, options) => load(blobOf(bytes), options)],
  ["a response", ({ bytes }, options) => load(new Response(blobOf(bytes)), options)],
  ["a stream of single bytes", ({ bytes }, options) => load(drops(bytes, 1), options)],
  ["a stream of 100 bytes", ({ bytes }, options) => load(drops(bytes, 100), options)],
];
const MAPPED: Way[] = [
  ["a path, mapped", (found, options) => load(written(found), { ...options, mmapMode: "r" })],
  ["bytes, mapped", ({ bytes }, options) => load(bytes, { ...options, mmapMode: "r" })],
  ["a Blob, mapped", ({ bytes }, options) => load(blobOf(bytes), { ...options, mmapMode: "r" })],
];

// A str of Python 2 is bytes that only the caller knows the encoding of; these are all ASCII but the raw bytes.
function optionsOf({ companions, python }: Case): LoadOptions {
  return { companions, ...(python.startsWith("2") && { encoding: "latin1" }) };
}

describe.each(WAYS)("from %s", (_name, read) => {
  it.each(CASES.map((found) => [found.name, found] as const))("%s", async (_, found) => {
    expect(await shown(await read(found, optionsOf(found)))).toEqual(expected(found.value));
  });
});

describe.each(MAPPED)("from %s", (_name, read) => {
  it.each(CASES.map((found) => [found.name, found] as const))("%s", async (_, found) => {
    const value = await read(found, optionsOf(found));
    // As in joblib, arrays of the old formats are turned round all the same.
    expect(await shown(value)).toEqual(expected(found.value, /^0\.[89]/.test(found.joblib)));
  });
});

describe("what is loaded", () => {
  const plain = caseOf("1.6.0 plain");
  const read = (options?: LoadOptions): Record<string, NdArray> => loads(plain.bytes, options);

  it("keeps F order, and the class of a matrix", () => {
    expect(read()["fortran"]?.order).toBe("F");
    expect(read()["matrix"]?.subclass).toBe("matrix");
  });

  it("makes two arrays of one that was dumped twice, as joblib does", () => {
    const [a, b] = read()["twice"] as unknown as [NdArray, NdArray];
    expect(a).not.toBe(b);
    a.set(9, 0, 0);
    expect(b.at(0, 0)).toBe(0);
  });

  it("has memory of its own", () => {
    const bytes = plain.bytes.slice();
    const { array } = loads<Record<string, NdArray>>(bytes);
    bytes.fill(0);
    expect(array?.at(1, 2)).toBe(5);
    expect(array?.flags.writeable).toBe(true);
  });

  it("keeps byte order where asked to, and losslessly", () => {
    expect(read({ ensureNativeByteOrder: false })["big"]?.dtype.str).toBe(">i4");
    const lossless = loads(plain.bytes, { lossless: true }) as Map<string, NdArray>;
    expect(lossless.get("big")?.dtype.str).toBe(">i4");
  });

  it("turns records and text round", () => {
    const record = dtype([
      ["a", ">i4"],
      ["b", ">c8"],
      ["c", ">U2"],
    ]);
    const array = ndarray([{ a: 1, b: 2, c: "é" }], { dtype: record });
    const loaded = loads<NdArray>(dumps(array));
    expect(loaded.dtype.newByteOrder(">").equals(record)).toBe(true);
    expect(loaded.dtype.fields?.get("a")?.dtype.str).toBe("<i4");
    expect(loaded.toArray()).toEqual(array.toArray());
    // joblib leaves records alone in which one field has no byte order.
    const mixed = ndarray([{ a: 1, b: 2 }], {
      dtype: [
        ["a", ">i4"],
        ["b", "u1"],
      ],
    });
    expect(loads<NdArray>(dumps(mixed)).dtype.fields?.get("a")?.dtype.str).toBe(">i4");
  });

  it("leaves what it does not know inert", () => {
    const text = "joblib.numpy_pickle\nNumpyArrayWrapper";
    const call = Uint8Array.from(Buffer.from(`c${text}\n(I1\ntR.`, "latin1"));
    expect(String(loads(call))).toContain("NumpyArrayWrapper");
  });
});

describe("sources", () => {
  const plain = caseOf("1.6.0 plain");

  it("leaves a FileHandle behind the object", async () => {
    const bytes = Buffer.concat([plain.bytes, dumps([ndarray([1])]), Uint8Array.of(1, 2)]);
    const path = written({ bytes, companions: new Map() });
    await using handle = await open(path);
    expect(await shown(await load(handle))).toEqual(expected("sample"));
    expect(await shown(await load(handle))).toMatchObject([{ values: [1] }]);
  });

  it("tells how far it is", async () => {
    const value = ndarray(new Float64Array(1_000_000));
    const bytes = dumps(value);
    const path = written({ bytes, companions: new Map() });
    for (const source of [path, bytes]) {
      const seen: Progress[] = [];
      await load(source, { onProgress: (progress) => seen.push(progress) });
      expect(seen.length).toBeGreaterThan(2);
      expect(seen.at(-1)).toEqual({ bytes: bytes.length, total: bytes.length });
      expect(seen.map((each) => each.bytes)).toEqual(
        seen.map((each) => each.bytes).toSorted((a, b) => a - b),
      );
    }
    const seen: Progress[] = [];
    await load(drops(bytes, 1 << 20), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ bytes: bytes.length, total: undefined });
  });

  it("stops when told to", async () => {
    const path = written({
      bytes: dumps(ndarray(new Float64Array(3_000_000))),
      companions: new Map(),
    });
    for (const source of [path, blobOf(readFileSync(path))]) {
      const controller = new AbortController();
      const loading = load(source, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      });
      await expect(loading.then(() => "loaded")).rejects.toThrow("enough");
    }
    await expect(load(path, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
  });

  it("asks a function for companions, which may answer later with any source", async () => {
    for (const name of ["0.9.4 plain", "0.9.4 z-files"]) {
      const { bytes, companions } = caseOf(name);
      const asked: string[] = [];
      const value = await load(bytes, {
        companions: async (file) => {
          asked.push(file);
          return blobOf(companions.get(file) as Uint8Array);
        },
      });
      expect(await shown(value)).toEqual(expected(caseOf(name).value));
      expect(asked).toEqual([...companions.keys()].toSorted());
    }
  });
});

async function failure(action: () => unknown): Promise<unknown[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof UnpicklingError) return [error.code, error.offset, error.opcode];
    if (error instanceof DecompressionError) return [error.code, error.offset];
    if (error instanceof PickleError) return [error.code];
    throw error;
  }
  throw new Error("it was loaded");
}

// Changes one place of the newest plain file: the array of four floats of "small", protocol 3.
const small = caseOf("1.6.0 protocol 3");
const build = small.bytes.lastIndexOf(0x62, small.bytes.indexOf(0xff, 200));
const at = (text: string): number => Buffer.from(small.bytes).lastIndexOf(text);
function changed(place: number, ...bytes: number[]): Case {
  const copy = small.bytes.slice();
  copy.set(bytes, place);
  return { ...small, bytes: copy };
}

describe.each([...WAYS, ...MAPPED])("bad input from %s", (name, read) => {
  it("takes a frame that ends behind STOP where there is so much, as Python does", async () => {
    const framed = (announced: number, behind: number): Case => ({
      ...small,
      bytes: Buffer.concat([
        Buffer.from([0x80, 4, 0x95, announced, 0, 0, 0, 0, 0, 0, 0, 0x4b, 7, 0x2e]),
        Buffer.alloc(behind),
      ]),
    });
    expect(await read(framed(3, 0), {})).toBe(7);
    expect(await read(framed(100, 97), {})).toBe(7);
    await expect((async () => read(framed(100, 96), {}))()).rejects.toMatchObject({
      code: "truncated",
      offset: 2,
      opcode: 0x95,
    });
  });

  const refused = (found: Case, options: LoadOptions = {}): Promise<unknown[]> =>
    failure(() => read(found, options));
  const isMapped = name.endsWith("mapped");

  it.each([0, 17, 255])("an alignment byte of %i", async (byte) => {
    expect(small.bytes[build]).toBe(0x62);
    expect(await refused(changed(build + 1, byte))).toEqual(["bad-array", build, 0x62]);
  });

  it("a shape that does not match the bytes", async () => {
    // (4,) is BININT1 4, TUPLE1.
    const shape = small.bytes.indexOf(0x85, at("shape")) - 1;
    expect(small.bytes[shape]).toBe(4);
    expect(await refused(changed(shape, 255))).toEqual(["truncated", build, 0x62]);
    // Fewer leave bytes behind that are no opcodes: those of 3.0.
    expect((await refused(changed(shape, 3)))[0]).toBe("invalid-opcode");
    expect(await refused(wrapper({ shape: [-1] }))).toEqual([
      "bad-array",
      expect.any(Number),
      0x62,
    ]);
  });

  it.each([
    ["a dimension that overflows", { shape: [2 ** 40, 2 ** 40] }],
    ["a fraction for a dimension", { shape: [1.5] }],
    ["too many axes", { shape: Array.from({ length: 65 }, () => 1) }],
    ["no elements in overlong axes", { shape: [2 ** 52, 2 ** 52, 0] }],
    ["65 axes with the dtype's own", { dtype: dtype("(1,1)f4"), shape: new Array(63).fill(1) }],
    ["no shape", { shape: null }],
    ["an order from nowhere", { order: "K" }],
    ["no order", { order: null }],
    ["a dtype from nowhere", { dtype: "<f8" }],
    ["elements without bytes", { dtype: dtype("S0"), shape: [1e15] }],
    ["an alignment of none", { numpy_array_alignment_bytes: 0 }],
    ["an alignment beyond a byte", { numpy_array_alignment_bytes: 4096 }],
    ["an alignment in words", { numpy_array_alignment_bytes: "16" }],
  ])("%s", async (_, state) => {
    expect(await refused(wrapper(state))).toEqual(["bad-array", expect.any(Number), 0x62]);
  });

  it("bytes that a header only claims", async () => {
    const huge = wrapper({ shape: [2 ** 36], numpy_array_alignment_bytes: null });
    expect(await refused(huge)).toEqual(["truncated", expect.any(Number), 0x62]);
  });

  it("something else in the place of an object array", async () => {
    const objects = wrapper({ dtype: dtype("O"), allow_mmap: false }, "N.");
    expect(await refused(objects)).toEqual(["bad-array", expect.any(Number), 0x62]);
  });

  if (isMapped) {
    it("an object array that is to stay on the disk", async () => {
      const objects = wrapper({ dtype: dtype("O"), allow_mmap: true }, "N.");
      expect(await refused(objects)).toEqual(["bad-array", expect.any(Number), 0x62]);
    });
  }

  // Behind the last opcode, where nothing of the object is any more.
  it.each([
    ["zlib", -1],
    ["gzip", -5],
    ["bz2", -4],
    ["xz", -12],
  ])("a checksum of %s that does not match", async (compression, place) => {
    const found = caseOf(`1.6.0 ${compression}`);
    const bytes = found.bytes.slice();
    bytes[bytes.length + place] = (bytes.at(place) as number) ^ 0x10;
    expect(await refused({ ...found, bytes })).toEqual(["checksum", expect.any(Number)]);
  });

  it.each([
    "zlib",
    "gzip",
    "bz2",
    "xz",
    "lzma",
    "lz4",
  ])("data of %s that is cut or damaged", async (compression) => {
    const found = caseOf(`1.6.0 ${compression}`);
    const half = found.bytes.subarray(0, found.bytes.length >> 1);
    for (const bytes of [half, found.bytes.subarray(0, -1)]) {
      const [code, offset] = await refused({ ...found, bytes });
      expect(code).toBe("truncated");
      // Node's zlib says how far it had read.
      const isNative = ["zlib", "gzip"].includes(compression) && name !== "bytes, synchronously";
      if (isNative) expect(offset).toBeLessThanOrEqual(bytes.length);
      else expect(offset).toBe(bytes.length);
    }
    const worse = Uint8Array.from([...half.subarray(0, -24), ...new Uint8Array(64).fill(0xff)]);
    const [code, offset] = await refused({ ...found, bytes: worse });
    expect(["corrupt", "checksum", "truncated", "unsupported"]).toContain(code);
    expect(offset).toBeLessThanOrEqual(worse.length);
  });

  it("every cut", async () => {
    for (let end = 0; end < small.bytes.length; end++) {
      const [code] = await refused({ ...small, bytes: small.bytes.subarray(0, end) });
      expect([end, code]).toEqual([end, "truncated"]);
    }
  });

  it("a companion that is missing", async () => {
    const { bytes, companions } = caseOf("0.9.4 plain");
    const fewer = new Map([...companions].filter(([file]) => file !== "sample.pkl_02.npy"));
    const found = { ...caseOf("0.9.4 plain"), bytes, companions: fewer };
    expect(await refused(found, { companions: fewer })).toEqual([
      "no-companion",
      expect.any(Number),
      0x62,
    ]);
    const alone = { ...found, companions: new Map<string, Uint8Array>() };
    expect((await refused(alone))[0]).toBe("no-companion");
  });

  it.each([
    "../x",
    "/etc/passwd",
    "a\\b",
    "..",
    ".",
    "",
    "C:x",
    "a\0b",
  ])("a companion called %j", async (file) => {
    const asked: string[] = [];
    const found = legacy({ filename: file });
    const companions = (name: string): undefined => {
      asked.push(name);
    };
    const isSync = name === "bytes, synchronously";
    expect((await refused(found, isSync ? {} : { companions }))[0]).toBe("no-companion");
    expect(asked).toEqual([]);
  });
});

/** A protocol 2 pickle of a wrapper whose state is changed, the bytes of four floats behind it, and STOP. */
function wrapper(changes: Record<string, unknown>, behind = "\0".repeat(16)): Case {
  return made(
    "NumpyArrayWrapper",
    {
      subclass: null,
      shape: [4],
      order: "C",
      dtype: dtype("<f4"),
      allow_mmap: true,
      ...changes,
    },
    behind,
  );
}

function legacy(changes: Record<string, unknown>): Case {
  return made("NDArrayWrapper", { filename: "x.npy", subclass: null, ...changes }, "");
}

function made(name: string, state: Record<string, unknown>, behind: string): Case {
  const listed = Object.entries(state).map(([key, value]) =>
    key === "shape" && Array.isArray(value) ? [key, Tuple.from(value)] : [key, value],
  );
  const global = new Global("joblib.numpy_pickle", name);
  const instance = new Instance("new", global, new Tuple());
  instance.state = Object.fromEntries(listed);
  const pickle = dumpsPickle(instance, 2, { types: numpyTypes });
  const bytes = Uint8Array.of(...pickle.subarray(0, -1), ...Buffer.from(behind, "latin1"), 0x2e);
  return { ...small, bytes, companions: new Map() };
}

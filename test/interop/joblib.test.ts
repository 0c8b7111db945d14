/** joblib's files in both directions: every compressor, level and protocol, in every joblib here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Compress, type DumpOptions, dump, hash, load } from "../../src/joblib/index.ts";
import { LazyArray, NdArray, numpyTypes } from "../../src/numpy/index.ts";
import { dumps } from "../../src/pickle/index.ts";
import { environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-joblib-live-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// JSON has neither bytes nor NaN nor large integers; joblib_peer.py shows the same values alike.
async function shown(value: unknown): Promise<unknown> {
  const array = value instanceof LazyArray ? await value.load() : value;
  if (array instanceof NdArray) {
    const { dtype } = array;
    const data = dtype.hasObject
      ? await shown(array.toItems())
      : Buffer.from(array.toBytes()).toString("base64");
    const descr = dtype.fields === null ? dtype.str : dtype.descr;
    return { dtype: descr, shape: [...array.shape], fortran: array.order === "F", data };
  }
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return Promise.all(value.map(shown));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await shown(item)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The names of what differs: whole files of arrays in an error message help nobody. */
function differences(found: unknown, wanted: unknown): string[] {
  const [a, b] = [found, wanted] as Record<string, unknown>[];
  const names = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...names].filter((name) => !isDeepStrictEqual(a?.[name], b?.[name]));
}

interface Written {
  readonly files: readonly string[];
  readonly values: Readonly<Record<"arrays" | "small", unknown>>;
}

const found = environments(["numpy", "joblib"]);

it("has joblib to talk to, or has said so", () => {
  expect(found.length).toBeGreaterThanOrEqual(process.env["CI"] === "true" ? 6 : 0);
});

describe.each(
  found,
)("joblib $libraries.joblib, NumPy $libraries.numpy, Python $release", (python) => {
  const own = join(folder, python.name);
  const run = (...args: string[]): Promise<unknown> => runPython(python, "joblib_peer.py", args);
  const [major, minor] = (python.libraries["joblib"] as string).split(".").map(Number) as [
    number,
    number,
  ];
  // The alignment byte, and protocol 5, came later.
  const isOld = major === 0 || minor < 2;
  const highest = /^(2\.|3\.[0-3]\.)/.test(python.release)
    ? 2
    : /^3\.[4-7]\./.test(python.release)
      ? 4
      : 5;
  // Versions before 1.1 leave byte order alone.
  const ensureNativeByteOrder = major >= 1;
  const encoding = python.release.startsWith("2.") ? "latin1" : "ASCII";
  let written: Written;

  beforeAll(async () => {
    mkdirSync(own);
    written = (await run("write", own)) as Written;
  }, 120_000);

  it("writes what brine reads: every compressor, level and protocol", async () => {
    const methods = encoding === "latin1" ? 3 : python.libraries["lz4"] === undefined ? 5 : 6;
    expect(written.files.length).toBe(highest + 1 + methods * 11);
    for (const file of written.files) {
      const value = await load(join(own, file), { encoding, ensureNativeByteOrder });
      const wanted = written.values[file.startsWith("arrays") ? "arrays" : "small"];
      expect([file, differences(await shown(value), wanted)]).toEqual([file, []]);
    }
  }, 120_000);

  it("reads what brine writes: every level and protocol, and without a warning", async () => {
    const value = await load(join(own, "arrays-2"), { encoding, ensureNativeByteOrder });
    const alignment = isOld ? null : 16;
    const files: string[] = [];
    const one = async (name: string, options: DumpOptions): Promise<void> => {
      const file = join(own, `ours-${name}`);
      await dump(value, file, { alignment, protocol: 2, ...options });
      files.push(file);
    };
    for (let protocol = 0; protocol <= highest; protocol++) await one(`${protocol}`, { protocol });
    for (const method of ["zlib", "gzip"] as const)
      for (let level = 0; level <= 9; level++)
        await one(`${method}-${level}`, { compress: [method, level] satisfies Compress });
    const seen = (await run("read", "-", ...files)) as unknown[];
    for (const [index, file] of files.entries())
      expect([file, differences(seen[index], written.values.arrays)]).toEqual([file, []]);
  }, 120_000);

  it("maps what brine aligned", async () => {
    if (isOld) return;
    const value = await load(join(own, "arrays-2"), { ensureNativeByteOrder: false, encoding });
    const file = join(own, "ours-mapped");
    await dump(value, file);
    const [mapped] = (await run("read", "r", file)) as Record<string, unknown>[];
    const lazy = await load<Record<string, unknown>>(file, { mmapMode: "r" });
    const [first] = Object.values(lazy).filter((each) => each instanceof LazyArray);
    const differing = differences(await shown(lazy), mapped);
    // joblib 1.3 and 1.4 turn round what they map.
    const turnsRound = major === 1 && (minor === 3 || minor === 4);
    expect(differing.filter((name) => !(turnsRound && /^>|^big/.test(name)))).toEqual([]);
    await first?.close();
  }, 60_000);

  it("gives the hashes that brine gives", async () => {
    if (highest < 5) return;
    const values = [
      1,
      "é",
      { b: [1, 2.5, null], a: new Set([3, 1, 2]) },
      2n ** 80n,
      [["a"], ["a"]],
    ];
    const arrays = await load<Record<string, unknown>>(join(own, "arrays-4"));
    const plain = Object.entries(arrays).filter(
      ([name, each]) => each instanceof NdArray && !/empty|objects|M8|m8/.test(name),
    );
    expect(plain.length).toBeGreaterThan(100);
    values.push(...plain.map(([, each]) => each as never));
    const files = values.map((each, index) => {
      const file = join(own, `hash-${index}`);
      writeFileSync(file, dumps(each, 5, { types: numpyTypes }));
      return file;
    });
    const wanted = await run("hash", ...files);
    expect(values.map((each) => hash(each))).toEqual(wanted);
  }, 60_000);

  it("predicts the same from a model that went through brine", async () => {
    if (python.libraries["sklearn"] === undefined) return;
    const answers = (await run("model", own)) as Record<string, unknown>;
    const files: string[] = [];
    for (const name of Object.keys(answers)) {
      const model = await load(join(own, name), { lossless: true, encoding });
      const file = join(own, `${name}-again`);
      await dump(model, file, { protocol: 2, alignment: isOld ? null : 16 });
      files.push(file);
    }
    expect(files.length).toBe(2);
    expect(await run("predict", ...files)).toEqual(Object.values(answers));
  }, 120_000);
});

/**
 * joblib's own test files in, how many of them load with the values that its tests expect out.
 *
 *     node --conditions=brine-source test/joblib/reference-data.ts FOLDER
 *
 * FOLDER is joblib/test/data of joblib's repository, https://github.com/joblib/joblib, whose files are not kept here; the
 * values are those of test_joblib_pickle_across_python_versions, and of ..._with_mmap for `.pkl` files. Files that Python 2
 * wrote need `encoding: "latin1"`; joblib itself refuses them.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { load } from "../../src/joblib/index.ts";
import { LazyArray, NdArray } from "../../src/numpy/index.ts";

const ENDINGS = [".pkl", ".gz", ".gzip", ".bz2", "lz4", ".xz", ".lzma"];

/** What joblib's tests expect in each file, in order. */
const EXPECTED: readonly unknown[] = [
  { dtype: "<i8", values: [0, 1, 2, 3, 4] },
  { dtype: "<f8", values: [0, 1, 2, 3, 4] },
  { dtype: "|O", values: [1, "abc", { a: 1, b: 2 }] },
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  { dtype: "<i8", values: [[0, 1, 2]] },
  "C'est l'\xe9t\xe9 !",
];

/** Whether a value is what a test expects in its place. */
async function isExpected(value: unknown, expected: unknown): Promise<boolean> {
  const array = value instanceof LazyArray ? await value.load() : value;
  if (array instanceof NdArray)
    return isDeepStrictEqual({ dtype: array.dtype.str, values: array.toArray() }, expected);
  // A str of Python 2 is text here, and was bytes there.
  const isBytes = expected instanceof Uint8Array && typeof value === "string";
  const seen = isBytes ? Uint8Array.from(Buffer.from(value, "latin1")) : value;
  return isDeepStrictEqual(seen, expected);
}

/** What is wrong with a file, `undefined` where nothing is. */
export async function fault(path: string, mmapMode: "r" | null): Promise<string | undefined> {
  const encoding = /_py2\d/.test(path) ? "latin1" : "ASCII";
  let values: unknown;
  try {
    values = await load(path, { mmapMode, encoding });
  } catch (error) {
    return String(error);
  }
  if (!Array.isArray(values)) return "it is no list";
  // The loop of joblib's tests ends with the shorter list, too.
  for (const [index, value] of values.entries()) {
    if (index < EXPECTED.length && !(await isExpected(value, EXPECTED[index])))
      return `item ${index} is ${String(value)}`;
  }
  return undefined;
}

const [folder] = process.argv.slice(2);
if (process.argv[1] === import.meta.filename) {
  if (folder === undefined) throw new Error("usage: reference-data.ts FOLDER");
  const names = readdirSync(folder).filter((name) => ENDINGS.some((end) => name.endsWith(end)));
  const mapped = names.filter((name) => name.endsWith(".pkl"));
  for (const [mode, files] of [
    [null, names],
    ["r", mapped],
  ] as const) {
    let good = 0;
    for (const name of files) {
      const wrong = await fault(join(folder, name), mode);
      if (wrong === undefined) good++;
      else process.stdout.write(`${name}: ${wrong}\n`);
    }
    process.stdout.write(
      `mmapMode ${mode}: ${good} of ${files.length} files have the values expected\n`,
    );
  }
}

/**
 * scikit-learn and scipy.sparse as they are, of every environment: what an estimator's view says equals what Python says,
 * and what goes back predicts the same. The samples and Python's answers are made by sklearn_samples.py.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  dumps,
  Estimator,
  Float,
  Instance,
  loads,
  type NdArray,
  SparseMatrix,
  Tree,
} from "../../src/index.ts";
import { NumpyScalar } from "../../src/numpy/index.ts";
import { environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

interface Answer {
  readonly name: string;
  readonly version: string;
  readonly params: Record<string, unknown>;
  readonly fitted: string[];
  readonly arrays: Record<string, { shape: number[]; kind: string; items: unknown[] | null }>;
  readonly steps: [string, string][];
  readonly tree?: { count: number; depth: number; features: number[]; thresholds: number[] };
}

function number(value: number): unknown {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
}

function plain(value: unknown): unknown {
  const inner = value instanceof Float || value instanceof NumpyScalar ? value.value : value;
  if (typeof inner === "number") return number(inner);
  return inner === null || ["boolean", "string"].includes(typeof inner) ? inner : "something";
}

function arrayAnswer(array: NdArray): unknown {
  const { kind } = array.dtype;
  const flat = [...array.values()];
  const items = /[fiubUS]/.test(kind)
    ? flat.map((item) => {
        if (item instanceof Uint8Array) return String.fromCharCode(...item);
        if (typeof item === "boolean") return Number(item);
        return typeof item === "number" ? number(item) : item;
      })
    : null;
  return { shape: [...array.shape], kind, items };
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return "str";
  return value instanceof Instance ? (value.className.split(".").at(-1) as string) : "?";
}

// What Python says of an estimator, as far as it says it, in brine's words.
function answer(value: Estimator, said: Answer): unknown {
  const { params, fitted } = value;
  const tree = fitted["tree_"];
  return {
    name: value.name,
    version: value.version,
    // Base classes set a few attributes that get_params leaves out.
    params: Object.fromEntries(Object.keys(said.params).map((key) => [key, plain(params[key])])),
    fitted: Object.keys(fitted).sort(),
    arrays: Object.fromEntries(
      Object.keys(said.arrays).map((key) => [key, arrayAnswer(fitted[key] as NdArray)]),
    ),
    steps: [...value.steps].map(([name, step]) => [name, nameOf(step)]),
    ...(tree instanceof Tree && {
      tree: {
        count: tree.nodeCount,
        depth: tree.maxDepth,
        features: tree.nodes?.field("feature").toArray(),
        thresholds: tree.nodes?.field("threshold").toArray(),
        values: tree.values?.ravel().toArray(),
      },
    }),
  };
}

const READ = new Set(["csr", "csc", "coo"]);

function sparseAnswer(matrix: SparseMatrix): unknown {
  const { format, shape } = matrix;
  const entries = [...matrix.storedEntries()].sort(([a, b], [c, d]) => a - c || b - d);
  return { format, shape: [...shape], entries };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

for (const environment of environments(["sklearn"])) {
  const { name, libraries, version } = environment;
  describe(`scikit-learn ${libraries["sklearn"]} (.venv-${name})`, () => {
    it("is read as it describes itself, and predicts the same when it comes back", async () => {
      const folder = mkdtempSync(join(tmpdir(), "brine-sklearn-"));
      folders.push(folder);
      const said = (await runPython(environment, "sklearn_samples.py", [
        "write",
        folder,
      ])) as Record<string, Answer>;
      const files = readdirSync(folder).filter((file) => file.endsWith(".pkl"));
      expect(files.length).toBeGreaterThan(70);
      const encoding = version === "2.7" ? "latin1" : "ASCII";
      for (const file of files) {
        const [sample = "", protocol] = file.split(".");
        const wanted = said[sample] as Answer;
        const bytes = readFileSync(join(folder, file));
        for (const lossless of [false, true]) {
          const value = loads(bytes, { lossless, encoding });
          if (value instanceof Estimator) {
            expect(answer(value, wanted), `${file} ${lossless}`).toEqual(wanted);
          } else if (value instanceof SparseMatrix && READ.has(value.format)) {
            expect(sparseAnswer(value), `${file} ${lossless}`).toEqual(wanted);
          } else {
            expect(file).toMatch(/^sparse_/);
            // A dok_matrix was a dict, and is one to pickle at the protocols that say so.
            if (!file.startsWith("sparse_dok")) expect(value).toBeInstanceOf(SparseMatrix);
          }
        }
        // As in pandas.test.ts: a str of Python 2 goes back as what it was where it stayed bytes.
        const kept = loads(bytes, {
          lossless: true,
          encoding: version === "2.7" ? "bytes" : encoding,
        });
        const back = join(folder, `${sample}.${protocol}.back.pkl`);
        writeFileSync(back, dumps(kept, Number(protocol)));
      }
      const judged = await runPython(environment, "sklearn_samples.py", ["check", folder]);
      expect(judged).toEqual({ checked: files.length, failures: {} });
    });
  });
}

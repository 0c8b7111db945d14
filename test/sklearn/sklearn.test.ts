/** Estimators, trees and sparse matrices: what is read of them, and what contradicts itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dumps,
  Estimator,
  Global,
  Instance,
  loads,
  ndarray,
  PickleError,
  SparseError,
  SparseMatrix,
  Tree,
  Tuple,
} from "../../src/index.ts";

const IRIS = new Uint8Array(
  readFileSync(join(import.meta.dirname, "..", "..", "examples", "data", "iris.pkl")),
);

function made(path: string, state: unknown, ...args: unknown[]): unknown {
  const instance = new Instance(args.length > 0 ? "call" : "new", Global.parse(path), args);
  instance.state = state;
  return loads(dumps(instance), { lossless: true });
}

describe("an Estimator", () => {
  it.each([false, true])("tells parameters from what it learned (lossless: %s)", (lossless) => {
    const model = loads<Estimator>(IRIS, { lossless });
    expect(model).toBeInstanceOf(Estimator);
    expect([model.name, model.version]).toEqual(["Pipeline", "1.9.1"]);
    expect([...model.steps.keys()]).toEqual(["scale", "classify"]);
    const classifier = model.steps.get("classify") as Estimator;
    expect(classifier.className).toBe("sklearn.linear_model._logistic.LogisticRegression");
    expect(Object.keys(classifier.params)).toContain("C");
    expect(Object.keys(classifier.params)).not.toContain("coef_");
    expect(classifier.array("coef_")?.shape).toEqual([3, 4]);
    expect(classifier.array("C")).toBeUndefined();
    expect([...(classifier.array("classes_") ?? [])]).toEqual([
      "setosa",
      "versicolor",
      "virginica",
    ]);
    expect(dumps(model, 4)).toEqual(dumps(loads(IRIS, { lossless, types: PLAIN }), 4));
  });

  it("is what scikit-learn's classes are, but for its containers, losses and trees", () => {
    const kinds: [string, unknown][] = [
      ["sklearn.svm._classes.SVC", Estimator],
      ["sklearn.neighbors._kd_tree.KDTree", Instance],
      ["sklearn.utils._bunch.Bunch", Instance],
      ["sklearn._loss.loss.HalfMultinomialLoss", Instance],
      ["sklearn.tree._tree.Tree", Tree],
      ["sklearnex.svm.SVC", Instance],
      ["scipy.sparse._csr.csr_matrix", SparseMatrix],
      ["scipy.spatial.KDTree", Instance],
    ];
    for (const [path, Class] of kinds) {
      const value = made(path, { x: 1 });
      expect([path, (value as object).constructor]).toEqual([path, Class]);
    }
  });

  it("has no attributes where its state is no dict", () => {
    const odd = made("sklearn.svm.SVC", Tuple.of(1, 2, 3)) as Estimator;
    expect([odd.params, odd.fitted, odd.steps.size, odd.version]).toEqual([{}, {}, 0, undefined]);
    const pollution = made("sklearn.svm.SVC", JSON.parse('{"__proto__": 1, "__proto___": 2}'));
    expect(Object.getPrototypeOf((pollution as Estimator).params)).toBe(null);
  });
});

const PLAIN = [{ globals: [], package: { name: "sklearn", typeOf: () => undefined } }];

describe("a SparseMatrix", () => {
  const csr = (change: Record<string, unknown> = {}): SparseMatrix =>
    made("scipy.sparse._csr.csr_matrix", {
      _shape: Tuple.of(2, 3),
      indptr: ndarray([0, 1, 2], { dtype: "i4" }),
      indices: ndarray([1, 0], { dtype: "i4" }),
      data: ndarray([1.5, 2]),
      ...change,
    }) as SparseMatrix;

  it("gives its entries", () => {
    expect([csr().format, csr().shape, csr().storedCount]).toEqual(["csr", [2, 3], 2]);
    expect([...csr().storedEntries()]).toEqual([
      [0, 1, 1.5],
      [1, 0, 2],
    ]);
    const coo = {
      coords: Tuple.of(ndarray([1]), ndarray([2])),
      data: ndarray([7]),
      _shape: Tuple.of(2, 3),
    };
    expect([...(made("scipy.sparse._coo.coo_array", coo) as SparseMatrix).storedEntries()]).toEqual(
      [[1, 2, 7]],
    );
  });

  const cases: [what: string, ask: () => unknown, code: string][] = [
    ["no shape", () => csr({ _shape: null }).shape, "bad-layout"],
    ["a negative shape", () => csr({ _shape: Tuple.of(-1, 3) }).shape, "bad-layout"],
    ["no data", () => csr({ data: 5 }).storedCount, "bad-layout"],
    [
      "starts of other rows",
      () => [...csr({ _shape: Tuple.of(2 ** 50, 3) }).storedEntries()],
      "bad-layout",
    ],
    [
      "a start beyond the data",
      () => [...csr({ indptr: ndarray([0, 1, 9]) }).storedEntries()],
      "bad-layout",
    ],
    [
      "a column outside",
      () => [...csr({ indices: ndarray([1, 3]) }).storedEntries()],
      "bad-layout",
    ],
    [
      "fewer columns than values",
      () => [...csr({ indices: ndarray([1]) }).storedEntries()],
      "bad-layout",
    ],
    ["data of two axes", () => [...csr({ data: ndarray([[1, 2]]) }).storedEntries()], "bad-layout"],
    [
      "another format",
      () => [
        ...(
          made("scipy.sparse._dia.dia_matrix", {
            _shape: Tuple.of(1, 1),
            data: ndarray([1]),
          }) as SparseMatrix
        ).storedEntries(),
      ],
      "unknown-layout",
    ],
  ];
  it.each(cases)("refuses %s", (_what, ask, code) => {
    expect(ask).toThrow(expect.objectContaining({ name: "SparseError", code }));
  });
});

it("a model with a byte changed gives our errors only", () => {
  fc.assert(
    fc.property(fc.nat(IRIS.length - 1), fc.nat(255), (at, byte) => {
      const damaged = IRIS.slice();
      damaged[at] = byte;
      try {
        const value = loads(damaged);
        if (!(value instanceof Estimator)) return;
        for (const step of [value, ...value.steps.values()]) {
          if (step instanceof Estimator) expect([step.params, step.fitted]).toHaveLength(2);
        }
      } catch (error) {
        if (!(error instanceof PickleError || error instanceof SparseError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
